package session

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// ends are programs that end a Go process, or keep it busy without an end, each
// with what the session says of it. An empty text means that the cell may end
// well: all that counts is that the session answers afterwards.
var ends = []struct{ text, says string }{
	// Waiting for what will not come.
	{"select {}", "deadlock"},
	{"<-make(chan int)", "deadlock"},
	{"var c chan int\nc <- 1", "deadlock"},
	{"var mu sync.Mutex\nmu.Lock()\nmu.Lock()", "deadlock"},
	{"var l sync.Locker = &sync.Mutex{}\nl.Lock()\nl.Lock()", "deadlock"},
	{"var once sync.Once\nonce.Do(func() { once.Do(func() {}) })", "deadlock"},
	{"var f func()\nf = sync.OnceFunc(func() { f() })\nf()", "deadlock"},
	{"var f func() int\nf = sync.OnceValue(func() int { return f() + 1 })\nf()", "deadlock"},
	{"var a, b sync.Once\na.Do(func() { b.Do(func() { a.Do(func() {}) }) })", "deadlock"},
	{"var once sync.Once\ngo once.Do(func() { select {} })\ntime.Sleep(5*time.Millisecond)\nonce.Do(func() {})", "deadlock"},

	// Timers that have gone off, or that nobody listens to, wake nobody.
	{"<-time.After(time.Millisecond)\nselect {}", "deadlock"},
	{"ticker := time.NewTicker(time.Hour)\n<-make(chan int)", "deadlock"},
	{"tm := time.NewTimer(time.Millisecond)\n<-tm.C\n<-tm.C", "deadlock"},
	{"tm := time.AfterFunc(time.Hour, func() {})\ntm.Stop()\nselect {}", "deadlock"},
	{"time.AfterFunc(10*time.Millisecond, func() {})\nselect {}", "deadlock"},
	{"ctx, cancel := context.WithCancel(context.Background())\ndefer cancel()\n<-ctx.Done()", "deadlock"},
	{"ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)\ndefer cancel()\n<-ctx.Done()\nselect {}", "deadlock"},
	{"c := make(chan int)\ntime.AfterFunc(70*time.Millisecond, func() { c <- 7 })\n<-c", ""},
	{"tm := time.AfterFunc(time.Hour, func() { panic(\"woke\") })\ntm.Reset(70*time.Millisecond)\nselect {}", "woke"},
	{"ctx, cancel := context.WithTimeout(context.Background(), 70*time.Millisecond)\ndefer cancel()\n<-ctx.Done()\npanic(ctx.Err())", "deadline exceeded"},
	{"var once sync.Once\nc := make(chan int)\ngo once.Do(func() { c <- 0; time.Sleep(90*time.Millisecond); go func() { c <- 1 }() })\n<-c\nonce.Do(func() {})\npanic(<-c)", ""},
	{"var wg sync.WaitGroup\nwg.Add(1)\nwg.Wait()", "deadlock"},

	// The ends of the process.
	{"os.Exit(3)", "exit: status 3"},
	{"go os.Exit(3)\nselect {}", "exit: status 3"},
	{"log.Fatal(1)", "exit: status 1"},
	{"go log.Fatalf(\"x\")\nselect {}", "exit: status 1"},
	{"log.New(os.Stderr, \"\", 0).Fatalln(1)", "exit: status 1"},
	{"var l interface{ Fatal(...any) } = log.Default()\nl.Fatal(1)", "exit: status 1"},
	{"type own struct{ *log.Logger }\nvar l interface{ Fatal(...any) } = own{log.Default()}\nl.Fatal(1)", "exit: status 1"},
	{"f := log.Default().Fatal\nf(1)", "exit: status 1"},
	{"f := (*log.Logger).Fatal\nf(log.Default(), 1)", "exit: status 1"},
	{"f := os.Exit\nf(4)", "exit: status 4"},
	{"defer os.Exit(5)\npanic(1)", "exit: status 5"},
	{"flag.NewFlagSet(\"own\", flag.ExitOnError).Parse([]string{\"-none\"})", "exit: status 2"},
	{"flag.Parse()", ""},
	{"p, _ := os.FindProcess(os.Getpid())\np.Kill()", "exit: "},
	{"p, _ := os.FindProcess(os.Getpid())\np.Signal(os.Kill)", "exit: "},
	{"runtime.Goexit()", "Goexit"},
	{"defer runtime.Goexit()\npanic(1)", "Goexit"},
	{"go runtime.Goexit()\nruntime.Gosched()", ""},
	{"runtime.Breakpoint()", ""},
	{"testing.Benchmark(func(b *testing.B) { b.Fatal(1) })", ""},
	{"testing.Benchmark(func(b *testing.B) { panic(1) })", "panic: "},
	{"os.Stdout.Close()\nos.Stderr.Close()", ""},
	{"signal.Reset()\nsignal.Ignore(os.Interrupt)", ""},

	// Panics, wherever they come up.
	{"panic(nil)", "panic: "},
	{"go panic(1)\nselect {}", "panic: in a goroutine"},
	{"time.AfterFunc(0, func() { panic(\"timer\") })\ntime.Sleep(50*time.Millisecond)", "timer"},
	{"time.AfterFunc(20*time.Millisecond, func() { panic(\"late timer\") })", ""},
	{"time.Sleep(60*time.Millisecond)", ""},
	{"time.AfterFunc(0, runtime.Goexit)\ntime.Sleep(20*time.Millisecond)", ""},
	{"time.AfterFunc(0, func() { os.Exit(6) })\ntime.Sleep(50*time.Millisecond)", "exit: status 6"},
	{"time.AfterFunc(0, func() { var f func(int) int; f = func(n int) int { return f(n+1) + 1 }; f(0) })\ntime.Sleep(time.Hour)", "stack overflow"},
	{"var wg sync.WaitGroup\nwg.Go(func() { panic(\"in Go\") })\nwg.Wait()", "in Go"},
	{"var wg sync.WaitGroup\nwg.Done()", "negative WaitGroup counter"},
	{"ctx, cancel := context.WithCancel(context.Background())\ncontext.AfterFunc(ctx, func() { panic(\"after\") })\ncancel()\ntime.Sleep(50*time.Millisecond)", "after"},
	{"runtime.SetFinalizer(new([4]int), func(*[4]int) { panic(\"finalizer\") })\nfor range 5 { runtime.GC(); time.Sleep(5*time.Millisecond) }", ""},
	{"runtime.SetFinalizer(5, nil)", "runtime.SetFinalizer"},
	{"runtime.SetFinalizer(nil, nil)", "runtime.SetFinalizer"},
	{"p := new(int)\nruntime.SetFinalizer(p, func(s string) {})", "runtime.SetFinalizer"},
	{"p := new([9]int)\nruntime.SetFinalizer(p, func(*[9]int) {})\nruntime.SetFinalizer(p, func(*[9]int) {})", ""},
	{"srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { panic(\"handler\") }))\nhttp.Get(srv.URL)\nsrv.Close()", ""},
	{"sort.Slice([]int{3, 2, 1}, func(i, j int) bool { panic(\"in less\") })", "in less"},
	{"next, stop := iter.Pull(func(yield func(int) bool) { panic(\"in a sequence\") })\nnext()\nstop()", "in a sequence"},
	{"type e struct{}\nfunc (e) Error() string { panic(\"again\") }\npanic(e{})", "panic: "},
	{"type e struct{}\nfunc (e) Error() string { for {} }\npanic(e{})", "panic: "},
	{"type e struct{}\nfunc (x e) Error() string { return fmt.Sprint(x) }\npanic(e{})", "panic: "},
	{"type e struct{}\nfunc (e) Error() string { os.Exit(3); return \"\" }\npanic(e{})", "panic: "},
	{"type e struct{}\nfunc (e) Error() string { runtime.Goexit(); return \"\" }\npanic(e{})", "panic: "},
	{"type e struct{}\nfunc (e) Error() string { select {} }\nfunc() error { return e{} }()", ""},
	{"type s struct{}\nfunc (s) String() string { panic(\"in String\") }\ns{}", ""},
	{"type s struct{}\nfunc (s) String() string { os.Exit(2); return \"\" }\ns{}", "exit: status 2"},
	{"type s struct{}\nfunc (s) Show() display.Bundle { panic(\"in Show\") }\ns{}", ""},
	{"type s struct{}\nfunc (x s) Show() display.Bundle { return display.Of(x) }\ns{}", ""},
	{"var p *int\n*p", "nil pointer"},
	{"var m map[int]int\nm[1] = 1", "nil map"},
	{"var f func()\nf()", "nil pointer"},
	{"go func() { var f func(); f() }()\nselect {}", "nil pointer"},
	{"var f func()\ngo f()\nselect {}", ""},
	{"var c chan int\nclose(c)", "nil channel"},
	{"c := make(chan int)\nclose(c)\nclose(c)", "closed channel"},
	{"c := make(chan int)\nclose(c)\nc <- 1", "closed channel"},
	{"a, b := -1<<63, -1\na/b", ""},
	{"a, b := 1, 0\na/b", "divide by zero"},
	{"a, b := -1<<63, -1\nfor range 5000 { a /= b; a %= b }", ""},
	{"m := map[any]int{}\nm[[]int{}] = 1", "unhashable"},
	{"var a, b any = []int{}, []int{}\na == b", "uncomparable"},
	{"unsafe.Slice((*int)(nil), 1)", "nil"},
	{"var p *[1<<30]byte\np[1<<29]", "nil pointer"},
	{"type big struct { a [1<<30]byte; b int }\nvar p *big\np.b", "nil pointer"},

	// Memory that is not there.
	{"*(*int)(unsafe.Pointer(uintptr(0x7000_0000_1000)))", "invalid memory address"},
	{"*(*int)(unsafe.Pointer(uintptr(1<<62))) = 1", "invalid memory address"},
	{"p := uintptr(0x7000_0000_1000)\nfor range 5000 { s := *(*string)(unsafe.Pointer(&[2]uintptr{p, 4})); if s[1] == 3 { break } }", "invalid memory address"},
	{"go func() { *(*int)(unsafe.Pointer(uintptr(0x7000_0000_1000))) = 1 }()\nselect {}", "invalid memory address"},
	{"time.AfterFunc(0, func() { *(*int)(unsafe.Pointer(uintptr(0x7000_0000_1000))) = 1 })\ntime.Sleep(time.Second)", "invalid memory address"},
	{"s := *(*string)(unsafe.Pointer(&[2]uintptr{0x7000_0000_1000, 4}))\nfmt.Println(s)", "invalid memory address"},
	{"debug.SetPanicOnFault(false)\n*(*int)(unsafe.Pointer(uintptr(0x7000_0000_1000)))", "invalid memory address"},

	// Maps and locks.
	{"m := map[int]int{}\nfor k := range 4 { go func() { for i := 0; ; i++ { m[i&1023+k]++ } }() }\nfor i := 0; ; i++ { m[i&1023]++ }", "concurrent map"},
	{"m := map[int]int{}\ngo func() { for i := 0; ; i++ { m[i&1023]++ } }()\nn := 0\nfor { for _, v := range m { n += v } }", "concurrent map"},
	{"m := map[string][]int{}\ngo func() { for i := 0; ; i++ { delete(m, fmt.Sprint(i&255)); m[fmt.Sprint(i&255)] = []int{i} } }()\nn := 0\nfor { n += len(m[fmt.Sprint(n&255)]) }", "concurrent map"},
	{"m := map[int]int{}\ngo func() { for { clear(m) } }()\nfor i := 0; ; i++ { m[i&1023]++ }", "concurrent map"},
	{"m := map[int]int{}\nvar wg sync.WaitGroup\nfor range 2 { wg.Go(func() { for i := range 10_000_000 { m[i&1023]++ } }) }\nwg.Wait()", "concurrent map"},
	{"m := map[int]int{}\ngo func() { for i := 0; ; i++ { m[i&1023]++ } }()\nfor { _ = fmt.Sprint(m) }", "concurrent map"},
	{"m := map[string]int{}\ngo func() { for i := 0; ; i++ { m[fmt.Sprint(i&255)]++ } }()\nfor { json.Marshal(m) }", "concurrent map"},
	{"x := struct{ m map[int]int }{map[int]int{}}\ngo func() { for { for i := range 99 { x.m[i]++ }; clear(x.m) } }()\nfor { fmt.Fprint(io.Discard, []any{&x}) }", "concurrent map"},
	{"m := map[int]int{}\nfor i := range 1000 { m[i] = i }\ngo func() { for i := 0; ; i++ { m[i&1023]++ } }()\nfor { display.Show(m) }", "concurrent map"},
	{"var mu sync.Mutex\nm := map[int]int{}\nvar wg sync.WaitGroup\nfor range 4 { wg.Go(func() { for i := range 500 { mu.Lock(); m[i]++; _ = fmt.Sprint(m[i], len(m)); mu.Unlock() } }) }\nwg.Wait()\nmu.Lock()\npanic(fmt.Sprint(len(m)))", "500"},
	{"var mu sync.Mutex\nmu.Unlock()", "unlock of unlocked mutex"},
	{"var l sync.Locker = &sync.Mutex{}\nl.Unlock()", "unlock of unlocked mutex"},
	{"var l sync.Locker = &sync.RWMutex{}\nl.Unlock()", "Unlock of unlocked RWMutex"},
	{"type own struct{ sync.Mutex }\nvar l sync.Locker = &own{}\nl.Unlock()", "unlock of unlocked mutex"},
	{"type own struct{ *sync.Mutex }\nvar l sync.Locker = own{&sync.Mutex{}}\nl.Unlock()", "unlock of unlocked mutex"},
	{"var rw sync.RWMutex\nrw.RLocker().Unlock()", "RUnlock of unlocked RWMutex"},
	{"var rw sync.RWMutex\nrw.Lock()\nrw.RUnlock()", "RUnlock of unlocked RWMutex"},
	{"var rw sync.RWMutex\nrw.RLock()\nrw.Unlock()", "Unlock of unlocked RWMutex"},
	{"f := new(sync.Mutex).Unlock\nf()", "unlock of unlocked mutex"},
	{"defer new(sync.Mutex).Unlock()", "unlock of unlocked mutex"},
	{"go new(sync.Mutex).Unlock()\nselect {}", "unlock of unlocked mutex"},
	{"f := (*sync.Mutex).Unlock\nf(new(sync.Mutex))", "unlock of unlocked mutex"},
	{"sync.NewCond(&sync.Mutex{}).Wait()", "unlock of unlocked mutex"},
	{"sync.NewCond(&sync.RWMutex{}).Wait()", "Unlock of unlocked RWMutex"},
	{"var mu sync.Mutex\nmu.Lock()\nfor range 50 { go func() { mu.Unlock() }() }\nselect {}", "unlock of unlocked mutex"},
	{"runtime.UnlockOSThread()\nruntime.LockOSThread()", ""},

	// Calls without an end.
	{"func f(n int) int { return f(n+1) + 1 }\nf(0)", "stack overflow"},
	{"type t struct{}\nfunc (x t) String() string { return fmt.Sprint(x) }\nt{}.String()", "stack overflow"},
	{"type t struct{ n int }\nfunc (x t) MarshalJSON() ([]byte, error) { return json.Marshal(x) }\njson.Marshal(t{1})", "stack overflow"},
	{"func walk(n int) { sort.Slice([]int{1, 2}, func(i, j int) bool { walk(n+1); return false }) }\nwalk(0)", "stack overflow"},
	{"a := []any{nil}\na[0] = a\nfmt.Println(a)", "contains itself"},
	{"a := []any{nil}\na[0] = a\nfmt.Sprintf(\"%v\", a)", "contains itself"},
	{"a := []any{nil}\na[0] = a\na", ""},
	{"m := map[string]any{}\nm[\"m\"] = m\nfmt.Print(m)", "contains itself"},
	{"type list []list\nl := list{nil}\nl[0] = l\nfmt.Println(l)", "contains itself"},
	{"m := map[string]any{}\nm[\"m\"] = m\nlog.Print(m)", "contains itself"},
	{"a := []any{nil}\na[0] = a\npanic(a)", "panic: "},
	{"a := []any{nil}\na[0] = a\nfmt.Errorf(\"%v\", a)", "contains itself"},
	{"a := []any{nil}\na[0] = a\njson.Marshal(a)", ""},
	{"type n struct{ Next *n }\nx := &n{}\nx.Next = x\nxml.Marshal(x)", ""},
	{"type n struct{ Next *n }\nx := &n{}\nx.Next = x\ngob.NewEncoder(io.Discard).Encode(x)", ""},
	{"type e struct{}\nfunc (x e) Error() string { return \"e\" }\nfunc (x e) Unwrap() []error { return []error{x} }\nerrors.Is(e{}, io.EOF)", "stack overflow"},
	{"template.Must(template.New(\"t\").Parse(`{{define \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}`)).Execute(io.Discard, nil)", ""},
	{"debug.SetMaxStack(100)\nfunc f(n int) int { if n == 0 { return 0 }; return f(n-1) + 1 }\nf(10000)", ""},
	{"debug.SetMaxThreads(1)", ""},

	// Memory beyond what there is.
	{"make([]byte, 1<<46)", "out of memory"},
	{"make([]byte, 1<<62)", "len out of range"},
	{"make([]byte, 1, 1<<45)", "out of memory"},
	{"a := new([1<<45]byte)\na[5]", "out of memory"},
	{"var a [1<<45]byte\na[5]", "out of memory"},
	{"[]int{1<<45: 1}", "out of memory"},
	{"type t struct{ a [1<<44]byte }\nx := t{}\nx.a[1]", "out of memory"},
	{"func f() [1<<44]byte { var a [1<<44]byte; return a }\nlen(f())", ""},
	{"make(map[int]int, 1<<45)", "out of memory"},
	{"make(chan int, 1<<45)", "out of memory"},
	{"make(chan [1<<15]byte, 1<<31)", "out of memory"},
	{"strings.Repeat(\"x\", 1<<45)", "out of memory"},
	{"bytes.Repeat([]byte(\"x\"), 1<<45)", "out of memory"},
	{"var b strings.Builder\nb.Grow(1<<45)", "out of memory"},
	{"var b bytes.Buffer\nb.Grow(1<<45)", "out of memory"},
	{"slices.Grow([]int{}, 1<<42)", "out of memory"},
	{"slices.Repeat([]int{1}, 1<<42)", "out of memory"},
	{"reflect.MakeSlice(reflect.TypeFor[[]int](), 1<<42, 1<<42)", "out of memory"},
	{"reflect.New(reflect.ArrayOf(1<<42, reflect.TypeFor[int]()))", "out of memory"},
	{"mat.NewDense(1<<22, 1<<22, nil)", "out of memory"},
	{"mat.NewVecDense(1<<44, nil)", "out of memory"},
	{"mat.NewSymDense(1<<22, nil)", "out of memory"},
	{"fmt.Sprintf(\"%*d\", 1<<40, 1)", ""},
	{"var keep [][]byte\nfor { keep = append(keep, make([]byte, 1<<20)) }", "out of memory"},
	{"s := \"0123456789\"\nfor { s += s }", "out of memory"},
	{"s := []struct{ a, b, c int }{{}}\nfor { s = append(s, s...) }", "out of memory"},
	{"m := map[int][64]int{}\nfor i := 0; ; i++ { m[i] = [64]int{i} }", "out of memory"},
	{"type node struct { next *node; pad [64]int }\nvar list *node\nfor { list = &node{next: list} }", "out of memory"},
	{"for range 10_000_000 { go func() { select {} }() }\nselect {}", "out of memory"},
}

