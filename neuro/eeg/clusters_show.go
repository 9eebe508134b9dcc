package eeg

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// String describes the outcome in a line.
func (r *EvokedClusters) String() string {
	return fmt.Sprintf("%s, %s from %s to %s ms", r.ClusterTest, spell.Count(len(r.Mean.Channels), "channel"),
		display.Number(1000*r.Mean.Times()[0]), display.Number(1000*r.Mean.Times()[r.Mean.Samples()-1]))
}

// Table returns a row for each cluster: when and at how many channels it is, its mass and p,
// and where and when its largest statistic.
func (r *EvokedClusters) Table() table.Table {
	cols := []table.Col{{Name: "cluster"}, {Name: "from", Unit: "ms"}, {Name: "to", Unit: "ms"}, {Name: "channels"}, {Name: "points"}, {Name: "mass"}, {Name: "p"},
		{Name: "largest " + r.Statistic}, {Name: "at"}, {Name: "time", Unit: "ms"}}
	for k, c := range r.Clusters {
		x := r.Extents[k]
		cols[8].Text = append(cols[8].Text, x.Peak)
		for j, v := range []float64{float64(k + 1), 1000 * x.From, 1000 * x.To, float64(len(x.Channels)), float64(len(c.Points)), c.Mass, c.P, r.Values[c.Peak], 0, 1000 * x.At} {
			if j != 8 {
				cols[j].Num = append(cols[j].Num, v)
			}
		}
	}
	return table.Table{Title: r.String(), Cols: cols}
}

// Show shows the figure of Plot and the table of clusters.
func (r *EvokedClusters) Show() display.Bundle {
	t := r.Table().Show()
	f, err := r.Plot(0.05)
	if err != nil {
		return t
	}
	return figure.Over(f, "the difference and its clusters", t)
}

// Plot draws what was tested over time, a line for each channel, with the times of the
// clusters whose p is alpha or less shaded; and for the first three of these a map of the
// head at the mean over their times, with their channels marked. alpha 0 is 0.05.
func (r *EvokedClusters) Plot(alpha float64) (*figure.Figure, error) {
	if alpha == 0 {
		alpha = 0.05
	}
	if !(alpha > 0 && alpha <= 1) {
		return nil, fmt.Errorf("eeg: EvokedClusters.Plot: alpha is %g; it must be above 0 and up to 1", alpha)
	}
	e := r.Mean
	t := milliseconds(e)
	p := figure.Panel{X: figure.Axis{Label: "time", Unit: "ms", Min: t[0], Max: t[len(t)-1]}, Y: figure.Axis{Label: e.Channels[0].Kind, Unit: e.Channels[0].Unit}, Legend: "off"}
	colors := []string{"orange", "blue", "green", "purple", "red", "sky"}
	half := 500 / e.FS
	var maps []figure.Panel
	in := map[string]bool{}
	drawn := 0
	for k, c := range r.Clusters {
		if c.P > alpha {
			continue
		}
		x, color := r.Extents[k], colors[drawn%len(colors)]
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.VSpan, X: []float64{float64(1000*x.From) - half, float64(1000*x.To) + half}, Color: color})
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Note, X: []float64{500 * (x.From + x.To)}, Y: []float64{math.NaN()}, Text: fmt.Sprintf("%d: p = %s", k+1, probability(c.P)), Align: 0.5, Size: 7})
		for _, name := range x.Channels {
			in[name] = true
		}
		if drawn++; len(maps) < 3 {
			if m, err := r.head(k); err == nil {
				maps = append(maps, m)
			}
		}
	}
	p.Layers = append(p.Layers, figure.Layer{Kind: figure.HLine, Y: []float64{0}})
	if t[0] < 0 && t[len(t)-1] > 0 {
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.VLine, X: []float64{0}, Dash: true})
	}
	top := math.Inf(-1)
	low := math.Inf(1)
	for c, ch := range e.Channels {
		l := figure.Layer{Kind: figure.Line, X: t, Y: e.X[c], Color: "grey", Width: 0.6, Alpha: 0.6}
		if in[ch.Name] {
			l.Color, l.Alpha = "black", 0.85
		}
		p.Layers = append(p.Layers, l)
		top, low = math.Max(top, slices.Max(e.X[c])), math.Min(low, slices.Min(e.X[c]))
	}
	p.Y.Min, p.Y.Max = low-float64(0.05*(top-low)), top+float64((0.06+float64(0.08*float64(min(max(drawn, 1), 3))))*(top-low))
	if low == top {
		p.Y.Min, p.Y.Max = 0, 0
	}
	notes := 0 // in three rows, so that those of clusters at one time do not cover each other
	for i := range p.Layers {
		if l := &p.Layers[i]; l.Kind == figure.Note {
			l.Y[0] = top + float64((0.06+float64(0.08*float64(notes%3)))*(top-low))
			notes++
		}
	}
	f := &figure.Figure{Width: 16, Height: 8, Panels: []figure.Panel{p}}
	f.Title = fmt.Sprintf("%s: %s with p up to %s", r.Name, spell.Count(drawn, "cluster"), probability(alpha))
	if len(maps) > 0 {
		f.Cols, f.Panels, f.Widths = 1+len(maps), append(f.Panels, maps...), []float64{2}
		for range maps {
			f.Widths = append(f.Widths, 1)
		}
		f.Width, f.Height = 12+float64(5*float64(len(maps))), 7
	}
	return f, nil
}

// probability writes a p.
func probability(p float64) string { return strings.TrimPrefix(fmt.Sprintf("%.2g", p), "0") }

// head returns the map of a cluster.
func (r *EvokedClusters) head(k int) (figure.Panel, error) {
	x, e := r.Extents[k], r.Mean
	from, to, err := e.window("EvokedClusters.Plot", x.From, x.To)
	if err != nil {
		return figure.Panel{}, err
	}
	s, err := mapOf("EvokedClusters.Plot", e.Channels)
	if err != nil {
		return figure.Panel{}, err
	}
	f, err := s.draw(s.values(func(c int) float64 { return mean(e.X[c][from : to+1]) }))
	if err != nil {
		return figure.Panel{}, err
	}
	p := f.Panels[0]
	p.Title = fmt.Sprintf("%d: %s to %s ms", k+1, display.Number(math.Round(1000*x.From)), display.Number(math.Round(1000*x.To)))
	for _, l := range slices.Clone(p.Layers) { // the electrodes, in the order of the channels
		if l.Kind == figure.Points && len(l.X) == len(s.groups) {
			marks := figure.Layer{Kind: figure.Points, Color: "white", Size: 4.5, Marker: "circle"}
			for k, g := range s.groups {
				if slices.ContainsFunc(g, func(c int) bool { return slices.Contains(x.Channels, e.Channels[c].Name) }) {
					marks.X, marks.Y = append(marks.X, l.X[k]), append(marks.Y, l.Y[k])
				}
			}
			inner := marks
			inner.Color, inner.Size = "black", 3
			p.Layers = append(p.Layers, marks, inner)
		}
	}
	return p, nil
}
