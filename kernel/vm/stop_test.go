package vm_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/internal/patience"
	"github.com/neurorepl/neurorepl/kernel/vm"
)

// Programs that do not end by themselves. Each prints "hot" when what it does
// without end has been done often enough for the fast tier.
var endless = map[string]string{
	"a loop": `
func spin(n int) (s int) {
	for i := 0; i != n; i++ {
		s += i ^ s
	}
	return s
}

func main() {
	spin(1_000_000)
	fmt.Println("hot")
	spin(-1)
}`,
	"a loop of main": `
func main() {
	x := 1.0
	for i := 0; ; i++ {
		x = x*1.0000001 + 0.1
		if i == 1_000_000 {
			fmt.Println("hot")
		}
	}
}`,
	"an empty loop": `
func main() {
	fmt.Println("hot")
	for {
	}
}`,
	"loops in loops": `
func main() {
	fmt.Println("hot")
	for {
		for i := range 1000 {
			for j := range 1000 {
				if i*j < 0 {
					return
				}
			}
		}
	}
}`,
	"a recursion": `
func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func main() {
	fib(25)
	fmt.Println("hot")
	fib(90)
}`,
	"a loop with a deferred call that loops": `
func work(n int) (s int) {
	defer func() { recover() }()
	for i := 0; i != n; i++ {
		s += i
	}
	return s
}

func main() {
	defer func() {
		for {
		}
	}()
	work(1_000_000)
	fmt.Println("hot")
	work(-1)
}`,
	"goroutines": `
func main() {
	for k := range 3 {
		go func() {
			for i := k; ; i++ {
				if i < 0 {
					fmt.Println(i)
				}
			}
		}()
	}
	s := 0
	for i := 0; ; i++ {
		s ^= i
		if i == 1_000_000 {
			fmt.Println("hot")
		}
	}
}`,
	"a callback": `
func main() {
	fmt.Println("hot")
	n := 0
	for {
		sort.Search(1<<40, func(i int) bool { n++; return i*i > n })
	}
}`,
	"a callback that loops": `
func main() {
	n := 0
	less := func(i int) bool {
		for k := 0; n > 3000; k++ {
			if k < 0 {
				break
			}
		}
		n++
		return i > n
	}
	for {
		if sort.Search(1<<40, less); n == 2000 {
			fmt.Println("hot")
		}
		if n == 0 {
			return
		}
		if n >= 1900 && n < 2000 {
			n = 2000
			fmt.Println("hot")
		}
	}
}`,
	"a loop that makes slices": `
func main() {
	fmt.Println("hot")
	n := 0
	for {
		s := make([]int, 1000)
		s[n&511]++
		n += len(s)
	}
}`,
	"math": `
func main() {
	fmt.Println("hot")
	x := 0.0
	for {
		x += math.Sin(x) + math.Gamma(2.5)
	}
}`,
}

// TestInterrupt holds that whatever runs without end stops within 300 ms, and
// that no goroutine is left.
func TestInterrupt(t *testing.T) {
	for name, text := range endless {
		for _, mode := range modes {
			t.Run(name+"/"+mode.name, func(t *testing.T) {
				imports := "import \"fmt\"\n"
				for _, pkg := range []string{"sort", "math"} {
					if strings.Contains(text, pkg+".") {
						imports += "import \"" + pkg + "\"\n"
					}
				}
				r := compile(t, "p.go", "package main\n"+imports+text, mode.options)
				runtime.GC()
				before := runtime.NumGoroutine()
				ctx, cancel := context.WithCancel(context.Background())
				done := make(chan error, 1)
				go func() { done <- r.p.Run(ctx) }()
				for limit := time.Now().Add(20 * time.Second); !strings.Contains(r.text(), "hot"); time.Sleep(time.Millisecond) {
					if time.Now().After(limit) {
						t.Fatal("not hot within 20 s")
					}
				}
				time.Sleep(30 * time.Millisecond)
				told := patience.Start()
				cancel()
				err := <-done
				if !errors.Is(err, vm.ErrInterrupted) {
					t.Errorf("ended with %v", err)
				}
				if told.Late(300 * time.Millisecond) {
					t.Errorf("it took %v to stop", told.Took())
				}
				for limit := time.Now().Add(time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
					if time.Now().After(limit) {
						t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
						break
					}
				}
			})
		}
	}
}
