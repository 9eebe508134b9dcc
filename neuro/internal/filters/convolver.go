package filters

import "github.com/neurorepl/neurorepl/neuro/internal/fft"

// A Convolver filters blocks by Fourier transforms (overlap and save), four at a
// time: a block of Len samples, of which the first Taps-1 come before those that
// are asked for, gives Hop values.
type Convolver struct {
	Taps, Hop, Len int
	plan           *fft.Plan
	w              []complex128 // of frequencies from 0 to half the sampling rate
}

// NewConvolver returns one for a filter's taps.
func NewConvolver(taps []float64) *Convolver {
	// Blocks of four times the taps cost least; up to 2 Direct four of them go
	// side by side.
	n := 64
	for n < 4*len(taps) && n < 2*fft.Direct || n < 2*len(taps) {
		n *= 2
	}
	c := &Convolver{Taps: len(taps), Hop: n - len(taps) + 1, Len: n, plan: fft.New(n), w: make([]complex128, n/2+1)}
	padded := make([]float64, n)
	for i, v := range taps {
		padded[i] = v / float64(n/2)
	}
	c.plan.RealForward(c.w, padded)
	return c
}

// Signal sets out, up to four blocks of Hop values, to the convolution of the samples from
// number from of x on, which may lie before its beginning. Up to reach samples beyond both
// ends of x are those of the signal turned half about its end, others are 0. room is that
// of Room.
func (c *Convolver) Signal(out, x []float64, from, reach int, room []float64) {
	var in, to [fft.Lanes][]float64
	reach = min(reach, len(x)-1)
	for l := range in {
		if l*c.Hop >= len(out) {
			break
		}
		to[l] = out[l*c.Hop : min((l+1)*c.Hop, len(out))]
		first := from + l*c.Hop
		if first >= 0 && first+c.Len <= len(x) {
			in[l] = x[first:][:c.Len]
			continue
		}
		in[l] = make([]float64, c.Len)
		lo, hi := max(first, 0), min(first+c.Len, len(x))
		if lo < hi {
			copy(in[l][lo-first:], x[lo:hi])
		}
		for i := max(first, -reach); i < min(0, first+c.Len); i++ {
			in[l][i-first] = 2*x[0] - x[-i]
		}
		for i := max(first, len(x)); i < min(len(x)+reach, first+c.Len); i++ {
			in[l][i-first] = 2*x[len(x)-1] - x[2*(len(x)-1)-i]
		}
	}
	c.Four(to, in, room)
}

// Room returns the memory that Four needs, for one goroutine.
func (c *Convolver) Room() []float64 { return make([]float64, 3*fft.Groups(c.Len)) }

// Four sets each out, up to Hop values, to the convolution of the block of Len samples
// in in. A block is not looked at where its in is nil.
func (c *Convolver) Four(out, in [fft.Lanes][]float64, room []float64) {
	g := fft.Groups(c.Len)
	z, tmp, y := room[:g], room[g:2*g], room[2*g:]
	c.plan.RealMany(z, tmp, in, fft.Window{})
	c.plan.FilterReal(y, tmp, z, c.w)
	const group = 2 * fft.Lanes
	for l, part := range out {
		for i := range part {
			at := c.Taps - 1 + i
			part[i] = y[group*(at/2)+fft.Lanes*(1-at%2)+l]
		}
	}
}
