package model

import (
	"errors"
	"fmt"
	"strings"
)

// BlockSize is how many numbers an Expression evaluates at most at once.
const BlockSize = block

// An Expression is a formula for numbers that belong to something else than a
// cell, such as the weights of synapses: "0.1*mV*exp(-distance/(200*um))" or
// "87.8*pA + 8.78*pA*randn()". Its unit is checked, and each number has random
// numbers of its own.
type Expression struct {
	p      *Population
	x      *program
	value  []float64
	random bool
	uses   map[string]bool
}

// ParseExpression reads a formula for values of a unit. It may use the variables,
// given with their units, and the params, given with their values as in
// Options.Params; what names it in messages. The error is a Problems.
func ParseExpression(what, text, unit string, variables, params map[string]string, seed uint64) (*Expression, error) {
	if unit == "" {
		unit = "1"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "value : %s\n", unit)
	for _, name := range sortedKeys(variables) {
		fmt.Fprintf(&b, "%s : %s\n", name, variables[name])
	}
	if name, ok := both(variables, params); ok {
		return nil, fmt.Errorf("model: %s: %s is a variable of the formula and one of Params; give the one of Params another name", what, name)
	}
	m, err := Parse(b.String(), Options{Initial: map[string]string{"value": text}, Params: params, Seed: seed})
	if err != nil {
		var list Problems
		if errors.As(err, &list) {
			for i := range list {
				if list[i].Where == "initial value" {
					list[i].Where = what
				}
				list[i].Message = strings.NewReplacer("value is a ", what+" must be a ", "value is an ", what+" must be an ",
					"; its value at time 0 is", "; the formula gives").Replace(list[i].Message)
				if strings.Contains(list[i].Message, " is not known") && list[i].Where == what {
					list[i].Remedy = "names here are " + listed(append(sortedKeys(variables), sortedKeys(params)...)) + ", units and functions"
				}
				if strings.Contains(list[i].Message, "; the formula gives") {
					list[i].Remedy = "give it in " + unit + ", or in another unit of the same kind"
					if unit == "1" {
						list[i].Remedy = "divide by a quantity of the same kind: it is a plain number"
					}
				}
			}
		}
		return nil, err
	}
	p, err := m.Population(block, 1)
	if err != nil {
		return nil, err
	}
	e := &Expression{p: p, uses: map[string]bool{}}
	for name := range variables {
		p.b.hold[name] = changing
		p.b.lay.array(name)
	}
	p.grow()
	e.x = p.start("value")
	p.grow()
	e.value = p.arrays[p.b.lay.arrays["value"]]
	e.random = len(p.b.lay.streams) > 0
	m.initial["value"].names(e.uses)
	return e, nil
}

// Constant reports whether all values are the same, and that value in the
// library's units.
func (e *Expression) Constant() (float64, bool) {
	if e.random {
		return 0, false
	}
	for name := range e.p.b.hold {
		if name != "value" && e.uses[name] {
			return 0, false
		}
	}
	if e.uses["i"] || e.uses["t"] {
		return 0, false
	}
	var x [1]float64
	e.Eval(x[:], 0, 0)
	return x[0], true
}

// Random reports whether the formula draws random numbers.
func (e *Expression) Random() bool { return e.random }

// Uses reports whether the formula has a variable.
func (e *Expression) Uses(name string) bool { return e.uses[name] }

// Variable returns where the values of a variable go before Eval, in the library's
// units: BlockSize numbers.
func (e *Expression) Variable(name string) []float64 { return e.p.arrays[e.p.b.lay.arrays[name]] }

// SetTime says what t is in the formula, ms.
func (e *Expression) SetTime(t float64) {
	if i, ok := e.p.b.lay.scalars["t"]; ok {
		e.p.inputs[i] = t
	}
}

// Eval sets dst to the values with the numbers first, first+1, ..., in the
// library's units. Random numbers depend on the seed, the number and the step
// alone. One goroutine may use an Expression at a time.
func (e *Expression) Eval(dst []float64, first, step uint64) {
	if len(dst) > block {
		panic(fmt.Sprintf("model: Eval: %d numbers; at most %d at once", len(dst), block))
	}
	p := e.p
	p.first, p.k = int(first), step
	p.grow()
	w, at := p.workers[0], p.block(0)
	at.hi = min(at.hi, (len(dst)+lanes-1)/lanes*lanes)
	w.fit(e.x)
	e.x.begin(p.inputs)
	w.run(e.x, at)
	copy(dst, e.value)
}

// both returns the first name that is in both.
func both(a, b map[string]string) (string, bool) {
	for _, name := range sortedKeys(a) {
		if _, ok := b[name]; ok {
			return name, true
		}
	}
	return "", false
}

// names adds the names in an expression to a set.
func (e *expr) names(set map[string]bool) {
	if e.kind == nameExpr {
		set[e.op] = true
	}
	for _, a := range e.args {
		a.names(set)
	}
}
