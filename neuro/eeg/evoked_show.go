package eeg

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/montage"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// String describes the evoked response in a line.
func (e *Evoked) String() string {
	s := "evoked"
	if e.Kind == "standard error" {
		s = "standard error"
	}
	if e.Comment != "" {
		s = e.Comment + ": " + s
	}
	return fmt.Sprintf("%s of %s, %s from %s to %s ms at %s Hz", s, spell.Count(e.N, "trial"), spell.Count(len(e.Channels), "channel"),
		display.Number(e.T0*1000), display.Number((e.T0+float64(e.Samples()-1)/e.FS)*1000), display.Number(e.FS))
}

// Show shows the figure of Plot.
func (e *Evoked) Show() display.Bundle {
	f, err := e.Plot()
	if err != nil {
		return display.Text(e.String() + "; " + err.Error())
	}
	b := f.Show()
	b.Data[display.TypeText] = e.String()
	return b
}

// Plot draws a butterfly: the good channels over each other, a panel for each kind and
// unit, in colours that tell where on the head a sensor is, with a small head as the key;
// below it their global field power. No samples, or no good channel, is an error.
func (e *Evoked) Plot() (*figure.Figure, error) {
	if e.Samples() == 0 || len(e.X) != len(e.Channels) {
		return nil, fmt.Errorf("eeg: Evoked.Plot: there are %d channels and %d signals of %d samples; as many are needed, with samples", len(e.Channels), len(e.X), e.Samples())
	}
	t := e.Times()
	for i := range t {
		t[i] *= 1000
	}
	f := &figure.Figure{Width: 16, ShareX: true, Title: e.title()}
	for _, index := range grouped(e.Channels) {
		ch := e.Channels[index[0]]
		if ch.Kind == "trigger" && len(grouped(e.Channels)) > 1 {
			continue
		}
		p := figure.Panel{X: figure.Axis{Label: "time", Unit: "ms", Min: t[0], Max: t[len(t)-1]}, Y: figure.Axis{Label: label(ch), Unit: ch.Unit}, Legend: "off"}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.HLine, Y: []float64{0}}, figure.Layer{Kind: figure.VLine, X: []float64{0}, Dash: true})
		colors, places := tints(e.Channels, index)
		for i, c := range index {
			p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, X: t, Y: e.X[c], Color: colors[i], Width: 0.7, Alpha: 0.85})
		}
		if key := headKey(colors, places); key != nil && len(index) > 2 {
			inset := corner(&p, e.X, index)
			inset.Panel = *key
			p.Insets = append(p.Insets, inset)
		}
		f.Panels, f.Heights = append(f.Panels, p), append(f.Heights, 3)
		names := make([]string, len(index))
		for i, c := range index {
			names[i] = e.Channels[c].Name
		}
		if g, err := e.GFP(names...); err == nil {
			q := figure.Panel{X: p.X, Y: figure.Axis{Label: "GFP", Unit: ch.Unit}}
			q.Layers = []figure.Layer{{Kind: figure.Area, X: t, Y: g, Color: "blue"}, {Kind: figure.Line, X: t, Y: g, Color: "blue", Width: 1.2}, {Kind: figure.VLine, X: []float64{0}, Dash: true}}
			f.Panels, f.Heights = append(f.Panels, q), append(f.Heights, 1.2)
		}
	}
	if len(f.Panels) == 0 {
		return nil, fmt.Errorf("eeg: Evoked.Plot: none of %s is good", spell.Count(len(e.Channels), "channel"))
	}
	sum := 0.0
	for _, h := range f.Heights {
		sum += h
	}
	f.Height = math.Min(24, 2+float64(2*sum))
	return f, nil
}

// label returns what a channel measures.
func label(ch Channel) string {
	if ch.Kind == "MEG" && ch.Coil != "" {
		return ch.Coil
	}
	return ch.Kind
}

// corner returns the corner of a panel in which signals leave most room for the key, and
// widens the panel's limits until it is free.
func corner(p *figure.Panel, x [][]float64, index []int) figure.Inset {
	const wide, high = 0.13, 0.38
	lo, hi := math.Inf(1), math.Inf(-1)
	n := len(x[index[0]])
	edge := min(n, int(wide*float64(n))+2)
	var near [2][2]float64 // left and right: lowest, highest
	for side := range near {
		near[side] = [2]float64{math.Inf(1), math.Inf(-1)}
	}
	for _, c := range index {
		for k, v := range x[c] {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				continue
			}
			lo, hi = math.Min(lo, v), math.Max(hi, v)
			if k < edge {
				near[0][0], near[0][1] = math.Min(near[0][0], v), math.Max(near[0][1], v)
			}
			if k >= n-edge {
				near[1][0], near[1][1] = math.Min(near[1][0], v), math.Max(near[1][1], v)
			}
		}
	}
	if !(hi > lo) {
		return figure.Inset{Left: 0.005, Right: wide, Bottom: 1 - high, Top: 0.99}
	}
	margin := float64(0.05 * (hi - lo))
	lo, hi = lo-margin, hi+margin
	best, side, top := math.Inf(1), 0, true
	for s := range near {
		if up := math.Max(hi, lo+(near[s][1]+margin-lo)/(1-high)) - hi; up < best {
			best, side, top = up, s, true
		}
		if down := lo - math.Min(lo, hi-(hi-near[s][0]+margin)/(1-high)); down < best {
			best, side, top = down, s, false
		}
	}
	in := figure.Inset{Left: 0.005, Right: wide, Bottom: 1 - high, Top: 0.99}
	if side == 1 {
		in.Left, in.Right = 1-wide, 0.995
	}
	if top {
		hi += best
	} else {
		in.Bottom, in.Top = 0.01, high
		lo -= best
	}
	p.Y.Min, p.Y.Max = lo, hi
	return in
}

