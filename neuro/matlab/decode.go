package matlab

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf16"
)

// classes are those of matrices by their number.
var classes = [...]string{1: "cell", 2: "struct", 3: "struct", 4: "char", 5: "sparse", 6: "double", 7: "single", 8: "int8", 9: "uint8",
	10: "int16", 11: "uint16", 12: "int32", 13: "uint32", 14: "int64", 15: "uint64", 16: "function", 17: "opaque"}

const (
	classObject = 3
	mostDepth   = 64 // of structs and cells within each other
	mostName    = 1 << 16
)

// A header is what a matrix begins with.
type header struct {
	number           int
	class            string
	logical, complex bool
	shape            []int
	name             string
}

// header reads what a matrix begins with.
func (d *decoder) header(e element) (*header, error) {
	if e.n == 0 {
		return &header{number: 6, class: "double", shape: []int{0, 0}}, nil
	}
	sub, err := d.next()
	if err != nil {
		return nil, err
	}
	b, err := d.bytes(sub, 16)
	if err != nil {
		return nil, err
	}
	if len(b) < 8 || sub.typ != 6 && sub.typ != 5 {
		return nil, fmt.Errorf("is broken: its flags are %d bytes of type %d; 8 of type 6 are right", len(b), sub.typ)
	}
	flags := d.order.Uint32(b)
	h := &header{number: int(flags & 0xff), logical: flags&0x0200 != 0, complex: flags&0x0800 != 0}
	if h.number < 1 || h.number >= len(classes) {
		return nil, fmt.Errorf("is of class %d; 1 to %d are known", h.number, len(classes)-1)
	}
	h.class = classes[h.number]
	if h.logical && numeric(h.class) && h.class != "sparse" {
		h.class = "logical"
	}
	if h.class == "opaque" { // has its name, its kind and its class instead of a shape
		h.shape = []int{1, 1}
		h.name, err = d.name()
		return h, err
	}
	if sub, err = d.next(); err != nil {
		return nil, err
	}
	if b, err = d.bytes(sub, 4*64); err != nil {
		return nil, err
	}
	if sub.typ != 5 || len(b) < 8 || len(b)%4 != 0 {
		return nil, fmt.Errorf("is broken: its shape is %d bytes of type %d; two dimensions or more of type 5 are right", len(b), sub.typ)
	}
	n := int64(1)
	for ; len(b) > 0; b = b[4:] {
		k := int32(d.order.Uint32(b))
		if k < 0 || k > 0 && n > 1<<40/int64(k) {
			return nil, fmt.Errorf("is broken: a dimension is %d after %d elements", k, n)
		}
		n *= int64(k)
		h.shape = append(h.shape, int(k))
	}
	h.name, err = d.name()
	return h, err
}

func (d *decoder) name() (string, error) {
	sub, err := d.next()
	if err != nil {
		return "", err
	}
	b, err := d.bytes(sub, mostName)
	return string(bytes.TrimRight(b, "\x00")), err
}

// value reads what the steps of a path name within a matrix.
func (d *decoder) value(e element, steps []step, depth int) (*Value, error) {
	if d.level4 {
		return d.value4(steps)
	}
	if e.typ != typeMatrix {
		return nil, fmt.Errorf("is broken: an element of type %d before byte %d; %d is a matrix", e.typ, d.pos, typeMatrix)
	}
	if depth > mostDepth {
		return nil, fmt.Errorf("has structs and cells more than %d deep within each other", mostDepth)
	}
	h, err := d.header(e)
	if err != nil {
		return nil, err
	}
	switch h.class {
	case "cell":
		return d.cell(h, steps, depth)
	case "struct":
		return d.structure(h, steps, depth)
	case "function":
		if err := d.skipTo(e.end); err != nil {
			return nil, err
		}
		return (&Value{Class: h.class, Shape: h.shape}).walk(steps)
	case "opaque":
		return nil, d.opaque()
	}
	if d.locate && len(steps) == 0 && h.class != "sparse" && h.class != "char" && e.n > 0 {
		return nil, d.locateNumbers(h)
	}
	var v *Value
	switch {
	case e.n == 0:
		v = &Value{Class: h.class, Shape: h.shape}
	case h.class == "sparse":
		v, err = d.sparse(h)
	case h.class == "char":
		v, err = d.char(h)
	default:
		v, err = d.full(h)
	}
	if err == nil {
		err = d.skipTo(e.end)
	}
	if err != nil {
		return nil, err
	}
	return v.walk(steps)
}

