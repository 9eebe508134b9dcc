package assist

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/lower"
)

// A place is what stands around the cursor, understood as far as it goes.
type place struct {
	*lower.View
	scope *lower.Scope
	after string // text behind the cursor
	cond  bool   // the cursor is in what an if or for statement asks
	// What the cursor is in, if it is: the selector whose member it names, the
	// struct literal whose field it may name, the statement whose label it
	// names.
	sel   *ast.SelectorExpr
	lit   *ast.CompositeLit
	label *ast.BranchStmt
	// want is the type that fits, nil when any does.
	want types.Type
}

// look understands the text around a cursor. Where what stands before it does
// not parse, it tries with less of it.
func look(scope *lower.Scope, text string, cursor int) *place {
	before := text[:cursor]
	ahead := behind(text, cursor)
	if ahead != "" {
		ahead += "\n"
	}
	p := &place{scope: scope, after: text[cursor:]}
	before, p.cond = parsable(before)
	p.View = scope.Look(ahead + before)
	for _, from := range []int{lastItem(before), lastLine(before)} {
		if len(p.Path) > 0 {
			break
		}
		names := p.Names
		p.View = scope.Look(ahead + before[from:])
		have := map[string]bool{}
		for _, o := range p.Names {
			have[o.Name()] = true
		}
		for _, o := range names {
			if !have[o.Name()] {
				p.Names = append(p.Names, o)
			}
		}
	}
	p.around()
	return p
}

// lastItem is where the last line starts that is not indented, nor the end of a
// block.
func lastItem(text string) int {
	for at := len(text); ; {
		start := lastLine(text[:at])
		if line := text[start:at]; start == 0 || line != "" && !strings.ContainsRune(" \t})\r", rune(line[0])) {
			return start
		}
		at = start - 1
	}
}

func lastLine(text string) int { return strings.LastIndexByte(text, '\n') + 1 }

// around finds what the cursor is in.
func (p *place) around() {
	if len(p.Path) < 2 {
		return
	}
	var here ast.Expr
	switch n := p.Path[1].(type) {
	case *ast.SelectorExpr:
		if n.Sel == p.Path[0] {
			p.sel, here = n, n
		}
	case *ast.BranchStmt:
		p.label = n
	case *ast.CompositeLit:
		if n.Type != p.Path[0] && !positional(n, p.Path[0]) {
			p.lit = n
		}
	case *ast.KeyValueExpr:
		if l, ok := p.parent(2).(*ast.CompositeLit); ok && n.Key == p.Path[0] {
			p.lit = l
		}
	}
	if here == nil {
		here, _ = p.Path[0].(ast.Expr)
	}
	if here != nil {
		at := 1
		if p.sel != nil {
			at = 2
		}
		p.want = p.expected(here, at)
		if _, alone := p.parent(at).(*ast.ExprStmt); alone && p.cond {
			p.want = types.Typ[types.Bool]
		}
	}
}

// parsable blanks words that the parser cannot take without what follows them:
// those of a statement whose block is not there yet, and the go and defer of what
// is not called yet. cond tells that the text ends in the
// condition of an if or for.
func parsable(before string) (text string, cond bool) {
	text = before
	list := lexemes(before)
	line, first := lastLine(before), -1
	for i, l := range list {
		if (l.tok == token.GO || l.tok == token.DEFER) && i+1 < len(list) {
			text = blanked(text, l.off, l.end)
		}
		if l.off >= line && first < 0 {
			first = i
		}
	}
	if first < 0 {
		return text, false
	}
	head, cut := list[first:], text
	for len(head) > 0 && (head[0].tok == token.RBRACE || head[0].tok == token.ELSE) {
		if head[0].tok == token.ELSE {
			cut = cut[:head[0].off] + ";   " + cut[head[0].end:]
		}
		head = head[1:]
	}
	if len(head) == 0 || open(before[head[0].off:]) > 0 && blockOpen(head) {
		return text, false
	}
	switch head[0].tok {
	case token.IF, token.FOR, token.SWITCH:
		text = blanked(cut, head[0].off, head[0].end)
		cond = head[0].tok != token.SWITCH
	}
	for _, l := range head {
		if l.tok == token.RANGE && head[0].tok == token.FOR {
			return blanked(text, head[0].off, l.end), false
		}
	}
	return text, cond
}

