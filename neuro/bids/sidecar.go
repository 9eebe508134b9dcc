package bids

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Sidecar holds what the JSON files that apply to a recording say about it.
type Sidecar struct {
	// Values are numbers (float64), text, booleans, lists ([]any) and tables
	// (map[string]any), by their field: RepetitionTime, SliceTiming, EchoTime.
	Values map[string]any
	// From tells the file that each field is from.
	From map[string]string
	// Files are those that apply, from the widest to the closest.
	Files []string
}

// Float returns a field that is a number, false when it is missing or none.
func (s Sidecar) Float(field string) (float64, bool) {
	v, ok := s.Values[field].(float64)
	return v, ok
}

// Floats returns a field that is a list of numbers, false when it is missing or
// anything else.
func (s Sidecar) Floats(field string) ([]float64, bool) {
	list, ok := s.Values[field].([]any)
	if !ok {
		return nil, false
	}
	out := make([]float64, len(list))
	for i, v := range list {
		if out[i], ok = v.(float64); !ok {
			return nil, false
		}
	}
	return out, true
}

// Text returns a field that is text, false when it is missing or none.
func (s Sidecar) Text(field string) (string, bool) {
	v, ok := s.Values[field].(string)
	return v, ok
}

// Show shows the fields as a table, with the file that each is from.
func (s Sidecar) Show() display.Bundle {
	field, value, from := table.Col{Name: "field", Text: []string{}}, table.Col{Name: "value", Text: []string{}}, table.Col{Name: "from", Text: []string{}}
	for _, key := range sortedKeys(s.Values) {
		text, err := json.Marshal(s.Values[key])
		if err != nil { // of what JSON gave
			text = []byte(fmt.Sprint(s.Values[key]))
		}
		const most = 60
		word := []rune(strings.Trim(string(text), `"`))
		if len(word) > most {
			word = append(word[:most-3:most-3], []rune("...")...)
		}
		field.Text, value.Text, from.Text = append(field.Text, key), append(value.Text, string(word)), append(from.Text, filepath.Base(s.From[key]))
	}
	return table.Table{Title: "Sidecar", Cols: []table.Col{field, value, from}}.Show()
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// parsed is the content of a JSON file, or why it has none.
type parsed struct {
	values map[string]any
	err    error
}

// read returns the content of a JSON file, which is read once.
func (d *Dataset) read(path string) (map[string]any, error) {
	if p, ok := d.json[path]; ok {
		return p.values, p.err
	}
	var p parsed
	p.values, p.err = readJSON(path)
	d.json[path] = p
	return p.values, p.err
}

func readJSON(path string) (map[string]any, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, files.Plain(err)
	}
	provenance.File(path)
	return parseJSON(data)
}

func parseJSON(data []byte) (map[string]any, error) {
	var values map[string]any
	if err := json.Unmarshal(clean(data), &values); err != nil {
		return nil, fmt.Errorf("is not JSON with named fields: %w", err)
	}
	return values, nil
}

// applies reports whether of, in its folder or one above, applies to n: each of
// its entities is one of n (the inheritance principle). Entities in but are not
// looked at.
func applies(of, n *Name, but ...string) bool {
	for _, e := range entities {
		v := of.get(e.key)
		if v != "" && v != n.get(e.key) && !slices.Contains(but, e.key) && !(e.index && matches(v, "", n.get(e.key), true) && n.get(e.key) != "") {
			return false
		}
	}
	for key, v := range of.Other {
		if place(key) < 0 && v != "" && v != n.Other[key] {
			return false
		}
	}
	return true
}

// above reports whether a file in folder dir may apply to one at path.
func above(dir, path string) bool {
	inner := filepath.Dir(path)
	return dir == inner || strings.HasPrefix(inner, dir+string(filepath.Separator)) || dir == "."
}

// inherited returns the files with one of the suffixes and extensions that
// apply to a file, from the widest to the closest.
func (d *Dataset) inherited(f File, suffix, extension string, but ...string) []File {
	var out []File
	for _, c := range d.Files {
		if c.Pipeline == f.Pipeline && c.Suffix == suffix && c.Extension == extension && above(filepath.Dir(c.Path), f.Path) && applies(&c.Name, &f.Name, but...) {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b File) int {
		if n := len(filepath.Dir(a.Path)) - len(filepath.Dir(b.Path)); n != 0 {
			return n
		}
		return len(a.keys()) - len(b.keys())
	})
	return out
}

// Sidecar returns what the JSON files that apply to a recording say: those in
// its folder and the ones above, with its suffix, whose entities are all among
// its own. A field of a closer file, and within a folder of one with more
// entities, takes the place of the same field of a wider one.
//
// It is an error, naming the file, when one of them is not JSON.
//
// BIDS 1.10, "The inheritance principle".
func (d *Dataset) Sidecar(f File) (Sidecar, error) {
	s, err := d.sidecar(f)
	if err != nil {
		return s, fmt.Errorf("bids: Sidecar: %w", err)
	}
	return s, nil
}

func (d *Dataset) sidecar(f File) (Sidecar, error) {
	s := Sidecar{Values: map[string]any{}, From: map[string]string{}}
	for _, c := range d.inherited(f, f.Suffix, ".json") {
		values, err := d.read(c.Path)
		if err != nil {
			return s, fmt.Errorf("%s: %w", c.Path, err)
		}
		s.Files = append(s.Files, c.Path)
		for field, v := range values {
			s.Values[field], s.From[field] = v, c.Path
		}
	}
	return s, nil
}
