// Generic types and functions of the standard library with interpreted types:
// OnceValue, OnceFunc, atomic.Pointer, atomic.Value, sync.Pool, sync.Map, unique.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"unique"
)

type config struct {
	name  string
	gains []float64
}

func (c *config) String() string { return fmt.Sprint(c.name, c.gains) }

func main() {
	calls := 0
	load := sync.OnceValue(func() *config { calls++; return &config{"loaded", []float64{1}} })
	fmt.Println(load(), load() == load(), calls)
	both := sync.OnceValues(func() (int, error) { calls++; return 7, fmt.Errorf("half") })
	fmt.Println(both())
	fmt.Println(both())
	once := sync.OnceFunc(func() { calls++; panic("only once") })
	for range 2 {
		func() {
			defer func() { fmt.Println("got", recover()) }()
			once()
		}()
	}
	fmt.Println(calls)
	var p atomic.Pointer[config]
	fmt.Println(p.Load() == nil)
	a, b := &config{name: "a"}, &config{name: "b"}
	p.Store(a)
	fmt.Println(p.CompareAndSwap(b, a), p.CompareAndSwap(a, b), p.Swap(a), p.Load().name)
	var wg sync.WaitGroup
	var n atomic.Int64
	var head atomic.Pointer[[]int]
	head.Store(&[]int{})
	for i := range 20 {
		wg.Go(func() {
			n.Add(int64(i))
			for {
				old := head.Load()
				grown := append((*old)[:len(*old):len(*old)], i)
				if head.CompareAndSwap(old, &grown) {
					return
				}
			}
		})
	}
	wg.Wait()
	fmt.Println(n.Load(), len(*head.Load()))
	var v atomic.Value
	v.Store(config{"v", nil})
	fmt.Println(v.Load().(config).name)
	pool := sync.Pool{New: func() any { return &config{name: "fresh"} }}
	fmt.Println(pool.Get().(*config).name)
	var m sync.Map
	m.Store("k", a)
	x, loaded := m.LoadOrStore("k", b)
	fmt.Println(x, loaded)
	m.Range(func(k, v any) bool { fmt.Println(k, v.(*config).name); return true })
	h1, h2 := unique.Make("tag"), unique.Make("ta"+fmt.Sprint("g"))
	fmt.Println(h1 == h2, h1.Value())
}
