package std_test

import (
	"cmp"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"iter"
	"maps"
	"math"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unique"
	"unsafe"
	"weak"

	"math/rand/v2"

	"pgregory.net/rapid"

	owncmp "github.com/neurorepl/neurorepl/kernel/lower/std/cmp"
	ownsql "github.com/neurorepl/neurorepl/kernel/lower/std/database/sql"
	ownerrors "github.com/neurorepl/neurorepl/kernel/lower/std/errors"
	ownmaphash "github.com/neurorepl/neurorepl/kernel/lower/std/hash/maphash"
	ownmaps "github.com/neurorepl/neurorepl/kernel/lower/std/maps"
	ownrand "github.com/neurorepl/neurorepl/kernel/lower/std/math/rand/v2"
	ownreflect "github.com/neurorepl/neurorepl/kernel/lower/std/reflect"
	ownruntime "github.com/neurorepl/neurorepl/kernel/lower/std/runtime"
	ownsync "github.com/neurorepl/neurorepl/kernel/lower/std/sync"
	ownatomic "github.com/neurorepl/neurorepl/kernel/lower/std/sync/atomic"
	ownunique "github.com/neurorepl/neurorepl/kernel/lower/std/unique"
	ownweak "github.com/neurorepl/neurorepl/kernel/lower/std/weak"
)

func TestCmp(t *testing.T) {
	for _, x := range special {
		for _, y := range special {
			if owncmp.Less(x, y) != cmp.Less(x, y) || owncmp.Compare(x, y) != cmp.Compare(x, y) {
				t.Errorf("%v, %v: Less %v, Compare %v", x, y, owncmp.Less(x, y), owncmp.Compare(x, y))
			}
			if got, want := owncmp.Or(x, y), cmp.Or(x, y); math.Float64bits(got) != math.Float64bits(want) {
				t.Errorf("Or(%v, %v) = %v", x, y, got)
			}
		}
	}
	words := []string{"", "a", "aa", "b", "é"}
	for _, x := range words {
		for _, y := range words {
			if owncmp.Less(x, y) != cmp.Less(x, y) || owncmp.Compare(x, y) != cmp.Compare(x, y) || owncmp.Or(x, y, "z") != cmp.Or(x, y, "z") {
				t.Errorf("%q, %q differ", x, y)
			}
		}
	}
	if owncmp.Or[int]() != 0 {
		t.Error("Or of nothing")
	}
	// Uncomparable values within interfaces panic alike.
	same(t, "Or", func() string { return fmt.Sprint(owncmp.Or[any](nil, []int{1}, 2)) }, func() string { return fmt.Sprint(cmp.Or[any](nil, []int{1}, 2)) })
}

