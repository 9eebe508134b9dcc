// runtime.Goexit ends its goroutine after the deferred calls and is no panic:
// recover gives nil and nothing after it runs.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func deep(n int, log *[]string) {
	defer func() { *log = append(*log, fmt.Sprint("d", n)) }()
	if n == 0 {
		runtime.Goexit()
	}
	deep(n-1, log)
	*log = append(*log, "never")
}

func run(f func()) (finished bool) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		f()
		finished = true
	}()
	wg.Wait()
	return
}

func main() {
	var log []string
	fmt.Println(run(func() { deep(3, &log) }), log)
	fmt.Println(run(func() {}))
	fmt.Println(run(func() {
		defer func() { fmt.Println("recover gives", recover()) }()
		runtime.Goexit()
	}))
	fmt.Println(run(func() {
		defer func() {
			fmt.Println("panic gone:", recover())
		}()
		defer func() {
			recover()
			runtime.Goexit()
		}()
		panic("lost")
	}))
	results := make(chan int)
	go func() {
		defer close(results)
		for i := range 10 {
			if i == 3 {
				runtime.Goexit()
			}
			results <- i
		}
	}()
	for v := range results {
		fmt.Print(v, " ")
	}
	fmt.Println()
	fmt.Println(run(func() {
		for _, f := range []func(){func() { fmt.Println("one") }, runtime.Goexit, func() { fmt.Println("never") }} {
			f()
		}
	}))
}
