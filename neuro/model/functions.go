package model

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/units"
)

// A function is one that equations can call.
type function struct {
	args int
	// takes says what the arguments are: "number" plain numbers; "any" one of any
	// dimension; "same" several of the same dimension.
	takes string
	gives string // "number", "same" as the first argument, "root" of it, "integer"
	op    op     // of one argument
}

var functions = map[string]function{
	"exp": {1, "number", "number", opExp}, "log": {1, "number", "number", opLog}, "log10": {1, "number", "number", opLog10},
	"expm1": {1, "number", "number", opExpm1}, "log1p": {1, "number", "number", opLog1p}, "exprel": {1, "number", "number", opExprel},
	"sin": {1, "number", "number", opSin}, "cos": {1, "number", "number", opCos}, "tan": {1, "number", "number", opTan},
	"sinh": {1, "number", "number", opSinh}, "cosh": {1, "number", "number", opCosh}, "tanh": {1, "number", "number", opTanh},
	"arcsin": {1, "number", "number", opAsin}, "arccos": {1, "number", "number", opAcos}, "arctan": {1, "number", "number", opAtan},
	"sqrt": {1, "any", "root", opSqrt}, "abs": {1, "any", "same", opAbs}, "sign": {1, "any", "integer", opSign},
	"ceil": {1, "number", "integer", opCeil}, "floor": {1, "number", "integer", opFloor},
	"clip": {3, "same", "same", opNone}, "int": {1, "number", "integer", opNone},
	"rand": {0, "", "number", opNone}, "randn": {0, "", "number", opNone}, "poisson": {1, "number", "integer", opNone}, "timestep": {2, "same", "integer", opNone},
}

// aliases are other spellings of functions that people try, for messages.
var aliases = map[string]string{
	"ln": "log", "power": "**", "pow": "**", "fabs": "abs", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "sgn": "sign", "min": "clip",
	"max": "clip", "minimum": "clip", "maximum": "clip", "heaviside": "int", "where": "int", "sigmoid": "exp", "random": "rand", "normal": "randn",
	"round": "floor", "cbrt": "**", "erf": "tanh",
}

// callsTime reports whether an unknown function is called with the time.
func (c *checker) callsTime(e *expr) bool {
	if c.m.byName[e.op] != nil || c.m.consts[e.op] != nil || len(e.args) == 0 {
		return false
	}
	for a := e.args[0]; ; a = a.args[0] {
		if a.kind == nameExpr {
			return a.op == "t"
		}
		if len(a.args) == 0 {
			return false
		}
	}
}

