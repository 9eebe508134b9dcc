package signal

import (
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A slowPhase is the phase of a slow band.
type slowPhase struct {
	// Runs of samples in one bin: they begin at start and the last ends at the end.
	start []int32
	bin   []int8
	count []float64 // samples in each bin
	// Cosine and sine, or their ranks as normal numbers.
	cos, sin []float64
}

func (p *pac) phase(b [2]float64) (slowPhase, error) {
	re, im, err := p.analytic("phase", p.x, b)
	if err != nil {
		return slowPhase{}, err
	}
	if p.o.Measure != "tort" && p.o.Measure != "heights" {
		unit(re, im)
		if p.o.Measure == "copula" {
			normalRanks(re)
			normalRanks(im)
		}
		return slowPhase{cos: re, sin: im}, nil
	}
	s := slowPhase{count: make([]float64, p.o.Bins)}
	bins := float64(p.o.Bins)
	edges := make([]complex128, p.o.Bins+1)
	for k := range edges {
		sin, cos := vec.Sincos(2*math.Pi*float64(k)/bins - math.Pi)
		edges[k] = complex(cos, sin)
	}
	// Most samples lie in the bin of the one before: on the left of where it
	// begins and on the right of where it ends, by more than rounding.
	var lo, hi complex128
	begin := 0
	k := int8(-1)
	for i, v := range re {
		w := im[i]
		tiny := (math.Abs(v) + math.Abs(w)) * 1e-14
		if k >= 0 && float64(real(lo)*w)-float64(imag(lo)*v) > tiny && float64(imag(hi)*v)-float64(real(hi)*w) > tiny {
			continue
		}
		angle := vec.Atan2(w, v)
		b := int8(min(p.o.Bins-1, max(0, int((angle+math.Pi)/(2*math.Pi)*bins))))
		if b == k {
			continue
		}
		if k >= 0 {
			s.count[k] += float64(i - begin)
		}
		s.start, s.bin = append(s.start, int32(i)), append(s.bin, b)
		k, begin = b, i
		lo, hi = edges[k], edges[k+1]
	}
	s.count[k] += float64(len(re) - begin)
	s.start = append(s.start, int32(len(re)))
	return s, nil
}

// A fastAmplitude is the amplitude of a fast band.
type fastAmplitude struct {
	a        []float64
	sums     []float64 // sums[i] = a[0] + ... + a[i-1]
	mean, sd float64
	ss       float64   // sum of squares about the mean, or of squares for ranks
	cos, sin []float64 // of the amplitude's own phase
}

func (p *pac) amplitude(b [2]float64) (*fastAmplitude, error) {
	re, im, err := p.analytic("amplitude", p.y, b)
	if err != nil {
		return nil, err
	}
	f := &fastAmplitude{a: re}
	sizes(re, re, im)
	n := float64(len(re))
	f.mean = vec.SumBlock(re) / n
	vec.AddConstBlock(im, re, -f.mean)
	f.ss = vec.DotBlock(im, im)
	f.sd = math.Sqrt(f.ss / (n - 1))
	switch p.o.Measure {
	case "tort", "heights":
		f.sums = make([]float64, len(re)+1)
		sum := 0.0
		for i, v := range re {
			sum += v
			f.sums[i+1] = sum
		}
	case "copula":
		normalRanks(re)
		f.ss = vec.DotBlock(re, re)
	case "plv broad":
		f.cos, f.sin = p.ownPhase(re)
	}
	return f, nil
}

// ownPhase returns the phase of an amplitude as it is, trial by trial.
func (p *pac) ownPhase(a []float64) (cos, sin []float64) {
	cos, sin = slices.Clone(a), make([]float64, len(a))
	t := newTurner(p.samples)
	for at := 0; at < len(a); at += p.samples {
		t.quarter(a[at : at+p.samples])
		copy(sin[at:], t.out)
	}
	unit(cos, sin)
	return cos, sin
}

// A coupling is a measure of one pair of bands, for any move of the amplitude.
type coupling struct {
	measure  string
	phase    *slowPhase
	amp      *fastAmplitude
	cos, sin []float64     // of the amplitude's phase
	gram     [3][3]float64 // of 1, cos φ, sin φ
	bins     []float64
	re, im   float64
}

func (p *pac) pair(s *slowPhase, a *fastAmplitude, band [2]float64) (*coupling, error) {
	c := &coupling{measure: p.o.Measure, phase: s, amp: a, cos: a.cos, sin: a.sin, bins: make([]float64, p.o.Bins)}
	switch p.o.Measure {
	case "glm", "ozkurt", "copula":
		c.gram = [3][3]float64{
			{float64(len(s.cos)), vec.SumBlock(s.cos), vec.SumBlock(s.sin)},
			{0, vec.DotBlock(s.cos, s.cos), vec.DotBlock(s.cos, s.sin)},
			{0, 0, vec.DotBlock(s.sin, s.sin)},
		}
		for i := range 3 {
			for j := range i {
				c.gram[i][j] = c.gram[j][i]
			}
		}
	case "plv":
		trials := make([][]float64, len(p.x))
		for i := range trials {
			trials[i] = a.a[i*p.samples : (i+1)*p.samples]
		}
		q := *p
		q.cut = 0
		re, im, err := q.analytic("phase", trials, band)
		if err != nil {
			return nil, err
		}
		unit(re, im)
		c.cos, c.sin = re, im
	}
	return c, nil
}

// value returns the measure, and the phase of the largest amplitude, with the
// amplitude moved.
func (c *coupling) value(moves []move) (v, angle float64) {
	for _, m := range moves {
		c.add(m)
	}
	return c.result()
}

// add sums over one move.
func (c *coupling) add(m move) {
	switch c.measure {
	case "tort", "heights":
		c.addBins(m)
	case "plv", "plv broad":
		pc, ps := c.phase.cos[m.at:m.at+m.n], c.phase.sin[m.at:m.at+m.n]
		ac, as := c.cos[m.from:m.from+m.n], c.sin[m.from:m.from+m.n]
		c.re += vec.DotBlock(pc, ac) + vec.DotBlock(ps, as)
		c.im += vec.DotBlock(ps, ac) - vec.DotBlock(pc, as)
	default:
		a := c.amp.a[m.from : m.from+m.n]
		c.re += vec.DotBlock(c.phase.cos[m.at:m.at+m.n], a)
		c.im += vec.DotBlock(c.phase.sin[m.at:m.at+m.n], a)
	}
}

// result returns the measure of what was added, and begins anew.
func (c *coupling) result() (v, angle float64) {
	re, im := c.re, c.im
	c.re, c.im = 0, 0
	n := float64(len(c.amp.a))
	switch c.measure {
	case "tort", "heights":
		return c.binned()
	case "plv", "plv broad":
		return vec.Hypot(re, im) / n, vec.Atan2(im, re)
	}
	angle = vec.Atan2(im, re)
	switch c.measure {
	case "canolty":
		return vec.Hypot(re, im) / n, angle
	case "ozkurt":
		re -= float64(c.amp.mean * c.gram[0][1])
		im -= float64(c.amp.mean * c.gram[0][2])
		return vec.Hypot(re, im) / c.amp.sd / n, vec.Atan2(im, re)
	case "glm":
		g := [][]float64{
			{c.gram[0][0], c.gram[0][1], c.gram[0][2], n * c.amp.mean},
			{c.gram[1][0], c.gram[1][1], c.gram[1][2], re},
			{c.gram[2][0], c.gram[2][1], c.gram[2][2], im},
		}
		b, ok := linalg.Solve(g, 0)
		if !ok || c.amp.ss == 0 {
			return 0, angle
		}
		explained := float64((b[0]-c.amp.mean)*float64(n*c.amp.mean)) + float64(b[1]*re) + float64(b[2]*im)
		return math.Sqrt(min(1, max(0, explained/c.amp.ss))), vec.Atan2(b[2], b[1])
	}
	// copula: ½ log2 |C_φ| C_a / |C_φa|.
	cc, cs, ss := c.gram[1][1], c.gram[1][2], c.gram[2][2]
	det := float64(cc*ss) - float64(cs*cs)
	explained := (float64(re*float64(re*ss)) - 2*float64(re*float64(im*cs)) + float64(im*float64(im*cc))) / det
	return -0.5 * vec.Log1p(-explained/c.amp.ss) / math.Ln2, angle
}

// addBins sums the amplitude over runs of phase, each as a difference of sums.
func (c *coupling) addBins(m move) {
	sums, start, bin := c.amp.sums, c.phase.start, c.phase.bin
	// The run that holds sample m.at is the last one that begins there or before.
	lo, hi := 0, len(bin)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; int(start[mid]) <= m.at {
			lo = mid
		} else {
			hi = mid
		}
	}
	shift := m.from - m.at
	before := sums[m.from]
	for k, end := lo, m.at+m.n; k < len(bin) && int(start[k]) < end; k++ {
		after := sums[min(end, int(start[k+1]))+shift]
		c.bins[bin[k]] += after - before
		before = after
	}
}

