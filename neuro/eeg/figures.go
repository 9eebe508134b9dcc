package eeg

import (
	"fmt"
	"html"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
)

// String describes the band in a line.
func (b *Band) String() string {
	what := fmt.Sprintf("%g%% band (%s", 100*b.Level, b.Method)
	if b.Simultaneous {
		what += ", simultaneous"
	}
	return fmt.Sprintf("%s), %s", what, b.Mean)
}

// Show shows the figure of Plot.
func (b *Band) Show() display.Bundle {
	f, err := b.Plot()
	if err != nil {
		return display.Text(b.String() + "; " + err.Error())
	}
	out := f.Show()
	out.Data[display.TypeText] = b.String()
	return out
}

// Plot draws the mean of channels with the band, a panel for each. Without names it is the
// good channel that reaches furthest from 0.
func (b *Band) Plot(channels ...string) (*figure.Figure, error) {
	if len(channels) == 0 {
		p, err := b.Mean.Peak("abs", math.Inf(-1), math.Inf(1))
		if err != nil {
			return nil, err
		}
		channels = []string{p.Channel}
	}
	out := &figure.Figure{Width: 16, ShareX: true}
	for _, name := range channels {
		f, err := PlotBands(name, b)
		if err != nil {
			return nil, err
		}
		p := f.Panels[0]
		p.Title = name
		out.Panels = append(out.Panels, p)
	}
	out.Height = math.Min(24, 2+float64(5*float64(len(channels))))
	return out, nil
}

// PlotBands draws one channel of several bands over each other, as of conditions and their
// difference; the comment of each mean is its name. A channel that is not there, no bands,
// and units that differ are errors.
func PlotBands(channel string, bands ...*Band) (*figure.Figure, error) {
	if len(bands) == 0 {
		return nil, fmt.Errorf("eeg: PlotBands: there is no band")
	}
	colors := []string{"blue", "orange", "green", "purple", "red", "sky", "brown", "pink"}
	p := figure.Panel{X: figure.Axis{Label: "time", Unit: "ms"}}
	p.Layers = append(p.Layers, figure.Layer{Kind: figure.HLine, Y: []float64{0}}, figure.Layer{Kind: figure.VLine, X: []float64{0}, Dash: true})
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, b := range bands {
		index, err := find("PlotBands", b.Mean.Channels, []string{channel})
		if err != nil {
			return nil, err
		}
		c := index[0]
		unit := b.Mean.Channels[c].Unit
		if i > 0 && unit != p.Y.Unit {
			return nil, fmt.Errorf("eeg: PlotBands: %s is in %q in band %d and in %q in band 0", channel, unit, i, p.Y.Unit)
		}
		p.Y = figure.Axis{Label: channel, Unit: unit}
		t := milliseconds(b.Mean)
		lo, hi = math.Min(lo, t[0]), math.Max(hi, t[len(t)-1])
		color := colors[i%len(colors)]
		name := b.Mean.Comment
		if name == "" {
			name = fmt.Sprintf("mean %d", i+1)
		}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Area, X: t, Y: b.Lo[c], Y2: b.Hi[c], Color: color, Alpha: 0.22},
			figure.Layer{Kind: figure.Line, X: t, Y: b.Mean.X[c], Color: color, Width: 1.5, Name: fmt.Sprintf("%s (%s)", name, spell.Count(b.Mean.N, "trial"))})
	}
	p.X.Min, p.X.Max = lo, hi
	f := &figure.Figure{Width: 16, Height: 8.5, Panels: []figure.Panel{p}}
	b := bands[0]
	p.Title = ""
	f.Title = fmt.Sprintf("mean with %g%% confidence band, %s", 100*b.Level, map[bool]string{true: "of all times at once", false: "at each time"}[b.Simultaneous])
	return f, nil
}

func milliseconds(e *Evoked) []float64 {
	t := e.Times()
	for i := range t {
		t[i] *= 1000
	}
	return t
}

// Show shows the log of the epochs and the figure of their mean.
func (ep *Epochs) Show() display.Bundle {
	t := ep.Log().Show()
	e, err := ep.Average()
	var f *figure.Figure
	if err == nil {
		f, err = e.Plot()
	}
	if err != nil {
		t.Data[display.TypeText] = fmt.Sprint(t.Data[display.TypeText]) + "\n" + err.Error()
		t.Data[display.TypeHTML] = fmt.Sprint(t.Data[display.TypeHTML]) + "<p>" + html.EscapeString(err.Error()) + "</p>"
		return t
	}
	return figure.Under(f, "the mean over trials", t)
}

