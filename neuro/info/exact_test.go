package info

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// cells returns the probabilities of classes of equal size of two Gaussian variables.
func cells(rho float64, classes int) [][]float64 {
	p := make([][]float64, classes)
	edge := func(k int) float64 { return vec.NormQuantile(float64(k) / float64(classes)) }
	s := math.Sqrt(1 - rho*rho)
	for i := range p {
		p[i] = make([]float64, classes)
		// Over the uniform scale of x, by Gauss's rule of two points in 2000 pieces.
		const pieces = 400
		for k := range pieces {
			for _, at := range []float64{0.5 - 0.5/math.Sqrt(3), 0.5 + 0.5/math.Sqrt(3)} {
				x := vec.NormQuantile((float64(i) + (float64(k)+at)/pieces) / float64(classes))
				for j := range p[i] {
					lo, hi := 0.0, 1.0
					if j > 0 {
						lo = vec.NormCDF((edge(j) - rho*x) / s)
					}
					if j < classes-1 {
						hi = vec.NormCDF((edge(j+1) - rho*x) / s)
					}
					p[i][j] += (hi - lo) / (2 * pieces * float64(classes))
				}
			}
		}
	}
	return p
}

// TestGaussianGrid holds estimators to the exact information of Gaussian variables over
// correlation and number of samples: of each the mean over draws, within 4 standard errors
// and the bias that its documentation states.
func TestGaussianGrid(t *testing.T) {
	const classes = 5
	for _, rho := range []float64{0.1, 0.3, 0.5, 0.7, 0.9, 0.95} {
		truth := -math.Log(1-rho*rho) / 2
		binned := 0.0
		for _, row := range cells(rho, classes) {
			for _, p := range row {
				binned += p * math.Log(p*classes*classes)
			}
		}
		for _, n := range []int{50, 200, 1000, 5000} {
			draws := 30
			if n == 5000 {
				draws = 8
			}
			type estimate struct {
				name        string
				truth, bias float64
				f           func(x, y []float64, a, b []int, seed uint64) (float64, error)
			}
			size := float64(n)
			all := []estimate{
				{"Gaussian", truth, 0, func(x, y []float64, _, _ []int, _ uint64) (float64, error) {
					return Gaussian([][]float64{x}, [][]float64{y})
				}},
				{"GaussianCopula", truth, 0.6 * truth / math.Sqrt(size), func(x, y []float64, _, _ []int, _ uint64) (float64, error) {
					return GaussianCopula([][]float64{x}, [][]float64{y})
				}},
				{"KSG", truth, (5*truth + 1) / size, func(x, y []float64, _, _ []int, _ uint64) (float64, error) { return KSG(x, y, 3) }},
				// 25 pairs of classes: the first order of the plug-in's bias is 16/2n.
				{"Mutual", binned, 16 / (2 * size) * 1.3, func(_, _ []float64, a, b []int, _ uint64) (float64, error) { return Mutual(a, b) }},
				{"MutualMillerMadow", binned, 16 / (2 * size) * 0.75, func(_, _ []float64, a, b []int, _ uint64) (float64, error) { return MutualMillerMadow(a, b) }},
				{"PanzeriTreves", binned, 16 / (2 * size) * 0.45, func(_, _ []float64, a, b []int, _ uint64) (float64, error) { return PanzeriTreves(a, b) }},
				{"QuadraticExtrapolation", binned, 16 / (2 * size) * 0.6, func(_, _ []float64, a, b []int, seed uint64) (float64, error) {
					return QuadraticExtrapolation(a, b, 2, seed)
				}},
				// The bias of independent variables, which is more than that of related ones.
				{"MutualTest", binned, 16 / (2 * size), func(_, _ []float64, a, b []int, seed uint64) (float64, error) {
					if n > 200 {
						return binned, nil // slow
					}
					m, err := MutualTest(a, b, 9, seed)
					if err != nil {
						return 0, err
					}
					return m.Corrected, nil
				}},
			}
			sum, squares := make([]float64, len(all)), make([]float64, len(all))
			for d := range draws {
				x, y := pair(n, rho, uint64(7919*n+d))
				a, b := make([]int, n), make([]int, n)
				for i := range x {
					a[i], b[i] = int(vec.NormCDF(x[i])*classes), int(vec.NormCDF(y[i])*classes)
				}
				for k, e := range all {
					v, err := e.f(x, y, a, b, uint64(d))
					if err != nil {
						t.Fatal(e.name, err)
					}
					sum[k] += v / float64(draws)
					squares[k] += v * v / float64(draws)
				}
			}
			line := fmt.Sprintf("rho %.2f, %4d samples:", rho, n)
			for k, e := range all {
				off := sum[k] - e.truth
				sd := math.Sqrt(math.Max(0, squares[k]-sum[k]*sum[k]))
				line += fmt.Sprintf(" %s %+.4f±%.4f", e.name, off, sd)
				if math.Abs(off) > 4*sd/math.Sqrt(float64(draws))+e.bias {
					t.Errorf("%s, rho %g, %d samples: off by %.4f (SD %.4f of %d), stated is %.4f; truth %.4f", e.name, rho, n, off, sd, draws, e.bias, e.truth)
				}
			}
			t.Log(line)
		}
	}
}

