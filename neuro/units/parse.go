package units

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Parse reads a quantity: a number and a unit, with or without a blank or a "*"
// between them: "10 nA", "-70mV", "1 uF/cm^2", "5 nS/(cm^2*ms)", "0.3". A missing
// number is 1. An error says which part is not understood and what would be.
func Parse(s string) (Quantity, error) {
	text := strings.TrimSpace(s)
	if text == "" {
		return Quantity{}, fmt.Errorf("units: Parse: the quantity is empty; it must be a number and a unit, such as \"10 nA\"")
	}
	n := numberEnd(text)
	value, rest := 1.0, text
	if n > 0 {
		v, err := strconv.ParseFloat(text[:n], 64)
		if err != nil || math.IsInf(v, 0) {
			return Quantity{}, fmt.Errorf("units: Parse: %q: %s is not a number that can be held", s, text[:n])
		}
		value = v
		rest = strings.TrimSpace(text[n:])
		if strings.HasPrefix(rest, "*") && !strings.HasPrefix(rest, "**") {
			rest = strings.TrimSpace(rest[1:])
			if rest == "" {
				return Quantity{}, fmt.Errorf("units: Parse: %q: a unit is missing after \"*\"", s)
			}
		}
		if strings.HasPrefix(rest, "/") { // 5 / ms
			rest = "1" + rest
		}
	} else if strings.HasPrefix(text, "-") || strings.HasPrefix(text, "+") {
		return Quantity{}, fmt.Errorf("units: Parse: %q: a number is missing after %q", s, text[:1])
	}
	if rest == "" {
		return Quantity{value, One}, nil
	}
	u, err := ParseUnit(rest)
	if err != nil {
		return Quantity{}, fmt.Errorf("units: Parse: %q: %s", s, strings.TrimPrefix(err.Error(), "units: "))
	}
	return Quantity{value, u}, nil
}

// numberEnd returns the length of the number that text begins with.
func numberEnd(text string) int {
	i, digits := 0, 0
	if i < len(text) && (text[i] == '-' || text[i] == '+') {
		i++
	}
	for ; i < len(text) && (text[i] >= '0' && text[i] <= '9' || text[i] == '.'); i++ {
		if text[i] != '.' {
			digits++
		}
	}
	if digits == 0 {
		return 0
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		j := i + 1
		if j < len(text) && (text[j] == '-' || text[j] == '+') {
			j++
		}
		if j < len(text) && text[j] >= '0' && text[j] <= '9' {
			for ; j < len(text) && text[j] >= '0' && text[j] <= '9'; j++ {
			}
			i = j
		}
	}
	return i
}

// ParseUnit reads a unit: names with prefixes, products, quotients and powers.
// "1" and "" are the unit of plain numbers.
func ParseUnit(s string) (Unit, error) {
	text := strings.TrimSpace(s)
	if text == "" || text == "1" {
		return One, nil
	}
	p := &unitParser{text: text}
	u, err := p.product()
	if err == nil && p.pos < len(p.text) {
		err = fmt.Errorf("%q is left over", p.text[p.pos:])
	}
	if err == nil && (math.IsNaN(u.Factor) || u.Factor == 0 || math.IsInf(u.Factor, 0)) {
		err = fmt.Errorf("its power is out of reach")
	}
	if err == nil && (u.Exp > 280 || u.Exp < -280) {
		err = fmt.Errorf("its power of ten is out of reach")
	}
	if err != nil {
		return Unit{}, fmt.Errorf("units: the unit %q: %w; write units as mV, uF/cm^2, nS*cm**-2 or 1/ms", s, err)
	}
	u.Name = tidy(text)
	if known, ok := Lookup(text); ok {
		u.Name = known.Name
	}
	return u, nil
}

type unitParser struct {
	text  string
	pos   int
	depth int
}

func (p *unitParser) blanks() {
	for p.pos < len(p.text) && (p.text[p.pos] == ' ' || p.text[p.pos] == '\t') {
		p.pos++
	}
}

func (p *unitParser) accept(words ...string) bool {
	p.blanks()
	for _, w := range words {
		if strings.HasPrefix(p.text[p.pos:], w) {
			p.pos += len(w)
			return true
		}
	}
	return false
}

