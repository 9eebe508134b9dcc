package spikes

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A UnitQuality says how good a unit is. Values are NaN where they are not defined.
type UnitQuality struct {
	Unit      int // its id
	Channel   int // on which it is largest
	Spikes    int
	Rate      float64 `unit:"Hz"`
	SNR       float64 // the mean snippet's size at the spike, by the noise of its channel
	Presence  float64 // PresenceRatio in bins of a tenth of the recording, of 60 s at most
	Cutoff    float64 // AmplitudeCutoff
	Short     Violations
	Isolation Isolation // from all other spikes of its channel, in the features of that channel
}

// Quality describes how good each unit of a sorting is: RefractoryViolations within 2 ms (where
// detection leaves spikes out within its Refractory time, that is censored), IsolationOf,
// PresenceRatio, AmplitudeCutoff, and the ratio of signal to noise.
func (t *Sorting) Quality() ([]UnitQuality, error) {
	if err := t.made("Sorting.Quality"); err != nil {
		return nil, err
	}
	s, u := t.Snippets, t.Units
	out := make([]UnitQuality, len(u.IDs))
	for k := range out {
		q := UnitQuality{Unit: u.IDs[k], Channel: u.Channel[k], Spikes: len(u.Trains[k]), Rate: float64(len(u.Trains[k])) / (u.T1 - u.T0) * 1000}
		q.SNR = math.Abs(t.Templates[k][0][s.Trough]) / t.Detected.Noise[q.Channel]
		var err error
		if q.Short, err = RefractoryViolations(u.Trains[k], u.T0, u.T1, 2, math.Min(t.censored, 1.9)); err != nil {
			return nil, err
		}
		if q.Presence, err = PresenceRatio(u.Trains[k], u.T0, u.T1, math.Min(60000, (u.T1-u.T0)/10)); err != nil {
			return nil, err
		}
		var amplitude []float64
		var features [][]float64
		var unit []int
		for i, of := range t.Unit {
			if of == k {
				amplitude = append(amplitude, t.Detected.Amplitude[s.Index[i]])
			}
			if s.Channel[i] == q.Channel && t.Features[i] != nil {
				features, unit = append(features, t.Features[i]), append(unit, of)
			}
		}
		if q.Cutoff, err = AmplitudeCutoff(amplitude); err != nil {
			return nil, err
		}
		nan := math.NaN()
		if q.Isolation = (Isolation{nan, nan, nan, nan, nan, nan}); slices.Contains(unit, k) {
			if q.Isolation, err = IsolationOf(features, unit, k); err != nil {
				return nil, err
			}
		}
		out[k] = q
	}
	return out, nil
}

// made tells whether Sort made the sorting.
func (t *Sorting) made(call string) error {
	if t == nil || t.Units == nil || t.Snippets == nil || t.Detected == nil {
		return fmt.Errorf("spikes: %s: there is no sorting; Sort makes one", call)
	}
	return nil
}

// Table returns a row for each unit, with its quality.
func (t *Sorting) Table() table.Table {
	all, err := t.Quality()
	if err != nil {
		return table.Table{Title: err.Error()}
	}
	id := table.Col{Name: "unit"}
	names := []string{"channel", "spikes", "rate", "SNR", "presence", "cutoff", "short (Hill)", "short (Llobet)", "L-ratio", "isolation distance", "d'", "silhouette", "hit rate"}
	cols := make([]table.Col, len(names))
	for i, name := range names {
		cols[i].Name = name
	}
	cols[2].Unit = "Hz"
	for _, q := range all {
		id.Text = append(id.Text, fmt.Sprint(q.Unit))
		for i, v := range []float64{float64(q.Channel), float64(q.Spikes), q.Rate, q.SNR, q.Presence, q.Cutoff, q.Short.Ratio, q.Short.Share, q.Isolation.LRatio, q.Isolation.Distance, q.Isolation.DPrime, q.Isolation.Silhouette, q.Isolation.HitRate} {
			cols[i].Num = append(cols[i].Num, v)
		}
	}
	return table.Table{Title: t.String(), Cols: append([]table.Col{id}, cols...)}
}

// colours of units, in turn.
var unitColors = []string{"blue", "orange", "green", "red", "purple", "brown", "pink", "sky"}

// mostNamed is how many units a legend names.
const mostNamed = 12

// wholeTicks returns the marks of an axis of n things that are counted from 0: whole numbers, 9 at most.
func wholeTicks(n int) []float64 {
	step := 1
	for k := 0; n > 9*step; k++ {
		step = step * []int{2, 5, 2}[k%3] / []int{1, 2, 1}[k%3]
	}
	ticks := []float64{}
	for i := 0; i < n; i += step {
		ticks = append(ticks, float64(i))
	}
	return ticks
}

