// Methods of instances as values and expressions, bound early, passed to other
// generic functions; a generic type that implements interfaces of compiled code.
package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"sort"
)

type Slice[T cmp.Ordered] []T

func (s Slice[T]) Len() int           { return len(s) }
func (s Slice[T]) Less(i, j int) bool { return s[i] < s[j] }
func (s Slice[T]) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }

type Cell[T any] struct {
	v       T
	changes int
}

func (c *Cell[T]) Set(v T)       { c.v = v; c.changes++ }
func (c Cell[T]) Get() T         { return c.v }
func (c Cell[T]) String() string { return fmt.Sprintf("cell(%v)", c.v) }

func (c Cell[T]) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"value": c.v, "changes": c.changes})
}

func each[T any](xs []T, do func(T)) {
	for _, x := range xs {
		do(x)
	}
}

func transform[A, B any](xs []A, f func(A) B) (out []B) {
	each(xs, func(a A) { out = append(out, f(a)) })
	return
}

type Wrapped[T error] struct{ err T }

func (w Wrapped[T]) Error() string { return "wrapped " + w.err.Error() }
func (w Wrapped[T]) Unwrap() error { return w.err }

func main() {
	s := Slice[string]{"pons", "axon", "soma"}
	sort.Sort(s)
	fmt.Println(s)
	f := Slice[float64]{2.5, -1, 9}
	sort.Sort(sort.Reverse(f))
	fmt.Println(f, sort.IsSorted(f), sort.IsSorted(Slice[int](nil)))
	c := &Cell[int]{}
	each([]int{1, 2, 3}, c.Set)
	get := c.Get
	c.Set(100)
	fmt.Println(get(), c.Get(), c.changes)
	fmt.Println(transform([]Cell[string]{{v: "a"}, {v: "b"}}, Cell[string].Get))
	fmt.Println(transform([]*Cell[int]{c}, (*Cell[int]).String))
	fmt.Println(c, *c, []Cell[bool]{{true, 0}}, map[int]Cell[float64]{1: {v: .5}})
	b, err := json.Marshal([]any{c, Cell[[]string]{v: []string{"x"}}})
	fmt.Println(string(b), err)
	set := (*Cell[int]).Set
	set(c, 7)
	var str fmt.Stringer = c
	fmt.Println(str.String())
	w := Wrapped[error]{fmt.Errorf("inner")}
	fmt.Printf("%v %T %v\n", w, w, w.Unwrap())
}
