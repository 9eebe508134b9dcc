package decode

import (
	"errors"
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// mostGP is the largest number of bins times factors that is solved for at once.
const mostGP = 2000

func tooLong(caller string, bins, factors int) error {
	return fmt.Errorf("decode: %s: %d bins of %d factors are too many for one trial, at most %d numbers are possible; take longer bins, shorter trials or fewer factors", caller, bins, factors, mostGP)
}

// A gpModel is the parameters of a Gaussian-process factor analysis.
type gpModel struct {
	c      [][]float64 // loadings, [unit][factor]
	d, r   []float64   // mean and variance of the noise, [unit]
	gamma  []float64   // (bin/timescale)², [factor]
	jitter float64
}

// covariance returns that of a factor over n bins, and its derivative by log gamma.
func (m *gpModel) covariance(n int, gamma float64) (k, slope [][]float64) {
	value, change := make([]float64, n), make([]float64, n)
	for lag := range value {
		half := float64(gamma * float64(lag*lag) / 2)
		value[lag] = (1 - m.jitter) * vec.Exp(-half)
		change[lag] = -float64(half * value[lag])
	}
	k, slope = linalg.Zeros(n), linalg.Zeros(n)
	for i := range n {
		for j := range n {
			lag := max(i-j, j-i)
			k[i][j], slope[i][j] = value[lag], change[lag]
		}
		k[i][i] += m.jitter
	}
	return k, slope
}

// gpWork is expectation and maximisation at work.
type gpWork struct {
	y       [][][]float64 // [trial][bin][unit]
	lengths []int         // that trials have, ascending
	bins    int
	floor   []float64 // least variances of the noise
	square  []float64 // sum of squares of each unit
	sum     []float64 // sum of each unit

	mean          [][]float64     // of the factors, [trial][bin*factors + factor]
	same          [][]float64     // Σ E[x x'] over bins
	over          [][][][]float64 // Σ over trials of E[x_k x_k'], [length][factor][bin][bin]
	trials        []int           // of each length
	logLikelihood float64
	curve         []float64 // second derivative by log gamma found last, [factor]
}

func newGPWork(y [][][]float64, m *gpModel, floor float64) *gpWork {
	units := len(m.d)
	e := &gpWork{y: y, floor: make([]float64, units), square: make([]float64, units), sum: make([]float64, units), mean: make([][]float64, len(y)), curve: make([]float64, len(m.gamma))}
	seen := map[int]bool{}
	for _, trial := range y {
		if !seen[len(trial)] {
			seen[len(trial)] = true
			e.lengths = append(e.lengths, len(trial))
		}
		e.bins += len(trial)
		for _, row := range trial {
			vec.AddBlock(e.sum, e.sum, row)
			vec.FMABlock(e.square, row, row, e.square)
		}
	}
	sort.Ints(e.lengths)
	n := float64(e.bins)
	for u, s := range e.sum {
		e.floor[u] = float64(floor * (e.square[u] - float64(s*s)/n) / (n - 1))
	}
	return e
}

// expect finds the factors given the data, and the likelihood.
func (e *gpWork) expect(m *gpModel, task *display.Counter) error {
	q, units := len(m.gamma), len(m.d)
	weighted := linalg.Matrix(q, units) // C' R^-1
	logR := 0.0
	for u, r := range m.r {
		logR += vec.Log(r)
		for k := range q {
			weighted[k][u] = m.c[u][k] / r
		}
	}
	columns := linalg.Transposed(m.c)
	inner := linalg.Zeros(q) // C' R^-1 C
	for k := range q {
		for l := range q {
			inner[k][l] = dot(weighted[k], columns[l])
		}
	}
	e.same, e.over, e.trials = linalg.Zeros(q), nil, nil
	e.logLikelihood = 0
	off, scaled := make([]float64, units), make([]float64, units)
	for _, n := range e.lengths {
		precision := linalg.Zeros(q * n)
		logs := 0.0
		for k, gamma := range m.gamma {
			c, _ := m.covariance(n, gamma)
			inverse, log, err := inverseOf(c)
			if err != nil {
				return err
			}
			logs += log
			for t := range n {
				for u := range n {
					precision[t*q+k][u*q+k] = inverse[t][u]
				}
			}
		}
		for t := range n {
			for k := range q {
				for l := range q {
					precision[t*q+k][t*q+l] += inner[k][l]
				}
			}
		}
		if task.Err() != nil {
			return nil // which nobody sees
		}
		posterior, log, err := inverseOf(precision)
		if err != nil {
			return err
		}
		logs += log
		each := -float64(float64(n)*logR) - logs - float64(float64(units*n)*vec.Log(2*math.Pi))
		over := make([][][]float64, q)
		for k := range over {
			over[k] = linalg.Zeros(n)
		}
		count := 0
		drive := make([]float64, q*n)
		for i, trial := range e.y {
			if len(trial) != n {
				continue
			}
			count++
			if e.mean[i] == nil {
				e.mean[i] = make([]float64, q*n)
			}
			x := e.mean[i]
			ll := each
			for t, row := range trial {
				vec.SubBlock(off, row, m.d)
				vec.DivBlock(scaled, off, m.r)
				ll -= dot(scaled, off)
				for k := range q {
					drive[t*q+k] = dot(weighted[k], off)
				}
			}
			for a := range x {
				x[a] = dot(posterior[a], drive)
			}
			e.logLikelihood += float64((ll + dot(x, drive)) / 2)
			for t := range n {
				now := x[t*q : (t+1)*q]
				for k, v := range now {
					addTimes(e.same[k], v, now)
				}
			}
			for k := range q {
				for t := range n {
					row := over[k][t]
					for u := range t + 1 {
						row[u] += float64(x[t*q+k] * x[u*q+k])
					}
				}
			}
		}
		for k := range q {
			for t := range n {
				for l := range q {
					e.same[k][l] += float64(float64(count) * posterior[t*q+k][t*q+l])
				}
				for u := range t + 1 {
					v := over[k][t][u] + float64(float64(count)*posterior[t*q+k][u*q+k])
					over[k][t][u], over[k][u][t] = v, v
				}
			}
		}
		e.over, e.trials = append(e.over, over), append(e.trials, count)
	}
	return nil
}

// inverseOf returns the inverse and the logarithm of the determinant of a symmetric matrix.
func inverseOf(a [][]float64) (inverse [][]float64, log float64, err error) {
	l, dependent := linalg.Cholesky(a, 1e-15)
	if dependent >= 0 {
		return nil, 0, errors.New("the covariance of the factors over time is singular; take a larger Jitter")
	}
	for i, row := range l {
		log += float64(2 * vec.Log(row[i]))
	}
	return linalg.CholeskyInverse(l), log, nil
}

// maximise sets the parameters to the best for the factors that were expected.
func (e *gpWork) maximise(m *gpModel, task *display.Counter) error {
	q, units := len(m.gamma), len(m.d)
	n := float64(e.bins)
	across := linalg.Matrix(q+1, units) // Σ x y', Σ y
	copy(across[q], e.sum)
	total := make([]float64, q)
	for i, trial := range e.y {
		for t, row := range trial {
			for k, v := range e.mean[i][t*q : (t+1)*q] {
				total[k] += v
				addTimes(across[k], v, row)
			}
		}
	}
	normal := linalg.Zeros(q + 1)
	for k := range q {
		copy(normal[k][:q], e.same[k])
		normal[k][q], normal[q][k] = total[k], total[k]
	}
	normal[q][q] = n
	inverse, dependent := linalg.InversePositive(normal, 1e-15)
	if dependent >= 0 {
		return fmt.Errorf("factor %d depends on those before it; take fewer Factors", dependent)
	}
	c, d, r := linalg.Matrix(units, q), make([]float64, units), make([]float64, units)
	for u := range units {
		for a := range q + 1 {
			v := 0.0
			for b := range q + 1 {
				v += float64(inverse[a][b] * across[b][u])
			}
			if a < q {
				c[u][a] = v
			} else {
				d[u] = v
			}
		}
		left := e.square[u] - float64(2*e.sum[u]*d[u])
		for k := range q {
			left -= float64((across[k][u] - float64(d[u]*total[k])) * c[u][k])
		}
		r[u] = math.Max(e.floor[u], float64(d[u]*d[u])+left/n)
		if !(r[u] > 0) {
			return fmt.Errorf("the noise of unit %d vanishes; take a larger Floor", u)
		}
	}
	m.c, m.d, m.r = c, d, r
	gamma := append([]float64(nil), m.gamma...)
	for k := range gamma {
		if task.Err() != nil {
			return nil
		}
		p, err := e.timescale(m, k)
		if err != nil {
			return err
		}
		gamma[k] = vec.Exp(p)
	}
	m.gamma = gamma
	return nil
}

// cost is minus the expected logarithm of the probability of factor k over time, but
// for a constant, and its derivative by p = log gamma.
func (e *gpWork) cost(m *gpModel, k int, p float64) (f, slope float64, err error) {
	for i, n := range e.lengths {
		c, change := m.covariance(n, vec.Exp(p))
		inverse, log, err := inverseOf(c)
		if err != nil {
			return 0, 0, err
		}
		trials, over := float64(e.trials[i]), e.over[i][k]
		f += float64(trials * log / 2)
		// tr(K⁻¹ dK) and tr(K⁻¹ P K⁻¹ dK); all are symmetric.
		both := linalg.Multiply(linalg.Multiply(inverse, over), inverse)
		for t := range n {
			f += float64(dot(inverse[t], over[t]) / 2)
			slope += float64((float64(trials*dot(inverse[t], change[t])) - dot(both[t], change[t])) / 2)
		}
	}
	return f, slope, nil
}

// timescale minimises cost from where it is: by secants of the derivative, with steps
// that lower the cost.
func (e *gpWork) timescale(m *gpModel, k int) (float64, error) {
	p := vec.Log(m.gamma[k])
	f, g, err := e.cost(m, k, p)
	if err != nil {
		return 0, err
	}
	enough := float64(1e-8 * float64(e.bins))
	curve := e.curve[k]
	for range 50 {
		if math.Abs(g) <= enough {
			break
		}
		step := -math.Copysign(0.1, g)
		if curve > 0 {
			step = math.Max(-1, math.Min(1, -g/curve))
		}
		moved := false
		for range 20 {
			next, slope, err := e.cost(m, k, p+step)
			if err != nil {
				return 0, err
			}
			if next <= f+float64(1e-13*math.Abs(f)) {
				curve = (slope - g) / step
				p, f, g, moved = p+step, next, slope, true
				break
			}
			step /= 4
		}
		if !moved || math.Abs(step) < 1e-10 {
			break
		}
	}
	e.curve[k] = curve
	return p, nil
}
