// Conversions between numbers, strings, slices, named types, structs with
// other tags, functions, channels and pointers.
package main

import (
	"fmt"
	"strconv"
)

type Celsius float64
type Fahrenheit float64

func (c Celsius) F() Fahrenheit { return Fahrenheit(c*9/5 + 32) }

type A struct {
	X int    `json:"x"`
	Y string `json:"why"`
}
type B struct {
	X int
	Y string
}

type Path []string
type Handler func(string) string

func (h Handler) Do(s string) string { return "<" + h(s) + ">" }

type Weights [3]float64
type Text string
type Runes []rune

func main() {
	fmt.Println(Celsius(100).F(), float64(Celsius(36.6)), Celsius(Fahrenheit(3)))
	near := 3.99
	fmt.Println(int(near), int(-near), float32(1<<24+1), uint8('é'), int32(int64(near)<<33+5))
	i := 300
	fmt.Println(byte(i), int8(i), uint16(-i), float64(i)/7, int(float64(i)*0.1))
	a := A{1, "a"}
	b := B(a)
	b.X = 2
	pa := (*A)(&b)
	pa.Y = "through"
	fmt.Println(a, b, A(b) == A{2, "through"}, struct {
		X int
		Y string
	}(a) == B{1, "a"})
	var anon struct {
		X int
		Y string
	} = b
	fmt.Println(anon)
	p := Path{"a", "b"}
	plain := []string(p)
	plain[0] = "z"
	fmt.Println(p, len(plain))
	fmt.Println(Handler(func(s string) string { return s + s }).Do("x"))
	w := Weights{1, 2, 3}
	arr := [3]float64(w)
	arr[0] = 9
	s := w[:]
	s[1] = 8
	fmt.Println(w, arr, [2]float64(s), *(*[1]float64)(s[2:]))
	t := Text("µV")
	fmt.Println([]byte(t), Runes(t), string(Runes(t)), Text([]byte{104, 105}), string(t)+"!")
	fmt.Println(strconv.Itoa(65), string(rune(65)), string([]rune{72, 105}), []rune("é")[0])
	var c chan int = make(chan int, 1)
	var send chan<- int = c
	recv := (<-chan int)(c)
	send <- 5
	fmt.Println(<-recv, fmt.Sprintf("%T %T", send, recv))
	var e any = Celsius(1.5)
	_, isFloat := e.(float64)
	fmt.Println(isFloat, float64(e.(Celsius))+1)
	f := 1e10
	fmt.Println(int64(f), uint32(int64(f)), float32(f) == 1e10, int64(float32(16777217)))
	type inner struct{ v []int }
	type Inner2 inner
	x := Inner2(inner{[]int{1}})
	fmt.Printf("%T %v %T\n", x, x, Path(nil))
	fmt.Println(complex64(complex(1, 2)), bool(i > 3), rune(i))
}