// Plot draws for each unit, up to 12 of them, its snippets on its best channel with their mean,
// and its autocorrelogram up to 25 ms below.
func (t *Sorting) Plot() *figure.Figure {
	n := min(len(t.Units.IDs), 12)
	rows := max(1, (n+5)/6)
	cols := (n + rows - 1) / rows
	f := &figure.Figure{Cols: max(cols, 1), Width: math.Max(8, 4.2*float64(cols)), Height: 8 * float64(rows)}
	for first := 0; first < n; first += cols {
		last := min(first+cols, n)
		for row := range 2 {
			for k := first; k < first+cols; k++ {
				switch {
				case k >= last:
					f.Panels = append(f.Panels, figure.Panel{Bare: true, Layers: []figure.Layer{{Kind: figure.Note, X: []float64{0}, Y: []float64{0}, Text: " "}}})
				case row == 0:
					f.Panels = append(f.Panels, t.snippets(k))
				default:
					f.Panels = append(f.Panels, t.autocorrelogram(k))
				}
			}
		}
	}
	if n == 0 {
		f.Panels = []figure.Panel{{Title: "no units", Bare: true}}
	}
	return f
}

func (t *Sorting) snippets(k int) figure.Panel {
	var waves [][]float64
	for i, u := range t.Unit {
		if u == k && t.Snippets.Channel[i] == t.Units.Channel[k] {
			waves = append(waves, t.Snippets.X[i][0])
		}
	}
	return t.Snippets.panel(fmt.Sprintf("unit %d, ch %d", t.Units.IDs[k], t.Units.Channel[k]), waves, unitColors[k%len(unitColors)])
}

func (t *Sorting) autocorrelogram(k int) figure.Panel {
	p := figure.Panel{X: figure.Axis{Label: "lag", Unit: "ms"}}
	h, err := AutoCorrelogram(t.Units.Trains[k], 1, 25)
	if err != nil {
		return p
	}
	p.Y = figure.Axis{Label: h.YName, Unit: h.YUnit}
	p.Layers = []figure.Layer{{Kind: figure.Bars, X: h.Edges, Y: h.Y, Color: unitColors[k%len(unitColors)]}}
	return p
}

// PlotFeatures draws the first principal components of the spikes of a channel against each
// other, coloured by unit; black crosses belong to none. Components are sums of samples under weights of
// norm 1, in the unit of the recording. A channel that is not there or was not
// sorted is an error.
func (t *Sorting) PlotFeatures(channel int) (*figure.Figure, error) {
	const call = "Sorting.PlotFeatures"
	if channel < 0 || channel >= len(t.Detected.Names) {
		return nil, fmt.Errorf("spikes: %s: there is no channel %d; they are 0 to %d", call, channel, len(t.Detected.Names)-1)
	}
	pairs := [][2]int{{0, 1}, {0, 2}, {1, 2}}
	layers := map[int]*[3]figure.Layer{}
	count := 0
	for i, f := range t.Features {
		if t.Snippets.Channel[i] != channel || len(f) < 3 {
			continue
		}
		count++
		u := t.Unit[i]
		if layers[u] == nil {
			layers[u] = &[3]figure.Layer{}
		}
		for k, p := range pairs {
			l := &layers[u][k]
			l.X, l.Y = append(l.X, f[p[0]]), append(l.Y, f[p[1]])
		}
	}
	if count == 0 {
		return nil, fmt.Errorf("spikes: %s: channel %d has too few spikes to be sorted", call, channel)
	}
	fig := &figure.Figure{Cols: 3, Width: 18, Height: 6.5, Title: fmt.Sprintf("channel %s: %s", t.Detected.Names[channel], spell.Count(count, "spike"))}
	for k, p := range pairs {
		panel := figure.Panel{X: figure.Axis{Label: fmt.Sprintf("component %d", p[0]+1), Unit: t.Snippets.Unit}, Y: figure.Axis{Label: fmt.Sprintf("component %d", p[1]+1), Unit: t.Snippets.Unit}, Legend: "off"}
		for u := -1; u < len(t.Units.IDs); u++ {
			if layers[u] == nil {
				continue
			}
			l := layers[u][k]
			l.Kind, l.Size, l.Alpha, l.Color, l.Name = figure.Points, 3, 0.7, "black", "none"
			if u < 0 {
				l.Marker = "cross"
			} else {
				l.Color, l.Name = unitColors[u%len(unitColors)], fmt.Sprint("unit ", t.Units.IDs[u])
			}
			panel.Layers = append(panel.Layers, l)
		}
		if k == 2 {
			panel.Legend = "beside"
		}
		fig.Panels = append(fig.Panels, panel)
	}
	return fig, nil
}

// Show shows the figure over a table of the units' quality.
func (t *Sorting) Show() display.Bundle {
	return figure.Over(t.Plot(), "snippets and autocorrelograms of units", t.Table().Show())
}
