package spikes

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// TestLocking checks the statistics against their definitions: the mean cosine over
// all pairs, numbers of Zar 1999 (example 27.1's formula) and the Bessel functions'
// series.
func TestLocking(t *testing.T) {
	r := rand.New(rand.NewPCG(2010, 1))
	for _, n := range []int{2, 3, 17, 200} {
		var a []float64
		for range n {
			a = append(a, 0.9*r.NormFloat64()+1+2*math.Pi*float64(r.IntN(5)-2))
		}
		l, err := PhaseLocking(a)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for i := range a {
			for j := range i {
				sum += math.Cos(a[i] - a[j])
			}
		}
		if want := sum / float64(n*(n-1)/2); math.Abs(l.PPC-want) > 1e-12 {
			t.Errorf("%d angles: PPC %g, mean over pairs %g", n, l.PPC, want)
		}
		if n == 200 && (math.Abs(l.Direction-1) > 0.2 || l.P > 1e-6 || math.Abs(l.Kappa-1.8) > 0.4) {
			t.Errorf("%v, kappa %g", l, l.Kappa)
		}
	}
	for _, x := range []float64{0, 0.3, 2, 20, 500} {
		// exp(-x) I_n(x) by its series, or its expansion for large x.
		i0, i1 := 0.0, 0.0
		if x < 100 {
			term := math.Exp(-x)
			for k := 0; k < 400; k++ {
				i0 += term
				i1 += term * x / 2 / float64(k+1)
				term *= x * x / 4 / float64((k+1)*(k+1))
			}
		} else {
			s := 1 / math.Sqrt(2*math.Pi*x)
			u := 8 * x
			i0 = s * (1 + 1/u + 9/(2*u*u) + 225/(6*u*u*u))
			i1 = s * (1 - 3/u - 15/(2*u*u) - 315/(6*u*u*u))
		}
		a, b := bessel(x)
		if math.Abs(a-i0) > 1e-9*i0 || math.Abs(b-i1) > 1e-9*i0 {
			t.Errorf("bessel %g: %.12g %.12g, want %.12g %.12g", x, a, b, i0, i1)
		}
		if x > 0 && math.Abs(concentration(b/a)-x) > 1e-6*x {
			t.Errorf("concentration of kappa %g is %g", x, concentration(b/a))
		}
	}
	// A circle evenly filled and a single direction.
	even, err := PhaseLocking([]float64{0, math.Pi / 2, math.Pi, 3 * math.Pi / 2})
	if err != nil || even.R > 1e-15 || even.P < 0.99 || math.Abs(even.PPC+1.0/3) > 1e-12 {
		t.Errorf("%v %v", even, err)
	}
	one, err := PhaseLocking([]float64{2, 2, 2, 2, 2})
	if err != nil || one.PPC < 1-1e-12 || one.P > 0.01 {
		t.Errorf("%v %v", one, err)
	}
	// Rayleigh's p is right on uniform angles.
	low := 0
	for range 2000 {
		a := make([]float64, 30)
		for i := range a {
			a[i] = 2 * math.Pi * r.Float64()
		}
		l, err := PhaseLocking(a)
		if err != nil {
			t.Fatal(err)
		}
		if l.P <= 0.05 {
			low++
		}
	}
	if low > 134 || low < 70 { // binomial, 99.9 %
		t.Errorf("%d of 2000 uniform sets have p at most 0.05", low)
	}
}

