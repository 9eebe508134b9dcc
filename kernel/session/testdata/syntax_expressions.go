// Expressions of every precedence and odd syntax: unary chains, composite
// literals elided, parenthesized types, functions called at once, semicolons.
package main

import "fmt"

type T struct {
	a, b int
	sub  *T
	m    map[string][]T
}

func (t T) self() T   { return t }
func (t *T) ptr() *T  { return t }
func id[X any](x X) X { return x }

type F func(F, int) int

func fact(self F, n int) int {
	if n == 0 {
		return 1
	}
	return n * self(self, n-1)
}

func main() {
	a, b, c := 7, 3, 2
	fmt.Println(a+b*c, (a+b)*c, a-b-c, a/b*c, a%b*c, -a*-b, a<<b-c, a&b|c, a&(b|c), a^b&c, a&^b<<1)
	fmt.Println(a > b && b > c || c > a, !(a > b) != true, a == b == (b == c), -(-a), +-+a, ^^a, !!true)
	p := &a
	pp := &p
	fmt.Println(**pp**p, *p / *p, a-*p, -*p, *&a)
	ts := []T{{1, 2, nil, nil}, {a: 3, sub: &T{b: 4}}}
	m := map[string][]T{"x": {{a: 5}, {b: 6}}}
	ptrs := []*T{{a: 7}, {b: 8}}
	mp := map[T2]*[]int{{1, 2}: {3, 4}}
	fmt.Println(ts[1].sub.b, m["x"][1].b, ptrs[0].a, *mp[T2{1, 2}], [...][2]int{{1}, {0, 2}})
	fmt.Println(ts[0].self().ptr2(), (&ts[1]).ptr().sub.self().b, id(ts)[1].self().a)
	fmt.Println(func(x int) int { return x * x }(5), func() string { return "s" }())
	fmt.Println(F(fact)(fact, 5), (func(int) int)(func(i int) int { return i + 1 })(1), (*int)(nil) == nil, []byte("x")[0], (chan int)(nil) == nil)
	if v, ok := any(a).(int); ok && v > 3 {
		fmt.Println("if", v)
	} else if v == 2 {
	} else {
		fmt.Println("no", v)
	}
	for i, j := 0, 10; i < j; i, j = i+3, j-2 {
		fmt.Print(i, j, " ")
	}
	for a > 5 {
		a--
	}
	for a < 8 {
		a++
	}
	fmt.Println(a)
	{
		type T struct{ z string }
		fmt.Printf("%T %v\n", T{"local"}, T{"local"})
	}
	var (
		x, y = 1, "y"
		z    struct{ q [2]struct{ w int } }
	)
	z.q[1].w = 5
	_, _ = x, y
	var fn func() func() int = func() func() int { return func() int { return z.q[1].w } }
	fmt.Println(fn()(), len(z.q), cap([]int{1, 2, 3}[:0:2][:1]))
	s := "a" + "b"[0:1] + string("c"[0]) + `d`
	s += s[:1]
	fmt.Println(s, len(s), "x" < s && s > "abc", 'a' < s[1])
	a, b = b, a
	a += b
	b -= a
	c *= a
	fmt.Println(a, b, c, 0x1F, 0b11, 0o17, 1e2, '\'', "\"", '\\', "\t|")
	var i interface {
		self() T
	} = ts[0]
	fmt.Println(i.self().a, i.(interface{ self() T }).self().b)
}

type T2 struct{ x, y int }

func (t T) ptr2() int { return t.a + t.b }