func TestMaps(t *testing.T) {
	draw := func(t *rapid.T, label string) map[float64]int {
		if rapid.IntRange(0, 9).Draw(t, label+" is nil") == 0 {
			return nil
		}
		m := map[float64]int{}
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(special)-1), 0, 8).Draw(t, label) {
			m[special[i]] += i
		}
		return m
	}
	show := func(m map[float64]int) string { return fmt.Sprint(m == nil, len(m), m) }
	odd := func(k float64, v int) bool { return v%2 == 1 }
	near := func(a, b int) bool { return a/2 == b/2 }
	rapid.Check(t, func(t *rapid.T) {
		m, n := draw(t, "m"), draw(t, "n")
		same(t, "Clone", func() string { return show(ownmaps.Clone(m)) }, func() string { return show(maps.Clone(m)) })
		same(t, "Equal", func() string { return fmt.Sprint(ownmaps.Equal(m, n), ownmaps.Equal(m, m)) }, func() string { return fmt.Sprint(maps.Equal(m, n), maps.Equal(m, m)) })
		same(t, "EqualFunc", func() string { return fmt.Sprint(ownmaps.EqualFunc(m, n, near), ownmaps.EqualFunc(m, m, near)) },
			func() string { return fmt.Sprint(maps.EqualFunc(m, n, near), maps.EqualFunc(m, m, near)) })
		change := func(what string, got, want func(m map[float64]int)) {
			a, b := maps.Clone(m), maps.Clone(m)
			same(t, what, func() string { got(a); return show(a) }, func() string { want(b); return show(b) })
		}
		change("Copy", func(m map[float64]int) { ownmaps.Copy(m, n) }, func(m map[float64]int) { maps.Copy(m, n) })
		change("DeleteFunc", func(m map[float64]int) { ownmaps.DeleteFunc(m, odd) }, func(m map[float64]int) { maps.DeleteFunc(m, odd) })
		change("Insert", func(m map[float64]int) { ownmaps.Insert(m, maps.All(n)) }, func(m map[float64]int) { maps.Insert(m, maps.All(n)) })
		same(t, "Collect", func() string { return show(ownmaps.Collect(ownmaps.All(m))) }, func() string { return show(maps.Collect(maps.All(m))) })
		sum := func(seq iter.Seq[float64]) (n int, s float64) {
			for k := range seq {
				if n++; !math.IsNaN(k) && !math.IsInf(k, 0) {
					s += k
				}
			}
			return n, s
		}
		n1, s1 := sum(ownmaps.Keys(m))
		n2, s2 := sum(maps.Keys(m))
		total := 0
		for v := range ownmaps.Values(m) {
			total += v
		}
		want := 0
		for v := range maps.Values(m) {
			want += v
		}
		if n1 != n2 || s1 != s2 || total != want {
			t.Fatalf("Keys %d %v, want %d %v; Values %d, want %d", n1, s1, n2, s2, total, want)
		}
		left := len(m)
		for range ownmaps.All(m) { // ends early
			left--
			break
		}
		for range ownmaps.Keys(m) {
			left--
			break
		}
		for range ownmaps.Values(m) {
			left--
			break
		}
		if len(m) > 0 && left != len(m)-3 {
			t.Fatal("a sequence goes on after its end")
		}
	})
	// A sequence that yields after its loop ended is caught.
	var kept func(string, int) bool
	bad := func(yield func(string, int) bool) { kept = yield; yield("a", 1) }
	late := func(insert func(map[string]int, iter.Seq2[string, int])) func() string {
		return func() string { m := map[string]int{}; insert(m, bad); kept("b", 2); return fmt.Sprint(m) }
	}
	same(t, "Insert", late(ownmaps.Insert[map[string]int]), late(maps.Insert[map[string]int]))
}

func TestOnce(t *testing.T) {
	for _, what := range []any{nil, "a reason", errors.New("an error")} {
		trace := func(once func(func() int) func() int) string {
			calls := 0
			f := once(func() int {
				if calls++; what != nil {
					panic(what)
				}
				return calls
			})
			call := func() string { return outcome(func() string { return fmt.Sprint(f()) }) }
			return fmt.Sprint(call(), call(), call(), calls)
		}
		if got, want := trace(ownsync.OnceValue[int]), trace(sync.OnceValue[int]); got != want {
			t.Errorf("OnceValue: got %s, want %s", got, want)
		}
		trace2 := func(once func(func() (int, error)) func() (int, error)) string {
			calls := 0
			f := once(func() (int, error) {
				if calls++; what != nil {
					panic(what)
				}
				return calls, fs.ErrExist
			})
			call := func() string { return outcome(func() string { return fmt.Sprint(f()) }) }
			return fmt.Sprint(call(), call(), call(), calls)
		}
		if got, want := trace2(ownsync.OnceValues[int, error]), trace2(sync.OnceValues[int, error]); got != want {
			t.Errorf("OnceValues: got %s, want %s", got, want)
		}
	}
	if got := outcome(func() string { return fmt.Sprint(ownsync.OnceValue[int](nil)()) }); got != outcome(func() string { return fmt.Sprint(sync.OnceValue[int](nil)()) }) {
		t.Errorf("OnceValue of nil: %s", got)
	}
	// Many at a time get the one result.
	calls := 0
	f := ownsync.OnceValue(func() int { calls++; time.Sleep(time.Millisecond); return calls })
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if v := f(); v != 1 {
				t.Errorf("got %d", v)
			}
		})
	}
	wg.Wait()
}

// A type with methods of its own, unlike its pointer.
type failure struct{ code int }

func (f failure) Error() string { return fmt.Sprint("failure ", f.code) }

// shy sets what it is asked for and then refuses.
type shy struct{ inner error }

func (s *shy) Error() string   { return "shy" }
func (s *shy) Unwrap() error   { return s.inner }
func (s *shy) As(to any) bool  { return set(to, 7) && false }
func (e *eager) Error() string { return "eager" }
func (e *eager) As(to any) bool {
	return set(to, 8)
}

