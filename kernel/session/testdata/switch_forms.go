// The forms of switch: no tag, an init, several values, cases that are calls
// and are tried in order, fallthrough, default anywhere, mixed types.
package main

import "fmt"

func say(n int) int { fmt.Print("<", n, ">"); return n }

func grade(x float64) string {
	switch y := x * 10; {
	case y >= 9:
		return "high"
	case y >= 5:
		return "middle"
	default:
		return "low"
	}
}

func fall(n int) (s string) {
	switch n {
	default:
		s += "d"
		fallthrough
	case 1:
		s += "1"
	case 2:
		s += "2"
		fallthrough
	case 3:
		s += "3"
		if n == 2 {
			break
		}
		s += "!"
	}
	return
}

type color uint8

const (
	red color = iota
	green
)

func main() {
	fmt.Println(grade(.95), grade(.5), grade(.1))
	for n := range 5 {
		fmt.Print(fall(n), " ")
	}
	fmt.Println()
	switch say(2) {
	case say(1), say(2), say(3):
		fmt.Println(" matched")
	case say(4):
		fmt.Println(" never")
	}
	switch x := any(2.0); x {
	case 2:
		fmt.Println("int")
	case 2.0:
		fmt.Println("float")
	}
	switch any(green) {
	case 1:
		fmt.Println("int")
	case uint8(1):
		fmt.Println("uint8")
	case green:
		fmt.Println("green")
	}
	var err error
	switch err {
	case nil:
		fmt.Println("no error")
	default:
		fmt.Println(err)
	}
	switch f := func(i int) bool { return i > 2 }; true {
	case f(1):
		fmt.Println("one")
	case f(3):
		fmt.Println("three")
	}
	switch {
	}
	switch a := [2]int{1, 2}; a {
	case [2]int{1, 2}:
		fmt.Println("array")
	}
	switch s := "b"; s {
	case "a", "b":
		s := s + s
		fmt.Println(s)
		fallthrough
	case "never":
		s += "?"
		fmt.Println(s)
	}
	for i := range 4 {
		switch i {
		case 1:
			continue
		case 2:
			break
		}
		fmt.Print(i)
	}
	fmt.Println()
}
