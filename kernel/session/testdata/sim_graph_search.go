// Graphs: breadth first, depth first, Dijkstra with a heap, topological order
// with cycles found, connected components by union and find.
package main

import (
	"container/heap"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

type Graph map[string]map[string]float64

func Parse(s string) Graph {
	g := Graph{}
	for _, e := range strings.Fields(s) {
		var w float64
		from, rest, _ := strings.Cut(e, ">")
		to, ws, _ := strings.Cut(rest, ":")
		fmt.Sscan(ws, &w)
		for _, n := range []string{from, to} {
			if g[n] == nil {
				g[n] = map[string]float64{}
			}
		}
		g[from][to] = w
	}
	return g
}

func (g Graph) next(n string) []string {
	var out []string
	for k := range g[n] {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

type state struct {
	node string
	dist float64
}
type frontier []state

func (f frontier) Len() int           { return len(f) }
func (f frontier) Less(i, j int) bool { return f[i].dist < f[j].dist }
func (f frontier) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }
func (f *frontier) Push(x any)        { *f = append(*f, x.(state)) }
func (f *frontier) Pop() (x any) {
	x, *f = (*f)[len(*f)-1], (*f)[:len(*f)-1]
	return
}

func (g Graph) Shortest(from, to string) ([]string, float64) {
	prev, done := map[string]string{}, map[string]bool{}
	dist := map[string]float64{from: 0}
	f := &frontier{{from, 0}}
	for f.Len() > 0 {
		s := heap.Pop(f).(state)
		if done[s.node] {
			continue
		}
		done[s.node] = true
		if s.node == to {
			path := []string{to}
			for n := to; n != from; {
				n = prev[n]
				path = append(path, n)
			}
			slices.Reverse(path)
			return path, s.dist
		}
		for n, w := range g[s.node] {
			if old, ok := dist[n]; !ok || s.dist+w < old {
				dist[n], prev[n] = s.dist+w, s.node
				heap.Push(f, state{n, s.dist + w})
			}
		}
	}
	return nil, math.Inf(1)
}

var ErrCycle = errors.New("cycle")

func (g Graph) Order(start string) (out []string, err error) {
	mark := map[string]int{}
	var visit func(n string, path []string) error
	visit = func(n string, path []string) error {
		switch path = append(path, n); mark[n] {
		case 1:
			return fmt.Errorf("%w: %s", ErrCycle, strings.Join(path, ">"))
		case 2:
			return nil
		}
		mark[n] = 1
		for _, k := range g.next(n) {
			if err := visit(k, path); err != nil {
				return err
			}
		}
		mark[n] = 2
		out = append(out, n)
		return nil
	}
	err = visit(start, nil)
	slices.Reverse(out)
	return
}

type sets struct{ parent []int }

func (s *sets) find(i int) int {
	for s.parent[i] != i {
		s.parent[i] = s.parent[s.parent[i]]
		i = s.parent[i]
	}
	return i
}

func main() {
	g := Parse("a>b:4 a>c:1 c>b:2 b>d:5 c>d:8.5 d>e:3")
	fmt.Println(g.Shortest("a", "e"))
	fmt.Println(g.Shortest("e", "a"))
	fmt.Println(g.Order("a"))
	g["e"]["c"] = 1
	order, err := g.Order("a")
	fmt.Println(order, err, errors.Is(err, ErrCycle))
	s := &sets{}
	for i := range 10 {
		s.parent = append(s.parent, i)
	}
	for _, e := range [][2]int{{0, 1}, {2, 3}, {1, 3}, {5, 6}, {8, 9}, {9, 5}} {
		s.parent[s.find(e[0])] = s.find(e[1])
	}
	groups := map[int][]int{}
	for i := range s.parent {
		groups[s.find(i)] = append(groups[s.find(i)], i)
	}
	sizes := make([]int, 0)
	for _, m := range groups {
		sizes = append(sizes, len(m))
	}
	slices.Sort(sizes)
	queue, seen := []string{"a"}, map[string]bool{"a": true}
	for i := 0; i < len(queue); i++ {
		for _, n := range g.next(queue[i]) {
			if !seen[n] {
				seen[n] = true
				queue = append(queue, n)
			}
		}
	}
	fmt.Println(sizes, queue)
}
