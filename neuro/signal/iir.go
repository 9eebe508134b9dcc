package signal

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Cheby1 designs a Chebyshev filter of the first kind: the steepest one for an
// order whose gain varies in the pass band by no more than ripple (dB, 0.5 to 3 as
// a rule), |H|² = 1/(1 + ε² T²(f/fc)) with the Chebyshev polynomial T. The gain at
// a cut is -ripple dB.
//
// Other arguments and errors are those of Butter; a ripple that is not above 0 is
// an error. Source: Oppenheim and Schafer, "Discrete-time signal processing",
// appendix B. Peer: scipy.signal.cheby1 with output "sos".
func Cheby1(order int, ripple float64, kind string, fs float64, cut ...float64) (SOS, error) {
	const call = "Cheby1"
	if err := checkDecibel(call, "ripple", ripple); err != nil {
		return SOS{}, err
	}
	return design(call, order, kind, fs, cut, func(n int) prototype { return chebyshev1(n, ripple) })
}

// Cheby2 designs a Chebyshev filter of the second kind: flat in the pass band,
// and in the stop band nowhere above -attenuation dB, which it first reaches at a
// cut.
//
// attenuation is in dB, 20 to 80 as a rule, above 0. Other arguments, errors and
// source as for Cheby1. Peer: scipy.signal.cheby2 with output "sos".
func Cheby2(order int, attenuation float64, kind string, fs float64, cut ...float64) (SOS, error) {
	const call = "Cheby2"
	if err := checkDecibel(call, "attenuation", attenuation); err != nil {
		return SOS{}, err
	}
	return design(call, order, kind, fs, cut, func(n int) prototype { return chebyshev2(n, attenuation) })
}

// Ellip designs an elliptic (Cauer) filter: the steepest of all for an order,
// with no more than ripple dB of variation in the pass band and at least
// attenuation dB less in the stop band. The gain at a cut is -ripple dB.
//
// attenuation must be above ripple, both in dB and above 0. Other arguments and
// errors are those of Butter. Source: Orfanidis 2006, "Lecture notes on elliptic
// filter design". Peer: scipy.signal.ellip with output "sos".
func Ellip(order int, ripple, attenuation float64, kind string, fs float64, cut ...float64) (SOS, error) {
	const call = "Ellip"
	if err := checkDecibel(call, "ripple", ripple); err != nil {
		return SOS{}, err
	}
	if !(attenuation > ripple) || math.IsInf(attenuation, 0) {
		return SOS{}, fmt.Errorf("signal: %s: attenuation is %g dB; it must be above the ripple (%g dB) and finite", call, attenuation, ripple)
	}
	return design(call, order, kind, fs, cut, func(n int) prototype { return elliptic(n, ripple, attenuation) })
}

// Bessel designs a Bessel (Thomson) filter, which delays all frequencies of the
// pass band by nearly the same time and so keeps the shape of a spike. The phase
// at a cut is in the middle between that at 0 and at the highest frequency, so
// that the gain there is below -3 dB.
//
// Arguments and errors are those of Butter, order up to 12. The delay is even
// before the bilinear transform and less so near half the sampling rate. Source:
// Thomson 1949, Proc. IEE 96:487. Peer: scipy.signal.bessel with norm "phase" and
// output "sos".
func Bessel(order int, kind string, fs float64, cut ...float64) (SOS, error) {
	const call, highest = "Bessel", 12
	if order > highest {
		return SOS{}, fmt.Errorf("signal: %s: order is %d; 1 to %d are allowed", call, order, highest)
	}
	return design(call, order, kind, fs, cut, besselPrototype)
}

