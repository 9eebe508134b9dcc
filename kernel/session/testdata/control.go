// Control flow and small things: iota, loops with labels, switch, maps, slices,
// runes, integer overflow.
package main

import "fmt"

type Weekday int

const (
	Sunday Weekday = iota
	Monday
	Tuesday
	_
	Thursday
)

const (
	KB = 1 << (10 * (iota + 1))
	MB
)

func sum(xs ...int) (total int) {
	for _, x := range xs {
		total += x
	}
	return
}

func fib() func() int {
	a, b := 0, 1
	return func() int {
		r := a
		a, b = b, a+b
		return r
	}
}

func divide(a, b int) (q int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return a / b, nil
}

func main() {
	fmt.Println(Sunday, Monday, Thursday, KB, MB)
	fmt.Println(sum(), sum(1, 2, 3), sum([]int{4, 5}...))
	f := fib()
	for range 10 {
		fmt.Print(f(), " ")
	}
	fmt.Println()
	fmt.Println(divide(7, 2))
	fmt.Println(divide(1, 0))
outer:
	for i := 0; i < 3; i++ {
		for j := 0; j < 3; j++ {
			switch {
			case j == 2:
				continue outer
			case i == 2:
				break outer
			}
			fmt.Print(i, j, ";")
		}
	}
	fmt.Println()
	switch x := 5; {
	case x > 3:
		fmt.Println("big")
		fallthrough
	case x > 10:
		fmt.Println("fell")
	default:
		fmt.Println("never")
	}
	m := map[string][]int{}
	m["a"] = append(m["a"], 1, 2)
	m["b"] = nil
	delete(m, "b")
	v, ok := m["zz"]
	fmt.Println(m, v == nil, ok, len(m))
	grid := [3][4]int{}
	grid[1][2] = 7
	copyOf := grid
	copyOf[0][0] = 1
	fmt.Println(grid, copyOf[0], len(grid[0]))
	s := []int{0, 1, 2, 3, 4, 5}
	t := s[2:4:5]
	t = append(t, 99)
	t = append(t, 100)
	fmt.Println(s, t, cap(s[1:3]))
	for i, r := range "aé∑" {
		fmt.Print(i, ":", string(r), " ")
	}
	fmt.Println(len("aé∑"), []byte("é"), []rune("é"))
	x := 10
	p := &x
	*p += 5
	fmt.Println(x, *p == x)
	var u8 uint8 = 255
	u8++
	var i8 int8 = 127
	i8++
	fmt.Println(u8, i8, 7/2, -7/2, 7%3, -7%3, 7.0/2, 1<<3|1, 6&^2, 5^1)
	goto end
end:
	fmt.Println("end")
}