type eager struct{}

func set(to any, code int) bool {
	f, ok := to.(*failure)
	if ok {
		f.code = code
	}
	return ok
}

func TestAsType(t *testing.T) {
	leaf := failure{3}
	trees := []error{nil, leaf, &leaf, fs.ErrExist, &fs.PathError{Op: "open", Err: leaf}, fmt.Errorf("more: %w", leaf), &shy{}, &shy{leaf}, &eager{},
		errors.Join(nil, fs.ErrExist, leaf), errors.Join(fs.ErrExist, &shy{}, &eager{}), fmt.Errorf("%w and %w", &shy{}, fs.ErrExist), fmt.Errorf("%w", &fs.PathError{Err: &eager{}})}
	for _, err := range trees {
		compareAs[failure](t, err)
		compareAs[*failure](t, err)
		compareAs[*fs.PathError](t, err)
		compareAs[error](t, err)
		compareAs[interface {
			error
			Unwrap() error
		}](t, err)
	}
}

func compareAs[E error](t *testing.T, err error) {
	t.Helper()
	got, ok := ownerrors.AsType[E](err)
	want, wantOK := errors.AsType[E](err)
	if ok != wantOK || any(got) != any(want) {
		t.Errorf("%T %v as %v: got %v %v, want %v %v", err, err, reflect.TypeFor[E](), got, ok, want, wantOK)
	}
}

func TestReflect(t *testing.T) {
	type hidden struct {
		Open any
		shut int
	}
	h := hidden{1.5, 2}
	var none error
	values := []reflect.Value{{}, reflect.ValueOf(1), reflect.ValueOf("a"), reflect.ValueOf(&h), reflect.ValueOf(h).Field(0), reflect.ValueOf(h).Field(1),
		reflect.ValueOf(&none).Elem(), reflect.ValueOf(failure{1}), reflect.ValueOf(failure{1}).Method(0), reflect.ValueOf(fs.ErrExist)}
	for _, v := range values {
		compareAssert[int](t, v)
		compareAssert[float64](t, v)
		compareAssert[any](t, v)
		compareAssert[error](t, v)
		compareAssert[failure](t, v)
		compareAssert[fmt.Stringer](t, v)
	}
	if got, want := fmt.Sprint(ownreflect.TypeFor[error](), ownreflect.TypeFor[hidden](), ownreflect.TypeFor[*int]()), "error std_test.hidden *int"; got != want {
		t.Errorf("TypeFor: %s", got)
	}
	_ = h.shut
}

func compareAssert[T any](t *testing.T, v reflect.Value) {
	t.Helper()
	same(t, fmt.Sprintf("%v as %v", v, reflect.TypeFor[T]()),
		func() string { r, ok := ownreflect.TypeAssert[T](v); return fmt.Sprintf("%T %v %v", r, r, ok) },
		func() string { r, ok := reflect.TypeAssert[T](v); return fmt.Sprintf("%T %v %v", r, r, ok) })
}

func TestAtomicPointer(t *testing.T) {
	a, b := new(int), new(int)
	trace := func(load func(*atomic.Pointer[int]) *int, store func(*atomic.Pointer[int], *int), swap func(*atomic.Pointer[int], *int) *int, cas func(p *atomic.Pointer[int], old, new *int) bool) string {
		var p atomic.Pointer[int]
		name := map[*int]string{nil: "nil", a: "a", b: "b"}
		out := name[load(&p)]
		store(&p, a)
		out += " " + name[load(&p)] + " " + name[p.Load()] + " " + name[swap(&p, b)]
		return out + fmt.Sprint(cas(&p, a, nil), cas(&p, b, a), cas(&p, a, nil)) + name[p.Load()]
	}
	got := trace(ownatomic.Pointer_Load[int], ownatomic.Pointer_Store[int], ownatomic.Pointer_Swap[int], ownatomic.Pointer_CompareAndSwap[int])
	want := trace((*atomic.Pointer[int]).Load, (*atomic.Pointer[int]).Store, (*atomic.Pointer[int]).Swap, (*atomic.Pointer[int]).CompareAndSwap)
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	same(t, "a nil pointer", func() string { return fmt.Sprint(ownatomic.Pointer_Load[int](nil)) }, func() string { return fmt.Sprint((*atomic.Pointer[int])(nil).Load()) })
}

