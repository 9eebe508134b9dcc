// Builtins and conversions' calls under defer and go: close, delete, copy
// through a closure, panic, print forms of fmt, methods of embedded fields.
package main

import (
	"fmt"
	"strings"
	"sync"
)

type lab struct {
	sync.Mutex
	strings.Builder
	log map[string]int
}

func fill(ch chan<- int, n int) {
	defer close(ch)
	for i := range n {
		ch <- i
	}
}

func (l *lab) do(name string) (n int) {
	l.Lock()
	defer l.Unlock()
	defer delete(l.log, "temporary")
	l.log["temporary"] = 1
	l.log[name]++
	defer l.WriteString(name + ";")
	return len(l.log)
}

func boom() (err error) {
	defer func() { err = fmt.Errorf("caught %v", recover()) }()
	defer panic("deferred panic")
	return nil
}

func order() (out []int) {
	defer func() { out = append(out, 0) }()
	for i := 1; i <= 3; i++ {
		defer func() { out = append(out, i) }()
	}
	return out
}

func conditional(on bool) (s string) {
	if on {
		defer func() { s += "+deferred" }()
	}
	switch {
	case !on:
		defer func() { s += "+other" }()
	}
	return "result"
}

func main() {
	ch := make(chan int)
	go fill(ch, 4)
	for v := range ch {
		fmt.Print(v, " ")
	}
	fmt.Println()
	l := &lab{log: map[string]int{}}
	fmt.Println(l.do("a"), l.do("b"), l.log, l.String())
	fmt.Println(l.TryLock())
	fmt.Println(boom())
	fmt.Println(order())
	fmt.Println(conditional(true), conditional(false))
	m := map[int]int{1: 1}
	func() {
		defer clear(m)
		fmt.Println(len(m))
	}()
	fmt.Println(len(m))
	done := make(chan struct{})
	go close(done)
	<-done
	func() {
		defer func() { fmt.Println(recover()) }()
		defer close(done)
	}()
}
