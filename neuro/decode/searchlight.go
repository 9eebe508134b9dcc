package decode

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sort"
	"sync/atomic"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

// SearchlightOptions say how a searchlight decodes; zero fields take the
// defaults named here.
type SearchlightOptions struct {
	// Model is what decodes; nil means NewSVM(). Those of this package run on
	// all processors; others, such as a Func, one call after the other.
	Model Model
	// Centres is a mask of where spheres are centred; nil means all voxels of
	// the mask.
	Centres *nifti.Image
	// Permutations is how many times labels are shuffled within their groups;
	// 0 means none and gives no p-values.
	Permutations int
	Seed         uint64
}

// A SearchlightMap says how well the voxels around each centre tell the classes.
type SearchlightMap struct {
	Radius   float64   `unit:"mm"` // of the spheres, mm
	Voxels   []int     // the centres, as indexes into nifti.Image.Volume
	Sizes    []int     // number of voxels in the sphere of each
	Accuracy []float64 // mean over folds of the fraction predicted right
	Chance   float64   // accuracy of always naming the most frequent class
	Samples  int
	Classes  []int // the labels, ascending
	Folds    int

	// PMax and P are probabilities of an accuracy this high or higher without
	// any relation, nil without permutations: PMax corrected for all centres by
	// the largest accuracy of each shuffling, P of a centre by itself.
	PMax, P []float64
	NullMax []float64 // largest accuracy over all centres for each shuffling
	Exact   bool      // whether the shufflings are all that there are

	mask *nifti.Image
}

// Searchlight decodes from every sphere of voxels in turn: for each centre it
// cross-validates a model on the voxels within radius (mm), leaving one group out
// at a time.
//
// x is [sample][voxel] with the voxels of mask in the order of
// [nifti.Image.Volume], as [Patterns] gives them, y the label of each sample and
// group its run (see [LeaveOneGroupOut]): samples of one run are never on both
// sides. A sphere holds the voxels of mask whose centres are within radius of
// its own.
//
// With Permutations, labels change places within their groups, the same way in
// all spheres, and
//
//	p = (1 + number of shufflings at least as accurate) / (1 + number of shufflings)
//
// or, where there are no more shufflings than that, the share of all of them.
//
// It is an error when lengths differ, a value is NaN or infinite, there is one
// class or one group, radius is negative or not finite, a centre is not in mask,
// and when the model has one, which names the centre.
//
// Source: Kriegeskorte, Goebel and Bandettini 2006, PNAS 103:3863; permutations
// as in Stelzer, Chen and Turner 2013 (labels) and Nichols and Holmes 2002 (largest
// statistic). Checked against nilearn 0.14.1's SearchLight with LeaveOneGroupOut.
func Searchlight(x [][]float64, mask *nifti.Image, y, group []int, radius float64, o SearchlightOptions) (*SearchlightMap, error) {
	provenance.Random("decode.Searchlight", o.Seed)
	m, err := searchlight(x, mask, y, group, radius, o)
	if err != nil {
		return nil, fmt.Errorf("decode: Searchlight: %w", err)
	}
	return m, nil
}

