package network

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/synapse"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Count is the size of a network before it is built.
type Count struct {
	Cells    int
	Synapses []float64 // by projection, on average where they are random
	Total    float64   // synapses
	Bytes    float64   // memory of the synapses, about, and of what plasticity keeps of their targets

	links []*link
}

// Count counts what Build would make, and finds the mistakes of the description.
func (n Network) Count() (*Count, error) {
	models, links, _, err := n.read()
	if err != nil {
		return nil, err
	}
	c := &Count{Synapses: make([]float64, len(n.Projections)), links: links}
	for p, m := range models {
		if m != nil {
			c.Cells += n.Populations[p].size()
		}
	}
	for _, l := range links {
		e := l.rule.expected()
		c.Synapses[l.number] += e
		c.Total += e
		c.Bytes += l.bytes() + l.perTargets(&n)
	}
	return c, nil
}

// Table returns the projections as a table, with how many synapses they have.
func (n Network) Table() (table.Table, error) {
	c, err := n.Count()
	if err != nil {
		return table.Table{}, err
	}
	title := n.Name
	if title == "" {
		title = "network"
	}
	cols := []table.Col{{Name: "from"}, {Name: "to"}, {Name: "rule"}, {Name: "receptor"}, {Name: "weight"}, {Name: "delay"}, {Name: "plasticity"}, {Name: "memory"}, {Name: "synapses"}}
	learns, procedural := false, false
	for i := range n.Projections {
		p := &n.Projections[i]
		to, rule, weight, delay := p.To, p.Rule.Name(), p.Weight, p.Delay
		if to == "" {
			to = "all"
		}
		if weight == "" {
			weight = "of the list"
		}
		if delay == "" {
			delay = "0"
		}
		plastic := ""
		if p.Plasticity != nil {
			plastic, learns = fmt.Sprintf("%T", p.Plasticity), true
		}
		if p.Scaling != (plasticity.SynapticScaling{}) {
			plastic, learns = strings.TrimPrefix(plastic+", scaling", ", "), true
		}
		if p.ShortTerm != (synapse.TsodyksMarkram{}) {
			plastic, learns = strings.TrimPrefix(plastic+", short-term", ", "), true
		}
		memory := "stored"
		if p.Procedural {
			memory, procedural = "procedural", true
		}
		for k, text := range []string{p.From, to, rule, p.Receptor, weight, delay, plastic, memory} {
			cols[k].Text = append(cols[k].Text, text)
		}
		cols[8].Num = append(cols[8].Num, math.Round(c.Synapses[i]))
	}
	for i := range n.Background {
		b := &n.Background[i]
		to := b.To
		if to == "" {
			to = "all"
		}
		for k, text := range []string{"background", to, fmt.Sprintf("%d at %s", max(b.N, 1), b.Rate), b.Receptor, b.Weight, "", "", ""} {
			cols[k].Text = append(cols[k].Text, text)
		}
		cols[8].Num = append(cols[8].Num, math.NaN())
	}
	if !procedural {
		cols = slices.Delete(cols, 7, 8)
	}
	if !learns {
		cols = slices.Delete(cols, 6, 7)
	}
	return table.Table{Title: fmt.Sprintf("%s: %d cells, %.4g synapses, %s", title, c.Cells, c.Total, size(c.Bytes)), Cols: cols}, nil
}

// size writes a number of bytes.
func size(bytes float64) string {
	switch {
	case bytes >= 1e12:
		return fmt.Sprintf("%.3g TB", bytes/1e12)
	case bytes >= 1e9:
		return fmt.Sprintf("%.3g GB", bytes/1e9)
	case bytes >= 1e6:
		return fmt.Sprintf("%.3g MB", bytes/1e6)
	}
	return fmt.Sprintf("%.3g kB", bytes/1e3)
}

// Show shows the projections as a table, or what is wrong with the description.
func (n Network) Show() display.Bundle {
	t, err := n.Table()
	if err != nil {
		return display.Text(err.Error())
	}
	return t.Show()
}

// Show says how large the network is and where it is in time.
func (s *Simulation) Show() display.Bundle { return display.Text(s.String()) }

// String says how large the network is and where it is in time.
func (s *Simulation) String() string {
	cells := 0
	for p, m := range s.models {
		if m != nil {
			cells += s.net.Populations[p].size()
		}
	}
	return fmt.Sprintf("network of %d cells and %d synapses (%s) in %d parts, at %g ms", cells, s.synapses, size(float64(s.bytes)), len(s.shards), s.Time())
}

