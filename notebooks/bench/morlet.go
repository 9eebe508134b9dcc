//go:build ignore

// Power over time at 30 frequencies from 4 to 80 Hz, with Morlet wavelets of f/2 cycles:
// the mean over trials of 3 s for every channel.
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
	seconds := flag.Float64("seconds", 60, "seconds of each channel, at 1 kHz")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	x := recording(*data, *channels, int(1000**seconds))
	trials := [][][]float64{}
	for i := 0; i+3000 <= len(x[0]); i += 3000 {
		var t [][]float64
		for _, s := range x {
			t = append(t, s[i:i+3000])
		}
		trials = append(trials, t)
	}
	f, cycles := make([]float64, 30), make([]float64, 30)
	for i := range f {
		f[i] = 4 * math.Pow(20, float64(i)/29)
		cycles[i] = f[i] / 2
	}
	wall, cpu := math.Inf(1), math.Inf(1)
	result := 0.0
	for range 3 {
		runtime.GC()
		from, began := provenance.Processor(), time.Now()
		r := must(signal.MorletPower(trials, 1000, f, cycles))
		result = r[0].P[10][1500]
		wall, cpu = min(wall, time.Since(began).Seconds()), min(cpu, provenance.Processor()-from)
	}
	size, peak := len(x)*len(x[0]), provenance.PeakMemory()
	if *asJSON {
		fmt.Printf("{\"bench\":\"morlet\",\"threads\":%d,\"size\":%d,\"wall_s\":%.4f,\"cpu_s\":%.4f,\"peak_mb\":%.1f}\n", *threads, size, wall, cpu, peak)
		return
	}
	fmt.Printf("%d samples, %.3f s of processor time, %.0f MB, result %.6g\n", size, cpu, peak, result)
}
