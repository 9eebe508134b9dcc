// Deferred functions see and change named results, after return has set them;
// unnamed results are already taken.
package main

import (
	"errors"
	"fmt"
)

func doubled() (n int) {
	defer func() { n *= 2 }()
	n = 5
	return n + 1
}

func unnamed() int {
	n := 5
	defer func() { n *= 2 }()
	return n
}

func swapped() (a, b string) {
	defer func() { a, b = b, a }()
	return "first", "second"
}

func escaped() (p *int, v int) {
	p = &v
	defer func() { v = 42 }()
	return p, 1
}

type file struct{ fails bool }

var errClose = errors.New("close failed")

func (f *file) Close() error {
	if f.fails {
		return errClose
	}
	return nil
}

func use(f *file, bad bool) (err error) {
	defer func() { err = errors.Join(err, f.Close()) }()
	if bad {
		return fmt.Errorf("use failed")
	}
	return
}

func shadow() (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("wrapped: %w", err)
		}
	}()
	if _, err := fmt.Sscan("x", new(int)); err != nil {
		return errors.New("inner")
	}
	return nil
}

func twice() (s []int) {
	defer func() {
		defer func() { s = append(s, 3) }()
		s = append(s, 2)
	}()
	return []int{1}
}

func recovered() (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			n, err = -1, fmt.Errorf("%v", r)
		}
	}()
	n = 10
	var m map[string]int
	m["x"] = n
	return 20, nil
}

func main() {
	fmt.Println(doubled(), unnamed())
	fmt.Println(swapped())
	p, v := escaped()
	fmt.Println(*p, v)
	fmt.Println(use(&file{}, false))
	fmt.Println(use(&file{true}, false))
	err := use(&file{true}, true)
	fmt.Printf("%q %v\n", err, errors.Is(err, errClose))
	fmt.Println(shadow())
	fmt.Println(twice())
	fmt.Println(recovered())
}
