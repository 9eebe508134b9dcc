package decode

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// GPFA is Gaussian-process factor analysis: what a population of neurons shares, as
// a few factors that change smoothly within a trial. The zero value of a field means
// its default.
type GPFA struct {
	Factors int // 0 is 3
	// Bin is the time over which spikes are counted, ms; 0 is 20.
	Bin float64
	// Timescale is where the search for those of the factors begins, ms; 0 is 100.
	Timescale float64
	// Jitter is the share of a factor's variance that does not last from bin to bin,
	// above 0 and below 1; 0 is 0.001.
	Jitter float64
	// Floor is the least variance of a unit's own noise, as a share of the variance
	// of its values; 0 is 0.01.
	Floor float64
	// Segment is how many bins the pieces have that the model learns from; 0 is 20,
	// -1 takes trials whole, which takes a time that grows with the cube of their bins.
	// Pieces of a trial overlap evenly where it is not a multiple; shorter trials are
	// pieces of their own.
	Segment int
	// Tol ends the search: when five rounds raise the likelihood by less than this
	// share of its whole rise; 0 is 1e-8. Rounds are at most that many; 0 is 500.
	Tol    float64
	Rounds int
}

// A GPFAFit is a fitted Gaussian-process factor analysis.
type GPFAFit struct {
	Loadings  [][]float64 // [unit][factor]
	Mean      []float64   // of the root of each unit's counts
	Noise     []float64   // variance of each unit's own noise
	Timescale []float64   `unit:"ms"` // of each factor
	// Axes are the loadings made orthonormal, [unit][axis], the axis along which
	// most varies first; the largest element of each is positive.
	Axes [][]float64
	// LogLikelihood is that of the pieces that were learned from, in the last round
	// and in those before it that looked (1, 2, 5, 10, ...), nats.
	LogLikelihood float64
	Rise          []float64
	Rounds        int
	Converged     bool // whether it ended by Tol
	Bins          int  // learned from

	model *gpModel
	turn  [][]float64 // [axis][factor]: trajectories along axes from factors
	bin   float64
}

// withDefaults returns the options with their defaults, checked.
func (g GPFA) withDefaults(caller string) (GPFA, error) {
	pick := func(v *float64, otherwise float64) {
		if *v == 0 {
			*v = otherwise
		}
	}
	pick(&g.Bin, 20)
	pick(&g.Timescale, 100)
	pick(&g.Jitter, 1e-3)
	pick(&g.Floor, 0.01)
	pick(&g.Tol, 1e-8)
	for _, o := range []struct {
		name    string
		v       float64
		most    float64
		allowed string
	}{{"Bin", g.Bin, math.MaxFloat64, "above 0 ms and finite"}, {"Timescale", g.Timescale, math.MaxFloat64, "above 0 ms and finite"},
		{"Jitter", g.Jitter, 0.999, "above 0 and at most 0.999"}, {"Floor", g.Floor, 1, "above 0 and at most 1"}, {"Tol", g.Tol, 1, "above 0 and at most 1"}} {
		if !(o.v > 0) || !(o.v <= o.most) {
			return g, fmt.Errorf("decode: %s: %s is %g, it must be %s", caller, o.name, o.v, o.allowed)
		}
	}
	if g.Factors == 0 {
		g.Factors = 3
	}
	if g.Segment == 0 {
		g.Segment = 20
	}
	if g.Rounds == 0 {
		g.Rounds = 500
	}
	if g.Factors < 1 || g.Segment < -1 || g.Segment == 1 || g.Rounds < 1 {
		return g, fmt.Errorf("decode: %s: Factors is %d, Segment %d and Rounds %d; they must be 1 or more, and Segment 2 or more or -1", caller, g.Factors, g.Segment, g.Rounds)
	}
	return g, nil
}

