package signal_test

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/signal"
)

// lfp is two seconds of a made-up field potential in mV at 500 Hz: a theta
// rhythm of 7 Hz whose strength waxes and wanes, and a weaker one of 40 Hz.
func lfp() []float64 {
	x := make([]float64, 1000)
	for i := range x {
		t := float64(i) / 500
		x[i] = (1+0.5*math.Sin(2*math.Pi*t))*math.Sin(2*math.Pi*7*t) + 0.3*math.Sin(2*math.Pi*40*t)
	}
	return x
}

func ExampleWelch() {
	o := signal.NewWelch()
	o.SegmentLen = 500 // 1 s: frequencies 1 Hz apart
	o.Unit = "mV"
	s, err := signal.Welch(lfp(), 500, o)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range []int{6, 7, 40} {
		fmt.Printf("%2.0f Hz: %.2g %s\n", s.F[f], s.P[f], s.Unit)
	}
	_, err = signal.Welch([]float64{0.1, math.NaN()}, 500, signal.NewWelch())
	fmt.Println(err)
	// Output:
	//  6 Hz: 0.1 mV²/Hz
	//  7 Hz: 0.33 mV²/Hz
	// 40 Hz: 0.03 mV²/Hz
	// signal: Welch: x[1] is NaN; samples must be finite (cut out or interpolate gaps first)
}

func ExampleNewWelch() {
	o := signal.NewWelch()
	fmt.Println(o.Window, o.SegmentLen, o.Detrend, o.Scaling)
	// Output: hann 1024 constant density
}

func ExampleBandPower() {
	theta, _ := signal.BandPower(lfp(), 500, 4, 10)
	gamma, _ := signal.BandPower(lfp(), 500, 30, 80)
	fmt.Printf("theta %.3f mV², gamma %.3f mV²\n", theta, gamma)

	_, err := signal.BandPower(lfp(), 500, 7, 7.2)
	fmt.Println(err)
	// Output:
	// theta 0.562 mV², gamma 0.045 mV²
	// signal: BandPower: the band 7 to 7.2 Hz holds 1 of the frequencies, which are 0.5 Hz apart; 2 are needed: take a wider band, or Welch with segments that last 10 s or more and then Spectrum.Power
}

func ExampleSpectrum_Power() {
	o := signal.NewWelch()
	o.SegmentLen = 250
	s, _ := signal.Welch(lfp(), 500, o)
	p, _ := s.Power(4, 10)
	fmt.Printf("%.2f\n", p)
	// Output: 0.55
}

func ExampleLFPFeatures() {
	b, err := signal.LFPFeatures(lfp(), 500)
	if err != nil {
		fmt.Println(err)
		return
	}
	b.Unit = "mV²"
	fmt.Printf("theta has %.0f%% of %.3f %s\n", 100*b.Theta/b.Total(), b.Total(), b.Unit)
	// Output: theta has 90% of 0.607 mV²
}

func ExampleCoherence() {
	// Two areas share a rhythm of 20 Hz; each has noise of its own.
	x, y := make([]float64, 4000), make([]float64, 4000)
	state := uint32(1)
	noise := func() float64 {
		state = state*1664525 + 1013904223
		return float64(state)/(1<<32) - 0.5
	}
	for i := range x {
		a := 2 * math.Pi * 20 * float64(i) / 1000
		x[i] = math.Sin(a) + 2*noise()
		y[i] = math.Sin(a-1) + 2*noise()
	}
	o := signal.NewWelch()
	o.SegmentLen = 250
	c, _ := signal.Coherence(x, y, 1000, o)
	fmt.Printf("%d segments: %.2f at %.0f Hz, %.2f at %.0f Hz\n", c.Segments, c.P[5], c.F[5], c.P[50], c.F[50])
	// Output: 31 segments: 0.99 at 20 Hz, 0.01 at 200 Hz
}

