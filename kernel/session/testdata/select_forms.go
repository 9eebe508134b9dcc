// select in its forms: ready cases, default, send and receive, assignment to
// existing variables, nil channels switched off, evaluation of all operands.
package main

import (
	"fmt"
	"time"
)

func ch(name string, c chan int) chan int { fmt.Print(name, " "); return c }
func val(v int) int                       { fmt.Print("v", v, " "); return v }

func merge(a, b <-chan string) (out []string) {
	for a != nil || b != nil {
		select {
		case s, ok := <-a:
			if !ok {
				a = nil
				continue
			}
			out = append(out, s)
		case s, ok := <-b:
			if !ok {
				b = nil
				continue
			}
			out = append(out, s)
		}
	}
	return
}

func main() {
	full, empty := make(chan int, 1), make(chan int, 1)
	full <- 1
	select {
	case ch("full", full) <- val(2):
		fmt.Println("never")
	case v := <-ch("empty", empty):
		fmt.Println("never", v)
	default:
		fmt.Println("default")
	}
	select {
	case ch("full", full) <- val(3):
		fmt.Println("never")
	case ch("empty", empty) <- val(4):
		fmt.Println("sent")
	}
	var v int
	var ok bool
	arr := [2]int{}
	select {
	case v, ok = <-full:
	}
	select {
	case arr[v] = <-empty:
	}
	fmt.Println(v, ok, arr)
	close(full)
	select {
	case v, ok = <-full:
		fmt.Println(v, ok)
	}
	a, b := make(chan string, 3), make(chan string, 3)
	a <- "a1"
	close(a)
	close(b)
	fmt.Println(merge(a, b))
	timeout := time.After(10 * time.Second)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	n := 0
loop:
	for {
		select {
		case <-tick.C:
			if n++; n == 3 {
				break loop
			}
		case <-timeout:
			fmt.Println("timeout")
			break loop
		}
	}
	fmt.Println(n > 0)
	done := make(chan struct{})
	data := make(chan int)
	go func() {
		defer close(done)
		for i := range 3 {
			select {
			case data <- i * i:
			case <-time.After(5 * time.Second):
				return
			}
		}
	}()
	for open := true; open; {
		select {
		case x := <-data:
			fmt.Print(x, " ")
		case <-done:
			open = false
		}
	}
	fmt.Println()
	timer := time.NewTimer(time.Hour)
	fmt.Println(timer.Stop(), timer.Stop())
	select {
	case <-time.After(time.Millisecond):
		fmt.Println("after")
	case <-make(chan int):
	}
	var send chan int
	if len(arr) > 5 {
		send = make(chan int)
	}
	select {
	case send <- 1:
	case <-(chan int)(nil):
	default:
		fmt.Println("both nil")
	}
}
