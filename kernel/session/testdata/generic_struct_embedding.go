// Generic structs with several parameters, embedded instances, pointers to
// themselves with swapped parameters, arrays and maps of parameters, literals.
package main

import "fmt"

type Pair[A, B any] struct {
	First  A
	Second B
}

func MakePair[A, B any](a A, b B) Pair[A, B] { return Pair[A, B]{a, b} }

func (p Pair[A, B]) Swap() Pair[B, A] { return Pair[B, A]{p.Second, p.First} }

type Labelled[T any] struct {
	Pair[string, T]
	count map[string][]T
	last  [2]*T
}

func (l *Labelled[T]) Add(x T) {
	if l.count == nil {
		l.count = make(map[string][]T)
	}
	l.count[l.First] = append(l.count[l.First], x)
	l.last[0], l.last[1] = l.last[1], &x
	l.Second = x
}

type Matrix[T ~float64 | ~int] [2][2]T

func (m Matrix[T]) Mul(n Matrix[T]) (out Matrix[T]) {
	for i := range m {
		for j := range n {
			for k := range 2 {
				out[i][j] += m[i][k] * n[k][j]
			}
		}
	}
	return
}

type Option[T any] struct {
	val *T
}

func Some[T any](x T) Option[T] { return Option[T]{&x} }

func (o Option[T]) Or(d T) T {
	if o.val == nil {
		return d
	}
	return *o.val
}

type Func[A, B any] func(A) B

func (f Func[A, B]) Each(as ...A) (bs []B) {
	for _, a := range as {
		bs = append(bs, f(a))
	}
	return
}

type Set[K comparable] map[K]struct{}

func (s Set[K]) Add(ks ...K) Set[K] {
	for _, k := range ks {
		s[k] = struct{}{}
	}
	return s
}
func (s Set[K]) Has(k K) bool { _, ok := s[k]; return ok }

func main() {
	p := MakePair("rate", 12.5)
	fmt.Printf("%v %+v %T\n", p, p.Swap(), p.Swap())
	l := Labelled[int]{Pair: MakePair("x", 0)}
	l.Add(4)
	l.Add(5)
	fmt.Println(l.First, l.Second, l.count, *l.last[0], *l.last[1], l.Pair.Swap())
	m := Matrix[int]{{1, 1}, {1, 0}}
	fmt.Println(m.Mul(m).Mul(m), Matrix[float64]{{0.5}}.Mul(Matrix[float64]{{2, 4}}))
	fmt.Println(Some(3).Or(1), Option[string]{}.Or("none"), Some("").Or("x") == "")
	fmt.Println(Func[int, string](func(i int) string { return fmt.Sprint(i * i) }).Each(2, 3))
	s := Set[Pair[int, int]]{}.Add(MakePair(1, 2), MakePair(1, 2), MakePair(2, 1))
	fmt.Println(len(s), s.Has(Pair[int, int]{2, 1}), s.Has(Pair[int, int]{2, 2}))
	fmt.Println(MakePair(1, "a") == MakePair(1, "a"), any(MakePair(1, 2)) == any(MakePair(1, 2.0)))
	fmt.Printf("%#v\n", MakePair(MakePair(1, true), []string{"q"}))
}
