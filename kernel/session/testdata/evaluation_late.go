// What Go leaves open in the order of evaluation, done as its compiler does:
// calls, receives, slices, len and the like in order; variables after them.
package main

import (
	"fmt"
	"strings"
)

type pair struct{ a, b int }

func (p pair) sum(k int) int   { return 10*p.a + p.b + 100*k }
func (p *pair) more(k int) int { p.a += k; return p.a }

type summer interface{ sum(int) int }

type list []int

func (l list) at(i int) int { return l[i] }

var (
	g          = 1
	gs         = []int{1, 2, 3}
	gm         = map[string]int{"a": 1}
	gp         = &pair{1, 2}
	gv         = pair{3, 4}
	ga         = [3]int{1, 2, 3}
	gi  any    = 1
	gf         = func(x int) int { return x + 1000 }
	gst        = "s"
	gb         = true
	gx         = 0.5
	gw  summer = pair{5, 6}
	gch        = make(chan int, 4)
)

func reset() {
	g, gs, gm, gp, gv, ga, gi, gst, gb, gx = 1, []int{1, 2, 3}, map[string]int{"a": 1}, &pair{1, 2}, pair{3, 4}, [3]int{1, 2, 3}, 1, "s", true, 0.5
	gf, gw, gch = func(x int) int { return x + 1000 }, pair{5, 6}, make(chan int, 4)
	for i := range 4 {
		gch <- i
	}
}

// ch changes everything.
func ch() int {
	g += 10
	gs[0] += 10
	gs = append(gs[:len(gs):len(gs)], 7)
	gm["a"] += 10
	gm = map[string]int{"a": gm["a"] * 2, "b": 5}
	gp.a += 10
	gp = &pair{gp.a + 1, gp.b + 1}
	gv.a += 10
	ga[0] += 10
	gi = fmt.Sprint(gi, "!")
	gst += "t"
	gb = !gb
	gx *= 2
	gf = func(x int) int { return x + 2000 }
	gw = pair{7, 8}
	return 1
}

func two() (int, string) { ch(); return 2, "two" }

func three(a ...any) string { return fmt.Sprint(a...) }

func id[T any](x T) T { return x }

func with[T any](x *T, f func() T) []T { return []T{*x, f(), *x} }

func try(name string, f func()) {
	reset()
	defer func() {
		if e := recover(); e != nil {
			fmt.Println(name, "panics:", e)
		}
	}()
	fmt.Print(name, ": ")
	f()
}

