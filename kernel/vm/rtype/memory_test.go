package rtype

import (
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// fill sets a value at random, with everything that it points to freshly
// allocated.
func fill(r *rand.Rand, v reflect.Value, depth int) {
	if v.CanAddr() { // unexported fields, too
		v = reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem()
	}
	n := 1 + r.IntN(3)
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(n == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(r.Int64())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(r.Uint64())
	case reflect.Float32, reflect.Float64:
		v.SetFloat(r.Float64())
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(r.Float64(), 1))
	case reflect.String:
		v.SetString(fmt.Sprint("text ", r.Uint64()))
	case reflect.Interface:
		if v.NumMethod() == 0 {
			v.Set(reflect.ValueOf(fmt.Sprint("any ", r.Uint64())))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(r, v.Field(i), depth)
		}
	case reflect.Array:
		for i := range min(v.Len(), 200) {
			fill(r, v.Index(v.Len()-1-i), depth)
		}
	}
	if depth == 0 {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(r, v.Elem(), depth-1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), n, n+1))
		for i := range n {
			fill(r, v.Index(i), depth-1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(r, key, 0) // a pointer to something new is another key
		fill(r, elem, depth-1)
		v.SetMapIndex(key, elem)
	}
}

func filled(seed uint64, rt reflect.Type, depth int) reflect.Value {
	v := reflect.New(rt).Elem()
	fill(rand.New(rand.NewPCG(seed, 1)), v, depth)
	return v
}

// TestCollector lets the garbage collector loose on values of made types.
func TestCollector(t *testing.T) {
	w := newTwinning()
	n := 25
	if testing.Short() {
		n = 10
	}
	for name, twin := range map[string]reflect.Type{
		"Person":  reflect.TypeFor[Person](),
		"Nested":  reflect.TypeFor[Nested](),
		"Tree":    reflect.TypeFor[Tree](),
		"List":    reflect.TypeFor[List](),
		"Word1":   reflect.TypeFor[Word1](),
		"ArrS":    reflect.TypeFor[ArrS](),
		"Blank":   reflect.TypeFor[Blank](),
		"Mid":     reflect.TypeFor[Mid](),
		"Loop2":   reflect.TypeFor[Loop2](),
		"Huge":    reflect.TypeFor[Huge](),
		"EndZero": reflect.TypeFor[EndZero](),
	} {
		made := w.made(t, name, twin)
		count := 20 * n
		if made.Size() > 1<<12 {
			count = 4
		}
		// In variables, in a slice, as elements of a map, in interfaces, in a channel.
		slice := reflect.MakeSlice(reflect.SliceOf(made), count, count)
		byInt := reflect.MakeMap(reflect.MapOf(reflect.TypeFor[int](), made))
		vars, boxes := make([]reflect.Value, count), make([]any, count)
		var queue reflect.Value
		if made.Size() < 1<<16 {
			queue = reflect.MakeChan(reflect.ChanOf(reflect.BothDir, made), count)
		}
		for i := range count {
			v := as(filled(uint64(i), twin, 2), made)
			vars[i] = reflect.New(made)
			vars[i].Elem().Set(v)
			slice.Index(i).Set(v)
			byInt.SetMapIndex(reflect.ValueOf(i), v)
			boxes[i] = v.Interface()
			if queue.IsValid() {
				queue.Send(v)
			}
		}
		runtime.GC()
		garbage := make([][]byte, 0, 1000)
		for i := range 2000 {
			garbage = append(garbage, make([]byte, i))
		}
		runtime.KeepAlive(garbage)
		runtime.GC()
		for i := range count {
			want := filled(uint64(i), twin, 2).Interface()
			for place, v := range map[string]reflect.Value{
				"variable":  vars[i].Elem(),
				"slice":     slice.Index(i),
				"map":       byInt.MapIndex(reflect.ValueOf(i)),
				"interface": reflect.ValueOf(boxes[i]),
			} {
				if got := as(v, twin).Interface(); !reflect.DeepEqual(got, want) {
					t.Fatalf("%s in a %s: %+v, want %+v", name, place, got, want)
				}
			}
			if queue.IsValid() {
				v, _ := queue.Recv()
				if got := as(v, twin).Interface(); !reflect.DeepEqual(got, want) {
					t.Fatalf("%s in a channel: %+v, want %+v", name, got, want)
				}
			}
		}
	}
}

// TestCollectorChecked has the runtime look for what the collector missed.
func TestCollectorChecked(t *testing.T) {
	if testing.Short() || os.Getenv("RTYPE_CHECKED") != "" {
		t.Skip("runs the tests again")
	}
	for _, debug := range []string{"gccheckmark=1,clobberfree=1,invalidptr=1", "gcstoptheworld=1,clobberfree=1"} {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestCollector$|^TestCalls|^TestKeys|^TestPromoted")
		cmd.Env = append(os.Environ(), "GODEBUG="+debug, "GOGC=10", "RTYPE_CHECKED=1")
		out, err := cmd.CombinedOutput()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Skip("cannot run itself: ", err) // under an emulator
		}
		if err != nil {
			t.Errorf("with GODEBUG=%s: %v\n%.4000s", debug, err, out)
		}
	}
}

// A drawn type, as the checker and package reflect have it.
type drawn struct {
	typ types.Type
	rt  reflect.Type
}

