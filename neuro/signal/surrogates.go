package signal

import (
	"cmp"
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/stats"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// PhaseRandomized returns a signal with the spectrum of x and random phases: what a
// stationary Gaussian process with that spectrum could have given. The mean stays.
// The same seed gives the same signal.
//
// NaN, infinite samples and an empty x are errors. Source: Theiler et al. 1992,
// Physica D 58:77.
func PhaseRandomized(x []float64, seed uint64) ([]float64, error) {
	if err := checkSamples("PhaseRandomized", "x", x); err != nil {
		return nil, err
	}
	return phaseRandomized(x, rng.New(seed, 0)), nil
}

func phaseRandomized(x []float64, r *rng.Source) []float64 {
	n := len(x)
	plan := fft.New(n)
	z := make([]complex128, n/2+1)
	plan.RealForward(z, x)
	for k := 1; k < (n+1)/2; k++ {
		z[k] = product(z[k], turn(r.Float64()))
	}
	if n%2 == 0 && r.Float64() < 0.5 {
		z[n/2] = -z[n/2]
	}
	y := make([]float64, n)
	plan.RealInverse(y, z)
	return y
}

// SurrogateOptions say what directed connectivity is compared with. The zero value
// of a field means its default.
type SurrogateOptions struct {
	// Shuffle is "trials" (also ""): each channel's trials change places, so
	// that channels of one trial come from different ones; or "phase": each
	// channel of each trial gets random phases of its own.
	Shuffle string
	N       int // surrogates; 0 is 199
	Seed    uint64
}

// A DirectedTest compares directed connectivity in a band with surrogates in which
// channels have nothing to do with each other. Matrices are [to][from], NaN on the
// diagonal.
type DirectedTest struct {
	Measure    string
	Band       [2]float64  `unit:"Hz"`
	V          [][]float64 // mean over the band
	P          [][]float64 // (b+1)/(m+1) for b of m surrogates as large or larger
	PMax       [][]float64 // the same against the largest of all pairs: corrected for their number
	Shuffle    string
	Surrogates int
	Names      []string
	Order      int
}

// DirectedSurrogates tests a measure of VAR.Directed, as its mean over 9 frequencies
// between lo and hi (Hz), against surrogates. The order that o chooses for the data is
// used for all.
//
// The surrogates keep each channel's spectrum and cut all ties between channels, at
// once and delayed: a small p says that there is a tie to this target, which for
// one-sided influence and noise in common means less than that this direction is
// real; compare directions, or VAR.Granger's tests. "trials" is exact where trials
// are exchangeable, and leaves what is locked to them in; "phase" assumes a stationary
// Gaussian process and suits long stretches: its surrogates go round in a circle, and
// the ends of trials of 150 samples let it find 6 to 8 % at a level of 0.05, of a
// stretch of 3000 5 %.
//
// trials, fs and o as for FitVAR. Errors: those of FitVAR and VAR.Directed, fewer than
// 2 trials for "trials", an unknown shuffle. Sources: Kamiński et al. 2001, Biol.
// Cybern. 85:145 (phases); Phipson and Smyth 2010 (p).
func DirectedSurrogates(trials [][][]float64, fs float64, o VAROptions, measure string, lo, hi float64, s SurrogateOptions) (*DirectedTest, error) {
	const call = "DirectedSurrogates"
	s.Shuffle, s.N = cmp.Or(s.Shuffle, "trials"), cmp.Or(s.N, 199)
	if s.Shuffle != "trials" && s.Shuffle != "phase" {
		return nil, fmt.Errorf("signal: %s: Shuffle %q is not known; allowed are trials, phase", call, s.Shuffle)
	}
	if s.N < 1 {
		return nil, fmt.Errorf("signal: %s: N is %d; 1 or more surrogates are needed (19 for p = 0.05)", call, s.N)
	}
	if s.Shuffle == "trials" && len(trials) < 2 {
		return nil, fmt.Errorf(`signal: %s: Shuffle "trials" of %d trials; 2 or more are needed ("phase" suits one stretch)`, call, len(trials))
	}
	if err := checkBand(call, lo, hi); err != nil {
		return nil, err
	}
	f := make([]float64, 9)
	for k := range f {
		f[k] = lo + float64((hi-lo)*float64(k)*0.125)
	}
	band := func(x [][][]float64, o VAROptions) ([][]float64, *VAR, error) {
		m, err := FitVAR(x, fs, o)
		if err != nil {
			return nil, nil, err
		}
		d, err := m.Directed(measure, f)
		if err != nil {
			return nil, nil, err
		}
		v, err := d.Matrix(lo, hi*(1+1e-12))
		return v, m, err
	}
	v, m, err := band(trials, o)
	if err != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, err)
	}
	n := len(v)
	t := &DirectedTest{Measure: measure, Band: [2]float64{lo, hi}, V: v, P: linalg.Zeros(n), PMax: linalg.Zeros(n), Shuffle: s.Shuffle, Surrogates: s.N, Names: m.Names, Order: len(m.A)}
	o.Order = t.Order
	null, errs := make([][][]float64, s.N), make([]error, s.N)
	task := display.Start("signal."+call, "surrogates", s.N)
	defer task.End()
	linalg.Parallel(s.N, func(k int) {
		if task.Err() == nil {
			null[k], _, errs[k] = band(surrogate(trials, s.Shuffle, rng.New(s.Seed, uint64(k))), o)
			task.Add(1)
		}
	})
	if err := firstError(task.Err(), errs); err != nil {
		return nil, fmt.Errorf("signal: %s: a surrogate: %w", call, err)
	}
	most := make([]float64, s.N)
	for k := range most {
		for i := range n {
			for j := range n {
				if i != j {
					most[k] = max(most[k], null[k][i][j])
				}
			}
		}
	}
	one := make([]float64, s.N)
	for i := range n {
		for j := range n {
			if i == j {
				t.P[i][j], t.PMax[i][j] = math.NaN(), math.NaN()
				continue
			}
			for k := range one {
				one[k] = null[k][i][j]
			}
			t.P[i][j] = stats.PermutationP([]float64{v[i][j]}, one, false)[0]
			t.PMax[i][j] = stats.PermutationP([]float64{v[i][j]}, most, false)[0]
		}
	}
	return t, nil
}

