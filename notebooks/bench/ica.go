//go:build ignore

// Independent components of 64 channels (20 of them kept, every fifth sample fitted),
// components removed, and lines of the mains removed. ica.py does the same work with MNE,
// scikit-learn and picard.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 1, "threads")
	seconds := flag.Int("seconds", 100, "length of the recording, at 1 kHz")
	step := flag.String("step", "fastica", "fastica, infomax, extended-infomax, apply, lines or lines-50")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	const channels, fs = 64, 1000
	n := *seconds * fs
	r := rand.New(rand.NewPCG(1, 1))
	mix := make([][]float64, channels)
	x := make([][]float64, channels)
	var names []eeg.Channel
	for c := range x {
		x[c] = make([]float64, n)
		names = append(names, eeg.Channel{Name: fmt.Sprint("E", c), Kind: "EEG", Unit: "uV", FS: fs})
		for range channels {
			mix[c] = append(mix[c], r.NormFloat64())
		}
	}
	for s := range channels {
		for i := range n {
			v := r.NormFloat64()
			v *= math.Abs(v)
			if s == 0 {
				v = math.Sin(2*math.Pi*50*float64(i)/fs) * 3
			}
			for c := range x {
				x[c][i] += mix[c][s] * v
			}
		}
	}
	rec := must(eeg.New(names, x))
	o := eeg.ICAOptions{Step: 5, Fit: signal.ICAOptions{Components: 20}}
	var fitted *eeg.ICA
	if *step == "apply" {
		fitted = must(rec.ICA(o))
	}
	wall, cpu, result := math.Inf(1), math.Inf(1), ""
	for range 3 {
		runtime.GC()
		from, began := provenance.Processor(), time.Now()
		switch *step {
		case "fastica", "infomax", "extended-infomax":
			o.Fit.Method = *step
			result = must(rec.ICA(o)).String()
		case "apply":
			clean := must(fitted.Apply(rec, 0, 3))
			if err := clean.Each(10, func(*eeg.Piece) error { return nil }); err != nil {
				log.Fatal(err)
			}
		case "lines":
			result = must(signal.RemoveLinesEach(x[:8], fs, signal.LineOptions{}))[0].String()
		case "lines-50":
			result = must(signal.RemoveLinesEach(x[:8], fs, signal.LineOptions{Freqs: []float64{50}, Harmonics: true}))[0].String()
		default:
			log.Fatalf("step %q; fastica, infomax, extended-infomax, apply, lines and lines-50 are known", *step)
		}
		wall, cpu = min(wall, time.Since(began).Seconds()), min(cpu, provenance.Processor()-from)
	}
	peak := provenance.PeakMemory()
	if *asJSON {
		fmt.Printf("{\"bench\":\"ica\",\"step\":%q,\"threads\":%d,\"size\":%d,\"wall_s\":%.4f,\"cpu_s\":%.4f,\"peak_mb\":%.1f}\n", *step, *threads, channels*n, wall, cpu, peak)
		return
	}
	fmt.Printf("%s\n%s: %.3f s of processor time, %.0f MB\n", result, *step, cpu, peak)
}
