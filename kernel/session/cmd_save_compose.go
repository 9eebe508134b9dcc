package session

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/lower"
	"github.com/neurorepl/neurorepl/kernel/lower/std"
	"github.com/neurorepl/neurorepl/symbols"
)

// A declRef is a declaration of a piece.
type declRef struct{ piece, index int }

// A chunk is a part of the program: a declaration, or the statements of a
// piece.
type chunk struct {
	piece int
	decl  int // index of the declaration, -1 for statements
	text  string
	at    int // where it starts in the program
}

func (c chunk) key() string { return fmt.Sprint(c.piece, ".", c.decl) }

// A composer puts the pieces together.
type composer struct {
	*replay
	out     map[string]string       // chunks that are left out, with the reason
	names   map[types.Object]string // of what has another name than in the cells
	final   map[string]*lower.Object
	emit    []declRef
	emitted map[declRef]bool
	old     map[spot]string       // declarations of a name that became something else
	global  map[types.Object]bool // variables that functions use
	mains   map[int]string        // what function main of a piece is called
	inits   map[spot]string
	imports map[string]string // path to name
	taken   map[string]bool   // names at package level
	have    map[types.Object]bool
	helper  bool // function show is needed
	labels  map[string]bool
}

func (r *replay) compose(out map[string]string) *composer {
	own := *r
	own.words = maps.Clone(r.words)
	c := &composer{
		replay: &own, out: out, names: map[types.Object]string{}, final: map[string]*lower.Object{}, emitted: map[declRef]bool{}, old: map[spot]string{},
		global: map[types.Object]bool{}, mains: map[int]string{}, inits: map[spot]string{}, imports: map[string]string{}, taken: map[string]bool{"main": true},
		have: map[types.Object]bool{}, labels: map[string]bool{},
	}
	for _, o := range r.scope.Objects() {
		c.final[o.Name] = o
		c.taken[o.Name] = true
	}
	c.nameVariables()
	for _, o := range r.scope.Objects() {
		if o.Kind == "variable" || o.Name == "main" {
			continue
		}
		if at, ok := r.decl[o.Checked()]; ok {
			c.need(at)
		}
		for _, m := range o.Methods() {
			c.needMethod(m.Cell, o.Name, m.Name)
		}
	}
	for i, p := range r.pieces {
		for j, d := range p.decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil {
				continue
			}
			switch f.Name.Name {
			case "main":
				c.mains[i] = c.fresh("program")
				c.add(declRef{i, j})
			case "init":
				c.inits[spot{i, p.offset(f.Name.Pos())}] = c.fresh("setUp")
				c.add(declRef{i, j})
			}
		}
	}
	for i, p := range r.pieces {
		if _, left := out[chunk{piece: i, decl: -1}.key()]; left {
			continue
		}
		for _, st := range p.stmts {
			c.visit(i, st, func(*ast.Ident, types.Object) {})
		}
	}
	for k := 0; k < len(c.emit); k++ { // grows
		ref := c.emit[k]
		c.visit(ref.piece, r.pieces[ref.piece].decls[ref.index], func(_ *ast.Ident, o types.Object) {
			if c.vars[o] {
				c.global[o] = true
			}
		})
	}
	return c
}

// nameVariables gives each variable a name: the last of a name keeps it.
func (c *composer) nameVariables() {
	var all []types.Object
	for o := range c.vars {
		all = append(all, o)
	}
	first := map[types.Object]spot{}
	for at, o := range c.at {
		if c.vars[o] {
			if was, ok := first[o]; !ok || at.piece < was.piece || at.piece == was.piece && at.off < was.off {
				first[o] = at
			}
		}
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := first[all[i]], first[all[j]]
		return a.piece < b.piece || a.piece == b.piece && a.off < b.off
	})
	for _, o := range all {
		if f := c.final[o.Name()]; f == nil || f.Checked() == o {
			c.taken[o.Name()] = true
			continue
		}
		c.names[o] = c.fresh(o.Name())
	}
}

// visit walks the names in a node of a piece that stand for what the session
// has, and takes in the declarations that they need.
func (c *composer) visit(piece int, n ast.Node, do func(*ast.Ident, types.Object)) {
	p := c.pieces[piece]
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		o := c.at[spot{piece, p.offset(id.Pos())}]
		if o == nil {
			return true
		}
		if at, ok := c.decl[o]; ok {
			c.need(at)
		}
		do(id, o)
		return true
	})
}

