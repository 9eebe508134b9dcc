package rtype

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/types"
	"io"
	"reflect"
	"runtime"
	"sort"
	"strings"
	"sync"
	"testing"
)

func TestCheck(t *testing.T) {
	if err := Check(); err != nil {
		t.Fatal(err)
	}
}

// both returns a compiled value as one of the made type.
func (w *twinning) both(t testing.TB, name string, twin any) (made, compiled reflect.Value) {
	v := reflect.ValueOf(twin)
	rt := w.made(t, name, v.Type())
	return as(v, rt), v
}

func TestFormatsAsCompiled(t *testing.T) {
	w := newTwinning()
	one := 1
	c := Celsius(3)
	values := map[string]any{
		"Celsius": Celsius(36.6),
		"Small":   Small(3),
		"Text":    Text("x"),
		"Bytes":   Bytes("ab"),
		"Cplx":    Cplx(1 + 2i),
		"Point":   Point{1, 2},
		"Padded":  Padded{1, 2, 3},
		"Blank":   Blank{A: 1, B: "x"},
		"EndZero": EndZero{A: 2},
		"Person":  Person{Name: "Ann", Age: 3, private: map[string]int{"a": 1}},
		"List":    List{nil, List{}},
		"Tree":    Tree{"a": nil, "b": Tree{}},
		"ArrS":    ArrS{"a", "b"},
		"Empty":   Empty{},
		"MyErr":   MyErr{3},
		"ByAge":   ByAge{{Age: 3}, {Age: 1}},
		"Mid":     Mid{Label: "l"},
		"Boxed":   Boxed{c},
		"Key":     Key{f: 1, s: "s", i: 2.5},
		"Word1":   Word1{},
		"ArrP":    ArrP{},
		"Top":     Top{Celsius: 2, error: io.EOF, Mid: Mid{Base: &Base{7}}},
	}
	for name, twin := range values {
		made, compiled := w.both(t, name, twin)
		for _, verb := range []string{"%v", "%+v", "%#v", "%T", "%d", "%s", "%q", "%x"} {
			a, b := fmt.Sprintf(verb, made.Interface()), fmt.Sprintf(verb, compiled.Interface())
			if name == "Top" && verb != "%T" && verb != "%#v" {
				continue // holds addresses
			}
			if i := strings.Index(a, "0x"); name == "Top" && i > 0 {
				a, b = a[:i], b[:i]
			}
			if a != b {
				t.Errorf("%s of %s: %s, compiled %s", verb, name, a, b)
			}
		}
	}
	// By pointers, and in what contains them.
	for name, twin := range map[string]any{"Celsius": &c, "Point": &Point{1, 2}, "PtrErr": &PtrErr{4}, "Word1": &Word1{&one}} {
		v := reflect.ValueOf(twin)
		rt := w.made(t, name, v.Type().Elem())
		made := reflect.NewAt(rt, v.UnsafePointer())
		slice := reflect.Append(reflect.MakeSlice(reflect.SliceOf(made.Type()), 0, 1), made)
		if name == "Word1" {
			if a, b := made.MethodByName("Get").Call(nil)[0].Int(), int64(1); a != b {
				t.Errorf("Get of a pointer-shaped struct by pointer: %d", a)
			}
			continue
		}
		if a, b := fmt.Sprint(made.Interface(), made.Elem().Interface()), fmt.Sprint(twin, v.Elem().Interface()); a != b {
			t.Errorf("%s by pointer: %s, compiled %s", name, a, b)
		}
		if a := fmt.Sprintf("%T", slice.Interface()); a != "[]*rtype."+name {
			t.Errorf("slice of pointers: %s", a)
		}
	}
}

