package behavior

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

func within(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s is %.12g, want %.12g (within %g)", what, got, want, tol)
	}
}

func TestDiscriminationPeer(t *testing.T) {
	type pair struct{ H, F, Diff, IO []float64 }
	var g struct {
		MAFC []struct {
			M     int
			PC, D []float64
		} `json:"dprime_mAFC"`
		ABX, SD pair
		Oddity  struct{ PC, D []float64 }
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/sdt_r.json"), &g)
	for _, c := range g.MAFC {
		for i, p := range c.PC {
			d, err := DPrimeMAFC(p, c.M)
			if err != nil {
				t.Fatal(err)
			}
			within(t, "m-AFC", d, c.D[i], 1e-4*math.Max(1, c.D[i]))
		}
	}
	for i, h := range g.SD.H {
		for _, k := range []struct {
			name string
			f    func(h, f float64, s string) (float64, error)
			p    pair
		}{{"same-different", DPrimeSameDifferent, g.SD}, {"ABX", DPrimeABX, g.ABX}} {
			d, err := k.f(h, k.p.F[i], "differencing")
			if err != nil {
				t.Fatal(err)
			}
			within(t, k.name+" differencing", d, k.p.Diff[i], 1e-4)
			d, _ = k.f(h, k.p.F[i], "independent")
			within(t, k.name+" independent", d, k.p.IO[i], 1e-4)
		}
	}
	for i, p := range g.Oddity.PC {
		d, err := DPrimeOddity(p)
		if err != nil {
			t.Fatal(err)
		}
		within(t, "oddity", d, g.Oddity.D[i], 1e-4)
	}
}

// With two alternatives d' is √2 z(correct); chance is 0 everywhere.
func TestDiscriminationExact(t *testing.T) {
	for _, p := range []float64{0.01, 0.3, 0.5, 0.75, 0.999} {
		d, err := DPrimeMAFC(p, 2)
		if err != nil {
			t.Fatal(err)
		}
		within(t, "2-AFC", d, math.Sqrt2*vec.NormQuantile(p), 1e-11)
	}
	for _, m := range []int{3, 7, 100, 10000} {
		d, _ := DPrimeMAFC(1/float64(m), m)
		within(t, "chance", d, 0, 1e-9)
	}
	for _, d := range []float64{0.5, 1, 2.5} {
		got, _ := DPrimeOddity(pcOddity(d))
		within(t, "oddity", got, d, 1e-9)
	}
	within(t, "oddity at chance", pcOddity(0), 1.0/3, 1e-10)
	// The triangle by simulation: the one farthest from the mean of the others.
	s := rng.New(3, 0)
	const n = 200000
	right := 0
	for range n {
		a, b, x := s.Norm(), s.Norm(), s.Norm()+1.5
		if ab, ax, bx := math.Abs(a-b), math.Abs(a-x), math.Abs(b-x); ab < ax && ab < bx {
			right++
		}
	}
	within(t, "simulated triangle", float64(right)/n, pcOddity(1.5), 0.005)
	for _, strategy := range []string{"independent", "differencing"} {
		if d, err := DPrimeABX(0.3, 0.4, strategy); d != 0 || err != nil {
			t.Errorf("below chance: %g, %v", d, err)
		}
	}
}

func TestDiscriminationErrors(t *testing.T) {
	for want, f := range map[string]func() (float64, error){
		"m is 1":        func() (float64, error) { return DPrimeMAFC(0.5, 1) },
		"correct is 1":  func() (float64, error) { return DPrimeMAFC(1, 2) },
		"correct is 0":  func() (float64, error) { return DPrimeOddity(0) },
		"hit is NaN":    func() (float64, error) { return DPrimeABX(math.NaN(), 0.2, "independent") },
		"falseAlarm is": func() (float64, error) { return DPrimeSameDifferent(0.5, 0, "independent") },
		"strategy is":   func() (float64, error) { return DPrimeSameDifferent(0.5, 0.1, "") },
	} {
		if _, err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

func TestBiasMeasures(t *testing.T) {
	var g struct {
		SDT []struct {
			Inp  [4]int
			Corr string
			Out  struct {
				CPrime    *float64
				LnBeta    float64
				Bpp, BppD float64
				Az        float64
			}
		}
		MetaD struct {
			S1  []int `json:"nR_S1"`
			S2  []int `json:"nR_S2"`
			Own struct {
				D1, C1, Ratio, LogL float64
				Meta                float64   `json:"meta_d"`
				T2C                 []float64 `json:"t2c"`
			}
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/sdt.json"), &g)
	for _, c := range g.SDT {
		s, err := measure(c.Inp, map[string]string{"none": "", "loglinear": "loglinear", "1/2N": "replace"}[c.Corr])
		if err != nil {
			t.Fatal(err)
		}
		if c.Out.CPrime == nil != math.IsNaN(s.CPrime) {
			t.Errorf("%v: c' is %g", c.Inp, s.CPrime)
		} else if c.Out.CPrime != nil {
			within(t, "c'", s.CPrime, *c.Out.CPrime, 1e-9)
		}
		within(t, "ln beta", s.LnBeta, c.Out.LnBeta, 1e-9)
		within(t, "B''", s.BDoublePrime, c.Out.Bpp, 1e-9)
		within(t, "B''D", s.BDoublePrimeD, c.Out.BppD, 1e-9)
		within(t, "Az", s.Az, c.Out.Az, 1e-9)
	}
	m, err := MetaDPrime(g.MetaD.S1, g.MetaD.S2)
	if err != nil {
		t.Fatal(err)
	}
	w := g.MetaD.Own
	within(t, "d'", m.DPrime, w.D1, 1e-9)
	within(t, "C", m.C, w.C1, 1e-9)
	within(t, "meta-d'", m.MetaD, w.Meta, 1e-5)
	within(t, "M-ratio", m.MRatio, w.Ratio, 1e-5)
	within(t, "log likelihood", m.LogLik, w.LogL, 1e-8)
	for i, c := range w.T2C {
		within(t, "criterion", m.Criteria[i], c, 1e-5)
	}
	if !m.Converged {
		t.Error("not converged")
	}
}

// Three ratings give as many rates as parameters: the fit passes through them.
func TestRatingExact(t *testing.T) {
	f, err := FitRating([]int{10, 30, 60}, []int{50, 30, 20})
	if err != nil {
		t.Fatal(err)
	}
	z := vec.NormQuantile
	sd := (z(0.8) - z(0.5)) / (z(0.4) - z(0.1))
	within(t, "SD", f.SD, sd, 1e-6)
	within(t, "mean", f.Mean, z(0.5)-sd*z(0.1), 1e-6)
	within(t, "G²", f.G2, 0, 1e-9)
	if !f.Converged || f.DF != 0 {
		t.Errorf("%v", f)
	}
	// A rating that nobody gave changes nothing but its own place.
	g, err := FitRating([]int{10, 0, 30, 60}, []int{50, 0, 30, 20})
	if err != nil || g.Az != f.Az || g.Ratings != 3 {
		t.Errorf("merged: %v, %v", g, err)
	}
}

func TestRatingRecovery(t *testing.T) {
	const runs, trials = 60, 400
	cuts := []float64{-0.7, 0, 0.6, 1.2, 1.9}
	az := vec.NormCDF(1.4 / math.Sqrt(1+1.3*1.3))
	covered, sum := 0, 0.0
	for k := range runs {
		s := rng.New(11, uint64(k))
		var counts [2][6]int
		for i := range trials {
			x := s.Norm()
			if i%2 == 1 {
				x = 1.4 + 1.3*x
			}
			r := 0
			for r < 5 && x > cuts[r] {
				r++
			}
			counts[i%2][r]++
		}
		f, err := FitRating(counts[1][:], counts[0][:])
		if err != nil || !f.Converged {
			t.Fatalf("run %d: %v, %v", k, f, err)
		}
		sum += f.Az
		if math.Abs(f.Az-az) < 1.96*f.SEAz {
			covered++
		}
	}
	within(t, "mean Az", sum/runs, az, 0.008)
	if covered < 51 {
		t.Errorf("the 95%% interval covers %d of %d", covered, runs)
	}
}

// An observer who rates the same evidence that the choice is from is ideal.
func TestMetaDIdeal(t *testing.T) {
	cuts := []float64{-1.5, -0.8, 0.2, 0.9, 1.7}
	var s1, s2 []int
	const n = 1000000.0
	for k := range 6 {
		lo, hi := math.Inf(-1), math.Inf(1)
		if k > 0 {
			lo = cuts[k-1]
		}
		if k < 5 {
			hi = cuts[k]
		}
		s1 = append(s1, int(math.Round(n*between(lo+0.9, hi+0.9))))
		s2 = append(s2, int(math.Round(n*between(lo-0.9, hi-0.9))))
	}
	m, err := MetaDPrime(s1, s2)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "d'", m.DPrime, 1.8, 1e-4)
	within(t, "M-ratio", m.MRatio, 1, 1e-4)
}

func TestRatingErrors(t *testing.T) {
	for want, c := range map[string][2][]int{
		"must be as many":    {{1, 2}, {1}},
		"counts 1 and -1":    {{1, 2, 3}, {-1, 2, 3}},
		"at least one":       {{0, 0, 0}, {1, 2, 3}},
		"2 ratings are":      {{5, 0, 3}, {2, 0, 2}},
		"separate signal":    {{0, 0, 4, 5}, {3, 6, 0, 0}},
		"or one of them has": {{0, 9, 0}, {3, 6, 2}},
	} {
		if _, err := FitRating(c[0], c[1]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
	for want, c := range map[string][2][]int{
		"same even number": {{1, 2, 3}, {1, 2, 3}},
		"s2[1] is -4":      {{1, 2, 3, 4}, {1, -4, 3, 4}},
		"s1 has no trials": {{0, 0, 0, 0}, {1, 2, 3, 4}},
		"d' of the":        {{1, 2, 3, 4}, {1, 2, 3, 4}},
	} {
		if _, err := MetaDPrime(c[0], c[1]); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}
