// fmt calls interpreted String and Error methods wherever the value stands: in
// slices, maps, fields, pointers, arrays, keys; %d and %#v do not; the value's
// method set decides for pointers.
package main

import (
	"errors"
	"fmt"
)

type Unit int

func (u Unit) String() string { return fmt.Sprintf("u%d", int(u)) }

type Ptr struct{ n int }

func (p *Ptr) String() string { return fmt.Sprintf("ptr(%d)", p.n) }

type Err struct{ code int }

func (e Err) Error() string  { return fmt.Sprintf("err %d", e.code) }
func (e Err) String() string { return "never: Error goes first" }

type Holder struct {
	U    Unit
	us   []Unit
	P    *Ptr
	V    Ptr
	E    error
	M    map[Unit]Unit
	Arr  [2]Unit
	priv Unit
}

type Wrap struct{ Unit }
type Named struct {
	Unit
	name string
}

func (n Named) String() string { return n.name + "/" + n.Unit.String() }

type Bad struct{}

func (Bad) String() string { panic("broken") }

type Nil struct{ v int }

func (n *Nil) String() string { return fmt.Sprint("v", n.v) }

type List []Unit

func (l List) String() string { return fmt.Sprintf("list of %d: %v", len(l), []Unit(l)) }

func main() {
	fmt.Println(Unit(1), []Unit{1, 2}, map[Unit]Unit{3: 4}, [2]Unit{}, &[]Unit{5}, struct{ U Unit }{6})
	u := Unit(7)
	fmt.Println(&u != nil, []any{u, nil, &Ptr{1}}, any(u))
	fmt.Println(Ptr{1}, &Ptr{2}, []Ptr{{3}}, []*Ptr{}, map[string]*Ptr{"k": {4}}["k"])
	h := Holder{U: 1, us: []Unit{2}, P: &Ptr{3}, V: Ptr{4}, E: Err{5}, M: map[Unit]Unit{2: 1, 1: 2}, priv: 6}
	h.P = nil
	fmt.Printf("%v\n%+v\n", h, h)
	fmt.Printf("%s %v %d %x %q %#v %5s|%-5v|%T\n", u, u, u, u, u, u, u, u, u)
	fmt.Println(Err{1}, []error{Err{2}, errors.New("plain")}, &Err{3})
	fmt.Printf("%v %s %d %+v\n", Err{4}, Err{4}, Err{4}, struct{ E error }{Err{4}})
	fmt.Println(Wrap{8}, Named{9, "n"}, &Named{1, "p"}, []any{Wrap{2}, Named{3, "m"}})
	fmt.Println(Bad{}, "goes on")
	var n *Nil
	fmt.Println(n, []any{n})
	fmt.Printf("%s %v %d\n", n, []*Nil{nil}[0], Bad{})
	fmt.Println(List{1, 2}, []List{{3}}, map[string]List{"k": {}})
	fmt.Println(fmt.Sprint("a", u, u, "b", 1, 2, "c"), fmt.Sprintln("x", u) == "x u7\n")
	var s fmt.Stringer = u
	fmt.Printf("%v %s %v\n", s, s, []fmt.Stringer{u, &Ptr{5}, n, nil})
	fmt.Printf("%v %s\n", errors.Join(Err{1}, Err{2}), fmt.Errorf("w: %w", Err{3}))
	type local struct{ Unit }
	fmt.Println(local{4}, fmt.Sprintf("%6.2v|%s", 3.14159, local{5}))
}
