// Goroutines started in a loop see the variables of their pass, and the
// arguments of go are evaluated where it stands.
package main

import (
	"fmt"
	"sync"
)

type job struct{ id, load int }

func (j job) run(out []int)   { out[j.id] = j.load * j.load }
func (j *job) late(out []int) { out[j.id] += j.load }

func main() {
	var wg sync.WaitGroup
	out := make([]int, 6)
	for i := 0; i < 6; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			out[i] = i * i
		}()
	}
	wg.Wait()
	fmt.Println(out)
	for i, w := range []string{"a", "b", "c"} {
		wg.Go(func() { out[i] = int(w[0]) })
	}
	wg.Wait()
	fmt.Println(out)
	done := make(chan bool)
	x := 1
	go func(v int) { fmt.Println("v", v); done <- true }(x)
	x = 2
	<-done
	f := func(c chan bool) { fmt.Println("first"); c <- true }
	go f(done)
	f = func(c chan bool) { fmt.Println("second"); c <- true }
	<-done
	j := job{1, 7}
	gate := make(chan bool)
	ran := func(j job) { <-gate; j.run(out); done <- true }
	go ran(j)
	j.load = 100
	gate <- true
	<-done
	fmt.Println(out[1])
	go func() { defer close(done); j.late(out) }()
	<-done
	fmt.Println(out[1])
	results := make(chan [2]int)
	for i := range 4 {
		for k := range 2 {
			go func() { results <- [2]int{i, k} }()
		}
	}
	sum := [2]int{}
	for range 8 {
		r := <-results
		sum[0] += r[0]
		sum[1] += r[1]
	}
	fmt.Println(sum)
}
