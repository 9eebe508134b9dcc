package model

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/units"
)

// A Watch is a quantity that follows from the variables and parameters of the cells of
// a Population, such as the current of a conductance, "ge*(Ee - v)".
type Watch struct {
	p      *Population
	blocks []int // first cells
	out    []float64
	number int // of the array that the program writes
	made   int // the population's arrays when it was compiled
	e      *expr
	lay    *layout
	prog   *program
}

// FormulaUnit returns the unit of a quantity that follows from the variables,
// subexpressions and parameters of the model, in which results give it, and the number of
// the library's units in one. The error is a Problems: a name that is not known, units that
// do not fit, or random numbers, which a formula of what is cannot have.
func (m *Model) FormulaUnit(formula string) (unit string, size float64, err error) {
	_, u, err := m.formula(formula)
	if err != nil {
		return "", 0, err
	}
	u = u.Natural()
	if u.Name == "" && !u.Dim.IsOne() {
		u.Name = u.Dim.String()
	}
	return u.Name, factor(u), nil
}

// formula reads and checks one.
func (m *Model) formula(text string) (*expr, units.Unit, error) {
	if v := m.byName[text]; v != nil && m.noiseIn(v.name) == "" {
		return &expr{kind: nameExpr, op: text, src: &source{"formula", text}, end: len(text)}, v.unit, nil
	}
	probs := &problems{}
	e := parseExpr(&source{"formula", text}, probs)
	c := &checker{m: m, probs: probs, scope: inStatement, done: map[string]bool{}}
	got := c.of(e)
	if err := probs.err(); err != nil {
		return nil, units.Unit{}, err
	}
	if what := m.notStill(e); what != "" {
		c.note(e, what+" has no meaning in a quantity that is looked at between two steps", "write a formula of "+listed(m.names(odeEquation, subexpression, parameter)))
	} else if got.typ == boolean {
		c.note(e, e.text()+" is a condition and not a number", "write int("+e.text()+"), which is 1 where it holds and 0 elsewhere")
	}
	return e, units.Unit{Dim: got.dim, Factor: 1}, probs.err()
}

// noiseIn returns the white noise that a variable holds, if it does.
func (m *Model) noiseIn(name string) string {
	if v := m.byName[name]; v.kind == subexpression {
		return m.noiseOf(&expr{kind: nameExpr, op: name})
	}
	return ""
}

// notStill returns the first name of an expression, and of the subexpressions in it, that is
// known within a step only.
func (m *Model) notStill(e *expr) string {
	if e == nil {
		return ""
	}
	switch e.kind {
	case callExpr:
		if e.op == "rand" || e.op == "randn" || e.op == "poisson" {
			return e.op + "()"
		}
	case nameExpr:
		if e.op == "not_refractory" || e.op == "lastspike" || isNoise(e.op) && m.byName[e.op] == nil {
			return e.op
		}
		if v := m.byName[e.op]; v != nil && v.kind == subexpression {
			for _, x := range append([]equation{v.equation}, v.terms...) {
				if what := m.notStill(x.rhs); what != "" {
					return what
				}
			}
		}
	}
	for _, a := range e.args {
		if what := m.notStill(a); what != "" {
			return what
		}
	}
	return ""
}

// Watch prepares a quantity that follows from the variables, subexpressions and parameters of
// the cells, for some of them, all if cells is nil.
func (p *Population) Watch(formula string, cells []int) (*Watch, error) {
	e, _, err := p.m.formula(formula)
	if err != nil {
		return nil, err
	}
	w := &Watch{p: p, e: e, out: make([]float64, (p.n+lanes-1)/lanes*lanes)[:p.n]}
	wanted := map[int]bool{}
	for _, c := range cells {
		if c < 0 || c >= p.n {
			return nil, fmt.Errorf("model: Watch: there is no cell %d; cells are 0 to %d", c, p.n-1)
		}
		wanted[c/block] = true
	}
	for lo := 0; lo < p.n; lo += block {
		if cells == nil || wanted[lo/block] {
			w.blocks = append(w.blocks, lo)
		}
	}
	w.compile()
	return w, nil
}

// compile makes the program, with a layout of its own so that nothing is added to the cells.
func (w *Watch) compile() {
	own := *w.p.b
	own.g, own.lay = newGraph(), w.p.b.lay.clone()
	own.time = own.scalarRef("t")
	c := own.stage(nil, own.time)
	c.active = c.g.boolean(true)
	x := c.g.number(c.expr(w.e))
	w.number, w.made, w.lay = own.lay.array("formula of a watch"), w.p.b.lay.narrays, own.lay
	w.prog = own.compile([]target{{w.number, x}}, -1)
}

// Values computes the quantity as the cells are between two steps, in the library's
// units, a number for each cell; the slice is good until the next call.
func (w *Watch) Values() []float64 {
	p := w.p
	if p.b.lay.narrays != w.made {
		w.compile() // a parameter has got a value for each cell
	}
	p.drive()
	inputs := append(make([]float64, 0, len(w.lay.scalars)), p.inputs...)
	for len(inputs) < len(w.lay.scalars) {
		inputs = append(inputs, 0)
	}
	inputs[w.lay.scalars["t"]] = p.Time()
	if i, ok := w.lay.scalars["t_in_timesteps"]; ok {
		inputs[i] = float64(p.k)
	}
	arrays := append(make([][]float64, 0, w.number+1), p.arrays...)
	for len(arrays) < w.number {
		arrays = append(arrays, nil)
	}
	arrays = append(arrays[:w.number], w.out)
	work := p.workers[0]
	work.fit(w.prog)
	w.prog.begin(inputs)
	for _, lo := range w.blocks {
		at := p.block(lo)
		at.arrays = arrays
		work.run(w.prog, at)
	}
	return w.out
}
