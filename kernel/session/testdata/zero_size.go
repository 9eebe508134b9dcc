// Values without size: empty structs and arrays in slices, maps, channels,
// sets, interfaces and as receivers and keys.
package main

import (
	"fmt"
	"sort"
)

type void struct{}
type set[K comparable] map[K]struct{}
type none [0]int
type tagged struct {
	_ void
	n int
	_ [0]func()
}

func (void) String() string { return "void" }
func (v void) twice() void  { return v }
func (n none) size() int    { return len(n) }
func (v *void) ptr() bool   { return v != nil }

func (s set[K]) add(ks ...K) set[K] {
	for _, k := range ks {
		s[k] = struct{}{}
	}
	return s
}

func union[K comparable](ss ...set[K]) set[K] {
	out := set[K]{}
	for _, s := range ss {
		for k := range s {
			out.add(k)
		}
	}
	return out
}

func main() {
	var v void
	w := v.twice()
	fmt.Println(v == w, v, &v, []void{{}, {}}, v.ptr(), none{}.size())
	s := make([]struct{}, 3)
	s = append(s, struct{}{}, s[0])
	n := 0
	for range s {
		n++
	}
	fmt.Println(len(s), n, s[1:3], s[4] == struct{}{})
	a, b := set[int]{}.add(1, 2, 3), set[int]{}.add(3, 4)
	u := union(a, b)
	keys := []int{}
	for k := range u {
		keys = append(keys, k)
	}
	sort.Ints(keys)
	_, has := u[9]
	fmt.Println(keys, len(u), has, set[string]{}.add("x"))
	m := map[void]int{{}: 1}
	m[w]++
	m[void{}] += 5
	fmt.Println(len(m), m[v], m)
	ch := make(chan struct{}, 3)
	ch <- struct{}{}
	ch <- struct{}{}
	close(ch)
	n = 0
	for x := range ch {
		if x == (struct{}{}) {
			n++
		}
	}
	x, ok := <-ch
	fmt.Println(n, x, ok)
	var i any = void{}
	var j any = void{}
	_, isEmpty := i.(struct{})
	fmt.Println(i == j, i == any(struct{}{}), isEmpty, i)
	big := [1 << 20]struct{}{}
	big[1<<19] = struct{}{}
	fmt.Println(len(big), len(big[5:]), [0]string{} == [0]string{}, len([][0]int{{}, {}}))
	t := tagged{n: 4}
	p := &t.n
	*p++
	fmt.Println(t.n, struct {
		a void
		b int
		c [0]bool
	}{b: 7})
	done := make(chan void)
	go func() { defer close(done) }()
	fmt.Println(<-done)
	for i := range none(none{}) {
		fmt.Println("never", i)
	}
	var e *[0]int
	for i := range e {
		fmt.Println("never", i)
	}
	f := void.twice
	g := (*void).ptr
	fmt.Printf("%v %v %T %T %+v\n", f(v), g(nil), v, none{}, tagged{})
}
