package behavior

import (
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// run goes to the maximum.
func (f *irtFit) run() {
	f.accelerate(1e-4)
	for round := 0; ; round++ {
		if f.newton() || round == 3 || f.cycles >= f.o.Cycles || f.task.Err() != nil {
			return
		}
		f.accelerate(1e-6 / float64(1+100*round))
	}
}

// accelerate takes EM steps with squared extrapolation (SQUAREM's S3) until a
// step moves no parameter by more than tol.
func (f *irtFit) accelerate(tol float64) {
	for f.cycles < f.o.Cycles && f.task.Err() == nil {
		p0 := f.p
		p1, _ := f.em(p0)
		p2, l1 := f.em(p1)
		if far := distance(p2, p1); far < tol {
			f.p = p2
			return
		}
		rr, vv := 0.0, 0.0
		for i := range p0 {
			r, v := p1[i]-p0[i], p2[i]-float64(2*p1[i])+p0[i]
			rr += float64(r * r)
			vv += float64(v * v)
		}
		alpha := math.Max(1, math.Sqrt(rr/vv))
		if math.IsNaN(alpha) || math.IsInf(alpha, 0) {
			f.p = p2
			continue
		}
		next := make([]float64, len(p0))
		for i := range p0 {
			r, v := p1[i]-p0[i], p2[i]-float64(2*p1[i])+p0[i]
			next[i] = p0[i] + float64(2*alpha*r) + float64(alpha*alpha*v)
		}
		f.clamp(next)
		if p3, l := f.em(next); l >= l1 {
			f.p = p3
		} else {
			f.p = p2
		}
	}
}

func distance(a, b []float64) (far float64) {
	for i := range a {
		far = math.Max(far, math.Abs(a[i]-b[i]))
	}
	return far
}

// clamp holds slopes and guessing within their bounds.
func (f *irtFit) clamp(p []float64) {
	for j := range f.items {
		it := &f.items[j]
		if it.kind == irtNone {
			continue
		}
		p[it.at[0]] = math.Max(-irtMostA, math.Min(irtMostA, p[it.at[0]]))
		if it.kind == irt3PL {
			p[it.at[2]] = math.Max(irtLeastG, math.Min(6, p[it.at[2]]))
		}
	}
}

// em takes one EM step from p, and returns the penalised log likelihood at p.
func (f *irtFit) em(p []float64) (next []float64, logLik float64) {
	f.cycles++
	logLik = f.expect(p, nil) + f.penalties(p)
	next = slices.Clone(p)
	if math.IsNaN(logLik) || math.IsInf(logLik, 0) {
		return next, math.Inf(-1)
	}
	if f.o.Model == "1PL" {
		f.maximiseShared(next)
	} else {
		linalg.Parallel(len(f.items), func(j int) { f.maximiseItem(j, next) })
	}
	f.clamp(next)
	return next, logLik
}

// tables returns log P of each group's combos, [group][combo][node].
func (f *irtFit) tables(p []float64) [][][]float64 {
	n := len(f.nodes.theta)
	logP := make([][][]float64, len(f.items))
	for j := range f.items {
		if it := &f.items[j]; it.kind != irtNone {
			logP[j], _ = it.curves(f.local(j, p), f.nodes.theta)
			for _, row := range logP[j] {
				vec.LogBlock(row, row)
			}
		}
	}
	out := make([][][]float64, len(f.groups))
	for g := range f.groups {
		for _, combo := range f.groups[g].combos {
			row := make([]float64, n)
			for k, j := range f.groups[g].items {
				if x := combo[k]; x >= 0 {
					vec.AddBlock(row, row, logP[j][x])
				}
			}
			out[g] = append(out[g], row)
		}
	}
	return out
}

// expect takes the E-step at p: the marginal log likelihood and, in f.counts, the
// expected numbers of responses at each ability. each, if given, sees the
// posterior weights (with sum 1) of every pattern, from several goroutines.
func (f *irtFit) expect(p []float64, each func(i int, w []float64)) float64 {
	const chunk = 512
	if each == nil && slices.Equal(p, f.expected) {
		return f.expectedAt
	}
	n := len(f.nodes.theta)
	table := f.tables(p)
	chunks := (len(f.patterns) + chunk - 1) / chunk
	type part struct {
		logLik float64
		sums   [][][]float64
	}
	parts := make([]part, chunks)
	linalg.Parallel(chunks, func(c int) {
		sums := make([][][]float64, len(f.groups))
		for g := range sums {
			sums[g] = make([][]float64, len(f.groups[g].combos))
		}
		w := make([]float64, n)
		total := 0.0
		for i := c * chunk; i < min((c+1)*chunk, len(f.patterns)); i++ {
			copy(w, f.nodes.logWeight)
			for g := range f.groups {
				vec.AddBlock(w, w, table[g][f.groups[g].of[i]])
			}
			top := largest(w)
			vec.AddConstBlock(w, w, -top)
			vec.ExpBlock(w, w)
			sum := vec.SumBlock(w)
			total += float64(f.count[i] * (top + vec.Log(sum)))
			if each != nil {
				vec.DivConstBlock(w, w, sum)
				each(i, w)
				vec.MulConstBlock(w, w, f.count[i])
			} else {
				vec.MulConstBlock(w, w, f.count[i]/sum)
			}
			for g := range f.groups {
				row := &sums[g][f.groups[g].of[i]]
				if *row == nil {
					*row = make([]float64, n)
				}
				vec.AddBlock(*row, *row, w)
			}
		}
		parts[c] = part{total, sums}
	})
	f.counts = make([][][]float64, len(f.items))
	logLik := 0.0
	for j := range f.items {
		f.counts[j] = make([][]float64, f.items[j].cats)
		for x := range f.counts[j] {
			f.counts[j][x] = make([]float64, n)
		}
	}
	for _, part := range parts {
		logLik += part.logLik
		for g := range f.groups {
			for c, row := range part.sums[g] {
				if row == nil {
					continue
				}
				for k, j := range f.groups[g].items {
					if x := f.groups[g].combos[c][k]; x >= 0 {
						vec.AddBlock(f.counts[j][x], f.counts[j][x], row)
					}
				}
			}
		}
	}
	f.expected, f.expectedAt = slices.Clone(p), logLik
	return logLik
}

// largest is slices.Max in four strands, which do not wait for each other.
func largest(x []float64) float64 {
	top := [4]float64{math.Inf(-1), math.Inf(-1), math.Inf(-1), math.Inf(-1)}
	for ; len(x) >= 4; x = x[4:] {
		for k, v := range x[:4] {
			if v > top[k] {
				top[k] = v
			}
		}
	}
	for _, v := range x {
		top[0] = max(top[0], v)
	}
	return max(top[0], top[1], top[2], top[3])
}

// scores returns the expected log likelihood of item j's responses, its gradient
// and its expected information, at local parameters p.
func (f *irtFit) scores(j int, p []float64) (value float64, g []float64, info [][]float64) {
	it := &f.items[j]
	prob, deriv := it.curves(p, f.nodes.theta)
	n := len(f.nodes.theta)
	all := make([]float64, n)
	for _, r := range f.counts[j] {
		vec.AddBlock(all, all, r)
	}
	g, info = make([]float64, len(p)), linalg.Zeros(len(p))
	log, u, v := make([]float64, n), make([]float64, n), make([]float64, n)
	for c, r := range f.counts[j] {
		vec.LogBlock(log, prob[c])
		for q, count := range r {
			if count > 0 {
				value += float64(count * log[q])
			}
		}
		for k := range p {
			vec.DivBlock(u, deriv[c][k], prob[c])
			for q := range u {
				if math.IsNaN(u[q]) {
					u[q] = 0
				}
			}
			g[k] += vec.DotBlock(u, r)
			vec.MulBlock(v, u, all)
			for l := 0; l <= k; l++ {
				info[k][l] += vec.DotBlock(v, deriv[c][l])
			}
		}
	}
	for k := range p {
		for l := range k {
			info[l][k] = info[k][l]
		}
	}
	penalty, slope, curve := f.penalty(j, p)
	value += penalty
	if it.kind == irt3PL {
		g[2] += slope
		info[2][2] += curve
	}
	if math.IsNaN(value) {
		value = math.Inf(-1)
	}
	return value, g, info
}

// maximiseItem takes Fisher's scoring steps for one item.
func (f *irtFit) maximiseItem(j int, all []float64) {
	it := &f.items[j]
	if it.kind == irtNone {
		return
	}
	p := f.local(j, all)
	value, g, info := f.scores(j, p)
	for range 3 {
		a := linalg.Matrix(len(p), len(p)+1)
		for k := range p {
			copy(a[k], info[k])
			a[k][k] += 1e-9
			a[k][len(p)] = g[k]
		}
		step, ok := linalg.Solve(a, 1e-13)
		if !ok {
			break
		}
		size := 0.0
		for _, s := range step {
			size = math.Max(size, math.Abs(s))
		}
		t := 1.0
		if size > 2 {
			t = 2 / size
		}
		moved := false
		for ; t > 1e-4; t /= 2 {
			next := slices.Clone(p)
			for k := range next {
				next[k] += float64(t * step[k])
			}
			next[0] = math.Max(-irtMostA, math.Min(irtMostA, next[0]))
			if it.kind == irt3PL {
				next[2] = math.Max(irtLeastG, math.Min(6, next[2]))
			}
			if v, ng, ni := f.scores(j, next); v >= value-1e-12 {
				p, value, g, info, moved = next, v, ng, ni, true
				break
			}
		}
		if !moved || float64(t*size) < 1e-3 {
			break
		}
	}
	for k, i := range it.at {
		all[i] = p[k]
	}
}

// maximiseShared takes Fisher's scoring steps for items with one slope.
func (f *irtFit) maximiseShared(all []float64) {
	for range 3 {
		var slope, curve, far float64
		type part struct{ g, d, cross float64 }
		parts := make([]part, len(f.items))
		for j := range f.items {
			it := &f.items[j]
			if it.kind == irtNone {
				continue
			}
			_, g, info := f.scores(j, f.local(j, all))
			parts[j] = part{g[1], info[1][1], info[0][1]}
			slope += g[0] - float64(info[0][1]*g[1])/info[1][1]
			curve += info[0][0] - float64(info[0][1]*info[0][1])/info[1][1]
		}
		da := math.Max(-1, math.Min(1, slope/curve))
		shared := -1
		for j := range f.items {
			if it := &f.items[j]; it.kind != irtNone {
				shared = it.at[0]
				step := (parts[j].g - float64(parts[j].cross*da)) / parts[j].d
				step = math.Max(-2, math.Min(2, step))
				all[it.at[1]] += step
				far = math.Max(far, math.Abs(step))
			}
		}
		if shared < 0 {
			return
		}
		all[shared] += da
		if math.Max(far, math.Abs(da)) < 1e-3 {
			return
		}
	}
}
