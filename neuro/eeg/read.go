package eeg

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
)

// A Piece is what was read of some channels.
type Piece struct {
	From, To float64     `unit:"s"`
	Channels []Channel   // of X
	X        [][]float64 // samples of each channel in its unit; NaN in gaps
	First    []int       // the number of the first sample of each channel: it lies at First[c] / FS s
}

// mostGap is how many samples a Read may return where the recording has none.
const mostGap = 1 << 26

// Read reads from a time to another, in s, of the named channels, or of all when none is
// named. The samples are those k with from <= k/FS < to, so that pieces that follow each
// other make the whole; only they are read and held. In gaps they are NaN. After a gap
// samples are placed to the nearest multiple of 1/FS. to may be math.Inf(1) for the end.
//
// Errors: a channel that is not there, a time outside of the recording, a file that has
// changed or is broken, and a stretch that is almost only a gap of weeks.
func (r *Recording) Read(from, to float64, channels ...string) (*Piece, error) {
	index, err := r.index("Read", channels)
	if err != nil {
		return nil, err
	}
	dur := r.Dur()
	if math.IsInf(to, 1) {
		to = dur
	}
	slack := 0.0
	for _, c := range index {
		slack = math.Max(slack, 0.5/r.Channels[c].FS)
	}
	if !(from >= 0) || !(to >= from) || to > dur+slack {
		return nil, fmt.Errorf("eeg: Read: from %g to %g s; the recording lasts from 0 to %g s", from, to, dur)
	}
	p := &Piece{From: from, To: to, Channels: make([]Channel, len(index)), X: make([][]float64, len(index)), First: make([]int, len(index))}
	var missing int
	for _, c := range index {
		a, b := r.span(c, from, to)
		missing += b - a
		r.overlaps(c, a, b, func(at, stored, n int) { missing -= n })
	}
	if missing > mostGap {
		return nil, fmt.Errorf("eeg: Read: %d of the samples from %g to %g s lie in gaps, up to %d are given; read the Segments one by one", missing, from, to, mostGap)
	}
	for k, c := range index {
		a, b := r.span(c, from, to)
		p.Channels[k], p.First[k] = r.Channels[c], a
		p.X[k] = make([]float64, b-a)
	}
	// Segment by segment, so that a source reads what lies together at once.
	type part struct {
		dst            [][]float64
		from, channels []int
	}
	parts := map[int]*part{}
	for k, c := range index {
		a, b := p.First[k], p.First[k]+len(p.X[k])
		filled := a
		r.overlapsOf(c, a, b, func(segment, at, stored, n int) {
			nan(p.X[k][filled-a : at-a])
			filled = at + n
			q := parts[segment]
			if q == nil {
				q = &part{}
				parts[segment] = q
			}
			q.dst = append(q.dst, p.X[k][at-a:at-a+n])
			q.from, q.channels = append(q.from, stored), append(q.channels, c)
		})
		nan(p.X[k][filled-a:])
	}
	for s := range r.Segments {
		if q := parts[s]; q != nil {
			if err := r.source.Fill(q.dst, q.from, q.channels); err != nil {
				return nil, fmt.Errorf("eeg: Read: %w", err)
			}
		}
	}
	return p, nil
}

// Each reads a recording in pieces of some seconds, one after the other, of the named
// channels or of all, and gives each to f; the last one may be shorter. It stops at the
// first error of f and returns it, and other errors as Read does. seconds must be above 0.
func (r *Recording) Each(seconds float64, f func(*Piece) error, channels ...string) error {
	if !(seconds > 0) {
		return fmt.Errorf("eeg: Each: pieces of %g s; it must be above 0", seconds)
	}
	dur := r.Dur()
	n := math.Ceil(dur/seconds - 1e-9) // a last piece of nothing but rounding is none
	if dur > 0 {
		n = math.Max(n, 1)
	}
	if n > 1<<30 {
		return fmt.Errorf("eeg: Each: %g pieces of %g s; up to %d are allowed", n, seconds, 1<<30)
	}
	task := display.Start("eeg.Each", "pieces", int(n))
	defer task.End()
	for k := range int(n) {
		if err := task.Err(); err != nil {
			return err
		}
		to := float64(float64(k+1) * seconds)
		if k == int(n)-1 {
			to = dur
		}
		p, err := r.Read(float64(float64(k)*seconds), to, channels...)
		if err != nil {
			return err
		}
		if err := f(p); err != nil {
			return err
		}
		task.Add(1)
	}
	return nil
}