// surrogate cuts the ties between channels.
func surrogate(trials [][][]float64, shuffle string, r *rng.Source) [][][]float64 {
	out := make([][][]float64, len(trials))
	for i := range out {
		out[i] = make([][]float64, len(trials[i]))
	}
	for c := range trials[0] {
		if shuffle == "trials" {
			for i, from := range r.Perm(len(trials)) {
				out[i][c] = trials[from][c]
			}
			continue
		}
		for i := range trials {
			out[i][c] = phaseRandomized(trials[i][c], r)
		}
	}
	return out
}

// Table returns one row for each way.
func (t *DirectedTest) Table() table.Table {
	var from, to []string
	var v, p, most []float64
	for j := range t.V {
		for i := range t.V {
			if i != j {
				from, to = append(from, t.Names[j]), append(to, t.Names[i])
				v, p, most = append(v, t.V[i][j]), append(p, t.P[i][j]), append(most, t.PMax[i][j])
			}
		}
	}
	return table.Table{
		Title: fmt.Sprintf("%s, %g to %g Hz, order %d; %d surrogates, %s", (&Directed{Measure: t.Measure}).title(), t.Band[0], t.Band[1], t.Order, t.Surrogates, t.Shuffle),
		Cols:  []table.Col{{Name: "from", Text: from}, {Name: "to", Text: to}, {Name: "mean", Num: v}, {Name: "p", Num: p}, {Name: "p (all pairs)", Num: most}},
	}
}

// Show draws the figure of Plot.
func (t *DirectedTest) Show() display.Bundle { return t.Plot().Show() }

// Plot returns the values as a matrix of colours, source by column and target by
// row; red points mark PMax < 0.05.
func (t *DirectedTest) Plot() *figure.Figure {
	marked := make([][]bool, len(t.V))
	for i := range marked {
		marked[i] = make([]bool, len(t.V))
		for j := range marked[i] {
			marked[i][j] = t.PMax[i][j] < 0.05
		}
	}
	fig := directedMatrix(t.V, t.Names, (&Directed{Measure: t.Measure}).title(), marked)
	fig.Panels[0].Title = fmt.Sprintf("%g to %g Hz; red: p < 0.05 over all pairs", t.Band[0], t.Band[1])
	return fig
}
