package display

import (
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text stays short whatever it is the text of.
const (
	longest = 12  // elements of a slice, rows and columns of a matrix, keys of a map
	deepest = 4   // values within values
	letters = 200 // of a string within a value
)

// Format returns v as the text in which a cell shows it.
//
// Errors and fmt.Stringers speak for themselves. A struct has one field per
// line, exported ones only, with the unit of its `unit` tag; matrices (of
// gonum, or [][]float64) stand as rows; long slices and maps are shortened and
// say how long they are; what lies deeper than a few levels, as in a value that
// refers to itself, is "...". A pointer shows what it points to, never an
// address, so that the text is the same in every run. A method that panics is
// reported in the text.
func Format(v any) (s string) {
	defer func() {
		if r := recover(); r != nil {
			s = fmt.Sprintf("%T (it could not be written: %v)", v, r)
		}
	}()
	switch x := v.(type) {
	case nil:
		return "nil"
	case matrix:
		if !isNil(v) {
			return formatMatrix(x)
		}
	}
	return formatValue(reflect.ValueOf(v), "", 0)
}

// Number returns x as tables and cells show it: at most six significant
// digits, whole numbers in full.
func Number(x float64) string {
	if x == 0 {
		return "0" // not "-0"
	}
	if x > -1e15 && x < 1e15 && x == float64(int64(x)) {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'g', 6, 64)
}

// matrix is what gonum's matrices have in common.
type matrix interface {
	Dims() (r, c int)
	At(i, j int) float64
}

func formatMatrix(m matrix) string {
	r, c := m.Dims()
	head := fmt.Sprintf("%d x %d matrix", r, c)
	if r == 0 || c == 0 {
		return head
	}
	rows := make([][]float64, min(r, longest))
	for i := range rows {
		for j := 0; j < min(c, longest); j++ {
			rows[i] = append(rows[i], m.At(i, j))
		}
	}
	return head + "\n" + grid(rows, c > longest, r > longest)
}

// grid aligns rows of numbers; wide and tall say that there are more.
func grid(rows [][]float64, wide, tall bool) string {
	cells := make([][]string, len(rows))
	width := 0
	for i, row := range rows {
		for _, x := range row {
			s := Number(x)
			cells[i] = append(cells[i], s)
			width = max(width, len(s))
		}
	}
	lines := make([]string, len(cells))
	for i, row := range cells {
		for j, s := range row {
			row[j] = strings.Repeat(" ", width-len(s)) + s
		}
		if wide {
			row = append(row, "...")
		}
		lines[i] = strings.Join(row, "  ")
	}
	if tall {
		lines = append(lines, "...")
	}
	return strings.Join(lines, "\n")
}

// formatValue writes a value that stands depth levels within the shown one;
// indent starts its further lines.
func formatValue(v reflect.Value, indent string, depth int) string {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() {
		return "nil"
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
		if v.IsNil() {
			return "nil"
		}
	}
	if s, ok := ownText(v); ok {
		return strings.ReplaceAll(s, "\n", "\n"+indent)
	}
	if depth > deepest {
		return "..."
	}
	switch v.Kind() {
	case reflect.Float64, reflect.Float32:
		if depth == 0 {
			return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())
		}
		return Number(v.Float())
	case reflect.String:
		s := v.String()
		if depth > 0 && len(s) > letters {
			return fmt.Sprintf("%s... (%d bytes)", strconv.Quote(strings.ToValidUTF8(s[:letters], "")), len(s))
		}
		return strconv.Quote(s)
	case reflect.Pointer:
		if v.Elem().Kind() == reflect.Struct {
			return "&" + formatValue(v.Elem(), indent, depth)
		}
		return "&" + formatValue(v.Elem(), indent, depth+1)
	case reflect.Slice, reflect.Array:
		if depth == 0 {
			if s, ok := formatRows(v); ok {
				return s
			}
			if s, ok := formatRecords(v); ok {
				return s
			}
		}
		return formatSlice(v, indent, depth)
	case reflect.Struct:
		return formatStruct(v, indent, depth)
	case reflect.Map:
		return formatMap(v, indent, depth)
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return typeName(v.Type()) // an address would differ from run to run
	}
	return fmt.Sprint(v) // booleans and numbers
}

// ownText returns what a value's Error or String method says.
func ownText(v reflect.Value) (s string, ok bool) {
	if !v.CanInterface() {
		return "", false
	}
	var write func() string
	switch x := v.Interface().(type) {
	case error:
		write = x.Error
	case fmt.Stringer:
		write = x.String
	default:
		return "", false
	}
	defer func() {
		if r := recover(); r != nil {
			s, ok = fmt.Sprintf("%s (its text failed: %v)", typeName(v.Type()), r), true
		}
	}()
	return write(), true
}

// formatRows writes a slice of slices of float64 as rows.
func formatRows(v reflect.Value) (string, bool) {
	elem := v.Type().Elem()
	if elem.Kind() != reflect.Slice || elem.Elem().Kind() != reflect.Float64 || v.Len() == 0 {
		return "", false
	}
	least, most := v.Index(0).Len(), 0
	for i := 0; i < v.Len(); i++ {
		least, most = min(least, v.Index(i).Len()), max(most, v.Index(i).Len())
	}
	if most == 0 {
		return "", false
	}
	rows := make([][]float64, min(v.Len(), longest))
	for i := range rows {
		row := v.Index(i)
		for j := 0; j < min(row.Len(), longest); j++ {
			rows[i] = append(rows[i], row.Index(j).Float())
		}
	}
	if least == most {
		return fmt.Sprintf("%s of %d x %d\n", typeName(v.Type()), v.Len(), most) + grid(rows, most > longest, v.Len() > longest), true
	}
	lines := []string{fmt.Sprintf("%s of %d rows with %d to %d values", typeName(v.Type()), v.Len(), least, most)}
	for i := range rows {
		lines = append(lines, formatSlice(v.Index(i), "", 1))
	}
	if v.Len() > longest {
		lines = append(lines, "...")
	}
	return strings.Join(lines, "\n"), true
}

