package matlab

import (
	"fmt"
	"strconv"
	"strings"
)

// A step of a path is a field or an index.
type step struct {
	field string
	index []int // from 0
}

// parse reads a path: a name, then fields and indexes.
func parse(path string) ([]step, error) {
	var steps []step
	rest := path
	for rest != "" {
		switch rest[0] {
		case '(', '{':
			end := ")"
			if rest[0] == '{' {
				end = "}"
			}
			inner, after, ok := strings.Cut(rest[1:], end)
			if !ok {
				return nil, fmt.Errorf("%q lacks a %s", path, end)
			}
			var s step
			for _, t := range strings.Split(inner, ",") {
				i, err := strconv.Atoi(strings.TrimSpace(t))
				if err != nil || i < 1 {
					return nil, fmt.Errorf("%q has the index %q; whole numbers from 1 on are allowed", path, inner)
				}
				s.index = append(s.index, i-1)
			}
			steps, rest = append(steps, s), after
			if len(steps) == 1 {
				return nil, fmt.Errorf("%q begins with an index; a path begins with a name", path)
			}
		default:
			if len(steps) > 0 {
				if rest[0] != '.' {
					return nil, fmt.Errorf("%q: a dot or an index is needed before %q", path, rest)
				}
				rest = rest[1:]
			}
			n := strings.IndexAny(rest, ".({")
			if n < 0 {
				n = len(rest)
			}
			if n == 0 {
				return nil, fmt.Errorf("%q has an empty name", path)
			}
			steps, rest = append(steps, step{field: rest[:n]}), rest[n:]
		}
	}
	if len(steps) == 0 {
		return nil, fmt.Errorf("the path is empty; the name of a variable is needed")
	}
	return steps, nil
}

// at returns the number of the element that an index means.
func at(index, shape []int) (int, error) {
	n := product(shape)
	if len(index) == 1 {
		if index[0] >= n {
			return 0, fmt.Errorf("element %d was asked for; there are %d", index[0]+1, n)
		}
		return index[0], nil
	}
	if len(index) != len(shape) {
		return 0, fmt.Errorf("an index of %d numbers for %s elements; one number or %d are allowed", len(index), by(shape), len(shape))
	}
	k := 0
	for d := len(shape) - 1; d >= 0; d-- {
		if index[d] >= shape[d] {
			return 0, fmt.Errorf("element %d of dimension %d was asked for; there are %s", index[d]+1, d+1, by(shape))
		}
		k = k*shape[d] + index[d]
	}
	return k, nil
}

// product returns how many elements a shape has; shapes of a file were checked not to
// overflow.
func product(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// Get returns what a path names within a value: "labels", "chanlocs(3).labels", "{2}".
// Otherwise it is [File.Get].
func (v *Value) Get(path string) (*Value, error) {
	full := "." + path
	if strings.HasPrefix(path, "(") || strings.HasPrefix(path, "{") || strings.HasPrefix(path, ".") {
		full = path
	}
	steps, err := parse("value" + full)
	if err == nil {
		v, err = v.walk(steps[1:])
	}
	if err != nil {
		return nil, fmt.Errorf("matlab: Get: %s: %w", path, err)
	}
	return v, nil
}

func (v *Value) walk(steps []step) (*Value, error) {
	if len(steps) == 0 {
		return v, nil
	}
	s := steps[0]
	if s.index != nil {
		k, err := at(s.index, v.Shape)
		if err != nil {
			return nil, err
		}
		return v.element(k).walk(steps[1:])
	}
	if v.Class != "struct" {
		return nil, noField(s.field, v.Class)
	}
	for k, name := range v.Fields {
		if name != s.field {
			continue
		}
		n := product(v.Shape)
		if n == 1 {
			return v.Items[k].walk(steps[1:])
		}
		out := &Value{Class: "cell", Shape: v.Shape}
		for e := range n {
			x, err := v.Items[e*len(v.Fields)+k].walk(steps[1:])
			if err != nil {
				return nil, err
			}
			out.Items = append(out.Items, x)
		}
		return out, nil
	}
	return nil, missing("field", s.field, v.Fields)
}

func noField(field, class string) error {
	if class == "cell" {
		return fmt.Errorf("field %q was asked for of a cell; an element of it has fields, such as {1}.%s", field, field)
	}
	return fmt.Errorf("field %q was asked for of a value of class %s; structs have fields", field, class)
}

// element returns element k: of a cell what is in it.
func (v *Value) element(k int) *Value {
	out := &Value{Class: v.Class, Shape: []int{1, 1}}
	switch {
	case v.Class == "cell":
		return v.Items[k]
	case v.Class == "struct":
		out.Fields = v.Fields
		out.Items = v.Items[k*len(v.Fields) : (k+1)*len(v.Fields) : (k+1)*len(v.Fields)]
	case k < len(v.Values):
		out.Values = v.Values[k : k+1]
		if v.Imag != nil {
			out.Imag = v.Imag[k : k+1]
		}
	case v.Class == "char":
		out.units = v.units[k : k+1]
	}
	return out
}
