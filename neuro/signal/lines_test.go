package signal

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

func TestLinesAgainstMNE(t *testing.T) {
	var g struct {
		FS     float64
		X      []float64
		Noise  []float64
		Errors []float64
		Cases  []struct {
			N          int
			Seconds, P float64
			Y          []float64
		}
	}
	golden.JSON(t, golden.Path(t, "signal/lines.json"), &g)
	for _, c := range g.Cases {
		r, err := RemoveLines(g.X[:c.N], g.FS, LineOptions{Window: c.Seconds, P: c.P})
		if err != nil {
			t.Fatal(err)
		}
		var got []float64
		for i := 0; i < c.N; i += 37 {
			got = append(got, r.Clean[i])
		}
		golden.Close(t, fmt.Sprintf("%d samples, %g s, p %g", c.N, c.Seconds, c.P), got, c.Y, 1e-9)
	}
	// Told the frequencies we are nearer to the noise than MNE, which removes neighbours
	// too and does not look between the frequencies of a window.
	for k, off := range []float64{0, 0.03} {
		z := append([]float64(nil), g.Noise...)
		for i := range z {
			a := 2 * math.Pi * (50 + off) * float64(i) / g.FS
			z[i] += 2*math.Cos(a+0.3) + 0.7*math.Sin(2*a)
		}
		r, err := RemoveLines(z, g.FS, LineOptions{Freqs: []float64{50}, Harmonics: true, Window: 4})
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for i, v := range r.Clean {
			sum += (v - g.Noise[i]) * (v - g.Noise[i])
		}
		rms := math.Sqrt(sum / float64(len(z)))
		// Two fitted sines have 3 numbers each: of the noise's variance 6/1000 go with them,
		// more with tapers and overlap.
		if rms > 0.15 || rms > 0.5*g.Errors[k] {
			t.Errorf("lines %g Hz off: %.3g from the noise; MNE is %.3g", off, rms, g.Errors[k])
		}
		for _, l := range r.Lines {
			if f := 50 + off; math.Abs(l.F-f) > 0.03 && math.Abs(l.F-2*f) > 0.1 {
				t.Errorf("a line at %.4g Hz was removed: %+v", l.F, l)
			}
		}
		if len(r.Lines) != 2*r.Windows {
			t.Errorf("%d lines in %d windows", len(r.Lines), r.Windows)
		}
	}
}

// TestLinesExact: sines without noise vanish, whatever their frequency, and their
// amplitude and phase are told.
func TestLinesExact(t *testing.T) {
	const fs, n = 500.0, 6001
	for _, f := range []float64{49.9, 50, 50.0371, 50.4, 61.234567} {
		x := make([]float64, n)
		for i := range x {
			x[i] = 3*math.Cos(2*math.Pi*f*float64(i)/fs+1) + 10
		}
		r, err := RemoveLines(x, fs, LineOptions{Freqs: []float64{50, 61.5}, Window: 3})
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range r.Clean {
			if math.Abs(v-10) > 3e-3 {
				t.Fatalf("%g Hz: sample %d is %g without the line, 10 is meant", f, i, v)
			}
		}
		at := false
		for _, l := range r.Lines {
			if math.Abs(l.F-f) < 1e-4 && math.Abs(l.Amplitude-3) < 2e-3 {
				at = true
				want := math.Remainder(2*math.Pi*f*l.T+1, 2*math.Pi)
				if math.Abs(math.Remainder(l.Phase-want, 2*math.Pi)) > 1e-3 {
					t.Errorf("%g Hz: phase %g at %g s, want %g", f, l.Phase, l.T, want)
				}
			}
		}
		if !at {
			t.Errorf("%g Hz: found %+v", f, r.Lines[:min(2, len(r.Lines))])
		}
	}
}

