//go:build ignore

// Spike trains: the work of one step, done three times, the best counting.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// cells returns Poisson trains with a dead time of 2 ms and rates from half of to one and
// a half times a rate.
func cells(n int, rate, seconds float64) neuro.Raster {
	r := neuro.Raster{T1: 1000 * seconds}
	for i := range n {
		own := rate * (0.5 + float64((i*7)%n)/float64(n))
		r.Trains = append(r.Trains, must(spikes.Poisson(own, 0, r.T1, 2, uint64(i))))
	}
	return r
}

// A step is a piece of work: what it counts and what it does, which returns a number of its
// result.
type step struct {
	name, what string
	prepare    func() (size int, work func() float64)
}

func pairs(r neuro.Raster, most int, f func(a, b neuro.Spikes) float64) float64 {
	sum, done := 0.0, 0
	for i := range r.Trains {
		for j := range i {
			if done++; done > most {
				return sum
			}
			sum += f(r.Trains[i], r.Trains[j])
		}
	}
	return sum
}

func matrix(r neuro.Raster, measure string, scale float64) func() (int, func() float64) {
	return func() (int, func() float64) {
		return len(r.Trains) * (len(r.Trains) + 1) / 2, func() float64 { return must(spikes.Matrix(r, measure, scale)).V[0][1] }
	}
}

var steps = []step{
	{"correlograms", "200 pairs, 5 Hz, 3600 s, bins of 1 ms to ±50 ms", func() (int, func() float64) {
		r := cells(21, 5, 3600)
		return 200, func() float64 {
			return pairs(r, 200, func(a, b neuro.Spikes) float64 { return must(spikes.CrossCorrelogram(a, b, 1, 50)).Y[50] })
		}
	}},
	{"correlograms-binned", "the same from trains in bins", func() (int, func() float64) {
		r := cells(21, 5, 3600)
		o := spikes.CorrelogramOptions{Bin: 1, Window: 50, Binned: true, T1: r.T1}
		return 200, func() float64 {
			return pairs(r, 200, func(a, b neuro.Spikes) float64 { return must(spikes.Correlogram(a, b, o)).Y[50] })
		}
	}},
	{"sttc", "435 pairs, 5 Hz, 100 s, dt 5 ms", matrix(cells(30, 5, 100), "sttc", 5)},
	{"sttc-hour", "3 pairs, 5 Hz, 3600 s, dt 5 ms", matrix(cells(3, 5, 3600), "sttc", 5)},
	{"victor-purpura", "50 trains, 10 Hz, 10 s, cost 0.1/ms", matrix(cells(50, 10, 10), "victor-purpura", 0.1)},
	{"van-rossum", "50 trains, 10 Hz, 10 s, tau 10 ms", matrix(cells(50, 10, 10), "van-rossum", 10)},
	{"spike-distance", "50 trains, 10 Hz, 10 s", matrix(cells(50, 10, 10), "spike", 0)},
	{"isi-distance", "50 trains, 10 Hz, 10 s", matrix(cells(50, 10, 10), "isi", 0)},
	{"spike-sync", "50 trains, 10 Hz, 10 s", matrix(cells(50, 10, 10), "spike-sync", 0)},
	{"rates", "20 trains, 5 Hz, 600 s, Gaussian of 50 ms every ms", func() (int, func() float64) {
		r := cells(20, 5, 600)
		return 20, func() float64 {
			return must(spikes.KernelRates(r, 1, spikes.KernelOptions{Sigma: 50}))[0].Y[int(r.Trains[0][0])]
		}
	}},
	{"bandwidth", "the best kernel of 1000 spikes", func() (int, func() float64) {
		s := must(spikes.Poisson(10, 0, 1e5, 2, 1))
		return 1, func() float64 { return must(spikes.Bandwidth(s)) }
	}},
	{"intervals", "CV, CV2 and LV of 200 trains, 5 Hz, 3600 s", func() (int, func() float64) {
		r := cells(200, 5, 3600)
		return 200, func() float64 {
			sum := 0.0
			for _, s := range r.Trains {
				sum += must(spikes.CV(s)) + must(spikes.CV2(s)) + must(spikes.LV(s))
			}
			return sum
		}
	}},
	{"build", "20,000 trains of 20 spikes from times and units", func() (int, func() float64) {
		times, units := make([]float64, 400000), make([]int, 400000)
		for i := range times {
			times[i], units[i] = float64(i)/400, i*7919%20000
		}
		return 20000, func() float64 {
			r, _, err := spikes.Split(times, units)
			if err != nil {
				log.Fatal(err)
			}
			return float64(len(r.Trains))
		}
	}},
	{"jitter-test", "one pair of 5 Hz, 600 s: 999 surrogates, ±50 ms", func() (int, func() float64) {
		r := cells(2, 5, 600)
		return 1, func() float64 {
			return must(spikes.CorrelogramTest(r.Trains[0], r.Trains[1], 1, 50, 0.05, spikes.SurrogateOptions{T1: r.T1})).PAny
		}
	}},
}

func main() {
	asJSON := flag.Bool("json", false, "print a line of JSON for each step")
	threads := flag.Int("threads", 1, "threads")
	names := make([]string, len(steps))
	for i, s := range steps {
		names[i] = s.name
	}
	only := flag.String("step", "", "one step of "+strings.Join(names, ", ")+"; all without one")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	if *only != "" && !slices.Contains(names, *only) {
		log.Fatalf("step %q; %s are known", *only, strings.Join(names, ", "))
	}
	for _, s := range steps {
		if *only != "" && s.name != *only {
			continue
		}
		size, work := s.prepare()
		work()
		wall, cpu, result := math.Inf(1), math.Inf(1), 0.0
		for range 3 {
			// Short steps are repeated, for the clock of processor time is coarse.
			runtime.GC()
			from, began, n := provenance.Processor(), time.Now(), 0
			for n == 0 || time.Since(began) < 200*time.Millisecond {
				result = work()
				n++
			}
			wall, cpu = min(wall, time.Since(began).Seconds()/float64(n)), min(cpu, (provenance.Processor()-from)/float64(n))
		}
		if *asJSON {
			fmt.Printf("{\"bench\":\"spikes\",\"step\":%q,\"threads\":%d,\"size\":%d,\"wall_s\":%.6f,\"cpu_s\":%.6f,\"peak_mb\":%.1f}\n",
				s.name, *threads, size, wall, cpu, provenance.PeakMemory())
			continue
		}
		fmt.Printf("%-20s %9.3f ms of processor time, result %.6g: %s\n", s.name, 1000*cpu, result, s.what)
	}
}
