package plasticity

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// RewardSTDP is spike-timing-dependent plasticity that waits for a reward,
// Izhikevich 2007, Cereb Cortex 17:2443. STDP does not change the weight but an
// eligibility trace c of the synapse, and dopamine d turns that into a change:
//
//	dc/dt = -c/TauC,  dd/dt = -d/TauD,  dw/dt = c (d + Tonic)
//
// A pair of spikes adds APlus exp(-dt/TauPlus) to c for pre before post and takes
// away AMinus exp(dt/TauMinus) for post before pre, by traces of the spikes as in
// Weighted; a reward adds its amount to d. In the terms of Fremaux and Gerstner 2016,
// Front Neural Circuits 9:85, this is R-STDP: a neo-Hebbian rule dw/dt = M(t) e(t)
// with the eligibility e = c and the modulator M = d + Tonic. A negative Tonic
// takes a mean reward away, so that M is the reward beyond expectation. Checked against
// the integrals of single pairs and rewards, and against small steps.
type RewardSTDP struct {
	APlus    float64 // eligibility by a pair of pre before post
	AMinus   float64 // and by one of post before pre, as a size
	TauPlus  float64 `unit:"ms"`   // of potentiation, ms
	TauMinus float64 `unit:"ms"`   // of depression, ms
	TauC     float64 `unit:"ms"`   // of the eligibility, ms
	TauD     float64 `unit:"ms"`   // of dopamine, ms
	Tonic    float64 `unit:"1/ms"` // the modulator without reward, 1/ms
	Nearest  bool    // each spike pairs with the nearest before it, rather than with all
	WMin     float64 // smallest weight
	WMax     float64 // largest weight
}

// NewRewardSTDP returns the rule of the paper's program: APlus 0.1, AMinus 0.15,
// TauPlus and TauMinus 20 ms, nearest spikes, TauC 1 s, TauD 0.2 s, weights from 0 to 4 mV. The
// program turns eligibility into weight every 10 ms, whence Tonic 0.0002 (its 0.002
// in 10 ms) and rewards of 0.05 per ms (its 0.5).
func NewRewardSTDP() RewardSTDP {
	return RewardSTDP{APlus: 0.1, AMinus: 0.15, TauPlus: 20, TauMinus: 20, TauC: 1000, TauD: 200, Tonic: 0.0002, Nearest: true, WMin: 0, WMax: 4}
}

// A Reward is a release of dopamine.
type Reward struct {
	T      float64 `unit:"ms"`   // when, ms
	Amount float64 `unit:"1/ms"` // what it adds to d; below 0 for a punishment
}

// Run returns the weight after the spikes pre and post (ms) without any reward, once
// all eligibility is spent by Tonic. Errors: parameters that Check refuses, a weight
// that is not finite, trains that do not ascend or are not finite.
func (p RewardSTDP) Run(w float64, pre, post neuro.Spikes) (float64, error) {
	return p.Learn(w, pre, post, nil)
}

// Learn returns the weight after the spikes pre and post (ms) and the rewards, once
// all eligibility is spent. The weight is bounded at each spike, each reward and at
// the end. Rewards must be in the order of time. Errors are those of Run, and
// rewards that are not finite or not in order.
func (p RewardSTDP) Learn(w float64, pre, post neuro.Spikes, rewards []Reward) (float64, error) {
	s, err := p.start("Learn", w, pre, post, rewards)
	if err != nil {
		return 0, err
	}
	s.events(pre, post, rewards, func(float64) {})
	s.move(math.Inf(1))
	return s.w, nil
}

// Traces returns weight, eligibility and dopamine at 0, dt, ... dur (ms). What
// happens before 0 counts. Errors are those of Learn, dur or dt that are not
// above 0.
func (p RewardSTDP) Traces(w float64, pre, post neuro.Spikes, rewards []Reward, dur, dt float64) (*RewardResult, error) {
	s, err := p.start("Traces", w, pre, post, rewards)
	if err != nil {
		return nil, err
	}
	n, err := samples("RewardSTDP.Traces", dur, dt)
	if err != nil {
		return nil, err
	}
	r := &RewardResult{Rewards: rewards}
	for _, t := range []struct {
		t    *neuro.Trace
		name string
	}{{&r.W, "weight"}, {&r.Eligibility, "eligibility"}, {&r.Dopamine, "dopamine"}} {
		*t.t = neuro.Trace{Name: t.name, Dt: dt, Y: make([]float64, 0, n)}
	}
	r.Dopamine.Unit = "1/ms"
	sample := func(until float64) {
		for k := len(r.W.Y); k < n && r.W.At(k) < until; k++ {
			s.move(r.W.At(k))
			r.W.Y, r.Eligibility.Y, r.Dopamine.Y = append(r.W.Y, s.w), append(r.Eligibility.Y, s.c), append(r.Dopamine.Y, s.d)
		}
	}
	s.events(pre, post, rewards, sample)
	sample(math.Inf(1))
	return r, nil
}

// RewardResult is a synapse over time; see [RewardSTDP.Traces].
type RewardResult struct {
	W           neuro.Trace // weight
	Eligibility neuro.Trace // c
	Dopamine    neuro.Trace // d, without Tonic
	Rewards     []Reward
}

