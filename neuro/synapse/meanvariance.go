package synapse

import (
	"errors"
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// MeanVarianceFit is the binomial model of release, fitted to mean and variance of
// responses at several probabilities of release; see [MeanVariance].
type MeanVarianceFit struct {
	N, NSE         float64   // number of release sites, with its standard error
	Q, QSE         float64   // quantal size, in the unit of the means, with its standard error
	P              []float64 // probability of release at each mean
	Mean, Variance []float64 // the data
	CV             float64   // of quanta, as given
}

// MeanVariance fits the parabola of variance over mean, (Clements and Silver 2000,
// Trends Neurosci 23:105; Silver, Momiyama and Cull-Candy 1998, J Physiol 510:881)
//
//	variance = Q (1 + CV^2) mean - mean^2/N
//
// to the means and variances of responses under several conditions, such as
// concentrations of calcium, that change the probability of release alone. CV is
// the coefficient of variation of a quantum. trials are the numbers of responses
// behind each variance, which weigh it by trials/variance^2; nil weighs all alike.
// Variances are those of release: take that of the background away first. Means of
// inward currents are negative, and so is Q.
//
// At least 3 conditions are needed. A parabola that does not bend down, as when all
// probabilities are small, has no N; it is an error. Checked on exact moments and on
// simulated responses.
func MeanVariance(mean, variance []float64, trials []int, cv float64) (*MeanVarianceFit, error) {
	switch {
	case len(mean) != len(variance) || trials != nil && len(trials) != len(mean):
		return nil, fmt.Errorf("synapse: MeanVariance: there are %d means, %d variances and %d numbers of trials; there must be as many", len(mean), len(variance), len(trials))
	case len(mean) < 3:
		return nil, fmt.Errorf("synapse: MeanVariance: there are %d conditions; 3 or more are needed for a parabola", len(mean))
	case !(cv >= 0) || math.IsInf(cv, 0):
		return nil, fmt.Errorf("synapse: MeanVariance: cv is %g; it must be finite and not negative", cv)
	}
	x, y := make([][]float64, len(mean)), make([][]float64, len(mean))
	for i, m := range mean {
		if math.IsNaN(m) || math.IsInf(m, 0) || !(variance[i] > 0) || math.IsInf(variance[i], 0) || trials != nil && trials[i] < 2 {
			return nil, fmt.Errorf("synapse: MeanVariance: condition %d has the mean %g and the variance %g; both must be finite, variances positive, and trials 2 or more", i, m, variance[i])
		}
		w := 1.0
		if trials != nil {
			w = math.Sqrt(float64(trials[i]-1)/2) / variance[i]
		}
		x[i] = []float64{w * m, -w * m * m}
		y[i] = []float64{w * variance[i]}
	}
	qr, err := linalg.NewQR(x, nil)
	var dependent *linalg.Dependent
	if errors.As(err, &dependent) {
		return nil, fmt.Errorf("synapse: MeanVariance: the means do not differ enough for a parabola")
	}
	if err != nil {
		return nil, fmt.Errorf("synapse: MeanVariance: %w", err)
	}
	beta, rss := qr.Solve(y, nil)
	a, b := beta[0][0], beta[1][0]
	s2 := rss[0] / float64(len(mean)-2)
	if !(b > 0) {
		return nil, fmt.Errorf("synapse: MeanVariance: the variance does not bend down with the mean (curvature %.3g), so that N cannot be told; take conditions with a higher probability of release", -b)
	}
	f := &MeanVarianceFit{N: 1 / b, Q: a / (1 + float64(cv*cv)), Mean: mean, Variance: variance, CV: cv}
	f.QSE = math.Sqrt(s2*qr.Variance([]float64{1, 0})) / (1 + float64(cv*cv))
	f.NSE = math.Sqrt(s2*qr.Variance([]float64{0, 1})) / (b * b)
	for _, m := range mean {
		f.P = append(f.P, m/(f.N*f.Q))
	}
	return f, nil
}

// String says the result in a line.
func (f *MeanVarianceFit) String() string {
	return fmt.Sprintf("N %.3g ± %.2g sites, Q %.4g ± %.2g", f.N, f.NSE, f.Q, f.QSE)
}

// Show draws the figure of Plot.
func (f *MeanVarianceFit) Show() display.Bundle { return f.Plot().Show() }

// Plot returns the figure of variances over means with the parabola.
func (f *MeanVarianceFit) Plot() *figure.Figure {
	line := figure.Layer{Kind: figure.Line, Name: f.String(), Color: "blue"}
	end := f.N * f.Q
	for i := 0; i <= 100; i++ {
		m := end * float64(i) / 100
		line.X = append(line.X, m)
		line.Y = append(line.Y, float64(f.Q*(1+float64(f.CV*f.CV))*m)-m*m/f.N)
	}
	return &figure.Figure{Panels: []figure.Panel{{
		Title: f.String(), Legend: "off",
		X: figure.Axis{Label: "mean"}, Y: figure.Axis{Label: "variance"},
		Layers: []figure.Layer{line, {Kind: figure.Points, X: f.Mean, Y: f.Variance, Color: "black"}},
	}}}
}
