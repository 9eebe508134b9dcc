package rtype

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"iter"
	"reflect"
	"sync"
	"testing"
	"time"
	"unsafe"
)

// compiledTypes are those that twins_test.go takes from compiled packages.
var compiledTypes = map[string]reflect.Type{
	"fmt.Stringer":    reflect.TypeFor[fmt.Stringer](),
	"fmt.State":       reflect.TypeFor[fmt.State](),
	"io.Reader":       reflect.TypeFor[io.Reader](),
	"go/types.Object": reflect.TypeFor[types.Object](),
	"sync.Mutex":      reflect.TypeFor[sync.Mutex](),
	"sync.Locker":     reflect.TypeFor[sync.Locker](),
	"time.Duration":   reflect.TypeFor[time.Duration](),
	"time.Time":       reflect.TypeFor[time.Time](),
	"time.Location":   reflect.TypeFor[time.Location](),
	"time.Month":      reflect.TypeFor[time.Month](),
	"time.Weekday":    reflect.TypeFor[time.Weekday](),
}

var _ iter.Seq[string]

// twinScope is the checked text of twins_test.go.
var twinScope = sync.OnceValue(func() *types.Package {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "twins_test.go", nil, parser.SkipObjectResolution)
	if err != nil {
		panic(err)
	}
	conf := types.Config{Importer: importer.Default()}
	pkg, err := conf.Check(reflect.TypeFor[all]().PkgPath(), fset, []*ast.File{f}, nil)
	if err != nil {
		panic(err)
	}
	return pkg
})

// A twinning makes types whose methods run the compiled twins' code.
type twinning struct {
	*Types
	twin  map[reflect.Type]reflect.Type // of a made type
	calls int
}

func newTwinning() *twinning {
	w := &twinning{twin: map[reflect.Type]reflect.Type{}}
	w.Types = New(Config{
		Named: func(obj *types.TypeName) (reflect.Type, bool) {
			rt, ok := compiledTypes[obj.Pkg().Path()+"."+obj.Name()]
			return rt, ok
		},
		Method: w.method,
	})
	w.session = func(pkg *types.Package) bool { return pkg == twinScope() }
	return w
}

func (w *twinning) method(recv types.Type, sel *types.Selection) func([]reflect.Value) []reflect.Value {
	made := w.Of(recv)
	twin, ok := w.twin[made]
	if !ok {
		panic(fmt.Sprintf("no twin of %s", made))
	}
	return func(args []reflect.Value) []reflect.Value {
		w.calls++
		if args[0].Type() != made {
			panic(fmt.Sprintf("%s called with %s", sel, args[0].Type()))
		}
		fn := as(args[0], twin).MethodByName(sel.Obj().Name())
		in := args[1:]
		for i := range in {
			in[i] = as(in[i], fn.Type().In(i))
		}
		var out []reflect.Value
		if fn.Type().IsVariadic() {
			out = fn.CallSlice(in)
		} else {
			out = fn.Call(in)
		}
		m, _ := made.MethodByName(sel.Obj().Name())
		for i := range out {
			out[i] = as(out[i], m.Type.Out(i))
		}
		return out
	}
}

// as is a value's memory as another type.
func as(v reflect.Value, rt reflect.Type) reflect.Value {
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return reflect.NewAt(rt, p.UnsafePointer()).Elem()
}

// made makes a type of twins_test.go and notes the twins of it and its parts.
func (w *twinning) made(t testing.TB, name string, twin reflect.Type) reflect.Type {
	rt := w.Of(twinScope().Scope().Lookup(name).Type())
	w.compare(t, name, rt, twin)
	return rt
}

