package neuron_test

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// catalogue returns the cells of the package.
func catalogue() []neuron.Cell {
	return []neuron.Cell{neuron.NewLIF(), neuron.NewHH(), neuron.NewAdEx(), neuron.NewIzhikevich(), neuron.NewTraubMiles(), neuron.NewWangBuzsaki(),
		neuron.NewQIF(), neuron.NewEIF(), neuron.NewMAT(), neuron.NewGLIF(), neuron.NewGIF(), neuron.NewMorrisLecar(), neuron.NewFitzHughNagumo(),
		neuron.NewHindmarshRose(), neuron.NewConnorStevens(), neuron.NewPospischil(), neuron.NewPinskyRinzel(), neuron.NewThalamocortical(), neuron.NewReticular()}
}

// TestSlope holds Slope against the text: an Euler step of 2^-20 ms moves each
// state by its derivative.
func TestSlope(t *testing.T) {
	const dt = 1.0 / (1 << 20)
	for _, c := range catalogue() {
		for _, i := range []float64{0, 7} {
			text, o := c.Equations()
			o.Method, o.Threshold, o.Reset, o.Refractory = "euler", "", "", ""
			m, err := model.Parse(text, o)
			if err != nil {
				t.Fatal(err)
			}
			r, err := m.Simulate(stim.Const(i), dt, dt)
			if err != nil {
				t.Fatal(err)
			}
			traces := append([]neuro.Trace{r.V}, r.States...)
			x := make([]float64, len(traces))
			flow, err := neuron.NewFlow(c)
			if err != nil {
				t.Fatal(err)
			}
			for k, tr := range traces {
				if tr.Name != flow.Variables[k] {
					t.Fatalf("%s: variable %d is %s, the text has %s", c.Name(), k, flow.Variables[k], tr.Name)
				}
				x[k] = tr.Y[0]
			}
			for k, d := range flow.Slope(x, i) {
				// the difference of two neighbours of size x loses 2^20 eps x
				if got := (traces[k].Y[1] - traces[k].Y[0]) / dt; math.Abs(got-d) > 1e-9*math.Max(1, math.Abs(x[k])) {
					t.Errorf("%s at %g: d%s/dt is %.12g, the text gives %.12g", c.Name(), i, flow.Variables[k], d, got)
				}
			}
		}
	}
}

// TestRest wants all but V to stand still at Rest.
func TestRest(t *testing.T) {
	for _, c := range catalogue() {
		flow, err := neuron.NewFlow(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range []float64{-80, -63.3, -40, -10} {
			x := flow.Rest(v)
			for k, d := range flow.Slope(x, 0)[1:] {
				if !(math.Abs(d) <= 1e-12*math.Max(1, math.Abs(x[k+1]))) {
					t.Errorf("%s at %g mV: d%s/dt is %g at %g", c.Name(), v, flow.Variables[k+1], d, x[k+1])
				}
			}
		}
	}
}

// TestHopf holds the equilibria of the squid axon against Rinzel and Miller 1980,
// Math Biosci 49:27: 9.78 and 154.5 uA/cm2.
func TestHopf(t *testing.T) {
	e, err := neuron.FindEquilibria(neuron.NewHH(), -70, -30)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Bifurcations) != 2 {
		t.Fatalf("%+v", e.Bifurcations)
	}
	for k, want := range []float64{9.78, 154.5} {
		if b := e.Bifurcations[k]; b.Kind != "Hopf" || math.Abs(b.I-want) > 0.05 {
			t.Errorf("%+v, want a Hopf bifurcation at %g", b, want)
		}
	}
	for k, v := range e.V {
		if inside := e.I[k] > 9.8 && e.I[k] < 154.4; inside && e.Stable[k] || e.I[k] < 9.7 && !e.Stable[k] {
			t.Fatalf("stable is %v at %g mV, %g uA/cm2", e.Stable[k], v, e.I[k])
		}
	}
	if _, err := neuron.FindEquilibria(neuron.NewHH(), -30, -70); err == nil || !strings.Contains(err.Error(), "must ascend") {
		t.Error(err)
	}
}

// TestOnset wants repetitive firing of the axon from 6.2 to 6.3 uA/cm2 on, where
// a step from rest still makes single spikes.
func TestOnset(t *testing.T) {
	i, err := neuron.Rheobase(neuron.NewHH(), 5, 8, 0.01, 12, 250, 0.02)
	if err != nil || i < 6.2 || i > 6.3 {
		t.Errorf("repetitive firing from %g uA/cm2 on (%v), want 6.2 to 6.3", i, err)
	}
	lif := neuron.NewLIF() // rheobase GL (VTh - EL) = 2
	if i, err := neuron.Rheobase(lif, 1, 3, 1e-6, 1, 1000, 0.1); err != nil || math.Abs(i-2) > 1e-5 {
		t.Errorf("rheobase of LIF %g (%v), want 2", i, err)
	}
	if _, err := neuron.Rheobase(lif, 2.5, 3, 1e-3, 1, 100, 0.1); err == nil || !strings.Contains(err.Error(), "use a smaller lo") {
		t.Error(err)
	}
}