// TestSpikeField: spikes at one phase of a rhythm are found at its frequency with that
// phase, whatever the parity of the window; random ones nowhere.
func TestSpikeField(t *testing.T) {
	r := rand.New(rand.NewPCG(2010, 2))
	const fs, n = 1000.0, 60000
	field, phase := make([]float64, n), make([]float64, n)
	for i := range field {
		phase[i] = 2 * math.Pi * 20 * float64(i) / fs
		field[i] = math.Cos(phase[i]) + r.NormFloat64()
	}
	var locked, random neuro.Spikes
	for i := 0; i < n; i += 50 {
		if r.Float64() < 0.5 {
			locked = append(locked, float64(i)+10) // 10 ms after the peak: 0.4π
		}
		if r.Float64() < 0.5 {
			random = append(random, float64(i)+50*r.Float64())
		}
	}
	a, err := Phases(locked, phase, fs)
	if err != nil {
		t.Fatal(err)
	}
	l, err := PhaseLocking(a)
	if err != nil || math.Abs(l.Direction-0.4*math.Pi) > 1e-9 || l.R < 1-1e-12 {
		t.Errorf("%v %v", l, err)
	}
	for _, window := range []float64{200, 201} {
		f, err := SpikeFieldCoherence(field, fs, locked, window)
		if err != nil {
			t.Fatal(err)
		}
		k := int(math.Round(20 * window / 1000))
		if f.PPC[k] < 0.8 || f.Coherence[k] < 0.8 || math.Abs(f.Phase[k]-0.4*math.Pi) > 0.1 || f.P[k] > 1e-9 {
			t.Errorf("window %g: at %g Hz PPC %g, coherence %g, phase %g", window, f.F[k], f.PPC[k], f.Coherence[k], f.Phase[k])
		}
		if far := f.PPC[3*k]; math.Abs(far) > 0.02 {
			t.Errorf("PPC %g at %g Hz", far, f.F[3*k])
		}
		g, err := SpikeFieldCoherence(field, fs, random, window)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(g.PPC[k]) > 0.02 || g.Spikes+g.Skipped != len(random) {
			t.Errorf("random spikes: PPC %g", g.PPC[k])
		}
	}
}

// TestVonMises: a curve without noise gives its parameters back, at any width, and
// no neighbour of the optimum with noise is better.
func TestVonMises(t *testing.T) {
	r := rand.New(rand.NewPCG(1998, 1))
	for _, v := range []VonMises{{Base: 2, Amplitude: 30, Preferred: 0.1, Kappa: 0.5}, {Base: 0, Amplitude: 5, Preferred: 6.2, Kappa: 4}, {Base: 1, Amplitude: 100, Preferred: 3, Kappa: 40}} {
		var a, y, noisy []float64
		for k := range 60 {
			a = append(a, (float64(k)+0.5)*math.Pi/30)
			y = append(y, v.At(a[k]))
			noisy = append(noisy, y[k]+0.1*v.Amplitude*r.NormFloat64())
		}
		y[7] = math.NaN()
		f, err := FitVonMises(a, y, nil)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(math.Remainder(f.Preferred-v.Preferred, 2*math.Pi)) > 1e-6 || math.Abs(f.Kappa-v.Kappa) > 1e-4*v.Kappa || math.Abs(f.Base-v.Base) > 1e-3*v.Amplitude || f.R2 < 1-1e-9 {
			t.Errorf("%+v from %+v", f, v)
		}
		if half := f.At(f.Preferred + f.Width()/2); math.Abs(half-(f.At(f.Preferred)+f.At(f.Preferred+math.Pi))/2) > 1e-6*v.Amplitude {
			t.Errorf("%g Hz at half width of %+v", half, f)
		}
		if f, err = FitVonMises(a, noisy, nil); err != nil {
			t.Fatal(err)
		}
		loss := func(v VonMises) (s float64) {
			for k := range a {
				s += (noisy[k] - v.At(a[k])) * (noisy[k] - v.At(a[k]))
			}
			return s
		}
		at := loss(*f)
		for k := range 8 {
			g := *f
			*[]*float64{&g.Base, &g.Amplitude, &g.Preferred, &g.Kappa}[k/2] += []float64{1e-3, -1e-3}[k%2]
			if loss(g) < at {
				t.Errorf("%+v is better than %+v", g, *f)
			}
		}
	}
	for want, err := range map[string]error{
		"there are 2 angles, 1 rates": secondOf(FitVonMises([]float64{1, 2}, []float64{1}, nil)),
		"there are 2 rates":           secondOf(FitVonMises([]float64{1, 2}, []float64{1, 2}, nil)),
		"all rates are 3 Hz":          secondOf(FitVonMises([]float64{1, 2, 3, 4}, []float64{3, 3, 3, 3}, nil)),
		"there are 1 angles":          secondOf(PhaseLocking([]float64{1})),
		"angle 1 is NaN":              secondOf(PhaseLocking([]float64{1, math.NaN()})),
		"spike 0 at 5 ms is outside":  secondOf(Phases(neuro.Spikes{5}, []float64{1, 2}, 1000)),
		"window is 1 ms":              secondOf(SpikeFieldCoherence(make([]float64, 100), 1000, neuro.Spikes{50}, 1)),
		"1 of 1 spikes":               secondOf(SpikeFieldCoherence(make([]float64, 100), 1000, neuro.Spikes{50}, 20)),
		"2 spikes have a whole":       secondOf(STC(make([]float64, 100), 1000, neuro.Spikes{40, 50}, 5, 5, STCOptions{})),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want it to say %q", err, want)
		}
	}
}