func searchlight(x [][]float64, mask *nifti.Image, y, group []int, radius float64, o SearchlightOptions) (*SearchlightMap, error) {
	s := &light{x: x, y: y, model: o.Model}
	if s.model == nil {
		s.model = NewSVM()
	}
	voxels, err := inside("mask", mask)
	if err != nil {
		return nil, err
	}
	if s.groups, err = checkGroups(x, y, group); err != nil {
		return nil, err
	}
	if len(x[0]) != len(voxels) {
		return nil, fmt.Errorf("x has %d voxels and mask has %d; Patterns(im, mask) gives those of the mask", len(x[0]), len(voxels))
	}
	if !(radius >= 0) || math.IsInf(radius, 0) {
		return nil, fmt.Errorf("radius is %g mm; it must be 0 or more", radius)
	}
	if o.Permutations < 0 {
		return nil, fmt.Errorf("Permutations is %d; it must be 0 or more", o.Permutations)
	}
	centres := voxels
	if o.Centres != nil {
		if err := nifti.SameGrid(mask, o.Centres); err != nil {
			return nil, fmt.Errorf("mask and Centres: %w", err)
		}
		if centres, err = inside("Centres", o.Centres); err != nil {
			return nil, err
		}
		for _, v := range centres {
			if _, in := slices.BinarySearch(voxels, v); !in {
				return nil, fmt.Errorf("Centres has voxel %s, which mask leaves out", voxelName(mask, v))
			}
		}
	}
	s.spheres = newSpheres(mask, voxels, radius)
	m := &SearchlightMap{Radius: radius, Voxels: centres, Sizes: make([]int, len(centres)), Accuracy: make([]float64, len(centres)),
		Chance: majority(y), Samples: len(y), Classes: labels(y), Folds: len(s.groups), mask: mask}
	s.shuffled = [][]int{y}
	if o.Permutations > 0 {
		all, exact, err := shuffleWithin(y, group, o.Permutations, o.Seed)
		if err != nil {
			return nil, err
		}
		s.shuffled = append(s.shuffled, all...)
		m.Exact = exact
		m.P = make([]float64, len(centres))
	}
	s.task = display.Start("decode.Searchlight", "spheres", len(centres))
	defer s.task.End()

	workers := 1
	if steady(s.model) {
		workers = min(runtime.GOMAXPROCS(0), len(centres))
	}
	failed := make([]error, workers)
	first := make([]int, workers) // centre at which a worker failed
	largest := make([][]float64, workers)
	var next atomic.Int64 // spheres are handed out one by one: where a map's are big does not matter
	linalg.Parallel(workers, func(w int) {
		work := s.newSphere()
		largest[w] = make([]float64, len(s.shuffled))
		for failed[w] == nil {
			c := int(next.Add(1)) - 1
			if c >= len(centres) {
				return
			}
			if failed[w] = s.task.Err(); failed[w] != nil {
				return
			}
			if err := work.decode(centres[c]); err != nil {
				failed[w], first[w] = fmt.Errorf("the sphere about voxel %s with %d voxels: %w", voxelName(mask, centres[c]), len(work.at), err), c
				return
			}
			m.Accuracy[c], m.Sizes[c] = work.accuracy[0], len(work.at)
			for k, a := range work.accuracy {
				largest[w][k] = max(largest[w][k], a)
			}
			if m.P != nil {
				m.P[c] = stats.PermutationP(work.accuracy[:1], work.accuracy[1:], m.Exact)[0]
			}
			s.task.Add(1)
		}
	})
	if err := s.task.Err(); err != nil {
		return nil, err
	}
	if err := earliest(failed, first); err != nil {
		return nil, err
	}
	if m.P != nil {
		m.NullMax = make([]float64, len(s.shuffled)-1)
		for _, l := range largest {
			for k := range m.NullMax {
				m.NullMax[k] = max(m.NullMax[k], l[k+1])
			}
		}
		m.PMax = stats.PermutationP(m.Accuracy, m.NullMax, m.Exact)
	}
	return m, nil
}

// checkGroups checks samples, labels and groups, and returns the samples of each
// group, in the order of their labels.
func checkGroups(x [][]float64, y, group []int) ([][]int, error) {
	if len(x) != len(y) || len(group) != len(y) {
		return nil, fmt.Errorf("x has %d samples, y has %d and group has %d, they must have the same length", len(x), len(y), len(group))
	}
	if len(x) == 0 {
		return nil, errors.New("x is empty, samples are needed")
	}
	for i, row := range x {
		if len(row) != len(x[0]) {
			return nil, fmt.Errorf("x[%d] has %d values and x[0] has %d, all samples must have the same number", i, len(row), len(x[0]))
		}
		for j, v := range row {
			if !(math.Abs(v) <= 1e100) {
				return nil, fmt.Errorf("x[%d][%d] is %g, values must be finite and at most 1e100 in size", i, j, v)
			}
		}
	}
	if c := labels(y); len(c) < 2 {
		return nil, fmt.Errorf("all %d samples have label %d, at least two classes are needed", len(y), c[0])
	}
	names := labels(group)
	if len(names) < 2 {
		return nil, fmt.Errorf("all %d samples are in group %d, at least two groups are needed", len(y), names[0])
	}
	groups := make([][]int, len(names))
	for i, g := range group {
		k := sort.SearchInts(names, g)
		groups[k] = append(groups[k], i)
	}
	return groups, nil
}

// shuffleWithin returns labels with their places changed within groups: n times at
// random, or all ways when there are no more than that.
func shuffleWithin(y, group []int, n int, seed uint64) (all [][]int, exact bool, err error) {
	design := make([][]float64, len(y))
	for i, v := range y {
		design[i] = []float64{float64(v)}
	}
	r, err := stats.Exchange{Blocks: group, N: n, Seed: seed}.Draw(design)
	if err != nil {
		return nil, false, err
	}
	for k := range r.N {
		shuffled := make([]int, len(y))
		for i, from := range r.At(k).From {
			shuffled[i] = y[from]
		}
		all = append(all, shuffled)
	}
	return all, r.All, nil
}