func TestCallsReachTheirMethods(t *testing.T) {
	w := newTwinning()
	one := 42
	made, _ := w.both(t, "Word1", Word1{&one})
	getter := made.Interface().(interface{ Get() int })
	if getter.Get() != 42 {
		t.Error("pointer-shaped struct")
	}
	made, _ = w.both(t, "ArrP", ArrP{&one})
	if made.Interface().(interface{ Get() int }).Get() != 42 {
		t.Error("pointer-shaped array")
	}
	if out := made.Type().Method(0).Func.Call([]reflect.Value{made})[0].Int(); out != 42 {
		t.Error("method expression of a pointer-shaped array")
	}
	made, _ = w.both(t, "Func", Func(func(f Func) Func { return f }))
	if made.Interface().(interface{ Apply() string }).Apply() != "applied" {
		t.Error("function")
	}
	made, _ = w.both(t, "Chan", make(Chan, 3))
	if made.Interface().(interface{ Cap() int }).Cap() != 3 {
		t.Error("channel")
	}
	made, _ = w.both(t, "Tree", Tree{"a": nil})
	if made.Interface().(interface{ Size() int }).Size() != 1 {
		t.Error("map")
	}

	// Many arguments, in registers and on the stack.
	made, compiled := w.both(t, "Point", Point{1, 2})
	rest := func(rt reflect.Type) reflect.Value {
		s := reflect.MakeSlice(reflect.SliceOf(rt), 20, 20)
		for i := range 20 {
			s.Index(i).Field(0).SetFloat(float64(i))
		}
		return s
	}
	args := func(rt reflect.Type) []reflect.Value {
		return []reflect.Value{reflect.ValueOf(1), reflect.ValueOf("s"), reflect.ValueOf(2.5), reflect.ValueOf(io.EOF), rest(rt)}
	}
	a := made.MethodByName("Many").CallSlice(args(made.Type()))
	b := compiled.MethodByName("Many").CallSlice(args(compiled.Type()))
	if fmt.Sprint(a[0], a[1], a[2]) != fmt.Sprint(b[0], b[1], b[2]) {
		t.Errorf("Many returned %v, compiled %v", a, b)
	}
	m, _ := made.Type().MethodByName("Many")
	a = m.Func.CallSlice(append([]reflect.Value{made}, args(made.Type())...))
	if fmt.Sprint(a[0], a[1], a[2]) != fmt.Sprint(b[0], b[1], b[2]) {
		t.Errorf("Many as a function returned %v, compiled %v", a, b)
	}

	// A method changes its receiver, a value method a copy.
	p := reflect.New(made.Type())
	p.Elem().Field(0).SetFloat(2)
	p.Interface().(interface{ Scale(float64) }).Scale(4)
	if x := p.Elem().Field(0).Float(); x != 8 {
		t.Errorf("a scaled point has X %g, want 8", x)
	}
	if w.calls == 0 {
		t.Error("no method was implemented by the configuration")
	}
}

func TestPromotedMethods(t *testing.T) {
	w := newTwinning()
	made, _ := w.both(t, "Mid", Mid{Base: &Base{1}})
	made.Interface().(interface{ SetID(int) }).SetID(5)
	if id := made.Interface().(interface{ GetID() int }).GetID(); id != 5 {
		t.Errorf("ID by the embedded pointer is %d, want 5", id)
	}
	top := reflect.New(w.made(t, "Top", reflect.TypeFor[Top]()))
	locker := top.Interface().(interface {
		sync.Locker
		TryLock() bool
	})
	locker.Lock()
	if locker.TryLock() {
		t.Error("the embedded mutex is not locked")
	}
	locker.Unlock()

	scope := types.NewScope(nil, 0, 0, "")
	v := reflect.New(w.made(t, "Wrap", reflect.TypeFor[Wrap]()))
	v.Elem().Field(1).Set(reflect.ValueOf(types.Object(types.NewVar(0, nil, "x", types.Typ[types.Int]))))
	wrapped := v.Interface().(types.Object)
	scope.Insert(wrapped) // calls setParent, which is go/types' own
	if wrapped.Parent() != scope || scope.Lookup("x") != wrapped {
		t.Error("an embedded types.Object lost its unexported methods")
	}
	v = reflect.Zero(v.Type())
	func() {
		defer func() {
			if _, ok := recover().(runtime.Error); !ok {
				t.Error("a promoted method of nil does not panic as Go does")
			}
		}()
		scope.Insert(reflect.New(v.Type().Elem()).Interface().(types.Object))
	}()
}

