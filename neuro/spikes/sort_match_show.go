package spikes

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Quality describes how good each unit is, as Sorting.Quality does; the size of a spike is its
// amplitude times the trough of its template, and Isolation is NaN, for spikes that overlap have
// no snippets of their own.
func (m *Matching) Quality() ([]UnitQuality, error) {
	if err := m.made("Matching.Quality"); err != nil {
		return nil, err
	}
	u := m.Units
	out := make([]UnitQuality, len(u.IDs))
	nan := math.NaN()
	for k := range out {
		q := UnitQuality{Unit: u.IDs[k], Channel: u.Channel[k], Spikes: len(u.Trains[k]), Rate: float64(len(u.Trains[k])) / (u.T1 - u.T0) * 1000, Isolation: Isolation{nan, nan, nan, nan, nan, nan}}
		size := m.trough(k)
		q.SNR = size / m.Residual.Noise[q.Channel]
		var err error
		if q.Short, err = RefractoryViolations(u.Trains[k], u.T0, u.T1, 2, math.Min(m.o.Refractory, 1.9)); err != nil {
			return nil, err
		}
		if q.Presence, err = PresenceRatio(u.Trains[k], u.T0, u.T1, math.Min(60000, (u.T1-u.T0)/10)); err != nil {
			return nil, err
		}
		sizes := make([]float64, len(m.Amplitudes[k]))
		for i, a := range m.Amplitudes[k] {
			sizes[i] = a * size
		}
		if q.Cutoff, err = AmplitudeCutoff(sizes); err != nil {
			return nil, err
		}
		out[k] = q
	}
	return out, nil
}

// made tells whether MatchTemplates made the matching.
func (m *Matching) made(call string) error {
	if m == nil || m.Units == nil || m.sorting == nil {
		return fmt.Errorf("spikes: %s: there is no matching; MatchTemplates makes one", call)
	}
	return nil
}

// trough is the size of a unit's spike on its channel.
func (m *Matching) trough(k int) float64 { return math.Abs(m.Templates[k][0][m.Trough]) }

// Table returns a row for each unit: its quality before, as it was sorted, and as it was
// matched.
func (m *Matching) Table() table.Table {
	before, err := m.sorting.Quality()
	if err != nil {
		return table.Table{Title: err.Error()}
	}
	after, err := m.Quality()
	if err != nil {
		return table.Table{Title: err.Error()}
	}
	id := table.Col{Name: "unit"}
	names := []string{"channel", "sorted", "spikes", "rate", "SNR", "amplitude SD", "presence", "cutoff", "short (Hill), sorted", "short (Hill)", "short (Llobet), sorted", "short (Llobet)"}
	cols := make([]table.Col, len(names))
	for i, name := range names {
		cols[i].Name = name
	}
	cols[3].Unit = "Hz"
	for k, q := range after {
		id.Text = append(id.Text, fmt.Sprint(q.Unit))
		b := before[k]
		for i, v := range []float64{float64(q.Channel), float64(b.Spikes), float64(q.Spikes), q.Rate, q.SNR, spreadOf(m.Amplitudes[k]), q.Presence, q.Cutoff, b.Short.Ratio, q.Short.Ratio, b.Short.Share, q.Short.Share} {
			cols[i].Num = append(cols[i].Num, v)
		}
	}
	return table.Table{Title: m.String(), Cols: append([]table.Col{id}, cols...)}
}

// spreadOf is the standard deviation of x, by its median; NaN of fewer than two.
func spreadOf(x []float64) float64 {
	if len(x) < 2 {
		return math.NaN()
	}
	d := slices.Clone(x)
	mid := middle(d)
	for i, v := range x {
		d[i] = math.Abs(v - mid)
	}
	return middle(d) / 0.6745
}

// Model returns what the matched spikes add up to on each channel, [channel][sample], from a time
// to another (ms), in Unit: CleanRecording of the same window less this is what is left.
func (m *Matching) Model(from, to float64) ([][]float64, error) {
	const call = "Matching.Model"
	if err := m.made(call); err != nil {
		return nil, err
	}
	if err := checkWindow(call, from, to); err != nil {
		return nil, err
	}
	if from < m.Units.T0 || to > m.Units.T1 {
		return nil, fmt.Errorf("spikes: %s: from %g to %g ms is not within the recording, which lasts from %g to %g ms", call, from, to, m.Units.T0, m.Units.T1)
	}
	return m.model(from, to, nil), nil
}

