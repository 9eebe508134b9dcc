package stats

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// A formula is response ~ fixed + (random | group) ...
type formula struct {
	response string
	fixed    []product
	constant bool // the model has an intercept
	random   []randomTerm
}

// A product is a set of columns that are multiplied, in the order in which they came.
type product []string

// A randomTerm is (terms | group), group being columns whose combination names the level.
type randomTerm struct {
	terms    []product
	constant bool
	group    product
	apart    bool // (terms || group): without correlations
}

// parseFormula reads a model as lme4 writes it.
func parseFormula(text string) (*formula, error) {
	p := &formulaParser{text: text}
	if err := p.scan(); err != nil {
		return nil, err
	}
	f := &formula{constant: true}
	var err error
	if f.response, err = p.name("the response"); err != nil {
		return nil, err
	}
	if err := p.take("~"); err != nil {
		return nil, err
	}
	for first := true; ; first = false {
		minus := false
		if !first {
			switch p.peek() {
			case "":
				return f, nil
			case "+":
			case "-":
				minus = true
			default:
				return nil, p.wrong("+")
			}
			p.at++
		} else if p.peek() == "-" {
			minus = true
			p.at++
		}
		switch {
		case p.peek() == "(" && p.isRandom():
			if minus {
				return nil, fmt.Errorf("a random term cannot be taken away in %q", text)
			}
			p.at++
			terms, err := p.random()
			if err != nil {
				return nil, err
			}
			f.random = append(f.random, terms...)
		case p.peek() == "0" || p.peek() == "1":
			f.constant = (p.peek() == "1") != minus
			p.at++
		default:
			add, err := p.sum()
			if err != nil {
				return nil, err
			}
			if minus {
				f.fixed = slices.DeleteFunc(f.fixed, func(t product) bool { return holds(add, t) })
				continue
			}
			for _, t := range add {
				if !holds(f.fixed, t) {
					f.fixed = append(f.fixed, t)
				}
			}
		}
	}
}

type formulaParser struct {
	text  string
	words []string
	quote []bool // words that are names whatever they look like
	at    int
}

// scan splits the text into names, numbers and signs.
func (p *formulaParser) scan() error {
	r := []rune(p.text)
	for i := 0; i < len(r); {
		switch c := r[i]; {
		case unicode.IsSpace(c):
			i++
		case c == '`':
			end := slices.Index(r[i+1:], '`')
			if end < 1 {
				return fmt.Errorf("a ` opens a name in %q and none closes it", p.text)
			}
			p.words, p.quote = append(p.words, string(r[i+1:i+1+end])), append(p.quote, true)
			i += end + 2
		case strings.ContainsRune("~+-*:/()|", c):
			w := string(c)
			if c == '|' && i+1 < len(r) && r[i+1] == '|' {
				w = "||"
			}
			p.words, p.quote = append(p.words, w), append(p.quote, false)
			i += len(w)
		case unicode.IsLetter(c) || unicode.IsDigit(c) || c == '_' || c == '.':
			j := i
			for j < len(r) && (unicode.IsLetter(r[j]) || unicode.IsDigit(r[j]) || r[j] == '_' || r[j] == '.') {
				j++
			}
			p.words, p.quote = append(p.words, string(r[i:j])), append(p.quote, false)
			i = j
		default:
			return fmt.Errorf("%q has the sign %q, which formulas do not know; names of columns with such signs stand between backquotes", p.text, string(c))
		}
	}
	return nil
}

// peek returns the next sign or number, "name" before a name and "" at the end.
func (p *formulaParser) peek() string {
	switch {
	case p.at >= len(p.words):
		return ""
	case p.quote[p.at]:
		return "name"
	}
	w := p.words[p.at]
	if strings.Contains("~+-*:/()|||01", w) {
		return w
	}
	return "name"
}

func (p *formulaParser) wrong(want string) error {
	if p.at >= len(p.words) {
		return fmt.Errorf("%q ends where %s is expected", p.text, want)
	}
	if p.at > 0 && p.peek() == "(" && p.words[p.at-1] != "" && !p.quote[p.at-1] && unicode.IsLetter([]rune(p.words[p.at-1])[0]) {
		return fmt.Errorf("%q has the function %s(...): add its values to the table as a column", p.text, p.words[p.at-1])
	}
	return fmt.Errorf("%q has %q where %s is expected", p.text, p.words[p.at], want)
}

