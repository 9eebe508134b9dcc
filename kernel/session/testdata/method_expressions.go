// Method expressions of types, pointer types, interfaces, embedded and generic
// types: functions whose first parameter is the receiver.
package main

import (
	"fmt"
	"sort"
	"strings"
	"time"
)

type vec struct{ x, y float64 }

func (v vec) Add(w vec) vec                 { return vec{v.x + w.x, v.y + w.y} }
func (v vec) Scale(k float64) vec           { return vec{v.x * k, v.y * k} }
func (v *vec) Set(x, y float64)             { v.x, v.y = x, y }
func (v vec) Log(f string, a ...any) string { return fmt.Sprintf(f, a...) + fmt.Sprint(v) }

type adder interface{ Add(vec) vec }

type point struct {
	vec
	label string
}

func apply[T any](x T, fs ...func(T) T) T {
	for _, f := range fs {
		x = f(x)
	}
	return x
}

func bind[T, A, R any](f func(T, A) R, a A) func(T) R { return func(t T) R { return f(t, a) } }

type byLen []string

func (b byLen) Len() int           { return len(b) }
func (b byLen) Less(i, j int) bool { return len(b[i]) < len(b[j]) }
func (b byLen) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

func main() {
	add := vec.Add
	fmt.Println(add(vec{1, 2}, vec{3, 4}))
	set := (*vec).Set
	v := vec{}
	set(&v, 5, 6)
	fmt.Println(v, (*vec).Add(&v, v))
	fmt.Println(adder.Add(v, vec{1, 1}), adder.Add(&v, vec{2, 2}), adder.Add(point{v, "p"}, v))
	p := point{vec{1, 1}, "p"}
	fmt.Println(point.Scale(p, 3), (*point).Scale(&p, 4))
	(*point).Set(&p, 8, 9)
	fmt.Println(p)
	fmt.Println(vec.Log(v, "%d-%s ", 3, "x"))
	fmt.Println(apply(vec{1, 2}, bind(vec.Scale, 2), bind(vec.Add, vec{10, 10})))
	words := []string{"ccc", "a", "bb"}
	sort.Sort(byLen(words))
	fmt.Println(words, byLen.Len(words))
	table := map[string]func(vec, vec) vec{"add": vec.Add, "first": func(a, _ vec) vec { return a }}
	fmt.Println(table["add"](v, v), table["first"](v, vec{}))
	f := strings.Builder{}
	write := (*strings.Builder).WriteString
	write(&f, "abc")
	fmt.Println(f.String(), time.Duration.Seconds(1500*time.Millisecond))
	fmt.Printf("%T %T %T\n", vec.Add, (*vec).Set, adder.Add)
	fmt.Println(fmt.Stringer.String(time.Duration(90) * time.Second))
}
