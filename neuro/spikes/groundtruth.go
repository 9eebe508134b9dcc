package spikes

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// SimulationOptions describe a recording that is made up. The zero value of a field
// means its default.
type SimulationOptions struct {
	Channels int // in two columns, 32 um apart, rows of 20 um; 0 is 16
	Units    int // cells near the electrodes; 0 is 8, negative none
	// Amplitudes are the smallest and the largest trough of a cell on the electrode that
	// is nearest to it, uV; {0, 0} is 80 to 250.
	Amplitudes [2]float64 `unit:"uV"`
	// Rates are the lowest and the highest rate of a cell, Hz; {0, 0} is 4 to 12.
	Rates [2]float64 `unit:"Hz"`
	// Refractory is the dead time of a cell, ms; 0 is 3.
	Refractory float64 `unit:"ms"`
	// Noise is the standard deviation of each channel's own noise, uV; 0 is 10. Half as
	// much is shared by all channels, and a slow wave of 100 uV is under it.
	Noise float64 `unit:"uV"`
	// Drift is how far the cells move along the columns from the beginning of the recording to its
	// end, at a steady speed, um; 0 is not at all.
	Drift   float64 `unit:"um"`
	Seconds float64 `unit:"s"`  // 0 is 30; 0.1 or more
	FS      float64 `unit:"Hz"` // 0 is 30000; 5000, for spikes are some 0.2 ms wide, to 1e6
	Seed    uint64
}

// Simulated is a recording that was made up, with what is true of it.
type Simulated struct {
	Recording *eeg.Recording // its samples are made as they are read, in uV
	Truth     *Units         // when each cell fires: the times of the troughs
	Positions [][]float64    `unit:"um"` // of the electrodes
	Places    [][]float64    `unit:"um"` // of the cells, at the beginning where they drift
	// Templates are the spikes of each cell on each channel, [unit][channel][sample], uV;
	// sample Trough is that of the trough.
	Templates [][][]float64 `unit:"uV"`
	Trough    int
	FS        float64 `unit:"Hz"`

	o     SimulationOptions
	cells []simulatedCell
}

// A simulatedCell has the shape of a cell's spike.
type simulatedCell struct {
	trough, after, afterAt, afterWide float64 // ms, and relative to the trough
	gain, delay                       []float64
	size, first                       float64 // gain at the cell, and delay at its electrode
}

// SimulateRecording makes up a recording whose units are known: cells at places between two
// columns of electrodes, each with a spike of its own shape (a trough of 0.08 to 0.16 ms and
// a later, slower peak). A spike falls with the distance d from the electrode as exp(-d/28 um)
// and comes 0.03 ms later every 50 um; cells fire as Poisson processes with a dead time, at
// times between samples too. Samples are made when they are read, and are the same for the
// same seed, whatever the pieces: a recording of hours takes no memory.
//
// Errors: numbers below 0 or not finite, an upper limit below the lower one, a rate that the
// dead time does not allow. Spikes of cells add up.
func SimulateRecording(o SimulationOptions) (*Simulated, error) {
	const call = "SimulateRecording"
	if err := o.defaults(call); err != nil {
		return nil, err
	}
	provenance.Random("spikes."+call, o.Seed)
	s := &Simulated{FS: o.FS, o: o, Truth: &Units{T1: 1000 * o.Seconds, Channel: []int{}}}
	var channels []eeg.Channel
	for c := range o.Channels {
		s.Positions = append(s.Positions, []float64{32 * float64(c%2), 20 * float64(c/2)})
		channels = append(channels, eeg.Channel{Name: fmt.Sprint(c), Kind: "other", Unit: "uV", FS: o.FS})
	}
	r := rng.New(o.Seed, 1)
	between := func(lo, hi float64) float64 { return lo + float64(r.Float64()*(hi-lo)) }
	for u := range max(o.Units, 0) {
		// Cells lie in turn along the electrodes, so that few are at the same place.
		rows := float64((o.Channels + 1) / 2)
		y := float64(20*(float64(u)+between(0.2, 0.8))/float64(o.Units)*rows) - 10
		place := []float64{between(-8, 40), y}
		cell := simulatedCell{trough: between(0.08, 0.16), after: between(0.15, 0.45), afterAt: between(0.25, 0.5), afterWide: between(0.12, 0.3)}
		best := 0
		for c, p := range s.Positions {
			d := distance(p, place)
			cell.gain, cell.delay = append(cell.gain, vec.Exp(-d/28)), append(cell.delay, float64(d/50*0.03))
			if cell.gain[c] > cell.gain[best] {
				best = c
			}
		}
		size := between(o.Amplitudes[0], o.Amplitudes[1]) / cell.gain[best]
		for c := range cell.gain {
			cell.gain[c] *= size
		}
		cell.size, cell.first = size, cell.delay[best]
		train, err := Poisson(between(o.Rates[0], o.Rates[1]), 1, float64(1000*o.Seconds)-2, o.Refractory, o.Seed+uint64(1000*(u+1)))
		if err != nil {
			return nil, fmt.Errorf("spikes: %s: %w", call, err)
		}
		for i := range train {
			train[i] += cell.delay[best]
		}
		first := cell.delay[best]
		for c := range cell.delay {
			cell.delay[c] -= first
		}
		s.cells, s.Places = append(s.cells, cell), append(s.Places, place)
		s.Truth.IDs, s.Truth.Trains, s.Truth.Channel = append(s.Truth.IDs, u), append(s.Truth.Trains, train), append(s.Truth.Channel, best)
	}
	s.Trough = int(math.Ceil(before * o.FS / 1000))
	n := s.Trough + int(math.Ceil(behind*o.FS/1000))
	for _, cell := range s.cells {
		template := make([][]float64, o.Channels)
		for c := range template {
			template[c] = make([]float64, n)
			for i := range template[c] {
				template[c][i] = cell.at(c, float64(i-s.Trough)*1000/o.FS)
			}
		}
		s.Templates = append(s.Templates, template)
	}
	rec, err := eeg.From(eeg.Recording{Format: "simulated", Channels: channels, Segments: []eeg.Segment{{Dur: float64(int(o.Seconds*o.FS)) / o.FS}}}, s.source())
	if err != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, err)
	}
	s.Recording = rec
	return s, nil
}

