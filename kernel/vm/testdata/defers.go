//go:build ignore

// Hot loops in functions that defer, and panics in such loops that a deferred
// call recovers: what was written before is there.
package main

import (
	"errors"
	"fmt"
	"runtime"
)

var progress int

func counts(n int) (s int) {
	defer func() { s *= 2 }()
	defer fmt.Println("deferred with", n)
	for i := range n {
		s += i
	}
	return s
}

func index(x []float64, n int) (sum float64, at int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("stopped: %v", r)
			var re runtime.Error
			if e, ok := r.(error); ok && errors.As(e, &re) {
				err = fmt.Errorf("runtime: %w", re)
			}
		}
	}()
	for at = 0; at < n; at++ {
		progress = at
		sum += x[at]
		x[at] = -1
	}
	return sum, at, nil
}

func divide(n int) (q int, err any) {
	defer func() { err = recover() }()
	for i := n; i >= -n; i-- {
		progress = i
		q += 1_000_000 / i
	}
	return q, nil
}

type cell struct {
	next *cell
	v    int
}

func chase(c *cell) (n int, err any) {
	defer func() { err = recover() }()
	for {
		n += c.v
		progress = n
		c = c.next
	}
}

func custom(n int) (i int, err any) {
	defer func() { err = recover() }()
	for i = 0; ; i++ {
		if i == n {
			panic(fmt.Sprint("at ", i))
		}
	}
}

func slices(x []int) (n int, err any) {
	defer func() { err = recover() }()
	for {
		n += len(x[:5000-n])
		x = x[1:]
	}
}

func again(n int) (out []int) {
	for k := range 3 {
		func() {
			defer func() {
				if recover() != nil {
					out = append(out, progress)
				}
			}()
			var x [100]int
			for i := 0; i < n; i++ {
				progress = i
				x[(i+k*1000)%(n-k)]++
				if i > 4000+k {
					_ = x[i]
				}
			}
			out = append(out, x[3])
		}()
	}
	return out
}

func main() {
	fmt.Println(counts(10))
	fmt.Println(counts(10_000))
	x := make([]float64, 5000)
	for i := range x {
		x[i] = float64(i)
	}
	fmt.Println(index(x, 5000))
	fmt.Println(progress, x[0], x[4999])
	for i := range x {
		x[i] = float64(i)
	}
	fmt.Println(index(x, 5001))
	fmt.Println(progress, x[0], x[4999])
	fmt.Println(index(nil, 3))
	fmt.Println(divide(5000))
	fmt.Println(progress)
	var list *cell
	for i := range 4000 {
		list = &cell{list, i}
	}
	fmt.Println(chase(list))
	fmt.Println(progress)
	fmt.Println(custom(7000))
	fmt.Println(slices(make([]int, 3000)))
	fmt.Println(again(100))
	fmt.Println(again(6000))
}
