//go:build ignore

// Goroutines that share the trials of a simulation through channels.
package main

import (
	"fmt"
	"math"
	"sync"
)

type Job struct {
	ID   int
	Gain float64
}

type Result struct {
	ID   int
	Mean float64
}

func simulate(j Job) Result {
	x, sum := 0.1, 0.0
	s := uint64(j.ID + 1)
	const n = 200_000
	for range n {
		s = s*6364136223846793005 + 1442695040888963407
		noise := float64(s>>11)/(1<<53) - 0.5
		x += 0.01 * (-x + j.Gain*math.Tanh(x) + noise)
		sum += x
	}
	return Result{j.ID, sum / n}
}

func main() {
	jobs, results := make(chan Job), make(chan Result)
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := range jobs {
				results <- simulate(j)
			}
		}()
	}
	go func() {
		for i := range 120 {
			jobs <- Job{i, 0.5 + float64(i)/60}
		}
		close(jobs)
		wg.Wait()
		close(results)
	}()
	means := make([]float64, 120)
	for r := range results {
		means[r.ID] = r.Mean
	}
	fmt.Println(means[0], means[60], means[119])
}
