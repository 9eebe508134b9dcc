// The names of instances as %T and %#v print them: arguments of every kind,
// nested, of own types, by inference or written out.
package main

import "fmt"

type Box[T any] struct{ V T }
type Dict[K comparable, V any] map[K]V
type Fn[A, R any] func(A) R
type Chan[T any] chan T
type Rec[T any] struct {
	Next *Rec[T]
	Val  T
}
type Own struct{ N int }
type Alias = Own
type Iface interface{ M() }

func name[T any](x T) string { return fmt.Sprintf("%T", x) }

func inner[T any]() string {
	var b Box[Box[T]]
	return fmt.Sprintf("%T", b)
}

func main() {
	fmt.Println(name(Box[int]{}), name(Box[string]{}), name(Box[[]byte]{}))
	fmt.Println(name(Box[Own]{}), name(&Box[*Own]{}), name(Box[Alias]{}))
	fmt.Println(name(Box[any]{}), name(Box[error]{}), name(Box[Iface]{}))
	fmt.Println(name(Box[map[string]Own]{}), name(Box[func(int, Own) error]{}))
	fmt.Println(name(Box[struct{ X int }]{}), name(Box[[3]Own]{}), name(Box[chan<- Own]{}))
	fmt.Println(name(Dict[string, Box[Own]]{}), name(Dict[Own, []int]{}))
	fmt.Println(name(Fn[int, Own](nil)), name(Chan[Own](nil)), name([]Box[int]{}))
	fmt.Println(name(Rec[Rec[int]]{}), name((*Rec[int])(nil)))
	fmt.Println(inner[int](), inner[Own](), inner[fmt.Stringer]())
	fmt.Printf("%#v\n", Box[Own]{Own{1}})
	fmt.Printf("%#v %#v\n", Dict[string, int]{"a": 1}, []Box[int]{{1}, {2}})
	fmt.Printf("%+v %v\n", Rec[string]{Val: "x"}, Box[Box[float64]]{Box[float64]{2}})
	fmt.Printf("%T %T\n", name[int], Box[int]{}.V)
	var i any = Box[int8]{1}
	switch i.(type) {
	case Box[int]:
		fmt.Println("int")
	case Box[int8]:
		fmt.Println("int8")
	}
	fmt.Printf("%T %T\n", struct {
		Box[int]
		B *Box[Own]
	}{}, [2]Fn[Own, Own]{})
}
