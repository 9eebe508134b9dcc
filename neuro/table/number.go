package table

import (
	"bytes"
	"errors"
	"math"
	"strconv"
	"strings"
)

// numbers reads the numbers of a file.
type numbers struct {
	decimal byte               // '.' or ','
	missing map[string]bool    // what stands for a missing value besides the usual
	values  map[string]float64 // words that stand for numbers
	scratch []byte
}

func (n *numbers) isMissing(v []byte) bool { return n.missing != nil && n.missing[string(v)] }

// parse reads a number; what stands for a missing one gives NaN.
func (n *numbers) parse(v []byte) (float64, bool) {
	if n.isMissing(v) {
		return math.NaN(), true
	}
	if n.values != nil {
		if x, ok := n.values[string(v)]; ok {
			return x, true
		}
	}
	if n.decimal == ',' {
		if bytes.IndexByte(v, '.') >= 0 {
			return 0, false
		}
		if i := bytes.IndexByte(v, ','); i >= 0 {
			n.scratch = append(n.scratch[:0], v...)
			n.scratch[i] = '.'
			v = n.scratch
		}
	}
	if x, ok := short(v); ok {
		return x, true
	}
	return parse(string(v))
}

var powers = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// short reads a number of up to 15 digits whose power of ten is exact, so that one multiplication
// or division rounds as it should (Clinger 1990); false for any other.
func short(v []byte) (float64, bool) {
	i, negative := 0, false
	if len(v) > 0 && (v[0] == '-' || v[0] == '+') {
		negative = v[0] == '-'
		i++
	}
	var m uint64
	digits, point := 0, -1
	for ; i < len(v); i++ {
		c := v[i]
		if c >= '0' && c <= '9' {
			m = m*10 + uint64(c-'0')
			digits++
			continue
		}
		if c != '.' || point >= 0 {
			break
		}
		point = digits
	}
	if digits == 0 || digits > 15 {
		return 0, false
	}
	power := 0
	if point >= 0 {
		power = point - digits
	}
	if i < len(v) {
		if v[i] != 'e' && v[i] != 'E' || len(v)-i > 5 {
			return 0, false
		}
		e, minus := 0, false
		if i++; i < len(v) && (v[i] == '-' || v[i] == '+') {
			minus = v[i] == '-'
			i++
		}
		if i == len(v) {
			return 0, false
		}
		for ; i < len(v); i++ {
			if v[i] < '0' || v[i] > '9' {
				return 0, false
			}
			e = e*10 + int(v[i]-'0')
		}
		if minus {
			e = -e
		}
		power += e
	}
	if power > 22 || power < -22 {
		return 0, false
	}
	x := float64(m)
	if power < 0 {
		x /= powers[-power]
	} else {
		x *= powers[power]
	}
	if negative {
		x = -x
	}
	return x, true
}

// parse reads a number as [Decode] says.
func parse(v string) (float64, bool) {
	if isMissing(v) {
		return math.NaN(), true
	}
	switch strings.ToLower(v) {
	case "null", "none", "<na>", "#n/a", "-nan":
		return math.NaN(), true
	}
	if strings.ContainsAny(v, "xX_pP") { // hexadecimal notation of Go
		return 0, false
	}
	x, err := strconv.ParseFloat(v, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	// A whole number that a float64 does not hold is a name, such as of a subject.
	digits := strings.TrimLeft(strings.TrimLeft(v, "+-"), "0")
	if len(digits) > 15 && len(digits) < 309 && strings.Trim(digits, "0123456789") == "" && strconv.FormatFloat(math.Abs(x), 'f', 0, 64) != digits {
		return 0, false
	}
	return x, true
}

// isMissing reports whether a word stands for a missing value.
func isMissing(v string) bool {
	switch len(v) {
	case 0:
		return true
	case 2, 3:
		return strings.EqualFold(v, "na") || strings.EqualFold(v, "n/a") || strings.EqualFold(v, "nan")
	}
	return false
}

// appendNumber writes a number with all its digits.
func appendNumber(b []byte, x float64) []byte {
	if x == math.Trunc(x) && math.Abs(x) < 1e15 && (x != 0 || !math.Signbit(x)) {
		return strconv.AppendInt(b, int64(x), 10)
	}
	return strconv.AppendFloat(b, x, 'g', -1, 64)
}
