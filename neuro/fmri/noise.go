package fmri

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// mostAR is the highest order of an autoregression; more than that are not told
// apart in a run.
const mostAR = 10

// noiseOrder returns how many parameters a model of the noise has, and whether it
// is the one of an autoregression with a moving average.
func noiseOrder(name string) (order int, arma bool, err error) {
	if name == "arma11" {
		return 2, true, nil
	}
	if digits, ok := strings.CutPrefix(name, "ar"); ok {
		if n, err := strconv.Atoi(digits); err == nil && n >= 2 && n <= mostAR {
			return n, false, nil
		}
	}
	return 0, false, fmt.Errorf("Noise is %q; allowed are \"ols\", \"ar1\", \"ar2\" to \"ar%d\", \"arma11\" and \"ar1-nilearn\"", name, mostAR)
}

// A whitener turns noise of a model into white noise of variance 1, exactly: the
// first values are predicted from the few before them.
type whitener struct {
	arma   bool
	phi    []float64   // of AR(p); of ARMA, phi and theta
	early  [][]float64 // early[t][k]: predictor of value t from t-1-k, t < p
	sd     []float64   // of the innovations of the first values
	logDet float64     // of the covariance where innovations have variance 1
}

// set makes the whitener of unbounded parameters u: tanh(u) are partial
// autocorrelations, which make any stationary AR(p) and no other (Barndorff-Nielsen
// and Schou 1973, J Multivariate Anal 3:408), or phi and theta.
func (w *whitener) set(u []float64, n int) {
	w.logDet = 0
	if w.arma {
		w.phi = append(w.phi[:0], vec.Tanh(u[0]), vec.Tanh(u[1]))
		phi, theta := w.phi[0], w.phi[1]
		r := (1 + float64(2*phi*theta) + float64(theta*theta)) / (1 - float64(phi*phi))
		w.sd = w.sd[:0]
		for range n {
			w.sd = append(w.sd, math.Sqrt(r))
			w.logDet += vec.Log(r)
			r = 1 + float64(theta*theta) - float64(theta*theta)/r
		}
		return
	}
	p := len(u)
	w.phi = append(w.phi[:0], make([]float64, p)...)
	w.early, w.sd = w.early[:0], w.sd[:0]
	variance := 1.0 // of the innovations over that of the noise
	before := make([]float64, p)
	for t := range p {
		w.early = append(w.early, slices.Clone(w.phi[:t]))
		w.sd = append(w.sd, variance)
		k := vec.Tanh(u[t])
		copy(before, w.phi)
		w.phi[t] = k
		for i := range t {
			w.phi[i] = before[i] - float64(k*before[t-1-i])
		}
		variance *= 1 - float64(k*k)
	}
	for t := range w.sd {
		w.sd[t] /= variance
		w.logDet += vec.Log(w.sd[t])
		w.sd[t] = math.Sqrt(w.sd[t])
	}
}

// whiten sets out to the innovations of x over their standard deviations.
func (w *whitener) whiten(out, x []float64) {
	if w.arma {
		phi, theta, predicted := w.phi[0], w.phi[1], 0.0
		for t, v := range x {
			e := v - predicted
			out[t] = e / w.sd[t]
			predicted = float64(phi*v) + float64(theta*e/float64(w.sd[t]*w.sd[t]))
		}
		return
	}
	p := min(len(w.phi), len(x))
	copy(out, x)
	for k, f := range w.phi {
		if k+1 < len(x) {
			vec.FMAScaleBlock(out[k+1:], x[:len(x)-k-1], -f, out[k+1:])
		}
	}
	for t := range p {
		e := x[t]
		for k, f := range w.early[t] {
			e -= float64(f * x[t-1-k])
		}
		out[t] = e / w.sd[t]
	}
}

// A fitter finds the noise of a voxel by its restricted likelihood. The design is
// held as an orthonormal basis; y is the residual of ordinary least squares,
// on which the likelihood depends.
type fitter struct {
	q     [][]float64 // [column][time]
	r     [][]float64 // design = q' r
	white [][]float64 // of q and, last, of y
	l     []float64   // Cholesky factor of Q'TQ, row by row
	b     []float64
	w     whitener
	y     []float64
	rss   float64
}

func newFitter(m *ar1, arma bool) *fitter {
	f := &fitter{q: m.q, r: m.r, l: make([]float64, m.p*m.p), b: make([]float64, m.p), w: whitener{arma: arma}}
	for range m.p + 1 {
		f.white = append(f.white, make([]float64, m.n))
	}
	return f
}

