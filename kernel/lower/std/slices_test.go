package std_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	real "slices"
	"testing"

	"pgregory.net/rapid"

	own "github.com/neurorepl/neurorepl/kernel/lower/std/slices"
)

// outcome runs f and writes what it returned or how it panicked.
func outcome(f func() string) (s string) {
	defer func() {
		if p := recover(); p != nil {
			s = fmt.Sprintf("panic %T: %v", p, p)
		}
	}()
	return f()
}

// same runs a call with the companion and with the original.
func same(t interface{ Fatalf(string, ...any) }, what string, got, want func() string) {
	if g, w := outcome(got), outcome(want); g != w {
		t.Fatalf("%s:\n got %s\nwant %s", what, g, w)
	}
}

// whole writes a slice with its capacity and what lies behind its length.
func whole[E any](s []E) string {
	return fmt.Sprintf("nil %v len %d cap %d %v", s == nil, len(s), cap(s), s[:cap(s)])
}

// A drawn slice has room behind it that is not empty, and few different values.
func drawSlice(t *rapid.T, label string) []int {
	s := rapid.SliceOfN(rapid.IntRange(0, 3), 0, 12).Draw(t, label)
	if rapid.IntRange(0, 9).Draw(t, label+" is nil") == 0 {
		return nil
	}
	return s[:rapid.IntRange(0, len(s)).Draw(t, label+" length")]
}

func dup(s []int) []int {
	if s == nil {
		return nil
	}
	out := make([]int, cap(s))
	copy(out, s[:cap(s)])
	return out[:len(s)]
}

// Edits: the result, its capacity, and what is left in the array of the
// argument, for indices in and out of range.
func TestSliceEdits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, v := drawSlice(t, "s"), drawSlice(t, "v")
		i := rapid.IntRange(-1, len(s)+1).Draw(t, "i")
		j := rapid.IntRange(max(i-1, 0), len(s)+1).Draw(t, "j")
		odd := func(x int) bool { return x%2 == 1 }
		near := func(a, b int) bool { return a == b || a == b+1 }
		edit := func(what string, got, want func(s []int) []int) {
			t.Helper()
			a, b := dup(s), dup(s)
			same(t, what, func() string { return whole(got(a)) }, func() string { return whole(want(b)) })
			if whole(a) != whole(b) {
				t.Fatalf("%s leaves\n %s in the argument, the original\n %s", what, whole(a), whole(b))
			}
		}
		edit("Insert", func(s []int) []int { return own.Insert(s, i, v...) }, func(s []int) []int { return real.Insert(s, i, v...) })
		edit("Delete", func(s []int) []int { return own.Delete(s, i, j) }, func(s []int) []int { return real.Delete(s, i, j) })
		edit("Replace", func(s []int) []int { return own.Replace(s, i, j, v...) }, func(s []int) []int { return real.Replace(s, i, j, v...) })
		edit("DeleteFunc", func(s []int) []int { return own.DeleteFunc(s, odd) }, func(s []int) []int { return real.DeleteFunc(s, odd) })
		edit("Compact", own.Compact[[]int], real.Compact[[]int])
		edit("CompactFunc", func(s []int) []int { return own.CompactFunc(s, near) }, func(s []int) []int { return real.CompactFunc(s, near) })
		edit("Clone", own.Clone[[]int], real.Clone[[]int])
		edit("Clip", own.Clip[[]int], real.Clip[[]int])
		edit("Grow", func(s []int) []int { return own.Grow(s, i*j) }, func(s []int) []int { return real.Grow(s, i*j) })
		edit("Reverse", func(s []int) []int { own.Reverse(s); return s }, func(s []int) []int { real.Reverse(s); return s })
		edit("Concat", func(s []int) []int { return own.Concat(s, v, s) }, func(s []int) []int { return real.Concat(s, v, s) })
		edit("Repeat", func(s []int) []int { return own.Repeat(s, i) }, func(s []int) []int { return real.Repeat(s, i) })
		edit("AppendSeq", func(s []int) []int { return own.AppendSeq(s, real.Values(v)) }, func(s []int) []int { return real.AppendSeq(s, real.Values(v)) })
	})
}

