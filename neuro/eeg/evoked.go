package eeg

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// An Evoked is what channels show around an event, averaged over trials: an event-related
// potential or field. Its values are plain; sample k lies at T0 + k/FS.
type Evoked struct {
	Comment  string  // what was averaged: a condition, or a difference of some
	Kind     string  // "average", or "standard error" of it
	N        int     // trials averaged
	FS       float64 `unit:"Hz"`
	T0       float64 `unit:"s"` // time of the first sample, the event being at 0
	Channels []Channel
	X        [][]float64 // [channel][sample], in the unit of each channel
}

// A Peak is the largest deflection of some channels in a stretch of time.
type Peak struct {
	Channel string
	Time    float64 `unit:"s"`
	Value   float64 // in Unit
	Unit    string
}

// String writes the peak as "P7: -5.2 uV at 172 ms".
func (p Peak) String() string {
	return fmt.Sprintf("%s: %.3g %s at %.4g ms", p.Channel, p.Value, p.Unit, p.Time*1000)
}

// Samples returns how many samples a channel has.
func (e *Evoked) Samples() int {
	if len(e.X) == 0 {
		return 0
	}
	return len(e.X[0])
}

// Times returns the times of the samples, s.
func (e *Evoked) Times() []float64 {
	t := make([]float64, e.Samples())
	first := e.first()
	for k := range t {
		t[k] = (first + float64(k)) / e.FS
	}
	return t
}

// first returns the number of the first sample, the event being number 0: whole where
// T0 is a multiple of 1/FS.
func (e *Evoked) first() float64 {
	x := float64(e.T0 * e.FS)
	if r := math.Round(x); math.Abs(x-r) < 1e-6*math.Max(1, math.Abs(x)) {
		return r
	}
	return x
}

// Index returns the number of the sample nearest to a time, s. A time more than half a
// sample outside is an error.
func (e *Evoked) Index(t float64) (int, error) {
	n := e.Samples()
	k := math.RoundToEven(float64(t*e.FS) - e.first())
	if !(k >= 0 && k < float64(n)) {
		return 0, fmt.Errorf("eeg: Evoked.Index: %g s; the samples lie from %g to %g s", t, e.T0, e.T0+float64(n-1)/e.FS)
	}
	return int(k), nil
}

// window returns the samples of the closed interval from one time to another, each
// rounded to the nearest sample; the infinities are the ends.
func (e *Evoked) window(call string, from, to float64) (a, b int, err error) {
	return window(call, from, to, e.FS, e.first(), e.Samples())
}

func window(call string, from, to, fs, first float64, n int) (a, b int, err error) {
	lo, hi := 0.0, float64(n-1)
	if !math.IsInf(from, -1) {
		lo = math.RoundToEven(float64(from*fs)) - first
	}
	if !math.IsInf(to, 1) {
		hi = math.RoundToEven(float64(to*fs)) - first
	}
	const slack = 0.5 + 1e-6 // first may lie between samples
	if math.IsNaN(from) || math.IsNaN(to) || !(lo > -slack) || !(hi < float64(n-1)+slack) || !(lo <= hi) {
		return 0, 0, fmt.Errorf("eeg: %s: from %g to %g s; the samples lie from %g to %g s, and the interval must be ascending and within", call, from, to, first/fs, (first+float64(n-1))/fs)
	}
	return max(0, int(math.Ceil(lo-slack+1e-9))), min(n-1, int(math.Floor(hi+slack-1e-9))), nil
}

// within returns the samples of the closed interval from one time to another; the
// infinities are the ends.
func within(call string, from, to, fs, first float64, n int) (a, b int, err error) {
	lo, hi := 0.0, float64(n-1)
	if !math.IsInf(from, -1) {
		lo = math.Ceil(float64(from*fs) - first - 1e-6)
	}
	if !math.IsInf(to, 1) {
		hi = math.Floor(float64(to*fs) - first + 1e-6)
	}
	if math.IsNaN(from) || math.IsNaN(to) || !(lo >= 0) || !(hi < float64(n)) || !(lo <= hi) {
		return 0, 0, fmt.Errorf("eeg: %s: from %g to %g s; the samples lie from %g to %g s, and the interval must be ascending, within, and have samples", call, from, to, first/fs, (first+float64(n-1))/fs)
	}
	return int(lo), int(hi), nil
}

// Names returns the names of the channels of some kinds, in their order; without a kind,
// of all.
func (e *Evoked) Names(kinds ...string) []string {
	r := Recording{Channels: e.Channels}
	return r.Names(kinds...)
}

// Pick returns some channels, in the order named. A name that is not there is an error.
func (e *Evoked) Pick(names ...string) (*Evoked, error) {
	index, err := find("Evoked.Pick", e.Channels, names)
	if err != nil {
		return nil, err
	}
	return e.take(index), nil
}

func (e *Evoked) take(index []int) *Evoked {
	out := *e
	out.Channels, out.X = nil, nil
	for _, c := range index {
		out.Channels = append(out.Channels, e.Channels[c])
		out.X = append(out.X, append([]float64(nil), e.X[c]...))
	}
	return &out
}

// Of returns the channels of some kinds, see Channel.Is, that are not bad; none is an error.
func (e *Evoked) Of(kinds ...string) (*Evoked, error) {
	index := goodOf(e.Channels, kinds)
	if len(index) == 0 {
		return nil, fmt.Errorf("eeg: Evoked.Of: no good channel is of kind %q; there are %s", kinds, (&Recording{Channels: e.Channels}).String())
	}
	return e.take(index), nil
}

