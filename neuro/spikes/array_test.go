package spikes

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/flat"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

func TestDetectManyShared(t *testing.T) {
	var ref struct {
		FS        float64
		X         []float64 `json:"x_int16"`
		Threshold float64   `json:"quiroga_threshold_5sigma"`
		Peaks     []int     `json:"detected_find_peaks_distance30"`
	}
	golden.JSON(t, golden.Shared(t, "golden/signals/detection.json"), &ref)
	d, err := DetectMany([][]float64{ref.X}, ref.FS, "", ArrayOptions{}) // one channel has no reference
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "threshold", d.Threshold, []float64{-ref.Threshold}, 1e-9)
	want := make([]float64, len(ref.Peaks))
	for i, p := range ref.Peaks {
		want[i] = float64(p) / 30
	}
	golden.Close(t, "times", d.Times, want, 1e-14)
}

// hashed is noise() of many.py.
func hashed(stream uint64, n int) []int {
	mix := func(h uint64) uint64 {
		h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
		h = (h ^ h>>27) * 0x94D049BB133111EB
		return h ^ h>>31
	}
	x := make([]int, n)
	for i := range x {
		h := mix((uint64(i)+1)*0x9E3779B97F4A7C15 + stream*1000003)
		for k := range 8 {
			x[i] += int(h >> (8 * k) & 255)
		}
		x[i] -= 1020
	}
	return x
}

// manySamples is samples() of many.py.
func manySamples() [][]float64 {
	const channels, n = 13, 30011
	shape := []int{0, -100, -400, -900, -1500, -1900, -2000, -1800, -1300, -700, -200, 200, 450, 600, 650, 600, 500, 350, 200, 100}
	half := func(v, by int) int { return int(math.Floor(float64(v) / float64(by))) }
	common := hashed(99, n)
	x := make([][]float64, channels)
	for c := range x {
		for i, v := range hashed(uint64(c), n) {
			x[c] = append(x[c], float64(v+half(common[i], 2)+100*c))
		}
	}
	for k, at := 0, 50; at < n-50; k, at = k+1, at+311 {
		for d := -1; d <= 1; d++ {
			if c := k*5%channels + d; c >= 0 && c < channels {
				for i, v := range shape {
					x[c][at+d+i] += float64(half(v, 1+d*d))
				}
			}
		}
	}
	return x
}

type manyReference struct {
	Sigma     []float64
	Threshold []float64
	Peaks     [][]int
	Local     [][2]int
}

// indices returns samples and channels of what was found.
func (d *Detected) indices() [][2]int {
	var out [][2]int
	for i, t := range d.Times {
		out = append(out, [2]int{int(math.Round(t * d.FS / 1000)), d.Channel[i]})
	}
	return out
}

func TestDetectManyIsSciPy(t *testing.T) {
	var ref struct {
		Check                      []float64
		None, Median, Average, Neo manyReference
	}
	golden.JSON(t, golden.Path(t, "spikes/many.json"), &ref)
	x := manySamples()
	sum := 0.0
	for _, row := range x {
		for _, v := range row {
			sum += v
		}
	}
	if sum != ref.Check[0] || x[3][777] != ref.Check[1] {
		t.Fatalf("the samples are not those of many.py: sum %g of %g", sum, ref.Check[0])
	}
	var places [][]float64
	for c := range x {
		places = append(places, []float64{0, 25 * float64(c)})
	}
	for name, want := range map[string]manyReference{"none": ref.None, "median": ref.Median, "average": ref.Average} {
		o := ArrayOptions{Reference: name, Threshold: -4.5}
		d, err := DetectMany(x, 30000, "uV", o)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, name+" noise", d.Noise, want.Sigma, 1e-10)
		for c := range x {
			var got []int
			for _, p := range d.indices() {
				if p[1] == c {
					got = append(got, p[0])
				}
			}
			if !slices.Equal(got, want.Peaks[c]) {
				t.Errorf("%s, channel %d: peaks at %v, find_peaks has %v", name, c, got, want.Peaks[c])
			}
		}
		o.Positions, o.Radius = places, 60
		if d, err = DetectMany(x, 30000, "uV", o); err != nil {
			t.Fatal(err)
		}
		if got := d.indices(); !slices.Equal(got, want.Local) {
			t.Errorf("%s: with positions %d spikes, many.py has %d", name, len(got), len(want.Local))
		}
	}
	d, err := DetectMany(x, 30000, "uV", ArrayOptions{Method: "neo", Reference: "median"})
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "energy", d.Threshold, ref.Neo.Threshold, 1e-10)
	if got := d.indices(); !slices.Equal(got, ref.Neo.Local) {
		t.Errorf("neo: %v, many.py has %v", got, ref.Neo.Local)
	}
}

