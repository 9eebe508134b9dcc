// Worker pools: ordered results, a bounded number at once, errors and panics
// of workers collected, and a pipeline that is cancelled early.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

type result struct {
	id  int
	val float64
	err error
}

func simulate(seed int) (v float64, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("seed %d: %v", seed, r)
		}
	}()
	if seed%7 == 3 {
		var xs []float64
		v = xs[seed]
	}
	if seed%5 == 4 {
		return 0, fmt.Errorf("seed %d diverged", seed)
	}
	x := uint32(seed)
	for range 100 {
		x = x*1664525 + 1013904223
	}
	return float64(x>>8) / (1 << 24), nil
}

func pool(n, workers int) []result {
	jobs, out := make(chan int), make(chan result)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for j := range jobs {
				v, err := simulate(j)
				out <- result{j, v, err}
			}
		})
	}
	go func() {
		for j := range n {
			jobs <- j
		}
		close(jobs)
		wg.Wait()
		close(out)
	}()
	rs := make([]result, n)
	for r := range out {
		rs[r.id] = r
	}
	return rs
}

func main() {
	for _, r := range pool(12, 4) {
		fmt.Printf("%d %.4f %v\n", r.id, r.val, r.err)
	}
	var now, peak atomic.Int32
	sem := make(chan struct{}, 3)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			sem <- struct{}{}
			defer func() { <-sem }()
			n := now.Add(1)
			for {
				p := peak.Load()
				if n <= p || peak.CompareAndSwap(p, n) {
					break
				}
			}
			now.Add(-1)
		})
	}
	wg.Wait()
	fmt.Println(now.Load(), peak.Load() >= 1 && peak.Load() <= 3)
	ctx, cancel := context.WithCancelCause(context.Background())
	nums := make(chan int)
	go func() {
		defer close(nums)
		for i := 0; ; i++ {
			select {
			case nums <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	sum := 0
	for v := range nums {
		if sum += v; v == 10 {
			cancel(errors.New("enough"))
			break
		}
	}
	fmt.Println(sum, ctx.Err(), context.Cause(ctx))
}
