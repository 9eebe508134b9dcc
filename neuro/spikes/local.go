package spikes

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A VariableRate is a rate by kernels whose width changes with time.
type VariableRate struct {
	Rate  neuro.Trace // Hz
	Width neuro.Trace // standard deviation of the kernel at each time, ms
	// Stiffness is how stiff the width is, from 0 (one for all times) to 1 (as local as
	// the best widths).
	Stiffness float64
	Train     neuro.Spikes
}

// widths is how many widths and windows LocalRate tries.
const widths = 80

// LocalRate returns the rate of s by Gaussian kernels, Hz, every dt ms from t0 to t1, with the
// width at each time that gives the smallest expected squared error: narrow where the
// rate changes fast, wide where it does not. With the counts in bins y(t) and a
// smoothed rate y_w, the cost of a width at a time is
//
//	c_w(t) = y_w(t)² - 2 y_w(t) y(t) + 2 y(t)/(√(2π) w),
//
// averaged over a box around t whose standard deviation is W. Of all W that one is taken
// whose best w is γ W, widths are smoothed by their own kernels, w/γ wide, and the
// stiffness γ is the one whose rate has the smallest cost in all (where one width
// is best for all times many have, and Stiffness is any of them).
//
// 80 widths from 5 bins to the length of the train are tried, on at most 1000 bins. The
// rate is scaled to the number of spikes. Errors: those of KernelRate, fewer than 3 different
// times. Source: Shimazaki and Shinomoto 2010, J. Comput. Neurosci. 29:171 (variable bandwidth). Checked
// against the same steps in NumPy.
func LocalRate(s neuro.Spikes, dt, t0, t1 float64) (*VariableRate, error) {
	const call = "LocalRate"
	if err := check(call, "s", s); err != nil {
		return nil, err
	}
	n, err := bins(call, dt, t0, t1)
	if err != nil {
		return nil, err
	}
	s = within(s, t0, t1)
	if len(once(s)) < 3 {
		return nil, fmt.Errorf("spikes: %s: s has %d different times between %g and %g ms; a bandwidth needs 3 or more", call, len(once(s)), t0, t1)
	}
	task := display.Start("spikes."+call, "", 0)
	defer task.End()
	g := newLocalGrid(s, task)
	stiffness := g.search(task)
	width := g.width(stiffness, task)
	r := &VariableRate{Stiffness: stiffness, Train: s,
		Rate:  neuro.Trace{Name: "rate", Unit: "Hz", T0: t0, Dt: dt, Y: make([]float64, n)},
		Width: neuro.Trace{Name: "width", Unit: "ms", T0: t0, Dt: dt, Y: make([]float64, n)}}
	total := 0.0
	for i := range n {
		if i%64 == 0 && task.Err() != nil {
			break
		}
		t := r.Rate.At(i)
		// Between bins widths change linearly, beyond the spikes not at all.
		at := math.Min(math.Max((t-s[0])/g.dt, 0), float64(len(width)-1))
		k := min(int(at), len(width)-2)
		w := width[k] + float64((width[k+1]-width[k])*(at-float64(k)))
		r.Width.Y[i] = w
		from := sort.SearchFloat64s(s, t-float64(6*w))
		for _, u := range s[from:] {
			if u > t+float64(6*w) {
				break
			}
			x := (t - u) / w
			r.Rate.Y[i] += vec.Exp(float64(-0.5*x*x)) / w
		}
		total += float64(r.Rate.Y[i] * dt)
	}
	if task.Err() != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	if total > 0 {
		for i := range r.Rate.Y {
			r.Rate.Y[i] *= 1000 * float64(len(s)) / total
		}
	}
	return r, nil
}

// A localGrid holds what LocalRate knows in bins between the first and the last spike.
type localGrid struct {
	dt     float64   // ms
	y      []float64 // spikes per ms
	filled []int     // bins with spikes
	win    []float64 // widths and windows
	best   [][]int32 // best[window][bin]: index of the best width
}

func newLocalGrid(s neuro.Spikes, task *display.Counter) *localGrid {
	length := s[len(s)-1] - s[0]
	least := math.Inf(1)
	for i := 1; i < len(s); i++ {
		if d := s[i] - s[i-1]; d > 0 {
			least = math.Min(least, d)
		}
	}
	n := max(3, int(math.Min(1000, math.Floor(length/least+0.5))))
	g := &localGrid{dt: length / float64(n-1), y: make([]float64, n), win: make([]float64, widths), best: make([][]int32, widths)}
	for _, t := range s {
		g.y[min(int(math.Floor((t-s[0])/g.dt+0.5)), n-1)] += 1 / g.dt
	}
	for i, v := range g.y {
		if v > 0 {
			g.filled = append(g.filled, i)
		}
	}
	narrowest := math.Min(5*g.dt, length/2)
	for i := range g.win {
		g.win[i] = narrowest * vec.Exp(vec.Log(length/narrowest)*float64(i)/(widths-1))
	}
	// Sums of the cost of each width up to each bin.
	sums := make([][]float64, widths)
	linalg.Parallel(widths, func(j int) {
		sums[j] = make([]float64, n+1)
		w := g.win[j]
		kernel := make([]float64, n)
		for k := range kernel {
			u := float64(k) * g.dt / w
			kernel[k] = vec.Exp(float64(-0.5*u*u)) / (math.Sqrt(2*math.Pi) * w)
		}
		for i := range n {
			if task.Err() != nil {
				return
			}
			smooth := 0.0
			for _, k := range g.filled {
				smooth += float64(g.y[k] * g.dt * kernel[max(i-k, k-i)])
			}
			sums[j][i+1] = sums[j][i] + g.cost(smooth, g.y[i], w)
		}
	})
	linalg.Parallel(widths, func(i int) {
		g.best[i] = make([]int32, n)
		half := int(math.Sqrt(3) * g.win[i] / g.dt)
		for t := range n {
			if task.Err() != nil {
				return
			}
			from, to := max(0, t-half), min(n, t+half+1)
			least := math.Inf(1)
			for j := range sums {
				if c := sums[j][to] - sums[j][from]; c < least {
					least, g.best[i][t] = c, int32(j)
				}
			}
		}
	})
	return g
}

