package fast

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// alone runs the test that calls it in a process of its own, with these
// variables in its environment. It is true in that process.
func alone(t *testing.T, env ...string) bool {
	if os.Getenv("FAST_ALONE") == t.Name() {
		return true
	}
	t.Parallel()
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(append(os.Environ(), "FAST_ALONE="+t.Name()), env...)
	out, err := cmd.CombinedOutput()
	if t.Logf("%s", out); err != nil {
		t.Error(err)
	}
	return false
}

// makers are functions that make something of each kind.
const makers = `
	type node struct{ v int; next, other *node }
	func F(n int) (s int, rows [][]float64, text string) {
		var list *node
		for i := 0; i < n; i++ {
			list = &node{i, list, nil}
			if i%3 == 0 && list.next != nil {
				list.other, list.next.other = list.next, list
			}
			if i%100 == 0 {
				rows = append(rows, make([]float64, 3000))
				rows[len(rows)-1][i%3000] = float64(i)
			}
			if i%1000 == 0 {
				text += "x"
			}
			small := make([]int, i%7+1)
			small[i%len(small)] = i
			s += small[i%len(small)] - i
		}
		for p := list; p != nil; p = p.next {
			s += p.v
			if p.other != nil && p.other.other != p && p.other.other.v < 0 {
				s++
			}
		}
		return s, rows, text
	}`

func checkMakers(t *testing.T, x *Code, n int) error {
	t.Helper()
	r, err := call(x, func(int) (int, [][]float64, string) { return 0, nil, "" }, n)
	if err != nil {
		return err
	}
	if want := n * (n - 1) / 2; r[0] != want {
		t.Errorf("sum %v, want %v", r[0], want)
	}
	rows := r[1].([][]float64)
	if len(rows) != (n+99)/100 || len(r[2].(string)) != (n+999)/1000 {
		t.Errorf("%d rows, text %q", len(rows), r[2])
	}
	for i, row := range rows {
		if len(row) != 3000 || row[i*100%3000] != float64(i*100) {
			t.Errorf("row %d is damaged", i)
		}
	}
	return nil
}

var ballast [][]byte // pages that nobody touches

// TestBeyondWindow makes variables while Go's heap is larger than the window:
// calls are declined when it is full, and go on when only their own part of it
// lies outside.
func TestBeyondWindow(t *testing.T) {
	if !alone(t) {
		return
	}
	x := compileOne(t, Options{}, makers)
	if err := checkMakers(t, x, 2000); err != nil {
		t.Fatal(err)
	}
	for range 6 {
		ballast = append(ballast, make([]byte, 1<<30))
	}
	// What spans of the heap there are for these is used up.
	var fill []any
	for range 200_000 {
		fill = append(fill, new([3]int), &struct{ p *int }{}, make([]int, 300))
	}
	declined := false
	for range 100 {
		err := checkMakers(t, x, 2000)
		declined = declined || errors.Is(err, ErrDeclined)
		if err != nil && !errors.Is(err, ErrDeclined) {
			t.Fatal(err)
		}
	}
	if !declined {
		t.Error("a full window is not noticed")
	}
	runtime.KeepAlive(fill)

	// Room in the middle: all that Go has begun lies beyond.
	clear(ballast[:5])
	runtime.GC()
	done := 0
	for range 100 {
		switch err := checkMakers(t, x, 2000); {
		case err == nil:
			done++
		case !errors.Is(err, ErrDeclined):
			t.Fatal(err)
		}
	}
	if done == 0 {
		t.Error("free room in the window is not used")
	}
}

// TestManyMakers makes variables in several goroutines at once where Go's heap
// has room in the window, but works beyond it.
func TestManyMakers(t *testing.T) {
	if !alone(t, "GOGC=20") {
		return
	}
	x := compileOne(t, Options{}, makers)
	for range 6 {
		ballast = append(ballast, make([]byte, 1<<30))
	}
	fill := make([][]any, 4)
	for i := range fill {
		for range 20_000 {
			fill[i] = append(fill[i], new([3]int), &struct{ p *int }{}, make([]int, 300))
		}
	}
	clear(ballast[:5])
	runtime.GC()
	var wg sync.WaitGroup
	var done atomic.Int32
	for i := range fill {
		wg.Go(func() {
			for range 20 {
				switch err := checkMakers(t, x, 10_000); {
				case err == nil:
					done.Add(1)
				case !errors.Is(err, ErrDeclined):
					t.Error(err)
				}
			}
			runtime.KeepAlive(fill[i])
		})
	}
	wg.Wait()
	if done.Load() == 0 {
		t.Error("every call was declined")
	}
}

// TestFarTail calls a function with each node of a list whose end lies beyond the window, as the slow tier
// does when it recurs over one: that every call walks to the end and declines would take a time that
// grows with the square of its length.
func TestFarTail(t *testing.T) {
	if !alone(t) {
		return
	}
	x := compileOne(t, Options{}, `
		type node struct{ next *node; v int }
		func F(p *node) int { return p.v + p.next.v }`)
	type node struct {
		next *node
		v    int
	}
	const n = 20_000
	near := make([]*node, n) // before the ballast
	for i := range near {
		near[i] = &node{v: 1}
	}
	for range 6 {
		ballast = append(ballast, make([]byte, 1<<30))
	}
	away := func(p *node) int64 {
		return int64(uintptr(unsafe.Pointer(p))) - int64(uintptr(unsafe.Pointer(near[0])))
	}
	tail := &node{v: 1}
	for range 2_000_000 { // until room before the ballast is used up
		if away(tail) > 5<<30 {
			break
		}
		tail = &node{tail, 1}
	}
	if away(tail) < 5<<30 {
		t.Skipf("the tail is %d bytes away", away(tail))
	}
	for i := range near {
		near[i].next = tail
		if i+1 < n {
			near[i].next = near[i+1]
		}
	}
	x.engine.heap.see(true)
	declined := 0
	begin := time.Now()
	for i, p := range near {
		r, err := call(x, func(*node) int { return 0 }, p)
		switch {
		case errors.Is(err, ErrDeclined):
			declined++
		case err != nil:
			t.Fatal(err)
		case r[0] != 2:
			t.Fatalf("node %d: %v, want 2", i, r[0])
		}
	}
	t.Logf("%d of %d calls declined in %v", declined, n, time.Since(begin))
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("%d calls took %v", n, took)
	}
	runtime.KeepAlive(tail)
}
