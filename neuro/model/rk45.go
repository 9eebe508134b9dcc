package model

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Dormand and Prince's pair of orders 5 and 4 (1980, J Comput Appl Math 6:19).
var (
	dopriTime = [7]float64{0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1, 1}
	dopriA    = [7][]float64{
		{},
		{1. / 5},
		{3. / 40, 9. / 40},
		{44. / 45, -56. / 15, 32. / 9},
		{19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
		{9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
		{35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84},
	}
	// dopriError is the difference of the two orders' weights.
	dopriError = [7]float64{71. / 57600, 0, -71. / 16695, 71. / 1920, -17253. / 339200, 22. / 525, -1. / 40}
)

// rk45 returns what a trial step of the length h computes: the states after it, and
// the largest ratio of an error to what is allowed,
// tolerance * (1 + the larger of the old and the new size).
func (b *builder) rk45(s *system, tolerance float64) ([]target, error) {
	g := b.g
	h := b.scalarRef("h")
	k := [][]ref{b.slopes(s.f, s)}
	var next []ref
	for stage := 1; stage < 7; stage++ {
		next = make([]ref, len(s.x))
		for i := range s.x {
			sum := g.constant(0)
			for j, a := range dopriA[stage] {
				sum = g.add(sum, g.mul(k[j][i], g.constant(a)))
			}
			next[i] = g.add(s.x[i], g.mul(sum, h))
		}
		t, err := b.build(s.states, b.bind(s, next), g.add(b.time, g.mul(h, g.constant(dopriTime[stage]))))
		if err != nil {
			return nil, err
		}
		k = append(k, b.slopes(t.f, s))
	}
	worst := g.constant(0)
	var out []target
	for i, v := range s.states {
		sum := g.constant(0)
		for j, w := range dopriError {
			sum = g.add(sum, g.mul(k[j][i], g.constant(w)))
		}
		size := g.make(opMax, g.make(opAbs, s.x[i]), g.make(opAbs, next[i]))
		allowed := g.mul(g.add(size, g.constant(1)), g.constant(tolerance))
		worst = g.make(opMax, g.div(g.make(opAbs, g.mul(sum, h)), allowed), worst)
		out = append(out, target{b.lay.array("next " + v.name), next[i]})
	}
	return append(out, target{b.lay.array("error"), worst}), nil
}

// adapt advances a block by one step of the population in as many steps as keep the
// error within the tolerance; the cells of a block share them.
func (p *Population) adapt(w *worker, at *place) {
	number := at.lo / block
	for len(p.substep) <= number {
		p.substep = append(p.substep, p.dt)
	}
	t, time, long := p.b.lay.scalars["t"], p.Time(), p.b.lay.scalars["h"]
	h := p.substep[number]
	for done := 0.0; done < float64(p.dt*(1-1e-12)); {
		last := h >= p.dt-done
		try := min(h, p.dt-done)
		p.inputs[t], p.inputs[long] = time+done, try
		p.advance.begin(p.inputs)
		w.run(p.advance, at)
		worst := 0.0
		for _, e := range p.arrays[p.b.lay.arrays["error"]][at.lo:min(at.hi, p.n)] {
			worst = max(worst, e) // NaN stays
		}
		// Where no step is small enough, as at infinity, the time goes on, and what
		// is not finite is noticed where it is recorded.
		if worst <= 1 || !(try > p.dt*1e-6) {
			for _, v := range p.m.states() {
				copy(p.arrays[p.b.lay.arrays[v.name]][at.lo:at.hi], p.arrays[p.b.lay.arrays["next "+v.name]][at.lo:at.hi])
			}
			done += try
		}
		grow := 0.2
		if worst <= 1e-4 {
			grow = 5
		} else if !math.IsNaN(worst) {
			grow = vec.Clip(float64(0.9*vec.Pow(worst, -0.2)), 0.2, 5)
		}
		if !last || grow < 1 || worst > 1 {
			h = float64(try * grow)
		}
	}
	p.substep[number] = min(max(h, p.dt*1e-6), p.dt)
	p.inputs[t] = time
}
