// reflect changes and calls interpreted values: fields, elements, maps, methods
// with results, MakeFunc, Select, DeepEqual, and its panics' texts.
package main

import (
	"errors"
	"fmt"
	"reflect"
	"sort"
)

type Params struct {
	Gain  float64 `min:"0"`
	Label string
	Taps  []int
	Sub   *Params
	priv  int
}

func (p *Params) Scale(k float64, tags ...string) (float64, error) {
	if k < 0 {
		return 0, errors.New("negative")
	}
	p.Gain *= k
	p.Label += fmt.Sprint(tags)
	return p.Gain, nil
}

func (p Params) String() string { return fmt.Sprintf("%s=%g", p.Label, p.Gain) }

type Op func(int, int) int

func set(p any, field string, v any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	reflect.ValueOf(p).Elem().FieldByName(field).Set(reflect.ValueOf(v))
	return nil
}

func walk(v reflect.Value, depth int) {
	for i := range v.NumField() {
		f := v.Field(i)
		fmt.Print(depth, v.Type().Field(i).Name, ":", f.Kind(), " ")
		if f.Kind() == reflect.Pointer && !f.IsNil() {
			walk(f.Elem(), depth+1)
		}
	}
}

func main() {
	p := &Params{1.5, "p", []int{1, 2}, &Params{}, 3}
	fmt.Println(set(p, "Gain", 2.5), set(p, "Label", "q"), p)
	fmt.Println(set(p, "Gain", 3))
	fmt.Println(set(p, "priv", 3))
	fmt.Println(set(*p.Sub, "Gain", 1.0))
	walk(reflect.ValueOf(*p), 0)
	fmt.Println()
	v := reflect.ValueOf(p)
	out := v.MethodByName("Scale").Call([]reflect.Value{reflect.ValueOf(2.0), reflect.ValueOf("a"), reflect.ValueOf("b")})
	fmt.Println(out[0].Float(), out[1].IsNil(), p.Label)
	out = v.Method(0).Call([]reflect.Value{reflect.ValueOf(-1.0)})
	fmt.Println(out[1].Interface(), v.Elem().NumMethod(), v.NumMethod())
	e := v.Elem()
	e.Field(2).Index(0).SetInt(100)
	e.Field(2).Set(reflect.Append(e.Field(2), reflect.ValueOf(7)))
	fmt.Println(p.Taps, e.CanSet(), reflect.ValueOf(*p).CanSet(), e.Field(4).CanInterface(), e.Field(4).Int())
	m := reflect.ValueOf(map[string]Params{"a": {Gain: 1}, "b": {Gain: 2}})
	keys := m.MapKeys()
	sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
	for _, k := range keys {
		fmt.Print(k, m.MapIndex(k).Field(0), " ")
	}
	m.SetMapIndex(reflect.ValueOf("c"), reflect.ValueOf(Params{Label: "new"}))
	fmt.Println(m.Len(), m.Interface().(map[string]Params)["c"])
	add := reflect.MakeFunc(reflect.TypeFor[Op](), func(args []reflect.Value) []reflect.Value {
		return []reflect.Value{reflect.ValueOf(int(args[0].Int() + args[1].Int()))}
	})
	fmt.Println(add.Interface().(Op)(3, 4), reflect.ValueOf(Op(func(a, b int) int { return a * b })).Call([]reflect.Value{reflect.ValueOf(3), reflect.ValueOf(4)})[0])
	n := reflect.New(reflect.TypeFor[Params]())
	n.Elem().FieldByName("Label").SetString("made")
	fmt.Println(n.Interface(), n.Elem().Interface().(Params).Gain, reflect.Zero(reflect.TypeFor[Params]()).IsZero())
	a, b := Params{Taps: []int{1}, Sub: &Params{Gain: 1}}, Params{Taps: []int{1}, Sub: &Params{Gain: 1}}
	fmt.Println(reflect.DeepEqual(a, b), reflect.DeepEqual(a, &b), reflect.DeepEqual([]int(nil), []int{}), reflect.DeepEqual(map[string][]Params{"x": {a}}, map[string][]Params{"x": {b}}))
	s := reflect.MakeSlice(reflect.TypeFor[[]Params](), 2, 4)
	s.Index(1).Field(0).SetFloat(9)
	fmt.Println(s.Interface().([]Params)[1].Gain, s.Len(), s.Cap())
	swap := reflect.Swapper(p.Taps)
	swap(0, 2)
	fmt.Println(p.Taps, reflect.Indirect(v).Type(), reflect.ValueOf(3).Convert(reflect.TypeFor[float64]()))
}