func main() {
	show := func(a ...any) { fmt.Println(a...) }
	try("add", func() { show(g + ch()) })
	try("add3", func() { show(g + ch() + g + ch()) })
	try("args", func() { show(g, ch(), g) })
	try("args struct", func() { show(gv, ch(), *gp, gv) })
	try("args bool", func() { show(gb, !gb, ch(), gb) })
	try("args bool calc", func() { show(g < 5, ch()) })
	try("args lit", func() { show(pair{g, 2}, ch()) })
	try("args ptrlit", func() { show(*&pair{g, 2}, ch()) })
	try("args map", func() { show(gm["a"], ch(), gm["a"]) })
	try("args len", func() { show(len(gs), ch(), len(gs)) })
	try("len add", func() { show(len(gs)*1000 + ch()) })
	try("args slice", func() { show(gs[0:], ch()) })
	try("args index", func() { show(gs[0], ch(), ga[0]) })
	try("args arr", func() { show(ga, ch()) })
	try("args str", func() { show(gst+"x", ch()) })
	try("args conv", func() { show(float64(g), ch(), string(rune(g+64)), []byte(gst), []rune(gst), ch()) })
	try("args min", func() { show(min(g, 100), max(g, 3), ch()) })
	try("args assert", func() { show(gi.(int), ch()) })
	try("args and", func() { show(gb && g < 3, gb || g > 3, ch()) })
	try("args iface", func() { show(gi, ch()) })
	try("args closure", func() { show(func() int { return g }(), ch()) })
	try("args bytes", func() { b := []byte("abc"); f := func() int { b[0] = 'X'; return 1 }; show(string(b), f(), string(b)) })
	try("args complex", func() { show(complex(gx, 1), ch()) })
	try("args new", func() { show(*new(int), ch()) })
	try("args append", func() { show(append(gs, 9), ch()) })
	try("args make", func() { show(make([]int, g), ch()) })
	try("args recv", func() { show(g, <-gch, func() int { g++; return <-gch }(), g) })
	try("fun", func() { show(gf(ch())) })
	try("method value recv", func() { show(gv.sum(ch())) })
	try("method ptr recv", func() { show(gp.sum(ch())) })
	try("method ptr more", func() { show(gp.more(ch()), gp.a) })
	try("method iface", func() { show(gw.sum(ch())) })
	try("method value", func() { f, k := gv.sum, ch(); show(f(k)) })
	try("method expr", func() { show(pair.sum(gv, ch())) })
	try("index", func() { show(gs[ch()], gs[0]) })
	try("index add", func() { show(gs[0] + gs[ch()]) })
	try("index map", func() { show(gm[three("a")[:ch()]]) })
	try("deref", func() { show(*gp, ch()); show((*gp).a + ch()) })
	try("field", func() { show(gp.a + ch()*100 + gp.a) })
	try("set", func() { gs[0] = ch(); show(gs) })
	try("set idx", func() { gs[g-1] = ch(); show(gs) })
	try("set map", func() { gm["a"] = ch(); show(gm) })
	try("set map key", func() { gm[gst] = ch(); show(gm) })
	try("set field", func() { gp.b = ch(); show(*gp) })
	try("set deref", func() { *gp = pair{ch(), g}; show(*gp) })
	try("set call", func() { gs[ch()] = g; show(gs) })
	try("op", func() { g += ch(); show(g) })
	try("op idx", func() { gs[0] += ch(); show(gs) })
	try("op call", func() { gs[ch()] += g; show(gs) })
	try("op map", func() { gm["a"] += ch(); show(gm) })
	try("op map div", func() { gm["a"] /= ch(); show(gm) })
	try("op str", func() { gst += fmt.Sprint(ch()); show(gst) })
	try("inc", func() { gs[ch()]++; show(gs) })
	try("pair", func() { x, y := g, ch(); show(x, y) })
	try("pair3", func() { x, y, z := g, ch(), g; show(x, y, z) })
	try("pair set", func() { gs[0], g = g, ch(); show(gs, g) })
	try("pair swap", func() { gs[0], gs[1] = gs[1], ch()+gs[0]; show(gs) })
	try("pair call", func() { gs[ch()], g = two2(); show(gs, g) })
	try("var", func() { var x, y = g, ch(); show(x, y) })
	try("ret", func() { x, y := func() (int, int) { return g, ch() }(); show(x, y) })
	try("ret named", func() { x, y := func() (a, b int) { a = 5; return b + g, ch() }(); show(x, y) })
	try("ret named set", func() {
		x, y := func() (a, b int) { f := func() int { a = 50; return 3 }; a = 5; return a, f() }()
		show(x, y)
	})
	try("struct lit", func() { show(pair{g, ch()}, pair{b: ch(), a: g}) })
	try("slice lit", func() { show([]int{g, ch(), g, ch(), g}) })
	try("array lit", func() { show([...]int{g, ch(), g}, [4]int{2: g, 0: ch()}) })
	try("map lit", func() { show(map[int]int{g: ch(), 5: g, ch(): g}) })
	try("map lit dup", func() { k := 3; show(map[int]int{k: 1, 3: 2}, map[int]int{id(k): ch(), 3: 2}) })
	try("nested lit", func() { show([]pair{{g, ch()}, {g, 2}}, *[]*pair{{g, ch()}}[0]) })
	try("cond and", func() {
		if gb && g+ch() == 12 {
			show("yes", g)
		} else {
			show("no", g)
		}
	})
	try("cond or", func() {
		if !gb || g+ch() == 2 {
			show("yes", g)
		} else if g > 5 && g+ch() > 25 {
			show("elseif", g)
		} else {
			show("no", g)
		}
	})
	try("for", func() {
		n := 0
		for g+ch() < 60 {
			n++
			if n == 2 {
				continue
			}
		}
		show(n, g)
	})
	try("for post", func() {
		n := 0
		for i := 0; i < 50; i += g + ch() {
			n++
		}
		show(n, g)
	})
	try("switch", func() {
		switch g + ch() {
		case 2:
			show("late read is early")
		case g:
			show("same")
		case g + ch():
			show("then")
		case 12:
			show("twelve")
		}
		show(g)
	})
	try("switch case", func() {
		switch 32 {
		case g + ch(), g + ch() + 10:
			show("one", g)
		case g + ch():
			show("two", g)
		default:
			show("none", g)
		}
	})
	try("switch true", func() {
		switch {
		case g+ch() == 2:
			show("a", g)
		case g+ch() == 22, g+ch() == 32:
			show("b", g)
			fallthrough
		default:
			show("c", g)
		}
	})
	try("typeswitch", func() {
		switch x := any(g + ch()).(type) {
		case int:
			show("int", x)
		}
	})
	try("range", func() {
		for i, x := range append([]int{g}, ch()) {
			show(i, x)
		}
		for i := range g + ch() {
			fmt.Print(i, " ")
		}
		show()
	})
	try("send", func() { c := make(chan int, 3); c <- g + ch(); show(<-c) })
	try("select", func() {
		c := make(chan int, 3)
		select {
		case c <- g + ch():
		}
		show(<-c)
	})
	try("defer", func() { defer show(g, ch(), g) })
	try("defer method", func() { defer func() { show(g) }(); defer gv.sum(ch()) })
	try("go", func() {
		c := make(chan string)
		go func(a, b int) { c <- fmt.Sprint(a, b) }(g, ch())
		show(<-c)
	})
	try("tuple args", func() { show(fmt.Sprint(two())) })
	try("captured", func() {
		x := 1
		f := func() int { x++; return x }
		show(x, f(), x)
		y := x + f()*10 + x
		show(y)
		z := []int{x, f(), x, f()}
		show(z)
		x += f()
		show(x)
	})
	try("in registers", func() {
		ok, q := false, pair{4, 5}
		f := func(k int) int { ok = !ok; q.a += k; fmt.Print(); return k }
		show(ok, q, f(1), q, ok)
		show(q == pair{5, 5}, f(1))
	})
	try("on the heap", func() {
		ok, q := false, pair{4, 5}
		f := func(k int) int { ok = !ok; q.a += k; return k }
		gf = f
		show(ok, q, f(1), q, ok)
	})
	try("addressed", func() {
		x := [3]int{1, 2, 3}
		p := &x[1]
		f := func(q *int) int { *q *= 2; return *q }
		show(x[1]+f(p), x, f(p), x)
		s := struct {
			a int
			b [2]string
		}{1, [2]string{"u", "v"}}
		h := func(q *string) string { *q += "w"; return *q }
		show(s.b[0]+h(&s.b[0]), s, h(&s.b[0]))
	})
	try("local uncaptured", func() {
		x := 1
		p := func(q *int) int { return *q }
		k := 2
		y := x + p(&k) + x
		show(y)
	})
	try("generic", func() { show(with(&g, func() int { return ch() * 5 })); show(id(g)+id(ch()), id(g)) })
	try("strings", func() {
		var b strings.Builder
		w := func(s string) string { b.WriteString(s); return b.String() }
		show(b.Len(), w("ab"), b.String(), w("c"), b.Len())
		show(b.String() + w("d") + b.String())
	})
	try("compare", func() {
		show(gv == pair{3, 4 + ch() - 1}, gst == fmt.Sprint("s", ch())[:1], gi == any(fmt.Sprint(ch())))
	})
	try("not", func() { show(!gb == (ch() == 1)) })
	try("shift", func() { show(g<<ch(), g>>uint(ch())) })
	try("paren", func() { show((g)+(ch()), -g-ch()) })
	try("multi deref", func() { pp := &gp; show((**pp).a+ch(), (*pp).b) })
	try("convert named", func() { show(list(gs).at(ch()), list(gs)) })
	try("func lit call", func() { show(g + func() int { g = 100; return 1 }()) })
	try("closure arg", func() { show(g, func() int { g = 100; return 1 }(), g) })
	try("print chain", func() { fmt.Println(g, id(ch()), g+id(ch()), id(g)) })
	try("global struct", func() { gv, g = pair{gv.b, ch()}, gv.a; show(gv, g) })
	try("label", func() {
		n := 0
	L:
		for i := 0; i < 10 && g+ch() < 100; i++ {
			switch {
			case g+ch() > 60:
				break L
			case g+ch() > 30:
				continue L
			}
			n++
		}
		show(n, g)
	})
	try("goto", func() {
		n := 0
	again:
		if n += g + ch(); n < 100 {
			goto again
		}
		show(n, g)
	})
	try("panic order index", func() { show(gs[5] + func() int { fmt.Print("called "); return 1 }()) })
	try("panic order nil", func() { var p *pair; show(p.a + func() int { fmt.Print("called "); return 1 }()) })
	try("panic order div", func() { z := g - 1; show(1/z + func() int { fmt.Print("called "); return 1 }()) })
	try("panic order assert", func() { show(gi.(string) + func() string { fmt.Print("called "); return "1" }()) })
	try("panic order assert ptr", func() { show(gi.(*pair).a + func() int { fmt.Print("called "); return 1 }()) })
	try("panic order slice", func() { show(gs[5:], func() int { fmt.Print("called "); return 1 }()) })
	try("panic order set", func() { gs[5] = func() int { fmt.Print("called "); return 1 }() })
	try("panic order set nil", func() { var p *pair; p.a = func() int { fmt.Print("called "); return 1 }() })
	try("panic order set map", func() { var m map[int]int; m[gs[4]] = func() int { fmt.Print("called "); return 1 }() })
	try("panic order set both", func() { j := 7; gs[5] = gs[j] })
	try("panic order set nil map", func() { var m map[int]int; m[0] = gs[4] })
	try("panic order set deref", func() { var p *pair; p.a = gs[9] })
	try("panic order pair half", func() { j := 7; gs[0], gs[j] = 5, 6 })
	try("panic half", func() { defer func() { show(gs); panic(recover()) }(); j := 7; gs[0], gs[j] = 5, 6 })
	try("nil func", func() { var f func(int); f(func() int { fmt.Print("called "); return 1 }()) })
	try("nil iface", func() { var f summer; f.sum(func() int { fmt.Print("called "); return 1 }()) })
	try("nil method recv", func() { var p *pair; p.sum(func() int { fmt.Print("called "); return 1 }()) })
	try("nil method value", func() { var p *pair; f, x := p.sum, func() int { fmt.Print("called "); return 1 }(); f(x) })
	try("var init", func() { show(vi, vj, vk) })
}

func two2() (int, int) { ch(); return 50, 60 }

var vcount = 1

func vnext() int { vcount++; return vcount }

var vi = vcount + vnext()
var vj, vk = vcount, vnext()
