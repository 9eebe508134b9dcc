// Type switches and assertions on values of a type parameter: by kind, by
// instance, by methods; the same function does right by each of its instances.
package main

import "fmt"

type Temp float64

func (t Temp) String() string { return fmt.Sprintf("%.1fC", float64(t)) }

func describe[T any](x T) string {
	switch v := any(x).(type) {
	case nil:
		return "nil"
	case int:
		return fmt.Sprint("int ", v+1)
	case float64, float32:
		return fmt.Sprintf("float %v", v)
	case []T:
		return "slice of itself"
	case fmt.Stringer:
		return "stringer " + v.String()
	case error:
		return "error " + v.Error()
	case func() T:
		return "function"
	}
	return fmt.Sprintf("other %T", x)
}

type Leaf[T any] struct{ val T }
type Fork[T any] struct{ l, r Tree[T] }
type Tree[T any] interface{ size() int }

func (Leaf[T]) size() int   { return 1 }
func (f Fork[T]) size() int { return f.l.size() + f.r.size() }

func collect[T any](t Tree[T]) []T {
	switch n := t.(type) {
	case Leaf[T]:
		return []T{n.val}
	case *Leaf[T]:
		return []T{n.val, n.val}
	case Fork[T]:
		return append(collect[T](n.l), collect[T](n.r)...)
	}
	return nil
}

func is[T any](v any) bool { _, ok := v.(T); return ok }

func first[T any](vs ...any) (x T, found bool) {
	for _, v := range vs {
		if x, found = v.(T); found {
			return
		}
	}
	return
}

func main() {
	fmt.Println(describe(1), describe(2.5), describe(float32(1)), describe("s"))
	fmt.Println(describe(Temp(36.6)), describe(fmt.Errorf("bad")), describe[any](nil), describe[error](nil))
	fmt.Println(describe([]int{1}), describe(any([]any{1})), describe[any](3))
	t := Fork[int]{Leaf[int]{1}, Fork[int]{&Leaf[int]{2}, Leaf[int]{3}}}
	fmt.Println(collect[int](t), t.size(), collect[string](Leaf[string]{"z"}))
	fmt.Println(is[int](1), is[int]("1"), is[fmt.Stringer](Temp(1)), is[error](nil), is[Tree[bool]](Leaf[int]{}))
	fmt.Println(first[string](1, 2.5, "x", "y"))
	fmt.Println(first[bool](1, 2))
	s, ok := first[fmt.Stringer](1, Temp(5))
	fmt.Println(s, ok)
}