// What is inserted may be a part of the slice itself.
func TestSliceOverlap(t *testing.T) {
	for length := range 7 {
		for room := length; room < 14; room += 3 {
			for from := range room + 1 {
				for to := from; to <= room; to++ {
					for i := range length + 1 {
						for j := i; j <= length; j++ {
							make0 := func() []int {
								s := make([]int, room)
								for k := range s {
									s[k] = k + 1
								}
								return s[:length]
							}
							a, b := make0(), make0()
							what := fmt.Sprintf("len %d cap %d, [%d:%d] with its own [%d:%d]", length, room, i, j, from, to)
							same(t, "Replace "+what,
								func() string { return whole(own.Replace(a, i, j, a[from:to]...)) },
								func() string { return whole(real.Replace(b, i, j, b[from:to]...)) })
							if whole(a) != whole(b) {
								t.Fatalf("Replace %s leaves %s, the original %s", what, whole(a), whole(b))
							}
						}
						a, b := make([]int, room), make([]int, room)
						for k := range a {
							a[k], b[k] = k+1, k+1
						}
						a, b = a[:length], b[:length]
						same(t, fmt.Sprintf("Insert at %d its own [%d:%d]", i, from, to),
							func() string { return whole(own.Insert(a, i, a[from:to]...)) },
							func() string { return whole(real.Insert(b, i, b[from:to]...)) })
						if whole(a) != whole(b) {
							t.Fatalf("Insert leaves %s, the original %s", whole(a), whole(b))
						}
					}
				}
			}
		}
	}
}

// Capacities are those of the originals for elements of several sizes, with
// and without pointers.
func TestSliceCapacity(t *testing.T) {
	capacities[byte](t, 700)
	capacities[int32](t, 700)
	capacities[float64](t, 700)
	capacities[string](t, 300)
	capacities[*int](t, 300)
	capacities[struct {
		a float64
		b string
		c bool
	}](t, 200)
	capacities[struct{}](t, 20)
}

// sink lets a slice escape: the compiler gives one that does not the capacity
// of a buffer on the stack.
func sink[E any](s []E) []E {
	escaped = s
	return s
}

var escaped any

func capacities[E any](t *testing.T, limit int) {
	for n := 0; n < limit; n += 1 + n/20 {
		for _, more := range []int{0, 1, 3, n, 2*n + 1} {
			s, v := make([]E, n), make([]E, more)
			name := fmt.Sprintf("%T of %d and %d more", s, n, more)
			check := func(what string, got, want []E) {
				t.Helper()
				if len(got) != len(want) || cap(got) != cap(want) || (got == nil) != (want == nil) {
					t.Errorf("%s of %s: len %d cap %d, the original %d, %d", what, name, len(got), cap(got), len(want), cap(want))
				}
			}
			check("Grow", own.Grow(s, more), real.Grow(s, more))
			check("Grow of nil", own.Grow([]E(nil), more), real.Grow([]E(nil), more))
			check("Insert", own.Insert(s, n/2, v...), real.Insert(s, n/2, v...))
			check("Insert after", own.Insert(s, n, v...), real.Insert(s, n, v...))
			check("Replace", own.Replace(s, n/3, n/2, v...), real.Replace(s, n/3, n/2, v...))
			check("Replace the end", own.Replace(s, n/2, n, v...), real.Replace(s, n/2, n, v...))
			check("Concat", own.Concat(s, v), real.Concat(s, v))
			check("Clone", own.Clone(s), real.Clone(s))
			check("Repeat", own.Repeat(v, 3), real.Repeat(v, 3))
			check("Collect", sink(own.Collect(real.Values(s))), sink(real.Collect(real.Values(s))))
			check("AppendSeq", own.AppendSeq(s, real.Values(v)), real.AppendSeq(s, real.Values(v)))
			for i, w := range real.Collect(real.Chunk(s, more+1)) {
				check("Chunk", real.Collect(own.Chunk(s, more+1))[i], w)
			}
		}
	}
}

