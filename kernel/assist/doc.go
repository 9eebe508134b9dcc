// Package assist helps while a cell is written: ways to complete what stands
// before the cursor, the signature of the call that it is in, what the name
// under it is, and the documentation of any name. It reads types, the texts of
// cells and the embedded documentation index; it runs nothing.
//
//	w := assist.World{Scope: scope}
//	menu := assist.Complete(w, "signal.Wel", 10) // Welch, with its signature
//	call, ok := assist.Signature(w, "signal.Welch(x, ", 16)
//	fmt.Println(call.Text()) // the label, fs underlined, the documentation
//	text, ok := assist.Doc("signal.Welch")
//
// A text that is being written hardly ever parses. What stands before the
// cursor is checked with what is missing filled in (lower.Scope.Look), without
// the words that need what follows them, together with the declarations behind
// the cursor; when nothing is understood, with less of it.
package assist

import (
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/neurorepl/neurorepl/symbols"
)

// preferred are the packages that come first where several have one name.
func preferred(name string) []string {
	var own, auto, rest []string
	for _, p := range symbols.Packages() {
		if p.Name != name && p.Path != name {
			continue
		}
		switch {
		case p.Path == name:
			return []string{p.Path}
		case p.Own:
			own = append(own, p.Path)
		case strings.HasPrefix(p.Path, "gonum.org/v1/gonum/"):
			auto = append(auto, p.Path)
		default:
			rest = append(rest, p.Path)
		}
	}
	sort.Slice(rest, func(i, j int) bool { return len(rest[i]) < len(rest[j]) })
	return append(append(own, auto...), rest...)
}

// Doc returns the documentation of a package ("signal", "math/rand"), of one
// of its names ("signal.Welch") or of a method or field's type
// ("signal.SOS.FiltFilt"). When there is no such name, text says which are
// near and which speak of it (see Speaking), and ok is false.
func Doc(name string) (text string, ok bool) {
	name = strings.TrimSpace(name)
	for _, p := range preferred(name) {
		if page, ok := symbols.Doc(p); ok {
			return packageText(page), true
		}
	}
	// The package ends at a dot; import paths have dots of their own.
	for i := strings.LastIndexByte(name, '.'); i > 0; i = strings.LastIndexByte(name[:i], '.') {
		for _, p := range preferred(name[:i]) {
			page, ok := symbols.Doc(p)
			if !ok {
				continue
			}
			if it, ok := find(page, name[i+1:]); ok {
				return itemText(page, it), true
			}
		}
	}
	if !strings.Contains(name, ".") { // a name alone: where is it?
		if at := everywhere(name); len(at) == 1 {
			return Doc(at[0])
		} else if len(at) > 1 {
			return fmt.Sprintf("%s is in several packages: %s", name, strings.Join(at, ", ")), true
		}
	}
	msg := "no documentation of " + name
	if near := Nearest(name); len(near) > 0 {
		msg += "; near it: " + strings.Join(near, ", ")
	}
	if !strings.Contains(name, ".") {
		if speaking := Speaking(name); len(speaking) > 0 {
			msg += "\nspoken of in:\n  " + strings.Join(speaking, "\n  ")
		}
	}
	return msg, false
}

// find returns an item by its name or, failing that, by its name in any case.
func find(page *symbols.Page, name string) (symbols.Item, bool) {
	if it, ok := page.Item(name); ok {
		return it, true
	}
	for _, it := range page.Items {
		if strings.EqualFold(it.Name, name) {
			return it, true
		}
	}
	return symbols.Item{}, false
}

// everywhere finds the packages of this module, then others, that export name.
func everywhere(name string) []string {
	var own, rest []string
	for _, p := range symbols.Packages() {
		page, ok := symbols.Doc(p.Path)
		if !ok {
			continue
		}
		if it, ok := page.Item(name); ok && it.Kind != "method" {
			if p.Own {
				own = append(own, p.Name+"."+name)
			} else if strings.HasPrefix(p.Path, "gonum.org/v1/gonum/") {
				rest = append(rest, p.Name+"."+name)
			}
		}
	}
	if len(own) > 0 {
		return own
	}
	return rest
}

// Nearest returns up to three names that resemble one without documentation.
func Nearest(name string) []string {
	type scored struct {
		name string
		d    int
	}
	var all []scored
	base := path.Base(name)
	pkg, member, qualified := strings.Cut(base, ".")
	for _, p := range symbols.Packages() {
		far := 1 // this module's names come first
		if p.Own {
			far = 0
		}
		toPackage := symbols.Distance(pkg, p.Name)
		if !qualified {
			if toPackage <= 1+len(pkg)/3 {
				all = append(all, scored{p.Name, 4*toPackage + far})
			}
			if !p.Own { // only its own names are looked for without a package
				continue
			}
			toPackage, member = 0, base
		}
		if toPackage > 1+len(pkg)/4 {
			continue
		}
		page, ok := symbols.Doc(p.Path)
		if !ok {
			continue
		}
		for _, it := range page.Items {
			if it.Kind == "method" && !strings.Contains(member, ".") {
				continue
			}
			if d := symbols.Distance(member, it.Name); d <= 1+len(member)/3 {
				all = append(all, scored{p.Name + "." + it.Name, 4*(toPackage+d) + far + 1})
			}
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].d < all[j].d })
	var out []string
	for _, s := range all {
		if len(out) < 3 && !slices.Contains(out, s.name) {
			out = append(out, s.name)
		}
	}
	return out
}

