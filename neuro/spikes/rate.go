package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// Rate returns the firing rate of s in bins, Hz: the number of spikes in each
// bin divided by its width in seconds,
//
//	r[i] = 1000/bin · #{t0 + i bin <= t < t0 + (i+1) bin}.
//
// bin, t0 and t1 are in ms. The last bin includes t1; spikes outside of t0 to
// t1 do not count. The result's T0 is t0, the left edge of the first bin, and
// its Dt is bin.
//
// Errors: spikes that are not finite and ascending, bin <= 0, t1 <= t0, and a
// window that is not a whole number of bins; the error says which t1 or bin
// would do. Peer: numpy.histogram.
func Rate(s neuro.Spikes, bin, t0, t1 float64) (neuro.Trace, error) {
	if err := check("Rate", "s", s); err != nil {
		return neuro.Trace{}, err
	}
	n, err := bins("Rate", bin, t0, t1)
	if err != nil {
		return neuro.Trace{}, err
	}
	y := histogram(s, n, t0, t1)
	for i := range y {
		y[i] = y[i] * 1000 / bin
	}
	return neuro.Trace{Name: "rate", Unit: "Hz", T0: t0, Dt: bin, Y: y}, nil
}

// A PeriStimulus is the response to a repeated stimulus: the trials and their
// mean rate, the peri-stimulus time histogram.
type PeriStimulus struct {
	Rate neuro.Trace // mean over trials, Hz
	// SE is the standard error of Rate over trials, Hz; NaN for one trial.
	SE     []float64 `unit:"Hz"`
	Trials neuro.Raster
	// Level is the confidence of the band that Plot draws, such as 0.95 for that of
	// Band; 0 draws one standard error.
	Level float64
}

// Band returns the confidence band of the mean rate, Hz, at a level such as 0.95:
//
//	Rate ± t_{N-1}((1+level)/2) SE,
//
// with the quantile of Student's t for N trials, and not below 0. Each bin is taken
// alone. Counts that are all 0 have no width, whatever the rate. One trial has NaN;
// a level that is not between 0 and 1 is an error.
func (p PeriStimulus) Band(level float64) (lo, hi []float64, err error) {
	if !(level > 0 && level < 1) {
		return nil, nil, fmt.Errorf("spikes: Band: level is %g; it must be between 0 and 1", level)
	}
	q := math.NaN()
	if n := len(p.Trials.Trains); n > 1 {
		q = dist.StudentQuantileSF((1-level)/2, float64(n-1))
	}
	lo, hi = make([]float64, len(p.SE)), make([]float64, len(p.SE))
	for i, se := range p.SE {
		y := p.Rate.Y[i]
		lo[i], hi[i] = y-float64(q*se), y+float64(q*se)
		if lo[i] < 0 {
			lo[i] = 0
		}
	}
	return lo, hi, nil
}

// PSTH returns the mean firing rate over trials that are aligned to a
// stimulus, in bins as Rate has them, with its standard error s/√trials.
//
// trials are spike times in ms relative to the stimulus; bin, t0 and t1 are in
// ms. Errors: no trials, and those of Rate, which name the trial. Source:
// Gerstein and Kiang 1960, Biophys. J. 1:15. Peer:
// elephant.statistics.time_histogram with output "rate".
func PSTH(trials []neuro.Spikes, bin, t0, t1 float64) (*PeriStimulus, error) {
	const call = "PSTH"
	if len(trials) == 0 {
		return nil, fmt.Errorf("spikes: %s: trials is empty; at least 1 trial is needed", call)
	}
	bn, err := bins(call, bin, t0, t1)
	if err != nil {
		return nil, err
	}
	sum, squares := make([]float64, bn), make([]float64, bn)
	task := display.Start("spikes."+call, "trials", len(trials))
	defer task.End()
	for i, s := range trials {
		if task.Set(i); task.Err() != nil {
			return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
		}
		if err := check(call, fmt.Sprintf("trials[%d]", i), s); err != nil {
			return nil, err
		}
		for j, c := range histogram(s, bn, t0, t1) {
			sum[j] += c
			squares[j] += float64(c * c)
		}
	}
	n := float64(len(trials))
	se := make([]float64, bn)
	for j := range sum {
		// Counts are whole numbers, so that nothing is lost in the difference.
		v := (squares[j] - float64(sum[j]*sum[j])/n) / (n - 1)
		if n == 1 {
			v = math.NaN()
		}
		se[j] = math.Sqrt(math.Max(v, 0)/n) * 1000 / bin
		sum[j] = sum[j] / n * 1000 / bin
	}
	return &PeriStimulus{
		Rate:   neuro.Trace{Name: "rate", Unit: "Hz", T0: t0, Dt: bin, Y: sum},
		SE:     se,
		Trials: neuro.Raster{Trains: trials, T0: t0, T1: t1},
	}, nil
}

