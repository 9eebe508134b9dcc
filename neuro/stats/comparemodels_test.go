package stats

import (
	"math"
	"strings"
	"testing"
)

func TestCompareModels(t *testing.T) {
	for _, g := range readModels(t) {
		tab := g.table(t)
		switch g.Name {
		case "one number": // F of one coefficient is the square of its t
			m, err := Linear(tab, "y ~ dose")
			if err != nil {
				t.Fatal(err)
			}
			null, err := Linear(tab, "y ~ 1")
			if err != nil {
				t.Fatal(err)
			}
			f, df, p, err := CompareGLM(null, m)
			if c := m.Coefficients[1]; err != nil || df != 1 || math.Abs(f-c.T*c.T) > 1e-8*f || math.Abs(p-c.P) > 1e-8*c.P {
				t.Errorf("F(%g) = %g, p = %g, %v; t is %g, p %g", df, f, p, err, c.T, c.P)
			}
			if _, _, _, err := CompareGLM(m, m); err == nil || !strings.Contains(err.Error(), "both models have 2") {
				t.Error(err)
			}
		case "logistic":
			m, err := GLM(tab, "hit ~ g * h + dose", GLMOptions{})
			if err != nil {
				t.Fatal(err)
			}
			small, err := GLM(tab, "hit ~ g + h + dose", GLMOptions{})
			if err != nil {
				t.Fatal(err)
			}
			chi, df, p, err := CompareGLM(m, small) // in either order
			if err != nil || df != 2 || math.Abs(chi-2*(m.LogLik-small.LogLik)) > 1e-9 || math.Abs(p-math.Exp(-chi/2)) > 1e-12 {
				t.Errorf("χ²(%g) = %g, p = %g, %v", df, chi, p, err)
			}
			other, err := GLM(tab, "hit ~ dose", GLMOptions{Link: "probit"})
			if err != nil {
				t.Fatal(err)
			}
			if _, _, _, err := CompareGLM(other, m); err == nil || !strings.Contains(err.Error(), "probit") {
				t.Error(err)
			}
		case "counts":
			m, err := MixedGLM(tab, "spikes ~ cond + load + (1 | subject)", GLMOptions{Family: "poisson"})
			if err != nil {
				t.Fatal(err)
			}
			small, err := MixedGLM(tab, "spikes ~ cond + (1 | subject)", GLMOptions{Family: "poisson"})
			if err != nil {
				t.Fatal(err)
			}
			// Near the square of Wald's z, as it must be with many rows.
			chi, df, p, err := CompareMixedGLM(small, m)
			load, _ := m.Coefficient("load")
			if err != nil || df != 1 || math.Abs(chi/(load.T*load.T)-1) > 0.1 || !(p > 0 && p < 1) {
				t.Errorf("χ²(%g) = %g, p = %g, %v; z² is %g", df, chi, p, err, load.T*load.T)
			}
		}
	}
}
