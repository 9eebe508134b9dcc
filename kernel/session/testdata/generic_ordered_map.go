// A larger generic program: a left-leaning red-black tree with iterators,
// floor and range queries, checked against a plain map by random operations.
package main

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
)

type Map[K, V any] struct {
	root *entry[K, V]
	n    int
	comp func(a, b K) int
}

type entry[K, V any] struct {
	key         K
	val         V
	left, right *entry[K, V]
	red         bool
}

func New[K cmp.Ordered, V any]() *Map[K, V] { return NewFunc[K, V](cmp.Compare[K]) }

func NewFunc[K, V any](comp func(a, b K) int) *Map[K, V] { return &Map[K, V]{comp: comp} }

func (e *entry[K, V]) isRed() bool { return e != nil && e.red }

func (e *entry[K, V]) balance() *entry[K, V] {
	if e.right.isRed() && !e.left.isRed() {
		r := e.right
		e.right, r.left, r.red, e.red = r.left, e, e.red, true
		e = r
	}
	if e.left.isRed() && e.left.left.isRed() {
		l := e.left
		e.left, l.right, l.red, e.red = l.right, e, e.red, true
		e = l
	}
	if e.left.isRed() && e.right.isRed() {
		e.red, e.left.red, e.right.red = !e.red, false, false
	}
	return e
}

func (m *Map[K, V]) Set(k K, v V) (old V, replaced bool) {
	var put func(e *entry[K, V]) *entry[K, V]
	put = func(e *entry[K, V]) *entry[K, V] {
		if e == nil {
			m.n++
			return &entry[K, V]{key: k, val: v, red: true}
		}
		switch c := m.comp(k, e.key); {
		case c < 0:
			e.left = put(e.left)
		case c > 0:
			e.right = put(e.right)
		default:
			old, replaced, e.val = e.val, true, v
		}
		return e.balance()
	}
	m.root = put(m.root)
	m.root.red = false
	return
}

func (m *Map[K, V]) Get(k K) (v V, ok bool) {
	for e := m.root; e != nil; {
		switch c := m.comp(k, e.key); {
		case c < 0:
			e = e.left
		case c > 0:
			e = e.right
		default:
			return e.val, true
		}
	}
	return
}

func (m *Map[K, V]) Range(lo, hi K) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		var walk func(e *entry[K, V]) bool
		walk = func(e *entry[K, V]) bool {
			if e == nil {
				return true
			}
			if m.comp(e.key, lo) >= 0 && !walk(e.left) {
				return false
			}
			if m.comp(e.key, lo) >= 0 && m.comp(e.key, hi) < 0 && !yield(e.key, e.val) {
				return false
			}
			return m.comp(e.key, hi) >= 0 || walk(e.right)
		}
		walk(m.root)
	}
}

func (e *entry[K, V]) check() (black int, ok bool) {
	if e == nil {
		return 1, true
	}
	l, okl := e.left.check()
	r, okr := e.right.check()
	if !e.red {
		l++
		r++
	}
	return l, okl && okr && l == r && !e.right.isRed() && !(e.red && e.left.isRed())
}

type site struct{ shank, depth int }

func main() {
	r := rand.New(rand.NewPCG(1, 2))
	m, plain := New[int, string](), map[int]string{}
	for range 2000 {
		k := r.IntN(700)
		v := fmt.Sprint("v", r.IntN(50))
		old, replaced := m.Set(k, v)
		was, had := plain[k]
		if old != was || replaced != had {
			fmt.Println("differ at", k)
		}
		plain[k] = v
	}
	_, ok := m.root.check()
	keys := slices.Sorted(maps.Keys(plain))
	var got []int
	for k, v := range m.Range(-1, 1<<40) {
		if plain[k] != v {
			fmt.Println("wrong at", k)
		}
		got = append(got, k)
	}
	fmt.Println(ok, m.n == len(plain), slices.Equal(keys, got))
	for k, v := range m.Range(100, 110) {
		fmt.Print(k, v, " ")
	}
	fmt.Println()
	for k := range m.Range(500, 700) {
		if k > 505 {
			break
		}
		fmt.Print(k, " ")
	}
	v, found := m.Get(1000)
	fmt.Printf("%q %v\n", v, found)
	s := NewFunc[site, float64](func(a, b site) int {
		return cmp.Or(cmp.Compare(a.shank, b.shank), -cmp.Compare(a.depth, b.depth))
	})
	for i := range 8 {
		s.Set(site{i % 2, i * 10}, float64(i)/4)
	}
	for k, v := range s.Range(site{0, 1000}, site{1, 40}) {
		fmt.Print(k, v, " ")
	}
	fmt.Printf("\n%T %T\n", s, s.root)
}
