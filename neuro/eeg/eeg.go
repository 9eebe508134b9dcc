// Package eeg holds recordings of EEG, MEG and local field potentials: one plain value
// for every file format, whose samples stay in the file until they are asked for.
//
//	rec, err := edf.Read("night.edf")
//	rec                                    // a table of its channels, and the first seconds
//	p, err := rec.Read(10, 20, "Fz", "Cz") // from 10 to 20 s, in the unit of each channel
//	p.X[0]                                 // samples of Fz
//	rec.Each(30, func(p *eeg.Piece) error { ... }) // the whole of it, 30 s at a time
//	clean, err := rec.FiltFilt(sos)        // a recording too: filtered as it is read
//	spectra, err := clean.Welch(signal.WelchOptions{}) // in pieces, and to the bit those of the whole
//
// From a file to event-related potentials:
//
//	sos, err := signal.Butter(2, "band", 500, 0.1, 30)
//	rec, err := brainvision.Read("oddball.vhdr")
//	rec, err = rec.FiltFilt(sos)
//	bad, err := rec.FindBad(eeg.BadOptions{})  // flat, loose, noisy: rec.SetBad(bad.Names()...)
//	rec, err = rec.Interpolate(eeg.SplineOptions{})
//	rec, err = rec.Rereference()               // to the common average
//	ep, err := rec.Epochs(eeg.EpochOptions{    // by markers, from -0.2 to 0.8 s, the mean before 0 taken off
//		Conditions: []string{"target", "standard"}, TMin: -0.2, TMax: 0.8,
//		Reject: map[string]float64{"EEG": 100}, // uV, peak to peak
//	})
//	ep                                         // how many trials, which were dropped and why, and their mean
//	target, err := ep.Of("target")
//	a, err := target.Band(eeg.BandOptions{})   // the mean with its 95% confidence band
//	b, err := standard.Band(eeg.BandOptions{})
//	eeg.PlotBands("Pz", a, b)                  // conditions over each other
//	a.Mean.Topomaps()                          // maps at the peaks of the field power
//	target.Image("Pz", reactionTimes...)       // single trials, sorted
//
// Times are s since the first sample. Package recording opens files of all formats; their
// readers are in packages edf, brainvision, fif, vendors, matlab, npy and flat; New makes a
// recording of samples in memory.
package eeg

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro"
)

// A Recording is the signals of a file, what was noted beside them, and what is wrong
// with the file.
type Recording struct {
	Path        string         // of the file; "" for one in memory
	Format      string         // EDF, EDF+C, EDF+D, BDF, BDF+C, BDF+D, BrainVision, FIF
	Start       time.Time      // of the first sample, by the clock of the recorder; zero when not known
	Subject     string         // as the file has it
	Session     string         // as the file has it
	Channels    []Channel      // their names differ
	Segments    []Segment      // where there are samples, ascending; one in a recording without gaps
	Annotations []Annotation   // ascending in onset
	Problems    neuro.Problems // of the file, the worst first
	FirstSample int            // the number that the recorder gave to the first sample, from which events in files of their own count; 0 in most formats

	source Source
}

// A Channel describes a signal.
type Channel struct {
	Name string
	Kind string  // EEG, EOG, ECG, EMG, MEG, MEG reference, respiration, temperature, trigger, other: by name and unit, see KindOf; sEEG, ECoG, DBS and fNIRS where a file tells; CSD after that
	Unit string  // of its samples: uV, mV, V, C, ...; "" when they have none
	FS   float64 `unit:"Hz"` // sampling rate, Hz

	Position  []float64 // x to the right, y to the front, z up on a head of radius 1, or mm; nil when the file has none
	Reference string
	Filter    string  // of the recorder, in its words
	Sensor    string  // transducer, in the words of the file
	Lo, Hi    float64 // what the recorder could tell apart, from and to, in Unit; both 0 when not known
	Step      float64 // between neighbouring values, in Unit; 0 when not known

	Coil   string    // of MEG: magnetometer, planar gradiometer, axial gradiometer; "" otherwise
	Normal []float64 // of MEG: unit vector along which the coil measures, in the axes of Position; nil when the file has none
	Bad    bool      // marked as bad, in the file or by hand: left out of means over channels, of references and of maps of the head
}

// Is reports whether the channel is of a kind: its Kind or its Coil. Those with the word
// "gradiometer" are planar and axial ones. Reference sensors of MEG are of the kind "MEG
// reference" and of no other.
func (c Channel) Is(kind string) bool {
	switch {
	case kind == c.Kind:
		return true
	case c.Kind == "MEG reference" || kind == "":
		return false
	case kind == "gradiometer":
		return strings.HasSuffix(c.Coil, "gradiometer")
	}
	return kind == c.Coil
}

// A Segment is a stretch of time without a gap.
type Segment struct {
	Start, Dur float64 `unit:"s"`
}

// End returns the time of its end.
func (s Segment) End() float64 { return s.Start + s.Dur }

