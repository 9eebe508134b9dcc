package behavior

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// String names the model, its likelihood and what to know about it.
func (r *IRT) String() string {
	s := fmt.Sprintf("%s model, %d items, %d persons: log likelihood %.2f, %d parameters, AIC %.1f, BIC %.1f", r.Model, len(r.Items), r.Persons, r.LogLik, r.Parameters, r.AIC, r.BIC)
	if len(r.Notes) > 0 {
		s += "\nnote: " + strings.Join(r.Notes, "\nnote: ")
	}
	return s
}

// Table returns one row per item, or for a graded item one per step.
func (r *IRT) Table() table.Table {
	var name []string
	var step, a, sa, b, sb, c, sc []float64
	for _, it := range r.Items {
		for k := range it.B {
			name, step = append(name, it.Name), append(step, float64(k+1))
			a, sa, b, sb = append(a, it.A), append(sa, it.SEA), append(b, it.B[k]), append(sb, it.SEB[k])
			c, sc = append(c, it.C), append(sc, it.SEC)
		}
	}
	cols := []table.Col{{Name: "item", Text: name}}
	if r.Model == "graded" {
		cols = append(cols, table.Col{Name: "step", Num: step})
	}
	cols = append(cols, table.Col{Name: "A", Num: a}, table.Col{Name: "SE", Num: sa}, table.Col{Name: "B", Num: b}, table.Col{Name: "SE ", Num: sb})
	if r.Model == "3PL" {
		cols = append(cols, table.Col{Name: "C", Num: c}, table.Col{Name: "SE  ", Num: sc})
	}
	return table.Table{Title: r.String(), Cols: cols}
}

// abilityAxis are the abilities of figures.
func abilityAxis() []float64 {
	x := make([]float64, 161)
	for i := range x {
		x[i] = -4 + float64(0.05*float64(i))
	}
	return x
}

// PlotCurves draws the item characteristic curves: the probability of a right
// response against ability, or the expected response of graded items. items are
// counted from 0; none means all.
func (r *IRT) PlotCurves(items ...int) *figure.Figure {
	if len(items) == 0 {
		for j := range r.Items {
			items = append(items, j)
		}
	}
	x := abilityAxis()
	panel := figure.Panel{X: figure.Axis{Label: "ability θ"}, Y: figure.Axis{Label: "probability of a right response", Min: 0, Max: 1}}
	if r.Model == "graded" {
		panel.Y = figure.Axis{Label: "expected response"}
	}
	for _, j := range items {
		m, p, ok := r.model(j)
		if !ok {
			continue
		}
		prob, _ := m.curves(p, x)
		y := make([]float64, len(x))
		for c, row := range prob {
			for i, v := range row {
				y[i] += float64(float64(c) * v)
			}
		}
		layer := figure.Layer{Kind: figure.Line, X: x, Y: y}
		if len(items) <= 10 {
			layer.Name = r.Items[j].Name
		}
		panel.Layers = append(panel.Layers, layer)
	}
	return &figure.Figure{Title: r.Model + " item characteristic curves", Width: 14, Height: 9, Panels: []figure.Panel{panel}}
}

// PlotCategories draws the probabilities of each response to one item, counted
// from 0.
func (r *IRT) PlotCategories(item int) *figure.Figure {
	x := abilityAxis()
	panel := figure.Panel{X: figure.Axis{Label: "ability θ"}, Y: figure.Axis{Label: "probability", Min: 0, Max: 1}}
	title := ""
	if item >= 0 && item < len(r.Items) {
		title = r.Items[item].Name
		if m, p, ok := r.model(item); ok {
			prob, _ := m.curves(p, x)
			for c, y := range prob {
				panel.Layers = append(panel.Layers, figure.Layer{Kind: figure.Line, Name: fmt.Sprintf("response %d", c), X: x, Y: y})
			}
		}
	}
	return &figure.Figure{Title: title, Width: 14, Height: 9, Panels: []figure.Panel{panel}}
}

// PlotInformation draws the test information and the standard error of
// measurement against ability.
func (r *IRT) PlotInformation() *figure.Figure {
	x := abilityAxis()
	info, se := make([]float64, len(x)), make([]float64, len(x))
	for i, t := range x {
		info[i] = r.Information(t)
		se[i] = 1 / math.Sqrt(info[i])
		if se[i] > 2 {
			se[i] = math.NaN()
		}
	}
	return &figure.Figure{Title: r.Model + " test information", Width: 14, Height: 9, Panels: []figure.Panel{{
		X: figure.Axis{Label: "ability θ"}, Y: figure.Axis{Label: "information"}, Right: figure.Axis{Label: "standard error of measurement"}, Legend: "beside",
		Layers: []figure.Layer{
			{Kind: figure.Line, Name: "information", X: x, Y: info, Color: "blue", Width: 1.5},
			{Kind: figure.Line, Name: "standard error", X: x, Y: se, Color: "orange", Dash: true, Right: true},
		},
	}}}
}

