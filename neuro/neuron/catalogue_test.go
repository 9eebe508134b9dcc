package neuron_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// TestFICurveOfCatalogue wants the rates of a population to be those of one
// simulation after the other. Under -30 uA/cm2 HH.Simulate divides steps.
func TestFICurveOfCatalogue(t *testing.T) {
	strength := map[string]float64{"AdEx": 1000, "QIF": 1000, "MAT": 800, "GLIF": 3, "FitzHugh-Nagumo": 1, "Hindmarsh-Rose": 4, "Morris-Lecar": 400, "thalamocortical": 10}
	for _, c := range catalogue() {
		if c.Name() == "GIF" {
			continue // each cell has a chance of its own
		}
		s, ok := strength[c.Name()]
		if !ok {
			s = 30
		}
		amps := []float64{-s / 10, 0, s / 3, s}
		if c.Name() == "HH" {
			amps[0] = -s
		}
		fi, err := neuron.FICurve(c, amps, 60, 0.02)
		if err != nil {
			t.Errorf("%s: %v", c.Name(), err)
			continue
		}
		if slices.Max(fi.Rate) == 0 {
			t.Errorf("%s does not fire", c.Name())
		}
		for k, a := range amps {
			r, err := c.Simulate(stim.Const(a), 60, 0.02)
			if err != nil {
				t.Fatal(err)
			}
			if r.Rate() != fi.Rate[k] {
				t.Errorf("%s at %g: %g Hz in the curve, %g Hz alone", c.Name(), a, fi.Rate[k], r.Rate())
			}
		}
	}
}

// TestQIFPeriod holds the interval of spikes against the closed form: the time from
// VReset to VPeak under dV/dt = k (x^2 + b), x = V - (EL + VT)/2.
func TestQIFPeriod(t *testing.T) {
	m := neuron.NewQIF()
	const dt = 0.005
	for _, i := range []float64{100, 150, 400} {
		r, err := m.Simulate(stim.Const(i), 400, dt)
		if err != nil {
			t.Fatal(err)
		}
		width := m.VT - m.EL
		k := m.GL / m.C / width
		b := i*width/m.GL - width*width/4
		mid := (m.EL + m.VT) / 2
		want := (math.Atan((m.VPeak-mid)/math.Sqrt(b)) - math.Atan((m.VReset-mid)/math.Sqrt(b))) / (k * math.Sqrt(b))
		// a spike comes up to a step late, and then begins anew at its end
		if got := r.Spikes[2] - r.Spikes[1]; got < want-dt || got > want+2*dt {
			t.Errorf("at %g pA spikes are %g ms apart, want %g", i, got, want)
		}
	}
	// no equilibrium above GL (VT - EL)/4
	e, err := neuron.FindEquilibria(m, -70, -45)
	if err != nil || len(e.Bifurcations) != 1 || math.Abs(e.Bifurcations[0].I-m.GL*(m.VT-m.EL)/4) > 1e-6 {
		t.Errorf("%+v (%v), want a fold at %g pA", e.Bifurcations, err, m.GL*(m.VT-m.EL)/4)
	}
}

// TestEIFRheobase holds the onset of firing against GL (VT - EL - DeltaT), and near
// that of the Wang-Buzsaki cell, to which the paper fitted it.
func TestEIFRheobase(t *testing.T) {
	m := neuron.NewEIF()
	i, err := neuron.Rheobase(m, 0.1, 0.3, 1e-4, 1, 2000, 0.05)
	want := m.GL * (m.VT - m.EL - m.DeltaT)
	if err != nil || math.Abs(i-want) > 1e-3 {
		t.Errorf("rheobase %g uA/cm2 (%v), want %g", i, err, want)
	}
	wb, err := neuron.FindEquilibria(neuron.NewWangBuzsaki(), -70, -50)
	if err != nil || len(wb.Bifurcations) == 0 || math.Abs(wb.Bifurcations[0].I-want) > 0.02 {
		t.Errorf("Wang-Buzsaki %+v (%v), want a fold near %g", wb.Bifurcations, err, want)
	}
}

