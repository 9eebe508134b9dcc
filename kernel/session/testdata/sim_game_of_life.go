// The game of life on a torus of booleans: a glider comes back displaced, an
// oscillator has its period, a soup settles.
package main

import (
	"fmt"
	"strings"
)

type world struct {
	w, h  int
	cells []bool
}

func newWorld(w, h int, rows ...string) *world {
	g := &world{w, h, make([]bool, w*h)}
	for y, row := range rows {
		for x, c := range row {
			g.set(x, y, c == '#')
		}
	}
	return g
}

func (g *world) at(x, y int) bool     { return g.cells[(y+g.h)%g.h*g.w+(x+g.w)%g.w] }
func (g *world) set(x, y int, v bool) { g.cells[y*g.w+x] = v }

func (g *world) next() *world {
	n := newWorld(g.w, g.h)
	for y := range g.h {
		for x := range g.w {
			count := 0
			for dy := -1; dy <= 1; dy++ {
				for dx := -1; dx <= 1; dx++ {
					if (dx != 0 || dy != 0) && g.at(x+dx, y+dy) {
						count++
					}
				}
			}
			n.set(x, y, count == 3 || count == 2 && g.at(x, y))
		}
	}
	return n
}

func (g world) String() string {
	var b strings.Builder
	for i, c := range g.cells {
		if c {
			b.WriteByte('#')
		} else {
			b.WriteByte('.')
		}
		if i%g.w == g.w-1 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func (g *world) alive() (n int) {
	for _, c := range g.cells {
		if c {
			n++
		}
	}
	return
}

func main() {
	g := newWorld(8, 6, ".#.", "..#", "###")
	for range 4 {
		g = g.next()
	}
	fmt.Print(g)
	blinker := newWorld(5, 5, "", "", ".###")
	fmt.Println(blinker.next().next().String() == blinker.String(), blinker.next().alive())
	soup := newWorld(24, 16)
	x := uint32(1)
	for i := range soup.cells {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		soup.cells[i] = x%3 == 0
	}
	seen := map[string]int{}
	for t := 0; ; t++ {
		key := soup.String()
		if first, ok := seen[key]; ok || t == 600 {
			fmt.Println("generation", t, "as", first, "alive", soup.alive())
			break
		}
		seen[key] = t
		soup = soup.next()
	}
}
