package units

import (
	"math"
	"strconv"
	"strings"
)

// A Dim is a physical dimension: the exponents of length, mass, time, current,
// temperature, amount of substance and luminous intensity, in sixtieths, so
// that roots stay exact. The zero Dim is that of a plain number.
type Dim [7]int16

// part is the exponent 1.
const part = 60

// The base dimensions in the order of Dim, by the unit of each.
var baseNames = [7]string{"m", "kg", "s", "A", "K", "mol", "cd"}

// Mul returns the dimension of a product.
func (d Dim) Mul(e Dim) Dim {
	for i := range d {
		d[i] += e[i]
	}
	return d
}

// Div returns the dimension of a quotient.
func (d Dim) Div(e Dim) Dim {
	for i := range d {
		d[i] -= e[i]
	}
	return d
}

// Pow returns the dimension of a power. ok is false where an exponent would not
// be a multiple of a sixtieth, or exceeds 500.
func (d Dim) Pow(p float64) (e Dim, ok bool) {
	for i := range d {
		x := float64(float64(d[i]) * p)
		r := math.Round(x)
		if math.Abs(x-r) > 1e-9 || math.Abs(r) > 500*part {
			return Dim{}, false
		}
		e[i] = int16(r)
	}
	return e, true
}

// IsOne reports whether d is the dimension of a plain number.
func (d Dim) IsOne() bool { return d == Dim{} }

// String returns the dimension in the units of the SI: "V", "A/m^2", "kg m/s^2",
// and "1" for a plain number.
func (d Dim) String() string {
	if d.IsOne() {
		return "1"
	}
	if d == dim(0, 0, 0, 1) {
		return "A"
	}
	// A named unit, alone or per a power of length or time.
	for _, over := range []struct {
		suffix string
		dim    Dim
	}{{"", Dim{}}, {"/m^2", Dim{2 * part}}, {"/s", Dim{0, 0, part}}, {"*s", Dim{0, 0, -part}}, {"/m", Dim{part}}, {"/m^3", Dim{3 * part}}, {"*m", Dim{-part}}, {"^2", Dim{}}} {
		for _, n := range named {
			u := n.Dim
			if over.suffix == "^2" {
				u = u.Mul(u)
			}
			if d.Mul(over.dim) == u && u.size() > 1 {
				return n.Name + over.suffix
			}
		}
	}
	var up, down []string
	for i, e := range d {
		switch {
		case e > 0:
			up = append(up, baseNames[i]+exponent(e))
		case e < 0:
			down = append(down, baseNames[i]+exponent(-e))
		}
	}
	s := strings.Join(up, "*")
	if len(up) == 0 {
		s = "1"
	}
	for _, x := range down {
		s += "/" + x
	}
	return s
}

// size is how many base dimensions take part.
func (d Dim) size() (n int) {
	for _, e := range d {
		if e != 0 {
			n++
		}
	}
	return n
}

func exponent(e int16) string {
	if e == part {
		return ""
	}
	return "^" + strconv.FormatFloat(float64(e)/part, 'g', 4, 64)
}

// Kind returns the word for a dimension: "voltage", "current", "time", or a
// phrase with its SI unit where there is no word.
func (d Dim) Kind() string {
	if d.IsOne() {
		return "plain number"
	}
	for _, k := range kinds {
		if k.dim == d {
			return k.word
		}
	}
	return "quantity in " + d.String()
}

func dim(length, mass, time, current int16) Dim {
	return Dim{length * part, mass * part, time * part, current * part}
}

var kinds = []struct {
	word string
	dim  Dim
}{
	{"voltage", dim(2, 1, -3, -1)}, {"current", dim(0, 0, 0, 1)}, {"time", dim(0, 0, 1, 0)}, {"rate", dim(0, 0, -1, 0)},
	{"conductance", dim(-2, -1, 3, 2)}, {"resistance", dim(2, 1, -3, -2)}, {"capacitance", dim(-2, -1, 4, 2)},
	{"charge", dim(0, 0, 1, 1)}, {"length", dim(1, 0, 0, 0)}, {"area", dim(2, 0, 0, 0)}, {"volume", dim(3, 0, 0, 0)},
	{"mass", dim(0, 1, 0, 0)}, {"current per area", dim(-2, 0, 0, 1)}, {"conductance per area", dim(-4, -1, 3, 2)},
	{"capacitance per area", dim(-4, -1, 4, 2)}, {"concentration", Dim{-3 * part, 0, 0, 0, 0, part}},
	{"temperature", Dim{0, 0, 0, 0, part}}, {"amount of substance", Dim{0, 0, 0, 0, 0, part}},
	{"energy", dim(2, 1, -2, 0)}, {"voltage per time", dim(2, 1, -4, -1)}, {"current per time", dim(0, 0, -1, 1)},
}
