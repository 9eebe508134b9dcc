package plasticity

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// Consolidation is groups of synapses over time; see [TagTriggerConsolidation.Run].
type Consolidation struct {
	T       []float64   `unit:"s"` // s
	Weight  [][]float64 // mean weight of each group, over that at the beginning
	High    [][]float64 // share of each group with a high tag
	Low     [][]float64 // share with a low tag
	Z       [][]float64 // mean consolidated state of each group
	Protein []float64   // proteins of the cell, 0 to 1
	Start   float64     // mean weight at the beginning
}

func newConsolidation(groups int) *Consolidation {
	rows := func() [][]float64 { return make([][]float64, groups) }
	return &Consolidation{Weight: rows(), High: rows(), Low: rows(), Z: rows()}
}

// record adds a second.
func (c *Consolidation) record(p TagTriggerConsolidation, tag []int, z []float64, protein float64, n int) {
	c.T = append(c.T, float64(len(c.T)))
	c.Protein = append(c.Protein, protein)
	for g := range c.Z {
		high, low := 0, 0
		for _, t := range tag[g*n : (g+1)*n] {
			switch {
			case t > 0:
				high++
			case t < 0:
				low++
			}
		}
		h, l, m := float64(high)/float64(n), float64(low)/float64(n), mean(z[g*n:(g+1)*n])
		c.High[g], c.Low[g], c.Z[g] = append(c.High[g], h), append(c.Low[g], l), append(c.Z[g], m)
		w := 1 + float64(p.WHigh*h) - float64(p.WLow*l) + float64(p.WZ*m)
		c.Weight[g] = append(c.Weight[g], w/c.Start)
	}
}

// Show draws the figure of Plot.
func (c *Consolidation) Show() display.Bundle { return c.Plot().Show() }

// Plot returns the figure of weight, tags, consolidated state and proteins over time.
func (c *Consolidation) Plot() *figure.Figure {
	hours := make([]float64, len(c.T))
	for i, t := range c.T {
		hours[i] = t / 3600
	}
	colors := []string{"blue", "orange", "green", "red", "purple", "brown"}
	panel := func(label string, rows ...[][]float64) figure.Panel {
		p := figure.Panel{X: figure.Axis{Label: "time", Unit: "h"}, Y: figure.Axis{Label: label}}
		for k, r := range rows {
			for g, y := range r {
				l := figure.Layer{Kind: figure.Line, X: hours, Y: y, Color: colors[g%len(colors)], Dash: k > 0}
				if len(r) > 1 || len(rows) > 1 {
					l.Name = fmt.Sprintf("group %d", g)
					if len(rows) > 1 {
						l.Name += []string{", high", ", low"}[k]
					}
				}
				p.Layers = append(p.Layers, l)
			}
		}
		return p
	}
	w := panel("weight", c.Weight)
	w.Layers = append([]figure.Layer{{Kind: figure.HLine, Y: []float64{1}, Color: "grey"}}, w.Layers...)
	return &figure.Figure{Cols: 2, ShareX: true, Panels: []figure.Panel{w, panel("share with a tag", c.High, c.Low), panel("consolidated", c.Z), panel("proteins", [][]float64{c.Protein})}}
}
