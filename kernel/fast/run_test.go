package fast

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// compileOne compiles the function F of a program.
func compileOne(t testing.TB, o Options, src string) *Code {
	t.Helper()
	c := New(o)
	t.Cleanup(func() { c.Close() })
	x, err := c.Compile(build(t, map[string]string{"p.go": "package p\n" + src}).Func("F"))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestPanics(t *testing.T) {
	cases := []struct{ src, want string }{
		{`func F(i int, xs []int) int { return xs[i+2] }`, "runtime error: index out of range [5] with length 3"},
		{`func F(i int, xs []int) int { return xs[i-4] }`, "runtime error: index out of range [-1]"},
		{`func F(i int, xs []int) int { return xs[uint8(i+100)] }`, "runtime error: index out of range [103] with length 3"},
		{`func F(i int, xs []int) int { var a [4]int; return a[i*2] }`, "runtime error: index out of range [6] with length 4"},
		{`func F(i int, xs []int) int { return len(xs[:i+6]) }`, "runtime error: slice bounds out of range [:9] with capacity 3"},
		{`func F(i int, xs []int) int { return len(xs[i:1]) }`, "runtime error: slice bounds out of range [3:1]"},
		{`func F(i int, xs []int) int { return len(xs[1:2:i+4]) }`, "runtime error: slice bounds out of range [::7] with capacity 3"},
		{`func F(i int, xs []int) int { return len("abc"[i+1:]) }`, "runtime error: slice bounds out of range [4:3]"},
		{`func F(i int, xs []int) int { return i / (i - 3) }`, "runtime error: integer divide by zero"},
		{`func F(i int, xs []int) int { return 1 << (i - 9) }`, "runtime error: negative shift amount"},
		{`func F(i int, xs []int) int { return len(make([]int, i-9)) }`, "runtime error: makeslice: len out of range"},
		{`func F(i int, xs []int) int { return len(make([]int, i, i-1)) }`, "runtime error: makeslice: cap out of range"},
		{`func F(i int, xs []int) int { var p *struct{ a, b int }; if i == 0 { p = &struct{ a, b int }{} }; return p.b }`, "runtime error: invalid memory address or nil pointer dereference"},
		{`func F(i int, xs []int) int { panic("no cell fires") }`, "no cell fires"},
		{`func F(i int, xs []int) int { if i > 2 { panic(i) }; return 0 }`, "3"},
		{`import "fmt"; func F(i int, xs []int) int { if i > 2 { panic(fmt.Sprintf("%d cells, %g mV, %q, %v", i, float32(i)/2, "soma", i == 3)) }; return 0 }`, "3 cells, 1.5 mV, \"soma\", true"},
		{`import "fmt"; func F(i int, xs []int) int { panic(fmt.Sprint("no ", int8(-i), uint8(255), 'x', 2.5)) }`, "no -3 255 120 2.5"},
		{`func F(i int, xs []int) int { return f(i) }; func f(i int) int { return f(i+1) + 1 }`, ErrStack.Error()},
	}
	for _, c := range cases {
		x := compileOne(t, Options{}, c.src)
		_, err := call(x, func(int, []int) int { return 0 }, 3, []int{1, 2, 3})
		var p *Panic
		if !errors.As(err, &p) || p.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.src, err, c.want)
			continue
		}
		if _, ok := p.Value.(runtime.Error); ok != strings.HasPrefix(c.want, "runtime error") {
			t.Errorf("%s: the value is a %T", c.src, p.Value)
		}
		if !p.Pos.IsValid() {
			t.Errorf("%s: no position", c.src)
		}
		// It can be called again.
		if _, err := call(x, func(int, []int) int { return 0 }, 3, []int{1, 2, 3}); err == nil {
			t.Errorf("%s: no panic at the second call", c.src)
		}
	}
}

