package eeg

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Len returns how many trials there are.
func (ep *Epochs) Len() int { return len(ep.X) }

// Samples returns how many samples a channel has in each trial.
func (ep *Epochs) Samples() int {
	if len(ep.X) == 0 || len(ep.X[0]) == 0 {
		return 0
	}
	return len(ep.X[0][0])
}

// shape returns an evoked response of the same axes without values.
func (ep *Epochs) shape() *Evoked {
	e := &Evoked{FS: ep.FS, T0: ep.T0, Channels: append([]Channel(nil), ep.Channels...), X: make([][]float64, len(ep.Channels))}
	for c := range e.X {
		e.X[c] = make([]float64, ep.Samples())
	}
	return e
}

// Times returns the times of the samples, s.
func (ep *Epochs) Times() []float64 { return ep.shape().Times() }

// Names returns the names of the channels of some kinds, in their order; without a kind,
// of all.
func (ep *Epochs) Names(kinds ...string) []string {
	return (&Recording{Channels: ep.Channels}).Names(kinds...)
}

// Conditions returns the names of the events, in the order of their first, and how many
// trials each has.
func (ep *Epochs) Conditions() (names []string, trials []int) {
	at := map[string]int{}
	for _, e := range ep.Events {
		k, ok := at[e.Name]
		if !ok {
			k = len(names)
			at[e.Name] = k
			names, trials = append(names, e.Name), append(trials, 0)
		}
		trials[k]++
	}
	return names, trials
}

// Of returns the trials of some conditions, sharing their samples. A condition is the name
// of an event, or tags of it: "face" and "left/face" are both conditions of "face/left/1".
// No trial of them is an error that lists what there is. As epochs["face/left"] of MNE.
func (ep *Epochs) Of(conditions ...string) (*Epochs, error) {
	var keep []int
	for i, e := range ep.Events {
		if matches(e.Name, conditions) {
			keep = append(keep, i)
		}
	}
	if len(keep) == 0 {
		return nil, fmt.Errorf("eeg: Epochs.Of: no trial is of condition %q; there are %s", conditions, tally(ep.Events))
	}
	out := ep.subset(keep)
	out.Dropped = nil
	for _, d := range ep.Dropped {
		if matches(d.Event.Name, conditions) {
			out.Dropped = append(out.Dropped, d)
		}
	}
	return out, nil
}

func (ep *Epochs) subset(keep []int) *Epochs {
	out := *ep
	out.Events, out.X = nil, nil
	for _, i := range keep {
		out.Events, out.X = append(out.Events, ep.Events[i]), append(out.X, ep.X[i])
	}
	return &out
}

// Drop returns the epochs without some trials, counted from 0, which the log has with a
// reason from then on. A trial that is not there, and none left, is an error.
func (ep *Epochs) Drop(reason string, trials ...int) (*Epochs, error) {
	gone := map[int]bool{}
	for _, i := range trials {
		if i < 0 || i >= ep.Len() {
			return nil, fmt.Errorf("eeg: Epochs.Drop: trial %d; there are %d", i, ep.Len())
		}
		gone[i] = true
	}
	var keep []int
	drops := append([]Drop(nil), ep.Dropped...)
	for i := range ep.X {
		if !gone[i] {
			keep = append(keep, i)
		} else {
			drops = append(drops, Drop{Event: ep.Events[i], Reason: reason})
		}
	}
	if len(keep) == 0 {
		return nil, fmt.Errorf("eeg: Epochs.Drop: no trial of %d is left", ep.Len())
	}
	out := ep.subset(keep)
	out.Dropped = drops
	return out, nil
}

// Pick returns some channels, in the order named, sharing their samples. A name that is not
// there is an error.
func (ep *Epochs) Pick(names ...string) (*Epochs, error) {
	index, err := find("Epochs.Pick", ep.Channels, names)
	if err != nil {
		return nil, err
	}
	out := *ep
	out.Channels, out.X = nil, make([][][]float64, len(ep.X))
	for _, c := range index {
		out.Channels = append(out.Channels, ep.Channels[c])
		for i := range ep.X {
			out.X[i] = append(out.X[i], ep.X[i][c])
		}
	}
	return &out, nil
}

// Crop returns the samples of the closed interval from one time to another, s, each rounded
// to the nearest sample, shared with ep; the infinities are the ends.
func (ep *Epochs) Crop(from, to float64) (*Epochs, error) {
	e := ep.shape()
	a, b, err := e.window("Epochs.Crop", from, to)
	if err != nil {
		return nil, err
	}
	out := *ep
	out.T0, out.X = (e.first()+float64(a))/ep.FS, make([][][]float64, len(ep.X))
	for i := range ep.X {
		for _, x := range ep.X[i] {
			out.X[i] = append(out.X[i], x[a:b+1:b+1])
		}
	}
	return &out, nil
}

