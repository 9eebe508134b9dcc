package spikes

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

// SurrogateOptions say how surrogate trains are made. The zero value of a field
// means its default.
type SurrogateOptions struct {
	// Method is one of those that Surrogate lists; "" is "jitter".
	Method string
	// Width is how far spikes move, ms, in the sense of the method; 0 is 20 ms,
	// and for "shift" and "trial-shift" the whole window.
	Width float64 `unit:"ms"`
	// Bin is the bin of "bin-shuffle", ms; 0 is 1 ms.
	Bin float64 `unit:"ms"`
	// Refractory is the shortest interval that "dither" leaves between spikes that
	// were as far apart before, ms; 0 is none.
	Refractory float64 `unit:"ms"`
	T0, T1     float64 `unit:"ms"` // the window, ms; both 0 takes 0, or the first spike before it, to the last spike
	N          int     // how many surrogates a test makes; 0 is 999
	Seed       uint64
}

// NewSurrogate returns the usual options: spikes jittered in windows of 20 ms,
// 999 times.
func NewSurrogate() SurrogateOptions {
	return SurrogateOptions{Method: "jitter", Width: 20, Bin: 1, N: 999}
}

var surrogateMethods = []string{"jitter", "dither", "shift", "shuffle-isi", "joint-isi", "bin-shuffle", "uniform"}

// Surrogate returns a train that keeps some of s and is random otherwise. The
// methods, and the null hypothesis of a test with each:
//
//	"jitter"       each spike is placed anew in its window of Width, the
//	               windows lying side by side from T0. Null: given the number of
//	               spikes in each window, their times in it are uniform. Tests
//	               with it are exact (Date et al. 1998; Amarasingham et al. 2012).
//	"dither"       each spike moves by up to ±Width. Null: times are no more
//	               precise than Width. Tests are approximate, as the spikes that were
//	               seen are in the middle of those that could be (Date et al. 1998).
//	"shift"        the whole train turns by up to ±Width within the window,
//	               its end following its beginning. Null: the train is
//	               stationary and independent of the other one, whatever its
//	               intervals; exact where Width is the whole window (0), else
//	               conservative (Pipa et al. 2008).
//	"shuffle-isi"  the intervals, that before the first spike included, change
//	               their order. Null: a renewal process of constant rate (Nadasdy et al. 1999).
//	"joint-isi"    each spike moves by up to ±Width between its neighbours, with the
//	               probabilities of the pairs of intervals of s, smoothed by 2 ms,
//	               up to 100 ms; the first and the last stay. Null: times are no more precise than Width, given
//	               how intervals follow each other. Approximate (Gerstein 2004; Louis et al. 2010).
//	"bin-shuffle"  the bins in each window of Width change their order; spikes keep
//	               their place in the bin. Null: bins of a window are
//	               exchangeable. Exact.
//	"uniform"      as many spikes anywhere in the window. Null: a Poisson process of
//	               constant rate. Exact.
//
// Spikes outside of the window are left out; one that "dither" would take out of it
// is reflected. The same Seed gives the same train. Errors: an unknown method,
// spikes that are not finite and ascending, T1 <= T0, a negative Width, Bin or
// Refractory. Sources: Date, Bienenstock and Geman 1998 (Brown University); Amarasingham
// et al. 2012, J. Neurophysiol. 107:517; Pipa et al. 2008, J. Comput. Neurosci. 25:64;
// Nadasdy et al. 1999, J. Neurosci. 19:9497; Gerstein 2004, Acta Neurobiol. Exp. 64:203;
// Louis et al. 2010, Front. Comput. Neurosci. 4:127. Peer:
// elephant.spike_train_surrogates, which drops spikes that leave the window, so that its
// surrogates have fewer at the ends.
func Surrogate(s neuro.Spikes, o SurrogateOptions) (neuro.Spikes, error) {
	m, err := newSurrogates("Surrogate", "s", s, o)
	if err != nil {
		return nil, err
	}
	return m.draw(0), nil
}

// A surrogates makes surrogates of one train.
type surrogates struct {
	s     neuro.Spikes
	o     SurrogateOptions
	joint *jointISI
}

func newSurrogates(call, name string, s neuro.Spikes, o SurrogateOptions) (*surrogates, error) {
	if o.Method == "" {
		o.Method = "jitter"
	}
	if !slices.Contains(surrogateMethods, o.Method) {
		return nil, fmt.Errorf("spikes: %s: Method %q is not known; allowed are %s", call, o.Method, strings.Join(surrogateMethods, ", "))
	}
	if err := check(call, name, s); err != nil {
		return nil, err
	}
	if err := o.complete(call, s); err != nil {
		return nil, err
	}
	m := &surrogates{s: within(s, o.T0, o.T1), o: o}
	if o.Method == "joint-isi" {
		m.joint = newJointISI(m.s)
	}
	return m, nil
}

