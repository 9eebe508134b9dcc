package session

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/internal/patience"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// A recorder is a sink that keeps what is shown.
type recorder struct {
	mu    sync.Mutex
	shown []display.Bundle
}

func (r *recorder) Display(b display.Bundle) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shown = append(r.shown, b)
	return nil
}
func (r *recorder) Update(b display.Bundle) error { return r.Display(b) }
func (r *recorder) Clear(bool) error              { return nil }

// A buffer is a writer that several goroutines may use.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// take returns what was written since the last call.
func (b *buffer) take() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.b.String()
	b.b.Reset()
	return s
}

type bench struct {
	*Session
	out, err *buffer
	sink     *recorder
}

func open(t testing.TB) *bench {
	t.Helper()
	b := &bench{out: &buffer{}, err: &buffer{}, sink: &recorder{}}
	s, err := New(Options{Stdout: b.out, Stderr: b.err, Sink: b.sink, Args: []string{"test", "-n", "3"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	b.Session = s
	return b
}

// do runs a cell within ten seconds.
func (b *bench) do(t testing.TB, text string) Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	r := b.Run(ctx, Cell{Text: text})
	if ctx.Err() != nil {
		t.Fatalf("%q did not end", text)
	}
	return r
}

func values(r Result) string {
	var v []string
	for _, x := range r.Values {
		v = append(v, x.Bundle.Text())
	}
	return strings.Join(v, " | ")
}

// TestCells runs sessions of several cells. What each cell must do is one
// string: its values, or "error KIND: MESSAGE" (a part of it), after them what
// it printed behind ">>".
func TestCells(t *testing.T) {
	type step struct{ text, want string }
	for name, steps := range map[string][]step{
		"values": {
			{"1 + 2", "3"},
			{"x := 2\nx * 21", "42"},
			{"x", "2"},
			{`"é" + "∑"`, `"é∑"`},
			{"x = 5", ""},
			{"var y float64", ""},
			{"y", "0"},
			{"x, z := 7, []int{1, 2}\nz", "[1 2]"},
			{"x", "7"},
			{"len(z)", "2"},
			{"math.Sqrt(2)", "1.4142135623730951"},
			{"3 > 2", "true"},
			{"nil", "nil"},
			{"struct{ A int }{3}", "struct { A int }\n  A  3"},
			{"", ""},
			{"// a comment", ""},
		},
		"several results": {
			{"func two() (int, string) { return 1, \"b\" }\ntwo()", `1 | "b"`},
			{"func fails(bad bool) (int, error) {\n\tif bad {\n\t\treturn 0, fmt.Errorf(\"no good\")\n\t}\n\treturn 4, nil\n}", ""},
			{"fails(false)", "4"},
			{"fails(true)", "error error: no good"},
			{"v, err := fails(true)", ""},
			{"err", "no good"},
			{"func quiet() error { return nil }\nquiet()", ""},
			{"func none() {}\nnone()", ""},
			{`fmt.Println("out")`, ">>out\n"},
			{`fmt.Print("a", 1)`, ">>a1"},
			{"m := map[string]int{\"a\": 1}\nm[\"a\"]", "1"},
		},
		"declarations in any order": {
			{"area(3)\nfunc area(r float64) float64 { return pi * r * r }\nconst pi = 3", "27"},
			{"area(4)\nfunc other() {}", "48"},
			{"import \"strings\"\ns := strings.Repeat(\"ab\", n)\nconst n = 2\nimport \"sort\"\nsort.SearchInts([]int{1, 2}, 2) + len(s)", "5"},
			{"func even(n int) bool { return n == 0 || odd(n-1) }\nfunc odd(n int) bool { return n != 0 && even(n-1) }\neven(10)", "true"},
			{"k := 3.0\nfunc scaled(x float64) float64 { return k * x }\nscaled(2)", "6"},
			{"k = 10", ""},
			{"scaled(2)", "20"},
			{"type Point struct{ X, Y float64 }\nfunc (p Point) Norm() float64 { return math.Hypot(p.X, p.Y) }\nPoint{3, 4}.Norm()", "5"},
			{"Point{1, 2}", "Point\n  X  1\n  Y  2"},
		},
		"a program in a cell": {
			{"package main\n\nimport \"fmt\"\n\nvar total = compute()\n\nfunc compute() int { return base * 2 }\n\nvar base = 21\n\nfunc main() { fmt.Println(total) }", ">>42\n"},
			{"total + base", "63"},
			{"base = 1\ncompute()", "2"},
			{"var a, b = b + 1, c()\nfunc c() int { return base }", ""},
			{"a*10 + b", "21"},
			{"var x = x", "error compile error: cell [6]:1:9: undefined: x"},
		},
		"redefinition": {
			{"x := 1", ""},
			{"func f() int { return x + 1 }\nf()", "2"},
			{"x := 10", ""},
			{"f()", "11"}, // the same variable
			{"func g() int { return 2 * f() }\ng()", "22"},
			{"func f() int { return x + 100 }", ""},
			{"g()", "220"},
			{`x := "now a string"`, ""},
			{"x", `"now a string"`},
			{"f()", "110"}, // keeps the variable it was written with
			{"type T struct{ A int }\nfunc (t T) Get() int { return t.A }\nfunc mk() T { return T{A: 1} }\nmk().Get()", "1"},
			{"func (t T) Get() int { return -t.A }\nmk().Get()", "-1"},
			{"type T struct{ A, B int }\nmk()", "T\n  A  1\n  B  0"},
			{"func (t *T) Set(a int) { t.A = a }\nt := mk()\nt.Set(5)\nt.Get()", "-5"},
		},
		"packages and variables": {
			{"spikes := 3", ""},
			{"spikes + 1", "4"},
			{"import \"github.com/neurorepl/neurorepl/neuro/spikes\"\nspikes.ISI(neuro.Spikes{1, 3, 6})", "[2 3]"},
			{"math := \"mine\"\nmath", `"mine"`},
			{"func local() int { fmt := 2; return fmt }\nlocal()", "2"},
			{`fmt.Println("still here")`, ">>still here\n"},
			{"import \"math/rand\"\nrand.New(rand.NewSource(1)).Intn(1)", "0"},
			{"import m \"math\"\nm.Pi > 3", "true"},
			{"import \"net/htpp\"", `error compile error: cell [9]:1:8: package "net/htpp" is not among those that cells can import; near it: net/http`},
		},
		"errors before anything runs": {
			{"fmt.Println(\"ran\")\n\n\n   a := nope", "error compile error: cell [1]:4:9: undefined: nope"},
			{"a := undef1\nb := undef2", "error compile error: cell [2]:1:6: undefined: undef1\ncell [2]:2:6: undefined: undef2"},
			{"x := 1 +", "error compile error: cell [3]:1:9: expected operand, found the end of the cell"},
			{"func f() int { }", "error compile error: cell [4]:1:16: missing return"},
			{"var s string = 3", "error compile error: cell [5]:1:16: cannot use 3"},
			{"fmt.Printn(1)", "error compile error: cell [6]:1:5: undefined: fmt.Printn"},
			{"}", "error compile error: cell [7]:1:1: "},
			{"x := 1\nx := 2", "error compile error: cell [8]:2:3: no new variables on left side of :="},
			{"if 1 { }", "error compile error: cell [9]:1:4: non-boolean condition in if statement"},
			{"used := 1\nfunc g() { unused := 2 }", ""},
		},
		"panics": {
			{"keep := 1", ""},
			{"var z []int\n\nz[3]", "error panic: cell [2]:3:2: runtime error: index out of range [3] with length 0"},
			{"func deep(k int) int {\n\ta := []int{1}\n\treturn a[k]\n}\nfunc mid(k int) int { return deep(k) }\nmid(7)", "error panic: cell [3]:3:10: runtime error: index out of range [7] with length 1"},
			{"panic(\"text\")", "error panic: cell [4]:1:6: text"},
			{"panic(fmt.Errorf(\"an error\"))", "error panic: cell [5]:1:6: an error"},
			{"var p *neuro.Trace\np.Dt", "error panic: cell [6]:2:3: runtime error: invalid memory address or nil pointer dereference"},
			{"var m map[string]int\nm[\"a\"] = 1", "error panic: cell [7]:2:2: assignment to entry in nil map"},
			{"d := 0\n1 / d", "error panic: cell [8]:2:3: runtime error: integer divide by zero"},
			{"func safe() (r string) {\n\tdefer func() { r = fmt.Sprint(recover()) }()\n\tpanic(\"caught\")\n}\nsafe()", `"caught"`},
			{"keep", "1"},
		},
		"generics": {
			{"type Tree[K any] struct {\n\tl, r *Tree[K]\n\tk K\n}\nfunc (t *Tree[K]) Insert(k K, less func(a, b K) bool) *Tree[K] {\n\tif t == nil { return &Tree[K]{k: k} }\n\tif less(k, t.k) { t.l = t.l.Insert(k, less) } else { t.r = t.r.Insert(k, less) }\n\treturn t\n}\nfunc (t *Tree[K]) All(yield func(K) bool) { t.push(yield) }\nfunc (t *Tree[K]) push(yield func(K) bool) bool { return t == nil || t.l.push(yield) && yield(t.k) && t.r.push(yield) }", ""},
			{"var root *Tree[string]\nfor _, w := range []string{\"m\", \"c\", \"x\"} { root = root.Insert(w, func(a, b string) bool { return a < b }) }", ""},
			{"for k := range root.All { fmt.Print(k, \" \") }", ">>c m x "},
			{"import \"slices\"\nslices.Collect(root.All)", `["c" "m" "x"]`},
			{"var ints *Tree[int]\nfor i := range 3 { ints = ints.Insert(-i, func(a, b int) bool { return a < b }) }\nslices.Collect(ints.All)", "[-2 -1 0]"},
			{"type Stack[T any] []T\nfunc (s *Stack[T]) Push(v T) { *s = append(*s, v) }\ncount := 0\nfunc each[T any](s Stack[T], f func(T)) { for _, v := range s { count++; f(v) } }", ""},
			{"type own struct{ n int }\nvar s Stack[own]\ns.Push(own{3})\neach(s, func(o own) { fmt.Print(o.n) })\ncount", "1>>3"},
			{"func (s *Stack[T]) Top() T { return (*s)[len(*s)-1] }\nvar t Stack[int]\nt.Push(4)\nt.Top()", "4"},
			{"import (\"sync/atomic\"; \"unique\")\nvar p atomic.Pointer[own]\np.Store(&own{5})\np.Load().n", "5"},
			{"unique.Make(own{1}) == unique.Make(own{1})", "true"},
		},
		"own types": {
			{"type E struct{ Code int }\nfunc (e E) Error() string { return fmt.Sprint(\"code \", e.Code) }\nfunc fail() error { return fmt.Errorf(\"wrapped: %w\", E{7}) }\nvar e E", ""},
			{"import (\"errors\"; \"sort\"; \"encoding/json\")\nerrors.As(fail(), &e)", "true"},
			{"e", "code 7"},
			{"type byCode []E\nfunc (b byCode) Len() int { return len(b) }\nfunc (b byCode) Less(i, j int) bool { return b[i].Code < b[j].Code }\nfunc (b byCode) Swap(i, j int) { b[i], b[j] = b[j], b[i] }\nlist := byCode{{3}, {1}, {2}}\nsort.Sort(list)\nlist", "[code 1 code 2 code 3]"},
			{"type P struct { Name string `json:\"n\"`; secret int }\np := P{\"a\", 3}\np", "P\n  Name    \"a\"\n  secret  3"},
			{"text, err := json.Marshal(p)\nstring(text)", "\"{\\\"n\\\":\\\"a\\\"}\""},
			{"fmt.Printf(\"%T %+v\", p, p)", ">>main.P {Name:a secret:3}"},
			{"q := p\ntype P struct{ Name string }\nq", "P\n  Name    \"a\"\n  secret  3"}, // of the type that it was made with
			{"q = P{}", "error compile error: cell [9]:1:5: cannot use P{} (value of struct type P) as P value in assignment: P was declared anew"},
			{"type Shape interface{ Area() float64 }\ntype Sq struct{ s float64 }\nfunc (s Sq) Area() float64 { return s.s * s.s }\nfunc total(list ...Shape) (t float64) { for _, x := range list { t += x.Area() }; return t }\ntotal(Sq{2}, Sq{3})", "13"},
			{"func (s Sq) Area() float64 { return 1 }\ntotal(Sq{2}, Sq{3})", "2"},
		},
		"what a cell leaves": {
			{"func adder() func(int) int { s := 0; return func(d int) int { s += d; return s } }\na := adder()\na(3)", "3"},
			{"func adder() func(int) int { return func(d int) int { return -d } }", ""},
			{"a(4)", "7"}, // the closure that it was
			{"adder()(4)", "-4"},
			{"import \"runtime\"\nruntime.Goexit()", "error panic: no goroutines (main called runtime.Goexit) - deadlock!"},
			{"x, y := 1, 2\nfunc bad() {}\npanic(x)", "error panic: cell [6]:3:6: 1"},
			{"y", "error compile error: cell [7]:1:1: undefined: y"},
			{"1 << 70", "1180591620717411303424"},
			{"return", ""},
		},
		"goroutines": {
			{"import \"time\"", ""},
			{"go func() { panic(\"lost\") }()\ntime.Sleep(5 * time.Second)", "error panic: in a goroutine: "},
			{"func bad(k int) { panic(fmt.Sprint(\"bad \", k)) }\ngo bad(3)\ntime.Sleep(5 * time.Second)", "error panic: in a goroutine: "},
			{"import \"sync\"\nvar wg sync.WaitGroup\nvar mu sync.Mutex\ntotal := 0\nfor i := range 20 {\n\twg.Add(1)\n\tgo func() {\n\t\tdefer wg.Done()\n\t\tmu.Lock()\n\t\tdefer mu.Unlock()\n\t\ttotal += i\n\t}()\n}\nwg.Wait()\ntotal", "190"},
			{"func send(c chan int, v int) { c <- v }\nc := make(chan int)\nv := 7\ngo send(c, v)\nv = 8\n<-c", "7"},
			{"type acc struct{ n int }\nfunc (a *acc) add(k int, done chan bool) { a.n += k; done <- true }\na := acc{}\ndone := make(chan bool)\ngo a.add(4, done)\n<-done\na.n", "4"},
		},
		"exits": {
			{"import (\"os\"; \"log\")\nx := 3", ""},
			{"os.Exit(3)", "error exit: status 3"},
			{"log.Fatal(\"over\")", "error exit: status 1"},
			{"log.New(os.Stderr, \"\", 0).Fatalln(\"over\")", "error exit: status 1"},
			{"func q() { defer fmt.Println(\"never\"); os.Exit(0) }\nq()", "error exit: status 0"},
			{"x", "3"},
		},
		"streams": {
			{"import \"os\"\nfor i := range 3 {\n\tfmt.Println(\"p\", i)\n\tfmt.Fprintln(os.Stdout, \"f\", i)\n\tos.Stdout.WriteString(\"w\\n\")\n}", ">>p 0\nf 0\nw\np 1\nf 1\nw\np 2\nf 2\nw\n"},
			{"os.Args", `["test" "-n" "3"]`},
			{"import \"flag\"\nn := flag.Int(\"n\", 1, \"number\")\nflag.Parse()\n*n", "3"},
		},
		"current Go": {
			{"s := 0\nfor i := range 10 { s += i }\ns", "45"},
			{"min(3, 1, 2) + max(1, 2)", "3"},
			{"min(2.5, float64(s))", "2.5"},
			{"m := map[int]int{1: 1}\nclear(m)\nlen(m)", "0"},
			{"var fs []func() int\nfor i := 0; i < 3; i++ { fs = append(fs, func() int { return i }) }\nfs[0]() + fs[1]()*10 + fs[2]()*100", "210"},
			{"func Map[A, B any](x []A, f func(A) B) []B {\n\tvar out []B\n\tfor _, v := range x { out = append(out, f(v)) }\n\treturn out\n}\nMap([]int{1, 2}, func(i int) string { return fmt.Sprint(i, \"!\") })", `["1!" "2!"]`},
			{"func order() {\n\tfor i := range 3 { defer fmt.Print(i, \" \") }\n\tx := 1\n\tdefer fmt.Print(\"x\", x, \" \")\n\tx = 2\n}\norder()", ">>x1 2 1 0 "},
			{"func closure() {\n\tdone := func() { fmt.Print(\"done\") }\n\tdefer done()\n}\nclosure()", ">>done"},
		},
		"commands": {
			{"a := 1.5", ""},
			{"%who", ">>variable  a                float64\n"},
			{"!echo from the shell", ">>from the shell\n"},
			{"%nonsense", "error compile error: cell [4]:1:1: unknown command %nonsense"},
			{"%%\nb := 2\nfmt.Println(a, b)", ">>1.5 2\n"},
			{"package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"a program\") }", ">>a program\n"},
			{"%reset", ""},
			{"a", "error compile error: cell [8]:1:1: undefined: a"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			for i, st := range steps {
				r := b.do(t, st.text)
				if r.Count != i+1 {
					t.Fatalf("cell %d was counted as %d", i+1, r.Count)
				}
				out := b.out.take()
				got := values(r)
				if r.Err != nil {
					got = "error " + r.Err.Kind + ": " + r.Err.Message
				}
				if out != "" {
					got += ">>" + out
				}
				if r.Err != nil && st.want != "" && strings.HasPrefix(got, st.want) {
					continue
				}
				if got != st.want {
					t.Errorf("cell %d:\n%s\ngave %q\nwant %q", i+1, st.text, got, st.want)
				}
			}
		})
	}
}

func TestNotes(t *testing.T) {
	b := open(t)
	r := b.do(t, "spikes := 3")
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], `import "github.com/neurorepl/neurorepl/neuro/spikes"`) {
		t.Errorf("notes %q", r.Notes)
	}
	if r := b.do(t, "spikes = 4"); len(r.Notes) != 0 {
		t.Errorf("the note comes again: %q", r.Notes)
	}
}

