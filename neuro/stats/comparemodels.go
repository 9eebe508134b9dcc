package stats

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/dist"
)

// CompareGLM returns the test of two linear or generalised models of the same rows, one of which holds
// the other.
//
// Where the dispersion is 1 (binomial, poisson) statistic is the difference of the deviances and P from χ² with df
// degrees of freedom, the coefficients that one has more. Otherwise statistic is F, that difference over
// df and over the dispersion of the larger model, with its residual degrees of freedom, as R's anova.
//
// Errors: another family, link or number of rows, models with as many coefficients, the larger one
// fitting less well, which is then no model that holds the other. Checked against the t of a single coefficient.
func CompareGLM(small, large *GLMFit) (statistic, df, p float64, err error) {
	fail := func(format string, args ...any) (float64, float64, float64, error) {
		return 0, 0, 0, fmt.Errorf("stats: CompareGLM: "+format, args...)
	}
	if len(small.Coefficients) > len(large.Coefficients) {
		small, large = large, small
	}
	df = float64(len(large.Coefficients) - len(small.Coefficients))
	gain := small.Deviance - large.Deviance
	switch {
	case small.Family != large.Family || small.Link != large.Link:
		return fail("%q is %s with the link %s, %q %s with %s", small.Formula, small.Family, small.Link, large.Formula, large.Family, large.Link)
	case small.N != large.N:
		return fail("%q has %d rows and %q %d", small.Formula, small.N, large.Formula, large.N)
	case df == 0:
		return fail("both models have %d coefficients", len(large.Coefficients))
	case gain < -1e-8*(1+math.Abs(large.Deviance)):
		return fail("%q has the smaller deviance: it is no part of %q", small.Formula, large.Formula)
	}
	gain = math.Max(0, gain)
	if large.model.family.fixed {
		return gain, df, dist.ChiSquareSF(gain, df), nil
	}
	f := gain / df / large.Dispersion
	return f, df, dist.FSF(f, df, large.DF), nil
}

// CompareMixedGLM returns the likelihood ratio test of two generalised mixed models of the same rows,
// one of which holds the other: the difference of their deviances and P from χ². P of a variance
// against 0 is too large, up to twice. Errors: those of [CompareGLM].
func CompareMixedGLM(small, large *MixedGLMFit) (chi, df, p float64, err error) {
	fail := func(format string, args ...any) (float64, float64, float64, error) {
		return 0, 0, 0, fmt.Errorf("stats: CompareMixedGLM: "+format, args...)
	}
	params := func(m *MixedGLMFit) float64 { return math.Round((m.AIC - m.Deviance) / 2) }
	if params(small) > params(large) {
		small, large = large, small
	}
	df = params(large) - params(small)
	chi = small.Deviance - large.Deviance
	switch {
	case small.Family != large.Family || small.Link != large.Link:
		return fail("%q is %s with the link %s, %q %s with %s", small.Formula, small.Family, small.Link, large.Formula, large.Family, large.Link)
	case small.N != large.N:
		return fail("%q has %d rows and %q %d", small.Formula, small.N, large.Formula, large.N)
	case df == 0:
		return fail("both models have %g parameters", params(large))
	case chi < -1e-6*(1+math.Abs(large.Deviance)):
		return fail("%q has the smaller deviance: it is no part of %q", small.Formula, large.Formula)
	}
	chi = math.Max(0, chi)
	return chi, df, dist.ChiSquareSF(chi, df), nil
}