// Notch designs a filter of order two that takes one frequency out, such as that
// of the mains: its gain is 0 at f and -3 dB at two frequencies f/q apart.
//
// f is in Hz, above 0 and below fs/2; q, the quality, is above 0, 30 as a rule.
// Use it with FiltFilt, which makes it twice as deep and delays nothing. Source:
// Orfanidis 1996, "Introduction to signal processing", section 11.3. Peer:
// scipy.signal.iirnotch.
func Notch(f, q, fs float64) (SOS, error) {
	const call = "Notch"
	if err := checkRate(call, fs); err != nil {
		return SOS{}, err
	}
	if !(f > 0 && f < fs/2) {
		return SOS{}, fmt.Errorf("signal: %s: f is %g Hz; it must be above 0 and below half the sampling rate (%g Hz)", call, f, fs/2)
	}
	if !(q > 0) || math.IsInf(q, 0) {
		return SOS{}, fmt.Errorf("signal: %s: q is %g; it must be above 0 and finite, such as 30", call, q)
	}
	w := 2 * math.Pi * f / fs
	if w/q >= math.Pi {
		return SOS{}, fmt.Errorf("signal: %s: q %g makes the notch %g Hz wide, half the sampling rate or more", call, q, f/q)
	}
	gain := 1 / (1 + vec.Tan(w/q/2))
	c := -2 * vec.Cos(w)
	s := SOS{FS: fs, Sections: [][6]float64{{gain, float64(gain * c), gain, 1, float64(gain * c), float64(2*gain) - 1}}}
	return s, s.check(call)
}

func checkDecibel(call, name string, v float64) error {
	if !(v > 0) || math.IsInf(v, 0) {
		return fmt.Errorf("signal: %s: %s is %g dB; it must be above 0 and finite", call, name, v)
	}
	return nil
}

// A prototype is an analog low pass with cut 1 rad/s.
type prototype struct {
	zeros, poles []root
	gain         float64
}

// scaled sets the gain so that it is that at 0 rad/s.
func (p prototype) scaled(at0 float64) prototype {
	p.gain = at0
	for _, r := range p.poles {
		p.gain *= magnitude(root{-r.re, r.im})
	}
	for _, r := range p.zeros {
		p.gain /= magnitude(root{-r.re, r.im})
	}
	return p
}

// magnitude returns r, or its square absolute value where it stands for two.
func magnitude(r root) float64 {
	if r.im == 0 {
		return r.re
	}
	return float64(r.re*r.re) + float64(r.im*r.im)
}

func chebyshev1(n int, ripple float64) prototype {
	eps := math.Sqrt(vec.Expm1(0.1 * ripple * math.Ln10))
	mu := asinh(1/eps) / float64(n)
	p := prototype{poles: ellipse(n, vec.Sinh(mu), vec.Cosh(mu))}
	at0 := 1.0
	if n%2 == 0 {
		at0 = 1 / math.Sqrt(1+float64(eps*eps))
	}
	return p.scaled(at0)
}

// ellipse returns the left half of n points on an ellipse in the plane.
func ellipse(n int, a, b float64) (out []root) {
	for k := 0; 2*k < n; k++ {
		sin, cos := vec.Sincos(math.Pi * (float64(k) + 0.5) / float64(n))
		if 2*k+1 == n {
			sin, cos = 1, 0
		}
		out = append(out, root{float64(-a * sin), float64(b * cos)})
	}
	return out
}

func chebyshev2(n int, attenuation float64) prototype {
	de := 1 / math.Sqrt(vec.Expm1(0.1*attenuation*math.Ln10))
	mu := asinh(1/de) / float64(n)
	p := prototype{poles: ellipse(n, vec.Sinh(mu), vec.Cosh(mu))}
	for i, r := range p.poles {
		p.poles[i] = inverse(r)
	}
	for k := 0; 2*k+1 < n; k++ {
		p.zeros = append(p.zeros, root{0, 1 / vec.Cos(math.Pi*(float64(k)+0.5)/float64(n))})
	}
	return p.scaled(1)
}

// inverse returns 1/r, or its conjugate.
func inverse(r root) root {
	if r.im == 0 {
		return root{1 / r.re, 0}
	}
	d := magnitude(r)
	return root{r.re / d, r.im / d}
}

