package rtype

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"
)

// checked returns what a text declares.
func checked(t testing.TB, text string) *types.Scope {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "cell.go", "package main\n"+text, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := (&types.Config{Importer: importer.Default()}).Check("cell", fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pkg.Scope()
}

func pairTwin(func(interface{ pair(int) }, ...interface{ Pair(string) bool }) (struct{ *strings.Builder }, error)) {
}

func TestFindsCompiledTypes(t *testing.T) {
	scope := checked(t, `
		import ("iter"; "strings"; "slices"; "sync"; "time")
		type M sync.Mutex
		type Moment time.Time
		var seq iter.Seq[string] = strings.SplitSeq("", "")
		var seq2 = slices.All([]string{})
		var lit interface { Pair(string) bool }
		var own iter.Seq[T]
		type T struct{}`)
	w := New(Config{})
	of := func(name string) reflect.Type { return w.Of(scope.Lookup(name).Type()) }
	if rt := of("seq"); rt != reflect.TypeOf(strings.SplitSeq("", "")) {
		t.Errorf("%s is not the compiled type", rt)
	}
	if rt := of("seq2"); rt != reflect.TypeOf(slices.All([]string{})) {
		t.Errorf("%s is not the compiled type", rt)
	}
	if rt := of("lit"); rt != reflect.TypeOf(pairTwin).In(0).In(1).Elem() {
		t.Errorf("%s is not the compiled type", rt)
	}
	if rt := of("M"); !rt.ConvertibleTo(reflect.TypeFor[sync.Mutex]()) {
		t.Errorf("%s has other fields than sync.Mutex", rt)
	}
	if rt := of("Moment"); rt.Size() != reflect.TypeFor[time.Time]().Size() || !rt.ConvertibleTo(reflect.TypeFor[time.Time]()) {
		t.Errorf("%s has other fields than time.Time", rt)
	}
	if rt := of("own"); rt.String() != "iter.Seq[main.T]" || rt.PkgPath() != "iter" || rt.In(0).In(0) != of("T") {
		t.Errorf("%s of package %s", rt, rt.PkgPath())
	}
}

func TestPair(t *testing.T) {
	scope := checked(t, `
		import ("iter"; "strings")
		var f func(interface{ pair(int) }, ...interface{ Pair(string) bool }) (struct{ *strings.Builder }, error)
		var seq func(string, string) iter.Seq[string]
		var wrong func(map[string]int, []iter.Seq[string])`)
	w := New(Config{Named: func(obj *types.TypeName) (reflect.Type, bool) {
		return reflect.TypeFor[strings.Builder](), obj.Name() == "Builder"
	}})
	w.host = &compiledInterfaces{} // finds nothing by itself
	f, seq := reflect.TypeOf(pairTwin).In(0), reflect.TypeOf(strings.SplitSeq)
	w.Pair(scope.Lookup("wrong").Type(), f)
	w.Pair(scope.Lookup("wrong").Type(), reflect.TypeFor[func([]int, *map[string]bool)]())
	w.Pair(scope.Lookup("f").Type(), f)
	w.Pair(scope.Lookup("seq").Type(), seq)
	if rt := w.Of(scope.Lookup("seq").Type()); rt != seq {
		t.Errorf("%s is not the compiled type", rt)
	}
	got := w.Of(scope.Lookup("f").Type())
	// The method pair is that of another package here, so it is another type.
	if got.In(0) == f.In(0) || got.In(1) != f.In(1) || got.Out(0) != f.Out(0) {
		t.Errorf("%s has other parts than %s", got, f)
	}
}

// TestNames holds the names of types against those that Go 1.26 prints for the
// same program.
func TestNames(t *testing.T) {
	scope := checked(t, `
		import "encoding/json"
		type T struct{}
		type Pair[A, B any] struct{ a A; b B }
		type private int
		var _ = func() int { type L int; return 0 }
		func f() {
			type L struct{}
			type M = []int
			var a Pair[L, *T]
			_ = func() { type L []int; var b Pair[M, L]; _ = b }
			_ = a
		}
		var v0 Pair[int, string]
		var v1 *Pair[T, []int]
		var v2 Pair[json.Number, map[private]*Pair[T, error]]
		var v3 Pair[struct{ a int; B T "tag"; T }, interface{ m(int, ...T) (T, error) }]
		var v4 Pair[func(), func(a, b int) chan<- (<-chan any)]
		var v5 interface{ M() private; m(...T) }
		var v6 struct{ a int; private; *T; B string "b" }
		var v7 map[struct{ X [3]byte }]chan (<-chan func() (x, y T))`)
	w := New(Config{})
	for i, want := range []string{
		"main.Pair[int,string]",
		"*main.Pair[main.T,[]int]",
		"main.Pair[encoding/json.Number,map[main.private]*main.Pair[main.T,error]]",
		`main.Pair[struct { main.a int; B main.T "tag"; main.T },interface { main.m(int, ...main.T) (main.T, error) }]`,
		"main.Pair[func(),func(int, int) chan<- <-chan interface {}]",
		"interface { M() main.private; main.m(...main.T) }",
		`struct { a int; main.private; *main.T; B string "b" }`,
		"map[struct { X [3]uint8 }]chan (<-chan func() (main.T, main.T))",
	} {
		if got := w.Of(scope.Lookup(fmt.Sprint("v", i)).Type()).String(); got != want {
			t.Errorf("v%d is %s, want %s", i, got, want)
		}
	}
	body := scope.Lookup("f").(*types.Func).Scope()
	if got := w.Of(body.Lookup("L").Type()).String(); got != "main.L" {
		t.Errorf("a local type is %s", got)
	}
	if got, want := w.Of(body.Lookup("a").Type()).String(), "main.Pair[main.L·2,*main.T]"; got != want {
		t.Errorf("an instance with a local type is %s, want %s", got, want)
	}
	if got, want := w.Of(body.Child(0).Lookup("b").Type()).String(), "main.Pair[[]int,main.L·3]"; got != want {
		t.Errorf("an instance with a local type is %s, want %s", got, want)
	}
}

// TestAround has the local type of a generic function as go/ssa makes it for
// instances.
func TestAround(t *testing.T) {
	scope := checked(t, `
		type Pair[A, B any] struct { a A; b B }
		func f[X any]() {
			type K int
			type L struct { X X }
			var p Pair[L, X]
			_ = p
		}`)
	obj := scope.Lookup("f").(*types.Func).Scope().Lookup("L")
	pair := scope.Lookup("Pair").Type()
	around := map[*types.TypeName][]types.Type{}
	w := New(Config{Around: func(obj *types.TypeName) []types.Type { return around[obj] }})
	instance := func(arg types.Type) (types.Type, reflect.Type) {
		fresh := types.NewTypeName(obj.Pos(), obj.Pkg(), "L", nil)
		around[fresh] = []types.Type{arg}
		field := types.NewField(token.NoPos, obj.Pkg(), "X", arg, false)
		typ := types.NewNamed(fresh, types.NewStruct([]*types.Var{field}, nil), nil)
		return typ, w.Of(typ)
	}
	typ, ofInt := instance(types.Typ[types.Int])
	_, again := instance(types.Typ[types.Int])
	_, ofText := instance(types.Typ[types.String])
	if ofInt != again || ofInt == ofText || ofInt.Field(0).Type != reflect.TypeFor[int]() {
		t.Error("instances of a function share or split their types")
	}
	if ofInt.String() != "main.L[int]" || ofInt.Name() != "L[int]" {
		t.Errorf("the type is %s, want main.L[int]", ofInt)
	}
	args, err := types.Instantiate(nil, pair, []types.Type{typ, types.Typ[types.Int]}, true)
	if got, want := w.Of(args).String(), "main.Pair[main.L[int]·2,int]"; got != want || err != nil {
		t.Errorf("an instance with it is %s, want %s", got, want)
	}
}

// TestCells has the same literals in the packages of two cells.
func TestCells(t *testing.T) {
	const text = `
		var v0 struct{ a int; error }
		var v1 interface{ m(struct{ b int }) }
		var v2 struct{ a int }`
	a, b := checked(t, text), checked(t, text)
	w := New(Config{})
	for i := range 3 {
		name := fmt.Sprint("v", i)
		if w.Of(a.Lookup(name).Type()) != w.Of(b.Lookup(name).Type()) {
			t.Errorf("%s is another type in another cell", a.Lookup(name).Type())
		}
	}
}

func TestExhausted(t *testing.T) {
	pool.Lock()
	next := pool.next
	pool.next = stubs - 2
	pool.Unlock()
	defer func() {
		pool.Lock()
		pool.next = next
		pool.Unlock()
	}()
	scope := checked(t, `
		type T int
		func (T) String() string { return "" }
		type U struct{ T }`)
	w := New(Config{})
	made := w.Of(scope.Lookup("U").Type())
	if !w.Exhausted() || made.NumMethod() != 0 || made.Size() != 8 || made.String() != "main.U" {
		t.Errorf("%s has %d methods of an empty pool", made, made.NumMethod())
	}
}

func TestDirect(t *testing.T) {
	scope := checked(t, `
		type T int
		func (T) Get(n int) int { return 0 }
		func (T) Other() int { return 0 }
		type P struct{ *T }`)
	w := New(Config{
		Direct: func(recv types.Type, sel *types.Selection, fn reflect.Type) reflect.Value {
			if fn != reflect.TypeFor[func(unsafe.Pointer, int) int]() {
				return reflect.Value{}
			}
			return reflect.ValueOf(func(p unsafe.Pointer, n int) int { return 10**(*int)(p) + n })
		},
		Method: func(recv types.Type, sel *types.Selection) func(args []reflect.Value) []reflect.Value {
			return func(args []reflect.Value) []reflect.Value { return []reflect.Value{reflect.ValueOf(7)} }
		},
	})
	type getter interface {
		Get(int) int
		Other() int
	}
	v := reflect.New(w.Of(scope.Lookup("T").Type()))
	v.Elem().SetInt(4)
	p := reflect.New(w.Of(scope.Lookup("P").Type())).Elem()
	p.Field(0).Set(v)
	for what, v := range map[string]reflect.Value{"value": v.Elem(), "pointer": v, "pointer-shaped struct": p} {
		if g := v.Interface().(getter); g.Get(2) != 42 || g.Other() != 7 {
			t.Errorf("%s: %d and %d, want 42 and 7", what, g.Get(2), g.Other())
		}
	}
}

func BenchmarkOf(b *testing.B) {
	pool.Lock()
	next := pool.next
	pool.Unlock()
	texts := checked(b, `
		type T struct{ Name string; Next *T; m map[string]int }
		func (T) String() string { return "" }
		func (*T) Set(string) {}
		func (T) Less(i, j int) bool { return false }`)
	for b.Loop() {
		New(Config{}).Of(texts.Lookup("T").Type())
		pool.Lock()
		pool.next = next
		pool.Unlock()
	}
}

func BenchmarkFindInterfaces(b *testing.B) {
	for b.Loop() {
		findInterfaces()
	}
}

func BenchmarkCall(b *testing.B) {
	scope := checked(b, `
		type T int
		func (T) Less(i, j int) bool { return false }`)
	w := New(Config{Method: func(types.Type, *types.Selection) func([]reflect.Value) []reflect.Value {
		return func(args []reflect.Value) []reflect.Value {
			return []reflect.Value{reflect.ValueOf(args[1].Int() < args[2].Int())}
		}
	}})
	v := reflect.New(w.Of(scope.Lookup("T").Type())).Elem().Interface().(interface{ Less(i, j int) bool })
	for b.Loop() {
		v.Less(1, 2)
	}
}
