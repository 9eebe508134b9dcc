package decode

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

type gpfaParameters struct {
	C     [][]float64
	D     []float64
	R     []float64
	Gamma []float64
}

// gpfaGolden is decode/gpfa.json, which gpfa.py beside it made.
type gpfaGolden struct {
	EM struct {
		Lengths      []int
		Trials       [][]neuro.Spikes
		Start, End   gpfaParameters
		LL           []float64
		Final        float64
		Latent, Orth [][][]float64
	}
	Fit struct {
		Lengths   []int
		Trials    [][]neuro.Spikes
		Score, LL float64
		Rounds    int
		Timescale []float64
		Orth      [][]float64
	}
}

func readGPFA(t testing.TB) (g gpfaGolden) {
	golden.JSON(t, golden.Path(t, "decode/gpfa.json"), &g)
	return g
}

func gpfaTrials(trains [][]neuro.Spikes, bins []int) (out []neuro.Raster) {
	for i, t := range trains {
		out = append(out, neuro.Raster{Trains: t, T1: float64(20 * bins[i])})
	}
	return out
}

// TestGPFARounds: 30 rounds from elephant's own beginning, trials of different
// lengths taken whole. Elephant's search for timescales ends at 1e-5 of the gradient,
// ours at less, which is what parameters differ by.
func TestGPFARounds(t *testing.T) {
	g := readGPFA(t).EM
	o, err := GPFA{Segment: -1, Rounds: 30, Tol: 1e-300}.withDefaults("")
	if err != nil {
		t.Fatal(err)
	}
	trials := gpfaTrials(g.Trials, g.Lengths)
	y, err := o.counts("", trials)
	if err != nil {
		t.Fatal(err)
	}
	m := &gpModel{c: g.Start.C, d: g.Start.D, r: g.Start.R, gamma: g.Start.Gamma, jitter: 1e-3}
	f, err := o.raise("", m, o.pieces(y))
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for k, v := range g.LL {
		if k+1 <= 2 || (k+1)%5 == 0 {
			tol := 1e-10 // before any timescale was searched for
			if k > 0 {
				tol = 1e-6
			}
			golden.Close(t, "log-likelihood", f.Rise[at:at+1], []float64{v}, tol)
			at++
		}
	}
	golden.Close(t, "log-likelihood at the end", []float64{f.LogLikelihood}, []float64{g.Final}, 1e-6)
	golden.Close(t, "timescales", m.gamma, g.End.Gamma, 2e-3)
	golden.Close(t, "means", f.Mean, g.End.D, 1e-4)
	golden.Close(t, "noise", f.Noise, g.End.R, 1e-4)
	for u, row := range f.Loadings {
		golden.Close(t, "loadings", row, g.End.C[u], 1e-3)
	}
	paths, err := f.Trajectories(trials)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "log-likelihood of trials", []float64{paths.LogLikelihood}, []float64{f.LogLikelihood}, 1e-12)
	for i, path := range paths.Y {
		for a, row := range path {
			want := append([]float64(nil), g.Orth[i][a]...)
			// The sign of an axis is free.
			sign := 0.0
			for b, other := range paths.Y[0][a] {
				sign += other * g.Orth[0][a][b]
			}
			for b := range want {
				want[b] *= math.Copysign(1, sign)
			}
			golden.Close(t, "trajectory", row, want, 2e-3)
		}
	}
}

