package notebook

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// The tags by which papermill knows the cell with the default values, and the
// cell that gives others.
const (
	defaultsTag = "parameters"
	injectedTag = "injected-parameters"
)

// A Parameter is a value that a run of a notebook gives to a variable.
type Parameter struct {
	Name string
	// Value is a Go expression such as 12.5 or []float64{1, 2}. For a variable
	// whose default is a string it is the text itself, without quotes.
	Value string
}

// Parameterize gives variables of the notebook other values, as papermill
// does: a cell after the first one tagged "parameters" assigns them, tagged
// "injected-parameters"; it takes the place of such a cell from an earlier
// run. The cell with the defaults is what it was, and the variables keep their
// types. A name that the defaults do not have is an error that lists theirs.
//
//	err := nb.Parameterize([]notebook.Parameter{{"subject", "sub-02"}, {"amp", "12"}})
func (nb *Notebook) Parameterize(list []Parameter) error {
	if len(list) == 0 {
		return nil
	}
	at := slices.IndexFunc(nb.Cells, func(c *Cell) bool { return c.Type == Code && c.tagged(defaultsTag) })
	if at < 0 {
		return fmt.Errorf("notebook: no code cell is tagged %q: tag the cell that sets %s to its default, and run it again", defaultsTag, list[0].Name)
	}
	names, texts, err := defaults(nb.Cells[at].Source)
	if err != nil {
		return fmt.Errorf("notebook: cell %d, tagged %q: %w", at+1, defaultsTag, err)
	}
	var b strings.Builder
	b.WriteString("// Parameters\n")
	given := map[string]bool{}
	for _, p := range list {
		if !slices.Contains(names, p.Name) {
			return fmt.Errorf("notebook: there is no parameter %q: cell %d, tagged %q, sets %s", p.Name, at+1, defaultsTag, listed(names))
		}
		if given[p.Name] {
			return fmt.Errorf("notebook: parameter %s is given twice", p.Name)
		}
		given[p.Name] = true
		value := strings.TrimSpace(p.Value)
		if texts[p.Name] {
			value = strconv.Quote(p.Value)
		} else if _, err := parser.ParseExpr(value); err != nil || strings.ContainsAny(value, "\n;") {
			return fmt.Errorf("notebook: parameter %s: %q is no Go expression; write a number, true, false, a list such as []float64{1, 2}, or a text in quotes of its own", p.Name, p.Value)
		}
		fmt.Fprintf(&b, "%s = %s\n", p.Name, value)
	}
	source := strings.TrimSuffix(b.String(), "\n")
	if old := slices.IndexFunc(nb.Cells, func(c *Cell) bool { return c.Type == Code && c.tagged(injectedTag) }); old >= 0 {
		c := nb.Cells[old]
		c.Source, c.Outputs, c.ExecutionCount = source, nil, 0
		return nil
	}
	c := &Cell{Type: Code, Source: source, Metadata: map[string]any{"tags": []any{injectedTag}}}
	nb.Cells = slices.Insert(nb.Cells, at+1, c)
	nb.identify()
	return nil
}

// listed writes names as a list for a sentence.
func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// defaults returns the variables that a cell declares at its top, in order,
// and which of them hold a text, as far as the cell itself says so.
func defaults(source string) (names []string, texts map[string]bool, err error) {
	const head = "package p; func _() {\n"
	file, err := parser.ParseFile(token.NewFileSet(), "", head+source+"\n}", parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, fmt.Errorf("it can only declare variables, as in `amp := 10.0` or `var amp = 10.0`: %w", err)
	}
	texts = map[string]bool{}
	add := func(id *ast.Ident, kind, value ast.Expr) {
		if id.Name == "_" || slices.Contains(names, id.Name) {
			return
		}
		names = append(names, id.Name)
		if lit, ok := value.(*ast.BasicLit); ok && kind == nil && lit.Kind == token.STRING {
			texts[id.Name] = true
		}
		if t, ok := kind.(*ast.Ident); ok && t.Name == "string" {
			texts[id.Name] = true
		}
	}
	value := func(list []ast.Expr, i, n int) ast.Expr {
		if len(list) == n {
			return list[i]
		}
		return nil
	}
	for _, s := range file.Decls[0].(*ast.FuncDecl).Body.List {
		switch s := s.(type) {
		case *ast.AssignStmt:
			for i, left := range s.Lhs {
				if id, ok := left.(*ast.Ident); ok && s.Tok == token.DEFINE {
					add(id, nil, value(s.Rhs, i, len(s.Lhs)))
				}
			}
		case *ast.DeclStmt:
			d, ok := s.Decl.(*ast.GenDecl)
			if !ok || d.Tok != token.VAR {
				continue
			}
			for _, spec := range d.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok {
					for i, id := range v.Names {
						add(id, v.Type, value(v.Values, i, len(v.Names)))
					}
				}
			}
		}
	}
	return names, texts, nil
}
