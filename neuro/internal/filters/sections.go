// Package filters has the arithmetic of filters that signals in memory and
// recordings in files share, so that both have the same bits.
package filters

import (
	"fmt"
	"math"
)

// Sections are second-order sections b0, b1, b2, a0, a1, a2 with a0 = 1.
type Sections [][6]float64

// Check returns an error unless the sections are finite, normalised and stable: both
// poles of each inside the unit circle.
func (s Sections) Check() error {
	if len(s) == 0 {
		return fmt.Errorf("the filter has no sections; make one with Butter")
	}
	for i, c := range s {
		for j, v := range c {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("coefficient %d of section %d is %g; coefficients must be finite", j, i, v)
			}
		}
		if c[3] != 1 {
			return fmt.Errorf("a0 of section %d is %g; it must be 1 (divide the section by it)", i, c[3])
		}
		if !(math.Abs(c[5]) < 1 && math.Abs(c[4]) < 1+c[5]) {
			return fmt.Errorf("section %d (a1 %g, a2 %g) is not stable; |a2| < 1 and |a1| < 1 + a2 are needed", i, c[4], c[5])
		}
	}
	return nil
}

// Padding is the length by which a signal is continued before it is filtered in both
// directions: three times the number of coefficients of the filter as one polynomial.
func (s Sections) Padding() int {
	var b, a int
	for _, c := range s {
		if c[2] == 0 {
			b++
		}
		if c[5] == 0 {
			a++
		}
	}
	return 3 * (2*len(s) + 1 - min(a, b))
}

// Steady returns the state of every section after an endless input of ones.
func (s Sections) Steady() [][2]float64 {
	z := make([][2]float64, len(s))
	level := 1.0
	for i, c := range s {
		gain := (c[0] + c[1] + c[2]) / (1 + c[4] + c[5])
		z[i][0] = level * (gain - c[0])
		z[i][1] = level * (c[2] - float64(c[5]*gain))
		level *= gain
	}
	return z
}

// Coefficients returns b0, b1, b2, a1, a2 of every section, as vec.FourSections takes
// them.
func (s Sections) Coefficients() [][5]float64 {
	out := make([][5]float64, len(s))
	for i, c := range s {
		out[i] = [5]float64{c[0], c[1], c[2], c[4], c[5]}
	}
	return out
}

// TurnAround reverses the time of four signals side by side.
func TurnAround(y []float64) {
	for i, j := 0, len(y)-4; i < j; i, j = i+4, j-4 {
		a, b := (*[4]float64)(y[i:]), (*[4]float64)(y[j:])
		*a, *b = *b, *a
	}
}