func (p *formulaParser) take(w string) error {
	if p.peek() != w {
		return p.wrong(`"` + w + `"`)
	}
	p.at++
	return nil
}

func (p *formulaParser) name(what string) (string, error) {
	if p.peek() != "name" {
		return "", p.wrong(what)
	}
	p.at++
	return p.words[p.at-1], nil
}

// isRandom reports whether the bracket that opens here has a | before it closes.
func (p *formulaParser) isRandom() bool {
	for i, depth := p.at, 0; i < len(p.words); i++ {
		if p.quote[i] {
			continue
		}
		switch p.words[i] {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return false
			}
		case "|", "||":
			return true
		}
	}
	return false
}

// sum reads a*b, a:b, a or a bracket of sums: the products it stands for.
func (p *formulaParser) sum() ([]product, error) {
	left, err := p.factor()
	if err != nil {
		return nil, err
	}
	for p.peek() == "*" || p.peek() == ":" {
		sign := p.peek()
		p.at++
		right, err := p.factor()
		if err != nil {
			return nil, err
		}
		var both []product
		for _, a := range left {
			for _, b := range right {
				both = append(both, join(a, b))
			}
		}
		if sign == ":" {
			left = both
			continue
		}
		for _, t := range append(append([]product{}, right...), both...) {
			if !holds(left, t) {
				left = append(left, t)
			}
		}
	}
	return left, nil
}

func (p *formulaParser) factor() ([]product, error) {
	if p.peek() != "(" {
		n, err := p.name("a column")
		if err != nil {
			return nil, err
		}
		if p.peek() == "(" {
			return nil, p.wrong("+")
		}
		return []product{{n}}, nil
	}
	p.at++
	var out []product
	for {
		t, err := p.sum()
		if err != nil {
			return nil, err
		}
		for _, x := range t {
			if !holds(out, x) {
				out = append(out, x)
			}
		}
		if p.peek() != "+" {
			return out, p.take(")")
		}
		p.at++
	}
}

// random reads what stands behind the bracket of a random term. g1/g2 makes two of it.
func (p *formulaParser) random() ([]randomTerm, error) {
	t := randomTerm{constant: true}
	for first := true; ; first = false {
		minus := p.peek() == "-"
		if minus || p.peek() == "+" && !first {
			p.at++
		}
		switch p.peek() {
		case "0", "1":
			t.constant = (p.peek() == "1") != minus
			p.at++
		default:
			if minus {
				return nil, p.wrong("1")
			}
			add, err := p.sum()
			if err != nil {
				return nil, err
			}
			t.terms = append(t.terms, add...)
		}
		if p.peek() == "|" || p.peek() == "||" {
			break
		}
		if p.peek() != "+" && p.peek() != "-" {
			return nil, p.wrong(`"|"`)
		}
	}
	t.apart = p.peek() == "||"
	p.at++
	if len(t.terms) == 0 && !t.constant {
		return nil, fmt.Errorf("a random term of %q has nothing before its |", p.text)
	}
	var out []randomTerm
	var group product
	for {
		n, err := p.name("a column that names groups")
		if err != nil {
			return nil, err
		}
		group = append(group, n)
		switch p.peek() {
		case ":":
			p.at++
		case "/": // the group so far, and each of the next within it
			u := t
			u.group = slices.Clone(group)
			out = append(out, u)
			p.at++
		default:
			t.group = group
			return append(out, t), p.take(")")
		}
	}
}

// join multiplies two products; a column twice is one.
func join(a, b product) product {
	out := slices.Clone(a)
	for _, n := range b {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// holds reports whether t is one of terms, its columns in any order.
func holds(terms []product, t product) bool {
	return slices.ContainsFunc(terms, func(o product) bool { return sameColumns(o, t) })
}

func sameColumns(a, b product) bool {
	if len(a) != len(b) {
		return false
	}
	for _, n := range a {
		if !slices.Contains(b, n) {
			return false
		}
	}
	return true
}
