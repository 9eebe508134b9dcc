// errors.Is, As, AsType, Join and Unwrap with interpreted error types: values,
// pointers, own Is and As methods, trees of wrapped errors.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
)

var ErrBad = errors.New("bad")

type RangeError struct {
	What     string
	Got, Max float64
}

func (e *RangeError) Error() string { return fmt.Sprintf("%s %g above %g", e.What, e.Got, e.Max) }
func (e *RangeError) Unwrap() error { return ErrBad }

type Code int

func (c Code) Error() string        { return "code " + strconv.Itoa(int(c)) }
func (c Code) Is(target error) bool { t, ok := target.(Code); return ok && int(c)/100 == int(t)/100 }

type multi []error

func (m multi) Error() string   { return fmt.Sprintf("%d errors", len(m)) }
func (m multi) Unwrap() []error { return m }

type asCode struct{ error }

func (a asCode) As(target any) bool {
	if c, ok := target.(*Code); ok {
		*c = 777
		return true
	}
	return false
}

func check(x float64) error {
	if x > 1 {
		return fmt.Errorf("check: %w", &RangeError{"gain", x, 1})
	}
	return nil
}

func main() {
	err := fmt.Errorf("outer: %w", check(2.5))
	var re *RangeError
	fmt.Println(err, errors.As(err, &re), re.Got, errors.Is(err, ErrBad), check(1) == nil)
	fmt.Println(errors.Unwrap(errors.Unwrap(err)) == error(re), errors.Unwrap(ErrBad) == nil)
	if r, ok := errors.AsType[*RangeError](err); ok {
		fmt.Println("AsType", r.What)
	}
	_, ok := errors.AsType[Code](err)
	fmt.Println(ok)
	c := fmt.Errorf("x: %w", Code(404))
	fmt.Println(errors.Is(c, Code(400)), errors.Is(c, Code(500)), errors.Is(c, Code(404)))
	j := errors.Join(err, nil, c, io.EOF)
	fmt.Printf("%q %v %v %v\n", j, errors.Is(j, io.EOF), errors.Is(j, ErrBad), errors.Join(nil, nil) == nil)
	m := multi{io.ErrUnexpectedEOF, c, multi{ErrBad}}
	var code Code
	fmt.Println(m, errors.As(m, &code), int(code), errors.Is(m, ErrBad), errors.Is(m, io.EOF))
	two := fmt.Errorf("%w and %w, not %v", ErrBad, Code(1), io.EOF)
	fmt.Println(two, errors.Is(two, Code(2)), errors.Is(two, io.EOF))
	fmt.Println(errors.As(asCode{ErrBad}, &code), code)
	_, err = os.Open("no-such-file-here")
	var pe *fs.PathError
	fmt.Println(errors.Is(err, fs.ErrNotExist), errors.As(err, &pe), pe.Op, pe.Path)
	_, err = strconv.Atoi("9x")
	var ne *strconv.NumError
	fmt.Println(errors.As(err, &ne), ne.Func, ne.Err == strconv.ErrSyntax)
	func() {
		defer func() {
			err, _ := recover().(error)
			fmt.Println(errors.Is(err, ErrBad), err)
		}()
		panic(fmt.Errorf("panicked: %w", ErrBad))
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		var nothing any
		errors.As(err, nothing)
	}()
	var target interface{ Is(error) bool }
	fmt.Println(errors.As(c, &target), target.Is(Code(499)))
	fmt.Printf("%v %+v %T %T\n", two, re, two, j)
}
