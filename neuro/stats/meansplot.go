package stats

import (
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// Plot draws the means with their 95 % intervals, on the scale of the response: over the levels of
// the last factor, a line for each combination of those before, as papers show an interaction.
func (m *MarginalMeans) Plot() *figure.Figure {
	last := len(m.By) - 1
	place := map[string]float64{}
	axis := figure.Axis{Label: m.By[last]}
	lines := map[string]*figure.Layer{}
	var order []string
	ends := map[string]*figure.Layer{}
	for _, x := range m.Means {
		level, line := x.Levels[last], strings.Join(x.Levels[:last], ", ")
		if _, ok := place[level]; !ok {
			place[level] = float64(len(axis.Names))
			axis.Ticks, axis.Names = append(axis.Ticks, place[level]), append(axis.Names, level)
		}
		if lines[line] == nil {
			order = append(order, line)
			lines[line], ends[line] = &figure.Layer{Kind: figure.Line, Width: 1.5}, &figure.Layer{Kind: figure.Errors, Width: 1}
		}
		mean, lo, hi := x.Mean, x.Lo, x.Hi
		if m.Link != "" {
			mean, lo, hi = x.Response, x.ResponseLo, x.ResponseHi
		}
		l, e := lines[line], ends[line]
		l.X, l.Y = append(l.X, place[level]), append(l.Y, mean)
		e.X, e.Y, e.Y2 = append(e.X, place[level]), append(e.Y, lo), append(e.Y2, hi)
	}
	axis.Min, axis.Max = -0.5, float64(len(axis.Names))-0.5
	p := figure.Panel{X: axis, Y: figure.Axis{Label: m.model.value.Name, Unit: m.model.value.Unit}}
	if m.model.formula != nil {
		p.Y.Label = m.model.formula.response
	}
	colors := []string{"blue", "orange", "green", "purple", "red", "grey"}
	for k, name := range order {
		shift := 0.12*float64(k)/float64(max(1, len(order)-1)) - 0.06
		if len(order) == 1 {
			shift = 0
		}
		l, e := lines[name], ends[name]
		for i := range l.X {
			l.X[i] += shift
			e.X[i] += shift
		}
		color := colors[k%len(colors)]
		l.Color, e.Color = color, color
		p.Layers = append(p.Layers, *l, *e, figure.Layer{Kind: figure.Points, Name: name, X: l.X, Y: l.Y, Color: color, Size: 6})
	}
	title := "marginal means, 95 % intervals"
	if last > 0 {
		title += "; lines: " + strings.Join(m.By[:last], ", ")
	}
	return &figure.Figure{Title: title, Width: 12, Height: 8, Panels: []figure.Panel{p}}
}
