package eeg

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A draw says how often each trial is in each bootstrap sample: count[q][4*trial+j] for
// sample 4q+j.
type draw struct{ count [][]float64 }

func newDraw(trials, draws int, r *rng.Source) *draw {
	d := &draw{count: make([][]float64, (draws+3)/4)}
	for q := range d.count {
		d.count[q] = make([]float64, 4*trials)
	}
	for k := range draws {
		for range trials {
			d.count[k/4][4*r.Intn(trials)+k%4]++
		}
	}
	return d
}

// tile is how many samples of a channel are drawn together.
const tile = 256

// rowsOf returns samples a to b of a channel of all trials.
func rowsOf(ep *Epochs, c, a, b int) [][]float64 {
	rows := make([][]float64, ep.Len())
	for i := range rows {
		rows[i] = ep.X[i][c][a:b]
	}
	return rows
}

// percentile returns the limits of a channel by quantiles of the means drawn.
func percentile(groups []*Epochs, draws []*draw, mean []float64, c, n int, level float64) (lo, hi []float64) {
	lo, hi = make([]float64, len(mean)), make([]float64, len(mean))
	all, part, at := make([]float64, 4*len(draws[0].count)*tile), make([]float64, 4*tile), make([]float64, n)
	for a := 0; a < len(mean); a += tile {
		b := min(a+tile, len(mean))
		m := b - a
		clear(all)
		for g, ep := range groups {
			rows := rowsOf(ep, c, a, b)
			scale := 1 / float64(ep.Len())
			if g == 1 {
				scale = -scale
			}
			for q, count := range draws[g].count {
				clear(part)
				vec.ProductsBlock(part[:4*m], count, rows)
				sum := all[4*q*m : 4*(q+1)*m]
				for k, v := range part[:4*m] {
					sum[k] += float64(scale * v)
				}
			}
		}
		for k := range m {
			for d := range at {
				at[d] = all[d*m+k]
			}
			if math.IsNaN(mean[a+k]) || math.IsInf(mean[a+k], 0) {
				lo[a+k], hi[a+k] = math.NaN(), math.NaN()
				continue
			}
			lo[a+k], hi[a+k] = selected(at, (1-level)/2), selected(at, (1+level)/2)
		}
	}
	return lo, hi
}

// largest returns for each draw the largest |t| of a channel.
func largest(groups []*Epochs, draws []*draw, mean []float64, c, n int) []float64 {
	out := make([]float64, n)
	means, part, squares, variance := make([]float64, 4*tile), make([]float64, 4*tile), make([]float64, 4*tile), make([]float64, 4*tile)
	for a := 0; a < len(mean); a += tile {
		b := min(a+tile, len(mean))
		m := b - a
		flat := make([]bool, m) // the same in all trials but for rounding
		for k := range flat {
			size := 0.0
			for _, ep := range groups {
				for i := range ep.X {
					size = math.Max(size, math.Abs(ep.X[i][c][a+k]))
				}
			}
			se, _ := welch(groups, c, a+k)
			flat[k] = !(se > 1e-13*size)
		}
		// About the mean of the channel, so that squares do not cancel.
		x, xx := make([][][]float64, len(groups)), make([][][]float64, len(groups))
		for g, ep := range groups {
			middle := make([]float64, m)
			for i := range ep.X {
				for k, v := range ep.X[i][c][a:b] {
					middle[k] += v / float64(ep.Len())
				}
			}
			for i := range ep.X {
				y, yy := make([]float64, m), make([]float64, m)
				for k, v := range ep.X[i][c][a:b] {
					y[k] = v - middle[k]
					yy[k] = y[k] * y[k]
				}
				x[g], xx[g] = append(x[g], y), append(xx[g], yy)
			}
		}
		for q := range draws[0].count {
			clear(means)
			clear(variance)
			for g, ep := range groups {
				clear(part)
				clear(squares)
				vec.ProductsBlock(part[:4*m], draws[g].count[q], x[g])
				vec.ProductsBlock(squares[:4*m], draws[g].count[q], xx[g])
				trials, sign := float64(ep.Len()), 1.0
				if g == 1 {
					sign = -1
				}
				for k, v := range part[:4*m] {
					v /= trials
					means[k] += float64(sign * v)
					variance[k] += math.Max(0, squares[k]-float64(trials*v*v)) / (trials - 1) / trials
				}
			}
			for j := range min(4, n-4*q) {
				for k := range m {
					if v := means[j*m+k]; v != 0 && !flat[k] {
						out[4*q+j] = math.Max(out[4*q+j], math.Abs(v)/math.Sqrt(variance[j*m+k]))
					}
				}
			}
		}
	}
	return out
}

// selected returns a quantile of values, linear between ranks, and puts them in another
// order.
func selected(v []float64, q float64) float64 {
	at := float64(q * float64(len(v)-1))
	k := min(int(at), len(v)-1)
	vec.Rank(v, k)
	if k+1 == len(v) {
		return v[k]
	}
	next := v[k+1]
	for _, x := range v[k+2:] {
		next = math.Min(next, x)
	}
	return v[k] + float64((at-float64(k))*(next-v[k]))
}
