package synapse

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// Kinetics is a scheme over time.
type Kinetics struct {
	States []string      // names of the states
	P      []neuro.Trace // share of each state, or number of channels in it
	Open   neuro.Trace   // their sum over the open states
	Jumps  []Jump        // what happened, from Gillespie
	open   []int         // indices of the open states
}

// A Jump is one channel's going from one state to another.
type Jump struct {
	T        float64 `unit:"ms"` // when, ms
	From, To int     // indices of the states
}

// Simulate returns the shares of the states under the input x, which holds from each
// of its samples to the next, at its times. Every step is exact. They begin with the
// shares start, or with the steady state at x's first value where start is nil.
// Errors: a scheme that Check refuses, an input without samples, shares below 0 or
// that do not add up to 1, a rate that is negative or not finite, and those of
// SteadyState.
func (s Scheme) Simulate(x neuro.Trace, start []float64) (*Kinetics, error) {
	k, err := s.begin("Simulate", x)
	if err != nil {
		return nil, err
	}
	p, err := s.start("Simulate", x, start)
	if err != nil {
		return nil, err
	}
	steps := s.steps(x.Dt)
	task := display.Start("synapse.Scheme.Simulate", "samples", len(x.Y))
	defer task.End()
	for i, v := range x.Y {
		if i%256 == 0 {
			if task.Set(i); task.Err() != nil {
				return nil, fmt.Errorf("synapse: Scheme.Simulate: %w", task.Err())
			}
		}
		k.record(i, p)
		e, err := steps.at(v)
		if err != nil {
			return nil, err
		}
		next := make([]float64, len(p))
		for a, row := range e {
			for b, w := range row {
				next[b] += float64(p[a] * w)
			}
		}
		p = next
	}
	return k, nil
}

// Channels returns the numbers among n independent channels in each state, at random
// by the seed: from sample to sample the channels of a state are dealt to the states
// that they may have come to, by binomial numbers (a tau-leap). With the exact
// probabilities of Propagator this has the right distribution for steps of any
// length, as long as the input holds. start is as in Simulate. Errors as there, and
// n below 1.
func (s Scheme) Channels(x neuro.Trace, n int, start []float64, seed uint64) (*Kinetics, error) {
	k, err := s.begin("Channels", x)
	if err != nil {
		return nil, err
	}
	p, err := s.start("Channels", x, start)
	if err != nil {
		return nil, err
	}
	if n < 1 {
		return nil, fmt.Errorf("synapse: Scheme.Channels: n is %d channels; it must be 1 or more", n)
	}
	provenance.Random("synapse.Scheme.Channels", seed)
	r := rng.New(seed, 0)
	counts := make([]int, len(p))
	deal(r, n, p, counts)
	steps := s.steps(x.Dt)
	share := make([]float64, len(p))
	task := display.Start("synapse.Scheme.Channels", "samples", len(x.Y))
	defer task.End()
	for i, v := range x.Y {
		if i%256 == 0 {
			if task.Set(i); task.Err() != nil {
				return nil, fmt.Errorf("synapse: Scheme.Channels: %w", task.Err())
			}
		}
		for a, c := range counts {
			share[a] = float64(c)
		}
		k.record(i, share)
		e, err := steps.at(v)
		if err != nil {
			return nil, err
		}
		next := make([]int, len(counts))
		for a, c := range counts {
			deal(r, c, e[a], next)
		}
		counts = next
	}
	return k, nil
}

// deal adds n channels to counts, at random with the probabilities p.
func deal(r *rng.Source, n int, p []float64, counts []int) {
	rest := 1.0
	for j, v := range p {
		if n == 0 {
			return
		}
		if j == len(p)-1 {
			counts[j] += n
			return
		}
		c := n
		if v < rest {
			c = r.Binomial(n, math.Max(v/rest, 0))
		}
		counts[j] += c
		n -= c
		rest -= v
	}
}

// Gillespie returns the numbers among n independent channels in each state, jump by
// jump, at random by the seed: the time to the next jump of any channel is
// exponential (Gillespie 1977, J Phys Chem 81:2340). The input holds between its
// samples, so that the jumps have their exact distribution. Jumps lists them all;
// start is as in Simulate. Errors as for Channels.
func (s Scheme) Gillespie(x neuro.Trace, n int, start []float64, seed uint64) (*Kinetics, error) {
	k, err := s.begin("Gillespie", x)
	if err != nil {
		return nil, err
	}
	p, err := s.start("Gillespie", x, start)
	if err != nil {
		return nil, err
	}
	if n < 1 {
		return nil, fmt.Errorf("synapse: Scheme.Gillespie: n is %d channels; it must be 1 or more", n)
	}
	provenance.Random("synapse.Scheme.Gillespie", seed)
	r := rng.New(seed, 0)
	counts := make([]int, len(p))
	deal(r, n, p, counts)
	share := make([]float64, len(p))
	var q [][]float64
	task := display.Start("synapse.Scheme.Gillespie", "samples", len(x.Y))
	defer task.End()
	for i, v := range x.Y {
		if i%256 == 0 {
			if task.Set(i); task.Err() != nil {
				return nil, fmt.Errorf("synapse: Scheme.Gillespie: %w", task.Err())
			}
		}
		for a, c := range counts {
			share[a] = float64(c)
		}
		k.record(i, share)
		if i == 0 || v != x.Y[i-1] {
			if q, err = s.rates(v, k.States); err != nil {
				return nil, err
			}
		}
		if i == len(x.Y)-1 {
			break
		}
		for t, end := x.At(i), x.At(i+1); ; {
			total := 0.0
			for a, c := range counts {
				for _, w := range q[a] {
					total += float64(float64(c) * w)
				}
			}
			if total == 0 {
				break
			}
			if t -= vec.Log(r.Positive()) / total; t >= end {
				break
			}
			from, to := pick(counts, q, r.Float64()*total)
			counts[from]--
			counts[to]++
			k.Jumps = append(k.Jumps, Jump{t, from, to})
			if len(k.Jumps) > most/4 {
				return nil, fmt.Errorf("synapse: Scheme.Gillespie: more than %d jumps by %g ms; take fewer channels or a shorter time, or Channels", most/4, t)
			}
		}
	}
	return k, nil
}

