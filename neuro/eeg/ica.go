package eeg

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// ICAOptions say which samples of a recording independent components are fitted to. The
// zero value of a field means its default.
type ICAOptions struct {
	// Fit says how components are sought, see signal.ICA; Unit is not used.
	Fit signal.ICAOptions
	// Channels are the names of the channels that are decomposed; none is all good ones of
	// kind EEG, or of kind MEG where there is no EEG.
	Channels []string
	// From and To are the times of the samples; To 0 is the end.
	From, To float64 `unit:"s"`
	// Step takes every so many samples; 0 is the smallest step that leaves up to 2^18.
	Step int
	// KeepBad fits to stretches annotated as bad ("BAD ..." in capitals or not) too, which
	// are left out otherwise.
	KeepBad bool
}

// NewICA returns the usual options: FastICA of all good channels of EEG.
func NewICA() ICAOptions { return ICAOptions{Fit: signal.NewICA()} }

// An ICA has the independent components of a recording: those of its fit, in the units
// of the channels, and the channels that it is about.
//
//	ica, err := rec.ICA(eeg.NewICA())
//	found, err := ica.FindEOG(rec, eeg.MatchOptions{})
//	clean, err := ica.Apply(rec, found.Components...)
type ICA struct {
	signal.ICAFit
	Channels []Channel
	From, To float64 `unit:"s"` // of the samples that were fitted
	Step     int     // between samples
	Left     float64 `unit:"s"` // out, because annotated as bad
}

// mostFitted is how many samples of a channel are fitted, unless Step says otherwise.
const mostFitted = 1 << 18

