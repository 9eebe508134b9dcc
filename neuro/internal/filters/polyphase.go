package filters

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A Polyphase changes a sampling rate by Up/Down, which share no factor: a low pass of
// 20 max(Up, Down) + 1 taps with a Kaiser window (β = 5) and a cut at half the lower of
// both rates, applied only where a sample is wanted.
type Polyphase struct {
	Up, Down int
	half     int
	phases   [][]float64 // taps of each phase, turned over, so that a sample is a product of two pieces of memory
}

// NewPolyphase returns one for up/down.
func NewPolyphase(up, down int) *Polyphase {
	for a, b := up, down; ; {
		if b == 0 {
			up, down = up/a, down/a
			break
		}
		a, b = b, a%b
	}
	p := &Polyphase{Up: up, Down: down, half: 10 * max(up, down)}
	if up == 1 && down == 1 {
		p.half, p.phases = 0, [][]float64{{1}}
		return p
	}
	h := kaiserLowPass(2*p.half+1, 1/float64(max(up, down)), 5)
	p.phases = make([][]float64, up)
	for k := range p.phases {
		var taps []float64
		for j := k; j < len(h); j += up {
			taps = append(taps, h[j]*float64(up))
		}
		for i, j := 0, len(taps)-1; i < j; i, j = i+1, j-1 {
			taps[i], taps[j] = taps[j], taps[i]
		}
		p.phases[k] = taps
	}
	return p
}

// Len returns how many samples n become.
func (p *Polyphase) Len(n int) int { return (n*p.Up + p.Down - 1) / p.Down }

// At returns the taps of sample i of the result and the sample of the signal that the
// first of them stands for, which may lie before its beginning.
func (p *Polyphase) At(i int) (taps []float64, first int) {
	at := i*p.Down + p.half // in steps of the raised rate
	taps = p.phases[at%p.Up]
	return taps, at/p.Up - len(taps) + 1
}

// kaiserLowPass returns a low pass with a Kaiser window and a gain of 1 at 0; cut
// is a share of half the sampling rate.
func kaiserLowPass(taps int, cut, beta float64) []float64 {
	h, sum := make([]float64, taps), 0.0
	middle := float64(float64(taps-1) * 0.5)
	for i := range h {
		m := float64(min(i, taps-1-i)) - middle
		r := m / middle
		h[i] = float64(cut * sinc(cut*m) * besselI0(beta*math.Sqrt(math.Max(0, float64((1-r)*(1+r))))))
		sum += h[i]
	}
	vec.DivConstBlock(h, h, sum)
	return h
}

// sinc returns sin(πx)/(πx).
func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return vec.Sin(math.Pi*x) / (math.Pi * x)
}

// besselI0 returns the modified Bessel function of order 0, by its series.
func besselI0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1; k < 500 && term > sum*1e-17; k++ {
		r := x / float64(2*k)
		term = float64(term * r * r)
		sum += term
	}
	return sum
}
