// Mutex, RWMutex, Once, Cond, WaitGroup and atomics in interpreted structs:
// embedded, by pointer, with defers and method values.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type cache struct {
	sync.RWMutex
	data   map[string]int
	misses int
	once   sync.Once
}

func (c *cache) get(k string, make func() int) int {
	c.once.Do(func() { c.data = map[string]int{} })
	c.RLock()
	v, ok := c.data[k]
	c.RUnlock()
	if ok {
		return v
	}
	c.Lock()
	defer c.Unlock()
	if v, ok := c.data[k]; ok {
		return v
	}
	c.misses++
	c.data[k] = make()
	return c.data[k]
}

type queue struct {
	mu    sync.Mutex
	ready *sync.Cond
	items []int
	done  bool
}

func newQueue() *queue {
	q := &queue{}
	q.ready = sync.NewCond(&q.mu)
	return q
}

func (q *queue) put(x int) {
	q.mu.Lock()
	q.items = append(q.items, x)
	q.mu.Unlock()
	q.ready.Signal()
}

func (q *queue) take() (int, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 && !q.done {
		q.ready.Wait()
	}
	if len(q.items) == 0 {
		return 0, false
	}
	x := q.items[0]
	q.items = q.items[1:]
	return x, true
}

func (q *queue) close() {
	q.mu.Lock()
	q.done = true
	q.mu.Unlock()
	q.ready.Broadcast()
}

type counters struct {
	hits  atomic.Int64
	flag  atomic.Bool
	ratio atomic.Value
	bits  atomic.Uint32
}

func main() {
	c := &cache{}
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() { c.get(fmt.Sprint("k", i%5), func() int { return i % 5 * 10 }) })
	}
	wg.Wait()
	fmt.Println(c.data, c.misses)
	q := newQueue()
	var sum, taken atomic.Int64
	for range 3 {
		wg.Go(func() {
			for {
				x, ok := q.take()
				if !ok {
					return
				}
				sum.Add(int64(x))
				taken.Add(1)
			}
		})
	}
	for i := range 50 {
		q.put(i)
	}
	q.close()
	wg.Wait()
	fmt.Println(sum.Load(), taken.Load())
	var k counters
	for i := range 8 {
		wg.Go(func() { k.hits.Add(2); k.bits.Or(1 << i) })
	}
	wg.Wait()
	k.ratio.Store(2.5)
	fmt.Println(k.hits.Load(), k.bits.Load(), k.flag.CompareAndSwap(false, true), k.flag.Load(), k.ratio.Load())
	var once sync.Once
	func() {
		defer func() { fmt.Println("once", recover()) }()
		once.Do(func() { panic("failed") })
	}()
	once.Do(func() { fmt.Println("never") })
	var plain int64
	atomic.AddInt64(&plain, 5)
	fmt.Println(atomic.SwapInt64(&plain, 9), atomic.LoadInt64(&plain), atomic.CompareAndSwapInt64(&plain, 9, 1), plain)
	var mu sync.Mutex
	lock, unlock := mu.Lock, mu.Unlock
	lock()
	fmt.Println(mu.TryLock())
	unlock()
	fmt.Println(mu.TryLock())
}