// packageText lists a package: its comment, then one line per name, types with
// their constructors first.
func packageText(p *symbols.Page) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s // import %q\n\n%s", p.Name, p.Path, p.Doc)
	for _, kind := range []struct{ kind, title string }{
		{"type", "Types"}, {"function", "Functions"}, {"variable", "Variables"}, {"constant", "Constants"},
	} {
		var lines []string
		for _, it := range p.Items {
			if it.Kind == kind.kind {
				lines = append(lines, "  "+oneLine(it))
			}
		}
		if len(lines) > 0 {
			fmt.Fprintf(&b, "\n%s\n%s\n", kind.title, strings.Join(lines, "\n"))
		}
	}
	return b.String()
}

// oneLine is a function's signature, or a name with its synopsis.
func oneLine(it symbols.Item) string {
	switch it.Kind {
	case "function", "method":
		return it.Decl
	case "type":
		if s := synopsis(it.Doc); s != "" {
			return it.Name + "  " + s
		}
	}
	if line, _, _ := strings.Cut(it.Decl, "\n"); line != "" {
		return strings.TrimSuffix(line, " {")
	}
	return it.Name
}

// synopsis is the first sentence of a comment, in one line.
func synopsis(doc string) string {
	s := strings.Join(strings.Fields(doc), " ")
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '.' && s[i+1] == ' ' && (i == 0 || s[i-1] < 'A' || s[i-1] > 'Z') {
			return s[:i+1]
		}
	}
	return s
}

// itemText documents one name: declaration, comment, methods and constructors
// of a type, examples.
func itemText(p *symbols.Page, it symbols.Item) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s // import %q\n\n%s\n", p.Name, p.Path, it.Decl)
	if it.Doc != "" {
		b.WriteString("\n" + strings.TrimRight(it.Doc, "\n") + "\n")
	}
	if it.Kind == "type" {
		var lines []string
		for _, m := range p.Items {
			if m.Kind == "function" && Makes(m.Decl, it.Name) {
				lines = append(lines, m.Decl)
			}
		}
		for _, m := range p.Items {
			if strings.HasPrefix(m.Name, it.Name+".") {
				lines = append(lines, m.Decl)
			}
		}
		if len(lines) > 0 {
			b.WriteString("\n" + strings.Join(lines, "\n") + "\n")
		}
	}
	for _, e := range examplesOf(p, it) {
		b.WriteString("\nExample:\n\n    " + strings.ReplaceAll(e, "\n", "\n    ") + "\n")
	}
	return b.String()
}

// examplesOf are the examples of a name; of one in this module's library that
// has none the first that uses it.
func examplesOf(p *symbols.Page, it symbols.Item) []string {
	if len(it.Examples) > 0 || !strings.HasPrefix(p.Path, symbols.Module) {
		return it.Examples
	}
	var use string
	switch it.Kind {
	case "function":
		use = p.Name + "." + it.Name + "("
	case "type":
		use = p.Name + "." + it.Name + "{"
	case "method":
		use = it.Name[strings.IndexByte(it.Name, '.'):] + "("
	default:
		return nil
	}
	for _, other := range p.Items {
		for _, e := range other.Examples {
			if strings.Contains(e, use) {
				return []string{e}
			}
		}
	}
	return nil
}

// Makes tells whether a function declaration returns the type of its package.
func Makes(decl, typ string) bool {
	_, results, ok := cutParams(decl)
	if !ok {
		return false
	}
	results = strings.Trim(results, "() ")
	first, _, _ := strings.Cut(results, ",")
	first = strings.TrimPrefix(first, "*")
	if i := strings.LastIndexByte(first, ' '); i >= 0 {
		first = strings.TrimPrefix(first[i+1:], "*")
	}
	return first == typ
}

// cutParams splits "func F(a A) R" behind the closing parenthesis.
func cutParams(decl string) (params, results string, ok bool) {
	open := strings.IndexByte(decl, '(')
	if open < 0 {
		return "", "", false
	}
	depth := 0
	for i := open; i < len(decl); i++ {
		switch decl[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return decl[open : i+1], strings.TrimSpace(decl[i+1:]), true
			}
		}
	}
	return "", "", false
}
