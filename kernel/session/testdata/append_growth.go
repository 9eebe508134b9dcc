// The capacities that append makes, for elements of several sizes, one by one
// and many at once: a program that prints them prints what go run does.
package main

import "fmt"

type big struct{ a, b, c float64 }
type small struct{ x, y int8 }

var (
	ints   []int
	bytes  []byte
	texts  []string
	bigs   []big
	smalls []small
	anys   []any
	ptrs   []*big
	empty  []struct{}
	f32s   []float32
	fives  [][5]byte
)

func trace[T any](s *[]T, n int) {
	var zero T
	last := -1
	for range n {
		*s = append(*s, zero)
		if c := cap(*s); c != last {
			if len(*s) <= 1200 && c < 1<<30 {
				fmt.Print(c, " ")
			}
			last = c
		}
	}
	fmt.Println()
}

func main() {
	trace(&ints, 2000)
	trace(&bytes, 3000)
	trace(&texts, 600)
	trace(&bigs, 300)
	trace(&smalls, 500)
	trace(&anys, 300)
	trace(&ptrs, 300)
	trace(&f32s, 700)
	trace(&fives, 100)
	for range 100 {
		empty = append(empty, struct{}{})
	}
	fmt.Println(len(empty), cap(empty) >= len(empty))
	for _, n := range []int{1, 3, 5, 7, 9, 17, 33, 100, 1000} {
		ints = append([]int(nil), make([]int, n)...)
		fmt.Print(len(ints), ":", cap(ints), " ")
	}
	fmt.Println()
	ints = append(make([]int, 5, 5), 1, 2, 3, 4, 5, 6)
	fmt.Println(cap(ints))
	ints = append(make([]int, 300, 300), 1)
	fmt.Println(cap(ints))
	bigs = append(make([]big, 2, 2), big{}, big{}, big{})
	fmt.Println(cap(bigs), cap(bigs[2:]), cap(bigs[1:3:4]))
}
