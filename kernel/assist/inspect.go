package assist

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/lower"
	"github.com/neurorepl/neurorepl/symbols"
)

// Inspect documents what stands at a byte offset of a text: the name there or,
// within the parentheses of a call, the function that is called, with the
// argument that the cursor is at. With detail above 0 what cells declared comes
// with its source.
func Inspect(w World, text string, cursor, detail int) (string, bool) {
	cursor = boundary(text, cursor)
	if at, ok := commandLine(text, cursor); ok {
		word, args := commandWord(text, at, at+strings.IndexByte(text[at:]+"\n", '\n'))
		if c, ok := FindCommand(word); ok && (cursor < args || c.takes != aCode) {
			return c.Help(), true
		}
	}
	text, ok := codeIn(text, cursor)
	if !ok {
		return "", false
	}
	where, _ := lexical(text[:cursor])
	if where == inComment {
		return "", false
	}
	if end := wordEnd(text, cursor); where == inCode {
		if out, ok := inspectWord(w, text, end, detail); ok {
			return out, true
		}
	}
	if call, ok := signatureAt(w, text, cursor); ok {
		return call.Text(), true
	}
	return "", false
}

// Name documents a name such as "x", "signal.Welch" or "hh.Simulate", or the
// last name of an expression.
func Name(w World, name string, detail int) (string, bool) {
	if c, ok := FindCommand(name); ok && strings.HasPrefix(name, "%") {
		return c.Help(), true
	}
	if where, _ := lexical(name); where != inCode {
		return "", false
	}
	return inspectWord(w, name, len(name), detail)
}

// Help describes a command.
func (c Command) Help() string {
	return strings.TrimSpace(c.Name+" "+c.Args) + "\n\n" + c.Name + " " + c.Text + ".\n\n" + c.About + "\n"
}

// inspectWord documents the word that ends at an offset.
func inspectWord(w World, text string, end, detail int) (string, bool) {
	word := text[wordStart(text[:end]):end]
	if word == "" || number(word) {
		return "", false
	}
	p := look(w.Scope, text, end)
	switch {
	case p.label != nil:
		return "label " + word, true
	case p.sel != nil:
		if path, ok := p.packageOf(p.sel.X); ok {
			return Doc(path + "." + word)
		}
		return p.memberText(w, p.Type(p.sel.X), word)
	case p.lit != nil:
		if t := indirect(p.Type(p.lit)); t != nil {
			if _, ok := under(t).(*types.Struct); ok {
				if out, ok := p.memberText(w, t, word); ok {
					return out, true
				}
			}
		}
	}
	return p.nameText(w, word, detail)
}

// nameText documents a name that stands alone.
func (p *place) nameText(w World, name string, detail int) (string, bool) {
	for _, o := range p.Names {
		if o.Name() != name {
			continue
		}
		if so, ok := p.scope.Object(name); ok && so.Checked() == o {
			return sessionText(w, so, detail), true
		}
		return withDoc(kindOf(o)+" "+name+" "+typeText(o.Type()), typeDoc(o.Type())), true
	}
	if path, ok := p.Packages()[name]; ok {
		return Doc(path)
	}
	if b, ok := builtins[name]; ok {
		return "built-in function " + name + b[0] + "\n\n" + name + " " + b[1], true
	}
	if o := types.Universe.Lookup(name); o != nil {
		return "built-in " + kindOf(o) + " " + name, true
	}
	return "", false
}

// sessionText documents what cells declared.
func sessionText(w World, o *lower.Object, detail int) string {
	if detail > 0 && o.Source != "" {
		return o.Source
	}
	out := o.Kind + " " + o.Name
	switch o.Kind {
	case "function":
		out = "func " + o.Name + strings.TrimPrefix(o.TypeString(), "func")
	case "variable":
		out = "var " + o.Name + " " + o.TypeString()
		if w.Value != nil {
			if v := w.Value(o); v != "" {
				out += " = " + v
			}
		}
	case "type":
		out = "type " + o.Name + " " + typeText(under(o.Type))
		if o.Source != "" {
			out = strings.TrimSpace("type " + strings.TrimPrefix(o.Source, "type "))
		}
	case "constant":
		out = "const " + o.Name + " " + o.TypeString()
		if c, ok := o.Checked().(*types.Const); ok {
			out += " = " + c.Val().String()
		}
	}
	cell, text := o.From()
	out += "\n\ndeclared in " + cell
	out = withDoc(out, sourceDoc(text, o.Name, ""))
	if o.Kind == "variable" {
		out = withDoc(out, typeDoc(o.Type))
	}
	if o.Kind == "type" {
		for _, m := range o.Methods() {
			if f, _ := funcIn(m.Text, o.Name, m.Name); f != nil {
				out += "\n" + heading(f)
			}
		}
	}
	return out
}

func withDoc(text, doc string) string {
	if doc = strings.TrimRight(doc, "\n"); doc == "" {
		return text
	}
	return text + "\n\n" + doc
}

// A declaration of a cell with its comment.
type declaration struct {
	ast.Decl
	doc string
}

// declarations parses a cell. A comment before a declaration is its own.
func declarations(text string) []declaration {
	fset := token.NewFileSet()
	decls, _, _ := lower.Syntax(fset, "", text)
	lines := strings.Split(text, "\n")
	out := make([]declaration, len(decls))
	for i, d := range decls {
		out[i].Decl = d
		from := min(fset.Position(d.Pos()).Line-1, len(lines))
		at := from
		for at > 0 && strings.HasPrefix(strings.TrimSpace(lines[at-1]), "//") {
			at--
		}
		for _, l := range lines[max(0, at):max(0, from)] {
			out[i].doc += strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(l), "//"), " ") + "\n"
		}
	}
	return out
}