func (e *Evoked) title() string {
	s := fmt.Sprintf("mean of %s", spell.Count(e.N, "trial"))
	if e.Kind == "standard error" {
		s = "standard error over " + spell.Count(e.N, "trial")
	}
	if e.Comment != "" {
		s = e.Comment + ", " + s
	}
	return s
}

// placer returns what tells where each of channels is: by its position, or else by its name, where
// those of at least half of the electrodes without a position are of the 10-05 system. A cap with
// the names A1 to H16 has an F3 too, and it is elsewhere.
func placer(channels []Channel) func(Channel) ([3]float64, bool) {
	without, named := 0, 0
	for _, ch := range channels {
		if ch.Kind == "EEG" && len(ch.Position) != 3 {
			without++
			if _, ok := montage.Place(ch.Name); ok {
				named++
			}
		}
	}
	return func(ch Channel) (p [3]float64, ok bool) {
		if len(ch.Position) != 3 && 2*named < without {
			return p, false
		}
		return place(ch)
	}
}

// place returns where a channel is, by its position or else by its name.
func place(ch Channel) (p [3]float64, ok bool) {
	if len(ch.Position) == 3 {
		copy(p[:], ch.Position)
		return p, finite3(p)
	}
	return montage.Place(ch.Name)
}

func finite3(p [3]float64) bool {
	d := float64(p[0]*p[0]) + float64(p[1]*p[1]) + float64(p[2]*p[2])
	return d > 0 && !math.IsInf(d, 0)
}

// tints returns a colour for each channel: red for how far right it is, green for front
// and blue for up about the centre of the head, darkened to be seen on white; grey for one without a place.
func tints(channels []Channel, index []int) (colors []string, places [][3]float64) {
	lo, hi := [3]float64{math.Inf(1), math.Inf(1), math.Inf(1)}, [3]float64{math.Inf(-1), math.Inf(-1), math.Inf(-1)}
	places = make([][3]float64, len(index))
	known := make([]bool, len(index))
	var all [][3]float64
	at := placer(channels)
	for i, c := range index {
		if places[i], known[i] = at(channels[c]); known[i] {
			all = append(all, places[i])
		}
	}
	centre := montage.Centre(all)
	for i := range index {
		for d := range 3 {
			places[i][d] -= centre[d]
			if known[i] {
				lo[d], hi[d] = math.Min(lo[d], places[i][d]), math.Max(hi[d], places[i][d])
			}
		}
	}
	colors = make([]string, len(index))
	for i := range index {
		colors[i] = "grey"
		if !known[i] {
			places[i] = [3]float64{}
			continue
		}
		var v [3]int
		for d := range 3 {
			share := 0.5
			if hi[d] > lo[d] {
				share = (places[i][d] - lo[d]) / (hi[d] - lo[d])
			}
			v[d] = int(20 + float64(share*205))
		}
		colors[i] = fmt.Sprintf("#%02x%02x%02x", v[0], v[1]*7/8, v[2])
	}
	return colors, places
}

// headKey returns a small head with the sensors in their colours, seen from above; nil
// without places.
func headKey(colors []string, places [][3]float64) *figure.Panel {
	p := &figure.Panel{Square: true, Bare: true, Legend: "off"}
	reach := 1.2
	circle := figure.Layer{Kind: figure.Line, Color: "grey", Width: 0.8}
	for k := range 61 {
		y, x := vec.Sincos(2 * math.Pi * float64(k) / 60)
		circle.X, circle.Y = append(circle.X, x), append(circle.Y, y)
	}
	p.Layers = append(p.Layers, circle, figure.Layer{Kind: figure.Line, X: []float64{-0.16, 0, 0.16}, Y: []float64{0.985, 1.16, 0.985}, Color: "grey", Width: 0.8})
	n := 0
	for i, at := range places {
		if !finite3(at) {
			continue
		}
		n++
		across := vec.Hypot(at[0], at[1])
		x, y := 0.0, 0.0
		if across > 0 {
			r := vec.Atan2(across, at[2]) / (0.4 * math.Pi)
			x, y = r*at[0]/across, r*at[1]/across
			reach = math.Max(reach, r+0.1)
		}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Points, X: []float64{x}, Y: []float64{y}, Color: colors[i], Size: 2.4})
	}
	if n < 3 {
		return nil
	}
	p.X, p.Y = figure.Axis{Min: -reach, Max: reach, Hide: true}, figure.Axis{Min: -reach, Max: reach, Hide: true}
	return p
}
