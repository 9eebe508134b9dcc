// Interface values: type and value decide equality, a nil pointer inside is
// not nil, values are copies, and interfaces convert to each other.
package main

import (
	"errors"
	"fmt"
)

type Shape interface{ Area() float64 }
type Named interface {
	Shape
	Name() string
}

type sq struct{ s float64 }

func (q sq) Area() float64 { return q.s * q.s }
func (q sq) Name() string  { return "sq" }

type ptr struct{ v float64 }

func (p *ptr) Area() float64 {
	if p == nil {
		return -1
	}
	return p.v
}

type myErr struct{}

func (*myErr) Error() string { return "my error" }

func mayFail(fail bool) error {
	var e *myErr
	if fail {
		e = &myErr{}
	}
	return e
}

func clean() error { return nil }

type celsius float64
type kelvin float64

func main() {
	var a, b Shape = sq{2}, sq{2}
	fmt.Println(a == b, a == sq{2}, a != nil, a == Shape(sq{3}))
	p1, p2 := &ptr{1}, &ptr{1}
	a, b = p1, p2
	fmt.Println(a == b, a == p1, *p1 == *p2)
	p1.v = 5
	fmt.Println(a.Area())
	q := sq{3}
	a = q
	q.s = 100
	fmt.Println(a.Area())
	var np *ptr
	a = np
	fmt.Println(a == nil, a.Area(), a == (*ptr)(nil))
	fmt.Println(mayFail(false) == nil, mayFail(true), clean() == nil)
	var n Named = sq{4}
	a = n
	back, ok := a.(Named)
	fmt.Println(back.Name(), ok, any(n) == any(a))
	fmt.Println(any(1) == any(1.0), any(int8(1)) == any(1), any(celsius(1)) == any(kelvin(1)), any(celsius(1)) == any(celsius(1)))
	fmt.Println(any(nil) == nil, any((*int)(nil)) == nil, any([0]int{}) == any([0]int{}))
	e1, e2 := errors.New("x"), errors.New("x")
	fmt.Println(e1 == e2, e1 == e1, e1.Error() == e2.Error())
	xs := []any{1, "a", 2.5, nil, sq{1}, &q, [2]int{1, 2}, struct{}{}}
	for i, x := range xs {
		for j, y := range xs[:i] {
			if x == y {
				fmt.Println("equal", i, j)
			}
		}
	}
	m := map[Shape]string{sq{1}: "one", p1: "p1"}
	fmt.Println(m[sq{1}], m[p1], m[p2] == "", m[sq{2}] == "")
	var empty interface{}
	empty = xs
	fmt.Println(len(empty.([]any)), fmt.Sprintf("%T", empty))
	fn := func(s Shape) string { return fmt.Sprintf("%T %v", s, s) }
	fmt.Println(fn(sq{1}), fn(nil))
}
