package eeg

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
)

// Epochs are stretches of a recording around events, as long as each other. Sample k of
// a trial lies at T0 + k/FS, the event being at 0.
type Epochs struct {
	FS       float64 `unit:"Hz"`
	T0       float64 `unit:"s"` // time of the first sample
	Channels []Channel
	Events   []Event       // of each trial
	X        [][][]float64 // [trial][channel][sample], in the unit of each channel
	Dropped  []Drop        // events that are not among the trials, and why
}

// A Drop is an event that became no trial.
type Drop struct {
	Event    Event
	Reason   string   // such as "outside the recording", "gap", "peak to peak", "flat", or the text of a bad segment
	Channels []string // that were the reason, if any
}

// EpochOptions say what epochs to take. The zero value of every field means the default.
type EpochOptions struct {
	// TMin and TMax are the first and the last time of an epoch relative to its event, s,
	// both included; both 0 are -0.2 and 0.5.
	TMin, TMax float64
	// Events are the events; nil takes the annotations of the recording that are not bad
	// segments, named "kind/text", or "text" where the format has no kinds.
	Events []Event
	// Conditions are the events to take, by name or by tags as in Epochs.Of; nil takes all.
	Conditions []string
	// Channels are the names to take; nil takes all but triggers.
	Channels []string
	// Baseline is the closed interval, s, whose mean is taken off each channel of each
	// epoch; the infinities are the ends of the epoch. Nil is from TMin to 0.
	Baseline []float64
	// NoBaseline leaves the epochs as they are.
	NoBaseline bool
	// Reject drops an epoch when a good channel of a kind, see Channel.Is, has a larger
	// peak-to-peak amplitude (the largest less the smallest value), and Flat when it has a
	// smaller one, in the unit of the channels: {"EEG": 100} for 100 uV.
	Reject, Flat map[string]float64
	// RejectFrom and RejectTo are the times, s, within which Reject and Flat look, both
	// included; both 0 are the whole epoch.
	RejectFrom, RejectTo float64
	// KeepBad keeps epochs that overlap an annotation whose text begins with "bad".
	KeepBad bool
	// Decimate keeps the samples whose number, counted from the event, is a multiple of it;
	// 0 is 1. There is no filter in it: what the recording holds above half of FS/Decimate
	// folds into what stays, so filter the recording below that before, or let
	// Recording.Resample, which filters, do it instead.
	Decimate int
}

// Epochs cuts epochs out of a recording: for each event the samples from TMin to TMax, the
// event being placed to the nearest sample. Only these are read, one epoch after the other,
// and held: trials times channels times samples of 8 bytes.
//
// Each epoch is handled in this order: it is dropped when it does not lie within the
// recording ("outside the recording"), when it reaches over a gap ("gap"), when it overlaps
// an annotation whose text begins with "bad", in any case of its letters, about all channels or one that
// is taken (that text); its baseline is taken off; it is decimated; it is dropped when a good
// channel has samples that are not finite ("not finite"), a peak-to-peak amplitude above
// Reject ("peak to peak") or below Flat ("flat"). What was dropped stands in Dropped, and
// Log counts it.
//
// Errors: no events, a condition without any, channels that are not there or differ in
// rate, a baseline outside of the epoch, thresholds of a kind that no channel is of, and no
// epoch left. As mne.Epochs, against which it was checked; MNE does not look for samples
// that are not finite.
func (r *Recording) Epochs(o EpochOptions) (*Epochs, error) {
	const call = "Epochs"
	if o.TMin == 0 && o.TMax == 0 {
		o.TMin, o.TMax = -0.2, 0.5
	}
	if !(o.TMin <= o.TMax) || math.Abs(o.TMin) > 1e6 || math.Abs(o.TMax) > 1e6 {
		return nil, fmt.Errorf("eeg: %s: TMin is %g s and TMax %g s; TMin must not be the later, both within 1e6 s of the event", call, o.TMin, o.TMax)
	}
	if o.Decimate == 0 {
		o.Decimate = 1
	}
	if o.Decimate < 1 {
		return nil, fmt.Errorf("eeg: %s: Decimate is %d; 1 or more are allowed", call, o.Decimate)
	}
	index, err := r.taken(call, o.Channels)
	if err != nil {
		return nil, err
	}
	fs, err := r.rate(call, index)
	if err != nil {
		return nil, err
	}
	events, err := r.chosen(call, o)
	if err != nil {
		return nil, err
	}
	first := int(math.RoundToEven(float64(o.TMin * fs)))
	n := int(math.RoundToEven(float64(o.TMax*fs))) - first + 1
	skip := ((-first)%o.Decimate + o.Decimate) % o.Decimate
	c := &cutting{r: r, index: index, fs: fs, first: first, n: n, skip: skip, step: o.Decimate, base: [2]int{0, -1}}
	if skip >= n {
		return nil, fmt.Errorf("eeg: %s: Decimate is %d, of which an epoch from %g to %g s has no sample", call, o.Decimate, o.TMin, o.TMax)
	}
	if !o.NoBaseline {
		b := o.Baseline
		if b == nil {
			b = []float64{math.Inf(-1), 0}
		}
		if len(b) != 2 {
			return nil, fmt.Errorf("eeg: %s: Baseline is %v; it is from and to, s", call, b)
		}
		kept := skip + (n-1-skip)/o.Decimate*o.Decimate // the last sample that stays
		if c.base[0], c.base[1], err = within(call+": Baseline", b[0], b[1], fs, float64(first+skip), kept-skip+1); err != nil {
			return nil, fmt.Errorf("%w; NoBaseline leaves epochs as they are", err)
		}
		c.base[0], c.base[1] = c.base[0]+skip, c.base[1]+skip
	}
	ep := &Epochs{FS: fs / float64(o.Decimate), T0: float64(first+skip) / fs}
	for _, k := range index {
		ch := r.Channels[k]
		ch.FS = ep.FS
		ep.Channels = append(ep.Channels, ch)
	}
	test, err := ep.limits(call, o, (n-skip+o.Decimate-1)/o.Decimate)
	if err != nil {
		return nil, err
	}
	var bad []Annotation
	for _, a := range r.Annotations {
		if !o.KeepBad && isBad(a.Text) && (a.Channel == "" || among(ep.Channels, a.Channel)) {
			bad = append(bad, a)
		}
	}
	task := display.Start("eeg.Epochs", "epochs", len(events))
	defer task.End()
	for _, e := range events {
		if err := task.Err(); err != nil {
			return nil, err
		}
		task.Add(1)
		x, reason, err := c.cut(e, bad)
		if err != nil {
			return nil, fmt.Errorf("eeg: %s: %w", call, err)
		}
		var names []string
		if reason == "" {
			reason, names = test.fails(x)
		}
		if reason != "" {
			ep.Dropped = append(ep.Dropped, Drop{e, reason, names})
			continue
		}
		ep.Events, ep.X = append(ep.Events, e), append(ep.X, x)
	}
	if len(ep.X) == 0 {
		return nil, fmt.Errorf("eeg: %s: no epoch is left of %s: %s", call, spell.Count(len(events), "event"), ep.why())
	}
	return ep, nil
}

