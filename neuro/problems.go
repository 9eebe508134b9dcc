package neuro

import (
	"fmt"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Problem is something that is wrong with a file, as Check of the package of its
// format tells and the value that was read keeps.
type Problem struct {
	// Severity is "error" for what cannot be read, "warning" for what is read by a guess
	// or is probably not meant, and "note" for what is odd without effect here.
	Severity string
	Field    string // of the header, in the words of the format; "" for the file
	Text     string // what is there, what is right, and what is made of it
}

// String returns the problem in a line.
func (p Problem) String() string {
	if p.Field == "" {
		return p.Severity + ": " + p.Text
	}
	return p.Severity + ": " + p.Field + ": " + p.Text
}

// Problems are those of one file, the worst first.
type Problems []Problem

// mostProblems is how many of a file are kept, so that a broken one does not drown its
// reader.
const mostProblems = 200

// Add adds a problem; a severity is "error", "warning" or "note". Of hundreds the first
// 200 are kept.
func (p *Problems) Add(severity, field, format string, args ...any) {
	switch {
	case len(*p) < mostProblems:
		*p = append(*p, Problem{severity, field, fmt.Sprintf(format, args...)})
	case len(*p) == mostProblems:
		*p = append(*p, Problem{"warning", "", "there are more problems than these"})
	}
}

// Count returns how many problems have a severity.
func (p Problems) Count(severity string) int {
	n := 0
	for _, x := range p {
		if x.Severity == severity {
			n++
		}
	}
	return n
}

// String returns the problems, one a line.
func (p Problems) String() string {
	var b strings.Builder
	for _, x := range p {
		b.WriteString(x.String() + "\n")
	}
	return b.String()
}

// Show shows the problems as a table.
func (p Problems) Show() display.Bundle {
	if len(p) == 0 {
		return display.Text("no problems found")
	}
	severity, field, text := table.Col{Name: "severity"}, table.Col{Name: "field"}, table.Col{Name: "problem"}
	for _, x := range p {
		severity.Text, field.Text, text.Text = append(severity.Text, x.Severity), append(field.Text, x.Field), append(text.Text, x.Text)
	}
	return table.Table{Cols: []table.Col{severity, field, text}}.Show()
}

// Sorted returns the problems with errors first, then warnings, then notes; not nil,
// so that none are shown as such.
func (p Problems) Sorted() Problems {
	out := Problems{}
	for _, severity := range []string{"error", "warning", "note"} {
		for _, x := range p {
			if x.Severity == severity {
				out = append(out, x)
			}
		}
	}
	return out
}