// TestCountEntropy holds entropies to those of Poisson counts and of counts that gamma-distributed
// rates make (negative binomial), which are sums.
func TestCountEntropy(t *testing.T) {
	entropyOf := func(p func(k int) float64) (h float64) {
		for k := range 2000 {
			if v := p(k); v > 0 {
				h -= v * math.Log(v)
			}
		}
		return h
	}
	gamma := func(v float64) float64 { l, _ := math.Lgamma(v); return l }
	for _, mean := range []float64{0.5, 2, 10} {
		for name, dist := range map[string]struct {
			p    func(k int) float64
			draw func(r *rng.Source) int
		}{
			"Poisson": {
				func(k int) float64 { return math.Exp(float64(k)*math.Log(mean) - mean - gamma(float64(k)+1)) },
				func(r *rng.Source) int { return poissonCount(r, mean) },
			},
			"negative binomial, shape 2": {
				func(k int) float64 {
					return math.Exp(gamma(float64(k)+2) - gamma(2) - gamma(float64(k)+1) + 2*math.Log(2/(2+mean)) + float64(k)*math.Log(mean/(2+mean)))
				},
				func(r *rng.Source) int {
					// Gamma of shape 2 is the sum of two exponentials.
					return poissonCount(r, -mean/2*(math.Log(1-r.Float64())+math.Log(1-r.Float64())))
				},
			},
		} {
			truth := entropyOf(dist.p)
			for _, n := range []int{50, 500, 5000} {
				const draws = 60
				var plain, corrected, squares float64
				for d := range draws {
					r := rng.New(uint64(d), uint64(n))
					x := make([]int, n)
					for i := range x {
						x[i] = dist.draw(r)
					}
					h, _ := Entropy(x)
					m, _ := MillerMadow(x)
					plain += h / draws
					corrected += m / draws
					squares += m * m / draws
				}
				se := math.Sqrt(math.Max(0, squares-corrected*corrected) / draws)
				t.Logf("%s, mean %g, %d samples: plug-in %+.4f, Miller-Madow %+.4f ± %.4f of %.4f", name, mean, n, plain-truth, corrected-truth, se, truth)
				// The probability of values that did not occur, on average.
				unseen := 0.0
				for k := range 2000 {
					unseen += dist.p(k) * math.Pow(1-dist.p(k), float64(n))
				}
				if math.Abs(corrected-truth) > 4*se+2*unseen {
					t.Errorf("%s, mean %g, %d samples: Miller-Madow %.4f ± %.4f, truth %.4f", name, mean, n, corrected, se, truth)
				}
				if plain > truth+4*se {
					t.Errorf("%s, mean %g, %d samples: plug-in %.4f is above %.4f", name, mean, n, plain, truth)
				}
			}
		}
	}
}

func poissonCount(r *rng.Source, mean float64) int {
	k, left := 0, math.Exp(-mean)
	for p := r.Float64(); p > left; k++ {
		p *= r.Float64()
	}
	return k
}

