package behavior

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// ChoiceTask is what a simulated subject finds in a task of repeated choice.
type ChoiceTask struct {
	P      [][]float64 // P[trial][option]: probability of Win; of option 2 state + choice in the two-step task
	Win    []float64   // payoff of each option with probability P; nil is 1
	Lose   []float64   // otherwise; nil is 0
	Common float64     // two-step task: probability of the common transition, of choice k to state k; 0 is 0.7
}

// Bandit returns n trials of options that pay 1 with constant probabilities.
func Bandit(n int, probability ...float64) ChoiceTask {
	t := ChoiceTask{P: make([][]float64, n)}
	for i := range t.P {
		t.P[i] = probability
	}
	return t
}

// DriftingBandit returns n trials of options whose probabilities of a reward of
// 1 walk at random: uniform between lo and hi at first, then with normal steps
// of standard deviation sd, reflected at lo and hi. Four options between 0.25
// and 0.75 with sd 0.025 are the second stage of Daw et al. (2011).
func DriftingBandit(n, options int, lo, hi, sd float64, seed uint64) ChoiceTask {
	s := rng.New(seed, 0)
	t := ChoiceTask{P: make([][]float64, n)}
	p := make([]float64, options)
	for k := range p {
		p[k] = lo + float64((hi-lo)*s.Float64())
	}
	for i := range t.P {
		t.P[i] = append([]float64(nil), p...)
		for k := range p {
			p[k] += float64(sd * s.Norm())
			for p[k] < lo || p[k] > hi {
				if !(hi > lo) {
					p[k] = lo
				} else if p[k] < lo {
					p[k] = 2*lo - p[k]
				} else {
					p[k] = 2*hi - p[k]
				}
			}
		}
	}
	return t
}

func (t ChoiceTask) check(options int) error {
	if len(t.P) == 0 {
		return fmt.Errorf("the task has no trials")
	}
	for i, p := range t.P {
		if len(p) != options {
			return fmt.Errorf("P[%d] has %d options, the model %d", i, len(p), options)
		}
		for k, v := range p {
			if !(v >= 0 && v <= 1) {
				return fmt.Errorf("P[%d][%d] is %g; a probability lies from 0 to 1", i, k, v)
			}
		}
	}
	if t.Win != nil && len(t.Win) != options || t.Lose != nil && len(t.Lose) != options {
		return fmt.Errorf("Win has %d payoffs and Lose %d for %d options", len(t.Win), len(t.Lose), options)
	}
	if !(t.Common >= 0 && t.Common <= 1) {
		return fmt.Errorf("Common is %g; a probability lies from 0 to 1", t.Common)
	}
	return nil
}

// reward draws the payoff of option k in a trial.
func (t ChoiceTask) reward(trial, k int, s *rng.Source) float64 {
	win, lose := 1.0, 0.0
	if t.Win != nil {
		win = t.Win[k]
	}
	if t.Lose != nil {
		lose = t.Lose[k]
	}
	if s.Float64() < t.P[trial][k] {
		return win
	}
	return lose
}

// softmax draws from options with the given logits.
func softmax(logit []float64, s *rng.Source) int {
	top, sum := math.Inf(-1), 0.0
	for _, x := range logit {
		top = math.Max(top, x)
	}
	var small [8]float64
	w := append(small[:0], logit...)
	for k, x := range logit {
		w[k] = vec.Exp(x - top)
		sum += w[k]
	}
	c, at := 0, float64(sum*s.Float64())
	for c < len(w)-1 && at >= w[c] {
		at -= w[c]
		c++
	}
	return c
}

// logSoftmax returns the log probability of option c.
func logSoftmax(logit []float64, c int) float64 {
	sum := 0.0
	for _, x := range logit {
		sum += vec.Exp(x - logit[c])
	}
	if math.IsInf(sum, 1) { // the largest alone counts
		top := math.Inf(-1)
		for _, x := range logit {
			top = math.Max(top, x)
		}
		sum = 0
		for _, x := range logit {
			sum += vec.Exp(x - top)
		}
		return logit[c] - top - vec.Log(sum)
	}
	return -vec.Log(sum)
}

// QOptions say what a Q-learning model has besides a learning rate and an
// inverse temperature.
type QOptions struct {
	Options    int     // number of options; 0 is 2
	TwoRates   bool    // another rate, alpha-, for outcomes worse than expected
	Stickiness bool    // a tendency, kappa, to repeat the choice before
	Forgetting bool    // values of options not chosen fall back to Start at the rate phi
	Start      float64 // value before the first trial
	BetaMax    float64 // upper bound of beta, per unit of reward; 0 is 100
}