// before and behind are what a spike lasts before and after its trough, ms.
const before, behind = 0.8, 2.0

// at returns the spike on a channel at a time after the trough, ms.
func (k *simulatedCell) at(channel int, t float64) float64 {
	return k.shape(k.gain[channel], t-k.delay[channel])
}

func (k *simulatedCell) shape(gain, t float64) float64 {
	bump := func(t, wide float64) float64 { return vec.Exp(-float64(t*t) / float64(2*wide*wide)) }
	return gain * (float64(k.after*bump(t-k.afterAt, k.afterWide)) - bump(t, k.trough))
}

func (o *SimulationOptions) defaults(call string) error {
	for _, v := range []struct {
		field *float64
		usual float64
		name  string
	}{{&o.Noise, 10, "Noise"}, {&o.Seconds, 30, "Seconds"}, {&o.FS, 30000, "FS"}, {&o.Refractory, 3, "Refractory"}} {
		if *v.field == 0 {
			*v.field = v.usual
		}
		if !(*v.field > 0) || math.IsInf(*v.field, 0) {
			return fmt.Errorf("spikes: %s: %s is %g; it must be above 0 and finite", call, v.name, *v.field)
		}
	}
	if math.IsNaN(o.Drift) || math.IsInf(o.Drift, 0) {
		return fmt.Errorf("spikes: %s: Drift is %g um; it must be finite", call, o.Drift)
	}
	if o.FS < 5000 || o.FS > 1e6 {
		return fmt.Errorf("spikes: %s: FS is %g Hz; 5000 to 1e6 are allowed", call, o.FS)
	}
	if o.Seconds < 0.1 {
		return fmt.Errorf("spikes: %s: Seconds is %g; 0.1 or more is allowed", call, o.Seconds)
	}
	for _, v := range []struct {
		field *[2]float64
		usual [2]float64
		name  string
	}{{&o.Amplitudes, [2]float64{80, 250}, "Amplitudes"}, {&o.Rates, [2]float64{4, 12}, "Rates"}} {
		if *v.field == [2]float64{} {
			*v.field = v.usual
		}
		if f := *v.field; !(f[0] >= 0) || !(f[1] >= f[0]) || math.IsInf(f[1], 0) {
			return fmt.Errorf("spikes: %s: %s are %g to %g; they must be 0 or more, and ascending", call, v.name, f[0], f[1])
		}
	}
	if o.Channels == 0 {
		o.Channels = 16
	}
	if o.Units == 0 {
		o.Units = 8
	}
	if o.Channels < 1 || o.Channels > 4096 || o.Units > 4096 {
		return fmt.Errorf("spikes: %s: %d Channels and %d Units; 1 to 4096 channels and up to 4096 units are allowed", call, o.Channels, o.Units)
	}
	return nil
}