// wandering is a direction that drifts, sampled at 50 Hz for s seconds.
func wandering(s int, seed uint64) (t, angle []float64) {
	r := rng.New(seed, 4)
	a := 0.0
	for i := range s * 50 {
		a += 0.15 * r.Norm()
		t, angle = append(t, float64(i)*20), append(angle, math.Mod(a, 2*math.Pi))
	}
	return t, angle
}

// TestHeadDirection: a cell that prefers a direction is found, and cells that do not
// are called so as often as they may be.
func TestHeadDirection(t *testing.T) {
	at, angle := wandering(600, 1)
	var s neuro.Spikes
	r := rng.New(2, 2)
	truth := VonMises{Base: 1, Amplitude: 25, Preferred: 4, Kappa: 5}
	for i, a := range angle {
		if r.Float64() < truth.At(a)/50 {
			s = append(s, at[i])
		}
	}
	d, err := HeadDirection(at, angle, s, DirectionOptions{Sigma: -1, Surrogate: 199})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(d.Preferred-4) > 0.1 || math.Abs(d.Fit.Preferred-4) > 0.1 || math.Abs(d.Fit.Kappa-5) > 1.5 || d.P != 1.0/200 || d.R < 0.5 {
		t.Errorf("%v, %+v", d, d.Fit)
	}
	low := 0
	const cells = 200
	for k := range cells {
		at, angle := wandering(100, uint64(k)+10)
		r := rng.New(uint64(k), 3)
		var s neuro.Spikes
		for i := range at {
			if r.Float64() < 0.1 {
				s = append(s, at[i])
			}
		}
		d, err := HeadDirection(at, angle, s, DirectionOptions{Bins: 24, Surrogate: 39, Seed: uint64(k), Shortest: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if d.P <= 0.05 {
			low++
		}
	}
	if low > 21 { // binomial of 200 at 0.05, 99.9 %
		t.Errorf("%d of %d cells without a direction have p at most 0.05", low, cells)
	}
}

// TestSTC: a cell that answers to the square of one filter and is suppressed by
// another's has both in its covariance and nothing in its average; one that answers
// to nothing has none.
func TestSTC(t *testing.T) {
	r := rand.New(rand.NewPCG(2006, 1))
	const n, lags = 60000, 20
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	var f, g [lags]float64
	fs, gs := 0.0, 0.0
	for k := range lags {
		u := (float64(k) - 10) / 3
		f[k], g[k] = math.Exp(-u*u/2)*math.Cos(2*u), math.Exp(-u*u/2)*math.Sin(2*u)
		fs += f[k] * f[k]
		gs += g[k] * g[k]
	}
	var s, none neuro.Spikes
	for i := lags - 1; i < n; i++ {
		a, b := 0.0, 0.0
		for k := range lags {
			a += f[k] / math.Sqrt(fs) * x[i-lags+1+k]
			b += g[k] / math.Sqrt(gs) * x[i-lags+1+k]
		}
		if r.Float64() < 0.05*a*a/(1+2*b*b) {
			s = append(s, float64(i))
		}
		if r.Float64() < 0.03 {
			none = append(none, float64(i))
		}
	}
	c, err := STC(x, 1000, s, lags-1, 0, STCOptions{Surrogate: 99})
	if err != nil {
		t.Fatal(err)
	}
	along := func(u []float64, v [lags]float64, size float64) (sum float64) {
		for k := range v {
			sum += u[k] * v[k] / math.Sqrt(size)
		}
		return math.Abs(sum)
	}
	if len(c.Values) != lags || along(c.Filters[0], f, fs) < 0.9 || along(c.Filters[lags-1], g, gs) < 0.9 || c.P[0] != 0.01 || c.P[lags-1] != 0.01 {
		t.Errorf("values %.3f, p %v, along the filters %.3f and %.3f", c.Values, c.P, along(c.Filters[0], f, fs), along(c.Filters[lags-1], g, gs))
	}
	if got := c.significant(); len(got) > 4 {
		t.Errorf("%d filters are significant, want 2", len(got))
	}
	z, err := STC(x, 1000, none, lags-1, 0, STCOptions{Surrogate: 99})
	if err != nil {
		t.Fatal(err)
	}
	if got := z.significant(); len(got) > 1 {
		t.Errorf("%d filters of a cell that answers to nothing: p %v", len(got), z.P)
	}
}