// Show draws the figure of Plot.
func (r *RewardResult) Show() display.Bundle { return r.Plot().Show() }

// Plot returns the figure of weight, eligibility and dopamine with the rewards.
func (r *RewardResult) Plot() *figure.Figure {
	f := &figure.Figure{ShareX: true}
	marks := figure.Layer{Kind: figure.VLine, Color: "grey"}
	for _, x := range r.Rewards {
		marks.X = append(marks.X, x.T)
	}
	for _, t := range []struct {
		t     neuro.Trace
		color string
	}{{r.Eligibility, "green"}, {r.Dopamine, "red"}, {r.W, "blue"}} {
		l := figure.Layer{Kind: figure.Line, Y: t.t.Y, Color: t.color}
		for k := range t.t.Y {
			l.X = append(l.X, t.t.At(k))
		}
		f.Panels = append(f.Panels, figure.Panel{X: figure.Axis{Label: "time", Unit: "ms"}, Y: figure.Axis{Label: t.t.Name, Unit: t.t.Unit}, Layers: []figure.Layer{marks, l}})
	}
	return f
}

// rewardState is one synapse: the traces x and y of the spikes, eligibility,
// dopamine and weight at the time of its last event.
type rewardState struct {
	p                RewardSTDP
	x, y, c, d, w, t float64
}

func (p RewardSTDP) start(who string, w float64, pre, post neuro.Spikes, rewards []Reward) (*rewardState, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	if err := trains("RewardSTDP", w, pre, post); err != nil {
		return nil, err
	}
	for i, r := range rewards {
		if math.IsNaN(r.T) || math.IsInf(r.T, 0) || math.IsNaN(r.Amount) || math.IsInf(r.Amount, 0) {
			return nil, fmt.Errorf("plasticity: RewardSTDP.%s: reward %d is %g at %g ms; both must be finite", who, i, r.Amount, r.T)
		}
		if i > 0 && r.T < rewards[i-1].T {
			return nil, fmt.Errorf("plasticity: RewardSTDP.%s: reward %d at %g ms comes after one at %g ms; times must ascend (sort them first)", who, i, r.T, rewards[i-1].T)
		}
	}
	return &rewardState{p: p, w: w, t: math.Inf(-1)}, nil
}

// move takes the synapse to the time t: between events c and d decay, and
//
//	w -> w + c d (1 - exp(-a s))/a + c Tonic TauC (1 - exp(-s/TauC)),  a = 1/TauC + 1/TauD
func (s *rewardState) move(t float64) {
	d := t - s.t
	s.t = t
	if s.c != 0 {
		a := 1/s.p.TauC + 1/s.p.TauD
		s.w += float64(s.c*s.d/a*-vec.Expm1(-a*d)) + float64(s.c*s.p.Tonic*s.p.TauC*-vec.Expm1(-d/s.p.TauC))
		s.w = bounded(s.w, s.p.WMin, s.p.WMax)
	}
	s.x, s.y = decayed(s.x, d, s.p.TauPlus), decayed(s.y, d, s.p.TauMinus)
	s.c, s.d = decayed(s.c, d, s.p.TauC), decayed(s.d, d, s.p.TauD)
}

// events goes through spikes and rewards in the order of time, calling before with
// the time of each; rewards come before spikes of the same time.
func (s *rewardState) events(pre, post neuro.Spikes, rewards []Reward, before func(t float64)) {
	pay := func(until float64) {
		for len(rewards) > 0 && rewards[0].T <= until {
			before(rewards[0].T)
			s.move(rewards[0].T)
			s.d += rewards[0].Amount
			rewards = rewards[1:]
		}
	}
	eachSpike(pre, post, func(t float64, isPre, isPost bool) {
		pay(t)
		before(t)
		s.move(t)
		if isPost {
			s.c += float64(s.p.APlus * s.x)
		}
		if isPre {
			s.c -= float64(s.p.AMinus * s.y)
			if s.x++; s.p.Nearest {
				s.x = 1
			}
		}
		if isPost {
			if s.y++; s.p.Nearest {
				s.y = 1
			}
		}
	})
	pay(math.Inf(1))
}

// Show returns the parameters.
func (p RewardSTDP) Show() display.Bundle {
	return table.Parameters("reward-modulated STDP", p).Show()
}

// Check returns an error that names the first parameter that makes no sense.
func (p RewardSTDP) Check() error {
	if err := positive("RewardSTDP", "TauPlus", p.TauPlus, "TauMinus", p.TauMinus, "TauC", p.TauC, "TauD", p.TauD); err != nil {
		return err
	}
	if math.IsNaN(p.APlus) || math.IsInf(p.APlus, 0) || math.IsNaN(p.Tonic) || math.IsInf(p.Tonic, 0) {
		return fmt.Errorf("plasticity: RewardSTDP: APlus is %g and Tonic %g; both must be finite", p.APlus, p.Tonic)
	}
	if err := notNegative("RewardSTDP", "AMinus", p.AMinus); err != nil {
		return err
	}
	return bounds("RewardSTDP", p.WMin, p.WMax)
}
