// Names that hide others: builtins, types, packages, parameters, in if, for and
// switch, and := that assigns to one and declares the other.
package main

import (
	"errors"
	"fmt"
	"strings"
)

var level = "package"

type int32 struct{ hidden string }

func show() string { return level }

func open(fail bool) (string, error) {
	if fail {
		return "", errors.New("no")
	}
	return "yes", nil
}

func main() {
	level := "main"
	fmt.Println(level, show())
	{
		level, extra := "block", 1
		level += fmt.Sprint(extra)
		fmt.Println(level)
	}
	fmt.Println(level)
	x := 1
	if x := x + 1; x > 1 {
		x := x * 10
		fmt.Println("inner", x)
	} else if y := x; y > 0 {
		fmt.Println(y)
	}
	fmt.Println("outer", x)
	s, err := open(false)
	if s, err := open(true); err != nil {
		fmt.Printf("%q %v\n", s, err)
	}
	t, err := open(false)
	fmt.Println(s, t, err)
	for x := 0; x < 2; x++ {
		x := x * 5
		fmt.Print(x, " ")
	}
	fmt.Println(x)
	len := func(s string) int { return strings.Count(s, "") }
	fmt.Println(len("abc"))
	true := false
	fmt.Println(true, !true)
	nil := 5
	fmt.Println(nil)
	var v int32 = int32{"own type"}
	fmt.Printf("%+v %T\n", v, v)
	type string []byte
	fmt.Printf("%T %d\n", string("ab"), string("ab"))
	{
		strings := []float64{1, 2}
		fmt.Println(strings)
	}
	fmt.Println(strings.ToUpper("x"))
	switch x := any(x).(type) {
	case int:
		x++
		fmt.Println(x)
	}
	func(x float64) { fmt.Println(x / 2) }(3)
	fmt.Println(x)
	iota := 3
	const c = 7
	fmt.Println(iota + c)
}