func ExampleButter() {
	s, err := signal.Butter(4, "band", 500, 4, 10)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range []float64{1, 4, 7, 10, 40} {
		fmt.Printf("%2g Hz: %.4f\n", f, s.Gain(f))
	}
	_, err = signal.Butter(4, "low", 500, 300)
	fmt.Println(err)
	// Output:
	//  1 Hz: 0.0006
	//  4 Hz: 0.7071
	//  7 Hz: 1.0000
	// 10 Hz: 0.7071
	// 40 Hz: 0.0005
	// signal: Butter: cut 300 Hz is above half the sampling rate (250 Hz); it must be below
}

func ExampleSOS_FiltFilt() {
	x := lfp()
	band, _ := signal.Butter(3, "band", 500, 30, 60)
	gamma, err := band.FiltFilt(x)
	if err != nil {
		fmt.Println(err)
		return
	}
	largest := 0.0
	for _, v := range gamma[200:800] {
		largest = math.Max(largest, v)
	}
	fmt.Printf("the rhythm of 40 Hz has an amplitude of %.2f mV\n", largest)
	// Output: the rhythm of 40 Hz has an amplitude of 0.30 mV
}

func ExampleSOS_Filter() {
	smooth, _ := signal.Butter(1, "low", 1000, 10)
	y, _ := smooth.Filter([]float64{1, 1, 1, 1})
	fmt.Printf("%.4f\n", y)
	// Output: [0.0305 0.0895 0.1450 0.1971]
}

func ExampleSOS_Gain() {
	s, _ := signal.Butter(2, "high", 1000, 1)
	fmt.Printf("%.3f at 0.1 Hz, %.3f at 1 Hz, %.3f at 100 Hz\n", s.Gain(0.1), s.Gain(1), s.Gain(100))
	// Output: 0.010 at 0.1 Hz, 0.707 at 1 Hz, 1.000 at 100 Hz
}

func ExampleHilbert() {
	// Four samples of a cosine: its Hilbert transform is the sine.
	z, _ := signal.Hilbert([]float64{1, 0, -1, 0})
	fmt.Printf("%.1f\n", z)
	// Output: [(1.0+0.0i) (0.0+1.0i) (-1.0+0.0i) (0.0-1.0i)]
}

func ExampleEnvelope() {
	band, _ := signal.Butter(2, "band", 500, 4, 12)
	theta, _ := band.FiltFilt(lfp())
	amp, _ := signal.Envelope(theta)
	fmt.Printf("strongest %.2f mV (at 625 ms), weakest %.2f mV (at 875 ms)\n", amp[625], amp[375])
	// Output: strongest 1.50 mV (at 625 ms), weakest 0.50 mV (at 875 ms)
}

func ExamplePhase() {
	x := make([]float64, 100)
	for i := range x {
		x[i] = math.Cos(2 * math.Pi * float64(i) / 25)
	}
	p, _ := signal.Phase(x)
	fmt.Printf("a fifth of a cycle after the peak: %.3f = 2π/5\n", p[30])
	// Output: a fifth of a cycle after the peak: 1.257 = 2π/5
}

func ExampleWindow() {
	w, _ := signal.Window("hann", 4)
	fmt.Printf("%.2f\n", w)
	_, err := signal.Window("hanning", 4)
	fmt.Println(err)
	// Output:
	// [0.00 0.50 1.00 0.50]
	// signal: Window: window "hanning" is not known; allowed are hann, hamming, blackman, blackmanharris, nuttall, flattop, bartlett, cosine, boxcar
}

func ExampleMultitaper() {
	s, err := signal.Multitaper(lfp(), 500, signal.MultitaperOptions{Bandwidth: 4, Unit: "mV"})
	if err != nil {
		fmt.Println(err)
		return
	}
	theta, _ := s.Power(4, 10)
	fmt.Printf("%.3f mV² from 4 to 10 Hz, %.0f degrees of freedom\n", theta, s.DOF)
	// s shows itself as a spectrum with its 95% confidence interval.
	// Output: 0.563 mV² from 4 to 10 Hz, 14 degrees of freedom
}

func ExampleFTest() {
	x := lfp()
	r, _ := signal.FTest(x, 500, signal.NewMultitaper())
	fmt.Printf("%.0f Hz: p = %.1g, amplitude %.2f mV\n", r.F[80], r.P[80], r.Amplitude[80])
	// Output: 40 Hz: p = 9e-36, amplitude 0.30 mV
}

