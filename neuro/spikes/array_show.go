package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// String says how many spikes were found on how many channels.
func (d *Detected) String() string {
	s := fmt.Sprintf("%s on %s in %s s", spell.Count(len(d.Times), "spike"), spell.Count(len(d.Names), "channel"), display.Number((d.T1-d.T0)/1000))
	if d.Excluded > 0 {
		s += fmt.Sprintf("; %d smaller ones near them are left out", d.Excluded)
	}
	return s
}

// Table returns a row for each channel: its noise and threshold, how many spikes it has, a
// second, and their median amplitude.
func (d *Detected) Table() table.Table {
	name, noise, level := table.Col{Name: "channel"}, table.Col{Name: "noise", Unit: d.Unit}, table.Col{Name: "threshold", Unit: d.Unit}
	count, rate, amplitude := table.Col{Name: "spikes"}, table.Col{Name: "rate", Unit: "Hz"}, table.Col{Name: "median amplitude", Unit: d.Unit}
	all := make([][]float64, len(d.Names))
	for i, c := range d.Channel {
		all[c] = append(all[c], d.Amplitude[i])
	}
	for c := range d.Names {
		name.Text = append(name.Text, d.Names[c])
		noise.Num, level.Num = append(noise.Num, d.Noise[c]), append(level.Num, d.Threshold[c])
		count.Num = append(count.Num, float64(len(all[c])))
		rate.Num = append(rate.Num, float64(len(all[c]))/(d.T1-d.T0)*1000)
		mid := math.NaN()
		if len(all[c]) > 0 {
			mid = middle(all[c])
		}
		amplitude.Num = append(amplitude.Num, mid)
	}
	return table.Table{Title: d.String(), Cols: []table.Col{name, noise, level, count, rate, amplitude}}
}

// mostDots is how many spikes the figure has a dot for.
const mostDots = 20000

// Plot draws each spike as a dot at its time and channel, coloured by its size, and beside
// that the rate of each channel. Of more than 20,000 spikes every second, third, and so on
// is drawn.
func (d *Detected) Plot() *figure.Figure {
	step := len(d.Times)/mostDots + 1
	dots := figure.Layer{Kind: figure.Points, Size: 2, Z: [][]float64{nil}, Map: "viridis"}
	for i := 0; i < len(d.Times); i += step {
		dots.X, dots.Y = append(dots.X, d.Times[i]/1000), append(dots.Y, float64(d.Channel[i]))
		dots.Z[0] = append(dots.Z[0], math.Abs(d.Amplitude[i]))
	}
	n := float64(len(d.Names))
	y := figure.Axis{Label: "channel", Min: -0.7, Max: n - 0.3}
	rates := figure.Layer{Kind: figure.Line, Color: "blue"}
	counts := make([]float64, len(d.Names))
	for _, c := range d.Channel {
		counts[c]++
	}
	for c, k := range counts {
		r := k / (d.T1 - d.T0) * 1000
		rates.X, rates.Y = append(rates.X, 0, r, math.NaN()), append(rates.Y, float64(c), float64(c), float64(c))
	}
	rates.Width = math.Max(0.8, math.Min(6, 120/n))
	f := &figure.Figure{Cols: 2, Widths: []float64{4, 1}, ShareY: true, Height: 8, Title: d.String(), Panels: []figure.Panel{
		{X: figure.Axis{Label: "time", Unit: "s", Min: d.T0 / 1000, Max: d.T1 / 1000}, Y: y, Layers: []figure.Layer{dots}, ColorBar: figure.Axis{Label: "amplitude", Unit: d.Unit}},
		{X: figure.Axis{Label: "rate", Unit: "Hz"}, Y: y, Layers: []figure.Layer{rates}},
	}}
	if len(dots.X) == 0 {
		f.Panels[0].Layers = nil
	}
	return f
}

// Show draws the figure; its text is the table.
func (d *Detected) Show() display.Bundle {
	return figure.Over(d.Plot(), "spikes by channel", d.Table().Show())
}

// PlotTraces draws the spikes over the traces that they were found in: x is what
// CleanRecording gives from the time from (ms) on, of all channels, of which some are drawn
// by number; without numbers the first 16. A dashed line is the threshold. Errors: as many
// channels as there are not, one that is not there.
func (d *Detected) PlotTraces(x [][]float64, from float64, channels ...int) (*figure.Figure, error) {
	const call = "Detected.PlotTraces"
	if len(x) != len(d.Names) || len(x[0]) < 2 {
		return nil, fmt.Errorf("spikes: %s: %d traces for %d channels; CleanRecording gives them", call, len(x), len(d.Names))
	}
	if len(channels) == 0 {
		for c := range min(16, len(x)) {
			channels = append(channels, c)
		}
	}
	dt := 1000 / d.FS
	first := math.Ceil(from/dt - 1e-6)
	end := (first + float64(len(x[0])-1)) * dt
	f := &figure.Figure{ShareX: true, Height: 2.5 + float64(1.6*float64(len(channels)))}
	for _, c := range channels {
		if c < 0 || c >= len(x) {
			return nil, fmt.Errorf("spikes: %s: there is no channel %d; they are 0 to %d", call, c, len(x)-1)
		}
		marks := figure.Layer{Kind: figure.Points, Color: "red", Size: 3}
		for i, t := range d.Times {
			if d.Channel[i] == c && t >= first*dt && t <= end {
				marks.X, marks.Y = append(marks.X, t), append(marks.Y, d.Amplitude[i])
			}
		}
		p := figure.Panel{X: figure.Axis{Label: "time", Unit: "ms", Min: first * dt, Max: end}, Y: figure.Axis{Label: d.Names[c], Unit: d.Unit},
			Layers: []figure.Layer{{Kind: figure.Line, X0: first * dt, DX: dt, Y: x[c], Color: "black", Width: 0.5}}}
		if v := d.Threshold[c]; !d.energy && v == v {
			p.Layers = append(p.Layers, figure.Layer{Kind: figure.HLine, Y: []float64{v}, Color: "orange", Dash: true, Width: 0.7})
		}
		if len(marks.X) > 0 {
			p.Layers = append(p.Layers, marks)
		}
		if len(channels) > 6 {
			p.Y.Unit = ""
		}
		f.Panels = append(f.Panels, p)
	}
	return f, nil
}