// Fit learns from trials, each a raster of the same units in the same order. Trials
// may differ in length.
//
//	y_t = C x_t + d + ε_t,   ε_t ~ N(0, diag(R))
//	cov(x_kt, x_ku) = (1 - Jitter) exp(-(t-u)²/(2 τ_k²)) + Jitter δ_tu
//
// where y are the square roots of the counts in bins and x the factors, each with a
// timescale τ_k of its own. The likelihood is raised by expectation and maximisation
// from a factor analysis on; it is not sure to end in the highest maximum. What is
// left of a trial behind its last whole bin does not count.
//
// Fewer than one trial, trials of unequal numbers of units, or shorter than two bins, trains
// that are not finite and ascending or leave the trial, a unit that is silent or has
// the same count in each bin of the trials, Factors that are not fewer than units, and
// options out of range are errors.
//
// Source: Yu, Cunningham, Santhanam, Ryu, Shenoy and Sahani 2009, J. Neurophysiol.
// 102:614. Checked against elephant 1.2.1's GPFA,
// which begins with a factor analysis of another precision and lets pieces overlap at
// random.
func (g GPFA) Fit(trials []neuro.Raster) (*GPFAFit, error) {
	const caller = "GPFA.Fit"
	g, err := g.withDefaults(caller)
	if err != nil {
		return nil, err
	}
	y, err := g.counts(caller, trials)
	if err != nil {
		return nil, err
	}
	return g.fit(caller, y)
}

// counts returns the roots of counts, [trial][bin][unit].
func (g GPFA) counts(caller string, trials []neuro.Raster) ([][][]float64, error) {
	wrong := func(format string, a ...any) ([][][]float64, error) {
		return nil, fmt.Errorf("decode: %s: "+format, append([]any{caller}, a...)...)
	}
	if len(trials) == 0 {
		return wrong("there are no trials; 1 or more are needed")
	}
	units := len(trials[0].Trains)
	y := make([][][]float64, len(trials))
	for i, r := range trials {
		if len(r.Trains) != units || units < 2 {
			return wrong("trial %d has %d units and the first %d; all must have the same, 2 or more, in the same order", i, len(r.Trains), units)
		}
		long := r.T1 - r.T0
		if !(long > 0) || math.IsInf(r.T0, 0) || math.IsInf(r.T1, 0) {
			return wrong("trial %d lasts from %g to %g ms; T1 must be above T0 and both finite", i, r.T0, r.T1)
		}
		n := long / g.Bin * (1 + 1e-12)
		if n < 2 || n > 1e6 {
			return wrong("trial %d lasts %g ms, which is %.3g bins of %g ms; 2 to 1000000 are possible", i, long, n, g.Bin)
		}
		y[i] = make([][]float64, int(n))
		for t := range y[i] {
			y[i][t] = make([]float64, units)
		}
		for u, train := range r.Trains {
			last := math.Inf(-1)
			for k, at := range train {
				if !(at >= last) || !(at >= r.T0) || !(at <= r.T1) {
					return wrong("trial %d, unit %d: spike %d is at %g ms; spikes must ascend and lie from %g to %g ms", i, u, k, at, r.T0, r.T1)
				}
				last = at
				if b := int((at - r.T0) / g.Bin); b < len(y[i]) {
					y[i][b][u]++
				}
			}
		}
		for _, row := range y[i] {
			for u, v := range row {
				row[u] = math.Sqrt(v)
			}
		}
	}
	return y, nil
}

// pieces cuts trials, [trial][bin][unit], into pieces.
func (g GPFA) pieces(y [][][]float64) (out [][][]float64) {
	for _, trial := range y {
		n := len(trial)
		if g.Segment < 0 || n <= g.Segment {
			out = append(out, trial)
			continue
		}
		many := (n + g.Segment - 1) / g.Segment
		for k := range many {
			from := k * (n - g.Segment) / (many - 1)
			out = append(out, trial[from:from+g.Segment])
		}
	}
	return out
}

func (g GPFA) fit(caller string, y [][][]float64) (*GPFAFit, error) {
	units := len(y[0][0])
	if g.Factors >= units {
		return nil, fmt.Errorf("decode: %s: Factors is %d, it must be below the %d units", caller, g.Factors, units)
	}
	pieces := g.pieces(y)
	var all [][]float64
	longest := 0
	for _, p := range pieces {
		all = append(all, p...)
		longest = max(longest, len(p))
	}
	if longest*g.Factors > mostGP {
		return nil, tooLong(caller, longest, g.Factors)
	}
	for u := range units {
		constant := true
		for _, row := range all {
			constant = constant && row[u] == all[0][u]
		}
		if constant {
			what := "is silent"
			if all[0][u] > 0 {
				what = fmt.Sprintf("has %g spikes in each bin", all[0][u]*all[0][u])
			}
			return nil, fmt.Errorf("decode: %s: unit %d %s, which has no variance to explain; leave it out", caller, u, what)
		}
	}
	start, err := FactorAnalysis{Factors: g.Factors, most: 100}.Fit(all)
	if err != nil {
		return nil, fmt.Errorf("decode: %s: the factor analysis that it begins with: %w", caller, err)
	}
	m := &gpModel{c: linalg.Transposed(start.Loadings), d: start.Mean, r: start.Noise, jitter: g.Jitter}
	for u, v := range newGPWork(pieces, m, g.Floor).floor {
		m.r[u] = math.Max(m.r[u], v)
	}
	for range g.Factors {
		m.gamma = append(m.gamma, float64(g.Bin/g.Timescale)*(g.Bin/g.Timescale))
	}
	return g.raise(caller, m, pieces)
}

