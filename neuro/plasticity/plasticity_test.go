package plasticity_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"pgregory.net/rapid"
)

var nan, inf = math.NaN(), math.Inf(1)

func TestKernel(t *testing.T) {
	p := plasticity.NewSTDP()
	for _, c := range []struct{ dt, want float64 }{
		{10, 0.005 * math.Exp(-0.5)},
		{-10, -0.00525 * math.Exp(-0.5)},
		{1e-12, 0.005},
		{-1e-12, -0.00525},
		{0, 0},
		{100, 0.005 * math.Exp(-5)}, // the window includes its ends
		{-100, -0.00525 * math.Exp(-5)},
		{100.001, 0},
		{-100.001, 0},
		{inf, 0},
		{-inf, 0},
	} {
		if got := p.Kernel(c.dt); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("Kernel(%g) = %g, want %g", c.dt, got, c.want)
		}
	}
	if !math.IsNaN(p.Kernel(nan)) {
		t.Error("Kernel(NaN) is not NaN")
	}
	p.TauPlus, p.TauMinus, p.AMinus = 10, 40, 0.001
	if got, want := p.Kernel(20), 0.005*math.Exp(-2); math.Abs(got-want) > 1e-15 {
		t.Errorf("with TauPlus 10 Kernel(20) = %g, want %g", got, want)
	}
	if got, want := p.Kernel(-20), -0.001*math.Exp(-0.5); math.Abs(got-want) > 1e-15 {
		t.Errorf("with TauMinus 40 Kernel(-20) = %g, want %g", got, want)
	}
}

// TestUpdatePairs holds the sum over a moving window against that over all
// pairs.
func TestUpdatePairs(t *testing.T) {
	train := rapid.Custom(func(t *rapid.T) neuro.Spikes {
		var s neuro.Spikes
		x := rapid.Float64Range(-50, 50).Draw(t, "start")
		for n := rapid.IntRange(0, 30).Draw(t, "n"); n > 0; n-- {
			x += rapid.SampledFrom([]float64{0, 0.1, 1, 7, 20, 50, 300}).Draw(t, "isi") // 0: twice at the same time
			s = append(s, x)
		}
		return s
	})
	rapid.Check(t, func(t *rapid.T) {
		p := plasticity.NewSTDP()
		p.Window = rapid.SampledFrom([]float64{1, 20, 50, 100, inf}).Draw(t, "window")
		pre := rapid.SliceOfN(train, 0, 4).Draw(t, "pre")
		post := rapid.SliceOfN(train, 0, 4).Draw(t, "post")
		w := make([][]float64, len(pre))
		want := make([][]float64, len(pre))
		for i := range w {
			w[i], want[i] = make([]float64, len(post)), make([]float64, len(post))
			for j := range w[i] {
				w[i][j] = rapid.Float64Range(-0.2, 1.2).Draw(t, "w")
				sum := 0.0
				for _, a := range pre[i] {
					for _, b := range post[j] {
						sum += p.Kernel(b - a)
					}
				}
				want[i][j] = math.Min(math.Max(w[i][j]+sum, 0), 1)
			}
		}
		before := fmt.Sprint(w)
		got, err := p.Update(w, pre, post)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(w) != before {
			t.Fatal("Update changed the weights it was given")
		}
		for i := range want {
			for j := range want[i] {
				if math.Abs(got[i][j]-want[i][j]) > 1e-12 {
					t.Fatalf("w[%d][%d] becomes %.15g, want %.15g", i, j, got[i][j], want[i][j])
				}
			}
		}
	})
}

// TestUpdateBound wants the sum bounded once: a weight at its upper end that is
// first raised and then lowered ends below it.
func TestUpdateBound(t *testing.T) {
	p := plasticity.NewSTDP()
	pre, post := []neuro.Spikes{{0, 50}}, []neuro.Spikes{{10, 45}}
	sum := p.Kernel(10) + p.Kernel(45) + p.Kernel(-40) + p.Kernel(-5)
	if sum >= 0 {
		t.Fatal("the example should lower the weight")
	}
	for _, c := range []struct{ w, want float64 }{{1, 1 + sum}, {0.5, 0.5 + sum}, {0, 0}, {7, 1}} {
		got, err := p.Update([][]float64{{c.w}}, pre, post)
		if err != nil || math.Abs(got[0][0]-c.want) > 1e-15 {
			t.Errorf("%g becomes %v, %v; want %g", c.w, got, err, c.want)
		}
	}
}

