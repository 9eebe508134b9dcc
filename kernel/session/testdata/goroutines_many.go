// Many goroutines at once: a ring that passes a token, a binary tree of them,
// prime filters, a barrier, ping-pong, and results in a fixed order.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

func ring(n, laps int) int {
	first := make(chan int)
	in := first
	for range n - 1 {
		out := make(chan int)
		go func(in <-chan int) {
			defer close(out)
			for v := range in {
				out <- v + 1
			}
		}(in)
		in = out
	}
	token := 0
	for range laps {
		go func() { first <- token }()
		token = <-in
	}
	close(first)
	return token
}

func treeSum(lo, hi int) int {
	if hi-lo == 1 {
		return lo
	}
	mid := (lo + hi) / 2
	left, right := make(chan int), make(chan int)
	go func() { left <- treeSum(lo, mid) }()
	go func() { right <- treeSum(mid, hi) }()
	return <-left + <-right
}

type barrier struct {
	mu      sync.Mutex
	cond    *sync.Cond
	n, wait int
	round   int
}

func newBarrier(n int) *barrier {
	b := &barrier{n: n}
	b.cond = sync.NewCond(&b.mu)
	return b
}

func (b *barrier) arrive() {
	b.mu.Lock()
	defer b.mu.Unlock()
	round := b.round
	if b.wait++; b.wait == b.n {
		b.wait = 0
		b.round++
		b.cond.Broadcast()
		return
	}
	for round == b.round {
		b.cond.Wait()
	}
}

func diffuse(workers, steps int) []float64 {
	cur, next := make([]float64, workers), make([]float64, workers)
	cur[0] = 1
	b := newBarrier(workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			a, z := cur, next
			for range steps {
				l, r := a[(w+workers-1)%workers], a[(w+1)%workers]
				z[w] = a[w]/2 + (l+r)/4
				b.arrive()
				a, z = z, a
			}
		})
	}
	wg.Wait()
	if steps%2 == 1 {
		return next
	}
	return cur
}

func main() {
	before := runtime.NumGoroutine()
	fmt.Println(ring(100, 20), treeSum(0, 500))
	fmt.Println(diffuse(5, 9))
	ping, pong := make(chan int), make(chan int)
	go func() {
		for v := range ping {
			pong <- v * 2
		}
		close(pong)
	}()
	x := 1
	for range 12 {
		ping <- x
		x = <-pong
	}
	close(ping)
	_, open := <-pong
	fmt.Println(x, open)
	var order [8]chan string
	for i := range order {
		order[i] = make(chan string, 1)
	}
	var started atomic.Int32
	for i := len(order) - 1; i >= 0; i-- {
		go func() {
			started.Add(1)
			runtime.Gosched()
			order[i] <- fmt.Sprint("r", i)
		}()
	}
	for _, c := range order {
		fmt.Print(<-c, " ")
	}
	fmt.Println(started.Load())
	var wg sync.WaitGroup
	squares := make([]int, 1000)
	for i := range squares {
		wg.Go(func() { squares[i] = i * i })
	}
	wg.Wait()
	total := 0
	for _, s := range squares {
		total += s
	}
	fmt.Println(total)
	for range 1000 {
		if runtime.NumGoroutine() <= before {
			break
		}
		runtime.Gosched()
	}
	fmt.Println(runtime.NumGoroutine()-before <= 2)
}
