package pharm

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

func TestBlockGolden(t *testing.T) {
	var g struct {
		Block struct {
			TTX      float64   `json:"TTX_Kd_nM"`
			Conc     []float64 `json:"conc"`
			Left     []float64 `json:"gNa_frac"`
			N        float64   `json:"TEA_n"`
			Woodhull struct {
				Kd0, Delta float64
				Z          float64 `json:"z"`
				V, Kd      []float64
			}
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/pharm.json"), &g)
	if len(g.Block.Conc) == 0 || len(g.Block.Woodhull.V) == 0 {
		t.Fatal("the file holds no block")
	}
	d := TTX()
	d.Acts[0].EC50 = g.Block.TTX
	d.Acts[0].N = g.Block.N
	for i, c := range g.Block.Conc {
		if got, want := d.Factor("GNa", c), g.Block.Left[i]; math.Abs(got-want) > 1e-12 {
			t.Errorf("at %g nM %g of the conductance is left, the file has %g", c, got, want)
		}
	}
	w := Woodhull{Kd0: g.Block.Woodhull.Kd0, Z: g.Block.Woodhull.Z, Delta: g.Block.Woodhull.Delta}
	w.T = 25.27*96485.33212/(1000*8.31446261815324) - 273.15 // RT/F is 25.27 mV
	for i, v := range g.Block.Woodhull.V {
		if got, want := w.Kd(v), g.Block.Woodhull.Kd[i]; math.Abs(got/want-1) > 1e-9 {
			t.Errorf("Kd at %g mV is %g, the file has %g", v, got, want)
		}
	}
}

// A model's own equations have the block of Left.
func TestWoodhullFormula(t *testing.T) {
	w := Woodhull{Kd0: 2.5, Delta: 0.8, Z: 2, T: 37}
	for _, v := range []float64{-90, -40.5, 0, 30} {
		m, err := model.Parse("share : 1", model.Options{Initial: map[string]string{"share": w.Formula(1.5, fmt.Sprintf("(%g*mV)", v))}})
		if err != nil {
			t.Fatal(err)
		}
		p, err := m.Population(1, 0.1)
		if err != nil {
			t.Fatal(err)
		}
		x, err := p.State("share")
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(x[0]-w.Left(1.5, v)) > 1e-12 {
			t.Errorf("at %g mV the formula gives %g, Left %g", v, x[0], w.Left(1.5, v))
		}
	}
}

func TestDrugCell(t *testing.T) {
	before := neuron.NewHH()
	hh := before
	out, err := TTX().Cell(hh, 5)
	if err != nil {
		t.Fatal(err)
	}
	if hh != before {
		t.Error("the model that was given has changed")
	}
	want := before
	want.GNa /= 2
	if out.(neuron.HH) != want {
		t.Errorf("half block gives %+v", out)
	}
	if out, err = TEA().Cell(neuron.NewWangBuzsaki(), 0); err != nil || out.(neuron.WangBuzsaki) != neuron.NewWangBuzsaki() {
		t.Errorf("without drug the cell is %+v, %v", out, err)
	}
	r, err := Ketamine().Receptor(synapse.NewNMDA(), 3)
	if err != nil || r.G != 0.5 {
		t.Errorf("ketamine leaves %g, %v", r.G, err)
	}
	if f := Diazepam().Factor("Beta", math.Inf(1)); math.Abs(f-0.4) > 1e-15 {
		t.Errorf("at saturation diazepam multiplies unbinding by %g", f)
	}
	// Two actions on one field multiply.
	two := Drug{Name: "two", Acts: []Action{{On: "GK", EC50: 1}, {On: "GK", EC50: 1, Full: 3}}}
	if f := two.Factor("GK", 1); f != 1 {
		t.Errorf("two actions give %g, want 0.5 times 2", f)
	}
}

func TestDrugErrors(t *testing.T) {
	hh := neuron.NewHH()
	for _, c := range []struct {
		d    Drug
		m    neuron.Model
		c    float64
		want string
	}{
		{TTX(), hh, -1, "concentration is -1 nM"},
		{TTX(), hh, math.NaN(), "concentration is NaN"},
		{TTX(), hh, math.Inf(1), "concentration is +Inf"},
		{TTX(), neuron.NewLIF(), 1, "TTX acts on GNa, which LIF has not; it has C, GL"},
		{Drug{Name: "x"}, hh, 1, "no Acts"},
		{Drug{Acts: []Action{{On: "GNa"}}}, hh, 1, "EC50 of the drug on GNa is 0"},
		{Drug{Acts: []Action{{On: "GNa", EC50: 1, N: -1}}}, hh, 1, "Hill coefficient N"},
		{Drug{Acts: []Action{{On: "GNa", EC50: 1, Full: math.NaN()}}}, hh, 1, "Full of the drug on GNa is NaN"},
		{TTX(), nil, 1, "the model is <nil>"},
	} {
		if _, err := c.d.Cell(c.m, c.c); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("the error is %v, want %q", err, c.want)
		}
	}
	if _, err := Diazepam().Receptor(synapse.NewAMPA(), 1); err == nil || !strings.Contains(err.Error(), "acts on GABA-A receptors") {
		t.Errorf("diazepam on AMPA: %v", err)
	}
	for _, c := range [][]float64{nil, {1, 1}, {0, math.NaN()}} {
		if _, err := TTX().Firing(hh, c, []float64{10}, 10, 0.01); err == nil {
			t.Errorf("concentrations %v are taken", c)
		}
	}
	if _, err := TTX().Firing(hh, []float64{0, 1}, nil, 10, 0.01); err == nil {
		t.Error("no current is taken")
	}
}

func TestFiring(t *testing.T) {
	f := &Firing{C: []float64{0, 1, 3}, Amp: []float64{2, 5}, Rate: [][]float64{{0, 80}, {0, 60}, {0, 20}}, CUnit: "nM"}
	for _, c := range []struct{ c, amp, want float64 }{{0, 5, 80}, {0.5, 5, 70}, {2, 5, 40}, {3, 5, 20}, {3.1, 5, math.NaN()}, {-1, 5, math.NaN()}, {1, 4, math.NaN()}} {
		if got := f.At(c.c, c.amp); got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("At(%g, %g) is %g, want %g", c.c, c.amp, got, c.want)
		}
	}
	if got := f.Half(5); got != 2 {
		t.Errorf("half the rate is at %g, want 2", got)
	}
	if got := f.Half(2); !math.IsNaN(got) {
		t.Errorf("a silent cell has half of its rate at %g", got)
	}
	if _, err := f.Over(&Concentration{T: []float64{1}, C: []float64{9}}, 5); err == nil || !strings.Contains(err.Error(), "9 nM at the time 1") {
		t.Errorf("a concentration beyond: %v", err)
	}
	if _, err := f.Over(&Concentration{}, 7); err == nil {
		t.Error("a current that was not simulated is taken")
	}
}

