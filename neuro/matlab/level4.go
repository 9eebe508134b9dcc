package matlab

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/internal/samples"
)

// head4 is the header of a variable of level 4.
type head4 struct {
	typ        samples.Type
	class      string // double, char or sparse
	rows, cols int
	complex    bool
	nameBytes  int64
}

// types4 are the types of numbers of level 4.
var types4 = [...]samples.Type{samples.Float64, samples.Float32, samples.Int32, samples.Int16, samples.Uint16, samples.Uint8}

func readHead4(b []byte) (h head4, order binary.ByteOrder, err error) {
	order = binary.LittleEndian
	kind := order.Uint32(b)
	if kind > 9999 {
		order = binary.BigEndian
		kind = order.Uint32(b)
	}
	machine, zero, p, t := kind/1000, kind/100%10, kind/10%10, kind%10
	switch {
	case kind > 9999 || zero != 0 || p > 5 || t > 2:
		return h, nil, errors.New("is not a MAT-file, or broken: a variable of level 4 begins with a number MOPT of its type")
	case machine > 1:
		return h, nil, errors.New("is of level 4 with numbers of VAX or Cray, which are not read")
	case (machine == 1) != (order == binary.BigEndian) && kind != 0:
		return h, nil, errors.New("is not a MAT-file, or broken: the byte order of a variable of level 4 is not the one it states")
	}
	rows, cols, name := int64(int32(order.Uint32(b[4:]))), int64(int32(order.Uint32(b[8:]))), int64(int32(order.Uint32(b[16:])))
	if rows < 0 || cols < 0 || name < 1 || name > mostName {
		return h, nil, fmt.Errorf("is not a MAT-file, or broken: a variable of level 4 of %d x %d, and %d bytes of its name", rows, cols, name)
	}
	h = head4{types4[p], [...]string{"double", "char", "sparse"}[t], int(rows), int(cols), order.Uint32(b[12:]) != 0, name}
	if rows > 0 && cols > 1<<40/rows {
		return h, nil, fmt.Errorf("is broken: a variable of level 4 of %d x %d", rows, cols)
	}
	return h, order, nil
}

func (h head4) bytes() int64 {
	n := int64(h.rows) * int64(h.cols) * int64(h.typ.Width())
	if h.complex {
		n *= 2
	}
	return n
}

func (f *File) level4(r io.ReaderAt) error {
	for at := int64(0); at < f.size; {
		var b [20]byte
		if err := files.ReadAt(r, b[:], at); err != nil {
			return err
		}
		h, order, err := readHead4(b[:])
		if err != nil {
			return err
		}
		v := Variable{Class: h.class, Shape: []int{h.rows, h.cols}, at: at, end: at + 20 + h.nameBytes + h.bytes(), level4: true, big: order == binary.BigEndian}
		if v.end > f.size {
			return fmt.Errorf("is cut off: the variable at byte %d needs %d bytes, and %d are there", at, v.end-at, f.size-at)
		}
		name := make([]byte, h.nameBytes)
		if err := files.ReadAt(r, name, at+20); err != nil {
			return err
		}
		for n := range name {
			if name[n] == 0 {
				name = name[:n]
				break
			}
		}
		v.Name = string(name)
		f.add(v)
		at = v.end
	}
	return nil
}

// value4 reads a variable of level 4.
func (d *decoder) value4(steps []step) (*Value, error) {
	var b [20]byte
	if err := d.read(b[:]); err != nil {
		return nil, err
	}
	h, _, err := readHead4(b[:])
	if err == nil {
		err = d.skipTo(20 + h.nameBytes)
	}
	if err != nil {
		return nil, err
	}
	n := h.rows * h.cols
	v := &Value{Class: h.class, Shape: []int{h.rows, h.cols}}
	if d.locate && len(steps) == 0 && h.class == "double" {
		d.found = append(d.found, &found{class: h.class, shape: v.Shape, typ: h.typ, at: d.pos, complex: h.complex})
		return nil, nil
	}
	if v.Values, err = d.values(d.r, h.typ, n); err != nil {
		return nil, err
	}
	if h.complex {
		if v.Imag, err = d.values(d.r, h.typ, n); err != nil {
			return nil, err
		}
	}
	switch h.class {
	case "char":
		for _, x := range v.Values {
			v.units = append(v.units, uint16(x))
		}
		v.Values, v.Imag = nil, nil
	case "sparse":
		if v, err = v.fill4(); err != nil {
			return nil, err
		}
	}
	return v.walk(steps)
}

// fill4 fills up a sparse matrix, which has rows of row, column and value, and the shape
// in the last one.
func (v *Value) fill4() (*Value, error) {
	n, cols := v.Shape[0], v.Shape[1]
	if n < 1 || cols < 3 || cols > 4 {
		return nil, fmt.Errorf("is broken: a sparse matrix of level 4 is %s", by(v.Shape))
	}
	at := func(i, j int) float64 { return v.Values[j*n+i] }
	r, c := at(n-1, 0), at(n-1, 1)
	if !(r >= 0) || !(c >= 0) || float64(r*c) > mostSparse || r > mostSparse || c > mostSparse {
		return nil, fmt.Errorf("is broken, or too large: a sparse matrix of %g x %g", r, c)
	}
	out := &Value{Class: "double", Shape: []int{int(r), int(c)}, Values: make([]float64, int(r)*int(c))}
	if cols == 4 {
		out.Imag = make([]float64, len(out.Values))
	}
	for i := range n - 1 {
		if !(at(i, 0) >= 1) || at(i, 0) > r || !(at(i, 1) >= 1) || at(i, 1) > c {
			return nil, fmt.Errorf("is broken: element %g, %g of a sparse matrix of %g x %g", at(i, 0), at(i, 1), r, c)
		}
		k := (int(at(i, 1))-1)*int(r) + int(at(i, 0)) - 1
		out.Values[k] += at(i, 2)
		if cols == 4 {
			out.Imag[k] += at(i, 3)
		}
	}
	return out, nil
}
