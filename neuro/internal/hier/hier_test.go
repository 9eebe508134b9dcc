package hier

import (
	"errors"
	"math"
	"reflect"
	"runtime"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// normal draws subjects' observations: y = x_s + noise, with n[s] of them.
func normal(seed uint64, subjects int, mean, sd, noise float64, n func(s int) int) [][]float64 {
	r := rng.New(seed, 0)
	y := make([][]float64, subjects)
	for s := range y {
		x := mean + float64(sd*r.Norm())
		for range n(s) {
			y[s] = append(y[s], x+float64(noise*r.Norm()))
		}
	}
	return y
}

func gauss(y [][]float64, noise float64) func(int, []float64) float64 {
	return func(s int, x []float64) float64 {
		sum := 0.0
		for _, v := range y[s] {
			z := (v - x[0]) / noise
			sum -= float64(z * z / 2)
		}
		return sum
	}
}

// TestLinear: for normal data the Laplace approximation is exact, and the estimates are those of
// restricted maximum likelihood, here by a search over the variance.
func TestLinear(t *testing.T) {
	for seed := range uint64(5) {
		const noise = 1.5
		y := normal(seed, 9, 3, 0.8, noise, func(s int) int { return 3 + 2*s })
		restricted := func(v float64) (ll, mean, se float64) {
			var sw, swm float64
			for _, o := range y {
				m := 0.0
				for _, x := range o {
					m += x / float64(len(o))
				}
				w := 1 / (v + noise*noise/float64(len(o)))
				sw, swm = sw+w, swm+w*m
				ll += math.Log(w) / 2
			}
			mean = swm / sw
			for _, o := range y {
				m := 0.0
				for _, x := range o {
					m += x / float64(len(o))
				}
				w := 1 / (v + noise*noise/float64(len(o)))
				ll -= w * (m - mean) * (m - mean) / 2
			}
			return ll - math.Log(sw)/2, mean, 1 / math.Sqrt(sw)
		}
		best, at := math.Inf(-1), 0.0
		for v := 1e-4; v < 5; v += 1e-4 {
			if ll, _, _ := restricted(v); ll > best {
				best, at = ll, v
			}
		}
		_, mean, se := restricted(at)
		r, err := Fit(gauss(y, noise), len(y), Options{Start: []float64{0}})
		if err != nil || !r.Converged {
			t.Fatal(err, r)
		}
		if math.Abs(r.Mean[0]-mean) > 2e-3 || math.Abs(r.SD[0]-math.Sqrt(at)) > 2e-3 || math.Abs(r.SEMean[0]-se) > 1e-3 {
			t.Errorf("seed %d: %g ± %g, SD %g, want %g ± %g, %g (%d steps)", seed, r.Mean[0], r.SEMean[0], r.SD[0], mean, se, math.Sqrt(at), r.Steps)
		}
		for s, o := range y {
			m := 0.0
			for _, x := range o {
				m += x / float64(len(o))
			}
			v, e := r.SD[0]*r.SD[0], noise*noise/float64(len(o))
			if want := (v*m + e*r.Mean[0]) / (v + e); math.Abs(r.Subject[s][0]-want) > 1e-3 {
				t.Errorf("subject %d: %g, want %g", s, r.Subject[s][0], want)
			}
			if want := v * e / (v + e); math.Abs(r.Cov[s][0][0]-want) > 1e-3*want {
				t.Errorf("subject %d: variance %g, want %g", s, r.Cov[s][0][0], want)
			}
		}
	}
}

// TestCoverage: intervals of the mean and the errors of SD hold what they say.
func TestCoverage(t *testing.T) {
	const runs, subjects = 1000, 16
	covered, square, size := 0, 0.0, 0.0
	for k := range uint64(runs) {
		r, err := Fit(gauss(normal(100+k, subjects, -1, 0.7, 1, func(int) int { return 8 }), 1), subjects, Options{Start: []float64{0}})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(r.Mean[0]+1) < 2.131*r.SEMean[0] { // t with 15 degrees of freedom
			covered++
		}
		square += (r.SD[0] - 0.7) * (r.SD[0] - 0.7) / runs
		size += r.SESD[0] * r.SESD[0] / runs
	}
	if covered < 929 || covered > 971 { // 950 ± three standard errors
		t.Errorf("covered %d of %d", covered, runs)
	}
	// With 16 subjects the error of SD is not yet normal: 1.22.
	if ratio := square / size; ratio < 0.8 || ratio > 1.35 {
		t.Errorf("mean squared error of SD over its estimate %g", ratio)
	}
}

// TestSeveral: rates of counts and probabilities together; two parameters that the data do not
// tell apart leave the prior's; the same bits with one thread.
func TestSeveral(t *testing.T) {
	r := rng.New(3, 0)
	const subjects = 30
	count, right := make([]float64, subjects), make([]float64, subjects)
	for s := range count {
		rate, p := math.Exp(2+0.5*r.Norm()), 1/(1+math.Exp(-1-0.8*r.Norm()))
		for range 1000 {
			if r.Float64() < rate*10/1000 {
				count[s]++
			}
		}
		for range 60 {
			if r.Float64() < p {
				right[s]++
			}
		}
	}
	ll := func(s int, x []float64) float64 {
		return count[s]*x[0] - 10*math.Exp(x[0]) - right[s]*math.Log1p(math.Exp(-x[1])) - (60-right[s])*math.Log1p(math.Exp(x[1]))
	}
	o := Options{Start: []float64{0, 0}}
	f, err := Fit(ll, subjects, o)
	if err != nil || !f.Converged {
		t.Fatal(err, f)
	}
	for k, want := range [][2]float64{{2, 0.5}, {1, 0.8}} {
		if math.Abs(f.Mean[k]-want[0]) > 3*f.SEMean[k] || math.Abs(f.SD[k]-want[1]) > 3*f.SESD[k] {
			t.Errorf("parameter %d: %g ± %g, SD %g ± %g, want %v", k, f.Mean[k], f.SEMean[k], f.SD[k], f.SESD[k], want)
		}
	}
	before := runtime.GOMAXPROCS(1)
	g, err := Fit(ll, subjects, o)
	runtime.GOMAXPROCS(before)
	if err != nil || !reflect.DeepEqual(f, g) {
		t.Error("another result with one thread")
	}
	held, err := Fit(func(s int, x []float64) float64 { return ll(s, []float64{x[0] + x[1], 0}) }, 1, Options{Start: []float64{1, 1}, Spread: []float64{2, 2}, Prior: true})
	if err != nil || !held.Converged || held.Mean[0] != 1 || held.SEMean[0] != 0 || math.Abs(held.Subject[0][0]-held.Subject[0][1]) > 1e-4 || held.Cov[0][0][1] > -1 {
		t.Errorf("%v %+v", err, held)
	}
}

func TestErrors(t *testing.T) {
	flat := func(int, []float64) float64 { return 0 }
	for _, f := range []func() (*Result, error){
		func() (*Result, error) { return Fit(flat, 1, Options{Start: []float64{0}}) },
		func() (*Result, error) { return Fit(flat, 3, Options{}) },
		func() (*Result, error) {
			return Fit(func(int, []float64) float64 { return math.NaN() }, 3, Options{Start: []float64{0}})
		},
		func() (*Result, error) {
			return Fit(flat, 3, Options{Start: []float64{0}, Stop: func() error { return errors.New("stopped") }})
		},
	} {
		if r, err := f(); err == nil || r != nil {
			t.Errorf("%v, %v", r, err)
		}
	}
}
