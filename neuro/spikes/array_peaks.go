package spikes

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"runtime"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A peak is a spike on a channel: an extremum beyond the threshold.
type peak struct {
	at      int
	channel int32
	value   float64 // of the sample
}

// size is what peaks are compared by, with the sign of the threshold.
func (p peak) size(sign float64) float64 { return sign * p.value }

func (c *chain) sign() float64 {
	if c.o.Threshold < 0 {
		return -1
	}
	return 1
}

// A finder looks for peaks in the blocks of a segment, one after the other.
type finder struct {
	c         *chain
	threshold []float64
	sign      float64
	channels  []channelFinder
	meters    []*energyMeter // of each thread, for the nonlinear energy
}

// A channelFinder is what a channel's finder remembers of the block before.
type channelFinder struct {
	last  float64 // its last sample
	open  int     // the first of equal samples at its end that may be a peak, or -1
	mask  vec.Mask
	peaks []peak
	// For the nonlinear energy:
	tail []float64 // the samples before the block that are still needed
	next int       // the first sample whose energy has not been looked at
}

func newFinder(c *chain, threshold []float64) *finder {
	f := &finder{c: c, threshold: threshold, sign: c.sign(), channels: make([]channelFinder, c.n)}
	for i := range f.channels {
		f.channels[i] = channelFinder{last: math.Inf(1), open: -1}
	}
	return f
}

// block looks through the samples of a block, from sample at of the segment on.
func (f *finder) block(y [][]float64, at int) error {
	if f.c.o.Method == "neo" {
		workers := min(len(y), runtime.GOMAXPROCS(0))
		for len(f.meters) < workers {
			f.meters = append(f.meters, f.c.newEnergyMeter())
		}
		linalg.Parallel(workers, func(w int) {
			for c := w; c < len(y); c += workers {
				if f.c.good[c] {
					f.energy(f.meters[w], &f.channels[c], y[c], at, c)
				}
			}
		})
		return nil
	}
	linalg.Parallel(len(y), func(c int) {
		if !f.c.good[c] {
			return
		}
		ch := &f.channels[c]
		ch.find(y[c], at, f.threshold[c], f.sign, func(at int, v float64) {
			ch.peaks = append(ch.peaks, peak{at, int32(c), v})
		})
	})
	return nil
}

// find calls emit for each local maximum of sign·x at or beyond the threshold, at the
// middle of equal samples. Those at the ends of a segment are none.
func (ch *channelFinder) find(x []float64, at int, threshold, sign float64, emit func(at int, v float64)) {
	words := (len(x) + 63) / 64
	if cap(ch.mask) < words {
		ch.mask = vec.NewMask(64 * words)
	}
	mask := ch.mask[:words]
	if sign < 0 {
		vec.LessEqualConstBlock(mask, x, threshold)
	} else {
		vec.GreaterEqualConstBlock(mask, x, threshold)
	}
	if ch.open >= 0 && x[0] != ch.last {
		if sign*x[0] < sign*ch.last {
			emit((ch.open+at-1)/2, ch.last)
		}
		ch.open = -1
	}
	for w, word := range mask {
		for ; word != 0; word &= word - 1 {
			i := 64*w + bits.TrailingZeros64(word)
			before := ch.last
			if i > 0 {
				before = x[i-1]
			} else if math.IsInf(before, 0) {
				before = math.Inf(int(sign)) // the first sample of a segment is no peak
			}
			switch v := sign * x[i]; {
			case v > sign*before:
				ch.open = at + i
			case v < sign*before:
				ch.open = -1
			}
			if ch.open < 0 || i+1 == len(x) || x[i+1] == x[i] {
				continue
			}
			if sign*x[i+1] < sign*x[i] {
				emit((ch.open+at+i)/2, x[i])
			}
			ch.open = -1
		}
	}
	ch.last = x[len(x)-1]
}

// sorted returns the peaks of all channels by time and then channel, from a segment that
// begins at sample first.
func (f *finder) sorted(first int) []peak {
	var all []peak
	for _, ch := range f.channels {
		all = append(all, ch.peaks...)
	}
	for i := range all {
		all[i].at += first
	}
	slices.SortFunc(all, func(a, b peak) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.channel, b.channel)) })
	return slices.CompactFunc(all, func(a, b peak) bool { return a.at == b.at && a.channel == b.channel })
}

// exclude leaves the largest of peaks that are too near each other in time on a channel, or
// in time and place. Of equal ones the first stays.
func (c *chain) exclude(p []peak) []peak {
	sign := c.sign()
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(p[b].size(sign), p[a].size(sign)), cmp.Compare(a, b))
	})
	near := c.neighbours()
	window := int(math.Floor(c.o.Window*c.fs/1000 + 1e-9))
	// Peaks less than Refractory apart: i/fs < Refractory.
	dead := int(math.Ceil(c.o.Refractory*c.fs/1000-1e-9)) - 1
	reach := dead
	if near != nil {
		reach = max(dead, window)
	}
	kept := make([]bool, len(p))
	clash := func(i, j int) bool {
		apart := p[i].at - p[j].at
		if apart < 0 {
			apart = -apart
		}
		if p[i].channel == p[j].channel {
			return apart <= dead
		}
		return near != nil && apart <= window && near[p[i].channel][p[j].channel]
	}
	for _, i := range order {
		ok := true
		for j := i - 1; ok && j >= 0 && p[i].at-p[j].at <= reach; j-- {
			ok = !kept[j] || !clash(i, j)
		}
		for j := i + 1; ok && j < len(p) && p[j].at-p[i].at <= reach; j++ {
			ok = !kept[j] || !clash(i, j)
		}
		kept[i] = ok
	}
	var out []peak
	for i, k := range kept {
		if k {
			out = append(out, p[i])
		}
	}
	return out
}

