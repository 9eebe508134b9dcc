// Type switches and assertions with interfaces that values and pointers have.
package main

import (
	"errors"
	"fmt"
)

type T struct{ a int }

func (t T) String() string { return "T!" }

type E struct{ a int }

func (t *E) Error() string { return "E!" }

func main() {
	var vs = []any{errors.New("e"), T{1}, &E{2}, 3, fmt.Errorf("x %w", &E{4})}
	for _, v := range vs {
		e, ok := v.(error)
		fmt.Print(ok, " ")
		if ok {
			fmt.Print(e.Error(), " ")
		}
		s, ok := v.(fmt.Stringer)
		fmt.Print(ok, " ")
		if ok {
			fmt.Print(s.String(), " ")
		}
		switch x := v.(type) {
		case error:
			fmt.Print("error ", x.Error())
		case fmt.Stringer:
			fmt.Print("stringer ", x.String())
		default:
			fmt.Print("default")
		}
		fmt.Println()
	}
	var err error = &E{3}
	if t, ok := err.(*E); ok {
		fmt.Println("is E", t.a)
	}
	err = errors.Unwrap(vs[4].(error))
	if t, ok := err.(*E); ok {
		fmt.Println("is E", t.a)
	}
}
