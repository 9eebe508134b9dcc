// A defer in the body of a range over a function runs when the enclosing
// function returns, not when the body or the iterator does; so does recover.
package main

import (
	"fmt"
	"iter"
)

func seq(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Println("iterator ends")
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func body() {
	defer fmt.Println("first")
	for i := range seq(3) {
		defer fmt.Println("deferred", i)
		fmt.Println("body", i)
	}
	fmt.Println("after the loop")
}

func results() (sum int) {
	for i := range seq(4) {
		defer func() { sum = sum*10 + i }()
		if i == 2 {
			return 7
		}
	}
	return -1
}

func recovers() (err error) {
	for i := range seq(3) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("pass %d recovered %v", i, r)
			}
		}()
		if i == 1 {
			panic("inside")
		}
	}
	return nil
}

func nested() {
	for i := range seq(2) {
		func() {
			for j := range seq(2) {
				defer fmt.Println("inner function", i, j)
			}
		}()
		for j := range seq(1) {
			defer fmt.Println("outer function", i, j)
		}
	}
}

func main() {
	body()
	fmt.Println(results())
	fmt.Println(recovers())
	nested()
}