func TestDisplay(t *testing.T) {
	b := open(t)
	if r := b.do(t, `display.Show(display.HTML("<b>x</b>"), 3)`); r.Err != nil || len(r.Values) != 0 {
		t.Fatal(r.Err, r.Values)
	}
	if len(b.sink.shown) != 2 || b.sink.shown[0].Data[display.TypeHTML] != "<b>x</b>" {
		t.Errorf("the sink got %v", b.sink.shown)
	}
	r := b.do(t, `display.Markdown("# t")`)
	if len(r.Values) != 1 || !r.Values[0].IsBundle {
		t.Errorf("a bundle as last expression gave %+v", r.Values)
	}
	r = b.do(t, "neuro.Trace{Name: \"V\", Unit: \"mV\", Dt: 1, Y: []float64{1, 2, 3}}")
	if len(r.Values) != 1 || r.Values[0].IsBundle || r.Values[0].Bundle.Data[display.TypePNG] == nil {
		t.Errorf("a trace is not shown as a picture: %+v", r.Values)
	}
	r = b.do(t, "type own struct{}\nfunc (own) Show() display.Bundle { return display.HTML(\"mine\") }\nown{}")
	if len(r.Values) != 1 || r.Values[0].Bundle.Data[display.TypeHTML] != "mine" {
		t.Errorf("a cell's own Shower gave %+v %v", r.Values, r.Err)
	}
}