// inside reads the matrix that follows in a cell or struct.
func (d *decoder) inside(steps []step, depth int) (*Value, error) {
	e, err := d.next()
	if err != nil {
		return nil, err
	}
	return d.value(e, steps, depth+1)
}

// pass passes over the matrix that follows.
func (d *decoder) pass() error {
	e, err := d.next()
	if err == nil {
		err = d.skipTo(e.end)
	}
	return err
}

func (d *decoder) cell(h *header, steps []step, depth int) (*Value, error) {
	n := product(h.shape)
	if len(steps) > 0 {
		if steps[0].index == nil {
			return nil, noField(steps[0].field, "cell")
		}
		k, err := at(steps[0].index, h.shape)
		for ; k > 0 && err == nil; k-- {
			err = d.pass()
		}
		if err != nil {
			return nil, err
		}
		v, err := d.inside(steps[1:], depth)
		return v, err
	}
	v := &Value{Class: "cell", Shape: h.shape}
	for k := range n {
		e, err := d.next()
		var x *Value
		if err == nil {
			x, err = d.value(e, nil, depth+1)
		}
		if err == nil && d.locate {
			err = d.skipTo(e.end)
		}
		if err != nil {
			return nil, fmt.Errorf("element %d %w", k+1, err)
		}
		v.Items = append(v.Items, x)
	}
	return v, nil
}

