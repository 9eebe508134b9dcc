package randprog

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Order returns a program with a number of statements in which calls change
// what the rest of the statement reads. What it prints shows in which order
// things happened.
func Order(seed uint64, statements int) string {
	w := &orderWriter{r: rand.New(rand.NewPCG(seed, 2))}
	w.b.WriteString(orderPreamble)
	w.b.WriteString("func main() {\n")
	for i := range statements {
		w.panics = w.r.IntN(8) == 0
		fmt.Fprintf(&w.b, "\ttry(%d, func() {\n\t\tx, y, z, q := 1, 2, 3, pair{4, 5}\n\t\tpy := &y\n\t\tt := [3]int{6, 7, 8}\n", i)
		w.b.WriteString("\t\tpt := t[:]\n\t\tch := func(k int) int { x += k + 1; *py += x; q.a += k; pt[1] += 2; touch(k); return x & 7 }\n\t\thold = ch\n\t\t_ = ch(0)\n")
		for range 1 + w.r.IntN(2) {
			w.b.WriteString("\t\t" + w.statement() + "\n")
		}
		w.b.WriteString("\t\tshow(x, y, z, q, t)\n\t})\n")
	}
	w.b.WriteString("}\n")
	return w.b.String()
}

type orderWriter struct {
	r      *rand.Rand
	b      strings.Builder
	panics bool // one operation of the statement may
}

func (w *orderWriter) pick(list ...string) string { return list[w.r.IntN(len(list))] }

// index is in range, but for once in a while.
func (w *orderWriter) index(d int) string {
	if w.panics && w.r.IntN(4) == 0 {
		w.panics = false
		return "(z + " + w.value("int", d-1) + " & 7)"
	}
	return w.pick("0", "1", w.value("int", d-1)+" & 1", w.value("int", d-1)+" & 1")
}

func (w *orderWriter) value(t string, d int) string {
	v := func(t string) string { return w.value(t, d-1) }
	leaf := d <= 0
	switch t {
	case "int":
		if leaf || w.r.IntN(5) < 2 {
			return w.pick("g", "x", "y", "z", "q.a", "q.b", "t[1]", "ga[0]", "gs[1]", "gp.a", "gv.b", "(*gp).b", `gm["a"]`, "*py", "len(gs)")
		}
		switch w.r.IntN(22) {
		case 0, 1, 2:
			return "ch(" + v("int") + " & 3)"
		case 3:
			return "(" + v("int") + w.pick(" + ", " - ", " * ", " ^ ") + v("int") + ")"
		case 4:
			return "gs[" + w.index(d) + "]"
		case 5:
			return "ga[" + w.index(d) + "]"
		case 6:
			return v("pair") + w.pick(".a", ".b")
		case 7:
			return "len(" + v(w.pick("string", "[]int")) + ")"
		case 8:
			return v("[]int") + "[" + w.index(d) + "]"
		case 9:
			return w.pick("min", "max") + "(" + v("int") + ", " + v("int") + ")"
		case 10:
			return "gm[" + v("string") + "]"
		case 11:
			return w.pick("gv", "gp", "gw", "q", v("pair")) + ".sum(" + v("int") + ")"
		case 12:
			return w.pick("gv", "gp", "q") + ".more(" + v("int") + " & 7)"
		case 13:
			return "gf(" + v("int") + ")"
		case 14:
			return "trunc(" + v("float64") + ")"
		case 15:
			return "id(" + v("int") + ")"
		case 16:
			return "func() int { " + w.pick("x++", "g += 3", "gs[0]++", "gb = !gb") + "; return " + v("int") + " }()"
		case 17:
			return "<-send(" + v("int") + ")"
		case 18:
			if w.panics {
				w.panics = false
				return "(100 / (" + v("int") + " & 3))"
			}
			return "(" + v("int") + " % 7)"
		case 19:
			return "toInt(" + v("any") + ")"
		case 20:
			return "mf[" + v("float64") + "]"
		default:
			return "sel(" + v("bool") + ", " + v("int") + ", " + v("int") + ")"
		}
	case "bool":
		if leaf || w.r.IntN(5) == 0 {
			return w.pick("gb", "(g > 5)", "(x < y)")
		}
		switch w.r.IntN(8) {
		case 0, 1:
			return "(" + v("bool") + w.pick(" && ", " || ") + v("bool") + ")"
		case 2:
			return "!" + v("bool")
		case 3:
			return "(" + v("pair") + w.pick(" == ", " != ") + v("pair") + ")"
		case 4:
			return "(" + v("any") + w.pick(" == ", " != ") + v("any") + ")"
		case 5:
			return "(ch(" + v("int") + " & 3) & 1 == 0)"
		case 6:
			return "(" + v("string") + w.pick(" == ", " < ") + v("string") + ")"
		}
		return "(" + v("int") + w.pick(" < ", " == ", " > ") + v("int") + ")"
	case "string":
		if leaf || w.r.IntN(4) == 0 {
			return w.pick("gst", `"a"`, `"b"`, "string(gbt)")
		}
		switch w.r.IntN(6) {
		case 0:
			return "short(" + v("string") + " + " + v("string") + ")"
		case 1:
			return "short(fmt.Sprint(" + v("any") + ", " + v("int") + ", " + v("bool") + "))"
		case 2:
			return v("string") + "[0:]"
		case 3:
			return "string([]byte(" + v("string") + "))"
		case 4:
			return "string(rune(65 + " + v("int") + " & 15))"
		}
		return "named(" + v("int") + ")"
	case "float64":
		if leaf || w.r.IntN(3) == 0 {
			return w.pick("gx", "float64(g)")
		}
		return w.pick("math.Abs("+v("float64")+")", "("+v("float64")+" + "+v("float64")+")", "float64("+v("int")+")", "half()")
	case "pair":
		if leaf || w.r.IntN(4) == 0 {
			return w.pick("gv", "q", "(*gp)", "gps[0]")
		}
		return w.pick("(pair{"+v("int")+", "+v("int")+"})", "(pair{b: "+v("int")+", a: "+v("int")+"})", "twin("+v("int")+")", "mp["+v("string")+"]", "(*twinp("+v("int")+"))",
			"([]pair{"+v("pair")+", "+v("pair")+"})[1]", "(&pair{"+v("int")+", 3}).self("+v("int")+")")
	case "[]int":
		if leaf || w.r.IntN(4) == 0 {
			return w.pick("gs", "t[:]", "([]int{1, 2})")
		}
		return w.pick("append(gs[:2:2], "+v("int")+")", "([]int{"+v("int")+", "+v("int")+", "+v("int")+"})", "gs[:2]", "list("+v("int")+")", "append("+v("[]int")+", "+v("int")+")")
	}
	switch w.r.IntN(9) { // any
	case 0:
		return "gi"
	case 1:
		return "any(" + v("pair") + ")"
	case 2:
		return "any(" + v("bool") + ")"
	case 3:
		return "any(" + v("string") + ")"
	case 4:
		return "any(" + v("float64") + ")"
	case 5:
		return "box(" + v("any") + ")"
	}
	return "any(" + v("int") + ")"
}

