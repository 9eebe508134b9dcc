package spikes

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// ArrayOptions say how spikes are found on many channels. The zero value of a field
// means its default.
type ArrayOptions struct {
	// Band are the cuts of the band-pass, Hz; {0, 0} is 300 to 6000 Hz. It is a
	// Butterworth filter of the given Order (0 is 3), run forward and backward.
	Band  [2]float64 `unit:"Hz"`
	Order int
	// Filtered says that the recording has been band-passed: it is taken as it is.
	Filtered bool
	// Reference is what is taken off all channels at each time after that: "median", the
	// median of the channels, "average", their mean, or "none". "" is the median of 16
	// channels or more, and none of fewer: the median of few channels is often one of them,
	// which is then about 0, so that the noise by the median is too low, of 8 channels by a
	// sixth to a quarter, of 16 by 7 %, of 64 by 2 %, and noise comes beyond the threshold.
	Reference string
	// Method is what is held against the threshold: "mad" (also ""), the samples, or
	// "neo", the nonlinear energy.
	Method string
	// Threshold is in multiples of the noise for "mad": 0 is -5, negative finds
	// troughs, positive peaks. For "neo" it is in multiples of the mean energy and 0
	// is 8; a negative one finds troughs there too, and 0 as well.
	Threshold float64
	// Noise are the stretches that the noise is measured in, from and to, s. None is
	// 10 stretches of 0.2 s, evenly spread, or all of a recording up to 2 s.
	Noise [][2]float64 `unit:"s"`
	// Refractory is the time in which a channel has one spike, the largest, ms; 0 is
	// 1 ms, negative is none.
	Refractory float64 `unit:"ms"`
	// Positions are the places of the channels, in um, of one to three numbers each.
	// With them a spike that several electrodes see is counted once, on the channel
	// where it is largest: of spikes within Window ms (0 is 0.5) on channels within
	// Radius um (0 is 100) of each other.
	Positions [][]float64 `unit:"um"`
	Radius    float64     `unit:"um"`
	Window    float64     `unit:"ms"`
	// Piece is how many samples are read at once, at least; 0 is 2048. Results do not
	// depend on it.
	Piece int
}

// NewArray returns the usual options: 300 to 6000 Hz, the reference that fits the number
// of channels, and by the method the threshold: troughs beyond 5 times the noise by the
// median, or 8 times the mean of the nonlinear energy; 1 ms apart.
func NewArray() ArrayOptions {
	return ArrayOptions{Band: [2]float64{300, 6000}, Order: 3, Method: "mad", Refractory: 1, Radius: 100, Window: 0.5}
}

// Detected are spikes that were found on many channels, not yet told apart by the cells
// that fired them.
type Detected struct {
	Times     neuro.Spikes // of all spikes, ascending, ms
	Channel   []int        // of each spike, from 0; those at the same time ascend
	Amplitude []float64    // the extreme sample of each, in Unit: negative for a trough
	Noise     []float64    // of each channel: median|x|/0.6745, in Unit
	Threshold []float64    // of each channel: in Unit, or in Unit squared for "neo"; NaN on a bad one
	Names     []string     // of the channels
	Unit      string
	FS        float64 `unit:"Hz"` // sampling rate
	T0, T1    float64 `unit:"ms"` // the window that was searched
	Excluded  int     // how many were left out, as smaller ones near a larger one

	positions [][]float64
	energy    bool // thresholds are those of the nonlinear energy
}

// DetectMany finds spikes on many channels of samples in memory: x[c] are those of
// channel c, all as many, fs is their rate in Hz, unit that of the samples, such as "uV".
// See [DetectRecording] for how, and for errors.
func DetectMany(x [][]float64, fs float64, unit string, o ArrayOptions) (*Detected, error) {
	rec, err := InMemory(x, fs, unit)
	if err != nil {
		return nil, err
	}
	return DetectRecording(rec, o)
}

// InMemory returns a recording of samples in memory, as detection and sorting take it:
// x[c] are those of channel c, which is called c, fs is their rate in Hz. Errors are those
// of eeg.New.
func InMemory(x [][]float64, fs float64, unit string) (*eeg.Recording, error) {
	channels := make([]eeg.Channel, len(x))
	for c := range channels {
		channels[c] = eeg.Channel{Name: fmt.Sprint(c), Kind: "other", Unit: unit, FS: fs}
	}
	rec, err := eeg.New(channels, x)
	if err != nil {
		return nil, fmt.Errorf("spikes: %w", err)
	}
	return rec, nil
}

