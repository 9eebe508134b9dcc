// Constraints that name the type itself (Go 1.26 also directly), as for things
// that add, compare and clone with their own kind.
package main

import "fmt"

type Adder[A Adder[A]] interface{ Add(A) A }

func Sum[A Adder[A]](first A, rest ...A) A {
	for _, x := range rest {
		first = first.Add(x)
	}
	return first
}

type Vec struct{ x, y float64 }

func (a Vec) Add(b Vec) Vec { return Vec{a.x + b.x, a.y + b.y} }

type Bag map[string]int

func (a Bag) Add(b Bag) Bag {
	out := Bag{}
	for _, m := range []Bag{a, b} {
		for k, v := range m {
			out[k] += v
		}
	}
	return out
}

type Ordered[T any] interface{ Less(T) bool }

func Sort[T Ordered[T]](xs []T) {
	for i := range xs {
		for j := i; j > 0 && xs[j].Less(xs[j-1]); j-- {
			xs[j], xs[j-1] = xs[j-1], xs[j]
		}
	}
}

type Spike struct {
	at   float64
	cell int
}

func (a Spike) Less(b Spike) bool { return a.at < b.at || a.at == b.at && a.cell < b.cell }

type Cloner[T any] interface {
	comparable
	Clone() T
}

func Copies[T Cloner[T]](x T, n int) (out []T, distinct bool) {
	distinct = true
	for range n {
		c := x.Clone()
		distinct = distinct && c != x
		out = append(out, c)
	}
	return
}

type Net struct{ w []float64 }

func (n *Net) Clone() *Net { return &Net{append([]float64(nil), n.w...)} }

type Visitor[N Node[N]] func(N)

type Node[N any] interface{ Children() []N }

func Walk[N Node[N]](n N, v Visitor[N]) {
	v(n)
	for _, c := range n.Children() {
		Walk(c, v)
	}
}

type Dendrite struct {
	name string
	sub  []*Dendrite
}

func (d *Dendrite) Children() []*Dendrite { return d.sub }

func main() {
	fmt.Println(Sum(Vec{1, 2}, Vec{3, 4}, Vec{0.5, 0}), Sum(Bag{"a": 1}, Bag{"a": 2, "b": 3}))
	ss := []Spike{{3, 1}, {1, 2}, {1, 0}, {2, 5}}
	Sort(ss)
	fmt.Println(ss)
	n := &Net{[]float64{1, 2}}
	nets, distinct := Copies(n, 2)
	nets[0].w[0] = 9
	fmt.Println(n.w, nets[0].w, nets[1].w, distinct)
	Walk(&Dendrite{"root", []*Dendrite{{"left", []*Dendrite{{name: "tip"}}}, {name: "right"}}}, func(d *Dendrite) { fmt.Print(d.name, " ") })
	fmt.Println()
}
