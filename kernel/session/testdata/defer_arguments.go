// The function, the receiver and the arguments of a defer are evaluated where
// it stands; the calls run last in, first out, after the results are set.
package main

import "fmt"

type cell struct{ v float64 }

func (c cell) show(tag string)   { fmt.Println(tag, "value", c.v) }
func (c *cell) point(tag string) { fmt.Println(tag, "pointer", c.v) }

func step(s string) string { fmt.Println("evaluate", s); return s }

func trace(name string) func() {
	fmt.Println("enter", name)
	return func() { fmt.Println("leave", name) }
}

type shower interface{ show(string) }

func work() {
	defer trace("work")()
	x := 1
	defer fmt.Println("x was", x, step("argument"))
	x = 2
	defer func() { fmt.Println("x is", x) }()
	c := cell{1.5}
	defer c.show("direct")
	defer c.point("direct")
	var s shower = c
	defer s.show("interface")
	s = cell{-1}
	m := c.show
	defer m("method value")
	m = nil
	c.v = 9
	f := func(a ...int) { fmt.Println("variadic", a, len(a)) }
	defer f(1, x, 3)
	list := []int{7, 8}
	defer f(list...)
	list[0] = 70
	list = append(list, 9)
	f = nil
	x = 3
	fmt.Println("body ends")
}

func nilFunc() {
	defer func() { fmt.Println("recovered:", recover()) }()
	var f func(string)
	defer f(step("nil call"))
	fmt.Println("still here")
}

func main() {
	work()
	nilFunc()
	for i := range 3 {
		defer func(n int) { fmt.Print("main ", n, i, "\n") }(i * 10)
	}
	defer step(step("outer"))
}
