package eeg

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/signal"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Spectra are the power spectra of the channels of a recording.
type Spectra struct {
	Channels []Channel
	Spectra  []*signal.Spectrum // of each channel, in the square of its unit per Hz
}

// Power returns the power of each channel between lo and hi (Hz), in the square of its
// unit, as [signal.Spectrum.Power] has it.
func (s *Spectra) Power(lo, hi float64) ([]float64, error) {
	out := make([]float64, len(s.Spectra))
	for k, p := range s.Spectra {
		var err error
		if out[k], err = p.Power(lo, hi); err != nil {
			return nil, fmt.Errorf("eeg: Spectra.Power: channel %q: %w", s.Channels[k].Name, err)
		}
	}
	return out, nil
}

// Relative returns the power of each channel between lo and hi (Hz) as a share of that
// between from and to, from 0 to 1 where the one band is within the other.
func (s *Spectra) Relative(lo, hi, from, to float64) ([]float64, error) {
	part, err := s.Power(lo, hi)
	if err != nil {
		return nil, err
	}
	all, err := s.Power(from, to)
	if err != nil {
		return nil, err
	}
	for k := range part {
		part[k] /= all[k]
	}
	return part, nil
}

// Of returns the spectrum of a channel by its name; a name that is not there is an error.
func (s *Spectra) Of(name string) (*signal.Spectrum, error) {
	for k, c := range s.Channels {
		if c.Name == name {
			return s.Spectra[k], nil
		}
	}
	return nil, fmt.Errorf("eeg: Spectra.Of: there is no channel %q", name)
}

// Bands returns the power of each channel in the bands delta to gamma, and their shares,
// as a table; see [signal.Spectrum.Bands]. What a spectrum cannot tell is NaN.
func (s *Spectra) Bands() table.Table {
	cols := []table.Col{{Name: "channel"}, {Name: "unit"}}
	names := []string{"delta", "theta", "alpha", "beta", "gamma"}
	for _, n := range names {
		cols = append(cols, table.Col{Name: n})
	}
	for _, n := range names {
		cols = append(cols, table.Col{Name: n + " share", Unit: "%"})
	}
	for k, p := range s.Spectra {
		b, err := p.Bands()
		values := []float64{b.Delta, b.Theta, b.Alpha, b.Beta, b.Gamma}
		cols[0].Text, cols[1].Text = append(cols[0].Text, s.Channels[k].Name), append(cols[1].Text, b.Unit)
		for i, v := range values {
			share := 100 * v / b.Total()
			if err != nil {
				v, share = math.NaN(), math.NaN()
			}
			cols[2+i].Num, cols[7+i].Num = append(cols[2+i].Num, v), append(cols[7+i].Num, share)
		}
	}
	return table.Table{Title: s.String(), Cols: cols}
}

// String describes the spectra in a line.
func (s *Spectra) String() string {
	if len(s.Spectra) == 0 {
		return "no spectra"
	}
	f := s.Spectra[0]
	step, top := 0.0, 0.0
	if n := len(f.F); n > 1 {
		step, top = f.F[1]-f.F[0], f.F[n-1]
	}
	return fmt.Sprintf("spectra of %s, %s, every %s Hz up to %s Hz", spell.Count(len(s.Channels), "channel"), spell.Count(f.Segments, "segment"), display.Number(step), display.Number(top))
}

// Show shows the figure of Plot and the table of Bands.
func (s *Spectra) Show() display.Bundle {
	t := s.Bands().Show()
	f, err := s.Plot()
	if err != nil {
		return t
	}
	return figure.Over(f, "spectra", t)
}

// Plot draws the spectra over each other, a panel for each kind and unit, in colours that
// tell where on the head a sensor is; bad channels are left out. No spectra are an error.
func (s *Spectra) Plot() (*figure.Figure, error) {
	if len(s.Spectra) == 0 || len(s.Spectra) != len(s.Channels) {
		return nil, fmt.Errorf("eeg: Spectra.Plot: there are %d channels and %d spectra; as many are needed, at least one", len(s.Channels), len(s.Spectra))
	}
	f := &figure.Figure{Width: 16, ShareX: true}
	for _, index := range grouped(s.Channels) {
		first := s.Spectra[index[0]]
		p := figure.Panel{X: figure.Axis{Label: "frequency", Unit: "Hz"}, Y: figure.Axis{Label: s.Channels[index[0]].Kind + " power", Unit: first.Unit, Log: true}, Legend: "off"}
		colors, places := tints(s.Channels, index)
		lowest := math.Inf(1)
		for i, c := range index {
			q := s.Spectra[c]
			if len(q.F) < 2 {
				continue
			}
			// The value at 0 Hz is what taking off the mean left.
			l := figure.Layer{Kind: figure.Line, X: q.F[1:], Y: q.P[1:], Color: colors[i], Width: 0.7, Alpha: 0.85}
			p.X.Max = math.Max(p.X.Max, q.F[len(q.F)-1])
			positive := true
			for _, v := range l.Y {
				positive = positive && v > 0
				lowest = math.Min(lowest, v)
			}
			if positive {
				p.Layers = append(p.Layers, l)
			}
		}
		if len(p.Layers) == 0 {
			continue // flat channels have nothing to show on a logarithmic axis
		}
		if key := headKey(colors, places); key != nil && len(index) > 2 {
			p.Insets = append(p.Insets, figure.Inset{Left: 0.87, Right: 0.995, Bottom: 0.66, Top: 0.99, Panel: *key})
		}
		f.Panels = append(f.Panels, p)
	}
	if len(f.Panels) == 0 {
		return nil, fmt.Errorf("eeg: Spectra.Plot: no channel has power")
	}
	return f, nil
}

// Topomap draws the power between lo and hi (Hz) as a map of the head, in dB about its mean:
// of the good channels that have power and whose place is known, see Evoked.Topomaps for
// which. Errors are those of Power, and fewer than three such channels.
func (s *Spectra) Topomap(lo, hi float64) (*figure.Figure, error) {
	power, err := s.Power(lo, hi)
	if err != nil {
		return nil, err
	}
	channels := append([]Channel(nil), s.Channels...)
	for c := range channels {
		channels[c].Bad = channels[c].Bad || !(power[c] > 0)
	}
	m, err := mapOf("Spectra.Topomap", channels)
	if err != nil {
		return nil, err
	}
	m.unit, m.paired = "dB", false // power of a pair adds up as it is
	var values []float64
	for _, g := range m.groups {
		sum := 0.0
		for _, c := range g {
			sum += power[c] / float64(len(g))
		}
		values = append(values, float64(10*vec.Log10(sum)))
	}
	middle := mean(values)
	for i := range values {
		values[i] -= middle
	}
	f, err := m.draw(values)
	if err != nil {
		return nil, err
	}
	f.Panels[0].ColorBar.Label = "power"
	f.Title = fmt.Sprintf("power from %s to %s Hz about its mean", display.Number(lo), display.Number(hi))
	return f, nil
}
