// The texts of failed type assertions: concrete, interface, missing methods,
// nil, pointer receivers; and the comma-ok forms that give zero values.
package main

import (
	"errors"
	"fmt"
	"io"
	"runtime"
)

func try(f func()) {
	defer func() {
		r := recover()
		err, _ := r.(error)
		var te *runtime.TypeAssertionError
		fmt.Println(r, errors.As(err, &te))
	}()
	f()
}

type Spiker interface{ Spike() bool }
type Named interface{ Name() string }
type Both interface {
	Spiker
	Named
}

type Cell struct{ id int }

func (c *Cell) Spike() bool { return true }

type Label string

func (l Label) Name() string { return string(l) }

type Pair[T any] struct{ a, b T }

func to[T any](v any) T { return v.(T) }

var keep any

func main() {
	var a any = "text"
	try(func() { keep = a.(int) })
	try(func() { keep = a.(fmt.Stringer) })
	try(func() { keep = a.(Label) })
	try(func() { keep = a.(*string) })
	a = nil
	try(func() { keep = a.(int) })
	try(func() { keep = a.(error) })
	a = Cell{1}
	try(func() { keep = a.(Spiker) })
	try(func() { keep = a.(*Cell) })
	a = &Cell{1}
	try(func() { keep = a.(Both) })
	try(func() { keep = a.(Cell) })
	try(func() { keep = a.(Spiker); fmt.Print("fine ") })
	var s Spiker
	try(func() { keep = s.(*Cell) })
	try(func() { keep = s.(Named) })
	s = &Cell{2}
	try(func() { keep = s.(Named) })
	var n Named = Label("L4")
	try(func() { keep = n.(io.Reader) })
	try(func() { keep = to[float64](3) })
	try(func() { keep = to[Pair[int]](Pair[string]{"x", "y"}) })
	try(func() { keep = to[[]int]([]any{1}) })
	try(func() { keep = any(func(int) {}).(func() int) })
	try(func() { keep = any(struct{ X int }{1}).(map[string]int) })
	c, ok := any(3).(Label)
	fmt.Printf("%q %v\n", c, ok)
	sp, ok := any(Cell{}).(Spiker)
	fmt.Println(sp == nil, ok)
	_, ok = any(&Cell{}).(interface{ Spike() bool })
	fmt.Println(ok)
}