// place is something to assign an int to.
func (w *orderWriter) place(d int) string {
	return w.pick("x", "g", "*py", "q.a", "gp.b", "gv.a", "t["+w.index(d)+"]", "gs["+w.index(d)+"]", "ga["+w.index(d)+"]", "gm["+w.value("string", d)+"]",
		"gps["+w.index(d)+"].a", "(*twinp("+w.value("int", d)+")).b", "mf["+w.value("float64", d)+"]", "list("+w.value("int", d)+")[0]")
}

func (w *orderWriter) statement() string {
	d := 2 + w.r.IntN(2)
	v := func(t string) string { return w.value(t, d) }
	switch w.r.IntN(24) {
	case 0, 1, 2:
		var args []string
		for range 2 + w.r.IntN(3) {
			args = append(args, v(w.pick("int", "int", "bool", "string", "float64", "pair", "[]int", "any")))
		}
		return "show(" + strings.Join(args, ", ") + ")"
	case 3, 4:
		return w.place(d) + w.pick(" = ", " += ", " -= ", " ^= ") + v("int")
	case 5:
		return w.place(d-1) + ", " + w.place(d-1) + " = " + w.value("int", d-1) + ", " + w.value("int", d-1)
	case 6:
		return w.place(d-1) + ", " + w.place(d-1) + " = both(" + v("int") + ")"
	case 7:
		return "if " + v("bool") + " { show(\"yes\", " + w.value("int", 1) + ") } else if " + v("bool") + " { show(\"else\") }"
	case 8:
		return "for n := 0; n < 3 && " + v("bool") + "; n += 1 + " + w.value("int", 1) + " & 1 { if n == 1 { continue }; show(n, " + w.value("int", 1) + ") }"
	case 9:
		return "switch " + v("int") + " & 3 { case " + v("int") + " & 3, " + v("int") + " & 3: show(\"one\"); case " + v("int") + " & 3: show(\"two\"); default: show(\"none\") }"
	case 10:
		return "switch { case " + v("bool") + ": show(1); " + w.pick("fallthrough; ", "") + "case " + v("bool") + ", " + v("bool") + ": show(2); default: show(3) }"
	case 11:
		return "show(func() (int, any, pair) { return " + v("int") + ", " + v("any") + ", " + v("pair") + " }())"
	case 12:
		return "show(func() (a, b int) { a = 3; f := func() int { a += 5; return ch(1) }; return a + " + v("int") + ", f() }())"
	case 13:
		return "show(map[int]int{" + v("int") + ": " + v("int") + ", 99: " + v("int") + ", 1000 + " + v("int") + ": 2})"
	case 14:
		return "func() { defer show(" + v("int") + ", " + v("pair") + ", " + v("bool") + ") }()"
	case 15:
		return "{ var a, b, c = " + v("int") + ", " + v("int") + ", " + v("string") + "; show(a, b, c) }"
	case 16:
		return "{ a, b := " + v("any") + ", " + v("int") + "; show(a, b) }"
	case 17:
		return "{ c := make(chan int, 2); c <- " + v("int") + "; select { case c <- " + v("int") + ": }; show(<-c, <-c) }"
	case 18:
		return "for i, e := range append(" + v("[]int") + "[:2:2], " + v("int") + ") { show(i, e, " + w.value("int", 1) + ") }"
	case 19:
		return w.place(d) + w.pick("++", "--")
	case 20:
		return "gv, gi = " + v("pair") + ", " + v("any")
	case 21:
		return "show(fmt.Sprintln(both(" + v("int") + ")))"
	case 22:
		return "mp[" + v("string") + "] = " + v("pair")
	}
	return "switch u := " + w.pick(v("any"), "any("+v("int")+")") + ".(type) { case int: show(u + " + v("int") + "); default: show(u, " + v("int") + ") }"
}

