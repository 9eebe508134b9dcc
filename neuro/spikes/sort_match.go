package spikes

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// MatchOptions say how templates are matched with a recording. The zero value of a field means
// its default.
type MatchOptions struct {
	Before float64 `unit:"ms"` // the spike, what a template has; 0 is 1
	After  float64 `unit:"ms"` // the spike; 0 is 1.4
	// Radius is that of the channels that a template may have, about its largest: 0 is all of up to
	// 64 channels, for a large spike is in the reference too, and 100 um of more.
	Radius float64 `unit:"um"`
	Rank   int     // how many courses of time, each with its weights on channels, a template is made of; 0 is 3
	// Amplitudes are the least and the largest amplitude of a spike, in templates; {0, 0} is 0.5
	// to 1.5.
	Amplitudes [2]float64
	// Threshold is by how many nats a spike must make the recording more likely; 0 is 15, what
	// 5.5 standard deviations of noise along a template do.
	Threshold float64
	// Refractory is the time in which a unit has one spike; 0 is 1 ms, negative is none.
	Refractory float64 `unit:"ms"`
	// Passes are how often the recording is matched: after each pass but the last, templates
	// are made anew of what is left, without the spikes of other units; 0 is 2.
	Passes int
}

// NewMatch returns the usual options.
func NewMatch() MatchOptions {
	return MatchOptions{Before: 1, After: 1.4, Rank: 3, Amplitudes: [2]float64{0.5, 1.5}, Threshold: 15, Refractory: 1, Passes: 2}
}

// A Matching is a recording as a sum of templates and of what is left.
type Matching struct {
	Units *Units // as those of the sorting, with the spikes that were matched
	// Amplitudes are those of each unit's spikes, in templates.
	Amplitudes [][]float64
	// Gains tell by how many nats each spike makes the recording more likely.
	Gains [][]float64
	// Places are [unit][spike]: where each spike is, by its template and what is left about it; nil
	// without Positions.
	Places [][][]float64 `unit:"um"`
	// Templates are [unit][channel of Channels[unit]][sample]; sample Trough is that of the spike.
	Templates [][][]float64
	Channels  [][]int // of each template, the one of the unit first
	Trough    int
	FS        float64 `unit:"Hz"`
	Unit      string  // of templates and noise
	Residual  Residual

	sorting *Sorting
	o       MatchOptions
}

// A Residual is what is left of a recording where templates were taken off.
type Residual struct {
	SD       []float64 // of each channel, of what is left
	Original []float64 // of each channel, of what there was
	Noise    []float64 // of each channel: median|x|/0.6745 of the detection
	Before   int       // spikes that detection found
	After    *Detected // spikes that it finds in what is left
}

