package spikes

import (
	"fmt"
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
)

// statistics returns rate (Hz), CV, LV and the Fano factor of counts in pieces of a long
// train.
func statistics(t *testing.T, s neuro.Spikes, t1, piece float64) (rate, cv, lv, fano float64) {
	t.Helper()
	cv, err := CV(s)
	if err != nil {
		t.Fatal(err)
	}
	if lv, err = LV(s); err != nil {
		t.Fatal(err)
	}
	counts := histogram(s, int(math.Round(t1/piece)), 0, t1)
	mean, v := 0.0, 0.0
	for _, c := range counts {
		mean += c / float64(len(counts))
	}
	for _, c := range counts {
		v += (c - mean) * (c - mean) / float64(len(counts))
	}
	return float64(len(s)) * 1000 / t1, cv, lv, v / mean
}

func within4(t *testing.T, what string, got, want, se float64) {
	t.Helper()
	if math.Abs(got-want) > 4*se {
		t.Errorf("%s is %g, want %g ± %g", what, got, want, se)
	}
}

// Closed forms of renewal processes: rate, CV, LV = 3/(2k+1) of gamma intervals, and
// a Fano factor of CV² over long windows.
func TestRenewalProcesses(t *testing.T) {
	const t1, rate = 4e6, 40.0 // 160,000 spikes
	n := rate * t1 / 1000
	for _, c := range []struct {
		name       string
		make       func() (neuro.Spikes, error)
		cv, lv, se float64
	}{
		{"poisson", func() (neuro.Spikes, error) { return Poisson(rate, 0, t1, 0, 1) }, 1, 1, 1},
		// Dead time d: CV = 1 - rate d.
		{"dead time", func() (neuro.Spikes, error) { return Poisson(rate, 0, t1, 10, 2) }, 0.6, math.NaN(), 1},
		{"gamma 4", func() (neuro.Spikes, error) { return Gamma(rate, 4, 0, t1, 3) }, 0.5, 3.0 / 9, 1},
		{"gamma 1/2", func() (neuro.Spikes, error) { return Gamma(rate, 0.5, 0, t1, 4) }, math.Sqrt2, 1.5, 2},
		{"lognormal", func() (neuro.Spikes, error) { return Renewal("lognormal", rate, 0.7, 0, t1, 5) }, 0.7, math.NaN(), 2},
		{"inverse Gaussian", func() (neuro.Spikes, error) { return Renewal("inverse-gaussian", rate, 0.8, 0, t1, 6) }, 0.8, math.NaN(), 2},
		{"clock", func() (neuro.Spikes, error) { return Renewal("gamma", rate, 0, 0, t1, 7) }, 0, 0, 1},
		{"constant rate", func() (neuro.Spikes, error) {
			return PoissonRate(neuro.Trace{Dt: 1000, Y: repeat(rate, 4000)}, 0, 8)
		}, 1, 1, 1},
		{"constant rate, dead time", func() (neuro.Spikes, error) {
			return PoissonRate(neuro.Trace{Dt: 1000, Y: repeat(rate, 4000)}, 10, 9)
		}, 0.6, math.NaN(), 1},
		{"constant rate, gamma", func() (neuro.Spikes, error) {
			return GammaRate(neuro.Trace{Dt: 1000, Y: repeat(rate, 4000)}, 4, 10)
		}, 0.5, 3.0 / 9, 1},
	} {
		s, err := c.make()
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Check(c.name); err != nil {
			t.Error(err)
		}
		got, cv, lv, fano := statistics(t, s, t1, 2000)
		within4(t, c.name+": rate", got, rate, rate*math.Max(c.cv, 1e-3)/math.Sqrt(n))
		within4(t, c.name+": CV", cv, c.cv, c.se*math.Max(c.cv, 1e-9)*1.2/math.Sqrt(n))
		if !math.IsNaN(c.lv) {
			within4(t, c.name+": LV", lv, c.lv, math.Max(c.lv, 1e-12)*1.5/math.Sqrt(n))
		}
		// 2000 pieces; a window of 80 spikes is long for these.
		within4(t, c.name+": Fano", fano, c.cv*c.cv, math.Max(c.cv*c.cv, 0.02)*(math.Sqrt(2.0/2000)+0.006))
	}
}