// setUp is what the programs above take for granted.
const setUp = `import ("bytes"; "context"; "encoding/gob"; "encoding/json"; "encoding/xml"; "errors"; "flag"; "io"; "iter"; "log"; "net/http"; "net/http/httptest"; "os"; "os/signal"
"reflect"; "runtime"; "runtime/debug"; "slices"; "sort"; "strings"; "sync"; "testing"; "text/template"; "time"; "unsafe")
kept := 41`

// lost is how long a session may take to answer before it is lost.
const lost = 90 * time.Second

// TestEnds runs them one after the other in one session, in a process of its
// own, and after each asks the session for its state.
func TestEnds(t *testing.T) {
	if from := os.Getenv("NEUROREPL_ENDS"); from != "" {
		n, _ := strconv.Atoi(from)
		m, err := strconv.Atoi(os.Getenv("NEUROREPL_ENDS_TO")) // by hand, to look at a few
		if err != nil {
			m = len(ends)
		}
		endAll(n, m)
		return
	}
	for from := 0; from < len(ends); {
		cmd := exec.Command(os.Args[0], "-test.run=^TestEnds$")
		cmd.Env = append(os.Environ(), "NEUROREPL_ENDS="+strconv.Itoa(from))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var diagnosis strings.Builder
		cmd.Stderr = &diagnosis
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		stuck := time.AfterFunc(lost, func() { cmd.Process.Kill() })
		for lines := bufio.NewScanner(out); lines.Scan(); {
			stuck.Reset(lost)
			switch verdict, rest, _ := strings.Cut(lines.Text(), " "); verdict {
			case "ok":
				from++
			case "bad":
				t.Errorf("%s\n%s", ends[from].text, rest)
				from++
			}
		}
		stuck.Stop()
		if err := cmd.Wait(); err != nil && from < len(ends) {
			t.Errorf("%s\nended the process: %v\n%.2000s", ends[from].text, err, diagnosis.String())
			from++
		}
	}
}

