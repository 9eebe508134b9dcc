package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// ICSDOptions say where contacts are and what sources are assumed. The zero value of a field
// means its default.
type ICSDOptions struct {
	// Method is "spline" (default), a density that is a natural cubic spline in depth,
	// through 0 one spacing beyond both ends; "step", constant from halfway to the contact
	// above to halfway to the one below; or "delta", thin discs at the contacts.
	Method string
	// Depth of the contacts, mm, ascending, 0 at the surface of the tissue; they need not
	// be evenly spaced.
	Depth []float64 `unit:"mm"`
	// Diameter of the cylinder or disc of sources around the electrode; 0 is 0.5 mm.
	Diameter float64 `unit:"mm"`
	// Conductivity of the tissue; 0 is 0.3 S/m.
	Conductivity float64 `unit:"S/m"`
	// Above is the conductivity above the surface, such as 1.7 of saline; 0 is that of
	// the tissue, and a negative value none at all, such as air or oil.
	Above float64 `unit:"S/m"`
	// Points are the depths at which a spline is given, evenly from the first to the last
	// contact; 0 is 10 a contact.
	Points int
}

// ICSD returns the inverse current source density of potentials at the contacts of a laminar
// electrode: sources of a form with as many parameters as there are contacts, of
// which the potentials are computed and that are solved for. For a density C(z)
// within a cylinder of radius R, at depth z,
//
//	φ(z) = 1/2σ ∫ C(ζ) [w(z-ζ) + m w(z+ζ)] dζ,  w(u) = √(u²+R²) - |u|,
//
// with m = (σ - σ_above)/(σ + σ_above) for the mirror sources above the surface. Other
// than the second difference (CSD) it tells the density at the first and last contact
// too, and takes sources of limited width and unevenly spaced contacts.
//
// lfp[k] are the samples of contact k, mV, from the surface downward, fs is their rate in
// Hz. The result is in µA/mm³, negative where current enters cells. All integrals
// are in closed form.
//
// Errors: fewer than 2 contacts, unequal lengths, values that are not finite, depths
// that do not ascend or as many as contacts, arguments out of range. Source: Pettersen,
// Devor, Ulbert, Dale and Einevoll 2006, J. Neurosci. Methods 154:116. Peer of delta and
// step: elephant's current_source_density (which gives delta per area); splines are
// checked against potentials of known densities.
func ICSD(lfp [][]float64, fs float64, o ICSDOptions) (*Laminar, error) {
	const call = "ICSD"
	if err := o.check(call, lfp, fs); err != nil {
		return nil, err
	}
	n := len(lfp)
	var f, out [][]float64 // potentials of the parameters; density at the depths of the result
	r := &Laminar{LFP: lfp, Contacts: o.Depth, Depth: o.Depth}
	switch o.Method {
	case "spline":
		r.Depth = make([]float64, o.Points)
		for i := range r.Depth {
			r.Depth[i] = o.Depth[0] + float64((o.Depth[n-1]-o.Depth[0])*float64(i))/float64(max(1, o.Points-1))
		}
		f, out = o.spline(r.Depth)
	default:
		f, out = linalg.Zeros(n), linalg.Zeros(n)
		for i := range n {
			lo, hi := o.reach(i)
			for j, z := range o.Depth {
				if o.Method == "step" {
					f[j][i] = o.potential(z, lo, hi, [4]float64{1, 0, 0, 0}, o.Depth[i])
				} else {
					f[j][i] = float64((hi - lo) * o.disc(z, o.Depth[i]))
				}
			}
			out[i][i] = 1
		}
	}
	inverse, ok := invert(f)
	if !ok {
		return nil, fmt.Errorf("signal: %s: the potentials of the sources depend on each other; contacts are too near for a diameter of %g mm", call, o.Diameter)
	}
	r.CSD = apply(multiply(out, inverse), lfp)
	for i := range lfp[0] {
		r.T = append(r.T, float64(i)/fs)
	}
	return r, nil
}