func TestDetectManyPieces(t *testing.T) {
	x := manySamples()
	for c := range x { // three times as long: several blocks
		x[c] = slices.Concat(x[c], x[c], x[c])
	}
	var places [][]float64
	for c := range x {
		places = append(places, []float64{0, 25 * float64(c)})
	}
	for _, method := range []string{"mad", "neo"} {
		o := ArrayOptions{Method: method, Reference: "median", Positions: places, Noise: [][2]float64{{0.5, 0.7}, {2, 2.5}}}
		want, err := DetectMany(x, 30000, "uV", o)
		if err != nil {
			t.Fatal(err)
		}
		if len(want.Times) < 200 {
			t.Fatalf("%s: %d spikes", method, len(want.Times))
		}
		for _, c := range []struct{ piece, threads int }{{1, 1}, {777, 3}, {100000, 2}} {
			old := runtime.GOMAXPROCS(c.threads)
			o.Piece = c.piece
			if c.piece == 1 && method == "neo" {
				o.Piece = 64
			}
			got, err := DetectMany(x, 30000, "uV", o)
			runtime.GOMAXPROCS(old)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: pieces of %d on %d threads: %d spikes of %d", method, c.piece, c.threads, len(got.Times), len(want.Times))
			}
		}
	}
}

// TestDetectManyFile reads a file of 16-bit numbers, with a channel that is marked as bad.
func TestDetectManyFile(t *testing.T) {
	x := manySamples()
	path := filepath.Join(t.TempDir(), "probe.dat")
	var b []byte
	for i := range x[0] {
		for _, row := range x {
			b = binary.LittleEndian.AppendUint16(b, uint16(int16(row[i])))
		}
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	rec, err := flat.ReadBinary(path, flat.BinaryOptions{Channels: len(x), FS: 30000, Unit: "uV"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := DetectRecording(rec, ArrayOptions{Reference: "median"})
	if err != nil {
		t.Fatal(err)
	}
	want, err := DetectMany(x, 30000, "uV", ArrayOptions{Reference: "median"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Times, want.Times) || !slices.Equal(got.Amplitude, want.Amplitude) || !slices.Equal(got.Channel, want.Channel) || len(got.Times) < 50 {
		t.Errorf("%d spikes from the file, %d from memory", len(got.Times), len(want.Times))
	}
	if err := rec.SetBad("Ch3"); err != nil {
		t.Fatal(err)
	}
	if got, err = DetectRecording(rec, ArrayOptions{Reference: "median"}); err != nil {
		t.Fatal(err)
	}
	if n := len(got.Train(2)); n != 0 || !math.IsNaN(got.Threshold[2]) {
		t.Errorf("%d spikes on a bad channel, threshold %g", n, got.Threshold[2])
	}
	y := slices.Delete(slices.Clone(x), 2, 3)
	if want, err = DetectMany(y, 30000, "uV", ArrayOptions{Reference: "median"}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Times, want.Times) {
		t.Errorf("%d spikes with a bad channel, %d without it", len(got.Times), len(want.Times))
	}
}

func TestDetectManyByHand(t *testing.T) {
	// 6 channels at 1000 Hz, noise 1/0.6745: -1 and 1 in turn; the threshold is -7.41.
	quiet := func(values map[[2]int]float64) [][]float64 {
		x := make([][]float64, 6)
		for c := range x {
			for i := range 200 {
				x[c] = append(x[c], float64(i%2*2-1))
			}
		}
		for k, v := range values {
			x[k[0]][k[1]] = v
		}
		return x
	}
	line := [][]float64{{0}, {50}, {100}, {150}, {200}, {400}}
	for _, c := range []struct {
		name string
		o    ArrayOptions
		x    map[[2]int]float64
		want [][2]int
	}{
		{"two channels", ArrayOptions{}, map[[2]int]float64{{0, 50}: -9, {3, 20}: -8}, [][2]int{{20, 3}, {50, 0}}},
		{"peaks", ArrayOptions{Threshold: 5}, map[[2]int]float64{{0, 50}: -9, {3, 20}: 8}, [][2]int{{20, 3}}},
		{"middle of equals", ArrayOptions{}, map[[2]int]float64{{0, 50}: -9, {0, 51}: -9, {0, 52}: -9}, [][2]int{{51, 0}}},
		{"ends are no extrema", ArrayOptions{}, map[[2]int]float64{{0, 0}: -9, {0, 1}: -9, {1, 199}: -9, {2, 198}: -9}, [][2]int{{198, 2}}},
		{"refractory: the largest stays", ArrayOptions{Refractory: 5}, map[[2]int]float64{{0, 50}: -9, {0, 53}: -10, {0, 57}: -9, {0, 60}: -8}, [][2]int{{53, 0}, {60, 0}}},
		{"no refractory", ArrayOptions{Refractory: -1}, map[[2]int]float64{{0, 50}: -9, {0, 52}: -10}, [][2]int{{50, 0}, {52, 0}}},
		{"no positions, no exclusion", ArrayOptions{}, map[[2]int]float64{{0, 50}: -9, {1, 50}: -10}, [][2]int{{50, 0}, {50, 1}}},
		{"the largest of neighbours", ArrayOptions{Positions: line}, map[[2]int]float64{{0, 50}: -9, {1, 50}: -10, {2, 50}: -9, {5, 50}: -8}, [][2]int{{50, 1}, {50, 5}}},
		{"who is left out takes none away", ArrayOptions{Positions: line}, map[[2]int]float64{{0, 50}: -10, {2, 50}: -9, {4, 50}: -8}, [][2]int{{50, 0}, {50, 4}}},
		{"within the window", ArrayOptions{Positions: line, Window: 2}, map[[2]int]float64{{0, 50}: -10, {1, 52}: -9, {2, 53}: -8}, [][2]int{{50, 0}, {53, 2}}},
		{"of equals the first", ArrayOptions{Positions: line, Window: 2}, map[[2]int]float64{{1, 50}: -9, {0, 51}: -9, {0, 80}: -9, {1, 80}: -9}, [][2]int{{50, 1}, {80, 0}}},
		{"none", ArrayOptions{}, nil, nil},
	} {
		c.o.Filtered, c.o.Reference = true, "none"
		d, err := DetectMany(quiet(c.x), 1000, "uV", c.o)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := d.indices(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestDetectManyNoise counts what is found in noise. Minima of a Gaussian signal with the
// spectrum of the filter below -u σ come at exp(-u²/2) sqrt(m2/m0) Hz (Rice 1945), where
// almost every excursion has one.
func TestDetectManyNoise(t *testing.T) {
	const fs, seconds, u = 30000.0, 20, 4.0
	x := make([][]float64, 2)
	for c := range x {
		x[c] = make([]float64, fs*seconds)
		rng.New(11, uint64(c)).NormBlock(x[c], 0, 0)
	}
	d, err := DetectMany(x, fs, "uV", ArrayOptions{Reference: "none", Threshold: -u})
	if err != nil {
		t.Fatal(err)
	}
	band, err := signal.Butter(3, "band", fs, 300, 6000)
	if err != nil {
		t.Fatal(err)
	}
	var m0, m2 float64
	for f := 1.0; f < fs/2; f++ {
		g := math.Pow(band.Gain(f), 4)
		m0, m2 = m0+g, m2+f*f*g
	}
	want := math.Exp(-u*u/2) * math.Sqrt(m2/m0) * seconds * 2
	if got := float64(len(d.Times)); math.Abs(got-want) > 0.02*want+3*math.Sqrt(want) {
		t.Errorf("%g spikes in noise, %.1f are expected", got, want)
	}
}

func TestDetectManyErrors(t *testing.T) {
	x := manySamples()
	bad := manySamples()
	bad[4][12345] = math.NaN()
	flat := slices.Clone(x)
	flat[2] = make([]float64, len(x[0]))
	for _, c := range []struct {
		name string
		x    [][]float64
		fs   float64
		o    ArrayOptions
		want string
	}{
		{"nothing", nil, 30000, ArrayOptions{}, "at least one"},
		{"empty", [][]float64{{}}, 30000, ArrayOptions{}, "0 samples"},
		{"short", [][]float64{make([]float64, 20)}, 30000, ArrayOptions{}, "needs 22 or more"},
		{"NaN", bad, 30000, ArrayOptions{}, `sample 12345 of channel "4", at 0.4115 s, is NaN`},
		{"NaN, no filter", bad, 30000, ArrayOptions{Filtered: true}, `sample 12345 of channel "4"`},
		{"rate", x, 10000, ArrayOptions{}, "Band ends at 6000 Hz and the sampling rate is 10000 Hz"},
		{"band", x, 30000, ArrayOptions{Band: [2]float64{6000, 300}}, "Band"},
		{"flat", flat, 30000, ArrayOptions{Reference: "none"}, `noise of channel "2" is 0`},
		{"one channel and its median", x[:1], 30000, ArrayOptions{Reference: "median"}, `noise of channel "0" is 0`},
		{"reference", x, 30000, ArrayOptions{Reference: "car"}, `Reference "car"`},
		{"method", x, 30000, ArrayOptions{Method: "std"}, `Method "std"`},
		{"threshold", x, 30000, ArrayOptions{Threshold: math.NaN()}, "Threshold is NaN"},
		{"positions", x, 30000, ArrayOptions{Positions: [][]float64{{0}}}, "1 Positions for 13 channels"},
		{"places", x, 30000, ArrayOptions{Positions: make([][]float64, 13)}, "Positions[0] has 0 numbers"},
		{"noise stretch", x, 30000, ArrayOptions{Noise: [][2]float64{{5, 6}}}, "Noise[0] from 5 to 6 s"},
		{"piece", x, 30000, ArrayOptions{Piece: -1}, "Piece is -1"},
	} {
		if _, err := DetectMany(c.x, c.fs, "uV", c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; %q is wanted", c.name, err, c.want)
		}
	}
}

// noiseOf makes n samples of noise on some channels, with a part that all share.
func noiseOf(channels, n int, seed uint64) [][]float64 {
	x := make([][]float64, channels)
	common := make([]float64, n)
	rng.New(seed, 0).NormBlock(common, 0, 0)
	for c := range x {
		x[c] = make([]float64, n)
		rng.New(seed, uint64(c+1)).NormBlock(x[c], 0, 0)
		for i := range x[c] {
			x[c][i] = 10*x[c][i] + 7*common[i] + float64(c)
		}
	}
	return x
}

func TestCleanIsTheWhole(t *testing.T) {
	const fs = 30000.0
	for _, c := range []struct{ channels, n int }{{1, 50}, {3, 9000}, {5, 8192 + 1300}, {70, 10011}, {65, 17000}} {
		x := noiseOf(c.channels, c.n, 3)
		for _, reference := range []string{"none", "median", "average"} {
			band, err := signal.Butter(3, "band", fs, 300, 6000)
			if err != nil {
				t.Fatal(err)
			}
			want, err := band.FiltFiltEach(x)
			if err != nil {
				t.Fatal(err)
			}
			for i := range c.n {
				row := make([]float64, c.channels)
				sum := 0.0
				for k := range row {
					row[k] = want[k][i]
					sum += row[k]
				}
				off := 0.0
				switch reference {
				case "median":
					off = middle(row)
				case "average":
					off = sum / float64(len(row))
				}
				for k := range want {
					want[k][i] -= off
				}
			}
			rec, err := InMemory(x, fs, "uV")
			if err != nil {
				t.Fatal(err)
			}
			got, err := CleanRecording(rec, 0, float64(c.n)*1000/fs, ArrayOptions{Reference: reference})
			if err != nil {
				t.Fatal(err)
			}
			worst := 0.0
			for k := range got {
				if len(got[k]) != c.n {
					t.Fatalf("%d samples of %d", len(got[k]), c.n)
				}
				for i, v := range got[k] {
					worst = math.Max(worst, math.Abs(v-want[k][i]))
				}
			}
			if !(worst < 1e-12*10) {
				t.Errorf("%d channels, %d samples, %s: %g off", c.channels, c.n, reference, worst)
			}
		}
	}
}

// TestNewArray: the usual options find what the zero value finds, on one channel, on
// four and on many.
func TestNewArray(t *testing.T) {
	for _, n := range []int{1, 4, 16} {
		s, err := SimulateRecording(SimulationOptions{Seconds: 2, Channels: n, Units: 2, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		want, err := DetectRecording(s.Recording, ArrayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := DetectRecording(s.Recording, NewArray())
		if err != nil {
			t.Fatalf("%d channels: %v", n, err)
		}
		if !slices.Equal(got.Times, want.Times) || !slices.Equal(got.Channel, want.Channel) || len(got.Times) == 0 {
			t.Errorf("%d channels: NewArray finds %d spikes, the zero value %d", n, len(got.Times), len(want.Times))
		}
	}
}
