// Panics in goroutines recovered where they happen and carried to the one that
// waits: as errors, re-panicked, by a Once, with the state left consistent.
package main

import (
	"errors"
	"fmt"
	"sync"
)

type panicError struct {
	who int
	val any
}

func (p *panicError) Error() string { return fmt.Sprintf("goroutine %d: %v", p.who, p.val) }
func (p *panicError) Unwrap() error { err, _ := p.val.(error); return err }

func safely(id int, f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &panicError{id, r}
		}
	}()
	f()
	return nil
}

func parallel(fs ...func()) []error {
	errs := make([]error, len(fs))
	var wg sync.WaitGroup
	for i, f := range fs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			errs[i] = safely(i, f)
		}()
	}
	wg.Wait()
	return errs
}

type account struct {
	mu      sync.Mutex
	balance int
}

func (a *account) withdraw(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance -= n
	if a.balance < 0 {
		a.balance += n
		panic(fmt.Sprintf("cannot withdraw %d from %d", n, a.balance))
	}
}

var errBase = errors.New("base")

func main() {
	var nilMap map[string]int
	var list []int
	errs := parallel(
		func() {},
		func() { panic("text") },
		func() { nilMap["x"] = 1 },
		func() { list[3]++ },
		func() { panic(errBase) },
		func() { panic(fmt.Errorf("wrapped: %w", errBase)) },
		func() { var p *account; p.withdraw(1) },
		func() { _ = any("s").(int) },
	)
	for _, err := range errs {
		fmt.Println(err, errors.Is(err, errBase))
	}
	a := &account{balance: 10}
	errs = parallel(func() { a.withdraw(100) }, func() { a.withdraw(4) }, func() { a.withdraw(200) })
	n := 0
	for _, err := range errs {
		if err != nil {
			n++
		}
	}
	fmt.Println(a.balance, n)
	ch := make(chan any)
	go func() {
		defer func() { ch <- recover() }()
		defer func() { panic(fmt.Sprint("again: ", recover())) }()
		panic(1)
	}()
	fmt.Println(<-ch)
	func() {
		defer func() {
			var pe *panicError
			err, _ := recover().(error)
			fmt.Println(errors.As(err, &pe), pe.who)
		}()
		if err := parallel(func() { panic("carried") })[0]; err != nil {
			panic(err)
		}
	}()
	out := make(chan int)
	go func() {
		defer close(out)
		defer func() { recover() }()
		for i := range 10 {
			out <- 12 / (3 - i)
		}
	}()
	for v := range out {
		fmt.Print(v, " ")
	}
	fmt.Println("end")
}
