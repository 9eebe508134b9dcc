package synapse

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Transition is one arrow of a kinetic scheme.
type Transition struct {
	From, To string                  // states
	Rate     float64                 `unit:"1/ms"` // how often, 1/ms; with Bind, per unit of the input
	Bind     bool                    // the rate is Rate times the input, such as a concentration
	Of       func(x float64) float64 // instead: the rate (1/ms) as a function of the input, such as a potential
}

// Scheme is a kinetic scheme: a channel, receptor or sensor that jumps between
// states (a Markov process in continuous time), given by the table of its
// transitions. The input x is what rates depend on: a concentration or a potential.
//
//	s := synapse.Scheme{Name: "channel", Open: []string{"O"}, Transitions: []synapse.Transition{
//		{From: "C", To: "O", Rate: 1.1, Bind: true}, // 1/(mM ms) times the concentration
//		{From: "O", To: "C", Rate: 0.19},
//	}}
type Scheme struct {
	Name        string
	Input       string // what x is, such as "glutamate"
	InputUnit   string // and its unit, such as "mM"
	Open        []string
	Transitions []Transition
}

// States returns the names of the states, in the order in which transitions name them.
func (s Scheme) States() []string {
	var names []string
	for _, t := range s.Transitions {
		for _, n := range []string{t.From, t.To} {
			if !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	return names
}

// Rates returns the matrix of rates (1/ms) at the input x: q[i][j] from state i of
// States to state j, and 0 on the diagonal. Transitions between the same states add
// up. An error names a transition whose rate is negative or not finite.
func (s Scheme) Rates(x float64) ([][]float64, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	return s.rates(x, s.States())
}

func (s Scheme) rates(x float64, states []string) ([][]float64, error) {
	q := linalg.Zeros(len(states))
	for _, t := range s.Transitions {
		r := t.Rate
		switch {
		case t.Of != nil:
			r = t.Of(x)
		case t.Bind:
			r *= x
		}
		if !(r >= 0) || math.IsInf(r, 0) {
			return nil, fmt.Errorf("synapse: Scheme %q: the rate from %s to %s is %g/ms at the input %g; it must be finite and not negative", s.Name, t.From, t.To, r, x)
		}
		q[slices.Index(states, t.From)][slices.Index(states, t.To)] += r
	}
	return q, nil
}

// SteadyState returns the share of each state when the input x has lasted, by the
// elimination of Grassmann, Taksar and Heyman 1985, Oper Res 33:1107, which
// subtracts nothing and so keeps all digits of small shares. An error says where
// the scheme falls apart into states that cannot be reached from one another.
func (s Scheme) SteadyState(x float64) ([]float64, error) {
	q, err := s.Rates(x)
	if err != nil {
		return nil, err
	}
	n := len(q)
	for k := n - 1; k > 0; k-- {
		out := 0.0
		for j := range k {
			out += q[k][j]
		}
		if out == 0 {
			return nil, fmt.Errorf("synapse: Scheme %q: at the input %g state %s does not lead back to the states before it, so there is no one steady state; simulate it with Simulate", s.Name, x, s.States()[k])
		}
		for i := range k {
			q[i][k] /= out
			for j := range k {
				if i != j {
					q[i][j] += float64(q[i][k] * q[k][j])
				}
			}
		}
	}
	p := make([]float64, n)
	p[0] = 1
	total := 1.0
	for k := 1; k < n; k++ {
		for i := range k {
			p[k] += float64(p[i] * q[i][k])
		}
		total += p[k]
	}
	for k := range p {
		p[k] /= total
	}
	return p, nil
}

// Propagator returns the probabilities that what is in state i is in state j after
// the time dt (ms) with the input x held: the exponential of the matrix of rates
// times dt. It is summed from terms that are all positive (uniformization) on a
// short time that is then doubled, so that small probabilities keep their digits for
// stiff schemes and long times; rows add up to 1. Errors are those of Rates, and dt
// below 0 or not finite.
func (s Scheme) Propagator(x, dt float64) ([][]float64, error) {
	if !(dt >= 0) || math.IsInf(dt, 0) {
		return nil, fmt.Errorf("synapse: Scheme %q: dt is %g ms; it must be finite and not negative", s.Name, dt)
	}
	q, err := s.Rates(x)
	if err != nil {
		return nil, err
	}
	return propagator(q, dt), nil
}

func propagator(q [][]float64, dt float64) [][]float64 {
	n := len(q)
	most := 0.0
	leave := make([]float64, n)
	for i, row := range q {
		for _, r := range row {
			leave[i] += r
		}
		most = math.Max(most, leave[i])
	}
	p := linalg.Zeros(n)
	if most == 0 || dt == 0 {
		for i := range p {
			p[i][i] = 1
		}
		return p
	}
	doublings := 0
	h := dt
	for most*h > 0.5 {
		h /= 2
		doublings++
	}
	jump := linalg.Zeros(n) // of the chain that jumps at the rate most
	term := linalg.Zeros(n)
	weight := vec.Exp(-most * h)
	for i := range q {
		for j, r := range q[i] {
			jump[i][j] = r / most
		}
		jump[i][i] = math.Max(1-leave[i]/most, 0)
		term[i][i] = weight
		p[i][i] = weight
	}
	for k := 1; k <= 16; k++ { // 0.5^17/17! is below 1e-19
		term = linalg.Product(term, jump)
		for i := range term {
			for j := range term[i] {
				term[i][j] *= most * h / float64(k)
				p[i][j] += term[i][j]
			}
		}
	}
	for range doublings {
		p = linalg.Product(p, p)
		for _, row := range p {
			sum := 0.0
			for _, v := range row {
				sum += v
			}
			for j := range row {
				row[j] /= sum
			}
		}
	}
	return p
}

// Autocovariance returns that of one channel's being open (1) or shut (0), at the
// lags (ms), in the steady state at the input x. N channels of the current i give N
// i^2 times as much; its value at lag 0 is the variance p (1 - p). Colquhoun and Hawkes
// 1977, Proc R Soc Lond B 199:231. Errors are those of SteadyState.
func (s Scheme) Autocovariance(x float64, lags []float64) ([]float64, error) {
	p, err := s.SteadyState(x)
	if err != nil {
		return nil, err
	}
	open, mean := s.open(), 0.0
	for _, i := range open {
		mean += p[i]
	}
	out := make([]float64, len(lags))
	for k, lag := range lags {
		e, err := s.Propagator(x, math.Abs(lag))
		if err != nil {
			return nil, err
		}
		for _, i := range open {
			for _, j := range open {
				out[k] += float64(p[i] * e[i][j])
			}
		}
		out[k] -= float64(mean * mean)
	}
	return out, nil
}

// open returns the indices of the open states.
func (s Scheme) open() []int {
	var out []int
	states := s.States()
	for _, name := range s.Open {
		out = append(out, slices.Index(states, name))
	}
	return out
}

// Check returns an error that names the first transition that makes no sense.
func (s Scheme) Check() error {
	if len(s.Transitions) == 0 {
		return fmt.Errorf("synapse: Scheme %q has no transitions; list them as Transition{From, To, Rate}", s.Name)
	}
	for i, t := range s.Transitions {
		switch {
		case t.From == "" || t.To == "" || t.From == t.To:
			return fmt.Errorf("synapse: Scheme %q: transition %d leads from %q to %q; it must lead from one named state to another", s.Name, i, t.From, t.To)
		case t.Of != nil && (t.Rate != 0 || t.Bind):
			return fmt.Errorf("synapse: Scheme %q: transition %d (%s to %s) has a function and a rate; give one of them", s.Name, i, t.From, t.To)
		case !(t.Rate >= 0) || math.IsInf(t.Rate, 0):
			return fmt.Errorf("synapse: Scheme %q: transition %d (%s to %s) has the rate %g/ms; it must be finite and not negative", s.Name, i, t.From, t.To, t.Rate)
		}
	}
	states := s.States()
	for _, o := range s.Open {
		if !slices.Contains(states, o) {
			return fmt.Errorf("synapse: Scheme %q: the open state %q is in no transition; states are %s", s.Name, o, strings.Join(states, ", "))
		}
	}
	return nil
}

// Show returns the table of transitions.
func (s Scheme) Show() display.Bundle {
	from, to, rate, by := table.Col{Name: "from"}, table.Col{Name: "to"}, table.Col{Name: "rate"}, table.Col{Name: "unit"}
	for _, t := range s.Transitions {
		unit := "1/ms"
		r := t.Rate
		switch {
		case t.Of != nil:
			unit, r = "function of "+cmp.Or(s.Input, "the input"), math.NaN()
		case t.Bind:
			unit = "1/(" + strings.TrimSpace(s.InputUnit+" ms") + ")"
		}
		from.Text, to.Text, by.Text = append(from.Text, t.From), append(to.Text, t.To), append(by.Text, unit)
		rate.Num = append(rate.Num, r)
	}
	return table.Table{Title: s.Name, Cols: []table.Col{from, to, rate, by}}.Show()
}