const orderPreamble = `package main

import (
	"fmt"
	"math"
)

type pair struct{ a, b int }

func (p pair) sum(k int) int    { return 10*p.a + p.b + 100*k }
func (p *pair) more(k int) int  { p.a += k; return p.a }
func (p *pair) self(k int) pair { p.b += k; return *p }

type summer interface{ sum(int) int }

var (
	g, gs, gm, gp, gv = 1, []int{1, 2, 3}, map[string]int{"a": 1}, &pair{1, 2}, pair{3, 4}
	ga, gi, gst, gb, gx, gbt = [3]int{1, 2, 3}, any(1), "s", true, 0.5, []byte("bc")
	gf, gw, gps = func(x int) int { return x + 1000 }, summer(pair{5, 6}), []pair{{1, 2}, {3, 4}, {5, 6}}
	mf, mp = map[float64]int{0.5: 1, 1: 2}, map[string]pair{"a": {1, 2}}
)

// hold is where functions go, so that their variables have addresses: whether a
// struct is copied early is otherwise up to what the compiler puts in registers.
var hold func(int) int

func reset() {
	g, gs, gm, gp, gv = 1, []int{1, 2, 3}, map[string]int{"a": 1}, &pair{1, 2}, pair{3, 4}
	ga, gi, gst, gb, gx, gbt = [3]int{1, 2, 3}, 1, "s", true, 0.5, []byte("bc")
	gf, gw, gps = func(x int) int { return x + 1000 }, pair{5, 6}, []pair{{1, 2}, {3, 4}, {5, 6}}
	mf, mp = map[float64]int{0.5: 1, 1: 2}, map[string]pair{"a": {1, 2}}
}

func touch(k int) {
	g += 10 + k
	gs[0] += 10
	if k&1 == 0 {
		gs = append(gs[:3:3], g&15)
	}
	gm["a"] += 10
	if k&1 == 1 {
		gm = map[string]int{"a": gm["a"] * 2, "b": 5}
	}
	gp.a += 10
	gp = &pair{gp.a + 1, gp.b + 1}
	gv.a += 10
	ga[0] += 10
	gi = g
	gst = short(gst + "t")
	gb = !gb
	gx *= 2
	gf = func(x int) int { return x + 2000 + k }
	gw = pair{7, k}
	gbt[0]++
	gps = append([]pair{{g, k}}, gps[:2]...)
	mf[0.5]++
	mp["a"] = pair{k, g}
}

func both(k int) (int, int)   { touch(k & 3); return k & 63, g & 63 }
func twin(k int) pair         { touch(k & 1); return pair{k & 15, g & 15} }
func twinp(k int) *pair       { touch(k & 1); return &gps[k&1] }
func list(k int) []int        { touch(k & 1); return gs }
func named(k int) string      { touch(k & 1); return string(rune(97 + k&7)) }
func half() float64           { touch(1); return gx / 2 }
func box(x any) any           { touch(1); return x }
func id[T any](x T) T         { return x }
func send(k int) chan int     { c := make(chan int, 1); c <- k; touch(2); return c }
func short(s string) string   { return s[:min(len(s), 9)] }
func sel[T any](c bool, x, y T) T {
	if c {
		return x
	}
	return y
}

func trunc(x float64) int {
	if x < 1e9 {
		return int(x)
	}
	return 3
}

func toInt(x any) int {
	n, _ := x.(int)
	return n
}

func show(a ...any) { fmt.Println(a...) }

func try(n int, f func()) {
	reset()
	fmt.Print(n, ": ")
	defer func() {
		if e := recover(); e != nil {
			fmt.Println("panics:", e)
		}
		fmt.Println(g, gs, gm, *gp, gv, ga, gi, gst, gb, gx, string(gbt), gps, mf, mp)
	}()
	f()
}

var _ = math.Abs

`