// compare holds a made type against its twin, and their parts.
func (w *twinning) compare(t testing.TB, path string, made, twin reflect.Type) {
	if _, ok := w.twin[made]; ok {
		return
	}
	w.twin[made] = twin
	if made == twin {
		return
	}
	check := func(what string, a, b any) {
		t.Helper()
		if a != b {
			t.Errorf("%s (%s): %s is %v, compiled %v", path, twin, what, a, b)
		}
	}
	check("String", made.String(), twin.String())
	check("Name", made.Name(), twin.Name())
	check("PkgPath", made.PkgPath(), twin.PkgPath())
	check("Kind", made.Kind(), twin.Kind())
	check("Size", made.Size(), twin.Size())
	check("Align", made.Align(), twin.Align())
	check("FieldAlign", made.FieldAlign(), twin.FieldAlign())
	check("Comparable", made.Comparable(), twin.Comparable())
	check("NumMethod", made.NumMethod(), twin.NumMethod())
	a, b := recordOf(made), recordOf(twin)
	check("ptrBytes", a.ptrBytes, b.ptrBytes)
	flags := uint8(flagOnDemand | flagDirect | flagNamed)
	if made.Name() != "" { // reflect sets flagRegular less often
		flags |= flagRegular
	}
	check("flags", a.flags&flags, b.flags&flags)
	checkMask(t, path, a, b)
	if a.flags&flagUncommon != 0 && b.flags&flagUncommon != 0 {
		check("methods with unexported ones", a.uncommon().count, b.uncommon().count)
	} else if made.Name() != "" || made.NumMethod() > 0 && made.Kind() != reflect.Interface {
		check("has uncommon data", a.flags&flagUncommon, b.flags&flagUncommon)
	}
	if made.Kind() != twin.Kind() || made.NumMethod() != twin.NumMethod() {
		return
	}
	for i := range made.NumMethod() {
		m, n := made.Method(i), twin.Method(i)
		check("method name", m.Name, n.Name)
		check("method package", m.PkgPath, n.PkgPath)
		w.compare(t, path+"."+n.Name, m.Type, n.Type)
	}
	if made.Name() != "" && made.Kind() != reflect.Interface {
		w.compare(t, "*"+path, reflect.PointerTo(made), reflect.PointerTo(twin))
	}
	switch made.Kind() {
	case reflect.Map:
		w.compare(t, path+" key", made.Key(), twin.Key())
		w.compare(t, path+" elem", made.Elem(), twin.Elem())
		a, b := *(*mapRecord)(unsafe.Pointer(a)), *(*mapRecord)(unsafe.Pointer(b))
		check("map layout", [4]uintptr{a.groupSize, a.slotSize, a.elemOff, uintptr(a.flags)}, [4]uintptr{b.groupSize, b.slotSize, b.elemOff, uintptr(b.flags)})
	case reflect.Array:
		check("Len", made.Len(), twin.Len())
		w.compare(t, path+" elem", made.Elem(), twin.Elem())
		w.compare(t, path+" slice", (*arrayRecord)(unsafe.Pointer(a)).slice.asType(), (*arrayRecord)(unsafe.Pointer(b)).slice.asType())
	case reflect.Chan:
		check("ChanDir", made.ChanDir(), twin.ChanDir())
		w.compare(t, path+" elem", made.Elem(), twin.Elem())
	case reflect.Pointer, reflect.Slice:
		w.compare(t, path+" elem", made.Elem(), twin.Elem())
	case reflect.Func:
		check("IsVariadic", made.IsVariadic(), twin.IsVariadic())
		check("NumIn", made.NumIn(), twin.NumIn())
		check("NumOut", made.NumOut(), twin.NumOut())
		for i := range made.NumIn() {
			w.compare(t, fmt.Sprint(path, " in ", i), made.In(i), twin.In(i))
		}
		for i := range made.NumOut() {
			w.compare(t, fmt.Sprint(path, " out ", i), made.Out(i), twin.Out(i))
		}
	case reflect.Struct:
		check("NumField", made.NumField(), twin.NumField())
		for i := range made.NumField() {
			f, g := made.Field(i), twin.Field(i)
			path := path + "." + g.Name
			check("field name", f.Name, g.Name)
			check("field package", f.PkgPath, g.PkgPath)
			check("Tag", f.Tag, g.Tag)
			check("Offset", f.Offset, g.Offset)
			check("Anonymous", f.Anonymous, g.Anonymous)
			w.compare(t, path, f.Type, g.Type)
		}
	}
}

// checkMask holds pointer masks against each other. Package reflect marks both
// words of an interface, the compiler only the second: its types never move
// and never die.
func checkMask(t testing.TB, path string, made, twin *record) {
	a, b := maskOf(made), maskOf(twin)
	ok := len(a) == len(b)
	for i := 0; ok && i < len(a); i++ {
		ok = a[i] == b[i] || a[i] == '1' && b[i+1:] != "" && b[i+1] == '1'
	}
	if !ok {
		t.Errorf("%s: mask is %s, compiled %s", path, a, b)
	}
}

// maskOf is the pointer mask of a type as text, "" if the runtime makes it
// when it is asked for.
func maskOf(r *record) string {
	mask := []byte{}
	if r.flags&flagOnDemand == 0 {
		for i := range r.ptrBytes / unsafe.Sizeof(uintptr(0)) {
			b := *(*byte)(unsafe.Add(unsafe.Pointer(r.mask), i/8))
			mask = append(mask, '0'+b>>(i%8)&1)
		}
	}
	return string(mask)
}

func TestTwins(t *testing.T) {
	w := newTwinning()
	rt := w.made(t, "all", reflect.TypeFor[all]())
	if rt == reflect.TypeFor[all]() {
		t.Fatal("the type is the compiled one")
	}
	n := 0
	for made, twin := range w.twin {
		if made != twin {
			n++
		}
	}
	t.Logf("%d made types of %d", n, len(w.twin))
	if n < 150 {
		t.Errorf("only %d types were made", n)
	}
}
