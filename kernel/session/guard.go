package session

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"text/template"

	"gonum.org/v1/gonum/mat"

	"github.com/neurorepl/neurorepl/kernel/vm"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// guards replaces compiled functions that end the process for some arguments:
// they allocate what there is not, follow a value that contains itself without
// an end, or change limits of the runtime.
func guards(out map[string]reflect.Value, w *world) {
	reserve := func(n, size int) { w.machine.Reserve(n, size) }
	for name, f := range map[string]any{
		// What is asked of them is more than there can be.
		"strings.Repeat":          func(s string, n int) string { reserve(n, len(s)); return strings.Repeat(s, n) },
		"bytes.Repeat":            func(b []byte, n int) []byte { reserve(n, len(b)); return bytes.Repeat(b, n) },
		"(*strings.Builder).Grow": func(b *strings.Builder, n int) { reserve(n, 1); b.Grow(n) },
		"(*bytes.Buffer).Grow":    func(b *bytes.Buffer, n int) { reserve(n, 1); b.Grow(n) },
		"reflect.MakeSlice": func(t reflect.Type, n, c int) reflect.Value {
			if t.Kind() == reflect.Slice {
				reserve(c, int(t.Elem().Size()))
			}
			return reflect.MakeSlice(t, n, c)
		},
		"reflect.MakeChan": func(t reflect.Type, n int) reflect.Value {
			if t.Kind() == reflect.Chan {
				reserve(n, int(t.Elem().Size()))
			}
			return reflect.MakeChan(t, n)
		},
		"reflect.MakeMapWithSize": func(t reflect.Type, n int) reflect.Value {
			reserve(n, 16)
			return reflect.MakeMapWithSize(t, n)
		},
		"reflect.New": func(t reflect.Type) reflect.Value {
			if t != nil {
				reserve(1, int(t.Size()))
			}
			return reflect.New(t)
		},

		// They go round and round in what contains itself.
		"fmt.Sprint":   func(a ...any) string { defer w.reading(a)(); return fmt.Sprint(a...) },
		"fmt.Sprintf":  func(f string, a ...any) string { defer w.reading(a)(); return fmt.Sprintf(f, a...) },
		"fmt.Sprintln": func(a ...any) string { defer w.reading(a)(); return fmt.Sprintln(a...) },
		"fmt.Fprint":   func(to io.Writer, a ...any) (int, error) { defer w.reading(a)(); return fmt.Fprint(to, a...) },
		"fmt.Fprintf": func(to io.Writer, f string, a ...any) (int, error) {
			defer w.reading(a)()
			return fmt.Fprintf(to, f, a...)
		},
		"fmt.Fprintln": func(to io.Writer, a ...any) (int, error) { defer w.reading(a)(); return fmt.Fprintln(to, a...) },
		"fmt.Errorf":   func(f string, a ...any) error { defer w.reading(a)(); return fmt.Errorf(f, a...) },
		"fmt.Append":   func(b []byte, a ...any) []byte { defer w.reading(a)(); return fmt.Append(b, a...) },
		"fmt.Appendf":  func(b []byte, f string, a ...any) []byte { defer w.reading(a)(); return fmt.Appendf(b, f, a...) },
		"fmt.Appendln": func(b []byte, a ...any) []byte { defer w.reading(a)(); return fmt.Appendln(b, a...) },
		"encoding/xml.Marshal": func(v any) ([]byte, error) {
			if selfContained(true, v) {
				return nil, fmt.Errorf("xml: a %T that contains itself has no end", v)
			}
			return xml.Marshal(v)
		},
		"encoding/xml.MarshalIndent": func(v any, prefix, indent string) ([]byte, error) {
			if selfContained(true, v) {
				return nil, fmt.Errorf("xml: a %T that contains itself has no end", v)
			}
			return xml.MarshalIndent(v, prefix, indent)
		},
		"(*encoding/xml.Encoder).Encode": func(e *xml.Encoder, v any) error {
			if selfContained(true, v) {
				return fmt.Errorf("xml: a %T that contains itself has no end", v)
			}
			return e.Encode(v)
		},
		"(*encoding/gob.Encoder).Encode": func(e *gob.Encoder, v any) error {
			if selfContained(true, v) {
				return fmt.Errorf("gob: a %T that contains itself has no end", v)
			}
			defer w.machine.Reading(v)()
			return e.Encode(v)
		},

		// They look into maps.
		"encoding/json.Marshal": func(v any) ([]byte, error) { defer w.machine.Reading(v)(); return json.Marshal(v) },
		"encoding/json.MarshalIndent": func(v any, prefix, indent string) ([]byte, error) {
			defer w.machine.Reading(v)()
			return json.MarshalIndent(v, prefix, indent)
		},
		"(*encoding/json.Encoder).Encode": func(e *json.Encoder, v any) error { defer w.machine.Reading(v)(); return e.Encode(v) },
		"reflect.DeepEqual":               func(a, b any) bool { defer w.machine.Reading(a, b)(); return reflect.DeepEqual(a, b) },
		"(*text/template.Template).Execute": func(t *template.Template, to io.Writer, v any) error {
			defer w.machine.Reading(v)()
			return t.Execute(to, v)
		},
		"github.com/neurorepl/neurorepl/neuro/display.Show": func(a ...any) { defer w.machine.Reading(a...)(); display.Show(a...) },

		// They belong to the process.
		"runtime.SetFinalizer":          setFinalizer,
		"runtime/debug.SetMaxStack":     func(int) int { return 1_000_000_000 },
		"runtime/debug.SetMaxThreads":   func(int) int { return 10_000 },
		"runtime/debug.SetPanicOnFault": func(bool) bool { return true },
	} {
		out[name] = reflect.ValueOf(f)
	}
	matrix := func(name string, f any, n func(a []reflect.Value) int) {
		v := reflect.ValueOf(f)
		out["gonum.org/v1/gonum/mat."+name] = reflect.MakeFunc(v.Type(), func(a []reflect.Value) []reflect.Value {
			if a[len(a)-1].IsNil() { // the data; it is made
				reserve(n(a), 8)
			}
			return v.Call(a)
		})
	}
	product := func(a []reflect.Value) int {
		r, c := a[0].Int(), a[1].Int()
		if r > 0 && c > 1<<40/r {
			return 1 << 50
		}
		return int(r * c)
	}
	square := func(a []reflect.Value) int { return product([]reflect.Value{a[0], a[0]}) }
	matrix("NewDense", mat.NewDense, product)
	matrix("NewCDense", mat.NewCDense, product)
	matrix("NewSymDense", mat.NewSymDense, square)
	matrix("NewTriDense", mat.NewTriDense, square)
	matrix("NewVecDense", mat.NewVecDense, func(a []reflect.Value) int { return int(a[0].Int()) })
	matrix("NewDiagDense", mat.NewDiagDense, func(a []reflect.Value) int { return int(a[0].Int()) })
}

