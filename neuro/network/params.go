package network

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/neurorepl/neurorepl/neuro/model"
)

// places are the names by which formulas of a population know where a member is, um.
var places = [3]string{"x", "y", "z"}

// model returns the model of the cells of a population with its values. Each
// population has random numbers of its own.
func (n *Network) model(number int) (*model.Model, error) {
	p := &n.Populations[number]
	if c, ok := p.Cell.(interface{ Check() error }); ok {
		if err := c.Check(); err != nil {
			return nil, err
		}
	}
	text, o := p.Cell.Equations()
	o.Seed = stream(n.Seed, kindCells, uint64(number))
	if len(p.Params)+len(p.Initial)+len(p.Values) == 0 {
		return model.Parse(text, o)
	}
	base, err := model.Parse(text, o)
	if err != nil {
		return nil, err
	}
	declared := func(name string) bool { _, _, err := base.Unit(name); return err == nil }
	parameters := base.Parameters() // with those that the equations do not declare
	o.Params, o.Initial, o.Values = merged(o.Params, p.Params), merged(o.Initial, p.Initial), merged(o.Values, p.Values)
	for name := range p.Values {
		delete(o.Params, name)
		delete(o.Initial, name)
	}
	// What the formulas of the population mention, those of its constants included.
	used := map[string]bool{}
	for _, texts := range []map[string]string{p.Params, p.Initial} {
		for _, formula := range texts {
			maps.Copy(used, mentions(formula))
		}
	}
	for range n.Params {
		for name, formula := range n.Params {
			if used[name] {
				maps.Copy(used, mentions(formula))
			}
		}
	}
	for name, formula := range n.Params {
		if _, ok := o.Params[name]; used[name] && !ok && !declared(name) {
			o.Params[name] = formula
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Params)) {
		if _, ok := parameters[name]; !ok && !declared(name) && !used[name] {
			names := slices.Sorted(maps.Keys(parameters))
			return nil, fmt.Errorf("Params: these cells have no parameter %s; their parameters are %s%s", name, strings.Join(names, ", "), suggestion(name, names))
		}
	}
	for d, name := range places {
		if _, ok := o.Params[name]; !used[name] || ok || declared(name) {
			continue
		}
		if p.Positions == nil {
			return nil, fmt.Errorf("a formula of Params or Initial uses %s, where a cell is, and there are no Positions", name)
		}
		text += "\n" + name + " : um"
		x := make([]float64, len(p.Positions))
		for i := range x {
			x[i] = p.Positions[i][d]
		}
		o.Values[name] = x
	}
	// A parameter whose formula differs from cell to cell, or uses another that does, is
	// declared, and has its formula in Initial.
	differs := map[string]bool{"rand": true, "randn": true, "poisson": true}
	for _, name := range append([]string{"i", "N"}, places[:]...) {
		_, param := o.Params[name]
		_, value := o.Values[name]
		differs[name] = value || !param && !declared(name)
	}
	for name := range o.Values {
		differs[name] = true
	}
	for more := true; more; {
		more = false
		for _, name := range slices.Sorted(maps.Keys(o.Params)) {
			formula := o.Params[name]
			if differs[name] || !mentionsAny(formula, differs) {
				continue
			}
			more, differs[name] = true, true
			if declared(name) {
				continue
			}
			unit, ok := parameters[name]
			if !ok {
				return nil, fmt.Errorf("Params: %s differs from cell to cell, and its unit is not known; declare it in the equations: %s : mV (or another unit)", name, name)
			}
			text += "\n" + name + " : " + unit
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.Params)) {
		if _, ok := p.Initial[name]; differs[name] && !ok {
			o.Initial[name] = o.Params[name]
			delete(o.Params, name)
		}
	}
	return model.Parse(text, o)
}

// mentions returns the names in a formula.
func mentions(formula string) map[string]bool {
	out := map[string]bool{}
	for _, name := range strings.FieldsFunc(formula, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if r := rune(name[0]); r < '0' || r > '9' {
			out[name] = true
		}
	}
	return out
}

func mentionsAny(formula string, names map[string]bool) bool {
	for name := range mentions(formula) {
		if names[name] {
			return true
		}
	}
	return false
}

// merged returns the entries of a and of b, which win.
func merged[T any](a, b map[string]T) map[string]T {
	out := map[string]T{}
	maps.Copy(out, a)
	maps.Copy(out, b)
	return out
}
