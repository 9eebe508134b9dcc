package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Remez designs a filter whose largest weighted deviation from the wanted gain is
// as small as can be (equiripple); what lies between bands is free.
//
// taps is the number of taps; with an even one the gain at fs/2 is 0. edges are
// the ends of the bands in Hz, two by two, ascending from 0 or above to fs/2 or
// below, gains the wanted gain of each band; weights has one number for each, nil
// being 1 for all.
//
// Errors: those of FIRLS, and no convergence, which needs fewer taps or other
// bands. Source: Parks and McClellan 1972, IEEE Trans. Circuit Theory 19:189.
// Peer: scipy.signal.remez.
func Remez(taps int, edges, gains, weights []float64, fs float64) (FIR, error) {
	const call = "Remez"
	if err := checkBands(call, taps, edges, gains, 0.5, weights, fs); err != nil {
		return FIR{}, err
	}
	if taps < 3 {
		return FIR{}, fmt.Errorf("signal: %s: %d taps; 3 or more are needed", call, taps)
	}
	e := newExchange(taps, edges, gains, weights, fs)
	if len(e.f) < e.terms+1 || !e.run() {
		return FIR{}, fmt.Errorf("signal: %s: %d taps and bands of %s Hz do not converge; take fewer taps or wider gaps between bands", call, taps, trimmed(edges))
	}
	return FIR{FS: fs, Taps: e.taps()}, nil
}

// An exchange looks for the terms+1 frequencies of a grid at which the error of the
// best polynomial in x = cos ω is largest, alternating in sign (Remez).
type exchange struct {
	n, terms        int
	f, x            []float64 // frequencies in cycles per sample, and cos 2πf
	want, weight    []float64
	first           []bool // whether a grid point begins a band
	at              []int  // the extremal frequencies
	node, value, bw []float64
	delta           float64
}

func newExchange(taps int, edges, gains, weights []float64, fs float64) *exchange {
	const density = 16
	e := &exchange{n: taps, terms: (taps + 1) / 2}
	step := 0.5 / float64(density*e.terms)
	for b := 0; b < len(edges); b += 2 {
		lo, hi := edges[b]/fs, edges[b+1]/fs
		weight := 1.0
		if weights != nil {
			weight = weights[b/2]
		}
		begin := len(e.f)
		for f := lo; f <= hi || len(e.f) == begin; f += step {
			e.f = append(e.f, f)
		}
		e.f[len(e.f)-1] = hi
		for i := begin; i < len(e.f); i++ {
			e.first = append(e.first, i == begin)
			e.want, e.weight = append(e.want, gains[b/2]), append(e.weight, weight)
		}
	}
	if taps%2 == 0 {
		// The gain has a factor cos ω/2, which is taken out.
		if last := len(e.f) - 1; e.f[last] > 0.5-step {
			e.f, e.first, e.want, e.weight = e.f[:last], e.first[:last], e.want[:last], e.weight[:last]
		}
		for i, f := range e.f {
			c := vec.Cos(math.Pi * f)
			e.want[i] /= c
			e.weight[i] *= c
		}
	}
	for _, f := range e.f {
		e.x = append(e.x, vec.Cos(2*math.Pi*f))
	}
	for i := range e.terms + 1 {
		e.at = append(e.at, i*(len(e.f)-1)/e.terms)
	}
	return e
}

// run exchanges frequencies until they stay.
func (e *exchange) run() bool {
	if len(e.f) < e.terms+1 {
		return false
	}
	for range 200 {
		e.interpolate()
		next := e.extremes()
		if len(next) != len(e.at) {
			return false
		}
		same := true
		for i := range next {
			same = same && next[i] == e.at[i]
		}
		e.at = next
		if same {
			return !math.IsNaN(e.delta)
		}
	}
	return false
}

// interpolate finds the polynomial whose error at the extremal frequencies is
// alternately +delta and -delta, in barycentric form.
func (e *exchange) interpolate() {
	n := len(e.at)
	e.node, e.value, e.bw = make([]float64, n), make([]float64, n), make([]float64, n)
	for j, i := range e.at {
		e.node[j] = e.x[i]
	}
	num, den, sign := 0.0, 0.0, 1.0
	for j, i := range e.at {
		w := 1.0
		// Far nodes first and last in turn, which keeps the product in range.
		for k := range n {
			if k != j {
				w *= 2 * (e.node[j] - e.node[k])
			}
		}
		e.bw[j] = 1 / w
		num += float64(e.bw[j] * e.want[i])
		den += sign * e.bw[j] / e.weight[i]
		sign = -sign
	}
	e.delta = num / den
	sign = 1
	for j, i := range e.at {
		e.value[j] = e.want[i] - sign*e.delta/e.weight[i]
		sign = -sign
	}
}

// gain returns the polynomial at x.
func (e *exchange) gain(x float64) float64 {
	num, den := 0.0, 0.0
	for j, n := range e.node {
		d := x - n
		if math.Abs(d) < 1e-14 {
			return e.value[j]
		}
		d = e.bw[j] / d
		num += float64(d * e.value[j])
		den += d
	}
	return num / den
}

// extremes returns the grid points where the error is largest, of alternating
// sign; as many as there were, or none.
func (e *exchange) extremes() []int {
	err := make([]float64, len(e.f))
	for i, x := range e.x {
		err[i] = float64(e.weight[i] * (e.want[i] - e.gain(x)))
	}
	var found []int
	for i, v := range err {
		size := math.Abs(v)
		before := i > 0 && !e.first[i] && sameSign(err[i-1], v) && math.Abs(err[i-1]) > size
		after := i+1 < len(err) && !e.first[i+1] && sameSign(err[i+1], v) && math.Abs(err[i+1]) >= size
		if before || after || size < math.Abs(e.delta)*(1-1e-6) {
			continue
		}
		if n := len(found); n > 0 && sameSign(err[found[n-1]], v) {
			if size > math.Abs(err[found[n-1]]) {
				found[n-1] = i
			}
			continue
		}
		found = append(found, i)
	}
	for len(found) > len(e.at) {
		n := len(found)
		if len(found) == len(e.at)+1 {
			if math.Abs(err[found[0]]) <= math.Abs(err[found[n-1]]) {
				found = found[1:]
			} else {
				found = found[:n-1]
			}
			continue
		}
		// The neighbours that matter least go together, so that signs alternate.
		least, at := math.Inf(1), 0
		for i := 0; i+1 < n; i++ {
			if s := math.Max(math.Abs(err[found[i]]), math.Abs(err[found[i+1]])); s < least {
				least, at = s, i
			}
		}
		found = append(found[:at:at], found[at+2:]...)
	}
	return found
}

func sameSign(a, b float64) bool { return math.Signbit(a) == math.Signbit(b) }

// taps returns the impulse response, from the gain at as many frequencies.
func (e *exchange) taps() []float64 {
	g := make([]float64, e.n/2+1)
	for k := range g {
		f := float64(k) / float64(e.n)
		g[k] = e.gain(vec.Cos(2 * math.Pi * f))
		if e.n%2 == 0 {
			g[k] *= vec.Cos(math.Pi * f)
		}
	}
	h := make([]float64, e.n)
	for i := range h {
		m := float64(min(i, e.n-1-i)) - float64(float64(e.n-1)*0.5)
		sum := g[0]
		for k := 1; k < len(g); k++ {
			if 2*k != e.n { // where the gain is 0
				sum += float64(2 * g[k] * vec.Cos(2*math.Pi*float64(k)*m/float64(e.n)))
			}
		}
		h[i] = sum / float64(e.n)
	}
	return h
}