// TestGPFAFit: the whole fit is as likely as elephant's, which did not end within its 500 rounds.
func TestGPFAFit(t *testing.T) {
	g := readGPFA(t).Fit
	trials := gpfaTrials(g.Trials, g.Lengths)
	f, err := GPFA{}.Fit(trials)
	if err != nil {
		t.Fatal(err)
	}
	if f.LogLikelihood < g.LL-0.5 {
		t.Errorf("log-likelihood %g after %d rounds, elephant has %g after %d; timescales %v, %v", f.LogLikelihood, f.Rounds, g.LL, g.Rounds, f.Timescale, g.Timescale)
	}
	for k := 1; k < len(f.Rise); k++ {
		if f.Rise[k] < f.Rise[k-1]-1e-9*math.Abs(f.Rise[k]) {
			t.Errorf("the likelihood falls from %g to %g", f.Rise[k-1], f.Rise[k])
		}
	}
	paths, err := f.Trajectories(trials)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(paths.LogLikelihood-g.Score) > 2 {
		t.Errorf("log-likelihood of whole trials %g, elephant has %g", paths.LogLikelihood, g.Score)
	}
	for a := range 3 {
		for b := range a + 1 {
			sum, want := 0.0, 0.0
			for u := range f.Axes {
				sum += f.Axes[u][a] * f.Axes[u][b]
			}
			if a == b {
				want = 1
			}
			if math.Abs(sum-want) > 1e-10 {
				t.Errorf("axes %d and %d: product %g", a, b, sum)
			}
		}
	}
}

// planted returns trials of units that share two slow rates.
func planted(t testing.TB, trials, units int) (out []neuro.Raster, truth [][2][]float64) {
	for i := range trials {
		long := 400 + 100*float64(i%3)
		var shared [2][]float64
		for k := range shared {
			phase := float64(i)*2.3 + float64(k)
			for b := 0.0; b < long; b += 20 {
				shared[k] = append(shared[k], math.Sin(2*math.Pi*b/(300+200*float64(k))+phase))
			}
		}
		r := neuro.Raster{T1: long}
		for u := range units {
			rate := make([]float64, len(shared[0]))
			for b := range rate {
				rate[b] = 40 * math.Exp(0.8*math.Cos(float64(u)*1.7)*shared[0][b]+0.8*math.Sin(float64(u)*1.7)*shared[1][b])
			}
			s, err := spikes.PoissonRate(neuro.Trace{Unit: "Hz", Dt: 20, Y: rate}, 0, uint64(1000*i+u))
			if err != nil {
				t.Fatal(err)
			}
			var in neuro.Spikes
			for _, at := range s {
				if at < long {
					in = append(in, at)
				}
			}
			r.Trains = append(r.Trains, in)
		}
		out, truth = append(out, r), append(truth, shared)
	}
	return out, truth
}

