package pharm

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// An lsq is a problem of least squares.
type lsq struct {
	who, model string
	names      []string // of the parameters
	n          int      // of residuals
	size       float64  // sum of squares of what is fitted, by its weights
	residuals  func(q, r []float64)
	positive   []bool // these are searched by their logarithms
	fixed      []bool // these stay; nil: none
	task       *display.Counter
}

// An lsqResult is a minimum.
type lsqResult struct {
	q          []float64
	rss        float64
	iterations int
	se         []float64   // of the free parameters for a residual variance of 1, else 0
	cov        [][]float64 // likewise, of all parameters
}

func (p *lsq) free() (at []int) {
	for k := range p.names {
		if p.fixed == nil || !p.fixed[k] {
			at = append(at, k)
		}
	}
	return at
}

// natural turns what is searched into parameters.
func (p *lsq) natural(z []float64) []float64 {
	v := append([]float64(nil), z...)
	for i := range v {
		if p.positive[i] {
			v[i] = vec.Exp(z[i])
		}
	}
	return v
}

// searched turns parameters into what is searched, with the size of each.
func (p *lsq) searched(q []float64) (z, scale []float64) {
	z, scale = append([]float64(nil), q...), make([]float64, len(q))
	for i := range z {
		scale[i] = math.Max(math.Abs(q[i]), 1e-12)
		if p.positive[i] {
			z[i], scale[i] = vec.Log(q[i]), 1
		}
	}
	return z, scale
}

func (p *lsq) rss(z, r []float64) float64 {
	p.residuals(p.natural(z), r)
	sum := 0.0
	for _, v := range r {
		sum += float64(v * v)
	}
	return sum
}

// fit estimates the parameters by Levenberg and Marquardt's steps from q, with
// Jacobians of central differences.
func (p *lsq) fit(q []float64) (*lsqResult, error) {
	at := p.free()
	z, scale := p.searched(q)
	r, next := make([]float64, p.n), make([]float64, p.n)
	up, down := make([]float64, p.n), make([]float64, p.n)
	rss := p.rss(z, r)
	damp := 1e-3
	jac := make([][]float64, len(at))
	for k := range jac {
		jac[k] = make([]float64, p.n)
	}
	var jj [][]float64
	out := &lsqResult{}
	converged := len(at) == 0
	for out.iterations = 1; out.iterations <= 500 && !converged; out.iterations++ {
		if err := p.task.Err(); err != nil {
			return nil, fmt.Errorf("pharm: %s: %w", p.who, err)
		}
		for a, k := range at {
			h := float64(6e-6 * scale[k])
			if !p.positive[k] {
				h = float64(6e-6 * math.Max(math.Abs(z[k]), scale[k]))
			}
			was := z[k]
			z[k] = was + h
			above := z[k]
			p.rss(z, up)
			z[k] = was - h
			below := z[k]
			p.rss(z, down)
			z[k] = was
			for i := range r {
				jac[a][i] = (down[i] - up[i]) / (above - below)
			}
		}
		jj = make([][]float64, len(at))
		g := make([]float64, len(at))
		for a := range jj {
			jj[a] = make([]float64, len(at))
			for i := range r {
				g[a] += float64(jac[a][i] * r[i])
			}
			for b := range at {
				for i := range r {
					jj[a][b] += float64(jac[a][i] * jac[b][i])
				}
			}
		}
		for {
			step, ok := damped(jj, g, damp)
			if !ok {
				if damp *= 10; damp > 1e16 {
					return nil, p.undetermined()
				}
				continue
			}
			gain, moved := 0.0, 0.0
			trial := append([]float64(nil), z...)
			for a, k := range at {
				trial[k] += step[a]
				gain += float64(step[a] * g[a])
				moved = math.Max(moved, math.Abs(step[a])/math.Max(math.Abs(z[k]), scale[k]))
			}
			better := p.rss(trial, next)
			small := gain <= 1e-20*p.size || moved < 1e-11 || gain <= 1e-15*rss && damp < 1
			if better <= rss {
				z, rss = trial, better
				r, next = next, r
				damp = math.Max(damp/10, 1e-15)
				converged = small
				break
			}
			if small {
				converged = true
				break
			}
			if damp = math.Max(damp*10, 1e-12); damp > 1e16 {
				break
			}
		}
		if damp > 1e16 {
			break
		}
	}
	if !converged || math.IsNaN(rss) {
		return nil, fmt.Errorf("pharm: %s: the fit did not converge in %d steps; the samples may not follow %s", p.who, out.iterations-1, p.model)
	}
	out.q, out.rss = p.natural(z), rss
	out.se, out.cov = make([]float64, len(q)), make([][]float64, len(q))
	for i := range out.cov {
		out.cov[i] = make([]float64, len(q))
	}
	if len(at) == 0 {
		return out, nil
	}
	inv, ok := optim.InversePositive(scaled(jj))
	if !ok {
		return nil, p.undetermined()
	}
	for a, i := range at {
		if 1e-12*inv[a][a] > 1 { // of a correlation matrix: the share of a that the others do not explain
			return nil, p.undetermined()
		}
		for b, j := range at {
			out.cov[i][j] = inv[a][b] / math.Sqrt(jj[a][a]) / math.Sqrt(jj[b][b]) * p.slope(out.q, i) * p.slope(out.q, j)
		}
		out.se[i] = math.Sqrt(inv[a][a]/jj[a][a]) * p.slope(out.q, i)
	}
	return out, nil
}

