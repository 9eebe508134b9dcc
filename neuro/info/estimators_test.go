package info

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

func TestAgainstFrites(t *testing.T) {
	var want struct {
		Gaussian []struct {
			X, Y, Z              [][]float64
			MI, GCMI, CMI, GCCMI float64
		}
		PT []struct {
			S, R              []int
			Plugin, Corrected float64
		}
	}
	golden.JSON(t, golden.Path(t, "info/estimators.json"), &want)
	if len(want.Gaussian) < 10 || len(want.PT) != 5 {
		t.Fatal("the reference is not whole")
	}
	for _, c := range want.Gaussian {
		for _, f := range []struct {
			name string
			f    func() (float64, error)
			want float64
		}{
			{"Gaussian", func() (float64, error) { return Gaussian(c.X, c.Y) }, c.MI},
			{"GaussianCopula", func() (float64, error) { return GaussianCopula(c.X, c.Y) }, c.GCMI},
			{"ConditionalGaussian", func() (float64, error) { return ConditionalGaussian(c.X, c.Y, c.Z) }, c.CMI},
			{"ConditionalGaussianCopula", func() (float64, error) { return ConditionalGaussianCopula(c.X, c.Y, c.Z) }, c.GCCMI},
		} {
			got, err := f.f()
			if err != nil {
				t.Fatal(err)
			}
			if w := f.want * math.Ln2; math.Abs(got-w) > 1e-10 {
				t.Errorf("%s of %d samples: %.15g, want %.15g", f.name, len(c.X[0]), got, w)
			}
		}
	}
	for _, c := range want.PT {
		got, err := PanzeriTreves(c.S, c.R)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got-c.Corrected) > 1e-11 {
			t.Errorf("PanzeriTreves of %d trials: %.15g, want %.15g (plug-in %.6g)", len(c.S), got, c.Corrected, c.Plugin)
		}
	}
}

// pair returns n Gaussian samples with a correlation.
func pair(n int, rho float64, seed uint64) (x, y []float64) {
	r := rng.New(seed, 1)
	for range n {
		a, b := r.Norm(), r.Norm()
		x, y = append(x, a), append(y, float64(rho*a)+float64(math.Sqrt(1-rho*rho)*b))
	}
	return x, y
}

// TestGaussianTruth holds estimators to -log(1-ρ²)/2 over correlations and sizes of samples: the mean
// of 200 samples within 4 standard errors and the bias that is stated.
func TestGaussianTruth(t *testing.T) {
	for _, rho := range []float64{0, 0.3, -0.6, 0.9} {
		truth := -math.Log(1-rho*rho) / 2
		for _, n := range []int{20, 100, 400} {
			var sum, squares [3]float64
			const draws = 200
			for d := range draws {
				x, y := pair(n, rho, uint64(1000*n+d))
				g, err := Gaussian([][]float64{x}, [][]float64{y})
				if err != nil {
					t.Fatal(err)
				}
				c, _ := GaussianCopula([][]float64{x}, [][]float64{y})
				k, _ := KSG(x, y, 3)
				for i, v := range []float64{g, c, k} {
					sum[i] += v / draws
					squares[i] += v * v / draws
				}
			}
			for i, name := range []string{"Gaussian", "GaussianCopula", "KSG"} {
				error := math.Sqrt(math.Max(0, squares[i]-sum[i]*sum[i]) / draws)
				// Ranks lose a little of strong correlations, and so do neighbours among few samples: 22 % at rho
				// 0.9 and 20 samples, as 5/n of the information.
				bias := []float64{0, 0.6 * truth / math.Sqrt(float64(n)), (5*truth + 1) / float64(n)}[i]
				if math.Abs(sum[i]-truth) > 4*error+bias {
					t.Errorf("%s, rho %g, %d samples: mean %.4f +- %.4f, truth %.4f", name, rho, n, sum[i], error, truth)
				}
			}
		}
	}
}