// Baseline returns the epochs with the mean over the closed interval from one time to
// another, s, taken off each channel of each trial; the infinities are the ends.
func (ep *Epochs) Baseline(from, to float64) (*Epochs, error) {
	a, b, err := within("Epochs.Baseline", from, to, ep.FS, ep.shape().first(), ep.Samples())
	if err != nil {
		return nil, err
	}
	out := *ep
	out.X = make([][][]float64, len(ep.X))
	for i := range ep.X {
		for _, x := range ep.X[i] {
			y := append([]float64(nil), x...)
			rebase(y, a, b)
			out.X[i] = append(out.X[i], y)
		}
	}
	return &out, nil
}

// some says that there are trials.
func (ep *Epochs) some(call string, least int) error {
	if ep.Len() < least || ep.Samples() == 0 {
		return fmt.Errorf("eeg: %s: %s of %s; %d or more with samples are needed", call, spell.Count(ep.Len(), "trial"), spell.Count(ep.Samples(), "sample"), least)
	}
	return nil
}

// Average returns the mean over trials, the evoked response. No trial is an error.
// Checked against MNE's epochs.average.
func (ep *Epochs) Average() (*Evoked, error) {
	if err := ep.some("Epochs.Average", 1); err != nil {
		return nil, err
	}
	e := ep.shape()
	e.Comment, e.Kind, e.N = ep.comment(), "average", ep.Len()
	for i := range ep.X {
		for c, x := range ep.X[i] {
			vec.AddBlock(e.X[c], e.X[c], x)
		}
	}
	for c := range e.X {
		for k := range e.X[c] {
			e.X[c][k] /= float64(ep.Len())
		}
	}
	return e, nil
}

// StandardError returns the standard error of the mean over trials,
//
//	se = sqrt( Σ (x_i - mean)² / (N - 1) / N ).
//
// Less than two trials are an error. MNE's epochs.standard_error divides by N where this
// divides by N - 1.
func (ep *Epochs) StandardError() (*Evoked, error) {
	if err := ep.some("Epochs.StandardError", 2); err != nil {
		return nil, err
	}
	e, _ := ep.Average()
	out := ep.shape()
	out.Comment, out.Kind, out.N = e.Comment, "standard error", e.N
	for i := range ep.X {
		for c, x := range ep.X[i] {
			for k, v := range x {
				d := v - e.X[c][k]
				out.X[c][k] += float64(d * d)
			}
		}
	}
	n := float64(ep.Len())
	for c := range out.X {
		for k, v := range out.X[c] {
			out.X[c][k] = math.Sqrt(v / (n - 1) / n)
		}
	}
	return out, nil
}

// comment names the conditions.
func (ep *Epochs) comment() string {
	names, trials := ep.Conditions()
	if len(names) == 1 {
		return names[0]
	}
	s := ""
	for i, name := range names {
		if i == 6 {
			return s + ", ..."
		}
		if i > 0 {
			s += ", "
		}
		s += fmt.Sprintf("%.2f × %s", float64(trials[i])/float64(ep.Len()), name)
	}
	return s
}

// Join returns the trials of several runs or parts one after the other, sharing their
// samples. Their channels, rates and times must be the same.
func Join(parts ...*Epochs) (*Epochs, error) {
	if len(parts) == 0 {
		return nil, fmt.Errorf("eeg: Join: nothing to join")
	}
	out := *parts[0]
	out.Events, out.X, out.Dropped = nil, nil, nil
	for i, p := range parts {
		if err := same("Join", parts[0].shape(), p.shape(), i); err != nil {
			return nil, err
		}
		out.Events, out.X, out.Dropped = append(out.Events, p.Events...), append(out.X, p.X...), append(out.Dropped, p.Dropped...)
	}
	return &out, nil
}

// same asks for the same channels and times.
func same(call string, a, b *Evoked, i int) error {
	if a.FS != b.FS || a.Samples() != b.Samples() || math.Abs(a.T0-b.T0) > 1e-3/a.FS {
		return fmt.Errorf("eeg: %s: part %d has %d samples at %g Hz from %g s, part 0 %d at %g Hz from %g s; they must be the same", call, i, b.Samples(), b.FS, b.T0, a.Samples(), a.FS, a.T0)
	}
	if len(a.Channels) != len(b.Channels) || len(b.X) != len(b.Channels) {
		return fmt.Errorf("eeg: %s: part %d has %s, part 0 %d; they must be the same", call, i, spell.Count(len(b.Channels), "channel"), len(a.Channels))
	}
	for c := range a.Channels {
		if p, q := a.Channels[c], b.Channels[c]; p.Name != q.Name || p.Unit != q.Unit {
			return fmt.Errorf("eeg: %s: channel %d of part %d is %s in %q, of part 0 %s in %q; they must be the same", call, c, i, q.Name, q.Unit, p.Name, p.Unit)
		}
	}
	return nil
}

