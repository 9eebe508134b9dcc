package spikes

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// Information returns what the spikes of each cell tell about the features:
//
//	per second = Σ p_b rate_b log2(rate_b / mean),   per spike = per second / mean
//
// where p_b is the share of the time in bin b and mean the rate of the cell while
// tracked: bits/s and bits per spike. Both are too high by chance when bins hold
// few spikes: [InformationTest] compares with trains that were shifted in time. NaN
// for a silent cell.
//
// Source: Skaggs, McNaughton, Gothard and Markus 1993, NIPS 5:1030. Checked against
// pynapple's compute_mutual_information.
func (c *Curves) Information() (perSecond, perSpike []float64) {
	for i, rate := range c.Rate {
		second, spike := skaggs(rate, c.Occupancy, c.Mean[i])
		perSecond, perSpike = append(perSecond, second), append(perSpike, spike)
	}
	return perSecond, perSpike
}

// skaggs returns the information of a rate over bins, bits/s and bits per spike.
func skaggs(rate, occupancy []float64, mean float64) (perSecond, perSpike float64) {
	if !(mean > 0) {
		return math.NaN(), math.NaN()
	}
	total, sum := vec.SumBlock(occupancy), 0.0
	for b, r := range rate {
		if r > 0 {
			sum += float64(float64(occupancy[b]/total*r) * vec.Log2(r/mean))
		}
	}
	return sum, sum / mean
}

// An InformationResult holds what the spikes of cells tell about features against what
// surrogate trains tell.
type InformationResult struct {
	PerSecond []float64 `unit:"bit/s"` // of each cell, as Information of its curve
	PerSpike  []float64 `unit:"bit"`   // NaN for a silent cell
	// Null are the bits per spike of the surrogates of each cell, ascending; Mean and
	// SD are theirs: what chance gives with as few spikes.
	Null      [][]float64 `unit:"bit"`
	Mean, SD  []float64   `unit:"bit"`
	Corrected []float64   `unit:"bit"` // PerSpike less Mean
	P         []float64   // (b+1)/(m+1): b of m surrogates tell as much or more; NaN for a silent cell
	Spikes    []int       // of each cell that lie in a bin
	Method    string      // of the surrogates
}

// InformationTest asks whether cells tell about features more than chance: it holds the
// information per spike of [Curves.Information] against that of surrogate trains, as
// place cells are told from others.
//
// t, features, cells and o are those of [TuningCurves]. The time that counts, which is
// within the epochs, tracked and in a bin, is put together without gaps, and trains are
// made anew in it by s.Method:
//
//	"shift" (also "")  the whole train turns by any amount, its end following its
//	                   beginning: the train keeps its bursts and the animal its path.
//	                   P is right whatever both remember, as long as the train is
//	                   stationary
//	"uniform"          as many spikes anywhere: P is right for Poisson trains only,
//	                   and too small for a bursty cell of an animal that stays about
//	"shuffle-isi"      the intervals change their order: for renewal trains
//
// or another one of [Surrogate]. Where s.Width keeps shifts short P is too large. T0 and
// T1 are not used; s.N is 999 if 0. Of many cells, some have a small P by chance: String
// says how many are left by [stats.FDR].
//
// Errors: those of [TuningCurves] and [Surrogate]. Sources: Skaggs, McNaughton, Gothard
// and Markus 1993, NIPS 5:1030; Markus et al. 1994, Hippocampus 4:410; Langston et al.
// 2010, Science 328:1576. Its rate of false positives on bursty trains without a place
// is that of notebooks/bench/nulls_info.go.
func InformationTest(t []float64, features [][]float64, cells []neuro.Spikes, o CurvesOptions, s SurrogateOptions) (*InformationResult, error) {
	const call = "InformationTest"
	c, err := tuningCurves(call, t, features, cells, o)
	if err != nil {
		return nil, err
	}
	epochs, err := c.epochs(call, t, o.Epochs)
	if err != nil {
		return nil, err
	}
	// The ring: the bins of the samples that count, each a step of time.
	step := 1000 / c.FS
	bin := c.binsOf(features)
	place := make([]int, len(bin)) // of each sample in the ring
	var ring []int32
	samples := make([]float64, len(c.Occupancy))
	for _, e := range epochs {
		for i := e.from; i < e.to; i++ {
			place[i] = -1
			if b := bin[i]; b >= 0 {
				place[i] = len(ring)
				ring = append(ring, b)
				samples[b]++
			}
		}
	}
	under := c.smoothed(samples, o.Sigma)
	trains := make([]neuro.Spikes, len(cells))
	for i, train := range cells {
		for _, e := range epochs {
			k, near := 0, 0
			for _, at := range within(train, e.lo, e.hi) {
				k, near = nearest(t[e.from:e.to], k, at)
				if p := place[e.from+near]; p >= 0 {
					away := (at - t[e.from+near]) / step
					trains[i] = append(trains[i], float64((float64(p)+0.5+math.Min(math.Max(away, -0.4999), 0.4999))*step))
				}
			}
		}
		slices.Sort(trains[i]) // where samples are not evenly apart
	}
	s.T0, s.T1 = 0, float64(len(ring))*step
	return informationTest(call, trains, s, func(cell int, train neuro.Spikes) (perSecond, perSpike float64) {
		rate := make([]float64, len(samples))
		for _, at := range train {
			rate[ring[min(int(at/step), len(ring)-1)]]++
		}
		rate = c.smoothed(rate, o.Sigma)
		for b := range rate {
			rate[b] = rate[b] / under[b] * c.FS // NaN where the feature never was
		}
		return skaggs(rate, c.Occupancy, c.Mean[cell])
	})
}