// model adds up the spikes of some units, nil for all.
func (m *Matching) model(from, to float64, units []int) [][]float64 {
	a, b := int(math.Ceil(from*m.FS/1000-1e-6)), int(math.Ceil(to*m.FS/1000-1e-6))
	x := linalg.Matrix(len(m.Residual.SD), b-a)
	for u, train := range m.Units.Trains {
		if units != nil && !slices.Contains(units, u) {
			continue
		}
		for i, t := range train {
			at := math.Round(t * m.FS / 1000)
			addShifted(x, m.Templates[u], m.Channels[u], int(at)-m.Trough, t*m.FS/1000-at, m.Amplitudes[u][i], a, b, a)
		}
	}
	return x
}

// addShifted adds a wave, times gain, to the samples from lo to hi of x, which begins at sample
// begin: its first sample is at a sample and a part of one, by interpolation.
func addShifted(x, wave [][]float64, channels []int, at int, part, gain float64, lo, hi, begin int) {
	down := math.Floor(-part)
	whole := int(down)
	for i, v := range lanczos(-part - down) {
		if v == 0 {
			continue
		}
		// The value at t is Σ v[i] wave[t - at + whole + i - taps + 1].
		start := at - whole - i + taps - 1
		a, b := max(0, lo-start), min(len(wave[0]), hi-start)
		if a >= b {
			continue
		}
		for k, c := range channels {
			dst := x[c][start+a-begin : start+b-begin]
			vec.FMAScaleBlock(dst, wave[k][a:b], float64(gain)*v, dst)
		}
	}
}

// Plot draws the amplitudes of each unit's spikes over time, and for each channel how much there
// was and is left.
func (m *Matching) Plot() *figure.Figure {
	p := figure.Panel{X: figure.Axis{Label: "time", Unit: "s", Min: m.Units.T0 / 1000, Max: m.Units.T1 / 1000}, Y: figure.Axis{Label: "size of spikes", Unit: m.Unit}, Legend: "off"}
	n := 0
	for _, s := range m.Units.Trains {
		n += len(s)
	}
	step := n/mostDots + 1
	for k, s := range m.Units.Trains {
		l := figure.Layer{Kind: figure.Points, Size: 2, Alpha: 0.6, Color: unitColors[k%len(unitColors)], Name: fmt.Sprint("unit ", m.Units.IDs[k])}
		size := m.trough(k)
		for i := 0; i < len(s); i += step {
			l.X, l.Y = append(l.X, s[i]/1000), append(l.Y, m.Amplitudes[k][i]*size)
		}
		if len(l.X) > 0 {
			p.Layers = append(p.Layers, l)
		}
	}
	if len(p.Layers) <= mostNamed {
		p.Legend = "beside"
	}
	q := figure.Panel{X: figure.Axis{Label: "channel", Ticks: wholeTicks(len(m.Residual.SD))}, Y: figure.Axis{Label: "SD", Unit: m.Unit}, Legend: "beside"}
	for _, l := range []struct {
		name, color string
		y           []float64
	}{{"recording", "grey", m.Residual.Original}, {"left", "blue", m.Residual.SD}, {"noise", "orange", m.Residual.Noise}} {
		q.Y.Max = math.Max(q.Y.Max, 1.1*largestOf(l.y))
		layer := figure.Layer{Kind: figure.Line, DX: 1, Y: l.y, Color: l.color, Name: l.name}
		if len(l.y) == 1 { // a line of one point cannot be seen
			layer = figure.Layer{Kind: figure.Points, X: []float64{0}, Y: l.y, Color: l.color, Name: l.name}
		}
		q.Layers = append(q.Layers, layer)
	}
	return &figure.Figure{Cols: 2, Widths: []float64{2, 1}, Width: 18, Height: 7, Title: m.String(), Panels: []figure.Panel{p, q}}
}

