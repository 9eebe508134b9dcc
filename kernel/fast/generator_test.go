package fast

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A generator writes functions of one signature.
type generator struct {
	r     *rand.Rand
	b     strings.Builder
	vars  []genVar
	next  int
	depth int
	funcs []string
	loops int
	cost  int
	calls bool // the first functions call none

	closed bool // within a function of a function
}

type genVar struct {
	name, typ string
	fixed     bool
}

var numberTypes = []string{"int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "float32", "float64"}

func (g *generator) pick(s ...string) string { return s[g.r.IntN(len(s))] }
func (g *generator) chance(n int) bool       { return g.r.IntN(n) == 0 }

func (g *generator) program(n int) (string, []string) {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("f%d", i))
		g.function(names[i])
	}
	var list strings.Builder
	list.WriteString("var _ = math.MaxInt\n\ntype pt struct { u, v float64; n int8 }\n\ntype box struct { p pt; a [3]int; s []int }\n\nfunc (p *pt) add(w float64) float64 { p.u += w; p.n++; return p.u - p.v }\n\nfunc (p pt) norm() float64 { return p.u*p.u + p.v*p.v }\n\n")
	list.WriteString("type op func(a int, b uint8, c int32, d uint64, e float64, f float32, xs []int, ys []float64) (int, float64, uint64)\n\nvar names = []struct{ name string; fn op }{\n")
	for _, n := range names {
		fmt.Fprintf(&list, "\t{%q, %s},\n", n, n)
	}
	return list.String() + "}\n\n" + g.b.String(), names
}

func (g *generator) line(format string, args ...any) {
	g.b.WriteString(strings.Repeat("\t", g.depth))
	fmt.Fprintf(&g.b, format, args...)
	g.b.WriteByte('\n')
}

func (g *generator) function(name string) {
	g.vars = []genVar{{"a", "int", false}, {"b", "uint8", false}, {"c", "int32", false}, {"d", "uint64", false}, {"e", "float64", false}, {"f", "float32", false}, {"xs", "[]int", false}, {"ys", "[]float64", false}}
	g.depth, g.loops, g.cost = 0, 0, 0
	g.line("func %s(a int, b uint8, c int32, d uint64, e float64, f float32, xs []int, ys []float64) (r1 int, r2 float64, r3 uint64) {", name)
	g.depth++
	g.vars = append(g.vars, genVar{"r1", "int", false}, genVar{"r2", "float64", false}, genVar{"r3", "uint64", false})
	for _, t := range numberTypes {
		// Constants for the compiler, not for the type checker, which would
		// find that they overflow.
		v := g.pick("0", "1", "2", "7", "100", "3")
		if strings.HasPrefix(t, "float") {
			v = g.pick("0.1", "1", "2.5", "1e10", "-3", "0")
		}
		g.line("var k%s %s = %s", t, t, v)
		g.line("_ = k%s", t)
		g.vars = append(g.vars, genVar{"k" + t, t, true})
	}
	for range 2 + g.r.IntN(10) {
		g.stmt()
	}
	g.line("return %s, %s, %s", g.expr("int", 3), g.expr("float64", 3), g.expr("uint64", 3))
	g.depth--
	g.line("}")
	g.line("")
	if len(g.funcs) < 8 {
		g.funcs = append(g.funcs, name)
	}
	g.calls = len(g.funcs) >= 8
}

func (g *generator) fresh() string { g.next++; return fmt.Sprintf("v%d", g.next) }

func (g *generator) declare(typ string) {
	name := g.fresh()
	switch typ {
	case "[4]int", "[3]float64", "[70]int32", "pt", "box":
		g.line("var %s %s", name, typ)
	case "[]int":
		g.line("%s := %s", name, g.pick("make([]int, "+fmt.Sprint(g.r.IntN(9))+")", "append([]int(nil), xs...)", "xs", "[]int{1, 2, 3, a}", "make([]int, a&15, 20)"))
	case "[]float64":
		g.line("%s := %s", name, g.pick("make([]float64, b&7)", "[]float64{e, 1, 2.5}", "ys"))
	case "[][]float64":
		g.line("%s := %s", name, g.pick("make([][]float64, 3)", "[][]float64{ys, {1, 2}, nil}"))
	case "*pt":
		g.line("%s := &pt{u: %s, n: 1}", name, g.expr("float64", 1))
	case "string":
		g.line("%s := %q", name, g.pick("hello", "", "añb", "x\xffy"))
	default:
		g.line("var %s %s = %s", name, typ, g.expr(typ, 3))
	}
	g.line("_ = %s", name)
	g.vars = append(g.vars, genVar{name, typ, false})
}

