// Method values and calls on nil: pointers that methods allow, pointers that
// must be followed, interfaces without a value; when each of them panics.
package main

import "fmt"

type Cell struct {
	v    float64
	next *Cell
}

func (c *Cell) Len() int {
	if c == nil {
		return 0
	}
	return 1 + c.next.Len()
}
func (c Cell) Value() float64 { return c.v }

type Wrap struct{ *Cell }
type Deep struct {
	*Wrap
	Lener
}
type Lener interface{ Size() int }
type Valuer interface{ Value() float64 }
type Real float64

func (r Real) Value() float64 { return float64(r) }

var valuer Valuer
var lener Lener
var nilCell *Cell

func at(name string, f func()) {
	step := "made"
	defer func() { fmt.Printf("%s: %v (%s)\n", name, recover(), step) }()
	f()
	step = "ended"
}

func arg() int { fmt.Print("argument "); return 1 }

func (c *Cell) Take(int) {}
func (r Real) Take(int)  {}

type taker interface{ Take(int) }

func main() {
	at("pointer method value", func() { f := nilCell.Len; fmt.Print(f(), " ") })
	at("value method value", func() { f := nilCell.Value; fmt.Print("bound "); f() })
	at("value method call", func() { nilCell.Value() })
	at("pointer method expression", func() { fmt.Print((*Cell).Len(nil), " ") })
	at("value method by pointer expression", func() { f := (*Cell).Value; fmt.Print("bound "); f(nilCell) })
	at("interface method value", func() { f := valuer.Value; fmt.Print("bound "); f() })
	at("interface call", func() { valuer.Value() })
	at("interface expression", func() { f := Valuer.Value; fmt.Print("bound "); f(valuer) })
	at("deferred interface call", func() { fmt.Print("before "); defer lener.Size(); fmt.Print("after ") })
	at("deferred nil function", func() { var f func(); defer f(); fmt.Print("after ") })
	valuer = nilCell
	at("nil in interface", func() { f := valuer.Value; fmt.Print("bound "); f() })
	valuer = Real(2.5)
	at("value in interface", func() { f := valuer.Value; valuer = nil; fmt.Print(f(), " ") })
	var w Wrap
	at("promoted pointer method", func() { fmt.Print(w.Len(), " ") })
	at("promoted value method", func() { fmt.Print(w.Value()) })
	at("promoted field", func() { fmt.Print(w.v) })
	var d Deep
	at("through a nil wrap", func() { fmt.Print(d.Len()) })
	d.Wrap = &w
	at("through an empty wrap", func() { fmt.Print(d.Len(), " ") })
	at("embedded nil interface", func() { d.Size() })
	at("embedded nil interface bound", func() { f := d.Size; fmt.Print("bound "); f() })
	var t taker
	at("argument first", func() { t.Take(arg()) })
	var f func(int)
	at("argument before nil function", func() { f(arg()) })
	t = nilCell
	at("nil receiver taken", func() { t.Take(arg()) })
	t = (*Real)(nil)
	at("nil receiver copied", func() { t.Take(arg()) })
	var m map[string]func() int
	at("function from a nil map", func() { m["x"]() })
	at("go with a nil interface", func() { fmt.Print("before "); go lener.Size(); fmt.Print("after ") })
}
