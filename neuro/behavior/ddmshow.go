package behavior

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// String gives the estimates with their standard errors, and the notes.
func (f *DDMFit) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "drift diffusion, %d trials: ", len(f.RT))
	held := true
	for i, p := range f.Params {
		if i > 0 {
			b.WriteString(", ")
		}
		unit := ""
		if strings.HasPrefix(p.Name, "T0") || strings.HasPrefix(p.Name, "ST0") {
			unit = " s"
		}
		held = held && !strings.HasPrefix(p.Name, "Z")
		fmt.Fprintf(&b, "%s %.3f ± %.3f%s", p.Name, p.Value, p.SE, unit)
	}
	if held {
		b.WriteString(", Z 0.5 (held)")
	}
	fmt.Fprintf(&b, " (SE, S 1); log likelihood %.2f", f.LogLik)
	if !f.Converged {
		b.WriteString("; NOT CONVERGED")
	}
	for _, n := range f.Notes {
		b.WriteString("\n" + n)
	}
	return b.String()
}

// Table returns the estimates with standard errors and limits, and what was
// held.
func (f *DDMFit) Table() table.Table {
	cols := []table.Col{{Name: "parameter"}, {Name: "estimate"}, {Name: "SE"}, {Name: "lower limit"}, {Name: "upper limit"}}
	add := func(p DDMParam) {
		name := p.Name
		if strings.HasPrefix(name, "T0") || strings.HasPrefix(name, "ST0") {
			name += " (s)"
		}
		cols[0].Text = append(cols[0].Text, name)
		for k, v := range []float64{p.Value, p.SE, p.Lo, p.Hi} {
			cols[k+1].Num = append(cols[k+1].Num, v)
		}
	}
	held := true
	for _, p := range f.Params {
		add(p)
		held = held && !strings.HasPrefix(p.Name, "Z")
	}
	if held {
		add(DDMParam{"Z (held)", 0.5, 0, f.Lo.Z, f.Hi.Z})
	}
	return table.Table{Title: f.String(), Cols: cols}
}

// Plot draws the histograms of the response times at both boundaries with the
// fitted densities.
func (f *DDMFit) Plot() *figure.Figure {
	end := slices.Max(f.RT)
	var panels []figure.Panel
	for _, up := range []bool{true, false} {
		name, color := "upper", "blue"
		if !up {
			name, color = "lower", "red"
		}
		p := timesPanel(f.RT, func(i int) bool { return f.Upper[i] == up }, end, color, func(t float64) float64 { return f.density(t, up) })
		p.Y.Label, p.Y.Flip = name, !up
		panels = append(panels, p)
	}
	return &figure.Figure{
		Title: f.title(), Width: 14, Height: 9, ShareX: true, Panels: panels,
	}
}

func (f *DDMFit) title() string {
	d := f.Model
	if len(f.Conditions) > 1 {
		return fmt.Sprintf("%d conditions, %d trials", len(f.Conditions), len(f.RT))
	}
	return fmt.Sprintf("A %.2f, V %.2f, T0 %.3f s, Z %.2f, %d trials", d.A, d.V, d.T0, d.Z, len(f.RT))
}

// density is that of all trials together, each with the model of its condition
// and strength, and outliers.
func (f *DDMFit) density(t float64, upper bool) float64 {
	sum := 0.0
	for _, g := range f.groups() {
		sum += float64(g.share * vec.Exp(g.model.LogPDF(t, upper)))
	}
	sum = float64(sum * (1 - f.Outliers))
	if t <= 1/(2*f.uniform) {
		sum += float64(f.Outliers * f.uniform)
	}
	return sum
}

// A ddmGroup is what trials with one condition and strength share.
type ddmGroup struct {
	cell     int
	strength float64
	model    DDM
	share    float64 // of all trials
}

// groups returns those of the trials, in order of condition and strength.
func (f *DDMFit) groups() []ddmGroup {
	var all []ddmGroup
	at := map[[2]float64]int{}
	for i := range f.RT {
		s := 1.0
		if f.Strength != nil {
			s = f.Strength[i]
		}
		key := [2]float64{float64(f.cell[i]), s}
		k, ok := at[key]
		if !ok {
			k = len(all)
			at[key] = k
			g := ddmGroup{cell: f.cell[i], strength: s, model: f.Conditions[f.cell[i]].Model}
			g.model.V *= s
			all = append(all, g)
		}
		all[k].share += 1 / float64(len(f.RT))
	}
	slices.SortFunc(all, func(a, b ddmGroup) int {
		switch {
		case a.cell != b.cell:
			return a.cell - b.cell
		case a.strength < b.strength:
			return -1
		case a.strength > b.strength:
			return 1
		}
		return 0
	})
	return all
}

// Show draws the figure; its text is String.
func (f *DDMFit) Show() display.Bundle { return showRT(f.Plot(), f.String()) }

// timesPanel draws the histogram of those response times, up to end, that are in, as densities of all
// trials, with the density of the model.
func timesPanel(rt []float64, in func(i int) bool, end float64, color string, density func(t float64) float64) figure.Panel {
	const bins = 40
	width := end / bins
	edges, y := make([]float64, bins+1), make([]float64, bins)
	for i := range edges {
		edges[i] = float64(i) * width
	}
	for i, t := range rt {
		if in(i) {
			y[min(int(t/width), bins-1)] += 1 / (float64(len(rt)) * width)
		}
	}
	model := figure.Layer{Kind: figure.Line, Color: "black"}
	for i := range 300 {
		t := end * float64(i) / 299
		model.X, model.Y = append(model.X, t), append(model.Y, density(t))
	}
	return figure.Panel{
		X: figure.Axis{Label: "response time", Unit: "s", Min: 0, Max: end}, Y: figure.Axis{Unit: "1/s"},
		Layers: []figure.Layer{{Kind: figure.Bars, X: edges, Y: y, Color: color, Alpha: 0.4}, model},
	}
}
