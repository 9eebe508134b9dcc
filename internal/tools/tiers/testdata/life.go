//go:build ignore

// Conway's game of life on a torus.
package main

import "fmt"

type Board struct {
	w, h  int
	cells [][]bool
}

func NewBoard(w, h int) *Board {
	b := &Board{w, h, make([][]bool, h)}
	for i := range b.cells {
		b.cells[i] = make([]bool, w)
	}
	return b
}

func (b *Board) Alive(x, y int) bool {
	x = (x + b.w) % b.w
	y = (y + b.h) % b.h
	return b.cells[y][x]
}

func (b *Board) Next(x, y int) bool {
	n := 0
	for dy := -1; dy <= 1; dy++ {
		for dx := -1; dx <= 1; dx++ {
			if (dx != 0 || dy != 0) && b.Alive(x+dx, y+dy) {
				n++
			}
		}
	}
	return n == 3 || n == 2 && b.Alive(x, y)
}

func (b *Board) Step(into *Board) {
	for y := range b.h {
		for x := range b.w {
			into.cells[y][x] = b.Next(x, y)
		}
	}
}

func (b *Board) Count() (n int) {
	for _, row := range b.cells {
		for _, c := range row {
			if c {
				n++
			}
		}
	}
	return n
}

func main() {
	a, b := NewBoard(192, 128), NewBoard(192, 128)
	for y := range a.h {
		for x := range a.w {
			a.cells[y][x] = (x*7+y*13+x*y)%5 == 0
		}
	}
	for i := range 500 {
		a.Step(b)
		a, b = b, a
		if i%100 == 99 {
			fmt.Println(i+1, a.Count())
		}
	}
}