// An Annotation is something noted at a time.
type Annotation struct {
	Onset, Dur float64 `unit:"s"` // Dur is 0 for a point in time
	Kind       string  // such as Stimulus or Response where the format tells kinds apart
	Text       string
	Channel    string // the one that it is about; "" for all
}

// A Source has the samples of a recording. Readers of formats provide it.
type Source interface {
	// Fill reads samples of several channels: dst[k] from sample from[k] on of channel
	// channels[k], counted without gaps.
	Fill(dst [][]float64, from []int, channels []int) error
}

// From returns a recording whose samples come from a source, after checking what the
// reader put into r. Segments must be ascending and apart, rates above 0; channels whose
// names come twice get a number behind them, which a problem tells.
func From(r Recording, s Source) (*Recording, error) {
	if s == nil {
		return nil, fmt.Errorf("eeg: From: the source is nil")
	}
	seen := map[string]bool{}
	r.Channels = append([]Channel(nil), r.Channels...)
	for c := range r.Channels {
		ch := &r.Channels[c]
		if !(ch.FS > 0) || ch.FS > 1e9 {
			return nil, fmt.Errorf("eeg: From: channel %d (%s) has %g samples a second; above 0 and up to 1e9 are allowed", c, ch.Name, ch.FS)
		}
		name := ch.Name
		for k := 1; seen[name]; k++ {
			name = fmt.Sprintf("%s-%d", ch.Name, k)
		}
		if name != ch.Name {
			r.Problems.Add("warning", "label", "channel %d is a second %q; it is called %q here", c+1, ch.Name, name)
			ch.Name = name
		}
		seen[name] = true
	}
	end := math.Inf(-1)
	for i, g := range r.Segments {
		if !(g.Start >= end) || !(g.Dur >= 0) || g.End() > 1e9 {
			return nil, fmt.Errorf("eeg: From: segment %d lasts from %g to %g s, the one before to %g s; they must be ascending, up to 1e9 s", i, g.Start, g.End(), end)
		}
		end = g.End()
	}
	r.Problems = r.Problems.Sorted()
	r.source = s
	return &r, nil
}

// New returns a recording of samples in memory: x[c] are those of channel c. All must
// last as long, to half a sample; otherwise it is an error, as are a rate that is not
// above 0 and channels that are not as many as x.
func New(channels []Channel, x [][]float64) (*Recording, error) {
	if len(channels) != len(x) || len(x) == 0 {
		return nil, fmt.Errorf("eeg: New: %d channels and %d signals; as many are needed, at least one", len(channels), len(x))
	}
	if !(channels[0].FS > 0) {
		return nil, fmt.Errorf("eeg: New: channel 0 has %g samples a second; it must be above 0", channels[0].FS)
	}
	dur := float64(len(x[0])) / channels[0].FS
	for c, ch := range channels {
		if n := count(dur, ch.FS); n != len(x[c]) {
			return nil, fmt.Errorf("eeg: New: channel %d (%s) has %d samples; the first lasts %g s, which are %d at %g Hz", c, ch.Name, len(x[c]), dur, n, ch.FS)
		}
	}
	return From(Recording{Channels: channels, Segments: []Segment{{0, dur}}}, memory(x))
}

// memory are the samples of a recording that has no file.
type memory [][]float64

func (m memory) Fill(dst [][]float64, from []int, channels []int) error {
	for k, c := range channels {
		copy(dst[k], m[c][from[k]:])
	}
	return nil
}

// Dur returns the time from the first sample to the end of the last, gaps included, s.
func (r *Recording) Dur() float64 {
	if len(r.Segments) == 0 {
		return 0
	}
	return r.Segments[len(r.Segments)-1].End()
}

// Samples returns how many samples a channel has, gaps left out; channels count from 0.
func (r *Recording) Samples(channel int) int {
	n := 0
	for _, s := range r.Segments {
		n += count(s.Dur, r.Channels[channel].FS)
	}
	return n
}

// Gaps returns the stretches without samples.
func (r *Recording) Gaps() []Segment {
	var gaps []Segment
	for i := 1; i < len(r.Segments); i++ {
		if end := r.Segments[i-1].End(); r.Segments[i].Start > end {
			gaps = append(gaps, Segment{end, r.Segments[i].Start - end})
		}
	}
	return gaps
}

// Names returns the names of the channels of some kinds, in their order; without a kind,
// of all. Kinds are those of Channel.Is: EEG, MEG, magnetometer, gradiometer ...
func (r *Recording) Names(kinds ...string) []string {
	var names []string
	for _, c := range r.Channels {
		ok := len(kinds) == 0
		for _, k := range kinds {
			ok = ok || c.Is(k)
		}
		if ok {
			names = append(names, c.Name)
		}
	}
	return names
}

// count returns how many samples a stretch has.
func count(dur, fs float64) int { return int(math.Round(float64(dur * fs))) }