func TestSilent(t *testing.T) {
	b := open(t)
	r := b.Run(context.Background(), Cell{Text: "q := 1\nq", Silent: true})
	if r.Count != 0 || len(r.Values) != 0 || r.Err != nil {
		t.Errorf("%+v", r)
	}
	if r := b.do(t, "q"); values(r) != "1" || r.Count != 1 {
		t.Errorf("%+v", r)
	}
}

// TestInterrupt holds every way to be busy against the promise that the
// session answers within 300 ms, lives, and keeps its functions and closures.
func TestInterrupt(t *testing.T) {
	b := open(t)
	b.do(t, "import (\"time\"; \"sync\")\ncount := 0\ntwice := func(x int) int { return 2 * x }\nfunc named(x int) int { return 3 * x }")
	for _, text := range []string{
		"for { }",
		"for { count++ }",
		"for i := 0; ; i++ { func() { count = i }() }",
		"func spin() { for { count++ } }\nspin()",
		"time.Sleep(time.Hour)",
		"for { time.Sleep(time.Millisecond) }",
		"c := make(chan int)\nselect { case <-c: case <-time.After(time.Hour): }",
		"go func() { for { count++ } }()\nfor { }",
		"!sleep 100",
	} {
		ctx, cancel := context.WithCancel(context.Background())
		told := make(chan patience.Watch, 1)
		time.AfterFunc(30*time.Millisecond, func() { told <- patience.Start(); cancel() })
		r := b.Run(ctx, Cell{Text: text})
		if w := <-told; w.Late(300 * time.Millisecond) {
			t.Errorf("%q went on for %v", text, w.Took())
		}
		if r.Err == nil || r.Err.Kind != KindInterrupt {
			t.Errorf("%q gave %v", text, r.Err)
		}
		if r := b.do(t, "twice(4) + named(1)"); values(r) != "11" {
			t.Fatalf("after %q: %q %v", text, values(r), r.Err)
		}
	}
	b.do(t, "before := count\ntime.Sleep(30 * time.Millisecond)")
	if r := b.do(t, "count - before"); values(r) != "0" {
		t.Errorf("an interrupted goroutine still counts: %s", values(r))
	}
}