// A simulatedSource makes the samples when they are asked for.
type simulatedSource struct {
	*Simulated
	own []*rng.Source // noise of each channel, then the shared one
}

func (s *Simulated) source() *simulatedSource {
	f := &simulatedSource{Simulated: s}
	for c := range s.o.Channels + 1 {
		f.own = append(f.own, rng.New(s.o.Seed, uint64(100+c)))
	}
	return f
}

// Fill makes samples: dst[k] from sample from[k] on of channel channels[k].
func (s *simulatedSource) Fill(dst [][]float64, from []int, channels []int) error {
	if len(dst) == 0 {
		return nil
	}
	var shared []float64
	at := -1
	for k, c := range channels {
		x := dst[k]
		s.own[c].NormBlock(x, uint64(from[k]), 0)
		if from[k] != at || len(shared) != len(x) {
			at = from[k]
			shared = grown(shared[:0], len(x))
			s.own[s.o.Channels].NormBlock(shared, uint64(at), 0)
			vec.MulConstBlock(shared, shared, s.o.Noise/2)
			for i := range shared {
				shared[i] += float64(100 * vec.Sin(2*math.Pi*7*float64(at+i)/s.FS))
			}
		}
		vec.FMAScaleBlock(x, x, s.o.Noise, shared)
		dt := 1000 / s.FS
		lo, hi := float64(float64(from[k])*dt), float64(float64(from[k]+len(x))*dt)
		for u, train := range s.Truth.Trains {
			cell := &s.cells[u]
			if s.o.Drift == 0 && cell.gain[c] < 0.1 { // uV
				continue
			}
			for i := sort.SearchFloat64s(train, lo-(behind+1)); i < len(train) && train[i] < hi+(before+1); i++ {
				t := train[i]
				gain, delay := cell.gain[c], cell.delay[c]
				if s.o.Drift != 0 {
					p, q := s.Places[u], s.Positions[c]
					y := p[1] + float64(s.o.Drift*t/s.Truth.T1)
					d := distance([]float64{p[0], y}, q)
					gain, delay = cell.size*vec.Exp(-d/28), float64(d/50*0.03)-cell.first
				}
				if gain < 0.1 {
					continue
				}
				a := max(int(math.Ceil((t-before)/dt)), from[k])
				b := min(int(math.Floor((t+behind)/dt)), from[k]+len(x)-1)
				for n := a; n <= b; n++ {
					x[n-from[k]] += cell.shape(gain, float64(float64(n)*dt)-t-delay)
				}
			}
		}
	}
	return nil
}

// String says what was made.
func (s *Simulated) String() string {
	return fmt.Sprintf("%d channels, %g s at %g Hz, noise %g uV; %s", s.o.Channels, s.o.Seconds, s.FS, s.o.Noise, s.Truth)
}

// Plot draws the electrodes, and each cell's spike at those where it is larger than a fifth
// of its largest.
func (s *Simulated) Plot() *figure.Figure {
	p := figure.Panel{X: figure.Axis{Label: "x", Unit: "um"}, Y: figure.Axis{Label: "y", Unit: "um"}, Legend: "off"}
	dots := figure.Layer{Kind: figure.Points, Color: "grey", Size: 3}
	for _, q := range s.Positions {
		dots.X, dots.Y = append(dots.X, q[0]), append(dots.Y, q[1])
	}
	p.Layers = append(p.Layers, dots)
	for u, template := range s.Templates {
		largest := -template[s.Truth.Channel[u]][s.Trough]
		var l figure.Layer
		l.Kind, l.Name, l.Width = figure.Line, fmt.Sprint("unit ", u), 1.2
		for c, wave := range template {
			if s.cells[u].gain[c] < largest/5 {
				continue
			}
			for i, v := range wave {
				l.X = append(l.X, s.Positions[c][0]-10+float64(24*float64(i)/float64(len(wave))))
				l.Y = append(l.Y, s.Positions[c][1]+float64(15*v/largest))
			}
			l.X, l.Y = append(l.X, math.NaN()), append(l.Y, math.NaN())
		}
		p.Layers = append(p.Layers, l)
	}
	rows := float64(len(s.Positions)+1) / 2
	return &figure.Figure{Width: 7, Height: math.Max(5, math.Min(24, 2+float64(1.3*rows))), Panels: []figure.Panel{p}}
}

// Show draws the electrodes and the spikes of the cells.
func (s *Simulated) Show() display.Bundle {
	b := s.Plot().Show()
	b.Data[display.TypeText] = s.String()
	return b
}
