package std_test

import (
	"errors"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	own "github.com/neurorepl/neurorepl/kernel/lower/std/iter"
)

// A script is a sequence that notes what happens to it.
func script(n int, end any, note func(...any)) iter.Seq[int] {
	return func(yield func(int) bool) {
		note("start")
		defer note("end")
		for i := range n {
			if ok := yield(i); !ok {
				note("stopped at ", i, " ", yield(99), " ", yield(98)) // goes on nevertheless
				if end == "panic when stopped" {
					panic(end)
				}
				return
			}
		}
		switch end {
		case nil, "panic when stopped":
		case "goexit":
			runtime.Goexit()
		default:
			panic(end)
		}
	}
}

// trace pulls by a list of calls, 'n' for next and 's' for stop, each on a
// goroutine that may end.
func trace(pull func(iter.Seq[int]) (func() (int, bool), func()), n int, end any, calls string) string {
	var notes []string
	note := func(a ...any) { notes = append(notes, fmt.Sprint(a...)) }
	next, stop := pull(script(n, end, note))
	for _, c := range calls {
		done := make(chan string)
		go func() {
			result := "goexit"
			defer func() {
				if p := recover(); p != nil {
					result = fmt.Sprint("panic ", p)
				}
				done <- result
			}()
			if c == 'n' {
				v, ok := next()
				result = fmt.Sprint(v, " ", ok)
				return
			}
			stop()
			result = "stop"
		}()
		note(<-done)
	}
	return strings.Join(notes, "; ")
}

func TestPull(t *testing.T) {
	ends := []any{nil, "a reason", errors.New("an error"), "goexit", "panic when stopped"}
	for _, calls := range []string{"", "s", "ss", "n", "ns", "nnnnn", "nnsns", "snn", "nnnnsnsn", "nsnns"} {
		for n := range 4 {
			for _, end := range ends {
				if got, want := trace(own.Pull[int], n, end, calls+"s"), trace(iter.Pull[int], n, end, calls+"s"); got != want {
					t.Errorf("%d values, then %v; calls %s:\n got %s\nwant %s", n, end, calls, got, want)
				}
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n, end := rapid.IntRange(0, 6).Draw(t, "n"), rapid.SampledFrom(ends).Draw(t, "end")
		calls := rapid.StringOfN(rapid.RuneFrom([]rune("nnnns")), 0, 10, -1).Draw(t, "calls") + "s"
		pull2 := func(p func(iter.Seq2[string, int]) (func() (string, int, bool), func())) func(iter.Seq[int]) (func() (int, bool), func()) {
			return func(s iter.Seq[int]) (func() (int, bool), func()) {
				next, stop := p(func(yield func(string, int) bool) {
					s(func(v int) bool { return yield(fmt.Sprint("key ", v), v) })
				})
				return func() (int, bool) {
					k, v, ok := next()
					if (k == fmt.Sprint("key ", v)) != ok {
						t.Fatalf("key %q of value %d, %v", k, v, ok)
					}
					return v, ok
				}, stop
			}
		}
		if got, want := trace(own.Pull[int], n, end, calls), trace(iter.Pull[int], n, end, calls); got != want {
			t.Fatalf("Pull:\n got %s\nwant %s", got, want)
		}
		if got, want := trace(pull2(own.Pull2[string, int]), n, end, calls), trace(pull2(iter.Pull2[string, int]), n, end, calls); got != want {
			t.Fatalf("Pull2:\n got %s\nwant %s", got, want)
		}
	})
}

// Calls out of order, by the sequence itself or of a yield that was kept.
func TestPullMisuse(t *testing.T) {
	run := func(pull func(iter.Seq[int]) (func() (int, bool), func()), name string) string {
		var out []string
		call := func(f func() (int, bool)) {
			out = append(out, outcome(func() string { return fmt.Sprint(f()) }))
		}
		var next func() (int, bool)
		var stop func()
		next, stop = pull(func(yield func(int) bool) {
			yield(1)
			call(next)
			yield(2)
			next()
		})
		call(next)
		call(next)
		call(next)
		call(next)
		stop()

		var kept func(int) bool
		next, stop = pull(func(yield func(int) bool) { kept = yield; yield(1); yield(2) })
		call(next)
		call(func() (int, bool) { return 0, kept(5) })
		stop()
		call(func() (int, bool) { return 0, kept(6) })

		next, stop = pull(func(yield func(int) bool) { yield(1); stop(); yield(2) })
		call(next)
		call(next)
		call(next)
		stop()

		next, stop = pull(nil)
		call(next)
		call(next)
		stop()
		return strings.Join(out, "; ")
	}
	if got, want := run(own.Pull[int], "own"), run(iter.Pull[int], "real"); got != want {
		t.Errorf("Pull:\n got %s\nwant %s", got, want)
	}
	pairs := func(p func(iter.Seq2[int, int]) (func() (int, int, bool), func())) func(iter.Seq[int]) (func() (int, bool), func()) {
		return func(s iter.Seq[int]) (func() (int, bool), func()) {
			next, stop := p(func(yield func(int, int) bool) { s(func(v int) bool { return yield(v, v) }) })
			return func() (int, bool) { _, v, ok := next(); return v, ok }, stop
		}
	}
	if got, want := run(pairs(own.Pull2[int, int]), "own"), run(pairs(iter.Pull2[int, int]), "real"); got != want {
		t.Errorf("Pull2:\n got %s\nwant %s", got, want)
	}
}

// A sequence that was pulled to its end, stopped or never begun leaves no
// goroutine.
func TestPullLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	for i := range 300 {
		next, stop := own.Pull(script(3, nil, func(...any) {}))
		for range i % 6 {
			next()
		}
		stop()
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

func BenchmarkPull(b *testing.B) {
	count := func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
		}
	}
	b.Run("own", func(b *testing.B) {
		next, stop := own.Pull(count)
		defer stop()
		for b.Loop() {
			next()
		}
	})
	b.Run("original", func(b *testing.B) {
		next, stop := iter.Pull(count)
		defer stop()
		for b.Loop() {
			next()
		}
	})
}
