package rng

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// smallMean is where Poisson numbers change their method.
const smallMean = 16

// PoissonBlock sets dst[i] to the Poisson number of cell first+i, whose mean is
// mean[i]; a mean that is negative, infinite or NaN gives NaN. Cells are less than
// 2^48.
//
// Up to a mean of 16 it is the inverse of the distribution at the cell's uniform
// number of Float64Block; above, it is Hörmann's transformed rejection (1993, The
// transformed rejection method for generating Poisson random variables, PTRS).
func (s *Source) PoissonBlock(dst, mean []float64, first, step uint64) {
	if len(mean) != len(dst) {
		panic("rng: PoissonBlock: dst and mean have different lengths")
	}
	var u, p [256]float64
	for len(dst) > 0 {
		n := min(len(dst), len(u))
		s.Float64Block(u[:n], first, step)
		vec.NegBlock(p[:n], mean[:n])
		vec.ExpBlock(p[:n], p[:n])
		for i, mean := range mean[:n] {
			switch {
			case mean >= 0 && mean <= smallMean:
				dst[i] = poissonInverse(mean, p[i], u[i])
			case mean > smallMean && !math.IsInf(mean, 1):
				dst[i] = s.poissonRejection(mean, first+uint64(i), step)
			default:
				dst[i] = math.NaN()
			}
		}
		dst, mean, first = dst[n:], mean[n:], first+uint64(n)
	}
}

// poissonInverse returns the smallest k whose distribution function is above u;
// p is that of 0.
func poissonInverse(mean, p, u float64) float64 {
	k, sum := 0.0, p
	for u >= sum {
		k++
		p = float64(p * (mean / k))
		if sum+p == sum { // the rest of the tail is below the resolution of u
			break
		}
		sum += p
	}
	return k
}

// poissonRejection draws pairs of uniform numbers until one is taken. They are
// those of addresses beyond all cells.
func (s *Source) poissonRejection(mean float64, cell, step uint64) float64 {
	b := 0.931 + float64(2.53*math.Sqrt(mean))
	a := -0.059 + float64(0.02483*b)
	invAlpha := 1.1239 + 1.1328/(b-3.4)
	vr := 0.9277 - 3.6224/(b-2)
	for try := uint64(1); ; try++ {
		u, v := s.At(cell|try<<48, step)
		x, y := float64(unit(u))-0.5, positive(v)
		us := 0.5 - math.Abs(x)
		k := math.Floor(float64((2*a/us+b)*x) + mean + 0.43)
		if us >= 0.07 && y <= vr {
			return k
		}
		if k < 0 || us < 0.013 && y > us {
			continue
		}
		factorial, _ := vec.Lgamma(k + 1)
		if vec.Log(y)+vec.Log(invAlpha)-vec.Log(a/float64(us*us)+b) <= float64(k*vec.Log(mean))-mean-factorial {
			return k
		}
	}
}
