package matlab

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// A Value is what a path names.
type Value struct {
	// Class is MATLAB's: double, single, int8 to int64, uint8 to uint64, logical, char,
	// cell, struct, function. Objects of the old kind are structs, sparse matrices full.
	Class  string
	Shape  []int     // two dimensions at least
	Values []float64 // numbers and logical values (0 and 1), the first index fastest
	Imag   []float64 // of complex numbers, otherwise nil
	Fields []string  // of a struct
	// Items are what is in a cell, the first index fastest; of a struct the fields of the
	// first element, then of the second and so on.
	Items []*Value

	units []uint16 // of text, in UTF-16
}

// numeric tells whether a value has numbers.
func numeric(class string) bool {
	return class != "cell" && class != "struct" && class != "char" && class != "function" && class != "opaque"
}

// Matrix returns the rows of a matrix of numbers or logical values. Values of more than
// two dimensions are an error, as are complex ones: Values and Imag have those.
func (v *Value) Matrix() ([][]float64, error) {
	if err := v.real("Matrix"); err != nil {
		return nil, err
	}
	if len(v.Shape) != 2 {
		return nil, fmt.Errorf("matlab: Matrix: the value has %d dimensions (%s); a matrix has two: use Get, and its Values", len(v.Shape), by(v.Shape))
	}
	rows, cols := v.Shape[0], v.Shape[1]
	if rows*cols == 0 && rows > 1<<20 {
		return nil, fmt.Errorf("matlab: Matrix: the value is %s: there are no numbers in %d rows", by(v.Shape), rows)
	}
	all := make([]float64, rows*cols)
	out := make([][]float64, rows)
	for i := range out {
		out[i] = all[i*cols : (i+1)*cols : (i+1)*cols]
		for j := range out[i] {
			out[i][j] = v.Values[j*rows+i]
		}
	}
	return out, nil
}

func (v *Value) real(call string) error {
	if !numeric(v.Class) {
		return fmt.Errorf("matlab: %s: the value is a %s of %s; numbers are needed", call, v.Class, by(v.Shape))
	}
	if v.Imag != nil {
		return fmt.Errorf("matlab: %s: the numbers are complex; Get gives their Values (the real parts) and Imag", call)
	}
	return nil
}

// Vector returns the numbers of one row or one column, or none of an empty value.
func (v *Value) Vector() ([]float64, error) {
	if err := v.real("Vector"); err != nil {
		return nil, err
	}
	long := 0
	for _, d := range v.Shape {
		if d != 1 {
			long++
		}
	}
	if long > 1 && len(v.Values) > 0 {
		return nil, fmt.Errorf("matlab: Vector: the value is %s; one row or one column is needed", by(v.Shape))
	}
	return v.Values, nil
}

// Number returns a single number.
func (v *Value) Number() (float64, error) {
	if err := v.real("Number"); err != nil {
		return 0, err
	}
	if len(v.Values) != 1 {
		return 0, fmt.Errorf("matlab: Number: the value is %s; a single number is needed", by(v.Shape))
	}
	return v.Values[0], nil
}

// Text returns a text of one line. An empty value of any class of numbers counts as an
// empty text, since programs write [] for it.
func (v *Value) Text() (string, error) {
	t, err := v.Texts()
	switch {
	case err != nil || v.Class == "cell":
		return "", fmt.Errorf("matlab: Text: the value is a %s of %s; a text is needed", v.Class, by(v.Shape))
	case len(t) > 1:
		return "", fmt.Errorf("matlab: Text: the value has %d lines; Texts gives them", len(t))
	case len(t) == 0:
		return "", nil
	}
	return t[0], nil
}

// Texts returns the rows of a matrix of characters, without the blanks that fill up rows
// of several, or the texts in a cell.
func (v *Value) Texts() ([]string, error) {
	switch {
	case v.Class == "cell":
		out := make([]string, len(v.Items))
		for k, x := range v.Items {
			t, err := x.Text()
			if err != nil {
				return nil, fmt.Errorf("matlab: Texts: element %d is a %s of %s; texts are needed", k+1, x.Class, by(x.Shape))
			}
			out[k] = t
		}
		return out, nil
	case v.Class == "char":
		rows := v.Shape[0]
		if len(v.units) == 0 {
			return nil, nil
		}
		cols := len(v.units) / rows
		out := make([]string, rows)
		line := make([]uint16, cols)
		for i := range out {
			for j := range line {
				line[j] = v.units[j*rows+i]
			}
			out[i] = string(utf16.Decode(line))
			if rows > 1 {
				out[i] = strings.TrimRight(out[i], " \x00")
			}
		}
		return out, nil
	case numeric(v.Class) && len(v.Values) == 0:
		return nil, nil
	}
	return nil, fmt.Errorf("matlab: Texts: the value is a %s of %s; text is needed", v.Class, by(v.Shape))
}

// String describes the value in a line.
func (v *Value) String() string {
	head := fmt.Sprintf("%s, %s", by(v.Shape), v.Class)
	switch {
	case v.Class == "struct":
		return head + ": " + strings.Join(v.Fields, ", ")
	case v.Class == "char":
		if t, err := v.Text(); err == nil {
			return fmt.Sprintf("%q", t)
		}
		return head
	}
	var first []string
	for k, x := range v.Values[:min(5, len(v.Values))] {
		if v.Imag != nil {
			first = append(first, fmt.Sprintf("%.5g", complex(x, v.Imag[k])))
			continue
		}
		first = append(first, fmt.Sprintf("%.5g", x))
	}
	if len(v.Values) > 5 {
		first = append(first, "...")
	}
	if len(first) > 0 {
		head += ": " + strings.Join(first, " ")
	}
	return head
}
