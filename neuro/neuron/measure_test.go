package neuron_test

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// TestVICurve holds LIF against V = EL + I/GL, and the axon against its equilibria.
func TestVICurve(t *testing.T) {
	m := neuron.NewLIF()
	vi, err := neuron.VICurve(m, []float64{-2, -1, 0, 1, 1.9, 5}, 300, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	for k, a := range vi.Amp[:5] {
		if want := m.EL + a/m.GL; math.Abs(vi.Steady[k]-want) > 1e-6 || vi.Fires[k] {
			t.Errorf("at %g V settles at %g mV, want %g", a, vi.Steady[k], want)
		}
	}
	if math.Abs(vi.Resistance-1/m.GL) > 1e-7 || !vi.Fires[5] || vi.AmpUnit != "µA/cm²" {
		t.Errorf("resistance %g, want %g; %+v", vi.Resistance, 1/m.GL, vi)
	}
	hh, err := neuron.VICurve(neuron.NewHH(), []float64{-5, 0}, 200, 0.02)
	if err != nil {
		t.Fatal(err)
	}
	e, err := neuron.FindEquilibria(neuron.NewHH(), hh.Steady[0], -60)
	if err != nil || math.Abs(e.I[0]+5) > 1e-4 || hh.Lowest[0] > hh.Steady[0]-0.5 {
		t.Errorf("V settles at %g mV (lowest %g), where %g uA/cm2 hold it (%v)", hh.Steady[0], hh.Lowest[0], e.I[0], err)
	}
	if _, err := neuron.VICurve(m, nil, 10, 0.1); err == nil || !strings.Contains(err.Error(), "amps is empty") {
		t.Error(err)
	}
}

// TestStrengthDuration holds LIF against Lapicque's law, which is exact for it: rheobase
// GL (VTh - EL), chronaxie tau log 2.
func TestStrengthDuration(t *testing.T) {
	m := neuron.NewLIF()
	s, err := neuron.NewStrengthDuration(m, []float64{0.5, 1, 2, 5, 10, 20, 50}, 100, 5, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	for k, w := range s.Width {
		if want := 2 / (1 - math.Exp(-w/10)); math.Abs(s.Threshold[k]/want-1) > 2e-4 {
			t.Errorf("for %g ms %g uA/cm2, want %g", w, s.Threshold[k], want)
		}
	}
	if math.Abs(s.LapicqueRheobase-2) > 2e-3 || math.Abs(s.LapicqueChronaxie-10*math.Ln2) > 0.02 {
		t.Errorf("Lapicque: rheobase %g, chronaxie %g; want 2 and %g", s.LapicqueRheobase, s.LapicqueChronaxie, 10*math.Ln2)
	}
	// the line through the charges 2 w/(1 - exp(-w/10)), by hand
	a, b := 0.0, 0.0
	{
		n, mx, my, xx, xy := 7.0, 0.0, 0.0, 0.0, 0.0
		for _, w := range s.Width {
			mx, my = mx+w/n, my+2*w/(1-math.Exp(-w/10))/n
		}
		for _, w := range s.Width {
			xx, xy = xx+(w-mx)*(w-mx), xy+(w-mx)*(2*w/(1-math.Exp(-w/10))-my)
		}
		b = xy / xx
		a = my - b*mx
	}
	if math.Abs(s.Rheobase-b) > 1e-3 || math.Abs(s.Chronaxie-a/b) > 1e-2 {
		t.Errorf("Weiss: rheobase %g, chronaxie %g; want %g and %g", s.Rheobase, s.Chronaxie, b, a/b)
	}
	for _, c := range []struct {
		widths []float64
		hi     float64
		want   string
	}{{[]float64{1}, 10, "two or more"}, {[]float64{1, 2}, 1, "use a larger hi"}, {[]float64{1, -2}, 100, "widths[1] is -2 ms"}} {
		if _, err := neuron.NewStrengthDuration(m, c.widths, c.hi, 5, 0.1); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// TestMeasureAdaptation gives it spikes whose rates follow an exponential.
func TestMeasureAdaptation(t *testing.T) {
	var s neuro.Spikes
	for x := 100.0; x < 1100; {
		s = append(s, x)
		d := 10.0
		for range 50 { // the interval whose middle has its rate
			d = 1000 / (20 + 60*math.Exp(-(x+d/2-100)/150))
		}
		x += d
	}
	a, err := neuron.MeasureAdaptation(s, 100)
	if err != nil || math.Abs(a.Onset-80) > 1e-4 || math.Abs(a.Steady-20) > 1e-4 || math.Abs(a.Tau-150) > 1e-3 || a.Index < 0.6 {
		t.Errorf("%+v (%v), want 80 to 20 Hz in 150 ms", a, err)
	}
	r, err := neuron.NewLIF().Simulate(stim.Const(3), 500, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	if a, err = neuron.MeasureAdaptation(r.Spikes, 0); err != nil || !math.IsNaN(a.Tau) || math.Abs(a.Index) > 1e-9 {
		t.Errorf("a cell without adaptation: %+v (%v)", a, err)
	}
	if _, err := neuron.MeasureAdaptation(s[:3], 100); err == nil || !strings.Contains(err.Error(), "four or more") {
		t.Error(err)
	}
}

// TestImpedance holds LIF against R/(1 + 2 pi i f tau), and the axon, which resonates,
// against what ZAP measures.
func TestImpedance(t *testing.T) {
	f := []float64{0, 1, 10, 50, 200}
	z, err := neuron.NewImpedance(neuron.NewLIF(), -65, f)
	if err != nil {
		t.Fatal(err)
	}
	for k, hz := range f {
		wt := 2 * math.Pi * hz * 0.01
		if want := 10 / math.Sqrt(1+wt*wt); math.Abs(z.Abs[k]-want) > 1e-6 || math.Abs(z.Phase[k]+math.Atan(wt)) > 1e-6 {
			t.Errorf("at %g Hz |Z| is %g, phase %g; want %g and %g", hz, z.Abs[k], z.Phase[k], want, -math.Atan(wt))
		}
	}
	hh := neuron.NewHH()
	zap, err := neuron.ZAP(hh, 0, 0.05, 1, 150, 200, 4000, 0.02)
	if err != nil {
		t.Fatal(err)
	}
	rest, err := neuron.VICurve(hh, []float64{0}, 300, 0.02)
	if err != nil {
		t.Fatal(err)
	}
	if z, err = neuron.NewImpedance(hh, rest.Steady[0], zap.F); err != nil {
		t.Fatal(err)
	}
	for k, hz := range zap.F {
		if hz < 10 || hz > 130 {
			continue // the ends of the sweep ring
		}
		if math.Abs(zap.Abs[k]/z.Abs[k]-1) > 0.05 || math.Abs(zap.Phase[k]-z.Phase[k]) > 0.08 {
			t.Fatalf("at %g Hz ZAP measures %g mV, %g rad; the linear equations have %g and %g", hz, zap.Abs[k], zap.Phase[k], z.Abs[k], z.Phase[k])
		}
	}
	if math.Abs(zap.Resonance-z.Resonance) > 3 || z.Q < 1.5 {
		t.Errorf("resonance at %g Hz (Q %g), ZAP %g Hz", z.Resonance, z.Q, zap.Resonance)
	}
	t.Logf("resonance of the axon %g Hz, Q %g", z.Resonance, z.Q)
	if _, err := neuron.NewImpedance(hh, -50, f); err == nil || !strings.Contains(err.Error(), "is not stable at -50 mV") {
		t.Error(err)
	}
	if _, err := neuron.ZAP(hh, 0, 20, 1, 100, 10, 100, 0.02); err == nil || !strings.Contains(err.Error(), "use a smaller amp") {
		t.Error(err)
	}
}