func (g *generator) block(n int) {
	g.depth++
	mark := len(g.vars)
	for range n {
		g.stmt()
	}
	g.vars = g.vars[:mark]
	g.depth--
}

func (g *generator) stmt() {
	g.cost++
	if g.cost > 60 {
		return
	}
	if g.loops == 0 && !g.closed && g.chance(12) {
		g.counted()
		return
	}
	switch k := g.r.IntN(24); {
	case k < 4:
		types := append([]string{"[4]int", "[3]float64", "[70]int32", "pt", "box", "[]int", "[]float64", "[][]float64", "*pt", "bool", "complex128", "string"}, numberTypes...)
		g.declare(types[g.r.IntN(len(types))])
	case k < 10:
		if l, t := g.lvalue(); l != "" {
			if isNumber(t) && g.chance(2) {
				ops := []string{"+=", "-=", "*="}
				if !strings.HasPrefix(t, "float") {
					ops = append(ops, "|=", "&=", "^=", "&^=", "/=", "%=")
				}
				g.line("%s %s %s", l, ops[g.r.IntN(len(ops))], g.expr(t, 2))
			} else {
				g.line("%s = %s", l, g.expr(t, 3))
			}
		}
	case k < 13:
		g.line("if %s {", g.expr("bool", 3))
		g.block(1 + g.r.IntN(3))
		if g.chance(2) {
			g.line("} else {")
			g.block(1 + g.r.IntN(2))
		}
		g.line("}")
	case k < 17 && g.loops < 3:
		g.loop()
	case k == 17:
		g.line("switch %s {", g.expr("int", 2))
		for i := range 2 + g.r.IntN(3) {
			g.line("case %d, %d:", i*3, i*3+1)
			g.block(1)
			if i == 0 && g.chance(3) {
				g.depth++
				g.line("fallthrough")
				g.depth--
			}
		}
		g.line("default:")
		g.block(1)
		g.line("}")
	case k == 18:
		s := g.slice("[]int")
		g.line("if len(%s) < 40 { %s = %s }", s, s, g.pick(
			fmt.Sprintf("append(%s, %s)", s, g.expr("int", 2)),
			fmt.Sprintf("append(%s, %s...)", s, g.slice("[]int")),
			fmt.Sprintf("%s[%s:]", s, g.expr("int", 1)),
			fmt.Sprintf("%s[:uint(%s)%%uint(len(%s)+1)]", s, g.expr("int", 1), s),
			fmt.Sprintf("%s[:len(%s)/2]", s, s),
			fmt.Sprintf("%s[:len(%s)/2:len(%s)]", s, s, s),
		))
	case k == 19:
		g.line("r1 += copy(%s, %s)", g.slice("[]int"), g.slice("[]int"))
	case k == 20:
		// A closure over variables, called at once or passed on.
		name := g.fresh()
		g.line("%s := func(w float64) float64 {", name)
		g.depth++
		mark, outer := len(g.vars), g.closed
		g.vars, g.closed = append(g.vars, genVar{"w", "float64", false}), true
		for range 1 + g.r.IntN(2) {
			g.stmt()
		}
		g.closed = outer
		g.line("return %s", g.expr("float64", 2))
		g.vars = g.vars[:mark]
		g.depth--
		g.line("}")
		g.line("r2 += %s(%s)", name, g.expr("float64", 2))
		if g.chance(2) {
			g.line("r2 -= %s(%s)", name, g.expr("float64", 1))
		}
	case k == 21:
		s := g.slice("[]int")
		i, v := g.fresh(), g.fresh()
		if g.loops >= 2 {
			return
		}
		g.loops++
		g.line("for %s, %s := range %s {", i, v, s)
		g.depth++
		g.line("if %s > 20 { break }", i)
		g.depth--
		mark := len(g.vars)
		g.vars = append(g.vars, genVar{i, "int", true}, genVar{v, "int", false})
		g.block(1 + g.r.IntN(2))
		g.vars = g.vars[:mark]
		g.line("\t_, _ = %s, %s", i, v)
		g.line("}")
		g.loops--
	case k == 22 && g.calls && g.loops == 0:
		x, y, z := g.fresh(), g.fresh(), g.fresh()
		g.line("%s, %s, %s := %s(%s, b, c, %s, %s, f, xs, ys)", x, y, z, g.funcs[g.r.IntN(len(g.funcs))], g.expr("int", 1), g.expr("uint64", 1), g.expr("float64", 1))
		g.line("r1 ^= %s; r2 += %s; r3 += %s", x, y, z)
	default:
		if p := g.variable("pt"); p != "" {
			g.line("r2 += %s", g.pick(p+".add("+g.expr("float64", 1)+")", p+".norm()"))
		} else if p := g.variable("*pt"); p != "" {
			g.line("r2 += %s", g.pick(p+".add("+g.expr("float64", 1)+")", p+".norm()"))
		}
	}
}

