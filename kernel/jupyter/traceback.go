package jupyter

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/session"
)

// The colours of a traceback, as front ends read them.
const (
	red   = "\x1b[1;31m"
	cyan  = "\x1b[36m"
	plain = "\x1b[0m"
)

// mostExcerpts is how many lines of the cell a traceback quotes.
const mostExcerpts = 5

var position = regexp.MustCompile(`cell \[\d+\]:(\d+)(?::(\d+))?`)

// traceback is what front ends print: the error, then where it came from. Each
// position names its cell, line and column; the lines that are of the cell
// itself, whose name and text are given, are quoted.
func traceback(e *session.Error, name, code string) []string {
	var out []string
	source := strings.Split(code, "\n")
	quoted := map[string]bool{}
	add := func(line string) {
		out = append(out, position.ReplaceAllString(line, cyan+"$0"+plain))
		at := position.FindStringSubmatch(line)
		if at == nil || name == "" || !strings.HasPrefix(at[0], name+":") || quoted[at[0]] || len(quoted) == mostExcerpts {
			return
		}
		quoted[at[0]] = true
		n, _ := strconv.Atoi(at[1])
		column, _ := strconv.Atoi(at[2])
		if n >= 1 && n <= len(source) {
			out = append(out, excerpt(source[n-1], n, column)...)
		}
	}
	for i, line := range strings.Split(strings.TrimRight(e.Error(), "\n"), "\n") {
		if kind, rest, ok := strings.Cut(line, ": "); i == 0 && ok && kind == e.Kind {
			add(rest)
			out[0] = red + kind + plain + ": " + out[0]
			continue
		}
		add(line)
	}
	for _, line := range e.Trace {
		add(line)
	}
	return out
}

// excerpt quotes line n of a cell with a mark below a column, counted from 1 in
// bytes as Go does; column 0 is unknown.
func excerpt(line string, n, column int) []string {
	line = strings.TrimRight(line, "\r")
	prefix := fmt.Sprintf("%4d | ", n)
	out := []string{prefix + line}
	if column < 1 || column > len(line)+1 {
		return out
	}
	blank := func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}
	return append(out, strings.Repeat(" ", len(prefix)-2)+"| "+strings.Map(blank, line[:column-1])+red+"^"+plain)
}
