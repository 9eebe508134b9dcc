package spikes

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A matchSegment is a segment on its way through matching.
type matchSegment struct {
	m      *matcher
	n      int         // samples of the segment
	x      [][]float64 // of each channel, in noise, from sample at on
	at     int
	free   int   // the first sample at which spikes are not settled
	hits   []hit // those that are
	left   [][]float64
	begin  int // sample that left begins at
	done   int // hits whose surroundings were looked at
	finder *finder
	sums   *renewed
}

func (m *matcher) segment(g chainSegment, sums *renewed) *matchSegment {
	return &matchSegment{m: m, n: g.n, x: make([][]float64, m.c.n), left: make([][]float64, m.c.n), finder: newFinder(m.c, m.d.Threshold), sums: sums}
}

// block takes the samples of a block of the segment, from sample at on.
func (s *matchSegment) block(y [][]float64, at int) error {
	m := s.m
	m.inNoise(y)
	for c := range s.x {
		s.x[c] = append(s.x[c], y[c]...)
	}
	end := at + len(y[0])
	before, after := m.reach()
	// Spikes whose template is within what is there; the last ones are settled with the next
	// block, for what comes may explain them better.
	lo, hi := max(s.free, before), end-after
	settled := hi - 4*m.length
	if end == s.n {
		settled = hi
	}
	if settled > lo {
		from := max(lo-taps-1, m.before)
		n := hi - from
		scores := linalg.Matrix(len(m.units), n)
		part := make([][]float64, m.c.n)
		for c := range part {
			part[c] = s.x[c][from-m.before-s.at:]
		}
		linalg.Parallel(len(m.units), func(u int) { m.units[u].score(scores[u], part, m.length) })
		first := len(s.hits)
		for first > 0 && s.hits[first-1].at > from-2*max(m.length+taps, m.dead) {
			first--
		}
		p := m.pursue(from, lo, hi, scores, s.hits[first:])
		for _, h := range p.hits {
			if h.at < settled {
				s.hits = append(s.hits, h)
			}
		}
		s.free = settled
	}
	to := s.free - before
	if end == s.n {
		to = s.n
	}
	if err := s.residual(to, end == s.n); err != nil {
		return err
	}
	if keep := max(min(s.free-2*before-2, to), s.at); keep > s.at {
		for c, x := range s.x {
			s.x[c] = x[:copy(x, x[keep-s.at:])]
		}
		s.at = keep
	}
	return nil
}

// residual takes the settled spikes off the samples up to one.
func (s *matchSegment) residual(to int, end bool) error {
	m := s.m
	from := s.begin + len(s.left[0])
	if to <= from {
		return nil
	}
	before, after := m.reach()
	first := len(s.hits)
	for first > 0 && s.hits[first-1].at+after >= from {
		first--
	}
	for c := range s.left {
		s.left[c] = append(s.left[c], s.x[c][from-s.at:to-s.at]...)
	}
	linalg.Parallel(m.c.n, func(c int) {
		old := s.left[c][from-s.begin:]
		m.sums[0][c] += vec.SumBlock(old)
		m.squares[0][c] += vec.DotBlock(old, old)
	})
	for _, h := range s.hits[first:] {
		w := m.units[h.unit]
		addShifted(s.left, w.wave, w.channels, h.at-m.before, h.part, -h.amplitude, from, to, s.begin)
	}
	linalg.Parallel(m.c.n, func(c int) {
		now := s.left[c][from-s.begin:]
		m.sums[1][c] += vec.SumBlock(now)
		m.squares[1][c] += vec.DotBlock(now, now)
	})
	m.samples += to - from
	if m.last {
		y := make([][]float64, m.c.n)
		linalg.Parallel(m.c.n, func(c int) {
			y[c] = make([]float64, to-from)
			vec.MulConstBlock(y[c], s.left[c][from-s.begin:], m.d.Noise[c])
		})
		if err := s.finder.block(y, from); err != nil {
			return err
		}
	}
	last := s.done
	for last < len(s.hits) && (end || s.hits[last].at+after+1 < to) {
		last++
	}
	if !m.last {
		s.sums.add(m, s.left, s.begin, s.hits[s.done:last])
	} else if m.c.o.Positions != nil {
		s.locate(s.hits[s.done:last])
	}
	s.done = last
	if keep := to - 2*(before+after) - 2; keep > s.begin && !end {
		for c, x := range s.left {
			s.left[c] = x[:copy(x, x[keep-s.begin:])]
		}
		s.begin = keep
	}
	return nil
}

// locate finds the places of spikes, from what is there without the others.
func (s *matchSegment) locate(hits []hit) {
	m := s.m
	reach := int(math.Round(0.15 * m.c.fs / 1000))
	linalg.Parallel(len(hits), func(i int) {
		h := &hits[i]
		w := m.units[h.unit]
		lo, hi := max(h.at-reach, s.begin), h.at+reach+1
		x, own := linalg.Matrix(len(w.channels), hi-lo), make([]int, len(w.channels))
		for k, c := range w.channels {
			own[k] = k
			copy(x[k], s.left[c][lo-s.begin:hi-s.begin])
		}
		addShifted(x, w.wave, own, h.at-m.before, h.part, h.amplitude, lo, hi, lo)
		for k, c := range w.channels { // in units of the recording
			vec.MulConstBlock(x[k], x[k], m.d.Noise[c])
		}
		h.place = centre(x, w.channels, h.at-lo, reach, m.c.o.Threshold, m.c.o.Positions)
	})
}

// renewed are sums of what is left about the spikes of each unit, by which templates change.
type renewed struct {
	sum   [][][]float64 // [unit][channel][sample]
	count []float64     // of squares of amplitudes
}

func newRenewed(units []*template) *renewed {
	r := &renewed{sum: make([][][]float64, len(units)), count: make([]float64, len(units))}
	for u, w := range units {
		r.sum[u] = linalg.Matrix(len(w.channels), len(w.wave[0]))
	}
	return r
}

// add adds what is left about spikes.
func (r *renewed) add(m *matcher, left [][]float64, begin int, hits []hit) {
	of := make([][]hit, len(m.units))
	for _, h := range hits {
		of[h.unit] = append(of[h.unit], h)
	}
	before, _ := m.reach()
	linalg.Parallel(len(of), func(u int) {
		for _, h := range of[u] {
			if h.at-begin < before+1 {
				continue
			}
			m.addSpike(r.sum[u], left, m.units[u].channels, h.at-begin, h.part, h.amplitude)
			r.count[u] += float64(h.amplitude * h.amplitude)
		}
	})
}

// means returns templates with what is left about their spikes added.
func (r *renewed) means(units []*template) [][][]float64 {
	out := make([][][]float64, len(units))
	for u, w := range units {
		out[u] = r.sum[u]
		for k, x := range out[u] {
			if r.count[u] >= 20 {
				vec.DivConstBlock(x, x, r.count[u])
				vec.AddBlock(x, x, w.wave[k])
			} else {
				copy(x, w.wave[k])
			}
		}
	}
	return out
}
