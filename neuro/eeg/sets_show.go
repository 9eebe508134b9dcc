package eeg

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Table returns the averages as a table.
func (a Averages) Table() table.Table {
	cols := []table.Col{{Name: "average"}, {Name: "kind"}, {Name: "trials"}, {Name: "channels"}, {Name: "from", Unit: "ms"}, {Name: "to", Unit: "ms"}, {Name: "rate", Unit: "Hz"}}
	for _, e := range a {
		kind := e.Kind
		if kind == "" {
			kind = "average"
		}
		cols[0].Text, cols[1].Text = append(cols[0].Text, e.Comment), append(cols[1].Text, kind)
		for k, v := range []float64{float64(e.N), float64(len(e.Channels)), e.T0 * 1000, (e.T0 + float64(e.Samples()-1)/e.FS) * 1000, e.FS} {
			cols[2+k].Num = append(cols[2+k].Num, v)
		}
	}
	return table.Table{Title: spell.Count(len(a), "average"), Cols: cols}
}

// Show shows the table and below it the figure of Plot.
func (a Averages) Show() display.Bundle {
	t := a.Table().Show()
	f, err := a.Plot()
	if err != nil {
		return t
	}
	return figure.Under(f, "field power", t)
}

// Plot draws the global field power of each average over time, a panel for each kind and
// unit of the good channels. Standard errors are left out. No average with two or more
// channels of a kind is an error.
func (a Averages) Plot() (*figure.Figure, error) {
	f := &figure.Figure{Width: 16, ShareX: true}
	at := map[[2]string]int{}
	colors := []string{"blue", "red", "green", "orange", "purple", "cyan", "brown", "grey"}
	for k, e := range a {
		if e.Kind == "standard error" || e.Samples() == 0 || len(e.X) != len(e.Channels) {
			continue
		}
		t := e.Times()
		for i := range t {
			t[i] *= 1000
		}
		for _, index := range grouped(e.Channels) {
			ch := e.Channels[index[0]]
			if ch.Kind == "trigger" || len(index) < 2 {
				continue
			}
			names := make([]string, len(index))
			for i, c := range index {
				names[i] = e.Channels[c].Name
			}
			g, err := e.GFP(names...)
			if err != nil {
				continue
			}
			key := [2]string{ch.Kind, ch.Unit}
			p, ok := at[key]
			if !ok {
				p = len(f.Panels)
				at[key] = p
				kind := ch.Kind
				if ch.Coil != "" {
					kind = ch.Coil + "s"
				}
				f.Panels = append(f.Panels, figure.Panel{Title: kind, X: figure.Axis{Label: "time", Unit: "ms"}, Y: figure.Axis{Label: "GFP", Unit: ch.Unit},
					Layers: []figure.Layer{{Kind: figure.VLine, X: []float64{0}, Dash: true}}})
				if p > 0 {
					f.Panels[p].Legend = "off"
				}
			}
			f.Panels[p].Layers = append(f.Panels[p].Layers, figure.Layer{Kind: figure.Line, X: t, Y: g, Name: e.Comment, Color: colors[k%len(colors)], Width: 1.2})
		}
	}
	if len(f.Panels) == 0 {
		return nil, fmt.Errorf("eeg: Averages.Plot: none of %s has two or more good channels of a kind", spell.Count(len(a), "average"))
	}
	f.Height = 1.5 + float64(4.2*float64(len(f.Panels)))
	return f, nil
}

// Table returns the projectors as a table.
func (p Projectors) Table() table.Table {
	cols := []table.Col{{Name: "projector"}, {Name: "kind"}, {Name: "vectors"}, {Name: "channels"}, {Name: "taken out"}, {Name: "explained", Unit: "%"}}
	for _, q := range p {
		active := "no"
		if q.Active {
			active = "yes"
		}
		explained := math.NaN()
		if q.Explained > 0 {
			explained = 100 * q.Explained
		}
		cols[0].Text, cols[1].Text, cols[4].Text = append(cols[0].Text, q.Name), append(cols[1].Text, q.Kind), append(cols[4].Text, active)
		cols[2].Num, cols[3].Num, cols[5].Num = append(cols[2].Num, float64(len(q.Vectors))), append(cols[3].Num, float64(len(q.Channels))), append(cols[5].Num, explained)
	}
	return table.Table{Title: spell.Count(len(p), "projector"), Cols: cols}
}

// Show shows the table.
func (p Projectors) Show() display.Bundle { return p.Table().Show() }

