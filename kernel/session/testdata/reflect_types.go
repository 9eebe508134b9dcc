// reflect sees interpreted types as what they are: kinds, names, fields with
// tags, embedded ones, methods, elements, comparability, conversions.
package main

import (
	"fmt"
	"reflect"
	"strings"
)

type Unit string

type Base struct {
	ID int `db:"id" json:"-"`
}

func (b Base) Describe(prefix string) string { return prefix + fmt.Sprint(b.ID) }

type Neuron struct {
	Base
	Name   string  `json:"name" unit:"none"`
	V      float64 `unit:"mV"`
	Inputs []*Neuron
	Meta   map[Unit]any
	hidden bool
	Hook   func(float64) (bool, error)
}

func (n Neuron) Rate(scale float64) float64 { return n.V * scale }
func (n *Neuron) Reset()                    { n.V = 0 }
func (n Neuron) private() int               { return 1 }

type Stepper interface {
	Rate(float64) float64
	Reset()
}

type Pair[A any, B comparable] struct {
	First  A
	Second B
}

func main() {
	t := reflect.TypeOf(Neuron{})
	fmt.Println(t, t.Name(), t.Kind(), t.NumField(), t.NumMethod(), t.PkgPath(), t.Comparable())
	for i := range t.NumField() {
		f := t.Field(i)
		fmt.Println(f.Name, f.Type, f.Type.Kind(), f.Tag.Get("unit"), f.Anonymous, f.IsExported(), f.Index)
	}
	f, ok := t.FieldByName("ID")
	fmt.Println(f.Name, f.Index, f.Tag.Get("db"), ok)
	tag, ok := f.Tag.Lookup("json")
	fmt.Println(tag, ok)
	for i := range t.NumMethod() {
		m := t.Method(i)
		fmt.Println(m.Name, m.Type)
	}
	pt := reflect.TypeOf(&Neuron{})
	fmt.Println(pt, pt.Kind(), pt.Elem() == t, pt.NumMethod(), pt.Implements(reflect.TypeFor[Stepper]()), t.Implements(reflect.TypeFor[Stepper]()))
	st := reflect.TypeFor[Stepper]()
	fmt.Println(st, st.Kind(), st.NumMethod(), st.Method(0).Name, st.Method(0).Type)
	fmt.Println(reflect.TypeOf(Unit("")).Kind(), reflect.TypeOf(Unit("")).String(), reflect.TypeFor[map[Unit][]Neuron]())
	g := reflect.TypeOf(Pair[Unit, int]{})
	fmt.Println(g, strings.HasPrefix(g.Name(), "Pair["), g.Field(0).Type, g.Field(1).Type)
	fn := reflect.TypeOf(strings.Repeat)
	own := reflect.TypeOf(func(a Unit, xs ...int) (Neuron, error) { return Neuron{}, nil })
	fmt.Println(fn, own, own.NumIn(), own.IsVariadic(), own.In(1), own.Out(0))
	fmt.Println(reflect.TypeOf([3]Unit{}).Len(), reflect.TypeOf(make(<-chan Unit)).ChanDir(), reflect.TypeOf(map[Unit]int{}).Key())
	fmt.Println(t.ConvertibleTo(t), reflect.TypeOf("").ConvertibleTo(reflect.TypeOf(Unit(""))), reflect.TypeOf("").AssignableTo(reflect.TypeOf(Unit(""))))
	fmt.Println(reflect.TypeOf(nil) == nil, reflect.TypeFor[error](), reflect.TypeOf(struct {
		A int `k:"v"`
		Base
	}{}))
	fmt.Println(reflect.SliceOf(t), reflect.MapOf(reflect.TypeOf(""), pt), reflect.PointerTo(pt), t.Size() > 0)
	fmt.Println(reflect.TypeOf(Neuron{}) == reflect.TypeOf(Neuron{Name: "x"}), reflect.TypeOf(Pair[int, int]{}) == reflect.TypeOf(Pair[int, bool]{}))
	_, has := t.MethodByName("Reset")
	_, has2 := pt.MethodByName("Describe")
	fmt.Println(has, has2)
}
