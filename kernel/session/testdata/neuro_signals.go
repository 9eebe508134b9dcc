// The library's signal processing from a script: filters, spectra, envelopes,
// detection, coherence, with signals made in loops.
package main

import (
	"fmt"
	"math"
	"math/cmplx"

	"github.com/neurorepl/neurorepl/neuro/signal"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

const fs = 500.0

func wave(n int, parts ...[2]float64) []float64 {
	x := make([]float64, n)
	for i := range x {
		for _, p := range parts {
			x[i] += p[1] * math.Sin(2*math.Pi*p[0]*float64(i)/fs)
		}
	}
	return x
}

func rms(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v * v
	}
	return math.Sqrt(s / float64(len(x)))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func main() {
	x := wave(2000, [2]float64{10, 1}, [2]float64{60, 0.5})
	low := must(must(signal.Butter(4, "low", fs, 30)).FiltFilt(x))
	stop := must(must(signal.Butter(2, "stop", fs, 55, 65)).FiltFilt(x))
	fmt.Printf("%.4f %.4f %.4f\n", rms(x), rms(low[200:1800]), rms(stop[200:1800]))
	for _, band := range [][2]float64{{8, 12}, {20, 40}, {55, 65}} {
		fmt.Printf("%v %.4f\n", band, must(signal.BandPower(x, fs, band[0], band[1])))
	}
	o := signal.NewWelch()
	o.SegmentLen = 500
	w := must(signal.Welch(x, fs, o))
	best := 0
	for k, p := range w.P {
		if p > w.P[best] {
			best = k
		}
	}
	fmt.Println(len(w.F), w.F[best], w.Segments)
	c := must(signal.Coherence(x, wave(2000, [2]float64{10, 2}), fs, o))
	fmt.Printf("%.3f\n", c.P[10])
	env := must(signal.Envelope(wave(1000, [2]float64{20, 1.5})))
	fmt.Printf("%.3f\n", env[500])
	h := must(signal.Hilbert(wave(500, [2]float64{5, 1})))
	fmt.Printf("%.3f %.3f\n", cmplx.Abs(h[250]), real(h[25]))
	raw := make([]float64, 3000)
	u := uint32(5)
	for i := range raw {
		u = u*1664525 + 1013904223
		raw[i] = float64(u)/(1<<32) - 0.5
	}
	for _, at := range []int{300, 900, 903, 2400} {
		raw[at] -= 12
	}
	d := spikes.NewDetect()
	fmt.Println(must(spikes.Detect(raw, 1000, d)))
	d.Refractory = 5
	fmt.Println(must(spikes.Detect(raw, 1000, d)))
	b := must(signal.LFPFeatures(x, fs))
	fmt.Println(b.Alpha > b.Delta, b.Gamma > b.Beta)
	for _, bad := range []func() error{
		func() error { _, err := signal.Butter(4, "low", fs, 600); return err },
		func() error { _, err := signal.Welch(nil, fs, o); return err },
		func() error { _, err := signal.Welch([]float64{1, math.NaN()}, fs, o); return err },
	} {
		fmt.Println(bad() != nil)
	}
	fmt.Printf("%.4f\n", must(signal.Window("hann", 5)))
}
