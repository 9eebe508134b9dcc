package spikefile

import (
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/spikes"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Sorting is sorted units: their trains, labels and channels, as spikes.Units has them,
// and what else the sorter, the recorder or a person noted about each of them.
type Sorting struct {
	// Units are ascending in their IDs. Channel is the number of a channel in the recording
	// (Kilosort) or of an electrode (NEV), -1 where it is not known.
	spikes.Units
	Details []Detail // of each unit
	FS      float64  `unit:"Hz"` // of the recording that was sorted, or of waveforms
	Path    string
	// Positions are those of the recording's channels on the probe, x and y in um, by the
	// numbers of Channel; nil where the file has none.
	Positions map[int][2]float64
}

// A Detail is what a file tells of a unit beside its train.
type Detail struct {
	Name string  // of its channel; "" when there is none
	Mean float64 // mean amplitude of its spikes, in the sorter's numbers; NaN when not known

	// Template is the mean waveform, Template[channel][sample], and Channels are the
	// numbers of its channels in the recording. nil when the file has none.
	Template [][]float64
	Channels []int
	// Waveforms are those of single spikes, uV, where they were asked for.
	Waveforms [][]float64
}

// Waveform returns the template of the unit with an ID on its own channel, nil where there
// is none.
func (s *Sorting) Waveform(id int) []float64 {
	i := slices.Index(s.IDs, id)
	if i < 0 {
		return nil
	}
	d := s.Details[i]
	if k := slices.Index(d.Channels, s.Channel[i]); k >= 0 {
		return d.Template[k]
	}
	return nil
}

// Of returns the units with one of some labels. A label that no unit has is an error that
// lists those there are.
func (s *Sorting) Of(labels ...string) (*Sorting, error) {
	units, err := s.Units.Of(labels...)
	if err != nil {
		return nil, err
	}
	out := *s
	out.Units, out.Details = *units, nil
	for i, l := range s.Label {
		if slices.Contains(labels, l) {
			out.Details = append(out.Details, s.Details[i])
		}
	}
	return &out, nil
}

// Table returns a row for each unit: those of spikes.Units, the name of its channel and the mean
// amplitude of its spikes where they are known.
func (s *Sorting) Table() table.Table {
	t := s.Units.Table()
	name, mean := table.Col{Name: "channel name"}, table.Col{Name: "amplitude"}
	names, means := false, false
	for _, d := range s.Details {
		name.Text, mean.Num = append(name.Text, d.Name), append(mean.Num, d.Mean)
		names, means = names || d.Name != "", means || !math.IsNaN(d.Mean)
	}
	if names {
		t.Cols = append(t.Cols, name)
	}
	if means {
		t.Cols = append(t.Cols, mean)
	}
	return t
}

// mostDrawn is how many waveforms a figure shows.
const mostDrawn = 24

// Plot draws the trains, one a row, and the waveforms of the first 24 units that have one
// over each other, each divided by its largest deflection.
func (s *Sorting) Plot() *figure.Figure {
	f := s.Units.Plot()
	p := figure.Panel{Title: "mean waveforms", X: figure.Axis{Label: "time", Unit: "ms"}, Y: figure.Axis{Label: "largest is 1"}}
	dt := 1000 / s.FS
	if s.FS == 0 {
		p.X, dt = figure.Axis{Label: "sample"}, 1
	}
	for _, id := range s.IDs {
		w := s.Waveform(id)
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
