package rtype

import (
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"sync"
	"unsafe"
)

// Check makes a few types and holds them against compiled twins. An error says
// that the Go version this program was built with lays out its types in
// another way than this package knows; using the package would corrupt memory.
func Check() error { return check() }

type (
	checkStruct struct {
		A int8 `tag:"a"`
		b *int //lint:ignore U1000 its place is looked at
		C string
		D any
		E [3]struct {
			x int
			y *int
		}
		F map[string]*checkStruct
	}
	checkNamed     int
	checkInterface interface {
		Twice(n int, s string) (string, float64)
	}
)

func (checkNamed) Twice(n int, s string) (string, float64) { return s + s, float64(2 * n) }

var check = sync.OnceValue(func() (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("rtype: this version of Go has another layout of types: %v", v)
		}
	}()
	expect := func(what string, got, want any) {
		if got != want {
			panic(fmt.Sprintf("%s is %v instead of %v", what, got, want))
		}
	}

	// Records of the compiler, read.
	fn := reflect.TypeFor[func(int, ...string) bool]()
	f := (*funcRecord)(unsafe.Pointer(recordOf(fn)))
	expect("a function's parameters", f.in, uint16(2))
	expect("a variadic function's results", f.out, uint16(1|1<<15))
	m := (*mapRecord)(unsafe.Pointer(recordOf(reflect.TypeFor[map[string]checkNamed]())))
	expect("a map's key", m.key, recordOf(reflect.TypeFor[string]()))
	expect("a map's value", m.elem, recordOf(reflect.TypeFor[checkNamed]()))
	expect("a map's slot", m.slotSize, m.elemOff+m.elem.size)
	a := (*arrayRecord)(unsafe.Pointer(recordOf(reflect.TypeFor[[5]string]())))
	expect("an array's length", a.len, uintptr(5))
	expect("an array's slice", a.slice, recordOf(reflect.TypeFor[[]string]()))
	c := (*chanRecord)(unsafe.Pointer(recordOf(reflect.TypeFor[<-chan string]())))
	expect("a channel's direction", c.dir, int(reflect.RecvDir))
	i := (*interfaceRecord)(unsafe.Pointer(recordOf(reflect.TypeFor[checkInterface]())))
	expect("an interface's methods", len(i.methods), 1)
	expect("an interface's method", nameAt(&i.record, i.methods[0].name).String(), "Twice")
	n := recordOf(reflect.TypeFor[checkNamed]())
	expect("the number of methods", [2]uint16{n.uncommon().count, n.uncommon().exported}, [2]uint16{1, 1})
	expect("flags", n.flags&^flagExtraStar, uint8(flagNamed|flagUncommon|flagRegular))
	expect("flags of a pointer", recordOf(reflect.TypeFor[*int]()).flags&flagDirect, uint8(flagDirect))

	// Records of this package, used by the runtime.
	pkg := types.NewPackage("main", "main")
	t := New(Config{Method: func(recv types.Type, sel *types.Selection) func([]reflect.Value) []reflect.Value {
		return func(args []reflect.Value) []reflect.Value {
			s, x := checkNamed(args[0].Int()).Twice(int(args[1].Int()), args[2].String())
			return []reflect.Value{reflect.ValueOf(s), reflect.ValueOf(x)}
		}
	}})
	made, twin := t.Of(checkStructType(pkg)), reflect.TypeFor[checkStruct]()
	p, q := recordOf(made), recordOf(twin)
	expect("a struct's record", [3]uintptr{p.size, p.ptrBytes, uintptr(p.align)}, [3]uintptr{q.size, q.ptrBytes, uintptr(q.align)})
	expect("a struct's name", made.String(), "main.checkStruct")
	for i := range twin.NumField() {
		f, g := made.Field(i), twin.Field(i)
		expect("a field", fmt.Sprint(f.Name, f.Tag, f.Offset, f.Type.Kind()), fmt.Sprint(g.Name, g.Tag, g.Offset, g.Type.Kind()))
	}
	if stubSize == 0 {
		return nil
	}
	named := t.Of(checkNamedType(pkg))
	v := reflect.New(named).Elem()
	v.SetInt(7)
	twice, ok := v.Interface().(checkInterface)
	if !ok {
		panic("a type has not the method that it was made with")
	}
	s, x := twice.Twice(21, "ab")
	expect("the result of a method", fmt.Sprint(s, x), "abab42")
	out := named.Method(0).Func.Call([]reflect.Value{v, reflect.ValueOf(21), reflect.ValueOf("ab")})
	expect("the result of a method's function", fmt.Sprint(out[0].String(), out[1].Float()), "abab42")
	return nil
})

// checkStructType is checkStruct to the checker.
func checkStructType(pkg *types.Package) types.Type {
	n := types.NewNamed(types.NewTypeName(token.NoPos, pkg, "checkStruct", nil), nil, nil)
	field := func(name string, typ types.Type) *types.Var {
		return types.NewField(token.NoPos, pkg, name, typ, false)
	}
	integer, text := types.Typ[types.Int], types.Typ[types.String]
	part := types.NewStruct([]*types.Var{field("x", integer), field("y", types.NewPointer(integer))}, nil)
	n.SetUnderlying(types.NewStruct([]*types.Var{
		field("A", types.Typ[types.Int8]),
		field("b", types.NewPointer(integer)),
		field("C", text),
		field("D", types.NewInterfaceType(nil, nil)),
		field("E", types.NewArray(part, 3)),
		field("F", types.NewMap(text, types.NewPointer(n))),
	}, []string{`tag:"a"`}))
	return n
}

// checkNamedType is checkNamed to the checker.
func checkNamedType(pkg *types.Package) types.Type {
	n := types.NewNamed(types.NewTypeName(token.NoPos, pkg, "checkNamed", nil), types.Typ[types.Int], nil)
	list := func(typs ...types.BasicKind) *types.Tuple {
		var vars []*types.Var
		for _, typ := range typs {
			vars = append(vars, types.NewParam(token.NoPos, pkg, "", types.Typ[typ]))
		}
		return types.NewTuple(vars...)
	}
	recv := types.NewParam(token.NoPos, pkg, "", n)
	sig := types.NewSignatureType(recv, nil, nil, list(types.Int, types.String), list(types.String, types.Float64), false)
	n.AddMethod(types.NewFunc(token.NoPos, pkg, "Twice", sig))
	return n
}
