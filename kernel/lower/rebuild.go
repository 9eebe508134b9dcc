package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// A method is one of a session type's methods and where it was written.
type method struct {
	name string
	from source
}

// withMethods returns what must be declared again because a cell declares
// methods of a type of an earlier cell: the type and its other methods. The
// interpreter keeps the first method of a name, and values keep the methods
// that their type had.
func (s *Scope) withMethods(p *parsed) []ast.Decl {
	own := map[string]bool{}
	fresh := map[string]map[string]bool{} // type to methods that the cell declares
	var types []string
	for _, d := range p.decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv == nil {
			for _, n := range declNames(d) {
				own[n] = true
			}
			continue
		}
		if id := Receiver(f); id != nil {
			if fresh[id.Name] == nil {
				fresh[id.Name] = map[string]bool{}
				types = append(types, id.Name)
			}
			fresh[id.Name][f.Name.Name] = true
		}
	}
	var out []ast.Decl
	for _, t := range types {
		if o := s.names[t]; o != nil && o.Kind == "type" && !own[t] {
			out = append(out, s.again(o, fresh[t])...)
		}
	}
	return out
}

// again parses the declaration of an object anew, with the methods of a type
// except those that are replaced.
func (s *Scope) again(o *Object, except map[string]bool) []ast.Decl {
	out := s.find(o.from, func(d ast.Decl) bool {
		f, ok := d.(*ast.FuncDecl)
		return (!ok || f.Recv == nil) && slices.Contains(declNames(d), o.Name)
	})
	for i, d := range out {
		out[i] = s.alone(d, o)
	}
	for _, m := range o.methods {
		if !except[m.name] {
			out = append(out, s.find(m.from, isMethod(o.Name, m.name))...)
		}
	}
	return out
}

// alone takes a type out of the group that it was declared in: the others may
// have been declared anew since.
func (s *Scope) alone(d ast.Decl, o *Object) ast.Decl {
	g, ok := d.(*ast.GenDecl)
	if !ok || g.Tok != token.TYPE || len(g.Specs) < 2 {
		return d
	}
	for _, sp := range g.Specs {
		if sp.(*ast.TypeSpec).Name.Name == o.Name {
			one := &ast.GenDecl{TokPos: sp.Pos(), Tok: token.TYPE, Specs: []ast.Spec{sp}}
			s.origins[one] = o.from
			return one
		}
	}
	return d
}

func isMethod(typ, name string) func(ast.Decl) bool {
	return func(d ast.Decl) bool {
		f, ok := d.(*ast.FuncDecl)
		return ok && f.Recv != nil && f.Name.Name == name && Receiver(f) != nil && Receiver(f).Name == typ
	}
}

// parse reads text that was read before, for a check.
func (s *Scope) parse(name, text string) *parsed {
	p, _ := parse(s.opts.Fset, name, text)
	s.parsed = append(s.parsed, p.files...)
	return p
}

// find parses a declaration anew.
func (s *Scope) find(from source, is func(ast.Decl) bool) []ast.Decl {
	p := s.parse(from.name, from.cell)
	for _, d := range p.decls {
		if is(d) {
			s.origins[d] = from
			return []ast.Decl{d}
		}
	}
	return nil
}

// checked parses and checks a cell together with what earlier cells made of
// the names that it declares anew: functions, types and constants that use
// them, and methods that were written apart from their type. What does not fit
// any more stays as it was, and a note says so. As a program, the variables are
// the package's.
func (s *Scope) checked(name, text string, p *parsed, program bool) *builder {
	changed := map[string]bool{}
	for _, d := range p.decls {
		for _, n := range declNames(d) {
			if s.names[n] != nil {
				changed[n] = true
			}
		}
	}
	dropped := map[string]bool{}
	var notes []string
	for {
		s.forgetFiles()
		p := s.parse(name, text)
		if program {
			p.toProgram()
		}
		again := s.withMethods(p)
		owner := map[ast.Decl]string{}
		have := map[string]bool{}
		add := func(what string, decls []ast.Decl) {
			for _, d := range decls {
				key := s.opts.Fset.Position(d.Pos()).String() + s.origins[d].cell
				if !have[key] { // a group of constants comes once
					have[key] = true
					owner[d] = what
					again = append(again, d)
				}
			}
		}
		for _, m := range s.apart(p, changed) {
			if what := m.typ + "." + m.name; !dropped[what] {
				add(what, s.find(m.from, isMethod(m.typ, m.name)))
			}
		}
		for _, n := range s.dependants(p, changed) {
			if !dropped[n] {
				add(n, s.again(s.names[n], nil))
			}
		}
		b := s.builder(name, text)
		b.checkAll(p, again)
		if len(b.errs) > 0 {
			what := ""
			for i, pos := range b.bad {
				for d, n := range owner {
					if d.Pos() <= pos && pos < d.End() && (what == "" || n < what) {
						what = n
						notes = append(notes, fmt.Sprintf("%s of an earlier cell does not fit what is declared here and keeps to the old: %s", n, b.errs[i].Msg))
					}
				}
				if what != "" {
					break
				}
			}
			if what != "" {
				dropped[what] = true
				continue
			}
			return b
		}
		more := false
		for n, o := range b.names { // variables of another type than before
			if old := s.names[n]; old != nil && o.Kind == "variable" && old.obj != o.obj && !changed[n] {
				changed[n], more = true, true
			}
		}
		if !more || len(s.dependants(p, changed)) == 0 {
			b.unit.Notes = append(b.unit.Notes, notes...)
			return b
		}
	}
}

// dependants are functions, types and constants of the session that use a
// changed name, directly or not, and that the cell does not declare itself.
func (s *Scope) dependants(p *parsed, changed map[string]bool) []string {
	if len(changed) == 0 {
		return nil
	}
	own := map[string]bool{}
	for _, d := range p.decls {
		for _, n := range declNames(d) {
			own[n] = true
		}
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			for _, sp := range g.Specs {
				if is := sp.(*ast.ImportSpec); is.Name != nil {
					own[is.Name.Name] = true
				}
			}
		}
	}
	for _, st := range p.stmts {
		for _, id := range declared(st) {
			own[id.Name] = true
		}
	}
	reached := maps.Clone(changed)
	var out []string
	for more := true; more; {
		more = false
		for _, o := range s.names {
			if reached[o.Name] || own[o.Name] || o.Kind == "variable" {
				continue
			}
			if slices.ContainsFunc(o.uses, func(u string) bool { return reached[u] }) {
				reached[o.Name], more = true, true
				out = append(out, o.Name)
			}
		}
	}
	slices.Sort(out)
	return out
}

// An apartMethod is a method of a type that the cell declares anew, written in
// a cell of its own.
type apartMethod struct {
	typ string
	method
}

func (s *Scope) apart(p *parsed, changed map[string]bool) []apartMethod {
	types, methods := map[string]bool{}, map[string]bool{}
	for _, d := range p.decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil {
			if id := Receiver(f); id != nil {
				methods[id.Name+"."+f.Name.Name] = true
			}
			continue
		}
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE {
			for _, n := range declNames(g) {
				types[n] = true
			}
		}
	}
	var out []apartMethod
	for n := range changed {
		o := s.names[n]
		if o == nil || o.Kind != "type" || !types[n] {
			continue
		}
		for _, m := range o.methods {
			if (m.from.name != o.from.name || m.from.cell != o.from.cell) && !methods[n+"."+m.name] {
				out = append(out, apartMethod{n, m})
			}
		}
	}
	slices.SortFunc(out, func(x, y apartMethod) int { return strings.Compare(x.typ+"."+x.name, y.typ+"."+y.name) })
	return out
}