func repeat(v float64, n int) []float64 {
	y := make([]float64, n)
	for i := range y {
		y[i] = v
	}
	return y
}

// The first interval is drawn by its length: counts from t0 have the same rate at once.
func TestStationaryFromTheStart(t *testing.T) {
	for name, f := range map[string]func(seed uint64) (neuro.Spikes, error){
		"poisson":   func(k uint64) (neuro.Spikes, error) { return Poisson(50, 0, 30, 15, k) },
		"gamma":     func(k uint64) (neuro.Spikes, error) { return Gamma(50, 6, 0, 30, k) },
		"lognormal": func(k uint64) (neuro.Spikes, error) { return Renewal("lognormal", 50, 1.5, 0, 30, k) },
		"inverse":   func(k uint64) (neuro.Spikes, error) { return Renewal("inverse-gaussian", 50, 0.5, 0, 30, k) },
		"rescaled":  func(k uint64) (neuro.Spikes, error) { return GammaRate(neuro.Trace{Dt: 30, Y: []float64{50}}, 6, k) },
	} {
		const sets = 20000
		var first, last float64
		for k := range uint64(sets) {
			s, err := f(k)
			if err != nil {
				t.Fatal(err)
			}
			first += float64(len(within(s, 0, 5)))
			last += float64(len(within(s, 25, 30)))
		}
		within4(t, name+": first 5 ms", first/sets, 0.25, 0.6/math.Sqrt(sets))
		within4(t, name+": last 5 ms", last/sets, 0.25, 0.6/math.Sqrt(sets))
	}
}

