// Spike trains binned, smoothed by a kernel, compared by coincidences, with
// intervals and their variability, by hand and by the library.
package main

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

func bin(ts []float64, width, t1 float64) []int {
	n := int(math.Ceil(t1 / width))
	out := make([]int, n)
	for _, t := range ts {
		if i := int(t / width); i >= 0 && i < n {
			out[i]++
		}
	}
	return out
}

func smooth(xs []int, sigma float64) []float64 {
	out := make([]float64, len(xs))
	for i := range out {
		norm := 0.0
		for j, x := range xs {
			k := math.Exp(-0.5 * math.Pow(float64(i-j)/sigma, 2))
			out[i] += k * float64(x)
			norm += k
		}
		out[i] /= norm
	}
	return out
}

func coincidences(a, b []float64, within float64) (n int) {
	j := 0
	for _, t := range a {
		for j < len(b) && b[j] < t-within {
			j++
		}
		for k := j; k < len(b) && b[k] <= t+within; k++ {
			n++
		}
	}
	return
}

func poisson(rate, t1 float64, seed uint64) (ts neuro.Spikes) {
	for t := 0.0; ; {
		seed = seed*6364136223846793005 + 1442695040888963407
		t -= math.Log(float64(seed>>11+1)/(1<<53)) / rate * 1000
		if t >= t1 {
			return
		}
		ts = append(ts, t)
	}
}

func main() {
	a, b := poisson(20, 2000, 1), poisson(30, 2000, 2)
	fmt.Println(len(a), len(b), bin(a, 250, 2000), coincidences(a, b, 5), coincidences(b, a, 5))
	fmt.Printf("%.5f\n", smooth(bin(b, 200, 2000), 1))
	rate, err := spikes.Rate(a, 250, 0, 2000)
	fmt.Printf("%.3f %v\n", rate.Y, err)
	isi := spikes.ISI(a)
	mean, m2 := 0.0, 0.0
	for i, x := range isi {
		mean += (x - mean) / float64(i+1)
	}
	for _, x := range isi {
		m2 += (x - mean) * (x - mean)
	}
	cv, err := spikes.CV(a)
	fmt.Printf("%.6f %.6f %v\n", math.Sqrt(m2/float64(len(isi)))/mean, cv, err)
	lv, _ := spikes.LV(a)
	cv2, _ := spikes.CV2(a)
	sttc, _ := spikes.STTC(a, b, 5, 0, 2000)
	fmt.Printf("%.6f %.6f %.6f %.6f %.6f\n", lv, cv2, sttc, spikes.VictorPurpura(a[:10], b[:10], 0.1), spikes.VanRossum(a[:10], b[:10], 10))
	fano, err := spikes.Fano([]neuro.Spikes{a, b, a[:20], b[:30]}, 0, 2000)
	fmt.Printf("%.6f %v\n", fano, err)
	_, err = spikes.Rate(a, 300, 0, 2000)
	fmt.Println(err != nil)
	var phase neuro.Spikes
	for i := range 5 {
		phase = append(phase, float64(i)*12.5)
	}
	fmt.Println(phase, phase[1:3], len(append(phase, 100)), fmt.Sprintf("%T", phase))
}