// QModel returns Q-learning with a softmax choice as a model to fit.
//
//	P(k) ∝ exp(beta Q_k + kappa [k was chosen last])
//	chosen:  Q ← Q + alpha (reward - Q); with TwoRates alpha- where reward < Q
//	others:  Q ← Q + phi (Start - Q)
//
// Rates lie from 0 to 1, beta from 0 to BetaMax per unit of reward (so that
// rewards are best scaled to about 1) and kappa from -10 to 10. Priors are weak, and
// those that fits of such models often have: Beta(1.1, 1.1) of rates, Gamma(1.2, 5)
// of beta and a standard normal of kappa. A trial without a response changes
// nothing, and the last choice is that of the last trial with one. Options below 2, and BetaMax below 0, leave a
// model that Fit refuses.
//
// Source: Watkins and Dayan 1992; Lau and Glimcher 2005 (stickiness); Frank,
// Moustafa, Haughey, Curran and Hutchison 2007 (two rates); Ito and Doya 2009
// (forgetting). Checked against a SciPy program of the same equations.
func QModel(o QOptions) LearningModel {
	if o.Options == 0 {
		o.Options = 2
	}
	if o.BetaMax == 0 {
		o.BetaMax = 100
	}
	m := LearningModel{Name: "Q-learning", Parameters: []Parameter{
		unitRate("alpha"),
		{Name: "beta", Max: o.BetaMax, Prior: "gamma", A: 1.2, B: 5, Low: o.BetaMax / 200, High: o.BetaMax / 10},
	}}
	if o.TwoRates {
		m.Parameters = append(m.Parameters, unitRate("alpha-"))
		m.Name += ", two rates"
	}
	if o.Stickiness {
		m.Parameters = append(m.Parameters, Parameter{Name: "kappa", Min: -10, Max: 10, Prior: "normal", A: 0, B: 1, Low: -2, High: 2})
		m.Name += ", stickiness"
	}
	if o.Forgetting {
		m.Parameters = append(m.Parameters, unitRate("phi"))
		m.Name += ", forgetting"
	}
	if o.Options < 2 {
		m.Parameters = nil
		return m
	}
	m.LogLik = func(p []float64, c Choices, each []float64) float64 {
		if c.options() > o.Options {
			return math.NaN()
		}
		q := newQLearner(o, p)
		sum := 0.0
		for i, k := range c.Choice {
			l := 0.0
			if k >= 0 {
				l = logSoftmax(q.logits(), k)
				q.learn(k, c.Reward[i])
			}
			sum += l
			if each != nil {
				each[i] = l
			}
		}
		return sum
	}
	m.Simulate = func(p []float64, task ChoiceTask, seed uint64) Choices {
		c := Choices{Options: o.Options}
		if task.check(o.Options) != nil {
			return c
		}
		s, q := rng.New(seed, 0), newQLearner(o, p)
		for i := range task.P {
			k := softmax(q.logits(), s)
			r := task.reward(i, k, s)
			q.learn(k, r)
			c.Choice, c.Reward = append(c.Choice, k), append(c.Reward, r)
		}
		return c
	}
	return m
}

func unitRate(name string) Parameter {
	return Parameter{Name: name, Max: 1, Prior: "beta", A: 1.1, B: 1.1, Low: 0.05, High: 0.95}
}

type qLearner struct {
	o                              QOptions
	alpha, beta, minus, kappa, phi float64
	values, logit                  []float64
	last                           int
}

func newQLearner(o QOptions, p []float64) *qLearner {
	q := &qLearner{o: o, alpha: p[0], beta: p[1], minus: p[0], last: -1}
	p = p[2:]
	if o.TwoRates {
		q.minus, p = p[0], p[1:]
	}
	if o.Stickiness {
		q.kappa, p = p[0], p[1:]
	}
	if o.Forgetting {
		q.phi = p[0]
	}
	both := make([]float64, 2*o.Options)
	q.values, q.logit = both[:o.Options], both[o.Options:]
	for k := range q.values {
		q.values[k] = o.Start
	}
	return q
}

func (q *qLearner) logits() []float64 {
	for k, v := range q.values {
		q.logit[k] = q.beta * v
	}
	if q.last >= 0 {
		q.logit[q.last] += q.kappa
	}
	return q.logit
}

func (q *qLearner) learn(k int, reward float64) {
	d := reward - q.values[k]
	a := q.alpha
	if d < 0 {
		a = q.minus
	}
	if q.phi > 0 {
		for j := range q.values {
			if j != k {
				q.values[j] += float64(q.phi * (q.o.Start - q.values[j]))
			}
		}
	}
	q.values[k] += float64(a * d)
	q.last = k
}
