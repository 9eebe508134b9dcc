package spikes

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"runtime"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
)

// TestBits wants the same bits as on every other platform. The constant
// changes only when a method does.
func TestBits(t *testing.T) {
	h := fnv.New64a()
	put := func(v float64, err error) {
		if err != nil {
			t.Fatal(err)
		}
		binary.Write(h, binary.LittleEndian, math.Float64bits(v))
	}
	all := func(v []float64) {
		for _, x := range v {
			put(x, nil)
		}
	}
	state := uint64(1)
	uniform := func() float64 {
		state = state*6364136223846793005 + 1442695040888963407
		return float64(state>>11) / (1 << 53)
	}
	trains := make([]neuro.Spikes, 6)
	for i := range trains {
		now := 0.0
		for range 20 * (i + 1) {
			now += 0.1 + float64(3*uniform()*uniform()) // not fused in the test either
			trains[i] = append(trains[i], now)
		}
	}
	x := make([]float64, 3001)
	for i := range x {
		x[i] = uniform() + uniform() + uniform() + uniform() - 2
	}
	for i, a := range trains {
		put(CV(a))
		put(LV(a))
		put(CV2(a))
		for _, b := range trains[:i+1] {
			put(VictorPurpura(a, b, 0.3), nil)
			put(VanRossum(a, b, 7.7), nil)
			put(STTC(a, b, 0.6, 0, 300))
			c, err := CrossCorrelogram(a, b, 0.7, 7)
			all(c.Y)
			put(0, err)
		}
		r, err := Rate(a, 0.3, 0, 30)
		put(0, err)
		all(r.Y)
		s, err := STA(x, 10000, a[:20], 3.1, 7.7)
		put(0, err)
		all(s.Y)
		all(s.SE)
	}
	put(Fano(trains, 0, 25))
	p, err := PSTH(trains, 0.3, 0, 30)
	put(0, err)
	all(p.SE)
	for _, noise := range []string{"mad", "std"} {
		s, err := Detect(x, 24414.0625, DetectOptions{Threshold: -2, Noise: noise})
		put(0, err)
		all(s)
	}
	if got, want := h.Sum64(), uint64(0xd84ea14565857dc5); got != want {
		t.Errorf("the results hash to %#x, want %#x", got, want)
	}
}

// TestTrainBits wants the same of simulated trains and what is measured of them, for any
// number of threads.
func TestTrainBits(t *testing.T) {
	sum := func() uint64 {
		h := fnv.New64a()
		all := func(v []float64, err error) {
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range v {
				if x != x {
					x = math.NaN() // whose sign CPUs choose
				}
				binary.Write(h, binary.LittleEndian, x)
			}
		}
		rate := neuro.Trace{Dt: 3, Y: make([]float64, 500)}
		for i := range rate.Y {
			rate.Y[i] = float64(i % 50)
		}
		o := CorrelatedOptions{N: 4, Rate: 30, T1: 1500, Jitter: 2, Seed: 1}
		var r neuro.Raster
		add := func(s neuro.Spikes, err error) {
			all(s, err)
			r.Trains = append(r.Trains, s)
		}
		r.T1 = 1500
		add(Poisson(40, 0, 1500, 3, 1))
		add(PoissonRate(rate, 2, 2))
		add(GammaRate(rate, 3.3, 3))
		add(Gamma(40, 0.6, 0, 1500, 4))
		add(Renewal("lognormal", 40, 0.8, 0, 1500, 5))
		add(Renewal("inverse-gaussian", 40, 0.8, 0, 1500, 6))
		for _, f := range []func() (neuro.Raster, error){
			func() (neuro.Raster, error) {
				return Hawkes([]float64{9, 5}, [][]float64{{0.3, 0.1}, {0.5, 0.2}}, 12, 0, 1500, 7)
			},
			func() (neuro.Raster, error) { return SingleInteraction(10, o) },
			func() (neuro.Raster, error) { return MultipleInteraction(0.4, o) },
			func() (neuro.Raster, error) { return CompoundPoisson([]float64{0.1, 0.5, 0.2, 0.1, 0.1}, o) },
		} {
			x, err := f()
			for _, s := range x.Trains {
				add(s, err)
			}
		}
		for _, m := range surrogateMethods {
			add(Surrogate(r.Trains[2], SurrogateOptions{Method: m, T1: 1500, Seed: 9}))
		}
		for _, m := range pairingNames {
			scale := map[bool]float64{true: 0.75}[pairings[m].unit != ""]
			x, err := Matrix(r, m, scale)
			for _, row := range x.V {
				all(row, err)
			}
		}
		for _, k := range shapes {
			x, err := KernelRate(r.Trains[1], 1.5, 0, 1500, KernelOptions{Kernel: k.name})
			all(x.Y, err)
		}
		x, err := AdaptiveRate(r.Trains[1], 1.5, 0, 1500, 0)
		all(x.Y, err)
		c, err := CorrelogramTest(r.Trains[8], r.Trains[9], 1, 10, 0.1, SurrogateOptions{T1: 1500, N: 99})
		all(append(append(c.Mean, c.SimHi...), c.PAny), err)
		u, err := UnitaryEvents([]neuro.Raster{r, r}, UnitaryOptions{Pattern: append([]bool{true}, make([]bool, len(r.Trains)-1)...)})
		all(append(u.J, u.Expected...), err)
		for _, m := range []string{"max-interval", "log-isi", "poisson-surprise", "rank-surprise"} {
			b, err := FindBursts(r.Trains[6], BurstOptions{Method: m, Surprise: 1, StartISI: 10, EndISI: 20, Gap: 5})
			all([]float64{float64(len(b.Bursts))}, err)
			for _, x := range b.Bursts {
				all([]float64{x.Start, x.End, x.Surprise}, nil)
			}
		}
		return h.Sum64()
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := sum()
	runtime.GOMAXPROCS(4)
	if four := sum(); one != four {
		t.Errorf("one thread gives %#x, four %#x", one, four)
	}
	if want := uint64(0xf63be85b7c5f0ac3); one != want {
		t.Errorf("the results hash to %#x, want %#x", one, want)
	}
}
