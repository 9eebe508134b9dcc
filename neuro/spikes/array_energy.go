package spikes

import (
	"math"
	"math/bits"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// energyTile is how many smoothed energies are made at once: what they are made of stays
// in the cache.
const energyTile = 2048

// An energyMeter makes the smoothed nonlinear energy of samples. It holds room, so that each
// thread needs its own.
type energyMeter struct {
	lag        int
	window     []float64 // Hamming's, of 4·lag+1 samples, with the sum 1
	raw, other []float64
	below      vec.Mask
	all, psi   []float64
}

// lag is k of the nonlinear energy: the samples of 0.1 ms.
func (c *chain) lag() int { return max(1, int(math.Round(c.fs/10000))) }

func (c *chain) newEnergyMeter() *energyMeter {
	k := c.lag()
	e := &energyMeter{lag: k, window: make([]float64, 4*k+1)}
	sum := 0.0
	for i := range e.window {
		e.window[i] = 0.54 - float64(0.46*vec.Cos(2*math.Pi*float64(i)/float64(4*k)))
		sum += e.window[i]
	}
	for i := range e.window {
		e.window[i] /= sum
	}
	longest := energyTile + 4*k
	e.raw, e.other, e.below = make([]float64, longest), make([]float64, longest), vec.NewMask(longest)
	return e
}

// of returns the smoothed energy of all samples but 3k at each end. Stretches in which it is
// below the threshold may be 0: a mean is not above all that it is of, so that they need no
// smoothing. A threshold of -Inf leaves none out.
func (e *energyMeter) of(dst, x []float64, threshold float64) []float64 {
	k := e.lag
	n := len(x) - 6*k
	if n <= 0 {
		return dst[:0]
	}
	dst = grown(dst[:0], n)
	clear(dst)
	bound := threshold
	if threshold > 0 {
		bound -= float64(1e-9 * threshold) // far more than the sum rounds by
	}
	for from := 0; from < n; from += energyTile {
		out := dst[from:min(from+energyTile, n)]
		size := len(out) + 4*k
		raw, other, s := e.raw[:size], e.other[:size], x[from:]
		vec.MulBlock(raw, s[k:k+size], s[k:k+size])
		vec.MulBlock(other, s[:size], s[2*k:2*k+size])
		vec.SubBlock(raw, raw, other)
		words := (size + 63) / 64
		below := e.below[:words]
		vec.LessConstBlock(below, raw, bound)
		if last := size % 64; last != 0 {
			below[words-1] |= ^uint64(0) << last
		}
		// The energies [lo, hi) need smoothing: those that reach a raw one that is not below.
		lo, hi := 0, 0
		for w, b := range below {
			if b == ^uint64(0) {
				continue
			}
			first := 64*w + bits.TrailingZeros64(^b) - 4*k
			if first > hi {
				e.smooth(out, raw, lo, hi)
				lo = first
			}
			hi = min(64*w+64-bits.LeadingZeros64(^b), len(out))
		}
		e.smooth(out, raw, lo, hi)
	}
	return dst
}

func (e *energyMeter) smooth(out, raw []float64, lo, hi int) {
	if lo >= hi {
		return
	}
	for i, v := range e.window {
		vec.FMAScaleBlock(out[lo:hi], raw[lo+i:hi+i], v, out[lo:hi])
	}
}

// energy looks for peaks of the smoothed nonlinear energy, which needs 3k samples on both
// sides; the block's last ones come with the next block.
func (f *finder) energy(e *energyMeter, ch *channelFinder, x []float64, at, channel int) {
	reach := 3 * e.lag
	e.all = append(append(e.all[:0], ch.tail...), x...)
	all, from := e.all, at-len(ch.tail) // all[0] is sample from
	e.psi = e.of(e.psi[:0], all, f.threshold[channel])
	if psi := e.psi; len(psi) > 0 {
		first := from + reach // sample of psi[0]
		if skip := max(0, ch.next-first); skip < len(psi) {
			ch.next = first + len(psi)
			ch.find(psi[skip:], first+skip, f.threshold[channel], 1, func(at int, _ float64) {
				best := at - from
				for i := at - from - reach; i <= at-from+reach; i++ {
					if i >= 0 && i < len(all) && f.sign*all[i] > f.sign*all[best] {
						best = i
					}
				}
				ch.peaks = append(ch.peaks, peak{from + best, int32(channel), all[best]})
			})
		}
	}
	// What the next block needs: 2·3k samples for psi where this one ended, and 3k before them.
	ch.tail = append(ch.tail[:0], all[max(0, len(all)-3*reach):]...)
}
