package behavior

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Choices are the trials of one subject in a task of repeated choice, in order.
type Choices struct {
	Subject string
	Options int       // number of options; 0 is 2
	Choice  []int     // of each trial, 0 to Options-1; -1 without a response
	Reward  []float64 // received
	Block   []int     // of each trial; where it changes, values start anew: another session, other options. nil is one block
	State   []int     // second stage that was reached, 0 or 1; two-step task only
	Second  []int     // choice there, 0 or 1; -1 without a response; two-step task only
}

// ChoicesOf returns the choices in a table, one element per subject in the
// order of their first trial.
//
// choice and reward name columns of numbers, with choices from 0 to options-1;
// a missing choice is a trial without a response, which a fit counts and leaves
// out. subject names the column of subjects; "" is a single one. A column that
// does not exist, a choice that is no option and a missing reward of a trial
// with a response are errors. block may name a column of sessions or problems, of numbers or
// words: where it changes between two trials of a subject, a model starts anew.
func ChoicesOf(t table.Table, subject, choice, reward string, options int, block ...string) ([]Choices, error) {
	fail := func(format string, a ...any) ([]Choices, error) {
		return nil, fmt.Errorf("behavior: ChoicesOf: "+format, a...)
	}
	c, err := numbers(t, choice)
	if err != nil {
		return fail("%w", err)
	}
	r, err := numbers(t, reward)
	if err != nil {
		return fail("%w", err)
	}
	names, order, err := subjects(t, subject)
	if err != nil {
		return fail("%w", err)
	}
	all := make([]Choices, len(order))
	for i := range all {
		all[i] = Choices{Subject: order[i], Options: options}
	}
	if err := blocks(all, names, t, block); err != nil {
		return fail("%w", err)
	}
	for i, v := range c {
		s := &all[names[i]]
		if math.IsNaN(v) {
			s.Choice, s.Reward = append(s.Choice, -1), append(s.Reward, 0)
			continue
		}
		if v != math.Trunc(v) || v < 0 || v >= float64(s.options()) {
			return fail("row %d has choice %g; options are 0 to %d", i, v, s.options()-1)
		}
		s.Choice, s.Reward = append(s.Choice, int(v)), append(s.Reward, r[i])
	}
	for i := range all {
		if err := all[i].check(); err != nil {
			return fail("subject %q: %w", all[i].Subject, err)
		}
	}
	return all, nil
}

// TwoStepChoicesOf is ChoicesOf for the two-step task: first, state and second
// name columns of 0 and 1, the first choice, the second stage that was reached
// and the choice there. A trial that misses either choice is one without a
// response. block is that of ChoicesOf.
func TwoStepChoicesOf(t table.Table, subject, first, state, second, reward string, block ...string) ([]Choices, error) {
	fail := func(format string, a ...any) ([]Choices, error) {
		return nil, fmt.Errorf("behavior: TwoStepChoicesOf: "+format, a...)
	}
	var columns [4][]float64
	for k, name := range []string{first, state, second, reward} {
		var err error
		if columns[k], err = numbers(t, name); err != nil {
			return fail("%w", err)
		}
	}
	names, order, err := subjects(t, subject)
	if err != nil {
		return fail("%w", err)
	}
	all := make([]Choices, len(order))
	for i := range all {
		all[i] = Choices{Subject: order[i], Options: 2, State: []int{}, Second: []int{}}
	}
	if err := blocks(all, names, t, block); err != nil {
		return fail("%w", err)
	}
	for i := range columns[0] {
		s := &all[names[i]]
		var v [3]int
		missing := math.IsNaN(columns[0][i]) || math.IsNaN(columns[2][i])
		for k, c := range columns[:3] {
			switch {
			case missing:
				v[k] = -1
			case c[i] != 0 && c[i] != 1:
				return fail("row %d has %q %g; it must be 0 or 1", i, []string{first, state, second}[k], c[i])
			default:
				v[k] = int(c[i])
			}
		}
		r := columns[3][i]
		if missing {
			r = 0
		}
		s.Choice, s.State, s.Second, s.Reward = append(s.Choice, v[0]), append(s.State, v[1]), append(s.Second, v[2]), append(s.Reward, r)
	}
	for i := range all {
		if err := all[i].check(); err != nil {
			return fail("subject %q: %w", all[i].Subject, err)
		}
	}
	return all, nil
}

// blocks sets the blocks of all subjects' trials, if a column of them is named.
func blocks(all []Choices, of []int, t table.Table, column []string) error {
	switch {
	case len(column) == 0 || len(column) == 1 && column[0] == "":
		return nil
	case len(column) > 1:
		return fmt.Errorf("%d columns of blocks are named; one at most", len(column))
	}
	in, _, err := subjects(t, column[0])
	if err != nil {
		return err
	}
	for i, b := range in {
		s := &all[of[i]]
		s.Block = append(s.Block, b)
	}
	return nil
}

func (c *Choices) options() int {
	if c.Options == 0 {
		return 2
	}
	return c.Options
}

