package behavior

import (
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// irtRest counts what persons answered other than most did: of two items, the
// pairs of such answers are few.
type irtRest struct {
	usual []int   // the most frequent response to each item; -1 where most have none
	most  []int   // places of other responses to an item
	code  [][]int // of each pattern's responses: -1 for the usual one, 0, 1, ... for others
}

func (f *irtFit) rest() (r irtRest) {
	r.code = make([][]int, len(f.patterns))
	for i := range r.code {
		r.code[i] = make([]int, len(f.items))
	}
	for j := range f.items {
		often := make([]float64, f.items[j].cats+1) // the first is for missing ones
		for i, row := range f.patterns {
			often[row[j]+1] += f.count[i]
		}
		usual := 0
		for x, n := range often {
			if n > often[usual] {
				usual = x
			}
		}
		for i, row := range f.patterns {
			switch x := row[j] + 1; {
			case x == usual:
				r.code[i][j] = -1
			case x > usual:
				r.code[i][j] = x - 1
			default:
				r.code[i][j] = x
			}
		}
		r.usual, r.most = append(r.usual, usual-1), append(r.most, f.items[j].cats)
	}
	return r
}

// response is that of a code of item j.
func (r *irtRest) response(j, code int) int {
	if code <= r.usual[j] {
		return code - 1
	}
	return code
}

// together returns Σ over persons and nodes of w s s', with the scores s of
// each response, [item][category][parameter][node], and weights[pattern][node].
//
// With the score b of the usual response to an item and c the difference of
// another from it, two items have
//
//	Σ w s s' = Σ w s b' + b Σ w (s - b)' + Σ w c c'
//
// of which the last is summed over how often two responses come together.
func (f *irtFit) together(size int, score [][][][]float64, weights [][]float64) [][]float64 {
	n := len(f.nodes.theta)
	rest := f.rest()
	total := make([]float64, n)
	for _, w := range weights {
		vec.AddBlock(total, total, w)
	}
	// Of each parameter of an item: base is b, sums Σ w s, left Σ w (s - b).
	base, sums, left := make([][][]float64, len(f.items)), make([][][]float64, len(f.items)), make([][][]float64, len(f.items))
	change := make([][][][]float64, len(f.items)) // c, [item][code][parameter][node]
	product := make([]float64, n)
	for j := range f.items {
		if score[j] == nil {
			continue
		}
		base[j], sums[j], left[j] = linalg.Matrix(len(f.items[j].at), n), linalg.Matrix(len(f.items[j].at), n), linalg.Matrix(len(f.items[j].at), n)
		change[j] = make([][][]float64, rest.most[j])
		for code := range change[j] {
			change[j][code] = linalg.Matrix(len(f.items[j].at), n)
		}
		for k := range f.items[j].at {
			if u := rest.usual[j]; u >= 0 {
				copy(base[j][k], score[j][u][k])
			}
			for x, count := range f.counts[j] {
				vec.MulBlock(product, count, score[j][x][k])
				vec.AddBlock(sums[j][k], sums[j][k], product)
			}
			vec.MulBlock(product, total, base[j][k])
			vec.SubBlock(left[j][k], sums[j][k], product)
			for code, c := range change[j] {
				if x := rest.response(j, code); x >= 0 {
					copy(c[k], score[j][x][k])
				}
				vec.SubBlock(c[k], c[k], base[j][k])
			}
		}
	}
	blocks := make([][][][]float64, len(f.items)) // [item][item before it][parameter][parameter]
	linalg.Parallel(len(f.items), func(j int) {
		if score[j] == nil {
			return
		}
		often := f.pairs(j, &rest, weights)
		t := make([]float64, n)
		both := make([]float64, n)
		blocks[j] = make([][][]float64, j+1)
		for k := range j + 1 {
			if score[k] == nil {
				continue
			}
			block := linalg.Matrix(len(f.items[j].at), len(f.items[k].at))
			blocks[j][k] = block
			for p := range block {
				if k == j {
					for x, count := range f.counts[j] {
						vec.MulBlock(t, count, score[j][x][p])
						for q := range block[p] {
							block[p][q] += vec.DotBlock(t, score[j][x][q])
						}
					}
					continue
				}
				for q := range block[p] {
					block[p][q] = vec.DotBlock(sums[j][p], base[k][q]) + vec.DotBlock(base[j][p], left[k][q])
				}
				for d, c := range change[k] {
					vec.FillBlock(t, 0)
					any := false
					for a, together := range often {
						if w := together[k][d]; w != nil {
							vec.MulBlock(both, w, change[j][a][p])
							vec.AddBlock(t, t, both)
							any = true
						}
					}
					for q := range block[p] {
						if any {
							block[p][q] += vec.DotBlock(t, c[q])
						}
					}
				}
			}
		}
	})
	out := linalg.Zeros(size)
	for j, row := range blocks {
		for k, block := range row {
			for p := range block {
				for q, v := range block[p] {
					x, y := f.items[j].at[p], f.items[k].at[q]
					out[x][y] += v
					if j != k {
						out[y][x] += v
					}
				}
			}
		}
	}
	return out
}

// pairs returns the weights of persons with a response to item j and one to an
// item before it, neither the usual one: [code][item][code][node], nil where nobody has both.
func (f *irtFit) pairs(j int, rest *irtRest, weights [][]float64) [][][][]float64 {
	out := make([][][][]float64, rest.most[j])
	for a := range out {
		out[a] = make([][][]float64, j)
		for k := range j {
			out[a][k] = make([][]float64, rest.most[k])
		}
	}
	for i, code := range rest.code {
		a := code[j]
		if a < 0 {
			continue
		}
		w := weights[i]
		for k, d := range code[:j] {
			if d < 0 {
				continue
			}
			sum := &out[a][k][d]
			if *sum == nil {
				*sum = make([]float64, len(w))
			}
			vec.AddBlock(*sum, *sum, w)
		}
	}
	return out
}
