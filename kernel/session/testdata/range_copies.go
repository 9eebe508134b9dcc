// What a range looks at: a copy of an array, the array behind a pointer, the
// slice as it was at the start; and where it puts what it finds.
package main

import "fmt"

type box struct{ key, val int }

func main() {
	arr := [3]int{1, 2, 3}
	for i, v := range arr {
		arr[2] = 100
		if i == 2 {
			fmt.Println("copy", v)
		}
	}
	arr = [3]int{1, 2, 3}
	for i, v := range &arr {
		arr[2] = 100
		if i == 2 {
			fmt.Println("pointer", v)
		}
	}
	s := []int{1, 2, 3}
	for i, v := range s {
		if i == 0 {
			s[2] = 50
			s = append(s, 4)
		}
		if i == 1 {
			s[2] = 60
		}
		fmt.Print(v, " ")
	}
	fmt.Println(s)
	var b box
	for b.key, b.val = range s {
	}
	fmt.Println(b)
	m := map[string]int{}
	var k int
	for k, m["last"] = range []int{7, 8, 9} {
		m["sum"] += k
	}
	fmt.Println(m)
	pos := []int{0, 0, 0}
	at := 0
	for at, pos[at] = range []int{5, 6, 7} {
	}
	fmt.Println(at, pos)
	var nilArr *[4]int
	for i := range nilArr {
		fmt.Print(i, " ")
	}
	fmt.Println(len(nilArr))
	structs := []box{{1, 1}, {2, 2}}
	for _, b := range structs {
		b.val *= 10
	}
	for i := range structs {
		structs[i].key *= 10
	}
	fmt.Println(structs)
	grid := [2][2]int{{1, 2}, {3, 4}}
	for _, row := range grid {
		row[0] = 0
	}
	for i, row := range &grid {
		grid[1][1] = 9
		fmt.Print(i, row, " ")
	}
	fmt.Println(grid)
}
