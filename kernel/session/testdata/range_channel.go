// A range over a channel takes what is sent until close, also what was
// buffered before it; a receive after close gives the zero value.
package main

import (
	"fmt"
	"strings"
)

type spike struct {
	cell int
	at   float64
}

func generate(cells, per int) <-chan spike {
	out := make(chan spike)
	go func() {
		defer close(out)
		for c := range cells {
			for k := range per {
				out <- spike{c, float64(k)*2.5 + float64(c)}
			}
		}
	}()
	return out
}

func stage(in <-chan string, f func(string) string) <-chan string {
	out := make(chan string)
	go func() {
		defer close(out)
		for s := range in {
			out <- f(s)
		}
	}()
	return out
}

func main() {
	sum := 0.0
	n := 0
	for s := range generate(3, 4) {
		sum += s.at
		n++
	}
	fmt.Println(n, sum)
	ch := make(chan int, 5)
	for i := range 5 {
		ch <- i * i
	}
	close(ch)
	fmt.Println(len(ch), cap(ch))
	for v := range ch {
		if v == 4 {
			break
		}
		fmt.Print(v, " ")
	}
	v, ok := <-ch
	fmt.Println("rest", v, ok, len(ch))
	for range ch {
	}
	v, ok = <-ch
	fmt.Println("closed", v, ok)
	in := make(chan string)
	go func() {
		for _, w := range strings.Fields("dorsal root ganglion") {
			in <- w
		}
		close(in)
	}()
	for s := range stage(stage(in, strings.ToUpper), func(s string) string { return s[:1] + "." }) {
		fmt.Print(s)
	}
	fmt.Println()
	var fs []func() int
	again := make(chan int, 3)
	again <- 1
	again <- 2
	again <- 3
	close(again)
	for v := range again {
		fs = append(fs, func() int { return v * 10 })
	}
	for _, f := range fs {
		fmt.Print(f(), " ")
	}
	fmt.Println()
}
