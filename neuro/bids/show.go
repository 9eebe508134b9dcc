package bids

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Show shows what a dataset holds: see [Dataset.Table].
func (d Dataset) Show() display.Bundle { return d.Table().Show() }

// String describes the dataset in a line.
func (d Dataset) String() string {
	s := fmt.Sprintf("%s: %s", d.Name, spell.Count(len(d.Subjects()), "subject"))
	if n := len(d.Sessions()); n > 0 {
		s += ", " + spell.Count(n, "session")
	}
	if t := d.Tasks(); len(t) > 0 {
		s += ", " + plural(len(t), "task") + " " + strings.Join(t, ", ")
	}
	if d.Version != "" {
		s += ", BIDS " + d.Version
	}
	var names []string
	for _, p := range d.Derivatives {
		names = append(names, p.Name)
	}
	if len(names) > 0 {
		s += "; derivatives " + strings.Join(names, ", ")
	}
	return s
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// Table returns what a dataset holds, one row for each kind of recording: where
// it lies, its task, space and description, how many files and subjects there
// are, and how many files a subject has at least and at most.
func (d *Dataset) Table() table.Table {
	type kind struct{ pipeline, datatype, task, space, desc, suffix, extension string }
	type tally struct {
		files    int
		subjects map[string]int
	}
	of := map[kind]*tally{}
	var kinds []kind
	for i := range d.Files {
		f := &d.Files[i]
		if f.Extension == ".json" || f.Subject == "" || f.Datatype == "" || f.Datatype == "figures" {
			continue
		}
		k := kind{f.Pipeline, f.Datatype, f.Task, f.Space, f.Desc, f.Suffix, f.Extension}
		if of[k] == nil {
			of[k] = &tally{subjects: map[string]int{}}
			kinds = append(kinds, k)
		}
		of[k].files++
		of[k].subjects[f.Subject]++
	}
	slices.SortStableFunc(kinds, func(a, b kind) int {
		if n := d.rank(a.pipeline) - d.rank(b.pipeline); n != 0 {
			return n
		}
		for _, p := range [][2]string{{a.datatype, b.datatype}, {a.task, b.task}, {a.suffix, b.suffix}, {a.space, b.space}, {a.desc, b.desc}, {a.extension, b.extension}} {
			if n := strings.Compare(p[0], p[1]); n != 0 {
				return n
			}
		}
		return 0
	})
	t := table.Table{Title: d.String()}
	text := func(name string, of func(kind) string) {
		c, some := table.Col{Name: name, Text: []string{}}, false
		for _, k := range kinds {
			v := of(k)
			some = some || v != ""
			c.Text = append(c.Text, v)
		}
		if some {
			t.Cols = append(t.Cols, c)
		}
	}
	text("pipeline", func(k kind) string { return k.pipeline })
	text("type", func(k kind) string { return k.datatype })
	text("task", func(k kind) string { return k.task })
	text("space", func(k kind) string { return k.space })
	text("desc", func(k kind) string { return k.desc })
	text("suffix", func(k kind) string { return k.suffix })
	text("extension", func(k kind) string { return k.extension })
	n, subjects, each := table.Col{Name: "files", Num: []float64{}}, table.Col{Name: "subjects", Num: []float64{}}, table.Col{Name: "each", Text: []string{}}
	for _, k := range kinds {
		lo, hi := of[k].files, 0
		for _, v := range of[k].subjects {
			lo, hi = min(lo, v), max(hi, v)
		}
		n.Num, subjects.Num = append(n.Num, float64(of[k].files)), append(subjects.Num, float64(len(of[k].subjects)))
		if lo == hi {
			each.Text = append(each.Text, fmt.Sprint(lo))
		} else {
			each.Text = append(each.Text, fmt.Sprintf("%d to %d", lo, hi))
		}
	}
	t.Cols = append(t.Cols, n, subjects, each)
	return t
}

// Show shows the files as a table of what their names say.
func (f Files) Show() display.Bundle {
	t := table.Table{Title: spell.Count(len(f), "file")}
	text := func(name string, of func(*Name) string) {
		c, some := table.Col{Name: name, Text: make([]string, len(f))}, false
		for i := range f {
			c.Text[i] = of(&f[i].Name)
			some = some || c.Text[i] != ""
		}
		if some {
			t.Cols = append(t.Cols, c)
		}
	}
	text("pipeline", func(n *Name) string { return n.Pipeline })
	text("type", func(n *Name) string { return n.Datatype })
	for _, e := range entities {
		text(e.key, func(n *Name) string { return n.get(e.key) })
	}
	text("suffix", func(n *Name) string { return n.Suffix })
	text("extension", func(n *Name) string { return n.Extension })
	return t.Show()
}

// Show shows the runs as a table of what belongs to each.
func (r Runs) Show() display.Bundle {
	name, tr := table.Col{Name: "run", Text: []string{}}, table.Col{Name: "TR", Unit: "s", Num: []float64{}}
	has := []table.Col{{Name: "events", Text: []string{}}, {Name: "confounds", Text: []string{}}, {Name: "mask", Text: []string{}}}
	for _, x := range r {
		name.Text = append(name.Text, x.label())
		if x.TR > 0 {
			tr.Num = append(tr.Num, x.TR)
		} else {
			tr.Num = append(tr.Num, math.NaN())
		}
		for i, path := range []string{x.EventsPath, x.ConfoundsPath, x.MaskPath} {
			word := "yes"
			if path == "" {
				word = "none"
			}
			has[i].Text = append(has[i].Text, word)
		}
	}
	return table.Table{Title: spell.Count(len(r), "run"), Cols: append([]table.Col{name, tr}, has...)}.Show()
}

// rank orders the dataset before its pipelines.
func (d *Dataset) rank(pipeline string) int {
	for i, p := range d.Derivatives {
		if p.Name == pipeline {
			return i + 1
		}
	}
	return 0
}

// Tree returns the files that a query asks for as folders in each other, as
// text; all of them for an empty query. It is an error when there are none.
func (d *Dataset) Tree(q Query) (display.Bundle, error) {
	found, err := d.find(q)
	if err != nil {
		return display.Bundle{}, fmt.Errorf("bids: Tree: %w", err)
	}
	var b strings.Builder
	b.WriteString(d.Name + "\n")
	var before []string
	for _, f := range found {
		parts := strings.Split(d.relative(f.Path), "/")
		same := 0
		for same < len(parts)-1 && same < len(before)-1 && parts[same] == before[same] {
			same++
		}
		for i := same; i < len(parts); i++ {
			b.WriteString(strings.Repeat("  ", i+1) + parts[i])
			if i < len(parts)-1 {
				b.WriteString("/")
			}
			b.WriteString("\n")
		}
		before = parts
	}
	return display.Text(b.String()), nil
}

// relative returns a path from the dataset's folder on, with slashes.
func (d *Dataset) relative(path string) string {
	if r, err := filepath.Rel(d.Dir, path); err == nil {
		return filepath.ToSlash(r)
	}
	return filepath.ToSlash(path)
}
