package behavior

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Iowa are the scores of an Iowa gambling task.
type Iowa struct {
	Net     float64   // choices of good decks - choices of the others
	Blocks  []float64 // Net of each block of trials
	Counts  []int     // choices of each deck
	Block   int       // trials of a block; the last may be shorter
	Total   float64   // sum of the rewards
	Trials  int       // with a response
	Missing int       // without; they count in the length of a block only
}

// ScoreIowa returns the net score of an Iowa gambling task over all and by
// blocks: choices of good decks less choices of the others. good says of each
// deck, 0 to len(good)-1, whether it is good (false, false, true, true for decks
// A to D), and block the number of trials of a block; 0 is 20.
//
// Choices that no model can read, none with a response, a deck beyond good, and
// block below 1 are errors. Source: Bechara, Damasio, Damasio and Anderson 1994.
// Checked against counts by hand.
func ScoreIowa(c Choices, good []bool, block int) (*Iowa, error) {
	fail := func(format string, a ...any) (*Iowa, error) {
		return nil, fmt.Errorf("behavior: ScoreIowa: "+format, a...)
	}
	c.Options = max(c.Options, len(good))
	if err := c.check(); err != nil {
		return fail("%w", err)
	}
	if c.Options != len(good) {
		return fail("good has %d decks and the task %d", len(good), c.Options)
	}
	if block == 0 {
		block = 20
	}
	if block < 1 {
		return fail("block is %d trials; it must be 1 or more", block)
	}
	s := &Iowa{Block: block, Counts: make([]int, len(good)), Blocks: make([]float64, (len(c.Choice)+block-1)/block)}
	for i, k := range c.Choice {
		if k < 0 {
			s.Missing++
			continue
		}
		s.Trials++
		s.Counts[k]++
		s.Total += c.Reward[i]
		if good[k] {
			s.Net++
			s.Blocks[i/block]++
		} else {
			s.Net--
			s.Blocks[i/block]--
		}
	}
	if s.Trials == 0 {
		return fail("none of the %d trials has a response", len(c.Choice))
	}
	return s, nil
}

// Table returns the net score of each block.
func (s *Iowa) Table() table.Table {
	t := table.Table{Title: s.String(), Cols: []table.Col{{Name: "block"}, {Name: "net score"}}}
	for i, v := range s.Blocks {
		t.Cols[0].Num, t.Cols[1].Num = append(t.Cols[0].Num, float64(i+1)), append(t.Cols[1].Num, v)
	}
	return t
}

// String gives the net score and what was won.
func (s *Iowa) String() string {
	t := fmt.Sprintf("net score %+.0f in %s, choices of each deck %v, won %g", s.Net, spell.Count(s.Trials, "trial"), s.Counts, s.Total)
	if s.Missing > 0 {
		t += fmt.Sprintf("; %s without a response", spell.Count(s.Missing, "trial"))
	}
	return t
}

// Plot draws the net score over the blocks.
func (s *Iowa) Plot() *figure.Figure {
	x := vec64(len(s.Blocks))
	for i := range x {
		x[i]++
	}
	return &figure.Figure{Title: fmt.Sprintf("net score %+.0f", s.Net), Width: 10, Height: 7, Panels: []figure.Panel{{
		X: figure.Axis{Label: fmt.Sprintf("block of %s", spell.Count(s.Block, "trial")), Min: 0.5, Max: float64(len(x)) + 0.5, Ticks: x}, Y: figure.Axis{Label: "good - bad choices"},
		Layers: []figure.Layer{
			{Kind: figure.HLine, Y: []float64{0}, Color: "grey"},
			{Kind: figure.Line, X: x, Y: s.Blocks, Color: "blue", Width: 1.5}, {Kind: figure.Points, X: x, Y: s.Blocks, Color: "blue"},
		},
	}}}
}

// Show draws the figure under the table.
func (s *Iowa) Show() display.Bundle { return figure.Under(s.Plot(), "net score", s.Table().Show()) }

// IowaTask returns n trials of four decks with the frequencies and sizes of the
// Iowa gambling task, in units of money over 100: A and B win 1 and lose 2.5 in
// half or 12.5 in a tenth of the trials, C and D win 0.5 and lose 0.5 in half or
// 2.5 in a tenth. The mean of A and B is -0.25 a trial, of C and D 0.25. Losses
// come at random here and not in the original's order. Source: Bechara et al.
// 1994.
func IowaTask(n int) ChoiceTask {
	t := Bandit(n, 0.5, 0.9, 0.5, 0.9)
	t.Win = []float64{1, 1, 0.5, 0.5}
	t.Lose = []float64{-1.5, -11.5, 0, -2}
	return t
}

// PVLDelta returns the prospect-valence-learning model with the delta rule as a
// model to fit to choices between options that win and lose.
//
//	u = reward^alpha of a gain, -lambda |reward|^alpha of a loss
//	Q_k ← Q_k + phi (u - Q_k) of the chosen,  P(k) ∝ exp((3^c - 1) Q_k)
//
// phi is the learning rate, 0 to 1; alpha the shape of utility, 0 to 2; lambda
// loss aversion, 0 to 10; c consistency, 0 to 5. Values start at 0; rewards are
// best money over 100 (IowaTask). Priors are Beta(1.1, 1.1) of phi, and the same
// of the others over their ranges. Fewer than two options leave a model that Fit
// refuses.
//
// Source: Ahn, Busemeyer, Wagenmakers and Stout 2008; Ahn et al. 2014, Front
// Psychol 5:849 (ranges). Checked against the formulas.
func PVLDelta(options int) LearningModel {
	shape := func(name string, top, lo, hi float64) Parameter {
		return Parameter{Name: name, Max: top, Prior: "beta", A: 1.1, B: 1.1, Low: lo, High: hi}
	}
	m := LearningModel{Name: "PVL-delta", Parameters: []Parameter{unitRate("phi"), shape("alpha", 2, 0.1, 1.5), shape("lambda", 10, 0.2, 5), shape("c", 5, 0.2, 3)}}
	if options < 2 {
		m.Parameters = nil
		return m
	}
	type learner struct{ values, logit []float64 }
	begin := func() learner { return learner{make([]float64, options), make([]float64, options)} }
	logits := func(l learner, p []float64) []float64 {
		theta := vec.Pow(3, p[3]) - 1
		for k, v := range l.values {
			l.logit[k] = theta * v
		}
		return l.logit
	}
	learn := func(l learner, p []float64, k int, reward float64) {
		u := 0.0
		switch {
		case reward > 0:
			u = vec.Pow(reward, p[1])
		case reward < 0:
			u = -p[2] * vec.Pow(-reward, p[1])
		}
		l.values[k] += float64(p[0] * (u - l.values[k]))
	}
	m.LogLik = func(p []float64, c Choices, each []float64) float64 {
		if c.options() > options {
			return math.NaN()
		}
		l, sum := begin(), 0.0
		for i, k := range c.Choice {
			v := 0.0
			if k >= 0 {
				v = logSoftmax(logits(l, p), k)
				learn(l, p, k, c.Reward[i])
			}
			sum += v
			if each != nil {
				each[i] = v
			}
		}
		return sum
	}
	m.Simulate = func(p []float64, task ChoiceTask, seed uint64) Choices {
		c := Choices{Options: options}
		if task.check(options) != nil {
			return c
		}
		s, l := rng.New(seed, 0), begin()
		for i := range task.P {
			k := softmax(logits(l, p), s)
			r := task.reward(i, k, s)
			learn(l, p, k, r)
			c.Choice, c.Reward = append(c.Choice, k), append(c.Reward, r)
		}
		return c
	}
	return m
}