// MatchTemplates explains a recording by the templates of a sorting, so that spikes which
// overlap are told apart. What detection looks at, x (channel k in units of its noise), is
// thought to be
//
//	x_k(t) = Σ a_i w_u(i),k(t - t_i) + noise,
//
// with spikes i of unit u(i) at times t_i between samples and amplitudes a_i that are normal
// about 1, with the spread that the sorted spikes of the unit have. With the score
// s = <x, w>, E = <w, w> and κ the variance of scores in the noise by E (the median of
// all units), a spike of the best amplitude makes the recording more likely by
//
//	G = (a s - a² E / 2)/κ - (a - 1)²/(2 v)   nats.
//
// The spike of the largest G is taken off, then the next, as long as G is beyond Threshold and
// the amplitude within Amplitudes (matching pursuit). After that spikes that overlap are
// revised in turn: each is put back, and what explains the place best is taken off instead, of
// any unit near and up to 0.3 ms away, or nothing; until none changes, five times at most.
//
// A template is the mean of what there is about the unit's spikes that no other is near, on
// channels within Radius of its own (without Positions of more than 64 none) where it is larger
// than half the noise, reduced to Rank products of a course of time and weights of
// channels. Times between samples are by interpolation with a Lanczos window of 4 samples to each
// side, of templates and scores alike.
//
// Templates are those of the whole recording: see Matching.Drift for whether units stay. A spike of a
// cell that the sorting does not have is taken for one of a unit much like it, if there is one: where
// many spikes are left or amplitudes are far from 1, cells are missing.
//
// The recording is read in pieces once for templates and once for each of Passes, and results are
// the same bits for any piece and any number of threads. Spikes whose template would reach beyond
// a segment are not found. Errors: those of DetectRecording, no sorting, or one of a
// recording with other channels, another rate or duration, options that are not allowed. Whether it is
// the same recording otherwise is not looked at: with another one many spikes are left.
//
// Sources: Pillow, Shlens, Chichilnisky and Simoncelli 2013, PLoS ONE 8:e62123 (the posterior, its
// revision); Yger et al. 2018, eLife 7:e34518 (templates with amplitudes, bounds); Pachitariu et
// al. 2016, NIPS 29:4448 (low rank, amplitudes about 1); Franke et al. 2010, J Comput Neurosci
// 29:127. Checked on recordings whose spikes are known.
func MatchTemplates(rec *eeg.Recording, sorted *Sorting, o MatchOptions) (*Matching, error) {
	const call = "MatchTemplates"
	if err := sorted.made(call); err != nil {
		return nil, err
	}
	c, err := newChain(call, rec, sorted.array)
	if err != nil {
		return nil, err
	}
	d := sorted.Detected
	if len(d.Names) != c.n || d.FS != c.fs || d.T1 != 1000*rec.Dur() {
		return nil, fmt.Errorf("spikes: %s: the sorting is of %d channels at %g Hz in %g s and the recording has %d at %g Hz in %g s", call, len(d.Names), d.FS, d.T1/1000, c.n, c.fs, rec.Dur())
	}
	if err := o.defaults(call); err != nil {
		return nil, err
	}
	task := display.Start("spikes."+call, "samples", (1+o.Passes)*c.total())
	defer task.End()
	c.task = task
	m := &matcher{c: c, o: o, d: d, sorted: sorted}
	m.before, m.after = int(math.Ceil(float64(o.Before*c.fs)/1000-1e-9)), int(math.Ceil(float64(o.After*c.fs)/1000-1e-9))
	m.length = m.before + m.after + 1
	m.dead = int(math.Ceil(o.Refractory*c.fs/1000 - 1e-9))
	means, err := m.means()
	if err != nil {
		return nil, err
	}
	m.spreads()
	for pass := range o.Passes {
		m.model(means)
		if err := m.calibrate(); err != nil {
			return nil, err
		}
		m.last = pass == o.Passes-1
		if means, err = m.match(); err != nil {
			return nil, err
		}
	}
	return m.result(), nil
}

func (o *MatchOptions) defaults(call string) error {
	usual := NewMatch()
	for _, v := range []struct {
		field *float64
		usual float64
		name  string
	}{{&o.Before, usual.Before, "Before"}, {&o.After, usual.After, "After"}, {&o.Threshold, usual.Threshold, "Threshold"}} {
		if *v.field == 0 {
			*v.field = v.usual
		}
		if !(*v.field > 0) || math.IsInf(*v.field, 0) {
			return fmt.Errorf("spikes: %s: %s is %g; it must be above 0", call, v.name, *v.field)
		}
	}
	if !(o.Radius >= 0) {
		return fmt.Errorf("spikes: %s: Radius is %g um; it must be above 0 (0: all of up to 64 channels, 100 um of more)", call, o.Radius)
	}
	if o.Before+o.After > 100 {
		return fmt.Errorf("spikes: %s: Before %g ms and After %g ms; templates may be 100 ms long", call, o.Before, o.After)
	}
	if o.Rank == 0 {
		o.Rank = usual.Rank
	}
	if o.Passes == 0 {
		o.Passes = usual.Passes
	}
	if o.Rank < 1 || o.Passes < 1 || o.Passes > 20 {
		return fmt.Errorf("spikes: %s: Rank is %d and Passes %d; they must be above 0, and Passes up to 20", call, o.Rank, o.Passes)
	}
	if o.Amplitudes == [2]float64{} {
		o.Amplitudes = usual.Amplitudes
	}
	if a := o.Amplitudes; !(a[0] > 0) || !(a[1] > a[0]) || math.IsInf(a[1], 0) {
		return fmt.Errorf("spikes: %s: Amplitudes are %g to %g; they must be above 0, and ascending", call, a[0], a[1])
	}
	if o.Refractory == 0 {
		o.Refractory = usual.Refractory
	}
	if math.IsNaN(o.Refractory) || o.Refractory > 100 {
		return fmt.Errorf("spikes: %s: Refractory is %g ms; it must be a number up to 100", call, o.Refractory)
	}
	o.Refractory = math.Max(o.Refractory, 0)
	return nil
}

