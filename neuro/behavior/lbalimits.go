package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// An lbaSystem is what the first two numbers of a vector q without limits are; the
// third is the logit of T0 over the shortest time, the others are the drifts.
type lbaSystem int

const (
	// lbaStarts has the mean distance m = B - A/2 and the spread of the starts
	// around it: A = 2 m tanh|q0|, m = exp q1. The likelihood is even in q0, so that
	// one that is highest where A is 0 has no slope there, but a curvature.
	lbaStarts lbaSystem = iota
	lbaA                // A = |q0|, B-A = exp q1
	lbaGap              // A = q0², B-A = exp q1
)

// model returns that of q.
func (s lbaSystem) model(q []float64, shortest float64) LBA {
	l := LBA{T0: shortest / (1 + vec.Exp(-q[2])), V: q[3:]}
	size := vec.Exp(q[1])
	switch s {
	case lbaStarts:
		spread := vec.Tanh(math.Abs(q[0]))
		l.A, l.B = 2*size*spread, size*(1+spread)
	case lbaA:
		l.A = math.Abs(q[0])
		l.B = l.A + size
	case lbaGap:
		l.A = float64(q[0] * q[0])
		l.B = l.A + size
	}
	return l
}

// place returns q of a model.
func (s lbaSystem) place(l LBA, shortest float64) []float64 {
	q := []float64{l.A, vec.Log(l.B - l.A), vec.Log(l.T0 / (shortest - l.T0))}
	switch s {
	case lbaStarts:
		m := l.B - float64(l.A/2)
		spread := l.A / (2 * m)
		q[0], q[1] = vec.Log((1+spread)/(1-spread))/2, vec.Log(m)
	case lbaGap:
		q[0] = math.Sqrt(l.A)
	}
	return append(q, l.V...)
}

// lbaName is that of parameter i.
func lbaName(i int) string {
	if i < 3 {
		return [3]string{"A", "B-A", "T0"}[i]
	}
	return fmt.Sprintf("V[%d]", i-3)
}

// lbaValue is parameter i.
func lbaValue(l LBA, i int) float64 {
	if i < 3 {
		return [3]float64{l.A, l.B - l.A, l.T0}[i]
	}
	return l.V[i-3]
}

// lbaErrors returns the standard errors of the parameters from the covariance of q
// of lbaStarts, without its first where A is held at 0.
func lbaErrors(l LBA, q []float64, cov [][]float64, first int, shortest float64) []float64 {
	se := make([]float64, len(q))
	for i := range q {
		slope := make([]float64, len(q))
		x := slices.Clone(q)
		for j := range q {
			h := float64(1e-5 * math.Max(math.Abs(q[j]), 0.1))
			x[j] = q[j] + h
			up := lbaValue(lbaStarts.model(x, shortest), i)
			x[j] = q[j] - h
			slope[j] = (up - lbaValue(lbaStarts.model(x, shortest), i)) / (2 * h)
			x[j] = q[j]
		}
		v := 0.0
		for j := first; j < len(q); j++ {
			for k := first; k < len(q); k++ {
				v += float64(slope[j] * cov[j-first][k-first] * slope[k])
			}
		}
		se[i] = math.Sqrt(v)
	}
	if first > 0 {
		se[0] = math.NaN()
	}
	return se
}

// lbaLimits returns those of parameter i where the likelihood, highest over the
// others, has fallen from -least at l by half the quantile of 95 %.
//
// The others are followed with A free, and with A 0 from still, where the
// likelihood is highest with that: it may be at either.
func lbaLimits(l LBA, i int, still optim.Result, rt []float64, choice []int, shortest, least float64, stop func() error) (lo, hi float64) {
	system := lbaStarts
	if i < 2 {
		system = []lbaSystem{lbaA, lbaGap}[i]
	}
	loss := func(q []float64) float64 {
		if v := -system.model(q, shortest).LogLikelihood(rt, choice); !math.IsNaN(v) {
			return v
		}
		return math.Inf(1)
	}
	lo, hi = math.Inf(1), math.Inf(-1)
	// An end that is not reached is that of the parameter's range.
	ends := [2]float64{math.Inf(-1), math.Inf(1)}
	switch i {
	case 0, 1:
		ends[0] = 0
	case 2:
		ends = [2]float64{0, shortest}
	}
	along := func(top []float64, value float64, hessian [][]float64, flat bool) {
		p := &ddmProfile{
			loss: loss, top: top, least: least, hessian: hessian, held: make([]bool, len(top)),
			fallen: math.Sqrt(2 * math.Max(value-least, 0)), z: vec.NormQuantile(0.975), fine: true, stop: stop,
		}
		if p.fallen > p.z {
			return
		}
		p.held[0] = flat
		if !flat && i > 0 {
			p.off = 0.2
		}
		for side, direction := range []float64{-1, 1} {
			far := float64(direction * 1e6)
			if i == 0 && side == 0 {
				far = 0
			}
			v := ends[side]
			if at, ok := p.limit(i, direction, far); ok {
				v = lbaValue(system.model(at, shortest), i)
			}
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	top := system.place(l, shortest)
	hessian := optim.Hessian(loss, top, least)
	if l.A < 0.1*l.B {
		// Near 0 the curvature along A is not that farther off.
		scale := 0.0
		for k := 1; k < len(top); k++ {
			scale += hessian[k][k] / float64(len(top)-1)
			hessian[0][k], hessian[k][0] = 0, 0
		}
		hessian[0][0] = scale
	}
	along(top, least, hessian, false)
	if i > 0 && still.Converged && stop() == nil {
		start := system.place(lbaStill(still, shortest), shortest)
		h := optim.Hessian(func(q []float64) float64 { return loss(append([]float64{0}, q...)) }, start[1:], still.F)
		full := emptySquare(len(start))
		full[0][0] = 1
		for a := range h {
			copy(full[a+1][1:], h[a])
		}
		along(start, still.F, full, true)
	}
	return lo, hi
}

// lbaStill is the model that a search with A at 0 ended at.
func lbaStill(r optim.Result, shortest float64) LBA {
	return lbaStarts.model(append([]float64{0}, r.X...), shortest)
}
