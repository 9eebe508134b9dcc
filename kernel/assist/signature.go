package assist

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/symbols"
)

// A Call describes the function whose arguments the cursor is among.
type Call struct {
	Label  string // "signal.Welch(x []float64, fs float64, ...) (...)"
	Params []Span // where the parameters stand in the label
	// Active is the index of the parameter that the cursor gives, -1 when the
	// function has none for it.
	Active int
	Doc    string // of the function, with an example
	// Fields are those of the struct that the active parameter wants.
	Fields string
}

// A Span is a part of a text, in bytes.
type Span struct{ Start, End int }

// Text writes the call with its active parameter underlined.
func (c Call) Text() string {
	out := c.Label
	if c.Active >= 0 && c.Active < len(c.Params) {
		s := c.Params[c.Active]
		out += "\n" + strings.Repeat(" ", len([]rune(c.Label[:s.Start]))) + strings.Repeat("^", len([]rune(c.Label[s.Start:s.End])))
	}
	return withDoc(withDoc(out, c.Fields), c.Doc)
}

// Signature describes the call whose parentheses a byte offset of a text is in.
func Signature(w World, text string, cursor int) (Call, bool) {
	cursor = boundary(text, cursor)
	text, ok := codeIn(text, cursor)
	if !ok {
		return Call{}, false
	}
	return signatureAt(w, text, cursor)
}

func signatureAt(w World, text string, cursor int) (Call, bool) {
	before := text[:cursor]
	switch where, at := lexical(before); where {
	case inComment:
		return Call{}, false
	case inString, inRawString, inRune:
		before = before[:at-1]
	}
	open, active, ok := callAt(before)
	if !ok {
		return Call{}, false
	}
	p := look(w.Scope, text, open)
	if len(p.Path) < 2 {
		return Call{}, false
	}
	call, ok := p.Path[1].(*ast.CallExpr)
	if !ok || len(call.Args) == 0 || call.Args[0] != p.Path[0] {
		return Call{}, false
	}
	return p.describe(call, active)
}

// callAt finds the innermost call that is open at the end of a text: the offset
// behind its parenthesis, and how many arguments are before the cursor.
func callAt(before string) (open, argument int, ok bool) {
	list := lexemes(before)
	for _, o := range slices.Backward(openings(list)) {
		if o.at == 0 {
			return 0, 0, false
		}
		last := list[o.at-1].tok
		switch list[o.at].tok {
		case token.LBRACE:
			if block(list, o.at) {
				return 0, 0, false // it has statements of its own
			}
		case token.LPAREN:
			if last != token.IDENT && last != token.RPAREN && last != token.RBRACK && last != token.RBRACE {
				continue
			}
			if last == token.IDENT && o.at > 1 && (list[o.at-2].tok == token.FUNC || list[o.at-2].tok == token.RPAREN) {
				return 0, 0, false // the parameters of a declaration
			}
			return list[o.at].end, o.commas, true
		}
	}
	return 0, 0, false
}

// block tells a brace that begins statements, or the fields of a type, from one
// that begins a literal.
func block(list []lexeme, brace int) bool {
	depth := 0
	for i := brace - 1; i >= 0; i-- {
		switch list[i].tok {
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth++
		case token.LPAREN, token.LBRACK, token.LBRACE:
			if depth--; depth < 0 {
				return false
			}
		case token.FUNC, token.IF, token.FOR, token.SWITCH, token.SELECT, token.ELSE, token.STRUCT, token.INTERFACE:
			if depth == 0 {
				return true
			}
		case token.COMMA, token.COLON, token.SEMICOLON, token.ASSIGN, token.DEFINE, token.RETURN:
			if depth == 0 {
				return false
			}
		}
	}
	return false
}

// describe says what a call takes.
func (p *place) describe(call *ast.CallExpr, active int) (Call, bool) {
	fun := ast.Unparen(call.Fun)
	name := types.ExprString(fun)
	if len(name) > 60 { // what comes before the last dot is long, or a function literal
		name = name[strings.LastIndexByte(name, '.')+1:]
	}
	if id, ok := fun.(*ast.Ident); ok && p.builtin(id) {
		c := Call{Label: id.Name + builtins[id.Name][0], Active: -1, Doc: id.Name + " " + builtins[id.Name][1]}
		c.cut(active)
		return c, true
	}
	sig := p.signature(fun)
	if sig == nil {
		if t := p.Type(fun); t != nil && p.IsType(fun) {
			label := typeText(t) + "(x)"
			return Call{Label: label, Params: []Span{{len(label) - 2, len(label) - 1}}, Active: 0, Doc: "converts x to " + typeText(t)}, true
		}
		return Call{}, false
	}
	c := Call{Active: -1}
	var b strings.Builder
	b.WriteString(name + typeParams(sig) + "(")
	for i := range sig.Params().Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		start := b.Len()
		b.WriteString(parameterText(sig, i))
		c.Params = append(c.Params, Span{start, b.Len()})
	}
	b.WriteString(")")
	switch r := sig.Results(); {
	case r.Len() == 1 && r.At(0).Name() == "":
		b.WriteString(" " + typeText(r.At(0).Type()))
	case r.Len() > 0:
		b.WriteString(" " + typeText(r))
	}
	c.Label = b.String()
	if n := len(c.Params); active < n {
		c.Active = active
	} else if sig.Variadic() {
		c.Active = n - 1
	}
	if c.Active >= 0 {
		c.Fields = p.structText(sig.Params().At(c.Active).Type())
	}
	c.Doc = p.callDoc(fun)
	return c, true
}