// Searches, comparisons and sequences, with the calls that a function sees.
func TestSliceQueries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, v := drawSlice(t, "s"), drawSlice(t, "v")
		x := rapid.IntRange(-1, 4).Draw(t, "x")
		n := rapid.IntRange(-1, 5).Draw(t, "n")
		ask := func(what string, got, want func(log func(...any)) any) {
			t.Helper()
			trace := func(f func(log func(...any)) any) func() string {
				return func() (s string) {
					var calls []string
					defer func() {
						if p := recover(); p != nil {
							s = fmt.Sprint("panic ", p, " after ", calls)
						}
					}()
					r := f(func(a ...any) { calls = append(calls, fmt.Sprint(a...)) })
					return fmt.Sprint(r, calls)
				}
			}
			same(t, what, trace(got), trace(want))
		}
		type two struct{ a, b any }
		logged := func(log func(...any)) func(a, b int) int {
			return func(a, b int) int { log(a, " ", b); return cmp.Compare(a/2, b/2) }
		}
		equal := func(log func(...any)) func(a, b int) bool {
			return func(a, b int) bool { log(a, " ", b); return a/2 == b/2 }
		}
		is := func(log func(...any)) func(a int) bool {
			return func(a int) bool { log(a); return a == x }
		}
		ask("Equal", func(func(...any)) any { return own.Equal(s, v) }, func(func(...any)) any { return real.Equal(s, v) })
		ask("EqualFunc", func(l func(...any)) any { return own.EqualFunc(s, v, equal(l)) }, func(l func(...any)) any { return real.EqualFunc(s, v, equal(l)) })
		ask("Compare", func(func(...any)) any { return own.Compare(s, v) }, func(func(...any)) any { return real.Compare(s, v) })
		ask("CompareFunc", func(l func(...any)) any { return own.CompareFunc(s, v, logged(l)) }, func(l func(...any)) any { return real.CompareFunc(s, v, logged(l)) })
		ask("Index", func(func(...any)) any { return own.Index(s, x) }, func(func(...any)) any { return real.Index(s, x) })
		ask("IndexFunc", func(l func(...any)) any { return own.IndexFunc(s, is(l)) }, func(l func(...any)) any { return real.IndexFunc(s, is(l)) })
		ask("Contains", func(func(...any)) any { return own.Contains(s, x) }, func(func(...any)) any { return real.Contains(s, x) })
		ask("ContainsFunc", func(l func(...any)) any { return own.ContainsFunc(s, is(l)) }, func(l func(...any)) any { return real.ContainsFunc(s, is(l)) })
		ask("IsSorted", func(func(...any)) any { return own.IsSorted(s) }, func(func(...any)) any { return real.IsSorted(s) })
		ask("IsSortedFunc", func(l func(...any)) any { return own.IsSortedFunc(s, logged(l)) }, func(l func(...any)) any { return real.IsSortedFunc(s, logged(l)) })
		ask("Min", func(func(...any)) any { return own.Min(s) }, func(func(...any)) any { return real.Min(s) })
		ask("Max", func(func(...any)) any { return own.Max(s) }, func(func(...any)) any { return real.Max(s) })
		ask("MinFunc", func(l func(...any)) any { return own.MinFunc(s, logged(l)) }, func(l func(...any)) any { return real.MinFunc(s, logged(l)) })
		ask("MaxFunc", func(l func(...any)) any { return own.MaxFunc(s, logged(l)) }, func(l func(...any)) any { return real.MaxFunc(s, logged(l)) })
		ask("CompactFunc", func(l func(...any)) any { return own.CompactFunc(dup(s), equal(l)) }, func(l func(...any)) any { return real.CompactFunc(dup(s), equal(l)) })
		ask("DeleteFunc", func(l func(...any)) any { return own.DeleteFunc(dup(s), is(l)) }, func(l func(...any)) any { return real.DeleteFunc(dup(s), is(l)) })
		// Not sorted too: a search must then fail in the same way.
		for _, s := range [][]int{s, real.Sorted(real.Values(s))} {
			ask("BinarySearch", func(func(...any)) any { i, ok := own.BinarySearch(s, x); return two{i, ok} },
				func(func(...any)) any { i, ok := real.BinarySearch(s, x); return two{i, ok} })
			ask("BinarySearchFunc", func(l func(...any)) any { i, ok := own.BinarySearchFunc(s, x, logged(l)); return two{i, ok} },
				func(l func(...any)) any { i, ok := real.BinarySearchFunc(s, x, logged(l)); return two{i, ok} })
		}
		// Sequences that change while they run, and that end early.
		each := func(l func(...any), f func([]int) func(func(int, int) bool)) any {
			s := dup(s)
			f(s)(func(i, v int) bool {
				l(i, " ", v)
				s[len(s)/2] = 9
				return i != n
			})
			return s
		}
		ask("All", func(l func(...any)) any {
			return each(l, func(s []int) func(func(int, int) bool) { return own.All(s) })
		},
			func(l func(...any)) any {
				return each(l, func(s []int) func(func(int, int) bool) { return real.All(s) })
			})
		ask("Backward", func(l func(...any)) any {
			return each(l, func(s []int) func(func(int, int) bool) { return own.Backward(s) })
		}, func(l func(...any)) any {
			return each(l, func(s []int) func(func(int, int) bool) { return real.Backward(s) })
		})
		values := func(l func(...any), f func([]int) func(func(int) bool)) any {
			s := dup(s)
			f(s)(func(v int) bool { l(v); s[len(s)/2] = 9; return v != n })
			return s
		}
		ask("Values", func(l func(...any)) any {
			return values(l, func(s []int) func(func(int) bool) { return own.Values(s) })
		},
			func(l func(...any)) any {
				return values(l, func(s []int) func(func(int) bool) { return real.Values(s) })
			})
		chunks := func(f func([]int, int) func(func([]int) bool)) any {
			var out []string
			c := f(s, n)
			for range 2 { // a sequence can be walked again
				c(func(p []int) bool { out = append(out, fmt.Sprint(len(p), cap(p), p)); return len(out) < 3 })
			}
			return out
		}
		ask("Chunk", func(func(...any)) any {
			return chunks(func(s []int, n int) func(func([]int) bool) { return own.Chunk(s, n) })
		},
			func(func(...any)) any {
				return chunks(func(s []int, n int) func(func([]int) bool) { return real.Chunk(s, n) })
			})
	})
}