// raise raises the likelihood from a model on.
func (g GPFA) raise(caller string, m *gpModel, pieces [][][]float64) (*GPFAFit, error) {
	f := &GPFAFit{bin: g.Bin}
	task := display.Start("decode."+caller, "rounds", g.Rounds)
	defer task.End()
	e := newGPWork(pieces, m, g.Floor)
	f.Bins = e.bins
	before, first := 0.0, 0.0
	for f.Rounds = 1; f.Rounds <= g.Rounds; f.Rounds++ {
		if task.Add(1); task.Err() != nil {
			return nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
		}
		look := f.Rounds <= 2 || f.Rounds%5 == 0
		if err := e.expect(m, task); err != nil {
			return nil, fmt.Errorf("decode: %s: round %d: %w", caller, f.Rounds, err)
		}
		if err := e.maximise(m, task); err != nil {
			return nil, fmt.Errorf("decode: %s: round %d: %w", caller, f.Rounds, err)
		}
		if !look {
			continue
		}
		now := e.logLikelihood
		f.Rise = append(f.Rise, now)
		if f.Rounds <= 2 {
			first = now
		} else if now-first < float64((1+g.Tol)*(before-first)) {
			f.Converged = true
			break
		}
		before = now
	}
	f.Rounds = min(f.Rounds, g.Rounds)
	if task.Err() != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
	}
	if err := e.expect(m, task); err != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, err)
	}
	f.LogLikelihood = e.logLikelihood
	f.model, f.Loadings, f.Mean, f.Noise = m, m.c, m.d, m.r
	for _, v := range m.gamma {
		f.Timescale = append(f.Timescale, g.Bin/math.Sqrt(v))
	}
	return f, f.orthonormalise(caller)
}

// orthonormalise finds Axes by the singular values of the loadings.
func (f *GPFAFit) orthonormalise(caller string) error {
	q, units := len(f.Timescale), len(f.Mean)
	columns := linalg.Transposed(f.Loadings)
	square := linalg.Zeros(q)
	for a := range q {
		for b := range q {
			square[a][b] = dot(columns[a], columns[b])
		}
	}
	values, vectors, ok := linalg.Symmetric(square)
	if !ok || !(values[0] > 1e-14*values[q-1]) {
		return fmt.Errorf("decode: %s: the loadings of the %d factors depend on each other; take fewer Factors", caller, q)
	}
	f.Axes = linalg.Matrix(units, q)
	for a := range q {
		v, size := vectors[q-1-a], math.Sqrt(values[q-1-a])
		axis := make([]float64, units)
		for b, c := range columns {
			addTimes(axis, v[b]/size, c)
		}
		before := axis[0]
		turn(axis)
		if axis[0] != before {
			size = -size
		}
		row := make([]float64, q)
		vec.MulConstBlock(row, v, size)
		f.turn = append(f.turn, row)
		for u, w := range axis {
			f.Axes[u][a] = w
		}
	}
	return nil
}

// Trajectories are the paths of a population through trials.
type Trajectories struct {
	// Y is [trial][axis][bin], along the axes of the fit: the mean given all spikes of
	// the trial.
	Y   [][][]float64
	T0  []float64 `unit:"ms"` // middle of the first bin of each trial
	Bin float64   `unit:"ms"`
	// LogLikelihood is that of the trials under the fit, nats.
	LogLikelihood float64
	Timescale     []float64 `unit:"ms"` // of the factors of the fit
}

