// Goroutines, channels, locks, contexts and tickers working together.
package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

func producer(n int, out chan<- int) {
	defer close(out)
	for i := range n {
		out <- i * i
	}
}

func worker(id int, in <-chan int, results chan<- [2]int, wg *sync.WaitGroup) {
	defer wg.Done()
	for v := range in {
		results <- [2]int{id, v}
	}
}

type counter struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *counter) inc(k string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n[k]++
}

func main() {
	ch := make(chan int, 2)
	go producer(10, ch)
	results := make(chan [2]int)
	var wg sync.WaitGroup
	for id := range 3 {
		wg.Add(1)
		go worker(id, ch, results, &wg)
	}
	go func() { wg.Wait(); close(results) }()
	sum := 0
	for r := range results {
		sum += r[1]
	}
	fmt.Println("sum", sum)

	c := counter{n: map[string]int{}}
	var group sync.WaitGroup
	for i := range 50 {
		group.Add(1)
		go func() {
			defer group.Done()
			c.inc([]string{"a", "b"}[i%2])
		}()
	}
	group.Wait()
	fmt.Println(c.n)

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	select {
	case <-ctx.Done():
		fmt.Println(ctx.Err())
	case <-time.After(5 * time.Second):
		fmt.Println("late")
	}
	var n atomic.Int64
	var once sync.Once
	for range 3 {
		once.Do(func() { n.Add(5) })
	}
	fmt.Println(n.Load())
	done := make(chan struct{})
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	count := 0
	go func() {
		for range tick.C {
			if count++; count == 3 {
				close(done)
				return
			}
		}
	}()
	<-done
	fmt.Println("ticks", count)
	select {
	case v, ok := <-ch:
		fmt.Println(v, ok)
	default:
		fmt.Println("empty")
	}
}