func (g *generator) loop() {
	i := g.fresh()
	g.loops++
	n := g.r.IntN(12)
	label := ""
	switch g.r.IntN(4) {
	case 0:
		g.line("for %s := 0; %s < %d; %s++ {", i, i, n, i)
	case 1:
		g.line("for %s := range %d {", i, n)
	case 2:
		g.line("for %s := %d; %s >= 0; %s-- {", i, n, i, i)
	default:
		label = "L" + i
		g.line("%s:", label)
		g.line("for %s := 0; %s < len(%s) && %s < 30; %s += %d {", i, i, g.slice("[]int"), i, i, 1+g.r.IntN(2))
	}
	mark := len(g.vars)
	g.vars = append(g.vars, genVar{i, "int", true})
	g.block(1 + g.r.IntN(3))
	g.depth++
	if label != "" {
		g.line("if %s { %s %s }", g.expr("bool", 2), g.pick("break", "continue"), label)
	} else if g.chance(3) {
		g.line("if %s { %s }", g.expr("bool", 2), g.pick("break", "continue"))
	}
	g.depth--
	g.vars = g.vars[:mark]
	g.line("\t_ = %s", i)
	g.line("}")
	g.loops--
}

func isNumber(t string) bool {
	for _, n := range numberTypes {
		if n == t {
			return true
		}
	}
	return false
}

func (g *generator) variable(typ string) string {
	var c []string
	for _, v := range g.vars {
		if v.typ == typ && !v.fixed {
			c = append(c, v.name)
		}
	}
	if len(c) == 0 {
		return ""
	}
	return g.pick(c...)
}

func (g *generator) slice(typ string) string {
	if v := g.variable(typ); v != "" {
		return v
	}
	return map[string]string{"[]int": "xs", "[]float64": "ys"}[typ]
}

// index is an index that is mostly in range.
func (g *generator) index(s string, n int) string {
	switch {
	case n > 0 && g.chance(2):
		return fmt.Sprint(g.r.IntN(n))
	case n > 0 && !g.chance(12):
		return fmt.Sprintf("uint(%s)%%%d", g.expr("int", 1), n)
	case n > 0:
		return g.anyVar("int")
	case g.chance(6):
		return g.expr("int", 1)
	default:
		return fmt.Sprintf("%s&(len(%s)-1)", g.expr("int", 1), s)
	}
}

func (g *generator) anyVar(typ string) string {
	var c []string
	for _, v := range g.vars {
		if v.typ == typ {
			c = append(c, v.name)
		}
	}
	if len(c) == 0 {
		return "a"
	}
	return g.pick(c...)
}

// lvalue returns something to assign to and its type.
func (g *generator) lvalue() (string, string) {
	v := g.vars[g.r.IntN(len(g.vars))]
	if v.fixed {
		return "", ""
	}
	return g.part(v)
}

func (g *generator) part(v genVar) (string, string) {
	switch v.typ {
	case "[]int":
		return fmt.Sprintf("%s[%s]", v.name, g.index(v.name, 0)), "int"
	case "[]float64":
		return fmt.Sprintf("%s[%s]", v.name, g.index(v.name, 0)), "float64"
	case "[][]float64":
		if g.chance(2) {
			return fmt.Sprintf("%s[%s]", v.name, g.index(v.name, 3)), "[]float64"
		}
		return fmt.Sprintf("%s[1][%s]", v.name, g.index(v.name+"[1]", 0)), "float64"
	case "[4]int":
		return fmt.Sprintf("%s[%s]", v.name, g.index(v.name, 4)), "int"
	case "[3]float64":
		return fmt.Sprintf("%s[%s]", v.name, g.index(v.name, 3)), "float64"
	case "[70]int32":
		return fmt.Sprintf("%s[%s]", v.name, g.index(v.name, 70)), "int32"
	case "pt", "*pt":
		f := g.pick("u", "v", "n")
		return v.name + "." + f, map[string]string{"u": "float64", "v": "float64", "n": "int8"}[f]
	case "box":
		switch g.r.IntN(4) {
		case 0:
			return v.name + ".p.u", "float64"
		case 1:
			return v.name + ".p", "pt"
		case 2:
			return fmt.Sprintf("%s.a[%s]", v.name, g.index(v.name+".a", 3)), "int"
		default:
			return v.name + ".s", "[]int"
		}
	case "string":
		return v.name, "string"
	}
	return v.name, v.typ
}

