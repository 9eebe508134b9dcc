// Package units reads quantities such as "10 nA", checks their dimensions and
// converts them.
//
//	q, err := units.Parse("10 nA")
//	i, err := q.In("pA")                        // 10000
//	g, err := units.Value("3 uS/cm^2", "mS/cm2") // 0.003
//	_, err = units.Value("10 nA", "mV")         // an error: a current is not a voltage
//
// A unit is spelled as in papers (mV, nS, uF/cm^2, µA/cm², 1/ms) or as Brian2
// spells it (msiemens, uF*cm**-2, metre). Numbers without a unit are plain
// numbers.
//
// # The library's units
//
// Numbers of neuro/ that carry no unit are in a coherent set, so that Ohm's law
// and its like need no factors: ms, mV, pA, nS, pF, and fC, GOhm, mM; per area
// uA/cm2, mS/cm2 and uF/cm2, which belong to the same set with 10 um as its unit
// of length. Quantity.Coherent gives these numbers.
package units

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A Unit is a unit of measurement: Factor times ten to the power Exp of the
// SI's unit of its dimension.
type Unit struct {
	Name   string  // as results are labelled: "mV", "uF/cm2"; "" for plain numbers
	Dim    Dim     // its dimension
	Factor float64 // usually 1
	Exp    int     // power of ten
}

// A Quantity is a number and its unit, as written.
type Quantity struct {
	Value float64
	Unit  Unit
}

// String returns the quantity as it would be written: "10 nA".
func (q Quantity) String() string {
	s := strconv.FormatFloat(q.Value, 'g', -1, 64)
	if q.Unit.Name != "" && q.Unit.Name != "1" {
		s += " " + q.Unit.Name
	}
	return s
}

// coherent are the powers of ten of the library's base units: 10 um, 1e-14 kg,
// ms, pA, K, fmol, cd.
var coherent = [7]int{-5, -14, -3, -12, 0, -15, 0}

// Coherent returns the size of the unit in the library's units: 1 for mV, 1000
// for V and nA.
func (u Unit) Coherent() float64 {
	e := u.Exp * part
	for i, d := range u.Dim {
		e -= int(d) * coherent[i]
	}
	if e%part == 0 {
		return ten(u.Factor, e/part)
	}
	return float64(u.Factor * vec.Pow(10, float64(e)/part))
}

// Coherent returns the quantity as a number in the library's units.
func (q Quantity) Coherent() float64 {
	e := q.Unit.Exp * part
	for i, d := range q.Unit.Dim {
		e -= int(d) * coherent[i]
	}
	if e%part == 0 {
		return ten(float64(q.Value*q.Unit.Factor), e/part)
	}
	return float64(q.Value * q.Unit.Coherent())
}

// ten returns x times ten to the power e, with one rounding for |e| up to 22.
func ten(x float64, e int) float64 {
	if e < 0 && e >= -300 {
		return x / math.Pow10(-e)
	}
	return float64(x * math.Pow10(e))
}

// In returns the number of the quantity in another unit of the same dimension.
func (q Quantity) In(unit string) (float64, error) {
	u, err := ParseUnit(unit)
	if err != nil {
		return 0, err
	}
	return q.to(u)
}

func (q Quantity) to(u Unit) (float64, error) {
	if q.Unit.Dim != u.Dim {
		return 0, fmt.Errorf("units: %s is a %s; it cannot be given in %s, which is for a %s", q, q.Unit.Dim.Kind(), u.label(), u.Dim.Kind())
	}
	if q.Unit.Factor == u.Factor {
		return ten(q.Value, q.Unit.Exp-u.Exp), nil
	}
	return ten(float64(q.Value*q.Unit.Factor)/u.Factor, q.Unit.Exp-u.Exp), nil
}

func (u Unit) label() string {
	if u.Name == "" {
		return "plain numbers"
	}
	return u.Name
}

// Value returns the number of a quantity in a unit: Value("0.2 nA", "pA") is 200.
func Value(quantity, unit string) (float64, error) {
	q, err := Parse(quantity)
	if err != nil {
		return 0, err
	}
	return q.In(unit)
}

// Natural returns the unit in which results of a declared unit are given: the
// unit itself if it says how large the numbers are, as mV and nA do, and else
// that of the library's set: mV for volt, ms for second, pA for amp, nS for
// siemens, uA/cm2 for amp/meter**2.
func (u Unit) Natural() Unit {
	if u.Exp == 0 && u.Factor == 1 {
		for _, n := range natural {
			if n.Dim == u.Dim {
				return n
			}
		}
	}
	return u
}

var natural = []Unit{
	{"mV", dim(2, 1, -3, -1), 1, -3}, {"ms", dim(0, 0, 1, 0), 1, -3}, {"pA", dim(0, 0, 0, 1), 1, -12},
	{"nS", dim(-2, -1, 3, 2), 1, -9}, {"pF", dim(-2, -1, 4, 2), 1, -12}, {"Mohm", dim(2, 1, -3, -2), 1, 6},
	{"um", dim(1, 0, 0, 0), 1, -6}, {"um2", dim(2, 0, 0, 0), 1, -12}, {"fC", dim(0, 0, 1, 1), 1, -15},
	{"uA/cm2", dim(-2, 0, 0, 1), 1, -2}, {"mS/cm2", dim(-4, -1, 3, 2), 1, 1}, {"uF/cm2", dim(-4, -1, 4, 2), 1, -2},
	{"mM", Dim{-3 * part, 0, 0, 0, 0, part}, 1, 0},
}

func (u Unit) pow(p float64) Unit {
	d, ok := u.Dim.Pow(p)
	if !ok {
		return Unit{Factor: math.NaN()}
	}
	f, e := 1.0, float64(float64(u.Exp)*p)
	if u.Factor != 1 {
		f = vec.Pow(u.Factor, p)
	}
	if r := math.Round(e); r != e {
		f = float64(f * vec.Pow(10, e-r))
		e = r
	}
	return Unit{Dim: d, Factor: f, Exp: int(e)}
}

// Mul returns the unit of a product, without a name.
func (u Unit) Mul(v Unit) Unit {
	return Unit{Dim: u.Dim.Mul(v.Dim), Factor: float64(u.Factor * v.Factor), Exp: u.Exp + v.Exp}
}

// Div returns the unit of a quotient, without a name.
func (u Unit) Div(v Unit) Unit {
	return Unit{Dim: u.Dim.Div(v.Dim), Factor: u.Factor / v.Factor, Exp: u.Exp - v.Exp}
}

// One is the unit of plain numbers.
var One = Unit{Factor: 1}

// tidy is the spelling of a unit that results are labelled with: uF*cm**-2 as
// uF*cm^-2, without blanks.
func tidy(s string) string {
	out := ""
	for _, f := range strings.Fields(s) {
		if out != "" && !strings.ContainsAny(out[len(out)-1:], "*/^(") {
			if r := []rune(f)[0]; unicode.IsLetter(r) || r == '%' {
				out += "*"
			}
		}
		out += f
	}
	return strings.NewReplacer("**", "^", "\u00b5", "u", "\u03bc", "u", "\u00b7", "*").Replace(out)
}