// check returns an error for trials that no model can read.
func (c *Choices) check() error {
	if len(c.Choice) != len(c.Reward) {
		return fmt.Errorf("Choice has %d trials and Reward %d; they must be as many", len(c.Choice), len(c.Reward))
	}
	if c.Block != nil && len(c.Block) != len(c.Choice) {
		return fmt.Errorf("Choice has %d trials and Block %d; they must be as many", len(c.Choice), len(c.Block))
	}
	two := c.State != nil || c.Second != nil
	if two && (len(c.State) != len(c.Choice) || len(c.Second) != len(c.Choice)) {
		return fmt.Errorf("Choice has %d trials, State %d and Second %d; they must be as many", len(c.Choice), len(c.State), len(c.Second))
	}
	for i, k := range c.Choice {
		if k < -1 || k >= c.options() {
			return fmt.Errorf("Choice[%d] is %d; options are 0 to %d, -1 is no response", i, k, c.options()-1)
		}
		if k == -1 {
			continue
		}
		if two {
			if c.Second[i] < -1 || c.Second[i] > 1 {
				return fmt.Errorf("Second[%d] is %d; it must be 0, 1, or -1 for no response", i, c.Second[i])
			}
			if c.Second[i] == -1 {
				continue
			}
			if c.State[i] != 0 && c.State[i] != 1 {
				return fmt.Errorf("State[%d] is %d; it must be 0 or 1", i, c.State[i])
			}
		}
		if math.IsNaN(c.Reward[i]) || math.IsInf(c.Reward[i], 0) {
			return fmt.Errorf("Reward[%d] is %g, it must be finite", i, c.Reward[i])
		}
	}
	return nil
}

// logLik is the model's LogLik of all blocks, each of which it is given alone.
func (m LearningModel) logLik(p []float64, c Choices, each []float64) (sum float64) {
	for from := 0; from < len(c.Choice); {
		to := from + 1
		for to < len(c.Choice) && !c.begins(to) {
			to++
		}
		if to-from == len(c.Choice) {
			return m.LogLik(p, c, each)
		}
		part := Choices{Subject: c.Subject, Options: c.Options, Choice: c.Choice[from:to], Reward: c.Reward[from:to]}
		if c.State != nil {
			part.State, part.Second = c.State[from:to], c.Second[from:to]
		}
		var at []float64
		if each != nil {
			at = each[from:to]
		}
		sum += m.LogLik(p, part, at)
		from = to
	}
	return sum
}

// begins reports whether a block begins at trial i.
func (c *Choices) begins(i int) bool { return i == 0 || c.Block != nil && c.Block[i] != c.Block[i-1] }

// answered reports whether trial i is complete.
func (c *Choices) answered(i int) bool {
	return c.Choice[i] >= 0 && (c.Second == nil || c.Second[i] >= 0)
}

// count returns the choices that have a probability, the trials without a
// response, and the log likelihood of choosing at random.
func (c *Choices) count() (choices, missing int, chance float64) {
	for i := range c.Choice {
		switch {
		case !c.answered(i):
			missing++
		case c.Second != nil:
			choices += 2
			chance -= vec.Log(float64(c.options())) + vec.Log(2)
		default:
			choices++
			chance -= vec.Log(float64(c.options()))
		}
	}
	return choices, missing, chance
}

// Parameter is one parameter of a LearningModel.
type Parameter struct {
	Name     string
	Min, Max float64 // bounds, which belong to the range; infinite for none
	// Prior is "beta" with shapes A and B of (x-Min)/(Max-Min), "gamma" with
	// shape A and scale B of x-Min, "normal" with mean A and standard deviation
	// B, or "" for a constant density. Maximum likelihood does not look at it.
	Prior string
	A, B  float64
	// A search starts between Low and High; both 0 are the middle eight tenths
	// of the bounds, or ±2.
	Low, High float64
}

// LearningModel is a model of choices with parameters: one of this package, such
// as QModel, or one of your own. Fit, FitGroup, RecoverParameters and
// RecoverModels work on any.
type LearningModel struct {
	Name       string
	Parameters []Parameter
	// LogLik returns the log likelihood of choices, given parameters within
	// their bounds. Where each is not nil it has one element per trial, to be
	// set to the trial's log likelihood: 0 without a response. Of choices in blocks
	// it is given one block at a time.
	LogLik func(p []float64, c Choices, each []float64) float64
	// Simulate returns the choices of one subject in a task. It may be nil
	// where nothing is simulated.
	Simulate func(p []float64, task ChoiceTask, seed uint64) Choices
}