// TestAllTests: each estimate with surrogates keeps its level on null data, and finds a
// relation. Of 400 null sets 12 to 29 and of 200 4 to 16 have p <= .05 with probability .95
// (binomial).
func TestAllTests(t *testing.T) {
	remember := func(x []float64) {
		for i := 1; i < len(x); i++ {
			x[i] += 0.6 * x[i-1]
		}
	}
	label := func(x []float64) []int {
		out := make([]int, len(x))
		for i, v := range x {
			out[i] = int(vec.NormCDF(v/1.2) * 3)
		}
		return out
	}
	// third returns x and y with a third that both follow: related without it.
	third := func(x, y []float64, seed uint64) (a, b, z [][]float64) {
		r := rng.New(seed, 6)
		z = [][]float64{make([]float64, len(x))}
		a, b = [][]float64{make([]float64, len(x))}, [][]float64{make([]float64, len(x))}
		for i := range x {
			v := r.Norm()
			z[0][i], a[0][i], b[0][i] = v, x[i]+v, y[i]+v
		}
		return a, b, z
	}
	o := SurrogateOptions{Draws: 39}
	for _, c := range []struct {
		name   string
		f      func(x, y []float64, seed uint64) (*Test, error)
		series bool // samples follow each other in time
	}{
		{"Mutual", func(x, y []float64, seed uint64) (*Test, error) { return MutualTest(label(x), label(y), 39, seed) }, false},
		{"KSG", func(x, y []float64, seed uint64) (*Test, error) { o.Seed = seed; return KSGTest(x, y, 3, o) }, false},
		{"Gaussian", func(x, y []float64, seed uint64) (*Test, error) {
			o.Seed = seed
			return GaussianTest([][]float64{x}, [][]float64{y}, o)
		}, false},
		{"GaussianCopula", func(x, y []float64, seed uint64) (*Test, error) {
			o.Seed = seed
			return GaussianCopulaTest([][]float64{x}, [][]float64{y}, o)
		}, false},
		{"Conditional", func(x, y []float64, seed uint64) (*Test, error) {
			// Both follow a third: related without it.
			r := rng.New(seed, 5)
			a, b, z := label(x), label(y), make([]int, len(x))
			for i := range z {
				z[i] = r.Intn(2)
				a[i], b[i] = a[i]+2*z[i], b[i]+2*z[i]
			}
			return ConditionalTest(a, b, z, 39, seed)
		}, false},
		{"MutualMillerMadow", func(x, y []float64, seed uint64) (*Test, error) {
			o.Seed = seed
			return MutualMillerMadowTest(label(x), label(y), o)
		}, false},
		{"PanzeriTreves", func(x, y []float64, seed uint64) (*Test, error) {
			o.Seed = seed
			return PanzeriTrevesTest(label(x), label(y), o)
		}, false},
		{"QuadraticExtrapolation", func(x, y []float64, seed uint64) (*Test, error) {
			o.Seed = seed
			return QuadraticExtrapolationTest(label(x), label(y), 1, o)
		}, false},
		{"ConditionalGaussian", func(x, y []float64, seed uint64) (*Test, error) {
			o.Seed = seed
			a, b, z := third(x, y, seed)
			return ConditionalGaussianTest(a, b, z, o)
		}, false},
		{"ConditionalGaussianCopula", func(x, y []float64, seed uint64) (*Test, error) {
			o.Seed = seed
			a, b, z := third(x, y, seed)
			return ConditionalGaussianCopulaTest(a, b, z, o)
		}, false},
		{"ConditionalKSG", func(x, y []float64, seed uint64) (*Test, error) {
			a, b, z := third(x, y, seed)
			return ConditionalKSGTest(a, b, z, 3, 0, 39, seed)
		}, false},
		{"PerSpike", func(x, y []float64, seed uint64) (*Test, error) {
			count := make([]int, len(y))
			for i, v := range y {
				count[i] = int(max(0, v+1))
			}
			s := o
			s.Seed = seed
			return PerSpikeTest(label(x), count, s)
		}, true},
		{"Transfer", func(x, y []float64, seed uint64) (*Test, error) {
			s := o
			s.Seed = seed
			return TransferTest(label(x), label(y), TransferOptions{}, s)
		}, true},
		{"TransferGaussian", func(x, y []float64, seed uint64) (*Test, error) {
			s := o
			s.Seed = seed
			return TransferGaussianTest(x, y, TransferOptions{}, s)
		}, true},
		{"TransferKSG", func(x, y []float64, seed uint64) (*Test, error) {
			s := o
			s.Seed = seed
			return TransferKSGTest(x, y, 3, TransferOptions{}, s)
		}, true},
	} {
		hits, n, sets := 0, 60, 400
		if strings.HasSuffix(c.name, "KSG") {
			sets = 200 // slow
		}
		for s := range sets {
			x, y := pair(n, 0, uint64(s)+5000)
			if c.series {
				remember(x)
				remember(y)
			}
			m, err := c.f(x, y, uint64(s))
			if err != nil {
				t.Fatal(c.name, err)
			}
			if m.P <= 0.05 {
				hits++
			}
		}
		t.Logf("%s: %d of %d", c.name, hits, sets)
		if float64(hits) > 0.05*float64(sets)+1.96*math.Sqrt(0.0475*float64(sets))+0.5 {
			t.Errorf("%s: %d of %d null sets below .05", c.name, hits, sets)
		}
		x, y := pair(200, 0.8, 3)
		if c.series {
			for i := len(y) - 1; i > 0; i-- { // y follows x
				y[i] = 0.8*x[i-1] + 0.4*y[i]
			}
		}
		m, err := c.f(x, y, 1)
		if err != nil || m.P > 1.0/40+1e-12 {
			t.Errorf("%s: a strong relation has %v, %v", c.name, m, err)
		}
		if len(m.Null) != 39 || math.Abs(m.Corrected-(m.Value-m.Mean)) > 1e-15 {
			t.Errorf("%s: %d surrogates, %g corrected", c.name, len(m.Null), m.Corrected)
		}
	}
}