// Image draws one channel of all trials as rows of colours, the first at the bottom, above
// their mean. With by, a value for each trial, rows ascend in it; values that are times
// within the epoch, s, such as reaction times, are drawn as a line. Colours reach to the
// 99th percentile of the absolute values. No trials, a channel that is not there, and
// values that are not as many as trials, or NaN, are errors.
func (ep *Epochs) Image(channel string, by ...float64) (*figure.Figure, error) {
	if err := ep.some("Epochs.Image", 1); err != nil {
		return nil, err
	}
	index, err := find("Epochs.Image", ep.Channels, []string{channel})
	if err != nil {
		return nil, err
	}
	c, n := index[0], ep.Len()
	if len(by) != 0 && len(by) != n {
		return nil, fmt.Errorf("eeg: Epochs.Image: %d values to sort %s by; as many are needed", len(by), spell.Count(n, "trial"))
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
		if len(by) > 0 && math.IsNaN(by[i]) {
			return nil, fmt.Errorf("eeg: Epochs.Image: the value of trial %d is NaN", i)
		}
	}
	if len(by) > 0 {
		sort.SliceStable(order, func(a, b int) bool { return by[order[a]] < by[order[b]] })
	}
	e, err := ep.Average()
	if err != nil {
		return nil, err
	}
	t := milliseconds(e)
	half := 500 / ep.FS
	ch := ep.Channels[c]
	image := figure.Layer{Kind: figure.Image, X: []float64{t[0] - half, t[len(t)-1] + half}, Y: []float64{0.5, float64(n) + 0.5}, Map: "RdBu_r"}
	var size []float64
	within := len(by) > 0
	line := figure.Layer{Kind: figure.Line, Color: "#000000", Width: 1.2}
	for k, i := range order {
		image.Z = append(image.Z, ep.X[i][c])
		for _, v := range ep.X[i][c] {
			if a := math.Abs(v); !math.IsNaN(a) {
				size = append(size, a)
			}
		}
		if within {
			within = by[i]*1000 >= t[0] && by[i]*1000 <= t[len(t)-1]
			line.X, line.Y = append(line.X, by[i]*1000), append(line.Y, float64(k+1))
		}
	}
	sort.Float64s(size)
	if len(size) > 0 {
		image.Hi = ranked(size, 0.99)
	}
	if image.Hi == 0 {
		image.Hi = 1
	}
	image.Lo = -image.Hi
	x := figure.Axis{Label: "time", Unit: "ms", Min: t[0], Max: t[len(t)-1]}
	label := "trial"
	if len(by) > 0 {
		label = "trial, sorted"
	}
	p := figure.Panel{X: x, Y: figure.Axis{Label: label, Min: 0.5, Max: float64(n) + 0.5}, ColorBar: figure.Axis{Label: channel, Unit: ch.Unit}, Legend: "off"}
	p.Layers = []figure.Layer{image, {Kind: figure.VLine, X: []float64{0}, Dash: true, Color: "#000000", Width: 0.8}}
	if within {
		p.Layers = append(p.Layers, line)
	}
	q := figure.Panel{X: x, Y: figure.Axis{Label: "mean", Unit: ch.Unit}, Legend: "off"}
	q.Layers = []figure.Layer{{Kind: figure.HLine, Y: []float64{0}}, {Kind: figure.VLine, X: []float64{0}, Dash: true}}
	if n > 1 {
		if one, err := ep.Pick(channel); err == nil {
			if b, err := one.Band(BandOptions{}); err == nil {
				q.Layers = append(q.Layers, figure.Layer{Kind: figure.Area, X: t, Y: b.Lo[0], Y2: b.Hi[0], Color: "blue", Alpha: 0.25})
			}
		}
	}
	q.Layers = append(q.Layers, figure.Layer{Kind: figure.Line, X: t, Y: e.X[c], Color: "blue", Width: 1.4})
	return &figure.Figure{Width: 13, Height: 11, Title: fmt.Sprintf("%s, %s", channel, spell.Count(n, "trial")), ShareX: true, Heights: []float64{2.6, 1}, Panels: []figure.Panel{p, q}}, nil
}

// tops returns the times of the largest local maxima of the field power, ascending.
func (e *Evoked) tops(n int, names []string) ([]float64, error) {
	g, err := e.GFP(names...)
	if err != nil {
		return nil, err
	}
	t := e.Times()
	var at []int
	for k := 1; k+1 < len(g); k++ {
		if g[k] > g[k-1] && g[k] >= g[k+1] {
			at = append(at, k)
		}
	}
	sort.SliceStable(at, func(a, b int) bool { return g[at[a]] > g[at[b]] })
	// Ripples are one peak: between two, the power falls below 0.85 of the lower one.
	var kept []int
	for _, k := range at {
		apart := true
		for _, o := range kept {
			valley := g[k]
			for i := min(k, o); i < max(k, o); i++ {
				valley = math.Min(valley, g[i])
			}
			apart = apart && valley < 0.85*g[k]
		}
		if apart && len(kept) < n {
			kept = append(kept, k)
		}
	}
	sort.Ints(kept)
	var out []float64
	for _, k := range kept {
		out = append(out, t[k])
	}
	if len(out) == 0 && len(t) > 0 { // it only rises or falls
		best := 0
		for k := range g {
			if g[k] > g[best] {
				best = k
			}
		}
		out = []float64{t[best]}
	}
	return out, nil
}
