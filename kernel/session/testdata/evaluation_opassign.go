package main

import "fmt"

func try(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
}

// Which side of an assignment with an operator is read first shows when both
// cannot be read.
func main() {
	a, b := make([]int, 2), make([]int, 3)
	i, j := 5, 7
	m := map[string]int{}
	var p *int
	var array *[2]int
	var none map[string]int
	words := []string{"x"}
	x := []struct{ v int }{{1}}
	rows := [][]int{{1}}
	try("slice += slice", func() { a[i] += b[j] })
	try("slice = slice", func() { a[i] = b[j] })
	try("slice += deref", func() { a[i] += *p })
	try("deref += slice", func() { *p += b[j] })
	try("map += slice", func() { m["x"] += b[j] })
	try("nil map += slice", func() { none["x"] += b[j] })
	try("slice += map", func() { a[i] += m["q"] })
	try("slice /= 0", func() { a[i] /= b[0] })
	try("slice <<= negative", func() { a[i] <<= b[0] - 1 })
	try("slice -= call", func() { a[i] -= func() int { panic("call") }() })
	try("array += slice", func() { array[1] += b[j] })
	try("++", func() { a[i]++ })
	try("words", func() { words[i] += words[j] })
	try("field", func() { x[i].v += b[j] })
	try("rows", func() { rows[0][i] += rows[j][0] })
	a[1], b[2] = 3, 4
	a[1] += b[2]
	a[1] <<= b[2] / 2
	a[1] &^= b[2]
	rows[0][0] *= a[1]
	fmt.Println(a, rows)
}