// endAll tells of each program from number n to m how the session bears it.
func endAll(n, m int) {
	s, err := New(Options{MaxMemory: 256 << 20})
	if err != nil {
		panic(err)
	}
	defer s.Close()
	set := func() { s.Run(context.Background(), Cell{Text: setUp}) }
	set()
	for i := n; i < min(m, len(ends)); i++ {
		start := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
		r := s.Run(ctx, Cell{Text: ends[i].text})
		late := ctx.Err() != nil
		cancel()
		took := time.Since(start)
		got := "no error"
		if r.Err != nil {
			got = r.Err.Error()
		}
		after := s.Run(context.Background(), Cell{Text: "kept + 1"})
		switch {
		case late:
			fmt.Printf("bad it did not end: %.300q\n", got)
		case !strings.Contains(got, ends[i].says) || r.Err != nil && r.Err.Kind == KindCompile:
			fmt.Printf("bad it gave %.500q, want %q\n", got, ends[i].says)
		case values(after) != "42":
			fmt.Printf("bad the session lost its state: %q %v\n", values(after), after.Err)
		default:
			fmt.Printf("ok %v\n", took)
		}
		if os.Getenv("NEUROREPL_ENDS_TIMES") != "" {
			fmt.Fprintf(os.Stderr, "%8.3f s  %.60q\n", took.Seconds(), ends[i].text)
		}
	}
}

// TestOverflow runs calls without an end in sessions of little memory: it is the
// calls that end them, not what the calls took.
func TestOverflow(t *testing.T) {
	for _, limit := range []int64{96 << 20, 256 << 20} {
		s, err := New(Options{MaxMemory: limit})
		if err != nil {
			t.Fatal(err)
		}
		s.Run(context.Background(), Cell{Text: `import ("runtime"; "sort")
sort.Slice([]int{2, 1}, func(i, j int) bool { return i < j })
runtime.GC()`})
		for range 3 {
			r := s.Run(context.Background(), Cell{Text: "func walk(n int) { sort.Slice([]int{1, 2}, func(i, j int) bool { walk(n+1); return false }) }\nwalk(0)"})
			if r.Err == nil || !strings.Contains(r.Err.Error(), "stack overflow") {
				t.Errorf("with %d MB, calls without an end gave %v, want a stack overflow", limit>>20, r.Err)
			}
		}
		s.Close()
	}
}