func TestSliceLimits(t *testing.T) {
	huge := make([]struct{}, math.MaxInt)
	same(t, "Concat", func() string { return fmt.Sprint(len(own.Concat(huge, huge))) }, func() string { return fmt.Sprint(len(real.Concat(huge, huge))) })
	same(t, "Repeat", func() string { return fmt.Sprint(len(own.Repeat(huge, 2))) }, func() string { return fmt.Sprint(len(real.Repeat(huge, 2))) })
	same(t, "Repeat", func() string { return fmt.Sprint(len(own.Repeat(huge, 1))) }, func() string { return fmt.Sprint(len(real.Repeat(huge, 1))) })
	same(t, "Repeat", func() string { return whole(own.Repeat([]int{}, math.MaxInt)) }, func() string { return whole(real.Repeat([]int{}, math.MaxInt)) })
	same(t, "Repeat", func() string { return whole(own.Repeat([]int{1}, math.MaxInt)) }, func() string { return whole(real.Repeat([]int{1}, math.MaxInt)) })
	same(t, "Grow", func() string { return whole(own.Grow([]int{1}, math.MaxInt)) }, func() string { return whole(real.Grow([]int{1}, math.MaxInt)) })
	same(t, "Insert", func() string { return fmt.Sprint(len(own.Insert(huge, 0, huge...))) }, func() string { return fmt.Sprint(len(real.Insert(huge, 0, huge...))) })
}

// special has the numbers that compare unlike others.
var special = []float64{math.NaN(), math.Inf(-1), -1, math.Copysign(0, -1), 0, 1, math.Inf(1)}