func (p *unitParser) product() (Unit, error) {
	u, err := p.power()
	quotient := false
	for err == nil {
		var v Unit
		switch {
		case !p.peekPower() && p.accept("*", "·", "⋅"):
			if v, err = p.power(); err == nil {
				u, err = p.checked(u.Mul(v), u, v)
			}
		case p.accept("/"):
			quotient = true
			if v, err = p.power(); err == nil {
				u, err = p.checked(u.Div(v), u, v)
			}
		default:
			p.blanks()
			r, _ := utf8.DecodeRuneInString(p.text[p.pos:])
			if !unicode.IsLetter(r) {
				return u, nil
			}
			if quotient {
				return u, fmt.Errorf("it is not clear whether %q is below the stroke: write \"*\" or \"/\" before it", p.text[p.pos:])
			}
			if v, err = p.power(); err == nil {
				u, err = p.checked(u.Mul(v), u, v)
			}
		}
	}
	return u, err
}

// checked refuses products whose exponents are out of reach.
func (p *unitParser) checked(u, a, b Unit) (Unit, error) {
	for i, e := range u.Dim {
		if e > 500*part || e < -500*part || a.Dim[i] > 500*part || b.Dim[i] > 500*part {
			return u, fmt.Errorf("its power is out of reach")
		}
	}
	return u, nil
}

func (p *unitParser) peekPower() bool {
	p.blanks()
	return strings.HasPrefix(p.text[p.pos:], "**")
}

var superscripts = map[rune]byte{'⁰': '0', '¹': '1', '²': '2', '³': '3', '⁴': '4', '⁵': '5', '⁶': '6', '⁷': '7', '⁸': '8', '⁹': '9', '⁻': '-'}

func (p *unitParser) power() (Unit, error) {
	u, err := p.atom()
	if err != nil {
		return u, err
	}
	digits := ""
	if p.accept("**", "^") {
		p.blanks()
		inside := p.accept("(")
		p.blanks()
		n := numberEnd(p.text[p.pos:])
		if n == 0 {
			return u, fmt.Errorf("a number is missing after the sign of a power")
		}
		digits = p.text[p.pos : p.pos+n]
		p.pos += n
		if inside && p.accept("/") { // (1/2)
			m := numberEnd(p.text[p.pos:])
			a, _ := strconv.ParseFloat(digits, 64)
			b, err := strconv.ParseFloat(p.text[p.pos:p.pos+m], 64)
			if err != nil || b == 0 {
				return u, fmt.Errorf("its power is not a number")
			}
			digits = strconv.FormatFloat(a/b, 'g', -1, 64)
			p.pos += m
		}
		if inside && !p.accept(")") {
			return u, fmt.Errorf("\")\" is missing after a power")
		}
	} else {
		for p.pos < len(p.text) {
			r, size := utf8.DecodeRuneInString(p.text[p.pos:])
			d, ok := superscripts[r]
			if !ok {
				break
			}
			digits += string(d)
			p.pos += size
		}
	}
	if digits == "" {
		return u, nil
	}
	e, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.Abs(e) > 100 {
		return u, fmt.Errorf("its power %s is out of reach", digits)
	}
	return u.pow(e), nil
}

func (p *unitParser) atom() (Unit, error) {
	p.blanks()
	if p.accept("(") {
		if p.depth++; p.depth > 20 {
			return Unit{}, fmt.Errorf("too many brackets")
		}
		u, err := p.product()
		if err != nil {
			return u, err
		}
		if !p.accept(")") {
			return u, fmt.Errorf("\")\" is missing")
		}
		p.depth--
		return u, nil
	}
	start := p.pos
	for p.pos < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[p.pos:])
		if !(unicode.IsLetter(r) || r == '%' || p.pos > start && r >= '0' && r <= '9' || r == '_') {
			break
		}
		p.pos += size
	}
	name := p.text[start:p.pos]
	if name == "" {
		if n := numberEnd(p.text[p.pos:]); n > 0 {
			v, err := strconv.ParseFloat(p.text[p.pos:p.pos+n], 64)
			if err == nil && v == 1 {
				p.pos += n
				return One, nil
			}
			return Unit{}, fmt.Errorf("it has the number %s", p.text[p.pos:p.pos+n])
		}
		if p.pos == len(p.text) {
			return Unit{}, fmt.Errorf("it ends where a name should stand")
		}
		return Unit{}, fmt.Errorf("%q is not the name of a unit", p.text[p.pos:])
	}
	if u, ok := Lookup(name); ok {
		return u, nil
	}
	if near := Nearest(name); near != "" {
		return Unit{}, fmt.Errorf("there is no unit %q (did you mean %s?)", name, near)
	}
	return Unit{}, fmt.Errorf("there is no unit %q", name)
}
