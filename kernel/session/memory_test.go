package session

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// TestManyCells runs cells of every kind over and over: what a cell leaves
// behind must not grow the heap.
func TestManyCells(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	b := open(t)
	b.do(t, "import \"sort\"\nx := 1.5\ntype P struct{ A, B int }\nfunc (p P) Sum() int { return p.A + p.B }\nfunc Map[T any](x []T, f func(T) T) []T {\n\tfor i := range x {\n\t\tx[i] = f(x[i])\n\t}\n\treturn x\n}")
	kinds := []string{
		"x = x + %d",
		"y := math.Sin(x) + %d\ny",
		"func f(n int) int { return n + %d }\nf(2)",
		"p := P{%d, 1}\np.Sum()",
		"Map([]int{%d}, func(n int) int { return n * n })",
		"func g(n int) int { return f(n) }\nz := []int{g(%d)}\nsort.Ints(z)\nz",
		"w := fmt.Sprint(%d)\nw",
		"var w []float64 = make([]float64, 1000+%d%%2)\nlen(w)",
		"panic(%d)",
		"undefined%d",
	}
	const warm, rounds = 40, 400
	var before int
	for i := range warm + rounds {
		if i == warm {
			before = heap()
		}
		for _, k := range kinds {
			b.do(t, fmt.Sprintf(k, i))
		}
	}
	per := (heap() - before) / (rounds * len(kinds))
	t.Logf("%d bytes per cell", per)
	if per > 1000 {
		t.Errorf("each cell leaves %d bytes behind", per)
	}
}

// TestMemoryLimit ends a cell that takes more than the session allows.
func TestMemoryLimit(t *testing.T) {
	s, err := New(Options{MaxMemory: 64 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Run(context.Background(), Cell{Text: "x := 1"})
	r := s.Run(context.Background(), Cell{Text: "var keep [][]byte\nfor { keep = append(keep, make([]byte, 1<<20)) }"})
	if r.Err == nil || !strings.Contains(r.Err.Message, "out of memory") {
		t.Fatalf("a cell that takes memory without an end gave %v", r.Err)
	}
	if r := s.Run(context.Background(), Cell{Text: "x + 1"}); values(r) != "2" {
		t.Errorf("the session is lost: %v", r.Err)
	}
}

// TestEndsOfEverything holds that what ends a Go program ends a cell, and only
// that.
func TestEndsOfEverything(t *testing.T) {
	b := open(t)
	b.do(t, "import (\"os\"; \"sync\"; \"log\"; \"fmt\")\nkept := 41\ntype loud struct{}\nfunc (loud) String() string { os.Exit(4); return \"\" }\nfunc deep(n int) int { return deep(n+1) + 1 }")
	for _, c := range []struct{ text, kind, has string }{
		{"select { }", KindPanic, "deadlock"},
		{"c := make(chan int)\n<-c", KindPanic, "deadlock"},
		{"var mu sync.Mutex\nmu.Lock()\nmu.Lock()", KindPanic, "deadlock"},
		{"var wg sync.WaitGroup\nwg.Add(1)\ngo func() { select { } }()\nwg.Wait()", KindPanic, "deadlock"},
		{"os.Exit(3)", KindExit, "3"},
		{"log.Fatal(\"over\")", KindExit, "1"},
		{"fmt.Println(loud{})\nfor { }", KindExit, "4"},
		{"deep(0)", KindPanic, "stack overflow"},
		{"x := make([]float64, 1<<44)\nlen(x)", KindPanic, "out of memory"},
		{"var p *int\n*p", KindPanic, "nil pointer"},
		{"go func() { panic(\"aside\") }()\nselect { }", KindPanic, "aside"},
		{"var e []int\nfor i := 0; i < 5000; i++ { e[i]++ }", KindPanic, "index out of range [0] with length 0"},
	} {
		r := b.Run(t.Context(), Cell{Text: c.text})
		if r.Err == nil || r.Err.Kind != c.kind || !strings.Contains(r.Err.Message, c.has) && !(c.kind == KindExit && strconv.Itoa(r.Err.Code) == c.has) {
			t.Errorf("%q gave %+v, want %s with %q", c.text, r.Err, c.kind, c.has)
		}
		if r := b.do(t, "kept + 1"); values(r) != "42" {
			t.Fatalf("after %q: %q %v", c.text, values(r), r.Err)
		}
	}
}
