package stats

import (
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// A randomPart multiplies by Z, Z' and the inverse of V = I + ZΛΛ'Z', of a system that is factored.
type randomPart struct {
	s     *mixedSystem
	start []int // where each factor begins among all random effects
	size  int   // of all random effects
}

func newRandomPart(s *mixedSystem) *randomPart {
	z := &randomPart{s: s}
	for _, g := range s.groups {
		z.start = append(z.start, z.size)
		z.size += len(g.names) * len(g.columns)
	}
	return z
}

// project returns Z'v.
func (z *randomPart) project(v []float64) []float64 {
	out := make([]float64, z.size)
	for f, g := range z.s.groups {
		k := len(g.columns)
		part := out[z.start[f]:]
		for c, column := range g.columns {
			for i, l := range g.row {
				part[l*k+c] += float64(column[i] * v[i])
			}
		}
	}
	return out
}

// expand returns Z b.
func (z *randomPart) expand(b []float64) []float64 {
	out := make([]float64, z.s.n)
	for f, g := range z.s.groups {
		k := len(g.columns)
		part := b[z.start[f]:]
		for c, column := range g.columns {
			for i, l := range g.row {
				out[i] += float64(column[i] * part[l*k+c])
			}
		}
	}
	return out
}

// element returns E b: at each level of the direction's factor, its columns i and j change places and
// all else is 0.
func (z *randomPart) element(d direction, b []float64) []float64 {
	out := make([]float64, z.size)
	g := z.s.groups[d.factor]
	k := len(g.columns)
	for l := range g.names {
		at := z.start[d.factor] + l*k
		for _, e := range d.pairs() {
			out[at+e[0]] += b[at+e[1]]
		}
	}
	return out
}

// solve overwrites v by V⁻¹v = v - ZΛ (Λ'Z'ZΛ + I)⁻¹ Λ'Z'v.
func (z *randomPart) solve(v []float64) []float64 {
	s := z.s
	b := z.project(v)
	for f, g := range s.groups {
		k := len(g.columns)
		for l := range g.names {
			at := z.start[f] + l*k
			times(b[at:at+k], s.lambdas[f])
		}
	}
	k := len(s.groups[0].columns)
	rest := b[len(s.levelL)*k:]
	for l, ll := range s.levelL {
		u := b[l*k : (l+1)*k]
		if zero(u) {
			continue
		}
		for i := range u {
			for j := range i {
				u[i] -= float64(ll[i][j] * u[j])
			}
			u[i] /= ll[i][i]
			for t, c := range s.touch[l][:len(s.touch[l])-s.p-1] {
				rest[c] -= float64(s.levelC[l][i][t] * u[i])
			}
		}
	}
	for i := range rest {
		for j := range i {
			rest[i] -= float64(s.work[i][j] * rest[j])
		}
		rest[i] /= s.work[i][i]
	}
	for i := len(rest) - 1; i >= 0; i-- {
		rest[i] /= s.work[i][i]
		for j, w := range s.work[i][:i] {
			rest[j] -= float64(w * rest[i])
		}
	}
	for l, ll := range s.levelL {
		u := b[l*k : (l+1)*k]
		for i := k - 1; i >= 0; i-- {
			for t, c := range s.touch[l][:len(s.touch[l])-s.p-1] {
				u[i] -= float64(s.levelC[l][i][t] * rest[c])
			}
			for j := i + 1; j < k; j++ {
				u[i] -= float64(ll[j][i] * u[j])
			}
			u[i] /= ll[i][i]
		}
	}
	for f, g := range s.groups {
		k := len(g.columns)
		for l := range g.names {
			at := z.start[f] + l*k
			copy(b[at:at+k], spread(s.lambdas[f], b[at:at+k]))
		}
	}
	for i, w := range z.expand(b) {
		v[i] -= w
	}
	return v
}

func zero(v []float64) bool {
	for _, x := range v {
		if x != 0 {
			return false
		}
	}
	return true
}

// islands numbers the sets of levels that no row links, [factor][level], and each level among those of its
// factor in its island. Subjects are islands of their own where nothing crosses them.
func (z *randomPart) islands() (island, rank [][]int, number int) {
	groups := z.s.groups
	var first []int // of each factor's levels
	n := 0
	for _, g := range groups {
		first = append(first, n)
		n += len(g.names)
	}
	parent := make([]int, n)
	for i := range parent {
		parent[i] = i
	}
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for i := range z.s.n {
		a := root(groups[0].row[i])
		for f, g := range groups[1:] {
			parent[root(first[f+1]+g.row[i])] = a
		}
	}
	at := make([]int, n)
	for i := range at {
		at[i] = -1
	}
	for f, g := range groups {
		island, rank = append(island, make([]int, len(g.names))), append(rank, make([]int, len(g.names)))
		for l := range g.names {
			r := root(first[f] + l)
			if at[r] < 0 {
				at[r] = number
				number++
			}
			island[f][l] = at[r]
		}
	}
	for f := range groups {
		seen := make([]int, number)
		for l, k := range island[f] {
			rank[f][l] = seen[k]
			seen[k]++
		}
	}
	return island, rank, number
}

// traces returns tr(V⁻¹D₁V⁻¹D₂) of all directions, with D = V as the first, from the blocks of Z'V⁻¹Z
// between levels. Levels of islands that no row links are taken together.
func (z *randomPart) traces(dirs []direction, stop func() error) ([][]float64, error) {
	groups := z.s.groups
	island, rank, number := z.islands()
	type turn struct{ factor, rank int }
	var turns []turn
	for f := range groups {
		most := 0
		for _, r := range rank[f] {
			most = max(most, r)
		}
		for r := range most + 1 {
			turns = append(turns, turn{f, r})
		}
	}
	parts := make([][][]float64, len(turns))
	linalg.Parallel(len(turns), func(at int) {
		if stop() != nil {
			return
		}
		parts[at] = z.traceOf(dirs, turns[at].factor, turns[at].rank, island, rank, number)
	})
	if err := stop(); err != nil {
		return nil, err
	}
	out := linalg.Zeros(len(dirs) + 1)
	for _, part := range parts {
		for i := range out {
			for j := range i + 1 {
				out[i][j] += part[i][j]
			}
		}
	}
	out[0][0] = float64(z.s.n)
	for i := range out {
		for j := range i {
			out[j][i] = out[i][j]
		}
	}
	return out, nil
}

// traceOf returns the share of the levels of a factor that have a rank in their islands, lower triangle.
func (z *randomPart) traceOf(dirs []direction, factor, r int, island, rank [][]int, number int) [][]float64 {
	groups := z.s.groups
	g := groups[factor]
	k := len(g.columns)
	level := make([]int, number) // of each island, -1 for none
	for i := range level {
		level[i] = -1
	}
	for l, a := range rank[factor] {
		if a == r {
			level[island[factor][l]] = l
		}
	}
	w := make([][]float64, k) // columns of Z'V⁻¹Z
	for c, column := range g.columns {
		v := make([]float64, z.s.n)
		for i, l := range g.row {
			if rank[factor][l] == r {
				v[i] = column[i]
			}
		}
		w[c] = z.project(z.solve(v))
	}
	out := linalg.Zeros(len(dirs) + 1)
	for j, dj := range dirs {
		if dj.factor > factor {
			continue
		}
		h := groups[dj.factor]
		kh := len(h.columns)
		for m := range h.names {
			l := level[island[dj.factor][m]]
			if l < 0 {
				continue
			}
			at := z.start[dj.factor] + m*kh
			for i, di := range dirs {
				if di.factor != factor || i < j {
					continue
				}
				for _, a := range di.pairs() {
					for _, b := range dj.pairs() {
						out[i+1][j+1] += float64(w[a[0]][at+b[1]] * w[a[1]][at+b[0]])
					}
				}
			}
			if dj.factor == factor && l == m {
				for _, b := range dj.pairs() {
					out[j+1][0] += w[b[0]][at+b[1]]
				}
			}
		}
	}
	return out
}
