package fast

import "fmt"

// counted writes a loop with a counter over slices and arrays, such as are
// written several turns in a row: of any length, up and down, with indices that
// go out of range on the way, limits next to the ends of int, slices that
// overlap, and ways out in the middle.
func (g *generator) counted() {
	g.loops++
	mark := len(g.vars)
	s, f, i, more := g.fresh(), g.fresh(), g.fresh(), g.fresh()
	g.line("%s := append(make([]int, %d, 64), xs...)", s, g.r.IntN(24))
	g.line("%s := append(make([]float64, %d), ys...)", f, g.r.IntN(24))
	g.line("var %s [23]int32", s+"a")
	g.line("%s := %s[min(len(%s), %d):]", s+"o", s, s, g.r.IntN(3))
	g.line("%s := %s", more, g.pick("a", "int(b)&3", "len(xs)", "-2", "1", "int(c)"))
	g.line("_, _ = %so, %s", s, more)
	g.line("for j := range %s { %s[j] += j*7 - a }", s, s)
	g.vars = append(g.vars, genVar{s, "[]int", false}, genVar{s + "o", "[]int", false}, genVar{f, "[]float64", false}, genVar{i, "int", true}, genVar{more, "int", true})
	fuel := false
	limit := func() string {
		switch g.r.IntN(8) {
		case 0:
			return fmt.Sprintf("len(%s)", s)
		case 1:
			return fmt.Sprintf("len(%s)", f)
		case 2:
			return fmt.Sprintf("len(%s)+%d", s, g.r.IntN(3)-1)
		case 3:
			return fmt.Sprintf("min(a, %d)", g.r.IntN(40))
		case 4:
			fuel = true
			return fmt.Sprintf("(math.MaxInt - %d)", g.r.IntN(4))
		case 5:
			fuel = true
			return "a"
		default:
			return fmt.Sprint(g.r.IntN(30))
		}
	}
	step := 1
	if g.chance(3) {
		step = 1 + g.r.IntN(3)
	}
	after := g.chance(3)
	declare := ":="
	if after {
		g.line("var %s int", i)
		declare = "="
	}
	switch g.r.IntN(6) {
	case 0:
		g.line("for %s %s range %s {", i, declare, s)
	case 1:
		g.line("for %s %s range %s {", i, declare, limit())
	case 2:
		from := g.pick(fmt.Sprintf("len(%s)-1", s), fmt.Sprint(g.r.IntN(30)), fmt.Sprintf("min(a, len(%s))", f), "math.MinInt + 6")
		if from == "math.MinInt + 6" {
			fuel = true
		}
		to := g.pick("0", "0", "-1", "1", "math.MinInt")
		if to == "math.MinInt" {
			fuel = true
		}
		g.line("for %s %s %s; %s %s %s; %s -= %d {", i, declare, from, i, g.pick(">", ">="), to, i, step)
		fuel = fuel || to == "math.MinInt"
	default:
		from := g.pick("0", "0", "0", "1", "2", "-1", "len(xs)", "max(a, -3)", "math.MaxInt - 9", "int(c)")
		if from == "int(c)" || from == "math.MaxInt - 9" {
			fuel = true
		}
		g.line("for %s %s %s; %s %s %s; %s += %d {", i, declare, from, i, g.pick("<", "<", "<="), limit(), i, step)
	}
	g.depth++
	if fuel {
		g.line("if r3++; r3 > 1<<40 || r3%%37 == 0 { break }")
	}
	at := func() string {
		switch g.r.IntN(10) {
		case 0:
			return i + "+1"
		case 1:
			return i + "-1"
		case 2:
			return i + "+" + more
		case 3:
			return more + "+" + i + "-1"
		case 4:
			return fmt.Sprintf("%s+%d", i, g.r.IntN(5)-2)
		case 5:
			return fmt.Sprintf("%s+%s+len(xs)/%d-1", more, i, 2+g.r.IntN(3))
		}
		return i
	}
	element := func() string {
		switch g.r.IntN(7) {
		case 0:
			return fmt.Sprintf("%so[%s]", s, at())
		case 1:
			return fmt.Sprintf("int(%s[%s])", f, at())
		case 2:
			return fmt.Sprintf("int(%sa[%s])", s, at())
		case 3:
			return fmt.Sprintf("xs[%s]", at())
		}
		return fmt.Sprintf("%s[%s]", s, at())
	}
	for range 1 + g.r.IntN(4) {
		switch g.r.IntN(12) {
		case 0:
			g.line("%s[%s] = %s", s, at(), g.expr("int", 2))
		case 1:
			g.line("%so[%s] += %s", s, at(), element())
		case 2:
			g.line("%s[%s] -= float64(%s)", f, at(), element())
		case 3:
			g.line("%sa[%s] ^= int32(%s)", s, at(), element())
		case 4:
			g.line("if %s %s %s { %s }", element(), g.pick("<", ">", "=="), g.leaf("int"), g.pick("continue", "break", "r1--", "return "+i+", r2, r3"))
		case 5:
			g.line("if %s > %d { r2 += float64(%s) } else { r1 ^= %s }", i, g.r.IntN(9), element(), element())
		case 8:
			g.line("if %s %s %s { return r1 + %s, r2, r3 }", element(), g.pick("<", ">", "!="), g.leaf("int"), element())
		case 6:
			g.line("r2 = r2*0.5 + float64(%s)", element())
		case 7:
			g.line("if %s == %d { panic(%q) }", i, g.r.IntN(20), "turn")
		default:
			g.line("r1 = r1*3 + %s", element())
		}
	}
	g.depth--
	g.line("\t_ = %s", i)
	g.line("}")
	if after {
		g.line("r1 += %s", i)
	}
	g.line("for j, x := range %s { r1 += j * x }", s)
	g.line("for j, x := range %sa { r1 += j * int(x) }", s)
	g.line("for _, x := range %s { r2 += x }", f)
	g.vars = g.vars[:mark]
	g.loops--
}