func (g *generator) expr(typ string, depth int) string {
	if depth <= 0 || g.chance(5) {
		return g.leaf(typ)
	}
	d := depth - 1
	switch typ {
	case "bool":
		t := g.numberType()
		switch g.r.IntN(6) {
		case 0:
			return fmt.Sprintf("(%s && %s)", g.expr("bool", d), g.expr("bool", d))
		case 1:
			return fmt.Sprintf("(%s || %s)", g.expr("bool", d), g.expr("bool", d))
		case 2:
			return "!" + g.expr("bool", d)
		default:
			return fmt.Sprintf("(%s %s %s)", g.expr(t, d), g.pick("<", "<=", ">", ">=", "==", "!="), g.expr(t, d))
		}
	case "complex128":
		return fmt.Sprintf("(%s %s %s)", g.expr(typ, d), g.pick("+", "-", "*", "/"), g.leaf(typ))
	case "pt":
		return fmt.Sprintf("pt{%s, %s, %s}", g.expr("float64", d), g.expr("float64", d), g.expr("int8", d))
	case "string", "[]int", "[]float64", "[4]int", "[3]float64", "[70]int32", "*pt", "[][]float64", "box":
		return g.leaf(typ)
	}
	float := strings.HasPrefix(typ, "float")
	switch k := g.r.IntN(12); {
	case k < 4:
		return fmt.Sprintf("(%s %s %s)", g.expr(typ, d), g.pick("+", "-", "*"), g.expr(typ, d))
	case k == 4 && float:
		return fmt.Sprintf("(%s / %s)", g.expr(typ, d), g.expr(typ, d))
	case k == 4:
		if g.chance(3) {
			return fmt.Sprintf("(%s %s %s)", g.expr(typ, d), g.pick("/", "%"), g.expr(typ, d))
		}
		return fmt.Sprintf("(%s %s %s)", g.expr(typ, d), g.pick("/", "%"), g.pick("3", "7", "8", "1", "64", "100"))
	case k == 5 && !float:
		return fmt.Sprintf("(%s %s %s)", g.expr(typ, d), g.pick("&", "|", "^", "&^"), g.expr(typ, d))
	case k == 6 && !float:
		if g.chance(8) {
			return fmt.Sprintf("(%s %s %s)", g.expr(typ, d), g.pick("<<", ">>"), g.expr("int", d))
		}
		return fmt.Sprintf("(%s %s %s)", g.expr(typ, d), g.pick("<<", ">>"), g.pick("(b&31)", "uint(c)", "3", "b", "uint8(d)", "70"))
	case k == 7:
		return fmt.Sprintf("%s(%s)", g.pick("min", "max"), g.expr(typ, d)+", "+g.expr(typ, d))
	case k == 8:
		return g.pick("-", "+") + g.leaf(typ)
	case k == 9 && !float:
		return "^" + g.leaf(typ)
	case k == 10 && typ == "float64" && g.chance(2):
		return fmt.Sprintf("%s(%s)", g.pick("real", "imag"), "complex("+g.expr("float64", d)+", "+g.expr("float64", d)+")")
	default:
		from := g.numberType()
		return fmt.Sprintf("%s(%s)", typ, g.expr(from, d))
	}
}

func (g *generator) numberType() string { return numberTypes[g.r.IntN(len(numberTypes))] }

func (g *generator) leaf(typ string) string {
	var c []string
	for _, v := range g.vars {
		if v.typ == typ {
			c = append(c, v.name)
		}
	}
	if len(c) > 0 && !g.chance(4) {
		return g.pick(c...)
	}
	for range 6 {
		v := g.vars[g.r.IntN(len(g.vars))]
		if l, t := g.part(v); t == typ {
			return l
		}
	}
	switch typ {
	case "bool":
		return g.pick("(a > 3)", "(e < 1)", "(len(xs) > 2)", "(b != 0)")
	case "complex128":
		return "complex(e, r2)"
	case "float64", "float32":
		return g.pick("k"+typ, typ+"(e)", typ+"(f)")
	case "pt":
		return "pt{}"
	case "box":
		return "box{}"
	case "*pt":
		return "(*pt)(nil)"
	case "[]int":
		return g.pick("xs", "nil", "xs[:0]")
	case "[]float64":
		return g.pick("ys", "nil")
	case "[][]float64":
		return "nil"
	case "[4]int", "[3]float64", "[70]int32":
		return typ + "{}"
	case "string":
		return g.pick(`"abc"`, `""`, `"zé"`)
	}
	return g.pick("k"+typ, fmt.Sprintf("%s(%s)", typ, g.pick("a", "b", "c", "d", "len(xs)", "cap(ys)")))
}
