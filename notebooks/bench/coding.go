//go:build ignore

// Tuning curves of 100 cells over a floor of 20 x 20 bins in an hour, and the
// position decoded from them in 100 ms, the work of coding.py.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"runtime"
	"time"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/decode"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	asJSON := flag.Bool("json", false, "print lines of JSON")
	threads := flag.Int("threads", 1, "threads")
	seconds := flag.Float64("seconds", 300, "time to decode, s")
	step := flag.String("step", "", "tuning, decoding or both")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)

	const cells, samples, fs = 100, 180000, 50.0
	t, x, y := make([]float64, samples), make([]float64, samples), make([]float64, samples)
	for i := range t {
		s := float64(i) / fs
		t[i] = s * 1000
		x[i] = 50 + 30*math.Sin(s/3.1) + 20*math.Sin(s/7.7)
		y[i] = 50 + 30*math.Cos(s/4.3) + 20*math.Sin(s/9.1)
	}
	trains := make([]neuro.Spikes, cells)
	for c := range trains {
		// A chance of its own for each sample: the fractions of multiples of an
		// irrational number.
		cx, cy := 100*frac(float64(c)*0.618034), 100*frac(float64(c)*0.754878)
		for i := range t {
			d := (x[i]-cx)*(x[i]-cx) + (y[i]-cy)*(y[i]-cy)
			if frac(float64(i)*0.569840290998+float64(c)*0.3) < 0.01+0.3*math.Exp(-d/450) {
				trains[c] = append(trains[c], t[i]+5)
			}
		}
	}

	report := func(what string, size int, began time.Time, from float64) {
		cpu, wall := provenance.Processor()-from, time.Since(began).Seconds()
		if *asJSON {
			fmt.Printf("{\"bench\":\"coding\",\"step\":%q,\"threads\":%d,\"size\":%d,\"wall_s\":%.4f,\"cpu_s\":%.4f,\"peak_mb\":%.1f}\n", what, *threads, size, wall, cpu, provenance.PeakMemory())
		} else {
			fmt.Printf("%s: %.4f s, %.0f MB\n", what, cpu, provenance.PeakMemory())
		}
	}
	from, began := provenance.Processor(), time.Now()
	curves, err := spikes.TuningCurves(t, [][]float64{x, y}, trains, spikes.CurvesOptions{Bins: []int{20, 20}, Names: []string{"x", "y"}, Units: []string{"cm", "cm"}})
	check(err)
	if *step != "decoding" {
		report("tuning", samples, began, from)
	}
	if *step == "tuning" {
		return
	}
	from, began = provenance.Processor(), time.Now()
	d, err := decode.Position(curves, trains, 0, *seconds*1000, decode.PositionOptions{Bin: 100, Posterior: true})
	check(err)
	report("decoding", len(d.Time), began, from)
}

func frac(v float64) float64 { return v - math.Floor(v) }
