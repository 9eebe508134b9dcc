// Package npy reads and writes NumPy's arrays of numbers, .npy and .npz: what
// suite2p, Kilosort, phy and a colleague's script leave.
//
//	f, err := npy.Read("F.npy")          // fluorescence, cells x frames
//	f.Shape                              // [219 2000]
//	f.Matrix()                           // [][]float64, one row per cell
//	all, err := npy.ReadAll("session.npz")
//	all["spike_times"].Values            // []float64
//	err = npy.Write("rates.npy", npy.FromMatrix(rates))
//
// Values are float64 whatever the file holds, and the last index runs fastest
// (NumPy's C order), whatever order the file has.
package npy

import (
	"fmt"
	"math"
	"strings"
)

// An Array is a grid of numbers of any number of dimensions.
type Array struct {
	Shape []int // none for a single number
	// Type is how numbers are stored in the file, by NumPy's names: "float64",
	// "int16", "bool" ... Of a new array "" counts as "float64".
	Type   string
	Values []float64 // the last index runs fastest; bool is 0 and 1
}

// FromVector returns an array of one dimension. It shares the values.
func FromVector(x []float64) *Array { return &Array{Shape: []int{len(x)}, Values: x} }

// FromMatrix returns an array of two dimensions. It panics when rows differ in
// length.
func FromMatrix(x [][]float64) *Array {
	a := &Array{Shape: []int{len(x), 0}}
	if len(x) > 0 {
		a.Shape[1] = len(x[0])
	}
	for i, row := range x {
		if len(row) != a.Shape[1] {
			panic(fmt.Sprintf("npy: FromMatrix: x[%d] has %d values and x[0] %d; rows must be equally long", i, len(row), a.Shape[1]))
		}
		a.Values = append(a.Values, row...)
	}
	return a
}

// At returns an element by its indexes, one for each dimension. It panics when
// their number is another, or one is outside of the array.
func (a *Array) At(index ...int) float64 {
	if len(index) != len(a.Shape) {
		panic(fmt.Sprintf("npy: At: %d indexes for an array of %d dimensions", len(index), len(a.Shape)))
	}
	at := 0
	for k, i := range index {
		if i < 0 || i >= a.Shape[k] {
			panic(fmt.Sprintf("npy: At: index %d is %d; it must be 0 to %d", k, i, a.Shape[k]-1))
		}
		at = at*a.Shape[k] + i
	}
	return a.Values[at]
}

// Matrix returns the rows of an array of two dimensions, which share its values;
// of one dimension, the only row. It panics for other numbers of dimensions.
func (a *Array) Matrix() [][]float64 {
	rows, cols := 1, len(a.Values)
	switch len(a.Shape) {
	case 1:
	case 2:
		rows, cols = a.Shape[0], a.Shape[1]
	default:
		panic(fmt.Sprintf("npy: Matrix: the array has %d dimensions, %v; a matrix has two", len(a.Shape), a.Shape))
	}
	out := make([][]float64, rows)
	for i := range out {
		out[i] = a.Values[i*cols : (i+1)*cols : (i+1)*cols]
	}
	return out
}

// String describes the array in a line, with its first values and its range.
func (a Array) String() string {
	kind := a.Type
	if kind == "" {
		kind = "float64"
	}
	var dims []string
	for _, d := range a.Shape {
		dims = append(dims, fmt.Sprint(d))
	}
	shape := strings.Join(dims, " x ")
	if shape == "" {
		shape = "a single number"
	}
	s := fmt.Sprintf("%s, %s", shape, kind)
	if len(a.Values) == 0 {
		return s
	}
	lo, hi, nan := math.Inf(1), math.Inf(-1), 0
	for _, v := range a.Values {
		if math.IsNaN(v) {
			nan++
			continue
		}
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	var first []string
	for _, v := range a.Values[:min(5, len(a.Values))] {
		first = append(first, fmt.Sprintf("%.5g", v))
	}
	s += ": " + strings.Join(first, " ")
	if len(a.Values) > 5 {
		s += " ..."
		if nan < len(a.Values) {
			s += fmt.Sprintf(" (%.5g to %.5g)", lo, hi)
		}
	}
	if nan > 0 {
		s += fmt.Sprintf(", %d NaN", nan)
	}
	return s
}
