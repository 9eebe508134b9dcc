package signal

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// TestDirectedBits wants the same bits as on every other platform, of models, coupling
// and events. The constant changes only when a method does.
func TestDirectedBits(t *testing.T) {
	h := fnv.New64a()
	put := func(values ...float64) {
		for _, v := range values {
			binary.Write(h, binary.LittleEndian, math.Float64bits(v))
		}
	}
	matrix := func(m [][]float64) {
		for _, row := range m {
			for _, v := range row {
				if !math.IsNaN(v) { // whose bits differ
					put(v)
				}
			}
		}
	}
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	root := math.Sqrt2 // as in baccala, without anything that a CPU may fuse
	truth, err := NewVAR([][][]float64{{{0.95 * root, 0, 0}, {0, 0.3, 0}, {0, 0.25, 0.4}}, {{-0.9, 0, 0}, {0.5, 0, 0}, {0, 0, 0}}}, [][]float64{{1, 0.2, 0}, {0.2, 1, 0}, {0, 0, 2}}, 250)
	check(err)
	x, err := truth.Simulate(6, 150, 1)
	check(err)
	made := func(seed uint64, n int, fs, slow, fast float64) []float64 {
		y, r := make([]float64, n), rng.New(seed, 0)
		for i := range y {
			t := float64(i) / fs
			a := vec.Sin(float64(2 * math.Pi * slow * t))
			y[i] = a + float64((1+a)*vec.Sin(float64(2*math.Pi*fast*t))) + float64(0.5*r.Norm())
		}
		return y
	}
	for _, method := range []string{"ls", "yw", "ns"} {
		m, err := FitVAR(x, 250, VAROptions{Method: method, MaxOrder: 6})
		check(err)
		for _, a := range m.A {
			matrix(a)
		}
		matrix(m.Sigma)
		put(m.Radius, m.Whiteness.Q, m.Whiteness.P)
		for _, o := range m.Orders {
			put(o.AIC, o.BIC, o.HQ, o.FPE)
		}
		for _, kind := range []string{"pairwise", "conditional"} {
			g, err := m.Granger(kind)
			check(err)
			matrix(g.F)
			matrix(g.P)
		}
		for _, name := range directedMeasures {
			d, err := m.Directed(name, []float64{0, 13, 30.5, 125})
			check(err)
			for _, v := range d.V {
				matrix(v)
			}
		}
	}
	d, err := GrangerNonparametric(x, 250, "", MultitaperOptions{})
	check(err)
	for _, v := range d.V {
		matrix(v)
	}
	s, err := DirectedSurrogates(x, 250, VAROptions{Order: 2}, "dtf", 10, 40, SurrogateOptions{Shuffle: "phase", N: 5})
	check(err)
	matrix(s.P)
	y := [][]float64{made(1, 501, 500, 6, 80), made(2, 501, 500, 6, 80), made(3, 501, 500, 6, 80)}
	for _, measure := range pacMeasures {
		for _, shuffle := range pacShuffles {
			c, err := PhaseAmplitude(y, 500, slowBand, fastBand, PACOptions{Measure: measure, Shuffle: shuffle, Surrogates: 7})
			check(err)
			matrix(c.V)
			matrix(c.Angle)
			matrix(c.Z)
		}
	}
	z := made(4, 5000, 1250, 1, 190)
	r, err := Ripples([][]float64{z, z}, 1250, RippleOptions{Method: "kay"})
	check(err)
	b, err := Bursts(z, 1250, 150, 250, BurstOptions{})
	check(err)
	w := made(5, 4000, 100, 0.2, 13.5)
	p, err := Spindles(w, 100, SpindleOptions{})
	check(err)
	for _, found := range []*Events{r, b, p} {
		for _, e := range found.All {
			put(e.Start, e.Peak, e.End, e.Amplitude, e.Strength, e.Frequency)
		}
	}
	const want = 0xded3b731ee0083bc
	if got := h.Sum64(); got != want {
		t.Errorf("bits are %#x, want %#x", got, uint64(want))
	}
}