// solve whitens the design and y, and fits them.
func (f *fitter) solve(u []float64) (logDet float64) {
	n, p := len(f.white[0]), len(f.q)
	f.w.set(u, n)
	for j, q := range f.q {
		f.w.whiten(f.white[j], q)
	}
	y := f.white[p]
	f.w.whiten(y, f.y)
	for i := range p {
		for j := 0; j <= i; j++ {
			v := vec.DotBlock(f.white[i], f.white[j])
			for k := range j {
				v -= float64(f.l[i*p+k] * f.l[j*p+k])
			}
			if i == j {
				logDet += vec.Log(v)
				f.l[i*p+i] = math.Sqrt(v)
			} else {
				f.l[i*p+j] = v / f.l[j*p+j]
			}
		}
		f.b[i] = vec.DotBlock(f.white[i], y)
	}
	c := factored{l: f.l}
	c.forward(f.b)
	f.rss = vec.DotBlock(y, y)
	for _, v := range f.b {
		f.rss -= float64(v * v)
	}
	return logDet
}

// criterion is minus twice the restricted log likelihood, but for a constant.
func (f *fitter) criterion(u []float64) float64 {
	for _, v := range u {
		if math.Abs(v) > atanhMaxRho {
			return math.Inf(1)
		}
	}
	det := f.solve(u)
	if !(f.rss > 0) {
		return math.Inf(1)
	}
	n, p := len(f.white[0]), len(f.q)
	return float64(float64(n-p)*vec.Log(f.rss)) + det + f.w.logDet
}

// estimated fits every voxel with the autoregression or ARMA(1,1) of highest
// restricted likelihood.
func (g *GLM) estimated(order int, arma bool) func(residual) error {
	m := newAR1(g.q, true)
	g.noise = func() *fitter { return newFitter(m, arma) }
	g.Noise = nil
	g.params = make([][]float64, len(g.Voxels))
	for range order {
		g.Noise = append(g.Noise, make([]float64, len(g.Voxels)))
	}
	return func(r residual) error {
		f := g.noise()
		f.y = make([]float64, m.n)
		u := make([]float64, order)
		for i := range r.square {
			at := r.lo + i
			g.params[at] = make([]float64, order)
			if g.flat[at] {
				continue
			}
			if err := g.task.Err(); err != nil {
				return err
			}
			for t, row := range r.e {
				f.y[t] = row[i]
			}
			clear(u)
			u[0] = 0.3
			if f.criterion(u); !(f.rss > 0) {
				continue // nothing but the design
			}
			simplex(f.criterion, u)
			copy(g.params[at], u)
			f.solve(u)
			for k, v := range f.w.phi {
				g.Noise[k][at] = v
			}
			g.Sigma2[at] = math.Max(f.rss, 0) / g.DF
			c := factored{l: f.l}
			c.backward(f.b)
			m.add(g.Beta, at, f.b)
		}
		return nil
	}
}

// variance returns c'(X'TX)⁻¹c after the parameters of a voxel.
func (f *fitter) variance(c, params []float64) float64 {
	f.y = f.q[0]
	f.solve(params)
	u := make([]float64, len(f.q))
	for j := range u {
		u[j] = c[j]
		for k := range j {
			u[j] -= float64(f.r[k][j] * u[k])
		}
		u[j] /= f.r[j][j]
	}
	factored{l: f.l}.forward(u)
	sum := 0.0
	for _, v := range u {
		sum += float64(v * v)
	}
	return sum
}

// simplex moves x to a minimum of f by the method of Nelder and Mead (1965),
// Computer J 7:308, from steps of 0.2, until its points differ by less than 1e-8;
// then once more from there, as a simplex may have collapsed.
func simplex(f func([]float64) float64, x []float64) {
	n := len(x)
	points, values := make([][]float64, n+1), make([]float64, n+1)
	for range 2 {
		for k := range points {
			points[k] = slices.Clone(x)
			if k > 0 {
				points[k][k-1] += 0.2
			}
			values[k] = f(points[k])
		}
		centre, try, far := make([]float64, n), make([]float64, n), make([]float64, n)
		along := func(dst []float64, by float64) float64 {
			for i := range dst {
				dst[i] = centre[i] + float64(by*(points[n][i]-centre[i]))
			}
			return f(dst)
		}
		for range 400 * n {
			for i := 1; i <= n; i++ { // in order, the best first
				for j := i; j > 0 && values[j] < values[j-1]; j-- {
					values[j], values[j-1] = values[j-1], values[j]
					points[j], points[j-1] = points[j-1], points[j]
				}
			}
			spread := 0.0
			for i := range n {
				spread = math.Max(spread, math.Abs(points[n][i]-points[0][i]))
			}
			if spread < 1e-8 {
				break
			}
			for i := range centre {
				centre[i] = 0
				for _, p := range points[:n] {
					centre[i] += p[i] / float64(n)
				}
			}
			v := along(try, -1)
			switch {
			case v < values[0]:
				if w := along(far, -2); w < v {
					v = w
					copy(try, far)
				}
			case v >= values[n-1]:
				by := 0.5
				if v < values[n] {
					by = -0.5
				}
				if w := along(far, by); w < math.Min(v, values[n]) {
					v = w
					copy(try, far)
				} else {
					for k := 1; k <= n; k++ {
						for i := range n {
							points[k][i] = (points[k][i] + points[0][i]) / 2
						}
						values[k] = f(points[k])
					}
					continue
				}
			}
			copy(points[n], try)
			values[n] = v
		}
		copy(x, points[0])
	}
}