// Spikes of a changing rate, rescaled by it, are a Poisson process of rate 1.
func TestPoissonRateRescales(t *testing.T) {
	rate := neuro.Trace{T0: -500, Dt: 7, Y: make([]float64, 100000)}
	for i := range rate.Y {
		rate.Y[i] = 30 * (1 + math.Sin(float64(i)/20)) * float64(i%3) // with zeros
	}
	s, err := PoissonRate(rate, 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	sum, k, u := 0.0, 0, neuro.Spikes{}
	for i, v := range rate.Y {
		for ; k < len(s) && s[k] < rate.At(i+1); k++ {
			if v == 0 {
				t.Fatalf("a spike at %g ms, where the rate is 0", s[k])
			}
			u = append(u, sum+v*(s[k]-rate.At(i))/1000)
		}
		sum += v * rate.Dt / 1000
	}
	within4(t, "number", float64(len(s)), sum, math.Sqrt(sum))
	// Kolmogorov-Smirnov: 1.63/√n is exceeded once in a hundred.
	worst, isi := 0.0, ISI(u)
	counts := histogramOf(isi, func(d float64) float64 { return 1 - math.Exp(-d) }, 200)
	total := 0.0
	for i, c := range counts {
		total += c / float64(len(isi))
		worst = math.Max(worst, math.Abs(total-float64(i+1)/200))
	}
	if worst > 1.63/math.Sqrt(float64(len(isi))) {
		t.Errorf("rescaled intervals stray by %g", worst)
	}
}

// histogramOf counts f(x), from 0 to 1, in n bins.
func histogramOf(x []float64, f func(float64) float64, n int) []float64 {
	counts := make([]float64, n)
	for _, v := range x {
		counts[min(int(f(v)*float64(n)), n-1)]++
	}
	return counts
}

func TestHawkes(t *testing.T) {
	const t1 = 2e6
	r, err := Hawkes([]float64{10}, [][]float64{{0.5}}, 10, 0, t1, 1)
	if err != nil {
		t.Fatal(err)
	}
	rate, _, _, fano := statistics(t, r.Trains[0], t1, 2000)
	within4(t, "rate", rate, 20, 20*2/math.Sqrt(20*t1/1000))
	within4(t, "Fano", fano, 4, 4*math.Sqrt(2.0/1000)+0.06)
	// (1 - W)^-1 base: cell 1 follows cell 0.
	r, err = Hawkes([]float64{10, 2}, [][]float64{{0.2, 0}, {0.6, 0.3}}, 5, 0, t1, 2)
	if err != nil {
		t.Fatal(err)
	}
	within4(t, "rate of 0", float64(len(r.Trains[0]))*1000/t1, 12.5, 0.15)
	within4(t, "rate of 1", float64(len(r.Trains[1]))*1000/t1, (2+0.6*12.5)/0.7, 0.3)
	h, err := CrossCorrelogram(r.Trains[0], r.Trains[1], 2, 10)
	if err != nil || h.Y[6] < 2*h.Y[2] {
		t.Errorf("cell 1 does not follow cell 0: %v (%v)", h.Y, err)
	}
	if _, err := Hawkes([]float64{1, 1}, [][]float64{{0, 2}, {0.5, 0}}, 5, 0, 100, 2); err == nil {
		t.Error("weights of eigenvalue 1 are no error")
	}
	if r, err := Hawkes([]float64{1, 1}, [][]float64{{0, 9}, {0.1, 0}}, 5, 0, 100, 2); err != nil || len(r.Trains) != 2 {
		t.Errorf("weights of eigenvalue 0.95: %v", err)
	}
}

func TestCorrelatedTrains(t *testing.T) {
	o := CorrelatedOptions{N: 5, Rate: 20, T1: 1e6, Seed: 1}
	amplitude := []float64{0.3, 0.5, 0, 0.1, 0, 0.1}
	// E[k] 1.3, E[k²] 3.9: (3 - 1)/4.
	for _, c := range []struct {
		name string
		make func(o CorrelatedOptions) (neuro.Raster, error)
		want float64
	}{
		{"SingleInteraction", func(o CorrelatedOptions) (neuro.Raster, error) { return SingleInteraction(6, o) }, 0.3},
		{"MultipleInteraction", func(o CorrelatedOptions) (neuro.Raster, error) { return MultipleInteraction(0.2, o) }, 0.2},
		{"CompoundPoisson", func(o CorrelatedOptions) (neuro.Raster, error) { return CompoundPoisson(amplitude, o) }, 0.5},
	} {
		for _, jitter := range []float64{0, 3} {
			o.Jitter = jitter
			r, err := c.make(o)
			if err != nil {
				t.Fatal(err)
			}
			m, err := CountCorrelation(r, 100)
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range r.Trains {
				if err := s.Check(c.name); err != nil {
					t.Error(err)
				}
				within4(t, c.name+": rate", float64(len(s))/1000, 20, math.Sqrt(0.02))
				cv, _ := CV(s)
				within4(t, c.name+": CV", cv, 1, 1/math.Sqrt(20000))
				for j := range i {
					within4(t, fmt.Sprintf("%s: correlation of %d and %d", c.name, i, j), m.V[i][j], c.want, 0.012+jitter/300)
				}
			}
		}
	}
	if _, err := CompoundPoisson([]float64{1, 0, 0, 0, 0, 0}, o); err == nil {
		t.Error("amplitudes of 0 are no error")
	}
}

// The band of a PSTH covers the rate as often as it says.
func TestPSTHBand(t *testing.T) {
	inside, all := 0.0, 0.0
	for set := range uint64(100) {
		var trials []neuro.Spikes
		for k := range uint64(12) {
			s, _ := Poisson(80, 0, 1000, 0, set*12+k)
			trials = append(trials, s)
		}
		p, err := PSTH(trials, 50, 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		lo, hi, err := p.Band(0.9)
		if err != nil {
			t.Fatal(err)
		}
		for i := range lo {
			if lo[i] <= 80 && 80 <= hi[i] {
				inside++
			}
			all++
		}
	}
	within4(t, "coverage", inside/all, 0.9, math.Sqrt(0.09/all)+0.003)
	p, _ := PSTH([]neuro.Spikes{{1}}, 5, 0, 10)
	if lo, _, err := p.Band(0.9); err != nil || !math.IsNaN(lo[0]) {
		t.Errorf("one trial has the band %v (%v)", lo, err)
	}
	if _, _, err := p.Band(1); err == nil {
		t.Error("a level of 1 is no error")
	}
}
