// new with an expression (Go 1.26) makes a variable with that value: optional
// fields of structs, values of calls, conversions; new with a type as before.
package main

import (
	"encoding/json"
	"fmt"
)

type Options struct {
	Order  *int     `json:"order,omitempty"`
	Cutoff *float64 `json:"cutoff,omitempty"`
	Name   *string  `json:"name,omitempty"`
	Causal *bool    `json:"causal,omitempty"`
}

type Hz float64

func nyquist(fs float64) float64 { return fs / 2 }

func ptr[T any](x T) *T { return new(x) }

type pair struct{ a, b int }

func main() {
	o := Options{Order: new(4), Cutoff: new(nyquist(500)), Causal: new(1 > 2)}
	b, err := json.Marshal(o)
	fmt.Println(string(b), err)
	o.Name = new("band" + "pass")
	*o.Order++
	fmt.Println(*o.Order, *o.Cutoff, *o.Name, *o.Causal)
	p, q := new(3), new(3)
	fmt.Println(p == q, *p == *q)
	x := 10
	r := new(x)
	x = 11
	*r += 100
	fmt.Println(x, *r)
	h := new(Hz(40))
	fmt.Printf("%T %v %T %T %T\n", h, *h, new(1.5), new('x'), new([]int{1}))
	s := new([]int{1, 2, 3})
	*s = append(*s, 4)
	fmt.Println(*s, len(*s))
	t := new(pair{1, 2})
	t.a = 9
	fmt.Println(*t, t.b)
	var z *pair = new(pair)
	n := new(*int)
	fmt.Println(*z, *n == nil)
	fmt.Println(*ptr(2.5), *ptr("g"), **ptr(new(7)))
	var ptrs []*int
	for i := range 3 {
		ptrs = append(ptrs, new(i*i))
	}
	fmt.Println(*ptrs[0], *ptrs[1], *ptrs[2])
	var e error
	fmt.Println(*new(e) == nil, *new(any(5)))
	f := new(func(i int) int { return i * 2 })
	fmt.Println((*f)(21))
}
