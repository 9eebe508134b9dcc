// Slice expressions with two and three indices on slices, arrays, pointers to
// arrays and strings: length, capacity, sharing, and re-slicing up.
package main

import "fmt"

type signal []float64

func (s signal) window(from, n int) signal { return s[from : from+n : from+n] }

func show(name string, s []int) { fmt.Println(name, s, len(s), cap(s)) }

func chunks(s []int, n int) (out [][]int) {
	for n < len(s) {
		s, out = s[n:], append(out, s[:n:n])
	}
	return append(out, s)
}

func main() {
	arr := [8]int{0, 1, 2, 3, 4, 5, 6, 7}
	p := &arr
	show("all", arr[:])
	show("mid", arr[2:5])
	show("three", arr[2:5:6])
	show("pointer", p[1:3:3])
	show("empty", arr[8:])
	show("zero", arr[3:3:3])
	s := arr[2:4]
	show("up", s[:cap(s)])
	show("again", s[1:4][1:3])
	s[0] = 99
	fmt.Println(arr, p[2])
	t := arr[2:4:4]
	t = append(t, -1)
	t[0] = 1
	fmt.Println(arr[:5], t)
	u := arr[2:4]
	u = append(u, -1)
	fmt.Println(arr[:6], u)
	fmt.Println(chunks([]int{1, 2, 3, 4, 5, 6, 7}, 3))
	cs := chunks(arr[:], 4)
	cs[0] = append(cs[0], 1000)
	fmt.Println(arr, cs)
	sig := signal{1, 2, 3, 4, 5, 6}
	w := sig.window(1, 3)
	w = append(w, -5)
	w[0] = 20
	fmt.Printf("%v %v %T\n", sig, w, w)
	var none []int
	show("nil", none[:])
	show("nil3", none[0:0:0])
	fmt.Println(none[:] == nil, arr[:0] == nil)
	name := "dendrite"
	fmt.Println(name[3:], name[:3], name[2:5], name[8:] == "")
	grid := [3][4]int{{1, 2, 3, 4}, {5, 6, 7, 8}}
	rows := grid[:2]
	rows[1][0] = 50
	col := rows[1][1:3:3]
	col[0] = 60
	fmt.Println(grid, len(rows), cap(rows), col)
	i, j, k := 1, 2, 3
	fmt.Println(arr[i:j:k], arr[i*2:j*2:k*2], len(arr[i+j:]))
	func(s []int) { s[0]++; _ = append(s, 0) }(arr[7:])
	fmt.Println(arr[7])
}
