package neuron

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/model"
)

// Dynamics is a cell given as equations, whose flow can be looked at: all cells of
// this package and every *model.Model. FindEquilibria, NewPhasePlane and NewFlow
// take it.
type Dynamics interface {
	Name() string
	CurrentUnit() string
	// Equations returns the differential equations, and as options the
	// parameters, the threshold and what happens at it.
	Equations() (text string, o model.Options)
}

// A Flow is the derivative of a cell's state as a function of the state. It is not
// for several goroutines at once.
type Flow struct {
	Variables []string // names of the state: the membrane potential first, the others in the order of the equations

	field   *model.Field
	order   []int // where each variable is in the order of the equations
	x, d    []float64
	resting []float64 // where Rest begins to look
}

// NewFlow returns the flow of a cell. The error is that of a parameter or an
// equation that makes no sense.
func NewFlow(c Dynamics) (*Flow, error) {
	if c == nil {
		return nil, fmt.Errorf("neuron: NewFlow: the cell is nil; NewHH() is one")
	}
	m, err := parse(c)
	if err != nil {
		return nil, err
	}
	field, err := m.Field()
	if err != nil {
		return nil, fmt.Errorf("neuron: NewFlow: %s: %w", c.Name(), err)
	}
	names := m.Variables()
	f := &Flow{field: field, x: make([]float64, len(names)), d: make([]float64, len(names))}
	shown := m.Potential()
	for _, first := range []bool{true, false} {
		for k, n := range names {
			if (n == shown) == first {
				f.Variables, f.order = append(f.Variables, n), append(f.order, k)
			}
		}
	}
	start := field.Start()
	for _, k := range f.order {
		f.resting = append(f.resting, start[k])
	}
	return f, nil
}

// parse returns a cell as package model runs it.
func parse(c Dynamics) (*model.Model, error) {
	if m, ok := c.(*model.Model); ok {
		return m, nil
	}
	if k, ok := c.(Cell); ok {
		if err := k.Check(); err != nil {
			return nil, err
		}
	}
	m, err := model.Parse(c.Equations())
	if err != nil {
		return nil, fmt.Errorf("neuron: %s: %w", c.Name(), err)
	}
	return m, nil
}

// Slope returns the derivative of the state x, per ms, under the constant current
// i, both in the units of results and x in the order of Variables. Thresholds and
// resets are no part of it.
func (f *Flow) Slope(x []float64, i float64) []float64 {
	if len(x) != len(f.order) {
		panic(fmt.Sprintf("neuron: Flow.Slope: x has %d values; the cell has %d variables (%q)", len(x), len(f.order), f.Variables))
	}
	for k, at := range f.order {
		f.x[at] = x[k]
	}
	f.field.Slope(f.d, f.x, i)
	out := make([]float64, len(x))
	for k, at := range f.order {
		out[k] = f.d[at]
	}
	return out
}

// Rest returns the state with the potential v in which all variables but the
// potential stand still, by Newton's method from the initial values (one step where
// the variables do not depend on each other). The state is NaN where the method
// finds none.
func (f *Flow) Rest(v float64) []float64 {
	x := append([]float64(nil), f.resting...)
	x[0] = v
	n := len(x) - 1
	size := func(d []float64) float64 {
		s := 0.0
		for _, y := range d[1:] {
			s = math.Max(s, math.Abs(y))
		}
		return s
	}
	d := f.Slope(x, 0)
	for range 50 {
		now := size(d)
		if now == 0 || math.IsNaN(now) {
			break
		}
		j := f.jacobian(x, 0)
		a := make([][]float64, n)
		for r := range a {
			a[r] = append(append([]float64(nil), j[r+1][1:]...), -d[r+1])
		}
		step, ok := linalg.Solve(a, 0)
		if !ok {
			break
		}
		next := append([]float64(nil), x...)
		for r := range step {
			next[r+1] += step[r]
		}
		e := f.Slope(next, 0)
		if size(e) >= now && now < 1e-12*(1+size(x)) { // down to rounding
			return x
		}
		x, d = next, e
	}
	if s := size(d); !(s <= 1e-9*(1+size(x))) {
		for k := range x[1:] {
			x[k+1] = math.NaN()
		}
	}
	return x
}

// jacobian returns the derivatives of the slope at x by central differences.
func (f *Flow) jacobian(x []float64, i float64) [][]float64 {
	n := len(x)
	j := make([][]float64, n)
	for r := range j {
		j[r] = make([]float64, n)
	}
	y := append([]float64(nil), x...)
	for k := range x {
		h := float64(1e-5 * math.Max(math.Abs(x[k]), 0.1))
		y[k] = x[k] + h
		up := f.Slope(y, i)
		y[k] = x[k] - h
		down := f.Slope(y, i)
		y[k] = x[k]
		for r := range j {
			j[r][k] = (up[r] - down[r]) / (2 * h)
		}
	}
	return j
}