// At equilibrium a blocker leaves O/(1 + K O) of the open share O when channels with it
// stay open, and O/(1 + K) when they gate as others do, with K = kon c/koff.
func TestOpenBlock(t *testing.T) {
	for _, scheme := range []synapse.Scheme{synapse.NewNMDAScheme(), synapse.NewAMPAScheme(), synapse.NewGABAA().Scheme()} {
		open := func(s synapse.Scheme) float64 {
			p, err := s.SteadyState(0.3)
			if err != nil {
				t.Fatal(err)
			}
			for i, name := range s.States() {
				if name == "O" {
					return p[i]
				}
			}
			t.Fatal("no open state")
			return 0
		}
		o, k := open(scheme), 0.003*2/0.0005
		for _, trap := range []bool{false, true} {
			s, err := OpenBlock(scheme, 0.003, 0.0005, 2, trap)
			if err != nil {
				t.Fatal(err)
			}
			want := o / (1 + float64(k*o))
			if trap {
				want = o / (1 + k)
			}
			if got := open(s); math.Abs(got/want-1) > 1e-10 {
				t.Errorf("%s, trap %v: the open share is %g, want %g", scheme.Name, trap, got, want)
			}
		}
	}
	s := synapse.NewNMDAScheme()
	for _, c := range [][3]float64{{-1, 1, 1}, {1, math.NaN(), 1}, {1, 1, math.Inf(1)}} {
		if _, err := OpenBlock(s, c[0], c[1], c[2], true); err == nil {
			t.Errorf("%v is taken", c)
		}
	}
	blocked, err := OpenBlock(s, 1, 1, 1, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenBlock(blocked, 1, 1, 1, true); err == nil {
		t.Error("a second blocker is taken")
	}
	if _, err := OpenBlock(synapse.Scheme{}, 1, 1, 1, true); err == nil {
		t.Error("an empty scheme is taken")
	}
	if len(s.Transitions) != 8 {
		t.Error("the scheme that was given has changed")
	}
}

// Two states have the Hill equation with K = Beta/Alpha; n sites that bind apart and an
// opening once all are full have a steeper curve than one site.
func TestAgonistCurve(t *testing.T) {
	r := synapse.NewGABAA()
	c, err := AgonistCurve(r.Scheme(), 1e-5, 1e3)
	if err != nil {
		t.Fatal(err)
	}
	k := r.Beta / r.Alpha
	for i, x := range c.C {
		if want := x / (x + k); math.Abs(c.E[i]-want) > 1e-12 {
			t.Fatalf("at %g mM %g are open, want %g", x, c.E[i], want)
		}
	}
	if math.Abs(c.EC50/k-1) > 1e-4 || math.Abs(c.N-1) > 1e-3 { // the largest share is that at 1000 mM
		t.Errorf("EC50 %g and N %g, want %g and 1", c.EC50, c.N, k)
	}
	// Two sites with the dissociation constant 2 each, and an opening E of the full one.
	const e = 0.5
	two := synapse.Scheme{Name: "two", InputUnit: "mM", Open: []string{"O"}, Transitions: []synapse.Transition{
		{From: "R", To: "AR", Rate: 2, Bind: true}, {From: "AR", To: "R", Rate: 2},
		{From: "AR", To: "A2R", Rate: 1, Bind: true}, {From: "A2R", To: "AR", Rate: 4},
		{From: "A2R", To: "O", Rate: e}, {From: "O", To: "A2R", Rate: 1},
	}}
	if c, err = AgonistCurve(two, 1e-4, 1e4); err != nil {
		t.Fatal(err)
	}
	for i, x := range c.C {
		// R : AR : A2R : O = 1 : x : x²/4 : e x²/4
		want := e * x * x / 4 / (1 + x + x*x/4 + e*x*x/4)
		if math.Abs(c.E[i]-want) > 1e-12 {
			t.Fatalf("two sites at %g: %g are open, want %g", x, c.E[i], want)
		}
	}
	if !(c.N > 1.2 && c.N < 2) {
		t.Errorf("two sites have the Hill coefficient %g", c.N)
	}
	for _, b := range [][2]float64{{0, 1}, {1, 1}, {1, math.Inf(1)}, {math.NaN(), 1}, {100, 1000}} {
		if _, err := AgonistCurve(r.Scheme(), b[0], b[1]); err == nil {
			t.Errorf("bounds %v are taken", b)
		}
	}
}
