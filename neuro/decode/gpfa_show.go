package decode

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// String says what was fitted.
func (f *GPFAFit) String() string {
	scales := make([]string, len(f.Timescale))
	for k, v := range f.Timescale {
		scales[k] = fmt.Sprintf("%.0f", v)
	}
	end := "at the end of its rise"
	if !f.Converged {
		end = "still rising"
	}
	return fmt.Sprintf("Gaussian-process factor analysis: %d units, %d factors with timescales of %s ms; log-likelihood of %d training bins %.1f after %d rounds, %s",
		len(f.Mean), len(f.Timescale), strings.Join(scales, ", "), f.Bins, f.LogLikelihood, f.Rounds, end)
}

// Table returns one row per unit: its axes, mean and noise.
func (f *GPFAFit) Table() table.Table {
	t := table.Table{Title: f.String(), Cols: []table.Col{{Name: "unit"}}}
	for u := range f.Mean {
		t.Cols[0].Num = append(t.Cols[0].Num, float64(u))
	}
	for a := range f.Timescale {
		c := table.Col{Name: fmt.Sprintf("axis %d", a+1)}
		for _, row := range f.Axes {
			c.Num = append(c.Num, row[a])
		}
		t.Cols = append(t.Cols, c)
	}
	t.Cols = append(t.Cols, table.Col{Name: "mean", Num: f.Mean}, table.Col{Name: "noise", Num: f.Noise})
	return t
}

// Show shows the table; its text is String.
func (f *GPFAFit) Show() display.Bundle { return f.Table().Show() }

// String says how many trials there are and how likely they are.
func (t *Trajectories) String() string {
	axes := 0
	if len(t.Y) > 0 {
		axes = len(t.Y[0])
	}
	return fmt.Sprintf("trajectories of %s along %d axes, bins of %g ms; log-likelihood %.1f", spell.Count(len(t.Y), "trial"), axes, t.Bin, t.LogLikelihood)
}

// Plot draws each axis over time, all trials together with their mean, for up to
// six axes, and the first two against each other.
func (t *Trajectories) Plot() *figure.Figure {
	f := &figure.Figure{Title: t.String(), Width: 24, Height: 7, Cols: 4}
	if len(t.Y) == 0 {
		return f
	}
	axes := min(6, len(t.Y[0]))
	f.Cols = axes
	if axes > 1 {
		f.Cols++
	}
	if f.Cols > 4 {
		f.Cols, f.Height = 4, 13
	}
	for a := range axes {
		p := figure.Panel{X: figure.Axis{Label: "time", Unit: "ms"}, Y: figure.Axis{Label: fmt.Sprintf("axis %d", a+1)}}
		// The mean is that of trials with the same times.
		shortest := len(t.Y[0][a])
		for i, trial := range t.Y {
			p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, X0: t.T0[i], DX: t.Bin, Y: trial[a], Color: "blue", Alpha: math.Max(0.15, math.Min(0.6, 6/float64(len(t.Y)))), Width: 0.8})
			if t.T0[i] != t.T0[0] {
				shortest = 0
			}
			shortest = min(shortest, len(trial[a]))
		}
		if len(t.Y) > 1 && shortest > 1 {
			mean := make([]float64, shortest)
			for _, trial := range t.Y {
				for b := range mean {
					mean[b] += trial[a][b] / float64(len(t.Y))
				}
			}
			p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, Name: "mean", X0: t.T0[0], DX: t.Bin, Y: mean, Color: "black", Width: 1.6})
		}
		f.Panels = append(f.Panels, p)
	}
	if axes > 1 {
		p := figure.Panel{X: figure.Axis{Label: "axis 1"}, Y: figure.Axis{Label: "axis 2"}}
		var x, y []float64
		for _, trial := range t.Y {
			p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, X: trial[0], Y: trial[1], Color: "blue", Alpha: math.Max(0.15, math.Min(0.6, 6/float64(len(t.Y)))), Width: 0.8})
			x, y = append(x, trial[0][0]), append(y, trial[1][0])
		}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Points, Name: "first bin", X: x, Y: y, Color: "orange", Size: 4})
		f.Panels = append(f.Panels, p)
	}
	return f
}

// Show draws the figure; its text is String.
func (t *Trajectories) Show() display.Bundle {
	b := t.Plot().Show()
	b.Data[display.TypeText] = t.String()
	return b
}

// totals returns the log-likelihood of all trials for each number of factors.
func (d *GPFADimensions) totals() []float64 {
	out := make([]float64, len(d.Factors))
	for i, row := range d.LogLikelihood {
		for _, v := range row {
			out[i] += v
		}
	}
	return out
}

// Best returns the number of factors under which trials that were left out are most
// likely.
func (d *GPFADimensions) Best() int {
	best, totals := 0, d.totals()
	for i, v := range totals {
		if v > totals[best] {
			best = i
		}
	}
	return d.Factors[best]
}

// String says the best number of factors and how it was found.
func (d *GPFADimensions) String() string {
	totals := d.totals()
	best := 0
	for i, v := range totals {
		if v > totals[best] {
			best = i
		}
	}
	return fmt.Sprintf("%d of %v factors tell trials that were left out best: log-likelihood %.1f (%s)", d.Factors[best], d.Factors, totals[best], d.Method)
}

// Plot draws the log-likelihood of trials left out over the number of factors.
func (d *GPFADimensions) Plot() *figure.Figure {
	x := make([]float64, len(d.Factors))
	for i, q := range d.Factors {
		x[i] = float64(q)
	}
	return &figure.Figure{Title: d.String(), Width: 12, Height: 8, Panels: []figure.Panel{{
		X: figure.Axis{Label: "factors", Ticks: x}, Y: figure.Axis{Label: "log-likelihood of trials left out", Unit: "nats"},
		Layers: []figure.Layer{
			{Kind: figure.Line, X: x, Y: d.totals(), Color: "blue"},
			{Kind: figure.Points, X: x, Y: d.totals(), Color: "blue"},
			{Kind: figure.VLine, Name: "best", X: []float64{float64(d.Best())}, Color: "red", Dash: true},
		},
	}}}
}

// Show draws the figure; its text is String.
func (d *GPFADimensions) Show() display.Bundle {
	b := d.Plot().Show()
	b.Data[display.TypeText] = d.String()
	return b
}
