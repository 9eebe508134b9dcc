package units

import (
	"strings"
	"testing"
)

func TestCoherent(t *testing.T) {
	for _, c := range []struct {
		quantity string
		want     float64
	}{
		{"10 nA", 10000}, {"-70mV", -70}, {"1 V", 1000}, {"2 ms", 2}, {"1 second", 1000}, {"5 nS", 5}, {"200 pF", 200}, {"0.2 nF", 200},
		{"1 uF/cm^2", 1}, {"1 uF*cm**-2", 1}, {"120 mS/cm2", 120}, {"10 µA/cm²", 10}, {"0.01 S/m^2", 0.001}, {"1 kHz", 1}, {"20 Hz", 0.02},
		{"1 Gohm", 1}, {"100 MΩ", 0.1}, {"1 mM", 1}, {"2 uM", 0.002}, {"1 mmolar", 1}, {"3", 3}, {"0.5 /ms", 0.5}, {"1/ms", 1}, {"1 fC", 1},
		{"20000 um^2", 20000 * 0.01}, {"5 nS/(cm^2 ms)", 5e-6}, {"1e-3 V", 1}, {"7 percent", 0.07}, {"2 minute", 120000}, {"1 msiemens*cm**-2", 1},
		{"4 mV*ms^0.5", 4}, {"1 cm", 1000}, {"1 volt", 1000},
	} {
		q, err := Parse(c.quantity)
		if err != nil {
			t.Errorf("%s: %v", c.quantity, err)
			continue
		}
		if got := q.Coherent(); got < c.want*(1-1e-15) && c.want > 0 || got > c.want*(1+1e-15) && c.want > 0 || c.want < 0 && got != c.want {
			t.Errorf("%s is %v in the library's units, want %v", c.quantity, got, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ quantity, want string }{
		{"", "empty"}, {"10 nX", `no unit "nX"`}, {"10 mv", "did you mean mV"}, {"nA 10", "nA 10"}, {"- mV", "number is missing"}, {"3 *", "unit is missing"},
		{"3 mV**", "power"}, {"5 mV/ms s", "not clear"}, {"5 (mV", `")" is missing`}, {"5 mV)", "left over"}, {"5 mV^1e9", "out of reach"}, {"5 3 mV", "number 3"},
		{"1e999 mV", "not a number that can be held"},
	} {
		_, err := Parse(c.quantity)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want it to say %q", c.quantity, err, c.want)
		}
	}
	if _, err := Value("10 nA", "mV"); err == nil || !strings.Contains(err.Error(), "current") || !strings.Contains(err.Error(), "voltage") {
		t.Errorf("a current in mV: %v", err)
	}
}

func TestConvert(t *testing.T) {
	for _, c := range []struct {
		quantity, unit string
		want           float64
	}{{"10 nA", "pA", 10000}, {"200 pA", "nA", 0.2}, {"1 uF/cm2", "F/m^2", 0.01}, {"90 minute", "hour", 1.5}, {"-65 mV", "V", -0.065}} {
		if got, err := Value(c.quantity, c.unit); err != nil || got != c.want {
			t.Errorf("%s is %v %s (%v), want %v", c.quantity, got, c.unit, err, c.want)
		}
	}
}

func TestNames(t *testing.T) {
	for d, want := range map[string]string{"volt": "V", "amp/meter**2": "A/m^2", "volt/second": "V/s", "1/second": "1/s", "second**-0.5": "1/s^0.5", "siemens": "S", "meter**2": "m^2", "mV/mV": "1"} {
		u, err := ParseUnit(d)
		if err != nil || u.Dim.String() != want {
			t.Errorf("%s has the dimension %s (%v), want %s", d, u.Dim, err, want)
		}
	}
	for unit, want := range map[string]string{"volt": "mV", "mV": "mV", "amp": "pA", "nA": "nA", "siemens/meter**2": "mS/cm2", "Hz": "Hz", "mmolar": "mM"} {
		u, err := ParseUnit(unit)
		if err != nil || u.Natural().Name != want {
			t.Errorf("%s is shown in %q (%v), want %s", unit, u.Natural().Name, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"10 nA", "1 uF/cm^2", "5 nS/(cm^2*ms)", "µA·cm⁻²", "1 mV^(1/2)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := Parse(s)
		if err != nil {
			return
		}
		again, err := Parse(q.String())
		if err != nil || again.Unit.Dim != q.Unit.Dim {
			t.Errorf("%q reads as %q, which reads as %v (%v)", s, q, again, err)
		}
	})
}