func (p *place) builtin(id *ast.Ident) bool {
	if _, ok := builtins[id.Name]; !ok {
		return false
	}
	switch p.Object(id).(type) {
	case nil:
		for _, o := range p.Names {
			if o.Name() == id.Name {
				return false
			}
		}
		return true
	case *types.Builtin:
		return true
	}
	return false
}

// cut finds the parameters in the label of a built-in function.
func (c *Call) cut(active int) {
	open, end := strings.IndexByte(c.Label, '('), strings.IndexByte(c.Label, ')')
	for at := open + 1; at < end; {
		n := strings.IndexByte(c.Label[at:end]+",", ',')
		c.Params = append(c.Params, Span{at, at + n})
		at += n + len(", ")
	}
	if n := len(c.Params); active < n {
		c.Active = active
	} else if n > 0 && strings.Contains(c.Label[c.Params[n-1].Start:end], "...") {
		c.Active = n - 1
	}
}

func typeParams(sig *types.Signature) string {
	var list []string
	for t := range sig.TypeParams().TypeParams() {
		list = append(list, t.Obj().Name()+" "+typeText(t.Constraint()))
	}
	if len(list) == 0 {
		return ""
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func parameterText(sig *types.Signature, i int) string {
	v := sig.Params().At(i)
	typ := typeText(v.Type())
	if sig.Variadic() && i == sig.Params().Len()-1 {
		if s, ok := v.Type().(*types.Slice); ok {
			typ = "..." + typeText(s.Elem())
		}
	}
	return strings.TrimSpace(v.Name() + " " + typ)
}

// structText lists the fields of the struct that a parameter wants.
func (p *place) structText(t types.Type) string {
	n, ok := types.Unalias(indirect(t)).(*types.Named)
	if !ok {
		return ""
	}
	if _, ok := n.Underlying().(*types.Struct); !ok {
		return ""
	}
	if _, it, ok := itemOf(n.Obj(), ""); ok && strings.HasPrefix(n.Obj().Pkg().Path(), symbols.Module) {
		return it.Decl
	}
	if o, ok := p.scope.Object(n.Obj().Name()); ok && o.Type == n {
		return "type " + strings.TrimPrefix(o.Source, "type ")
	}
	return ""
}

// callDoc is the documentation of what is called, without its declaration.
func (p *place) callDoc(fun ast.Expr) string {
	switch f := fun.(type) {
	case *ast.IndexExpr:
		return p.callDoc(f.X)
	case *ast.IndexListExpr:
		return p.callDoc(f.X)
	case *ast.Ident:
		if o, ok := p.scope.Object(f.Name); ok {
			_, text := o.From()
			return sourceDoc(text, f.Name, "")
		}
	case *ast.SelectorExpr:
		if path, ok := p.packageOf(f.X); ok {
			if page, ok := symbols.Doc(path); ok {
				if it, ok := page.Item(f.Sel.Name); ok {
					return withExample(page, it)
				}
			}
			return ""
		}
		fn, ok := p.Object(f.Sel).(*types.Func)
		if !ok || fn.Signature().Recv() == nil {
			return ""
		}
		n, ok := types.Unalias(indirect(fn.Signature().Recv().Type())).(*types.Named)
		if !ok {
			return ""
		}
		if page, it, ok := itemOf(n.Obj(), f.Sel.Name); ok {
			return withExample(page, it)
		}
		return p.methodDoc(n.Obj().Name(), f.Sel.Name)
	}
	return ""
}

// withExample is a comment with the example of a name.
func withExample(page *symbols.Page, it symbols.Item) string {
	out := it.Doc
	for _, e := range examplesOf(page, it) {
		out = strings.TrimRight(out, "\n") + "\n\nExample:\n\n    " + strings.ReplaceAll(e, "\n", "\n    ")
	}
	return out
}