// TestAbandoned interrupts a call into compiled code that returns later: the
// cell must not go on then.
func TestAbandoned(t *testing.T) {
	b := open(t)
	b.do(t, "import \"time\"\nx := 1")
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(20*time.Millisecond, cancel)
	r := b.Run(ctx, Cell{Text: "time.Sleep(500 * time.Millisecond)\nx = 2\nfmt.Println(\"late\")"})
	if r.Err == nil || r.Err.Kind != KindInterrupt {
		t.Fatal(r.Err)
	}
	if r := b.do(t, "time.Sleep(600 * time.Millisecond)\nx"); values(r) != "1" {
		t.Errorf("the interrupted cell changed x to %s", values(r))
	}
	if out := b.out.take(); out != "" {
		t.Errorf("the interrupted cell printed %q", out)
	}
}

func TestRecursion(t *testing.T) {
	b := open(t)
	b.do(t, "ok := 1\nfunc loop(n int) int { return loop(n+1) + 1 }")
	for range 2 {
		r := b.do(t, "loop(0)")
		if r.Err == nil || r.Err.Kind != KindPanic || !strings.Contains(r.Err.Message, "stack overflow") {
			t.Fatalf("endless recursion gave %v", r.Err)
		}
		if r := b.do(t, "func fact(n int) int { if n < 2 { return 1 }; return n * fact(n-1) }\nfact(10)"); values(r) != "3628800" {
			t.Fatalf("after it: %q %v", values(r), r.Err)
		}
	}
}