// A matcher has what matching works on.
type matcher struct {
	c             *chain
	o             MatchOptions
	d             *Detected
	sorted        *Sorting
	before, after int // samples of a template about the spike
	length        int
	dead          int // samples within which a unit has one spike
	last          bool
	spread        []float64 // of the amplitudes of each unit
	units         []*template
	hits          []hit // of all segments, by time
	sums, squares [2][]float64
	samples       int
	left          *Detected
}

// A hit is a spike that was matched: at a sample and a part of one after it.
type hit struct {
	unit      int
	at        int
	part      float64
	amplitude float64
	gain      float64
	place     []float64
}

// reach is by how many samples before and after a spike its template may be, between samples.
func (m *matcher) reach() (before, after int) { return m.before + taps, m.after + taps }

// match goes through the recording once and returns the means of templates of what is left.
func (m *matcher) match() ([][][]float64, error) {
	m.hits, m.samples = nil, 0
	for i := range 2 {
		m.sums[i], m.squares[i] = make([]float64, m.c.n), make([]float64, m.c.n)
	}
	m.left = &Detected{Names: m.d.Names, Unit: m.d.Unit, FS: m.d.FS, T0: m.d.T0, T1: m.d.T1, Noise: m.d.Noise, Threshold: m.d.Threshold, positions: m.d.positions, energy: m.d.energy}
	renewed := newRenewed(m.units)
	var found []peak
	for _, g := range m.c.segments {
		s := m.segment(g, renewed)
		if err := m.c.run(g.first, g.n, 0, g.n, m.c.task, s.block); err != nil {
			return nil, err
		}
		if m.last {
			found = append(found, s.finder.sorted(g.first)...)
		}
		for _, h := range s.hits {
			h.at += g.first
			m.hits = append(m.hits, h)
		}
	}
	kept := m.c.exclude(found)
	m.left.Excluded = len(found) - len(kept)
	m.left.Times = neuro.Spikes{}
	for _, p := range kept {
		m.left.Times = append(m.left.Times, float64(p.at)*1000/m.c.fs)
		m.left.Channel, m.left.Amplitude = append(m.left.Channel, int(p.channel)), append(m.left.Amplitude, p.value)
	}
	return renewed.means(m.units), nil
}

// result makes units of what was matched.
func (m *matcher) result() *Matching {
	n := len(m.units)
	of := m.sorted.Units
	out := &Matching{Amplitudes: make([][]float64, n), Places: make([][][]float64, n), Gains: make([][]float64, n), Trough: m.before, FS: m.c.fs, Unit: m.d.Unit, sorting: m.sorted, o: m.o}
	out.Units = &Units{IDs: slices.Clone(of.IDs), Trains: make([]neuro.Spikes, n), Channel: slices.Clone(of.Channel), Label: slices.Clone(of.Label), T0: of.T0, T1: of.T1}
	by := make([][]hit, n)
	for _, h := range m.hits {
		by[h.unit] = append(by[h.unit], h)
	}
	for u, w := range m.units {
		slices.SortFunc(by[u], func(a, b hit) int {
			return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.part, b.part))
		})
		out.Units.Trains[u] = neuro.Spikes{}
		for _, h := range by[u] {
			out.Units.Trains[u] = append(out.Units.Trains[u], (float64(h.at)+h.part)*1000/m.c.fs)
			out.Amplitudes[u], out.Gains[u] = append(out.Amplitudes[u], h.amplitude), append(out.Gains[u], h.gain)
			if h.place != nil {
				out.Places[u] = append(out.Places[u], h.place)
			}
		}
		slices.Sort(out.Units.Trains[u])
		wave := linalg.Matrix(len(w.channels), m.length)
		for k, c := range w.channels {
			for j, v := range w.wave[k] {
				wave[k][j] = v * m.d.Noise[c]
			}
		}
		out.Templates, out.Channels = append(out.Templates, wave), append(out.Channels, w.channels)
	}
	r := Residual{Noise: m.d.Noise, Before: len(m.d.Times), After: m.left}
	sd := func(i, c int) float64 {
		mean := m.sums[i][c] / float64(max(m.samples, 1))
		return m.d.Noise[c] * math.Sqrt(math.Max(0, m.squares[i][c]/float64(max(m.samples, 1))-float64(mean*mean)))
	}
	for c := range m.c.n {
		r.Original, r.SD = append(r.Original, sd(0, c)), append(r.SD, sd(1, c))
	}
	out.Residual = r
	return out
}

// String says what was matched, and what is left.
func (m *Matching) String() string {
	return fmt.Sprintf("%s; %d of %d detected are left where templates are taken off", m.Units, len(m.Residual.After.Times), m.Residual.Before)
}
