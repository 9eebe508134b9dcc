// The texts of what goes wrong with indices: arrays, slices, strings, behind
// pointers, negative and of other integer types; state before it is kept.
package main

import (
	"errors"
	"fmt"
	"runtime"
)

func try(f func()) {
	defer func() {
		r := recover()
		err, _ := r.(error)
		var re runtime.Error
		fmt.Println(r, errors.As(err, &re))
	}()
	f()
}

type grid [2][3]int

var sink int

func at[T any](xs []T, i int) T { return xs[i] }

func main() {
	s := []int{1, 2, 3}
	arr := [4]int{}
	str := "abc"
	n, neg := 3, -1
	try(func() { sink = s[n] })
	try(func() { sink = s[neg] })
	try(func() { s[n+7] = 1 })
	try(func() { arr[n+1]++ })
	try(func() { sink = int(str[n]) })
	try(func() { p := &arr; p[n*2] = 1 })
	try(func() { var g grid; g[n-2][n] = 5 })
	try(func() { var g grid; g[n][0] = 5 })
	try(func() { sink = []int(nil)[0] })
	try(func() { var e [0]int; sink = e[n-3] })
	var u8 uint8 = 200
	var i64 int64 = -9000000000
	var u64 uint64 = 1 << 63
	try(func() { sink = s[u8] })
	try(func() { sink = s[i64] })
	try(func() { sink = s[u64] })
	try(func() { _ = at([]string{"x"}, 1) })
	try(func() { m := map[string][]int{}; m["none"][0]++ })
	try(func() {
		for i := 0; ; i++ {
			s[i] *= 10
		}
	})
	fmt.Println(s)
	i := 0
	try(func() {
		i, s[i+5] = 2, 4
	})
	fmt.Println(i, s)
	try(func() { _ = []func(){nil}[0]; x := [][]int{{1}, {}}; sink = x[1][0] })
}
