package pharm

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// start returns where the search begins: the best of several fits of all subjects
// as one, moved on by expectation and maximisation.
func (f *population) start() ([]float64, error) {
	var all []float64
	for _, s := range f.subjects {
		all = append(all, s.C...)
	}
	top := most(all)
	f.scale = 0.1 * top
	at := f.at
	f.at = nil
	for _, s := range f.subjects {
		s.at, s.z, s.g, s.row, s.curvature = nil, nil, nil, nil, nil
	}
	best, found := &popPoint{}, math.Inf(1)
	tol, count := 1e-6, 6
	if f.l.saturable { // costs more
		tol, count = 1e-4, 3
	}
	search := func(m *popPoint) (*popPoint, float64) {
		r := optim.Minimize(func(x []float64) float64 {
			p := f.point(x)
			if f.l.saturable && p.a == 0 { // subjects that have eliminated all differ by orders of magnitude
				p.a = 0.02 * top
			}
			v, _ := objective(f.subjects, p)
			return v
		}, f.values(m), optim.Options{Tol: tol, Steps: 60, Stop: f.task.Err})
		return f.point(r.X), r.F
	}
	begin := func(typical []float64) *popPoint {
		m := &popPoint{typical: typical, effects: make([]float64, f.effects), a: 0.2 * top, b: 0.3}
		slot := 0
		for _, c := range f.model.Covariates {
			if !c.Fixed {
				m.effects[slot] = c.Effect
				slot++
			}
		}
		switch f.o.Residual {
		case "additive":
			m.b = 0
		case "proportional":
			m.a = 0
		}
		return m
	}
	guesses := f.guesses()
	if f.l.saturable || f.l.lag { // the best of many
		value := make([]float64, len(guesses))
		order := make([]int, len(guesses))
		for i, g := range guesses {
			value[i], _ = objective(f.subjects, begin(g))
			if math.IsNaN(value[i]) {
				value[i] = math.Inf(1)
			}
			order[i] = i
		}
		sort.SliceStable(order, func(a, b int) bool { return value[order[a]] < value[order[b]] })
		kept := make([][]float64, min(len(order), count))
		for k := range kept {
			kept[k] = guesses[order[k]]
		}
		guesses = kept
	}
	for _, typical := range guesses {
		m, v := search(begin(typical))
		if f.o.Start == nil && f.l.oral && f.l.n < 3 && !f.l.saturable && f.effects == 0 {
			if q, ok := fasterAbsorption(f.l.fromLog(m.typical)); ok { // flip-flop
				if f.l.lag {
					q = append(q, vec.Exp(m.typical[len(q)]))
				}
				for i := range q {
					q[i] = vec.Log(q[i])
				}
				if other, w := search(&popPoint{typical: q, effects: m.effects, a: m.a, b: m.b}); w <= v+float64(1e-4*(1+math.Abs(v))) {
					m, v = other, w
				}
			}
		}
		if v < found {
			best, found = m, v
		}
	}
	if err := f.task.Err(); err != nil {
		return nil, fmt.Errorf("pharm: %s: %w", f.who, err)
	}
	if math.IsInf(found, 0) {
		return nil, fmt.Errorf("pharm: %s: no start has a likelihood; give one as Start", f.who)
	}
	if at := slices.Index(f.names, "Q2"); f.l.n == 3 && f.o.Start == nil { // the faster is the second
		if z := best.typical[at:]; z[0]-z[1] < z[2]-z[3] {
			z[0], z[1], z[2], z[3] = z[2], z[3], z[0], z[1]
		}
	}
	f.at = at
	q := len(at)
	for _, s := range f.subjects {
		s.at, s.z, s.g, s.row, s.curvature = at, make([]float64, q), make([]float64, q), make([]float64, q), linalg.Matrix(q, q)
	}
	m := &popPoint{typical: slices.Clone(best.typical), effects: best.effects, root: linalg.Matrix(q, q), a: best.a / 2, b: best.b / 2}
	for k := range q {
		m.root[k][k] = 0.4
	}
	if q > 0 {
		for range 15 {
			if err := f.task.Err(); err != nil {
				return nil, fmt.Errorf("pharm: %s: %w", f.who, err)
			}
			if !f.maximise(m) {
				break
			}
		}
	}
	f.scale = math.Max(m.a, 1e-3*top)
	return f.values(m), nil
}