// Trajectories returns the paths that trials take, which need not be those of the
// fit. Each trial is taken whole, as long as it is.
//
// Trials that Fit would refuse, or with another number of units, are errors; a unit
// may be silent.
func (f *GPFAFit) Trajectories(trials []neuro.Raster) (*Trajectories, error) {
	const caller = "GPFAFit.Trajectories"
	y, err := GPFA{Bin: f.bin}.counts(caller, trials)
	if err != nil {
		return nil, err
	}
	if n := len(trials[0].Trains); n != len(f.Mean) {
		return nil, fmt.Errorf("decode: %s: trials have %d units, the fit has %d", caller, n, len(f.Mean))
	}
	out := &Trajectories{Bin: f.bin, Timescale: f.Timescale}
	for i, trial := range y {
		if len(trial)*len(f.Timescale) > mostGP {
			return nil, tooLong(caller, len(trial), len(f.Timescale))
		}
		out.T0 = append(out.T0, trials[i].T0+float64(f.bin/2))
	}
	task := display.Start("decode."+caller, "lengths", 0)
	defer task.End()
	e := newGPWork(y, f.model, 0)
	if err := e.expect(f.model, task); err != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, err)
	}
	if task.Err() != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
	}
	out.LogLikelihood = e.logLikelihood
	for i := range y {
		path := linalg.Matrix(len(f.turn), len(y[i]))
		for t := range y[i] {
			x := e.mean[i][t*len(f.turn) : (t+1)*len(f.turn)]
			for a, row := range f.turn {
				path[a][t] = dot(row, x)
			}
		}
		out.Y = append(out.Y, path)
	}
	return out, nil
}

// GPFADimensions says how well numbers of factors tell trials that they were not
// learned from.
type GPFADimensions struct {
	Factors       []int
	LogLikelihood [][]float64 // [number of factors][fold], of the trials left out, nats
	Method        string      // how trials were divided
	Trials        int
}

// Dimensions cross-validates numbers of factors: trials are shuffled by seed and
// dealt out to folds, and the likelihood of those of a fold is that under the fit to
// all others. Factors of g does not count.
//
// No numbers of factors, folds below 2 or above the number of trials, and the errors
// of Fit, such as a unit that is silent in all trials outside of a fold, are errors.
//
// Source: Yu et al. 2009, J. Neurophysiol. 102:614. It is scikit-learn's
// cross_val_score of elephant's GPFA, but for how trials are dealt out.
func (g GPFA) Dimensions(trials []neuro.Raster, factors []int, folds int, seed uint64) (*GPFADimensions, error) {
	const caller = "GPFA.Dimensions"
	g, err := g.withDefaults(caller)
	if err != nil {
		return nil, err
	}
	y, err := g.counts(caller, trials)
	if err != nil {
		return nil, err
	}
	if len(factors) == 0 || folds < 2 || folds > len(trials) {
		return nil, fmt.Errorf("decode: %s: there are %d numbers of factors, %d folds and %d trials; 1 number or more, and 2 folds or more of a trial or more are needed", caller, len(factors), folds, len(trials))
	}
	provenance.Random("decode."+caller, seed)
	fold := make([]int, len(y))
	for k, i := range rng.New(seed, 0).Perm(len(y)) {
		fold[i] = k % folds
	}
	out := &GPFADimensions{Factors: append([]int(nil), factors...), Method: fmt.Sprintf("%d folds of trials", folds), Trials: len(trials)}
	task := display.Start("decode."+caller, "fits", len(factors)*folds)
	defer task.End()
	for _, q := range factors {
		if q < 1 {
			return nil, fmt.Errorf("decode: %s: a number of factors is %d, it must be 1 or more", caller, q)
		}
		g.Factors = q
		var row []float64
		for k := range folds {
			if task.Add(1); task.Err() != nil {
				return nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
			}
			var train, test [][][]float64
			for i, f := range fold {
				if f == k {
					test = append(test, y[i])
				} else {
					train = append(train, y[i])
				}
			}
			f, err := g.fit(caller, train)
			if err != nil {
				return nil, fmt.Errorf("%w (%d factors, fold %d of %d)", err, q, k+1, folds)
			}
			for _, t := range test {
				if len(t)*q > mostGP {
					return nil, tooLong(caller, len(t), q)
				}
			}
			e := newGPWork(test, f.model, 0)
			if err := e.expect(f.model, task); err != nil {
				return nil, fmt.Errorf("decode: %s: %w", caller, err)
			}
			row = append(row, e.logLikelihood)
		}
		out.LogLikelihood = append(out.LogLikelihood, row)
	}
	return out, nil
}
