//go:build ignore

// Slices that grow in hot loops while old ones are held.
package main

import "fmt"

func main() {
	var s []int
	var old [][]int
	for i := range 5000 {
		if len(s) == cap(s) {
			old = append(old, s)
		}
		s = append(s, i)
		s[len(s)/2] = -i
	}
	n := 0
	for _, o := range old {
		for _, v := range o {
			n += v
		}
	}
	fmt.Println(len(s), len(old), n, s[2500], s[4999])
	// Two that share an array until one grows.
	a := make([]int, 3, 2000)
	b := a
	for i := range 4000 {
		a = append(a, i)
		if len(b) < cap(b) {
			b = append(b, -i)
		}
	}
	fmt.Println(len(a), len(b), a[10], b[10], a[1999], b[1999], a[2500])
	// Rows that grow on their own.
	rows := make([][]float64, 7)
	for i := range 5000 {
		rows[i*i%7] = append(rows[i*i%7], float64(i))
	}
	for _, r := range rows {
		fmt.Print(len(r), " ")
	}
	fmt.Println()
	// A queue from which the front is taken.
	q := []int{1}
	steps := 0
	for len(q) > 0 {
		v := q[0]
		q = q[1:]
		steps++
		if v < 3000 {
			q = append(q, 2*v)
			if v%2 == 1 {
				q = append(q, 2*v+1)
			}
		}
	}
	fmt.Println(steps)
	// What appends of several values, of a slice to itself and of strings do.
	t := []byte("x")
	for i := range 12 {
		t = append(t, t...)
		t = append(t, byte('a'+i), '.')
	}
	fmt.Println(len(t), string(t[len(t)-8:]))
	text := ""
	for i := range 2000 {
		text += string(rune('a' + i%26))
	}
	fmt.Println(len(text), text[1990:])
	// Structs with pointers, made in the loop.
	type item struct {
		name string
		vals []int
		up   *item
	}
	var top *item
	for i := range 3000 {
		it := &item{name: "n", up: top}
		it.vals = append(it.vals, i, i+1)
		if i%3 == 0 {
			it.name += "3"
		}
		top = it
	}
	depth, sum := 0, 0
	for it := top; it != nil; it = it.up {
		depth++
		sum += it.vals[len(it.name)-1]
	}
	fmt.Println(depth, sum)
	copied := make([]int, 100)
	for i := range 4000 {
		k := copy(copied[i%100:], s[i:])
		copied[0] += k
	}
	fmt.Println(copied[:5])
}