// Show draws the figure of Plot.
func (p PeriStimulus) Show() display.Bundle { return p.Plot().Show() }

// Plot returns the figure of the trials as a raster and of the rate below it,
// with one standard error to either side, or the confidence band of Level.
func (p PeriStimulus) Plot() *figure.Figure {
	half := p.SE
	if _, hi, err := p.Band(p.Level); err == nil {
		half = make([]float64, len(hi))
		for i := range hi {
			half[i] = hi[i] - p.Rate.Y[i]
		}
	}
	raster := neuro.RasterFigure(p.Trials).Panels[0]
	raster.Y.Label = "trial"
	raster.Y.Hide = false
	rate := figure.Panel{
		X:      figure.Axis{Label: "time", Unit: "ms", Min: p.Trials.T0, Max: p.Trials.T1},
		Y:      figure.Axis{Label: "rate", Unit: "Hz"},
		Layers: stepped(p.Rate, half, "blue"),
	}
	rate.Y.Max = fromZero(p.Rate.Y, half)
	return &figure.Figure{ShareX: true, Height: 10, Heights: []float64{1.2, 1}, Panels: []figure.Panel{raster, rate}}
}

// fromZero returns the upper limit of an axis from 0 for values with their
// standard errors, or 0, by which an axis finds its limits itself, when a value is
// negative or all are 0.
func fromZero(y, se []float64) float64 {
	top := 0.0
	for i, v := range y {
		if v < 0 {
			return 0
		}
		if i < len(se) && se[i] > 0 {
			v += se[i]
		}
		if v > top && v <= math.MaxFloat64 {
			top = v
		}
	}
	return 1.05 * top
}

// stepped returns the layers of a rate in bins, with a band of se to either
// side where that is known.
func stepped(r neuro.Trace, se []float64, color string) []figure.Layer {
	n := len(r.Y)
	edges := make([]float64, n+1)
	for i := range edges {
		edges[i] = r.At(i)
	}
	line := figure.Layer{Kind: figure.Stairs, X: edges, Y: r.Y, Color: color}
	if len(se) != n {
		return []figure.Layer{line}
	}
	band := figure.Layer{Kind: figure.Area, Color: color, Alpha: 0.25}
	for i, y := range r.Y {
		if math.IsNaN(se[i]) {
			continue
		}
		lo, hi := math.Max(y-se[i], 0), y+se[i]
		band.X = append(band.X, edges[i], edges[i+1])
		band.Y, band.Y2 = append(band.Y, hi, hi), append(band.Y2, lo, lo)
	}
	if len(band.X) == 0 {
		return []figure.Layer{line}
	}
	return []figure.Layer{band, line}
}

// Fano returns the Fano factor of the spike count over trials,
//
//	F = var(n)/mean(n),
//
// with the population variance (divided by the number of trials). It is 1 for
// a Poisson process and 0 where every trial has the same count. n counts the
// spikes with t0 <= t <= t1 (ms).
//
// Errors: fewer than 2 trials, a mean count of 0, t1 <= t0, spikes that are not
// finite and ascending. Source: Fano 1947, Phys. Rev. 72:26. Peer:
// elephant.statistics.fanofactor.
func Fano(trials []neuro.Spikes, t0, t1 float64) (float64, error) {
	const call = "Fano"
	if len(trials) < 2 {
		return 0, fmt.Errorf("spikes: %s: trials holds %d trials; 2 or more are needed", call, len(trials))
	}
	if err := checkWindow(call, t0, t1); err != nil {
		return 0, err
	}
	total, counts := 0, make([]int, len(trials))
	for i, s := range trials {
		if err := check(call, fmt.Sprintf("trials[%d]", i), s); err != nil {
			return 0, err
		}
		counts[i] = len(within(s, t0, t1))
		total += counts[i]
	}
	if total == 0 {
		return 0, fmt.Errorf("spikes: %s: no trial has a spike between %g and %g ms; a mean count above 0 is needed", call, t0, t1)
	}
	n := float64(len(trials))
	mean, sum := float64(total)/n, 0.0
	for _, c := range counts {
		d := float64(c) - mean
		sum += float64(d * d)
	}
	return sum / n / mean, nil
}
