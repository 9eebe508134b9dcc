package table

import (
	"encoding"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// The kinds of numbers of a leaf.
const (
	number = iota
	whole
	truth
)

// A leaf is what stands at one path of fields of a value: a number or word, or, where slices, arrays
// or maps are on the way, an array of them.
type leaf struct {
	path  string
	unit  string
	depth int     // of indices
	index []int32 // depth for each value
	dims  []int   // extent of each index
	kind  int
	num   []float64
	text  []string
}

func (a leaf) len() int { return max(len(a.num), len(a.text)) }

func (a leaf) head() string { return Col{Name: a.path, Unit: a.unit}.head() }

// full reports whether every place of the extents has a value.
func (a leaf) full() bool {
	n := 1
	for _, d := range a.dims {
		n *= d
	}
	return n == a.len()
}

// shape returns the extents; a ragged array is a list, whose places another one holds.
func (a leaf) shape() []int {
	if a.full() {
		return a.dims
	}
	return []int{a.len()}
}

// A walker collects the leaves of a value.
type walker struct {
	leaves []*leaf
	at     map[string]*leaf
	way    map[uintptr]bool // pointers on the way here: a ring ends
}

// leavesOf returns what a value holds in exported fields, in the order in which they are declared;
// of ragged arrays their places follow, as an array of their own.
func leavesOf(v any) []leaf {
	w := &walker{at: map[string]*leaf{}, way: map[uintptr]bool{}}
	w.walk(reflect.ValueOf(v), "", "", nil)
	var out []leaf
	for _, a := range w.leaves {
		if a.path == "" {
			a.path = "value"
		}
		out = append(out, *a)
		if !a.full() {
			places := leaf{path: a.path + ".index", depth: 2, dims: []int{a.len(), a.depth}, kind: whole, num: []float64{}}
			for _, i := range a.index {
				places.num = append(places.num, float64(i))
			}
			out = append(out, places)
		}
	}
	return out
}

// leaves returns the columns as leaves.
func (t Table) leaves() []leaf {
	out := make([]leaf, len(t.Cols))
	for j, c := range t.Cols {
		out[j] = leaf{path: c.Name, unit: c.Unit, depth: 1, dims: []int{c.Len()}, num: c.Num, text: c.Text}
	}
	return out
}

// leaf returns the leaf of a path.
func (w *walker) leaf(path, unit string, index []int32) *leaf {
	a := w.at[path]
	if a == nil {
		a = &leaf{path: path, unit: unit, depth: len(index), dims: make([]int, len(index))}
		w.at[path] = a
		w.leaves = append(w.leaves, a)
	}
	for len(a.dims) < len(index) { // an empty list of lists, then one that is not
		a.dims = append(a.dims, 0)
		a.depth++
	}
	for k, i := range index {
		a.dims[k] = max(a.dims[k], int(i)+1)
	}
	return a
}

func (w *walker) number(path, unit string, index []int32, kind int, x float64) {
	a := w.leaf(path, unit, index)
	if a.num == nil {
		a.kind = kind
	} else if a.kind != kind {
		a.kind = number
	}
	a.num = append(a.num, x)
	a.index = append(a.index, index...)
}

func (w *walker) word(path, unit string, index []int32, s string) {
	a := w.leaf(path, unit, index)
	a.text = append(a.text, s)
	a.index = append(a.index, index...)
}

// exact is the largest size of whole numbers that float64 holds all of.
const exact = 1 << 53

func (w *walker) walk(v reflect.Value, path, unit string, index []int32) {
	if !v.IsValid() {
		return
	}
	if v.CanInterface() {
		switch x := v.Interface().(type) {
		case Table:
			for _, c := range x.Cols {
				w.walk(reflect.ValueOf(c.Num), under(path, c.Name), c.Unit, index)
				w.walk(reflect.ValueOf(c.Text), under(path, c.Name), c.Unit, index)
			}
			return
		case encoding.TextMarshaler:
			if v.Kind() == reflect.Pointer && v.IsNil() {
				return
			}
			if b, err := x.MarshalText(); err == nil {
				w.word(path, unit, index, string(b))
				return
			}
		}
	}
	switch v.Kind() {
	case reflect.Bool:
		x := 0.0
		if v.Bool() {
			x = 1
		}
		w.number(path, unit, index, truth, x)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		w.integer(path, unit, index, v.Int() > exact || v.Int() < -exact, float64(v.Int()), strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		w.integer(path, unit, index, v.Uint() > exact, float64(v.Uint()), strconv.FormatUint(v.Uint(), 10))
	case reflect.Float32, reflect.Float64:
		w.number(path, unit, index, number, v.Float())
	case reflect.Complex64, reflect.Complex128:
		w.number(under(path, "real"), unit, index, number, real(v.Complex()))
		w.number(under(path, "imag"), unit, index, number, imag(v.Complex()))
	case reflect.String:
		w.word(path, unit, index, v.String())
	case reflect.Interface:
		w.walk(v.Elem(), path, unit, index)
	case reflect.Pointer:
		if v.IsNil() || w.way[v.Pointer()] {
			return
		}
		w.way[v.Pointer()] = true
		w.walk(v.Elem(), path, unit, index)
		delete(w.way, v.Pointer())
	case reflect.Slice, reflect.Array:
		w.list(v, path, unit, index)
	case reflect.Map:
		keys := v.MapKeys()
		names := make([]string, len(keys))
		for i, k := range keys {
			names[i] = keyName(k)
		}
		sort.Sort(byName{names, keys})
		for i, k := range keys {
			w.walk(v.MapIndex(k), under(path, names[i]), unit, index)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() {
				continue
			}
			name := under(path, f.Name)
			if f.Anonymous {
				name = path
			}
			u := f.Tag.Get("unit")
			if u == "" {
				u = unit
			}
			w.walk(v.Field(i), name, u, index)
		}
	}
}

func (w *walker) integer(path, unit string, index []int32, large bool, x float64, text string) {
	if a := w.at[path]; large || a != nil && a.text != nil {
		if a != nil && a.num != nil { // the first that is too large: all become words
			for _, v := range a.num {
				a.text = append(a.text, strconv.FormatFloat(v, 'f', -1, 64))
			}
			a.num = nil
		}
		w.word(path, unit, index, text)
		return
	}
	w.number(path, unit, index, whole, x)
}

// list walks the elements of a slice or an array.
func (w *walker) list(v reflect.Value, path, unit string, index []int32) {
	n := v.Len()
	inner := append(slices.Clone(index), 0)
	if n == 0 {
		w.empty(v.Type().Elem(), path, unit, index)
		return
	}
	if x, ok := floats(v); ok { // at once
		inner[len(inner)-1] = int32(n - 1)
		a := w.leaf(path, unit, inner)
		a.num = append(a.num, x...)
		a.index = slices.Grow(a.index, n*len(inner))
		for i := range n {
			inner[len(inner)-1] = int32(i)
			a.index = append(a.index, inner...)
		}
		return
	}
	for i := range n {
		inner[len(inner)-1] = int32(i)
		w.walk(v.Index(i), path, unit, inner)
	}
}

func floats(v reflect.Value) ([]float64, bool) {
	if v.Kind() != reflect.Slice || v.Type().Elem().Kind() != reflect.Float64 || !v.CanInterface() {
		return nil, false
	}
	x, ok := v.Convert(reflect.TypeFor[[]float64]()).Interface().([]float64)
	return x, ok
}

// empty makes a leaf of no values, so that a list without elements has its place.
func (w *walker) empty(t reflect.Type, path, unit string, index []int32) {
	depth := len(index) + 1
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Array || t.Kind() == reflect.Pointer {
		if t.Kind() != reflect.Pointer {
			depth++
		}
		t = t.Elem()
	}
	kind := number
	text := false
	switch t.Kind() {
	case reflect.Bool:
		kind = truth
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		kind = whole
	case reflect.Float32, reflect.Float64:
	case reflect.String:
		text = true
	default:
		return
	}
	if w.at[path] != nil {
		return
	}
	a := &leaf{path: path, unit: unit, depth: depth, dims: make([]int, depth), kind: kind}
	if text {
		a.text = []string{}
	} else {
		a.num = []float64{}
	}
	w.at[path] = a
	w.leaves = append(w.leaves, a)
}

func keyName(k reflect.Value) string {
	switch k.Kind() {
	case reflect.String:
		return k.String()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(k.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(k.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(k.Float(), 'g', -1, 64)
	case reflect.Array, reflect.Struct:
		var parts []string
		w := &walker{at: map[string]*leaf{}, way: map[uintptr]bool{}}
		w.walk(k, "", "", nil)
		for _, a := range w.leaves {
			for _, x := range a.num {
				parts = append(parts, strconv.FormatFloat(x, 'g', -1, 64))
			}
			parts = append(parts, a.text...)
		}
		return strings.Join(parts, ",")
	case reflect.Interface:
		return keyName(k.Elem())
	case reflect.Bool:
		return strconv.FormatBool(k.Bool())
	}
	return k.Type().String()
}

type byName struct {
	names []string
	keys  []reflect.Value
}

func (b byName) Len() int { return len(b.names) }
func (b byName) Less(i, j int) bool {
	x, errX := strconv.ParseFloat(b.names[i], 64)
	y, errY := strconv.ParseFloat(b.names[j], 64)
	if errX == nil && errY == nil && x != y {
		return x < y
	}
	return b.names[i] < b.names[j]
}
func (b byName) Swap(i, j int) {
	b.names[i], b.names[j] = b.names[j], b.names[i]
	b.keys[i], b.keys[j] = b.keys[j], b.keys[i]
}

func under(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