// blockOpen tells whether the block of a statement has begun.
func blockOpen(head []lexeme) bool {
	for _, o := range openings(head) {
		if head[o.at].tok == token.LBRACE && (o.at == 0 || head[o.at-1].tok != token.RBRACK) {
			return true
		}
	}
	return false
}

// parent is a node around the cursor, nil when there are not so many.
func (p *place) parent(i int) ast.Node {
	if i < len(p.Path) {
		return p.Path[i]
	}
	return nil
}

// positional tells whether the literal of a struct has values without names.
func positional(lit *ast.CompositeLit, except ast.Node) bool {
	for _, e := range lit.Elts {
		if _, ok := e.(*ast.KeyValueExpr); !ok && e != except {
			return true
		}
	}
	return false
}

// expected is the type that fits an expression whose parent is Path[i], nil
// when any does.
func (p *place) expected(x ast.Expr, i int) types.Type {
	switch n := p.parent(i).(type) {
	case *ast.ParenExpr:
		return p.expected(n, i+1)
	case *ast.CallExpr:
		return p.argument(n, x)
	case *ast.AssignStmt:
		at := index(n.Rhs, x)
		if at < 0 || n.Tok == token.DEFINE || at >= len(n.Lhs) {
			return nil
		}
		return p.Type(n.Lhs[at])
	case *ast.ValueSpec:
		if index(n.Values, x) >= 0 && n.Type != nil {
			return p.Type(n.Type)
		}
	case *ast.ReturnStmt:
		return p.result(index(n.Results, x), i)
	case *ast.UnaryExpr:
		switch n.Op {
		case token.NOT:
			return types.Typ[types.Bool]
		case token.AND:
			if ptr, ok := under(p.expected(n, i+1)).(*types.Pointer); ok {
				return ptr.Elem()
			}
			return nil
		case token.ARROW:
			return nil
		}
		return p.expected(n, i+1)
	case *ast.BinaryExpr:
		return p.operand(n, x, i)
	case *ast.KeyValueExpr:
		lit, ok := p.parent(i + 1).(*ast.CompositeLit)
		if !ok {
			return nil
		}
		return p.keyed(n, x, lit)
	case *ast.CompositeLit:
		return p.element(n, x)
	case *ast.IndexExpr:
		if n.Index != x {
			return nil
		}
		switch t := under(p.Type(n.X)).(type) {
		case *types.Map:
			return t.Key()
		case *types.Slice, *types.Array, *types.Pointer, *types.Basic:
			return types.Typ[types.Int]
		}
	case *ast.SliceExpr:
		if n.X != x {
			return types.Typ[types.Int]
		}
	case *ast.SendStmt:
		if ch, ok := under(p.Type(n.Chan)).(*types.Chan); ok && n.Value == x {
			return ch.Elem()
		}
	case *ast.IfStmt:
		return types.Typ[types.Bool]
	case *ast.ForStmt:
		return types.Typ[types.Bool]
	case *ast.CaseClause:
		for _, up := range p.Path[min(i, len(p.Path)):] {
			if sw, ok := up.(*ast.SwitchStmt); ok {
				if sw.Tag == nil {
					return types.Typ[types.Bool]
				}
				return p.Type(sw.Tag)
			}
		}
	}
	return nil
}

func index(list []ast.Expr, x ast.Expr) int {
	for i, e := range list {
		if e == x {
			return i
		}
	}
	return -1
}

func under(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	return t.Underlying()
}

// argument is the type of a parameter.
func (p *place) argument(call *ast.CallExpr, x ast.Expr) types.Type {
	at := index(call.Args, x)
	if at < 0 {
		return nil
	}
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
		if _, ok := p.Object(id).(*types.Builtin); ok {
			if s, ok := under(p.Type(call.Args[0])).(*types.Slice); ok && id.Name == "append" && at > 0 {
				return s.Elem()
			}
			return nil
		}
	}
	sig := p.signature(call.Fun)
	if sig == nil {
		return nil
	}
	if v := parameter(sig, at); v != nil {
		if sig.Variadic() && at >= sig.Params().Len()-1 {
			if s, ok := v.Type().(*types.Slice); ok && !call.Ellipsis.IsValid() {
				return s.Elem()
			}
		}
		return v.Type()
	}
	return nil
}

// parameter is the one that takes the argument with an index.
func parameter(sig *types.Signature, at int) *types.Var {
	n := sig.Params().Len()
	switch {
	case at < n:
		return sig.Params().At(at)
	case n > 0 && sig.Variadic():
		return sig.Params().At(n - 1)
	}
	return nil
}

