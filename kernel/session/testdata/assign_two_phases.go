// An assignment first evaluates operands and indices, then assigns from left
// to right: the examples of the specification and more.
package main

import "fmt"

type pt struct{ x, y int }

func try(f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(r)
		}
	}()
	f()
}

func main() {
	a, b := 1, 2
	a, b = b, a
	x := []int{1, 2, 3}
	i := 0
	i, x[i] = 1, 2
	fmt.Println(a, b, i, x)
	i = 0
	x[i], i = 2, 1
	x[0], x[0] = 1, 2
	fmt.Println(i, x)
	try(func() { x[1], x[3] = 4, 5 })
	fmt.Println(x)
	p := &pt{1, 1}
	q := p
	try(func() { x[2], p.x = 6, 7 })
	p = nil
	try(func() { x[2], p.x = 8, 9 })
	fmt.Println(x, q)
	i = 2
	x = []int{3, 5, 7}
	for i, x[i] = range x {
		break
	}
	fmt.Println(i, x)
	var m map[string]int
	k := 0
	try(func() { k, m["a"] = 5, 6 })
	fmt.Println(k, m)
	q.x, q.y, q = q.y, q.x, &pt{9, 9}
	fmt.Println(*q)
	s := []int{0, 1, 2, 3}
	lo, hi := 0, 3
	for lo < hi {
		s[lo], s[hi] = s[hi], s[lo]
		lo, hi = lo+1, hi-1
	}
	fmt.Println(s)
	fa, fb := 0, 1
	for range 10 {
		fa, fb = fb, fa+fb
	}
	fmt.Println(fa, fb)
	type node struct {
		v    int
		next *node
	}
	var head *node
	for v := range 4 {
		head = &node{v, head}
	}
	var rev *node
	for head != nil {
		head.next, rev, head = rev, head, head.next
	}
	for n := rev; n != nil; n = n.next {
		fmt.Print(n.v, " ")
	}
	fmt.Println()
	var arr [3]int
	arr, arr[0] = [3]int{7, 8, 9}, 1
	fmt.Println(arr)
	x, x[0] = nil, 50
	fmt.Println(x == nil)
	_, y := 1, x
	_ = y
}
