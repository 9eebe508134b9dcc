package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// RaisedCosines returns n bumps over the lags 0, bin, 2 bin, ... (ms): raised
// cosines of log(lag + offset), the first highest at peaks[0] and the last at
// peaks[1], so that they are narrow soon after a spike and wide later. The result
// is [bump][lag] and reaches as far as the last bump does.
//
//	b_j(t) = (1 + cos(clip((log(t + offset) - φ_j) π/(2 Δ), -π, π)))/2
//
// where φ_j are n centres Δ apart from the logarithm at the first peak to that at
// the last. An offset far above the peaks makes them nearly even.
//
// n below 1, a bin or offset that is not above 0, and peaks that are negative or do
// not ascend (for n above 1) are errors. Source: Pillow et al. 2008, Nature 454:995.
func RaisedCosines(n int, bin float64, peaks [2]float64, offset float64) ([][]float64, error) {
	const call = "RaisedCosines"
	if n < 1 || n > 1000 {
		return nil, fmt.Errorf("spikes: %s: n is %d; it must be 1 to 1000", call, n)
	}
	if err := checkPositive(call, "bin", "ms", bin); err != nil {
		return nil, err
	}
	if err := checkPositive(call, "offset", "ms", offset); err != nil {
		return nil, err
	}
	if !(peaks[0] >= 0) || !finite(peaks[1]) || n > 1 && !(peaks[1] > peaks[0]) {
		return nil, fmt.Errorf("spikes: %s: peaks are %g and %g ms; they must be 0 or more and ascend", call, peaks[0], peaks[1])
	}
	first := vec.Log(peaks[0] + offset)
	apart := 0.5
	if n > 1 {
		apart = (vec.Log(peaks[1]+offset) - first) / float64(n-1)
	}
	end := vec.Exp(first+float64(apart*float64(n+1))) - offset
	lags := int(math.Ceil(end/bin)) + 1
	if lags > 100000 {
		return nil, fmt.Errorf("spikes: %s: the bumps reach over %d bins of %g ms; at most 100000 are possible", call, lags, bin)
	}
	out := make([][]float64, n)
	for j := range out {
		out[j] = make([]float64, lags)
		for k := range out[j] {
			u := (vec.Log(float64(float64(k)*bin)+offset) - first - float64(apart*float64(j))) * math.Pi / (2 * apart)
			out[j][k] = (1 + vec.Cos(math.Max(-math.Pi, math.Min(math.Pi, u)))) / 2
		}
	}
	return out, nil
}

// GLMOptions say what a GLM of spikes is made of. The zero value of a field means
// its default.
type GLMOptions struct {
	// Bin is the time over which spikes are counted, ms; 0 is 1.
	Bin float64
	// Stimulus holds one value for each bin; nil is none. StimulusBumps are the
	// numbers of bumps of its filter, 0 being 8, and StimulusPeaks the lags of the
	// first and the last, ms: both 0 are 0 and 60 bins. StimulusOffset makes them
	// even where it is large; 0 is the last peak.
	Stimulus       []float64
	StimulusBumps  int
	StimulusPeaks  [2]float64
	StimulusOffset float64
	// HistoryBumps is the number of bumps of the filters of the cell's own spikes
	// and of those of others; 0 is 6, -1 leaves the own history out. HistoryPeaks are
	// the lags of the first and the last: both 0 are 0 and 50 bins. HistoryOffset 0 is
	// 2 bins. Lags count from the bin after a spike on.
	HistoryBumps  int
	HistoryPeaks  [2]float64
	HistoryOffset float64
	// Others are the trains of cells whose spikes may help or hinder.
	Others []neuro.Spikes
	// L2 is the penalty on the squares of the weights, as in PoissonRegression.
	L2 float64
}

// A Filter is what something adds to the logarithm of the rate after a lag.
type Filter struct {
	Name string
	Lag  []float64 `unit:"ms"`
	Y    []float64 // of a stimulus per unit of it and bin
	SE   []float64 // standard error, from the curvature of the likelihood
}