// steady reports whether calls of a model may run side by side and leave their
// arguments as they are.
func steady(m Model) bool {
	switch m.(type) {
	case SVM, LDA, Ridge, NaiveBayes, Correlation, Logistic, Neighbours:
		return true
	}
	return false
}

// earliest returns the error of the worker that failed at the lowest place, which
// does not depend on how many workers there are.
func earliest(failed []error, first []int) error {
	at := -1
	for w, err := range failed {
		if err != nil && (at < 0 || first[w] < first[at]) {
			at = w
		}
	}
	if at < 0 {
		return nil
	}
	return failed[at]
}

// A light is a searchlight at work.
type light struct {
	x        [][]float64
	y        []int
	groups   [][]int // samples of each
	model    Model
	spheres  *spheres
	shuffled [][]int // labels as given, and shuffled
	task     *display.Counter
}

// A sphere is where a worker decodes.
type sphere struct {
	s           *light
	at          []int       // places of voxels in the mask
	rows        [][]float64 // [sample][voxel]
	train, test [][]float64
	labels      []int
	accuracy    []float64 // with each labelling
}

func (s *light) newSphere() *sphere {
	return &sphere{s: s, rows: make([][]float64, len(s.x)), accuracy: make([]float64, len(s.shuffled))}
}

// decode fills accuracy for the sphere about a voxel.
func (w *sphere) decode(centre int) error {
	s := w.s
	w.at = s.spheres.about(w.at[:0], centre)
	for i, row := range s.x {
		w.rows[i] = slices.Grow(w.rows[i][:0], len(w.at))
		for _, v := range w.at {
			w.rows[i] = append(w.rows[i], row[v])
		}
	}
	return w.validate()
}

// validate fills accuracy for rows with each labelling.
func (w *sphere) validate() error {
	s := w.s
	own := steady(s.model)
	clear(w.accuracy)
	for k, y := range s.shuffled {
		for g, out := range s.groups {
			if err := s.task.Err(); err != nil {
				return err
			}
			w.train, w.test, w.labels = w.train[:0], w.test[:0], w.labels[:0]
			for h, members := range s.groups {
				for _, i := range members {
					row := w.rows[i]
					if !own {
						row = slices.Clone(row)
					}
					if h == g {
						w.test = append(w.test, row)
					} else {
						w.train, w.labels = append(w.train, row), append(w.labels, y[i])
					}
				}
			}
			predicted, err := s.model.FitPredict(w.train, w.labels, w.test)
			if err != nil {
				return fmt.Errorf("fold %d of %d: %w", g+1, len(s.groups), err)
			}
			if len(predicted) != len(out) {
				return fmt.Errorf("the model predicted %d labels for %d samples, it must predict one for each", len(predicted), len(out))
			}
			right := 0
			for j, i := range out {
				if predicted[j] == y[i] {
					right++
				}
			}
			w.accuracy[k] += float64(right) / float64(len(out))
		}
		w.accuracy[k] /= float64(len(s.groups))
	}
	return nil
}

// spheres finds the voxels of a mask near others.
type spheres struct {
	n       [3]int
	place   []int32  // of each voxel of a volume in the mask, -1 outside
	offsets [][3]int // in order of the index of the voxel
}

func newSpheres(mask *nifti.Image, voxels []int, radius float64) *spheres {
	s := &spheres{}
	s.n[0], s.n[1], s.n[2] = mask.Grid()
	s.place = make([]int32, s.n[0]*s.n[1]*s.n[2])
	for i := range s.place {
		s.place[i] = -1
	}
	for k, v := range voxels {
		s.place[v] = int32(k)
	}
	// How far a sphere can reach along each axis, which need not be at right
	// angles, is told by the rows of the inverse affine.
	var reach [3]int
	x0, y0, z0 := mask.Voxel(0, 0, 0)
	var sum [3]float64
	for d := range 3 {
		var p [3]float64
		p[d] = 1
		x, y, z := mask.Voxel(p[0], p[1], p[2])
		for a, v := range [3]float64{x - x0, y - y0, z - z0} {
			sum[a] += float64(v * v)
		}
	}
	for a := range reach {
		reach[a] = int(min(float64(s.n[a]-1), math.Ceil(float64(radius*math.Sqrt(sum[a])))))
	}
	a := &mask.Affine
	for z := -reach[2]; z <= reach[2]; z++ {
		for y := -reach[1]; y <= reach[1]; y++ {
			for x := -reach[0]; x <= reach[0]; x++ {
				d := 0.0
				for i := range 3 {
					v := float64(a[i][0]*float64(x)) + float64(a[i][1]*float64(y)) + float64(a[i][2]*float64(z))
					d += float64(v * v)
				}
				if d <= float64(radius*radius) {
					s.offsets = append(s.offsets, [3]int{x, y, z})
				}
			}
		}
	}
	return s
}

