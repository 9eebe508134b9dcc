package montage

import (
	"math"
	"testing"
)

// Centre finds the centre of a sphere from a helmet of places on it, in any unit, and
// stays at the origin where there is none to find.
func TestCentre(t *testing.T) {
	var helmet, cap, plane, few [][3]float64
	for i := range 12 {
		for j := range 9 {
			s, c := math.Sincos(float64(i) * math.Pi / 6)
			st, ct := math.Sincos(float64(j+1) * 0.22)
			helmet = append(helmet, [3]float64{3 + 100*st*c, -5 + 100*st*s, 40 + 100*ct})
			st, ct = math.Sincos(float64(j+1) * 0.02)
			cap = append(cap, [3]float64{100 * st * c, 100 * st * s, 100 * ct})
			plane = append(plane, [3]float64{float64(i), float64(j), 7})
		}
	}
	few = helmet[:5]
	got := Centre(helmet)
	for d, want := range []float64{3, -5, 40} {
		if math.Abs(got[d]-want) > 1e-9 {
			t.Errorf("centre at %v", got)
			break
		}
	}
	small := make([][3]float64, len(helmet))
	for i, p := range helmet {
		for d := range 3 {
			small[i][d] = p[d] / 1000
		}
	}
	if got := Centre(small); math.Abs(got[2]-0.04) > 1e-12 {
		t.Errorf("in m it is at %v", got)
	}
	for name, at := range map[string][][3]float64{"a small part": cap, "a plane": plane, "few": few, "none": nil, "one place": make([][3]float64, 20), "infinite": append([][3]float64{{math.Inf(1)}}, helmet...), "NaN": append([][3]float64{{math.NaN()}}, helmet...)} {
		if got := Centre(at); got != [3]float64{} {
			t.Errorf("%s: %v", name, got)
		}
	}
}
