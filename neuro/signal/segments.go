package signal

import (
	"fmt"
	"math"
	"runtime"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Segments are transformed four at a time. Sums over segments are made of sums
// over chunks of so many, each of four lanes, so that they do not depend on how
// many processors there are.
const chunk = 32

// A worker is the memory with which one goroutine transforms four segments.
type worker struct {
	z, other, tmp []float64
	flat          [fft.Lanes][]float64
	p             [fft.Lanes]float64
}

func (c *cutter) worker() *worker {
	n := fft.Groups(c.n)
	return &worker{z: make([]float64, n), other: make([]float64, n), tmp: make([]float64, n)}
}

// rows returns a table of zeros in one piece of memory.
func rows(n, m int) [][]float64 {
	all, t := make([]float64, n*m), make([][]float64, n)
	for i := range t {
		t[i] = all[i*m : (i+1)*m : (i+1)*m]
	}
	return t
}

// spread calls f for 0 to n-1 on all processors, with the memory of a worker. An
// error means that nobody waits for the result any more.
func (c *cutter) spread(n, step int, f func(w *worker, i int)) error {
	task := display.Start("signal."+c.call, "segments", c.segments)
	defer task.End()
	workers := min(n, runtime.GOMAXPROCS(0))
	linalg.Parallel(workers, func(k int) {
		w := c.worker()
		for i := k; i < n && task.Err() == nil; i += workers {
			f(w, i)
			task.Add(step)
		}
	})
	if task.Err() != nil {
		return fmt.Errorf("signal: %s: %w", c.call, task.Err())
	}
	return nil
}

// fours calls f for every four segments, the last ones being fewer.
func (c *cutter) fours(f func(w *worker, first, n int)) error {
	return c.spread((c.segments+fft.Lanes-1)/fft.Lanes, fft.Lanes, func(w *worker, i int) {
		f(w, i*fft.Lanes, min(fft.Lanes, c.segments-i*fft.Lanes))
	})
}

// chunks returns the sum of what f adds, for every four segments, to a slice of
// size times four numbers: lanes are added up.
func (c *cutter) chunks(size int, f func(w *worker, sum []float64, first, n int)) ([]float64, error) {
	parts := make([][]float64, (c.segments+chunk-1)/chunk)
	err := c.spread(len(parts), chunk, func(w *worker, i int) {
		sum := make([]float64, fft.Lanes*size)
		last := min((i+1)*chunk, c.segments)
		for first := i * chunk; first < last; first += fft.Lanes {
			f(w, sum, first, min(fft.Lanes, last-first))
		}
		parts[i] = foldLanes(sum)
	})
	if err != nil {
		return nil, err
	}
	total := parts[0]
	for _, p := range parts[1:] {
		for k, v := range p {
			total[k] += v
		}
	}
	return total, nil
}

// foldLanes adds the four numbers of every lane up, in place.
func foldLanes(sum []float64) []float64 {
	n := len(sum) / fft.Lanes
	for k := range n {
		s := sum[fft.Lanes*k:][:fft.Lanes]
		sum[k] = (s[0] + s[1]) + (s[2] + s[3])
	}
	return sum[:n:n]
}

// power adds the squared absolute values of all segments' transforms to p; those
// of each go to a row of all where it is not nil.
func (c *cutter) power(x, p []float64, all [][]float64) error {
	if all != nil {
		return c.fours(func(w *worker, first, n int) {
			c.four(w, x, first, n)
			for k := range p {
				for l, v := range w.powers(k)[:n] {
					all[first+l][k] = v
				}
			}
		})
	}
	sum, err := c.chunks(len(p), func(w *worker, sum []float64, first, n int) {
		c.four(w, x, first, n)
		fft.AddPower(sum, w.z)
	})
	copy(p, sum)
	return err
}

// powers returns the squared absolute values of group k.
func (w *worker) powers(k int) []float64 {
	g := w.z[2*fft.Lanes*k:][:2*fft.Lanes]
	for l := range w.p {
		re, im := g[l], g[l+fft.Lanes]
		w.p[l] = float64(re*re) + float64(im*im)
	}
	return w.p[:]
}

// four transforms n segments from the first on, detrended and windowed, into the
// groups of w.z.
func (c *cutter) four(w *worker, x []float64, first, n int) {
	var in [fft.Lanes][]float64
	window := fft.Window{W: c.window}
	for l := range n {
		in[l], window.Levels[l] = c.detrended(w, l, x[(first+l)*c.step:][:c.n])
	}
	c.plan.RealMany(w.z, w.tmp, in, window)
}

// detrended returns a segment without its trend but for a level, which is to be
// subtracted still.
func (c *cutter) detrended(w *worker, l int, x []float64) ([]float64, float64) {
	if c.detrend == "none" {
		return x, 0
	}
	level := mean(x)
	if c.detrend != "linear" || c.n == 1 {
		return x, level
	}
	if w.flat[l] == nil {
		w.flat[l] = make([]float64, c.n)
	}
	subtractLine(w.flat[l], x, level)
	return w.flat[l], 0
}

// subtractLine sets dst to x less its regression line, whose mean is level.
func subtractLine(dst, x []float64, level float64) {
	middle, sum := float64(float64(len(x)-1)/2), 0.0
	for i, v := range x {
		sum += float64((float64(i) - middle) * (v - level))
	}
	n := float64(len(x))
	slope := sum * 12 / (n * (float64(n*n) - 1))
	for i, v := range x {
		dst[i] = v - level - float64(slope*(float64(i)-middle))
	}
}

// mean returns the mean with the rounding error of the first sum corrected,
// which matters for small signals on a large offset.
func mean(x []float64) float64 {
	n := float64(len(x))
	m := vec.SumBlock(x) / n
	var block [512]float64
	rest := 0.0
	for len(x) > 0 {
		b := block[:min(len(block), len(x))]
		vec.AddConstBlock(b, x[:len(b)], -m)
		rest += vec.SumBlock(b)
		x = x[len(b):]
	}
	return m + rest/n
}

// addCoherence adds to sum, of four parts, the power of a, that of b, and the
// real and imaginary parts of conj(a) b.
func addCoherence(sum, a, b []float64) {
	n := len(sum) / 4
	pa, pb, re, im := sum[:n], sum[n:2*n], sum[2*n:3*n], sum[3*n:]
	for i := 0; i < n; i += fft.Lanes {
		x, y := a[2*i:][:2*fft.Lanes], b[2*i:][:2*fft.Lanes]
		for l := range fft.Lanes {
			xr, xi, yr, yi := x[l], x[l+fft.Lanes], y[l], y[l+fft.Lanes]
			pa[i+l] += float64(xr*xr) + float64(xi*xi)
			pb[i+l] += float64(yr*yr) + float64(yi*yi)
			re[i+l] += float64(xr*yr) + float64(xi*yi)
			im[i+l] += float64(xr*yi) - float64(xi*yr)
		}
	}
}

// sides is how often a frequency counts in a one-sided spectrum.
func (c *cutter) sides(k int) float64 {
	if k > 0 && 2*k != c.n {
		return 2
	}
	return 1
}

// oneSided scales p and counts the negative frequencies to the positive ones.
func (c *cutter) oneSided(p []float64, scale float64) {
	for k := range p {
		p[k] *= c.sides(k) * scale
	}
}

// checkSignals returns an error unless every one of several signals has the samples of
// the first, all of them finite.
func checkSignals(call, name string, x [][]float64) error {
	if len(x) == 0 {
		return fmt.Errorf("signal: %s: %s has no signals; at least 1 is needed", call, name)
	}
	for i, s := range x {
		if len(s) != len(x[0]) {
			return fmt.Errorf("signal: %s: %s[%d] has %d samples and %s[0] %d; all must be as long", call, name, i, len(s), name, len(x[0]))
		}
	}
	errs := make([]error, len(x))
	linalg.Parallel(len(x), func(i int) {
		if s := vec.SumBlock(x[i]); len(x[i]) == 0 || math.IsNaN(s) || math.IsInf(s, 0) {
			errs[i] = checkSamples(call, fmt.Sprintf("%s[%d]", name, i), x[i])
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
