// Aliases with and without type parameters: the same type under another name,
// with its methods, also for instances and for types of packages.
package main

import (
	"fmt"
	"iter"
	"strings"
)

type Grid[T any] struct {
	w    int
	data []T
}

func (g *Grid[T]) At(x, y int) *T { return &g.data[y*g.w+x] }

func NewGrid[T any](w, h int) *Grid[T] { return &Grid[T]{w, make([]T, w*h)} }

type FloatGrid = Grid[float64]
type Field[T any] = *Grid[T]
type ByName[T any] = map[string]T
type Seq[T any] = iter.Seq[T]
type Builder = strings.Builder
type Pairs[K comparable, V any] = []struct {
	Key K
	Val V
}
type Number = interface{ ~int | ~float64 }

func total[T Number](s Seq[T]) (sum T) {
	for x := range s {
		sum += x
	}
	return
}

func fill[T any](f Field[T], v T) Field[T] {
	for i := range f.data {
		f.data[i] = v
	}
	return f
}

func upto(n int) Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < n && yield(i); i++ {
		}
	}
}

type Err = error

func check(ok bool) Err {
	if ok {
		return nil
	}
	return fmt.Errorf("not ok")
}

func main() {
	var g FloatGrid = *NewGrid[float64](3, 2)
	*g.At(2, 1) = 4.5
	fmt.Printf("%v %T\n", g.data, g)
	f := fill(NewGrid[string](2, 1), "x")
	*f.At(0, 0) += "y"
	fmt.Printf("%v %T\n", f.data, f)
	m := ByName[[]int]{"a": {1, 2}}
	var plain map[string][]int = m
	fmt.Printf("%T %v\n", m, plain)
	fmt.Println(total(upto(5)))
	var b Builder
	b.WriteString("text")
	fmt.Printf("%T %s\n", &b, b.String())
	ps := Pairs[string, int]{{"a", 1}, {"b", 2}}
	fmt.Printf("%v %T\n", ps, ps)
	fmt.Println(check(true), check(false))
	var any1 interface{} = any(3)
	fmt.Printf("%T %v\n", any1, byte('a') == uint8(97))
}
