// append and copy: when two slices share their array and when they no longer
// do, overlapping copies, appending a slice to itself, deleting and inserting.
package main

import "fmt"

func modify(s []int) { s[0] = 100; s = append(s, 1); s[0] = 200 }

func grow(s *[]int) { *s = append(*s, len(*s)) }

type stack []int

func (s *stack) push(x int) { *s = append(*s, x) }
func (s *stack) pop() (x int) {
	old := *s
	x, *s = old[len(old)-1], old[:len(old)-1]
	return
}

func main() {
	a := make([]int, 3, 10)
	b := append(a, 1)
	c := append(a, 2)
	fmt.Println(b, c, len(a), a[:4])
	full := []int{1, 2, 3}
	d := append(full, 4)
	d[0] = 50
	fmt.Println(full, d)
	e := a[1:2]
	e = append(e, 77)
	fmt.Println(a, e)
	lim := a[1:2:2]
	lim = append(lim, 88)
	fmt.Println(a, lim)
	modify(full)
	modify(a)
	fmt.Println(full, a)
	s := []int{0, 1, 2, 3, 4, 5}
	fmt.Println(copy(s[2:], s), s)
	s = []int{0, 1, 2, 3, 4, 5}
	fmt.Println(copy(s, s[2:]), s)
	s = append(s[:1], s...)
	fmt.Println(s)
	s = append(s, s...)
	fmt.Println(len(s), s[7:])
	x := []int{1, 2, 3, 4, 5}
	x = append(x[:1], x[2:]...)
	fmt.Println(x, len(x), x[:5])
	x = append(x[:2], append([]int{9, 9}, x[2:]...)...)
	fmt.Println(x)
	var st stack
	for i := range 4 {
		st.push(i * i)
	}
	fmt.Println(st.pop(), st.pop(), st)
	var nilS []int
	grow(&nilS)
	grow(&nilS)
	fmt.Println(nilS, append([]int(nil), nilS...), append([]byte("ab"), "cd"...))
	rows := make([][]int, 3)
	row := make([]int, 0, 3)
	for i := range rows {
		row = append(row, i)
		rows[i] = row
	}
	rows[0][0] = -7
	fmt.Println(rows)
	acc := []int{1}
	acc = append(acc, len(acc), cap(acc[:1:1]), func() int { acc[0] = 5; return 6 }())
	fmt.Println(acc)
	y := []int{1, 2, 3, 4}
	evens := y[:0]
	for _, v := range y {
		if v%2 == 0 {
			evens = append(evens, v)
		}
	}
	fmt.Println(evens, y)
}
