package spikefile

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Sorting is sorted units: their trains and what the sorter, the recorder or a person
// noted about each of them.
type Sorting struct {
	Raster neuro.Raster // a train per unit, ms
	Units  []Unit       // as many, ascending in ID
	FS     float64      `unit:"Hz"` // of the recording that was sorted; 0 when not known
	Path   string
	// Positions are those of the recording's channels on the probe, x and y in um, by the
	// numbers of Unit.Channel; nil where the file has none.
	Positions map[int][2]float64
	Problems  neuro.Problems
}

// A Unit is one sorted unit.
type Unit struct {
	ID      int
	Label   string  // "good", "mua", "noise", "unsorted", or a word of the file; "" when there is none
	Channel int     // where it is largest: the number of a channel in the recording (Kilosort) or of an electrode (NEV); -1 when not known
	Name    string  // of that channel; "" when there is none
	Mean    float64 // mean amplitude of its spikes, in the sorter's numbers; NaN when not known

	// Template is the mean waveform, Template[channel][sample], and Channels are the
	// numbers of its channels in the recording. nil when the file has none.
	Template [][]float64
	Channels []int
	// Waveforms are those of single spikes, uV, where they were asked for.
	Waveforms [][]float64
}

// Waveform returns the template on the unit's own channel, nil where there is none.
func (u Unit) Waveform() []float64 {
	for k, c := range u.Channels {
		if c == u.Channel {
			return u.Template[k]
		}
	}
	return nil
}

// Of returns the units with one of some labels. A label that no unit has is an error that
// lists those there are.
func (s *Sorting) Of(labels ...string) (*Sorting, error) {
	there := map[string]bool{}
	out := *s
	out.Units, out.Raster.Trains = nil, []neuro.Spikes{}
	for i, u := range s.Units {
		there[u.Label] = true
		if slices.Contains(labels, u.Label) {
			out.Units, out.Raster.Trains = append(out.Units, u), append(out.Raster.Trains, s.Raster.Trains[i])
		}
	}
	for _, l := range labels {
		if !there[l] {
			var all []string
			for k := range there {
				all = append(all, fmt.Sprintf("%q", k))
			}
			slices.Sort(all)
			return nil, fmt.Errorf("spikefile: Of: no unit is labelled %q; labels are %s", l, strings.Join(all, ", "))
		}
	}
	return &out, nil
}

// Train returns the train of a unit by its ID, ms.
func (s *Sorting) Train(id int) (neuro.Spikes, error) {
	for i, u := range s.Units {
		if u.ID == id {
			return s.Raster.Trains[i], nil
		}
	}
	return nil, fmt.Errorf("spikefile: Train: there is no unit %d among the %d; Table lists them", id, len(s.Units))
}

// Table returns a row for each unit.
func (s *Sorting) Table() table.Table {
	cols := []table.Col{{Name: "unit"}, {Name: "label"}, {Name: "channel"}, {Name: "spikes"}, {Name: "rate", Unit: "Hz"}, {Name: "amplitude"}}
	for i, u := range s.Units {
		n := len(s.Raster.Trains[i])
		channel := u.Name
		if channel == "" && u.Channel >= 0 {
			channel = fmt.Sprint(u.Channel)
		}
		cols[0].Num = append(cols[0].Num, float64(u.ID))
		cols[1].Text = append(cols[1].Text, u.Label)
		cols[2].Text = append(cols[2].Text, channel)
		cols[3].Num = append(cols[3].Num, float64(n))
		cols[4].Num = append(cols[4].Num, rate(n, s.Raster.T1-s.Raster.T0))
		cols[5].Num = append(cols[5].Num, u.Mean)
	}
	return table.Table{Title: fmt.Sprintf("%d units, %s s", len(s.Units), display.Number((s.Raster.T1-s.Raster.T0)/1000)), Cols: cols}
}

// mostDrawn is how many waveforms a figure shows.
const mostDrawn = 24

// Plot draws the trains, one a row, and the waveforms of the first 24 units that have one
// over each other, each divided by its largest deflection.
func (s *Sorting) Plot() *figure.Figure {
	f := s.Raster.Plot()
	f.Panels[0].Y.Label = "unit"
	p := figure.Panel{Title: "mean waveforms", X: figure.Axis{Label: "time", Unit: "ms"}, Y: figure.Axis{Label: "largest is 1"}}
	dt := 1000 / s.FS
	if s.FS == 0 {
		p.X, dt = figure.Axis{Label: "sample"}, 1
	}
	for _, u := range s.Units {
		w := u.Waveform()
		largest := 0.0
		for _, v := range w {
			largest = math.Max(largest, math.Abs(v))
		}
		if len(w) < 2 || !(largest > 0) || math.IsInf(largest, 1) || len(p.Layers) == mostDrawn {
			continue
		}
		y := make([]float64, len(w))
		for i, v := range w {
			y[i] = v / largest
		}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, DX: dt, Y: y})
	}
	if len(p.Layers) > 0 {
		f.Height += 4
		f.Panels = append(f.Panels, p)
	}
	return f
}

// Show returns the figure and the table.
func (s *Sorting) Show() display.Bundle {
	b := s.Plot().Show()
	b.Data[display.TypeText] = s.Table().String()
	return b
}