func TestUpdateErrors(t *testing.T) {
	one := [][]float64{{0.5}}
	train := []neuro.Spikes{{1, 2}}
	change := func(f func(*plasticity.STDP)) plasticity.STDP { p := plasticity.NewSTDP(); f(&p); return p }
	good := plasticity.NewSTDP()
	for _, c := range []struct {
		p         plasticity.STDP
		w         [][]float64
		pre, post []neuro.Spikes
		want      string
	}{
		{good, nil, train, train, "plasticity: STDP.Update: w has 0 rows; it must have one for each of the 1 trains of pre"},
		{good, [][]float64{{1, 2}}, train, train, "w[0] has 2 weights; it must have one for each of the 1 trains of post"},
		{good, [][]float64{{nan}}, train, train, "w[0][0] is NaN"},
		{good, [][]float64{{-inf}}, train, train, "w[0][0] is -Inf"},
		{good, one, []neuro.Spikes{{2, 1}}, train, "plasticity: STDP.Update: pre[0]: spike 1 at 1 ms comes after one at 2 ms"},
		{good, one, train, []neuro.Spikes{{1, nan}}, "plasticity: STDP.Update: post[0]: spike 1 is at NaN ms"},
		{change(func(p *plasticity.STDP) { p.TauPlus = 0 }), one, train, train, "plasticity: STDP: TauPlus is 0 ms; it must be positive"},
		{change(func(p *plasticity.STDP) { p.TauMinus = -1 }), one, train, train, "TauMinus is -1 ms"},
		{change(func(p *plasticity.STDP) { p.TauMinus = nan }), one, train, train, "TauMinus is NaN ms"},
		{change(func(p *plasticity.STDP) { p.APlus = nan }), one, train, train, "APlus is NaN"},
		{change(func(p *plasticity.STDP) { p.AMinus = -0.005 }), one, train, train, "AMinus is -0.005; it is the size"},
		{change(func(p *plasticity.STDP) { p.Window = 0 }), one, train, train, "Window is 0 ms"},
		{change(func(p *plasticity.STDP) { p.WMax = 0 }), one, train, train, "WMax is 0; it must be above WMin (0)"},
		{plasticity.STDP{}, one, train, train, "TauPlus is 0 ms"},
	} {
		w, err := c.p.Update(c.w, c.pre, c.post)
		if err == nil || w != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
	if w, err := good.Update(nil, nil, nil); err != nil || len(w) != 0 {
		t.Errorf("no neurons: %v, %v", w, err)
	}
	if w, err := good.Update(one, []neuro.Spikes{nil}, []neuro.Spikes{{5}}); err != nil || w[0][0] != 0.5 {
		t.Errorf("a silent neuron: %v, %v", w, err)
	}
}

func TestHebb(t *testing.T) {
	got := plasticity.Hebb([]float64{1, 2, 0}, []float64{3, -4}, 0.5)
	if want := [][]float64{{1.5, -2}, {3, -4}, {0, 0}}; !reflect.DeepEqual(got, want) {
		t.Errorf("Hebb = %v, want %v", got, want)
	}
	if got := plasticity.Hebb(nil, []float64{1}, 1); len(got) != 0 {
		t.Errorf("Hebb of nothing = %v", got)
	}
	if got := plasticity.Hebb([]float64{nan}, []float64{1}, 1); !math.IsNaN(got[0][0]) {
		t.Errorf("Hebb of NaN = %v", got)
	}
}

func TestOja(t *testing.T) {
	got := plasticity.Oja([]float64{0.5, 2}, []float64{1, 3}, 2, 0.1)
	if want := []float64{0.1 * 2 * (1 - 2*0.5), 0.1 * 2 * (3 - 2*2)}; !reflect.DeepEqual(got, want) {
		t.Errorf("Oja = %v, want %v", got, want)
	}
	defer func() {
		if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), "w has 2 weights and x has 1 inputs") {
			t.Errorf("unequal lengths: %v", r)
		}
	}()
	plasticity.Oja([]float64{1, 2}, []float64{1}, 1, 1)
}

// TestOjaPrincipalComponent feeds correlated inputs and wants the first
// principal component, of length 1.
func TestOjaPrincipalComponent(t *testing.T) {
	r := rng.New(1, 0)
	// covariance with the eigenvector (cos a, sin a) of variance 4, and variance 0.25 across
	a := 0.6
	w := []float64{0.3, -0.2}
	for i := 0; i < 60000; i++ {
		p, q := 2*r.Norm(), 0.5*r.Norm()
		x := []float64{p*math.Cos(a) - q*math.Sin(a), p*math.Sin(a) + q*math.Cos(a)}
		y := w[0]*x[0] + w[1]*x[1]
		for k, d := range plasticity.Oja(w, x, y, 0.1/(10+0.1*float64(i))) {
			w[k] += d
		}
	}
	if w[0] < 0 {
		w[0], w[1] = -w[0], -w[1]
	}
	// the last rates of about 2e-5 leave fluctuations below 1e-2
	if math.Abs(math.Hypot(w[0], w[1])-1) > 0.01 || math.Abs(math.Atan2(w[1], w[0])-a) > 0.01 {
		t.Errorf("Oja's rule arrives at %v, want (%.3f, %.3f)", w, math.Cos(a), math.Sin(a))
	}
}

func TestShow(t *testing.T) {
	p := plasticity.NewSTDP()
	for _, w := range []float64{50, inf} {
		p.Window = w
		if b := p.Show(); len(b.Data[display.TypePNG].([]byte)) < 1000 {
			t.Errorf("the window shows %v", b.Data)
		}
	}
}
