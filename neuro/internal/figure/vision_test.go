package figure

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// The first five colours of the palette stay apart for readers with normal
// vision and with full protanopia, deuteranopia and tritanopia, as simulated
// with the matrices of Machado, Oliveira and Fernandes (2009) in linear RGB.
// Differences are CIE 1976 (2 to 3 can just be noticed).
func TestColorVision(t *testing.T) {
	for name, m := range map[string][9]float64{
		"normal": {1, 0, 0, 0, 1, 0, 0, 0, 1},
		"protan": {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
		"deutan": {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
		"tritan": {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
	} {
		for i := range 5 {
			for j := range i {
				a, b := seen(names[palette[i]], m), seen(names[palette[j]], m)
				d := math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
				if d < 8 {
					t.Errorf("%s: %s and %s differ by %.1f", name, palette[i], palette[j], d)
				}
			}
		}
	}
}

// Sequential maps grow lighter all the way, so that they can be read in grey.
func TestMapsInGrey(t *testing.T) {
	one := [9]float64{1, 0, 0, 0, 1, 0, 0, 0, 1}
	for _, name := range []string{"viridis", "magma", "inferno", "plasma", "cividis", "batlow", "grey"} {
		m := newColormap(name, 0, 1, 0)
		for i := 8; i < 256; i += 8 {
			if a, b := seen(m.table[i-8], one)[0], seen(m.table[i], one)[0]; b <= a {
				t.Errorf("%s: lightness falls from %.1f to %.1f at %d", name, a, b, i)
			}
		}
	}
}

// seen returns CIE L*a*b* of a colour after a matrix on linear RGB.
func seen(c ink, m [9]float64) [3]float64 {
	linear := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return vec.Pow((f+0.055)/1.055, 2.4)
	}
	r, g, b := linear(c.R), linear(c.G), linear(c.B)
	clip := func(v float64) float64 { return math.Max(0, math.Min(1, v)) }
	r, g, b = clip(m[0]*r+m[1]*g+m[2]*b), clip(m[3]*r+m[4]*g+m[5]*b), clip(m[6]*r+m[7]*g+m[8]*b)
	x, y, z := (0.4124*r+0.3576*g+0.1805*b)/0.9505, 0.2126*r+0.7152*g+0.0722*b, (0.0193*r+0.1192*g+0.9505*b)/1.089
	f := func(v float64) float64 {
		if v > 216.0/24389 {
			return math.Cbrt(v)
		}
		return (24389.0/27*v + 16) / 116
	}
	return [3]float64{116*f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))}
}
