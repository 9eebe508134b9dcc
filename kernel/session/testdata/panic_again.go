// Panics that follow one another: a deferred function that panics replaces the
// value, a re-panic keeps it, a recovered one lets the callers go on.
package main

import (
	"errors"
	"fmt"
	"runtime"
)

type failure struct{ code int }

func (f failure) Error() string { return fmt.Sprintf("failure %d", f.code) }

func level(n int) {
	defer func() {
		if n == 2 {
			r := recover()
			fmt.Println("level 2 saw", r)
			panic(fmt.Sprintf("%v, again", r))
		}
		fmt.Println("level", n, "unwinds")
	}()
	if n == 0 {
		panic("start")
	}
	level(n - 1)
	fmt.Println("never", n)
}

func replace() (out string) {
	defer func() { out = fmt.Sprint(recover()) }()
	defer func() { panic("third") }()
	defer func() { panic("second") }()
	panic("first")
}

func swallow() (out []any) {
	defer func() { out = append(out, recover()) }()
	defer func() {
		defer func() { out = append(out, recover()) }()
		panic("in the deferred function")
	}()
	panic("body")
}

func nilPanic() (err error) {
	defer func() {
		r := recover()
		var pe *runtime.PanicNilError
		err, _ = r.(error)
		fmt.Println(errors.As(err, &pe))
	}()
	panic(nil)
}

func typed() (err error) {
	defer func() {
		switch r := recover().(type) {
		case failure:
			err = fmt.Errorf("typed: %w", r)
		case error:
			err = r
		}
	}()
	panic(failure{7})
}

func cont() (n int) {
	for i := range 5 {
		func() {
			defer func() {
				if recover() != nil {
					n += 10
				}
			}()
			if i%2 == 1 {
				panic(i)
			}
			n++
		}()
	}
	return
}

func main() {
	func() {
		defer func() { fmt.Println("main saw", recover()) }()
		level(3)
	}()
	fmt.Println(replace())
	fmt.Println(swallow())
	fmt.Println(nilPanic())
	var f failure
	err := typed()
	fmt.Println(err, errors.As(err, &f), f.code)
	fmt.Println(cont())
}
