// Package randprog writes random Go programs that compile, end and print the
// same each time, to hold one implementation of Go against another:
//
//	os.WriteFile("p.go", []byte(randprog.Program(seed, 30)), 0o644)
//
// Programs keep away from what the language leaves open: the order of a map,
// and the order in which variables are read and functions called within one
// expression. The latter is what the programs of [Order] are about.
package randprog

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Program returns a program with a number of functions.
func Program(seed uint64, functions int) string {
	w := &writer{r: rand.New(rand.NewPCG(seed, 1))}
	w.b.WriteString(preamble)
	for i := range functions {
		w.function(i)
	}
	w.b.WriteString("func main() {\n")
	for i, f := range w.funcs {
		for k := range 2 {
			var args []string
			w.scopes = nil
			w.push()
			for _, t := range f.params {
				args = append(args, w.value(t, 0))
			}
			fmt.Fprintf(&w.b, "\tfuel = 300\n\ttry(\"f%d.%d\", func() []any { return list(f%d(%s)) })\n", i, k, i, strings.Join(args, ", "))
		}
	}
	w.b.WriteString("\tprintln(\"end\")\n}\n")
	return w.b.String()
}

type variable struct{ name, typ string }

type signature struct{ params, results []string }

type writer struct {
	r      *rand.Rand
	b      strings.Builder
	funcs  []signature
	scopes [][]variable
	fixed  map[string]bool // variables that are not assigned to
	n      int             // names
	depth  int
	loops  int
	sig    signature
	inner  bool // in the body of a closure
}

