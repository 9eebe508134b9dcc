package signal

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// highestOrder is far beyond use; it keeps the gain of a section within the
// range of float64.
const highestOrder = 64

// Butter designs a Butterworth filter: the one whose gain is flattest in the
// pass band, |H|² = 1/(1 + (f/fc)^(2 order)) for the low pass before the
// frequency axis is bent to end at half the sampling rate (bilinear
// transform). The gain at a cut is 1/√2 (-3 dB), with FiltFilt 1/2 (-6 dB).
//
//	kind     cut        passes
//	"low"    one        below the cut
//	"high"   one        above the cut
//	"band"   two        between the cuts; the filter has twice the order
//	"stop"   two        outside the cuts; the filter has twice the order
//
// order is 1 to 64, fs the sampling rate in Hz, cuts are in Hz, ascending,
// above 0 and below fs/2; anything else is an error, and so is a filter whose
// poles cannot be told from the unit circle (a high order with cuts very near
// 0 or to each other). Source: Butterworth 1930; Oppenheim and Schafer,
// "Discrete-time signal processing", chapter 7. Peer: scipy.signal.butter with
// output "sos", whose order of sections it has.
func Butter(order int, kind string, fs float64, cut ...float64) (SOS, error) {
	const call = "Butter"
	if err := checkDesign(call, order, kind, fs, cut); err != nil {
		return SOS{}, err
	}
	// Analog frequencies in units in which the bilinear transform is
	// z = (1+s)/(1-s).
	w := make([]float64, len(cut))
	for i, f := range cut {
		w[i] = vec.Tan(math.Pi * f / fs)
	}
	z, p, gain := butterRoots(order, kind, w)
	s := SOS{FS: fs, Sections: pairRoots(z, p, gain)}
	if err := s.check(call); err != nil || gain == 0 {
		return SOS{}, fmt.Errorf("signal: %s: order %d with cut %s Hz at %g Hz is beyond the precision of float64; take a lower order, or resample to a lower rate first",
			call, order, strings.Trim(fmt.Sprint(cut), "[]"), fs)
	}
	return s, nil
}

// A root is a zero or pole: with im > 0 it stands for itself and its
// conjugate, with im == 0 for one on the real axis.
type root struct{ re, im float64 }

// butterRoots returns the digital zeros and poles and the gain.
func butterRoots(order int, kind string, w []float64) (zeros, poles []root, gain float64) {
	gain = 1
	// pole takes an analog pole, already in the upper half plane, into the
	// digital plane; up is its share of the analog gain.
	pole := func(s root, up float64) {
		p, d := bilinear(s)
		poles = append(poles, p)
		gain *= up / d
	}
	repeat := func(z root, n int) {
		for i := 0; i < n; i++ {
			zeros = append(zeros, z)
		}
	}
	for k := 0; 2*k < order; k++ {
		// The poles of the low pass with cut 1 rad/s lie on the unit circle,
		// order of them at equal angles in the left half plane.
		sin, cos := vec.Sincos(math.Pi * (float64(k) + 0.5) / float64(order))
		s, n := root{-sin, cos}, 2
		if 2*k+1 == order {
			s, n = root{-1, 0}, 1
		}
		switch kind {
		case "low":
			up := w[0]
			if n == 2 {
				up = w[0] * w[0]
			}
			pole(root{float64(s.re * w[0]), float64(s.im * w[0])}, up)
			repeat(root{-1, 0}, n)
		case "high":
			// The inverse of a number on the unit circle is its conjugate.
			pole(root{float64(s.re * w[0]), float64(s.im * w[0])}, 1)
			repeat(root{1, 0}, n)
		case "band", "stop":
			// s becomes (s² + w0²)/(bw s) for the band pass, the inverse of
			// that for the band stop: each pole becomes two.
			bw, square := w[1]-w[0], float64(w[0]*w[1])
			a, b := split(root{float64(s.re * bw / 2), float64(s.im * bw / 2)}, square)
			up := bw
			if kind == "stop" {
				up = 1 + square
			}
			switch {
			case n == 2:
				pole(a, up)
				pole(b, up)
			case a.im > 0: // one conjugate pair
				pole(a, up)
			default: // two real poles
				pole(a, up)
				pole(b, 1)
			}
			if kind == "band" {
				repeat(root{1, 0}, n)
				repeat(root{-1, 0}, n)
			} else {
				d := 1 + square
				repeat(root{(1 - square) / d, 2 * math.Sqrt(square) / d}, n)
			}
		}
	}
	return zeros, poles, gain
}

