package behavior

import (
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/optim"
)

// A ddmProfile finds limits of an element of q where the log likelihood,
// maximised over the others, has fallen by z²/2.
type ddmProfile struct {
	loss    func(q []float64) float64
	top     []float64 // where the loss is least
	least   float64
	hessian [][]float64
	held    []bool  // elements at a bound, which stay there
	off     float64 // element 0 is searched from at least so far off 0, where the loss has no slope in it; 0 is anywhere
	fallen  float64 // at the top: more than 0 where the loss is less elsewhere
	z       float64
	fine    bool // the others are settled further, for a metric that is not that of the top
	stop    func() error
}

// limit goes from the top along element i in a direction, +1 or -1, and returns
// q there. ok is false when the likelihood does not fall so far.
func (p *ddmProfile) limit(i int, direction, end float64) (at []float64, ok bool) {
	var others []int
	for j := range p.top {
		if j != i && !p.held[j] {
			others = append(others, j)
		}
	}
	metric := make([][]float64, len(others))
	for a, j := range others {
		for _, k := range others {
			metric[a] = append(metric[a], p.hessian[j][k])
		}
	}
	inverse, fine := optim.InversePositive(metric)
	if !fine {
		return nil, false
	}
	// The others follow element i along the ridge.
	along := make([]float64, len(others))
	curve := p.hessian[i][i]
	for a := range others {
		for b, k := range others {
			along[a] -= float64(inverse[a][b] * p.hessian[k][i])
		}
	}
	for a, j := range others {
		curve += float64(along[a] * p.hessian[j][i])
	}
	width := 0.3
	if curve > 0 {
		width = math.Min(1/math.Sqrt(curve), 2)
	}
	// fall is the square root of twice the fall at x, which is nearly straight.
	q := slices.Clone(p.top)
	before := p.top[i]
	fall := func(x float64) float64 {
		for a, j := range others {
			q[j] += float64(along[a] * (x - before))
		}
		q[i], before = x, x
		if i != 0 && math.Abs(q[0]) < p.off {
			q[0] = math.Copysign(p.off, q[0])
		}
		return math.Sqrt(2 * math.Max(p.settle(q, others, inverse)-p.least, 0))
	}
	inner, outer := 0.0, 0.0 // distances from the top
	innerFall, outerFall := p.fallen, 0.0
	most := math.Abs(end - p.top[i])
	for x := float64(p.z * width); ; x *= 2 {
		x = math.Min(x, most)
		f := fall(p.top[i] + float64(direction*x))
		if f >= p.z {
			outer, outerFall = x, f
			break
		}
		inner, innerFall = x, f
		if x == most || x > 1e4*width || p.stop() != nil {
			return q, false
		}
	}
	for range 20 {
		x := inner + float64((outer-inner)*math.Min(math.Max((p.z-innerFall)/(outerFall-innerFall), 0.02), 0.98))
		f := fall(p.top[i] + float64(direction*x))
		if math.Abs(f-p.z) < 2e-3*p.z {
			break
		}
		if f < p.z {
			inner, innerFall = x, f
		} else {
			outer, outerFall = x, f
		}
	}
	return q, true
}

// settle minimises the loss over some elements of q by quasi-Newton steps, and
// keeps inverse, that of the Hessian, up to date (Broyden, Fletcher, Goldfarb and Shanno).
func (p *ddmProfile) settle(q []float64, others []int, inverse [][]float64) float64 {
	value := p.loss(q)
	x := slices.Clone(q)
	var last, moves []float64
	enough, steps := 1e-3, 25
	if p.fine {
		enough, steps = 1e-4, 60
	}
	for range steps {
		g := make([]float64, len(others))
		for a, j := range others {
			h := float64(1e-4 * math.Max(math.Abs(q[j]), 0.1))
			x[j] = q[j] + h
			up := p.loss(x)
			x[j] = q[j] - h
			g[a] = (up - p.loss(x)) / (2 * h)
			x[j] = q[j]
		}
		if last != nil {
			updateInverse(inverse, moves, last, g)
		}
		gain := 0.0
		step := make([]float64, len(others))
		for a := range others {
			for b := range others {
				step[a] -= float64(inverse[a][b] * g[b])
			}
			gain -= float64(step[a] * g[a])
		}
		if math.IsNaN(gain) || gain < enough {
			break
		}
		moved := false
		for t := 1.0; t > 1e-3; t /= 3 {
			for a, j := range others {
				x[j] = q[j] + float64(t*step[a])
			}
			if v := p.loss(x); v < value {
				moved, value = true, v
				last, moves = g, make([]float64, len(others))
				for a, j := range others {
					moves[a] = x[j] - q[j]
				}
				copy(q, x)
				break
			}
		}
		copy(x, q)
		if !moved {
			break
		}
	}
	return value
}

// updateInverse corrects the inverse of a Hessian by what a move did to the gradient.
func updateInverse(inverse [][]float64, move, before, after []float64) {
	n := len(move)
	turn, long, size := 0.0, 0.0, 0.0
	image := make([]float64, n) // of the gradient's change
	for a := range n {
		d := after[a] - before[a]
		turn += float64(move[a] * d)
		for b := range n {
			image[a] += float64(inverse[a][b] * (after[b] - before[b]))
		}
		size += float64(image[a] * d)
		long += float64(move[a] * move[a])
	}
	if !(turn > 1e-10*long) || math.IsInf(size, 0) || math.IsNaN(size) {
		return
	}
	for a := range n {
		for b := range n {
			inverse[a][b] += float64((1+size/turn)*move[a]*move[b])/turn - (float64(image[a]*move[b])+float64(move[a]*image[b]))/turn
		}
	}
}
