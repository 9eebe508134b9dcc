package signal

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// hum returns noise of some channels, and the same with a line of two patterns whose
// amplitudes change, with a harmonic.
func hum(channels, n int, fs, line float64) (clean, noisy [][]float64) {
	r := rng.New(5, 5)
	clean, noisy = rows(channels, n), rows(channels, n)
	for c := range clean {
		a, b := r.Norm(), r.Norm()
		slow := 0.0
		for i := range n {
			slow = 0.98*slow + r.Norm()
			t := float64(i) / fs
			w := 2 * math.Pi * line * t
			clean[c][i] = 0.3*slow + r.Norm() + 4
			noisy[c][i] = clean[c][i] + a*(3+math.Sin(t))*math.Cos(w) + b*(2+math.Cos(0.7*t))*math.Sin(w+0.4) + 0.5*a*math.Cos(2*w)
		}
	}
	return clean, noisy
}

// TestZapLine: the line is gone, and all else stays but for the part of the patterns.
func TestZapLine(t *testing.T) {
	for _, c := range []struct{ fs, line float64 }{{1000, 50}, {600, 60}, {1000, 60}, {512, 50}} {
		clean, noisy := hum(16, 20001, c.fs, c.line)
		f, err := ZapLine(noisy, c.fs, c.line, 0)
		if err != nil {
			t.Fatal(err)
		}
		if f.Removed != 2 && f.Removed != 3 || len(f.Patterns) != f.Removed {
			t.Errorf("%g Hz at %g Hz: %s; the line has two patterns: %.3f", c.line, c.fs, f, f.Scores)
			continue
		}
		if f.Scores[1] < 0.3 || f.Scores[f.Removed] > 0.2 || f.Scores[0] > 1.05 {
			t.Errorf("%g Hz: scores %.3f", c.line, f.Scores)
		}
		var before, after, want float64
		for k := range noisy {
			at := func(x [][]float64) float64 {
				s, err := Welch(x[k], c.fs, WelchOptions{Window: "hann", SegmentLen: int(4 * c.fs), Overlap: int(2 * c.fs), Detrend: "constant"})
				if err != nil {
					t.Fatal(err)
				}
				p, _ := s.Power(c.line-1, c.line+1)
				return p
			}
			before, after, want = before+at(noisy), after+at(f.Clean), want+at(clean)
		}
		// Two or three of 16 dimensions of the noise at the line go with it.
		if before < 20*want || after > 1.15*want || after < 0.6*want {
			t.Errorf("%g Hz at %g Hz: power at the line was %g, is %g, and without the line %g", c.line, c.fs, before, after, want)
		}
		// What is slow stays to the last bits of the sum.
		for k := range noisy {
			m, w := mean(f.Clean[k]), mean(noisy[k])
			if math.Abs(m-w) > 1e-9 {
				t.Errorf("the mean of channel %d is %g, was %g", k, m, w)
			}
		}
	}
}

// TestZapLineNothing: noise without a line is left as it is.
func TestZapLineNothing(t *testing.T) {
	for _, channels := range []int{4, 8, 12, 33, 64} {
		clean, _ := hum(channels, 10000+channels, 1000, 50)
		f, err := ZapLine(clean, 1000, 50, 0)
		if err != nil {
			t.Fatal(err)
		}
		if f.Removed > 0 {
			t.Errorf("%s of noise: %v", f, f.Scores[:4])
			continue
		}
		for c := range clean {
			for i, v := range clean[c] {
				if math.Abs(f.Clean[c][i]-v) > 1e-12 {
					t.Fatalf("channel %d, sample %d: %g became %g", c, i, v, f.Clean[c][i])
				}
			}
		}
		f.Show()
	}
}

func TestZapLineErrors(t *testing.T) {
	x, _ := hum(3, 1000, 500, 50)
	for _, c := range []struct {
		x        [][]float64
		fs, line float64
		remove   int
		want     string
	}{
		{x[:1], 500, 50, 0, "1 channels"},
		{x, 0, 50, 0, "rate"},
		{x, 500, 125, 0, "line is 125"},
		{x, 500, math.NaN(), 0, "line is NaN"},
		{x, 500, 50, 3, "remove is 3"},
		{x, 500, 5, 0, "periods"},
		{rows(3, 1000), 500, 50, 0, "no power"},
		{[][]float64{{1, math.NaN()}, {1, 2}}, 500, 50, 0, "NaN"},
	} {
		if _, err := ZapLine(c.x, c.fs, c.line, c.remove); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: want %q", err, c.want)
		}
	}
}
