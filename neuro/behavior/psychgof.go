package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// GoodnessOfFit says whether a psychometric function describes its data.
type GoodnessOfFit struct {
	Deviance  float64
	DF        int
	P         float64   // of a deviance as large or larger where the curve holds, by simulation
	PChi2     float64   // the same by the χ² distribution, which needs many trials at each level
	Simulated []float64 // deviances of the simulated sessions, ascending
}

// GoodnessOfFit compares the deviance with that of sessions simulated from the
// fitted curve, with the same levels and numbers of trials, and fitted from that
// curve on. simulations is their number, 0 means 1000; P is (1 + larger ones)/(1 +
// simulations). A small P says that the curve, or that trials are independent, does
// not hold: lapses, learning, or overdispersion, which FitPsychometricBayes fits.
//
// Fewer than 20 simulations are an error. Source: Wichmann and Hill 2001, Percept
// Psychophys 63:1293; Prins and Kingdom 2018 for fitting each simulated session.
func (p *Psychometric) GoodnessOfFit(simulations int, seed uint64) (*GoodnessOfFit, error) {
	if simulations == 0 {
		simulations = 1000
	}
	if simulations < 20 {
		return nil, fmt.Errorf("behavior: Psychometric.GoodnessOfFit: %d simulations, at least 20 are needed (0 means 1000)", simulations)
	}
	task := display.Start("behavior.GoodnessOfFit", "simulations", simulations)
	g := &GoodnessOfFit{Deviance: p.Deviance, DF: p.DF, PChi2: math.NaN(), Simulated: make([]float64, simulations)}
	linalg.Parallel(simulations, func(k int) {
		if task.Err() != nil {
			return
		}
		m := p.fit
		m.guess, m.lapse = p.Guess, p.Lapse
		r := rng.New(seed, uint64(k))
		m.correct = make([]float64, len(p.fit.correct))
		for i := range m.correct {
			prob, _ := p.fit.probability(i, p.at)
			m.correct[i] = float64(r.Binomial(p.Total[i], prob))
		}
		// Where the steepness has no limit, the deviance has one all the same.
		var q [2]float64
		if m.free() > 0 {
			q, _ = m.climbFree(p.at)
		} else {
			q, _ = m.climb(p.at)
		}
		g.Simulated[k] = m.deviance(q)
		task.Add(1)
	})
	err := task.Err()
	task.End()
	if err != nil {
		return nil, fmt.Errorf("behavior: Psychometric.GoodnessOfFit: %w", err)
	}
	slices.Sort(g.Simulated)
	at, _ := slices.BinarySearch(g.Simulated, g.Deviance-1e-9)
	g.P = float64(1+simulations-at) / float64(1+simulations)
	if g.DF > 0 {
		g.PChi2 = dist.ChiSquareSF(g.Deviance, float64(g.DF))
	}
	return g, nil
}

// String gives the deviance and its probability.
func (g *GoodnessOfFit) String() string {
	return fmt.Sprintf("deviance %.1f with %d degrees of freedom: p = %.3g by %d simulations (%.3g by chi-square)", g.Deviance, g.DF, g.P, len(g.Simulated), g.PChi2)
}

// Plot draws the simulated deviances and that of the data.
func (g *GoodnessOfFit) Plot() *figure.Figure {
	hi := math.Max(g.Simulated[len(g.Simulated)-1], g.Deviance) * 1.05
	const bins = 40
	edges, y := make([]float64, bins+1), make([]float64, bins)
	for i := range edges {
		edges[i] = float64(hi*float64(i)) / bins
	}
	for _, d := range g.Simulated {
		y[max(0, min(bins-1, int(d/hi*bins)))]++
	}
	return &figure.Figure{Title: g.String(), Width: 14, Height: 8, Panels: []figure.Panel{{
		X: figure.Axis{Label: "deviance"}, Y: figure.Axis{Label: "simulated sessions"}, Legend: "upper right",
		Layers: []figure.Layer{
			{Kind: figure.Bars, Name: "simulated", X: edges, Y: y, Color: "blue", Alpha: 0.5},
			{Kind: figure.VLine, Name: "data", X: []float64{g.Deviance}, Color: "orange", Width: 1.5},
		},
	}}}
}

// Show draws the figure; its text is String.
func (g *GoodnessOfFit) Show() display.Bundle { return showRT(g.Plot(), g.String()) }