// collect runs f until it is true, with collections in between.
func collect(t *testing.T, what string, f func() bool) {
	t.Helper()
	for range 200 {
		runtime.GC()
		if f() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%s does not happen", what)
}

func TestWeak(t *testing.T) {
	type pair struct {
		a int
		b string
	}
	p := &pair{1, "b"}
	w := ownweak.Make(p)
	if w != weak.Make(p) || w != ownweak.Make(p) || w.Value() != p || ownweak.Pointer_Value(w) != p {
		t.Error("a weak pointer is not that of the original")
	}
	if inner := ownweak.Make(&p.b); inner != weak.Make(&p.b) || ownweak.Pointer_Value(inner) != &p.b {
		t.Error("a weak pointer to a field is not that of the original")
	}
	if ownweak.Make[int](nil) != weak.Make[int](nil) || ownweak.Pointer_Value(weak.Pointer[int]{}) != nil {
		t.Error("nil has another weak pointer")
	}
	runtime.KeepAlive(p)
	p = nil
	collect(t, "the end of a weak pointer", func() bool { return ownweak.Pointer_Value(w) == nil })
}

func TestUnique(t *testing.T) {
	type key struct {
		s string
		f float64
	}
	a, b := ownunique.Make(key{"a", 1}), ownunique.Make(key{strings.ToLower("A"), 1})
	if a != b || a == ownunique.Make(key{"a", 2}) || ownunique.Handle_Value(a) != (key{"a", 1}) || a.Value() != b.Value() {
		t.Error("handles of equal values differ")
	}
	nan := key{"a", math.NaN()}
	if first, second := ownunique.Make(nan), ownunique.Make(nan); first == second {
		t.Error("NaN has one handle")
	}
	if v := ownunique.Make[any](nil); v != ownunique.Make[any](nil) || v.Value() != nil {
		t.Error("nil has no handle")
	}
	if e, x := ownunique.Make[error](failure{1}), ownunique.Make[any](failure{1}); any(e) == any(x) || e.Value() != x.Value() {
		t.Error("an interface type does not count")
	}
	if first, second := ownunique.Make(struct{}{}), ownunique.Make(struct{}{}); first != second {
		t.Error("handles of empty structs differ")
	}
	same(t, "an uncomparable value", func() string { ownunique.Make[any]([]int{}); return "" }, func() string { unique.Make[any]([]int{}); return "" })
	// A handle goes when nobody has it, and the value gets a new one.
	w := weak.Make(*(**key)(unsafe.Pointer(&a)))
	if w.Value() == nil {
		t.Fatal("a handle has no memory")
	}
	runtime.KeepAlive(a)
	runtime.KeepAlive(b)
	a, b = unique.Handle[key]{}, unique.Handle[key]{}
	collect(t, "the end of a handle", func() bool { return w.Value() == nil })
	if ownunique.Make(key{"a", 1}).Value() != (key{"a", 1}) {
		t.Error("a handle made again has another value")
	}
}

func TestCleanup(t *testing.T) {
	type big struct{ data [64]int }
	var ran, stopped atomic.Int64
	x := new(big)
	ownruntime.AddCleanup(x, func(n int64) { ran.Add(n) }, 1)
	ownruntime.AddCleanup(x, func(n *int64) { ran.Add(*n) }, new(int64(10)))
	ownruntime.AddCleanup(x, func(int) { stopped.Add(1) }, 1).Stop()
	runtime.KeepAlive(x)
	x = nil
	collect(t, "a cleanup", func() bool { return ran.Load() == 11 })
	if stopped.Load() != 0 {
		t.Error("a stopped cleanup ran")
	}
	y := new(big)
	same(t, "nil", func() string { ownruntime.AddCleanup[int](nil, func(int) {}, 1); return "" }, func() string { runtime.AddCleanup[int](nil, func(int) {}, 1); return "" })
	same(t, "nil with a pointer", func() string { ownruntime.AddCleanup[int](nil, func(*big) {}, y); return "" }, func() string { runtime.AddCleanup[int](nil, func(*big) {}, y); return "" })
	same(t, "itself", func() string { ownruntime.AddCleanup(y, func(*big) {}, y); return "" }, func() string { runtime.AddCleanup(y, func(*big) {}, y); return "" })
	same(t, "a part", func() string { ownruntime.AddCleanup(y, func(*int) {}, &y.data[3]); return "" }, func() string { runtime.AddCleanup(y, func(*int) {}, &y.data[3]); return "" })
	runtime.KeepAlive(y)
}

func TestRandN(t *testing.T) {
	for _, n := range []int8{0, -1} {
		same(t, "N", func() string { return fmt.Sprint(ownrand.N(n)) }, func() string { return fmt.Sprint(rand.N(n)) })
	}
	seen := map[time.Duration]int{}
	for range 4000 {
		seen[ownrand.N(time.Duration(4))]++
	}
	// Binomial with mean 1000 and standard deviation 27: six of these.
	for v := range time.Duration(4) {
		if n := seen[v]; n < 836 || n > 1164 {
			t.Errorf("%d comes %d times of 4000", v, n)
		}
	}
	if len(seen) != 4 {
		t.Errorf("out of range: %v", seen)
	}
}

func TestMaphash(t *testing.T) {
	type key struct {
		s string
		v any
	}
	seed := maphash.MakeSeed()
	a, b := key{"ab", 1.0}, key{strings.ToLower("AB"), 1.0}
	if ownmaphash.Comparable(seed, a) != ownmaphash.Comparable(seed, b) || ownmaphash.Comparable(seed, a) == ownmaphash.Comparable(seed, key{"ab", 2.0}) {
		t.Error("hashes do not follow equality")
	}
	if ownmaphash.Comparable(seed, 0.0) != ownmaphash.Comparable(seed, math.Copysign(0, -1)) {
		t.Error("the hashes of zeros differ")
	}
	if first, second := ownmaphash.Comparable(seed, math.NaN()), ownmaphash.Comparable(seed, math.NaN()); first == second {
		t.Error("NaN has one hash")
	}
	sum := func(words ...string) uint64 {
		var h maphash.Hash
		h.SetSeed(seed)
		h.WriteString("x")
		for _, w := range words {
			ownmaphash.WriteComparable(&h, w)
		}
		return h.Sum64()
	}
	if first, second := sum("ab", "c"), sum("ab", "c"); first != second || first == sum("a", "bc") {
		t.Error("what is written does not count")
	}
	same(t, "an uncomparable value", func() string { return fmt.Sprint(ownmaphash.Comparable[any](seed, []int{})) }, func() string { return fmt.Sprint(maphash.Comparable[any](seed, []int{})) })
}

// amount is a driver.Valuer, and its nil pointer too.
type amount int

func (a amount) Value() (driver.Value, error) {
	if a < 0 {
		return nil, errors.New("negative")
	}
	return int64(a) * 100, nil
}

func TestNull(t *testing.T) {
	inputs := []any{nil, int64(5), 2.5, "7", "x", []byte("8"), true, time.Unix(1, 0), int64(-1), int64(1 << 40)}
	for _, in := range inputs {
		compareNull[int32](t, in)
		compareNull[float64](t, in)
		compareNull[string](t, in)
		compareNull[[]byte](t, in)
		compareNull[bool](t, in)
		compareNull[time.Time](t, in)
		compareNull[any](t, in)
		compareNull[amount](t, in)
		compareNull[*amount](t, in)
		compareNull[struct{ x int }](t, in)
	}
	none := sql.Null[*amount]{Valid: true}
	same(t, "a nil Valuer", func() string { return fmt.Sprint(ownsql.Null_Value(none)) }, func() string { return fmt.Sprint(none.Value()) })
}

func compareNull[T any](t *testing.T, in any) {
	t.Helper()
	show := func(n sql.Null[T], err error, value func(sql.Null[T]) (driver.Value, error)) string {
		v, err2 := value(n)
		var at any = n.V
		if r := reflect.ValueOf(at); r.Kind() == reflect.Pointer && !r.IsNil() {
			at = r.Elem().Interface()
		}
		return fmt.Sprintf("%v %v %v; %T %v %v", at, n.Valid, err, v, v, err2)
	}
	same(t, fmt.Sprintf("Null[%v] of %T %v", reflect.TypeFor[T](), in, in),
		func() string {
			var n sql.Null[T]
			err := ownsql.Null_Scan(&n, in)
			return show(n, err, ownsql.Null_Value[T])
		},
		func() string { var n sql.Null[T]; err := n.Scan(in); return show(n, err, sql.Null[T].Value) })
}
