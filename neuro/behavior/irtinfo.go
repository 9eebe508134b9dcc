package behavior

import (
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// newton takes Newton's steps with the observed information; it reports whether
// they end at a maximum, and leaves the information there.
func (f *irtFit) newton() bool {
	const small = 1e-9
	for range 12 {
		if f.task.Err() != nil {
			return false
		}
		logLik, g, info := f.observed(f.p)
		held := f.held(f.p, g)
		f.atBound = held
		for i, h := range held {
			if !h {
				continue
			}
			g[i] = 0
			for k := range g {
				info[i][k], info[k][i] = 0, 0
			}
			info[i][i] = 1
		}
		f.info, f.logLik = info, logLik-f.penalties(f.p)
		l, dependent := linalg.Cholesky(info, 1e-12)
		if dependent >= 0 {
			return false
		}
		step := slices.Clone(g)
		linalg.CholeskySolve(l, step)
		gain, size := 0.0, 0.0
		for i, s := range step {
			gain += float64(s * g[i])
			size = math.Max(size, math.Abs(s))
		}
		if gain < small*small*float64(len(f.responses)) || size < small {
			f.converged = true
			return true
		}
		moved := false
		for t := 1.0; t > 0.05; t /= 2 {
			next := slices.Clone(f.p)
			for i := range next {
				next[i] += float64(t * step[i])
			}
			f.clamp(next)
			if v := f.expect(next, nil) + f.penalties(next); v >= logLik-float64(1e-13*math.Abs(logLik)) {
				f.p, moved = next, true
				break
			}
		}
		if !moved {
			// What is left is rounding, or a ridge.
			f.converged = gain < 1e-8
			return f.converged
		}
	}
	return false
}

// held says which parameters are at a bound, with a slope g of the likelihood
// that leads out.
func (f *irtFit) held(p, g []float64) []bool {
	held := make([]bool, len(p))
	for j := range f.items {
		it := &f.items[j]
		if it.kind == irtNone {
			continue
		}
		if a := it.at[0]; math.Abs(p[a]) >= irtMostA-1e-3 && p[a]*g[a] > 0 {
			held[a] = true
		}
		if it.kind == irt3PL && p[it.at[2]] <= irtLeastG+1e-3 && g[it.at[2]] < 0 {
			held[it.at[2]] = true
		}
	}
	return held
}

// standardErrors returns the covariances of the parameters, NaN where there are none.
func (f *irtFit) standardErrors() func(i, k int) float64 {
	inverse, dependent := linalg.InversePositive(f.info, 1e-12)
	held := f.atBound
	return func(i, k int) float64 {
		if len(inverse) == 0 || dependent >= 0 || held[i] || held[k] {
			return math.NaN()
		}
		return inverse[i][k]
	}
}

// observed returns the penalised log likelihood at p, its gradient and the
// observed information by Louis's identity:
//
//	I = E(complete information) - Σ persons (E(s s') - E(s) E(s)')
//
// with the scores s of the responses, and expectations over each person's
// ability.
func (f *irtFit) observed(p []float64) (logLik float64, g []float64, info [][]float64) {
	n, size := len(f.nodes.theta), len(p)
	// Scores of each response: deriv/prob, [global category][parameter][node].
	start := make([]int, len(f.items)+1)
	var score [][][]float64
	var owner []int
	for j := range f.items {
		it := &f.items[j]
		start[j+1] = start[j]
		if it.kind == irtNone {
			continue
		}
		prob, deriv := it.curves(f.local(j, p), f.nodes.theta)
		for c := range prob {
			for _, d := range deriv[c] {
				vec.DivBlock(d, d, prob[c])
				for q := range d {
					if math.IsNaN(d[q]) || math.IsInf(d[q], 0) {
						d[q] = 0
					}
				}
			}
			score = append(score, deriv[c])
			owner = append(owner, j)
		}
		start[j+1] += it.cats
	}
	chosen := make([][]int, len(f.patterns))
	for i, row := range f.patterns {
		for j, x := range row {
			if x >= 0 && f.items[j].kind != irtNone {
				chosen[i] = append(chosen[i], start[j]+x)
			}
		}
	}
	weights, means := make([][]float64, len(f.patterns)), make([][]float64, len(f.patterns))
	logLik = f.expect(p, func(i int, w []float64) {
		mean := make([]float64, size)
		for _, c := range chosen[i] {
			for k, at := range f.items[owner[c]].at {
				mean[at] += vec.DotBlock(score[c][k], w)
			}
		}
		weights[i], means[i] = slices.Clone(w), mean
	}) + f.penalties(p)
	g, info = make([]float64, size), linalg.Zeros(size)
	f.complete(p, g, info)
	for i, m := range means {
		for a := range m {
			s := f.count[i] * m[a]
			row := info[a]
			for b := 0; b <= a; b++ {
				row[b] += float64(s * m[b])
			}
		}
	}
	// E(s s') from how often two responses come together at each ability.
	const batch = 8
	for from := 0; from < n; from += batch {
		parts := make([][][]float64, min(batch, n-from))
		linalg.Parallel(len(parts), func(b int) {
			parts[b] = f.together(from+b, size, score, owner, chosen, weights)
		})
		for _, part := range parts {
			for a := range part {
				for b := 0; b <= a; b++ {
					info[a][b] -= part[a][b]
				}
			}
		}
	}
	for a := range info {
		for b := range a {
			info[b][a] = info[a][b]
		}
	}
	return logLik, g, info
}

// together returns Σ persons w s s' at node q, its lower half.
func (f *irtFit) together(q, size int, score [][][]float64, owner []int, chosen [][]int, weights [][]float64) [][]float64 {
	m := len(score)
	pairs := make([]float64, m*m)
	for i, list := range chosen {
		w := float64(weights[i][q] * f.count[i])
		if w < 1e-12 {
			continue
		}
		for k, a := range list {
			row := pairs[a*m : a*m+m]
			for _, b := range list[:k+1] {
				row[b] += w
			}
		}
	}
	out := linalg.Zeros(size)
	for a := range m {
		for b := 0; b <= a; b++ {
			w := pairs[a*m+b]
			if w == 0 {
				continue
			}
			left, right := f.items[owner[a]].at, f.items[owner[b]].at
			for k, x := range left {
				s := w * score[a][k][q]
				for l, y := range right {
					v := float64(s * score[b][l][q])
					switch {
					case a == b && y > x: // half of a symmetric product
					case x >= y:
						out[x][y] += v
					default:
						out[y][x] += v
					}
					if a != b && x == y { // a parameter that both share
						out[x][y] += v
					}
				}
			}
		}
	}
	return out
}

// complete adds the gradient of the expected complete likelihood, which is that
// of the marginal one, and its negative second derivatives.
func (f *irtFit) complete(p, g []float64, info [][]float64) {
	for j := range f.items {
		it := &f.items[j]
		if it.kind == irtNone {
			continue
		}
		local := f.local(j, p)
		_, at, _ := f.scores(j, local)
		for k, i := range it.at {
			g[i] += at[k]
		}
		for k := range local {
			const h = 1e-4
			up, down := slices.Clone(local), slices.Clone(local)
			up[k] += h
			down[k] -= h
			_, gu, _ := f.scores(j, up)
			_, gd, _ := f.scores(j, down)
			for l := range local {
				d := (gd[l] - gu[l]) / (2 * h)
				x, y := it.at[k], it.at[l]
				if x >= y {
					info[x][y] += d
				}
			}
		}
	}
}