// TestTransferTruth holds transfer entropies to closed forms: of y(t) = a y(t-1) + c x(t-1) + noise, x
// white, it is half the log of the ratio of variances; of a binary chain that copies with errors, log
// 2 less the entropy of an error.
func TestTransferTruth(t *testing.T) {
	const n = 20000
	r := rng.New(3, 0)
	x, y := make([]float64, n), make([]float64, n)
	bits, copies := make([]int, n), make([]int, n)
	const a, c, flip = 0.5, 0.7, 0.1
	for i := range n {
		x[i], bits[i] = r.Norm(), r.Intn(2)
		if i > 0 {
			y[i] = a*y[i-1] + c*x[i-1] + r.Norm()
			copies[i] = bits[i-1]
			if r.Float64() < flip {
				copies[i] = 1 - copies[i]
			}
		}
	}
	truth := math.Log(1+c*c) / 2
	got, err := TransferGaussian(x, y, TransferOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(got-truth) > 0.01 {
		t.Errorf("TransferGaussian %.4f, truth %.4f", got, truth)
	}
	if back, _ := TransferGaussian(y, x, TransferOptions{}); math.Abs(back) > 0.001 {
		t.Errorf("backward %.5f", back)
	}
	if k, err := TransferKSG(x[:3000], y[:3000], 4, TransferOptions{}); err != nil || math.Abs(k-truth) > 0.05 {
		t.Errorf("TransferKSG %.4f, truth %.4f, %v", k, truth, err)
	}
	truth = math.Ln2 + flip*math.Log(flip) + (1-flip)*math.Log(1-flip)
	if got, err = Transfer(bits, copies, TransferOptions{}); err != nil || math.Abs(got-truth) > 0.01 {
		t.Errorf("Transfer %.4f, truth %.4f, %v", got, truth, err)
	}
	if late, _ := Transfer(bits, copies, TransferOptions{Delay: 2}); late > 0.001 {
		t.Errorf("two samples late %.5f", late)
	}
	// A common cause: all of it is gone once it is known.
	z := make([]int, n)
	p, q := make([]int, n), make([]int, n)
	for i := range z {
		z[i] = r.Intn(3)
		p[i], q[i] = z[i]+r.Intn(2), z[i]+r.Intn(2)
	}
	if v, _ := Conditional(p, q, z); v > 0.002 {
		t.Errorf("conditional information of what only a third explains: %g", v)
	}
	if v, _ := Mutual(p, q); v < 0.2 {
		t.Errorf("and without it %g", v)
	}
}

// TestCorrections holds the corrections to independent variables, and to what they leave of a known
// information.
func TestCorrections(t *testing.T) {
	var plain, pt, qe, sh float64
	const draws = 100
	for d := range draws {
		r := rng.New(uint64(d), 9)
		s, c := make([]int, 120), make([]int, 120)
		for i := range s {
			s[i], c[i] = r.Intn(4), r.Intn(6)
		}
		v, _ := Mutual(s, c)
		plain += v / draws
		v, _ = PanzeriTreves(s, c)
		pt += v / draws
		v, _ = QuadraticExtrapolation(s, c, 4, uint64(d))
		qe += v / draws
		m, err := MutualTest(s, c, 49, uint64(d))
		if err != nil {
			t.Fatal(err)
		}
		sh += m.Corrected / draws
	}
	if plain < 0.04 || math.Abs(pt) > 0.006 || math.Abs(qe) > 0.015 || math.Abs(sh) > 0.006 {
		t.Errorf("independent: plug-in %.4f, Panzeri-Treves %.4f, extrapolated %.4f, shuffled %.4f", plain, pt, qe, sh)
	}
}

// TestShifts holds the shifts to coming once each, all of them where Draws are enough.
func TestShifts(t *testing.T) {
	for _, c := range []struct{ n, draws, least, surrogates int }{
		{3, 999, 0, 2}, {36, 999, 0, 35}, {36, 35, 0, 35}, {36, 34, 0, 34}, {37, 999, 5, 28}, {9, 999, 4, 2}, {9, 1, 4, 1}, {2000, 99, 0, 99},
	} {
		calls, seen := 0, map[int]bool{}
		m, err := Surrogates(c.n, func(order []int) (float64, error) {
			if calls++; calls == 1 {
				return float64(order[0]), nil
			}
			by := order[0]
			for i, at := range order {
				if at != (i+by)%c.n {
					t.Fatalf("%+v: place %d of a shift by %d has sample %d", c, i, by, at)
				}
			}
			if least := max(1, c.least); by < least || by > c.n-least || seen[by] {
				t.Errorf("%+v: a shift by %d, seen before: %v", c, by, seen[by])
			}
			seen[by] = true
			return float64(by), nil
		}, SurrogateOptions{Kind: "shift", Draws: c.draws, MinShift: c.least, Seed: 4})
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Null) != c.surrogates || len(seen) != c.surrogates || m.P != 1 {
			t.Errorf("%+v: %d surrogates of %d shifts, p = %g", c, len(m.Null), len(seen), m.P)
		}
	}
}

