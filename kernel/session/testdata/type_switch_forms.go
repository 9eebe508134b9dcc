// Type switches: several types in a case keep the interface, nil, interfaces
// before and after concrete types, generic and unnamed types, without a name.
package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

type ID int
type Alias = ID

type named struct{ n string }

func (n named) String() string { return "named " + n.n }

func kind(v any) string {
	switch x := v.(type) {
	case nil:
		return fmt.Sprint("nil ", x == nil)
	case int, int8, ID:
		return fmt.Sprintf("integer %v %T", x, x)
	case float64:
		return fmt.Sprint("float ", x*2)
	case *int:
		*x++
		return fmt.Sprint("pointer ", *x)
	case []int, [2]int:
		return fmt.Sprintf("list %v", x)
	case map[string]int:
		return fmt.Sprint("map ", x["k"], len(x))
	case func(int) int:
		return fmt.Sprint("func ", x(20))
	case func():
		return "plain func"
	case chan int, <-chan int:
		return fmt.Sprintf("channel %T", x)
	case struct{ A int }:
		return fmt.Sprint("struct ", x.A)
	case fmt.Stringer:
		return "stringer " + x.String()
	case error:
		return "error " + x.Error()
	case interface{ Len() int }:
		return fmt.Sprint("len ", x.Len())
	case bool, string:
		if s, ok := x.(string); ok {
			return "string " + s
		}
		return fmt.Sprint("bool ", x)
	default:
		return fmt.Sprintf("default %T", x)
	}
}

func plain(v any) (out string) {
	switch v := v; v.(type) {
	case io.Reader:
		out += "reader "
	case error, fmt.Stringer:
		out += "text "
	}
	switch v.(type) {
	default:
		out += "first"
	case nil:
		out += "nil"
	}
	return
}

func main() {
	n := 4
	for _, v := range []any{nil, 1, int8(2), ID(3), Alias(4), 2.5, &n, []int{1}, [2]int{1, 2}, map[string]int{"k": 9},
		func(i int) int { return i + 1 }, func() {}, make(chan int), make(<-chan int), make(chan<- int), struct{ A int }{5},
		named{"x"}, &named{"p"}, errors.New("e"), strings.NewReader("four"), true, "text", 'x', 1i, []string{}} {
		fmt.Println(kind(v))
	}
	fmt.Println(n)
	fmt.Println(plain(strings.NewReader("")), plain(named{}), plain(errors.New("")), plain(nil), plain(3))
loop:
	for _, v := range []any{1, "skip", 2, nil, 3} {
		switch v.(type) {
		case string:
			continue loop
		case nil:
			break loop
		}
		fmt.Print(v, " ")
	}
	fmt.Println()
}