// setFinalizer is runtime.SetFinalizer, which ends the process for wrong
// arguments. The finalizer runs in a goroutine of its own: a panic in it ends
// that, not the runtime's only one.
func setFinalizer(obj, finalizer any) {
	p := reflect.ValueOf(obj)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		panic(vm.Fatal(fmt.Sprintf("runtime.SetFinalizer: first argument is %T, not a pointer", obj)))
	}
	if finalizer == nil {
		runtime.SetFinalizer(obj, nil)
		return
	}
	f := reflect.ValueOf(finalizer)
	if f.Kind() != reflect.Func || f.IsNil() || f.Type().NumIn() != 1 || f.Type().IsVariadic() || !p.Type().AssignableTo(f.Type().In(0)) {
		panic(vm.Fatal(fmt.Sprintf("runtime.SetFinalizer: cannot pass %T to finalizer %T", obj, finalizer)))
	}
	runtime.SetFinalizer(obj, nil) // a second one ends the process, too
	apart := reflect.FuncOf([]reflect.Type{p.Type()}, nil, false)
	runtime.SetFinalizer(obj, reflect.MakeFunc(apart, func(a []reflect.Value) []reflect.Value {
		go f.Call(a)
		return nil
	}).Interface())
}

// reading begins a print of some arguments, and returns what ends it. Those that
// contain themselves, which fmt would follow until the process ends, are a panic.
func (w *world) reading(a []any) (done func()) {
	done = w.machine.Reading(a...)
	for _, v := range a {
		if selfContained(false, v) {
			done()
			panic(fmt.Errorf("fmt: a %T that contains itself has no end", v))
		}
	}
	return done
}

// deepest is how far down values go before they are taken to have no end.
const deepest = 1000

// selfContained tells whether a walk over a value has no end: through slices,
// maps and interfaces, and with pointers through those, too.
func selfContained(pointers bool, v any) bool {
	if v == nil {
		return false
	}
	t := reflect.TypeOf(v)
	return mayReturn(t, pointers) && endless(reflect.ValueOf(v), pointers, deepest)
}

func endless(v reflect.Value, pointers bool, left int) bool {
	if left == 0 {
		return true
	}
	switch v.Kind() {
	case reflect.Interface:
		return !v.IsNil() && mayReturn(v.Elem().Type(), pointers) && endless(v.Elem(), pointers, left-1)
	case reflect.Pointer:
		// At the top fmt looks through a pointer, too.
		return !v.IsNil() && (pointers || left == deepest) && endless(v.Elem(), pointers, left-1)
	case reflect.Slice, reflect.Array:
		if !mayReturn(v.Type().Elem(), pointers) {
			return false
		}
		for i := range v.Len() {
			if endless(v.Index(i), pointers, left-1) {
				return true
			}
		}
	case reflect.Map:
		if !mayReturn(v.Type().Elem(), pointers) {
			return false
		}
		for it := v.MapRange(); it.Next(); {
			if endless(it.Value(), pointers, left-1) {
				return true
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if mayReturn(v.Type().Field(i).Type, pointers) && endless(v.Field(i), pointers, left-1) {
				return true
			}
		}
	}
	return false
}

// returning remembers of types whether a value can contain itself.
var returning [2]sync.Map

// mayReturn tells whether a value of a type can contain one of the same type: it
// reaches an interface, or itself.
func mayReturn(t reflect.Type, pointers bool) bool {
	switch k := t.Kind(); {
	case k <= reflect.Complex128 || k == reflect.String:
		return false
	case k == reflect.Interface:
		return true
	}
	known := &returning[0]
	if pointers {
		known = &returning[1]
	}
	if may, ok := known.Load(t); ok {
		return may.(bool)
	}
	may := reaches(t, pointers, map[reflect.Type]bool{})
	known.Store(t, may)
	return may
}

func reaches(t reflect.Type, pointers bool, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return true
	}
	seen[t] = true
	defer delete(seen, t)
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return reaches(t.Elem(), pointers, seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if reaches(t.Field(i).Type, pointers, seen) {
				return true
			}
		}
	}
	return false
}