var leaves = []drawn{
	{types.Typ[types.Bool], reflect.TypeFor[bool]()},
	{types.Typ[types.Int16], reflect.TypeFor[int16]()},
	{types.Typ[types.Int32], reflect.TypeFor[int32]()},
	{types.Typ[types.Int64], reflect.TypeFor[int64]()},
	{types.Typ[types.Uint8], reflect.TypeFor[uint8]()},
	{types.Typ[types.Float64], reflect.TypeFor[float64]()},
	{types.Typ[types.Complex64], reflect.TypeFor[complex64]()},
	{types.Typ[types.String], reflect.TypeFor[string]()},
	{types.Typ[types.UnsafePointer], basics[types.UnsafePointer]},
	{types.NewPointer(types.Typ[types.Int]), reflect.TypeFor[*int]()},
	{types.NewSlice(types.Typ[types.String]), reflect.TypeFor[[]string]()},
	{types.NewMap(types.Typ[types.String], types.Typ[types.Int]), reflect.TypeFor[map[string]int]()},
	{types.NewInterfaceType(nil, nil), reflect.TypeFor[any]()},
	{types.Universe.Lookup("error").Type(), reflect.TypeFor[error]()},
	{types.NewStruct(nil, nil), reflect.TypeFor[struct{}]()},
}

func drawType(t *rapid.T, depth int) drawn {
	kind := rapid.IntRange(0, 3).Draw(t, "kind")
	if depth == 0 {
		kind = 0
	}
	switch kind {
	case 2:
		n := rapid.SampledFrom([]int{0, 1, 2, 3, 17}).Draw(t, "length")
		elem := drawType(t, depth-1)
		return drawn{types.NewArray(elem.typ, int64(n)), reflect.ArrayOf(n, elem.rt)}
	case 3:
		return drawStruct(t, depth)
	}
	return rapid.SampledFrom(leaves).Draw(t, "leaf")
}

func drawStruct(t *rapid.T, depth int) drawn {
	var vars []*types.Var
	var tags []string
	var fields []reflect.StructField
	for i := range rapid.IntRange(0, 6).Draw(t, "fields") {
		part := drawType(t, depth-1)
		f := reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: part.rt}
		if rapid.Bool().Draw(t, "unexported") {
			f.Name, f.PkgPath = fmt.Sprintf("f%d", i), "main"
		}
		if rapid.Bool().Draw(t, "tagged") {
			f.Tag = reflect.StructTag(strings.Repeat("tag ", i*20))
		}
		fields = append(fields, f)
		vars = append(vars, types.NewField(token.NoPos, mainPackage, f.Name, part.typ, false))
		tags = append(tags, string(f.Tag))
	}
	return drawn{types.NewStruct(vars, tags), reflect.StructOf(fields)}
}

var mainPackage = types.NewPackage("main", "main")

// TestLayouts holds the memory of made structs against package reflect's.
func TestLayouts(t *testing.T) {
	w := New(Config{})
	rapid.Check(t, func(t *rapid.T) {
		d := drawStruct(t, 3)
		if rt := w.Of(d.typ); rt != d.rt {
			t.Fatalf("the literal is %s, want %s", rt, d.rt)
		}
		name := types.NewTypeName(token.NoPos, mainPackage, "T", nil)
		made := w.Of(types.NewNamed(name, d.typ, nil))
		if !made.ConvertibleTo(d.rt) {
			t.Fatalf("%s does not convert to %s", made, d.rt)
		}
		a, b := recordOf(made), recordOf(d.rt)
		if a.size != b.size || a.ptrBytes != b.ptrBytes || a.align != b.align || made.Comparable() != d.rt.Comparable() {
			t.Fatalf("%s: %+v, reflect %+v", d.rt, *a, *b)
		}
		if maskOf(a) != maskOf(b) || a.flags&flagOnDemand != b.flags&flagOnDemand || a.flags&flagDirect != b.flags&flagDirect {
			t.Fatalf("%s: mask %s (%b), reflect %s (%b)", d.rt, maskOf(a), a.flags, maskOf(b), b.flags)
		}
		for i := range d.rt.NumField() {
			f, g := made.Field(i), d.rt.Field(i)
			if f.Name != g.Name || f.Type != g.Type || f.Tag != g.Tag || f.Offset != g.Offset || f.PkgPath != g.PkgPath {
				t.Fatalf("field %+v, reflect %+v", f, g)
			}
		}
		if made.Comparable() {
			checkEqual(t, made, d.rt, rapid.Uint64Range(0, 9).Draw(t, "seed"))
		}
	})
}

// checkEqual compares values of a made type as reflect compares its twins, and
// uses them as keys.
func checkEqual(t *rapid.T, made, twin reflect.Type, seed uint64) {
	m := reflect.MakeMap(reflect.MapOf(made, reflect.TypeFor[bool]()))
	first := filled(seed, twin, 0)
	m.SetMapIndex(as(first, made), reflect.ValueOf(true))
	for other := range uint64(10) {
		second := filled(other, twin, 0)
		want := first.Interface() == second.Interface()
		if got := as(first, made).Interface() == as(second, made).Interface(); got != want {
			t.Fatalf("%v == %v: %t, want %t", first, second, got, want)
		}
		if got := m.MapIndex(as(second, made)).IsValid(); got != want {
			t.Fatalf("%v finds %v: %t, want %t", second, first, got, want)
		}
	}
}
