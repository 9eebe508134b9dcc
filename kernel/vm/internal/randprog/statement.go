package randprog

import "strings"

// statement writes one statement.
func (w *writer) statement() {
	deep := w.depth >= 3
	switch k := w.r.IntN(40); {
	case k < 8:
		t, n := w.anyType(), w.name("v")
		w.line("%s := id[%s](%s)", n, t, w.value(t, 2))
		w.line("_ = %s", n)
		w.declare(n, t)
	case k < 14:
		w.assign()
	case k < 15:
		w.swap()
	case k < 18 && !deep:
		w.line("if %s {", w.value("bool", 2))
		w.nested(1 + w.r.IntN(3))
		if w.chance(50) {
			w.line("} else {")
			w.nested(1 + w.r.IntN(3))
		}
		w.line("}")
	case k < 22 && !deep:
		w.loop()
	case k < 24 && !deep:
		w.choose()
	case k < 26 && !deep && !w.inner:
		w.closure()
	case k < 27 && !deep && !w.inner && w.loops == 0:
		w.later()
	case k < 28:
		w.risk()
	case k < 32:
		w.slices()
	case k < 33 && !deep:
		w.concurrent()
	case k < 35 && len(w.funcs) > 0 && w.loops < 2:
		w.callOther()
	case k < 36 && w.depth > 0 && !w.inner:
		w.line("if %s {", w.value("bool", 1))
		w.push()
		w.giveBack()
		w.pop()
		w.line("}")
	case k < 37 && w.depth > 0:
		w.line("if %s { panic(%s) }", "("+w.value("bool", 2)+") && fuel%5 == 0", w.value(w.pick(keeps), 1))
	default:
		t := w.anyType()
		if strings.HasPrefix(t, "func") {
			t = "int"
		}
		w.line("show(%s)", w.value(t, 2))
	}
}

func (w *writer) assign() {
	t := w.anyType()
	at := w.places(t, true)
	if len(at) == 0 {
		t = w.pick([]string{"int", "string", "S0"})
		if at = w.places(t, true); len(at) == 0 {
			return
		}
	}
	p := w.pick(at)
	switch {
	case isInt(t) && w.chance(40):
		w.line("%s %s= %s", p, w.pick([]string{"+", "-", "*", "|", "^", "&^"}), w.value(t, 2))
	case isInt(t) && w.chance(30):
		w.line("%s%s", p, w.pick([]string{"++", "--"}))
	case isFloat(t) && w.chance(40):
		w.line("%s %s= %s", p, w.pick([]string{"+", "-", "*"}), w.value(t, 2))
	default:
		w.line("%s = %s", p, w.value(t, 3))
	}
}

func (w *writer) swap() {
	t := w.anyType()
	at := w.places(t, true)
	if len(at) < 2 {
		return
	}
	a, b := w.pick(at), w.pick(at)
	w.line("%s, %s = %s, %s", a, b, b, w.pick(at))
}

func (w *writer) loop() {
	w.loops++
	defer func() { w.loops-- }()
	n := 1 + w.r.IntN(3)
	i := w.name("i")
	w.fixed[i] = true
	label, kind := "", w.r.IntN(9)
	if kind < 8 && w.chance(25) {
		label = w.name("L")
		w.line("%s:", label)
	}
	body := func(vars ...variable) {
		w.nested(n, vars...)
		if label != "" {
			w.line("\tif %s { %s %s }", w.value("bool", 1), w.pick([]string{"break", "continue"}), label)
		} else if w.chance(20) {
			w.line("\tif %s { %s }", w.value("bool", 1), w.pick([]string{"break", "continue"}))
		}
		w.line("}")
	}
	switch kind {
	case 0, 1:
		w.line("for %s := 0; %s < %d; %s++ {", i, i, 1+w.r.IntN(4), i)
		body(variable{i, "int"})
	case 2:
		w.line("for %s := range %d {", i, 1+w.r.IntN(4))
		body(variable{i, "int"})
	case 3:
		t := w.pick([]string{"[]int", "[]S0", "[]string", "[]float32", "[]I", "[]any"})
		v := w.name("e")
		w.line("for %s, %s := range head(%s) {", i, v, w.value(t, 1))
		body(variable{i, "int"}, variable{v, t[2:]})
	case 4:
		v := w.name("e")
		w.line("for %s, %s := range %s {", i, v, w.value("[3]int32", 1))
		body(variable{i, "int"}, variable{v, "int32"})
	case 5:
		v := w.name("e")
		w.line("for %s, %s := range short(%s) {", i, v, w.value("string", 1))
		body(variable{i, "int"}, variable{v, "int32"})
	case 6:
		v := w.name("e")
		w.line("for %s, %s := range pairs(head(%s)) {", i, v, w.value("[]int", 1))
		body(variable{i, "int"}, variable{v, "int"})
	case 7:
		w.line("for %s := range count(%d) {", i, w.r.IntN(5))
		body(variable{i, "int"})
	default:
		s := w.name("v")
		w.line("%s := 0", s)
		w.line("for k, x := range %s { %s += int(k)*7 + int(x.A) }", w.value("map[int8]S0", 1), s)
		w.line("_ = %s", s)
		w.declare(s, "int")
	}
}

