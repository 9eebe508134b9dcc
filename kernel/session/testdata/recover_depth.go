// recover works only when called by the deferred function itself: not deeper,
// not without a panic, not twice; through methods and method values it does.
package main

import "fmt"

func helper() any { return recover() }

func try(name string, f func()) {
	defer func() { fmt.Printf("%s: outer got %v\n", name, recover()) }()
	f()
}

type guard struct{ name string }

func (g guard) catch()    { fmt.Println(g.name, "caught", recover()) }
func (g *guard) hold()    { fmt.Println(g.name, "held", recover()) }
func (g guard) indirect() { func() { fmt.Println(g.name, "indirect", recover()) }() }

type catcher interface{ catch() }

func main() {
	fmt.Println("no panic:", recover())
	try("deferred literal", func() {
		defer func() { fmt.Println("got", recover(), recover()) }()
		panic(1)
	})
	try("helper under the deferred", func() {
		defer func() { fmt.Println("helper got", helper()) }()
		panic(2)
	})
	try("helper itself deferred", func() {
		defer helper()
		panic(3)
	})
	try("recover itself deferred", func() {
		defer recover()
		panic(4)
	})
	try("method", func() {
		g := guard{"g"}
		defer g.catch()
		panic(5)
	})
	try("pointer method by interface", func() {
		var c catcher = &guard{"h"}
		defer c.catch()
		panic(6)
	})
	try("method value", func() {
		f := (&guard{"k"}).hold
		defer f()
		panic(7)
	})
	try("indirect", func() {
		defer guard{"i"}.indirect()
		panic(8)
	})
	try("nested function", func() {
		defer func() {
			defer func() { fmt.Println("inner", recover()) }()
		}()
		panic(9)
	})
	try("after a return", func() {
		func() {
			defer func() { fmt.Println("nothing:", recover()) }()
		}()
		defer func() { fmt.Println("something:", recover()) }()
		panic(10)
	})
}