func asinh(x float64) float64 {
	if x < 0 {
		return -asinh(-x)
	}
	return vec.Log(x + math.Sqrt(float64(x*x)+1))
}

func acosh(x float64) float64 { return vec.Log(x + math.Sqrt(float64((x-1)*(x+1)))) }

// besselPrototype has the roots of the reverse Bessel polynomial, scaled so that
// their product is 1.
func besselPrototype(n int) prototype {
	// θ_n = (2n-1) θ_(n-1) + s² θ_(n-2), and θ_n' = θ_n - s θ_(n-1).
	eval := func(s complex128) (value, slope complex128) {
		before, now := complex(1, 0), s+1
		square := mulc(s, s)
		if n == 1 {
			return now, 1
		}
		for k := 2; k <= n; k++ {
			c := float64(2*k - 1)
			a := complex(float64(c*real(now)), float64(c*imag(now)))
			b := mulc(square, before)
			before, now = now, complex(real(a)+real(b), imag(a)+imag(b))
		}
		d := mulc(s, before)
		return now, complex(real(now)-real(d), imag(now)-imag(d))
	}
	// All roots at once (Aberth 1973), from points on an arc in the left half.
	z := make([]complex128, n)
	for k := range z {
		sin, cos := vec.Sincos(math.Pi * (0.5 + (float64(k)+0.5)/float64(n)))
		z[k] = complex(float64(n)*cos, float64(n)*sin)
	}
	for range 200 {
		largest := 0.0
		for k, s := range z {
			value, slope := eval(s)
			sum := divc(slope, value)
			if value == 0 {
				continue
			}
			for j, o := range z {
				if j != k {
					d := divc(1, complex(real(s)-real(o), imag(s)-imag(o)))
					sum = complex(real(sum)-real(d), imag(sum)-imag(d))
				}
			}
			step := divc(1, sum)
			z[k] = complex(real(s)-real(step), imag(s)-imag(step))
			largest = math.Max(largest, vec.Hypot(real(step), imag(step))/vec.Hypot(real(s), imag(s)))
		}
		if largest < 1e-15 {
			break
		}
	}
	p := prototype{gain: 1}
	product := 0.0
	for _, s := range z {
		product += vec.Log(vec.Hypot(real(s), imag(s)))
	}
	scale := vec.Exp(-product / float64(n))
	for _, s := range z {
		switch re, im := real(s)*scale, imag(s)*scale; {
		case math.Abs(im) < 1e-9:
			p.poles = append(p.poles, root{re, 0})
		case im > 0:
			p.poles = append(p.poles, root{re, im})
		}
	}
	return p
}

func mulc(a, b complex128) complex128 {
	return complex(float64(real(a)*real(b))-float64(imag(a)*imag(b)), float64(real(a)*imag(b))+float64(imag(a)*real(b)))
}

func divc(a, b complex128) complex128 {
	d := float64(real(b)*real(b)) + float64(imag(b)*imag(b))
	return complex((float64(real(a)*real(b))+float64(imag(a)*imag(b)))/d, (float64(imag(a)*real(b))-float64(real(a)*imag(b)))/d)
}

// design makes a digital filter from an analog low pass.
func design(call string, order int, kind string, fs float64, cut []float64, make func(n int) prototype) (SOS, error) {
	if err := checkDesign(call, order, kind, fs, cut); err != nil {
		return SOS{}, err
	}
	w := []float64{}
	for _, f := range cut {
		w = append(w, vec.Tan(math.Pi*f/fs))
	}
	z, p, gain := make(order).digital(kind, w)
	s := SOS{FS: fs, Sections: pairRoots(z, p, gain)}
	if err := s.check(call); err != nil || gain == 0 {
		return SOS{}, fmt.Errorf("signal: %s: order %d with cut %s Hz at %g Hz is beyond the precision of float64; take a lower order, or resample to a lower rate first",
			call, order, strings.Trim(fmt.Sprint(cut), "[]"), fs)
	}
	return s, nil
}

