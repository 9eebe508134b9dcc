package main

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/printer"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/go/packages"
)

// An archive is a list of named parts, each compressed alone, but for the words
// that they share, so that reading one does not cost reading all: the length of
// the directory (4 bytes), the directory as JSON ({name: [offset, length]}), the
// parts.
func archive(parts map[string][]byte, words []byte) ([]byte, error) {
	dir := map[string][2]int{}
	var body bytes.Buffer
	for _, name := range sorted(parts) {
		start := body.Len()
		z, err := flate.NewWriterDict(&body, flate.BestCompression, words)
		if err != nil {
			return nil, err
		}
		if _, err := z.Write(parts[name]); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		dir[name] = [2]int{start, body.Len() - start}
	}
	head, err := json.Marshal(dir) // keys in order
	if err != nil {
		return nil, err
	}
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(head)))
	return append(append(out, head...), body.Bytes()...), nil
}

// exportData returns the types of every package in the form of
// golang.org/x/tools/go/gcexportdata, without positions.
func exportData(pkgs []*packages.Package) (map[string][]byte, error) {
	parts := map[string][]byte{}
	for _, p := range pkgs {
		var b bytes.Buffer
		if err := gcexportdata.Write(&b, token.NewFileSet(), p.Types); err != nil {
			return nil, fmt.Errorf("%s: types: %w", p.PkgPath, err)
		}
		parts[p.PkgPath] = b.Bytes()
	}
	return parts, nil
}

// A page documents a package; its form is read by package symbols.
type page struct {
	Path, Name, Doc string
	Items           []item
}

type item struct {
	Name     string   // "Welch", "SOS.FiltFilt"
	Kind     string   // "function", "type", "method", "variable", "constant"
	Decl     string   // declaration without body
	Doc      string   `json:",omitempty"`
	Examples []string `json:",omitempty"`
}

// docIndex returns the documentation of every package.
func docIndex(pkgs []*packages.Package) (map[string][]byte, error) {
	pages := map[string]*page{}
	for _, p := range pkgs {
		pg, err := document(p)
		if err != nil {
			return nil, fmt.Errorf("%s: documentation: %w", p.PkgPath, err)
		}
		pages[p.PkgPath] = pg
	}
	parts := map[string][]byte{}
	for _, p := range pkgs {
		pg := pages[p.PkgPath]
		pg.aliases(p.Types, pages)
		data, err := json.Marshal(pg)
		if err != nil {
			return nil, err
		}
		parts[p.PkgPath] = data
	}
	return parts, nil
}