// slope is the derivative of a parameter by what is searched.
func (p *lsq) slope(q []float64, i int) float64 {
	if p.positive[i] {
		return q[i]
	}
	return 1
}

func (p *lsq) undetermined() error {
	return fmt.Errorf("pharm: %s: the samples do not determine %s; more samples over a wider range are needed", p.who, strings.Join(p.names, ", "))
}

// observed returns the standard errors of the second derivatives of the sum of
// squares at its minimum, for a residual variance of 1; NaN where these are not
// positive, and 0 for what is fixed.
func (p *lsq) observed(m *lsqResult) []float64 {
	at := p.free()
	z, scale := p.searched(m.q)
	u := make([]float64, len(at))
	for a := range u {
		u[a] = 1
	}
	r := make([]float64, p.n)
	value := func(u []float64) float64 {
		y := append([]float64(nil), z...)
		for a, k := range at {
			y[k] += float64((u[a] - 1) * math.Max(scale[k], math.Abs(z[k])))
		}
		return p.rss(y, r) / 2
	}
	se := make([]float64, len(m.q))
	inv, ok := optim.InversePositive(optim.Hessian(value, u, m.rss/2))
	for a, k := range at {
		se[k] = math.NaN()
		if ok {
			se[k] = math.Sqrt(inv[a][a]) * math.Max(scale[k], math.Abs(z[k])) * p.slope(m.q, k)
		}
	}
	return se
}

// profile returns the ends of the interval of a parameter at which the sum of
// squares, the other parameters fitted again, is rss (1 + t²/df). An end that the
// samples do not set is infinite, or 0 for a parameter that cannot be negative.
func (p *lsq) profile(m *lsqResult, k, df int, t float64) (lo, hi float64, err error) {
	target := float64(m.rss * (1 + t*t/float64(df)))
	se := m.se[k] * math.Sqrt(m.rss/float64(df))
	own := *p
	own.fixed = make([]bool, len(p.names))
	copy(own.fixed, p.fixed)
	own.fixed[k] = true
	step := se
	if p.positive[k] { // on the scale of the logarithm
		step = se / m.q[k]
	}
	find := func(sign float64) (float64, error) {
		q := append([]float64(nil), m.q...)
		at := func(d float64, from []float64) ([]float64, float64) {
			q := append([]float64(nil), from...)
			if q[k] = m.q[k] + float64(sign*d); p.positive[k] {
				q[k] = m.q[k] * vec.Exp(float64(sign*d))
			}
			r, err := own.fit(q)
			if err != nil {
				return nil, math.NaN()
			}
			return r.q, r.rss
		}
		low, high := 0.0, 0.0
		var below, above float64 = m.rss - target, 0
		for i := 1; ; i++ {
			if err := p.task.Err(); err != nil {
				return 0, fmt.Errorf("pharm: %s: %w", p.who, err)
			}
			d := float64(t * step * float64(i))
			if i > 6 {
				d = float64(t * step * math.Ldexp(1, i-4))
			}
			next, rss := at(d, q)
			if math.IsNaN(rss) || i > 14 {
				end := math.Inf(1) * sign
				if p.positive[k] && sign < 0 {
					end = 0
				}
				return end, nil
			}
			if rss >= target {
				high, above = d, rss-target
				break
			}
			q, low, below = next, d, rss-target
		}
		// Ridders' method on the root of the distance, which is nearly a line.
		for range 60 {
			if high-low <= 1e-9*high {
				break
			}
			mid := low + float64((high-low)/2)
			nq, rss := at(mid, q)
			if math.IsNaN(rss) {
				return 0, p.undetermined()
			}
			f := rss - target
			s := math.Sqrt(math.Max(float64(f*f)-float64(below*above), 0))
			if s == 0 {
				break
			}
			x := mid - float64((mid-low)*f)/s
			xq, rx := at(x, nq)
			if math.IsNaN(rx) {
				return 0, p.undetermined()
			}
			if f < 0 {
				low, below, q = mid, f, nq
			} else {
				high, above = mid, f
			}
			if fx := rx - target; fx < 0 && x > low {
				low, below, q = x, fx, xq
			} else if fx >= 0 && x < high {
				high, above = x, fx
			}
			if math.Abs(rx-target) <= 1e-11*target {
				low, high = x, x
			}
		}
		d := low + float64((high-low)/2)
		if p.positive[k] {
			return m.q[k] * vec.Exp(float64(sign*d)), nil
		}
		return m.q[k] + float64(sign*d), nil
	}
	if lo, err = find(-1); err != nil {
		return 0, 0, err
	}
	hi, err = find(1)
	return lo, hi, err
}