func TestRefusals(t *testing.T) {
	cases := []struct{ src, want string }{
		{`import "fmt"; func F() { fmt.Println(1) }`, "calls fmt.Println (p.go:2:37)"},
		{`func F(m map[int]int) int { return m[1] }`, "uses a map (p.go:2:6)"},
		{`func F() int { m := map[int]int{}; return m[1] }`, "uses a map (p.go:2:32)"},
		{`func F(c chan int) int { return <-c }`, "uses a channel (p.go:2:6)"},
		{`func F() { defer func() {}() }`, "defers a call"},
		{`func F() { go func() {}() }`, "starts a goroutine"},
		{`func F(f func(int) int) int { return f(1) }`, "takes a function (f)"},
		{`func F(x any) any { return x }`, "uses an interface"},
		{`var v int; func F() int { return v }`, "uses the variable v"},
		{`import "os"; func F() int { return len(os.Args) }`, "uses the variable Args of package os"},
	}
	for _, c := range cases {
		_, err := New(Options{}).Compile(build(t, map[string]string{"p.go": "package p\n" + c.src}).Func("F"))
		var r *Refused
		if !errors.As(err, &r) || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.src, err, c.want)
		}
	}
}

// TestInterrupt stops loops and recursions.
func TestInterrupt(t *testing.T) {
	for _, src := range []string{
		`func F() (n int) { for { n++ } }`,
		`func F() (n int) { for i := 0; ; i++ { for j := 0; j < 3; j++ { n += j } } }`,
		`func F() (n int) { for { n += fib(25) } }; func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }`,
		`func F() (n int) { i := 0; goto b; a: i++; b: n += i; if n >= 0 { goto a }; goto b }`,
		`func F() (n int) { for { x := make([]int, 1000); n += len(x) } }`,
	} {
		var stop atomic.Bool
		x := compileOne(t, Options{Stop: stop.Load}, src)
		done := make(chan error)
		go func() {
			_, err := call(x, func() int { return 0 })
			done <- err
		}()
		time.Sleep(20 * time.Millisecond)
		t0 := time.Now()
		stop.Store(true)
		if err := <-done; err != ErrInterrupted {
			t.Errorf("%s: %v", src, err)
		}
		if d := time.Since(t0); d > 200*time.Millisecond {
			t.Errorf("%s: stopped after %v", src, d)
		}
	}
}

// TestCollector runs Go's collector while machine code loops.
func TestCollector(t *testing.T) {
	x := compileOne(t, Options{}, `func F(n int) (s float64) { for i := 0; i < n; i++ { s += float64(i) * 0.5 }; return s }`)
	done := make(chan bool)
	go func() {
		call(x, func(int) float64 { return 0 }, 1_000_000_000)
		close(done)
	}()
	worst := time.Duration(0)
	for range 20 {
		t0 := time.Now()
		runtime.GC()
		worst = max(worst, time.Since(t0))
		select {
		case <-done:
			t.Log("the loop ended early")
			return
		default:
		}
	}
	if worst > 500*time.Millisecond {
		t.Errorf("the collector waited %v", worst)
	}
	<-done
}

// TestGarbage makes far more than there is memory for, and keeps some of it.
func TestGarbage(t *testing.T) {
	x := compileOne(t, Options{}, `
		func F(n int) (s int, rows [][]int) {
			old := []int{1}
			for i := 0; i < n; i++ {
				x := make([]int, 10000)
				x[i%len(x)] = i
				if i%1000 == 0 {
					rows = append(rows, x)
				}
				for j := range old {
					s += old[j]
				}
				old = x
			}
			for i := range rows {
				rows[i] = append(rows[i], i)
			}
			return s, rows
		}`)
	n := 50_000 // 4 GB
	if testing.Short() {
		n = 5000
	}
	r, err := call(x, func(int) (int, [][]int) { return 0, nil }, n)
	if err != nil {
		t.Fatal(err)
	}
	if want := 1 + (n-1)*(n-2)/2; r[0] != want {
		t.Errorf("sum %v, want %v", r[0], want)
	}
	runtime.GC()
	for i, row := range r[1].([][]int) {
		if row[10000] != i || row[i*1000%10000] != i*1000 && i > 0 {
			t.Errorf("row %d is damaged", i)
		}
	}
}