// ICA fits independent components to channels of a recording, by signal.ICA. The
// recording is better without drifts: filter it above 1 Hz first; what is found can be
// applied to the recording before the filter. It is read in pieces, and of them every Step-th
// sample is held. Where channels differ in kind, coil or unit, each group is divided by the
// standard deviation of all of its samples, so that no group decides alone; mixing,
// unmixing and means are given in the channels' units.
//
// Errors: those of signal.ICA, channels that differ in rate, samples that are not
// finite, and too few of them. Peer: mne.preprocessing.ICA.
func (r *Recording) ICA(o ICAOptions) (*ICA, error) {
	const call = "Recording.ICA"
	index, err := r.decomposed(call, o.Channels)
	if err != nil {
		return nil, err
	}
	if o.To == 0 {
		o.To = r.Dur()
	}
	if !(o.From >= 0) || !(o.To > o.From) || o.To > r.Dur()+1/r.Channels[index[0]].FS {
		return nil, fmt.Errorf("eeg: %s: from %g to %g s; the recording lasts from 0 to %g s", call, o.From, o.To, r.Dur())
	}
	if o.Step < 0 {
		return nil, fmt.Errorf("eeg: %s: Step is %d; it must be 1 or more (0: chosen)", call, o.Step)
	}
	a := &ICA{From: o.From, To: o.To, Step: o.Step}
	names := make([]string, len(index))
	for k, c := range index {
		a.Channels = append(a.Channels, r.Channels[c])
		names[k] = r.Channels[c].Name
	}
	fs := a.Channels[0].FS
	if a.Step == 0 {
		total := 0.0
		for _, s := range r.Segments {
			total += math.Max(0, math.Min(s.End(), o.To)-math.Max(s.Start, o.From))
		}
		a.Step = max(1, int(math.Ceil(float64(total*fs)/mostFitted)))
	}
	x := make([][]float64, len(index))
	dropped := 0
	err = r.stretches(call, o.From, o.To, names, func(p *Piece, _ bool) error {
		keep := make([]bool, len(p.X[0]))
		for i := range keep {
			keep[i] = true
		}
		if !o.KeepBad {
			dropped += mask(keep, p.First[0], fs, r.Annotations)
		}
		for i := (a.Step - p.First[0]%a.Step) % a.Step; i < len(keep); i += a.Step {
			if !keep[i] {
				continue
			}
			for k := range x {
				v := p.X[k][i]
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return fmt.Errorf("eeg: %s: channel %s is %g at %g s; samples must be finite (annotate the stretch as bad, or leave the channel out)", call, names[k], v, float64(p.First[k]+i)/fs)
				}
				x[k] = append(x[k], v)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	a.Left = float64(dropped) / fs
	if len(x[0]) <= len(x) {
		return nil, fmt.Errorf("eeg: %s: %d samples of %d channels are left (%g s are annotated as bad, every %s is taken); there must be more samples than channels", call, len(x[0]), len(x), a.Left, ordinal(a.Step))
	}
	scale := spreads(a.Channels, x)
	for k := range x {
		if scale[k] != 1 {
			vec.DivConstBlock(x[k], x[k], scale[k])
		}
	}
	o.Fit.Unit = ""
	fit, err := signal.ICA(x, o.Fit)
	if err != nil {
		return nil, fmt.Errorf("eeg: %s: %s: %w", call, strings.Join(names, ", "), err)
	}
	for c, s := range scale {
		fit.Mean[c] *= s
		for k := range fit.Unmixing {
			fit.Mixing[c][k] *= s
			fit.Unmixing[k][c] /= s
		}
	}
	a.ICAFit = *fit
	return a, nil
}

func ordinal(n int) string {
	if n == 1 {
		return "sample"
	}
	return fmt.Sprintf("%dth sample", n)
}

// decomposed returns the channels that are named, or the good ones of EEG or MEG.
func (r *Recording) decomposed(call string, names []string) ([]int, error) {
	index, err := r.index(call, names)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		index = nil
		for _, kind := range []string{"EEG", "MEG"} {
			for c, ch := range r.Channels {
				if ch.Is(kind) && !ch.Bad {
					index = append(index, c)
				}
			}
			if index != nil {
				break
			}
		}
	} else if err := twice(call, names); err != nil {
		return nil, err
	}
	if len(index) < 2 {
		return nil, fmt.Errorf("eeg: %s: %s of good EEG or MEG, or named; 2 or more are needed", call, spell.Count(len(index), "channel"))
	}
	_, err = r.rate(call, index)
	return index, err
}

// stretches gives the samples of channels of one rate to f in pieces of ten seconds, gaps
// left out; first says whether a segment begins.
func (r *Recording) stretches(call string, from, to float64, names []string, f func(p *Piece, first bool) error) error {
	const seconds = 10
	task := display.Start("eeg."+call, "seconds", int(to-from))
	defer task.End()
	for _, s := range r.Segments {
		lo, hi := math.Max(s.Start, from), math.Min(s.End(), to)
		first := true
		for at := lo; at < hi; at += seconds {
			if err := task.Err(); err != nil {
				return fmt.Errorf("eeg: %s: %w", call, err)
			}
			next := at + seconds
			if next >= hi {
				next = hi
			}
			p, err := r.Read(at, next, names...)
			if err != nil {
				return err
			}
			if len(p.X) > 0 && len(p.X[0]) > 0 {
				if err := f(p, first); err != nil {
					return err
				}
				first = false
			}
			task.Add(seconds)
		}
	}
	return nil
}

// mask clears what annotations say is bad, of samples from first on, and returns how many
// those are.
func mask(keep []bool, first int, fs float64, annotations []Annotation) int {
	n := 0
	for _, a := range annotations {
		if !isBad(a.Text) {
			continue
		}
		lo := int(math.Ceil(float64(a.Onset*fs)-1e-6)) - first
		hi := int(math.Ceil(float64((a.Onset+a.Dur)*fs)-1e-6)) - first
		for i := max(lo, 0); i < min(hi, len(keep)); i++ {
			if keep[i] {
				keep[i] = false
				n++
			}
		}
	}
	return n
}

// spreads returns the standard deviation of all samples of a channel's group, 1 when there
// is one group.
func spreads(channels []Channel, x [][]float64) []float64 {
	type group struct{ kind, coil, unit string }
	of := func(c Channel) group { return group{c.Kind, c.Coil, c.Unit} }
	scale := make([]float64, len(channels))
	one := true
	for k := range channels {
		scale[k] = 1
		one = one && of(channels[k]) == of(channels[0])
	}
	if one {
		return scale
	}
	done := map[group]float64{}
	for k, c := range channels {
		if s, ok := done[of(c)]; ok {
			scale[k] = s
			continue
		}
		sum, squares, n := 0.0, 0.0, 0.0
		for j := range channels {
			if of(channels[j]) == of(c) {
				sum += vec.SumBlock(x[j])
				n += float64(len(x[j]))
			}
		}
		room := make([]float64, len(x[k]))
		for j := range channels {
			if of(channels[j]) == of(c) {
				vec.AddConstBlock(room, x[j], -sum/n)
				squares += vec.DotBlock(room, room)
			}
		}
		if s := math.Sqrt(squares / n); s > 0 && !math.IsInf(s, 0) {
			scale[k] = s
		}
		done[of(c)] = scale[k]
	}
	return scale
}

// in returns where the channels of the fit are in a recording.
func (a *ICA) in(call string, r *Recording) ([]int, error) {
	if len(a.Unmixing) == 0 || len(a.Channels) != len(a.Mean) {
		return nil, fmt.Errorf("eeg: %s: the components have no fit; they come from Recording.ICA", call)
	}
	var names []string
	for _, c := range a.Channels {
		names = append(names, c.Name)
	}
	index, err := r.index(call, names)
	if err != nil {
		return nil, err
	}
	for k, c := range index {
		if r.Channels[c].Unit != a.Channels[k].Unit {
			return nil, fmt.Errorf("eeg: %s: %s is in %q and was fitted in %q", call, names[k], r.Channels[c].Unit, a.Channels[k].Unit)
		}
	}
	_, err = r.rate(call, index)
	return index, err
}

// Apply returns the recording without some components, which count from 0:
//
//	x - Σ_k Mixing_k Unmixing_k (x - Mean)
//
// for the channels of the fit; others stay as they are. Samples are computed when they are
// asked for, so that a long recording is never held. Errors: channels that are not there
// or have another unit, and a component that is not there. Checked against
// mne.preprocessing.ICA.apply.
func (a *ICA) Apply(r *Recording, exclude ...int) (*Recording, error) {
	const call = "ICA.Apply"
	index, err := a.in(call, r)
	if err != nil {
		return nil, err
	}
	projection, err := a.Projection(exclude...)
	if err != nil {
		return nil, err
	}
	l := &linear{of: r, rows: make([][]float64, len(r.Channels)), plus: make([]float64, len(r.Channels)), in: index, minus: a.Mean}
	for c := range r.Channels {
		l.pass = append(l.pass, c)
	}
	for k, c := range index {
		l.rows[c], l.plus[c] = projection[k], a.Mean[k]
	}
	return r.derive(append([]Channel(nil), r.Channels...), l)
}

// SourcesOf returns a recording of the components, channels IC0, IC1 ... of kind component
// and variance 1 (where they were fitted), computed when samples are asked for; it
// can be plotted, filtered and cut as any other. Errors are those of Apply. Checked
// against mne.preprocessing.ICA.get_sources.
func (a *ICA) SourcesOf(r *Recording) (*Recording, error) {
	index, err := a.in("ICA.SourcesOf", r)
	if err != nil {
		return nil, err
	}
	l := &linear{of: r, rows: a.Unmixing, plus: make([]float64, len(a.Unmixing)), pass: make([]int, len(a.Unmixing)), in: index, minus: a.Mean}
	channels := make([]Channel, len(a.Unmixing))
	for k := range channels {
		channels[k] = Channel{Name: fmt.Sprintf("IC%d", k), Kind: "component", FS: r.Channels[index[0]].FS}
	}
	return r.derive(channels, l)
}

// ApplyEpochs returns epochs without some components, as Apply does a recording; the
// channels of the fit must be among theirs, in the same units. With a baseline the
// epochs are better made of the recording that Apply gives: its mean is in them.
func (a *ICA) ApplyEpochs(ep *Epochs, exclude ...int) (*Epochs, error) {
	const call = "ICA.ApplyEpochs"
	projection, index, err := a.over(call, ep.Channels, exclude)
	if err != nil {
		return nil, err
	}
	out := *ep
	out.X = make([][][]float64, len(ep.X))
	for t, x := range ep.X {
		out.X[t] = a.without(x, projection, index)
	}
	return &out, nil
}

// ApplyEvoked returns an average without some components, as ApplyEpochs does.
func (a *ICA) ApplyEvoked(e *Evoked, exclude ...int) (*Evoked, error) {
	projection, index, err := a.over("ICA.ApplyEvoked", e.Channels, exclude)
	if err != nil {
		return nil, err
	}
	out := *e
	out.X = a.without(e.X, projection, index)
	return &out, nil
}

// over returns the projection of the components to leave, and where the channels of the fit
// are among others.
func (a *ICA) over(call string, channels []Channel, exclude []int) (projection [][]float64, index []int, err error) {
	var names []string
	for _, c := range a.Channels {
		names = append(names, c.Name)
	}
	if len(names) == 0 || len(names) != len(a.Mean) {
		return nil, nil, fmt.Errorf("eeg: %s: the components have no fit; they come from Recording.ICA", call)
	}
	if index, err = find(call, channels, names); err != nil {
		return nil, nil, err
	}
	for k, c := range index {
		if channels[c].Unit != a.Channels[k].Unit {
			return nil, nil, fmt.Errorf("eeg: %s: %s is in %q and was fitted in %q", call, names[k], channels[c].Unit, a.Channels[k].Unit)
		}
	}
	projection, err = a.Projection(exclude...)
	return projection, index, err
}

// without returns x with the projection of some rows.
func (a *ICA) without(x, projection [][]float64, index []int) [][]float64 {
	out, in, to := make([][]float64, len(x)), make([][]float64, len(index)), make([][]float64, len(index))
	for c := range x {
		out[c] = append([]float64(nil), x[c]...)
	}
	for k, c := range index {
		in[k], to[k] = out[c], out[c]
		vec.AddConstBlock(in[k], in[k], -a.Mean[k])
	}
	linalg.Apply(to, projection, in)
	for k := range to {
		vec.AddConstBlock(to[k], to[k], a.Mean[k])
	}
	return out
}
