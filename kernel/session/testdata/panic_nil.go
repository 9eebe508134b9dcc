// Nil pointers, maps, functions, interfaces and channels: what panics and what
// is allowed, through fields, embedding and methods.
package main

import "fmt"

func try(name string, f func()) {
	defer func() { fmt.Println(name+":", recover()) }()
	f()
}

type inner struct{ v int }

func (i *inner) Safe() string { return fmt.Sprint("nil? ", i == nil) }
func (i inner) Value() int    { return i.v }

type outer struct {
	*inner
	next *outer
	tags map[string]int
	call func(int) int
}

type valuer interface{ Value() int }

type fixed int

func (f fixed) Value() int { return int(f) }

var v valuer

func main() {
	var p *outer
	o := &outer{}
	try("field of nil", func() { fmt.Print(p.next) })
	try("set field of nil", func() { p.tags = nil })
	try("chain", func() { fmt.Print(o.next.next) })
	try("promoted field", func() { o.v = 3 })
	try("promoted pointer method", func() { fmt.Print(o.Safe(), " ") })
	try("promoted value method", func() { fmt.Print(o.Value()) })
	try("method value", func() { f := o.Value; fmt.Print("never"); f() })
	try("pointer method value", func() { f := o.inner.Safe; fmt.Print(f(), " ") })
	try("nil map read", func() { fmt.Print(o.tags["x"], len(o.tags), " ") })
	try("nil map write", func() { o.tags["x"] = 1 })
	try("nil map op", func() { o.tags["x"]++ })
	try("nil func", func() { o.call(1) })
	try("nil interface", func() { v.Value() })
	try("nil interface method value", func() { _ = v.Value; fmt.Print("not reached") })
	var ip *inner
	v = ip
	try("nil in interface", func() { v.Value() })
	fmt.Println(v == nil, v.(*inner) == nil)
	v = fixed(3)
	fmt.Println(v.Value())
	try("deref", func() { x := *ip; fmt.Print(x) })
	try("nil array pointer", func() { var a *[3]int; fmt.Print(len(a), " "); a[1] = 2 })
	try("nil array range", func() {
		var a *[2]int
		for i := range a {
			fmt.Print(i, " ")
		}
		for _, x := range a {
			fmt.Print(x)
		}
	})
	var err error
	try("nil error", func() { _ = err.Error() })
	try("append to nil", func() { fmt.Print(append([]int(nil), 1), append([]int(nil), []int{}...) == nil, " ") })
	try("copy to nil", func() { fmt.Print(copy([]int(nil), []int{1}), " ") })
	pp := &p
	try("pointer to pointer", func() { (*pp).call = nil })
	*pp = o
	fmt.Println(p == o, p.Safe())
}
