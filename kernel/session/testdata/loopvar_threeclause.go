// A three-clause loop copies its variable before the post statement: what the
// body or a closure does to it carries on, what a closure kept stays.
package main

import "fmt"

func main() {
	var fs []func() int
	for i := 0; i < 10; i++ {
		i += 2
		fs = append(fs, func() int { i += 100; return i })
		if i == 5 {
			continue
		}
		i++
	}
	for _, f := range fs {
		fmt.Print(f(), " ", f(), " ")
	}
	fmt.Println()
	for i := 0; i < 6; i++ {
		inc := func() { i += 2 }
		inc()
		fmt.Print(i, " ")
	}
	fmt.Println()
	var kept []*int
	for i, p := 0, new(int); i < 3; i, p = i+1, &i {
		kept = append(kept, p)
	}
	fmt.Println(*kept[0], *kept[1], *kept[2])
	var peek func() int
	for i := 0; i < 3; i++ {
		if peek != nil {
			fmt.Print("previous ", peek(), "; ")
		}
		peek = func() int { return i }
	}
	fmt.Println("last", peek())
	var post []func() int
	for i := 0; i < 3; func() { post = append(post, func() int { return i }); i++ }() {
	}
	for _, f := range post {
		fmt.Print(f(), " ")
	}
	fmt.Println()
	for i, s := 0, "a"; len(s) < 5; i, s = i+1, s+"b" {
		defer func() { fmt.Print("[", i, s, "]") }()
	}
outer:
	for i := 0; i < 3; i++ {
		for j := 0; j < 3; j++ {
			defer func() { fmt.Print(" ", i, j) }()
			if j == i {
				i++
				continue outer
			}
		}
	}
	for cond := func() bool { return len(fs) > 2 }; cond(); fs = fs[1:] {
	}
	fmt.Println(len(fs))
}
