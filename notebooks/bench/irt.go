//go:build ignore

// Item response theory: the one-, two- and three-parameter and the graded response model fitted to
// simulated responses, with standard errors. irt.py does the same, without standard errors, with girth.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"runtime"
	"time"

	"github.com/neurorepl/neurorepl/neuro/behavior"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// draw is a small generator that Python can repeat.
type draw struct{ state uint64 }

func (d *draw) next() float64 {
	d.state = (d.state*1103515245 + 12345) % 2147483648
	return (float64(d.state) + 0.5) / 2147483648
}

func (d *draw) normal() float64 {
	r, t := math.Sqrt(-2*math.Log(d.next())), 2*math.Pi*d.next()
	return r * math.Cos(t)
}

func simulate(persons, items, steps int, guess float64) [][]int {
	d := &draw{7}
	a, b := make([]float64, items), make([]float64, items)
	for j := range a {
		a[j], b[j] = 1.2*math.Exp(0.3*d.normal()), d.normal()
	}
	x := make([][]int, persons)
	for i := range x {
		theta := d.normal()
		for j := range a {
			u, v := d.next(), 0
			for k := range steps {
				if u < guess+(1-guess)/(1+math.Exp(-a[j]*(theta-b[j]-float64(k)+float64(steps-1)/2))) {
					v++
				}
			}
			x[i] = append(x[i], v)
		}
	}
	return x
}

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON for each model")
	threads := flag.Int("threads", 1, "threads")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	for _, c := range []struct {
		model                 string
		persons, items, steps int
		guess                 float64
	}{
		{"1PL", 1000, 20, 1, 0}, {"2PL", 500, 20, 1, 0}, {"2PL", 1000, 20, 1, 0}, {"2PL", 1000, 40, 1, 0}, {"2PL", 5000, 30, 1, 0},
		{"3PL", 1000, 20, 1, 0.2}, {"3PL", 5000, 20, 1, 0.2}, {"graded", 500, 10, 3, 0}, {"graded", 2000, 20, 3, 0}, {"graded", 1000, 12, 6, 0},
	} {
		x := simulate(c.persons, c.items, c.steps, c.guess)
		began, cpu, times := time.Now(), provenance.Processor(), 0
		var r *behavior.IRT
		for ; times < 2 || time.Since(began).Seconds() < 0.5; times++ {
			var err error
			if r, err = behavior.FitIRT(x, behavior.IRTOptions{Model: c.model, GuessMean: -1}); err != nil {
				log.Fatal(err)
			}
		}
		wall := time.Since(began).Seconds() / float64(times)
		cpu = (provenance.Processor() - cpu) / float64(times)
		size := fmt.Sprintf("%d x %d", c.persons, c.items)
		if *asJSON {
			fmt.Printf("{\"bench\":\"irt\",\"model\":%q,\"size\":%q,\"threads\":%d,\"wall_s\":%.3g,\"cpu_s\":%.3g,\"loglik\":%.4f,\"peak_mb\":%.1f}\n", c.model, size, *threads, wall, cpu, r.LogLik, provenance.PeakMemory())
			continue
		}
		fmt.Printf("%-7s %9s: %7.1f ms of processor time, log likelihood %.4f, converged %v\n", c.model, size, 1e3*cpu, r.LogLik, r.Converged)
	}
}