// about appends the places in the mask of the voxels about a centre.
func (s *spheres) about(at []int, centre int) []int {
	cx, cy, cz := centre%s.n[0], centre/s.n[0]%s.n[1], centre/(s.n[0]*s.n[1])
	for _, o := range s.offsets {
		x, y, z := cx+o[0], cy+o[1], cz+o[2]
		if uint(x) >= uint(s.n[0]) || uint(y) >= uint(s.n[1]) || uint(z) >= uint(s.n[2]) {
			continue
		}
		if p := s.place[(z*s.n[1]+y)*s.n[0]+x]; p >= 0 {
			at = append(at, int(p))
		}
	}
	return at
}

// Image returns a result as an image: "accuracy", "size" (voxels in the sphere), and
// after permutations "pmax" (corrected) and "p". Outside of the centres
// probabilities are 1 and all else 0. Another name, and probabilities that were not
// computed, are panics that say so.
func (m *SearchlightMap) Image(which string) *nifti.Image {
	var values []float64
	outside := 0.0
	switch which {
	case "accuracy":
		values = m.Accuracy
	case "size":
		for _, n := range m.Sizes {
			values = append(values, float64(n))
		}
	case "pmax":
		values, outside = m.PMax, 1
	case "p":
		values, outside = m.P, 1
	default:
		panic(fmt.Sprintf("decode: SearchlightMap.Image: which is %q; allowed are \"accuracy\", \"size\", \"pmax\" and \"p\"", which))
	}
	if values == nil {
		panic(fmt.Sprintf("decode: SearchlightMap.Image: %q was not computed; set Permutations of the options", which))
	}
	nx, ny, nz := m.mask.Grid()
	all := make([]float64, nx*ny*nz)
	for i := range all {
		all[i] = outside
	}
	for i, v := range m.Voxels {
		all[v] = values[i]
	}
	im, err := nifti.New([]int{nx, ny, nz}, m.mask.Affine, all)
	if err != nil { // the mask has this shape
		panic(fmt.Sprintf("decode: %v", err))
	}
	im.Space, im.Name, im.Label = m.mask.Space, "searchlight", which
	return im
}

// Best returns the centre with the highest accuracy, of equal ones the first: its
// place in Voxels.
func (m *SearchlightMap) Best() int {
	best := 0
	for i, a := range m.Accuracy {
		if a > m.Accuracy[best] {
			best = i
		}
	}
	return best
}

// String says what was found.
func (m *SearchlightMap) String() string {
	best := m.Best()
	s := fmt.Sprintf("searchlight of %g mm at %d voxels: accuracy up to %.3f at %s over %d groups left out in turn (chance %.3f)", m.Radius, len(m.Voxels), m.Accuracy[best], voxelName(m.mask, m.Voxels[best]), m.Folds, m.Chance)
	if m.PMax != nil {
		significant := 0
		for _, p := range m.PMax {
			if p <= 0.05 {
				significant++
			}
		}
		s += fmt.Sprintf("; %d voxels with corrected p <= 0.05 (%d permutations)", significant, len(m.NullMax))
	}
	return s
}

// Plot draws the accuracy over bg, such as the mean of the run, where it is
// threshold or more. Errors are those of plot.Overlay.
func (m *SearchlightMap) Plot(bg *nifti.Image, threshold float64) (*figure.Figure, error) {
	f, err := nifti.OverlayFigure(bg, m.Image("accuracy"), threshold)
	if err != nil {
		return nil, fmt.Errorf("decode: SearchlightMap.Plot: %w", err)
	}
	return f, nil
}

// Show draws slices of the accuracy; its text is String.
func (m *SearchlightMap) Show() display.Bundle {
	b := nifti.SlicesFigure(m.Image("accuracy")).Show()
	b.Data[display.TypeText] = m.String()
	return b
}