// TestFoldAdEx holds the saddle-node of the nullclines against the closed form:
// the fixed points meet at V = VT + DeltaT log(1 + A/GL), where I = (GL + A)(V -
// EL) - GL DeltaT (1 + A/GL) (Touboul and Brette 2008, Biol Cybern 99:319).
func TestFoldAdEx(t *testing.T) {
	m := neuron.NewAdEx()
	m.A = 0.5
	v := m.VT + m.DeltaT*math.Log(1+m.A/m.GL)
	want := (m.GL+m.A)*(v-m.EL) - m.GL*m.DeltaT*(1+m.A/m.GL)
	e, err := neuron.FindEquilibria(m, -75, -45)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Bifurcations) != 1 || e.Bifurcations[0].Kind != "fold" || math.Abs(e.Bifurcations[0].I-want) > 1e-6 || math.Abs(e.Bifurcations[0].V-v) > 1e-4 {
		t.Errorf("%+v, want a fold at %g pA, %g mV", e.Bifurcations, want, v)
	}
	flow, err := neuron.NewFlow(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		i    float64
		want string
	}{{want - 50, "stable node,saddle"}, {want + 1, ""}} {
		p, err := neuron.NewPhasePlane(m, c.i, -75, -40)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, f := range p.Fixed {
			kinds = append(kinds, f.Kind)
			if d := flow.Slope([]float64{f.V, f.W}, c.i); math.Abs(d[0])+math.Abs(d[1]) > 1e-7 {
				t.Errorf("not fixed: %+v moves by %v", f, d)
			}
		}
		if strings.Join(kinds, ",") != c.want {
			t.Errorf("at %g pA fixed points are %q, want %q", c.i, kinds, c.want)
		}
	}
	if _, err := neuron.NewPhasePlane(neuron.NewHH(), 0, -80, 0); err == nil || !strings.Contains(err.Error(), "4 variables") {
		t.Error(err)
	}
}

// TestPatterns counts the spikes of the twenty patterns as the published program
// does, run on its own for these numbers.
func TestPatterns(t *testing.T) {
	published := map[string]int{"A": 5, "B": 1, "C": 28, "D": 6, "E": 6, "F": 6, "G": 10, "H": 14, "I": 1, "J": 1, "K": 1, "L": 1,
		"M": 1, "N": 7, "O": 1, "P": 5, "Q": 1, "R": 1, "S": 3, "T": 12}
	patterns := neuron.IzhikevichPatterns()
	if len(patterns) != 20 {
		t.Fatalf("%d patterns", len(patterns))
	}
	for _, p := range patterns {
		r, err := p.Published()
		if err != nil {
			t.Fatal(err)
		}
		if r.Count() != published[p.Letter] {
			t.Errorf("%s %s: %d spikes at %v, want %d", p.Letter, p.Name, r.Count(), r.Spikes, published[p.Letter])
		}
	}
	if _, _, err := neuron.AdExSet("bursty"); err == nil || !strings.Contains(err.Error(), `"regular bursting"`) {
		t.Error(err)
	}
	if len(neuron.AdExSets()) != 8 {
		t.Error("there are eight patterns")
	}
	for _, name := range neuron.AdExSets() {
		if _, _, err := neuron.AdExSet(name); err != nil {
			t.Error(err)
		}
	}
}

func TestCatalogueErrors(t *testing.T) {
	adex, izhi, traub, wang := neuron.NewAdEx(), neuron.NewIzhikevich(), neuron.NewTraubMiles(), neuron.NewWangBuzsaki()
	adex.VCut, izhi.C, traub.C, wang.Phi = -60, 40, 0, math.NaN()
	for want, m := range map[string]neuron.Model{
		"neuron: AdEx: VCut is -60 mV; it must be above VT": adex, "neuron: Izhikevich: C is 40 mV": izhi,
		"neuron: TraubMiles: C is 0 uF/cm2; it must be positive and finite (NewTraubMiles": traub, "neuron: WangBuzsaki: Phi is NaN": wang,
		"neuron: Izhikevich: all parameters are 0": neuron.Izhikevich{}, "neuron: AdEx: C is 0 pF": neuron.AdEx{},
	} {
		if _, err := m.Simulate(stim.Const(1), 10, 0.1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	if _, err := neuron.NewAdEx().Simulate(stim.Const(1), -3, 0.1); err == nil || !strings.Contains(err.Error(), "neuron: AdEx.Simulate: dur is -3 ms") {
		t.Error(err)
	}
}

func TestCrossings(t *testing.T) {
	v := neuro.Trace{T0: 10, Dt: 2, Y: []float64{-1, 1, 3, -1, 0, 0, -4, -2}}
	if s := neuron.Crossings(v, 0); len(s) != 2 || s[0] != 11 || s[1] != 18 {
		t.Errorf("crossings %v, want 11 and 18", s)
	}
}