func ExampleCoherencePairs() {
	// Three channels: 0 and 1 share a rhythm of 20 Hz, 2 is alone.
	state := uint32(1)
	noise := func() float64 {
		state = state*1664525 + 1013904223
		return float64(state)/(1<<32) - 0.5
	}
	x := [][]float64{make([]float64, 4000), make([]float64, 4000), make([]float64, 4000)}
	for i := range x[0] {
		a := 2 * math.Pi * 20 * float64(i) / 1000
		x[0][i], x[1][i], x[2][i] = math.Sin(a)+2*noise(), math.Sin(a-1)+2*noise(), 2*noise()
	}
	c, _ := signal.CoherencePairs(x, 1000, signal.WelchOptions{SegmentLen: 250, Overlap: -1})
	m, _ := c.Matrix(19, 21)
	fmt.Printf("0 and 1: %.2f, 0 and 2: %.2f, 1 and 2: %.2f\n", m[0][1], m[0][2], m[1][2])
	// Output: 0 and 1: 0.99, 0 and 2: 0.10, 1 and 2: 0.09
}

func ExampleMorletPower() {
	// Ten trials in which 30 Hz come up in the middle, at a phase of their own.
	var trials [][][]float64
	for k := range 10 {
		x := make([]float64, 1000)
		for i := 400; i < 600; i++ {
			x[i] = math.Sin(2*math.Pi*30*float64(i)/1000 + 2.4*float64(k))
		}
		trials = append(trials, [][]float64{x})
	}
	f := []float64{15, 30, 60}
	p, err := signal.MorletPower(trials, 1000, f, []float64{5})
	if err != nil {
		fmt.Println(err)
		return
	}
	itc, _ := signal.MorletLocking(trials, 1000, f, []float64{5})
	fmt.Printf("power at 30 Hz: %.1f before, %.1f within; locking %.2f\n", p[0].P[1][250], p[0].P[1][500], itc[0].P[1][500])
	// Output: power at 30 Hz: 0.0 before, 47.0 within; locking 0.06
}

func ExampleEllip() {
	// The steepest filter that loses at most 0.5 dB up to 40 Hz and 60 dB from 50 Hz on.
	order, cut, _ := signal.EllipOrder(500, []float64{40}, []float64{50}, 0.5, 60)
	s, err := signal.Ellip(order, 0.5, 60, "low", 500, cut...)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("order %d: %.3f at 40 Hz, %.5f at 50 Hz\n", order, s.Gain(40), s.Gain(50))
	// Output: order 7: 0.944 at 40 Hz, 0.00079 at 50 Hz
}

func ExampleNotch() {
	s, _ := signal.Notch(50, 30, 500)
	fmt.Printf("%.3f at 49 Hz, %.3f at 50 Hz, %.3f at 60 Hz\n", s.Gain(49), s.Gain(50), s.Gain(60))
	// Output: 0.771 at 49 Hz, 0.000 at 50 Hz, 0.996 at 60 Hz
}

func ExampleNewFIR() {
	h, err := signal.NewFIR(101, "low", "hamming", 500, 20)
	if err != nil {
		fmt.Println(err)
		return
	}
	y, _ := h.ZeroPhase(lfp())
	fmt.Printf("gain %.3f at 7 Hz, %.4f at 40 Hz; %d samples\n", h.Gain(7), h.Gain(40), len(y))
	// Output: gain 1.004 at 7 Hz, 0.0007 at 40 Hz; 1000 samples
}

func ExampleResample() {
	y, _ := signal.Resample(lfp(), 1, 4) // 500 Hz to 125 Hz
	fmt.Println(len(y))
	// Output: 250
}

