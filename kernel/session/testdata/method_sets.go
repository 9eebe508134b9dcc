// Which types satisfy an interface: value and pointer receivers, embedded
// values and pointers, addressable variables, elements and fields.
package main

import "fmt"

type reader interface{ Read() string }
type writer interface{ Write(string) }
type both interface {
	reader
	writer
}

type disk struct{ data string }

func (d disk) Read() string    { return "disk:" + d.data }
func (d *disk) Write(s string) { d.data = s }

type byValue struct{ disk }
type byPointer struct{ *disk }

type overriding struct{ *disk }

func (o overriding) Read() string { return "over(" + o.disk.Read() + ")" }

func what(v any) string {
	_, r := v.(reader)
	_, w := v.(writer)
	_, b := v.(both)
	return fmt.Sprint(r, w, b)
}

func main() {
	d := disk{}
	fmt.Println(what(d), what(&d))
	fmt.Println(what(byValue{}), what(&byValue{}))
	fmt.Println(what(byPointer{&d}), what(&byPointer{&d}))
	fmt.Println(what(overriding{&d}), what(3))
	v := byValue{}
	v.Write("addressable")
	fmt.Println(v.Read())
	p := byPointer{&disk{}}
	q := p
	q.Write("shared")
	fmt.Println(p.Read(), overriding{p.disk}.Read())
	ds := []disk{{"a"}, {"b"}}
	ds[1].Write("element")
	arr := [1]disk{}
	arr[0].Write("array")
	st := struct{ d disk }{}
	st.d.Write("field")
	fmt.Println(ds, arr, st)
	for _, d := range ds {
		d.Write("copy")
	}
	for i := range ds {
		var w writer = &ds[i]
		w.Write(fmt.Sprint("via", i))
	}
	fmt.Println(ds)
	m := map[string]*disk{"k": {"old"}}
	m["k"].Write("map")
	fmt.Println(m["k"].Read())
	var b both = &d
	b.Write("through")
	c := b
	c.Write("alias")
	fmt.Println(b.Read(), d.data)
	var r reader = d
	d.data = "changed"
	fmt.Println(r.Read(), b.Read())
	_, ok := r.(writer)
	_, ok2 := b.(reader)
	fmt.Println(ok, ok2)
}
