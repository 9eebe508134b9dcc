// Interfaces that hold what cannot be compared: as map keys, with ==, in a
// switch, inside structs and arrays; different types never get that far.
package main

import (
	"errors"
	"fmt"
	"runtime"
)

func try(name string, f func()) {
	defer func() {
		r := recover()
		err, _ := r.(error)
		var re runtime.Error
		fmt.Println(name+":", r, errors.As(err, &re))
	}()
	f()
}

type sample struct {
	id   int
	data []float64
}

type tagged struct {
	id  int
	tag any
}

type vec []int

func main() {
	m := map[any]string{1: "int", "1": "string", 1.0: "float", [2]int{1, 2}: "array", nil: "nil"}
	fmt.Println(m[1], m["1"], m[1.0], m[[2]int{1, 2}], m[nil], m[uint(1)] == "", len(m))
	try("slice key", func() { m[[]int{1}] = "x" })
	try("map key", func() { fmt.Print(m[map[string]int{}]) })
	try("func key", func() { delete(m, func() {}) })
	try("struct key", func() { m[sample{1, nil}] = "x" })
	try("named slice", func() { m[vec{1}] = "x" })
	try("nested key", func() { m[tagged{1, []int{2}}] = "x" })
	try("array key", func() { m[[1]any{vec{}}] = "x" })
	fmt.Println(len(m))
	var a, b any = []int{1}, []int{1}
	try("equal slices", func() { fmt.Print(a == b) })
	b = 3
	try("other type", func() { fmt.Print(a == b, " ") })
	try("struct with a slice", func() {
		var x, y any = sample{1, nil}, sample{1, nil}
		fmt.Print(x == y)
	})
	try("field decides first", func() {
		x, y := tagged{1, vec{}}, tagged{2, vec{}}
		fmt.Print(x == y, " ")
	})
	try("field compared", func() {
		x, y := tagged{1, vec{}}, tagged{1, vec{}}
		fmt.Print(x == y)
	})
	try("switch", func() {
		switch a {
		case 1, "x":
			fmt.Print("no")
		case b:
			fmt.Print("never ")
		default:
			fmt.Print("default ")
		}
	})
	try("array of any", func() {
		x, y := [2]any{1, vec{}}, [2]any{2, vec{}}
		fmt.Print(x == y, " ")
	})
}
