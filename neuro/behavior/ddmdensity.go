package behavior

import (
	"fmt"
	"math"
	"sync"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// LogLikelihood returns the sum of LogPDF over trials: response times rt, s,
// and whether each was at the upper boundary. It is much faster than a loop:
// trials are computed in blocks, and exponentials are shared between the terms
// of a series. The result is -Inf where a trial has a density of 0, NaN for
// parameters that Check refuses or a time that is NaN, and 0 without trials.
// Unequal lengths panic.
//
// Checked against rtdists' ddiffusion (R).
func (d DDM) LogLikelihood(rt []float64, upper []bool) float64 {
	sum := 0.0
	for _, l := range d.LogPDFs(rt, upper) {
		sum += l
	}
	return sum
}

// LogPDFs returns LogPDF of each trial, with the same bits.
func (d DDM) LogPDFs(rt []float64, upper []bool) []float64 {
	if len(rt) != len(upper) {
		panic(fmt.Sprintf("behavior: DDM.LogPDFs: rt has %d trials and upper %d; they must be as many", len(rt), len(upper)))
	}
	dst := make([]float64, len(rt))
	c := ddmRooms.Get().(*ddmDensity)
	defer ddmRooms.Put(c)
	c.logs(dst, d, rt, upper)
	return dst
}

var ddmRooms = sync.Pool{New: func() any { return new(ddmDensity) }}

// blockDDM is how many trials are computed together.
const blockDDM = 128

// A ddmDensity computes densities of many trials; it holds the room for that.
type ddmDensity struct {
	side [2]ddmSide // lower, upper
	passage
}

// A ddmSide holds trials of one boundary until they fill a block.
type ddmSide struct {
	n  int
	t  [blockDDM]float64
	at [blockDDM]int
	p  panels
}

// logs sets dst to the logarithms of the densities.
func (c *ddmDensity) logs(dst []float64, d DDM, rt []float64, upper []bool) {
	if d.Check() != nil {
		for i := range dst {
			dst[i] = math.NaN()
		}
		return
	}
	v, a := d.V/d.S, d.A/d.S
	c.side[0].p.set(d, v, a, d.Z)
	c.side[1].p.set(d, -v, a, 1-d.Z)
	var out [blockDDM]float64
	flush := func(s *ddmSide) {
		c.log(out[:s.n], s.t[:s.n], &s.p)
		for i, k := range s.at[:s.n] {
			dst[k] = out[i]
		}
		s.n = 0
	}
	first := d.T0 - float64(d.ST0/2)
	for i, x := range rt {
		t := x - d.T0
		if !(x-first > 0) || math.IsInf(x, 1) {
			dst[i] = math.Inf(-1)
			if math.IsNaN(x) {
				dst[i] = x
			}
			continue
		}
		s := &c.side[0]
		if upper[i] {
			s = &c.side[1]
		}
		s.t[s.n], s.at[s.n] = t, i
		s.n++
		if s.n == blockDDM {
			flush(s)
		}
	}
	flush(&c.side[0])
	flush(&c.side[1])
}

// log sets dst to the logarithms of the densities at times t.
func (c *ddmDensity) log(dst, t []float64, p *panels) {
	switch {
	case p.st0 > 0:
		for i := range t {
			dst[i] = p.meanOver(t[i], &c.passage)
		}
	case p.sz > 0:
		for i := range t {
			dst[i] = p.interpolated(t[i], &c.passage)
		}
	default:
		c.passage.at(p.v, p.a, p.z, p.sv)
		c.passage.logs(dst, t)
	}
}

// A passage is the first passage at the lower boundary from one start, with
// noise 1.
type passage struct {
	v, a, z, far, sv float64
	modes            [6]float64 // k sin(kπz)

	// Room for a block: its places, u, the arguments and values of the functions.
	large, small [blockDDM]int
	x, y, e      [blockDDM]float64
}

// at sets the parameters.
func (p *passage) at(v, a, z, sv float64) {
	p.v, p.a, p.z, p.far, p.sv = v, a, z, 1-z, sv
	near := math.Min(p.z, p.far)
	s, c := vec.Sin(math.Pi*near), vec.Cos(math.Pi*near)
	before, now := 0.0, s
	for k := range p.modes {
		p.modes[k] = float64(k+1) * now
		if p.z > p.far && k%2 == 1 {
			p.modes[k] = -p.modes[k] // sin(kπ(1-z)) = ±sin(kπz)
		}
		before, now = now, float64(2*c*now)-before
	}
}

// seriesCut is the u at which one series gives over to the other: the terms
// kept of both are then enough for all digits.
const seriesCut = 0.25

// logs sets dst to the logarithm of the density at times t > 0. The series are
// those of DDM.LogPDF with their leading factor taken out.
func (p *passage) logs(dst, t []float64) {
	perA2 := 1 / float64(p.a*p.a)
	large, small := 0, 0
	for i, t := range t {
		if float64(t*perA2) > seriesCut {
			p.large[large] = i
			large++
		} else {
			p.small[small] = i
			small++
		}
	}
	sv2 := float64(p.sv * p.sv)
	if large > 0 {
		// Σ k exp(-(k²-1) π² u/2) sin(kπz), the powers from one exponential.
		const rate = math.Pi * math.Pi / 2
		x, e := p.x[:large], p.e[:large]
		for j, i := range p.large[:large] {
			x[j] = -float64(rate * float64(t[i]*perA2))
		}
		vec.ExpBlock(e, x)
		m := &p.modes
		for j, q := range e {
			q2 := float64(q * q)
			q3 := float64(q2 * q)
			q5 := float64(q3 * q2)
			q7 := float64(q5 * q2)
			q9 := float64(q7 * q2)
			q11 := float64(q9 * q2)
			sum := m[4] + float64(q11*m[5])
			sum = m[3] + float64(q9*sum)
			sum = m[2] + float64(q7*sum)
			sum = m[1] + float64(q5*sum)
			e[j] = m[0] + float64(q3*sum)
		}
		p.finish(dst, t, p.large[:large], x, e, sv2, vec.Log(math.Pi)-float64(2*vec.Log(p.a)))
	}
	if small > 0 {
		// Σ (z+2k) exp(-2k(k+z)/u). Term k and term -(k+1) are mirror images at the
		// far boundary and nearly cancel for a start beside it; with m = 2k+1 and
		// z = 1 - far their sum is exp(-2k(k+z)/u) (m (1-e^m) - far (1+e^m)),
		// e = exp(-2 far/u). With exp(-2z/u) too, all others are products.
		x, y, e := p.x[:small], p.y[:small], p.e[:small]
		for j, i := range p.small[:small] {
			r := -2 / math.Max(float64(t[i]*perA2), 1e-100)
			x[j], y[j] = float64(r*p.far), float64(r*p.z)
		}
		vec.Expm1Block(e, x)
		vec.ExpBlock(y, y)
		far := p.far
		for j, less := range e {
			e1 := 1 + less
			both := float64(e1 * y[j]) // exp(-2/u)
			sum := -less - float64(far*(2+less))
			if both > 1e-18 {
				e2 := float64(e1 * e1)
				less3 := float64(less * (1 + e1 + e2))
				decay := float64(both * y[j])
				sum -= float64(decay * (float64(3*less3) + float64(far*(2+less3))))
				less5 := less3 + float64(float64(e2*e1)*float64(less*(1+e1)))
				decay = float64(decay*decay) * float64(both*both)
				sum -= float64(decay * (float64(5*less5) + float64(far*(2+less5))))
			}
			e[j] = sum
		}
		for j, i := range p.small[:small] {
			u := math.Max(float64(t[i]*perA2), 1e-100)
			e[j] /= u * math.Sqrt(u)
			x[j] = -float64(p.z*p.z) / (2 * u)
		}
		p.finish(dst, t, p.small[:small], x, e, sv2, -float64(0.5*vec.Log(2*math.Pi))-float64(2*vec.Log(p.a)))
	}
}

// finish sets dst at places to add + log sum + lead and the factor of the
// drift, which varies with variance sv2.
func (p *passage) finish(dst, t []float64, places []int, lead, sum []float64, sv2, add float64) {
	az := float64(p.a * p.z)
	if sv2 == 0 {
		add -= float64(p.v * az)
		v2 := float64(p.v*p.v) / 2
		vec.LogBlock(sum, sum)
		for j, i := range places {
			dst[i] = sum[j] + lead[j] + (add - float64(v2*t[i]))
		}
		return
	}
	up := float64(sv2*az*az) - float64(2*p.v*az)
	v2 := float64(p.v * p.v)
	for j, i := range places {
		w := 1 + float64(sv2*t[i])
		sum[j] /= math.Sqrt(w)
		lead[j] += (up - float64(v2*t[i])) / (2 * w)
	}
	vec.LogBlock(sum, sum)
	for j, i := range places {
		dst[i] = sum[j] + lead[j] + add
	}
}