// Plot draws the item characteristic curves and the test information.
func (r *IRT) Plot() *figure.Figure {
	f := r.PlotCurves()
	f.Panels = append(f.Panels, r.PlotInformation().Panels...)
	title, _, _ := strings.Cut(r.String(), ":")
	f.Title, f.Width, f.Height = title, 16, 15
	return f
}

// Show draws the figure; its text is String.
func (r *IRT) Show() display.Bundle { return showRT(r.Plot(), r.String()) }

// PlotMap draws the person-item map: the distribution of the persons' abilities
// (EAP) over the difficulties of the items on the same axis.
func (r *IRT) PlotMap() *figure.Figure {
	people, _ := r.Abilities("EAP")
	theta := make([]float64, len(people))
	for i, a := range people {
		theta[i] = a.Theta
	}
	var names []string
	var b [][]float64
	for _, it := range r.Items {
		names, b = append(names, it.Name), append(b, it.B)
	}
	return personItemMap(r.Model+" person-item map", theta, names, b)
}

// personItemMap draws abilities above and difficulties below.
func personItemMap(title string, theta []float64, names []string, b [][]float64) *figure.Figure {
	lo, hi := -3.0, 3.0
	each := func(v float64) {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	for _, t := range theta {
		each(t)
	}
	items := figure.Layer{Kind: figure.Points, Color: "orange"}
	axis := figure.Axis{Label: "item", Min: 0.3, Max: float64(len(names)) + 0.7}
	for j, steps := range b {
		for _, v := range steps {
			each(v)
			if !math.IsInf(v, 0) && !math.IsNaN(v) {
				items.X, items.Y = append(items.X, v), append(items.Y, float64(len(names)-j))
			}
		}
	}
	if len(names) <= 40 {
		for j := range names {
			axis.Ticks, axis.Names = append(axis.Ticks, float64(len(names)-j)), append(axis.Names, names[j])
		}
		axis.Label = ""
	}
	const bins = 40
	edges, count := make([]float64, bins+1), make([]float64, bins)
	width := (hi - lo) / bins
	for i := range edges {
		edges[i] = lo + float64(width*float64(i))
	}
	for _, t := range theta {
		if k := int((t - lo) / width); !math.IsNaN(t) && !math.IsInf(t, 0) {
			count[max(0, min(k, bins-1))]++
		}
	}
	return &figure.Figure{Title: title, Width: 14, Height: 14, ShareX: true, Heights: []float64{1, 2}, Panels: []figure.Panel{
		{Y: figure.Axis{Label: "persons"}, Layers: []figure.Layer{{Kind: figure.Bars, X: edges, Y: count, Color: "blue", Alpha: 0.5}}},
		{X: figure.Axis{Label: "ability and difficulty", Min: lo, Max: hi}, Y: axis, Layers: []figure.Layer{items}},
	}}
}

// String names the model, its likelihood and what to know about it.
func (r *Rasch) String() string {
	s := fmt.Sprintf("Rasch model, %d items, %d persons: conditional log likelihood %.2f, %d parameters", len(r.Names), r.Persons, r.LogLik, r.Parameters)
	if len(r.Notes) > 0 {
		s += "\nnote: " + strings.Join(r.Notes, "\nnote: ")
	}
	return s
}

// Table returns the difficulties with their standard errors.
func (r *Rasch) Table() table.Table {
	return table.Table{Title: r.String(), Cols: []table.Col{{Name: "item", Text: r.Names}, {Name: "difficulty", Num: r.Difficulty}, {Name: "SE", Num: r.SE}}}
}

// Plot draws the person-item map, with Warm's abilities.
func (r *Rasch) Plot() *figure.Figure {
	people := r.Abilities(true)
	theta, b := make([]float64, len(people)), make([][]float64, len(r.Names))
	for i, a := range people {
		theta[i] = a.Theta
	}
	for j := range b {
		b[j] = r.Difficulty[j : j+1]
	}
	return personItemMap("Rasch person-item map", theta, r.Names, b)
}

// Show draws the person-item map; its text is String.
func (r *Rasch) Show() display.Bundle { return showRT(r.Plot(), r.String()) }