// A GLM is a fitted generalised linear model of spikes.
type GLM struct {
	Constant float64 // logarithm of the rate in Hz without anything else
	// Filters are those of the stimulus, of the cell's history and of each other
	// cell, as there are.
	Filters []Filter
	// Rate is what the model expects in each bin given the stimulus and the spikes
	// before, Hz.
	Rate   neuro.Trace
	Spikes int
	// BitsPerSpike is how much better a spike is told than by a constant rate, on
	// the spikes of the fit, which is too high.
	BitsPerSpike float64
	Deviance     float64
	Parameters   int

	options GLMOptions
	fit     *PoissonFit
	bases   [][][]float64 // of each filter: [bump][lag]
	delay   []int         // bins before the first lag of each
	train   neuro.Spikes
}

// FitGLM fits a point-process model of a train from t0 to t1 (ms):
//
//	log rate = constant + (k * stimulus) + (h * own spikes) + Σ_c (l_c * spikes of c)
//
// with filters k, h and l that are sums of raised cosines, by the likelihood of
// Poisson counts in bins. Filters look back only; the stimulus's begins in the bin
// itself.
//
// Trains that are not finite and ascending, a window that is not whole bins, no
// spike in it, a Stimulus of another length or not finite, and the errors of
// RaisedCosines and PoissonRegression are errors. Sources: Truccolo et al. 2005, J.
// Neurophysiol. 93:1074; Pillow et al. 2008, Nature 454:995. The optimum is checked
// by the gradient, and filters against those that trains were simulated with.
func FitGLM(s neuro.Spikes, t0, t1 float64, o GLMOptions) (*GLM, error) {
	const call = "FitGLM"
	if o.Bin == 0 {
		o.Bin = 1
	}
	n, err := bins(call, o.Bin, t0, t1)
	if err != nil {
		return nil, err
	}
	if err := check(call, "s", s); err != nil {
		return nil, err
	}
	for i, c := range o.Others {
		if err := check(call, fmt.Sprintf("Others[%d]", i), c); err != nil {
			return nil, err
		}
	}
	if o.Stimulus != nil && len(o.Stimulus) != n {
		return nil, fmt.Errorf("spikes: %s: Stimulus has %d values, the window has %d bins; there must be one for each", call, len(o.Stimulus), n)
	}
	for i, v := range o.Stimulus {
		if !finite(v) {
			return nil, fmt.Errorf("spikes: %s: Stimulus[%d] is %g, values must be finite", call, i, v)
		}
	}
	g := &GLM{train: within(s, t0, t1), options: o}
	if err := g.makeBases(call); err != nil {
		return nil, err
	}
	columns := 0
	for _, b := range g.bases {
		columns += len(b)
	}
	if columns == 0 {
		return nil, fmt.Errorf("spikes: %s: there is no stimulus, no history and no other cell; a constant rate is the mean", call)
	}
	if float64(n)*float64(columns) > 1<<28 {
		return nil, fmt.Errorf("spikes: %s: %d bins with %d bumps are too many, %d numbers at most; take longer bins or fewer bumps", call, n, columns, 1<<28)
	}
	task := display.Start("spikes."+call, "filters", len(g.bases))
	defer task.End()
	y := histogram(s, n, t0, t1)
	x := make([][]float64, n)
	all := make([]float64, n*columns)
	for i := range x {
		x[i] = all[i*columns : (i+1)*columns]
	}
	at := 0
	for f, series := range g.series(y, t0, t1) {
		if task.Add(1); task.Err() != nil {
			return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
		}
		for _, b := range g.bases[f] {
			convolveInto(x, at, series, b, g.delay[f])
			at++
		}
	}
	if g.fit, err = (PoissonRegression{L2: o.L2}).Fit(x, y); err != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, err)
	}
	g.Parameters = columns + 1
	g.Constant = g.fit.Intercept + vec.Log(1000/o.Bin)
	g.Spikes = len(g.train)
	rate := g.fit.Rate(x)
	mean := float64(g.Spikes) / float64(n)
	gain := 0.0
	for i, c := range y {
		if c > 0 {
			gain += float64(c * vec.Log(rate[i]/mean))
			g.Deviance += float64(2 * c * vec.Log(c/rate[i]))
		}
		gain += mean - rate[i]
		g.Deviance += float64(2 * (rate[i] - c))
	}
	g.BitsPerSpike = gain / float64(g.Spikes) / math.Ln2
	g.Rate = neuro.Trace{Name: "rate", Unit: "Hz", T0: t0, Dt: o.Bin, Y: rate}
	for i := range rate {
		rate[i] *= 1000 / o.Bin
	}
	f := newPoisson(x, y, o.L2, mean)
	theta := append(append([]float64(nil), g.fit.Coef...), g.fit.Intercept+vec.DotBlock(g.fit.Coef, f.mean))
	covariance, dependent := linalg.InversePositive(f.hessian(theta), 1e-14)
	at = 0
	for i, b := range g.bases {
		filter := Filter{Name: g.names()[i], Lag: make([]float64, len(b[0])), Y: make([]float64, len(b[0])), SE: make([]float64, len(b[0]))}
		for k := range filter.Lag {
			filter.Lag[k] = float64(k+g.delay[i]) * o.Bin
			v := 0.0
			for j := range b {
				filter.Y[k] += float64(g.fit.Coef[at+j] * b[j][k])
				for l := range b {
					if dependent < 0 {
						v += float64(float64(b[j][k]*b[l][k]) * covariance[at+j][at+l])
					}
				}
			}
			filter.SE[k] = math.Sqrt(v / float64(n))
			if dependent >= 0 {
				filter.SE[k] = math.NaN()
			}
		}
		at += len(b)
		g.Filters = append(g.Filters, filter)
	}
	return g, nil
}

