package spikes

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A template is the spike of a unit, in units of each channel's noise.
type template struct {
	channels []int
	wave     [][]float64 // [channel][sample], as it is put together of the courses
	course   [][]float64 // [rank][sample], each of the square 1
	weight   [][]float64 // [rank][channel]
	energy   float64     // square of the wave
	kappa    float64     // variance of scores in the noise by the energy, the median of all units
	variance float64     // of the amplitude
	least    float64     // score from which on a spike may be beyond the threshold
	others   []overlap   // units whose templates share channels, itself too
}

// An overlap tells how a spike of one unit changes the scores of another: by[i] is the score
// i - reach samples later.
type overlap struct {
	unit int
	by   []float64
}

const mostForMean = 1000 // spikes of a unit

// means returns the mean of what there is about the spikes of each unit that were sorted on its
// channel, on all channels that its template may have, [unit][channel][sample], in
// units of noise. Spikes that others are near are left out, unless few would be left.
func (m *matcher) means() ([][][]float64, error) {
	t := m.sorted
	near := m.candidates()
	n := len(t.Units.IDs)
	sums, channels := make([][][]float64, n), make([][]int, n)
	at := make([][]int, n) // samples of the spikes that are taken
	window := float64(m.length) * 1000 / m.c.fs
	for u := range n {
		c := t.Units.Channel[u]
		channels[u] = near[c]
		sums[u] = linalg.Matrix(len(channels[u]), m.length)
		var alone, all []int
		for i, of := range t.Unit {
			if of != u || t.Snippets.Channel[i] != c {
				continue
			}
			k := int(math.Round(t.Snippets.Times[i] * m.c.fs / 1000))
			all = append(all, k)
			free := true
			for _, step := range []int{-1, 1} {
				for j := i + step; free && j >= 0 && j < len(t.Unit) && math.Abs(t.Snippets.Times[j]-t.Snippets.Times[i]) < window; j += step {
					free = !slices.Contains(t.Snippets.Near[c], t.Snippets.Channel[j])
				}
			}
			if free {
				alone = append(alone, k)
			}
		}
		if len(alone) < 20 {
			alone = all
		}
		step := len(alone)/mostForMean + 1
		for i := 0; i < len(alone); i += step {
			at[u] = append(at[u], alone[i])
		}
	}
	counts := make([]float64, n)
	next := make([]int, n)
	before, after := m.reach()
	for _, g := range m.c.segments {
		tails := make([][]float64, m.c.n)
		err := m.c.run(g.first, g.n, 0, g.n, m.c.task, func(y [][]float64, from int) error {
			start := from - len(tails[0]) // of the tails, in the segment
			for c := range tails {
				tails[c] = append(tails[c], y[c]...)
			}
			end := from + len(y[0])
			linalg.Parallel(n, func(u int) {
				for ; next[u] < len(at[u]); next[u]++ {
					k := at[u][next[u]] - g.first
					if k+after+1 >= end {
						break
					}
					if k-before-1 < start {
						continue
					}
					m.addSpike(sums[u], tails, channels[u], k-start, top(tails[channels[u][0]][k-start-1:]), 1)
					counts[u]++
				}
			})
			if keep := before + after + 4; end-start > keep {
				for c, t := range tails {
					tails[c] = t[:copy(t, t[len(t)-keep:])]
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		linalg.Parallel(n, func(u int) { // those that reach beyond the segment
			for next[u] < len(at[u]) && at[u][next[u]] < g.first+g.n {
				next[u]++
			}
		})
	}
	m.units = nil
	for u := range n {
		w := &template{kappa: 1}
		// Channels where the spike is larger than half the noise and than what noise leaves.
		limit := math.Max(0.5, 5/math.Sqrt(math.Max(counts[u], 1)))
		var kept [][]float64
		for k, c := range channels[u] {
			s := sums[u][k]
			vec.MulConstBlock(s, s, 1/(math.Max(counts[u], 1)*m.d.Noise[c]))
			if k == 0 || largestOf(s) > limit {
				w.channels, kept = append(w.channels, c), append(kept, s)
			}
		}
		sums[u] = kept
		m.units = append(m.units, w)
	}
	return sums, nil
}

// candidates are the channels that templates may have, each channel's own first.
func (m *matcher) candidates() [][]int {
	if m.o.Radius > 0 {
		return m.c.near(m.o.Radius)
	}
	const few, usual = 64, 100.0 // channels, um
	if m.c.n > few {
		return m.c.near(usual)
	}
	near := make([][]int, m.c.n)
	for i := range near {
		near[i] = []int{i}
		for j := range m.c.n {
			if j != i && m.c.good[i] && m.c.good[j] {
				near[i] = append(near[i], j)
			}
		}
	}
	return near
}

func largestOf(x []float64) float64 {
	most := 0.0
	for _, v := range x {
		most = math.Max(most, math.Abs(v))
	}
	return most
}

// top is where the parabola through three samples has its extremum, from the middle one.
func top(y []float64) float64 {
	a, b, c := y[0], y[1], y[2]
	if bend := a - 2*b + c; bend != 0 {
		return math.Max(-0.5, math.Min(0.5, 0.5*(a-c)/bend))
	}
	return 0
}

// addSpike adds what there is about a time, at a sample and a part of one, to a sum.
func (m *matcher) addSpike(sum, y [][]float64, channels []int, at int, part, gain float64) {
	whole := math.Floor(part)
	w := lanczos(part - whole)
	at += int(whole) - m.before - taps + 1
	for i := range w {
		for k, c := range channels {
			vec.FMAScaleBlock(sum[k], y[c][at+i:][:m.length], gain*w[i], sum[k])
		}
	}
}

// spreads sets the variance of each unit's amplitudes to that of its snippets along their mean.
func (m *matcher) spreads() {
	t := m.sorted
	m.spread = make([]float64, len(t.Units.IDs))
	linalg.Parallel(len(m.spread), func(u int) {
		var a []float64
		size := 0.0
		for _, w := range t.Templates[u] {
			size += vec.DotBlock(w, w)
		}
		for i, of := range t.Unit {
			if of != u || t.Snippets.Channel[i] != t.Units.Channel[u] {
				continue
			}
			s := 0.0
			for k, w := range t.Templates[u] {
				s += vec.DotBlock(w, t.Snippets.X[i][k])
			}
			a = append(a, s/size)
		}
		sd := 0.1
		if len(a) >= 10 {
			sd = spreadOf(a)
		}
		m.spread[u] = math.Min(0.3, math.Max(0.05, sd))
	})
}

// model makes templates of low rank of their means, and what they do to each other's scores.
func (m *matcher) model(means [][][]float64) {
	linalg.Parallel(len(m.units), func(u int) {
		w := m.units[u]
		w.variance = float64(m.spread[u] * m.spread[u])
		w.course, w.weight, w.wave = nil, nil, linalg.Matrix(len(w.channels), m.length)
		// Courses are the first eigenvectors of the channels' sum of products.
		gram := linalg.Zeros(m.length)
		for _, x := range means[u] {
			for j, v := range x {
				vec.FMAScaleBlock(gram[j][:j+1], x[:j+1], v, gram[j][:j+1])
			}
		}
		values, vectors, ok := linalg.Symmetric(gram)
		for r := len(values) - 1; ok && r >= 0 && len(w.course) < min(m.o.Rank, len(w.channels)); r-- {
			course := vectors[r]
			weight := make([]float64, len(w.channels))
			for k, x := range means[u] {
				weight[k] = vec.DotBlock(x, course)
				vec.FMAScaleBlock(w.wave[k], course, weight[k], w.wave[k])
			}
			w.course, w.weight = append(w.course, course), append(w.weight, weight)
		}
		w.energy = 0
		for _, x := range w.wave {
			w.energy += vec.DotBlock(x, x)
		}
	})
	linalg.Parallel(len(m.units), func(u int) {
		m.units[u].others = nil
		for v := range m.units {
			if by := m.cross(m.units[u], m.units[v]); by != nil {
				m.units[u].others = append(m.units[u].others, overlap{v, by})
			}
		}
	})
}

// cross returns the scores of b about a spike of a, from reach samples before it on; nil where
// they share no channel.
func (m *matcher) cross(a, b *template) []float64 {
	n := m.length
	// padded holds a course of a with nothing about it, so that all shifts are products.
	var by, padded []float64
	for r, x := range a.course {
		for q, y := range b.course {
			together, any := 0.0, false
			for i, c := range a.channels {
				if j := slices.Index(b.channels, c); j >= 0 {
					together, any = together+float64(a.weight[r][i]*b.weight[q][j]), true
				}
			}
			if !any {
				return nil
			}
			if by == nil {
				by, padded = make([]float64, 2*n-1+2*2*taps), make([]float64, 3*n-2)
			}
			copy(padded[n-1:], x)
			for k := range 2*n - 1 {
				by[2*taps+k] += float64(together * vec.DotBlock(padded[k:k+n], y))
			}
		}
	}
	return by
}

// calibrate measures how much larger than that of white noise the variance of scores is, where
// detection measured its noise.
func (m *matcher) calibrate() error {
	stretches, err := m.c.stretches()
	if err != nil {
		return err
	}
	sizes := make([][]float64, len(m.units))
	for _, s := range stretches {
		all := make([][]float64, m.c.n)
		err := m.c.run(s.segment.first, s.segment.n, s.from, s.to, nil, func(y [][]float64, at int) error {
			for i := range all {
				all[i] = append(all[i], y[i]...)
			}
			return nil
		})
		if err != nil {
			return err
		}
		m.inNoise(all)
		if n := len(all[0]) - m.length + 1; n > 0 {
			linalg.Parallel(len(m.units), func(u int) {
				score := make([]float64, n)
				m.units[u].score(score, all, m.length)
				vec.AbsBlock(score, score)
				sizes[u] = append(sizes[u], middle(score)/0.6745)
			})
		}
		if m.c.task.Err() != nil {
			return fmt.Errorf("spikes: %s: %w", m.c.call, m.c.task.Err())
		}
	}
	// Spikes of different units are weighed by the same noise, and none is below its own.
	own := make([]float64, len(m.units))
	for u, w := range m.units {
		own[u] = 1
		if len(sizes[u]) > 0 && w.energy > 0 {
			sd := middle(sizes[u])
			own[u] = math.Max(float64(sd*sd)/w.energy, 1e-6)
		}
	}
	if len(own) > 0 {
		common := middle(slices.Clone(own))
		for u, w := range m.units {
			w.kappa = math.Max(own[u], common)
			w.least = w.smallest(m.o)
			w.kappa = common
		}
	}
	return nil
}

// inNoise divides channels by their noise; bad ones are 0.
func (m *matcher) inNoise(y [][]float64) {
	linalg.Parallel(len(y), func(c int) {
		gain := 0.0
		if m.c.good[c] {
			gain = 1 / m.d.Noise[c]
		}
		vec.MulConstBlock(y[c], y[c], gain)
	})
}

// score sets dst[t] to the sum of the products of the template and of x from sample t on.
func (w *template) score(dst []float64, x [][]float64, length int) {
	const tile = 1024
	room := make([]float64, tile+length-1)
	for r, course := range w.course {
		for lo := 0; lo < len(dst); lo += tile {
			n := min(tile, len(dst)-lo)
			sum := room[:n+length-1]
			for k, c := range w.channels {
				part := x[c][lo:][:len(sum)]
				if k == 0 {
					vec.MulConstBlock(sum, part, w.weight[r][k])
				} else {
					vec.FMAScaleBlock(sum, part, w.weight[r][k], sum)
				}
			}
			out := dst[lo : lo+n]
			for j, v := range course {
				if r == 0 && j == 0 {
					vec.MulConstBlock(out, sum[:n], v)
				} else {
					vec.FMAScaleBlock(out, sum[j:j+n], v, out)
				}
			}
		}
	}
}

// gain returns by how many nats a spike of a score makes the recording more likely, and its
// amplitude: that of the most likely one, within bounds.
func (w *template) gain(score float64, o *MatchOptions) (nats, amplitude float64) {
	e := w.energy / w.kappa
	a := (score/w.kappa + 1/w.variance) / (e + 1/w.variance)
	a = math.Max(o.Amplitudes[0], math.Min(o.Amplitudes[1], a))
	nats = (float64(a*score)-float64(a*a*w.energy/2))/w.kappa - float64((a-1)*(a-1))/float64(2*w.variance)
	if score < float64(o.Amplitudes[0]*w.energy) {
		return math.Inf(-1), a
	}
	return nats, a
}

// smallest returns the score from which on a spike is beyond the threshold: the gain rises with it.
func (w *template) smallest(o MatchOptions) float64 {
	if !(w.energy > 0) {
		return math.Inf(1)
	}
	lo, hi := float64(o.Amplitudes[0]*w.energy), 1e3*(w.energy+float64(o.Threshold*w.kappa))
	if g, _ := w.gain(lo, &o); g >= o.Threshold {
		return lo
	}
	for range 60 {
		mid := (lo + hi) / 2
		if g, _ := w.gain(mid, &o); g < o.Threshold {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}