func ExampleConnectivityOverTrials() {
	// Twenty trials in which channel 1 follows channel 0 by a fixed phase at 20 Hz.
	state := uint32(1)
	noise := func() float64 {
		state = state*1664525 + 1013904223
		return float64(state)/(1<<32) - 0.5
	}
	var trials [][][]float64
	for range 20 {
		start := 2 * math.Pi * noise()
		x := [][]float64{make([]float64, 500), make([]float64, 500)}
		for i := range x[0] {
			a := start + 2*math.Pi*20*float64(i)/500
			x[0][i], x[1][i] = math.Sin(a)+2*noise(), math.Sin(a-1)+2*noise()
		}
		trials = append(trials, x)
	}
	r, err := signal.ConnectivityOverTrials(trials, 500, signal.ConnectivityOptions{Measures: []string{"plv", "imcoh", "wpli"}, Lo: 18, Hi: 22})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range r {
		fmt.Printf("%s over %d %s: %.2f at %.0f Hz\n", c.Measure, c.Count, c.Over, c.V[0][2], c.F[2])
	}
	// Output:
	// plv over 20 trials: 1.00 at 20 Hz
	// imcoh over 20 trials: 0.84 at 20 Hz
	// wpli over 20 trials: 1.00 at 20 Hz
}

func ExampleSOS_Stream() {
	s, _ := signal.Butter(2, "low", 500, 30)
	f, _ := s.Stream()
	whole, _ := s.Filter(lfp())
	a, _ := f.Push(lfp()[:400]) // such as what a file gives piece by piece
	b, _ := f.Push(lfp()[400:])
	fmt.Println(a[399] == whole[399], b[0] == whole[400])
	// Output: true true
}

