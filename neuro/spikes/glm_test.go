package spikes

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestPoissonShared(t *testing.T) {
	var g struct {
		X      [][]float64
		Counts []float64
		Coef   []float64 `json:"poisson_glm_coef"`
		B      float64   `json:"poisson_glm_intercept"`
	}
	golden.JSON(t, golden.Shared(t, "golden/signals/stats.json"), &g)
	f, err := PoissonRegression{}.Fit(g.X, g.Counts)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "weights", f.Coef, g.Coef, 1e-5)
	golden.Close(t, "intercept", []float64{f.Intercept}, []float64{g.B}, 1e-5)
}

type poissonPeer struct {
	Fits []struct {
		X             [][]float64
		Y, Coef       []float64
		L2, Intercept float64
	}
	KS []struct {
		Gaps        []float64
		Rate, KS, P float64
	}
}

func TestPoissonPeer(t *testing.T) {
	var p poissonPeer
	golden.JSON(t, golden.Path(t, "spikes/poisson.json"), &p)
	for i, c := range p.Fits {
		f, err := PoissonRegression{L2: c.L2}.Fit(c.X, c.Y)
		if err != nil {
			t.Fatalf("case %d: %v", i, err)
		}
		golden.Close(t, fmt.Sprintf("case %d weights", i), f.Coef, c.Coef, 1e-6)
		golden.Close(t, fmt.Sprintf("case %d intercept", i), []float64{f.Intercept}, []float64{c.Intercept}, 1e-6)
		// The gradient from its definition.
		rate := f.Rate(c.X)
		for j := range f.Coef {
			g := c.L2 * f.Coef[j]
			for k, r := range rate {
				g += (r - c.Y[k]) * c.X[k][j] / float64(len(rate))
			}
			if math.Abs(g) > 1e-7 {
				t.Errorf("case %d: gradient %g of feature %d", i, g, j)
			}
		}
	}
	for i, c := range p.KS {
		s, at := neuro.Spikes{0}, 0.0
		for _, g := range c.Gaps {
			at += g
			s = append(s, at)
		}
		r, err := TimeRescaling(neuro.Trace{Dt: at / 50, Y: constantRate(51, c.Rate)}, s)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, fmt.Sprintf("KS of case %d", i), []float64{r.KS}, []float64{c.KS}, 1e-9)
		// SciPy's p is exact, Stephens's within a few hundredths of it.
		if math.Abs(r.P-c.P) > 0.02 {
			t.Errorf("case %d: p %g, exact %g", i, r.P, c.P)
		}
	}
}

func constantRate(n int, v float64) []float64 {
	y := make([]float64, n)
	for i := range y {
		y[i] = v
	}
	return y
}

// TestPoissonClosedForm: two groups have their means; a feature of any scale does
// the same.
func TestPoissonClosedForm(t *testing.T) {
	for _, scale := range []float64{1e-6, 1, 1e6} {
		x := [][]float64{{0}, {0}, {0}, {scale}, {scale}}
		y := []float64{1, 2, 0, 5, 9}
		f, err := PoissonRegression{}.Fit(x, y)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(f.Intercept) > 1e-8 || math.Abs(f.Coef[0]*scale-math.Log(7)) > 1e-8 {
			t.Errorf("scale %g: intercept %g and weight %g, want 0 and log 7", scale, f.Intercept, f.Coef[0]*scale)
		}
	}
}

