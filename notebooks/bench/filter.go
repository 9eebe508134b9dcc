//go:build ignore

// Filters over the channels of a recording: a Butterworth band pass of order 4
// from 1 to 40 Hz forward and backward, an FIR filter of 3301 taps without lag, and
// a quarter of the sampling rate.
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

func each(x [][]float64, f func([]float64) ([]float64, error)) [][]float64 {
	y := make([][]float64, len(x))
	for c := range x {
		y[c] = must(f(x[c]))
	}
	return y
}

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 1, "threads")
	data := flag.String("data", "", "NumPy file of channels x samples; without one a recording is made up")
	channels := flag.Int("channels", 16, "channels")
	seconds := flag.Float64("seconds", 600, "seconds of each channel, at 1 kHz")
	step := flag.String("step", "filtfilt", "filtfilt, fir, resample or fourier")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	x := recording(*data, *channels, int(1000**seconds))
	iir := must(signal.Butter(4, "band", 1000, 1, 40))
	fir := must(signal.NewFIR(3301, "band", "hamming", 1000, 0.5, 45))
	wall, cpu := math.Inf(1), math.Inf(1)
	result := 0.0
	for range 3 {
		runtime.GC()
		from, began := provenance.Processor(), time.Now()
		var y [][]float64
		switch *step {
		case "filtfilt":
			y = must(iir.FiltFiltEach(x))
		case "fir":
			y = must(fir.ZeroPhaseEach(x))
		case "resample":
			y = each(x, func(x []float64) ([]float64, error) { return signal.Resample(x, 1, 4) })
		case "fourier":
			y = each(x, func(x []float64) ([]float64, error) { return signal.ResampleFourier(x, len(x)/4) })
		default:
			log.Fatalf("step %q; filtfilt, fir, resample and fourier are known", *step)
		}
		result = y[0][1000]
		wall, cpu = min(wall, time.Since(began).Seconds()), min(cpu, provenance.Processor()-from)
	}
	size, peak := len(x)*len(x[0]), provenance.PeakMemory()
	if *asJSON {
		fmt.Printf("{\"bench\":\"filter\",\"step\":%q,\"threads\":%d,\"size\":%d,\"wall_s\":%.4f,\"cpu_s\":%.4f,\"peak_mb\":%.1f}\n", *step, *threads, size, wall, cpu, peak)
		return
	}
	fmt.Printf("%d samples, %.3f s of processor time, %.0f MB, result %.6g\n", size, cpu, peak, result)
}