// TestLatePanic lets a goroutine panic after its cell: no other cell fails.
func TestLatePanic(t *testing.T) {
	b := open(t)
	b.do(t, "import \"time\"\ngo func() { time.Sleep(20 * time.Millisecond); panic(\"late\") }()")
	if r := b.do(t, "time.Sleep(60 * time.Millisecond)\n5"); values(r) != "5" || r.Err != nil {
		t.Errorf("the next cell gave %q, %v", values(r), r.Err)
	}
	if got := b.err.take(); got != "panic in a goroutine of cell [1]: late\n" {
		t.Errorf("standard error: %q", got)
	}
}

// Cells of a program from standard input all have its name.
func TestLatePanicOfTheSameName(t *testing.T) {
	b := open(t)
	for i, text := range []string{"import \"time\"\ngo func() { time.Sleep(20 * time.Millisecond); panic(\"late\") }()", "time.Sleep(60 * time.Millisecond)"} {
		if r := b.Run(t.Context(), Cell{Text: text, Name: "stdin"}); r.Err != nil {
			t.Errorf("cell %d: %v", i+1, r.Err)
		}
	}
	if got := b.err.take(); got != "panic in a goroutine of stdin: late\n" {
		t.Errorf("standard error: %q", got)
	}
}

func TestManyLines(t *testing.T) {
	b := open(t)
	b.do(t, "for i := range 1000000 { fmt.Println(i) }")
	out := b.out.take()
	if n := strings.Count(out, "\n"); n != 1000000 || !strings.HasPrefix(out, "0\n1\n") || !strings.HasSuffix(out, "\n999999\n") {
		t.Errorf("%d lines", n)
	}
}

