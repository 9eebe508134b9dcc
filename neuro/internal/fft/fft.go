// Package fft computes discrete Fourier transforms of any length, real and
// complex, with the same bits on every CPU.
//
//	p := fft.New(1000)
//	p.Forward(dst, src)      // dst[k] = Σ src[j] exp(-2πi jk/n)
//	p.Inverse(back, dst)     // 1/n included: back is src again
//	p.RealForward(half, x)   // n/2+1 values of a real signal
//	p.RealRows(halves, rows) // of many signals
//
// A length is split into radices 4, 2, 3, 5 and odd primes up to 61, and goes
// through Stockham passes, which leave the result in order without a
// permutation (Van Loan 1992, "Computational frameworks for the fast Fourier
// transform", section 1.7). Long ones are done as columns and rows of a matrix
// (Bailey 1990). A length with a larger prime factor is turned into
// a convolution of a convenient length (Bluestein 1970). Products are rounded
// before they are added, so that no compiler fuses them, and all roots of
// unity come from a table per plan.
//
// RealRows, RealMany and Many transform four sequences at a time, one in each
// lane of a vector, by assembly where there is AVX2 (radices 2 to 5 and 7); every sequence gets the
// bits that it would get alone, and the same on every CPU.
package fft

import (
	"fmt"
	"sync"
)

// largestRadix is the largest prime that goes through a pass of its own; with
// some 60 terms per output such a pass costs about as much as Bluestein's way.
const largestRadix = 61

// A Plan holds the factors and roots of unity for one length. It is safe for
// concurrent use.
type Plan struct {
	n      int
	passes []pass
	chirp  *bluestein
	split  *split
	// half is the plan of n/2 and turn[k] = exp(-2πi k/n) for k <= n/4: what
	// a real transform of even length needs.
	half    *Plan
	turn    []complex128
	once    sync.Once
	scratch sync.Pool
	numbers sync.Pool // []float64 to work with
}

// cache holds the plans used last, so that a loop over segments or channels
// builds its plan once. Lengths are few in practice; the oldest goes first.
var cache struct {
	sync.Mutex
	plans map[int]*Plan
	order []int
}

const cached = 48

// New returns the plan for length n >= 1.
func New(n int) *Plan {
	if n < 1 {
		panic(fmt.Sprintf("fft: New: length %d; it must be 1 or more", n))
	}
	cache.Lock()
	p := cache.plans[n]
	cache.Unlock()
	if p != nil {
		return p
	}
	p = build(n)
	cache.Lock()
	defer cache.Unlock()
	if q := cache.plans[n]; q != nil {
		return q
	}
	if cache.plans == nil {
		cache.plans = map[int]*Plan{}
	}
	if len(cache.order) == cached {
		delete(cache.plans, cache.order[0])
		cache.order = append(cache.order[:0], cache.order[1:]...)
	}
	cache.plans[n] = p
	cache.order = append(cache.order, n)
	return p
}

func build(n int) *Plan {
	if _, rest := factor(n); rest > 1 {
		return &Plan{n: n, chirp: newBluestein(n)}
	}
	if n > Direct {
		if s := newSplit(n); s != nil {
			return &Plan{n: n, split: s}
		}
	}
	return passes(n)
}

// passes returns a plan that is made of passes over the whole of the length.
func passes(n int) *Plan {
	p := &Plan{n: n}
	radices, _ := factor(n)
	left, stride := n, 1
	for _, r := range radices {
		p.passes = append(p.passes, newPass(left, stride, r))
		left, stride = left/r, stride*r
	}
	return p
}

// factor splits n into radices and returns what is left over when a prime
// factor is too large for a pass.
func factor(n int) (radices []int, rest int) {
	for n%4 == 0 {
		radices, n = append(radices, 4), n/4
	}
	for r := 2; r <= largestRadix; r++ {
		for n%r == 0 {
			radices, n = append(radices, r), n/r
		}
	}
	return radices, n
}

// Len returns the length of the transform.
func (p *Plan) Len() int { return p.n }

func (p *Plan) check(name string, n, want int) {
	if n != want {
		panic(fmt.Sprintf("fft: %s has %d values; a transform of length %d needs %d", name, n, p.n, want))
	}
}

// buffer lends a slice of at least n values; give it back with p.scratch.Put.
func (p *Plan) buffer(n int) *[]complex128 {
	b, _ := p.scratch.Get().(*[]complex128)
	if b == nil || cap(*b) < n {
		s := make([]complex128, n)
		b = &s
	}
	*b = (*b)[:n]
	return b
}

// work lends a slice of n real numbers; give it back with p.numbers.Put.
func (p *Plan) work(n int) *[]float64 {
	b, _ := p.numbers.Get().(*[]float64)
	if b == nil || cap(*b) < n {
		s := make([]float64, n)
		b = &s
	}
	*b = (*b)[:n]
	return b
}

// Forward sets dst[k] = Σ_j src[j] exp(-2πi jk/n). dst and src have length n;
// they may be the same slice.
func (p *Plan) Forward(dst, src []complex128) {
	p.check("dst", len(dst), p.n)
	p.check("src", len(src), p.n)
	switch {
	case p.chirp != nil:
		p.chirp.forward(dst, src)
		return
	case p.split != nil:
		work := p.work(p.split.work())
		p.split.forward(dst, src, *work)
		p.numbers.Put(work)
		return
	case len(p.passes) == 0:
		copy(dst, src)
		return
	}
	tmp := p.buffer(p.n)
	defer p.scratch.Put(tmp)
	// Each pass reads one slice and writes the other; the last one must write
	// dst. The first never writes what it reads.
	from, to := src, *tmp
	if len(p.passes)%2 == 1 {
		to = dst
		if &src[0] == &dst[0] {
			copy(*tmp, src)
			from = *tmp
		}
	}
	for _, s := range p.passes {
		s.run(to, from)
		if &to[0] == &dst[0] {
			from, to = dst, *tmp
		} else {
			from, to = *tmp, dst
		}
	}
}

// Inverse sets dst[j] = 1/n Σ_k src[k] exp(+2πi jk/n), so that it undoes
// Forward. dst and src have length n; they may be the same slice.
func (p *Plan) Inverse(dst, src []complex128) {
	p.Forward(dst, src)
	// The inverse is the forward transform with the order of the outputs
	// reversed.
	n := float64(p.n)
	dst[0] = complex(real(dst[0])/n, imag(dst[0])/n)
	for i, j := 1, p.n-1; i <= j; i, j = i+1, j-1 {
		a, b := dst[i], dst[j]
		dst[i] = complex(real(b)/n, imag(b)/n)
		dst[j] = complex(real(a)/n, imag(a)/n)
	}
}