// TestPointers exchanges rows and nodes while the collector runs.
func TestPointers(t *testing.T) {
	x := compileOne(t, Options{}, `
		type node struct { v int; next *node; row []float64 }
		func F(n int, rows [][]float64) (s float64, head *node) {
			for i := 0; i < n; i++ {
				a, b := i%len(rows), (i*7+3)%len(rows)
				rows[a], rows[b] = rows[b], rows[a]
				if i%100 == 0 {
					rows[a] = make([]float64, len(rows[b]))
					copy(rows[a], rows[b])
				}
				rows[b][i%len(rows[b])]++
				head = &node{i, head, rows[a][:1]}
				if i%50 == 0 {
					head = nil
				}
			}
			for p := head; p != nil; p = p.next {
				s += float64(p.v)
			}
			for _, r := range rows {
				for _, v := range r {
					s += v
				}
			}
			return s, head
		}`)
	type node struct {
		v    int
		next *node
		row  []float64
	}
	goF := func(n int, rows [][]float64) (s float64, head *node) {
		for i := 0; i < n; i++ {
			a, b := i%len(rows), (i*7+3)%len(rows)
			rows[a], rows[b] = rows[b], rows[a]
			if i%100 == 0 {
				rows[a] = make([]float64, len(rows[b]))
				copy(rows[a], rows[b])
			}
			rows[b][i%len(rows[b])]++
			head = &node{i, head, rows[a][:1]}
			if i%50 == 0 {
				head = nil
			}
		}
		for p := head; p != nil; p = p.next {
			s += float64(p.v)
		}
		for _, r := range rows {
			for _, v := range r {
				s += v
			}
		}
		return s, head
	}
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	defer close(stop)
	table := func() [][]float64 {
		rows := make([][]float64, 20)
		for i := range rows {
			rows[i] = make([]float64, 30+i)
		}
		return rows
	}
	for range 5 {
		n := 30_000
		a, b := table(), table()
		want, _ := goF(n, a)
		r, err := call(x, goF, n, b)
		if err != nil {
			t.Fatal(err)
		}
		if r[0] != want || fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatalf("%v, want %v", r[0], want)
		}
		k := 0
		for p := r[1].(*node); p != nil; p = p.next {
			k += len(p.row)
		}
		if k != 49 {
			t.Fatalf("a list of %d", k)
		}
	}
}