// guesses are typical parameters to begin with, logarithms: medians over subjects of
// what the areas and the last samples say, with absorption and distribution of
// several speeds.
func (f *population) guesses() [][]float64 {
	if f.o.Start != nil {
		z := f.l.values(*f.o.Start)
		for i := range z {
			z[i] = vec.Log(z[i])
		}
		return [][]float64{z}
	}
	var cls, kes []float64
	for _, s := range f.subjects {
		total, last := 0.0, math.Inf(-1)
		for _, t := range s.T {
			last = math.Max(last, t)
		}
		for _, d := range s.Doses {
			for k := range max(d.Count, 1) {
				if d.Time+float64(float64(k)*d.Every) <= last {
					total += d.Amount
				}
			}
		}
		if len(s.T) < 2 || !(total > 0) || !(most(s.C) > 0) {
			continue
		}
		if cl, ke := compartmentStart(s.T, s.C, total); cl > 0 && ke > 0 && isFinite(cl) && isFinite(ke) {
			cls, kes = append(cls, cl), append(kes, ke)
		}
	}
	if len(cls) == 0 { // one sample each: pool them
		var all Subject
		total := 0.0
		for _, s := range f.subjects {
			all.T, all.C = append(all.T, s.T...), append(all.C, s.C...)
			for _, d := range s.Doses {
				total += float64(d.Amount * float64(max(d.Count, 1)))
			}
		}
		order := make([]int, len(all.T))
		for i := range order {
			order[i] = i
		}
		sort.SliceStable(order, func(a, b int) bool { return all.T[order[a]] < all.T[order[b]] })
		var t, c []float64
		for _, i := range order {
			t, c = append(t, all.T[i]), append(c, all.C[i])
		}
		cl, ke := compartmentStart(t, c, total/float64(len(f.subjects)))
		cls, kes = []float64{cl}, []float64{ke}
	}
	sort.Float64s(cls)
	sort.Float64s(kes)
	cl, ke := cls[len(cls)/2], kes[len(kes)/2]
	var tops []float64
	for _, s := range f.subjects {
		if v := most(s.C); v > 0 {
			tops = append(tops, v)
		}
	}
	sort.Float64s(tops)
	top := tops[len(tops)/2]
	var out [][]float64
	kas, kms, lags := []float64{0}, []float64{0}, []float64{0}
	if f.l.oral {
		kas = []float64{1.5, 5, 20}
	}
	if f.l.saturable {
		kms = []float64{0.1, 0.5, 2}
	}
	if f.l.lag {
		lags = f.lags()
	}
	for _, fast := range []float64{1.5, 5, 20}[:max(1, 3*min(f.l.n-1, 1))] {
		q := Compartments{CL: cl, V: cl / ke}
		if f.l.n > 1 {
			q = Compartments{CL: cl, V: cl / ke / fast, Q2: cl * fast / 2, V2: cl / ke}
		}
		if f.l.n > 2 {
			q.Q3, q.V3 = cl/3, 2*cl/ke
		}
		for _, ka := range kas {
			for _, km := range kms {
				for _, lag := range lags {
					m := q
					m.Ka, m.Lag, m.Km = ka*ke, lag, float64(km*top)
					m.Vmax = cl * (m.Km + float64(top/2))
					if f.l.linear && f.l.saturable {
						m.CL, m.Vmax = cl/2, m.Vmax/2
					}
					z := f.l.values(m)
					for i := range z {
						z[i] = vec.Log(z[i])
					}
					out = append(out, z)
				}
			}
		}
	}
	return out
}

// lags are lags to begin with: what the samples of half the subjects or more allow,
// within the intervals between the times of samples.
func (f *population) lags() []float64 {
	var firsts []float64
	var all [][]float64
	for _, s := range f.subjects {
		l := lagStarts(s.T, s.C, s.Doses)
		all = append(all, l)
		firsts = append(firsts, l[0])
	}
	if f.o.Residual == "proportional" { // before the first sample of all
		lo := math.Inf(1)
		for _, v := range firsts {
			lo = math.Min(lo, v)
		}
		return []float64{lo / 2, lo, 1.8 * lo}
	}
	var out []float64
	for k := range 4 {
		var v []float64
		for _, l := range all {
			if len(l) > k {
				v = append(v, l[k])
			}
		}
		if 2*len(v) < len(all) {
			break
		}
		sort.Float64s(v)
		out = append(out, v[len(v)/2])
	}
	return out
}
