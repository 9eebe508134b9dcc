package eeg

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// String says how the fit ended, in a line.
func (a *ICA) String() string {
	s := a.ICAFit.String()
	if a.Step > 1 {
		s += fmt.Sprintf(" (every %s)", ordinal(a.Step))
	}
	if a.Left > 0 {
		s += fmt.Sprintf(", without %.3g s annotated as bad", a.Left)
	}
	return s
}

// Show shows maps of the components, with their table as text.
func (a *ICA) Show() display.Bundle {
	t := a.Table()
	t.Title = a.String()
	text := t.Show().Data[display.TypeText]
	b := a.Plot().Show()
	b.Data[display.TypeText] = text
	return b
}

// mapped is how many maps a figure has room for.
const mapped = 15

// Plot draws maps of the head of the first 15 components, with their shares of the
// variance: of the first kind of channel that has places on the head, as Evoked.Topomaps
// chooses it; where none has, the matrix of weights.
func (a *ICA) Plot() *figure.Figure {
	f := &figure.Figure{Title: a.String(), Cols: min(5, max(1, len(a.Unmixing)))}
	for k := range min(mapped, len(a.Unmixing)) {
		p, ok := a.topography(k)
		if !ok {
			return a.ICAFit.Plot()
		}
		f.Panels = append(f.Panels, p)
	}
	rows := (len(f.Panels) + f.Cols - 1) / f.Cols
	f.Width, f.Height = 3.4*float64(f.Cols), float64(3.7*float64(rows))+1
	if n := len(a.Unmixing); n > mapped {
		f.Title += fmt.Sprintf("; the first %d of %d", mapped, n)
	}
	return f
}

// topography returns the map of a component; false where fewer than 3 channels have a
// place.
func (a *ICA) topography(k int) (figure.Panel, bool) {
	m, err := mapOf("ICA.Plot", a.Channels)
	if err != nil {
		return figure.Panel{}, false
	}
	f, err := m.draw(m.values(func(c int) float64 { return a.Mixing[c][k] }))
	if err != nil {
		return figure.Panel{}, false
	}
	p := f.Panels[0]
	p.NoColorBar = true
	p.Layers[0].Map = "RdBu_r"
	most := 0.0
	for _, row := range p.Layers[0].Z {
		for _, v := range row {
			if v == v {
				most = max(most, v, -v)
			}
		}
	}
	p.Layers[0].Lo, p.Layers[0].Hi = -most, most
	if m.paired {
		p.Layers[0].Map, p.Layers[0].Lo = "viridis", 0
	}
	p.Title = fmt.Sprintf("IC%d  %.3g%%", k, float64(100*a.Share[k]))
	return p, true
}

// PlotComponent draws a component of a recording: its map (where channels have places on
// the head), its spectrum over up to two minutes from a time on, s, and its first ten
// seconds from there. Errors: a component that is not there, those of Apply and Read.
func (a *ICA) PlotComponent(r *Recording, k int, from float64) (*figure.Figure, error) {
	if k < 0 || k >= len(a.Unmixing) {
		return nil, fmt.Errorf("eeg: ICA.PlotComponent: component %d; there are %d, from 0 on", k, len(a.Unmixing))
	}
	sources, err := a.SourcesOf(r)
	if err != nil {
		return nil, err
	}
	p, err := sources.Read(from, min(from+120, r.Dur()), sources.Channels[k].Name)
	if err != nil {
		return nil, err
	}
	x, fs := p.X[0], p.Channels[0].FS
	s, err := signal.Welch(x, fs, signal.WelchOptions{Window: "hann", SegmentLen: min(len(x), int(4*fs)), Overlap: min(len(x), int(4*fs)) / 2, Detrend: "constant"})
	if err != nil {
		return nil, fmt.Errorf("eeg: ICA.PlotComponent: %w", err)
	}
	spectrum := s.Plot().Panels[0]
	spectrum.Title, spectrum.Legend = "spectrum", "off"
	course := figure.Panel{X: figure.Axis{Label: "time", Unit: "s"}, Y: figure.Axis{Label: "component"}}
	n := min(len(x), int(10*fs))
	course.Layers = []figure.Layer{{Kind: figure.Line, X0: from, DX: 1 / fs, Y: x[:n], Color: "black", Width: 0.7}}
	f := &figure.Figure{Width: 16, Title: fmt.Sprintf("IC%d, %.3g%% of the variance, kurtosis %.3g", k, float64(100*a.Share[k]), a.Kurtosis[k])}
	if m, ok := a.topography(k); ok {
		m.Title = ""
		f.Cols, f.Height, f.Widths = 3, 6, []float64{1, 1.2, 2}
		f.Panels = []figure.Panel{m, spectrum, course}
	} else {
		f.Cols, f.Height, f.Widths = 2, 6, []float64{1, 2}
		f.Panels = []figure.Panel{spectrum, course}
	}
	return f, nil
}
