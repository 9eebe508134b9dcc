package fast

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/tools/go/ssa"

	"github.com/neurorepl/neurorepl/kernel/fast/testdata/corpus"
)

func init() { debugPanics, wholeInTests = true, true }

// build returns the functions of a package in source form.
func build(t testing.TB, files map[string]string) *ssa.Package {
	t.Helper()
	fset := token.NewFileSet()
	var syntax []*ast.File
	for name, src := range files {
		f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		syntax = append(syntax, f)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Scopes: map[ast.Node]*types.Scope{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
	}
	pkg, err := (&types.Config{Importer: stdImporter, GoVersion: "go1.26"}).Check("p", fset, syntax, info)
	if err != nil {
		t.Fatal(err)
	}
	prog := ssa.NewProgram(fset, ssa.InstantiateGenerics)
	for _, p := range pkg.Imports() {
		prog.CreatePackage(p, nil, nil, true)
	}
	s := prog.CreatePackage(pkg, syntax, info, true)
	prog.Build()
	return s
}

var stdImporter = importer.ForCompiler(token.NewFileSet(), "source", nil)

func corpusPackage(t testing.TB) *ssa.Package {
	files := map[string]string{}
	names, _ := filepath.Glob("testdata/corpus/*.go")
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		files[n] = string(b)
	}
	return build(t, files)
}

// call runs code with Go values and returns Go values.
func call(x *Code, like any, args ...any) ([]any, error) {
	t := reflect.TypeOf(like)
	var in, out []unsafe.Pointer
	var res []reflect.Value
	for i, a := range args {
		p := reflect.New(t.In(i))
		p.Elem().Set(reflect.ValueOf(a))
		in = append(in, p.UnsafePointer())
	}
	for i := range t.NumOut() {
		p := reflect.New(t.Out(i))
		res = append(res, p.Elem())
		out = append(out, p.UnsafePointer())
	}
	if err := x.Call(in, out); err != nil {
		return nil, err
	}
	var r []any
	for _, v := range res {
		r = append(r, v.Interface())
	}
	return r, nil
}

// bitsEqual compares floats by their bits, NaN with NaN.
func bitsEqual(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	return sameBits(x, y)
}

func sameBits(x, y reflect.Value) bool {
	switch x.Kind() {
	case reflect.Interface:
		return sameBits(x.Elem(), y.Elem())
	case reflect.Float32, reflect.Float64:
		f, g := x.Float(), y.Float()
		return math.Float64bits(f) == math.Float64bits(g) || f != f && g != g
	case reflect.Complex64, reflect.Complex128:
		f, g := x.Complex(), y.Complex()
		return sameBits(reflect.ValueOf(real(f)), reflect.ValueOf(real(g))) && sameBits(reflect.ValueOf(imag(f)), reflect.ValueOf(imag(g)))
	case reflect.Slice, reflect.Array:
		if x.Len() != y.Len() || x.Kind() == reflect.Slice && x.IsNil() != y.IsNil() {
			return false
		}
		for i := range x.Len() {
			if !sameBits(x.Index(i), y.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for i := range x.NumField() {
			if !sameBits(x.Field(i), y.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Pointer:
		if x.IsNil() || y.IsNil() {
			return x.IsNil() == y.IsNil()
		}
		return sameBits(x.Elem(), y.Elem())
	}
	return x.Equal(y)
}

func compiledCall(f any, args ...any) (r []any) {
	var in []reflect.Value
	for _, a := range args {
		in = append(in, reflect.ValueOf(a))
	}
	for _, v := range reflect.ValueOf(f).Call(in) {
		r = append(r, v.Interface())
	}
	return r
}

func TestCorpus(t *testing.T) {
	pkg := corpusPackage(t)
	c := New(Options{})
	defer c.Close()
	for _, k := range corpus.All {
		t.Run(k.Name, func(t *testing.T) {
			x, err := c.Compile(pkg.Func(k.Name))
			if err != nil {
				t.Fatal(err)
			}
			defer x.Close()
			for _, n := range []int{0, 1, 2, k.Test} {
				want := compiledCall(k.Func, n)
				got, err := call(x, k.Func, n)
				if err != nil {
					t.Fatal(n, err)
				}
				if !bitsEqual(got, want) {
					t.Errorf("%s(%d) = %.300v, compiled Go says %.300v", k.Name, n, fmt.Sprint(got), fmt.Sprint(want))
					for i := range got {
						a, b := reflect.ValueOf(got[i]), reflect.ValueOf(want[i])
						for j := 0; a.Kind() == reflect.Slice && j < min(a.Len(), b.Len()); j++ {
							if !sameBits(a.Index(j), b.Index(j)) {
								t.Errorf("first at %d: %v, %v", j, a.Index(j), b.Index(j))
								break
							}
						}
					}
				}
			}
		})
	}
}

// TestSpeed prints how long the corpus takes beside compiled Go, when asked to.
func TestSpeed(t *testing.T) {
	only := os.Getenv("FAST_SPEED")
	if only == "" {
		t.Skip("FAST_SPEED is not set: a name, or all")
	}
	pkg := corpusPackage(t)
	c := New(Options{})
	defer c.Close()
	best := func(f func()) time.Duration {
		d := time.Duration(math.MaxInt64)
		for range 15 {
			t0 := time.Now()
			f()
			d = min(d, time.Since(t0))
		}
		return d
	}
	for _, k := range corpus.All {
		if only != "all" && only != k.Name {
			continue
		}
		t0 := time.Now()
		x, err := c.Compile(pkg.Func(k.Name))
		if err != nil {
			t.Error(err)
			continue
		}
		build := time.Since(t0)
		g := best(func() { compiledCall(k.Func, k.Bench) })
		w := best(func() { call(x, k.Func, k.Bench) })
		fmt.Printf("%-20s go %10v fast %10v  %.2f  (compiled in %v)\n", k.Name, g.Round(time.Microsecond), w.Round(time.Microsecond), float64(w)/float64(g), build.Round(time.Microsecond))
		x.Close()
	}
}

// BenchmarkCorpus reports the time of each function as a multiple of compiled
// Go's.
func BenchmarkCorpus(b *testing.B) {
	pkg := corpusPackage(b)
	c := New(Options{})
	defer c.Close()
	for _, k := range corpus.All {
		b.Run(k.Name, func(b *testing.B) {
			x, err := c.Compile(pkg.Func(k.Name))
			if err != nil {
				b.Fatal(err)
			}
			defer x.Close()
			compiled := time.Duration(0)
			for range b.N {
				t0 := time.Now()
				compiledCall(k.Func, k.Bench)
				compiled += time.Since(t0)
			}
			b.ResetTimer()
			for range b.N {
				if _, err := call(x, k.Func, k.Bench); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed())/float64(compiled), "times-Go")
		})
	}
}