// Plot draws the vectors of projectors as maps of the head, of the channels that tell
// where sensors are; of planar gradiometers at one place the root mean square. Up to 12
// are drawn; average references, which are the same everywhere, and vectors of which fewer
// than three good channels have a place are left out, and when none is left that is an
// error.
func (p Projectors) Plot(channels []Channel) (*figure.Figure, error) {
	f := &figure.Figure{}
	left := 0
	var last error
	for _, q := range p {
		if q.Kind == "average reference" {
			continue
		}
		at := map[string]int{}
		for k, name := range q.Channels {
			at[name] = k
		}
		for k, v := range q.Vectors {
			var some []Channel
			var x []float64
			for _, ch := range channels {
				if i, ok := at[ch.Name]; ok && i < len(v) {
					some, x = append(some, ch), append(x, v[i])
				}
			}
			s, err := mapOf("Projectors.Plot", some)
			var m *figure.Figure
			if err == nil {
				m, err = s.draw(s.values(func(c int) float64 { return x[c] }))
			}
			if err != nil {
				last = err
				continue
			}
			if len(f.Panels) == 12 {
				left++
				continue
			}
			panel := m.Panels[0]
			panel.NoColorBar = true
			panel.Layers[len(panel.Layers)-1].Size = 1.6
			most := 0.0
			for _, row := range panel.Layers[0].Z {
				for _, v := range row {
					if math.Abs(v) > most {
						most = math.Abs(v)
					}
				}
			}
			if l := &panel.Layers[0]; !s.paired && most > 0 {
				l.Map, l.Lo, l.Hi = "RdBu_r", -most, most
			}
			if panel.Title = q.Name; len(q.Vectors) > 1 {
				panel.Title = fmt.Sprintf("%s, %d", q.Name, k+1)
			}
			if runes := []rune(panel.Title); len(runes) > 26 {
				panel.Title = string(runes[:25]) + "…"
			}
			f.Panels = append(f.Panels, panel)
		}
	}
	if len(f.Panels) == 0 {
		if last == nil {
			last = fmt.Errorf("eeg: Projectors.Plot: there are no vectors of noise")
		}
		return nil, last
	}
	if left > 0 {
		f.Title = fmt.Sprintf("12 of %d vectors", 12+left)
	}
	f.Cols = min(len(f.Panels), 4)
	rows := (len(f.Panels) + f.Cols - 1) / f.Cols
	f.Width, f.Height = 1+float64(4.2*float64(f.Cols)), 0.8+float64(4.4*float64(rows))
	return f, nil
}

// String describes the covariance in a line.
func (c *Covariance) String() string {
	what := "covariance"
	if c.Diagonal {
		what = "variances"
	}
	s := fmt.Sprintf("%s of %s", what, spell.Count(len(c.Channels), "channel"))
	if c.Free > 0 {
		s += fmt.Sprintf(", %s", spell.Count(c.Free, "degree")) + " of freedom"
	}
	if c.Method != "" {
		s += ", " + c.Method
	}
	if len(c.Projectors) > 0 {
		s += ", " + spell.Count(len(c.Projectors), "projector")
	}
	if n := len(c.Bad); n > 0 {
		s += fmt.Sprintf(", bad: %s", strings.Join(c.Bad[:min(n, 8)], ", "))
	}
	return s
}

// Show shows the figure of Plot.
func (c *Covariance) Show() display.Bundle {
	b := c.Plot().Show()
	b.Data[display.TypeText] = c.String()
	return b
}

// Plot draws the correlations that the covariance holds, which have no unit, and beside
// them the standard deviation of each channel.
func (c *Covariance) Plot() *figure.Figure {
	n := len(c.Channels)
	z := make([][]float64, n)
	sd := make([]float64, n)
	number := make([]float64, n)
	for i := range z {
		sd[i], number[i] = math.Sqrt(c.Matrix[i][i]), float64(i+1)
	}
	for i := range z {
		z[i] = make([]float64, n)
		for j := range z[i] {
			z[i][j] = c.Matrix[i][j] / float64(sd[i]*sd[j])
		}
	}
	edge := []float64{0.5, float64(n) + 0.5}
	left := figure.Panel{Title: "correlation", Square: true, X: figure.Axis{Label: "channel", Min: edge[0], Max: edge[1]}, Y: figure.Axis{Label: "channel", Min: edge[0], Max: edge[1], Flip: true},
		Layers:   []figure.Layer{{Kind: figure.Image, Z: z, X: edge, Y: edge, Map: "RdBu_r", Lo: -1, Hi: 1}},
		ColorBar: figure.Axis{Label: "r"}}
	right := figure.Panel{Title: "standard deviation", X: figure.Axis{Label: "channel", Min: edge[0], Max: edge[1]}, Y: figure.Axis{Label: "in the unit of each channel", Log: true},
		Layers: []figure.Layer{{Kind: figure.Points, X: number, Y: sd, Color: "blue", Size: 2.5}}}
	return &figure.Figure{Title: c.String(), Width: 18, Height: 8.5, Cols: 2, Widths: []float64{1.1, 1}, Panels: []figure.Panel{left, right}}
}
