//go:build ignore

// Psychometric functions by the Bayesian grid: the posterior of threshold, width, lapses, guesses and
// overdispersion from 13 levels of 90 trials. psychometric.py does the same with psignifit.
package main

import (
	"flag"
	"fmt"
	"log"
	"runtime"
	"time"

	"github.com/neurorepl/neurorepl/neuro/behavior"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON for each model")
	threads := flag.Int("threads", 1, "threads")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	// Example data of psignifit's manual, in thousandths.
	level := []float64{1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 10}
	correct := []int{45, 50, 44, 44, 52, 53, 62, 64, 76, 79, 88, 90, 90}
	total := make([]int, len(level))
	for i := range total {
		total[i] = 90
	}
	for _, c := range []struct{ shape, task string }{{"normal", "2AFC"}, {"logistic", "2AFC"}, {"student", "2AFC"}, {"normal", "equal asymptote"}, {"normal", "yes/no"}} {
		began, cpu, times := time.Now(), provenance.Processor(), 0
		var r *behavior.PsychometricPosterior
		for ; times < 2 || time.Since(began).Seconds() < 0.5; times++ {
			var err error
			if r, err = behavior.FitPsychometricBayes(level, correct, total, behavior.PsychometricBayesOptions{Shape: c.shape, Task: c.task}); err != nil {
				log.Fatal(err)
			}
		}
		wall := time.Since(began).Seconds() / float64(times)
		cpu = (provenance.Processor() - cpu) / float64(times)
		if *asJSON {
			fmt.Printf("{\"bench\":\"psychometric\",\"shape\":%q,\"task\":%q,\"threads\":%d,\"wall_s\":%.3g,\"cpu_s\":%.3g,\"threshold\":%.5g,\"peak_mb\":%.1f}\n", c.shape, c.task, *threads, wall, cpu, r.Mean.Threshold, provenance.PeakMemory())
			continue
		}
		fmt.Printf("%-9s %-16s %7.1f ms of processor time, threshold %.5g (%.5g to %.5g)\n", c.shape, c.task, 1e3*cpu, r.Mean.Threshold, r.Lo.Threshold, r.Hi.Threshold)
	}
}
