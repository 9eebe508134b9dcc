package display

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"reflect"
	"strconv"
	"strings"
)

// longest is how many elements of a slice, or rows of a matrix, text shows.
const longest = 12

// Of returns how v is shown: by its own Show method if it is a [Shower], as a
// picture if it is an image.Image, and otherwise as text. Text of a struct has
// one field per line with the unit of its `unit` tag; long slices are
// shortened and say how long they are.
//
// A Show method that panics gives a bundle that says so, not a panic.
func Of(v any) (b Bundle) {
	defer func() {
		if r := recover(); r != nil {
			b = Text(fmt.Sprintf("%T (its Show method failed: %v)", v, r))
		}
	}()
	if s, ok := v.(Shower); ok && !isNil(v) {
		return s.Show()
	}
	if im, ok := v.(image.Image); ok && !isNil(v) {
		var buf bytes.Buffer
		if err := png.Encode(&buf, im); err == nil {
			return PNG(buf.Bytes())
		}
	}
	return Text(Format(v))
}

func isNil(v any) bool {
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
		return r.IsNil()
	}
	return v == nil
}

// Format returns v as the text in which a cell shows it.
func Format(v any) string {
	switch x := v.(type) {
	case nil:
		return "nil"
	case string:
		return strconv.Quote(x)
	case error:
		if isNil(v) {
			return "nil"
		}
		return x.Error()
	case fmt.Stringer:
		if isNil(v) {
			return "nil"
		}
		return x.String()
	case matrix:
		if isNil(v) {
			return "nil"
		}
		return formatMatrix(x)
	}
	return formatValue(reflect.ValueOf(v), "", 0)
}

// matrix is what gonum's matrices have in common.
type matrix interface {
	Dims() (r, c int)
	At(i, j int) float64
}

func formatMatrix(m matrix) string {
	r, c := m.Dims()
	rows := make([][]float64, 0, min(r, longest))
	for i := 0; i < min(r, longest); i++ {
		row := make([]float64, 0, min(c, longest))
		for j := 0; j < min(c, longest); j++ {
			row = append(row, m.At(i, j))
		}
		rows = append(rows, row)
	}
	return fmt.Sprintf("%d x %d matrix\n", r, c) + grid(rows, r, c)
}

// grid aligns rows of numbers; r and c are the sizes of the whole.
func grid(rows [][]float64, r, c int) string {
	cells := make([][]string, len(rows))
	width := 0
	for i, row := range rows {
		for _, x := range row {
			s := Number(x)
			cells[i] = append(cells[i], s)
			width = max(width, len(s))
		}
	}
	var b strings.Builder
	for i, row := range cells {
		if i > 0 {
			b.WriteByte('\n')
		}
		for j, s := range row {
			if j > 0 {
				b.WriteString("  ")
			}
			b.WriteString(strings.Repeat(" ", width-len(s)) + s)
		}
		if c > len(row) {
			b.WriteString("  ...")
		}
	}
	if r > len(rows) {
		b.WriteString("\n...")
	}
	return b.String()
}

// Number returns x as tables and cells show it: at most six significant
// digits, whole numbers in full.
func Number(x float64) string {
	if x == float64(int64(x)) && x < 1e15 && x > -1e15 {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'g', 6, 64)
}

func formatValue(v reflect.Value, indent string, depth int) string {
	if !v.IsValid() {
		return "nil"
	}
	switch v.Kind() {
	case reflect.Float64, reflect.Float32:
		if depth == 0 {
			return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())
		}
		return Number(v.Float())
	case reflect.String:
		return strconv.Quote(v.String())
	case reflect.Pointer:
		if v.IsNil() {
			return "nil"
		}
		if v.Elem().Kind() == reflect.Struct && depth < 3 {
			return "&" + formatValue(v.Elem(), indent, depth)
		}
		return fmt.Sprintf("%v", v)
	case reflect.Interface:
		if v.IsNil() {
			return "nil"
		}
		return formatValue(v.Elem(), indent, depth)
	case reflect.Slice, reflect.Array:
		return formatSlice(v, indent, depth)
	case reflect.Struct:
		if depth < 3 {
			return formatStruct(v, indent, depth)
		}
	case reflect.Map:
		if v.Len() > longest {
			return fmt.Sprintf("%s of %d", v.Type(), v.Len())
		}
	}
	if v.CanInterface() {
		return fmt.Sprintf("%v", v.Interface())
	}
	return fmt.Sprintf("%v", v)
}

func formatSlice(v reflect.Value, indent string, depth int) string {
	if v.Kind() == reflect.Slice && v.IsNil() {
		return "nil"
	}
	if v.Len() > 0 && v.Index(0).Kind() == reflect.Slice && v.Type().Elem().Elem().Kind() == reflect.Float64 && depth == 0 {
		var rows [][]float64
		for i := 0; i < min(v.Len(), longest); i++ {
			row := v.Index(i)
			var out []float64
			for j := 0; j < min(row.Len(), longest); j++ {
				out = append(out, row.Index(j).Float())
			}
			rows = append(rows, out)
		}
		return fmt.Sprintf("%s of %d x %d\n", v.Type(), v.Len(), v.Index(0).Len()) + grid(rows, v.Len(), v.Index(0).Len())
	}
	parts := make([]string, 0, longest+1)
	n := v.Len()
	for i := 0; i < n; i++ {
		if n > longest && i == longest/2 {
			parts = append(parts, "...")
			i = n - longest/2
		}
		parts = append(parts, formatValue(v.Index(i), indent, depth+1))
	}
	s := "[" + strings.Join(parts, " ") + "]"
	if n > longest {
		s += fmt.Sprintf(" (%d values)", n)
	}
	return s
}

func formatStruct(v reflect.Value, indent string, depth int) string {
	t := v.Type()
	if t.NumField() == 0 {
		return t.String() + "{}"
	}
	width := 0
	for i := 0; i < t.NumField(); i++ {
		width = max(width, len(t.Field(i).Name))
	}
	var b strings.Builder
	b.WriteString(t.String())
	inner := indent + "  "
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		fmt.Fprintf(&b, "\n%s%-*s  %s", inner, width, f.Name, formatValue(v.Field(i), inner, depth+1))
		if u := f.Tag.Get("unit"); u != "" {
			b.WriteString(" " + u)
		}
	}
	return b.String()
}
