// Assignments of several values at once, to variables, fields and elements,
// from values, calls and slices.
package main

import "fmt"

var x int
var z []int
var s string

type P struct{ A, B float64 }

func f() {
	t := 7
	x, z = t, []int{1, 2}
}
func g() (int, error) { return 3, nil }
func main() {
	f()
	fmt.Println(x, z)
	x, s = 9, "q"
	fmt.Println(x, s)
	i, j := 0, 0
	i, j = 4, 5
	fmt.Println(i, j)
	a := []int{1, 2, 3}
	i = 0
	i, a[i] = 1, 22
	fmt.Println(i, a)
	var p P
	p.A, p.B = 1, 2
	fmt.Println(p)
	k, e := 3, error(nil)
	k, e = g()
	fmt.Println(k, e)
	x, z = len(s), z[:1]
	fmt.Println(x, z)
	var u, v = 1, []string{"b"}
	fmt.Println(u, v)
	i, v = 2, append(v, "c")
	fmt.Println(i, v)
	f1, f2 := 1.5, mth(2)
	f1, f2 = f2, 2*f1
	fmt.Println(f1, f2)
}
func mth(x float64) float64 { return x }
