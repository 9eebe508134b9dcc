package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// LombScargle returns, for samples at any times, how much of their variance a sine
// of each frequency explains, from 0 to 1: with x less its mean and τ such that
// sine and cosine are orthogonal over the times,
//
//	P(f) = [(Σ x cos ω(t-τ))² / Σ cos² ω(t-τ) + (Σ x sin ω(t-τ))² / Σ sin² ω(t-τ)] / Σ x².
//
// t are times in s, in any order, x the samples there, frequencies in Hz, above 0.
// At evenly spaced times and whole numbers of cycles P is the periodogram, scaled.
//
// Errors: unequal lengths, fewer than 3 samples, values that are not finite, x that
// does not vary, frequencies not above 0. Source: Lomb 1976, Astrophys. Space Sci.
// 39:447; Scargle 1982, Astrophys. J. 263:835. Peer: scipy.signal.lombscargle with
// normalize, of x less its mean.
func LombScargle(t, x, frequencies []float64) (*Spectrum, error) {
	const call = "LombScargle"
	if len(t) != len(x) || len(x) < 3 {
		return nil, fmt.Errorf("signal: %s: t has %d times and x %d samples; both must be as many, 3 or more", call, len(t), len(x))
	}
	if err := checkSamples(call, "t", t); err != nil {
		return nil, err
	}
	if err := checkSamples(call, "x", x); err != nil {
		return nil, err
	}
	if len(frequencies) == 0 {
		return nil, fmt.Errorf("signal: %s: frequencies is empty; name one or more", call)
	}
	for i, f := range frequencies {
		if !(f > 0) || math.IsInf(f, 0) {
			return nil, fmt.Errorf("signal: %s: frequencies[%d] is %g Hz; it must be above 0 and finite", call, i, f)
		}
	}
	if constant(x) {
		return nil, fmt.Errorf("signal: %s: x is constant (%g); a signal without variation has no spectrum", call, x[0])
	}
	y := make([]float64, len(x))
	vec.AddConstBlock(y, x, -mean(x))
	total := vec.DotBlock(y, y)
	r := &Spectrum{Name: "share of variance", F: append([]float64(nil), frequencies...), P: make([]float64, len(frequencies)), Segments: 1}
	linalg.Parallel(len(frequencies), func(k int) {
		w := 2 * math.Pi * frequencies[k]
		var xc, xs, cc, ss, cs float64
		for i, v := range y {
			s, c := vec.Sincos(w * t[i])
			xc += float64(v * c)
			xs += float64(v * s)
			cc += float64(c * c)
			ss += float64(s * s)
			cs += float64(c * s)
		}
		s, c := vec.Sincos(0.5 * vec.Atan2(2*cs, cc-ss)) // of ωτ
		a, b := float64(xc*c)+float64(xs*s), float64(xs*c)-float64(xc*s)
		ca := float64(c*c*cc) + float64(2*c*s*cs) + float64(s*s*ss)
		sa := float64(c*c*ss) - float64(2*c*s*cs) + float64(s*s*cc)
		p := 0.0
		if ca > 0 {
			p += float64(a / ca * a)
		}
		if sa > 1e-12*float64(len(x)) { // else the sine is 0 at all times
			p += float64(b / sa * b)
		}
		r.P[k] = p / total
	})
	return r, nil
}

// RelativeBandPower returns the power of x between lo and hi (Hz) as a share of
// that between from and to, from 0 to 1; both as BandPower gives them.
//
// Errors: those of BandPower, a band that is not within from and to, no power at
// all.
func RelativeBandPower(x []float64, fs, lo, hi, from, to float64) (float64, error) {
	const call = "RelativeBandPower"
	if !(from <= lo && hi <= to) {
		return 0, fmt.Errorf("signal: %s: the band %g to %g Hz does not lie within %g to %g Hz", call, lo, hi, from, to)
	}
	part, err := BandPower(x, fs, lo, hi)
	if err != nil {
		return 0, fmt.Errorf("signal: %s: %w", call, err)
	}
	whole, err := BandPower(x, fs, from, to)
	if err != nil {
		return 0, fmt.Errorf("signal: %s: %w", call, err)
	}
	if whole == 0 {
		return 0, fmt.Errorf("signal: %s: x has no power between %g and %g Hz", call, from, to)
	}
	return part / whole, nil
}