// makeBases makes the bumps of each filter.
func (g *GLM) makeBases(call string) error {
	o := &g.options
	pick := func(v, otherwise float64) float64 {
		if v == 0 {
			return otherwise
		}
		return v
	}
	if o.Stimulus != nil {
		n := o.StimulusBumps
		if n == 0 {
			n = 8
		}
		if o.StimulusPeaks == [2]float64{} {
			o.StimulusPeaks[1] = 60 * o.Bin
		}
		b, err := RaisedCosines(n, o.Bin, o.StimulusPeaks, pick(o.StimulusOffset, math.Max(o.StimulusPeaks[1], o.Bin)))
		if err != nil {
			return fmt.Errorf("spikes: %s: of the stimulus: %w", call, err)
		}
		g.bases, g.delay = append(g.bases, b), append(g.delay, 0)
	}
	n := o.HistoryBumps
	if n < -1 {
		return fmt.Errorf("spikes: %s: HistoryBumps is %d; it must be 1 or more, 0 (6) or -1 (no history)", call, n)
	}
	if n <= 0 {
		n = 6
	}
	if o.HistoryPeaks == [2]float64{} {
		o.HistoryPeaks[1] = 50 * o.Bin
	}
	b, err := RaisedCosines(n, o.Bin, o.HistoryPeaks, pick(o.HistoryOffset, 2*o.Bin))
	if err != nil {
		return fmt.Errorf("spikes: %s: of the history: %w", call, err)
	}
	if o.HistoryBumps != -1 {
		g.bases, g.delay = append(g.bases, b), append(g.delay, 1)
	}
	for range o.Others {
		g.bases, g.delay = append(g.bases, b), append(g.delay, 1)
	}
	return nil
}

// series are what each filter is laid over.
func (g *GLM) series(own []float64, t0, t1 float64) (out [][]float64) {
	if g.options.Stimulus != nil {
		out = append(out, g.options.Stimulus)
	}
	if g.options.HistoryBumps != -1 {
		out = append(out, own)
	}
	for _, c := range g.options.Others {
		out = append(out, histogram(c, len(own), t0, t1))
	}
	return out
}

func (g *GLM) names() (out []string) {
	if g.options.Stimulus != nil {
		out = append(out, "stimulus")
	}
	if g.options.HistoryBumps != -1 {
		out = append(out, "own spikes")
	}
	for i := range g.options.Others {
		out = append(out, fmt.Sprintf("spikes of cell %d", i))
	}
	return out
}

// convolveInto sets column at of x to Σ_k b[k] series[i-delay-k].
func convolveInto(x [][]float64, at int, series, b []float64, delay int) {
	sparse := 0
	for _, v := range series {
		if v != 0 {
			sparse++
		}
	}
	if sparse < len(series)/4 { // spikes: from each of them on
		for i, v := range series {
			if v == 0 {
				continue
			}
			for k, w := range b {
				if to := i + delay + k; to < len(x) {
					x[to][at] += float64(v * w)
				}
			}
		}
		return
	}
	reversed := make([]float64, len(b))
	for k, w := range b {
		reversed[len(b)-1-k] = w
	}
	for i := range x {
		end := i - delay + 1
		if end <= 0 {
			continue
		}
		from := max(0, end-len(b))
		x[i][at] = vec.DotBlock(series[from:end], reversed[len(b)-(end-from):])
	}
}
