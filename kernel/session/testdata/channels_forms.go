// Channels of channels, of functions, of structs; directions; buffered order;
// len and cap; a channel as a mutex, a semaphore and a generator.
package main

import (
	"fmt"
	"strings"
)

type request struct {
	x     float64
	reply chan<- float64
}

func server(in <-chan request, f func(float64) float64) {
	for r := range in {
		r.reply <- f(r.x)
	}
}

func sieve(n int) (primes []int) {
	ch := make(chan int)
	go func(out chan<- int) {
		defer close(out)
		for i := 2; i < n; i++ {
			out <- i
		}
	}(ch)
	for {
		p, ok := <-ch
		if !ok {
			return
		}
		primes = append(primes, p)
		next := make(chan int)
		go func(in <-chan int, out chan<- int) {
			defer close(out)
			for v := range in {
				if v%p != 0 {
					out <- v
				}
			}
		}(ch, next)
		ch = next
	}
}

type signal struct{}
type stream chan string

func (s stream) send(words ...string) stream {
	for _, w := range words {
		s <- w
	}
	return s
}

func (s stream) drain() string {
	close(s)
	var b strings.Builder
	for w := range s {
		b.WriteString(w)
	}
	return b.String()
}

func main() {
	in := make(chan request)
	go server(in, func(x float64) float64 { return x * x })
	reply := make(chan float64)
	for _, x := range []float64{1.5, 3} {
		in <- request{x, reply}
		fmt.Print(<-reply, " ")
	}
	close(in)
	fmt.Println()
	fmt.Println(sieve(50))
	fmt.Println(make(stream, 5).send("a", "b", "c").drain())
	tasks := make(chan func() string, 3)
	for i := range 3 {
		tasks <- func() string { return fmt.Sprint("task", i) }
	}
	close(tasks)
	for f := range tasks {
		fmt.Print(f(), " ")
	}
	fmt.Println(len(tasks), cap(tasks))
	chans := make(chan chan int, 2)
	for i := range 2 {
		c := make(chan int, 1)
		c <- i + 10
		chans <- c
	}
	fmt.Println(<-<-chans, <-<-chans)
	lock := make(chan signal, 1)
	total := 0
	done := make(chan signal)
	for i := range 20 {
		go func() {
			lock <- signal{}
			total += i
			<-lock
			done <- signal{}
		}()
	}
	for range 20 {
		<-done
	}
	fmt.Println(total)
	c := make(chan [3]int, 1)
	var send chan<- [3]int = c
	var recv <-chan [3]int = c
	send <- [3]int{1, 2, 3}
	fmt.Println((<-recv)[1], c == recv, len(send), fmt.Sprintf("%T %T", send, recv))
	errs := make(chan error, 2)
	errs <- nil
	errs <- fmt.Errorf("e")
	fmt.Println(<-errs, <-errs)
	fib := func() <-chan int {
		out := make(chan int)
		go func() {
			for a, b := 0, 1; ; a, b = b, a+b {
				out <- a
			}
		}()
		return out
	}()
	for range 10 {
		fmt.Print(<-fib, " ")
	}
	fmt.Println()
	var iface any = c
	_, isChan := iface.(chan [3]int)
	_, isRecv := iface.(<-chan [3]int)
	fmt.Println(isChan, isRecv)
}
