// Recursion that is deep but ends, as walks over long lists and floods do: two
// hundred thousand levels, through methods, closures and interfaces too.
package main

import "fmt"

type node struct {
	val  int
	next *node
}

func (n *node) sum() int {
	if n == nil {
		return 0
	}
	return n.val + n.next.sum()
}

func build(n int) *node {
	if n == 0 {
		return nil
	}
	return &node{n, build(n - 1)}
}

type expr interface{ eval() int }
type one struct{}
type plus struct{ l, r expr }

func (one) eval() int    { return 1 }
func (p plus) eval() int { return p.l.eval() + p.r.eval() }

type point struct{ x, y int }

func flood(open func(point) bool, p point, seen map[point]bool) int {
	if seen[p] || !open(p) {
		return 0
	}
	seen[p] = true
	n := 1
	for _, d := range [4]point{{1, 0}, {0, 1}, {-1, 0}, {0, -1}} {
		n += flood(open, point{p.x + d.x, p.y + d.y}, seen)
	}
	return n
}

func collatz(n, steps int) int {
	switch {
	case n == 1:
		return steps
	case n%2 == 0:
		return collatz(n/2, steps+1)
	}
	return collatz(3*n+1, steps+1)
}

func unwind(n int, log *int) {
	if n == 0 {
		panic("bottom")
	}
	defer func() { *log++ }()
	unwind(n-1, log)
}

func main() {
	fmt.Println(build(200000).sum())
	var e expr = one{}
	for range 50000 {
		e = plus{e, one{}}
	}
	fmt.Println(e.eval())
	fmt.Println(flood(func(p point) bool { return p.x >= 0 && p.y >= 0 && p.x < 150 && p.y < 100 && (p.x+p.y)%7 != 0 }, point{1, 1}, map[point]bool{}))
	var count func(int) int
	count = func(n int) int {
		if n == 0 {
			return 0
		}
		return count(n-1) + 1
	}
	fmt.Println(count(100000))
	best, at := 0, 0
	for i := 1; i < 3000; i++ {
		if s := collatz(i, 0); s > best {
			best, at = s, i
		}
	}
	fmt.Println(best, at)
	log := 0
	func() {
		defer func() { fmt.Println(recover(), log) }()
		unwind(2000, &log)
	}()
	done := make(chan int)
	go func() { done <- build(100000).sum() }()
	fmt.Println(<-done)
}
