// The variable of a range over an integer has the bound's type: a named type
// keeps its methods, an untyped constant is an int, a byte does not wrap.
package main

import "fmt"

type Trial int

func (t Trial) String() string { return fmt.Sprintf("trial %d", int(t)) }

type Channel uint8

const electrodes = 3

func count[T ~uint8](n T) (sum T, kind string) {
	for i := range n {
		sum += i
		kind = fmt.Sprintf("%T", i)
	}
	return
}

func main() {
	for t := range Trial(3) {
		fmt.Printf("%v %T\n", t, t)
	}
	for i := range electrodes {
		fmt.Printf("%d %T;", i, i)
	}
	fmt.Println()
	var last uint8
	passes := 0
	for b := range uint8(255) {
		last = b
		passes++
	}
	fmt.Println(last, passes)
	for i := range int8(-3) {
		fmt.Println("never", i)
	}
	var c Channel
	for c = range 4 {
	}
	fmt.Printf("%d %T\n", c, c)
	fmt.Println(count(Channel(4)))
	fmt.Println(count(uint8(23)))
	var big uint64 = 1 << 40
	for i := range big {
		if i == 2 {
			fmt.Printf("%d %T\n", i, i)
			break
		}
	}
	for i := range 'c' - 'a' {
		fmt.Printf("%d %T ", i, i)
	}
	fmt.Println()
	for i := range len("abc") {
		fmt.Print(i)
	}
	fmt.Println()
}
