//go:build ignore

// Coherence of all pairs of 64 channels, in segments of 2048 samples.
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/neurorepl/neurorepl/neuro/npy"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// recording returns channels of a file, or made-up ones: noise whose steps add up
// with a leak, and a rhythm of 10 Hz, 600 s at 1 kHz.
func recording(path string, channels, samples int) [][]float64 {
	if path != "" {
		x := must(npy.Read(path)).Matrix()
		x = x[:min(channels, len(x))]
		for c := range x {
			x[c] = x[c][:min(samples, len(x[c])):min(samples, len(x[c]))]
		}
		return x
	}
	x := make([][]float64, channels)
	for c := range x {
		r := rand.New(rand.NewPCG(1, uint64(c)))
		x[c] = make([]float64, samples)
		v := 0.0
		for i := range x[c] {
			v = 0.99*v + r.NormFloat64()
			x[c][i] = v + 2*math.Sin(2*math.Pi*10*float64(i)/1000)
		}
	}
	return x
}

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 1, "threads")
	data := flag.String("data", "", "NumPy file of channels x samples; without one a recording is made up")
	channels := flag.Int("channels", 64, "channels")
	seconds := flag.Float64("seconds", 600, "seconds of each channel, at 1 kHz")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	x := recording(*data, *channels, int(1000**seconds))
	wall, cpu := math.Inf(1), math.Inf(1)
	result := 0.0
	for range 3 {
		runtime.GC()
		from, began := provenance.Processor(), time.Now()
		c := must(signal.CoherencePairs(x, 1000, signal.WelchOptions{SegmentLen: 2048, Overlap: -1}))
		result = must(c.Matrix(8, 13))[0][1]
		wall, cpu = min(wall, time.Since(began).Seconds()), min(cpu, provenance.Processor()-from)
	}
	size, peak := len(x)*len(x[0]), provenance.PeakMemory()
	if *asJSON {
		fmt.Printf("{\"bench\":\"coherence\",\"threads\":%d,\"size\":%d,\"wall_s\":%.4f,\"cpu_s\":%.4f,\"peak_mb\":%.1f}\n", *threads, size, wall, cpu, peak)
		return
	}
	fmt.Printf("%d samples, %.3f s of processor time, %.0f MB, result %.6g\n", size, cpu, peak, result)
}