func (d *decoder) structure(h *header, steps []step, depth int) (*Value, error) {
	if h.number == classObject {
		if _, err := d.name(); err != nil { // of its class
			return nil, err
		}
	}
	fields, err := d.fields()
	if err != nil {
		return nil, err
	}
	n := product(h.shape)
	if n > most {
		return nil, fmt.Errorf("is a struct of %d elements; up to %d are read", n, most)
	}
	first, last := 0, n // elements that are asked for
	one := false
	for len(steps) > 0 && steps[0].index != nil {
		shape := h.shape
		if one {
			shape = []int{1, 1}
		}
		k, err := at(steps[0].index, shape)
		if err != nil {
			return nil, err
		}
		first, steps = first+k, steps[1:]
		last, one = first+1, true
	}
	shape := h.shape
	if one {
		shape = []int{1, 1}
	}
	for range first * len(fields) {
		if err := d.pass(); err != nil {
			return nil, err
		}
	}
	if len(steps) > 0 {
		return d.field(steps, shape, fields, last-first, depth)
	}
	v := &Value{Class: "struct", Shape: shape, Fields: fields}
	for k := first; k < last && len(fields) > 0; k++ {
		for _, name := range fields {
			x, err := d.inside(nil, depth)
			if err != nil {
				return nil, fmt.Errorf("element %d, field %s %w", k+1, name, err)
			}
			v.Items = append(v.Items, x)
		}
	}
	if !one {
		return v, nil
	}
	for range (n - last) * len(fields) {
		if err := d.pass(); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// field reads one field of the next n elements of a struct; of several, a cell.
func (d *decoder) field(steps []step, shape []int, fields []string, n, depth int) (*Value, error) {
	want := -1
	for k, name := range fields {
		if name == steps[0].field {
			want = k
		}
	}
	if want < 0 {
		return nil, missing("field", steps[0].field, fields)
	}
	if n != 1 && d.locate {
		return nil, fmt.Errorf("names the field %q of %d elements; an index chooses one", steps[0].field, n)
	}
	out := &Value{Class: "cell", Shape: shape}
	for range n {
		for k := range fields {
			if k != want {
				if err := d.pass(); err != nil {
					return nil, err
				}
				continue
			}
			e, err := d.next()
			if err != nil {
				return nil, err
			}
			x, err := d.value(e, steps[1:], depth+1)
			if err != nil || n == 1 {
				return x, err
			}
			if err := d.skipTo(e.end); err != nil {
				return nil, err
			}
			out.Items = append(out.Items, x)
		}
	}
	return out, nil
}

// fields reads the names of the fields of a struct.
func (d *decoder) fields() ([]string, error) {
	sub, err := d.next()
	if err != nil {
		return nil, err
	}
	b, err := d.bytes(sub, 8)
	if err != nil {
		return nil, err
	}
	if len(b) < 4 {
		return nil, errors.New("is broken: the length of the names of its fields is missing")
	}
	width := int(int32(d.order.Uint32(b)))
	if sub, err = d.next(); err != nil {
		return nil, err
	}
	if b, err = d.bytes(sub, 1<<24); err != nil {
		return nil, err
	}
	if len(b) == 0 {
		return nil, nil
	}
	if width < 1 || len(b)%width != 0 {
		return nil, fmt.Errorf("is broken: the names of its fields are %d bytes, %d each", len(b), width)
	}
	var fields []string
	for ; len(b) > 0; b = b[width:] {
		name, _, _ := bytes.Cut(b[:width], []byte{0})
		fields = append(fields, string(name))
	}
	return fields, nil
}

// full reads a matrix of numbers.
func (d *decoder) full(h *header) (*Value, error) {
	v := &Value{Class: h.class, Shape: h.shape}
	n := product(h.shape)
	for _, dst := range []*[]float64{&v.Values, &v.Imag} {
		if dst == &v.Imag && !h.complex {
			break
		}
		sub, err := d.next()
		if err != nil {
			return nil, err
		}
		if *dst, err = d.numbers(sub, n); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// locateNumbers notes where the numbers of a matrix are.
func (d *decoder) locateNumbers(h *header) error {
	sub, err := d.next()
	if err != nil {
		return err
	}
	t, ok := numbers[sub.typ]
	if n := int64(product(h.shape)); !ok || n*int64(t.Width()) != sub.n {
		return fmt.Errorf("is broken: %d numbers have %d bytes of type %d", n, sub.n, sub.typ)
	}
	at := d.pos
	if sub.data != nil {
		at -= 4
	}
	d.found = append(d.found, &found{class: h.class, shape: h.shape, typ: t, at: at, complex: h.complex})
	return nil
}

// char reads a matrix of characters.
func (d *decoder) char(h *header) (*Value, error) {
	v := &Value{Class: "char", Shape: h.shape}
	sub, err := d.next()
	if err != nil {
		return nil, err
	}
	n := product(h.shape)
	b, err := d.bytes(sub, 4*most)
	if err != nil {
		return nil, err
	}
	switch sub.typ {
	case typeUTF8, typeUTF32:
		text := []rune(string(b))
		if sub.typ == typeUTF32 {
			text = text[:0]
			for ; len(b) >= 4; b = b[4:] {
				text = append(text, rune(d.order.Uint32(b)))
			}
		}
		v.units = utf16.Encode(text)
	case typeUTF16, 3, 4:
		for ; len(b) >= 2; b = b[2:] {
			v.units = append(v.units, d.order.Uint16(b))
		}
	case 1, 2:
		for _, c := range b {
			v.units = append(v.units, uint16(c))
		}
	default:
		return nil, fmt.Errorf("is broken: its text is of type %d before byte %d", sub.typ, d.pos)
	}
	if len(v.units) != n {
		if len(h.shape) != 2 || h.shape[0] != 1 {
			return nil, fmt.Errorf("is broken: %s characters are %d", by(h.shape), len(v.units))
		}
		v.Shape = []int{1, len(v.units)} // counted as bytes or as characters by some programs
	}
	return v, nil
}

// sparse reads a sparse matrix and fills it up.
func (d *decoder) sparse(h *header) (*Value, error) {
	if len(h.shape) != 2 {
		return nil, fmt.Errorf("is broken: a sparse matrix of %s", by(h.shape))
	}
	rows, cols := h.shape[0], h.shape[1]
	if product(h.shape) > mostSparse {
		return nil, fmt.Errorf("is a sparse matrix of %s; up to %d elements are filled up", by(h.shape), mostSparse)
	}
	v := &Value{Class: "double", Shape: h.shape}
	if h.logical {
		v.Class = "logical"
	}
	parts := make([][]float64, 4) // rows, where columns begin, values, imaginary parts
	for k := range parts {
		if k == 3 && !h.complex {
			break
		}
		sub, err := d.next()
		if err != nil {
			return nil, err
		}
		t, ok := numbers[sub.typ]
		if !ok {
			return nil, fmt.Errorf("is broken: numbers are of type %d before byte %d", sub.typ, d.pos)
		}
		if parts[k], err = d.numbers(sub, int(sub.n)/t.Width()); err != nil {
			return nil, err
		}
	}
	ir, jc := parts[0], parts[1]
	if len(jc) < cols+1 {
		return nil, fmt.Errorf("is broken: a sparse matrix of %d columns tells of %d", cols, len(jc)-1)
	}
	v.Values = make([]float64, rows*cols)
	if h.complex {
		v.Imag = make([]float64, rows*cols)
	}
	for c := range cols {
		if !(jc[c] >= 0) || !(jc[c+1] >= jc[c]) || jc[c+1] > float64(min(len(ir), len(parts[2]))) || h.complex && jc[c+1] > float64(len(parts[3])) {
			return nil, fmt.Errorf("is broken: column %d of a sparse matrix is elements %g to %g of %d", c+1, jc[c], jc[c+1], len(ir))
		}
		for k := int(jc[c]); k < int(jc[c+1]); k++ {
			if !(ir[k] >= 0) || ir[k] >= float64(rows) {
				return nil, fmt.Errorf("is broken: row %g of a sparse matrix of %d", ir[k]+1, rows)
			}
			v.Values[c*rows+int(ir[k])] = parts[2][k]
			if h.complex {
				v.Imag[c*rows+int(ir[k])] = parts[3][k]
			}
		}
	}
	return v, nil
}

// opaque is the error of an object whose layout is not public.
func (d *decoder) opaque() error {
	_, err := d.name() // of the kind of object, MCOS
	class := ""
	if err == nil {
		class, err = d.name()
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("is an object of class %q, whose layout is not public; in MATLAB, save numbers, char, cell or struct (table2struct, cellstr, datenum) instead", class)
}

// located finds the numbers of a matrix of a path, or those of the matrices in a cell.
func (f *File) located(call, path string) (*Variable, []*found, error) {
	var at []*found
	err := f.with(call, path, func(d *decoder, e element, steps []step) error {
		d.locate = true
		v, err := d.value(e, steps, 0)
		if err != nil {
			return err
		}
		if d.found == nil {
			return fmt.Errorf("is a %s of %s; a matrix of numbers is needed", v.Class, by(v.Shape))
		}
		at = d.found
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	steps, _ := parse(path)
	v, err := f.variable(steps[0].field)
	return v, at, err
}

// locatedOne finds the numbers of a matrix of a path.
func (f *File) locatedOne(call, path string) (*Variable, *found, error) {
	v, at, err := f.located(call, path)
	if err == nil && len(at) != 1 {
		err = fmt.Errorf("matlab: %s: %s: is a cell of %d matrices; an index chooses one: %s{1}", call, path, len(at), path)
	}
	if err != nil {
		return nil, nil, err
	}
	return v, at[0], nil
}
