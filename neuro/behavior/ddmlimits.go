package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// conditional is said of limits that take a held Z for the true one.
const conditional = ", and the limits are those of a Z of 0.5: they do not hold if it is not"

// bounds says of each element whether it is at a bound, "" where it is not.
func (y *ddmLayout) bounds(q []float64) []string {
	bound := make([]string, len(q))
	for i, k := range y.kind {
		switch {
		case k >= ddmSV && math.Abs(q[i]) < 3e-3:
			bound[i] = "is 0, its bound"
		case k == ddmSZ && math.Abs(q[i]) > 5:
			bound[i] = fmt.Sprintf("is %.3g, its bound: starts come within a twentieth of a boundary", y.value(q, i))
		case k == ddmT0 && q[i] < -10:
			bound[i] = "is as small as it can be"
		case k == ddmZ && math.Abs(q[i]) > 10:
			bound[i] = fmt.Sprintf("is %.3g, its bound", y.value(q, i))
		}
	}
	return bound
}

// profile sets the limits of each element to where the profile of the
// likelihood, from its maximum at r, has fallen from -least by half the quantile.
func (y *ddmLayout) profile(t *ddmData, r optim.Result, bound []string, least, level float64, lo, hi []float64, stop func() error) {
	p := &ddmProfile{
		loss: func(q []float64) float64 { return t.loss(y, q) },
		top:  r.X, least: least, hessian: r.Hessian, held: make([]bool, len(r.X)),
		fallen: math.Sqrt(2 * math.Max(r.F-least, 0)),
		z:      vec.NormQuantile((1 + level) / 2), stop: stop,
	}
	for i := range bound {
		p.held[i] = bound[i] != ""
	}
	for i, k := range y.kind {
		switch {
		case k == ddmT0 && slices.Max(y.at[ddmST0]) >= 0, bound[i] != "" && k < ddmSV:
			// T0 is not an element of its own; or a bound without a scale.
			continue
		case k >= ddmSV:
			// |q| from 0; the search may have ended at -|q|.
			sign := 1.0
			if r.X[i] < 0 {
				sign = -1
			}
			lo[i] = 0
			if bound[i] == "" {
				if at, ok := p.limit(i, -sign, 0); ok {
					lo[i] = y.value(at, i)
				}
			}
			hi[i] = math.Inf(1)
			if at, ok := p.limit(i, sign, float64(sign*1e3)); ok {
				hi[i] = y.value(at, i)
			} else if at != nil && (k == ddmSZ || k == ddmOutliers) {
				hi[i] = y.value(at, i)
			}
		default:
			if at, ok := p.limit(i, -1, -1e6); ok {
				lo[i] = y.value(at, i)
			}
			if at, ok := p.limit(i, 1, 1e6); ok {
				hi[i] = y.value(at, i)
			}
		}
	}
}

// covariance is the inverse of a Hessian in the elements inside, the others being
// where they are; ok is false where it has none.
func covariance(hessian [][]float64, inside []int) (cov [][]float64, ok bool) {
	part := make([][]float64, len(inside))
	for a, i := range inside {
		for _, j := range inside {
			part[a] = append(part[a], hessian[i][j])
		}
	}
	cov = emptySquare(len(hessian))
	small, ok := optim.InversePositive(part)
	if ok {
		for a, i := range inside {
			for b, j := range inside {
				cov[i][j] = small[a][b]
			}
		}
	}
	return cov, ok
}

// A ddmPlace is the maximum of the likelihood for one Z.
type ddmPlace struct {
	logit float64 // of Z
	r     optim.Result
}

// farthestZ is the logit of the Z that stands for a start so near one boundary
// that the other is out of reach.
const farthestZ = 7

// overZ sets the limits of each element where Z is held because the data do not
// tell it: the profile of the likelihood is maximised over Z too. r is the
// maximum at a Z of 0.5. It returns the limits of Z.
//
// Toward one end the likelihood has a plateau, where the other boundary is too
// far to matter and the times at this one are those of a Wald distribution. A
// search over all elements would have no end there; one for each of a row of Z
// has.
func (f *DDMFit) overZ(y *ddmLayout, t *ddmData, r optim.Result, lo, hi []float64, stop func() error) [2]float64 {
	z := vec.NormQuantile((1 + f.Level) / 2)
	row, least := y.alongZ(t, r, float64(z*z/2), stop)
	defer func() { y.z = 0.5 }()
	n := len(lo)
	where := make([]float64, len(row))
	lows, highs := make([][]float64, n), make([][]float64, n)
	for k, p := range row {
		y.setZ(p.logit)
		where[k] = p.logit
		bound := y.bounds(p.r.X)
		var inside []int
		for i := range bound {
			if bound[i] == "" {
				inside = append(inside, i)
			}
		}
		cov, _ := covariance(p.r.Hessian, inside)
		_, a, b := y.errors(p.r.X, cov, z)
		y.profile(t, p.r, bound, least, f.Level, a, b, stop)
		for i := range n {
			lows[i], highs[i] = append(lows[i], a[i]), append(highs[i], -b[i])
		}
	}
	for i := range n {
		lo[i], hi[i] = leastAlong(where, lows[i]), -leastAlong(where, highs[i])
		if y.kind[i] == ddmA && math.Max(-where[0], where[len(where)-1]) == farthestZ {
			hi[i] = math.Inf(1)
		}
	}
	limit := func(logit, end float64) float64 {
		if math.Abs(logit) == farthestZ {
			return end
		}
		return 1 / (1 + vec.Exp(-logit))
	}
	return [2]float64{limit(where[0], 0), limit(where[len(where)-1], 1)}
}