// funcIn returns the function of a cell's text, or the method of a type, with
// its comment.
func funcIn(text, name, method string) (f *ast.FuncDecl, doc string) {
	for _, d := range declarations(text) {
		f, ok := d.Decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if r := lower.Receiver(f); r == nil && method == "" && f.Name.Name == name || r != nil && r.Name == name && f.Name.Name == method {
			return f, d.doc
		}
	}
	return nil, ""
}

// heading is a declaration without its body.
func heading(f *ast.FuncDecl) string {
	recv := ""
	if f.Recv != nil && len(f.Recv.List) > 0 {
		recv = "(" + types.ExprString(f.Recv.List[0].Type) + ") "
	}
	return "func " + recv + f.Name.Name + strings.TrimPrefix(types.ExprString(f.Type), "func")
}

// sourceDoc is the comment before a declaration in a cell's text.
func sourceDoc(text, name, method string) string {
	if f, doc := funcIn(text, name, method); f != nil || method != "" {
		return doc
	}
	for _, d := range declarations(text) {
		g, ok := d.Decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range g.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.Name == name {
					return first(s.Doc.Text(), d.doc)
				}
			case *ast.ValueSpec:
				for _, id := range s.Names {
					if id.Name == name {
						return first(s.Doc.Text(), d.doc)
					}
				}
			}
		}
	}
	return ""
}

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// memberText documents a field or method of a type.
func (p *place) memberText(w World, t types.Type, name string) (string, bool) {
	if t == nil {
		return "", false
	}
	obj, index, _ := types.LookupFieldOrMethod(t, true, p.Package(), name)
	switch o := obj.(type) {
	case *types.Func:
		recv := o.Signature().Recv()
		if recv == nil {
			break
		}
		n, ok := types.Unalias(indirect(recv.Type())).(*types.Named)
		if !ok {
			return "func " + name + strings.TrimPrefix(typeText(o.Type()), "func"), true
		}
		if page, it, ok := itemOf(n.Obj(), name); ok {
			return itemText(page, it), true
		}
		out := "func (" + typeText(recv.Type()) + ") " + name + strings.TrimPrefix(typeText(o.Type()), "func")
		if _, it, ok := itemOf(n.Obj(), ""); ok { // an interface
			return withDoc(out, fieldComment(it.Decl, name)), true
		}
		return withDoc(out, p.methodDoc(n.Obj().Name(), name)), true
	case *types.Var:
		out := "field " + name + " " + withUnit(typeText(o.Type()), tagOf(t, index))
		if owner := ownerOf(t, index); owner != nil {
			out += "\n\nof " + typeText(owner)
			out = withDoc(out, p.fieldDoc(owner, name))
		}
		return out, true
	}
	return "", false
}

// itemOf finds the documentation of a type of a package, or of its method.
func itemOf(o *types.TypeName, method string) (*symbols.Page, symbols.Item, bool) {
	if o.Pkg() == nil {
		return nil, symbols.Item{}, false
	}
	page, ok := symbols.Doc(o.Pkg().Path())
	if !ok {
		return nil, symbols.Item{}, false
	}
	name := o.Name()
	if method != "" {
		name += "." + method
	}
	it, ok := page.Item(name)
	return page, it, ok
}

// methodDoc is the comment of a method of a type of the session.
func (p *place) methodDoc(typ, name string) string {
	o, ok := p.scope.Object(typ)
	if !ok {
		return ""
	}
	for _, m := range o.Methods() {
		if m.Name == name {
			return sourceDoc(m.Text, typ, name)
		}
	}
	return ""
}

// fieldDoc is the comment of a field.
func (p *place) fieldDoc(owner types.Type, name string) string {
	n, ok := types.Unalias(owner).(*types.Named)
	if !ok {
		return ""
	}
	if _, it, ok := itemOf(n.Obj(), ""); ok {
		return fieldComment(it.Decl, name)
	}
	if o, ok := p.scope.Object(n.Obj().Name()); ok {
		return fieldComment("type "+strings.TrimPrefix(o.Source, "type "), name)
	}
	return ""
}

// fieldComment finds the comment of a field in the declaration of its type.
func fieldComment(decl, name string) string {
	f, _ := parser.ParseFile(token.NewFileSet(), "", "package p\n"+decl, parser.ParseComments|parser.SkipObjectResolution)
	out := ""
	if f == nil {
		return ""
	}
	ast.Inspect(f, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok || out != "" {
			return out == ""
		}
		for _, id := range field.Names {
			if id.Name == name {
				out = first(field.Doc.Text(), field.Comment.Text())
			}
		}
		return true
	})
	return strings.TrimSpace(out)
}

// tagOf is the tag of the field at a path of indices.
func tagOf(t types.Type, index []int) string {
	if st, ok := under(ownerOf(t, index)).(*types.Struct); ok && index[len(index)-1] < st.NumFields() {
		return st.Tag(index[len(index)-1])
	}
	return ""
}

// ownerOf is the struct that has the field at a path of indices.
func ownerOf(t types.Type, index []int) types.Type {
	if len(index) == 0 {
		return nil
	}
	t = indirect(t)
	for _, i := range index[:len(index)-1] {
		st, ok := under(t).(*types.Struct)
		if !ok || i >= st.NumFields() {
			return nil
		}
		t = indirect(st.Field(i).Type())
	}
	return t
}

// typeDoc documents the named type of a variable.
func typeDoc(t types.Type) string {
	if t == nil {
		return ""
	}
	n, ok := types.Unalias(indirect(t)).(*types.Named)
	if !ok {
		return ""
	}
	if page, it, ok := itemOf(n.Obj(), ""); ok {
		return itemText(page, it)
	}
	return ""
}