// DetectRecording finds spikes on the channels of a recording, which may be larger than
// memory: it is read in pieces. Each channel is band-passed without lag, and at each time
// the median of the channels is taken off, of 16 channels or more (see Reference). With
//
//	σ = median|x|/0.6745,
//
// the median over the stretches of the noise, a spike is a local extremum of x at or beyond
// Threshold·σ; its time is that of the extreme sample (the middle of equal ones). With
// Method "neo" it is a local maximum of the nonlinear energy
//
//	ψ[n] = x[n]² - x[n-k] x[n+k],  k the samples of 0.1 ms (at least 1),
//
// smoothed by a Hamming window of 4k+1 samples, at or beyond Threshold times its mean over
// the stretches; its time is that of the extreme x within 3k samples of it.
//
// Of spikes of a channel that are less than Refractory apart the larger stays, and likewise
// of those of channels near each other (see Positions): the largest first, each takes away
// those about it. Channels that are marked as bad are left out of it and of the reference.
//
// Times are in ms since the first sample. In a recording with gaps each segment is filtered
// by itself. The filter runs backward from a fixed number of samples behind each block, as
// many as a pulse needs to fall below the rounding, so that memory is bounded; results are
// the same bits for any Piece and any number of threads, and those of the filter on the
// whole to 1e-12.
//
// Errors: no channels, rates that differ, a band beyond half the sampling rate, a segment
// that is too short for the filter, NaN or infinite samples (with channel and time), a
// noise of 0, options that are not known. Sources: Quiroga, Nadasdy and Ben-Shaul 2004,
// Neural Comput 16:1661 (noise by the median); Mukhopadhyay and Ray 1998, IEEE Trans Biomed
// Eng 45:180 (energy against a multiple of its mean); Choi, Jung and Kim 2006, IEEE Trans
// Biomed Eng 53:738 (lag k and window). Peers: scipy.signal.sosfiltfilt, numpy.median and
// scipy.signal.find_peaks with a distance.
func DetectRecording(rec *eeg.Recording, o ArrayOptions) (*Detected, error) {
	const call = "DetectRecording"
	c, err := newChain(call, rec, o)
	if err != nil {
		return nil, err
	}
	task := display.Start("spikes."+call, "samples", c.total())
	defer task.End()
	c.task = task
	d := &Detected{Unit: rec.Channels[0].Unit, FS: c.fs, T1: 1000 * rec.Dur(), positions: o.Positions, energy: o.Method == "neo"}
	for _, ch := range rec.Channels {
		d.Names = append(d.Names, ch.Name)
	}
	if err := c.levels(d); err != nil {
		return nil, err
	}
	var found []peak
	for _, s := range c.segments {
		f := newFinder(c, d.Threshold)
		if err := c.run(s.first, s.n, 0, s.n, task, f.block); err != nil {
			return nil, err
		}
		found = append(found, f.sorted(s.first)...)
	}
	kept := c.exclude(found)
	d.Excluded = len(found) - len(kept)
	d.Times, d.Channel, d.Amplitude = make(neuro.Spikes, len(kept)), make([]int, len(kept)), make([]float64, len(kept))
	for i, p := range kept {
		d.Times[i], d.Channel[i], d.Amplitude[i] = float64(p.at)*1000/c.fs, int(p.channel), p.value
	}
	return d, nil
}

// CleanRecording returns what detection looks at: the channels of a recording from a time
// to another (ms), band-passed and with the reference taken off, [channel][sample]. The
// first sample is that at or next after from. Errors are those of DetectRecording, and a
// window outside of the recording or across a gap.
func CleanRecording(rec *eeg.Recording, from, to float64, o ArrayOptions) ([][]float64, error) {
	const call = "CleanRecording"
	c, err := newChain(call, rec, o)
	if err != nil {
		return nil, err
	}
	if err := checkWindow(call, from, to); err != nil {
		return nil, err
	}
	a, b := int(math.Ceil(from*c.fs/1000-1e-6)), int(math.Ceil(to*c.fs/1000-1e-6))
	for _, s := range c.segments {
		if a >= s.first && b <= s.first+s.n {
			out := make([][]float64, c.n)
			err := c.run(s.first, s.n, a-s.first, b-s.first, nil, func(y [][]float64, at int) error {
				for i := range out {
					out[i] = append(out[i], y[i]...)
				}
				return nil
			})
			return out, err
		}
	}
	return nil, fmt.Errorf("spikes: %s: from %g to %g ms is not within a segment of the recording, which lasts %g ms", call, from, to, 1000*rec.Dur())
}

