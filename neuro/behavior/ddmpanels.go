package behavior

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// panels hold the density at one boundary as polynomials over stretches of
// time, so that its means over starts and non-decision times cost little for
// many trials. The stretches are fixed by the parameters, not by the trials,
// and computed when a trial lies in them.
type panels struct {
	v, a, z, sv, sz, st0 float64 // with noise 1, seen from the boundary
	bound                float64 // u from which stretches are of one length
	first, boundKey      int     // numbers of the stretches of firstPanel and bound
	near                 []*panel
	far                  map[int]*panel
	pool                 []*panel // room of panels, used of which are taken
	used                 int
	level                [panelTerms * mostStarts]float64 // room: logarithms at the starts
}

// A panel is a Chebyshev series over one stretch of u = t/a²: of the logarithm
// of the density or, where the non-decision time varies, of the integral over u
// of the density times exp(-scale) from its begin.
type panel struct {
	lo, half float64 // u of its begin; half its length
	c        [panelTerms + 1]float64
	whole    float64 // the integral to its end
	scale    float64
}

const (
	panelTerms = 12
	mostStarts = 60  // points of a mean over starts
	nearPanels = 128 // these are found without a map
	firstPanel = 1.0 / 512
)

// panelCos[k][j] is cos(kπ(j+1/2)/n), which turns values at Chebyshev's points
// to a series.
var panelCos = func() (c [panelTerms][panelTerms]float64) {
	for k := range c {
		for j := range c[k] {
			c[k][j] = vec.Cos(math.Pi * float64(k) * (float64(j) + 0.5) / panelTerms)
		}
	}
	return c
}()

// set gives the panels the parameters of a model with drift v away from the
// boundary, a and z. Panels of others are forgotten.
func (p *panels) set(d DDM, v, a, z float64) {
	p.v, p.a, p.z, p.sv, p.sz, p.st0 = v, a, z, d.SV/d.S, d.SZ, d.ST0
	// Over a stretch of bound/4 the density falls by a factor of exp(2.5) at most,
	// which 12 terms follow to ten digits.
	rate := (float64(math.Pi*math.Pi) + float64(p.v*p.v*p.a*p.a)) / 2
	_, e := math.Frexp(10 / rate)
	p.bound = math.Ldexp(1, max(e-1, -20))
	p.boundKey = p.bits(p.bound)
	p.first = p.bits(firstPanel)
	clear(p.near)
	clear(p.far)
	p.used = 0
}

// key numbers the stretch that u > 0 is in. Stretches grow with u: two for each
// power of 2 where the logarithm is kept; four where the density is, and those
// from bound on of the same length.
func (p *panels) key(u float64) int {
	if p.st0 == 0 || u < p.bound {
		return p.bits(u)
	}
	return p.boundKey + int((u-p.bound)/(p.bound/4))
}

func (p *panels) bits(u float64) int {
	if p.st0 == 0 {
		return int(math.Float64bits(u) >> 51)
	}
	return int(math.Float64bits(u) >> 50)
}

// begin is the least u of a stretch.
func (p *panels) begin(key int) float64 {
	switch {
	case p.st0 == 0:
		return math.Float64frombits(uint64(key) << 51)
	case key > p.boundKey:
		return p.bound + float64(float64(key-p.boundKey)*(p.bound/4))
	}
	return math.Float64frombits(uint64(key) << 50)
}

// get returns a panel, computing it when it is not known.
func (p *panels) get(key int, c *passage) *panel {
	i := key - p.first
	if i < 0 || i >= nearPanels {
		if q := p.far[key]; q != nil {
			return q
		}
		if p.far == nil {
			p.far = map[int]*panel{}
		}
		q := p.compute(key, c)
		p.far[key] = q
		return q
	}
	if p.near == nil {
		p.near = make([]*panel, nearPanels)
	}
	if p.near[i] == nil {
		p.near[i] = p.compute(key, c)
	}
	return p.near[i]
}