// call returns what a call is.
func (c *checker) call(e *expr) meaning {
	// I(t) is the input I, as with Brian2's TimedArray.
	if c.isInput(e.op) && c.m.byName[e.op] == nil {
		n := e.op
		for i, a := range e.args {
			if a.kind != nameExpr || i == 0 && a.op != "t" || i == 1 && a.op != "i" || i > 1 {
				c.note(a, fmt.Sprintf("the input %s is known at the time of the step only", n), "write "+n+"(t), and drive each cell of a Population with a stimulus of its own, a delayed one for instance (Drive)")
				return meaning{}
			}
		}
		in := c.m.inputs[n]
		return meaning{in.unit.Dim, real, in.unit.Factor >= 0}
	}
	f, ok := functions[e.op]
	if !ok && c.callsTime(e) {
		c.note(e, e.op+" is not a function", "a stimulus that is called, like Brian2's TimedArray, is an input: name it with its unit in Inputs, {\""+e.op+"\": \"pA\"}, write "+e.op+"(t), and drive it, with one stimulus or one for each cell (Population.Drive)")
		return meaning{}
	}
	if !ok {
		what, advice := e.op+" is not a function", "functions are "+listedAll(sortedKeys(functions))
		if v := c.m.byName[e.op]; v != nil || c.m.consts[e.op] != nil {
			what = e.op + " is a variable and not a function"
			advice = "a product is written with *; a stimulus that is called, as " + e.op + "(t), is named in Inputs"
		} else if u, ok := units.InEquations(e.op); ok {
			what = e.op + " is a unit (" + u.Dim.Kind() + ") and not a function"
			advice = "a product is written with *"
		} else if a := aliases[e.op]; a != "" {
			what += "; look at " + a
		} else {
			for _, n := range sortedKeys(functions) {
				if spell.Distance(e.op, n) < 2 && len(e.op) > 2 {
					what += "; did you mean " + n + "?"
					break
				}
			}
			advice += "; a stimulus that is called, as " + e.op + "(t), is named in Inputs"
		}
		c.note(e, what, advice)
		return meaning{}
	}
	if len(e.args) != f.args {
		takes := fmt.Sprintf("%d arguments", f.args)
		if f.args == 1 {
			takes = "1 argument"
		}
		how := map[string]string{"clip": "write clip(x, lowest, highest)", "timestep": "write timestep(time, dt)", "rand": "rand() is uniform between 0 and 1", "randn": "randn() is normal with the standard deviation 1"}[e.op]
		if how == "" {
			how = "write " + e.op + "(x)"
		}
		c.note(e, fmt.Sprintf("%s takes %s; it has %d", e.op, takes, len(e.args)), how)
		return meaning{}
	}
	if (e.op == "rand" || e.op == "randn" || e.op == "poisson") && c.scope == inConstant {
		c.note(e, "the value of a parameter cannot be random", "declare it in the equations, and give it a random value in Initial")
		return meaning{}
	}
	args := make([]meaning, len(e.args))
	for i, a := range e.args {
		if args[i] = c.of(a); !args[i].ok {
			return meaning{}
		}
		if args[i].typ == boolean && e.op != "int" {
			return c.notNumber(a)
		}
		if f.takes == "number" && !args[i].dim.IsOne() {
			c.note(a, fmt.Sprintf("%s takes a plain number; %s is a %s", e.op, brief(a), shown(args[i].dim)), "divide it by a "+args[i].dim.Kind()+", as in "+e.op+"("+bracketed(a)+"/("+suggestion(args[i].dim)+"))")
			return meaning{}
		}
		if f.takes == "same" && args[i].dim != args[0].dim {
			c.note(a, fmt.Sprintf("the arguments of %s must be alike; %s is a %s and %s is a %s", e.op, brief(e.args[0]), shown(args[0].dim), brief(a), shown(args[i].dim)), remedy(args[i].dim, args[0].dim))
			return meaning{}
		}
	}
	switch f.gives {
	case "same":
		return meaning{args[0].dim, args[0].typ, true}
	case "root":
		d, ok := args[0].dim.Pow(0.5)
		if !ok {
			c.note(e, "the root of a "+shown(args[0].dim)+" has no dimension that can be held", "divide it by "+suggestion(args[0].dim)+" first")
		}
		return meaning{d, real, ok}
	case "integer":
		if e.op == "timestep" && args[0].dim != timeDim {
			c.note(e, "timestep takes two times; they are "+shown(args[0].dim), "write timestep(t, dt)")
			return meaning{}
		}
		return meaning{typ: integer, ok: true}
	}
	return meaning{ok: true}
}

func (c *checker) isInput(name string) bool { return c.m.inputs[name] != nil }

func listedAll(names []string) string {
	s := ""
	for i, n := range names {
		if i > 0 {
			s += ", "
		}
		s += n
	}
	return s
}

// natureConstants have the names and values (CODATA 2014) that Brian2 gives them.
var natureConstants = map[string]struct {
	value float64
	unit  string
}{
	"avogadro_constant": {6.022140857e23, "1/mole"}, "boltzmann_constant": {1.38064852e-23, "joule/kelvin"},
	"electric_constant": {8.854187817e-12, "farad/meter"}, "electron_mass": {9.10938356e-31, "kilogram"},
	"elementary_charge": {1.6021766208e-19, "coulomb"}, "faraday_constant": {96485.33289, "coulomb/mole"},
	"gas_constant": {8.3144598, "joule/kelvin/mole"}, "magnetic_constant": {1.25663706143592e-6, "newton/amp**2"},
	"molar_mass_constant": {1e-3, "kilogram/mole"}, "zero_celsius": {273.15, "kelvin"},
}
