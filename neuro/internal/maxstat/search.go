package maxstat

import (
	"math"
	"math/bits"
	"runtime"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A Search takes the largest statistics of rearranged maps.
//
// Residuals e of the reduced model, of length 1 in each voxel, are rearranged by
// rearranging weights instead: a tested column x gives r = x'Pe, and what the
// whole model leaves is 1 - (z'Pe)² - ... for the columns z of the rest that
// do not stay within their own space. r or, of several columns, R² is what is
// computed for every voxel; t and F follow from it and rise with it, so that
// only the largest must be turned into one.
type Search struct {
	Maps         int
	Tested, Rest [][]float64 // orthonormal columns: what is tested and what is not, [column][map]
	Centred      bool        // whether a constant is among the rest
	// Row sets dst to the values of map i at points lo and after.
	Row  func(dst []float64, i, lo int)
	Flat func(point int) bool // where maps do not vary; nil: nowhere known

	Graph    *Graph
	OneSided bool
	Enhance  *Enhance // nil: no enhancement
	DF, DF1  float64  // of residuals and, for F, of what is tested; DF1 0 is t
	// Threshold is the t or F beyond which points form clusters; 0: there are none.
	Threshold float64
	Sum       bool // whether the mass of a cluster is the sum of statistics, not of what they exceed Threshold by
	Task      *display.Counter

	limit float64 // Threshold as r or R²
}

// stopped reports whether nobody waits for the result any more.
func (s *Search) stopped() bool { return s.Task.Err() != nil }

// Found holds the largest values of each rearrangement, and, of the data, all.
type Found struct {
	Max, Size, Mass, TFCE []float64
	Map0, Enhanced        []float64 // of the first rearrangement, where they were to be kept
}

// statistic returns t or F of r or R².
func (s *Search) statistic(r float64) float64 {
	if s.DF1 > 0 {
		return r / s.DF1 / (math.Max(1-r, 1e-15) / s.DF)
	}
	return float64(r * math.Sqrt(s.DF/math.Max(1-float64(r*r), 1e-15)))
}

// correlation returns r of a t, or R² of an F.
func (s *Search) correlation(x float64) float64 {
	if s.DF1 > 0 {
		return float64(x*s.DF1) / (float64(x*s.DF1) + s.DF)
	}
	return x / math.Sqrt(float64(x*x)+s.DF)
}

// kernel is the weights of a rearrangement: of the tested columns and of those
// of the rest that must be fitted again.
type kernel struct {
	tested, rest [][]float64
	signs        []uint64 // instead of one tested column that is scale times 1 or -1: which are -1
	scale        float64
}

// kernels returns the weights of rearrangements from one number to another; by sign where all of them can be
// written so.
func (s *Search) kernels(from, to int, at func(int) (from []int, sign []float64)) []kernel {
	out := make([]kernel, to-from)
	for k := range out {
		place, sign := at(from + k)
		moved := func(q []float64) []float64 {
			w := make([]float64, len(q))
			for i, v := range q {
				w[place[i]] = float64(v * sign[i])
			}
			return w
		}
		for _, q := range s.Rest {
			w := moved(q)
			Project(w, s.Rest)
			if Length(w) > 1e-10 {
				out[k].rest = append(out[k].rest, w)
			}
		}
		for _, q := range s.Tested {
			out[k].tested = append(out[k].tested, moved(q))
		}
		if len(out[k].rest) == 0 && len(s.Tested) == 1 {
			out[k].signs, out[k].scale = bySign(out[k].tested[0], s.Centred)
		}
	}
	return out
}

// bySign returns the signs and the size of weights that have two values: a and
// -a, or any two where residuals sum to 0, to which a constant adds nothing.
func bySign(w []float64, centred bool) (signs []uint64, scale float64) {
	lo, hi := slices.Min(w), slices.Max(w)
	middle := (hi + lo) / 2
	if !centred || lo == hi {
		if lo == hi {
			lo = -hi
		}
		if math.Abs(lo+hi) > 1e-12*(hi-lo) {
			return nil, 0
		}
		middle = 0
	}
	scale = float64((hi - lo) / 2)
	signs = make([]uint64, (len(w)+63)/64)
	for i, v := range w {
		if math.Abs(math.Abs(v-middle)-scale) > float64(1e-12*scale) {
			return nil, 0
		}
		if v < middle {
			signs[i/64] |= 1 << (i % 64)
		}
	}
	return signs, math.Abs(scale)
}

const (
	lane   = 128 // points at a time: what is done to them stays in the cache
	nibble = 4   // maps whose sums with all signs are made once
)

// Run searches n rearrangements; with keep, of the first one all values are kept.
func (s *Search) Run(n int, at func(int) (from []int, sign []float64), keep bool) Found {
	width := s.Graph.N
	s.limit = math.Inf(1)
	if s.Threshold > 0 {
		s.limit = s.correlation(s.Threshold)
	}
	var f Found
	f.Max = make([]float64, n)
	clusters := !math.IsInf(s.limit, 1)
	if clusters {
		f.Size, f.Mass = make([]float64, n), make([]float64, n)
	}
	batch := min(n, 4096)
	if clusters {
		batch = min(batch, 512)
	}
	if s.Enhance != nil {
		f.TFCE = make([]float64, n)
		// Maps are kept whole: up to 64 MB of them.
		batch = min(batch, max(runtime.GOMAXPROCS(0), (8<<20)/width))
	}
	if keep {
		f.Map0 = make([]float64, width)
	}
	lanes := (width + lane - 1) / lane
	workers := max(1, min(runtime.GOMAXPROCS(0), lanes))
	for from := 0; from < n && !s.stopped(); from += batch {
		some := s.kernels(from, min(n, from+batch), at)
		maps := make([][]float64, len(some))
		if s.Enhance != nil || keep {
			for k := range maps {
				maps[k] = make([]float64, width)
			}
		}
		// Each worker has its own stretch of voxels, so that lists of the
		// voxels beyond the limit are in order when they are put together.
		largest, lists := make([][]float64, workers), make([][][]Excess, workers)
		linalg.Parallel(workers, func(w int) {
			v := s.newVisitor(len(some))
			largest[w], lists[w] = v.largest, v.lists
			for b := w * lanes / workers; b < (w+1)*lanes/workers; b++ {
				if s.stopped() {
					return
				}
				v.visit(some, b*lane, min(width, (b+1)*lane), maps)
			}
		})
		for k := range some {
			for w := range workers {
				f.Max[from+k] = math.Max(f.Max[from+k], largest[w][k])
			}
			f.Max[from+k] = s.statistic(f.Max[from+k])
		}
		s.Task.Add(len(some))
		if !clusters && s.Enhance == nil && !keep {
			continue
		}
		workers := min(runtime.GOMAXPROCS(0), len(some))
		linalg.Parallel(workers, func(w int) {
			find := NewFinder(s.Graph)
			var e *Enhancer
			if s.Enhance != nil {
				e = NewEnhancer(s.Graph, *s.Enhance)
			}
			var list []Excess
			for k := w; k < len(some); k += workers {
				if s.stopped() {
					return
				}
				if clusters {
					list = list[:0]
					for _, l := range lists {
						list = append(list, l[k]...)
					}
					f.Size[from+k], f.Mass[from+k] = s.largestCluster(find, list)
				}
				if maps[k] != nil {
					s.statistics(maps[k])
				}
				if keep {
					copy(f.Map0, maps[k])
				}
				if s.Enhance != nil {
					var out []float64
					if keep {
						f.Enhanced = make([]float64, width)
						out = f.Enhanced
					}
					f.TFCE[from+k] = e.Enhance(maps[k], out)
					s.Task.Add(1)
				}
			}
		})
	}
	return f
}

// statistics turns a map of r or R² into one of t or F.
func (s *Search) statistics(r []float64) {
	for i, v := range r {
		r[i] = s.statistic(v)
	}
}

// largestCluster returns the size and the mass of the largest clusters.
func (s *Search) largestCluster(f *Finder, list []Excess) (size, mass float64) {
	kept := list[:0]
	for _, e := range list {
		if t := s.statistic(e.Value); math.Abs(t) > s.Threshold {
			if !s.Sum {
				t = Less(t, s.Threshold)
			}
			kept = append(kept, Excess{e.Point, t})
		}
	}
	f.Clusters(kept, func(members []int32, m float64) {
		size, mass = math.Max(size, float64(len(members))), math.Max(mass, m)
	})
	return size, mass
}

// A visitor computes r or R² of all rearrangements for some voxels.
type visitor struct {
	s       *Search
	largest []float64
	lists   [][]Excess

	e            [][]float64 // residuals, [map][voxel]
	sums         [][]float64 // of four maps with signs + and those of the index, [four*8 + index][voxel]
	r, part, den []float64
	masks        [2]vec.Mask
	mask         vec.Mask // of those beyond
}

func (s *Search) newVisitor(arrangements int) *visitor {
	n := s.Maps
	v := &visitor{s: s, largest: make([]float64, arrangements), lists: make([][]Excess, arrangements),
		r: make([]float64, lane), part: make([]float64, lane), den: make([]float64, lane), masks: [2]vec.Mask{vec.NewMask(lane), vec.NewMask(lane)}}
	for range n {
		v.e = append(v.e, make([]float64, lane))
	}
	for range (n + nibble - 1) / nibble * 8 {
		v.sums = append(v.sums, make([]float64, lane))
	}
	return v
}

func (v *visitor) visit(ks []kernel, lo, hi int, maps [][]float64) {
	w := hi - lo
	v.load(lo, w)
	signs := ks[0].signs != nil
	if signs {
		v.tabulate(w)
	}
	both := !v.s.OneSided
	for k := range ks {
		r := v.r[:w]
		if ks[k].signs != nil && signs {
			v.bySums(&ks[k], r)
		} else {
			v.byWeights(&ks[k], r)
		}
		if v.beyond(r, v.largest[k], both, false) {
			top := v.largest[k]
			for _, x := range r {
				if both && x < 0 {
					x = -x
				}
				if x > top {
					top = x
				}
			}
			v.largest[k] = top
		}
		// A little below the limit, for what rounding does to t.
		if near := float64(v.s.limit * (1 - 1e-12)); v.beyond(r, near, both, true) {
			for word, m := range v.mask {
				for ; m != 0; m &= m - 1 {
					i := 64*word + bits.TrailingZeros64(m)
					v.lists[k] = append(v.lists[k], Excess{int32(lo + i), r[i]})
				}
			}
		}
		if maps[k] != nil {
			copy(maps[k][lo:hi], r)
		}
	}
}

// beyond sets the mask to where r, or its size, is more than a limit, or as much with
// equal, and tells whether it is anywhere.
func (v *visitor) beyond(r []float64, limit float64, both, equal bool) bool {
	v.mask = v.masks[0][:(len(r)+63)/64]
	below := v.masks[1][:len(v.mask)]
	if equal {
		vec.GreaterEqualConstBlock(v.mask, r, limit)
	} else {
		vec.GreaterConstBlock(v.mask, r, limit)
	}
	if both {
		if equal {
			vec.LessEqualConstBlock(below, r, -limit)
		} else {
			vec.LessConstBlock(below, r, -limit)
		}
		v.mask.Or(v.mask, below)
	}
	return v.mask.Any()
}

// load takes the residuals of the reduced model at w voxels, of length 1, or 0
// where the maps do not vary.
func (v *visitor) load(lo, w int) {
	s := v.s
	for i, e := range v.e {
		s.Row(e[:w], i, lo)
	}
	whole := v.den[:w]
	v.squares(whole)
	for _, z := range v.s.Rest {
		part := v.part[:w]
		clear(part)
		for i, e := range v.e {
			vec.FMAScaleBlock(part, e[:w], z[i], part)
		}
		for i, e := range v.e {
			vec.FMAScaleBlock(e[:w], part, -z[i], e[:w])
		}
	}
	size := v.r[:w]
	v.squares(size)
	for k := range size {
		if size[k] > 1e-24*whole[k] && (s.Flat == nil || !s.Flat(lo+k)) {
			size[k] = 1 / math.Sqrt(size[k])
		} else {
			size[k] = 0
		}
	}
	for _, e := range v.e {
		vec.MulBlock(e[:w], e[:w], size)
	}
}

func (v *visitor) squares(sum []float64) {
	clear(sum)
	for _, e := range v.e {
		vec.FMABlock(sum, e[:len(sum)], e[:len(sum)], sum)
	}
}

// tabulate makes the sums of every four maps with all signs of three of them;
// the other eight are their negatives.
func (v *visitor) tabulate(w int) {
	for four := 0; four*nibble < len(v.e); four++ {
		for code := range 8 {
			sum := v.sums[four*8+code][:w]
			copy(sum, v.e[four*nibble][:w])
			for j := 1; j < nibble && four*nibble+j < len(v.e); j++ {
				if code>>(j-1)&1 == 0 {
					vec.AddBlock(sum, sum, v.e[four*nibble+j][:w])
				} else {
					vec.SubBlock(sum, sum, v.e[four*nibble+j][:w])
				}
			}
		}
	}
}

// bySums adds the sums that the signs of a rearrangement ask for.
func (v *visitor) bySums(k *kernel, r []float64) {
	w := len(r)
	for four := 0; four*nibble < len(v.e); four++ {
		code := k.signs[four*nibble/64] >> (four * nibble % 64) & 15
		minus := code&1 != 0
		if minus {
			code = ^code & 15
		}
		sum := v.sums[four*8+int(code>>1)][:w]
		switch {
		case four == 0 && minus:
			vec.NegBlock(r, sum)
		case four == 0:
			copy(r, sum)
		case minus:
			vec.SubBlock(r, r, sum)
		default:
			vec.AddBlock(r, r, sum)
		}
	}
	vec.MulConstBlock(r, r, k.scale)
	if v.s.DF1 > 0 { // F of one column
		vec.MulBlock(r, r, r)
	}
}

// byWeights is the sum of maps times weights.
func (v *visitor) byWeights(k *kernel, r []float64) {
	w := len(r)
	part, den := v.part[:w], v.den[:w]
	dot := func(weights []float64) {
		clear(part)
		for i, e := range v.e {
			if weights[i] != 0 {
				vec.FMAScaleBlock(part, e[:w], weights[i], part)
			}
		}
	}
	several := v.s.DF1 > 0
	clear(r)
	for _, x := range k.tested {
		dot(x)
		if several {
			vec.FMABlock(r, part, part, r)
		} else {
			copy(r, part)
		}
	}
	if len(k.rest) == 0 {
		return
	}
	vec.FillBlock(den, 1)
	for _, z := range k.rest {
		dot(z)
		vec.FNMABlock(den, part, part, den)
	}
	for i, d := range den {
		switch {
		case !(d > 1e-15):
			r[i] = 0
		case several:
			r[i] /= d
		default:
			r[i] /= math.Sqrt(d)
		}
	}
}

// Unmoved leaves n maps in their places.
func Unmoved(n int) (from []int, sign []float64) {
	from, sign = make([]int, n), make([]float64, n)
	for i := range n {
		from[i], sign[i] = i, 1
	}
	return from, sign
}
