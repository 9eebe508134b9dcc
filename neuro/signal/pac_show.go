package signal

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Table returns one row for each pair of bands.
func (c Comodulation) Table() table.Table {
	var phase, amp []string
	var v, angle, z, p, most []float64
	for j, b := range c.Phase {
		for i, a := range c.Amp {
			phase, amp = append(phase, fmt.Sprintf("%g to %g Hz", b[0], b[1])), append(amp, fmt.Sprintf("%g to %g Hz", a[0], a[1]))
			v = append(v, c.V[i][j])
			if c.Angle != nil {
				angle = append(angle, c.Angle[i][j])
			}
			if c.P != nil {
				z, p, most = append(z, c.Z[i][j]), append(p, c.P[i][j]), append(most, c.PMax[i][j])
			}
		}
	}
	t := table.Table{Title: "phase-amplitude coupling", Cols: []table.Col{{Name: "phase", Text: phase}, {Name: "amplitude", Text: amp}, {Name: c.label(), Num: v}}}
	if angle != nil {
		t.Cols = append(t.Cols, table.Col{Name: "largest at", Unit: "rad", Num: angle})
	}
	if p != nil {
		t.Title += fmt.Sprintf("; %d surrogates, %s", c.Surrogates, c.Shuffle)
		t.Cols = append(t.Cols, table.Col{Name: "z", Num: z}, table.Col{Name: "p", Num: p}, table.Col{Name: "p (all pairs)", Num: most})
	}
	return t
}

// label says what V is.
func (c Comodulation) label() string {
	switch c.Measure {
	case "", "tort":
		return "modulation index"
	case "canolty":
		return "mean vector length"
	case "ozkurt":
		return "normalised vector length"
	case "glm":
		return "r of the linear model"
	case "heights":
		return "heights ratio"
	case "copula":
		return "information (bit)"
	}
	return "phase locking"
}

// Show draws the figure of Plot, or of a single pair the table.
func (c Comodulation) Show() display.Bundle {
	if len(c.Phase) == 1 && len(c.Amp) == 1 {
		return c.Table().Show()
	}
	return c.Plot().Show()
}

// Plot returns the comodulogram: the measure in colour over the middles of the
// bands, which are evenly spaced; red points mark pairs with PMax < 0.05.
func (c Comodulation) Plot() *figure.Figure {
	middle := func(b [2]float64) float64 { return float64((b[0] + b[1]) / 2) }
	ends := func(b [][2]float64) []float64 {
		if len(b) == 0 {
			return nil
		}
		first, last := middle(b[0]), middle(b[len(b)-1])
		half := float64((b[0][1] - b[0][0]) / 2)
		if len(b) > 1 {
			half = (last - first) / float64(2*(len(b)-1))
		}
		return []float64{first - half, last + half}
	}
	p := figure.Panel{
		X:        figure.Axis{Label: "frequency of phase", Unit: "Hz"},
		Y:        figure.Axis{Label: "frequency of amplitude", Unit: "Hz"},
		ColorBar: figure.Axis{Label: c.label()},
		Legend:   "off",
		Layers:   []figure.Layer{{Kind: figure.Image, Z: c.V, X: ends(c.Phase), Y: ends(c.Amp)}},
	}
	if c.PMax != nil {
		var x, y []float64
		between := func(e []float64, k, n int) float64 {
			return e[0] + float64((e[1]-e[0])*(float64(k)+0.5))/float64(n)
		}
		for i := range c.Amp {
			for j := range c.Phase {
				if c.PMax[i][j] < 0.05 {
					x = append(x, between(ends(c.Phase), j, len(c.Phase)))
					y = append(y, between(ends(c.Amp), i, len(c.Amp)))
				}
			}
		}
		if x != nil {
			p.Layers = append(p.Layers, figure.Layer{Kind: figure.Points, X: x, Y: y, Color: "red", Size: 3})
		}
		p.Title = fmt.Sprintf("red: p < 0.05 over all pairs (%d surrogates, %s)", c.Surrogates, c.Shuffle)
	}
	return &figure.Figure{Width: 12, Panels: []figure.Panel{p}}
}