// TestGPFARecovers: what units share comes back, and cross-validation finds how many
// there are.
func TestGPFARecovers(t *testing.T) {
	trials, truth := planted(t, 18, 15)
	f, err := GPFA{Factors: 2, Rounds: 100}.Fit(trials)
	if err != nil {
		t.Fatal(err)
	}
	paths, err := f.Trajectories(trials)
	if err != nil {
		t.Fatal(err)
	}
	// Each shared rate is a weighted sum of both paths.
	for k := range 2 {
		var x [][]float64
		var y []float64
		for i := range trials {
			for b := range paths.Y[i][0] {
				x = append(x, []float64{paths.Y[i][0][b], paths.Y[i][1][b]})
				y = append(y, truth[i][k][b])
			}
		}
		if r := multiple(x, y); r < 0.85 {
			t.Errorf("rate %d: multiple correlation %g", k, r)
		}
	}
	d, err := GPFA{Rounds: 60, Tol: 1e-5}.Dimensions(trials, []int{1, 2, 5}, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	if d.Best() != 2 {
		t.Errorf("the best is %d factors: %v", d.Best(), d)
	}
	if text := d.String(); !strings.Contains(text, "3 folds of trials") {
		t.Errorf("it does not say how it was validated: %s", text)
	}
}

// multiple returns the correlation of y with the best sum of two columns of x.
func multiple(x [][]float64, y []float64) float64 {
	mean, my := []float64{0, 0}, 0.0
	for i, row := range x {
		mean[0] += row[0] / float64(len(x))
		mean[1] += row[1] / float64(len(x))
		my += y[i] / float64(len(x))
	}
	var a, b, c, p, q, s float64
	for i, row := range x {
		u, v, w := row[0]-mean[0], row[1]-mean[1], y[i]-my
		a, b, c, p, q, s = a+u*u, b+u*v, c+v*v, p+u*w, q+v*w, s+w*w
	}
	det := a*c - b*b
	return math.Sqrt((p*(c*p-b*q) + q*(a*q-b*p)) / det / s)
}

func TestGPFAErrors(t *testing.T) {
	trials, _ := planted(t, 4, 4)
	with := func(change func(r []neuro.Raster)) []neuro.Raster {
		out := append([]neuro.Raster(nil), trials...)
		for i := range out {
			out[i].Trains = append([]neuro.Spikes(nil), out[i].Trains...)
		}
		change(out)
		return out
	}
	for _, c := range []struct {
		g      GPFA
		trials []neuro.Raster
		want   string
	}{
		{GPFA{}, nil, "decode: GPFA.Fit: there are no trials"},
		{GPFA{}, with(func(r []neuro.Raster) { r[2].Trains = nil }), "trial 2 has 0 units and the first 4"},
		{GPFA{}, with(func(r []neuro.Raster) { r[1].T1 = 0 }), "trial 1 lasts from 0 to 0 ms"},
		{GPFA{}, with(func(r []neuro.Raster) { r[1].T1 = 30; r[1].Trains = make([]neuro.Spikes, 4) }), "trial 1 lasts 30 ms, which is 1.5 bins"},
		{GPFA{}, with(func(r []neuro.Raster) {
			for i := range r {
				r[i].Trains[3] = nil
			}
		}), "unit 3 is silent"},
		{GPFA{}, with(func(r []neuro.Raster) { r[0].Trains[1] = neuro.Spikes{5, 3} }), "trial 0, unit 1: spike 1 is at 3 ms"},
		{GPFA{}, with(func(r []neuro.Raster) { r[0].Trains[1] = neuro.Spikes{math.NaN()} }), "spike 0 is at NaN ms"},
		{GPFA{}, with(func(r []neuro.Raster) { r[0].Trains[1] = neuro.Spikes{-1} }), "spike 0 is at -1 ms"},
		{GPFA{Factors: 4}, trials, "Factors is 4, it must be below the 4 units"},
		{GPFA{Factors: -1}, trials, "Factors is -1"},
		{GPFA{Bin: math.NaN()}, trials, "Bin is NaN"},
		{GPFA{Jitter: 1}, trials, "Jitter is 1"},
		{GPFA{Segment: 1}, trials, "Segment 1"},
		{GPFA{Bin: 0.1, Segment: -1}, trials, "bins of 3 factors are too many"},
	} {
		if _, err := c.g.Fit(c.trials); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; want it to say %q", err, c.want)
		}
	}
	f, err := GPFA{Rounds: 3}.Fit(trials)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Trajectories(with(func(r []neuro.Raster) {
		for i := range r {
			r[i].Trains = r[i].Trains[:3]
		}
	})); err == nil || !strings.Contains(err.Error(), "trials have 3 units, the fit has 4") {
		t.Error(err)
	}
	// A silent trial is a trial.
	if p, err := f.Trajectories([]neuro.Raster{{Trains: make([]neuro.Spikes, 4), T1: 200}}); err != nil || len(p.Y[0][0]) != 10 {
		t.Error(p, err)
	}
	if _, err := (GPFA{}).Dimensions(trials, []int{1}, 5, 1); err == nil || !strings.Contains(err.Error(), "5 folds and 4 trials") {
		t.Error(err)
	}
}

func BenchmarkGPFA(b *testing.B) {
	g := readGPFA(b).Fit
	trials := gpfaTrials(g.Trials, g.Lengths)
	for b.Loop() {
		if _, err := (GPFA{Tol: 1e-300}).Fit(trials); err != nil {
			b.Fatal(err)
		}
	}
}