// TestSurrogates holds tests on null data to their level: of 400 sets 12 to 29 have p <= .05 with
// probability .95 (binomial).
func TestSurrogates(t *testing.T) {
	for _, kind := range []string{"shuffle", "shift"} {
		hits := 0
		const sets = 400
		for s := range sets {
			x, y := pair(40, 0, uint64(s))
			if kind == "shift" { // series that remember
				for i := 1; i < len(x); i++ {
					x[i] += 0.6 * x[i-1]
					y[i] += 0.6 * y[i-1]
				}
			}
			m, err := Surrogates(len(x), func(order []int) (float64, error) {
				return GaussianCopula([][]float64{Reorder(x, order)}, [][]float64{y})
			}, SurrogateOptions{Draws: 99, Kind: kind, Seed: uint64(s)})
			if err != nil {
				t.Fatal(err)
			}
			if m.P <= 0.05 {
				hits++
			}
			if m.P < 0.01 || m.P > 1 {
				t.Fatalf("p = %g of 99 surrogates", m.P)
			}
		}
		t.Logf("%s: %d of %d", kind, hits, sets)
		if hits > 29 {
			t.Errorf("%s: %d of %d null sets below .05", kind, hits, sets)
		}
	}
	x, y := pair(60, 0.8, 1)
	m, err := Surrogates(len(x), func(order []int) (float64, error) { return KSG(Reorder(x, order), y, 3) }, SurrogateOptions{Draws: 199})
	if err != nil || m.P != 1.0/200 {
		t.Errorf("a strong relation: %v, %v", m, err)
	}
}

func TestPerSpike(t *testing.T) {
	// A cell that fires in one of four places tells log 4 with each spike.
	v, err := PerSpike([]float64{0, 0, 8, 0}, []float64{1, 1, 1, 1})
	if err != nil || math.Abs(v-math.Log(4)) > 1e-15 {
		t.Errorf("%g, want log 4: %v", v, err)
	}
	// The test of a series has the same value.
	m, err := PerSpikeTest([]int{7, 7, 9, 9, 5, 5, 8, 8}, []int{0, 0, 3, 5, 0, 0, 0, 0}, SurrogateOptions{})
	if err != nil || math.Abs(m.Value-math.Log(4)) > 1e-15 || m.Kind != "shift" || len(m.Null) != 7 {
		t.Errorf("%v, want log 4 against 7 shifts: %v", m, err)
	}
	if v, _ = PerSpike([]float64{3, 3, 3}, []float64{1, 7, 2}); v != 0 {
		t.Errorf("%g of a rate that does not change", v)
	}
}