func (p *panels) compute(key int, c *passage) *panel {
	if p.used == len(p.pool) {
		p.pool = append(p.pool, new(panel))
	}
	q := p.pool[p.used]
	p.used++
	*q = panel{lo: p.begin(key)}
	q.half = (p.begin(key+1) - q.lo) / 2
	var t, f [panelTerms]float64
	for j := range t {
		t[j] = float64(p.a*p.a) * (q.lo + float64(q.half*(1+panelCos[1][j])))
	}
	p.overStarts(f[:], t[:], c)
	if p.st0 > 0 {
		top := f[0]
		for _, l := range f {
			top = math.Max(top, l)
		}
		if math.IsInf(top, -1) {
			return q
		}
		if top < -300 { // otherwise the density itself is far from what underflows
			q.scale = top
		}
		for j := range f {
			f[j] -= q.scale
		}
		vec.ExpBlock(f[:], f[:])
	}
	var s [panelTerms + 2]float64
	for k := range panelTerms {
		for j, v := range f {
			s[k] += float64(v * panelCos[k][j])
		}
		s[k] *= 2.0 / panelTerms
	}
	if p.st0 == 0 {
		copy(q.c[:], s[:panelTerms])
		q.c[0] /= 2
		return q
	}
	sign := 1.0
	for k := 1; k <= panelTerms; k++ {
		q.c[k] = float64(q.half*(s[k-1]-s[k+1])) / float64(2*k)
		q.c[0] += float64(sign * q.c[k]) // so that it begins at 0
		q.whole += q.c[k]
		sign = -sign
	}
	q.whole += q.c[0]
	return q
}

// value is that of the series at u.
func (q *panel) value(u float64) float64 {
	x := (u-q.lo)/q.half - 1
	x2 := 2 * x
	var b1, b2 float64
	for k := panelTerms; k > 0; k-- {
		b1, b2 = q.c[k]+float64(x2*b1)-b2, b1
	}
	return q.c[0] + float64(x*b1) - b2
}

// interpolated is the logarithm of the density at time t, a mean over starts.
func (p *panels) interpolated(t float64, c *passage) float64 {
	u := t / float64(p.a*p.a)
	if u < 1e-300 {
		return math.Inf(-1)
	}
	return p.get(p.key(u), c).value(u)
}

// steep is the exponent of the density, z²/(2u), above which polynomials do not
// follow it well.
const steep = 60

// meanOver is the logarithm of the mean density over non-decision times, t
// being that of the middle.
func (p *panels) meanOver(t float64, c *passage) float64 {
	perA2 := 1 / float64(p.a*p.a)
	lo, hi := float64(perA2*(t-float64(p.st0/2))), float64(perA2*(t+float64(p.st0/2)))
	near := p.z - float64(p.sz/2)
	power := float64(near*near) / 2
	if exponent := power / hi; exponent > steep {
		return p.early(math.Max(lo, float64(hi*exponent)/(exponent+40)), hi, c) - vec.Log(float64(p.st0*perA2))
	}
	// What comes before is below 1e-6 of the whole for starts at the boundary itself.
	lo = math.Max(lo, math.Max(power/(steep+45), 1e-13))
	sum, scale := 0.0, 0.0
	for k, end := p.key(lo), p.key(hi); k <= end; k++ {
		q := p.get(k, c)
		part := q.whole
		if k == end {
			part = q.value(hi)
		}
		if lo > q.lo {
			part -= q.value(lo)
		}
		if q.scale != scale {
			if sum == 0 {
				scale = q.scale
			} else {
				part = float64(part * vec.Exp(q.scale-scale))
			}
		}
		sum += part
		if q.lo > 1 && part < 1e-18*sum {
			break
		}
	}
	return vec.Log(sum/float64(p.st0*perA2)) + scale
}

// early is the logarithm of the integral of the density over u from lo to hi,
// where it rises by many orders of magnitude.
func (p *panels) early(lo, hi float64, c *passage) float64 {
	var t, f [20]float64
	x := make([]float64, 0, 20)
	w := make([]float64, 0, 20)
	x, w = gaussPoints(x, w, lo, lo+float64((hi-lo)/2), 10)
	x, w = gaussPoints(x, w, lo+float64((hi-lo)/2), hi, 10)
	for j, u := range x {
		t[j] = float64(u * p.a * p.a)
	}
	for j := 0; j < 20; j += panelTerms {
		end := min(j+panelTerms, 20)
		p.overStarts(f[j:end], t[j:end], c)
	}
	return logMean(f[:], w)
}

