// Types that contain themselves through slices, maps, functions, channels,
// arrays, pointers and interfaces, alone and in rings; printed and compared.
package main

import (
	"encoding/json"
	"fmt"
	"reflect"
)

type L []L
type M map[string]M
type F func(int, F) int
type C chan C
type I interface{ With(I) I }
type S struct {
	Kids  []S
	By    map[string]S
	Next  *S
	Val   int
	visit func(S) S
}

type A struct {
	B    *B
	Name string
}
type B struct {
	As []A
	M  map[string]*C1
}
type C1 struct {
	A
	Any interface{ Deep() *B }
	Arr [2]*C1
}

func (b *B) Deep() *B { return b }

type atom int

func (a atom) With(i I) I { return pair{a, i} }

type pair [2]I

func (p pair) With(i I) I { return pair{p, i} }

type Expr struct {
	Op   string
	Args []Expr `json:",omitempty"`
}

func (l L) depth() (d int) {
	for _, k := range l {
		d = max(d, k.depth())
	}
	return d + 1
}

func (e Expr) String() string {
	if len(e.Args) == 0 {
		return e.Op
	}
	return fmt.Sprint("(", e.Op, e.Args, ")")
}

func main() {
	l := L{{}, {{}, {{}}}, nil}
	fmt.Println(l, l.depth(), len(l[1]))
	fmt.Printf("%T %#v %T\n", l, L{nil, {}}, l[1][1])
	m := M{"a": {"b": nil}, "c": {}}
	m["a"]["d"] = M{"e": {}}
	fmt.Println(m, len(m["a"]["d"]), m["x"]["y"] == nil)
	var f F = func(n int, self F) int {
		if n < 2 {
			return n
		}
		return self(n-1, self) + self(n-2, self)
	}
	fmt.Println(f(15, f))
	c := make(C, 1)
	c <- c
	fmt.Println(<-c == c, fmt.Sprintf("%T", c))
	i := atom(1).With(atom(2)).With(atom(3))
	fmt.Printf("%v %T %v\n", i, i, i == I(pair{pair{atom(1), atom(2)}, atom(3)}))
	s := S{Val: 1, Kids: []S{{Val: 2}, {Val: 3, Kids: []S{{Val: 4}}}}, By: map[string]S{"k": {Val: 5}}}
	s.Next = &s
	s.visit = func(s S) S { s.Val *= 10; return s }
	fmt.Println(s.Next.Next.Val, s.Kids[1].Kids[0].Val, s.visit(s.Kids[0]).Val, s.By["k"].Val)
	a := A{Name: "a"}
	a.B = &B{As: []A{{Name: "in"}, a}, M: map[string]*C1{"c": {A: A{Name: "emb"}}}}
	a.B.M["c"].Any = a.B
	a.B.M["c"].Arr[1] = a.B.M["c"]
	fmt.Println(a.B.As[0].Name, a.B.M["c"].Name, a.B.M["c"].Arr[1].Arr[1].Any.Deep() == a.B)
	t := reflect.TypeOf(S{})
	fmt.Println(t.Field(0).Type.Elem() == t, t.Field(2).Type.Elem() == t, t.Field(4).Type.In(0) == t, reflect.TypeFor[L]().Elem() == reflect.TypeFor[L]())
	e := Expr{"+", []Expr{{Op: "x"}, {"*", []Expr{{Op: "y"}, {Op: "z"}}}}}
	b, _ := json.Marshal(e)
	var back Expr
	fmt.Println(e, string(b), json.Unmarshal(b, &back), back, reflect.DeepEqual(e, back))
}
