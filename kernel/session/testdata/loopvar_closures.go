// Every pass of every kind of for loop has its own variables: closures and
// pointers that outlive the pass keep theirs.
package main

import "fmt"

func main() {
	var fs []func() string
	for i := 0; i < 3; i++ {
		fs = append(fs, func() string { return fmt.Sprint("c", i) })
	}
	for i, s := range []string{"x", "y"} {
		fs = append(fs, func() string { return fmt.Sprint(i, s) })
	}
	for i := range 2 {
		for j := range 2 {
			fs = append(fs, func() string { return fmt.Sprint("n", i, j) })
		}
	}
	for _, r := range "hé" {
		fs = append(fs, func() string { return string(r) })
	}
	for _, f := range fs {
		fmt.Print(f(), " ")
	}
	fmt.Println()
	var ps []*int
	for i := 0; i < 3; i++ {
		ps = append(ps, &i)
	}
	*ps[0] = 40
	fmt.Println(*ps[0], *ps[1], *ps[2])
	var adders [3]func(int) int
	for i := range adders {
		sum := i * 100
		adders[i] = func(d int) int { sum += d; return sum }
	}
	for k := range 3 {
		fmt.Print(adders[0](1), " ", adders[k](2), "; ")
	}
	fmt.Println()
	var prev *int
	same := 0
	for i := 0; i < 4; i++ {
		if prev == &i {
			same++
		}
		prev = &i
	}
	fmt.Println("same", same)
	j := 0
	var gs []func() int
	for j = 0; j < 3; j++ {
		gs = append(gs, func() int { return j })
	}
	fmt.Println(gs[0](), gs[2]())
	for k, f := 0, (func() int)(nil); k < 3; k++ {
		if f != nil {
			fmt.Print("before ", f(), " ")
		}
		f = func() int { return k }
	}
	fmt.Println()
}
