// The texts of slice expressions out of bounds, two and three indices, strings
// and arrays; of conversions from slices to arrays; of make with bad sizes.
package main

import "fmt"

func try(f func()) {
	defer func() { fmt.Println(recover()) }()
	f()
}

var keep any

func main() {
	s := make([]int, 3, 5)
	str := "neuron"
	arr := [4]int{1, 2, 3, 4}
	n := 7
	try(func() { keep = s[:n] })
	try(func() { keep = s[n:] })
	try(func() { keep = s[4:] })
	try(func() { keep = s[n-4 : n-5] })
	try(func() { keep = s[n-8:] })
	try(func() { keep = str[n:] })
	try(func() { keep = str[:n] })
	try(func() { keep = str[n-2 : n-4] })
	try(func() { keep = arr[:n] })
	try(func() { p := &arr; keep = p[n-1:] })
	try(func() { keep = s[0:1:n] })
	try(func() { keep = s[0 : n-2 : n-3] })
	try(func() { keep = s[n-3 : n-4 : n-2] })
	try(func() { keep = s[0:5]; fmt.Print(len(s[3:5]), len(s[3:]), len(s[5:5]), " ") })
	try(func() { keep = [4]int(s) })
	try(func() { keep = (*[4]int)(s) })
	try(func() { a := [2]int(s); a[0] = 9; fmt.Print(a, s, " ") })
	try(func() { p := (*[2]int)(s); p[0] = 9; fmt.Print(*p, s, " ") })
	try(func() { var none []int; fmt.Print((*[0]int)(none) == nil, [0]int(none), " ") })
	try(func() { keep = make([]int, n-8) })
	try(func() { keep = make([]int, 2, n-6) })
	try(func() { keep = make([]float64, uint64(1)<<uint(n+55)) })
	try(func() { keep = make(chan int, n-8) })
	try(func() { keep = make(map[int]int, n-8); fmt.Print("map ok ") })
	var u uint8 = 250
	try(func() { keep = s[u:] })
	var none []int
	try(func() { keep = none[:0]; fmt.Print(none[:0] == nil, none[0:0:0] == nil, " ") })
	try(func() { keep = none[1:] })
}
