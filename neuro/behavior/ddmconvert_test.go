package behavior

import (
	"math"
	"testing"
)

func TestDDMConversions(t *testing.T) {
	d := DDM{A: 0.16, V: 0.25, T0: 0.3, Z: 0.6, S: 0.1, SV: 0.08, SZ: 0.2, ST0: 0.1}
	want := d.LogPDF(0.7, true)
	noSV := d
	noSV.SV = 0
	for name, c := range map[string]struct{ got, want float64 }{
		"rtdists":    {d.RTDists().DDM().LogPDF(0.7, true), want},
		"HDDM":       {d.HDDM().DDM().LogPDF(0.7, true), want},
		"PyDDM":      {d.PyDDM().DDM().LogPDF(0.7, true), noSV.LogPDF(0.7, true)},
		"WithNoise":  {d.WithNoise(1).LogPDF(0.7, true), want},
		"rtdists t0": {d.RTDists().T0, 0.25}, "rtdists z": {d.RTDists().Z, 0.096}, "rtdists sz": {d.RTDists().SZ, 0.032},
		"HDDM a": {d.HDDM().A, 1.6}, "HDDM v": {d.HDDM().V, 2.5}, "HDDM sv": {d.HDDM().SV, 0.8}, "HDDM z": {d.HDDM().Z, 0.6},
		"PyDDM B": {d.PyDDM().B, 0.08}, "PyDDM x0": {d.PyDDM().X0, 0.016}, "PyDDM window": {d.PyDDM().HalfWindow, 0.05}, "PyDDM width": {d.PyDDM().Width, 0.016},
		"Ratcliff a": {DDM{A: 1.6, S: 1}.WithNoise(0.1).A, 0.16},
	} {
		if math.Abs(c.got-c.want) > 1e-9*(1+math.Abs(c.want)) {
			t.Errorf("%s: %g, want %g", name, c.got, c.want)
		}
	}
	if d.WithNoise(0).Check() == nil {
		t.Error("noise 0 is allowed")
	}
}
