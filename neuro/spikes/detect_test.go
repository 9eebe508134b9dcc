package spikes

import (
	"bufio"
	"compress/gzip"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/signal"
	"pgregory.net/rapid"
)

func TestDetectIsFindPeaks(t *testing.T) {
	r := load(t)
	for _, c := range r.Detect {
		s, err := Detect(r.X, r.FS, DetectOptions{Threshold: c.Threshold})
		if err != nil {
			t.Fatal(err)
		}
		want := make([]float64, len(c.Peaks))
		for i, p := range c.Peaks {
			want[i] = float64(p) * 1000 / r.FS
		}
		golden.Close(t, "times at threshold "+strconv.FormatFloat(c.Threshold, 'g', -1, 64), s, want, 1e-15)
	}
	m, sigma, err := noise("Detect", r.X, "mad")
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "noise", []float64{sigma}, []float64{r.Sigma}, 1e-14)
	if math.Abs(m) > 0.1 {
		t.Errorf("baseline is %g", m)
	}
}

func TestSharedDetection(t *testing.T) {
	var ref struct {
		FS        float64
		X         []float64 `json:"x_int16"`
		True      []int     `json:"true_peak"`
		Threshold float64   `json:"quiroga_threshold_5sigma"`
		Peaks     []int     `json:"detected_find_peaks_distance30"`
	}
	golden.JSON(t, golden.Shared(t, "golden/signals/detection.json"), &ref)
	band, err := signal.Butter(3, "band", ref.FS, 300, 6000)
	if err != nil {
		t.Fatal(err)
	}
	x, err := band.FiltFilt(ref.X)
	if err != nil {
		t.Fatal(err)
	}
	// The file's threshold has no baseline; band-passed, it is near 0.
	m, sigma, err := noise("Detect", x, "mad")
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(5*sigma-ref.Threshold) > math.Abs(m) {
		t.Errorf("5 times the noise is %g, the file has %g (baseline %g)", 5*sigma, ref.Threshold, m)
	}
	s, err := Detect(x, ref.FS, DetectOptions{Threshold: -5})
	if err != nil {
		t.Fatal(err)
	}
	want := make([]float64, len(ref.Peaks))
	for i, p := range ref.Peaks {
		want[i] = float64(p) / 30
		if d := ref.Peaks[i] - ref.True[i]; d < -3 || d > 3 {
			t.Errorf("spike %d is at sample %d, the planted one at %d", i, p, ref.True[i])
		}
	}
	golden.Close(t, "times", s, want, 1e-14)
}

// train is a trace with the given samples; the others are -1, 0, 1 in turn, so
// that the median stays 0 and the median absolute deviation 1.
func train(values map[int]float64, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i%3 - 1)
	}
	for i, v := range values {
		x[i] = v
	}
	return x
}

func TestDetectByHand(t *testing.T) {
	// At 1000 Hz sample i is at i ms; the threshold of -4 is at -5.93.
	for _, c := range []struct {
		name string
		o    DetectOptions
		x    map[int]float64
		want neuro.Spikes
	}{
		{"troughs by default", DetectOptions{}, map[int]float64{10: -9, 30: 9, 50: -9}, neuro.Spikes{10, 50}},
		{"peaks", DetectOptions{Threshold: 4}, map[int]float64{10: -9, 30: 9, 50: -9}, neuro.Spikes{30}},
		{"the extremum, not the crossing", DetectOptions{}, map[int]float64{10: -6, 11: -7, 12: -9, 13: -8, 14: -6}, neuro.Spikes{12}},
		{"first of equals", DetectOptions{}, map[int]float64{10: -7, 11: -9, 12: -9, 13: -7}, neuro.Spikes{11}},
		{"on the threshold is not beyond", DetectOptions{Threshold: -10 * 0.6745}, map[int]float64{10: -10, 20: -10.001}, neuro.Spikes{20}},
		{"begun before the recording", DetectOptions{}, map[int]float64{0: -7, 1: -9, 20: -9}, neuro.Spikes{20}},
		{"not returned", DetectOptions{}, map[int]float64{20: -9, 98: -9, 99: -8}, neuro.Spikes{20}},
		{"refractory: the first stays", DetectOptions{Refractory: 5}, map[int]float64{10: -7, 14: -20, 15: -20, 30: -9}, neuro.Spikes{10, 30}},
		{"refractory: exactly that far counts", DetectOptions{Refractory: 5}, map[int]float64{10: -7, 15: -7}, neuro.Spikes{10, 15}},
		{"refractory counts from spikes that are kept", DetectOptions{Refractory: 5}, map[int]float64{10: -7, 14: -7, 18: -7}, neuro.Spikes{10, 18}},
		{"no refractory time", DetectOptions{Refractory: -1}, map[int]float64{10: -7, 12: -7}, neuro.Spikes{10, 12}},
		{"none", DetectOptions{Threshold: -50}, map[int]float64{10: -7}, neuro.Spikes{}},
	} {
		got, err := Detect(train(c.x, 100), 1000, c.o)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: spikes at %v, want %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: spikes at %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
}

// Shifted, scaled and turned over, a trace has the same spikes; so has any
// trace, by the definition worked out in two plain passes.
func TestDetectProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(20, 400).Draw(t, "n")
		x := make([]float64, n)
		for i := range x {
			x[i] = float64(rapid.IntRange(-9, 9).Draw(t, "x"))
			if rapid.IntRange(0, 9).Draw(t, "spike") == 0 {
				x[i] *= 8
			}
		}
		o := DetectOptions{
			Threshold:  rapid.SampledFrom([]float64{-4, -2, 3}).Draw(t, "threshold"),
			Noise:      rapid.SampledFrom([]string{"mad", "std"}).Draw(t, "noise"),
			Refractory: rapid.SampledFrom([]float64{-1, 1, 4}).Draw(t, "refractory"),
		}
		got, err := Detect(x, 2000, o)
		if err != nil {
			t.Skip(err.Error())
		}
		base, sigma, _ := noise("Detect", x, o.Noise)
		beyond := make([]bool, n)
		for i, v := range x {
			beyond[i] = o.Threshold < 0 && v < base+o.Threshold*sigma || o.Threshold > 0 && v > base+o.Threshold*sigma
		}
		var want neuro.Spikes
		for i := 1; i < n; i++ {
			if !beyond[i] || beyond[i-1] {
				continue
			}
			best, j := i, i
			for j = i; j < n && beyond[j]; j++ {
				if math.Abs(x[j]-base) > math.Abs(x[best]-base) {
					best = j
				}
			}
			if j == n || len(want) > 0 && float64(best)/2-want[len(want)-1] < o.Refractory {
				continue
			}
			want = append(want, float64(best)/2)
		}
		if len(got) != len(want) {
			t.Fatalf("spikes at %v, want %v", got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("spikes at %v, want %v", got, want)
			}
		}
		turned := make([]float64, n)
		for i, v := range x {
			turned[i] = 1024 - 4*v
		}
		o.Threshold = -o.Threshold
		other, err := Detect(turned, 2000, o)
		if err != nil || len(other) != len(got) {
			t.Fatalf("turned over, scaled and shifted: spikes at %v, want %v (%v)", other, got, err)
		}
	})
}

