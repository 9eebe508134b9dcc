package std_test

import (
	"go/ast"
	"go/parser"
	"go/types"
	"reflect"
	"sort"
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/neurorepl/neurorepl/kernel/lower/std"
	"github.com/neurorepl/neurorepl/symbols"
)

// A cell's program in which every generic function and method of the compiled
// packages is used, in each way that source can name one.
const everything = `package main

import (
	"cmp"
	"database/sql"
	"errors"
	"hash/maphash"
	"io/fs"
	"iter"
	"maps"
	"math/rand/v2"
	"reflect"
	"runtime"
	. "slices"
	"sync"
	"sync/atomic"
	"unique"
	"weak"
)

type Hz float64
type cell struct{ name string; rate Hz }
type rates []Hz

func own[T cmp.Ordered](x []T) T { Sort(x); return Max(x) }

func local() {
	type inner struct{ a, b int }
	x := []inner{{1, 2}}
	SortFunc(x, func(a, b inner) int { return cmp.Compare(a.a, b.a) })
	_ = Contains(x, inner{})
	_ = unique.Make(inner{3, 4}).Value()
}

func main() {
	local()
	r, m, c := rates{1, 2}, map[string]Hz{"a": 1}, []cell{{"a", 1}}
	byRate := func(a, b cell) int { return cmp.Compare(a.rate, b.rate) }
	same := func(a, b cell) bool { return a == b }
	_, _, _ = cmp.Less(r[0], r[1]), cmp.Or(r...), own([]string{"b", "a"})
	_, _ = errors.AsType[*fs.PathError](nil)
	var h maphash.Hash
	maphash.WriteComparable(&h, c[0])
	_ = maphash.Comparable(h.Seed(), c[0])
	next, stop := iter.Pull(Values(r))
	next2, stop2 := iter.Pull2(All(r))
	_, _, _, _ = next, stop, next2, stop2
	for range maps.All(m) {
	}
	maps.Copy(m, maps.Clone(m))
	maps.Insert(m, maps.All(maps.Collect(maps.All(m))))
	maps.DeleteFunc(m, func(string, Hz) bool { return false })
	_, _ = maps.Equal(m, m), maps.EqualFunc(m, m, func(a, b Hz) bool { return a == b })
	_, _ = Sorted(maps.Keys(m)), Collect(maps.Values(m))
	_ = rand.N(10)
	_ = reflect.TypeFor[cell]()
	_, _ = reflect.TypeAssert[cell](reflect.ValueOf(c[0]))
	runtime.AddCleanup(&c[0], func(int) {}, 1).Stop()
	r = AppendSeq(r, Values(r))
	for range Backward(r) {
	}
	for range Chunk(r, 2) {
	}
	sort := Sort[rates]
	sort(r)
	_, _ = BinarySearch(r, 1)
	_, _ = BinarySearchFunc(c, 1, func(a cell, b Hz) int { return cmp.Compare(a.rate, b) })
	r = Clip(Clone(Compact(r)))
	c = CompactFunc(c, same)
	_, _ = Compare(r, r), CompareFunc(c, c, byRate)
	r = Concat(r, r)
	_, _ = Contains(r, 1), ContainsFunc(c, func(cell) bool { return true })
	r = Delete(r, 0, 1)
	c = DeleteFunc(c, func(cell) bool { return false })
	_, _ = Equal(r, r), EqualFunc(c, c, same)
	r = Insert(Grow(r, 3), 0, 1, 2)
	_, _ = Index(r, 1), IndexFunc(r, func(Hz) bool { return true })
	_, _ = IsSorted(r), IsSortedFunc(c, byRate)
	_, _, _, _ = Max(r), Min(r), MaxFunc(c, byRate), MinFunc(c, byRate)
	r = Replace(Repeat(r, 2), 0, 1, r...)
	Reverse(r)
	SortFunc(c, byRate)
	SortStableFunc(c, byRate)
	c = SortedFunc(Values(c), byRate)
	c = SortedStableFunc(Values(c), byRate)
	_ = sync.OnceValue(func() cell { return c[0] })()
	_, _ = sync.OnceValues(func() (cell, error) { return c[0], nil })()
	var p atomic.Pointer[cell]
	p.Store(&c[0])
	_, _, _ = p.Load(), p.Swap(nil), p.CompareAndSwap(nil, &c[0])
	_ = unique.Make(c[0]).Value()
	_ = weak.Make(&c[0]).Value()
	var n sql.Null[Hz]
	_ = n.Scan(1.5)
	_, _ = n.Value()
}
`