// split returns the solutions of x² - 2h x + square = 0 in the upper half
// plane: h ± √(h² - square). For a real h they may be one conjugate pair.
func split(h root, square float64) (a, b root) {
	if h.im == 0 {
		d := float64(h.re*h.re) - square
		if d < 0 {
			return root{h.re, math.Sqrt(-d)}, root{}
		}
		// The far one without cancellation, the near one from the product.
		far := h.re + math.Copysign(math.Sqrt(d), h.re)
		return root{far, 0}, root{square / far, 0}
	}
	// h² - square as a product of two sums, which is exact where they nearly
	// cancel.
	c := math.Sqrt(square)
	re := float64((h.re-c)*(h.re+c)) - float64(h.im*h.im)
	im := 2 * float64(h.re*h.im)
	r := csqrt(root{re, im})
	return upper(root{h.re + r.re, h.im + r.im}), upper(root{h.re - r.re, h.im - r.im})
}

func upper(r root) root { return root{r.re, math.Abs(r.im)} }

// csqrt returns the square root with a real part >= 0.
func csqrt(z root) root {
	m := vec.Hypot(z.re, z.im)
	if m == 0 {
		return root{}
	}
	t := math.Sqrt((m + math.Abs(z.re)) / 2)
	if z.re >= 0 {
		return root{t, z.im / (2 * t)}
	}
	return root{math.Abs(z.im) / (2 * t), math.Copysign(t, z.im)}
}

// bilinear returns z = (1+s)/(1-s) and |1-s|², or 1-s for a real s.
func bilinear(s root) (z root, d float64) {
	if s.im == 0 {
		return root{(1 + s.re) / (1 - s.re), 0}, 1 - s.re
	}
	d = float64((1-s.re)*(1-s.re)) + float64(s.im*s.im)
	return root{(float64((1-s.re)*(1+s.re)) - float64(s.im*s.im)) / d, 2 * s.im / d}, d
}

// countRoots counts roots, of which one above the real axis stands for its
// conjugate too.
func countRoots(r []root) (n int) {
	for _, v := range r {
		n++
		if v.im > 0 {
			n++
		}
	}
	return n
}

// pairRoots makes second-order sections. The pole closest to the unit circle,
// whose section has the sharpest resonance, takes the zeros closest to it,
// which keeps the signal within bounds between sections; that section comes
// last, and so on down to the first, which carries the gain. The rule and the
// order are those of SciPy's "nearest" pairing.
func pairRoots(zeros, poles []root, gain float64) [][6]float64 {
	if countRoots(poles)%2 == 1 {
		poles, zeros = append(poles, root{}), append(zeros, root{})
	}
	sections := make([][6]float64, countRoots(poles)/2)
	for i := len(sections) - 1; i >= 0; i-- {
		worst := func(r root) float64 { return math.Abs(1 - vec.Hypot(r.re, r.im)) }
		p1 := take(&poles, worst, false)
		p2 := p1
		if p1.im == 0 {
			p2 = take(&poles, worst, true)
		}
		near := func(r root) float64 { return vec.Hypot(r.re-p1.re, r.im-p1.im) }
		z1 := take(&zeros, near, false)
		z2 := z1
		if z1.im == 0 {
			z2 = take(&zeros, near, true)
		}
		b1, b2 := quadratic(z1, z2)
		a1, a2 := quadratic(p1, p2)
		sections[i] = [6]float64{1, b1, b2, 1, a1, a2}
	}
	for j := 0; j < 3; j++ {
		sections[0][j] *= gain
	}
	return sections
}

// take removes and returns the root with the least cost, the first of equals;
// with real, among those on the real axis.
func take(list *[]root, cost func(root) float64, real bool) root {
	best, least := -1, math.Inf(1)
	for i, r := range *list {
		if real && r.im != 0 {
			continue
		}
		if c := cost(r); best < 0 || c < least {
			best, least = i, c
		}
	}
	r := (*list)[best]
	*list = append((*list)[:best:best], (*list)[best+1:]...)
	return r
}

// quadratic returns the lower coefficients of (z-a)(z-b), where a complex a
// stands for itself and its conjugate.
func quadratic(a, b root) (c1, c2 float64) {
	if a.im > 0 {
		return -2 * a.re, float64(a.re*a.re) + float64(a.im*a.im)
	}
	return -(a.re + b.re), a.re * b.re
}
