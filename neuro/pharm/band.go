package pharm

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Band returns the confidence interval of the fitted curve at a dose, by the
// delta method,
//
//	y ± t sqrt(gᵀ C g),
//
// where g is the derivative of the curve by the parameters, C their covariance
// (Gauss-Newton, as SE) and t the quantile of Student's distribution with DF
// degrees of freedom; level is 0.95 for the usual interval, which is that of
// the curve, not of a new sample. NaN for a negative dose and for a level
// outside 0 to 1. Source: Seber and Wild 1989. Checked against
// differences of the curve.
func (f *DoseFit) Band(dose, level float64) (lo, hi float64) {
	if !(level > 0 && level < 1) || !(dose >= 0) {
		return math.NaN(), math.NaN()
	}
	h, away := 0.0, 0.0
	switch {
	case dose > 0:
		away = vec.Log(dose) - vec.Log(f.EC50)
		h = vec.Sigmoid(f.Slope * away)
	case f.Slope < 0:
		h = 1
	}
	steep := (f.Top - f.Bottom) * h * (1 - h)
	g := [4]float64{1 - h, h, -f.Slope * steep, away * steep}
	v := 0.0
	for a := range g {
		for b := range g {
			v += float64(g[a] * f.cov[a][b] * g[b])
		}
	}
	y, half := f.At(dose), float64(studentQuantile(0.5+float64(level/2), f.DF)*math.Sqrt(math.Max(v, 0)))
	return y - half, y + half
}
