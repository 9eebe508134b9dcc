package assist

import (
	"strings"

	"github.com/neurorepl/neurorepl/kernel/lower"
	"github.com/neurorepl/neurorepl/symbols"
)

// A World is what is known of a session.
type World struct {
	Scope *lower.Scope
	// Value describes what a variable holds, in one line; it may be nil.
	Value func(*lower.Object) string
}

// An Item is one way to go on.
type Item struct {
	Text string // replaces the text from Start to End
	Kind string // "package", "function", "type", "variable", "constant", "field", "method", "keyword", "label", "command", "file"
	Type string // signature or type

	match int // how well it goes on from what is typed
	fit   int // how well its type fits the place
	group int
	rank  int // within its group
}

// The groups of items, in their order.
const (
	locals = iota
	session
	packages
	words
)

// A Menu holds the ways to go on at a cursor, the likeliest first. Start and
// End are byte offsets into the text.
type Menu struct {
	Start, End int
	Items      []Item
	typed      string
}

// Complete lists the ways to go on at a byte offset of a text.
//
// Names that start with what is typed come first, then those that differ in
// case; failing both, those whose words start with it (NHH for NewHH) or that
// contain it. Among equals, what fits the type that the place wants (the
// parameter of a call, the left side of an assignment, a result) comes before
// what does not, local names before those of the session, those before
// packages, and Go's own words come last.
func Complete(w World, text string, cursor int) Menu {
	cursor = boundary(text, cursor)
	if at, ok := commandLine(text, cursor); ok {
		return completeCommand(w, text, cursor, at)
	}
	return completeGo(w, commandLines(text), cursor)
}

func completeGo(w World, text string, cursor int) Menu {
	before := text[:cursor]
	start := wordStart(before)
	m := Menu{Start: start, End: wordEnd(text, cursor), typed: before[start:]}
	switch where, at := lexical(before); where {
	case inComment, inRune:
		return Menu{Start: cursor, End: cursor}
	case inString, inRawString:
		if importing(before[:at-1]) {
			return importPaths(text, cursor, at)
		}
		return files(text, cursor, at, quoting(where), extensions(before[:at-1]))
	}
	if number(m.typed) || strings.HasSuffix(before[:start], "..") {
		return m
	}
	p := look(w.Scope, text, cursor)
	switch {
	case p.label != nil:
		p.labels(&m)
	case p.sel != nil:
		p.members(&m)
	case p.lit != nil && p.fields(&m):
	default:
		p.names(&m)
	}
	m.sort()
	return m
}

// importPaths lists the packages that can be imported. What stands before the
// cursor is the start of a path or of its last element, or a part of it.
func importPaths(text string, cursor, at int) Menu {
	m := Menu{Start: at, End: literalEnd(text, cursor), typed: text[at:cursor]}
	for _, p := range symbols.Packages() {
		it := Item{Text: p.Path, Kind: "package", Type: p.Name, match: match(p.Path, m.typed), group: 1}
		if base := p.Path[strings.LastIndexByte(p.Path, '/')+1:]; it.match > sameCase && hasPrefixFold(base, m.typed) {
			it.match = anyCase
		}
		if p.Own {
			it.group = 0
		}
		if it.match != no {
			m.Items = append(m.Items, it)
		}
	}
	m.sort()
	return m
}

// literalEnd is where the string that the cursor is in ends.
func literalEnd(text string, from int) int {
	for from < len(text) && text[from] != '"' && text[from] != '`' && text[from] != '\n' {
		from++
	}
	return from
}