func TestJSON(t *testing.T) {
	w := newTwinning()
	for name, twin := range map[string]any{
		"Person": Person{Name: "Ann", Age: 3, Next: &Person{Name: "Bob"}},
		"ByAge":  ByAge{{Age: 3}},
		"Bytes":  Bytes("xyz"),
		"Mid":    Mid{&Base{3}, "m"},
		"Point":  Point{1, 2},
	} {
		made, compiled := w.both(t, name, twin)
		a, err := json.Marshal(made.Interface())
		b, _ := json.Marshal(compiled.Interface())
		if err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: %s (%v), compiled %s", name, a, err, b)
		}
		back, twinBack := reflect.New(made.Type()), reflect.New(compiled.Type())
		errA, errB := json.Unmarshal(a, back.Interface()), json.Unmarshal(a, twinBack.Interface())
		if fmt.Sprint(errA) != fmt.Sprint(errB) || !reflect.DeepEqual(as(back.Elem(), compiled.Type()).Interface(), twinBack.Elem().Interface()) {
			t.Errorf("%s back: %+v (%v), compiled %+v (%v)", name, back.Elem(), errA, twinBack.Elem(), errB)
		}
	}
}

func TestErrorsSort(t *testing.T) {
	w := newTwinning()
	made, _ := w.both(t, "MyErr", MyErr{3})
	err := fmt.Errorf("around: %w", made.Interface().(error))
	target := reflect.New(made.Type())
	if !errors.As(err, target.Interface()) || target.Elem().Field(0).Int() != 3 {
		t.Error("errors.As does not find the error")
	}
	other := reflect.New(w.made(t, "Empty", reflect.TypeFor[Empty]()))
	if errors.As(err, other.Interface()) {
		t.Error("errors.As finds an error of another type")
	}
	p := reflect.New(w.made(t, "PtrErr", reflect.TypeFor[PtrErr]())).Interface().(error)
	if !errors.Is(p, io.EOF) || errors.Is(p, io.ErrUnexpectedEOF) {
		t.Error("errors.Is does not ask the method Is")
	}
	made, _ = w.both(t, "ByAge", ByAge{{Age: 3}, {Age: 1}, {Age: 2}})
	sort.Sort(made.Interface().(sort.Interface))
	for i := range 3 {
		if made.Index(i).Field(1).Int() != int64(i+1) {
			t.Errorf("sorted: %v", made)
		}
	}
}

func TestKeysAndComparison(t *testing.T) {
	w := newTwinning()
	for _, c := range []struct {
		name string
		a, b any
	}{
		{"Point", Point{1, 2}, Point{1, 3}},
		{"Padded", Padded{1, 2, 3}, Padded{1, 2, 4}},
		{"Blank", Blank{A: 1, B: "x"}, Blank{A: 1, B: "y"}},
		{"Key", Key{s: "a", i: 1, d: [2]interface{ Error() string }{io.EOF}}, Key{s: "a", i: 1.0}},
		{"ArrS", ArrS{"a", "b"}, ArrS{"a", "c"}},
		{"Text", Text("a"), Text("b")},
		{"Celsius", Celsius(1), Celsius(2)},
		{"Empty", Empty{}, nil},
		{"Huge", Huge{q: 1}, Huge{q: 2}},
		{"Word1", Word1{new(int)}, Word1{new(int)}},
	} {
		a, _ := w.both(t, c.name, c.a)
		again, _ := w.both(t, c.name, c.a)
		m := reflect.MakeMap(reflect.MapOf(a.Type(), reflect.TypeFor[int]()))
		m.SetMapIndex(a, reflect.ValueOf(1))
		if a.Interface() != again.Interface() || !m.MapIndex(again).IsValid() {
			t.Errorf("%s: equal values differ", c.name)
		}
		byAny := map[any]int{a.Interface(): 1}
		if byAny[again.Interface()] != 1 || byAny[c.a] != 0 {
			t.Errorf("%s as a key of map[any]int: %v", c.name, byAny)
		}
		if c.b == nil {
			continue
		}
		b, _ := w.both(t, c.name, c.b)
		if a.Interface() == b.Interface() || m.MapIndex(b).IsValid() {
			t.Errorf("%s: different values are equal", c.name)
		}
	}
	// Blank fields and padding do not count.
	x, y := Blank{A: 1}, Blank{A: 1}
	reflect.NewAt(reflect.TypeFor[[3]int](), reflect.ValueOf(&y).UnsafePointer()).Elem().Index(1).SetInt(9)
	a, _ := w.both(t, "Blank", x)
	b, _ := w.both(t, "Blank", y)
	if a.Interface() != b.Interface() {
		t.Error("a blank field is compared")
	}
	l, _ := w.both(t, "List", List{})
	defer func() {
		if got := fmt.Sprint(recover()); got != "runtime error: comparing uncomparable type rtype.List" {
			t.Errorf("comparing slices: %s", got)
		}
	}()
	_ = l.Interface() == l.Interface()
}