// need takes in the declaration with a name at a spot, unless what the name
// became later stands for it.
func (c *composer) need(at spot) {
	p := c.pieces[at.piece]
	for j, d := range p.decls {
		for _, id := range declaredNames(d) {
			if p.offset(id.Pos()) != at.off || id.Name == "main" || id.Name == "init" {
				continue
			}
			if f := c.final[id.Name]; f != nil && f.Kind == kindName(d) {
				if last, ok := c.decl[f.Checked()]; ok && last != at {
					c.need(last)
					return
				}
			} else if c.old[at] == "" {
				c.old[at] = c.fresh(id.Name)
				c.methodsOf(at.piece, id.Name)
			}
			c.add(declRef{at.piece, j})
			return
		}
	}
}

func (c *composer) add(ref declRef) {
	if _, left := c.out[chunk{piece: ref.piece, decl: ref.index}.key()]; !left && !c.emitted[ref] {
		c.emitted[ref] = true
		c.emit = append(c.emit, ref)
	}
}

func (c *composer) needMethod(cell, typ, name string) {
	for i := range c.pieces {
		if pieceName(i) != cell {
			continue
		}
		for j, d := range c.pieces[i].decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == name && receiver(f) == typ {
				c.add(declRef{i, j})
			}
		}
	}
}

// methodsOf takes in the methods of a type that are in its cell.
func (c *composer) methodsOf(piece int, typ string) {
	for j, d := range c.pieces[piece].decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && receiver(f) == typ {
			c.add(declRef{piece, j})
		}
	}
}

func receiver(f *ast.FuncDecl) string {
	if id := lower.Receiver(f); id != nil {
		return id.Name
	}
	return ""
}

func kindName(d ast.Decl) string {
	g, ok := d.(*ast.GenDecl)
	switch {
	case !ok:
		return "function"
	case g.Tok == token.TYPE:
		return "type"
	}
	return "constant"
}

// name is what an identifier is called in the program.
func (c *composer) name(piece int, id *ast.Ident, o types.Object) string {
	at := spot{piece, c.pieces[piece].offset(id.Pos())}
	switch o := o.(type) {
	case *types.PkgName:
		return c.imported(o.Imported().Path(), id.Name)
	case *types.Label:
		return id.Name
	}
	if n, ok := c.names[o]; ok {
		return n
	}
	if n, ok := c.inits[at]; ok {
		return n
	}
	d, ok := c.decl[o]
	if !ok {
		return id.Name
	}
	if id.Name == "main" {
		return c.mains[d.piece]
	}
	if n := c.old[d]; n != "" {
		return n
	}
	return id.Name
}

// imported is the name of a package in the program.
func (c *composer) imported(path, name string) string {
	path = strings.TrimPrefix(path, std.Prefix)
	if n, ok := c.imports[path]; ok {
		return n
	}
	used := c.taken[name]
	for _, n := range c.imports {
		used = used || n == name
	}
	if used {
		name = c.fresh(name)
	}
	c.imports[path] = name
	return name
}

// typeText writes a type in the program.
func (c *composer) typeText(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p.Path() == "main" {
			return ""
		}
		return c.imported(p.Path(), p.Name())
	})
}

// An edit replaces a part of a piece's text.
type edit struct {
	from, to int
	text     string
}

// renames are the edits that give the names in a node those of the program.
func (c *composer) renames(piece int, n ast.Node) (out []edit) {
	p := c.pieces[piece]
	c.visit(piece, n, func(id *ast.Ident, o types.Object) {
		if name := c.name(piece, id, o); name != id.Name {
			at := p.offset(id.Pos())
			out = append(out, edit{at, at + len(id.Name), name})
		}
	})
	return out
}

// apply makes edits in text[from:to]. Of edits within another the outer wins.
func apply(text string, from, to int, edits []edit) string {
	slices.SortStableFunc(edits, func(a, b edit) int {
		switch {
		case a.from != b.from:
			return a.from - b.from
		case a.to == a.from || b.to == b.from: // insertions first
			return a.to - b.to
		}
		return b.to - a.to
	})
	var b strings.Builder
	at := from
	for _, e := range edits {
		if e.from < at || e.to > to {
			continue
		}
		b.WriteString(text[at:e.from] + e.text)
		at = e.to
	}
	b.WriteString(text[at:to])
	return b.String()
}

// span is where a declaration stands in its piece, with the comment before it
// and what is behind it on its line if that is a comment.
func (p *piece) span(d ast.Decl) (from, to int) {
	from, to = p.offset(d.Pos()), p.offset(d.End())
	for from > 0 && from <= len(p.text) {
		start := strings.LastIndexByte(p.text[:from], '\n') + 1
		if strings.TrimSpace(p.text[start:from]) != "" || start == 0 {
			break
		}
		above := strings.LastIndexByte(p.text[:start-1], '\n') + 1
		if !strings.HasPrefix(strings.TrimSpace(p.text[above:start-1]), "//") {
			break
		}
		from = above
	}
	line := p.text[to:]
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	if rest := strings.TrimLeft(line, " \t;"); rest == "" || strings.HasPrefix(rest, "//") {
		to += len(line)
	}
	return from, to
}

