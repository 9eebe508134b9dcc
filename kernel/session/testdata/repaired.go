// Loop variables, defers, goroutines and method sets where an interpreter of
// Go is easily wrong.
package main

import (
	"errors"
	"fmt"
	"sort"
	"sync"
	"time"
)

type S struct {
	a int
	b string
}

func (s S) String() string { return fmt.Sprintf("<%d %s>", s.a, s.b) }
func (s *S) Inc()          { s.a++ }

func named() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered: %v", r)
		}
	}()
	panic("bad")
}

func cleanup() {
	done := func(s string) { fmt.Println("done", s) }
	x := 1
	defer done("deferred")
	defer fmt.Println("x was", x)
	x = 2
	for j := 0; j < 3; j++ {
		defer fmt.Print("d", j, " ")
	}
	for j := range 3 {
		defer func() { fmt.Print("e", j, " ") }()
	}
	fmt.Println("body")
}

func worker(id int, wg *sync.WaitGroup, mu *sync.Mutex, out *[]int) {
	defer wg.Done()
	mu.Lock()
	defer mu.Unlock()
	*out = append(*out, id)
}

func main() {
	fmt.Println(named())
	cleanup()
	var fs []func() int
	for i := 0; i < 3; i++ {
		if i == 1 {
			continue
		}
		fs = append(fs, func() int { return i })
	}
	for i := 0; i < 6; i++ {
		fs = append(fs, func() int { i *= 10; return i })
		i++
		if i == 3 {
			continue
		}
	}
	for _, f := range fs {
		fmt.Print(f(), " ")
	}
	fmt.Println()
	var ps []*int
	for i, v := range []int{5, 6, 7} {
		ps = append(ps, &v, &i)
	}
	for _, p := range ps {
		fmt.Print(*p, " ")
	}
	fmt.Println()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var out []int
	for i := range 10 {
		wg.Add(1)
		go worker(i, &wg, &mu, &out)
	}
	wg.Wait()
	sort.Ints(out)
	fmt.Println(out)
	s := S{1, "q"}
	s.Inc()
	fmt.Println(s, &s)
	fmt.Printf("%v %+v %T\n", s, s, 3.5)
	m := map[string]S{"a": {1, "x"}}
	fmt.Println(m["a"], len(m), min(3, 2.5), max(1, 2, 3))
	e := errors.New("base")
	w := fmt.Errorf("wrap: %w", e)
	fmt.Println(errors.Is(w, e), w)
	var n uint8 = 250
	for range 10 {
		n++
	}
	fmt.Println(n, clearIt())
	ch := make(chan int)
	go func() {
		for i := range 3 {
			ch <- i
		}
		close(ch)
	}()
	for v := range ch {
		fmt.Print(v, " ")
	}
	fmt.Println()
	select {
	case <-time.After(time.Millisecond):
		fmt.Println("timeout")
	}
	type pt struct{ X, Y float64 }
	fmt.Println(pt{1, 2}, []pt{{1, 2}, {3, 4}})
}

func clearIt() int { m := map[int]int{1: 2}; clear(m); return len(m) }