func (o *ICSDOptions) check(call string, lfp [][]float64, fs float64) error {
	if err := checkRate(call, fs); err != nil {
		return err
	}
	if len(lfp) < 2 {
		return fmt.Errorf("signal: %s: lfp has %d contacts; 2 or more are needed", call, len(lfp))
	}
	if err := checkSignals(call, "lfp", lfp); err != nil {
		return err
	}
	if len(o.Depth) != len(lfp) {
		return fmt.Errorf("signal: %s: %d depths for %d contacts; there must be as many", call, len(o.Depth), len(lfp))
	}
	for i, z := range o.Depth {
		if !(z >= 0) || math.IsInf(z, 0) || i > 0 && !(z > o.Depth[i-1]) {
			return fmt.Errorf("signal: %s: Depth[%d] is %g mm; depths must ascend from 0 (the surface) or below it", call, i, z)
		}
	}
	if o.Method == "" {
		o.Method = "spline"
	}
	if o.Method != "spline" && o.Method != "step" && o.Method != "delta" {
		return fmt.Errorf("signal: %s: Method is %q; spline, step and delta are known", call, o.Method)
	}
	if o.Points == 0 {
		o.Points = 10*(len(lfp)-1) + 1
	}
	if o.Points < 2 || o.Points > 1<<20 {
		return fmt.Errorf("signal: %s: Points is %d; 2 to %d are allowed (0: 10 a contact)", call, o.Points, 1<<20)
	}
	for _, v := range []struct {
		name, unit string
		v          *float64
		usual      float64
	}{{"Diameter", "mm", &o.Diameter, 0.5}, {"Conductivity", "S/m", &o.Conductivity, 0.3}} {
		if *v.v == 0 {
			*v.v = v.usual
		}
		if !(*v.v > 0) || math.IsInf(*v.v, 0) {
			return fmt.Errorf("signal: %s: %s is %g %s; it must be above 0 and finite", call, v.name, *v.v, v.unit)
		}
	}
	if math.IsNaN(o.Above) || math.IsInf(o.Above, 0) {
		return fmt.Errorf("signal: %s: Above is %g S/m; it must be finite", call, o.Above)
	}
	return nil
}

// reach returns from where to where a contact stands for its sources.
func (o *ICSDOptions) reach(i int) (lo, hi float64) {
	z, n := o.Depth, len(o.Depth)
	above, below := 0.0, 0.0
	if i > 0 {
		above = z[i] - z[i-1]
	}
	if i < n-1 {
		below = z[i+1] - z[i]
	}
	if i == 0 {
		above = below
	}
	if i == n-1 {
		below = above
	}
	return math.Max(0, z[i]-float64(above*0.5)), z[i] + float64(below*0.5)
}

// mirror is the weight of sources above the surface.
func (o *ICSDOptions) mirror() float64 {
	switch {
	case o.Above == 0:
		return 0
	case o.Above < 0:
		return 1
	}
	return (o.Conductivity - o.Above) / (o.Conductivity + o.Above)
}

// disc returns the potential at z of a disc of unit density at zeta.
func (o *ICSDOptions) disc(z, zeta float64) float64 {
	w := func(u float64) float64 { return vec.Hypot(u, o.Diameter/2) - math.Abs(u) }
	return (w(z-zeta) + float64(o.mirror()*w(z+zeta))) / (2 * o.Conductivity)
}

// potential returns the potential at z of the density Σ c_k (ζ - at)^k from lo to hi.
func (o *ICSDOptions) potential(z, lo, hi float64, c [4]float64, at float64) float64 {
	v := o.integral(z, lo, hi, c, at)
	if m := o.mirror(); m != 0 {
		v += float64(m * o.integral(-z, lo, hi, c, at))
	}
	return v / (2 * o.Conductivity)
}

