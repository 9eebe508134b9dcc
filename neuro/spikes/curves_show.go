package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// String says of what the curves are, and which cell tells most.
func (c *Curves) String() string {
	bins := fmt.Sprint(len(c.Edges[0]) - 1)
	names := c.Names[0]
	if len(c.Edges) == 2 {
		bins += fmt.Sprintf(" x %d", len(c.Edges[1])-1)
		names += " and " + c.Names[1]
	}
	s := fmt.Sprintf("rates of %s over %s, %s bins, %.4g s", spell.Count(len(c.Rate), "cell"), names, bins, vec.SumBlock(c.Occupancy))
	best := -1
	_, info := c.Information()
	for i, v := range info {
		if !math.IsNaN(v) && (best < 0 || v > info[best]) {
			best = i
		}
	}
	if best >= 0 {
		s += fmt.Sprintf("; cell %d tells most: %.2f bit per spike", best, info[best])
	}
	for _, p := range c.Problems {
		s += "\n" + p.String()
	}
	return s
}

// shown is how many cells a figure shows.
const shown = 16

// Plot draws the curve or the map of each cell, up to 16 of them, with what a
// spike tells; angles go round a circle, on which the rate is the distance from
// the middle.
func (c *Curves) Plot() *figure.Figure {
	n := min(len(c.Rate), shown)
	cols := 1
	for cols*cols < n {
		cols++
	}
	f := &figure.Figure{Cols: cols, Width: math.Min(float64(6*cols+2), 24), Title: ""}
	rows := (n + cols - 1) / max(cols, 1)
	f.Height = math.Min(float64(5*rows+2), 26)
	if n == 1 {
		f.Width, f.Height = 11, 9
	}
	if len(c.Rate) > n {
		f.Title = fmt.Sprintf("the first %d of %d cells", n, len(c.Rate))
	}
	_, info := c.Information()
	for i := range n {
		title := fmt.Sprintf("cell %d, %.2f bit/spike", i, info[i])
		switch {
		case c.Circular:
			f.Panels = append(f.Panels, c.polar(title, c.Rate[i]))
		case len(c.Edges) == 1:
			f.Panels = append(f.Panels, figure.Panel{
				Title: title, X: figure.Axis{Label: c.Names[0], Unit: c.Units[0]},
				Y:      figure.Axis{Label: "rate", Unit: "Hz", Max: fromZero(c.Rate[i], make([]float64, len(c.Rate[i])))},
				Layers: []figure.Layer{{Kind: figure.Stairs, X: c.Edges[0], Y: c.Rate[i], Color: "blue"}},
			})
		default:
			// Rows of the picture go up along the second feature.
			a, b := len(c.Edges[0])-1, len(c.Edges[1])-1
			z := grid(b, a)
			for x := range a {
				for y := range b {
					z[y][x] = c.Rate[i][x*b+y]
				}
			}
			f.Panels = append(f.Panels, figure.Panel{
				Title: title, X: figure.Axis{Label: c.Names[0], Unit: c.Units[0]}, Y: figure.Axis{Label: c.Names[1], Unit: c.Units[1]},
				Square: c.Units[0] == c.Units[1], ColorBar: figure.Axis{Label: "rate", Unit: "Hz"},
				Layers: []figure.Layer{{Kind: figure.Image, Z: z, X: []float64{c.Edges[0][0], c.Edges[0][a]}, Y: []float64{c.Edges[1][0], c.Edges[1][b]}}},
			})
		}
	}
	return f
}

// polar draws a rate round the circle, the start of the range to the right and
// going up from there.
func (c *Curves) polar(title string, rate []float64) figure.Panel {
	top := 0.0
	for _, r := range rate {
		if r > top {
			top = r
		}
	}
	p := polarPanel(title, top)
	lo, turn := c.Edges[0][0], c.Edges[0][len(rate)]-c.Edges[0][0]
	var x, y []float64
	for b := 0; b <= len(rate); b++ {
		k := b % len(rate)
		middle := c.Edges[0][k] + float64((c.Edges[0][k+1]-c.Edges[0][k])/2)
		sin, cos := vec.Sincos((middle - lo) / turn * 2 * math.Pi)
		x, y = append(x, float64(rate[k]*cos)), append(y, float64(rate[k]*sin))
	}
	p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, X: x, Y: y, Color: "blue", Width: 1.5})
	return p
}

// polarPanel is a circle with a ring at a round rate below top and the four
// quarters.
func polarPanel(title string, top float64) figure.Panel {
	if !(top > 0) {
		top = 1
	}
	p := figure.Panel{Title: title, Square: true, Bare: true,
		X: figure.Axis{Min: -1.35 * top, Max: 1.35 * top}, Y: figure.Axis{Min: -1.35 * top, Max: 1.35 * top}}
	ring := func(r float64, dash bool) {
		var x, y []float64
		for k := 0; k <= 120; k++ {
			sin, cos := vec.Sincos(float64(k) / 60 * math.Pi)
			x, y = append(x, float64(r*cos)), append(y, float64(r*sin))
		}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, X: x, Y: y, Color: "grey", Width: 0.6, Dash: dash})
	}
	ring(top, false)
	ring(top/2, true)
	p.Layers = append(p.Layers,
		figure.Layer{Kind: figure.Line, X: []float64{-top, top}, Y: []float64{0, 0}, Color: "grey", Width: 0.4},
		figure.Layer{Kind: figure.Line, X: []float64{0, 0}, Y: []float64{-top, top}, Color: "grey", Width: 0.4})
	for k, name := range []string{"0", "π/2", "π", "3π/2"} {
		sin, cos := vec.Sincos(float64(k) * math.Pi / 2)
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Note, X: []float64{1.17 * top * cos}, Y: []float64{1.13 * top * sin}, Text: name, Align: 0.5})
	}
	p.Layers = append(p.Layers, figure.Layer{Kind: figure.Note, X: []float64{0.72 * top}, Y: []float64{-1.18 * top}, Text: fmt.Sprintf("%.3g Hz", top), Align: 0.5})
	return p
}

// Show draws the figure; its text is String.
func (c *Curves) Show() display.Bundle {
	b := c.Plot().Show()
	b.Data[display.TypeText] = c.String()
	return b
}
