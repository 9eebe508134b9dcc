package stats

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A family is the distribution of a response and the link of its mean.
type family struct {
	name, link string
	// fixed tells that the dispersion is 1: tests are of z, not of t.
	fixed bool
}

// familyOf reads the names of options.
func familyOf(name, link string) (family, error) {
	f := family{name: name, link: link}
	usual := ""
	var links []string
	switch name {
	case "gaussian":
		usual, links = "identity", []string{"identity", "log"}
	case "binomial":
		usual, links, f.fixed = "logit", []string{"logit", "probit", "cloglog"}, true
	case "poisson":
		usual, links, f.fixed = "log", []string{"log", "identity"}, true
	case "gamma":
		usual, links = "log", []string{"log", "identity", "inverse"}
	default:
		return f, fmt.Errorf(`Family is %q; it must be "gaussian", "binomial", "poisson" or "gamma"`, name)
	}
	if link == "" {
		f.link = usual
		return f, nil
	}
	for _, l := range links {
		if l == link {
			return f, nil
		}
	}
	return f, fmt.Errorf("Link is %q; of %s it must be one of %q", link, name, links)
}

const tinyShare = 1e-15 // as near to 0 or 1 as a probability may come

// mean returns the mean of a linear predictor, and its slope.
func (f family) mean(eta float64) (mu, slope float64) {
	switch f.link {
	case "log":
		mu = vec.Exp(math.Min(eta, 700))
		return mu, mu
	case "inverse":
		mu = 1 / eta
		return mu, -mu * mu
	case "logit":
		e := vec.Exp(-math.Abs(eta))
		mu, slope = 1/(1+e), e/((1+e)*(1+e))
		if eta < 0 {
			mu = e / (1 + e)
		}
	case "probit":
		mu, slope = vec.NormCDF(eta), vec.Exp(-float64(eta*eta)/2)/math.Sqrt(2*math.Pi)
	case "cloglog":
		e := vec.Exp(math.Min(eta, 700))
		mu = -vec.Expm1(-e)
		slope = e * vec.Exp(-e)
	default:
		return eta, 1
	}
	return math.Min(1-tinyShare, math.Max(tinyShare, mu)), math.Max(slope, tinyShare)
}

// predictor returns the linear predictor of a mean.
func (f family) predictor(mu float64) float64 {
	switch f.link {
	case "log":
		return vec.Log(mu)
	case "inverse":
		return 1 / mu
	case "logit":
		return vec.Log(mu / (1 - mu))
	case "probit":
		return vec.NormQuantile(mu)
	case "cloglog":
		return vec.Log(-vec.Log1p(-mu))
	}
	return mu
}

// variance returns the variance of a response of the mean mu, less the dispersion.
func (f family) variance(mu float64) float64 {
	switch f.name {
	case "binomial":
		return mu * (1 - mu)
	case "poisson":
		return mu
	case "gamma":
		return mu * mu
	}
	return 1
}

// start returns a mean near a response, inside of its range.
func (f family) start(y, weight float64) float64 {
	switch f.name {
	case "binomial":
		return (float64(y*weight) + 0.5) / (weight + 1)
	case "poisson":
		return y + 0.1
	}
	if f.link == "log" || f.link == "inverse" {
		return math.Max(y, 1e-3)
	}
	return y
}

// allows reports whether a mean is one.
func (f family) allows(mu float64) bool {
	switch f.name {
	case "binomial":
		return mu > 0 && mu < 1
	case "poisson", "gamma":
		return mu > 0 && !math.IsInf(mu, 0)
	}
	return !math.IsInf(mu, 0) && !math.IsNaN(mu)
}

// deviance returns twice the difference of log likelihoods of the response's own value and mu, for
// a dispersion of 1.
func (f family) deviance(y, mu float64) float64 {
	logRatio := func(a, b float64) float64 { // a log(a/b)
		if a == 0 {
			return 0
		}
		return a * vec.Log(a/b)
	}
	switch f.name {
	case "binomial":
		return 2 * (logRatio(y, mu) + logRatio(1-y, 1-mu))
	case "poisson":
		return 2 * (logRatio(y, mu) - (y - mu))
	case "gamma":
		return -2 * (vec.Log(y/mu) - (y-mu)/mu)
	}
	return float64((y - mu) * (y - mu))
}

// logLik returns the log likelihood; for gaussian and gamma responses at the dispersion that R's
// logLik takes, the deviance over n.
func (f family) logLik(y, weight, mu []float64, deviance float64) float64 {
	n := float64(len(y))
	sum := 0.0
	switch f.name {
	case "gaussian":
		return -n / 2 * (vec.Log(2*math.Pi*deviance/n) + 1)
	case "binomial":
		for i, v := range y {
			k, m := float64(v*weight[i]), weight[i]
			all, _ := vec.Lgamma(m + 1)
			a, _ := vec.Lgamma(k + 1)
			b, _ := vec.Lgamma(m - k + 1)
			sum += all - a - b
			if k > 0 {
				sum += float64(k * vec.Log(mu[i]))
			}
			if m > k {
				sum += float64((m - k) * vec.Log1p(-mu[i]))
			}
		}
	case "poisson":
		for i, v := range y {
			g, _ := vec.Lgamma(v + 1)
			sum += float64(v*vec.Log(mu[i])) - mu[i] - g
		}
	case "gamma":
		shape := n / deviance
		g, _ := vec.Lgamma(shape)
		for i, v := range y {
			r := v / mu[i]
			sum += float64(shape*vec.Log(shape*r)) - float64(shape*r) - vec.Log(v) - g
		}
	}
	return sum
}

// effectName says what the coefficients are multiples of, when exponentiated; "" where they are not.
func (f family) effectName() string {
	switch f.link {
	case "logit":
		return "odds ratio"
	case "log":
		return "ratio"
	}
	return ""
}