// integral returns ∫ Σ c_k (ζ - at)^k w(z-ζ) dζ from lo to hi. With u = ζ - z it is made of
// the moments of √(u²+R²) and of |u|.
func (o *ICSDOptions) integral(z, lo, hi float64, c [4]float64, at float64) float64 {
	r := o.Diameter / 2
	moments := func(u float64) (m [4]float64) {
		s := vec.Hypot(u, r)
		cube := s * s * s
		asinh := math.Copysign(vec.Log1p(math.Abs(u)/r+float64(u/r*u/r)/(1+s/r)), u)
		m[0] = 0.5 * (float64(u*s) + float64(r*r*asinh))
		m[1] = cube / 3
		m[2] = float64(u*cube/4) - float64(r*r/4*m[0])
		m[3] = float64(cube*s*s/5) - float64(r*r*cube/3)
		power := math.Abs(u)
		for k := range m { // sign(u) u^(k+2)/(k+2)
			power *= u
			m[k] -= power / float64(k+2)
		}
		return m
	}
	a, b := moments(lo-z), moments(hi-z)
	// (ζ - at) = u + d.
	d := z - at
	shifted := [4]float64{
		c[0] + float64(d*(c[1]+float64(d*(c[2]+float64(d*c[3]))))),
		c[1] + float64(d*(2*c[2]+float64(3*d*c[3]))),
		c[2] + float64(3*d*c[3]),
		c[3],
	}
	sum := 0.0
	for k := range shifted {
		sum += float64(shifted[k] * (b[k] - a[k]))
	}
	return sum
}

// spline returns the potentials at the contacts of splines that are 1 at one contact and 0
// at the others, [contact][spline], and the splines at some depths, [depth][spline].
func (o *ICSDOptions) spline(depth []float64) (f, out [][]float64) {
	n := len(o.Depth)
	nodes := make([]float64, n+2)
	copy(nodes[1:], o.Depth)
	nodes[0] = 2*o.Depth[0] - o.Depth[1]
	nodes[n+1] = 2*o.Depth[n-1] - o.Depth[n-2]
	f, out = linalg.Zeros(n), rows(len(depth), n)
	for i := range n {
		y := make([]float64, n+2)
		y[i+1] = 1
		c := natural(nodes, y)
		for j, z := range o.Depth {
			for k := range c {
				// What would lie above the surface is not there.
				if hi := nodes[k+1]; hi > 0 {
					f[j][i] += o.potential(z, math.Max(nodes[k], 0), hi, c[k], nodes[k])
				}
			}
		}
		k := 0
		for j, z := range depth {
			for k < n && z > nodes[k+1] {
				k++
			}
			d := z - nodes[k]
			out[j][i] = c[k][0] + float64(d*(c[k][1]+float64(d*(c[k][2]+float64(d*c[k][3])))))
		}
	}
	return f, out
}

// natural returns the coefficients of the cubic spline through y at x whose curvature is 0
// at both ends, of each interval about its begin.
func natural(x, y []float64) [][4]float64 {
	n := len(x)
	m := make([]float64, n) // second derivatives
	diag, right := make([]float64, n), make([]float64, n)
	diag[0], diag[n-1] = 1, 1
	upper := make([]float64, n)
	for i := 1; i < n-1; i++ {
		a, b := x[i]-x[i-1], x[i+1]-x[i]
		lower := a
		if i == 1 {
			lower = 0 // the curvature before is 0
		}
		diag[i] = 2*(a+b) - float64(lower*upper[i-1]/diag[i-1])
		right[i] = float64(6*((y[i+1]-y[i])/b-(y[i]-y[i-1])/a)) - float64(lower*right[i-1]/diag[i-1])
		upper[i] = b
	}
	for i := n - 2; i > 0; i-- {
		m[i] = (right[i] - float64(upper[i]*m[i+1])) / diag[i]
	}
	c := make([][4]float64, n-1)
	for i := range c {
		h := x[i+1] - x[i]
		c[i] = [4]float64{y[i], (y[i+1]-y[i])/h - float64(h*(2*m[i]+m[i+1])/6), m[i] / 2, (m[i+1] - m[i]) / (6 * h)}
	}
	return c
}