// TestAliasing passes slices that overlap, and writes what the caller sees.
// TestEmptyText looks at where an empty string is: nowhere, or the collector
// would follow it to memory that nobody has.
func TestEmptyText(t *testing.T) {
	x := compileOne(t, Options{}, `func F(s []string) string {
		for i := range s {
			s[i] = ""
		}
		return ""
	}`)
	s := []string{"a", "b"}
	r, err := call(x, func([]string) string { return "" }, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range append(s, r[0].(string)) {
		if p := unsafe.StringData(got); got != "" || p != nil {
			t.Errorf("%q at %p", got, p)
		}
	}
}

func TestAliasing(t *testing.T) {
	x := compileOne(t, Options{}, `func F(a, b []int) { for i := range a { b[i] = a[i] + 1 } }`)
	xs := []int{1, 2, 3, 4, 5}
	if _, err := call(x, func(a, b []int) {}, xs[:4], xs[1:]); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(xs) != "[1 2 3 4 5]" {
		t.Error(xs)
	}
	// Up to a panic, what is written is written.
	_, err := call(x, func(a, b []int) {}, []int{7, 8, 9}, xs[:2])
	if err == nil || fmt.Sprint(xs) != "[8 9 3 4 5]" {
		t.Error(err, xs)
	}
}

// TestGlobals reads and writes variables of the session.
func TestGlobals(t *testing.T) {
	n, rows, name := new(int), new([][]float64), new(string)
	*rows = [][]float64{{1, 2}, {3}}
	*name = "v"
	o := Options{Global: func(g *ssa.Global) unsafe.Pointer {
		return map[string]unsafe.Pointer{"n": unsafe.Pointer(n), "rows": unsafe.Pointer(rows), "name": unsafe.Pointer(name)}[g.Name()]
	}}
	x := compileOne(t, o, `
		var n int; var rows [][]float64; var name string
		func F() (s float64) {
			for i := range rows {
				for j := range rows[i] { s += rows[i][j]; n++ }
			}
			rows = append(rows, []float64{s})
			rows[0][0] = -1
			name += "!"
			return s
		}`)
	for i, want := range []float64{6, 10, 20} {
		r, err := call(x, func() float64 { return 0 })
		if err != nil || r[0] != want {
			t.Fatal(i, r, err)
		}
		runtime.GC()
	}
	if *n != 3+4+5 || fmt.Sprint(*rows) != "[[-1 2] [3] [6] [10] [20]]" || *name != "v!!!" {
		t.Error(*n, *rows, *name)
	}
}

func TestConcurrent(t *testing.T) {
	x := compileOne(t, Options{}, `func F(n int) (s int) { xs := make([]int, 100); for i := 0; i < n; i++ { xs[i%100] += i; s += xs[(i*3)%100] }; return s }`)
	want, err := call(x, func(int) int { return 0 }, 10000)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if r, err := call(x, func(int) int { return 0 }, 10000); err != nil || r[0] != want[0] {
					t.Error(r, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// TestClosures calls code with the variables that a closure has captured, from
// several goroutines too.
func TestClosures(t *testing.T) {
	pkg := build(t, map[string]string{"p.go": `package p
		import "math"
		func F(n int) {
			k, xs := 2.5, []float64{1, 2, 3}
			_ = func(x float64) float64 { k++; return k*x + xs[int(x)] }
			_ = func(x float64) float64 { return math.Exp(-x) * math.Sin(x) }
		}`})
	c := New(Options{})
	defer c.Close()
	x, err := c.Compile(pkg.Func("F").AnonFuncs[0])
	if err != nil {
		t.Fatal(err)
	}
	k, xs := new(float64), &[]float64{1, 2, 3}
	*k = 2.5
	pk, pxs := unsafe.Pointer(k), unsafe.Pointer(xs)
	g := func(v float64) (y float64, err error) {
		err = x.Call([]unsafe.Pointer{unsafe.Pointer(&v), unsafe.Pointer(&pk), unsafe.Pointer(&pxs)}, []unsafe.Pointer{unsafe.Pointer(&y)})
		return y, err
	}
	if y, err := g(2); y != 3.5*2+3 || *k != 3.5 || err != nil {
		t.Error(y, *k, err)
	}
	if _, err := g(5); err == nil || err.Error() != "runtime error: index out of range [5] with length 3" {
		t.Error(err)
	}
	if y, err := g(0); y != 1 || err != nil {
		t.Error(y, err)
	}
	f, err := c.Compile(pkg.Func("F").AnonFuncs[1])
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 1000 {
				v, y := float64(i), 0.0
				if err := f.Call([]unsafe.Pointer{unsafe.Pointer(&v)}, []unsafe.Pointer{unsafe.Pointer(&y)}); err != nil || y != math.Exp(-v)*math.Sin(v) {
					t.Error(v, y, err)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkCall(b *testing.B) {
	x := compileOne(b, Options{}, `func F(x float64, ys []float64) float64 { return x*ys[1] + 1 }`)
	v, ys, r := 2.0, make([]float64, 1000), 0.0
	args, res := []unsafe.Pointer{unsafe.Pointer(&v), unsafe.Pointer(&ys)}, []unsafe.Pointer{unsafe.Pointer(&r)}
	for range b.N {
		x.Call(args, res)
	}
}
