package stats

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A PowerTest is a plan of an experiment: which test, how large an effect, how many values, at
// what level. Of N, Effect and Power the one that is 0 is worked out by [PowerTest.Solve].
type PowerTest struct {
	// Test is "two-sample t" (N of each group), "paired t" or "one-sample t" (N pairs or values), "anova"
	// (N of each of Groups groups), "within", "between" or "interaction" (of a factor of Measures levels
	// within subjects and Groups groups, N subjects in each), "correlation", "two proportions" (N of each
	// group), "chi-square" (N in all).
	Test string
	// Effect is Cohen's: d, f of an analysis of variance, which is √(η²/(1-η²)), r, h of proportions, w of
	// chi-square.
	Effect float64
	N      float64 // need not be whole: round it up
	Power  float64
	Alpha  float64 // 0.05 if 0
	Groups int     // of analyses of variance, 2 if 0; 1 if 0 for "within"
	// Measures is how many levels the factor within has, 2 if 0; Rho how they correlate over subjects, 0.5 if
	// 0; Epsilon their sphericity (Greenhouse and Geisser's), 1 if 0. f is against the deviation of
	// subjects of one group at one level, as in pingouin and G*Power 3.0.
	Measures     int
	Rho, Epsilon float64
	DF           int // of "chi-square", 1 if 0
	// OneSided tests in the direction of the effect; for t, correlation and proportions.
	OneSided bool
}

// Solve returns the plan with the one of N, Effect and Power that was 0.
//
// Power is that of the noncentral distributions of t, F and χ², two tails counted; of a correlation
// by Fisher's transformation with its bias, as R's pwr; of proportions by the arcsine. Errors: an
// unknown test, values out of range, not exactly one of the three left out, an effect or a
// number that no plan has. With repeated measures m, correlation ρ and N subjects in each of k groups the
// noncentrality is
//
//	within       f² k N m ε/(1-ρ)           with (m-1)ε and k(N-1)(m-1)ε degrees of freedom
//	between      f² k N m/(1+(m-1)ρ)        with k-1 and k(N-1)
//	interaction  f² k N m ε/(1-ρ)           with (k-1)(m-1)ε and k(N-1)(m-1)ε
//
// Cohen 1988; Faul et al. 2007, Behav Res Methods 39:175. Checked against R's pwr, pingouin and simulated
// experiments.
func (p PowerTest) Solve() (PowerTest, error) {
	fail := func(format string, args ...any) (PowerTest, error) {
		return PowerTest{}, fmt.Errorf("stats: PowerTest.Solve: "+format, args...)
	}
	if p.Alpha == 0 {
		p.Alpha = 0.05
	}
	repeated := p.Test == "within" || p.Test == "between" || p.Test == "interaction"
	if p.Groups == 0 {
		if p.Groups = 2; p.Test == "within" {
			p.Groups = 1
		}
	}
	if repeated {
		if p.Measures == 0 {
			p.Measures = 2
		}
		if p.Rho == 0 {
			p.Rho = 0.5
		}
		if p.Epsilon == 0 {
			p.Epsilon = 1
		}
		if m := float64(p.Measures); !(m >= 2) || !(p.Rho < 1 && p.Rho > -1/(m-1)) || !(p.Epsilon <= 1 && p.Epsilon >= 1/(m-1)) {
			return fail("Measures is %d, Rho %g and Epsilon %g; they must be 2 or more, from -1/(Measures-1) to 1, and from 1/(Measures-1) to 1", p.Measures, p.Rho, p.Epsilon)
		}
	}
	if p.DF == 0 {
		p.DF = 1
	}
	least := map[string]float64{"two-sample t": 2, "paired t": 2, "one-sample t": 2, "anova": 2, "within": 2, "between": 2, "interaction": 2, "correlation": 4, "two proportions": 2, "chi-square": 1}[p.Test]
	zeros := 0
	for _, v := range []float64{p.N, p.Effect, p.Power} {
		if v == 0 {
			zeros++
		}
	}
	switch {
	case least == 0:
		return fail(`unknown test %q; use "two-sample t", "paired t", "one-sample t", "anova", "within", "between", "interaction", "correlation", "two proportions" or "chi-square"`, p.Test)
	case zeros != 1:
		return fail("N is %g, Effect %g and Power %g: exactly one of them is left out, as 0", p.N, p.Effect, p.Power)
	case !(p.Alpha > 0 && p.Alpha < 1):
		return fail("Alpha is %g; it must be between 0 and 1", p.Alpha)
	case p.Power != 0 && !(p.Power > p.Alpha && p.Power < 1):
		return fail("Power is %g; it must be between Alpha, %g, and 1", p.Power, p.Alpha)
	case p.N != 0 && !(p.N >= least && p.N < 1e9):
		return fail("N is %g; %g or more are needed", p.N, least)
	case math.IsNaN(p.Effect) || math.IsInf(p.Effect, 0) || p.Test == "correlation" && math.Abs(p.Effect) >= 1:
		return fail("Effect is %g, which a %s does not have", p.Effect, p.Test)
	case p.Groups < 2 && !(p.Test == "within" && p.Groups == 1) || p.DF < 1:
		return fail("Groups is %d and DF %d; they must be 2 and 1 or more", p.Groups, p.DF)
	}
	sign := math.Copysign(1, p.Effect)
	p.Effect = math.Abs(p.Effect)
	search := func(lo, hi float64, set func(float64) float64) (float64, bool) {
		if set(hi) < p.Power || set(lo) > p.Power {
			return 0, false
		}
		for range 100 {
			mid := (lo + hi) / 2
			if set(mid) < p.Power {
				lo = mid
			} else {
				hi = mid
			}
		}
		return (lo + hi) / 2, true
	}
	ok := true
	switch {
	case p.Power == 0:
		p.Power = p.power(p.N, p.Effect)
	case p.N == 0:
		hi := least
		for hi < 1e9 && p.power(hi, p.Effect) < p.Power {
			hi *= 2
		}
		if p.power(least, p.Effect) >= p.Power {
			p.N = least
		} else {
			p.N, ok = search(least, hi, func(n float64) float64 { return p.power(n, p.Effect) })
		}
	default:
		hi := 1.0
		if p.Test == "correlation" {
			hi = 1 - 1e-12
		} else {
			for hi < 1e6 && p.power(p.N, hi) < p.Power {
				hi *= 2
			}
		}
		p.Effect, ok = search(0, hi, func(e float64) float64 { return p.power(p.N, e) })
	}
	if !ok {
		return fail("no plan of a %s has a power of %g", p.Test, p.Power)
	}
	p.Effect *= sign
	return p, nil
}

