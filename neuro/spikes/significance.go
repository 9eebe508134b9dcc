package spikes

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// A CorrelogramResult is a cross-correlogram beside those of surrogates.
type CorrelogramResult struct {
	Lag    []float64 `unit:"ms"` // middle of each bin, ms
	Counts []float64 // pairs in each bin
	Mean   []float64 // mean over surrogates and data
	// Lo and Hi are the pointwise band: a bin taken alone is outside of it with
	// probability Level. SimLo and SimHi are the simultaneous one: any bin at all is outside
	// with probability Level.
	Lo, Hi, SimLo, SimHi []float64
	// PHigh and PLow are, for a bin taken alone, the probability of as many pairs or
	// more, and of as few or fewer; PAny that of a correlogram that strays as far at
	// any lag. They are (b+1)/(m+1).
	PHigh, PLow []float64
	PAny        float64
	Level       float64
	Method      string
	Bin         float64 `unit:"ms"`
}

// CorrelogramTest compares the cross-correlogram of a and b with those of a and
// surrogates of b, o.N of them, that Surrogate makes by o.Method: by default "jitter"
// in windows of o.Width, which asks for synchrony finer than Width. level is the
// probability of an error, 0 for 0.05.
//
// In each bin the counts of the data and of all m surrogates are ranked, which
// gives the pointwise band and P. For the simultaneous ones the largest distance from
// the mean over lags,
//
//	d = max_lag |C - mean(C)| / sd(C),
//
// of the data is ranked among those of the surrogates, mean and sd being those of all m+1:
// with an exact method PAny is below level in at most that share of data
// without synchrony, however many lags there are.
//
// bin and window are those of CrossCorrelogram, in ms. Results are the same bits for any
// number of threads. Errors: those of CrossCorrelogram and Surrogate, level
// not between 0 and 1 or below what N surrogates can show. Sources: Fujisawa,
// Amarasingham, Harrison and Buzsaki 2008, Nat. Neurosci. 11:823; Amarasingham,
// Harrison, Hatsopoulos and Geman 2012, J. Neurophysiol. 107:517. Checked on
// trains without synchrony.
func CorrelogramTest(a, b neuro.Spikes, bin, window, level float64, o SurrogateOptions) (*CorrelogramResult, error) {
	const call = "CorrelogramTest"
	if err := check(call, "a", a); err != nil {
		return nil, err
	}
	if o.T0 == 0 && o.T1 == 0 { // the window of both trains
		for _, s := range []neuro.Spikes{a, b} {
			if len(s) > 0 {
				o.T0, o.T1 = math.Min(o.T0, s[0]), math.Max(o.T1, s[len(s)-1])
			}
		}
	}
	m, err := newSurrogates(call, "b", b, o)
	if err != nil {
		return nil, err
	}
	half, err := lags(call, bin, window)
	if err != nil {
		return nil, err
	}
	if level == 0 {
		level = 0.05
	}
	n := m.o.N
	if !(level > 0 && level < 1) || math.Floor(level/2*float64(n+1)) < 1 {
		return nil, fmt.Errorf("spikes: %s: level is %g with %d surrogates; it must be below 1 and at least 2/(N+1) (0: 0.05)", call, level, n)
	}
	a = within(a, m.o.T0, m.o.T1)
	if len(a) == 0 || len(m.s) == 0 {
		return nil, fmt.Errorf("spikes: %s: a has %d and b %d spikes between %g and %g ms; both need 1 or more", call, len(a), len(m.s), m.o.T0, m.o.T1)
	}
	size := 2*half + 1
	if (n+1)*size > largest {
		return nil, fmt.Errorf("spikes: %s: %d surrogates of %d lags are too many; at most %d values are allowed", call, n, size, largest)
	}
	task := display.Start("spikes."+call, "surrogates", n)
	defer task.End()
	// Row 0 is the data.
	rows := grid(n+1, size)
	linalg.Parallel(n+1, func(k int) {
		if task.Err() != nil {
			return
		}
		s := m.s
		if k > 0 {
			s = m.draw(k - 1)
		}
		pairCounts(rows[k], a, s, bin, false, task)
		task.Add(1)
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	r := &CorrelogramResult{
		Lag: make([]float64, size), Counts: rows[0], Level: level, Method: m.o.Method, Bin: bin,
		Mean: make([]float64, size), Lo: make([]float64, size), Hi: make([]float64, size),
		SimLo: make([]float64, size), SimHi: make([]float64, size),
		PHigh: make([]float64, size), PLow: make([]float64, size),
	}
	sd, column, all := make([]float64, size), make([]float64, n+1), float64(n+1)
	side := int(math.Floor(level / 2 * all))
	for j := range size {
		r.Lag[j] = float64(j-half) * bin
		high, low, mean := 0, 0, 0.0
		for k, row := range rows {
			column[k] = row[j]
			mean += row[j]
			if row[j] >= rows[0][j] {
				high++
			}
			if row[j] <= rows[0][j] {
				low++
			}
		}
		r.PHigh[j], r.PLow[j] = float64(high)/all, float64(low)/all
		mean /= all
		for _, c := range column {
			sd[j] += float64((c - mean) * (c - mean))
		}
		sd[j] = math.Sqrt(sd[j] / all)
		r.Mean[j] = mean
		slices.Sort(column)
		r.Lo[j], r.Hi[j] = column[side], column[n-side]
	}
	far := make([]float64, n+1)
	for k, row := range rows {
		for j, c := range row {
			if sd[j] > 0 {
				far[k] = math.Max(far[k], math.Abs(c-r.Mean[j])/sd[j])
			}
		}
	}
	count := 0
	for _, d := range far {
		if d >= far[0] {
			count++
		}
	}
	r.PAny = float64(count) / all
	slices.Sort(far)
	q := far[n-int(math.Floor(level*all))]
	for j := range size {
		r.SimLo[j] = math.Max(0, r.Mean[j]-float64(q*sd[j]))
		r.SimHi[j] = r.Mean[j] + float64(q*sd[j])
	}
	return r, nil
}

// Show draws the figure of Plot.
func (r CorrelogramResult) Show() display.Bundle { return r.Plot().Show() }

// Plot returns the correlogram as bars, with the mean of the surrogates and both
// bands; bars beyond the simultaneous band are red.
func (r CorrelogramResult) Plot() *figure.Figure {
	n := len(r.Lag)
	edges, beyond := make([]float64, n+1), make([]float64, n)
	for i := range edges {
		edges[i] = (float64(i) - float64(n/2) - 0.5) * r.Bin
	}
	any := false
	for i, c := range r.Counts {
		if c > r.SimHi[i] || c < r.SimLo[i] {
			beyond[i], any = c, true
		}
	}
	band := func(name string, lo, hi []float64, dash bool) []figure.Layer {
		return []figure.Layer{
			{Kind: figure.Line, Name: name, X: r.Lag, Y: hi, Color: "black", Dash: dash, Width: 1},
			{Kind: figure.Line, X: r.Lag, Y: lo, Color: "black", Dash: dash, Width: 1},
		}
	}
	layers := []figure.Layer{{Kind: figure.Bars, X: edges, Y: r.Counts, Color: "sky"}}
	if any {
		layers = append(layers, figure.Layer{Kind: figure.Bars, X: edges, Y: beyond, Color: "red"})
	}
	layers = append(layers, figure.Layer{Kind: figure.Line, Name: "mean of surrogates", X: r.Lag, Y: r.Mean, Color: "blue"})
	layers = append(layers, band("pointwise", r.Lo, r.Hi, true)...)
	layers = append(layers, band("simultaneous", r.SimLo, r.SimHi, false)...)
	return &figure.Figure{Panels: []figure.Panel{{
		Title:  fmt.Sprintf("%s, any lag: P = %.3g", r.Method, r.PAny),
		X:      figure.Axis{Label: "lag", Unit: "ms", Min: edges[0], Max: edges[n]},
		Y:      figure.Axis{Label: "pairs"},
		Layers: layers,
		Legend: "beside",
	}}}
}

// A TrialCorrelogram is a cross-correlogram of two cells over trials, and what of it
// comes of the response of both to the stimulus.
type TrialCorrelogram struct {
	Lag       []float64 `unit:"ms"` // middle of each bin, ms
	Raw       []float64 // pairs per trial within trials
	Predictor []float64 // pairs per trial of trials that are not the same
	Corrected []float64 // Raw - Predictor
	Bin       float64   `unit:"ms"`
}

// ShiftPredictor returns the cross-correlogram of two cells over trials and its shift
// predictor: the mean correlogram of a in a trial and b in another, over all
// shifts,
//
//	Raw = 1/N Σ_i C(a_i, b_i),  Predictor = 1/(N(N-1)) Σ_{i≠j} C(a_i, b_j).
//
// What both cells do in every trial is in both; what goes on between
// them in a trial is in Raw - Predictor, together with what changes from trial to
// trial in both cells. Values are pairs per trial.
//
// a and b are trials in ms from their stimulus, as many of both; bin and window
// are those of CrossCorrelogram. Errors: fewer than 2 trials, unequal numbers, those
// of CrossCorrelogram, which name the trial. Source: Perkel, Gerstein and Moore 1967,
// Biophys. J. 7:419. Checked against a sum by hand.
func ShiftPredictor(a, b []neuro.Spikes, bin, window float64) (*TrialCorrelogram, error) {
	const call = "ShiftPredictor"
	n := len(a)
	if n < 2 || len(b) != n {
		return nil, fmt.Errorf("spikes: %s: a has %d and b %d trials; they must be as many, 2 or more", call, n, len(b))
	}
	for i := range a {
		for k, s := range []neuro.Spikes{a[i], b[i]} {
			if err := check(call, fmt.Sprintf("%c[%d]", "ab"[k], i), s); err != nil {
				return nil, err
			}
		}
	}
	half, err := lags(call, bin, window)
	if err != nil {
		return nil, err
	}
	size := 2*half + 1
	task := display.Start("spikes."+call, "trials", n)
	defer task.End()
	// All pairs of trials at once: the spikes of b of all trials in order.
	pooled := merged(b, task)
	r := &TrialCorrelogram{
		Lag: make([]float64, size), Raw: make([]float64, size),
		Predictor: make([]float64, size), Corrected: make([]float64, size), Bin: bin,
	}
	for i := range a {
		if task.Add(1); task.Err() != nil {
			return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
		}
		pairCounts(r.Raw, a[i], b[i], bin, false, task)
		pairCounts(r.Predictor, a[i], pooled, bin, false, task)
	}
	if task.Err() != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	for j := range size {
		r.Lag[j] = float64(j-half) * bin
		r.Predictor[j] = (r.Predictor[j] - r.Raw[j]) / float64(n*(n-1))
		r.Raw[j] /= float64(n)
		r.Corrected[j] = r.Raw[j] - r.Predictor[j]
	}
	return r, nil
}

// merged returns the spikes of all trains in order. It gives up when the task does.
func merged(trains []neuro.Spikes, task *display.Counter) neuro.Spikes {
	switch len(trains) {
	case 0:
		return nil
	case 1:
		return trains[0]
	}
	half := len(trains) / 2
	a, b := merged(trains[:half], task), merged(trains[half:], task)
	if task.Err() != nil {
		return nil
	}
	out := make(neuro.Spikes, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0] <= b[0] {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// Show draws the figure of Plot.
func (r TrialCorrelogram) Show() display.Bundle { return r.Plot().Show() }

// Plot returns the correlogram with its predictor, and their difference below.
func (r TrialCorrelogram) Plot() *figure.Figure {
	n := len(r.Lag)
	edges := make([]float64, n+1)
	for i := range edges {
		edges[i] = (float64(i) - float64(n/2) - 0.5) * r.Bin
	}
	x := figure.Axis{Label: "lag", Unit: "ms", Min: edges[0], Max: edges[n]}
	return &figure.Figure{ShareX: true, Height: 10, Panels: []figure.Panel{
		{X: x, Y: figure.Axis{Label: "pairs per trial"}, Layers: []figure.Layer{
			{Kind: figure.Bars, X: edges, Y: r.Raw, Color: "sky", Name: "raw"},
			{Kind: figure.Stairs, X: edges, Y: r.Predictor, Color: "red", Name: "shift predictor"},
		}},
		{X: x, Y: figure.Axis{Label: "raw - predictor"}, Layers: []figure.Layer{
			{Kind: figure.Bars, X: edges, Y: r.Corrected, Color: "blue"},
		}},
	}}
}