func (m LearningModel) check() error {
	if m.LogLik == nil || len(m.Parameters) == 0 {
		return fmt.Errorf("the model %q has no LogLik or no parameters", m.Name)
	}
	for _, p := range m.Parameters {
		if !(p.Min < p.Max) || math.IsInf(p.Min, 0) && !math.IsInf(p.Max, 1) {
			return fmt.Errorf("parameter %s has bounds %g and %g; Min must be below Max, and finite unless Max is infinite too", p.Name, p.Min, p.Max)
		}
		if p.Low != 0 || p.High != 0 {
			if !(p.Low > p.Min && p.High < p.Max && p.Low <= p.High) {
				return fmt.Errorf("parameter %s starts from %g to %g, which must lie between its bounds %g and %g", p.Name, p.Low, p.High, p.Min, p.Max)
			}
		}
		bounded := !math.IsInf(p.Max, 1)
		switch {
		case p.Prior == "",
			p.Prior == "beta" && p.A > 0 && p.B > 0 && bounded,
			p.Prior == "gamma" && p.A > 0 && p.B > 0 && !math.IsInf(p.Min, -1),
			p.Prior == "normal" && p.B > 0:
		default:
			return fmt.Errorf("parameter %s has the prior %q with %g and %g; allowed are \"\", \"beta\" (bounded, both above 0), \"gamma\" (a lower bound, both above 0) and \"normal\" (the second above 0)", p.Name, p.Prior, p.A, p.B)
		}
	}
	return nil
}

// inside returns an error for parameters out of their bounds.
func (m LearningModel) inside(p []float64) error {
	if len(p) != len(m.Parameters) {
		return fmt.Errorf("%d parameters for %s, which has %d", len(p), m.Name, len(m.Parameters))
	}
	for i, q := range m.Parameters {
		if !(p[i] >= q.Min && p[i] <= q.Max) || math.IsInf(p[i], 0) {
			return fmt.Errorf("%s is %g; it must lie from %g to %g", q.Name, p[i], q.Min, q.Max)
		}
	}
	return nil
}

// value returns the parameter at a place u of a line without ends.
func (p Parameter) value(u float64) float64 {
	switch {
	case math.IsInf(p.Min, -1):
		return u
	case math.IsInf(p.Max, 1):
		return p.Min + vec.Exp(u)
	case u > 0:
		return p.Max - float64((p.Max-p.Min)/(1+vec.Exp(u)))
	}
	return p.Min + float64((p.Max-p.Min)/(1+vec.Exp(-u)))
}

// place is the inverse of value.
func (p Parameter) place(x float64) float64 {
	switch {
	case math.IsInf(p.Min, -1):
		return x
	case math.IsInf(p.Max, 1):
		return vec.Log(x - p.Min)
	}
	return vec.Log((x - p.Min) / (p.Max - x))
}

// slope returns dx/du.
func (p Parameter) slope(x float64) float64 {
	switch {
	case math.IsInf(p.Min, -1):
		return 1
	case math.IsInf(p.Max, 1):
		return x - p.Min
	}
	return (x - p.Min) * (p.Max - x) / (p.Max - p.Min)
}

// start returns a place from the range of starts; at runs from 0 to 1.
func (p Parameter) start(at float64) float64 {
	lo, hi := -2.2, 2.2
	switch {
	case p.Low != 0 || p.High != 0:
		lo, hi = p.place(p.Low), p.place(p.High)
	case math.IsInf(p.Min, -1) || math.IsInf(p.Max, 1):
		lo, hi = -2, 2
	}
	return lo + float64((hi-lo)*at)
}

// logPrior returns the logarithm of the prior density at x.
func (p Parameter) logPrior(x float64) float64 {
	gamma := func(a float64) float64 { v, _ := vec.Lgamma(a); return v }
	// 0 log 0 is 0: a shape of 1 is constant.
	times := func(a, l float64) float64 {
		if a == 0 {
			return 0
		}
		return float64(a * l)
	}
	switch p.Prior {
	case "beta":
		w := p.Max - p.Min
		return gamma(p.A+p.B) - gamma(p.A) - gamma(p.B) + times(p.A-1, vec.Log((x-p.Min)/w)) + times(p.B-1, vec.Log((p.Max-x)/w)) - vec.Log(w)
	case "gamma":
		t := (x - p.Min) / p.B
		return times(p.A-1, vec.Log(t)) - t - gamma(p.A) - vec.Log(p.B)
	case "normal":
		z := (x - p.A) / p.B
		return -float64(z*z/2) - vec.Log(p.B) - float64(0.5*vec.Log(2*math.Pi))
	}
	return 0
}

// numbers returns a column of numbers.
func numbers(t table.Table, name string) ([]float64, error) {
	c, err := t.Col(name)
	if err != nil {
		return nil, err
	}
	if c.Num == nil && c.Len() > 0 {
		return nil, fmt.Errorf("column %q holds words such as %q; numbers are needed, which Table.Recode makes of them", name, c.Text[0])
	}
	return c.Num, nil
}

// subjects returns for each row the number of its subject, and their names in
// the order of their first row. Without a name of the column all rows are one's.
func subjects(t table.Table, name string) (of []int, names []string, err error) {
	of = make([]int, t.Rows())
	if name == "" {
		return of, []string{""}, nil
	}
	c, err := t.Col(name)
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]int{}
	for i := range of {
		key := ""
		if c.Num != nil {
			key = fmt.Sprint(c.Num[i])
		} else {
			key = c.Text[i]
		}
		k, ok := seen[key]
		if !ok {
			k = len(names)
			seen[key], names = k, append(names, key)
		}
		of[i] = k
	}
	return of, names, nil
}
