package lower

import (
	"fmt"
	"go/ast"
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
		if id := receiver(f); id != nil {
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
	var out []ast.Decl
	find := func(from source, is func(ast.Decl) bool) {
		p, _ := parse(s.opts.Fset, from.name, from.cell)
		for _, d := range p.decls {
			if is(d) {
				s.origins[d] = from
				out = append(out, d)
				return
			}
		}
	}
	find(o.from, func(d ast.Decl) bool {
		f, ok := d.(*ast.FuncDecl)
		return (!ok || f.Recv == nil) && slices.Contains(declNames(d), o.Name)
	})
	for _, m := range o.methods {
		if except[m.name] {
			continue
		}
		find(m.from, func(d ast.Decl) bool {
			f, ok := d.(*ast.FuncDecl)
			return ok && f.Recv != nil && f.Name.Name == m.name && receiver(f) != nil && receiver(f).Name == o.Name
		})
	}
	return out
}

// rebuild declares again what earlier cells made of the names that this cell
// declares anew, so that it sees them. When that does not pass the checks, it
// stays as it was and a note says so.
func (b *builder) rebuild() *builder {
	s := b.scope
	changed := map[string]bool{}
	for n, o := range b.names {
		old := s.names[n]
		if old == nil || b.gone[n] || o.Kind == "variable" && old.runs == o.runs {
			continue
		}
		changed[n] = true
	}
	if len(changed) == 0 {
		return b
	}
	// Functions, types and constants that use a changed name, directly or not.
	var names []string
	for more := true; more; {
		more = false
		for _, o := range s.Objects() {
			if changed[o.Name] || b.names[o.Name] != nil || b.gone[o.Name] || o.Kind == "variable" {
				continue
			}
			if slices.ContainsFunc(o.uses, func(u string) bool { return changed[u] }) {
				changed[o.Name], more = true, true
				names = append(names, o.Name)
			}
		}
	}
	if len(names) == 0 {
		return b
	}
	slices.Sort(names)
	var notes []string
	for len(names) > 0 {
		p, _ := parse(s.opts.Fset, b.name, b.text)
		again := s.withMethods(p)
		seen := map[ast.Decl]bool{}
		groups := map[string]bool{} // a group of constants comes once
		for _, n := range names {
			o := s.names[n]
			for _, d := range s.again(o, nil) {
				key := fmt.Sprint(s.opts.Fset.Position(d.Pos()))
				if !groups[key] && !seen[d] {
					groups[key], seen[d] = true, true
					again = append(again, d)
				}
			}
		}
		nb := s.builder(b.name, b.text)
		nb.checkAll(p, again)
		if len(nb.errs) == 0 {
			nb.unit.Notes = append(nb.unit.Notes, notes...)
			return nb
		}
		// Leave out those that do not fit any more, by where their errors are.
		first := nb.errs[0]
		var left []string
		dropped := ""
		for _, n := range names {
			from := s.names[n].from
			if dropped == "" && from.name == first.Pos.Filename && strings.Contains(from.cell, n) && s.spans(n, first.Pos.Line) {
				dropped = n
				continue
			}
			left = append(left, n)
		}
		if dropped == "" {
			break
		}
		notes = append(notes, fmt.Sprintf("%s of an earlier cell does not fit what is declared here and keeps to the old: %s", dropped, first.Msg))
		names = left
	}
	b.unit.Notes = append(b.unit.Notes, notes...)
	return b
}

// spans tells whether a declaration of the session covers a line of its cell.
func (s *Scope) spans(name string, line int) bool {
	for _, d := range s.again(s.names[name], nil) {
		if s.opts.Fset.Position(d.Pos()).Line <= line && line <= s.opts.Fset.Position(d.End()).Line {
			return true
		}
	}
	return false
}