func (w *writer) choose() {
	arms := 1 + w.r.IntN(3)
	switch w.r.IntN(4) {
	case 0:
		x := w.name("t")
		w.line("switch %s := %s.(type) {", x, w.value("any", 1))
		seen := map[string]bool{}
		for range arms {
			t := w.pick(keeps)
			if seen[t] {
				continue
			}
			seen[t] = true
			w.line("case %s:", t)
			w.nested(1+w.r.IntN(2), variable{x, t})
		}
		w.line("case fmt.Stringer:")
		w.line("\tshow(%s.String())", x)
		w.line("default:")
		w.line("\tshow(%s)", x)
		w.line("}")
	case 1:
		t := w.pick([]string{"int", "string", "S0", "N", "any"})
		w.line("switch id[%s](%s) {", t, w.value(t, 2))
		for i := range arms {
			w.line("case id(%s), %s:", "id["+t+"]("+w.value(t, 1)+")", "id["+t+"]("+w.value(t, 0)+")")
			w.nested(1)
			if i+1 < arms && w.chance(25) {
				w.line("\tfallthrough")
			}
		}
		w.line("}")
	default:
		w.line("switch {")
		for range arms {
			w.line("case %s:", w.value("bool", 2))
			w.nested(1 + w.r.IntN(2))
		}
		w.line("default:")
		w.nested(1)
		w.line("}")
	}
}

// closure writes a func that may change the variables around it, and calls.
func (w *writer) closure() {
	n := w.name("c")
	sig := w.sig
	loops := w.loops
	w.inner, w.loops = true, 1
	if w.chance(50) {
		w.line("%s := func(x int) int {", n)
		x := variable{"x", "int"}
		w.nested(1+w.r.IntN(4), x)
		w.line("\treturn x + %s", w.value("int", 1))
		w.line("}")
		w.inner, w.loops = false, loops
		for range 1 + w.r.IntN(2) {
			if at := w.places("int", true); len(at) > 0 {
				w.line("%s = %s(%s)", w.pick(at), n, w.value("int", 1))
			} else {
				w.line("show(%s(%s))", n, w.value("int", 1))
			}
		}
	} else {
		t, u := w.anyType(), w.pick(scalars)
		w.line("%s := func(y %s) (z %s) {", n, t, u)
		w.nested(1+w.r.IntN(4), variable{"y", t}, variable{"z", u})
		w.line("\treturn")
		w.line("}")
		w.inner, w.loops = false, loops
		w.line("show(%s(%s))", n, w.value(t, 1))
	}
	w.sig = sig
}

// later writes a deferred call.
func (w *writer) later() {
	t := w.pick([]string{"int", "S0", "string", "any", "[3]int32", "S1"})
	switch w.r.IntN(5) {
	case 0:
		w.line("defer show(%s)", w.value(t, 1))
	case 1:
		w.line("defer ref(%s).Note(%s)", w.value("S1", 1), w.value("int", 1))
	default:
		w.inner = true
		w.line("defer func(y %s) {", t)
		w.push()
		if w.chance(60) {
			w.line("if e := recover(); e != nil { show(what(e)) }")
		}
		w.declare("y", t)
		w.depth++
		w.line("_ = y")
		w.block(1 + w.r.IntN(3))
		w.depth--
		w.pop()
		w.line("}(%s)", w.value(t, 1))
		w.inner = false
	}
}

// risk writes a statement that may panic in one way.
func (w *writer) risk() {
	v := w.name("v")
	i := w.name("n")
	guarded := w.chance(75)
	mask := "&1"
	if guarded {
		w.line("guard(func() {")
		w.push()
		mask = "&7 - 2"
	}
	w.line("%s := toInt(float64(%s))%s", i, w.value("int8", 1), mask)
	w.line("_ = %s", i)
	t := "int"
	switch w.r.IntN(10) {
	case 0:
		w.line("%s := id(%s)[%s]", v, w.value("[]int", 1), i)
	case 1:
		w.line("%s := 100 / (%s - 3)", v, i)
	case 2:
		t = w.pick(keeps)
		w.line("%s := id(%s).(%s)", v, w.value("any", 1), t)
	case 3:
		t = "string"
		w.line("%s := id(%s)[%s:]", v, w.value("string", 1), i)
	case 4:
		t = "[]int"
		w.line("%s := clip(%s)[:%s]", v, w.value("[]int", 1), i)
	case 5:
		t = "[2]int"
		w.line("%s := [2]int(clip(%s)[0:%s:%s])", v, w.value("[]int", 1), i, i)
	case 6:
		t = "I"
		w.line("%s := id[any](%s).(I)", v, w.value("any", 1))
	case 7:
		t = "*S0"
		w.line("var %s *S0; if %s < 2 { %s = &S0{A: 2} }; %s.A++", v, i, v, v)
	case 8:
		w.line("%s := %s << %s", v, w.value("int", 1), i)
	default:
		t = "[]S0"
		w.line("%s := make([]S0, %s)", v, i)
	}
	w.line("_ = %s", v)
	w.declare(v, t)
	if guarded {
		w.line("show(%s)", v)
		inner := w.inner
		w.inner = true
		w.block(w.r.IntN(2))
		w.inner = inner
		w.pop()
		w.line("})")
	}
}