// TestGIFRenewal holds the cell without adaptation, resting at its threshold, against
// the renewal process that it is: intervals of TauRef and an exponential time.
func TestGIFRenewal(t *testing.T) {
	m := neuron.NewGIF()
	m.QEta1, m.QEta2, m.QGamma1, m.QGamma2 = 0, 0, 0, 0
	m.VT, m.VReset, m.Lambda0, m.Seed = m.EL, m.EL, 50, 3
	r, err := m.Simulate(stim.Const(0), 60_000, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	sum, square, n := 0.0, 0.0, float64(r.Count()-1)
	shortest := math.Inf(1)
	for k := range r.Spikes[1:] {
		d := r.Spikes[k+1] - r.Spikes[k]
		sum, square, shortest = sum+d, square+d*d, math.Min(shortest, d)
	}
	mean := sum / n
	sd := math.Sqrt(square/n - mean*mean)
	// TauRef 4 ms, then 20 ms on average (with at least one step); 3 standard errors
	if n < 2000 || math.Abs(mean-24) > 3*20/math.Sqrt(n) || math.Abs(sd-20) > 2 || shortest < 4 || shortest > 4.5 {
		t.Errorf("%g intervals of %.4g +- %.4g ms, the shortest %g; want 24 +- 20, 4 or more", n, mean, sd, shortest)
	}
	again, err := m.Simulate(stim.Const(0), 60_000, 0.1)
	if err != nil || !slices.Equal(again.Spikes, r.Spikes) {
		t.Errorf("the same seed gives other spikes (%v)", err)
	}
	m.Seed++
	other, err := m.Simulate(stim.Const(0), 60_000, 0.1)
	if err != nil || slices.Equal(other.Spikes, r.Spikes) {
		t.Errorf("another seed gives the same spikes (%v)", err)
	}
}

// TestGLIFTonic holds the plain cell, a leaky integrator with the threshold 10 mV above
// its reset after the first spike, against the closed form of LIF.
func TestGLIFTonic(t *testing.T) {
	m := neuron.NewGLIF()
	r, err := m.Simulate(stim.Const(1.5), 200, 0.01)
	if err != nil {
		t.Fatal(err)
	}
	// tau 20 ms, V goes to -40 mV; the threshold -50 mV
	want := 20 * math.Log(30.0/10)
	if math.Abs(r.Spikes[0]-want) > 0.02 {
		t.Errorf("the first spike is at %g ms, want %g", r.Spikes[0], want)
	}
	counts := map[string]int{"A": 9, "B": 1, "C": 10, "D": 5, "E": 3, "F": 1, "G": 1, "I": 1, "K": 3, "N": 7, "O": 7, "T": 1}
	patterns := neuron.GLIFPatterns()
	if len(patterns) != 20 {
		t.Fatalf("%d patterns", len(patterns))
	}
	for _, p := range patterns {
		r, err := p.Cell.Simulate(p.In, p.Dur, 0.05)
		if err != nil {
			t.Fatal(err)
		}
		if n, ok := counts[p.Letter]; ok && r.Count() != n || r.Count() == 0 {
			t.Errorf("%s %s: %d spikes, want %d", p.Letter, p.Name, r.Count(), n)
		}
	}
}

// TestFitzHughHopf holds the Hopf points against v = -+sqrt(1 - B Phi).
func TestFitzHughHopf(t *testing.T) {
	m := neuron.NewFitzHughNagumo()
	e, err := neuron.FindEquilibria(m, -2, 2)
	if err != nil || len(e.Bifurcations) != 2 {
		t.Fatalf("%+v (%v)", e, err)
	}
	for k, sign := range []float64{-1, 1} {
		v := sign * math.Sqrt(1-m.B*m.Phi)
		i := v*v*v/3 - v + (v+m.A)/m.B
		if b := e.Bifurcations[k]; b.Kind != "Hopf" || math.Abs(b.V-v) > 1e-6 || math.Abs(b.I-i) > 1e-6 {
			t.Errorf("%+v, want a Hopf bifurcation at v %g, I %g", b, v, i)
		}
	}
	r, err := m.Simulate(stim.Const(0), 50, 0.1)
	if err != nil || math.Abs(r.V.Y[500]-r.V.Y[0]) > 1e-4 {
		t.Errorf("it does not begin at rest: %v (%v)", r.V.Y[500], err)
	}
}

// TestMorrisLecar holds the bifurcations against Ermentrout and Terman 2010, chapter
// 3: Hopf points at 94 and 212 uA/cm2, and a saddle-node at 40 with a Hopf point near 98.
func TestMorrisLecar(t *testing.T) {
	for name, want := range map[string]map[string][]float64{
		"Hopf": {"Hopf": {93.9, 212}},
		"SNLC": {"fold": {40}, "Hopf": {97.6}},
	} {
		m, err := neuron.MorrisLecarSet(name)
		if err != nil {
			t.Fatal(err)
		}
		e, err := neuron.FindEquilibria(m, -60, 20)
		if err != nil {
			t.Fatal(err)
		}
		for kind, currents := range want {
			for _, i := range currents {
				found := false
				for _, b := range e.Bifurcations {
					found = found || b.Kind == kind && math.Abs(b.I-i) < 0.05
				}
				if !found {
					t.Errorf("%s: no %s at %g uA/cm2 in %+v", name, kind, i, e.Bifurcations)
				}
			}
		}
	}
	// cells on the two sides of the saddle-node, and its low rates
	snlc, _ := neuron.MorrisLecarSet("SNLC")
	fi, err := neuron.FICurve(snlc, []float64{39.5, 40.3, 45, 60}, 3000, 0.1)
	if err != nil || fi.Rate[0] != 0 || fi.Rate[1] == 0 || fi.Rate[1] > 5 || fi.Rate[3] < 15 {
		t.Errorf("%v (%v)", fi, err)
	}
}

// TestPospischilNEURON holds spikes against those of the authors' programs in NEURON, as
// the Open Source Brain's tests of them list them (ms): 0.75 nA into a cylinder of 96 um
// (RS), 0.5 nA into one of 67 um (FS), 0.15 nA into one of 96 um (the others). They begin
// at -70 or -84 mV; ECa of IB and IBR is there what Nernst's equation
// gives for 240 nM, 120.24 mV.
func TestPospischilNEURON(t *testing.T) {
	for name, c := range map[string]struct {
		nA, diameter, v0, on, off float64
		early, late               float64 // largest difference of the first three spikes, and of later ones; steps of first order there add up
		spikes                    []float64
	}{
		"RS": {0.75, 96, -70, 300, 700, 0.05, 0.4, []float64{320.554, 348.522, 387.944, 456.69, 592.105}},
		"FS": {0.5, 67, -70, 300, 700, 0.05, 0.05, []float64{317.023, 337.195, 357.367, 377.539, 397.711, 417.882, 438.054, 458.226, 478.398, 498.569, 518.741, 538.913,
			559.085, 579.257, 599.428, 619.6, 639.772, 659.944, 680.115, 700.299}},
		"IB": {0.15, 96, -84, 500, 1000, 0.05, 0.1, []float64{617.725, 624.632, 631.101, 637.786, 644.909, 652.671, 661.42, 672.085}},
		"IBR": {0.15, 96, -84, 500, 1000, 0.05, 0.15, []float64{617.698, 622.347, 626.613, 630.87, 635.179, 639.554, 644.001, 648.523, 653.123, 657.807, 662.578, 667.441,
			672.403, 677.47, 682.649, 687.95, 693.382, 698.958, 704.692, 710.602, 716.711, 723.048, 729.651, 736.576, 743.902, 751.763, 760.417, 770.557}},
		"LTS-Nernst": {0.15, 96, -84, 400, 800, 0.1, 0.25, []float64{431.423, 445.189, 517.237, 720.422}},
	} {
		m, err := neuron.PospischilSet(name)
		if err != nil {
			t.Fatal(err)
		}
		area := math.Pi * c.diameter * c.diameter * 1e-8 // cm2
		m.ECa = 120.24
		text, o := m.Equations()
		o.Initial["V"] = fmt.Sprintf("%g mV", c.v0)
		cell, err := model.Parse(text, o)
		if err != nil {
			t.Fatal(err)
		}
		r, err := cell.Simulate(stim.Step(c.nA/1000/area, c.on, c.off), c.off+50, 0.02)
		if err != nil {
			t.Fatal(err)
		}
		if r.Count() != len(c.spikes) {
			t.Errorf("%s: %d spikes, want %d: %v", name, r.Count(), len(c.spikes), r.Spikes)
			continue
		}
		for k, want := range c.spikes {
			tol := c.early
			if k > 2 {
				tol = c.late
			}
			if d := r.Spikes[k] - want; math.Abs(d) > tol {
				t.Errorf("%s: spike %d at %g ms, want %g", name, k, r.Spikes[k], want)
			}
		}
	}
}

// TestFamilies wants of cells what they are known for.
func TestFamilies(t *testing.T) {
	count := func(c neuron.Model, in stim.Stimulus, from, to, dur, dt float64) int {
		t.Helper()
		r, err := c.Simulate(in, dur, dt)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, s := range r.Spikes {
			if s >= from && s < to {
				n++
			}
		}
		return n
	}
	// Connor and Stevens: slow firing near the onset with the A current, none without
	fi, err := neuron.FICurve(neuron.NewConnorStevens(), []float64{7, 8.5, 9, 20}, 2000, 0.02)
	if err != nil || fi.Rate[0] != 0 || fi.Rate[1] == 0 || fi.Rate[1] > 20 || fi.Rate[3] < 100 {
		t.Errorf("Connor-Stevens %v (%v)", fi, err)
	}
	// the relay cell bursts after hyperpolarisation
	if n := count(neuron.NewThalamocortical(), stim.Step(-1, 300, 500), 500, 620, 620, 0.02); n < 3 {
		t.Errorf("the relay cell fires %d spikes after hyperpolarisation", n)
	}
	if n := count(neuron.NewReticular(), stim.Step(1, 100, 120), 100, 300, 300, 0.02); n < 5 {
		t.Errorf("the reticular cell fires %d spikes after 20 ms of current", n)
	}
	// Pinsky and Rinzel: slow bursts of the coupled cell
	if n := count(neuron.NewPinskyRinzel(), stim.Const(0.75), 500, 1500, 1500, 0.05); n < 3 || n > 20 {
		t.Errorf("Pinsky-Rinzel fires %d spikes in a second", n)
	}
	// low-threshold spikes of cells at rest far down carry two spikes
	lts, _ := neuron.PospischilSet("LTS")
	r, err := lts.Simulate(stim.Const(0.5), 250, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	if d := neuro.Spikes(r.Spikes); len(d) < 3 || 3*(d[1]-d[0]) > d[2]-d[1] {
		t.Errorf("LTS fires at %v", d)
	}
	// chattering cells of MAT fire in groups
	ch, err := neuron.MATSet("CH")
	if err != nil {
		t.Fatal(err)
	}
	r, err = ch.Simulate(stim.Const(600), 500, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	f := make([]float64, 0, r.Count())
	for k := range r.Spikes[1:] {
		f = append(f, r.Spikes[k+1]-r.Spikes[k])
	}
	if len(f) < 5 || slices.Max(f) < 3*slices.Min(f) {
		t.Errorf("CH has intervals of %v", f)
	}
	if _, err := neuron.PospischilSet("XX"); err == nil || fmt.Sprint(err) != `neuron: PospischilSet: there is no set "XX"; sets are ["FS" "IB" "IBR" "LTS" "LTS-Nernst" "RS"]` {
		t.Error(err)
	}
}
