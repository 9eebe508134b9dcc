package table

import (
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// A Tabler is a result that says which table it is.
type Tabler interface{ Table() Table }

// widest is how many columns a matrix may become.
const widest = 64

// Of returns any result as a table.
//
// A [Tabler] gives its own. Of anything else the table is made from exported fields, by their names
// and units (the tag "unit"), those of structs within named "Outer.Inner":
//
//   - a slice of structs has a row for each element;
//   - a struct of numbers and words alone has one row;
//   - where slices are among the fields and are equally long, such as the frequencies and the
//     powers of a spectrum, each element is a row; a matrix with as many rows gives a column for each
//     of its own, "x[0]", and what is no slice is repeated;
//   - all else is one row for each value: its field, its index ("2" or "2,0") and the value, with a
//     column of text where words are among them.
//
// Nothing that is exported is left out but functions and channels. Whole numbers that a float64 does
// not hold become words; complex numbers have columns "x.real" and "x.imag".
//
// A value without anything of this kind is an error.
func Of(v any) (Table, error) {
	switch x := v.(type) {
	case Table:
		return x, nil
	case *Table:
		if x != nil {
			return *x, nil
		}
	case Col:
		return Table{Cols: []Col{x}}, nil
	case Tabler:
		if r := reflect.ValueOf(v); r.Kind() != reflect.Pointer || !r.IsNil() {
			return x.Table(), nil
		}
	}
	leaves := leavesOf(v)
	if len(leaves) == 0 {
		return Table{}, fmt.Errorf("table: Of: %T holds no numbers or words", v)
	}
	if t, ok := rowsOf(leaves); ok {
		t.Title = typeName(v)
		return t, nil
	}
	t := longOf(leaves)
	t.Title = typeName(v)
	return t, nil
}

func typeName(v any) string {
	t := reflect.TypeOf(v)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice && t.Elem().Name() != "" && t.Name() == "" {
		t = t.Elem()
	}
	if t.PkgPath() == "" {
		return ""
	}
	return t.String()
}

// rowsOf returns leaves side by side, where their lengths allow it.
func rowsOf(leaves []leaf) (Table, bool) {
	rows := -1
	wide := 0
	for _, a := range leaves {
		switch {
		case a.depth == 0:
			continue
		case a.depth > 2 || !a.full():
			return Table{}, false
		case a.depth == 2:
			if wide += a.dims[1]; a.dims[1] > widest || a.dims[1] == 0 {
				return Table{}, false
			}
		}
		if rows >= 0 && rows != a.dims[0] {
			return Table{}, false
		}
		rows = a.dims[0]
	}
	switch {
	case rows < 0:
		rows = 1
	case rows == 0: // nothing to repeat the others beside
		for _, a := range leaves {
			if a.depth == 0 {
				return Table{}, false
			}
		}
	}
	var t Table
	for _, a := range leaves {
		if a.depth == 2 {
			n := a.dims[1]
			for k := range n {
				c := Col{Name: a.path + "[" + strconv.Itoa(k) + "]", Unit: a.unit}
				for i := range rows {
					if a.text != nil {
						c.Text = append(c.Text, a.text[i*n+k])
					} else {
						c.Num = append(c.Num, a.num[i*n+k])
					}
				}
				t.Cols = append(t.Cols, c)
			}
			continue
		}
		c := Col{Name: a.path, Unit: a.unit, Num: a.num, Text: a.text}
		if a.depth == 0 && rows != 1 {
			c.Num, c.Text = nil, nil
			for range rows {
				if a.text != nil {
					c.Text = append(c.Text, a.text[0])
				} else {
					c.Num = append(c.Num, a.num[0])
				}
			}
		} else { // of its own
			c.Num, c.Text = append([]float64(nil), a.num...), append([]string(nil), a.text...)
			if a.text != nil && c.Text == nil {
				c.Text = []string{}
			}
		}
		t.Cols = append(t.Cols, c)
	}
	return t, true
}

// longOf returns a row for each value.
func longOf(leaves []leaf) Table {
	var field, index, text, unit []string
	var value []float64
	words, units := false, false
	for _, a := range leaves {
		if !a.full() { // its places are in the column of indices
			words = words || a.text != nil
		}
		if strings.HasSuffix(a.path, ".index") && a.kind == whole && a.depth == 2 && ragged(leaves, strings.TrimSuffix(a.path, ".index")) {
			continue
		}
		units = units || a.unit != ""
		words = words || a.text != nil
		for i := range a.len() {
			field, unit = append(field, a.path), append(unit, a.unit)
			var parts []string
			for _, k := range a.index[i*a.depth : (i+1)*a.depth] {
				parts = append(parts, strconv.Itoa(int(k)))
			}
			index = append(index, strings.Join(parts, ","))
			if a.text != nil {
				text, value = append(text, a.text[i]), append(value, math.NaN())
			} else {
				text, value = append(text, ""), append(value, a.num[i])
			}
		}
	}
	t := Table{Cols: []Col{{Name: "field", Text: nonNil(field)}, {Name: "index", Text: nonNil(index)}, {Name: "value", Num: value}}}
	if units {
		t.Cols = append(t.Cols, Col{Name: "unit", Text: unit})
	}
	if words {
		t.Cols = append(t.Cols, Col{Name: "text", Text: nonNil(text)})
	}
	return t
}

func nonNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func ragged(leaves []leaf, path string) bool {
	for _, a := range leaves {
		if a.path == path {
			return !a.full()
		}
	}
	return false
}

// Save writes any result to a file, in the way of its ending:
//
//	.csv, .tsv    the table that [Of] returns, as [Table.Write]; compressed when .gz follows
//	.json         its exported fields by their names, as deep as they go; a table as records
//	.npz          an array of NumPy for each exported field, of its own shape; of lists of unequal
//	              lengths all values in one, and their places in a second called "x.index"
//	.npy          a list of numbers, or of lists of one length, as an array; anything else as the
//	              structured array of the table that Of returns
//
// What is missing is written as [Table.Write] does: NaN is null in JSON. A result whose exported
// fields hold nothing but that is a [Tabler] is saved as its table. Numbers keep all their bits.
//
// Errors: those of Of and Write.
func Save(path string, v any) error {
	kind, packed := ending(path)
	if t, ok := asTable(v); ok {
		return renamed(t.Write(path))
	}
	leaves := leavesOf(v)
	own, isTabler := v.(Tabler)
	if len(leaves) == 0 && isTabler && !isNil(v) {
		return renamed(own.Table().Write(path))
	}
	if len(leaves) == 0 {
		return fmt.Errorf("table: Save: %T holds no numbers or words", v)
	}
	var encode func(w io.Writer) error
	switch {
	case packed:
	case kind == ".json":
		encode = func(w io.Writer) error { return encodeJSON(w, v) }
	case kind == ".npz":
		encode = func(w io.Writer) error { return writeArrays(w, leaves) }
	case kind == ".npy" && len(leaves) == 1 && leaves[0].full() && leaves[0].path == "value":
		encode = leaves[0].npy
	}
	if encode != nil {
		return save("Save", path, false, encode)
	}
	t, err := Of(v)
	if err != nil {
		return err
	}
	return renamed(t.Write(path))
}

func isNil(v any) bool {
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Pointer && r.IsNil()
}

func asTable(v any) (Table, bool) {
	switch x := v.(type) {
	case Table:
		return x, true
	case *Table:
		if x != nil {
			return *x, true
		}
	case Col:
		return Table{Cols: []Col{x}}, true
	}
	return Table{}, false
}

// renamed is an error of Write in the name of Save.
func renamed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("table: Save: %w", unprefixed{err})
}

type unprefixed struct{ error }

func (e unprefixed) Error() string { return strings.TrimPrefix(e.error.Error(), "table: Write: ") }
func (e unprefixed) Unwrap() error { return e.error }
