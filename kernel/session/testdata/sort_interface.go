// sort with interpreted types: Interface by value and by pointer, Reverse,
// Stable, Slice, Search, several keys, and a method that panics.
package main

import (
	"fmt"
	"sort"
	"strings"
)

type Neuron struct {
	Name  string
	Layer int
	Rate  float64
}

type ByRate []Neuron

func (b ByRate) Len() int           { return len(b) }
func (b ByRate) Less(i, j int) bool { return b[i].Rate < b[j].Rate }
func (b ByRate) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

type sorter struct {
	ns    []Neuron
	less  []func(a, b *Neuron) bool
	swaps int
}

func (s *sorter) Len() int      { return len(s.ns) }
func (s *sorter) Swap(i, j int) { s.swaps++; s.ns[i], s.ns[j] = s.ns[j], s.ns[i] }
func (s *sorter) Less(i, j int) bool {
	p, q := &s.ns[i], &s.ns[j]
	for _, less := range s.less {
		switch {
		case less(p, q):
			return true
		case less(q, p):
			return false
		}
	}
	return false
}

type matrix [][]int

func (m matrix) Len() int           { return len(m) }
func (m matrix) Less(i, j int) bool { return m[i][0] < m[j][0] }
func (m matrix) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }

func names(ns []Neuron) string {
	var s []string
	for _, n := range ns {
		s = append(s, n.Name)
	}
	return strings.Join(s, "")
}

func main() {
	ns := []Neuron{{"d", 2, 5}, {"a", 5, 1.5}, {"c", 2, 9}, {"b", 5, 3}}
	sort.Sort(ByRate(ns))
	fmt.Println(names(ns), sort.IsSorted(ByRate(ns)))
	sort.Sort(sort.Reverse(ByRate(ns)))
	fmt.Println(names(ns), sort.IsSorted(ByRate(ns)))
	s := &sorter{ns: ns, less: []func(a, b *Neuron) bool{
		func(a, b *Neuron) bool { return a.Layer < b.Layer },
		func(a, b *Neuron) bool { return a.Name < b.Name },
	}}
	sort.Sort(s)
	fmt.Println(names(ns), s.swaps > 0)
	sort.Slice(ns, func(i, j int) bool { return ns[i].Name > ns[j].Name })
	fmt.Println(names(ns))
	words := strings.Fields("the quick brown fox jumps over the lazy dog again and again")
	sort.SliceStable(words, func(i, j int) bool { return len(words[i]) < len(words[j]) })
	fmt.Println(words)
	m := matrix{{3, 1}, {1, 2}, {2, 3}}
	sort.Stable(m)
	fmt.Println(m)
	xs := []float64{2.5, -1, 9, 3}
	sort.Float64s(xs)
	i := sort.Search(len(xs), func(i int) bool { return xs[i] >= 3 })
	fmt.Println(xs, i, sort.SearchFloat64s(xs, 9), sort.SearchInts([]int{1, 3, 5}, 4))
	j, found := sort.Find(len(words), func(i int) int { return len("quick") - len(words[i]) })
	fmt.Println(j, found)
	idx := []int{0, 1, 2, 3}
	sort.Slice(idx, func(a, b int) bool { return xs[idx[a]] > xs[idx[b]] })
	fmt.Println(idx)
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		sort.Slice(words, func(i, j int) bool { panic("cannot compare") })
	}()
	sort.Strings(words)
	fmt.Println(words[0], words[len(words)-1])
}