// Index returns the number of a channel, from 0.
func (r *Recording) Index(name string) (int, error) {
	index, err := r.index("Index", []string{name})
	if err != nil {
		return 0, err
	}
	return index[0], nil
}

func (r *Recording) index(call string, names []string) ([]int, error) {
	if r.source == nil {
		return nil, fmt.Errorf("eeg: %s: the recording has no samples; recordings come from readers and New", call)
	}
	return find(call, r.Channels, names)
}

// find returns the numbers of the named channels; without names, of all.
func find(call string, channels []Channel, names []string) ([]int, error) {
	var index []int
	if len(names) == 0 {
		for c := range channels {
			index = append(index, c)
		}
		return index, nil
	}
	at := map[string]int{}
	for c, ch := range channels {
		at[ch.Name] = c
	}
	for _, name := range names {
		c, ok := at[name]
		if !ok {
			few := (&Recording{Channels: channels}).Names()
			for _, near := range few {
				if spell.Distance(strings.ToLower(name), strings.ToLower(near)) <= 1 {
					return nil, fmt.Errorf("eeg: %s: there is no channel %q; is %q meant?", call, name, near)
				}
			}
			if len(few) > 12 {
				few = append(few[:12:12], "...")
			}
			return nil, fmt.Errorf("eeg: %s: there is no channel %q; there are %s", call, name, strings.Join(few, ", "))
		}
		index = append(index, c)
	}
	return index, nil
}

// span returns the samples k with from <= k/FS < to: first and end.
func (r *Recording) span(c int, from, to float64) (a, b int) {
	edge := func(t float64) int {
		x := float64(t * r.Channels[c].FS)
		return int(math.Ceil(x - 1e-6 - float64(1e-12*x))) // a time that is a sample's to rounding is that sample's
	}
	a, b = max(edge(from), 0), edge(to)
	if n := len(r.Segments); n > 0 { // a segment placed to the nearest sample may end later than its time
		g := r.Segments[n-1]
		last := count(g.Start, r.Channels[c].FS) + count(g.Dur, r.Channels[c].FS)
		if to >= g.End()-1e-9 {
			b = last
		}
		b = min(b, last)
	}
	return a, max(a, b)
}

// overlaps calls f for the stretches of samples a to b that are there: where they are on
// the clock, where among the stored ones, how many.
func (r *Recording) overlaps(c, a, b int, f func(at, stored, n int)) {
	r.overlapsOf(c, a, b, func(_, at, stored, n int) { f(at, stored, n) })
}

func (r *Recording) overlapsOf(c, a, b int, f func(segment, at, stored, n int)) {
	fs := r.Channels[c].FS
	stored, end := 0, 0
	for i, s := range r.Segments {
		n := count(s.Dur, fs)
		at := max(count(s.Start, fs), end)
		if lo, hi := max(a, at), min(b, at+n); lo < hi {
			f(i, lo, stored+lo-at, hi-lo)
		}
		stored, end = stored+n, at+n
	}
}

func nan(x []float64) {
	for i := range x {
		x[i] = math.NaN()
	}
}

// Fill reads samples by their numbers, gaps left out: dst[k] from sample from[k] on of
// channel channels[k]. It is what writers of formats need; Read is by time. A sample or
// channel that is not there is an error.
func (r *Recording) Fill(dst [][]float64, from, channels []int) error {
	if r.source == nil || len(dst) != len(from) || len(dst) != len(channels) {
		return fmt.Errorf("eeg: Fill: %d signals, %d starts and %d channels of a recording; as many are needed, of one with samples", len(dst), len(from), len(channels))
	}
	for k, c := range channels {
		if c < 0 || c >= len(r.Channels) {
			return fmt.Errorf("eeg: Fill: channel %d was asked for; there are %d", c, len(r.Channels))
		}
		if n := r.Samples(c); from[k] < 0 || from[k]+len(dst[k]) > n {
			return fmt.Errorf("eeg: Fill: samples %d to %d of channel %d (%s) were asked for; it has %d", from[k], from[k]+len(dst[k]), c, r.Channels[c].Name, n)
		}
	}
	if err := r.source.Fill(dst, from, channels); err != nil {
		return fmt.Errorf("eeg: Fill: %w", err)
	}
	return nil
}