func bits(s []float64) (out []uint64) {
	for _, v := range s {
		out = append(out, math.Float64bits(v))
	}
	return out
}

func TestSliceFloats(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		s := make([]float64, 1+r.IntN(40))
		for i := range s {
			s[i] = special[r.IntN(len(special))]
		}
		x := special[r.IntN(len(special))]
		a, b := real.Clone(s), real.Clone(s)
		same(t, fmt.Sprint("Min and Max of ", s),
			func() string { return fmt.Sprint(bits([]float64{own.Min(s), own.Max(s)})) },
			func() string { return fmt.Sprint(bits([]float64{real.Min(s), real.Max(s)})) })
		own.Sort(a)
		real.Sort(b)
		if !reflect.DeepEqual(bits(a), bits(b)) {
			t.Fatalf("Sort of %v:\n got %v\nwant %v", s, a, b)
		}
		for _, s := range [][]float64{s, b} {
			same(t, fmt.Sprint("searches in ", s, " for ", x),
				func() string {
					i, ok := own.BinarySearch(s, x)
					return fmt.Sprint(i, ok, own.IsSorted(s), own.Contains(s, x), own.Index(s, x), own.Equal(s, s), own.Compare(s, b))
				},
				func() string {
					i, ok := real.BinarySearch(s, x)
					return fmt.Sprint(i, ok, real.IsSorted(s), real.Contains(s, x), real.Index(s, x), real.Equal(s, s), real.Compare(s, b))
				})
		}
	}
}

// An element carries where it was, which its comparison does not see.
type element struct{ key, from int }

// Inputs of the kinds that the pattern-defeating quicksort treats apart.
var patterns = map[string]func(r *rand.Rand, i, n int) int{
	"random":      func(r *rand.Rand, i, n int) int { return r.IntN(n + 1) },
	"few":         func(r *rand.Rand, i, n int) int { return r.IntN(4) },
	"equal":       func(r *rand.Rand, i, n int) int { return 7 },
	"ascending":   func(r *rand.Rand, i, n int) int { return i / 3 },
	"descending":  func(r *rand.Rand, i, n int) int { return (n - i) / 3 },
	"saw":         func(r *rand.Rand, i, n int) int { return i % 17 },
	"organ pipe":  func(r *rand.Rand, i, n int) int { return min(i, n-i) },
	"nearly":      func(r *rand.Rand, i, n int) int { return i/2 + r.IntN(20)/19*n },
	"two sorted":  func(r *rand.Rand, i, n int) int { return i % (n/2 + 1) },
	"push front":  func(r *rand.Rand, i, n int) int { return (i + n - 1) % n },
	"alternating": func(r *rand.Rand, i, n int) int { return i % 2 },
}