// Show draws the figure of Plot.
func (r *Result) Show() display.Bundle { return r.Plot().Show() }

// shown is how many cells the raster of Plot has.
const shown = 120

// Plot returns a raster of some cells of each population above the rates of the
// populations over time, and below them local field potentials and traces that were
// recorded.
func (r *Result) Plot() *figure.Figure {
	raster := figure.Panel{X: figure.Axis{Label: "time", Unit: "ms"}, Y: figure.Axis{Label: "cell"}}
	rates := figure.Panel{X: figure.Axis{Label: "time", Unit: "ms"}, Y: figure.Axis{Label: "rate", Unit: "Hz"}, Legend: "beside"}
	total := 0
	for i := range r.pops {
		total += r.pops[i].n
	}
	colors := []string{"blue", "red", "green", "orange", "purple", "brown", "pink", "grey"}
	row := 0
	bin := math.Max(r.Dt, math.Min(math.Max(math.Round((r.T1-r.T0)/200), 1), 10))
	for i := range r.pops {
		p := &r.pops[i]
		color := colors[i%len(colors)]
		if !p.quiet {
			rows := min(p.n, max(4, shown*p.n/max(total, 1)))
			l := figure.Layer{Kind: figure.Ticks, Color: color}
			begin := 0
			for k, end := range p.ends {
				for _, c := range p.cells[begin:end] {
					if int(c) < rows {
						l.X = append(l.X, float64(float64(r.first+uint64(k))*r.Dt))
						l.Y = append(l.Y, float64(row+int(c)))
					}
				}
				begin = end
			}
			raster.Layers = append(raster.Layers, l)
			row += rows
		}
		if t, err := r.PopulationRate(p.name, bin); err == nil {
			rates.Layers = append(rates.Layers, figure.Layer{Kind: figure.Line, Name: p.name, Color: color, X: t.Time(), Y: t.Y})
		}
	}
	raster.Y.Min, raster.Y.Max = -0.6, math.Max(0.6, float64(row)-0.4)
	raster.X.Min, raster.X.Max = r.T0, r.T1
	rates.X.Min, rates.X.Max = r.T0, r.T1
	f := &figure.Figure{ShareX: true, Height: 11, Panels: []figure.Panel{raster, rates}, Heights: []float64{2, 1}}
	for _, t := range r.LFP {
		p := figure.Panel{X: figure.Axis{Label: "time", Unit: "ms"}, Y: figure.Axis{Label: lfpLabel(t), Unit: t.Unit}}
		p.Layers = []figure.Layer{{Kind: figure.Line, Color: "black", X: t.Time(), Y: t.Y}}
		f.Panels, f.Heights, f.Height = append(f.Panels, p), append(f.Heights, 1), f.Height+3
	}
	for _, list := range r.Traces {
		if len(list) == 0 {
			continue
		}
		p := figure.Panel{X: figure.Axis{Label: "time", Unit: "ms"}, Y: figure.Axis{Label: list[0].Name, Unit: list[0].Unit}}
		for _, t := range list {
			p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, X: t.Time(), Y: t.Y})
		}
		f.Panels, f.Heights, f.Height = append(f.Panels, p), append(f.Heights, 1), f.Height+3
	}
	return f
}

// Plot returns the figure of how many synapses a member of each population (column)
// has from each population (row), on average.
func (n Network) Plot() (*figure.Figure, error) {
	c, err := n.Count()
	if err != nil {
		return nil, err
	}
	names := make([]string, len(n.Populations))
	w := make([][]float64, len(n.Populations))
	for i := range w {
		names[i], w[i] = n.Populations[i].Name, make([]float64, len(n.Populations))
	}
	for _, l := range c.links {
		w[l.from][l.to] += l.rule.expected() / float64(n.Populations[l.to].size())
	}
	for _, row := range w {
		for j, x := range row {
			if x == 0 {
				row[j] = math.NaN() // not drawn
			}
		}
	}
	f := plot.Connectivity(w, names)
	f.Panels[0].X.Label, f.Panels[0].Y.Label = "to", "from"
	f.Panels[0].ColorBar = figure.Axis{Label: "synapses per cell"}
	return f, nil
}
