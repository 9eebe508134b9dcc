// Values of every kind thrown and caught: types are kept, runtime errors are
// errors, deferred calls run in order, and results stay as they were.
package main

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
)

type custom struct {
	code int
	why  []string
}

type stop int

func (s stop) String() string { return fmt.Sprintf("stop(%d)", int(s)) }

type fault struct{ op string }

func (f *fault) Error() string { return "fault in " + f.op }

func classify(f func()) (out string) {
	defer func() {
		switch r := recover().(type) {
		case nil:
			out = "returned"
		case runtime.Error:
			out = "runtime: " + strings.TrimPrefix(r.Error(), "runtime error: ")
		case *fault:
			out = "fault: " + r.op
		case error:
			out = "error: " + r.Error()
		case fmt.Stringer:
			out = "stringer: " + r.String()
		case string:
			out = "string: " + r
		case func() string:
			out = "func: " + r()
		case custom, []int, map[string]int:
			out = fmt.Sprintf("%T: %v", r, r)
		default:
			out = fmt.Sprintf("other %T %v", r, r)
		}
	}()
	f()
	return "not seen"
}

func nested(depth int) (path string, err error) {
	defer func() {
		path = fmt.Sprint(depth, path)
		if r := recover(); r != nil {
			err = fmt.Errorf("level %d: %w", depth, r.(error))
			if depth%2 == 1 {
				panic(err)
			}
		}
	}()
	if depth == 4 {
		panic(&fault{"bottom"})
	}
	p, err := nested(depth + 1)
	return "<" + p, err
}

func loop() (kept []int) {
	for i := range 6 {
		func() {
			defer func() {
				if r := recover(); r != nil {
					kept = append(kept, r.(int)*100)
				}
			}()
			if i%2 == 1 {
				panic(i)
			}
			kept = append(kept, i)
		}()
	}
	return
}

func cleanup(log *[]string) (err error) {
	step := func(s string) func() { return func() { *log = append(*log, s) } }
	defer step("last")()
	defer func() {
		if r := recover(); r != nil {
			err = errors.New(fmt.Sprint(r))
			defer step("in recover")()
		}
	}()
	defer step("before")()
	for i := range 3 {
		defer step(fmt.Sprint("loop", i))()
		if i == 1 {
			panic("midway")
		}
	}
	return nil
}

func main() {
	var nilFault *fault
	for _, f := range []func(){
		func() {}, func() { panic("text") }, func() { panic(3) }, func() { panic(2.5) }, func() { panic(errors.New("e")) },
		func() { panic(&fault{"x"}) }, func() { panic(custom{1, []string{"a"}}) }, func() { panic(stop(4)) },
		func() { panic([]int{1, 2}) }, func() { panic(map[string]int{"k": 1}) }, func() { panic(func() string { return "called" }) },
		func() { panic(fmt.Sprint("made ", 1)) }, func() { panic(struct{ X int }{7}) }, func() { panic('x') }, func() { panic(true) },
		func() { _ = nilFault.op }, func() { var a []int; a[len(a)]++ }, func() { panic([2]bool{true}) }, func() { panic(any(nil)) },
		func() { panic(fmt.Errorf("w: %w", &fault{"y"})) },
	} {
		fmt.Println(classify(f))
	}
	func() {
		defer func() {
			r := recover()
			var f *fault
			err, ok := r.(error)
			fmt.Println(r, ok, errors.As(err, &f))
		}()
		fmt.Println(nested(0))
		fmt.Println(nested(1))
	}()
	fmt.Println(loop())
	var log []string
	fmt.Println(cleanup(&log), log)
}
