package decode

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// An RDM holds the dissimilarities of the patterns of conditions: a
// representational dissimilarity matrix.
type RDM struct {
	Conditions []int // the labels, ascending
	// D are the dissimilarities above the diagonal, row after row: of the first
	// condition and the second, the first and the third, ...
	D        []float64
	Distance string
	// Names, where set, label the figure instead of Conditions.
	Names []string
	// Name is what the matrix is of, such as a model or a subject.
	Name string
}

// RDMOptions say how dissimilar patterns are.
type RDMOptions struct {
	// Distance is "correlation" (default), "euclidean", "mahalanobis" or
	// "crossnobis".
	Distance string
	// Fold holds the partition of each sample, such as its run: crossnobis needs
	// it.
	Fold []int
}

// Dissimilarity returns the dissimilarities of the mean patterns m of conditions
// over P features:
//
//	"correlation": 1 - r(m_a, m_b)
//	"euclidean":   |m_a - m_b|² / P
//	"mahalanobis": (m_a - m_b)ᵀ S⁻¹ (m_a - m_b) / P
//	"crossnobis":  the mean over pairs of different folds f and g of
//	               (m_a - m_b)_fᵀ S⁻¹ (m_a - m_b)_g / P
//
// S is the covariance of the samples about the means of their conditions (and
// folds), shrunk to a multiple of the unit matrix as Ledoit and Wolf 2004, so
// that it can be inverted with more features than samples. Noise makes all but
// crossnobis larger than they are; crossnobis is right on average, and below 0
// where two conditions are alike.
//
// x is [sample][feature], y the condition of each sample. Unequal lengths, NaN,
// Inf, fewer than 2 conditions, a pattern without variance over features
// (correlation), an unknown Distance, a condition that a fold lacks, fewer than 2
// folds, and one sample of each condition (and fold), which leaves no noise, are
// errors.
//
// Sources: Kriegeskorte, Mur and Bandettini 2008; Walther et al. 2016, NeuroImage
// 137:188. Checked against rsatoolbox 0.3.2 with its "shrinkage_eye" noise, which
// crossnobis equals where folds have as many samples of each condition; elsewhere it
// weighs folds by their samples, here they count alike.
func Dissimilarity(x [][]float64, y []int, o RDMOptions) (*RDM, error) {
	const caller = "Dissimilarity"
	t, err := newTraining(caller, x, y)
	if err != nil {
		return nil, err
	}
	if o.Distance == "" {
		o.Distance = "correlation"
	}
	r := &RDM{Conditions: t.classes, Distance: o.Distance}
	k, d := len(t.classes), len(x[0])
	if o.Fold != nil && o.Distance != "crossnobis" {
		return nil, fmt.Errorf("decode: %s: Fold is for \"crossnobis\"; Distance is %q", caller, o.Distance)
	}
	fold := make([]int, len(y))
	switch o.Distance {
	case "correlation", "euclidean", "mahalanobis":
	case "crossnobis":
		if len(o.Fold) != len(y) {
			return nil, fmt.Errorf("decode: %s: y has %d samples and Fold has %d; crossnobis needs the fold of each, such as its run", caller, len(y), len(o.Fold))
		}
		fold = o.Fold
	default:
		return nil, fmt.Errorf("decode: %s: Distance is %q; allowed are \"correlation\", \"euclidean\", \"mahalanobis\" and \"crossnobis\"", caller, o.Distance)
	}
	folds := labels(fold)
	if o.Distance == "crossnobis" && len(folds) < 2 {
		return nil, fmt.Errorf("decode: %s: all samples are in fold %d; crossnobis needs at least two folds", caller, folds[0])
	}
	means, index, err := foldMeans(caller, t, x, fold, folds)
	if err != nil {
		return nil, err
	}
	patterns := means
	if o.Distance == "mahalanobis" || o.Distance == "crossnobis" {
		if patterns, err = whitened(caller, x, means, index); err != nil {
			return nil, err
		}
	}
	if o.Distance == "correlation" {
		for c, m := range means[0] {
			unitPattern(m)
			if dot(m, m) == 0 {
				return nil, fmt.Errorf("decode: %s: the mean pattern of condition %d is the same in all %d features; it has no correlations", caller, t.classes[c], d)
			}
		}
	}
	da, db := make([]float64, d), make([]float64, d)
	for a := range k {
		for b := a + 1; b < k; b++ {
			v := 0.0
			switch o.Distance {
			case "correlation":
				v = 1 - dot(means[0][a], means[0][b])
			case "euclidean":
				v = squaredDistance(means[0][a], means[0][b], -1) / float64(d)
			case "mahalanobis":
				for j := range da {
					da[j] = means[0][a][j] - means[0][b][j]
					db[j] = patterns[0][a][j] - patterns[0][b][j]
				}
				v = dot(da, db) / float64(d)
			default:
				// Σ over f != g of δ_f S⁻¹ δ_g = (Σ δ_f) S⁻¹ (Σ δ_g) - Σ δ_f S⁻¹ δ_f
				sa, sb, own := make([]float64, d), make([]float64, d), 0.0
				for f := range folds {
					for j := range da {
						da[j] = means[f][a][j] - means[f][b][j]
						db[j] = patterns[f][a][j] - patterns[f][b][j]
						sa[j] += da[j]
						sb[j] += db[j]
					}
					own += dot(da, db)
				}
				m := float64(len(folds))
				v = (dot(sa, sb) - own) / (m * (m - 1)) / float64(d)
			}
			r.D = append(r.D, v)
		}
	}
	return r, nil
}

