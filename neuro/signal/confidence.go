package signal

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/internal/dist"
)

// freedom returns the equivalent degrees of freedom of an average over
// overlapping windowed segments,
//
//	ν = 2K / (1 + 2 Σ (1 - m/K) ρ(m)),  ρ(m) = (Σ w[t] w[t+m step] / Σ w²)²,
//
// which is 2K for segments that do not overlap (Welch 1967; Percival and Walden
// 1993, eq. 292b).
func (c *cutter) freedom() float64 {
	k := float64(c.segments)
	squares := 0.0
	for _, w := range c.window {
		squares += float64(w * w)
	}
	sum := 0.0
	for m := 1; m < c.segments && m*c.step < c.n; m++ {
		r := 0.0
		for t := 0; t+m*c.step < c.n; t++ {
			r += float64(c.window[t] * c.window[t+m*c.step])
		}
		r /= squares
		sum += float64((1 - float64(m)/k) * r * r)
	}
	return 2 * k / (1 + 2*sum)
}

// CI returns the confidence interval of every value of a power spectrum,
//
//	lo = ν P / χ²(1/2 + level/2),  hi = ν P / χ²(1/2 - level/2),
//
// where ν is DOF and χ² the quantile for that many degrees of freedom; level is
// 0.95 for the usual interval. It holds for noise that is about normal, at
// frequencies away from 0 and fs/2, where ν is half as large.
//
// A spectrum without DOF (coherence, median averages, one put together by hand)
// and a level outside 0 to 1 are errors. Source: Welch 1967; Percival and Walden
// 1993, section 6.17. Checked against scipy.stats.chi2.
func (s Spectrum) CI(level float64) (lo, hi []float64, err error) {
	if !(s.DOF > 0) {
		return nil, nil, fmt.Errorf("signal: Spectrum.CI: the spectrum has DOF %g; only power averaged by the mean, as Welch returns it, has degrees of freedom", s.DOF)
	}
	if !(level > 0 && level < 1) {
		return nil, nil, fmt.Errorf("signal: Spectrum.CI: level is %g; it must lie between 0 and 1, such as 0.95", level)
	}
	below := s.DOF / dist.ChiSquareQuantile(0.5+float64(level/2), s.DOF)
	above := s.DOF / dist.ChiSquareQuantile(0.5-float64(level/2), s.DOF)
	for _, p := range s.P {
		lo, hi = append(lo, below*p), append(hi, above*p)
	}
	return lo, hi, nil
}
