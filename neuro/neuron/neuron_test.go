package neuron_test

import (
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

var nan, inf = math.NaN(), math.Inf(1)

// TestBadInput wants an error for each that names what is wrong, with its value.
func TestBadInput(t *testing.T) {
	hh := func(change func(*neuron.HH)) neuron.Model { m := neuron.NewHH(); change(&m); return m }
	lif := func(change func(*neuron.LIF)) neuron.Model { m := neuron.NewLIF(); change(&m); return m }
	good := stim.Const(1)
	for _, c := range []struct {
		name    string
		m       neuron.Model
		in      stim.Stimulus
		dur, dt float64
		want    string
	}{
		{"HH C", hh(func(m *neuron.HH) { m.C = 0 }), good, 10, 0.1, "neuron: HH: C is 0 uF/cm2; it must be positive"},
		{"HH zero value", neuron.HH{}, good, 10, 0.1, "NewHH gives the usual values"},
		{"HH C NaN", hh(func(m *neuron.HH) { m.C = nan }), good, 10, 0.1, "C is NaN"},
		{"HH GNa", hh(func(m *neuron.HH) { m.GNa = -1 }), good, 10, 0.1, "GNa is -1 mS/cm2"},
		{"HH GK", hh(func(m *neuron.HH) { m.GK = inf }), good, 10, 0.1, "GK is +Inf mS/cm2"},
		{"HH GL", hh(func(m *neuron.HH) { m.GL = nan }), good, 10, 0.1, "GL is NaN mS/cm2"},
		{"HH ENa", hh(func(m *neuron.HH) { m.ENa = nan }), good, 10, 0.1, "ENa is NaN mV"},
		{"HH V0", hh(func(m *neuron.HH) { m.V0 = -inf }), good, 10, 0.1, "V0 is -Inf mV"},
		{"LIF C", lif(func(m *neuron.LIF) { m.C = 0 }), good, 10, 0.1, "neuron: LIF: C is 0 uF/cm2"},
		{"LIF GL", lif(func(m *neuron.LIF) { m.GL = 0 }), good, 10, 0.1, "neuron: LIF: GL is 0 mS/cm2; it must be positive"},
		{"LIF zero value", neuron.LIF{}, good, 10, 0.1, "neuron: LIF: C is 0 uF/cm2"},
		{"LIF reset", lif(func(m *neuron.LIF) { m.VReset = -50 }), good, 10, 0.1, "VReset is -50 mV; it must be below VTh (-50 mV)"},
		{"LIF TauRef", lif(func(m *neuron.LIF) { m.TauRef = -2 }), good, 10, 0.1, "TauRef is -2 ms"},
		{"LIF VTh", lif(func(m *neuron.LIF) { m.VTh = nan }), good, 10, 0.1, "VTh is NaN mV"},
		{"dur", neuron.NewHH(), good, 0, 0.1, "neuron: HH.Simulate: dur is 0 ms; it must be positive"},
		{"dur negative", neuron.NewLIF(), good, -5, 0.1, "neuron: LIF.Simulate: dur is -5 ms"},
		{"dur NaN", neuron.NewLIF(), good, nan, 0.1, "dur is NaN ms"},
		{"dur Inf", neuron.NewLIF(), good, inf, 0.1, "dur is +Inf ms"},
		{"dt", neuron.NewHH(), good, 10, 0, "neuron: HH.Simulate: dt is 0 ms; it must be positive"},
		{"dt negative", neuron.NewHH(), good, 10, -0.1, "dt is -0.1 ms"},
		{"dt NaN", neuron.NewHH(), good, 10, nan, "dt is NaN ms"},
		{"too long", neuron.NewHH(), good, 1e9, 0.01, "dur/dt is 1e+11 steps; at most 100000000 can be recorded"},
		{"too long in few steps", neuron.NewHH(), good, 1e9, 1e9, "dur is 1e+09 ms; at most 2.5e+08 ms"},
		{"nil stimulus", neuron.NewHH(), nil, 10, 0.1, "the stimulus is nil"},
		{"bad stimulus", neuron.NewHH(), stim.Step(1, 20, 10), 10, 0.1, "neuron: HH.Simulate: stim: Step: off (10 ms) is before on (20 ms)"},
		{"NaN stimulus", neuron.NewLIF(), stim.Func(func(x float64) float64 { return math.Sqrt(5 - x) }), 10, 0.5, "the stimulus is NaN at 5.5 ms"},
		{"drowned", neuron.NewLIF(), stim.Const(1e308), 10, 0.1, "beyond all numbers"},
		{"without pause", lif(func(m *neuron.LIF) { m.TauRef = 0 }), stim.Const(1e30), 10, 0.1, "fire without pause"},
	} {
		r, err := c.m.Simulate(c.in, c.dur, c.dt)
		if err == nil || r != nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "neuron: ") {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
	for _, c := range []struct {
		name string
		m    neuron.Model
		amps []float64
		dur  float64
		want string
	}{
		{"nil model", nil, []float64{1}, 10, "the model is nil"},
		{"no amps", neuron.NewLIF(), nil, 10, "amps is empty"},
		{"NaN", neuron.NewLIF(), []float64{1, nan}, 10, "amps[1] is NaN"},
		{"dur", neuron.NewLIF(), []float64{1}, -1, "dur is -1 ms"},
		{"model", neuron.LIF{}, []float64{1, 2, 3}, 10, "at the current 1: neuron: LIF: C is 0"},
	} {
		fi, err := neuron.FICurve(c.m, c.amps, c.dur, 0.1)
		if err == nil || fi != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("FICurve, %s: error %v, want one with %q", c.name, err, c.want)
		}
	}
}

// TestFICurve holds the LIF's curve against its closed form, and wants the same
// bits with one processor and with several.
func TestFICurve(t *testing.T) {
	m := neuron.NewLIF()
	amps := []float64{0, 1, 2, 2.1, 2.5, 3, 5, 10, 50}
	fi, err := neuron.FICurve(m, amps, 5000, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range amps {
		want := 0.0
		if a > 2 {
			first := 10 * math.Log(10*a/(10*a-20))
			every := 2 + 10*math.Log((10*a+5)/(10*a-20))
			want = math.Floor((5000-first)/every+1) / 5
		}
		if fi.Rate[i] != want {
			t.Errorf("rate at %g is %g Hz, want %g", a, fi.Rate[i], want)
		}
	}
	if fi.Model != "LIF" || fi.AmpUnit != "µA/cm²" || !reflect.DeepEqual(fi.Amp, amps) {
		t.Errorf("the curve says %q, %q, %v", fi.Model, fi.AmpUnit, fi.Amp)
	}
	old := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(old)
	var before *neuron.FI
	for _, n := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(n)
		fi, err := neuron.FICurve(neuron.NewHH(), []float64{0, 5, 7, 10, 15, 30}, 200, 0.02)
		if err != nil {
			t.Fatal(err)
		}
		if before != nil && !reflect.DeepEqual(fi, before) {
			t.Errorf("with %d processors the curve is %v, not %v", n, fi.Rate, before.Rate)
		}
		before = fi
	}
	if before.Rate[0] != 0 || before.Rate[3] < 60 || before.Rate[5] < before.Rate[3] {
		t.Errorf("HH's curve is %v", before.Rate)
	}
}

// clock is a model of one's own: it fires every 1/amp ms.
type clock struct{}

func (clock) Simulate(in stim.Stimulus, dur, dt float64) (*neuron.Result, error) {
	var amp [1]float64
	in.Fill(amp[:], 0, dt)
	r := &neuron.Result{Dur: dur}
	for t := 0.0; t < dur && amp[0] > 0; t += 1 / amp[0] {
		r.Spikes = append(r.Spikes, t)
	}
	return r, nil
}

func TestOwnModel(t *testing.T) {
	fi, err := neuron.FICurve(clock{}, []float64{0, 0.5, 0.25}, 100, 1)
	if err != nil || !reflect.DeepEqual(fi.Rate, []float64{0, 500, 250}) {
		t.Errorf("%v, %v", fi, err)
	}
}

// TestShowParameters wants every parameter with its unit.
func TestShowParameters(t *testing.T) {
	for _, c := range []struct {
		v    display.Shower
		want []string
	}{
		{neuron.NewHH(), []string{"HH", "GNa            120  mS/cm2", "EL         -54.387  mV"}},
		{neuron.NewLIF(), []string{"LIF", "TauRef         2  ms"}},
		{neuron.NewHH().SteadyState(-65), []string{"V (mV)", "-65", "0.317677"}},
	} {
		for _, w := range c.want {
			if got := c.v.Show().Text(); !strings.Contains(got, w) {
				t.Errorf("%T shows\n%s\nwithout %q", c.v, got, w)
			}
		}
	}
}

// TestShow wants pictures.
func TestShow(t *testing.T) {
	r, err := neuron.NewHH().Simulate(stim.Const(10), 50, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	fi, err := neuron.FICurve(neuron.NewLIF(), []float64{1, 2, 3}, 100, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	silent, err := neuron.NewLIF().Simulate(stim.Const(0), 50, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []display.Shower{r, fi, silent, &neuron.Result{Dur: 1}} {
		if b := v.Show(); len(b.Data[display.TypePNG].([]byte)) < 1000 || b.Text() == "" {
			t.Errorf("%T shows %v", v, b.Data)
		}
	}
}
