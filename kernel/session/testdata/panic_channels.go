// Channels used wrongly: send on a closed one, close twice, close nil; from a
// select as well; receiving from a closed one is fine.
package main

import (
	"fmt"
	"sync"
)

func try(name string, f func()) {
	defer func() { fmt.Println(name+":", recover()) }()
	f()
}

func main() {
	ch := make(chan int, 2)
	ch <- 1
	close(ch)
	try("send closed", func() { ch <- 2 })
	try("close closed", func() { close(ch) })
	try("close nil", func() { var c chan int; close(c) })
	try("select send", func() {
		select {
		case ch <- 3:
		default:
			fmt.Print("never ")
		}
	})
	try("select receive", func() {
		select {
		case v, ok := <-ch:
			fmt.Print(v, ok, " ")
		default:
			fmt.Print("never ")
		}
	})
	fmt.Println(<-ch, len(ch), cap(ch))
	var nilChan chan string
	select {
	case v := <-nilChan:
		fmt.Println("never", v)
	case nilChan <- "x":
		fmt.Println("never")
	default:
		fmt.Println("nil blocks", len(nilChan), cap(nilChan))
	}
	var wg sync.WaitGroup
	errs := make([]any, 3)
	shared := make(chan int)
	close(shared)
	for i := range errs {
		wg.Go(func() {
			defer func() { errs[i] = recover() }()
			shared <- i
		})
	}
	wg.Wait()
	fmt.Println(errs...)
	try("negative counter", func() {
		var wg sync.WaitGroup
		wg.Done()
	})
	blocked := make(chan int)
	result := make(chan any)
	go func() {
		defer func() { result <- recover() }()
		blocked <- 1
	}()
	close(blocked)
	fmt.Println(<-result)
}