// pick returns the jump in whose part of the sum of all rates u falls.
func pick(counts []int, q [][]float64, u float64) (from, to int) {
	for a, c := range counts {
		for b, w := range q[a] {
			if c == 0 || w == 0 {
				continue
			}
			from, to = a, b
			if u -= float64(float64(c) * w); u < 0 {
				return from, to
			}
		}
	}
	return from, to // by rounding: the last that is possible
}

// Dwell returns how long (ms) the single channel of a Gillespie run stayed in each
// visit to the open states, and in each stay out of them, leaving out the first and
// the last, whose beginning or end is not seen.
func (k *Kinetics) Dwell() (open, shut []float64) {
	isOpen := make([]bool, len(k.States))
	for _, i := range k.open {
		isOpen[i] = true
	}
	last := math.NaN()
	for _, j := range k.Jumps {
		if isOpen[j.From] == isOpen[j.To] {
			continue
		}
		if !math.IsNaN(last) {
			if isOpen[j.From] {
				open = append(open, j.T-last)
			} else {
				shut = append(shut, j.T-last)
			}
		}
		last = j.T
	}
	return open, shut
}

// Show draws the figure of Plot.
func (k *Kinetics) Show() display.Bundle { return k.Plot().Show() }

// Plot returns the figure of the open states and of all states over time.
func (k *Kinetics) Plot() *figure.Figure {
	layer := func(t neuro.Trace) figure.Layer {
		l := figure.Layer{Kind: figure.Step, Name: t.Name, Y: t.Y}
		for i := range t.Y {
			l.X = append(l.X, t.At(i))
		}
		return l
	}
	x := figure.Axis{Label: "time", Unit: "ms"}
	f := &figure.Figure{ShareX: true}
	if len(k.open) > 0 {
		l := layer(k.Open)
		l.Color = "black"
		f.Panels = append(f.Panels, figure.Panel{X: x, Y: figure.Axis{Label: k.Open.Name}, Layers: []figure.Layer{l}})
	}
	all := figure.Panel{X: x, Y: figure.Axis{Label: "in each state"}, Legend: "beside"}
	for i, t := range k.P {
		l := layer(t)
		l.Dash = i%2 == 1 // told apart without colour
		all.Layers = append(all.Layers, l)
	}
	f.Panels = append(f.Panels, all)
	return f
}

func (s Scheme) begin(who string, x neuro.Trace) (*Kinetics, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if len(x.Y) == 0 || !(x.Dt > 0) || math.IsInf(x.Dt, 0) {
		return nil, fmt.Errorf("synapse: Scheme.%s: the input has %d samples at steps of %g ms; it must have some, at positive steps", who, len(x.Y), x.Dt)
	}
	k := &Kinetics{States: s.States(), open: s.open(), Open: neuro.Trace{Name: "open", T0: x.T0, Dt: x.Dt, Y: make([]float64, len(x.Y))}}
	for _, name := range k.States {
		k.P = append(k.P, neuro.Trace{Name: name, T0: x.T0, Dt: x.Dt, Y: make([]float64, len(x.Y))})
	}
	return k, nil
}

func (s Scheme) start(who string, x neuro.Trace, start []float64) ([]float64, error) {
	if start == nil {
		return s.SteadyState(x.Y[0])
	}
	sum := 0.0
	for _, v := range start {
		if !(v >= 0) {
			return nil, fmt.Errorf("synapse: Scheme.%s: start has the share %g; shares must not be negative", who, v)
		}
		sum += v
	}
	if n := len(s.States()); len(start) != n || math.Abs(sum-1) > 1e-9 {
		return nil, fmt.Errorf("synapse: Scheme.%s: start has %d shares that add up to %g; it must have one for each of the %d states, and they must add up to 1", who, len(start), sum, n)
	}
	return append([]float64(nil), start...), nil
}

func (k *Kinetics) record(i int, p []float64) {
	for a, v := range p {
		k.P[a].Y[i] = v
	}
	for _, a := range k.open {
		k.Open.Y[i] += p[a]
	}
}

// stepper keeps the propagator of the last input, which often holds.
type stepper struct {
	s  Scheme
	dt float64
	x  float64
	p  [][]float64
}

func (s Scheme) steps(dt float64) *stepper { return &stepper{s: s, dt: dt} }

func (st *stepper) at(x float64) ([][]float64, error) {
	if st.p == nil || x != st.x {
		p, err := st.s.Propagator(x, st.dt)
		if err != nil {
			return nil, err
		}
		st.x, st.p = x, p
	}
	return st.p, nil
}