func TestInfoRefusals(t *testing.T) {
	x := [][]float64{{1, 2, 3, 5, 4, 6}}
	nan := [][]float64{{1, 2, math.NaN(), 4, 5, 6}}
	f := func([]int) (float64, error) { return 0, nil }
	for _, c := range []struct {
		err  error
		want string
	}{
		{second(Gaussian(x, nan)), "y[0][2] is NaN"},
		{second(Gaussian(x, [][]float64{{1, 2}})), "has 2 samples and x[0] 6"},
		{second(Gaussian(x, nil)), "y has no dimension"},
		{second(Gaussian(x, x)), "follows from others"},
		{second(Gaussian([][]float64{{1, 2}}, [][]float64{{2, 1}})), "2 samples of 2 dimensions; 4"},
		{second(GaussianCopula([][]float64{{1, 1, 1, 1}}, [][]float64{{2, 1, 3, 4}})), "has one value, 1"},
		{second(ConditionalKSG(x, [][]float64{{1, 1, 2, 2, 3, 3}}, x, 9)), "k is 9 with 6"},
		{second(ConditionalKSG([][]float64{{1, 1, 1, 2}}, [][]float64{{1, 1, 1, 2}}, [][]float64{{1, 1, 1, 2}}, 1)), "equal to sample 0"},
		{second(Transfer([]int{1}, []int{1}, TransferOptions{})), "1 samples, and the pasts reach 1"},
		{second(Transfer([]int{1, 2}, []int{1}, TransferOptions{})), "source has 2 samples and target 1"},
		{second(Transfer(nil, nil, TransferOptions{Delay: -1})), "must be 1 or more"},
		{second(Conditional([]int{1}, []int{1, 2}, []int{1})), "must have the same length"},
		{second(PanzeriTreves(nil, nil)), "empty"},
		{second(QuadraticExtrapolation([]int{1, 2}, []int{1, 2}, 0, 0)), "2 samples; 8"},
		{second(Surrogates(1, f, SurrogateOptions{})), "1 sample; 2"},
		{second(Surrogates(2, f, SurrogateOptions{Kind: "shift"})), "3 or more are needed"},
		{second(ConditionalTest([]int{1, 2, 1}, []int{1, 2, 2}, []int{4, 5, 6}, 9, 1)), "take ConditionalKSGTest"},
		{second(TransferGaussianTest([]float64{1}, nil, TransferOptions{}, SurrogateOptions{})), "TransferGaussianTest: source has 1"},
		{second(Surrogates(9, f, SurrogateOptions{Kind: "jitter"})), `unknown kind "jitter"`},
		{second(Surrogates(9, f, SurrogateOptions{Kind: "shift", MinShift: 5})), "MinShift is 5"},
		{second(PerSpike([]float64{1}, []float64{1, 2})), "rate has 1 values"},
		{second(PerSpike([]float64{-1}, []float64{1})), "rate[0] is -1"},
		{second(PerSpike([]float64{0}, []float64{1})), "mean rate is 0"},
		{second(PerSpikeTest([]int{1, 2}, []int{1}, SurrogateOptions{})), "value has 2 frames and count 1"},
		{second(PerSpikeTest([]int{1, 2}, []int{1, -1}, SurrogateOptions{})), "count[1] is -1"},
		{second(PerSpikeTest([]int{1, 2}, []int{0, 0}, SurrogateOptions{})), "there is no spike"},
		{second(PanzeriTrevesTest([]int{1, 2}, []int{0}, SurrogateOptions{})), "PanzeriTrevesTest: x has 2 samples and y has 1"},
		{second(ConditionalGaussianTest(x, nan, x, SurrogateOptions{})), "y[0][2] is NaN"},
		{second(ConditionalKSGTest(x, [][]float64{{1, 4, 2, 6, 3, 5}}, [][]float64{{3, 1, 2, 6, 4, 5}}, 2, 9, 9, 1)), "near is 9 of 6"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%v, want it to say %q", c.err, c.want)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// A measure that gives NaN has no p.
func TestSurrogatesRefuse(t *testing.T) {
	if _, err := Surrogates(9, nil, SurrogateOptions{}); err == nil || !strings.Contains(err.Error(), "f is nil") {
		t.Errorf("%v", err)
	}
	for _, from := range []int{0, 3} { // of the data, and of a surrogate
		calls := 0
		_, err := Surrogates(9, func([]int) (float64, error) {
			calls++
			if calls > from {
				return math.NaN(), nil
			}
			return 1, nil
		}, SurrogateOptions{Draws: 9})
		if err == nil || !strings.Contains(err.Error(), "NaN") {
			t.Errorf("NaN from call %d on: %v", from, err)
		}
	}
}
