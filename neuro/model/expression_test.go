package model

import (
	"math"
	"strings"
	"testing"
)

func TestExpression(t *testing.T) {
	e, err := ParseExpression("weight", "2*nS*exp(-distance/(100*um)) + 0*nS*randn()", "nS", map[string]string{"distance": "um"}, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := e.Constant(); ok || !e.Uses("distance") {
		t.Error("the formula depends on the distance")
	}
	d := e.Variable("distance")
	for i := range d {
		d[i] = float64(i * 10) // units of 10 um
	}
	x := make([]float64, 20)
	e.Eval(x, 0, 0)
	for i, v := range x {
		if want := 2 * math.Exp(-float64(i)); math.Abs(v-want) > 1e-12 {
			t.Errorf("%g, want %g", v, want)
		}
	}
	e, err = ParseExpression("delay", "1.5*ms + 0.75*ms*randn()", "ms", nil, nil, 7)
	if err != nil {
		t.Fatal(err)
	}
	a, b := make([]float64, 256), make([]float64, 100)
	e.Eval(a, 0, 3)
	e.Eval(b, 50, 3)
	for i, v := range b {
		if v != a[i+50] {
			t.Fatalf("number %d is %g and %g", i+50, v, a[i+50])
		}
	}
	e.Eval(b, 0, 4)
	if a[0] == b[0] {
		t.Error("another step has the same numbers")
	}
	if e, err = ParseExpression("weight", "0.1*mV", "mV", map[string]string{"distance": "um"}, nil, 1); err != nil {
		t.Fatal(err)
	}
	if x, ok := e.Constant(); !ok || x != 0.1 {
		t.Errorf("%g %v", x, ok)
	}
	_, err = ParseExpression("weight", "0.1*nS", "mV", nil, nil, 1)
	if err == nil || !strings.Contains(err.Error(), "weight 1:1") {
		t.Error(err)
	}
}

// TestPart wants a part of a population to be to the bit what it is in the whole.
func TestPart(t *testing.T) {
	m, err := Parse("dv/dt = (-v + 20*mV + i*0.1*mV/N)/(10*ms) + 3*mV*xi/ms**.5 : mV (unless refractory)",
		Options{Threshold: "v > 18*mV", Reset: "v = 0*mV", Refractory: "2*ms", Initial: map[string]string{"v": "rand()*10*mV"}, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	const n = 900
	whole, err := m.Population(n, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	v, _ := whole.State("v")
	var parts []*Population
	for _, lo := range []int{0, 320, 321, 800} {
		hi := map[int]int{0: 320, 320: 321, 321: 800, 800: n}[lo]
		p, err := m.Part(n, lo, hi-lo, 0.1)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, p)
	}
	fired := 0
	for range 300 {
		whole.Step()
		fired += len(whole.Spikes())
		at := 0
		for _, p := range parts {
			p.Step()
			fired -= len(p.Spikes())
			x, _ := p.State("v")
			for _, y := range x {
				if y != v[at] {
					t.Fatalf("cell %d is at %g and at %g", at, y, v[at])
				}
				at++
			}
		}
		if fired != 0 {
			t.Fatal("spikes differ")
		}
	}
}

// TestReceptor wants arrivals to be added as Brian2 adds them.
func TestReceptor(t *testing.T) {
	m, err := Parse("dv/dt = 0*mV/ms : mV (unless refractory)\ndg/dt = 0*nS/ms : nS\nu : 1",
		Options{Threshold: "v > 10*mV", Reset: "v = 0*mV; u = 0", Refractory: "1*ms"})
	if err != nil {
		t.Fatal(err)
	}
	const n = 70
	p, _ := m.Population(n, 0.5)
	var r [3]*Receptor
	for i, name := range []string{"v", "g", "u"} {
		if r[i], err = p.Receptor(name, make([]float32, n)); err != nil {
			t.Fatal(err)
		}
	}
	x, _ := p.State("v")
	g, _ := p.State("g")
	u, _ := p.State("u")
	x[68] = 11
	for step := range 4 {
		p.Step()
		for i := range r {
			for j := range r[i].Sum {
				r[i].Sum[j] = 1
			}
			r[i].Take()
		}
		wantV, wantU := float64(step+1), float64(step+1)
		wantV68, wantU68 := []float64{0, 0, 1, 2}[step], float64(step)
		if x[67] != wantV || u[67] != wantU || x[68] != wantV68 || u[68] != wantU68 || g[68] != float64(step+1) || r[0].Sum[68] != 0 {
			t.Errorf("step %d: v %g %g, u %g %g, g %g", step, x[67], x[68], u[67], u[68], g[68])
		}
	}
}

// TestBounds wants all values between the bounds of a formula, and those not far away.
func TestBounds(t *testing.T) {
	for _, c := range []struct {
		text   string
		lo, hi float64 // known where they differ
	}{
		{"3*mV", 3, 3},
		{"1*mV + 2*mV*rand()", 1, 3},
		{"5*mV - 2*mV*randn()", 5 - 2*mostNorm, 5 + 2*mostNorm},
		{"-(rand() - 3)*mV/4", 0.5, 0.75},
		{"87*mV*clip(1 + 0.1*randn(), 0, inf)", 87 * (1 - 0.1*mostNorm), 87 * (1 + 0.1*mostNorm)},
		{"87*mV*clip(1 + 0.5*randn(), 0, 1.5)", 0, 87 * 1.5},
		{"(rand() - 0.5)*(rand() - 0.25)*mV", -0.375, 0.375},
		{"exp(randn())*mV", 0, 0},
		{"1*mV/rand()", 0, 0},
		{"1*mV*distance/um", 0, 0},
	} {
		e, err := ParseExpression("weight", c.text, "mV", map[string]string{"distance": "um"}, nil, 1)
		if err != nil {
			t.Fatal(err)
		}
		lo, hi, known := e.Bounds()
		if want := c.lo != c.hi || strings.HasPrefix(c.text, "3"); known != want {
			t.Errorf("%s: known is %v", c.text, known)
		}
		if !known {
			continue
		}
		if math.Abs(lo-c.lo) > 1e-12*math.Abs(c.hi) || math.Abs(hi-c.hi) > 1e-12*math.Abs(c.hi) {
			t.Errorf("%s: %g to %g, want %g to %g", c.text, lo, hi, c.lo, c.hi)
		}
		var x [BlockSize]float64
		for step := range uint64(100) {
			e.Eval(x[:], 3, step)
			for _, y := range x {
				if y < lo-1e-12 || y > hi+1e-12 {
					t.Fatalf("%s: %g, between %g and %g", c.text, y, lo, hi)
				}
			}
		}
	}
}

// TestEvalParts wants the same values from blocks of any size.
func TestEvalParts(t *testing.T) {
	e, err := ParseExpression("weight", "1*mV + 2*mV*rand() + 1*mV*clip(randn(), -1, 1)", "mV", nil, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	var whole, x [BlockSize]float64
	e.Eval(whole[:], 10, 7)
	for first := 0; first < BlockSize; {
		n := min(first%37+1, BlockSize-first)
		e.Eval(x[:n], uint64(10+first), 7)
		for i := range n {
			if x[i] != whole[first+i] {
				t.Fatalf("number %d is %g, want %g", first+i, x[i], whole[first+i])
			}
		}
		first += n
	}
}