// Crop returns the samples of the closed interval from one time to another, s, each
// rounded to the nearest sample; the infinities are the ends.
func (e *Evoked) Crop(from, to float64) (*Evoked, error) {
	a, b, err := e.window("Evoked.Crop", from, to)
	if err != nil {
		return nil, err
	}
	out := *e
	out.T0, out.X = (e.first()+float64(a))/e.FS, nil
	for _, x := range e.X {
		out.X = append(out.X, append([]float64(nil), x[a:b+1]...))
	}
	return &out, nil
}

// Baseline returns the same with the mean over the closed interval from one time to
// another, s, taken off each channel; the infinities are the ends. An interval that is
// not within the samples, or has none, is an error. As mne's apply_baseline.
func (e *Evoked) Baseline(from, to float64) (*Evoked, error) {
	a, b, err := within("Evoked.Baseline", from, to, e.FS, e.first(), e.Samples())
	if err != nil {
		return nil, err
	}
	out := *e
	out.X = nil
	for _, x := range e.X {
		y := append([]float64(nil), x...)
		rebase(y, a, b)
		out.X = append(out.X, y)
	}
	return &out, nil
}

// rebase takes the mean of samples a to b, both included, off x.
func rebase(x []float64, a, b int) {
	mean := 0.0
	for _, v := range x[a : b+1] {
		mean += v
	}
	mean /= float64(b + 1 - a)
	vec.AddConstBlock(x, x, -mean)
}

// GFP returns the global field power, the standard deviation over channels at each time,
//
//	GFP(t) = sqrt( 1/C Σ (x_c(t) - mean over c of x(t))² ),
//
// of the named channels, which must have one unit; without names, of the good ones of
// the kind that most have. It does not depend on the reference. Less than two channels
// are an error. Source: Lehmann and Skrandies 1980, Electroencephalogr. Clin.
// Neurophysiol. 48:609. Checked against MNE-Python (numpy's std over sensors).
func (e *Evoked) GFP(names ...string) ([]float64, error) {
	return e.over("Evoked.GFP", names, func(v []float64) float64 {
		mean, ss := mean(v), 0.0
		for _, x := range v {
			ss += float64((x - mean) * (x - mean))
		}
		return math.Sqrt(ss / float64(len(v)))
	})
}

// RMS returns the root mean square over channels at each time, which is usual for MEG,
// of the same channels as GFP.
func (e *Evoked) RMS(names ...string) ([]float64, error) {
	return e.over("Evoked.RMS", names, func(v []float64) float64 {
		ss := 0.0
		for _, x := range v {
			ss += float64(x * x)
		}
		return math.Sqrt(ss / float64(len(v)))
	})
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

func (e *Evoked) over(call string, names []string, f func([]float64) float64) ([]float64, error) {
	var index []int
	var err error
	if len(names) == 0 {
		groups := grouped(e.Channels)
		for _, g := range groups {
			if len(g) > len(index) {
				index = g
			}
		}
	} else if index, err = find(call, e.Channels, names); err != nil {
		return nil, err
	}
	if len(index) < 2 {
		return nil, fmt.Errorf("eeg: %s: %s; 2 or more of one kind are needed", call, spell.Count(len(index), "good channel"))
	}
	for _, c := range index {
		if a, b := e.Channels[c], e.Channels[index[0]]; a.Unit != b.Unit {
			return nil, fmt.Errorf("eeg: %s: %s is in %q and %s in %q; the channels must have one unit", call, a.Name, a.Unit, b.Name, b.Unit)
		}
	}
	out, v := make([]float64, e.Samples()), make([]float64, len(index))
	for k := range out {
		for i, c := range index {
			v[i] = e.X[c][k]
		}
		out[k] = f(v)
	}
	return out, nil
}

// grouped returns the good channels of each kind and unit, in the order of their first.
func grouped(channels []Channel) [][]int {
	at := map[[2]string]int{}
	var out [][]int
	for c, ch := range channels {
		if ch.Bad {
			continue
		}
		key := [2]string{ch.Kind, ch.Unit}
		g, ok := at[key]
		if !ok {
			g = len(out)
			at[key] = g
			out = append(out, nil)
		}
		out[g] = append(out[g], c)
	}
	return out
}

// Peak returns the largest deflection of the named channels from one time to another, s,
// both included: of either sign for "abs", the largest for "pos", the smallest for
// "neg". Without names it looks at the good channels of the kind that most have. With
// "pos" a peak that is not above 0 is an error, with "neg" one that is not below. NaN is
// passed over. Checked against mne's get_peak.
func (e *Evoked) Peak(mode string, from, to float64, names ...string) (Peak, error) {
	a, b, err := e.window("Evoked.Peak", from, to)
	if err != nil {
		return Peak{}, err
	}
	sign := map[string]float64{"abs": 0, "pos": 1, "neg": -1}
	s, ok := sign[mode]
	if !ok {
		return Peak{}, fmt.Errorf(`eeg: Evoked.Peak: mode is %q; it must be "abs", "pos" or "neg"`, mode)
	}
	var index []int
	if len(names) == 0 {
		for _, g := range grouped(e.Channels) {
			if len(g) > len(index) {
				index = g
			}
		}
	} else if index, err = find("Evoked.Peak", e.Channels, names); err != nil {
		return Peak{}, err
	}
	best, at, of := 0.0, -1, 0
	for _, c := range index {
		for k := a; k <= b; k++ {
			v := e.X[c][k] * s
			if s == 0 {
				v = math.Abs(e.X[c][k])
			}
			if v > best {
				best, at, of = v, k, c
			}
		}
	}
	if at < 0 {
		return Peak{}, fmt.Errorf("eeg: Evoked.Peak: no value from %g to %g s is a peak of mode %q", from, to, mode)
	}
	return Peak{e.Channels[of].Name, (e.first() + float64(at)) / e.FS, e.X[of][at], e.Channels[of].Unit}, nil
}
