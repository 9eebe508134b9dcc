// %v, %+v, %#v and %T of interpreted types: nested structs, pointers, slices,
// maps, arrays, interfaces, embedded and anonymous ones.
package main

import "fmt"

type Kind uint8
type Samples []float64
type Table map[string]Samples

type Inner struct {
	ID   int
	Tags []string
}

type Outer struct {
	Inner
	P     *Inner
	K     Kind
	S     Samples
	M     map[string]int
	Arr   [2]bool
	Any   any
	F     func(int) string
	Ch    chan int
	B     []byte
	Err   error
	inner struct{ x, y float32 }
	c     complex64
	r     rune
}

type Empty struct{}

func main() {
	o := Outer{Inner: Inner{1, []string{"a b", "c"}}, K: 3, S: Samples{1, 2.5}, M: map[string]int{"z": 1, "a": 2}, Any: Inner{ID: 9}, B: []byte("hi"), r: 'x'}
	fmt.Printf("%v\n%+v\n%#v\n", o, o, o)
	fmt.Printf("%T %T %T %T %T\n", o, &o, o.inner, o.F, o.Ch)
	p := &Inner{2, nil}
	fmt.Printf("%v %+v %#v\n", p, p, p)
	fmt.Printf("%v %+v\n", []Inner{{1, nil}, {2, []string{"x"}}}, map[Kind]Inner{2: {ID: 2}, 1: {}})
	fmt.Printf("%#v %#v\n", []any{1, "a", nil, 2.0, Kind(4), Empty{}}, Table{"b": nil, "a": {1}})
	fmt.Printf("%v %d %x %s %q\n", Kind(10), Kind(10), Kind(255), []string{"a", "b"}, []string{"a", "b c"})
	fmt.Printf("%v %+v %#v %T\n", struct{}{}, Empty{}, Empty{}, Empty{})
	anon := struct {
		A int `json:"a"`
		B []Kind
	}{1, []Kind{1, 2}}
	fmt.Printf("%v %+v %#v %T\n", anon, anon, anon, anon)
	fmt.Printf("%5d|%-5d|%05d|%x|%X|%o|%b|%c|%U|%e|%8.3f|%+d|%q\n", 42, 42, 42, 255, 255, 8, 5, 'é', 'é', 1234.5, 3.14159, 7, 'x')
	fmt.Printf("%s|%10s|%-10s|%.2s|%x|%q|% x\n", "abc", "abc", "abc", "abc", "abc", "a\"b", "abc")
	fmt.Printf("%t %v %v\n", true, false, [3]int{1, 2, 3})
	wrong := fmt.Printf
	fmt.Printf("%6.2f %v %g\n", Samples{1, 22.333}, [2][2]int{{1, 2}, {3, 4}}, []float32{.1, 1e10})
	wrong("%d %s %v %!|%z\n", "str", 5, []error{nil}, 3)
	wrong("%d %d\n", 1)
	wrong("%d\n", 1, 2)
	wrong("%[2]d %[1]d %*d|%-*d|%.*f\n", 1, 2, 5, 42, 4, 7, 2, 3.14159)
	fmt.Println(&o.Inner, []*int{nil}, &[]int{1}, &map[string]int{"a": 1}, &[2]int{1, 2})
	fmt.Printf("%v %v\n", &struct{ P *int }{}, [][]string{{"a"}, {}})
	fmt.Printf("%x %X % x %#x %s\n", []byte{1, 171}, "hi", []byte("abc"), []byte("abc"), []byte("bytes"))
	fmt.Printf("%08b %#o %#x %+.2e %v %v\n", 5, 8, 255, 12345.678, int8(-5), uint64(1<<63))
}
