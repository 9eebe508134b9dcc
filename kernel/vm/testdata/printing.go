//go:build ignore

// Loops that do now and then what the fast tier does not: print, use a map, an
// interface, a channel.
package main

import (
	"errors"
	"fmt"
	"strings"
)

type shape interface{ area() float64 }

type square struct{ s float64 }

func (q square) area() float64 { return q.s * q.s }

var errOdd = errors.New("odd")

func check(i int) error {
	if i%2000 == 1999 {
		return fmt.Errorf("at %d: %w", i, errOdd)
	}
	return nil
}

func main() {
	sum, seen := 0, map[int]int{}
	for i := range 20_000 {
		sum += i ^ 5
		if i%4000 == 3999 {
			fmt.Println("turn", i, sum)
			seen[i] = sum
		}
		if i%6000 == 10 {
			sum -= seen[3999]
		}
	}
	fmt.Println(sum, len(seen))
	var list []error
	x, last := 1.0, ""
	for i := range 10_000 {
		x = x*1.0001 + 0.5
		if err := check(i); err != nil {
			if errors.Is(err, errOdd) {
				last = err.Error()
			}
			list = append(list, err)
			if len(list) == 4 {
				break
			}
			continue
		}
		x -= 0.25
	}
	fmt.Println(x, last, len(list))
	shapes := []shape{square{1}, square{2}, nil}
	area := 0.0
	for i := range 6000 {
		s := shapes[i%3]
		if s == nil {
			continue
		}
		area += s.area()
	}
	fmt.Println(area)
	ch := make(chan int, 10)
	k := 0
	for i := range 10_000 {
		k = (k*31 + i) & 0xffff
		if i%1500 == 0 {
			ch <- k
		}
	}
	close(ch)
	for v := range ch {
		fmt.Print(v, " ")
	}
	fmt.Println()
	var b strings.Builder
	n := 0
outer:
	for i := range 300 {
		for j := range 300 {
			n += i ^ j
			if n%100_003 == 0 {
				fmt.Fprintf(&b, "(%d,%d)", i, j)
				continue outer
			}
			if n > 9_000_000 {
				b.WriteString("end")
				break outer
			}
		}
	}
	fmt.Println(b.String(), n)
	// What is written in the rare part is read in the frequent one.
	scale, hits := 1.0, 0
	data := make([]float64, 3)
	for i := range 9000 {
		data[i%3] += scale
		if i%1111 == 1110 {
			scale = -scale * 1.5
			data = append(data[:0:0], data...)
			fmt.Printf("%.3f %.1f\n", data, scale)
			hits++
		}
	}
	fmt.Println(data, hits)
}