// complete sets the defaults and checks the numbers.
func (o *SurrogateOptions) complete(call string, trains ...neuro.Spikes) error {
	if o.T0 == 0 && o.T1 == 0 {
		for _, s := range trains {
			if len(s) > 0 {
				o.T0, o.T1 = math.Min(o.T0, s[0]), math.Max(o.T1, s[len(s)-1])
			}
		}
		if o.T0 == o.T1 {
			o.T1++
		}
	}
	if err := checkWindow(call, o.T0, o.T1); err != nil {
		return err
	}
	if o.Width == 0 {
		if o.Width = 20; o.Method == "shift" || o.Method == "trial-shift" {
			o.Width = (o.T1 - o.T0) / 2
		}
	}
	if o.Bin == 0 {
		o.Bin = 1
	}
	if o.N == 0 {
		o.N = 999
	}
	if err := checkPositive(call, "Width", "ms", o.Width); err != nil {
		return err
	}
	if err := checkPositive(call, "Bin", "ms", o.Bin); err != nil {
		return err
	}
	if !(o.Refractory >= 0) || math.IsInf(o.Refractory, 0) {
		return fmt.Errorf("spikes: %s: Refractory is %g ms; it must be 0 or more and finite", call, o.Refractory)
	}
	if o.N < 1 || o.N > largest {
		return fmt.Errorf("spikes: %s: N is %d surrogates; it must be 1 or more (0: 999)", call, o.N)
	}
	return nil
}

// draw returns surrogate k.
func (m *surrogates) draw(k int) neuro.Spikes {
	r := rng.New(m.o.Seed, uint64(k)+1)
	s, t0, t1, w := m.s, m.o.T0, m.o.T1, m.o.Width
	out := make(neuro.Spikes, len(s))
	switch m.o.Method {
	case "jitter":
		for i, t := range s {
			from := t0 + float64(math.Floor((t-t0)/w)*w)
			if from >= t1 { // a spike at t1 that begins a window of no length
				from = t0 + float64((math.Ceil((t1-t0)/w)-1)*w)
			}
			to := math.Min(from+w, t1)
			out[i] = from + float64(r.Float64()*(to-from))
		}
	case "dither":
		if m.o.Refractory > 0 {
			copy(out, s)
			dithered(out, r, w, m.o.Refractory, t0, t1)
			return out
		}
		for i, t := range s {
			out[i] = reflected(t+aside(r, w), t0, t1)
		}
	case "shift":
		turned(out, s, aside(r, w), t0, t1)
	case "shuffle-isi":
		if len(s) == 0 {
			return out
		}
		isi := append([]float64{s[0] - t0}, ISI(s)...)
		now := t0
		for i, k := range r.Perm(len(isi)) {
			now += isi[k]
			out[i] = math.Min(now, t1) // of rounding
		}
		return out
	case "joint-isi":
		copy(out, s)
		m.joint.move(out, r, w)
		return out
	case "bin-shuffle":
		per := max(1, int(math.Round(w/m.o.Bin)))
		total := max(1, int(math.Floor((t1-t0)/m.o.Bin)))
		for i := 0; i < len(s); {
			group := min(int((s[i]-t0)/m.o.Bin), total-1) / per
			size := min(per, total-group*per)
			order := r.Perm(size)
			for ; i < len(s); i++ {
				bin := min(int((s[i]-t0)/m.o.Bin), total-1)
				if bin/per != group {
					break
				}
				to := group*per + order[bin-group*per]
				out[i] = math.Min(t1, s[i]+float64(float64(to-bin)*m.o.Bin))
			}
		}
	case "uniform":
		for i := range out {
			out[i] = t0 + float64(r.Float64()*(t1-t0))
		}
	}
	sort.Float64s(out)
	return out
}

// aside returns a uniform number from -w to w.
func aside(r *rng.Source, w float64) float64 { return float64(r.Float64()*(w+w)) - w }

// reflected returns t turned back at the ends of the window.
func reflected(t, t0, t1 float64) float64 {
	for range 64 {
		switch {
		case t < t0:
			t = 2*t0 - t
		case t > t1:
			t = 2*t1 - t
		default:
			return t
		}
	}
	return math.Min(math.Max(t, t0), t1)
}