// foldMeans returns the mean patterns, [fold][condition][feature], and where the
// mean of each sample is.
func foldMeans(caller string, t *training, x [][]float64, fold, folds []int) (means [][][]float64, index [][2]int, err error) {
	k, d := len(t.classes), len(x[0])
	count := make([][]float64, len(folds))
	for f := range folds {
		means, count[f] = append(means, make([][]float64, k)), make([]float64, k)
		for c := range means[f] {
			means[f][c] = make([]float64, d)
		}
	}
	for i, row := range x {
		f, c := sort.SearchInts(folds, fold[i]), t.index[i]
		index = append(index, [2]int{f, c})
		count[f][c]++
		for j, v := range row {
			means[f][c][j] += v
		}
	}
	for f := range folds {
		for c, m := range means[f] {
			if count[f][c] == 0 {
				return nil, nil, fmt.Errorf("decode: %s: condition %d has no sample in fold %d; each fold needs all conditions", caller, t.classes[c], folds[f])
			}
			for j := range m {
				m[j] /= count[f][c]
			}
		}
	}
	return means, index, nil
}

// whitened returns S⁻¹ times the mean patterns.
func whitened(caller string, x [][]float64, means [][][]float64, index [][2]int) ([][][]float64, error) {
	d := len(x[0])
	if d > 4096 {
		return nil, fmt.Errorf("decode: %s: %d features are too many for the covariance of the noise, at most 4096 fit", caller, d)
	}
	free := len(x) - len(means)*len(means[0])
	if free < 1 {
		return nil, fmt.Errorf("decode: %s: there is one sample of each condition and fold, which leaves no noise to measure; take \"euclidean\" or \"correlation\", or give more samples", caller)
	}
	residual := make([][]float64, len(x))
	for i, row := range x {
		m := means[index[i][0]][index[i][1]]
		residual[i] = make([]float64, d)
		for j, v := range row {
			residual[i][j] = v - m[j]
		}
	}
	c := linalg.Covariance(residual)
	linalg.LedoitWolf(residual, c)
	scale := float64(len(x)) / float64(free)
	for i := range c {
		for j := range c[i] {
			c[i][j] *= scale
		}
	}
	inverse, dependent := linalg.InversePositive(c, 1e-14)
	if dependent >= 0 {
		return nil, fmt.Errorf("decode: %s: the noise of feature %d follows from those before it; leave it out", caller, dependent)
	}
	out := make([][][]float64, len(means))
	for f := range means {
		for _, m := range means[f] {
			w := make([]float64, d)
			for j := range w {
				w[j] = dot(inverse[j], m)
			}
			out[f] = append(out[f], w)
		}
	}
	return out, nil
}

// ModelRDM returns the matrix of a model from its dissimilarities,
// [condition][condition], such as 0 within and 1 between categories. Only what is
// above the diagonal counts.
//
// Rows of unequal length, fewer than 2 conditions, an asymmetric matrix, NaN and
// Inf are errors.
func ModelRDM(name string, d [][]float64) (*RDM, error) {
	const caller = "ModelRDM"
	if len(d) < 2 {
		return nil, fmt.Errorf("decode: %s: d has %d conditions, at least 2 are needed", caller, len(d))
	}
	for i, row := range d {
		if len(row) != len(d) {
			return nil, fmt.Errorf("decode: %s: d[%d] has %d values, it must have one for each of the %d conditions", caller, i, len(row), len(d))
		}
	}
	r := &RDM{Name: name, Distance: "model"}
	for i, row := range d {
		r.Conditions = append(r.Conditions, i)
		for j, v := range row {
			if !(math.Abs(v) <= math.MaxFloat64) {
				return nil, fmt.Errorf("decode: %s: d[%d][%d] is %g, dissimilarities must be finite", caller, i, j, v)
			}
			if v != d[j][i] {
				return nil, fmt.Errorf("decode: %s: d[%d][%d] is %g and d[%d][%d] is %g, the matrix must be symmetric", caller, i, j, v, j, i, d[j][i])
			}
			if j > i {
				r.D = append(r.D, v)
			}
		}
	}
	return r, nil
}

// At returns the dissimilarity of two conditions by their places; 0 of one with
// itself.
func (r *RDM) At(a, b int) float64 {
	if a == b {
		return 0
	}
	if a > b {
		a, b = b, a
	}
	k := len(r.Conditions)
	return r.D[a*k-a*(a+1)/2+b-a-1]
}

// Matrix returns all dissimilarities, [condition][condition].
func (r *RDM) Matrix() [][]float64 {
	m := linalg.Zeros(len(r.Conditions))
	for a := range m {
		for b := range m {
			m[a][b] = r.At(a, b)
		}
	}
	return m
}

// String says what the matrix holds.
func (r *RDM) String() string {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range r.D {
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	name := r.Name
	if name != "" {
		name += ": "
	}
	return fmt.Sprintf("%sdissimilarity (%s) of %d conditions, %.3g to %.3g", name, r.Distance, len(r.Conditions), lo, hi)
}

// Plot draws the matrix.
func (r *RDM) Plot() *figure.Figure {
	names := r.Names
	if len(names) != len(r.Conditions) {
		names = nil
		for _, c := range r.Conditions {
			names = append(names, fmt.Sprint(c))
		}
	}
	f := classMatrix(r.String(), r.Matrix(), names, figure.Axis{Label: "condition"}, figure.Axis{Label: "condition"}, figure.Axis{Label: "dissimilarity"}, "", 0, 0)
	if len(names) > 30 {
		p := &f.Panels[0]
		p.X.Ticks, p.X.Names, p.Y.Ticks, p.Y.Names = nil, nil, nil, nil
	}
	return f
}

// Show draws the matrix; its text is String.
func (r *RDM) Show() display.Bundle {
	b := r.Plot().Show()
	b.Data[display.TypeText] = r.String()
	return b
}