// overStarts sets dst to the logarithms of the mean densities over starts at
// times t, panelTerms of them at most.
func (p *panels) overStarts(dst, t []float64, c *passage) {
	if p.sz == 0 {
		c.at(p.v, p.a, p.z, p.sv)
		c.logs(dst, t)
		return
	}
	early, late := t[0], t[0]
	for _, t := range t {
		early, late = math.Min(early, t), math.Max(late, t)
	}
	lo, hi := p.z-float64(p.sz/2), p.z+float64(p.sz/2)
	a2 := float64(p.a * p.a)
	if late < float64(a2*(1+lo))/19.5 && float64(lo*lo*a2) < 600*early && p.sv*p.a < 15 {
		for j, t := range t {
			dst[j] = p.soonOverStarts(t/a2, lo, hi)
		}
		vec.LogBlock(dst, dst)
		return
	}
	// How much the logarithm of the density changes over half the starts says how
	// many points it takes.
	slope := math.Max(math.Pi, float64(hi*p.a*p.a)/early) + math.Abs(p.v*p.a) + float64(p.sv*p.sv*p.a*p.a)
	change := float64(slope * p.sz / 2)
	var x, w [mostStarts]float64
	z, weight := x[:0], w[:0]
	if change < 1.2 {
		z, weight = gaussPoints(z, weight, lo, hi, 6)
	} else {
		n := math.Min(math.Ceil(change/5), mostStarts/10)
		for k := range int(n) {
			from := lo + float64((hi-lo)*float64(k))/n
			z, weight = gaussPoints(z, weight, from, from+float64((hi-lo)/n), 10)
		}
	}
	for i, z := range z {
		c.at(p.v, p.a, z, p.sv)
		c.logs(p.level[i*len(t):][:len(t)], t)
	}
	var column [mostStarts]float64
	for j := range t {
		for i := range z {
			column[i] = p.level[i*len(t)+j]
		}
		dst[j] = logMean(column[:len(z)], weight) - vec.Log(p.sz)
	}
}

// soonOverStarts is the mean density over starts from z1 to z2 at an early time
// u, when all but the first two terms of the series are below 1e-17 of it. In
// y = z + c, c being 0 and -2, they are normal densities times y:
//
//	y exp(K - (y+m)²/(2s²)) / (a² sqrt(2π u³ w)),  w = 1 + SV² t,  s² = u w,
//	m = u (SV² a² c + V a),  K = ((SV² a² c² + 2 V a c) - V² t + m²/u) / (2w)
func (p *panels) soonOverStarts(u, z1, z2 float64) float64 {
	a2, va := float64(p.a*p.a), float64(p.v*p.a)
	sva2 := float64(p.sv*p.sv) * a2
	w := 1 + float64(sva2*u)
	s := math.Sqrt(float64(u * w))
	sum := 0.0
	for _, c := range [2]float64{0, -2} {
		drift := float64(sva2*c) + va
		m := float64(u * drift)
		k := (float64(sva2*c*c) + float64(2*va*c) - float64(va*va*u) + float64(m*drift)) / (2 * w)
		b1, b2 := (z1+c+m)/s, (z2+c+m)/s
		normal := 0.0
		if b1 > 0 {
			normal = vec.NormCDF(-b1) - vec.NormCDF(-b2)
		} else {
			normal = vec.NormCDF(b2) - vec.NormCDF(b1)
		}
		ends := vec.Exp(k-float64(b1*b1/2)) - vec.Exp(k-float64(b2*b2/2))
		sum += float64(s*s*ends) - float64(m*s*math.Sqrt(2*math.Pi)*vec.Exp(k)*normal)
	}
	return math.Max(sum, 0) / (p.sz * a2 * u * math.Sqrt(float64(2*math.Pi*u*w)))
}

// logMean is log Σ w exp(l); l is overwritten.
func logMean(l, w []float64) float64 {
	top := l[0]
	for _, v := range l {
		top = math.Max(top, v)
	}
	if math.IsInf(top, -1) {
		return top
	}
	for i := range l {
		l[i] -= top
	}
	vec.ExpBlock(l, l)
	sum := 0.0
	for i, v := range l {
		sum += float64(w[i] * v)
	}
	return top + vec.Log(sum)
}

// gaussPoints appends the n points, 6 or 10, and the weights of Gauss and
// Legendre's rule from lo to hi.
func gaussPoints(x, w []float64, lo, hi float64, n int) (points, weights []float64) {
	at, weight := gauss10X[:], gauss10W[:]
	if n == 6 {
		at, weight = gauss6X[:], gauss6W[:]
	}
	mid, half := lo+float64((hi-lo)/2), (hi-lo)/2
	for i, g := range at {
		h := float64(half * g)
		x = append(x, mid-h, mid+h)
		w = append(w, float64(half*weight[i]), float64(half*weight[i]))
	}
	return x, w
}

// The positive points of Gauss and Legendre's rules and their weights.
var (
	gauss6X  = [3]float64{0.2386191860831969, 0.6612093864662645, 0.932469514203152}
	gauss6W  = [3]float64{0.46791393457269104, 0.3607615730481386, 0.17132449237917036}
	gauss10X = [5]float64{0.14887433898163122, 0.4333953941292472, 0.6794095682990244, 0.8650633666889845, 0.9739065285171717}
	gauss10W = [5]float64{0.29552422471475287, 0.26926671930999635, 0.21908636251598204, 0.1494513491505806, 0.06667134430868814}
)