// TestPoissonSilent: where a feature tells the samples without counts, their rate
// goes to zero and the search still ends.
func TestPoissonSilent(t *testing.T) {
	x := [][]float64{{0}, {0}, {1}, {1}}
	f, err := PoissonRegression{}.Fit(x, []float64{0, 0, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	if rate := f.Rate(x); !(rate[0] < 1e-8) || math.Abs(rate[3]-2.5) > 1e-7 {
		t.Errorf("rates %v, want 0 and 2.5", rate)
	}
}

func TestPoissonErrors(t *testing.T) {
	x := [][]float64{{1}, {2}, {3}}
	for want, err := range map[string]error{
		"x has 3 samples and y 2": secondOf(PoissonRegression{}.Fit(x, []float64{1, 2})),
		"y[1] is -1":              secondOf(PoissonRegression{}.Fit(x, []float64{1, -1, 2})),
		"all 3 counts are 0":      secondOf(PoissonRegression{}.Fit(x, make([]float64, 3))),
		"x[1][0] is NaN":          secondOf(PoissonRegression{}.Fit([][]float64{{1}, {math.NaN()}, {2}}, []float64{1, 1, 1})),
		"L2 is -1":                secondOf(PoissonRegression{L2: -1}.Fit(x, []float64{1, 1, 1})),
		"have no best weights":    secondOf(PoissonRegression{}.Fit([][]float64{{1, 2, 3}, {2, 1, 0}}, []float64{1, 1})),
		"peaks are 5 and 4":       secondOf(RaisedCosines(3, 1, [2]float64{5, 4}, 1)),
		"Stimulus has 2 values":   secondOf(FitGLM(neuro.Spikes{1}, 0, 10, GLMOptions{Stimulus: []float64{1, 2}})),
		"there is no stimulus":    secondOf(FitGLM(neuro.Spikes{1}, 0, 10, GLMOptions{HistoryBumps: -1})),
		"there are 1 spikes":      secondOf(TimeRescaling(neuro.Trace{Dt: 1, Y: []float64{1, 1}}, neuro.Spikes{1})),
		"the rate at 1 ms is -1":  secondOf(TimeRescaling(neuro.Trace{Dt: 1, Y: []float64{1, -1}}, neuro.Spikes{1, 1.5})),
		"HistoryBumps is -2":      secondOf(FitGLM(neuro.Spikes{1}, 0, 10, GLMOptions{HistoryBumps: -2})),
		"Others[0]":               secondOf(FitGLM(neuro.Spikes{1}, 0, 10, GLMOptions{Others: []neuro.Spikes{{3, 1}}})),
		"Dt of rate is 0 ms":      secondOf(TimeRescaling(neuro.Trace{Y: []float64{1}}, neuro.Spikes{1, 2})),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want it to say %q", err, want)
		}
	}
}

func secondOf[T any](_ T, err error) error { return err }

// TestRaisedCosines: bumps peak where they should and add up to 1 between the
// first peak and the last.
func TestRaisedCosines(t *testing.T) {
	b, err := RaisedCosines(5, 0.5, [2]float64{2, 40}, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []int{4, 80} {
		if v := b[map[int]int{4: 0, 80: 4}[k]][k]; math.Abs(v-1) > 1e-12 {
			t.Errorf("%g at a peak", v)
		}
	}
	for k := 4; k <= 80; k++ {
		sum := 0.0
		for j := range b {
			sum += b[j][k]
		}
		if math.Abs(sum-2) > 1e-9 && k > 15 && k < 40 {
			t.Errorf("bumps add up to %g at lag %g, want 2", sum, 0.5*float64(k))
		}
	}
	for j := range b {
		if b[j][len(b[j])-1] > 1e-3 {
			t.Errorf("bump %d ends at %g", j, b[j][len(b[j])-1])
		}
	}
}

// TestGLM: filters of a stimulus, of the history and of another cell are found
// again in trains that were drawn from them; the model passes time rescaling and
// a constant rate does not; a train drawn from the fit is alike.
func TestGLM(t *testing.T) {
	r := rand.New(rand.NewPCG(2008, 7))
	const n = 120000 // ms
	stim, other := make([]float64, n), neuro.Spikes{}
	for i := range stim {
		stim[i] = r.NormFloat64()
		if r.Float64() < 0.01 {
			other = append(other, float64(i)+0.5)
		}
	}
	k := func(lag float64) float64 { return 0.25 * math.Exp(-(lag-8)*(lag-8)/18) }
	h := func(lag float64) float64 { return -4*math.Exp(-(lag-1)/2) + 0.6*math.Exp(-(lag-15)*(lag-15)/50) }
	l := func(lag float64) float64 { return 1.2 * math.Exp(-(lag-1)/8) }
	eta := make([]float64, n)
	for i := range eta {
		eta[i] += math.Log(0.02)
		for lag := 0; lag < 25 && lag <= i; lag++ {
			eta[i] += k(float64(lag)) * stim[i-lag]
		}
	}
	for _, s := range other {
		for lag := 1; lag < 60 && int(s)+lag < n; lag++ {
			eta[int(s)+lag] += l(float64(lag))
		}
	}
	var train neuro.Spikes
	for i := range eta {
		if r.Float64() < 1-math.Exp(-math.Exp(eta[i])) {
			train = append(train, float64(i)+r.Float64())
			for lag := 1; lag < 60 && i+lag < n; lag++ {
				eta[i+lag] += h(float64(lag))
			}
		}
	}
	g, err := FitGLM(train, 0, n, GLMOptions{Stimulus: stim, StimulusPeaks: [2]float64{0, 20}, StimulusBumps: 10, Others: []neuro.Spikes{other}, HistoryBumps: 8, HistoryPeaks: [2]float64{0, 30}})
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Filters) != 3 || g.Parameters != 27 {
		t.Fatalf("%d filters, %d parameters", len(g.Filters), g.Parameters)
	}
	for f, truth := range []func(float64) float64{k, h, l} {
		c := g.Filters[f]
		off, of := 0.0, 0.0
		for i, lag := range c.Lag {
			if lag > 25 || f > 0 && lag < 3 {
				continue // the dead time has few spikes to tell it by
			}
			z := (c.Y[i] - truth(lag)) / c.SE[i]
			off += z * z
			of++
		}
		// Squares of standard scores, with room for what bumps cannot draw.
		if !(off/of < 4) {
			t.Errorf("%s: mean square of (estimate - truth)/SE is %.2f", c.Name, off/of)
		}
	}
	fit, err := g.Rescaling()
	if err != nil {
		t.Fatal(err)
	}
	flat, err := TimeRescaling(neuro.Trace{Dt: n, Y: []float64{float64(len(train)) / n * 1000}}, train)
	if err != nil {
		t.Fatal(err)
	}
	if fit.P < 0.01 || flat.P > 1e-6 || math.Abs(fit.Lag1) > 4/math.Sqrt(float64(len(train))) {
		t.Errorf("model %v; constant rate %v", fit, flat)
	}
	again, err := g.Simulate(3)
	if err != nil {
		t.Fatal(err)
	}
	if ratio := float64(len(again)) / float64(len(train)); math.Abs(ratio-1) > 0.1 {
		t.Errorf("%d spikes drawn from the model of %d", len(again), len(train))
	}
	second, err := FitGLM(again, 0, n, g.options)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(second.BitsPerSpike-g.BitsPerSpike) > 0.1*g.BitsPerSpike || g.BitsPerSpike < 0.2 {
		t.Errorf("%g bit per spike, %g of its simulation", g.BitsPerSpike, second.BitsPerSpike)
	}
}

// TestTimeRescalingNull: a right model is rejected in one of twenty cases.
func TestTimeRescalingNull(t *testing.T) {
	low := 0
	const sets = 600
	for k := range sets {
		rate := neuro.Trace{Dt: 10, Y: make([]float64, 500)}
		for i := range rate.Y {
			rate.Y[i] = 20 + 15*math.Sin(float64(i)/20)
		}
		s, err := PoissonRate(rate, 0, uint64(k))
		if err != nil {
			t.Fatal(err)
		}
		r, err := TimeRescaling(rate, s)
		if err != nil {
			t.Fatal(err)
		}
		if r.P <= 0.05 {
			low++
		}
	}
	// Binomial of 600 at 0.05: 30, 99.9 % within 14 and 48.
	if low > 48 || low < 14 {
		t.Errorf("%d of %d right models rejected at 0.05", low, sets)
	}
}