var ints = []string{"int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "N"}

var scalars = append([]string{"float32", "float64", "string", "bool", "complex128", "complex64"}, ints...)

var composites = []string{"S0", "S1", "[3]int32", "[2]S0", "[]int", "[]S0", "[]string", "[]uint8", "[]float32", "[][2]int16",
	"map[int8]S0", "map[string]int", "map[S0]float32", "map[any]int", "*S0", "*S1", "any", "I", "func(int) int", "E", "P[int]", "P[string]", "[]any", "[]I"}

// globals are the variables of the preamble.
var globals = []variable{{"gI", "int"}, {"gS", "S0"}, {"gT", "S1"}, {"gL", "[]int"}, {"gM", "map[string]int"}, {"gA", "any"}, {"gP", "*S0"},
	{"gF", "float64"}, {"gR", "[3]int32"}, {"gU", "uint8"}, {"gW", "I"}}

// keeps are the types that an interface in a value may hold.
var keeps = []string{"int", "int8", "uint16", "float32", "float64", "string", "S0", "N", "[3]int32", "bool", "complex64", "P[int]", "P[string]"}

// fields are the ways from a value to its parts.
var fields = map[string][][2]string{
	"S0":        {{".A", "int8"}, {".B", "float32"}, {".C", "string"}},
	"S1":        {{".X", "uint16"}, {".S", "S0"}, {".S.C", "string"}, {".R", "[3]int32"}, {".R[1]", "int32"}, {".V", "any"}, {".L", "[]int"}},
	"E":         {{".A", "int8"}, {".S0", "S0"}, {".C", "string"}, {".Y", "complex64"}, {".K", "[2]S0"}, {".K[1].B", "float32"}},
	"*S0":       {{".A", "int8"}, {".B", "float32"}, {".C", "string"}},
	"*S1":       {{".X", "uint16"}, {".S", "S0"}, {".S.A", "int8"}, {".R", "[3]int32"}, {".R[2]", "int32"}, {".V", "any"}, {".L", "[]int"}},
	"[3]int32":  {{"[0]", "int32"}, {"[2]", "int32"}},
	"[2]S0":     {{"[0]", "S0"}, {"[1].A", "int8"}, {"[1].C", "string"}},
	"P[int]":    {{".F", "int"}, {".G", "int"}},
	"P[string]": {{".F", "string"}, {".G", "int"}},
}

func (w *writer) pick(list []string) string { return list[w.r.IntN(len(list))] }

func (w *writer) chance(percent int) bool { return w.r.IntN(100) < percent }

func (w *writer) anyType() string {
	if w.chance(50) {
		return w.pick(scalars)
	}
	return w.pick(composites)
}

func (w *writer) push() { w.scopes = append(w.scopes, nil) }
func (w *writer) pop()  { w.scopes = w.scopes[:len(w.scopes)-1] }

func (w *writer) name(prefix string) string {
	w.n++
	return fmt.Sprint(prefix, w.n)
}

func (w *writer) declare(name, typ string) {
	top := len(w.scopes) - 1
	w.scopes[top] = append(w.scopes[top], variable{name, typ})
}

func (w *writer) line(format string, args ...any) {
	w.b.WriteString(strings.Repeat("\t", len(w.scopes)))
	fmt.Fprintf(&w.b, format, args...)
	w.b.WriteByte('\n')
}

// places returns expressions that can be read, of a type; when toSet is true,
// those that can be assigned to.
func (w *writer) places(typ string, toSet bool) []string {
	var out []string
	for _, s := range w.scopes {
		for _, v := range s {
			if toSet && w.fixed[v.name] {
				continue
			}
			if v.typ == typ {
				out = append(out, v.name)
			}
			for _, f := range fields[v.typ] {
				if f[1] == typ {
					out = append(out, v.name+f[0])
				}
			}
		}
	}
	return out
}

func isInt(t string) bool {
	for _, x := range ints {
		if x == t {
			return true
		}
	}
	return false
}

func isFloat(t string) bool { return t == "float32" || t == "float64" }

// literal returns a constant of a type, as a value of that type.
func (w *writer) literal(t string) string {
	switch {
	case isInt(t):
		n := w.r.IntN(120)
		if t[0] != 'u' && w.chance(30) {
			n = -n
		}
		return fmt.Sprintf("%s(%d)", t, n)
	case isFloat(t):
		return fmt.Sprintf("%s(%g)", t, float64(w.r.IntN(2000)-1000)/8)
	case t == "complex64" || t == "complex128":
		return fmt.Sprintf("%s(complex(%d, %g))", t, w.r.IntN(9)-4, float64(w.r.IntN(16))/4)
	case t == "string":
		return w.pick([]string{`""`, `"a"`, `"héllo"`, `"\xff\xfez"`, `"日本"`, `"abc"`, `"zz\x00"`, `"0123456789"`})
	}
	return w.pick([]string{"true", "false"})
}

// fresh returns a value that is not read from a variable.
func (w *writer) fresh(t string, d int) string {
	e := func(t string) string { return w.value(t, d-1) }
	switch t {
	case "S0":
		if w.chance(20) {
			return "S0{}"
		}
		return fmt.Sprintf("S0{%s, %s, %s}", e("int8"), e("float32"), e("string"))
	case "S1":
		return fmt.Sprintf("S1{X: %s, S: %s, R: %s, V: %s}", e("uint16"), e("S0"), e("[3]int32"), e("any"))
	case "E":
		return fmt.Sprintf("E{S0: %s, Y: %s}", e("S0"), e("complex64"))
	case "[3]int32":
		return w.pick([]string{fmt.Sprintf("[3]int32{%s, %s}", e("int32"), e("int32")), fmt.Sprintf("[...]int32{2: %s}", e("int32"))})
	case "[2]int16":
		return fmt.Sprintf("[2]int16{%s, %s}", e("int16"), e("int16"))
	case "[2]S0":
		return fmt.Sprintf("[2]S0{1: %s}", e("S0"))
	case "*S0", "*S1":
		return "ref(" + e(t[1:]) + ")"
	case "any":
		return "any(" + e(w.pick(keeps)) + ")"
	case "I":
		return "I(" + e(w.pick([]string{"S0", "N", "*S1", "E"})) + ")"
	case "func(int) int":
		return w.pick([]string{"N(3).M", "twice", "S0{A: 4}.M", "func(x int) int { return x*x - 3 }", "ref(S1{X: 5}).M"})
	case "P[int]", "P[string]":
		return fmt.Sprintf("%s{%s, %s}", t, e(t[2:len(t)-1]), e("int"))
	}
	if elem, ok := strings.CutPrefix(t, "[]"); ok {
		var list []string
		for range w.r.IntN(4) {
			list = append(list, e(elem))
		}
		return t + "{" + strings.Join(list, ", ") + "}"
	}
	if rest, ok := strings.CutPrefix(t, "map["); ok {
		k, v, _ := strings.Cut(rest, "]")
		out := t + "{"
		if w.chance(70) {
			switch k {
			case "int8":
				out += fmt.Sprintf("%d: %s, %d: %s", w.r.IntN(50), e(v), 50+w.r.IntN(50), e(v))
			case "string":
				out += fmt.Sprintf("\"k%d\": %s", w.r.IntN(3), e(v))
			default:
				out += fmt.Sprintf("%s: %s", e(k), e(v))
			}
		}
		return out + "}"
	}
	return w.literal(t)
}

// value returns an expression of a type, which does not panic and has no side
// effects.
func (w *writer) value(t string, d int) string {
	at := w.places(t, false)
	if len(at) > 0 && (d <= 0 || w.chance(45)) {
		return w.pick(at)
	}
	if d <= 0 {
		return w.fresh(t, d)
	}
	e := func(t string) string { return w.value(t, d-1) }
	if w.chance(12) {
		switch w.r.IntN(4) {
		case 0:
			return "id(" + e(t) + ")"
		case 1:
			return fmt.Sprintf("sel(%s, %s, %s)", e("bool"), e(t), e(t))
		case 2:
			return fmt.Sprintf("func() %s { return %s }()", t, e(t))
		default:
			if t == "string" || t == "int" || t == "S0" || t == "float32" {
				m := map[string]string{"string": "[]string", "int": "[]int", "S0": "[]S0", "float32": "[]float32"}[t]
				return fmt.Sprintf("at(%s, %s)", e(m), e("int"))
			}
			if t != "I" && t != "E" && !strings.Contains(t, "func") && t[0] != '*' && t[0] != '[' && !strings.HasPrefix(t, "map") && t != "S1" && t != "any" {
				return fmt.Sprintf("as[%s](%s)", t, e("any"))
			}
		}
	}
	switch {
	case isInt(t):
		switch w.r.IntN(9) {
		case 0, 1, 2:
			return fmt.Sprintf("(id(%s) %s %s)", e(t), w.pick([]string{"+", "-", "*", "&", "|", "^", "&^"}), e(t))
		case 3:
			return fmt.Sprintf("(id(%s) %s (%s & %d))", e(t), w.pick([]string{"<<", ">>"}), e(w.pick([]string{"uint", "uint8", "uint16"})), []int{7, 15, 127}[w.r.IntN(3)])
		case 4:
			return fmt.Sprintf("(id(%s) %s (id(%s) | 1))", e(t), w.pick([]string{"/", "%"}), e(t))
		case 5:
			return fmt.Sprintf("%s(id(%s))", t, e(w.pick(ints)))
		case 6:
			return fmt.Sprintf("%s(id(%s))", w.pick([]string{"-", "^", "+"}), e(t))
		case 7:
			if t == "int" {
				return w.pick([]string{"len(" + e("string") + ")", "len(" + e("[]int") + ")", e("I") + ".M(" + e("int") + ")", "len(" + e("map[string]int") + ")",
					e("map[string]int") + "[" + e("string") + "]", "cap(" + e("[3]int32") + ")", "(" + e("S0") + ").M(" + e("int") + ")", e("map[any]int") + "[" + e("any") + "]"})
			}
			return fmt.Sprintf("%s(id(%s), %s)", w.pick([]string{"min", "max"}), e(t), e(t))
		}
		return fmt.Sprintf("%s(toInt(%s(%s)))", t, "float64", e(w.pick([]string{"float32", "float64"})))
	case isFloat(t):
		switch w.r.IntN(4) {
		case 0:
			return fmt.Sprintf("%s(id(%s))", t, e(w.pick([]string{"int", "uint8", "int64", "uint64", "float32", "float64", "N"})))
		case 1:
			return fmt.Sprintf("%s(id(%s), %s)", w.pick([]string{"min", "max"}), e(t), e(t))
		}
		return fmt.Sprintf("(id(%s) %s %s)", e(t), w.pick([]string{"+", "-", "*", "/"}), "id("+e(t)+")")
	case strings.HasPrefix(t, "complex"):
		if w.chance(30) {
			f := "float64"
			if t == "complex64" {
				f = "float32"
			}
			return fmt.Sprintf("complex(id(%s), %s)", e(f), "imag(id("+e(t)+"))")
		}
		return fmt.Sprintf("(id(%s) %s %s)", e(t), w.pick([]string{"+", "-", "*"}), e(t))
	case t == "string":
		switch w.r.IntN(6) {
		case 0:
			return fmt.Sprintf("(short(%s) + %s)", e("string"), e("string"))
		case 1:
			return fmt.Sprintf("string(rune(id(%s)))", e(w.pick([]string{"int32", "uint16"})))
		case 2:
			return fmt.Sprintf("string(%s)", e("[]uint8"))
		case 3:
			return fmt.Sprintf("short(fmt.Sprint(%s))", e(w.pick([]string{"int", "S0", "any", "float32", "N", "complex64", "P[string]"})))
		case 4:
			return fmt.Sprintf("string([]rune(short(%s)))", e("string"))
		}
		return fmt.Sprintf("short(fmt.Sprintf(\"%%v|%%v\", %s, %s))", e("any"), e("string"))
	case t == "bool":
		switch w.r.IntN(6) {
		case 0:
			c := w.pick([]string{"S0", "any", "I", "[3]int32", "[2]S0", "complex64", "P[string]", "*S0", "N", "E"})
			if c == "I" || c == "any" {
				return fmt.Sprintf("same(%s, %s)", e(c), e(c))
			}
			return fmt.Sprintf("(id(%s) %s id(%s))", e(c), w.pick([]string{"==", "!="}), e(c))
		case 1:
			return fmt.Sprintf("(%s %s %s)", e("bool"), w.pick([]string{"&&", "||"}), e("bool"))
		case 2:
			return "!id(" + e("bool") + ")"
		case 3:
			return fmt.Sprintf("is[%s](%s)", w.pick(keeps), e("any"))
		}
		c := w.pick([]string{"int", "string", "float64", "float32", "uint8", "int16", "uint64", "N", "int32"})
		return fmt.Sprintf("(id(%s) %s %s)", e(c), w.pick([]string{"<", "<=", ">", ">=", "==", "!="}), e(c))
	}
	return w.fresh(t, d)
}

func (w *writer) function(i int) {
	w.scopes, w.n, w.depth, w.loops, w.inner = nil, 0, 0, 0, false
	w.fixed = map[string]bool{}
	w.sig = signature{}
	w.push()
	for _, v := range globals {
		w.declare(v.name, v.typ)
	}
	var params, results []string
	for range w.r.IntN(4) {
		t, n := w.anyType(), w.name("p")
		w.sig.params = append(w.sig.params, t)
		params = append(params, n+" "+t)
		w.declare(n, t)
	}
	named := w.chance(60)
	for range 1 + w.r.IntN(3) {
		t, n := w.anyType(), w.name("r")
		w.sig.results = append(w.sig.results, t)
		if named {
			results = append(results, n+" "+t)
			w.declare(n, t)
		} else {
			results = append(results, t)
		}
	}
	fmt.Fprintf(&w.b, "func f%d(%s) (%s) {\n", i, strings.Join(params, ", "), strings.Join(results, ", "))
	for k, r := range results {
		if n, _, ok := strings.Cut(r, " "); named && ok {
			if t := w.sig.results[k]; t[0] == '*' || t == "I" || t == "func(int) int" {
				w.line("%s = %s", n, w.fresh(t, 1)) // not nil
			}
		}
	}
	w.line("if fuel--; fuel < 0 { panic(\"fuel\") }")
	w.block(6 + w.r.IntN(14))
	w.giveBack()
	w.b.WriteString("}\n\n")
	w.funcs = append(w.funcs, w.sig)
}

func (w *writer) giveBack() {
	var out []string
	for _, t := range w.sig.results {
		out = append(out, w.value(t, 1))
	}
	w.line("return %s", strings.Join(out, ", "))
}

func (w *writer) block(n int) {
	for range n {
		w.statement()
	}
}

// nested writes a block with its own scope.
func (w *writer) nested(n int, vars ...variable) {
	w.push()
	w.depth++
	for _, v := range vars {
		w.declare(v.name, v.typ)
		w.line("_ = %s", v.name)
	}
	w.block(n)
	w.depth--
	w.pop()
}