// Measure returns a table with a row for each trial: its number from 0, condition, time in the
// recording, and the mean of each named channel, or of each without names, over the closed
// interval from one time to another, s. It is what a statistics program wants of single trials.
func (ep *Epochs) Measure(from, to float64, channels ...string) (table.Table, error) {
	index, err := find("Epochs.Measure", ep.Channels, channels)
	if err != nil {
		return table.Table{}, err
	}
	a, b, err := ep.shape().window("Epochs.Measure", from, to)
	if err != nil {
		return table.Table{}, err
	}
	t := ep.rows(1)
	for _, c := range index {
		col := table.Col{Name: ep.Channels[c].Name, Unit: ep.Channels[c].Unit}
		for i := range ep.X {
			col.Num = append(col.Num, mean(ep.X[i][c][a:b+1]))
		}
		t.Cols = append(t.Cols, col)
	}
	return t, nil
}

// Table returns all samples as a table: a row for each sample of each trial, with the number
// of the trial from 0, its condition and onset in the recording, the time relative to the event, and a column for each
// channel. As to_data_frame of MNE.
func (ep *Epochs) Table() table.Table {
	n := ep.Samples()
	t := ep.rows(n)
	times := table.Col{Name: "time", Unit: "s"}
	for range ep.X {
		times.Num = append(times.Num, ep.Times()...)
	}
	t.Cols = append(t.Cols, times)
	for c, ch := range ep.Channels {
		col := table.Col{Name: ch.Name, Unit: ch.Unit}
		for i := range ep.X {
			col.Num = append(col.Num, ep.X[i][c]...)
		}
		t.Cols = append(t.Cols, col)
	}
	return t
}

// rows returns the columns that tell trials apart, n rows for each.
func (ep *Epochs) rows(n int) table.Table {
	cols := []table.Col{{Name: "trial"}, {Name: "condition", Text: []string{}}, {Name: "onset", Unit: "s"}}
	for i, e := range ep.Events {
		for range n {
			cols[0].Num, cols[1].Text, cols[2].Num = append(cols[0].Num, float64(i)), append(cols[1].Text, e.Name), append(cols[2].Num, e.Time)
		}
	}
	return table.Table{Cols: cols}
}

// Log returns a table of what became of the events: for each condition how many there
// were, how many are trials, and how many were dropped for which reason.
func (ep *Epochs) Log() table.Table {
	var names, reasons []string
	at, of := map[string]int{}, map[string]int{}
	var kept []float64
	row := func(name string) int {
		k, ok := at[name]
		if !ok {
			k = len(names)
			at[name] = k
			names, kept = append(names, name), append(kept, 0)
		}
		return k
	}
	for _, e := range ep.Events {
		kept[row(e.Name)]++
	}
	for _, d := range ep.Dropped {
		row(d.Event.Name)
		if _, ok := of[d.Reason]; !ok {
			of[d.Reason] = len(reasons)
			reasons = append(reasons, d.Reason)
		}
	}
	lost := make([][]float64, len(reasons))
	for i := range lost {
		lost[i] = make([]float64, len(names))
	}
	all := append([]float64(nil), kept...)
	for _, d := range ep.Dropped {
		lost[of[d.Reason]][at[d.Event.Name]]++
		all[at[d.Event.Name]]++
	}
	cols := []table.Col{{Name: "condition", Text: append([]string{}, names...)}, {Name: "events", Num: all}, {Name: "trials", Num: kept}}
	for i, reason := range reasons {
		cols = append(cols, table.Col{Name: reason, Num: lost[i]})
	}
	if len(names) > 1 {
		for i := range cols {
			if cols[i].Text != nil {
				cols[i].Text = append(cols[i].Text, "all")
				continue
			}
			sum := 0.0
			for _, v := range cols[i].Num {
				sum += v
			}
			cols[i].Num = append(cols[i].Num, sum)
		}
	}
	return table.Table{Title: ep.String(), Cols: cols}
}

// String describes the epochs in a line.
func (ep *Epochs) String() string {
	n := ep.Samples()
	s := fmt.Sprintf("%s (%s), %s from %s to %s ms at %s Hz", spell.Count(ep.Len(), "trial"), tally(ep.Events), spell.Count(len(ep.Channels), "channel"),
		display.Number(ep.T0*1000), display.Number((ep.T0+float64(n-1)/ep.FS)*1000), display.Number(ep.FS))
	if len(ep.Dropped) > 0 {
		s += fmt.Sprintf("; %d dropped: %s", len(ep.Dropped), ep.why())
	}
	return s
}