// taken returns the numbers of the channels to take.
func (r *Recording) taken(call string, names []string) ([]int, error) {
	if len(names) > 0 {
		if err := twice(call, names); err != nil {
			return nil, err
		}
		return r.index(call, names)
	}
	all, err := r.index(call, nil)
	if err != nil {
		return nil, err
	}
	var index []int
	for _, c := range all {
		if r.Channels[c].Kind != "trigger" {
			index = append(index, c)
		}
	}
	if len(index) == 0 {
		return nil, fmt.Errorf("eeg: %s: there is no channel but triggers; there are %s", call, r)
	}
	return index, nil
}

// cutting is how epochs are cut.
type cutting struct {
	r          *Recording
	index      []int
	fs         float64
	first, n   int // of the samples, from the event
	skip, step int
	base       [2]int // samples of the baseline, both included; none when the last is before the first
}

// cut returns the samples of an epoch, or why there is none.
func (c *cutting) cut(e Event, bad []Annotation) (x [][]float64, reason string, err error) {
	at := math.RoundToEven(float64(e.Time*c.fs)) + float64(c.first)
	if !(at >= 0) || at+float64(c.n) > 1e15 {
		return nil, "outside the recording", nil
	}
	a, here := int(at), 0
	b := a + c.n
	from := -1
	c.r.overlaps(c.index[0], a, b, func(_, stored, n int) {
		if from < 0 {
			from = stored
		}
		here += n
	})
	if here < c.n {
		last := 0
		if g := len(c.r.Segments); g > 0 {
			s := c.r.Segments[g-1]
			last = count(s.Start, c.fs) + count(s.Dur, c.fs)
		}
		if b > last {
			return nil, "outside the recording", nil
		}
		return nil, "gap", nil
	}
	for _, s := range bad {
		if s.Onset < float64(b)/c.fs && s.Onset+s.Dur > float64(a)/c.fs {
			return nil, s.Text, nil
		}
	}
	x = make([][]float64, len(c.index))
	room := make([]float64, c.n*len(x))
	starts := make([]int, len(x))
	for k := range x {
		x[k], starts[k] = room[k*c.n:(k+1)*c.n:(k+1)*c.n], from
	}
	if err := c.r.source.Fill(x, starts, c.index); err != nil {
		return nil, "", err
	}
	for k := range x {
		if c.base[1] >= c.base[0] {
			rebase(x[k], c.base[0], c.base[1])
		}
		if c.step > 1 {
			var y []float64
			for i := c.skip; i < c.n; i += c.step {
				y = append(y, x[k][i])
			}
			x[k] = y
		}
	}
	return x, "", nil
}