// neighbours tells which channels are within Radius of each other; nil without positions.
func (c *chain) neighbours() [][]bool {
	if c.o.Positions == nil {
		return nil
	}
	near := make([][]bool, c.n)
	for i := range near {
		near[i] = make([]bool, c.n)
		for j := range near[i] {
			near[i][j] = distance(c.o.Positions[i], c.o.Positions[j]) <= c.o.Radius
		}
	}
	return near
}

func distance(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += float64((a[i] - b[i]) * (a[i] - b[i]))
	}
	return math.Sqrt(sum)
}

// levels measures the noise of each channel and sets the thresholds.
func (c *chain) levels(d *Detected) error {
	stretches, err := c.stretches()
	if err != nil {
		return err
	}
	sigmas, energies := make([][]float64, c.n), make([][]float64, c.n)
	for _, s := range stretches {
		all := make([][]float64, c.n)
		err := c.run(s.segment.first, s.segment.n, s.from, s.to, nil, func(y [][]float64, at int) error {
			for i := range all {
				all[i] = append(all[i], y[i]...)
			}
			return nil
		})
		if err != nil {
			return err
		}
		linalg.Parallel(c.n, func(i int) {
			if c.o.Method == "neo" {
				psi := c.newEnergyMeter().of(nil, all[i], math.Inf(-1))
				energies[i] = append(energies[i], vec.SumBlock(psi)/float64(len(psi)))
			}
			vec.AbsBlock(all[i], all[i])
			sigmas[i] = append(sigmas[i], middle(all[i])/0.6745)
		})
		if c.task.Err() != nil {
			return fmt.Errorf("spikes: %s: %w", c.call, c.task.Err())
		}
	}
	for i := range c.n {
		sigma := middle(sigmas[i])
		d.Noise = append(d.Noise, sigma)
		level := sigma
		if c.o.Method == "neo" {
			level = middle(energies[i])
		}
		switch {
		case !c.good[i]:
			d.Threshold = append(d.Threshold, math.NaN())
			continue
		case !(sigma > 0) || !(level > 0):
			return fmt.Errorf("spikes: %s: the noise of channel %q is 0: it is flat, or the same as the reference; leave it out (Recording.SetBad), or take Reference \"none\"", c.call, c.rec.Channels[i].Name)
		case c.o.Method == "neo":
			level *= math.Abs(c.o.Threshold)
		default:
			level *= c.o.Threshold
		}
		d.Threshold = append(d.Threshold, level)
	}
	return nil
}

// A noiseStretch is a part of a segment, in its samples.
type noiseStretch struct {
	segment  chainSegment
	from, to int
}

// stretches returns where the noise is measured.
func (c *chain) stretches() ([]noiseStretch, error) {
	const many, long, short = 10, 0.2, 2.0 // stretches of 0.2 s; all of 2 s
	var out []noiseStretch
	if c.o.Noise == nil {
		total, length := c.total(), int(math.Round(long*c.fs))
		if float64(total) <= short*c.fs {
			for _, s := range c.segments {
				out = append(out, noiseStretch{s, 0, s.n})
			}
			return out, nil
		}
		for k := range many {
			at := int(float64(total-length) * float64(k) / (many - 1)) // among all samples, gaps left out
			for _, s := range c.segments {
				if at < s.n {
					out = append(out, noiseStretch{s, min(at, max(0, s.n-length)), min(at+length, s.n)})
					break
				}
				at -= s.n
			}
		}
		return out, nil
	}
	if len(c.o.Noise) == 0 {
		return nil, fmt.Errorf("spikes: %s: Noise has no stretches; nil is 10 of 0.2 s", c.call)
	}
	for k, s := range c.o.Noise {
		a, b := math.Ceil(float64(s[0]*c.fs)-1e-6), math.Ceil(float64(s[1]*c.fs)-1e-6)
		found := false
		for _, g := range c.segments {
			from, to := max(a-float64(g.first), 0), min(b-float64(g.first), float64(g.n))
			if to-from > float64(6*c.lag()) {
				out, found = append(out, noiseStretch{g, int(from), int(to)}), true
			}
		}
		if !found {
			return nil, fmt.Errorf("spikes: %s: Noise[%d] from %g to %g s has no or too few samples of the recording, which lasts %g s", c.call, k, s[0], s[1], c.rec.Dur())
		}
	}
	return out, nil
}