func (y *ddmLayout) setZ(logit float64) { y.z = 1 / (1 + vec.Exp(-logit)) }

// alongZ returns the maxima for those Z, in order, whose log likelihood has
// fallen by less than enough from the highest, -least, and for the ends where it
// has fallen so far.
func (y *ddmLayout) alongZ(t *ddmData, r optim.Result, enough float64, stop func() error) (row []ddmPlace, least float64) {
	defer func() { y.z = 0.5 }()
	ups := 0
	for _, b := range t.blocks {
		for _, u := range b.upper {
			if u {
				ups++
			} else {
				ups--
			}
		}
	}
	// distance is that to the boundary with the responses, of an A of 1.
	distance := func(logit float64) float64 {
		if ups > 0 {
			logit = -logit
		}
		return 1 / (1 + vec.Exp(-logit))
	}
	at := func(logit float64, from ddmPlace) ddmPlace {
		y.setZ(logit)
		q := slices.Clone(from.r.X)
		for i, kind := range y.kind {
			if kind == ddmA { // the distance stays
				q[i] += vec.Log(distance(from.logit) / distance(logit))
			}
		}
		return ddmPlace{logit, optim.Minimize(func(q []float64) float64 { return t.loss(y, q) }, q, optim.Options{Stop: stop})}
	}
	row, least = []ddmPlace{{0, r}}, r.F
	for _, side := range []float64{1, -1} {
		from := row[0]
		for _, logit := range []float64{0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 5, farthestZ} {
			from = at(float64(side*logit), from)
			if len(from.r.Hessian) == 0 || stop() != nil {
				break
			}
			row = append(row, from)
			least = math.Min(least, from.r.F)
			if from.r.F > least+enough {
				break
			}
		}
	}
	slices.SortFunc(row, func(a, b ddmPlace) int {
		if a.logit < b.logit {
			return -1
		}
		return 1
	})
	first := slices.IndexFunc(row, func(p ddmPlace) bool { return p.r.F <= least+enough })
	last := len(row) - 1
	for row[last].r.F > least+enough {
		last--
	}
	// end is where the likelihood has fallen enough, its root being nearly straight.
	end := func(in, out ddmPlace) []ddmPlace {
		for range 6 {
			a, b := math.Sqrt(math.Max(in.r.F-least, 0)), math.Sqrt(out.r.F-least)
			share := math.Min(math.Max((math.Sqrt(enough)-a)/(b-a), 0.05), 0.95)
			p := at(in.logit+float64(share*(out.logit-in.logit)), in)
			if p.r.F <= least+enough {
				in = p
			} else {
				out = p
			}
			if math.Abs(p.r.F-least-enough) < 4e-3*enough {
				break
			}
		}
		return []ddmPlace{in}
	}
	inside := slices.Clone(row[first : last+1])
	if first > 0 {
		inside = append(end(row[first], row[first-1]), inside...)
	}
	if last < len(row)-1 {
		inside = append(inside, end(row[last], row[last+1])...)
	}
	return inside, least
}

// leastAlong is the least of y over x, between its places by a parabola.
func leastAlong(x, y []float64) float64 {
	k := 0
	for i, v := range y {
		if v < y[k] {
			k = i
		}
	}
	if k == 0 || k == len(y)-1 || math.IsInf(y[k], -1) {
		return y[k]
	}
	a, b := x[k-1]-x[k], x[k+1]-x[k]
	da, db := y[k-1]-y[k], y[k+1]-y[k]
	// y[k] + slope d + bend d² through the three.
	bend := (da/a - db/b) / (a - b)
	slope := da/a - float64(bend*a)
	if !(bend > 0) || math.IsInf(bend, 0) {
		return y[k]
	}
	return y[k] - float64(slope*slope)/float64(4*bend)
}