// digital moves the roots of a low pass to another band and into the digital
// plane, with cuts in units in which the bilinear transform is z = (1+s)/(1-s).
func (p prototype) digital(kind string, w []float64) (zeros, poles []root, gain float64) {
	degree := countRoots(p.poles) - countRoots(p.zeros)
	gain = p.gain
	analog := func(in []root, sign float64) (out []root) {
		scale := func(r root, c float64) root { return root{float64(r.re * c), float64(r.im * c)} }
		for _, r := range in {
			switch kind {
			case "low":
				out = append(out, scale(r, w[0]))
			case "high":
				gain *= vec.Pow(magnitude(root{-r.re, r.im}), sign)
				out = append(out, scale(inverse(r), w[0]))
			default:
				bw, square := w[1]-w[0], float64(w[0]*w[1])
				h := scale(r, bw/2)
				if kind == "stop" {
					gain *= vec.Pow(magnitude(root{-r.re, r.im}), sign)
					h = scale(inverse(r), bw/2)
				}
				a, b := split(h, square)
				out = append(out, a)
				if !(r.im == 0 && a.im > 0) {
					out = append(out, b)
				}
			}
		}
		return out
	}
	zeros, poles = analog(p.zeros, 1), analog(p.poles, -1)
	switch kind {
	case "low":
		gain *= vec.Pow(w[0], float64(degree))
	case "band":
		gain *= vec.Pow(w[1]-w[0], float64(degree))
	}
	for i, r := range zeros {
		d := 0.0
		zeros[i], d = bilinear(r)
		gain *= d
	}
	for i, r := range poles {
		d := 0.0
		poles[i], d = bilinear(r)
		gain /= d
	}
	// What was at infinity, or moved to 0 or the middle of the band.
	for range degree {
		switch kind {
		case "low":
			zeros = append(zeros, root{-1, 0})
		case "high":
			zeros = append(zeros, root{1, 0})
		case "band":
			zeros = append(zeros, root{1, 0}, root{-1, 0})
		case "stop":
			square := float64(w[0] * w[1])
			d := 1 + square
			gain *= d
			zeros = append(zeros, root{(1 - square) / d, 2 * math.Sqrt(square) / d})
		}
	}
	return zeros, poles, gain
}

// checkDesign checks what all designs of filters are given.
func checkDesign(call string, order int, kind string, fs float64, cut []float64) error {
	if order < 1 || order > highestOrder {
		return fmt.Errorf("signal: %s: order is %d; 1 to %d are allowed", call, order, highestOrder)
	}
	if err := checkRate(call, fs); err != nil {
		return err
	}
	cuts, ok := map[string]int{"low": 1, "high": 1, "band": 2, "stop": 2}[kind]
	if !ok {
		return fmt.Errorf("signal: %s: kind %q is not known; allowed are low, high, band, stop", call, kind)
	}
	if len(cut) != cuts {
		words := []string{"", "one cut", "two cuts"}
		return fmt.Errorf("signal: %s: a %s filter takes %s, got %d %s", call, kind, words[cuts], len(cut), strings.Trim(fmt.Sprint(cut), "[]"))
	}
	for i, f := range cut {
		switch {
		case !(f > 0):
			return fmt.Errorf("signal: %s: cut %g Hz; it must be above 0", call, f)
		case f >= fs/2:
			where := "above"
			if f == fs/2 {
				where = "at"
			}
			return fmt.Errorf("signal: %s: cut %g Hz is %s half the sampling rate (%g Hz); it must be below", call, f, where, fs/2)
		case i > 0 && f <= cut[0]:
			return fmt.Errorf("signal: %s: cuts %g and %g Hz; the second must be above the first", call, cut[0], f)
		}
	}
	return nil
}
