package pharm

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A small holds what a maximum of the likelihood says too little of in few subjects.
// Variances come out too low, since the typical values are fitted to the same subjects:
// the likelihood of the variances alone has the further term
//
//	-log |J(variances)|/2,  J the curvature by typical values and effects
//
// (Cox and Reid 1987, J. R. Stat. Soc. B 49:1), which is that of REML where the model is
// linear, and moves its maximum.
type small struct {
	means int           // the first of the search's values are typical values and effects
	cov   [][]float64   // of the search's values, R⁻¹
	inner [][]float64   // J⁻¹
	slope [][][]float64 // of J by each of the others
	move  []float64     // of the search's values to that maximum
}

// newSmall evaluates J beside the end x of a search, whose curvature is half.
func (f *population) newSmall(at func([]float64) float64, x []float64, half, inverse [][]float64, keep []int) (*small, bool) {
	s := &small{means: len(f.names) + f.effects, cov: inverse, move: make([]float64, len(keep))}
	block := linalg.Matrix(s.means, s.means)
	for a := range block {
		copy(block[a], half[a][:s.means])
	}
	var ok bool
	if s.inner, ok = optim.InversePositive(block); !ok {
		return nil, false
	}
	pull := make([]float64, len(keep))
	for a := s.means; a < len(keep); a++ {
		h := float64(0.02 * math.Max(math.Abs(x[keep[a]]), 0.02))
		beside := func(h float64) [][]float64 {
			y := append([]float64(nil), x...)
			y[keep[a]] += h
			return optim.Hessian(func(means []float64) float64 { return at(append(append([]float64(nil), means...), y[s.means:]...)) }, y[:s.means], at(y))
		}
		bent, below := beside(h), beside(-h)
		for i := range bent {
			for j := range bent {
				bent[i][j] = (bent[i][j] - below[i][j]) / float64(4*h)
				pull[a] -= float64(s.inner[i][j] * bent[j][i] / 2)
			}
		}
		s.slope = append(s.slope, bent)
	}
	for i := range s.move {
		for a := s.means; a < len(keep); a++ {
			s.move[i] += float64(inverse[i][a] * pull[a])
		}
	}
	return s, true
}

// mean returns the variance of what has the slopes by, and Satterthwaite's degrees of
// freedom; w is that of R⁻¹.
func (s *small) mean(by []float64, w float64) (variance, df float64) {
	c := make([]float64, s.means)
	for i := range c {
		for j := range c {
			c[i] += float64(s.inner[i][j] * by[j])
		}
	}
	change := make([]float64, len(s.slope)) // of the variance
	moved := 0.0
	for a, bent := range s.slope {
		for i := range c {
			for j := range c {
				change[a] -= float64(c[i] * bent[i][j] * c[j])
			}
		}
		moved += float64(change[a] * s.move[s.means+a])
	}
	spread := 0.0
	for a := range change {
		for b := range change {
			spread += float64(change[a] * s.cov[s.means+a][s.means+b] * change[b])
		}
	}
	variance = w / (1 - math.Min(math.Max(moved/w, -0.5), 0.5)) // as n/(n - 1) in a sample
	df = float64(2*w*w) / spread * w / variance
	return variance, math.Min(math.Max(df, 1), 1e6)
}

// deviation returns the 95% interval of a standard deviation e with the slopes by: that of
// a variance whose estimate is as chi-square with the degrees of freedom that the standard
// error tells, 2 at least, less those that typical values and effects have taken.
func (s *small) deviation(e, se float64, by []float64) (lo, hi float64) {
	moved := 0.0
	for i, v := range by {
		moved += float64(v * s.move[i])
	}
	n := e / se * e / se / 2
	df := math.Max(n*(1-2*moved/e), 2)
	return e * math.Sqrt(n/dist.ChiSquareQuantile(0.975, df)), e * math.Sqrt(n/dist.ChiSquareQuantile(0.025, df))
}

// interval returns the 95% interval of what is reported.
func (s *small) interval(kind byte, e, w float64, by []float64) (lo, hi float64) {
	if kind == 's' {
		return s.deviation(e, math.Sqrt(w), by)
	}
	z := 1.9599639845400545
	if kind != 'r' {
		var df float64
		w, df = s.mean(by, w)
		z = dist.StudentQuantileSF(0.025, df)
	}
	z = float64(z * math.Sqrt(w))
	switch kind {
	case 'l':
		z = vec.Exp(z / e)
		return e / z, e * z
	case 'r':
		mid, d := float64((vec.Log1p(e)-vec.Log1p(-e))/2), z/(1-float64(e*e))
		return vec.Tanh(mid - d), vec.Tanh(mid + d)
	}
	return e - z, e + z
}
