package bids

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/spell"
)

// A Query says which files are meant: its fields are those of [Name], and one
// that is "" leaves its entity open. [Absent] asks for names that do not have
// the entity, and * and ? stand for any letters. Numbers of runs and echoes
// are compared as numbers, so that Run "1" finds run-01. A key before a value
// ("sub-01") does not count.
//
// Pipeline "" takes the dataset and all of its derivatives, Absent the dataset
// alone.
type Query Name

// Absent asks for files whose name does not have an entity.
const Absent = "(absent)"

// A File is one file of a dataset.
type File struct {
	Name
	Path string // as it is opened
}

// Files are some of a dataset.
type Files []File

// String returns the file's name.
func (f File) String() string { return f.Name.String() }

// matches reports whether a value fits what a query asks for.
func matches(asked, key, value string, index bool) bool {
	switch {
	case asked == "":
		return true
	case asked == Absent:
		return value == ""
	}
	if key != "" {
		asked = strings.TrimPrefix(asked, key+"-")
	}
	if index && value != "" {
		a, errA := strconv.Atoi(asked)
		b, errB := strconv.Atoi(value)
		if errA == nil && errB == nil {
			return a == b
		}
	}
	if strings.ContainsAny(asked, "*?") {
		ok, err := path.Match(asked, value)
		return ok && err == nil && value != ""
	}
	return asked == value
}

func (q *Query) matches(n *Name) bool {
	asked := (*Name)(q)
	for _, e := range entities {
		if e.field != nil && !matches(*e.field(asked), e.key, *e.field(n), e.index) {
			return false
		}
	}
	for key, value := range asked.Other {
		at := place(key)
		if !matches(value, key, n.get(key), at >= 0 && entities[at].index) {
			return false
		}
	}
	ext := q.Extension
	if ext != "" && ext != Absent && ext[0] != '.' && ext[0] != '*' {
		ext = "." + ext
	}
	return matches(q.Suffix, "", n.Suffix, false) && matches(ext, "", n.Extension, false) &&
		matches(q.Datatype, "", n.Datatype, false) && matches(q.Pipeline, "", n.Pipeline, false)
}

// check returns an error for a pattern or a key that nothing can match.
func (q *Query) check() error {
	asked := (*Name)(q)
	for _, key := range asked.keys() {
		v := strings.TrimPrefix(asked.get(key), key+"-")
		if v != Absent && !word(strings.NewReplacer("*", "x", "?", "x").Replace(v)) {
			return fmt.Errorf("%s is %q; a value is letters and digits, with * and ? for any", key, v)
		}
	}
	return nil
}

// Find returns the files that a query asks for, those of the dataset before
// those of its derivatives, by the order of their paths. Names that BIDS does
// not allow are not among them: see [Dataset.Problems].
//
// It is an error when none is found, which says what is there instead, or when
// a value cannot stand in a name.
func (d *Dataset) Find(q Query) (Files, error) {
	found, err := d.find(q)
	if err != nil {
		return nil, fmt.Errorf("bids: Find: %w", err)
	}
	return found, nil
}

func (d *Dataset) find(q Query) (Files, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	var found Files
	for _, f := range d.Files {
		if q.matches(&f.Name) {
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no file of %s has %s%s", d.Name, q.words(), d.instead(q))
	}
	return found, nil
}

// words returns what a query asks for: task-rest, suffix bold.
func (q Query) words() string {
	asked := Name(q)
	var parts []string
	for _, key := range asked.keys() {
		if v := asked.get(key); v == Absent {
			parts = append(parts, "no "+key)
		} else {
			parts = append(parts, key+"-"+strings.TrimPrefix(v, key+"-"))
		}
	}
	for _, p := range [][2]string{{"suffix", q.Suffix}, {"extension", q.Extension}, {"data type", q.Datatype}, {"pipeline", q.Pipeline}} {
		if p[1] != "" {
			parts = append(parts, p[0]+" "+p[1])
		}
	}
	if len(parts) == 0 {
		return "a name"
	}
	return strings.Join(parts, ", ")
}

// instead says which values there are of the first entity that alone leaves no
// file.
func (d *Dataset) instead(q Query) string {
	asked := Name(q)
	type part struct {
		what, value string
		of          func(*Name) string
		only        Query
	}
	var parts []part
	for _, key := range asked.keys() {
		one := Name{}
		one.set(key, asked.get(key))
		parts = append(parts, part{key, asked.get(key), func(n *Name) string { return n.get(key) }, Query(one)})
	}
	parts = append(parts,
		part{"suffix", q.Suffix, func(n *Name) string { return n.Suffix }, Query{Suffix: q.Suffix}},
		part{"extension", q.Extension, func(n *Name) string { return n.Extension }, Query{Extension: q.Extension}},
		part{"data type", q.Datatype, func(n *Name) string { return n.Datatype }, Query{Datatype: q.Datatype}},
		part{"pipeline", q.Pipeline, func(n *Name) string { return n.Pipeline }, Query{Pipeline: q.Pipeline}})
	for _, p := range parts {
		if p.value == "" || slices.ContainsFunc(d.Files, func(f File) bool { return p.only.matches(&f.Name) }) {
			continue
		}
		values := d.values(p.of)
		if len(values) == 0 {
			return fmt.Sprintf("; no name has %s", p.what)
		}
		near := nearest(p.value, values)
		return fmt.Sprintf("; %s is one of %s", p.what, strings.Join(near, ", "))
	}
	return ""
}

// values returns the different values of all names, sorted.
func (d *Dataset) values(of func(*Name) string) []string {
	seen := map[string]bool{}
	for i := range d.Files {
		if v := of(&d.Files[i].Name); v != "" {
			seen[v] = true
		}
	}
	out := make([]string, 0, len(seen))
	for v := range seen {
		out = append(out, v)
	}
	slices.SortFunc(out, natural)
	return out
}

// natural orders values, numbers by their size and before words.
func natural(a, b string) int {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	switch {
	case errX == nil && errY == nil && x != y:
		return x - y
	case (errX == nil) != (errY == nil):
		if errX == nil {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}

// nearest returns up to ten values, those most like the one given first where
// there are more.
func nearest(to string, values []string) []string {
	const most = 10
	if len(values) <= most {
		return values
	}
	near := slices.Clone(values)
	slices.SortStableFunc(near, func(a, b string) int { return spell.Distance(to, a) - spell.Distance(to, b) })
	return append(near[:most:most], fmt.Sprintf("... (%d in all)", len(values)))
}
