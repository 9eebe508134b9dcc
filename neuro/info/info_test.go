package info

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// peers are values of scikit-learn and of the definitions, with their inputs.
type peers struct {
	A     []int     `json:"a"`
	B     []int     `json:"b"`
	MI    float64   `json:"mi_plugin_nats"`
	H     float64   `json:"H_plugin_nats"`
	HMM   float64   `json:"H_miller_madow_nats"`
	X     []float64 `json:"x"`
	Y     []float64 `json:"y"`
	KSG3  float64   `json:"ksg1_k3_nats"`
	KSG5  float64   `json:"ksg1_k5_nats"`
	Exact float64   `json:"exact_gaussian_rho08_nats"`
}

func TestPeers(t *testing.T) {
	var g peers
	golden.JSON(t, golden.Path(t, "info/info.json"), &g)
	checkPeers(t, g)
}

// TestSharedPeers does the same with another sample.
func TestSharedPeers(t *testing.T) {
	var g peers
	golden.JSON(t, golden.Shared(t, "golden/signals/info.json"), &g)
	checkPeers(t, g)
}

func checkPeers(t *testing.T, g peers) {
	t.Helper()
	for _, c := range []struct {
		name string
		got  func() (float64, error)
		want float64
		tol  float64 // both compute the same sum; the differences are of rounding
	}{
		{"Mutual", func() (float64, error) { return Mutual(g.A, g.B) }, g.MI, 1e-13},
		{"Mutual of a with itself", func() (float64, error) { return Mutual(g.A, g.A) }, g.H, 1e-13},
		{"Entropy", func() (float64, error) { return Entropy(g.A) }, g.H, 1e-13},
		{"MillerMadow", func() (float64, error) { return MillerMadow(g.A) }, g.HMM, 1e-13},
		{"KSG 3", func() (float64, error) { return KSG(g.X, g.Y, 3) }, g.KSG3, 1e-12},
		{"KSG 5", func() (float64, error) { return KSG(g.X, g.Y, 5) }, g.KSG5, 1e-12},
		// 500 samples: the estimator's own scatter is about 0.03.
		{"KSG 3 of Gaussians", func() (float64, error) { return KSG(g.X, g.Y, 3) }, g.Exact, 0.1},
	} {
		got, err := c.got()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if math.Abs(got-c.want) > c.tol {
			t.Errorf("%s = %.17g, want %.17g within %g", c.name, got, c.want, c.tol)
		}
	}
}

func TestClosedForms(t *testing.T) {
	ln2 := math.Ln2
	for _, c := range []struct {
		name string
		x, y []int
		want float64
	}{
		{"one sample", []int{7}, []int{-3}, 0},
		{"constant", []int{1, 1, 1}, []int{1, 2, 3}, 0},
		{"a fair bit", []int{0, 1, 0, 1}, []int{5, 9, 5, 9}, ln2},
		{"independent", []int{0, 0, 1, 1, 0, 0, 1, 1}, []int{0, 1, 0, 1, 0, 1, 0, 1}, 0},
		{"exclusive or of one input", []int{0, 0, 1, 1}, []int{0, 1, 1, 0}, 0},
		{"binary symmetric channel, error 1/4", []int{0, 0, 0, 0, 1, 1, 1, 1}, []int{0, 0, 0, 1, 1, 1, 1, 0}, ln2 + .25*math.Log(.25) + .75*math.Log(.75)},
		{"extreme labels", []int{math.MinInt, math.MaxInt}, []int{math.MaxInt, math.MinInt}, ln2},
	} {
		got, err := Mutual(c.x, c.y)
		if err != nil || math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%s: %.17g, %v; want %.17g", c.name, got, err, c.want)
		}
	}
}

func TestMutualProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		label := rapid.IntRange(-3, 3)
		x := rapid.SliceOfN(label, n, n).Draw(t, "x")
		y := rapid.SliceOfN(label, n, n).Draw(t, "y")
		xy, _ := Mutual(x, y)
		yx, _ := Mutual(y, x)
		hx, _ := Entropy(x)
		hy, _ := Entropy(y)
		pair := make([]int, n)
		relabelled := make([]int, n)
		for i := range x {
			pair[i] = 100*x[i] + y[i]
			relabelled[i] = 17 - 5*x[i]
		}
		hxy, _ := Entropy(pair)
		ry, _ := Mutual(relabelled, y)
		const tol = 1e-13
		if math.Abs(xy-yx) > tol || math.Abs(xy-ry) > tol {
			t.Fatalf("I(x,y) %g, I(y,x) %g, I(relabelled x, y) %g", xy, yx, ry)
		}
		if xy < 0 || xy > min(hx, hy)+tol || math.Abs(hx+hy-hxy-xy) > tol {
			t.Fatalf("I %g, H(x) %g, H(y) %g, H(x,y) %g", xy, hx, hy, hxy)
		}
		corrected, _ := MutualMillerMadow(x, y)
		mx, _ := MillerMadow(x)
		my, _ := MillerMadow(y)
		mxy, _ := MillerMadow(pair)
		if math.Abs(mx+my-mxy-corrected) > tol {
			t.Fatalf("corrected I %g, want %g", corrected, mx+my-mxy)
		}
	})
}