// Unstable sorts leave equal elements in the order of the originals, and call
// the comparison with the same pairs.
func TestSortPermutation(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var sizes []int
	for n := range 70 {
		sizes = append(sizes, n)
	}
	sizes = append(sizes, 100, 127, 128, 129, 255, 500, 1000, 1023, 2500, 5000)
	for name, value := range patterns {
		for _, n := range sizes {
			s := make([]element, n)
			for i := range s {
				s[i] = element{value(r, i, n), i}
			}
			run := func(sorter func([]element, func(a, b element) int)) ([]element, uint64) {
				s, calls := real.Clone(s), uint64(0)
				sorter(s, func(a, b element) int {
					calls = calls*1000003 + uint64(a.from)<<20 + uint64(b.from)
					return cmp.Compare(a.key, b.key)
				})
				return s, calls
			}
			got, calls := run(own.SortFunc[[]element])
			want, wantCalls := run(real.SortFunc[[]element])
			if !real.Equal(got, want) || calls != wantCalls {
				t.Fatalf("SortFunc of %d, %s: another order (calls equal: %v)", n, name, calls == wantCalls)
			}
			got, calls = run(own.SortStableFunc[[]element])
			want, wantCalls = run(real.SortStableFunc[[]element])
			if !real.Equal(got, want) || calls != wantCalls {
				t.Fatalf("SortStableFunc of %d, %s: another order (calls equal: %v)", n, name, calls == wantCalls)
			}
			got = own.SortedFunc(real.Values(s), func(a, b element) int { return a.key - b.key })
			want = real.SortedFunc(real.Values(s), func(a, b element) int { return a.key - b.key })
			if !real.Equal(got, want) || cap(got) != cap(want) {
				t.Fatalf("SortedFunc of %d, %s: another order", n, name)
			}
			got = own.SortedStableFunc(real.Values(s), func(a, b element) int { return a.key - b.key })
			want = real.SortedStableFunc(real.Values(s), func(a, b element) int { return a.key - b.key })
			if !real.Equal(got, want) || cap(got) != cap(want) {
				t.Fatalf("SortedStableFunc of %d, %s: another order", n, name)
			}
			// An inconsistent comparison gives the same disorder.
			odd := func(a, b element) int { return (a.key*7+b.key*3+a.from)%3 - 1 }
			a, b := real.Clone(s), real.Clone(s)
			own.SortFunc(a, odd)
			real.SortFunc(b, odd)
			if !real.Equal(a, b) {
				t.Fatalf("SortFunc of %d, %s: another order with a comparison that is none", n, name)
			}
		}
	}
}

// Every ordered kind, also under a name of its own.
func TestSortKinds(t *testing.T) {
	type hz float64
	type name string
	sortKind[int](t)
	sortKind[int8](t)
	sortKind[int16](t)
	sortKind[int32](t)
	sortKind[int64](t)
	sortKind[uint](t)
	sortKind[uint8](t)
	sortKind[uint16](t)
	sortKind[uint32](t)
	sortKind[uint64](t)
	sortKind[uintptr](t)
	sortKind[float32](t)
	sortKind[float64](t)
	sortKind[hz](t)
	a := []name{"b", "", "a", "b", "aa"}
	own.Sort(a)
	if want := []name{"", "a", "aa", "b", "b"}; !real.Equal(a, want) {
		t.Errorf("%q", a)
	}
	own.Sort([]string(nil))
}

func sortKind[E int | int8 | int16 | int32 | int64 | uint | uint8 | uint16 | uint32 | uint64 | uintptr | float32 | ~float64](t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for n := range 200 {
		s := make([]E, n)
		for i := range s {
			s[i] = E(r.IntN(100)) - 50
		}
		a, b := real.Clone(s), real.Clone(s)
		own.Sort(a)
		real.Sort(b)
		if !real.Equal(a, b) {
			t.Fatalf("%T: %v", s, a)
		}
		if c := own.Sorted(real.Values(s)); !real.Equal(c, b) {
			t.Fatalf("Sorted %T: %v", s, c)
		}
	}
}

// A panic of a comparison is the sort's, and leaves the slice as the original does.
func TestSortPanics(t *testing.T) {
	for stop := range 60 {
		run := func(sorter func([]int, func(a, b int) int)) string {
			s := []int{5, 2, 8, 1, 9, 3, 7, 3, 1, 4, 4, 6, 0, 2, 5}
			calls := 0
			r := outcome(func() string {
				sorter(s, func(a, b int) int {
					if calls++; calls > stop {
						panic(calls)
					}
					return a - b
				})
				return "done"
			})
			return fmt.Sprint(r, s)
		}
		if got, want := run(own.SortFunc[[]int]), run(real.SortFunc[[]int]); got != want {
			t.Fatalf("got %s\nwant %s", got, want)
		}
	}
}

func FuzzSortFunc(f *testing.F) {
	f.Add([]byte("hello, world: many letters are equal here"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := make([]element, len(data))
		for i, b := range data {
			s[i] = element{int(b), i}
		}
		a, b := real.Clone(s), real.Clone(s)
		byKey := func(a, b element) int { return a.key - b.key }
		own.SortFunc(a, byKey)
		real.SortFunc(b, byKey)
		if !real.Equal(a, b) {
			t.Fatal("another order")
		}
	})
}