// PlaceTest is [InformationTest] of the information of [PlaceField], of one cell:
// surrogate trains lie between the first position and the last. Errors: those of
// [PlaceField] and [Surrogate].
func PlaceTest(t, x, y []float64, s neuro.Spikes, o PlaceOptions, surrogates SurrogateOptions) (*InformationResult, error) {
	const call = "PlaceTest"
	f, err := newFloor(call, t, x, y, o, nil)
	if err != nil {
		return nil, err
	}
	if err := check(call, "s", s); err != nil {
		return nil, err
	}
	surrogates.T0, surrogates.T1 = t[0], t[len(t)-1]
	if err := checkWindow(call, surrogates.T0, surrogates.T1); err != nil {
		return nil, err
	}
	return informationTest(call, []neuro.Spikes{within(s, surrogates.T0, surrogates.T1)}, surrogates, func(_ int, train neuro.Spikes) (perSecond, perSpike float64) {
		m, mean := f.rates(train, nil)
		return float64(m.Information * mean), m.Information
	})
}

// informationTest compares trains, which lie in the window of s, with their surrogates.
func informationTest(call string, trains []neuro.Spikes, s SurrogateOptions, measure func(cell int, train neuro.Spikes) (perSecond, perSpike float64)) (*InformationResult, error) {
	if s.Method == "" {
		s.Method = "shift"
	}
	n := len(trains)
	r := &InformationResult{Method: s.Method, PerSecond: make([]float64, n), PerSpike: make([]float64, n), Null: make([][]float64, n),
		Mean: make([]float64, n), SD: make([]float64, n), Corrected: make([]float64, n), P: make([]float64, n), Spikes: make([]int, n)}
	makers := make([]*surrogates, n)
	for i, train := range trains {
		var err error
		if makers[i], err = newSurrogates(call, fmt.Sprintf("cells[%d]", i), train, s); err != nil {
			return nil, err
		}
		s.N = makers[i].o.N
	}
	provenance.Random("spikes."+call, s.Seed)
	task := display.Start("spikes."+call, "surrogates", n*s.N)
	defer task.End()
	linalg.Parallel(n, func(i int) {
		r.Spikes[i] = len(trains[i])
		r.PerSecond[i], r.PerSpike[i] = measure(i, trains[i])
		r.Mean[i], r.SD[i], r.Corrected[i], r.P[i] = math.NaN(), math.NaN(), math.NaN(), math.NaN()
		if math.IsNaN(r.PerSpike[i]) || task.Err() != nil {
			return
		}
		null := make([]float64, s.N)
		for k := range null {
			if k%16 == 0 && task.Err() != nil {
				return
			}
			_, null[k] = measure(i, makers[i].draw(i*s.N+k))
			task.Add(1)
		}
		slices.Sort(null)
		r.Null[i] = null
		r.Mean[i] = vec.SumBlock(null) / float64(s.N)
		squares := 0.0
		for _, v := range null {
			squares += float64((v - r.Mean[i]) * (v - r.Mean[i]))
		}
		r.SD[i] = math.Sqrt(squares / math.Max(1, float64(s.N-1)))
		r.Corrected[i] = r.PerSpike[i] - r.Mean[i]
		// As much, up to the order of sums.
		as := r.PerSpike[i] - float64(1e-12*math.Abs(r.PerSpike[i]))
		below, _ := slices.BinarySearch(null, as)
		r.P[i] = float64(s.N-below+1) / float64(s.N+1)
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("spikes: %s: %w", call, task.Err())
	}
	return r, nil
}