// TestKSGDefinition compares the tree search with the definition on samples
// of many kinds: ties, lines, clusters, all sizes near the leaf's.
func TestKSGDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	kinds := map[string]func() (float64, float64){
		"gauss":   func() (float64, float64) { return r.NormFloat64(), r.NormFloat64() },
		"rounded": func() (float64, float64) { return math.Round(50 * r.Float64()), math.Round(50 * r.Float64()) },
		"line":    func() (float64, float64) { v := r.Float64(); return v, v },
		"tight":   func() (float64, float64) { return 1e9 + r.Float64(), -1e-9 * r.Float64() },
		"column":  func() (float64, float64) { return 3, r.Float64() },
	}
	for name, draw := range kinds {
		for _, n := range []int{2, 3, 12, 13, 24, 25, 101, 256} {
			for _, k := range []int{1, 2, 3, n - 1} {
				if k < 1 || k >= n {
					continue
				}
				x, y := make([]float64, n), make([]float64, n)
				for i := range x {
					x[i], y[i] = draw()
				}
				got, err := KSG(x, y, k)
				want, ok := ksgDefinition(x, y, k)
				if !ok {
					if err == nil {
						t.Errorf("%s, n %d, k %d: %g, want an error for identical samples", name, n, k, got)
					}
					continue
				}
				if err != nil || math.Abs(got-want) > 1e-11 {
					t.Errorf("%s, n %d, k %d: %.17g, %v; want %.17g", name, n, k, got, err, want)
				}
			}
		}
	}
}

func ksgDefinition(x, y []float64, k int) (float64, bool) {
	n := len(x)
	sum := 0.0
	for i := range x {
		var d []float64
		for j := range x {
			if j != i {
				d = append(d, math.Max(math.Abs(x[i]-x[j]), math.Abs(y[i]-y[j])))
			}
		}
		eps := sortedFloats(d)[k-1]
		if eps == 0 {
			return 0, false
		}
		nx, ny := 0, 0
		for j := range x {
			if j != i && math.Abs(x[i]-x[j]) < eps {
				nx++
			}
			if j != i && math.Abs(y[i]-y[j]) < eps {
				ny++
			}
		}
		sum += harmonic(nx) + harmonic(ny)
	}
	// ψ(m+1) = H(m) - γ, and the γ cancel.
	return harmonic(k-1) + harmonic(n-1) - sum/float64(n), true
}

func harmonic(n int) float64 {
	h := 0.0
	for ; n > 0; n-- {
		h += 1 / float64(n)
	}
	return h
}

// TestKSGGaussian holds the estimate against -log(1-ρ²)/2. With 4000 samples
// and k 4 the standard deviation is below 0.02 (Kraskov 2004, figure 4).
func TestKSGGaussian(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, rho := range []float64{0, 0.3, -0.6, 0.9, 0.99} {
		n := 4000
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			a, b := r.NormFloat64(), r.NormFloat64()
			x[i], y[i] = a, rho*a+math.Sqrt(1-rho*rho)*b
		}
		got, err := KSG(x, y, 4)
		if want := -math.Log(1-rho*rho) / 2; err != nil || math.Abs(got-want) > 0.06 {
			t.Errorf("ρ %g: %g, %v; want %g", rho, got, err, want)
		}
	}
}

func TestErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	three := []float64{1, 2, 3}
	for _, c := range []struct {
		name string
		call func() (float64, error)
		want string
	}{
		{"unequal", func() (float64, error) { return Mutual([]int{1}, []int{1, 2}) }, "info: Mutual: x has 1 samples and y has 2"},
		{"empty", func() (float64, error) { return Mutual(nil, nil) }, "info: Mutual: x and y are empty"},
		{"empty entropy", func() (float64, error) { return Entropy(nil) }, "info: Entropy: x is empty"},
		{"empty corrected", func() (float64, error) { return MillerMadow([]int{}) }, "info: MillerMadow: x is empty"},
		{"unequal corrected", func() (float64, error) { return MutualMillerMadow([]int{1}, nil) }, "info: MutualMillerMadow: x has 1"},
		{"KSG unequal", func() (float64, error) { return KSG(three, three[:2], 1) }, "info: KSG: x has 3 samples and y has 2"},
		{"KSG empty", func() (float64, error) { return KSG(nil, nil, 3) }, "info: KSG: x and y are empty"},
		{"KSG k 0", func() (float64, error) { return KSG(three, three, 0) }, "k is 0"},
		{"KSG k negative", func() (float64, error) { return KSG(three, three, -1) }, "k is -1"},
		{"KSG k n", func() (float64, error) { return KSG(three, three, 3) }, "k is 3 with 3 samples"},
		{"KSG NaN", func() (float64, error) { return KSG(three, []float64{1, nan, 2}, 1) }, "y[1] is NaN"},
		{"KSG Inf", func() (float64, error) { return KSG([]float64{1, 2, -inf}, three, 1) }, "x[2] is -Inf"},
		{"KSG range", func() (float64, error) { return KSG([]float64{-1e308, 1e308, 0}, three, 1) }, "wider than a float64"},
		{"KSG equal", func() (float64, error) { return KSG([]float64{1, 1, 1, 2}, []float64{5, 5, 5, 6}, 2) }, "more than k = 2 samples are equal to sample 0 (1, 5)"},
	} {
		if _, err := c.call(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want it to say %q", c.name, err, c.want)
		}
	}
}

func BenchmarkKSG(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	x, y := make([]float64, 10000), make([]float64, 10000)
	for i := range x {
		x[i], y[i] = r.NormFloat64(), r.NormFloat64()
	}
	for b.Loop() {
		if _, err := KSG(x, y, 3); err != nil {
			b.Fatal(err)
		}
	}
}
