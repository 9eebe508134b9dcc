package decode

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// LDA is Fisher's linear discriminant with a shrunk covariance. It is a Model
// for CrossValidate.
type LDA struct {
	// Shrinkage draws the covariance within classes towards the variances
	// alone, up to 1. 0 chooses it by the formula of Ledoit and Wolf; -1 is none,
	// which needs more samples than features and classes together.
	Shrinkage float64
}

// NewLDA returns a linear discriminant whose shrinkage is chosen from the data,
// as scikit-learn's LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto").
func NewLDA() LDA { return LDA{} }

// Fit finds the weights that separate classes of normal features with means m_k
// and one covariance S:
//
//	w_k = S⁻¹ m_k,   b_k = -m_k·w_k/2 + log(n_k/n)
//
// S is the mean over samples of the covariances of the classes, whose divisors
// are their numbers of samples. Each is shrunk to (1-s) C + s v I, where v is
// its mean variance; a shrinkage that is chosen from the data is that of
// features in units of their standard deviations in the class. Two classes give
// the difference of their rows.
//
// x is [sample][feature], y the label of each sample. The weights of two classes
// are, up to scale, Fisher's (1936).
//
// No samples or features, rows of unequal length, NaN, Inf, values above 1e100
// in size, a single class, a Shrinkage above 1 or negative but for -1, and a
// covariance that cannot be inverted are errors.
//
// Source: Ledoit and Wolf 2004; for patterns of activity Pereira, Mitchell and
// Botvinick 2009. Checked against scikit-learn 1.9.1's
// LinearDiscriminantAnalysis(solver="lsqr").
func (l LDA) Fit(x [][]float64, y []int) (*LinearFit, error) {
	const caller = "LDA.Fit"
	if !(l.Shrinkage >= 0 && l.Shrinkage <= 1 || l.Shrinkage == -1) {
		return nil, fmt.Errorf("decode: %s: Shrinkage is %g; it must be 0 to 1, 0 being chosen from the data, or -1 for none", caller, l.Shrinkage)
	}
	t, err := newTraining(caller, x, y)
	if err != nil {
		return nil, err
	}
	n, d, classes := len(x), len(x[0]), len(t.classes)
	if err := checkSize(n, max(n, d)+1, classes); err != nil {
		return nil, err
	}
	if d > 16384 {
		return nil, fmt.Errorf("decode: %s: %d features are too many for their covariance, at most 16384 fit", caller, d)
	}
	if n <= classes && l.Shrinkage == -1 {
		return nil, fmt.Errorf("decode: %s: %d samples of %d classes have no variance within classes", caller, n, classes)
	}
	task := watch(caller, max(n, d), d)
	defer task.End()
	mean := t.means(x)
	pooled := linalg.Zeros(d)
	for k := range t.classes {
		if task.Add(1); task.Err() != nil {
			return nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
		}
		var own [][]float64
		for i, row := range x {
			if t.index[i] == k {
				c := make([]float64, d)
				vec.SubBlock(c, row, mean[k])
				own = append(own, c)
			}
		}
		sd := make([]float64, d)
		for j := range sd {
			sd[j] = 1
		}
		if l.Shrinkage == 0 {
			unitVariance(own, sd, mean[k])
		}
		share := float64(len(own)) / float64(n)
		c := linalg.Covariance(own)
		switch {
		case l.Shrinkage == 0:
			linalg.LedoitWolf(own, c)
		case l.Shrinkage > 0:
			linalg.Shrink(c, l.Shrinkage)
		}
		for i, row := range c {
			for j, v := range row {
				pooled[i][j] += float64(share * v * sd[i] * sd[j])
			}
		}
	}
	factor := newLower(d)
	for i := range d {
		copy(factor.row(i), pooled[i][:i+1])
	}
	if factor.factor(task); task.Err() != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
	}
	for i := range d {
		if pivot := factor.row(i)[i]; !(pivot*pivot > 1e-12*pooled[i][i]) {
			return nil, fmt.Errorf("decode: %s: the covariance of %d features in %d samples cannot be inverted (feature %d is constant within classes or follows from those before it); a Shrinkage of 0 chooses one that can", caller, d, n, i)
		}
	}
	fit := &LinearFit{Method: "linear discriminant", Classes: t.classes, Samples: n}
	for k, m := range mean {
		w := append([]float64(nil), m...)
		factor.solve(w)
		fit.Coef = append(fit.Coef, w)
		fit.Intercept = append(fit.Intercept, vec.Log(float64(t.count[k])/float64(n))-float64(dot(w, m)/2))
	}
	if classes == 2 {
		w := fit.Coef[1]
		vec.SubBlock(w, w, fit.Coef[0])
		fit.Coef, fit.Intercept = [][]float64{w}, []float64{fit.Intercept[1] - fit.Intercept[0]}
	}
	return fit, nil
}

// unitVariance divides centred features by their standard deviations, which go
// to sd; those that are constant but for the rounding of their mean stay.
func unitVariance(x [][]float64, sd, mean []float64) {
	for j := range sd {
		v := 0.0
		for _, row := range x {
			v += float64(row[j] * row[j])
		}
		v /= float64(len(x))
		if s := math.Sqrt(v); s > 1e-14*math.Abs(mean[j]) && s > 0 {
			sd[j] = s
			for _, row := range x {
				row[j] /= s
			}
		}
	}
}

// FitPredict fits x and y and returns the predicted labels of test; with it an
// LDA is a Model.
func (l LDA) FitPredict(x [][]float64, y []int, test [][]float64) ([]int, error) {
	fit, err := l.Fit(x, y)
	if err != nil {
		return nil, err
	}
	return fit.Predict(test), nil
}
