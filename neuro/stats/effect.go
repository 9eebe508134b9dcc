package stats

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// TBayesFactor returns the Bayes factor BF10 of a t test with a Cauchy prior on the effect
// size: how many times more probable the data are with an effect than without one,
//
//	∫ (1 + n g r²)^(-1/2) (1 + t²/((1 + n g r²) df))^(-(df+1)/2) (2π)^(-1/2) g^(-3/2) exp(-1/(2g)) dg
//	over (1 + t²/df)^(-(df+1)/2).
//
// t is the value of the test. n holds the size of each sample: one for a single sample or for
// pairs, two for two samples, whose n is nx ny/(nx+ny) and whose df nx+ny-2. r is the width of the
// prior, √2/2 if 0. NaN where something is not defined.
//
// Rouder et al. 2009, Psychon Bull Rev 16:225, eq. 1. Checked against pingouin's
// bayesfactor_ttest.
func TBayesFactor(t float64, r float64, n ...int) float64 {
	switch {
	case len(n) == 1 && n[0] > 1:
		return jzs(t, float64(n[0]), float64(n[0]-1), r)
	case len(n) == 2 && n[0] > 1 && n[1] > 1:
		a, b := float64(n[0]), float64(n[1])
		return jzs(t, a*b/(a+b), a+b-2, r)
	}
	return math.NaN()
}

// jzs integrates over the logarithm of g by the trapezoidal rule: the integrand and all
// its derivatives vanish at both ends, so the rule is as exact as the numbers.
func jzs(t, n, df, r float64) float64 {
	if r == 0 {
		r = math.Sqrt2 / 2
	}
	if math.IsNaN(t) || math.IsInf(t, 0) || !(r > 0) || !(df > 0) {
		return math.NaN()
	}
	null := float64(-(df + 1) / 2 * vec.Log1p(float64(t*t)/df))
	const step = 1.0 / 16
	sum := 0.0
	for k := -8 * 16; k <= 80*16; k++ {
		u := float64(k) * step
		g := vec.Exp(u)
		a := 1 + float64(float64(n*g)*float64(r*r))
		log := float64(-vec.Log(a)/2) - float64((df+1)/2*vec.Log1p(float64(t*t)/(a*df))) - float64(u/2) - 1/(2*g)
		sum += vec.Exp(log - null)
	}
	return sum * step / math.Sqrt(2*math.Pi)
}

// hedges returns the factor that takes the bias of Cohen's d away: Γ(df/2)/(√(df/2) Γ((df-1)/2)).
func hedges(df float64) float64 {
	if df <= 1 {
		return math.NaN()
	}
	a, _ := vec.Lgamma(df / 2)
	b, _ := vec.Lgamma((df - 1) / 2)
	return vec.Exp(a-b) / math.Sqrt(df/2)
}

// crossing returns where a function that falls from above 0 at lo to below 0 at hi is 0: by secants of
// which an end that stays counts half (the Illinois method).
func crossing(f func(float64) float64, lo, hi float64) float64 {
	a, b := f(lo), f(hi)
	if !(a > 0) {
		return lo
	}
	if !(b < 0) {
		return hi
	}
	stays := 0
	for range 100 {
		x := lo + float64((hi-lo)*(a/(a-b)))
		if !(x > lo && x < hi) {
			x = (lo + hi) / 2
		}
		y := f(x)
		switch {
		case y == 0 || hi-lo <= 1e-13*(1+math.Abs(x)):
			return x
		case y > 0:
			if lo, a = x, y; stays > 0 {
				b /= 2
			}
			stays = 1
		default:
			if hi, b = x, y; stays < 0 {
				a /= 2
			}
			stays = -1
		}
	}
	return (lo + hi) / 2
}

// noncentralT returns the noncentralities at which t lies at the two ends of an interval.
func noncentralT(t, df, level float64) (lo, hi float64) {
	at := func(p float64) float64 {
		// The distribution function falls as the noncentrality grows.
		width := 5 + math.Abs(t)
		lo, hi := t-width, t+width
		for dist.NoncentralTCDF(t, df, lo) < p && width < 1e4 {
			width *= 2
			lo = t - width
		}
		for dist.NoncentralTCDF(t, df, hi) > p && width < 1e4 {
			width *= 2
			hi = t + width
		}
		return crossing(func(delta float64) float64 { return dist.NoncentralTCDF(t, df, delta) - p }, lo, hi)
	}
	tail := float64((1 - level) / 2)
	return at(1 - tail), at(tail)
}

// CohenD returns Cohen's d of two independent samples, the difference of their means over the
// pooled standard deviation, with the interval from the noncentral t distribution that
// covers with the probability level.
//
// Errors: those of [StudentT], a level that is not between 0 and 1. Steiger and Fouladi 1997.
// Checked against pingouin's compute_effsize, intervals against R's pt.
func CohenD(x, y []float64, level float64) (d, lo, hi float64, err error) {
	if !(level > 0 && level < 1) {
		return 0, 0, 0, fmt.Errorf("stats: CohenD: level is %g; it must be between 0 and 1", level)
	}
	r, err := twoSample("CohenD", "Student", x, y)
	if err != nil {
		return 0, 0, 0, err
	}
	root := math.Sqrt(float64(len(x)*len(y)) / float64(len(x)+len(y)))
	lo, hi = noncentralT(r.D*root, r.DF, level)
	return r.D, lo / root, hi / root, nil
}

// partialEta returns the interval of partial η² from the noncentral F distribution: the
// noncentralities lambda at which F lies at the two ends, as lambda/(lambda + df1 + df2 + 1)
// (Smithson 2001, Educ Psychol Meas 61:605).
func partialEta(f, df1, df2, level float64) (lo, hi float64) {
	if math.IsNaN(f) || f < 0 {
		return math.NaN(), math.NaN()
	}
	at := func(p float64) float64 { // probability below f
		below := func(lambda float64) float64 { return 1 - dist.NoncentralFSF(f, df1, df2, lambda) }
		if below(0) <= p {
			return 0
		}
		hi := math.Max(1, float64(f*df1))
		for below(hi) > p && hi < 1e7 {
			hi *= 2
		}
		return crossing(func(lambda float64) float64 { return below(lambda) - p }, 0, hi)
	}
	tail := float64((1 - level) / 2)
	a, b := at(1-tail), at(tail)
	return a / (a + df1 + df2 + 1), b / (b + df1 + df2 + 1)
}