// signature is the type of what is called, nil when that is no function.
func (p *place) signature(fun ast.Expr) *types.Signature {
	t := p.Type(ast.Unparen(fun))
	if t == nil { // a generic function whose types are not known yet
		switch f := ast.Unparen(fun).(type) {
		case *ast.SelectorExpr:
			if o := p.Object(f.Sel); o != nil {
				t = o.Type()
			}
		case *ast.IndexExpr:
			return p.signature(f.X)
		case *ast.IndexListExpr:
			return p.signature(f.X)
		}
	}
	sig, _ := under(t).(*types.Signature)
	return sig
}

// result is the type of a result of the function that the cursor is in.
func (p *place) result(at, i int) types.Type {
	if at < 0 {
		return nil
	}
	for _, n := range p.Path[min(i, len(p.Path)):] {
		var results *ast.FieldList
		switch f := n.(type) {
		case *ast.FuncDecl:
			results = f.Type.Results
		case *ast.FuncLit:
			results = f.Type.Results
		default:
			continue
		}
		if results == nil {
			return nil
		}
		for _, f := range results.List {
			if at -= max(1, len(f.Names)); at < 0 {
				return p.Type(f.Type)
			}
		}
		return nil
	}
	return nil
}

// operand is the type of the other operand of an operator.
func (p *place) operand(n *ast.BinaryExpr, x ast.Expr, i int) types.Type {
	switch n.Op {
	case token.LAND, token.LOR:
		return types.Typ[types.Bool]
	case token.SHL, token.SHR:
		return nil
	}
	other := n.X
	if other == x {
		other = n.Y
	}
	t := p.Type(other)
	if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		if up := p.expected(n, i+1); up != nil {
			return up
		}
		return types.Default(t)
	}
	return t
}

// keyed is the type of a key or value in a literal.
func (p *place) keyed(kv *ast.KeyValueExpr, x ast.Expr, lit *ast.CompositeLit) types.Type {
	switch t := under(indirect(p.Type(lit))).(type) {
	case *types.Map:
		if kv.Key == x {
			return t.Key()
		}
		return t.Elem()
	case *types.Slice:
		return t.Elem()
	case *types.Array:
		return t.Elem()
	case *types.Struct:
		id, ok := kv.Key.(*ast.Ident)
		if !ok || kv.Key == x {
			return nil
		}
		for f := range t.Fields() {
			if f.Name() == id.Name {
				return f.Type()
			}
		}
	}
	return nil
}

// element is the type of a value without a key in a literal.
func (p *place) element(lit *ast.CompositeLit, x ast.Expr) types.Type {
	switch t := under(indirect(p.Type(lit))).(type) {
	case *types.Slice:
		return t.Elem()
	case *types.Array:
		return t.Elem()
	case *types.Map:
		return t.Key()
	case *types.Struct:
		if at := index(lit.Elts, x); at >= 0 && at < t.NumFields() && positional(lit, x) {
			return t.Field(at).Type()
		}
	}
	return nil
}

// indirect is what a pointer points to; other types are themselves. The type of
// a literal within another may be that of a pointer to it.
func indirect(t types.Type) types.Type {
	if p, ok := under(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// fit tells how well a type fits the place: 0 as it is, 1 as the result of a
// call, 2 not.
func (p *place) fit(t types.Type) int {
	const unfit = 2
	if p.want == nil || t == nil || invalid(t) || invalid(p.want) {
		return unfit
	}
	if i, ok := under(p.want).(*types.Interface); ok && (i.Empty() || !i.IsMethodSet()) {
		return unfit // all do
	}
	if _, ok := p.want.(*types.TypeParam); ok {
		return unfit
	}
	if assignable(t, p.want) {
		return 0
	}
	if sig, ok := t.(*types.Signature); ok && sig.Results().Len() > 0 && sig.TypeParams().Len() == 0 && assignable(sig.Results().At(0).Type(), p.want) {
		return 1
	}
	return unfit
}

func invalid(t types.Type) bool { return t == types.Typ[types.Invalid] }

func assignable(t, want types.Type) bool {
	if b, ok := t.(*types.Basic); ok && b.Kind() == types.UntypedNil {
		return false // goes everywhere, and is hardly what one looks for
	}
	return types.AssignableTo(t, want)
}