func TestMiddle(t *testing.T) {
	for _, c := range []struct {
		x    []float64
		want float64
	}{
		{[]float64{3}, 3}, {[]float64{3, 1}, 2}, {[]float64{3, 1, 2}, 2}, {[]float64{5, 5, 5, 5}, 5},
		{[]float64{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}, 4.5}, {[]float64{1, 1, 2, 2}, 1.5}, {[]float64{-1, 7, -1, 7, 3}, 3},
	} {
		if got := middle(append([]float64(nil), c.x...)); got != c.want {
			t.Errorf("median of %v is %g, want %g", c.x, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-5, 5), 1, 200).Draw(t, "x")
		if rapid.Bool().Draw(t, "ties") {
			for i := range x {
				x[i] = math.Round(x[i])
			}
		}
		m := middle(x)
		var below, above int
		for _, v := range x {
			if v < m {
				below++
			}
			if v > m {
				above++
			}
		}
		if 2*below > len(x) || 2*above > len(x) {
			t.Fatalf("%d values below and %d above the median of %d", below, above, len(x))
		}
	})
}

// The grasshopper's auditory receptor: statistics of a real recording.
func TestGrasshopper(t *testing.T) {
	for _, c := range []struct {
		file           string
		n              int
		mean, cv, peak float64
	}{{"1", 929, 10.768, 0.533, -6.05}, {"2", 868, 11.500, 0.450, -6.95}} {
		f, err := os.Open(golden.Shared(t, "data/packaged/nitime/grasshopper_spike_times"+c.file+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var s neuro.Spikes
		for in := bufio.NewScanner(f); in.Scan(); {
			line := strings.TrimSpace(in.Text())
			if line == "" || line[0] == '#' {
				continue
			}
			v, err := strconv.ParseFloat(line, 64)
			if err != nil {
				t.Fatal(err)
			}
			s = append(s, v/1000)
		}
		g, err := os.Open(golden.Shared(t, "data/packaged/nitime/grasshopper_stimulus"+c.file+".txt.gz"))
		if err != nil {
			t.Fatal(err)
		}
		defer g.Close()
		z, err := gzip.NewReader(g)
		if err != nil {
			t.Fatal(err)
		}
		var x []float64
		for in := bufio.NewScanner(z); in.Scan(); {
			fields := strings.Fields(in.Text())
			if len(fields) != 2 || fields[0][0] == '#' {
				continue
			}
			v, err := strconv.ParseFloat(fields[1], 64)
			if err != nil {
				t.Fatal(err)
			}
			x = append(x, v)
		}
		cv, err := CV(s)
		if err != nil {
			t.Fatal(err)
		}
		mean := (s[len(s)-1] - s[0]) / float64(len(s)-1)
		if len(s) != c.n || math.Abs(mean-c.mean) > 5e-4 || math.Abs(cv-c.cv) > 5e-4 {
			t.Errorf("recording %s: %d spikes, interval %.4g ms, CV %.3f; want %d, %g, %g", c.file, len(s), mean, cv, c.n, c.mean, c.cv)
		}
		sta, err := STA(x, 20000, s, 20, 5)
		if err != nil {
			t.Fatal(err)
		}
		if lag, _ := sta.Peak(); math.Abs(lag-c.peak) > 1e-9 {
			t.Errorf("recording %s: the mean stimulus peaks at %g ms, want %g", c.file, lag, c.peak)
		}
		isi, err := ISIHistogram(s, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Log(isi.Title, "| skipped", sta.Skipped)
	}
}