// power returns the power for n values and an effect of size e.
func (p PowerTest) power(n, e float64) float64 {
	tails := 2.0
	if p.OneSided {
		tails = 1
	}
	t := func(df, ncp float64) float64 {
		cut := dist.StudentQuantileSF(p.Alpha/tails, df)
		out := 1 - dist.NoncentralTCDF(cut, df, ncp)
		if tails == 2 {
			out += dist.NoncentralTCDF(-cut, df, ncp)
		}
		return out
	}
	z := func(mean float64) float64 {
		cut := -vec.NormQuantile(p.Alpha / tails)
		out := vec.NormCDF(mean - cut)
		if tails == 2 {
			out += vec.NormCDF(-mean - cut)
		}
		return out
	}
	switch p.Test {
	case "two-sample t":
		return t(float64(2*n)-2, e*math.Sqrt(n/2))
	case "paired t", "one-sample t":
		return t(n-1, e*math.Sqrt(n))
	case "anova":
		k := float64(p.Groups)
		d1, d2 := k-1, float64((n-1)*k)
		return dist.NoncentralFSF(dist.FQuantileSF(p.Alpha, d1, d2), d1, d2, float64(e*e)*float64(n*k))
	case "within", "between", "interaction":
		k, m, eps := float64(p.Groups), float64(p.Measures), p.Epsilon
		size := float64(float64(e*e) * float64(n*k) * m)
		ncp, d1, d2 := size*eps/(1-p.Rho), float64((m-1)*eps), float64((n-1)*k)*float64((m-1)*eps)
		switch p.Test {
		case "between":
			ncp, d1, d2 = size/(1+float64((m-1)*p.Rho)), k-1, float64((n-1)*k)
		case "interaction":
			d1 *= k - 1
		}
		return dist.NoncentralFSF(dist.FQuantileSF(p.Alpha, d1, d2), d1, d2, ncp)
	case "correlation":
		// As pwr: the critical r of the t test, and the bias r/(2(n-1)) of Fisher's z.
		cut := dist.StudentQuantileSF(p.Alpha/tails, n-2)
		r := math.Sqrt(float64(cut*cut) / (float64(cut*cut) + n - 2))
		fisher := func(r float64) float64 { return float64((vec.Log1p(r) - vec.Log1p(-r)) / 2) }
		mean := fisher(e) + e/float64(2*(n-1))
		out := vec.NormCDF((mean - fisher(r)) * math.Sqrt(n-3))
		if tails == 2 {
			out += vec.NormCDF((-mean - fisher(r)) * math.Sqrt(n-3))
		}
		return out
	case "two proportions":
		return z(float64(e * math.Sqrt(n/2)))
	default:
		df := float64(p.DF)
		cut := dist.ChiSquareQuantile(1-p.Alpha, df)
		return dist.NoncentralChiSquareSF(cut, df, float64(n*float64(e*e)))
	}
}

// String tells the plan.
func (p PowerTest) String() string {
	return fmt.Sprintf("%s: N = %.4g, effect %.3g, power %.3f at alpha %.3g", p.Test, p.N, p.Effect, p.Power, p.Alpha)
}