// formatRecords writes a slice of structs as a table, a column for each field
// with its unit. Structs that have a text of their own are left to it.
func formatRecords(v reflect.Value) (string, bool) {
	t := v.Type().Elem()
	if t.Kind() != reflect.Struct || v.Len() == 0 {
		return "", false
	}
	if _, ok := ownText(v.Index(0)); ok {
		return "", false
	}
	rows := shown(v.Len())
	lines := make([]string, len(rows)+1)
	for j := 0; j < t.NumField(); j++ {
		f := t.Field(j)
		if !visible(f) {
			continue
		}
		head := f.Name
		if u := f.Tag.Get("unit"); u != "" {
			head += " (" + u + ")"
		}
		column := []string{head}
		for _, i := range rows {
			if i < 0 {
				column = append(column, "...")
				continue
			}
			x := v.Index(i).Field(j)
			s := formatValue(x, "", 2)
			if strings.Contains(s, "\n") { // a struct or map within: one line of it
				s = formatValue(x, "", deepest)
			}
			s, _, _ = strings.Cut(s, "\n")
			column = append(column, s)
		}
		width := 0
		for _, s := range column {
			width = max(width, utf8.RuneCountInString(s))
		}
		for i, s := range column {
			pad := strings.Repeat(" ", width-utf8.RuneCountInString(s))
			if k := f.Type.Kind(); k >= reflect.Int && k <= reflect.Complex128 {
				lines[i] += pad + s + "  "
			} else {
				lines[i] += s + pad + "  "
			}
		}
	}
	if lines[0] == "" {
		return "", false
	}
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return fmt.Sprintf("%s of %d\n", typeName(v.Type()), v.Len()) + strings.Join(lines, "\n"), true
}

// shown returns the indexes of the elements of n that text shows, -1 for the gap
// in a long slice.
func shown(n int) []int {
	list := make([]int, 0, longest+1)
	for i := 0; i < n; i++ {
		if n > longest && i == longest/2 {
			list = append(list, -1)
			i = n - longest/2
		}
		list = append(list, i)
	}
	return list
}

func formatSlice(v reflect.Value, indent string, depth int) string {
	n := v.Len()
	parts := make([]string, 0, longest+1)
	for _, i := range shown(n) {
		if i < 0 {
			parts = append(parts, "...")
			continue
		}
		parts = append(parts, formatValue(v.Index(i), indent, depth+1))
	}
	s := "[" + strings.Join(parts, " ") + "]"
	if n > longest {
		s += fmt.Sprintf(" (%d values)", n)
	}
	return s
}

// typeName writes a type as one writes it in package main, or in a cell.
func typeName(t reflect.Type) string {
	s := t.String()
	for at := 0; ; {
		i := strings.Index(s[at:], "main.")
		if i < 0 {
			return s
		}
		at += i
		if before, _ := utf8.DecodeLastRuneInString(s[:at]); at > 0 && (before == '_' || before == '/' || unicode.IsLetter(before) || unicode.IsDigit(before)) {
			at += len("main.")
			continue
		}
		s = s[:at] + s[at+len("main."):]
	}
}

// visible tells whether a field is shown: the exported ones, and all of a type
// that the user wrote.
func visible(f reflect.StructField) bool { return f.IsExported() || f.PkgPath == "main" }

func formatStruct(v reflect.Value, indent string, depth int) string {
	t := v.Type()
	name := typeName(t)
	if t.Name() == "" && depth > 0 {
		name = "struct" // its own text would list all fields and tags
	}
	if t.NumField() == 0 {
		return strings.TrimSuffix(name, " {}") + "{}"
	}
	width, shown := 0, 0
	for i := 0; i < t.NumField(); i++ {
		if f := t.Field(i); visible(f) {
			shown++
			width = max(width, len(f.Name))
		}
	}
	if shown == 0 || depth >= deepest {
		return name + "{...}"
	}
	var b strings.Builder
	b.WriteString(name)
	inner := indent + "  "
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		if !visible(f) {
			continue
		}
		fmt.Fprintf(&b, "\n%s%-*s  %s", inner, width, f.Name, formatValue(v.Field(i), inner, depth+1))
		if u := f.Tag.Get("unit"); u != "" {
			b.WriteString(" " + u)
		}
	}
	return b.String()
}

func formatMap(v reflect.Value, indent string, depth int) string {
	if v.Len() > longest {
		return fmt.Sprintf("%s of %d", typeName(v.Type()), v.Len())
	}
	type entry struct {
		number float64
		key    string
		value  reflect.Value
	}
	var entries []entry
	for _, k := range v.MapKeys() {
		e := entry{key: formatValue(k, indent, min(depth+1, deepest)), value: v.MapIndex(k)}
		switch {
		case k.CanInt():
			e.number = float64(k.Int())
		case k.CanUint():
			e.number = float64(k.Uint())
		case k.CanFloat():
			e.number = k.Float()
		}
		entries = append(entries, e)
	}
	sort.Slice(entries, func(a, b int) bool {
		if x, y := entries[a], entries[b]; x.number != y.number {
			return x.number < y.number
		}
		return entries[a].key < entries[b].key
	})
	parts := make([]string, len(entries))
	for i, e := range entries {
		parts[i] = e.key + ":" + formatValue(e.value, indent, depth+1)
	}
	return "map[" + strings.Join(parts, " ") + "]"
}