// binned returns the measure of the bins, which it clears.
func (c *coupling) binned() (v, angle float64) {
	defer clear(c.bins)
	total, most, least := 0.0, 0.0, math.Inf(1)
	re, im := 0.0, 0.0
	for k, n := range c.phase.count {
		if n == 0 {
			continue
		}
		v := c.bins[k] / n
		c.bins[k] = v
		total += v
		most, least = max(most, v), min(least, v)
		sin, cos := vec.Sincos(2*math.Pi*(float64(k)+0.5)/float64(len(c.bins)) - math.Pi)
		re += float64(v * cos)
		im += float64(v * sin)
	}
	angle = vec.Atan2(im, re)
	if c.measure == "heights" {
		return (most - least) / most, angle
	}
	mi := 1.0
	for k, n := range c.phase.count {
		if v := c.bins[k]; n > 0 && v > 0 {
			mi += float64(v / total * vec.Log(v/total) / vec.Log(float64(len(c.bins))))
		}
	}
	return mi, angle
}

// normalRanks replaces values by the normal quantiles of their ranks, rank/(n+1);
// equal values by their order.
func normalRanks(x []float64) {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case x[a] < x[b]:
			return -1
		case x[a] > x[b]:
			return 1
		}
		return a - b
	})
	out := make([]float64, len(x))
	for r, i := range order {
		out[i] = vec.NormQuantile(float64(r+1) / float64(len(x)+1))
	}
	copy(x, out)
}
