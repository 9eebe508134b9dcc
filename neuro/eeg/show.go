package eeg

import (
	"fmt"
	"html"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// mostDrawn is how many channels a figure has room for.
const mostDrawn = 24

// String describes the recording in a line.
func (r *Recording) String() string {
	var parts []string
	kinds := map[string]int{}
	var order []string
	for _, c := range r.Channels {
		if kinds[c.Kind]++; kinds[c.Kind] == 1 {
			order = append(order, c.Kind)
		}
	}
	for _, k := range order {
		parts = append(parts, fmt.Sprintf("%d %s", kinds[k], k))
	}
	lo, hi := math.Inf(1), 0.0
	for _, c := range r.Channels {
		lo, hi = math.Min(lo, c.FS), math.Max(hi, c.FS)
	}
	s := fmt.Sprintf("%s (%s)", spell.Count(len(r.Channels), "channel"), strings.Join(parts, ", "))
	switch {
	case lo == hi:
		s += fmt.Sprintf(" at %s Hz", display.Number(lo))
	case lo < hi:
		s += fmt.Sprintf(" at %s to %s Hz", display.Number(lo), display.Number(hi))
	}
	if n := len(r.Bad()); n > 0 {
		s += fmt.Sprintf(", %d bad", n)
	}
	s += fmt.Sprintf(", %s s", display.Number(r.Dur()))
	if n := len(r.Gaps()); n > 0 {
		s += fmt.Sprintf(" with %s", spell.Count(n, "gap"))
	}
	if n := len(r.Annotations); n > 0 {
		s += ", " + spell.Count(n, "annotation")
	}
	if r.Format != "" {
		s = r.Format + ": " + s
	}
	if n := r.Problems.Count("warning"); n > 0 {
		s += fmt.Sprintf("; %s: see Problems", spell.Count(n, "warning"))
	}
	return s
}

// Table returns the channels as a table, with a column that says which are bad where some are.
func (r *Recording) Table() table.Table {
	cols := []table.Col{{Name: "channel"}, {Name: "kind"}, {Name: "unit"}, {Name: "rate", Unit: "Hz"}, {Name: "samples"}, {Name: "filter"}}
	for c, ch := range r.Channels {
		cols[0].Text = append(cols[0].Text, ch.Name)
		cols[1].Text = append(cols[1].Text, ch.Kind)
		cols[2].Text = append(cols[2].Text, ch.Unit)
		cols[3].Num = append(cols[3].Num, ch.FS)
		cols[4].Num = append(cols[4].Num, float64(r.Samples(c)))
		cols[5].Text = append(cols[5].Text, ch.Filter)
	}
	if len(r.Bad()) > 0 {
		col := table.Col{Name: "bad"}
		for _, ch := range r.Channels {
			col.Text = append(col.Text, map[bool]string{true: "bad", false: ""}[ch.Bad])
		}
		cols = append(cols, col)
	}
	return table.Table{Title: r.String(), Cols: cols}
}

// Events returns the annotations as a table.
func (r *Recording) Events() table.Table {
	cols := []table.Col{{Name: "onset", Unit: "s"}, {Name: "duration", Unit: "s"}, {Name: "kind"}, {Name: "text"}, {Name: "channel"}}
	for _, a := range r.Annotations {
		cols[0].Num, cols[1].Num = append(cols[0].Num, a.Onset), append(cols[1].Num, a.Dur)
		cols[2].Text, cols[3].Text, cols[4].Text = append(cols[2].Text, a.Kind), append(cols[3].Text, a.Text), append(cols[4].Text, a.Channel)
	}
	return table.Table{Cols: cols}
}

// Show shows the table of channels, and below it the figure of the first seconds.
func (r *Recording) Show() display.Bundle {
	t := r.Table().Show()
	f, err := r.Plot(0, 0)
	if err != nil { // the file is gone or broken; what the header told is shown with the reason
		text := fmt.Sprint(err)
		t.Data[display.TypeText] = fmt.Sprint(t.Data[display.TypeText]) + "\n" + text
		t.Data[display.TypeHTML] = fmt.Sprint(t.Data[display.TypeHTML]) + "<p>" + html.EscapeString(text) + "</p>"
		return t
	}
	return figure.Under(f, "the first seconds", t)
}

// Plot draws channels below each other from a time to another, in s, with annotations as
// dashed lines. to 0 is ten seconds after from, or the end. Without names it draws up to
// 24 channels of the kind and the unit that most have. Errors are those of Read, and
// channels that differ in unit or rate.
func (r *Recording) Plot(from, to float64, channels ...string) (*figure.Figure, error) {
	if to == 0 {
		to = math.Min(from+10, r.Dur())
	}
	left := 0
	if len(channels) == 0 {
		channels, left = r.drawn()
	}
	p, err := r.Read(from, to, channels...)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(p.Channels))
	for k, c := range p.Channels {
		names[k] = c.Name
		if c.Unit != p.Channels[0].Unit || c.FS != p.Channels[0].FS {
			return nil, fmt.Errorf("eeg: Plot: %s is in %q at %g Hz and %s in %q at %g Hz; one figure has one unit and one rate", c.Name, c.Unit, c.FS, names[0], p.Channels[0].Unit, p.Channels[0].FS)
		}
	}
	if len(p.X) == 0 || len(p.X[0]) == 0 {
		return nil, fmt.Errorf("eeg: Plot: there are no samples from %g to %g s", from, to)
	}
	fs := p.Channels[0].FS
	f := plot.Channels(p.X, fs, names, p.Channels[0].Unit)
	for i := range f.Panels[0].Layers { // the clock of the recording
		for j := range f.Panels[0].Layers[i].X {
			f.Panels[0].Layers[i].X[j] += float64(p.First[0]) / fs
		}
	}
	var at []float64
	free := math.Inf(-1) // from where there is room for a text
	for _, a := range r.Annotations {
		if a.Onset >= from && a.Onset < to {
			at = append(at, a.Onset)
			if a.Onset >= free {
				free = a.Onset + float64(0.07*(to-from))
				text := strings.TrimSpace(a.Text)
				if runes := []rune(text); len(runes) > 16 {
					text = string(runes[:15]) + "…"
				}
				f.Panels[0].Layers = append(f.Panels[0].Layers, figure.Layer{Kind: figure.Note, X: []float64{a.Onset}, Y: []float64{f.Panels[0].Y.Min}, Text: text, Size: 6, Color: "red"})
			}
		}
	}
	if len(at) > 0 {
		f.Panels[0].Layers = append(f.Panels[0].Layers, figure.Layer{Kind: figure.VLine, X: at, Dash: true, Color: "red", Width: 0.6})
	}
	if left > 0 {
		f.Title = fmt.Sprintf("%d of %d channels", len(names), len(r.Channels))
	}
	return f, nil
}

// drawn returns the names of up to mostDrawn channels of the most frequent kind, unit and
// rate, and how many channels are left.
func (r *Recording) drawn() (names []string, left int) {
	type group struct {
		kind, unit string
		fs         float64
	}
	of := func(c Channel) group { return group{c.Kind, c.Unit, c.FS} }
	counts := map[group]int{}
	for _, c := range r.Channels {
		counts[of(c)]++
	}
	best := group{}
	for _, c := range r.Channels { // the first of the most frequent ones
		if counts[of(c)] > counts[best] {
			best = of(c)
		}
	}
	for _, c := range r.Channels {
		if of(c) == best && len(names) < mostDrawn {
			names = append(names, c.Name)
		}
	}
	return names, len(r.Channels) - len(names)
}