// PlotTraces draws on some channels, by number, what there is in black, the spikes of each unit
// in its colour, and below what is left in grey: x is what CleanRecording gives from the time from
// (ms) on, of all channels. Without numbers it draws the channels of the first 4 units, and without units
// the first 4 channels. Errors: as many channels as there are not, one that is not there, channels that
// are not equally long, a time that is not finite.
func (m *Matching) PlotTraces(x [][]float64, from float64, channels ...int) (*figure.Figure, error) {
	const call = "Matching.PlotTraces"
	if err := m.made(call); err != nil {
		return nil, err
	}
	if len(x) != len(m.Residual.SD) || len(x) == 0 {
		return nil, fmt.Errorf("spikes: %s: %d traces for %d channels; CleanRecording gives them", call, len(x), len(m.Residual.SD))
	}
	for c := range x {
		if len(x[c]) != len(x[0]) || len(x[c]) < 2 {
			return nil, fmt.Errorf("spikes: %s: x[%d] has %d samples and x[0] %d; all must have as many, 2 or more", call, c, len(x[c]), len(x[0]))
		}
	}
	if math.IsNaN(from) || math.Abs(from) > 1e12 {
		return nil, fmt.Errorf("spikes: %s: from is %g ms; it must be a time of the recording, which lasts from %g to %g ms", call, from, m.Units.T0, m.Units.T1)
	}
	if len(channels) == 0 {
		for _, c := range m.Units.Channel {
			if len(channels) < 4 && !slices.Contains(channels, c) {
				channels = append(channels, c)
			}
		}
		for c := 0; len(m.Units.Channel) == 0 && c < min(4, len(x)); c++ {
			channels = append(channels, c)
		}
	}
	dt := 1000 / m.FS
	first := math.Ceil(from/dt - 1e-6)
	end := (first + float64(len(x[0])-1)) * dt
	to := (first + float64(len(x[0]))) * dt
	all := m.model(first*dt, to, nil)
	f := &figure.Figure{ShareX: true, Height: 2.5 + float64(2.6*float64(len(channels)))}
	for _, c := range channels {
		if c < 0 || c >= len(x) {
			return nil, fmt.Errorf("spikes: %s: there is no channel %d; they are 0 to %d", call, c, len(x)-1)
		}
		left := make([]float64, len(x[c]))
		vec.SubBlock(left, x[c], all[c])
		lo := math.Min(slices.Min(x[c]), slices.Min(all[c])) - slices.Max(left)
		for i := range left {
			left[i] += lo
		}
		p := figure.Panel{X: figure.Axis{Label: "time", Unit: "ms", Min: first * dt, Max: end}, Y: figure.Axis{Label: "ch " + m.Residual.After.Names[c], Unit: m.Unit}, Legend: "beside"}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, X0: first * dt, DX: dt, Y: left, Color: "grey", Width: 0.5},
			figure.Layer{Kind: figure.Line, X0: first * dt, DX: dt, Y: x[c], Color: "black", Width: 0.5})
		for u := range m.Units.IDs {
			if !slices.Contains(m.Channels[u], c) {
				continue
			}
			// Only about the unit's spikes, and where they are larger than the noise.
			if largestOf(m.Templates[u][slices.Index(m.Channels[u], c)]) < m.Residual.Noise[c] {
				continue
			}
			own, there := m.model(first*dt, to, []int{u})[c], false
			shown := make([]bool, len(own))
			for _, t := range m.Units.Trains[u] {
				at := int(math.Round(t/dt-first)) - m.Trough
				for i := max(at, 0); i < min(at+len(m.Templates[u][0]), len(own)); i++ {
					shown[i], there = true, true
				}
			}
			for i, s := range shown {
				if !s {
					own[i] = math.NaN()
				}
			}
			if there {
				p.Layers = append(p.Layers, figure.Layer{Kind: figure.Line, X0: first * dt, DX: dt, Y: own, Color: unitColors[u%len(unitColors)], Width: 1.2, Name: fmt.Sprint("unit ", m.Units.IDs[u])})
			}
		}
		if len(p.Layers) > 7 { // more than there is room for
			p.Legend = "off"
		}
		f.Panels = append(f.Panels, p)
	}
	return f, nil
}

// Show shows the figure over a table of the units before and after.
func (m *Matching) Show() display.Bundle {
	return figure.Over(m.Plot(), "amplitudes over time, and what is left", m.Table().Show())
}
