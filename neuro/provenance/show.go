package provenance

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// mostShown is how many cells, seeds and inputs the table lists; Save writes
// all.
const mostShown = 12

// Show shows the record as a table, with the JSON beside it.
func (r Record) Show() display.Bundle {
	rows := r.rows()
	width := 0
	for _, row := range rows {
		width = max(width, utf8.RuneCountInString(row[0]))
	}
	var text, page strings.Builder
	page.WriteString("<table>")
	for _, row := range rows {
		fmt.Fprintf(&text, "%-*s  %s\n", width, row[0], row[1])
		fmt.Fprintf(&page, `<tr><th style="text-align: left">%s</th><td style="text-align: left">%s</td></tr>`, html.EscapeString(row[0]), html.EscapeString(row[1]))
	}
	page.WriteString("</table>")
	return display.Bundle{Data: map[string]any{display.TypeText: strings.TrimSuffix(text.String(), "\n"), display.TypeHTML: page.String()}}
}

func (r Record) rows() (rows [][2]string) {
	add := func(name, format string, args ...any) {
		rows = append(rows, [2]string{name, fmt.Sprintf(format, args...)})
	}
	add("program", "%s %s", r.Program, r.Version)
	if r.Commit != "" {
		state := ""
		if r.Modified {
			state = ", with changes"
		}
		add("commit", "%s%s", r.Commit, state)
	}
	add("Go", "%s %s/%s", r.Go, r.OS, r.Arch)
	add("CPU", "kernels %s, features %s, %d threads", r.Kernels, strings.Join(r.Features, " "), r.Threads)
	if len(r.Arguments) > 0 {
		add("arguments", "%s", strings.Join(r.Arguments, " "))
	}
	var names []string
	for name := range r.Environment {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		add("environment", "%s=%s", name, r.Environment[name])
	}
	if !r.Started.IsZero() {
		add("started", "%s, %.1f s ago", r.Started.Format(time.RFC3339), r.Seconds)
	}
	if r.Script != nil {
		add("script", "%s  sha256 %s", r.Script.Name, r.Script.SHA256)
	}
	if n := len(r.Cells); n > 0 {
		add("cells", "%d, sha256 of all %s", n+r.MoreCells, r.Source)
		for _, c := range r.Cells[max(0, n-mostShown):] {
			state := ""
			if c.Failed {
				state = ", failed"
			}
			add(fmt.Sprintf("  [%d]", c.Count), "sha256 %s…, %.3g s%s", c.SHA256[:16], c.Seconds, state)
		}
	}
	for i, s := range r.Seeds {
		if i == mostShown {
			break
		}
		if s.Last > s.Seed {
			add("seeds", "%d to %d in %s", s.Seed, s.Last, s.Call)
		} else {
			add("seed", "%d in %s", s.Seed, s.Call)
		}
	}
	if n := len(r.Seeds) + r.MoreSeeds - mostShown; n > 0 {
		add("", "and %d more seeds", n)
	}
	for i, f := range r.Inputs {
		if i == mostShown {
			break
		}
		what := "sha256 " + f.SHA256
		if f.SHA256 == "" {
			what = "no hash: " + f.Problem
		}
		add("input", "%s  %d bytes  %s", f.Path, f.Bytes, what)
	}
	if n := len(r.Inputs) + r.MoreInputs - mostShown; n > 0 {
		add("", "and %d more inputs", n)
	}
	return rows
}