// declaration writes one that the program has.
func (c *composer) declaration(ref declRef) string {
	p := c.pieces[ref.piece]
	d := p.decls[ref.index]
	edits := c.renames(ref.piece, d)
	if g, ok := d.(*ast.GenDecl); ok && g.Lparen.IsValid() {
		for _, sp := range g.Specs { // what became something else since
			switch sp := sp.(type) {
			case *ast.TypeSpec:
				if !c.stays(ref, sp.Name) {
					edits = append(edits, edit{p.offset(sp.Pos()), p.offset(sp.End()), ""})
				}
			case *ast.ValueSpec:
				for _, id := range sp.Names {
					if !c.stays(ref, id) {
						edits = append(edits, edit{p.offset(id.Pos()), p.offset(id.End()), "_"})
					}
				}
			}
		}
	}
	from, to := p.span(d)
	return strings.TrimSpace(apply(p.text, from, to, edits))
}

// stays tells whether a name of a declaration is still declared by it.
func (c *composer) stays(ref declRef, id *ast.Ident) bool {
	at := spot{ref.piece, c.pieces[ref.piece].offset(id.Pos())}
	if c.old[at] != "" {
		return true
	}
	f := c.final[id.Name]
	return f != nil && c.decl[f.Checked()] == at
}

// ordered are the declarations, each behind those that it uses.
func (c *composer) ordered() []declRef {
	refs := slices.Clone(c.emit)
	slices.SortFunc(refs, func(a, b declRef) int {
		if a.piece != b.piece {
			return a.piece - b.piece
		}
		return a.index - b.index
	})
	owner := map[spot]declRef{}
	methods := map[declRef][]declRef{}
	for _, ref := range refs {
		p := c.pieces[ref.piece]
		for _, id := range declaredNames(p.decls[ref.index]) {
			owner[spot{ref.piece, p.offset(id.Pos())}] = ref
		}
	}
	var out []declRef
	done := map[declRef]bool{}
	var visit func(declRef)
	visit = func(ref declRef) {
		if done[ref] {
			return
		}
		done[ref] = true
		c.visit(ref.piece, c.pieces[ref.piece].decls[ref.index], func(_ *ast.Ident, o types.Object) {
			if at, ok := c.decl[o]; ok {
				if user, ok := owner[c.current(at)]; ok {
					visit(user)
				}
			}
		})
		out = append(out, ref)
		for _, m := range methods[ref] {
			visit(m)
		}
	}
	for _, ref := range refs { // methods come with their types
		p := c.pieces[ref.piece]
		f, ok := p.decls[ref.index].(*ast.FuncDecl)
		if !ok || f.Recv == nil {
			continue
		}
		if id := lower.Receiver(f); id != nil {
			if o := c.at[spot{ref.piece, p.offset(id.Pos())}]; o != nil {
				if at, ok := c.decl[o]; ok {
					if typ, ok := owner[c.current(at)]; ok {
						methods[typ] = append(methods[typ], ref)
					}
				}
			}
		}
	}
	for _, ref := range refs {
		visit(ref)
	}
	return out
}

// current is where the declaration is that stands for one.
func (c *composer) current(at spot) spot {
	if c.old[at] != "" {
		return at
	}
	p := c.pieces[at.piece]
	for _, d := range p.decls {
		for _, id := range declaredNames(d) {
			if p.offset(id.Pos()) == at.off {
				if f := c.final[id.Name]; f != nil {
					if last, ok := c.decl[f.Checked()]; ok {
						return last
					}
				}
			}
		}
	}
	return at
}

// importBlock declares what the program imports.
func (c *composer) importBlock() string {
	var paths []string
	for p := range c.imports {
		paths = append(paths, p)
	}
	sort.Slice(paths, func(i, j int) bool { // the standard library first
		a, b := strings.Contains(paths[i], "."), strings.Contains(paths[j], ".")
		return a != b && b || a == b && paths[i] < paths[j]
	})
	var b strings.Builder
	for i, p := range paths {
		if i > 0 && strings.Contains(p, ".") && !strings.Contains(paths[i-1], ".") {
			b.WriteString("\n")
		}
		line := strconv.Quote(p)
		if known, ok := symbols.Lookup(p); !ok || known.Name != c.imports[p] {
			line = c.imports[p] + " " + line
		}
		b.WriteString("\t" + line + "\n")
	}
	if b.Len() == 0 {
		return ""
	}
	return "import (\n" + b.String() + ")\n"
}
