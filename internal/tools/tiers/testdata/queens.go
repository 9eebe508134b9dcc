//go:build ignore

// The eight queens' problem for boards of up to twelve, once with slices and
// once with bits: recursion.
package main

import "fmt"

type board struct {
	n                int
	column, up, down []bool
	solutions        int
}

func (b *board) place(row int) {
	if row == b.n {
		b.solutions++
		return
	}
	for c := range b.n {
		u, d := row+c, row-c+b.n
		if b.column[c] || b.up[u] || b.down[d] {
			continue
		}
		b.column[c], b.up[u], b.down[d] = true, true, true
		b.place(row + 1)
		b.column[c], b.up[u], b.down[d] = false, false, false
	}
}

func bits(all, columns, up, down uint32) int {
	if columns == all {
		return 1
	}
	n := 0
	for free := all &^ (columns | up | down); free != 0; free &= free - 1 {
		c := free & -free
		n += bits(all, columns|c, (up|c)<<1&all, (down|c)>>1)
	}
	return n
}

func main() {
	for n := 6; n <= 12; n++ {
		b := &board{n: n, column: make([]bool, n), up: make([]bool, 2*n), down: make([]bool, 2*n)}
		b.place(0)
		fmt.Println(n, b.solutions)
	}
	for n := 10; n <= 14; n++ {
		fmt.Println(n, bits(1<<n-1, 0, 0, 0))
	}
}