// TestLeaks opens and closes sessions and looks for what they leave.
func TestLeaks(t *testing.T) {
	files := func() int {
		d, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip("no /proc")
		}
		return len(d)
	}
	use := func() {
		b := open(t)
		b.do(t, "import \"os\"\nx := 1\nfmt.Fprintln(os.Stdout, x)\ngo func() { select { } }()")
		b.Close()
	}
	use()
	time.Sleep(50 * time.Millisecond)
	g, f := runtime.NumGoroutine(), files()
	for range 5 {
		use()
	}
	deadline := time.Now().Add(2 * time.Second)
	for time.Now().Before(deadline) && runtime.NumGoroutine() > g {
		time.Sleep(10 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > g {
		buf := make([]byte, 1<<16)
		t.Errorf("%d goroutines became %d\n%s", g, n, buf[:runtime.Stack(buf, true)])
	}
	if n := files(); n > f {
		t.Errorf("%d open files became %d", f, n)
	}
}

func TestCompleteness(t *testing.T) {
	b := open(t)
	for text, want := range map[string]string{
		"":                         "complete",
		"x := 1":                   "complete",
		"for i := range 3 {":       "incomplete",
		"for i := range 3 {\n}":    "complete",
		"f(1,":                     "incomplete",
		"x := `raw":                "incomplete",
		"/* comment":               "incomplete",
		"x := 1 +":                 "incomplete",
		"x := )":                   "invalid",
		"func f() {\n\tif x {":     "incomplete",
		"}":                        "invalid",
		"name?":                    "complete",
		"%who":                     "complete",
		"if x {\n} else {\n":       "incomplete",
		"\"unterminated":           "invalid",
		"import (":                 "incomplete",
		"type T struct {\n\tA int": "incomplete",
	} {
		if got := b.Completeness(text); got.Status != want {
			t.Errorf("%q is %s, want %s", text, got.Status, want)
		}
	}
	if got := b.Completeness("func f() {\n\tif x {"); got.Indent != "\t\t" {
		t.Errorf("indent %q", got.Indent)
	}
}

func TestPage(t *testing.T) {
	b := open(t)
	b.do(t, "// double doubles.\nfunc double(x float64) float64 {\n\treturn 2 * x // twice\n}")
	for text, want := range map[string]string{
		"signal.Welch?":   "func Welch(x []float64, fs float64, o WelchOptions) (*Spectrum, error)",
		"signal?":         "func Welch(",
		"double?":         "func double(x float64) float64",
		"double??":        "return 2 * x // twice",
		"? fmt.Println":   "func Println(a ...any)",
		"neuro.Trace.FS?": "1000/Dt",
		"%help":           "%who",
	} {
		r := b.do(t, text)
		if r.Page == nil || !strings.Contains(r.Page.Text(), want) {
			t.Errorf("%s: page %v, error %v, want %q", text, r.Page, r.Err, want)
		}
	}
	if r := b.do(t, "signal.Wlech?"); r.Err == nil || !strings.Contains(r.Err.Message, "signal.Welch") {
		t.Errorf("a misspelt name gave %v", r.Err)
	}
}

func BenchmarkCell(b *testing.B) {
	s := open(b)
	s.do(b, "x := 1.5")
	for i := 0; b.Loop(); i++ {
		if r := s.do(b, fmt.Sprintf("y := math.Sin(x) + %d\ny", i)); r.Err != nil {
			b.Fatal(r.Err)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		s, err := New(Options{})
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}

// A call that fails shows its error and not the zero value beside it; a value
// that says something stays.
func TestFailedCalls(t *testing.T) {
	b := open(t)
	for text, want := range map[string]string{
		"behavior.DPrime(10, 0, 5, 5)":                                        "",
		"signal.Welch(nil, 0, signal.NewWelch())":                             "",
		"func() (int, string, error) { return 3, \"\", fmt.Errorf(\"x\") }()": "3",
		"func() (float64, error) { return 0, nil }()":                         "0",
	} {
		r := b.do(t, text)
		if values(r) != want {
			t.Errorf("%s: values %q, want %q", text, values(r), want)
		}
		if fails := !strings.HasSuffix(text, "nil }()"); (r.Err != nil) != fails || fails && r.Err.Kind != KindError {
			t.Errorf("%s: error %v", text, r.Err)
		}
	}
}

// BenchmarkCellAmong runs a cell in a session that has declared much.
func BenchmarkCellAmong(b *testing.B) {
	s := open(b)
	for i := range 4000 {
		if r := s.do(b, fmt.Sprintf("v%d := %d\nfunc f%d(n int) int { return n + v%d }", i, i, i, i)); r.Err != nil {
			b.Fatal(r.Err)
		}
	}
	for i := 0; b.Loop(); i++ {
		if r := s.do(b, fmt.Sprintf("w := v3 + f7(%d)\nw", i)); r.Err != nil {
			b.Fatal(r.Err)
		}
	}
}
