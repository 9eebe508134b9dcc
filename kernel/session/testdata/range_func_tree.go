// A recursive iterator over a generic tree, one yield passed down, stopped
// early; and the same tree walked backwards and by level.
package main

import (
	"cmp"
	"fmt"
	"iter"
)

type Tree[K cmp.Ordered, V any] struct {
	left, right *Tree[K, V]
	key         K
	val         V
}

func (t *Tree[K, V]) Insert(k K, v V) *Tree[K, V] {
	if t == nil {
		return &Tree[K, V]{key: k, val: v}
	}
	switch c := cmp.Compare(k, t.key); {
	case c < 0:
		t.left = t.left.Insert(k, v)
	case c > 0:
		t.right = t.right.Insert(k, v)
	default:
		t.val = v
	}
	return t
}

func (t *Tree[K, V]) push(yield func(K, V) bool) bool {
	return t == nil || t.left.push(yield) && yield(t.key, t.val) && t.right.push(yield)
}

func (t *Tree[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) { t.push(yield) }
}

func (t *Tree[K, V]) Backward() iter.Seq[K] {
	return func(yield func(K) bool) {
		if t == nil {
			return
		}
		for k := range t.right.Backward() {
			if !yield(k) {
				return
			}
		}
		if !yield(t.key) {
			return
		}
		t.left.Backward()(yield)
	}
}

func main() {
	var t *Tree[string, int]
	for i, w := range []string{"thalamus", "amygdala", "cortex", "hippocampus", "pons", "cortex"} {
		t = t.Insert(w, i)
	}
	for k, v := range t.All() {
		fmt.Print(k, "=", v, " ")
	}
	fmt.Println()
	for k := range t.All() {
		if k > "d" {
			fmt.Println("first after d:", k)
			break
		}
	}
	for k := range t.Backward() {
		fmt.Print(k, " ")
	}
	fmt.Println()
	var n *Tree[float64, struct{}]
	for _, x := range []float64{2.5, -1, 7, 0} {
		n = n.Insert(x, struct{}{})
	}
	for k := range n.Backward() {
		fmt.Print(k, " ")
	}
	fmt.Printf("%T %T\n", n, t.All())
}
