// Nil slices, maps, functions, channels, pointers and interfaces against empty
// ones: comparison, length, printing, JSON, iteration.
package main

import (
	"encoding/json"
	"fmt"
)

type doc struct {
	List  []int          `json:"list"`
	Map   map[string]int `json:"map"`
	Ptr   *int           `json:"ptr"`
	Any   any            `json:"any"`
	Bytes []byte         `json:"bytes"`
	Inner *doc           `json:"inner,omitempty"`
}

type tree struct {
	l, r *tree
	v    int
}

func (t *tree) sum() int {
	if t == nil {
		return 0
	}
	return t.l.sum() + t.v + t.r.sum()
}

func main() {
	var s []int
	e := []int{}
	var m map[string]int
	var f func()
	var c chan int
	var p *tree
	var i any
	fmt.Println(s == nil, e == nil, m == nil, f == nil, c == nil, p == nil, i == nil)
	fmt.Println(s, e, m, p, i, len(s), len(m), len(c), cap(s))
	fmt.Printf("%v %+v %#v %#v %#v %#v %#v\n", s, m, s, e, m, p, i)
	fmt.Printf("%T %T %T %T %T\n", s, m, f, p, i)
	for range s {
		fmt.Println("never")
	}
	for range m {
		fmt.Println("never")
	}
	fmt.Println(s[:] == nil, e[:0] == nil, append(s, e...) == nil, append(e, s...) == nil)
	b, _ := json.Marshal(doc{})
	fmt.Println(string(b))
	b, _ = json.Marshal(doc{List: e, Map: map[string]int{}, Any: s, Bytes: []byte{}, Inner: &doc{}})
	fmt.Println(string(b))
	var d doc
	err := json.Unmarshal([]byte(`{"list":[],"map":null,"inner":{"any":[1,"a",null]}}`), &d)
	fmt.Println(d.List == nil, d.Map == nil, d.Inner.Any, d.Inner.Inner == nil, err)
	fmt.Println((&tree{&tree{nil, nil, 2}, nil, 3}).sum(), p.sum())
	x, ok := m["a"]
	fmt.Println(x, ok)
	var arr [2][]string
	arr[1] = append(arr[1], "x")
	fmt.Printf("%q %v\n", arr, arr[0] == nil)
	type opt struct{ f func(int) int }
	o := opt{}
	if o.f == nil {
		o.f = func(i int) int { return -i }
	}
	fmt.Println(o.f(3))
	var e1, e2 error
	fmt.Println(e1 == e2, e1 == nil, fmt.Sprint(e1), fmt.Sprint([]error{nil}), fmt.Sprintf("%v %d %s", i, i, e1))
	func(xs ...int) { fmt.Println(xs == nil, len(xs)) }()
	var mm map[string]map[string]int
	fmt.Println(mm["a"]["b"], len(mm["a"]))
}
