package decode

import "fmt"

// Ridge classifies by least squares with a penalty on the squares of the
// weights. It is a Model for CrossValidate.
type Ridge struct {
	// Alpha is the strength of the penalty; 0 means 1.
	Alpha float64
}

// NewRidge returns a ridge classifier with Alpha = 1, as scikit-learn's
// RidgeClassifier.
func NewRidge() Ridge { return Ridge{Alpha: 1} }

// Fit finds the weights that come nearest to 1 for samples of a class and to -1
// for all others:
//
//	min Σ_i (w·x_i + b - s_i)² + Alpha Σ w²
//
// The intercept is not penalised. Two classes have one row of weights, more have
// one each. x is [sample][feature], y the label of each sample.
//
// No samples or features, rows of unequal length, NaN, Inf, values above 1e100
// in size, a single class, and an Alpha that is negative or not finite are
// errors.
//
// Source: Hoerl and Kennard 1970. Checked against scikit-learn 1.9.1's
// RidgeClassifier.
func (r Ridge) Fit(x [][]float64, y []int) (*LinearFit, error) {
	const caller = "Ridge.Fit"
	alpha, err := strength(caller, "Alpha", r.Alpha)
	if err != nil {
		return nil, err
	}
	t, err := newTraining(caller, x, y)
	if err != nil {
		return nil, err
	}
	n, d := len(x), len(x[0])
	if err := checkSize(n, d, len(t.classes)); err != nil {
		return nil, err
	}
	task := watch(caller, max(n, d), min(n, d))
	defer task.End()
	data, mean, _ := centre(x)
	// The smaller of X'X and XX' is inverted.
	small := min(n, d)
	factor := newLower(small)
	if small == d {
		for i := 0; i < n && task.Err() == nil; i++ {
			row := data[i*d : (i+1)*d]
			for j, v := range row {
				addTimes(factor.row(j), v, row[:j+1])
			}
		}
	} else {
		for i := 0; i < n && task.Err() == nil; i++ {
			for j := range i + 1 {
				factor.row(i)[j] = dot(data[i*d:(i+1)*d], data[j*d:(j+1)*d])
			}
		}
	}
	for i := range small {
		factor.row(i)[i] += alpha
	}
	if factor.factor(task); task.Err() != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
	}
	fit := &LinearFit{Method: fmt.Sprintf("ridge classifier, alpha %g", alpha), Classes: t.classes, Samples: n}
	for k, count := range t.count {
		if len(t.classes) == 2 && k == 0 {
			continue
		}
		middle := float64(2*count-n) / float64(n)
		target := make([]float64, n)
		for i, index := range t.index {
			target[i] = -1 - middle
			if index == k {
				target[i] = 1 - middle
			}
		}
		w := make([]float64, d)
		if small == d {
			for i, v := range target {
				addTimes(w, v, data[i*d:(i+1)*d])
			}
			factor.solve(w)
		} else {
			factor.solve(target)
			for i, v := range target {
				addTimes(w, v, data[i*d:(i+1)*d])
			}
		}
		fit.Coef, fit.Intercept = append(fit.Coef, w), append(fit.Intercept, middle-dot(w, mean))
	}
	return fit, nil
}

// FitPredict fits x and y and returns the predicted labels of test; with it a
// Ridge is a Model.
func (r Ridge) FitPredict(x [][]float64, y []int, test [][]float64) ([]int, error) {
	fit, err := r.Fit(x, y)
	if err != nil {
		return nil, err
	}
	return fit.Predict(test), nil
}
