package spikes

import (
	"math/bits"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// referenceTile is how many times are laid out together for a median: their rows stay in
// the cache.
const referenceTile = 64

// reference takes the median or the mean of the good channels off all channels.
func (r *chainRun) reference(size int) {
	if r.o.Reference == "none" {
		return
	}
	var good [][]float64
	for c, y := range r.y {
		if r.good[c] {
			good = append(good, y)
		}
	}
	common := make([]float64, size)
	tiles := (size + referenceTile - 1) / referenceTile
	if r.o.Reference == "average" {
		linalg.Parallel(tiles, func(k int) {
			lo, hi := k*referenceTile, min((k+1)*referenceTile, size)
			sum := common[lo:hi]
			for _, y := range good {
				vec.AddBlock(sum, sum, y[lo:hi])
			}
			vec.DivConstBlock(sum, sum, float64(len(good)))
		})
	} else {
		const each = 8 // tiles that share room
		linalg.Parallel((tiles+each-1)/each, func(k int) {
			m := newMedians(len(good))
			rows := make([]float64, referenceTile*len(good))
			for t := k * each; t < min((k+1)*each, tiles); t++ {
				lo, hi := t*referenceTile, min((t+1)*referenceTile, size)
				beneath(rows, good, lo, hi)
				for i := range hi - lo {
					common[lo+i] = m.of(rows[i*len(good) : (i+1)*len(good)])
				}
			}
		})
	}
	linalg.Parallel(len(r.y), func(c int) { vec.SubBlock(r.y[c], r.y[c], common) })
}

// beneath lays the samples [lo, hi) of signals out as rows, one for each time.
func beneath(rows []float64, x [][]float64, lo, hi int) {
	n := len(x)
	c := 0
	for ; c+4 <= n; c += 4 {
		p, q, r, s := x[c][lo:hi], x[c+1][lo:hi], x[c+2][lo:hi], x[c+3][lo:hi]
		q, r, s = q[:len(p)], r[:len(p)], s[:len(p)]
		for i, v := range p {
			o := (*[4]float64)(rows[i*n+c:])
			o[0], o[1], o[2], o[3] = v, q[i], r[i], s[i]
		}
	}
	for ; c < n; c++ {
		for i, v := range x[c][lo:hi] {
			rows[i*n+c] = v
		}
	}
}

// medians finds medians of rows that change little from one to the next. How many of a row
// are below a guess, at first the last median, tells about where this one is; the few there are
// picked out, and the median is among them if as many as needed are below the window. The
// result is that of sorting, whatever the window is.
type medians struct {
	room         []float64
	below, above vec.Mask
	last         float64
	gap          float64 // between neighbours about the median; 0 when not known
}

const (
	fewest = 48 // from how many channels on the window saves time
	half   = 10 // neighbours in half a window
)

func newMedians(n int) *medians {
	return &medians{room: make([]float64, n), below: vec.NewMask(n), above: vec.NewMask(n)}
}

func (m *medians) of(row []float64) float64 {
	n := len(row)
	h := n / 2 // the rank of the median; of two in the middle that of the second
	first := h - 1 + n%2
	if m.gap > 0 {
		at := m.last
		for range 4 { // each guess from how far the one before is from the middle
			vec.LessConstBlock(m.below, row, at)
			off := h - m.below.Count()
			at += float64(float64(off) * m.gap)
			if off < half && off > -half {
				break
			}
		}
		for w := half * m.gap; w < 8*half*m.gap; w *= 2.5 {
			vec.LessConstBlock(m.below, row, at-w)
			vec.GreaterConstBlock(m.above, row, at+w)
			low, k := m.below.Count(), 0
			if first < low {
				continue
			}
			for i := range m.below {
				in := ^(m.below[i] | m.above[i])
				if left := n - 64*i; left < 64 {
					in &= 1<<left - 1
				}
				for ; in != 0; in &= in - 1 {
					m.room[k] = row[64*i+bits.TrailingZeros64(in)]
					k++
				}
			}
			if h < low+k {
				if k < half {
					m.gap *= 1.05
				} else if k > 3*half {
					m.gap *= 0.95
				}
				return m.middle(m.room[:k], h-low, n%2 == 1)
			}
		}
	}
	copy(m.room, row)
	v := m.middle(m.room, h, n%2 == 1)
	if n >= fewest {
		k := n / 8
		m.gap = (v - vec.Rank(m.room[:h], h-k)) / float64(k)
	}
	return v
}

// middle returns the element of rank h, or its mean with the one before it. It changes the
// order of x.
func (m *medians) middle(x []float64, h int, odd bool) float64 {
	if len(x) <= 4*half {
		for i := 1; i < len(x); i++ {
			v := x[i]
			j := i
			for ; j > 0 && x[j-1] > v; j-- {
				x[j] = x[j-1]
			}
			x[j] = v
		}
	} else {
		vec.Rank(x, h)
		if !odd {
			vec.Rank(x[:h], h-1)
		}
	}
	if m.last = x[h]; !odd {
		m.last = (x[h-1] + x[h]) / 2
	}
	return m.last
}