func ExampleAperiodic() {
	// A spectrum that falls as 1/f^1.5, with a rhythm of 10 Hz.
	s := &signal.Spectrum{}
	for f := 1.0; f <= 45; f += 0.5 {
		s.F = append(s.F, f)
		s.P = append(s.P, math.Pow(f, -1.5)*math.Pow(10, 0.8*math.Exp(-(f-10)*(f-10)/2)))
	}
	r, err := signal.Aperiodic(s, signal.AperiodicOptions{MinHeight: 0.1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("exponent %.2f, peak of %.2f at %.1f Hz\n", r.Exponent, r.Peaks[0].Height, r.Peaks[0].F)
	// Output: exponent 1.50, peak of 0.80 at 10.0 Hz
}

func ExampleLombScargle() {
	// A rhythm of 1.5 Hz, seen at uneven times.
	var t, x []float64
	for i := range 40 {
		at := float64(i)*0.21 + 0.05*math.Sin(float64(i*i))
		t, x = append(t, at), append(x, math.Sin(2*math.Pi*1.5*at))
	}
	s, _ := signal.LombScargle(t, x, []float64{1, 1.5, 2})
	fmt.Printf("%.2f\n", s.P)
	// Output: [0.01 0.99 0.01]
}

func ExampleFitVAR() {
	// A rhythm of 10 Hz at 100 Hz in channel 0 drives channel 1 two samples later.
	truth, _ := signal.NewVAR([][][]float64{
		{{1.55, 0}, {0, 0.3}},
		{{-0.91, 0}, {0.5, 0}},
	}, [][]float64{{1, 0}, {0, 1}}, 100)
	trials, _ := truth.Simulate(20, 200, 1)

	model, err := signal.FitVAR(trials, 100, signal.VAROptions{Names: []string{"V1", "V4"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("order %d, largest root %.2f, residuals white: %v\n", len(model.A), model.Radius, model.Whiteness.P > 0.05)
	test, _ := model.Granger("pairwise")
	fmt.Printf("V1 to V4: %.2f nats, p < 0.001: %v\n", test.Strength[1][0], test.P[1][0] < 0.001)
	fmt.Printf("V4 to V1: %.2f nats, p < 0.001: %v\n", test.Strength[0][1], test.P[0][1] < 0.001)
	// Output:
	// order 2, largest root 0.95, residuals white: true
	// V1 to V4: 0.90 nats, p < 0.001: true
	// V4 to V1: 0.00 nats, p < 0.001: false
}

func ExampleVAR_Directed() {
	model, _ := signal.NewVAR([][][]float64{
		{{1.55, 0}, {0, 0.3}},
		{{-0.91, 0}, {0.5, 0}},
	}, [][]float64{{1, 0}, {0, 1}}, 100)
	g, err := model.Directed("granger", []float64{5, 10, 20})
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, f := range g.F {
		fmt.Printf("%2.0f Hz: 0 to 1 %.2f, 1 to 0 %.2f\n", f, g.V[1][0][k], g.V[0][1][k])
	}
	// Output:
	//  5 Hz: 0 to 1 1.50, 1 to 0 0.00
	// 10 Hz: 0 to 1 4.50, 1 to 0 0.00
	// 20 Hz: 0 to 1 0.24, 1 to 0 0.00
}

func ExamplePhaseAmplitude() {
	// Gamma of 80 Hz that is strongest at the peak of theta.
	x := make([]float64, 5000)
	phase, state := 0.0, uint32(1)
	for i := range x {
		state = state*1664525 + 1013904223
		phase += 2*math.Pi*6/500 + 0.2*(float64(state)/(1<<32)-0.5) // theta drifts
		theta := math.Cos(phase)
		x[i] = theta + 0.3*(1+theta)*math.Cos(2*math.Pi*80*float64(i)/500)
	}
	c, err := signal.PhaseAmplitude([][]float64{x}, 500, [][2]float64{{4, 8}}, [][2]float64{{60, 100}}, signal.PACOptions{Surrogates: 199})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("modulation index %.3f, p = %g, largest within 0.1 rad of the peak: %v\n", c.V[0][0], c.P[0][0], math.Abs(c.Angle[0][0]) < 0.1)
	// Output: modulation index 0.090, p = 0.005, largest within 0.1 rad of the peak: true
}

func ExampleBursts() {
	// Beta of 20 Hz for 0.4 s in every second.
	x := make([]float64, 5000)
	state := uint32(1)
	for i := range x {
		state = state*1664525 + 1013904223
		x[i] = float64(state)/(1<<32) - 0.5
		if t := math.Mod(float64(i)/500, 1); t >= 0.3 && t < 0.7 {
			x[i] += math.Sin(2 * math.Pi * 20 * t)
		}
	}
	b, err := signal.Bursts(x, 500, 15, 25, signal.BurstOptions{High: 3})
	if err != nil {
		fmt.Println(err)
		return
	}
	e := b.All[0]
	fmt.Printf("%d bursts, %.0f a minute; the first from %.2f to %.2f s, %.0f Hz\n", len(b.All), b.Rate(), e.Start, e.End, e.Frequency)
	// Output: 10 bursts, 60 a minute; the first from 0.27 to 0.73 s, 20 Hz
}

func ExampleRipples() {
	// Ripples of 190 Hz in every half second of a made-up hippocampal channel.
	x := make([]float64, 6250)
	state := uint32(1)
	for i := range x {
		state = state*1664525 + 1013904223
		x[i] = 20 * (float64(state)/(1<<32) - 0.5)
		if d := (math.Mod(float64(i)/1250, 0.5) - 0.25) / 0.02; math.Abs(d) < 4 {
			x[i] += 60 * math.Exp(-d*d) * math.Sin(2*math.Pi*190*float64(i)/1250)
		}
	}
	r, err := signal.Ripples([][]float64{x}, 1250, signal.RippleOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	r.Unit = "µV"
	e := r.All[0]
	fmt.Printf("%d ripples; the first lasts %.0f ms, %.0f Hz, %.0f %s\n", len(r.All), 1000*e.Duration(), e.Frequency, e.Amplitude, r.Unit)
	// Output: 10 ripples; the first lasts 67 ms, 189 Hz, 60 µV
}

func ExampleSpindles() {
	// A spindle of 13 Hz every 10 s in a minute of noise.
	x := make([]float64, 6000)
	state := uint32(7)
	for i := range x {
		state = state*1664525 + 1013904223
		x[i] = 30 * (float64(state)/(1<<32) - 0.5)
		if d := (math.Mod(float64(i)/100, 10) - 5) / 0.5; math.Abs(d) < 4 {
			x[i] += 30 * math.Exp(-d*d) * math.Sin(2*math.Pi*13*float64(i)/100)
		}
	}
	s, err := signal.Spindles(x, 100, signal.SpindleOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d spindles, the first at %.1f s: %.1f Hz\n", len(s.All), s.All[0].Peak, s.All[0].Frequency)
	// Output: 6 spindles, the first at 5.0 s: 13.1 Hz
}
