package spikes_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

// cell is a train of 12 spikes in 200 ms that slows down.
var cell = neuro.Spikes{2, 7, 14, 22, 33, 45, 60, 78, 99, 121, 148, 180}

func ExampleDetect() {
	// 30 ms at 10 kHz: noise of ±10 µV and two spikes of -90 µV.
	x := make([]float64, 300)
	for i := range x {
		x[i] = 10 * math.Sin(float64(i*i))
	}
	for _, at := range []int{80, 200} {
		x[at-1], x[at], x[at+1] = -50, -90, -60
	}
	s, err := spikes.Detect(x, 10000, spikes.NewDetect())
	fmt.Println(s, err)

	x[5] = math.NaN()
	_, err = spikes.Detect(x, 10000, spikes.NewDetect())
	fmt.Println(err)
	// Output:
	// [8 20] <nil>
	// spikes: Detect: x[5] is NaN; samples must be finite
}

func ExampleNewDetect() {
	o := spikes.NewDetect()
	fmt.Printf("%g times the noise by %s, %g ms refractory\n", o.Threshold, o.Noise, o.Refractory)
	// Output: -4 times the noise by mad, 1 ms refractory
}

func ExampleRate() {
	r, err := spikes.Rate(cell, 50, 0, 200)
	fmt.Println(r.Y, r.Unit, err)

	_, err = spikes.Rate(cell, 30, 0, 200)
	fmt.Println(err)
	// Output:
	// [120 60 40 20] Hz <nil>
	// spikes: Rate: the window from 0 to 200 ms holds 6.66667 bins of 30 ms; whole bins are needed: take t1 = 180 ms or bin = 28.57142857 ms
}

func ExamplePSTH() {
	trials := []neuro.Spikes{{12, 55, 61}, {58, 70, 90}, {3, 57, 63, 66}}
	p, _ := spikes.PSTH(trials, 50, 0, 100)
	fmt.Printf("before %.1f ± %.1f Hz, after %.1f ± %.1f Hz\n", p.Rate.Y[0], p.SE[0], p.Rate.Y[1], p.SE[1])
	// Output: before 13.3 ± 6.7 Hz, after 53.3 ± 6.7 Hz
}

func ExampleISI() {
	fmt.Println(spikes.ISI(neuro.Spikes{2, 7, 14, 22}))
	// Output: [5 7 8]
}

func ExampleCV() {
	cv, _ := spikes.CV(cell)
	fmt.Printf("CV %.2f\n", cv)
	_, err := spikes.CV(neuro.Spikes{3, 1, 2})
	fmt.Println(err)
	// Output:
	// CV 0.51
	// spikes: CV: s: spike 1 at 1 ms comes after one at 3 ms; times must ascend (sort them first)
}

func ExampleLV() {
	// The rate falls slowly: the intervals differ (CV), neighbours hardly do.
	lv, _ := spikes.LV(cell)
	fmt.Printf("LV %.3f\n", lv)
	// Output: LV 0.031
}

func ExampleCV2() {
	cv2, _ := spikes.CV2(cell)
	fmt.Printf("CV2 %.2f\n", cv2)
	// Output: CV2 0.18
}

func ExampleISIHistogram() {
	h, _ := spikes.ISIHistogram(cell, 10, 30)
	fmt.Println(h.Edges, h.Y, h.Beyond)
	// Output: [0 10 20 30] [3 4 3] 1
}

func ExampleFano() {
	// Three trials with 2, 3 and 4 spikes.
	f, _ := spikes.Fano([]neuro.Spikes{{10, 60}, {5, 40, 80}, {1, 2, 50, 90}}, 0, 100)
	fmt.Printf("%.3f\n", f)
	// Output: 0.222
}

func ExampleSTTC() {
	// b follows a after 2 ms, with one spike of its own.
	a := neuro.Spikes{100, 250, 400, 700}
	b := neuro.Spikes{102, 252, 402, 500, 702}
	c, _ := spikes.STTC(a, b, 5, 0, 1000)
	fmt.Printf("%.3f\n", c)
	// Output: 0.893
}

func ExampleVictorPurpura() {
	a, b := neuro.Spikes{10, 50}, neuro.Spikes{12, 90}
	// One spike is moved by 2 ms, the other deleted and added again.
	fmt.Println(spikes.VictorPurpura(a, b, 0.1))
	// Output: 2.2
}

func ExampleVanRossum() {
	fmt.Printf("%.3f %.3f\n",
		spikes.VanRossum(neuro.Spikes{10}, nil, 20),
		spikes.VanRossum(neuro.Spikes{10, 50}, neuro.Spikes{12, 90}, 20))
	// Output: 1.000 1.377
}

func ExampleSTA() {
	// The cell fires 3 ms after each step of the stimulus.
	stimulus := make([]float64, 200)
	var s neuro.Spikes
	for _, at := range []int{20, 75, 130} {
		stimulus[at] = 1
		s = append(s, float64(at+3))
	}
	r, err := spikes.STA(stimulus, 1000, s, 10, 5)
	if err != nil {
		fmt.Println(err)
		return
	}
	lag, v := r.Peak()
	fmt.Printf("%d spikes, peak of %g at %g ms\n", r.Spikes, v, lag)
	// Output: 3 spikes, peak of 1 at -3 ms
}

func ExampleCrossCorrelogram() {
	a := neuro.Spikes{100, 250, 400, 700}
	b := neuro.Spikes{102, 252, 402, 500, 702}
	h, _ := spikes.CrossCorrelogram(a, b, 2, 4)
	fmt.Println(h.Edges, h.Y)
	// Output: [-5 -3 -1 1 3 5] [0 0 0 500 0]
}

func ExampleAutoCorrelogram() {
	h, _ := spikes.AutoCorrelogram(neuro.Spikes{0, 20, 40, 60, 80}, 10, 20)
	fmt.Println(h.Y)
	// Output: [80 0 0 0 80]
}