// TestLinesInNoise: of noise the share that a test of probability P removes is that of the
// windows, times the frequencies that are looked at; automatic removal finds one in 20
// windows.
func TestLinesInNoise(t *testing.T) {
	r := rng.New(1, 1)
	x := make([]float64, 400000)
	for i := range x {
		x[i] = r.Norm()
	}
	auto, err := RemoveLines(x, 250, LineOptions{Window: 2})
	if err != nil {
		t.Fatal(err)
	}
	// P/n at each of n/2 frequencies: P/2 a window, here 1600 windows.
	if n := float64(len(auto.Lines)); n < 20 || n > 65 {
		t.Errorf("%g lines in %d windows of noise, 40 are expected", n, auto.Windows)
	}
	named, err := RemoveLines(x, 250, LineOptions{Window: 2, Freqs: []float64{20, 50, 80}, P: 0.05})
	if err != nil {
		t.Fatal(err)
	}
	if share := float64(len(named.Lines)) / float64(3*named.Windows); share > 0.065 || share < 0.02 {
		t.Errorf("lines are found in %.3f of stretches of noise; up to 0.05 is meant", share)
	}
}

// TestLineStream: pieces are the whole, to the bit.
func TestLineStream(t *testing.T) {
	r := rng.New(2, 1)
	for _, n := range []int{16, 100, 499, 500, 501, 749, 750, 1000, 1249, 3333} {
		x := make([]float64, n)
		for i := range x {
			x[i] = r.Norm() + 5*math.Sin(float64(i)*1.3)
		}
		for _, o := range []LineOptions{{Window: 5}, {Window: 4.99, Freqs: []float64{20.7}, Harmonics: true}} {
			if n < 100 && o.Freqs != nil {
				continue
			}
			whole, err := RemoveLines(x, 100, o)
			if err != nil {
				t.Fatal(n, err)
			}
			for _, size := range []int{1, 7, 250, 600} {
				s, err := NewLineStream(100, o)
				if err != nil {
					t.Fatal(err)
				}
				var got []float64
				for at := 0; at < n; at += size {
					y, err := s.Push(x[at:min(at+size, n)])
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, y...)
				}
				got = append(got, s.Flush()...)
				if len(got) != n {
					t.Fatalf("%d samples in pieces of %d: %d come out", n, size, len(got))
				}
				for i, v := range whole.Clean {
					if math.Float64bits(v) != math.Float64bits(got[i]) {
						t.Fatalf("%d samples in pieces of %d: sample %d is %g, of the whole %g", n, size, i, got[i], v)
					}
				}
				if len(s.Lines) != len(whole.Lines) {
					t.Errorf("%d lines in pieces and %d in the whole", len(s.Lines), len(whole.Lines))
				}
			}
		}
	}
}

func TestLinesErrors(t *testing.T) {
	x := make([]float64, 1000)
	for _, c := range []struct {
		x    []float64
		fs   float64
		o    LineOptions
		want string
	}{
		{nil, 100, LineOptions{}, "empty"},
		{[]float64{math.NaN()}, 100, LineOptions{}, "NaN"},
		{x[:15], 100, LineOptions{}, "16 or more"},
		{x, 0, LineOptions{}, "rate"},
		{x, 100, LineOptions{Freqs: []float64{50}}, "Freqs[0] is 50 Hz"},
		{x, 100, LineOptions{Freqs: []float64{20, math.NaN()}}, "Freqs[1]"},
		{x, 100, LineOptions{Width: 60}, "Width is 60"},
		{x, 100, LineOptions{P: 1}, "P is 1"},
		{x, 100, LineOptions{Window: 0.1}, "Window is 0.1 s"},
		{x, 100, LineOptions{Bandwidth: 0.01}, "Bandwidth"},
	} {
		if _, err := RemoveLines(c.x, c.fs, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.o, err, c.want)
		}
	}
	// No signal, no line.
	r, err := RemoveLines(x, 100, LineOptions{Freqs: []float64{20}})
	if err != nil || len(r.Lines) > 0 {
		t.Errorf("of zeros %v was removed, %v", r.Lines, err)
	}
	s, _ := NewLineStream(100, LineOptions{})
	s.Flush()
	if _, err := s.Push(x); err == nil {
		t.Error("a piece after Flush is taken")
	}
}