// cost returns the cost of a rate and a width at a bin.
func (g *localGrid) cost(rate, y, w float64) float64 {
	return float64(rate*rate) - float64(2*rate*y) + 2*y/(math.Sqrt(2*math.Pi)*w)
}

// width returns the width at each bin for a stiffness.
func (g *localGrid) width(stiffness float64, task *display.Counter) []float64 {
	n := len(g.y)
	raw := make([]float64, n)
	for t := range raw {
		// The widest window whose best width is at least that stiff.
		lowest, highest, at := math.Inf(1), math.Inf(-1), -1
		for i, w := range g.win {
			v := g.win[g.best[i][t]] / w
			lowest, highest = math.Min(lowest, v), math.Max(highest, v)
			if v >= stiffness {
				at = i
			}
		}
		switch {
		case stiffness > highest:
			raw[t] = g.win[0]
		case stiffness < lowest:
			raw[t] = g.win[widths-1]
		default:
			raw[t] = stiffness * g.win[at]
		}
	}
	out := make([]float64, n)
	linalg.Parallel(n, func(t int) {
		if task.Err() != nil {
			return
		}
		sum, weight := 0.0, 0.0
		for k, w := range raw {
			u := float64(t-k) * g.dt * stiffness / w
			a := vec.Exp(float64(-0.5*u*u)) / w
			sum += float64(a * w)
			weight += a
		}
		out[t] = sum / weight
	})
	return out
}

// total returns the cost of a stiffness.
func (g *localGrid) total(stiffness float64, task *display.Counter) float64 {
	w := g.width(stiffness, task)
	n := len(w)
	rate := make([]float64, n)
	linalg.Parallel(n, func(t int) {
		if task.Err() != nil {
			return
		}
		for _, k := range g.filled {
			u := float64(t-k) * g.dt / w[t]
			rate[t] += float64(g.y[k] * g.dt * vec.Exp(float64(-0.5*u*u)) / (math.Sqrt(2*math.Pi) * w[t]))
		}
	})
	all, sum := 0.0, 0.0
	for t, y := range g.y {
		all += y
		sum += rate[t]
	}
	cost := 0.0
	for t, y := range g.y {
		cost += float64(g.cost(rate[t]*all/sum, y, w[t]) * g.dt)
	}
	return cost
}

// search returns the best stiffness, by golden section.
func (g *localGrid) search(task *display.Counter) float64 {
	phi := (math.Sqrt(5) + 1) / 2
	a, b := 1e-12, 1.0
	inner := func() (float64, float64) {
		return float64((phi-1)*a) + float64((2-phi)*b), float64((2-phi)*a) + float64((phi-1)*b)
	}
	x1, x2 := inner()
	f1, f2 := g.total(x1, task), g.total(x2, task)
	for k := 0; k < 30 && b-a > 1e-5*(x1+x2) && task.Err() == nil; k++ {
		if f1 < f2 {
			b, x2, f2 = x2, x1, f1
			x1, _ = inner()
			f1 = g.total(x1, task)
		} else {
			a, x1, f1 = x1, x2, f2
			_, x2 = inner()
			f2 = g.total(x2, task)
		}
	}
	if f1 < f2 {
		return x1
	}
	return x2
}

// Show draws the figure of Plot.
func (r VariableRate) Show() display.Bundle { return r.Plot().Show() }

// Plot returns the figure of the spikes, the rate and the width of the kernel over time.
func (r VariableRate) Plot() *figure.Figure {
	end := r.Rate.At(len(r.Rate.Y))
	raster := neuro.RasterFigure(neuro.Raster{Trains: []neuro.Spikes{r.Train}, T0: r.Rate.T0, T1: end}).Panels[0]
	lines := neuro.TraceFigure(r.Rate, r.Width)
	lines.Panels[0].Y.Max = fromZero(r.Rate.Y, nil)
	lines.Panels[1].Y.Max = fromZero(r.Width.Y, nil)
	return &figure.Figure{ShareX: true, Height: 9, Heights: []float64{0.6, 2, 1}, Panels: append([]figure.Panel{raster}, lines.Panels...)}
}
