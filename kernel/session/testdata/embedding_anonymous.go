// Unnamed struct types with embedded fields have the promoted methods: in
// interfaces, behind pointers, in fmt, JSON and sort; identical wherever written.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
	"sync"
)

type Unit int

func (u Unit) String() string { return fmt.Sprint("unit ", int(u)) }

type Count struct{ n int }

func (c *Count) Add() int { c.n++; return c.n }
func (c Count) Get() int  { return c.n }

func make1() any { return struct{ X, Y int }{1, 2} }
func make2() any { return struct{ X, Y int }{1, 2} }

type stringGetter interface {
	fmt.Stringer
	Get() int
}

var cache = struct {
	sync.Mutex
	m map[string]int
}{m: map[string]int{}}

func main() {
	var s fmt.Stringer = struct{ Unit }{3}
	fmt.Println(s, s.String())
	both := struct {
		Unit
		*Count
	}{4, &Count{10}}
	var g stringGetter = both
	both.Add()
	fmt.Println(g.Get(), g.String(), both.n)
	p := &struct {
		Count
		label string
	}{label: "p"}
	var a interface{ Add() int } = p
	a.Add()
	fmt.Println(a.Add(), p.Get(), p.label)
	fmt.Println(make1() == make2(), make1().(struct{ X, Y int }).Y, make1() == any(struct{ Y, X int }{1, 2}))
	list := []struct {
		Unit
		w float64
	}{{2, 1.5}, {1, 2.5}}
	fmt.Println(list, list[0].Unit+1)
	lens := struct {
		sort.Interface
	}{sort.Reverse(sort.StringSlice([]string{"a", "c", "b"}))}
	sort.Sort(lens)
	fmt.Println(lens.Len(), lens.Less(0, 1))
	r := struct {
		io.Reader
		io.Closer
	}{strings.NewReader("read me"), io.NopCloser(nil)}
	var rc io.ReadCloser = r
	b, err := io.ReadAll(rc)
	fmt.Println(string(b), err, rc.Close())
	var e error = struct{ error }{errors.New("embedded")}
	fmt.Println(e, e.Error(), errors.Unwrap(e) == nil)
	j, err := json.Marshal(struct {
		Unit
		Count *Count `json:"count"`
		Extra struct {
			A int `json:"a"`
			B []struct{ C string }
		}
	}{Unit: 5})
	fmt.Println(string(j), err)
	fmt.Printf("%T %T\n", s, p)
	cache.Lock()
	cache.m["k"]++
	cache.Unlock()
	fmt.Println(cache.m, cache.TryLock())
	switch v := make1().(type) {
	case struct{ X int }:
		fmt.Println("one field", v)
	case struct{ X, Y int }:
		fmt.Println("two fields", v.X+v.Y)
	}
	type units = struct{ Unit }
	type counts = struct{ Count }
	f, h := units.String, (*counts).Add
	c := &struct{ Count }{Count{5}}
	fmt.Println(f(struct{ Unit }{6}), h(c), c.n)
	m := map[struct {
		Unit
		k string
	}]int{{1, "a"}: 1}
	m[struct {
		Unit
		k string
	}{1, "a"}]++
	fmt.Println(m)
}