// document reads a package's source. Examples are taken from this module
// only: they are what a user of it copies.
func document(p *packages.Package) (*page, error) {
	fset := token.NewFileSet()
	var files []*ast.File
	names := append([]string(nil), p.GoFiles...)
	if strings.HasPrefix(p.PkgPath, module) && len(names) > 0 {
		tests, err := filepath.Glob(filepath.Join(filepath.Dir(names[0]), "*_test.go"))
		if err != nil {
			return nil, err
		}
		names = append(names, tests...)
	}
	sort.Strings(names)
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(fset, filepath.Base(name), src, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	d, err := doc.NewFromFiles(fset, files, p.PkgPath)
	if err != nil {
		return nil, err
	}
	pg := &page{Path: p.PkgPath, Name: d.Name, Doc: d.Doc}
	add := func(name, kind string, decl ast.Node, text string, examples []*doc.Example) {
		it := item{Name: name, Kind: kind, Decl: source(fset, decl), Doc: text}
		for _, e := range examples {
			it.Examples = append(it.Examples, example(fset, e))
		}
		pg.Items = append(pg.Items, it)
	}
	values := func(list []*doc.Value, kind string) {
		for _, v := range list {
			for _, name := range v.Names {
				if token.IsExported(name) {
					add(name, kind, spec(v.Decl, name), valueDoc(v, name), nil)
				}
			}
		}
	}
	funcs := func(list []*doc.Func, kind, prefix string) {
		for _, f := range list {
			add(prefix+f.Name, kind, f.Decl, f.Doc, f.Examples)
		}
	}
	values(d.Consts, "constant")
	values(d.Vars, "variable")
	funcs(d.Funcs, "function", "")
	for _, t := range d.Types {
		add(t.Name, "type", t.Decl, t.Doc, t.Examples)
		values(t.Consts, "constant")
		values(t.Vars, "variable")
		funcs(t.Funcs, "function", "")
		funcs(t.Methods, "method", t.Name+".")
	}
	sort.SliceStable(pg.Items, func(i, j int) bool { return pg.Items[i].Name < pg.Items[j].Name })
	return pg, nil
}

// aliases gives each type that is another name of a documented one, such as
// neuron.Result of model.Result, the declaration and the methods of that.
func (pg *page) aliases(p *types.Package, pages map[string]*page) {
	var methods []item
	for i, it := range pg.Items {
		if it.Kind != "type" || p == nil {
			continue
		}
		t, ok := p.Scope().Lookup(it.Name).(*types.TypeName)
		if !ok || !t.IsAlias() {
			continue
		}
		to, ok := types.Unalias(t.Type()).(*types.Named)
		if !ok || to.Obj().Pkg() == nil || to.Obj().Pkg() == p || pages[to.Obj().Pkg().Path()] == nil {
			continue
		}
		for _, x := range pages[to.Obj().Pkg().Path()].Items {
			if x.Name == to.Obj().Name() {
				pg.Items[i].Decl += "\n\n" + x.Decl
			} else if rest, ok := strings.CutPrefix(x.Name, to.Obj().Name()+"."); ok && x.Kind == "method" {
				x.Name, x.Examples = it.Name+"."+rest, nil
				methods = append(methods, x)
			}
		}
	}
	pg.Items = append(pg.Items, methods...)
	sort.SliceStable(pg.Items, func(i, j int) bool { return pg.Items[i].Name < pg.Items[j].Name })
}

// spec returns the declaration of one name out of a group.
func spec(d *ast.GenDecl, name string) ast.Node {
	for i, s := range d.Specs {
		v, ok := s.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for _, n := range v.Names {
			if n.Name == name {
				one := *v
				one.Doc, one.Comment = nil, nil
				if len(one.Values) == 0 && d.Tok == token.CONST && i > 0 && one.Type == nil {
					return &ast.GenDecl{Tok: d.Tok, TokPos: v.Pos(), Specs: []ast.Spec{&ast.ValueSpec{Names: one.Names, Type: typeBefore(d, i)}}}
				}
				return &ast.GenDecl{Tok: d.Tok, TokPos: v.Pos(), Specs: []ast.Spec{&one}}
			}
		}
	}
	return d
}

// typeBefore finds the type that a constant repeats from the spec before it.
func typeBefore(d *ast.GenDecl, i int) ast.Expr {
	for ; i >= 0; i-- {
		if v := d.Specs[i].(*ast.ValueSpec); v.Type != nil {
			return v.Type
		} else if len(v.Values) > 0 {
			return nil
		}
	}
	return nil
}

// valueDoc prefers the comment of the name itself to that of its group.
func valueDoc(v *doc.Value, name string) string {
	for _, s := range v.Decl.Specs {
		if vs, ok := s.(*ast.ValueSpec); ok {
			for _, n := range vs.Names {
				if n.Name != name {
					continue
				}
				if text := vs.Doc.Text(); text != "" {
					return text
				}
				if text := vs.Comment.Text(); text != "" {
					return text
				}
			}
		}
	}
	return v.Doc
}

func source(fset *token.FileSet, n ast.Node) string {
	switch d := n.(type) {
	case *ast.FuncDecl:
		one := *d
		one.Doc, one.Body = nil, nil
		n = &one
	case *ast.GenDecl:
		one := *d
		one.Doc = nil
		n = &one
	}
	var b bytes.Buffer
	cfg := printer.Config{Mode: printer.UseSpaces | printer.TabIndent, Tabwidth: 8}
	if err := cfg.Fprint(&b, fset, n); err != nil {
		return ""
	}
	return b.String()
}

// example writes an example's body and what it prints.
func example(fset *token.FileSet, e *doc.Example) string {
	var b bytes.Buffer
	if err := printer.Fprint(&b, fset, &printer.CommentedNode{Node: e.Code, Comments: e.Comments}); err != nil {
		return ""
	}
	text := b.String()
	if strings.HasPrefix(text, "{") {
		text = strings.TrimSuffix(strings.TrimPrefix(text, "{"), "}")
		lines := strings.Split(strings.Trim(text, "\n"), "\n")
		for i, l := range lines {
			lines[i] = strings.TrimPrefix(l, "\t")
		}
		text = strings.Join(lines, "\n")
	}
	if e.Output != "" && !strings.Contains(text, "Output:") {
		text = strings.TrimRight(text, "\n") + "\n// Output:\n// " + strings.ReplaceAll(strings.TrimRight(e.Output, "\n"), "\n", "\n// ")
	}
	return strings.TrimRight(text, "\n")
}
