package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// STCOptions say how the spike-triggered covariance is tested; zero fields take the
// defaults named.
type STCOptions struct {
	Surrogate int // trains turned in time; 0 is 199, -1 none
	Seed      uint64
}

// A Covariance is how the variance of the stimulus before spikes differs from that at
// all times.
type Covariance struct {
	Lag []float64 `unit:"ms"` // relative to the spike, ms
	STA []float64 // the spike-triggered average
	// Values are the differences in variance along Filters, the most above 0 first:
	// above 0 the cell is excited by the filter whatever its sign, below it is
	// suppressed.
	Values  []float64
	Filters [][]float64 // [filter][lag], of length 1
	// P is, for each value, the share of turned trains (with the train itself among
	// them) whose largest value is as large, or whose smallest is as small: of a value
	// above 0 and below. It is corrected for the number of lags; nil without
	// surrogates.
	P               []float64
	N               int // trains that were turned
	Spikes, Skipped int
}

// STC returns the spike-triggered covariance: the eigenvectors of
//
//	C_spikes - C_all
//
// the covariance of the stimulus in windows about spikes less that of windows at all
// times, both without the direction of the spike-triggered average, which would hide
// among them.
//
// Arguments and errors are those of STA, and fewer spikes with a whole window than
// lags + 2, and Surrogate below -1. Trains for the test are turned in time by random
// amounts, their end following their beginning. Sources: de Ruyter van Steveninck
// and Bialek 1988, Proc. R. Soc. B 234:379; Schwartz et al. 2006, J. Vision 6:484
// (whose test takes one filter after the other; here all are compared with the
// largest, which is careful of the later ones).
func STC(stimulus []float64, fs float64, s neuro.Spikes, before, after float64, o STCOptions) (*Covariance, error) {
	const call = "STC"
	average, err := STA(stimulus, fs, s, before, after)
	if err != nil {
		return nil, err
	}
	if o.Surrogate < -1 {
		return nil, fmt.Errorf("spikes: %s: Surrogate is %d; it must be 1 or more, 0 (199) or -1 (none)", call, o.Surrogate)
	}
	if o.Surrogate == 0 {
		o.Surrogate = 199
	}
	lags := len(average.Lag)
	if lags > 1000 || average.Spikes < lags+2 {
		return nil, fmt.Errorf("spikes: %s: %d spikes have a whole window of %d lags; at least %d spikes and at most 1000 lags are needed", call, average.Spikes, lags, lags+2)
	}
	provenance.Random("spikes."+call, o.Seed)
	c := &Covariance{Lag: average.Lag, STA: average.Y, Spikes: average.Spikes, Skipped: average.Skipped}
	task := display.Start("spikes."+call, "trains", o.Surrogate+2)
	defer task.End()
	n := len(stimulus) - lags + 1
	reach := -int(math.Round(average.Lag[0] * fs / 1000))
	start := func(t float64) int { return int(math.Round(t*fs/1000)) - reach }
	var starts []int
	for _, t := range s {
		if k := start(t); k >= 0 && k < n {
			starts = append(starts, k)
		}
	}
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	whole, mean := windowCovariance(stimulus, all, lags)
	// spectrum of a train's covariance less that of all.
	spectrum := func(starts []int) (values []float64, vectors [][]float64, ok bool) {
		m, at := windowCovariance(stimulus, starts, lags)
		direction := make([]float64, lags)
		for k := range direction {
			direction[k] = at[k] - mean[k]
		}
		for i := range m {
			for j := range m[i] {
				m[i][j] -= whole[i][j]
			}
		}
		project(m, direction)
		return linalg.Symmetric(m)
	}
	values, vectors, ok := spectrum(starts)
	if task.Add(2); !ok {
		return nil, fmt.Errorf("spikes: %s: the covariance is not finite; rescale the stimulus", call)
	}
	for k := lags - 1; k >= 0; k-- {
		c.Values, c.Filters = append(c.Values, values[k]), append(c.Filters, vectors[k])
	}
	if o.Surrogate < 0 {
		return c, nil
	}
	least, most := make([]float64, o.Surrogate), make([]float64, o.Surrogate)
	linalg.Parallel(o.Surrogate, func(k int) {
		if task.Add(1); task.Err() != nil {
			return
		}
		shift := 1 + rng.New(o.Seed, uint64(k)).Intn(max(n-1, 1))
		moved := make([]int, len(starts))
		for i, v := range starts {
			moved[i] = (v + shift) % n
		}
		values, _, ok := spectrum(moved)
		if ok {
			least[k], most[k] = values[0], values[lags-1]
		}
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	for _, v := range c.Values {
		b := 0
		for k := range most {
			if v >= 0 && most[k] >= v || v < 0 && least[k] <= v {
				b++
			}
		}
		c.P = append(c.P, float64(b+1)/float64(o.Surrogate+1))
	}
	c.N = o.Surrogate
	return c, nil
}

// windowCovariance returns covariance and mean of the windows at starts.
func windowCovariance(x []float64, starts []int, lags int) (c [][]float64, mean []float64) {
	mean, n := make([]float64, lags), float64(len(starts))
	for _, s := range starts {
		vec.AddBlock(mean, mean, x[s:s+lags])
	}
	vec.DivConstBlock(mean, mean, n)
	c = linalg.Zeros(lags)
	d := make([]float64, lags)
	for _, s := range starts {
		vec.SubBlock(d, x[s:s+lags], mean)
		for i, v := range d {
			vec.FMAScaleBlock(c[i][:i+1], d[:i+1], v, c[i][:i+1])
		}
	}
	for i := range c {
		for j := range i + 1 {
			c[i][j] /= n - 1
			c[j][i] = c[i][j]
		}
	}
	return c, mean
}

// project takes a direction out of a symmetric matrix, on both sides.
func project(m [][]float64, u []float64) {
	size := vec.DotBlock(u, u)
	if size == 0 {
		return
	}
	mu := make([]float64, len(u))
	for i := range m {
		mu[i] = vec.DotBlock(m[i], u) / size
	}
	umu := vec.DotBlock(u, mu) / size
	for i := range m {
		for j := range m[i] {
			m[i][j] += float64(float64(u[i]*u[j])*umu) - float64(mu[i]*u[j]) - float64(u[i]*mu[j])
		}
	}
}

// significant returns the places of values whose P is at most 0.05.
func (c *Covariance) significant() (out []int) {
	for k, p := range c.P {
		if p <= 0.05 {
			out = append(out, k)
		}
	}
	return out
}

// String says how many filters there are beside the average.
func (c *Covariance) String() string {
	s := fmt.Sprintf("spike-triggered covariance of %d spikes, %d lags", c.Spikes, len(c.Lag))
	if c.P == nil {
		return s
	}
	excite, suppress := 0, 0
	for _, k := range c.significant() {
		if c.Values[k] > 0 {
			excite++
		} else {
			suppress++
		}
	}
	return s + fmt.Sprintf(": %d filters excite and %d suppress (corrected p <= 0.05, %d turned trains)", excite, suppress, c.N)
}

// Plot draws the values in their order, the significant ones in colour, and the
// average with the filters of those, at most four.
func (c *Covariance) Plot() *figure.Figure {
	var x []float64
	for k := range c.Values {
		x = append(x, float64(k+1))
	}
	values := figure.Panel{X: figure.Axis{Label: "filter"}, Y: figure.Axis{Label: "difference in variance"}, Layers: []figure.Layer{
		{Kind: figure.HLine, Y: []float64{0}, Color: "grey", Width: 0.5},
		{Kind: figure.Points, Name: "by chance", X: x, Y: c.Values, Color: "grey", Size: 4},
	}}
	filters := figure.Panel{X: figure.Axis{Label: "time from spike", Unit: "ms"}, Y: figure.Axis{Label: "filter (length 1)"}, Legend: "beside"}
	unit := math.Sqrt(vec.DotBlock(c.STA, c.STA))
	average := make([]float64, len(c.STA))
	for k, v := range c.STA {
		average[k] = v / math.Max(unit, 1e-300)
	}
	filters.Layers = append(filters.Layers, figure.Layer{Kind: figure.Line, Name: "average", X: c.Lag, Y: average, Color: "black", Dash: true})
	for i, k := range c.significant() {
		if i == 4 {
			break
		}
		colour := []string{"blue", "orange", "green", "purple"}[i]
		values.Layers = append(values.Layers, figure.Layer{Kind: figure.Points, X: x[k : k+1], Y: c.Values[k : k+1], Color: colour, Size: 7})
		filters.Layers = append(filters.Layers, figure.Layer{Kind: figure.Line, Name: fmt.Sprintf("filter %d", k+1), X: c.Lag, Y: c.Filters[k], Color: colour})
	}
	return &figure.Figure{Title: c.String(), Width: 20, Height: 8, Cols: 2, Panels: []figure.Panel{values, filters}}
}

// Show draws the figure; its text is String.
func (c *Covariance) Show() display.Bundle {
	b := c.Plot().Show()
	b.Data[display.TypeText] = c.String()
	return b
}