func TestAssertions(t *testing.T) {
	w := newTwinning()
	made, _ := w.both(t, "Celsius", Celsius(1))
	v := made.Interface()
	if _, ok := v.(Celsius); ok {
		t.Error("a made value is of the compiled type")
	}
	switch v := v.(type) {
	case float64, error, Celsius:
		t.Errorf("the type switch took %T", v)
	case fmt.Stringer:
	}
	func() {
		defer func() {
			want := "interface conversion: rtype.Celsius is not error: missing method Error"
			if got := fmt.Sprint(recover()); got != want {
				t.Errorf("a failed assertion says %q, want %q", got, want)
			}
		}()
		_ = v.(error)
	}()
	shape := w.made(t, "Shape", reflect.TypeFor[Shape]())
	if made.Type().Implements(shape) {
		t.Error("Celsius is a Shape")
	}
	stringer := w.Of(types.NewInterfaceType([]*types.Func{types.NewFunc(0, nil, "String",
		types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(types.NewVar(0, nil, "", types.Typ[types.String])), false))}, nil))
	iface := reflect.New(stringer).Elem()
	iface.Set(made)
	if got := iface.Method(0).Call(nil)[0].String(); got != "1.0 degrees" {
		t.Errorf("by a made interface: %s", got)
	}
	if stringer != reflect.TypeFor[[]interface{ String() string }]().Elem() {
		t.Errorf("%s is not the compiled type", stringer)
	}
	if src, ok := w.Source(made.Type()); !ok || src.String() != made.Type().PkgPath()+".Celsius" {
		t.Errorf("the source of %s is %v", made.Type(), src)
	}
}

func TestOfRefuses(t *testing.T) {
	w := newTwinning()
	for _, typ := range []types.Type{
		types.Typ[types.UntypedInt],
		types.NewTuple(),
		twinScope().Scope().Lookup("Stack").Type(),
		types.Universe.Lookup("comparable").Type(),
		types.NewSlice(types.NewTypeParam(types.NewTypeName(0, nil, "T", nil), types.Universe.Lookup("any").Type())),
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.HasPrefix(got, "rtype: ") {
					t.Errorf("%s: %s", typ, got)
				}
			}()
			w.Of(typ)
		}()
	}
	w.made(t, "all", reflect.TypeFor[all]()) // still works
}

func TestOfFromManyGoroutines(t *testing.T) {
	w := newTwinning()
	scope := twinScope().Scope()
	got := make([][]reflect.Type, 8)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			names := scope.Names()
			for j := range names {
				if obj := scope.Lookup(names[(i*7+j)%len(names)]); obj.Type().(*types.Named).TypeParams().Len() == 0 {
					w.Of(obj.Type())
				}
			}
			for _, name := range names {
				if obj := scope.Lookup(name); obj.Type().(*types.Named).TypeParams().Len() == 0 {
					got[i] = append(got[i], w.Of(obj.Type()))
				}
			}
		})
	}
	wg.Wait()
	for i := range got {
		if !reflect.DeepEqual(got[i], got[0]) {
			t.Fatal("goroutines got different types")
		}
	}
}
