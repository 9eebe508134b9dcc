//go:build ignore

// Several goroutines in the same loop, each with values of its own, and with a
// variable that they share under a lock.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func work(seed, n int) (s int) {
	x := uint32(seed)
	for i := range n {
		x = x*1664525 + 1013904223
		s += int(x>>28) ^ i&1
	}
	return s
}

func main() {
	var wg sync.WaitGroup
	results := make([]int, 8)
	for k := range results {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results[k] = work(k, 50_000+k)
		}()
	}
	wg.Wait()
	fmt.Println(results)

	var mu sync.Mutex
	shared := 0
	var count atomic.Int64
	part := make([]float64, 4)
	for k := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			sum := 0.0
			for i := range 20_000 {
				sum += float64(i*k) / 2
				if i%5000 == 4999 {
					mu.Lock()
					shared += i
					mu.Unlock()
					count.Add(1)
				}
			}
			part[k] = sum
		}()
	}
	wg.Wait()
	fmt.Println(shared, count.Load(), part)

	ch := make(chan int, 16)
	go func() {
		defer close(ch)
		for i := range 3000 {
			ch <- work(i, 20)
		}
	}()
	total := 0
	for v := range ch {
		total += v
	}
	fmt.Println(total)
}
