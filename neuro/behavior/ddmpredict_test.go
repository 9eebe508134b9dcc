package behavior

import (
	"math"
	"testing"
)

// TestDDMPredict: what the model says agrees with its distribution function, and
// with data that it made.
func TestDDMPredict(t *testing.T) {
	rt, upper, label, _ := simulateBy(t, DDM{A: 1.4, T0: 0.3, Z: 0.5, S: 1}, 800, 2, 0, 0.8)
	f, err := FitDDM(rt, upper, DDMFitOptions{By: map[string][]string{"V": label}, Wald: true})
	if err != nil {
		t.Fatal(err)
	}
	p := f.Predict()
	if len(p.Conditions) != 3 || p.Conditions[2].Label != "2" || p.Conditions[0].Trials != 800 {
		t.Fatalf("%+v", p.Conditions)
	}
	for k, c := range p.Conditions {
		d := f.Conditions[k].Model
		within(t, "proportion", c.Model.Upper, d.PUpper(), 1e-5)
		for i, q := range c.Model.QuantilesUpper {
			within(t, "quantile", d.CDF(q, true), p.Prob[i]*d.PUpper(), 1e-4)
		}
		for i, q := range c.Model.QuantilesLower {
			within(t, "lower quantile", d.CDF(q, false), p.Prob[i]*(1-d.PUpper()), 1e-4)
		}
		// Without bias both boundaries have the same times.
		if math.Abs(d.Z-0.5) < 1e-9 {
			within(t, "means", c.Model.MeanUpper, c.Model.MeanLower, 1e-6)
		}
		within(t, "proportion of the data", c.Model.Upper, c.Data.Upper, 4*c.Data.SEUpper+0.01)
		within(t, "mean of the data", c.Model.MeanUpper, c.Data.MeanUpper, 5*c.Data.SEMeanUpper)
	}
	if p.Table().Rows() != 3 || len(p.Plot().Panels) != 2 || len(p.QuantilePlot().Panels[0].Layers) != 10 {
		t.Errorf("%v", p)
	}
	// Few times have no quantiles.
	few, err := FitDDM(rt[:12], upper[:12], DDMFitOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if c := few.Predict().Conditions[0]; c.Trials != 12 || !math.IsNaN(c.Data.QuantilesLower[0]) && c.Data.Upper == 1 {
		t.Errorf("%+v", c)
	}
}