// turned sets out to s moved by d, what leaves the window at one end coming in at
// the other.
func turned(out, s neuro.Spikes, d, t0, t1 float64) {
	length := t1 - t0
	for i, t := range s {
		u := math.Mod(t-t0+d, length)
		if u < 0 {
			u += length
		}
		out[i] = t0 + u
	}
}

// dithered moves spikes in random order by up to ±w, not nearer to their
// neighbours than refractory or the shortest interval.
func dithered(s neuro.Spikes, r *rng.Source, w, refractory, t0, t1 float64) {
	for i := 1; i < len(s); i++ {
		refractory = math.Min(refractory, s[i]-s[i-1])
	}
	for _, i := range r.Perm(len(s)) {
		lo, hi := t0, t1
		if i > 0 {
			lo = s[i-1] + refractory
		}
		if i+1 < len(s) {
			hi = s[i+1] - refractory
		}
		lo, hi = math.Min(math.Max(lo, s[i]-w), s[i]), math.Max(math.Min(hi, s[i]+w), s[i])
		s[i] = lo + float64(r.Float64()*(hi-lo))
	}
}

// A jointISI is a smoothed histogram of pairs of successive intervals.
type jointISI struct {
	h [][]float64
}

const jointBins = 100 // of 1 ms

func newJointISI(s neuro.Spikes) *jointISI {
	h := grid(jointBins, jointBins)
	for i := 2; i < len(s); i++ {
		a, b := s[i-1]-s[i-2], s[i]-s[i-1]
		if a < jointBins && b < jointBins {
			h[int(a)][int(b)]++
		}
	}
	task := display.Start("spikes.Surrogate", "", 0)
	defer task.End()
	return &jointISI{blurred(h, 2, task)}
}

// move moves each spike between its neighbours, every other one first.
func (j *jointISI) move(s neuro.Spikes, r *rng.Source, w float64) {
	weight := make([]float64, jointBins+1)
	for start := 1; start <= 2; start++ {
		for i := start; i+1 < len(s); i += 2 {
			both := s[i+1] - s[i-1]
			old := s[i] - s[i-1]
			lo, hi := math.Max(0, old-w), math.Min(both, old+w)
			if both >= jointBins {
				s[i] = s[i-1] + lo + float64(r.Float64()*(hi-lo))
				continue
			}
			total := 0.0
			first, last := int(lo), min(int(hi), jointBins-1)
			share := func(k int) (from, to float64) {
				return math.Max(lo, float64(k)), math.Min(hi, float64(k+1))
			}
			for k := first; k <= last; k++ {
				from, to := share(k)
				rest := both - float64((from+to)/2)
				weight[k] = float64(math.Max(0, to-from) * j.h[k][min(max(int(rest), 0), jointBins-1)])
				total += weight[k]
			}
			if !(total > 0) {
				continue
			}
			u := r.Float64() * total
			k := first
			for ; k < last && u >= weight[k]; k++ {
				u -= weight[k]
			}
			from, to := share(k)
			s[i] = math.Min(s[i-1]+from+float64(math.Min(u/weight[k], 1)*(to-from)), s[i+1])
		}
	}
}

// SurrogateTrials returns surrogates of trials, of which a test asks what is
// locked to the trial. Methods:
//
//	"trial-shift"    each trial turns by its own amount of up to ±Width within the
//	                 window. Null: nothing is locked to the trials more
//	                 precisely than Width (Pipa et al. 2008).
//	"trial-shuffle"  trials change their order. Null: trials are
//	                 exchangeable, so that cells go together by what is
//	                 common to all trials only (Gerstein and Perkel 1972,
//	                 Biophys. J. 12:453).
//
// Errors: an unknown method, no trials, those of Surrogate, which name the trial.
// Peer: elephant.spike_train_surrogates.trial_shifting.
func SurrogateTrials(trials []neuro.Spikes, o SurrogateOptions) ([]neuro.Spikes, error) {
	const call = "SurrogateTrials"
	if len(trials) == 0 {
		return nil, fmt.Errorf("spikes: %s: trials is empty; at least 1 trial is needed", call)
	}
	if o.Method == "" {
		o.Method = "trial-shift"
	}
	if o.Method != "trial-shift" && o.Method != "trial-shuffle" {
		return nil, fmt.Errorf("spikes: %s: Method %q is not known; allowed are trial-shift, trial-shuffle", call, o.Method)
	}
	for i, s := range trials {
		if err := check(call, fmt.Sprintf("trials[%d]", i), s); err != nil {
			return nil, err
		}
	}
	if err := o.complete(call, trials...); err != nil {
		return nil, err
	}
	r := rng.New(o.Seed, 1)
	out := make([]neuro.Spikes, len(trials))
	order := r.Perm(len(trials))
	for i, s := range trials {
		s = within(s, o.T0, o.T1)
		if o.Method == "trial-shuffle" {
			s = within(trials[order[i]], o.T0, o.T1)
			out[i] = append(neuro.Spikes{}, s...)
			continue
		}
		out[i] = make(neuro.Spikes, len(s))
		turned(out[i], s, aside(r, o.Width), o.T0, o.T1)
		sort.Float64s(out[i])
	}
	return out, nil
}