// A program is what go/ssa makes of a cell and its companions.
type program struct {
	*ssa.Program
	lib     *std.Library
	created map[*types.Package]bool
	main    *ssa.Package
}

func build(t *testing.T, src string) *program {
	t.Helper()
	lib, imp, fset := load(t)
	file, err := parser.ParseFile(fset, "cell.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, pkg := newInfo(), types.NewPackage("main", "main")
	conf := types.Config{Importer: imp, GoVersion: "go1.26"}
	if err := types.NewChecker(&conf, fset, pkg, info).Files([]*ast.File{file}); err != nil {
		t.Fatal(err)
	}
	used, err := lib.Patch(info)
	if err != nil {
		t.Fatal(err)
	}
	p := &program{ssa.NewProgram(fset, ssa.InstantiateGenerics|ssa.SanityCheckFunctions), lib, map[*types.Package]bool{}, nil}
	for _, of := range used {
		p.create(lib.Packages(of))
	}
	p.compiled(pkg)
	p.main = p.CreatePackage(pkg, []*ast.File{file}, info, true)
	p.Build()
	return p
}

// create adds companions, with the compiled packages that they import.
func (p *program) create(list []*std.Package) {
	for _, c := range list {
		if p.created[c.Types] {
			continue
		}
		p.created[c.Types] = true
		p.compiled(c.Types)
		p.CreatePackage(c.Types, c.Files, c.Info, true)
	}
}

func (p *program) compiled(of *types.Package) {
	for _, i := range of.Imports() {
		if !p.created[i] {
			p.created[i] = true
			p.compiled(i)
			p.CreatePackage(i, nil, nil, true)
		}
	}
}

// reached lists the functions that main calls or mentions, also through others.
func (p *program) reached() []*ssa.Function {
	var list []*ssa.Function
	seen := map[*ssa.Function]bool{}
	var visit func(*ssa.Function)
	visit = func(f *ssa.Function) {
		if f == nil || seen[f] {
			return
		}
		seen[f] = true
		list = append(list, f)
		for _, b := range f.Blocks {
			for _, in := range b.Instrs {
				for _, op := range in.Operands(nil) {
					if g, ok := (*op).(*ssa.Function); ok {
						visit(g)
					}
				}
			}
		}
		for _, a := range f.AnonFuncs {
			visit(a)
		}
	}
	visit(p.main.Func("main"))
	return list
}

// A program that uses everything calls only functions that have a body, a
// symbol in a table, or a companion for the method that they are.
func TestInstantiates(t *testing.T) {
	p := build(t, everything)
	imp := newArchive()
	functions, methods, _ := generics(t, imp)
	want := map[string]bool{}
	for _, f := range functions {
		want[f.FullName()] = true
	}
	for _, m := range methods {
		want[m.FullName()] = true
	}
	for _, f := range p.reached() {
		if f.Blocks != nil {
			if f.Origin() != nil && f.Origin().Object() != nil {
				delete(want, strings.TrimPrefix(f.Origin().Object().(*types.Func).FullName(), std.Prefix))
			}
			continue
		}
		obj := f.Object().(*types.Func)
		if f.Origin() == nil {
			recv := obj.Signature().Recv()
			if recv == nil && symbols.Table(obj.Pkg().Path())[obj.Name()] == (reflect.Value{}) && std.Table(obj.Pkg().Path())[obj.Name()] == (reflect.Value{}) {
				t.Errorf("%s has no body and is in no table", f)
			}
			continue
		}
		origin := f.Origin().Object().(*types.Func)
		if _, ok := p.lib.Method(origin); !ok {
			t.Errorf("%s has no body and no companion", f)
			continue
		}
		delete(want, origin.FullName())
		list, err := p.lib.Instance(origin, f.TypeArgs())
		if err != nil {
			t.Error(err)
			continue
		}
		p.create(list)
		shim := p.Package(list[len(list)-1].Types)
		shim.Build()
		call := shim.Func("Call")
		for _, b := range call.Blocks {
			for _, in := range b.Instrs {
				c, ok := in.(*ssa.Call)
				if !ok {
					continue
				}
				g := c.Call.StaticCallee()
				if g == nil || g.Blocks == nil || g.Origin().Name() != receiverName(origin)+"_"+origin.Name() {
					t.Errorf("the instance of %s calls %v", f, c)
				}
			}
		}
	}
	var missed []string
	for name := range want {
		missed = append(missed, name)
	}
	sort.Strings(missed)
	if len(missed) > 0 {
		t.Errorf("never instantiated: %s", strings.Join(missed, ", "))
	}
}

func receiverName(m *types.Func) string {
	t := m.Signature().Recv().Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	return t.(*types.Named).Obj().Name()
}