func (w *writer) slices() {
	elem := w.pick([]string{"int", "S0", "string", "uint8", "float32", "[2]int16", "any", "I"})
	if elem == "[2]int16" {
		return
	}
	at := w.places("[]"+elem, true)
	if len(at) == 0 {
		w.maps()
		return
	}
	s := w.pick(at)
	switch w.r.IntN(8) {
	case 7:
		w.line("if n := len(%s) / 2; n > 0 { show(len(append(%s[:n], %s))) }", s, s, w.value(elem, 2))
	case 0, 1:
		w.line("%s = head(append(clip(%s), %s))", s, s, w.value(elem, 2))
	case 2:
		w.line("%s = head(append(clip(%s), %s...))", s, s, w.value("[]"+elem, 1))
	case 3:
		w.line("show(copy(%s, %s))", s, w.value("[]"+elem, 1))
	case 4:
		w.line("if len(%s) > 0 { %s[len(%s)/2] = %s }", s, s, s, w.value(elem, 2))
	case 5:
		v := w.name("v")
		w.line("%s := %s[len(%s)/2:]", v, s, s)
		w.line("_ = %s", v)
		w.declare(v, "[]"+elem)
	default:
		if elem == "S0" {
			v := w.name("v")
			w.line("%s := ref(S0{})", v)
			w.line("if len(%s) > 0 { %s = &%s[0] }; %s.A += 3; %s.C += \"!\"", s, v, s, v, v)
			w.line("%s.C = short(%s.C)", v, v)
			w.declare(v, "*S0")
		} else {
			w.line("clear(%s)", s)
			if elem == "I" {
				w.line("for i := range %s { %s[i] = N(1) }", s, s)
			}
		}
	}
}

func (w *writer) maps() {
	m := w.pick([]string{"map[int8]S0", "map[string]int", "map[S0]float32", "map[any]int"})
	at := w.places(m, true)
	if len(at) == 0 {
		return
	}
	p := w.pick(at)
	k, v, _ := strings.Cut(m[4:], "]")
	x := w.name("k")
	w.line("%s := id[%s](%s)", x, k, w.value(k, 1))
	switch w.r.IntN(4) {
	case 0:
		w.line("delete(%s, %s)", p, x)
	case 1:
		y, ok := w.name("v"), w.name("ok")
		w.line("%s, %s := %s[%s]", y, ok, p, x)
		w.line("_, _ = %s, %s", y, ok)
		w.declare(y, v)
		w.declare(ok, "bool")
	case 2:
		if v == "int" || v == "float32" {
			w.line("if %s == nil { %s = %s{} }; %s[%s] += %s", p, p, m, p, x, w.value(v, 1))
			return
		}
		fallthrough
	default:
		w.line("if %s == nil { %s = %s{} }; %s[%s] = %s", p, p, m, p, x, w.value(v, 1))
	}
}

func (w *writer) concurrent() {
	t := w.pick([]string{"int", "S0", "string", "any", "[3]int32", "bool", "complex128"})
	c, v := w.name("ch"), w.name("v")
	e := w.value(t, 2)
	switch w.r.IntN(3) {
	case 0:
		w.line("%s := make(chan %s, %d)", c, t, w.r.IntN(2))
		w.line("go func(x %s) { %s <- x }(%s)", t, c, e)
		w.line("%s := <-%s", v, c)
	case 1:
		w.line("%s := make(chan %s, 2)", c, t)
		w.line("%s <- %s", c, e)
		w.line("close(%s)", c)
		w.line("%s, ok%s := <-%s", v, v, c)
		w.line("_, more%s := <-%s", v, c)
		w.line("show(ok%s, more%s)", v, v)
	default:
		w.line("%s := make(chan %s, 1)", c, t)
		w.line("var none%s chan int", c)
		w.line("var %s %s", v, t)
		w.line("for range 2 { select { case %s <- %s: case %s = <-%s: case <-none%s: show(\"never\") } }", c, e, v, c, c)
	}
	w.line("_ = %s", v)
	w.declare(v, t)
}

func (w *writer) callOther() {
	i := w.r.IntN(len(w.funcs))
	f := w.funcs[i]
	var args, out []string
	for _, t := range f.params {
		args = append(args, w.value(t, 1))
	}
	for range f.results {
		out = append(out, w.name("v"))
	}
	w.line("%s := f%d(%s)", strings.Join(out, ", "), i, strings.Join(args, ", "))
	w.line("%s = %s", strings.TrimSuffix(strings.Repeat("_, ", len(out)), ", "), strings.Join(out, ", "))
	for k, t := range f.results {
		w.declare(out[k], t)
		if t[0] == '*' || t == "I" || t == "func(int) int" {
			w.line("if %s == nil { %s = %s }", out[k], out[k], w.fresh(t, 1))
		}
	}
}