// A SurrogateResult compares a measure of a train with those of its surrogates.
type SurrogateResult struct {
	Value  float64   // of the train
	Null   []float64 // of each surrogate
	P      float64   // that a surrogate's is as large or larger: (b+1)/(m+1)
	PLower float64   // as small or smaller
	Method string
}

// SurrogateTest asks whether a measure of a train is larger, or smaller, than those
// of its surrogates: measure is called with s and with each of o.N surrogates that
// Surrogate describes, and
//
//	P = (b+1)/(m+1),  b of m surrogates having a value as large or larger.
//
// What a small P speaks against is the null hypothesis of the method. Errors: those
// of Surrogate; a measure that is NaN. Source: Davison and Hinkley 1997, Bootstrap
// Methods and their Application, chapter 4 (Monte Carlo tests).
func SurrogateTest(s neuro.Spikes, measure func(neuro.Spikes) float64, o SurrogateOptions) (*SurrogateResult, error) {
	const call = "SurrogateTest"
	m, err := newSurrogates(call, "s", s, o)
	if err != nil {
		return nil, err
	}
	task := display.Start("spikes."+call, "surrogates", m.o.N)
	defer task.End()
	r := &SurrogateResult{Value: measure(m.s), Method: m.o.Method, Null: make([]float64, m.o.N)}
	opposite := make([]float64, m.o.N)
	for k := range r.Null {
		if task.Set(k); task.Err() != nil {
			return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
		}
		r.Null[k] = measure(m.draw(k))
		if math.IsNaN(r.Null[k]) {
			return nil, fmt.Errorf("spikes: %s: the measure of surrogate %d is NaN; it must be a number for any train", call, k)
		}
		opposite[k] = -r.Null[k]
	}
	if math.IsNaN(r.Value) {
		return nil, fmt.Errorf("spikes: %s: the measure of s is NaN; it must be a number", call)
	}
	r.P = stats.PermutationP([]float64{r.Value}, r.Null, false)[0]
	r.PLower = stats.PermutationP([]float64{-r.Value}, opposite, false)[0]
	return r, nil
}

// Show draws the figure of Plot.
func (r SurrogateResult) Show() display.Bundle { return r.Plot().Show() }

// Plot returns the histogram of the measure over surrogates, with a line where the
// train is.
func (r SurrogateResult) Plot() *figure.Figure {
	p := figure.Panel{
		Title: fmt.Sprintf("%s, P = %.3g (lower %.3g)", r.Method, r.P, r.PLower),
		X:     figure.Axis{Label: "measure"},
		Y:     figure.Axis{Label: "surrogates"},
		// A corner may be where the line is.
		Legend: "beside",
	}
	if len(r.Null) > 0 {
		lo, hi := slices.Min(r.Null), slices.Max(r.Null)
		n := min(40, 5+len(r.Null)/20)
		if !(hi > lo) {
			lo, hi = lo-0.5, lo+0.5
		}
		sorted := slices.Clone(r.Null)
		slices.Sort(sorted)
		edges := make([]float64, n+1)
		for i := range edges {
			edges[i] = edge(i, n, lo, hi)
		}
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Bars, X: edges, Y: histogram(sorted, n, lo, hi), Color: "grey", Name: "surrogates"})
	}
	p.Layers = append(p.Layers, figure.Layer{Kind: figure.VLine, X: []float64{r.Value}, Color: "red", Width: 1.6, Name: "train"})
	if n := len(r.Null); n > 0 && !math.IsNaN(r.Value) { // the line within the axes
		lo, hi := math.Min(slices.Min(r.Null), r.Value), math.Max(slices.Max(r.Null), r.Value)
		if room := float64((hi - lo) * 0.05); room > 0 && !math.IsInf(room, 0) {
			p.X.Min, p.X.Max = lo-room, hi+room
		}
	}
	return &figure.Figure{Panels: []figure.Panel{p}}
}