// Train returns the spikes on a channel, ms.
func (d *Detected) Train(channel int) neuro.Spikes {
	s := neuro.Spikes{}
	for i, c := range d.Channel {
		if c == channel {
			s = append(s, d.Times[i])
		}
	}
	return s
}

// Raster returns the spikes of each channel.
func (d *Detected) Raster() neuro.Raster {
	r := neuro.Raster{Trains: make([]neuro.Spikes, len(d.Names)), T0: d.T0, T1: d.T1}
	for c := range r.Trains {
		r.Trains[c] = neuro.Spikes{}
	}
	for i, c := range d.Channel {
		r.Trains[c] = append(r.Trains[c], d.Times[i])
	}
	return r
}

// design makes the filter of the options.
func (o *ArrayOptions) design(call string, fs float64) (signal.SOS, error) {
	if o.Band == [2]float64{} {
		o.Band = [2]float64{300, 6000}
	}
	if o.Order == 0 {
		o.Order = 3
	}
	if hi := o.Band[1]; hi >= fs/2 {
		return signal.SOS{}, fmt.Errorf("spikes: %s: Band ends at %g Hz and the sampling rate is %g Hz; the band must end below half of it", call, hi, fs)
	}
	s, err := signal.Butter(o.Order, "band", fs, o.Band[0], o.Band[1])
	if err != nil {
		return signal.SOS{}, fmt.Errorf("spikes: %s: Band: %w", call, err)
	}
	return s, nil
}

// defaults fills in and checks the options, of n channels of which some are good.
func (o *ArrayOptions) defaults(call string, n, good int) error {
	if o.Reference == "" {
		if o.Reference = "median"; good < 16 {
			o.Reference = "none"
		}
	}
	if o.Method == "" {
		o.Method = "mad"
	}
	if o.Threshold == 0 {
		o.Threshold = -5
		if o.Method == "neo" {
			o.Threshold = -8
		}
	}
	for _, v := range []struct {
		field *float64
		usual float64
	}{{&o.Refractory, 1}, {&o.Radius, 100}, {&o.Window, 0.5}} {
		if *v.field == 0 {
			*v.field = v.usual
		}
	}
	if o.Piece == 0 {
		o.Piece = 2048
	}
	switch {
	case !slices.Contains([]string{"median", "average", "none"}, o.Reference):
		return fmt.Errorf("spikes: %s: Reference %q is not known; allowed are median, average, none", call, o.Reference)
	case o.Method != "mad" && o.Method != "neo":
		return fmt.Errorf("spikes: %s: Method %q is not known; allowed are mad, neo", call, o.Method)
	case math.IsNaN(o.Threshold) || math.IsInf(o.Threshold, 0):
		return fmt.Errorf("spikes: %s: Threshold is %g; it must be finite (0: -5 times the noise, 8 times the mean energy)", call, o.Threshold)
	case math.IsNaN(o.Refractory) || math.IsNaN(o.Radius) || math.IsNaN(o.Window) || o.Radius < 0 || o.Window < 0:
		return fmt.Errorf("spikes: %s: Refractory, Radius and Window are %g ms, %g um and %g ms; they must be numbers, the last two above 0", call, o.Refractory, o.Radius, o.Window)
	case o.Piece < 0:
		return fmt.Errorf("spikes: %s: Piece is %d samples; it must be above 0 (0: 2048)", call, o.Piece)
	case o.Positions != nil && len(o.Positions) != n:
		return fmt.Errorf("spikes: %s: %d Positions for %d channels; as many are needed", call, len(o.Positions), n)
	}
	for c, p := range o.Positions {
		if len(p) != len(o.Positions[0]) || len(p) == 0 {
			return fmt.Errorf("spikes: %s: Positions[%d] has %d numbers and the first %d; all must have as many, at least 1", call, c, len(p), len(o.Positions[0]))
		}
		for _, v := range p {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("spikes: %s: Positions[%d] is %v; places must be finite", call, c, p)
			}
		}
	}
	return nil
}
