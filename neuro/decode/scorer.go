package decode

// FitScore fits x and y and returns the predicted labels of test and the
// probabilities of the classes, of two the distances from the boundary; with it a
// Logistic is a Scorer.
func (l Logistic) FitScore(x [][]float64, y []int, test [][]float64) ([]int, [][]float64, error) {
	fit, err := l.Fit(x, y)
	if err != nil {
		return nil, nil, err
	}
	score := make([][]float64, len(test))
	for i, row := range test {
		score[i] = posterior(fit.scores("FitScore", i, row))
	}
	return fit.Predict(test), score, nil
}

// FitScore fits x and y and returns the predicted labels of test and the
// probabilities of the classes, of two the distances from the boundary; with it an
// LDA is a Scorer.
func (l LDA) FitScore(x [][]float64, y []int, test [][]float64) ([]int, [][]float64, error) {
	fit, err := l.Fit(x, y)
	if err != nil {
		return nil, nil, err
	}
	score := fit.Decision(test)
	for i := range score {
		score[i] = posterior(score[i])
	}
	return fit.Predict(test), score, nil
}

// FitScore fits x and y and returns the predicted labels of test and the
// Decision of each class, none for a hinge with more than two classes; with it an
// SVM is a Scorer.
func (s SVM) FitScore(x [][]float64, y []int, test [][]float64) ([]int, [][]float64, error) {
	fit, err := s.Fit(x, y)
	return fit.score(test, err)
}

// FitScore fits x and y and returns the predicted labels of test and the
// Decision of each class; with it a Ridge is a Scorer.
func (r Ridge) FitScore(x [][]float64, y []int, test [][]float64) ([]int, [][]float64, error) {
	fit, err := r.Fit(x, y)
	return fit.score(test, err)
}

// FitScore fits x and y and returns the predicted labels of test and the
// probabilities of the classes; with it a NaiveBayes is a Scorer.
func (b NaiveBayes) FitScore(x [][]float64, y []int, test [][]float64) ([]int, [][]float64, error) {
	fit, err := b.Fit(x, y)
	if err != nil {
		return nil, nil, err
	}
	return fit.Predict(test), fit.Proba(test), nil
}

func (f *LinearFit) score(test [][]float64, err error) ([]int, [][]float64, error) {
	if err != nil {
		return nil, nil, err
	}
	predicted := f.Predict(test)
	if len(f.Pairs) > 1 {
		return predicted, nil, nil
	}
	z := f.Decision(test)
	for i := range z {
		z[i] = bothSides(z[i])
	}
	return predicted, z, nil
}

// bothSides gives each of two classes a score where there is one for the second.
func bothSides(z []float64) []float64 {
	if len(z) == 1 {
		return []float64{-z[0], z[0]}
	}
	return z
}

// posterior returns the probabilities of three and more classes from their linear
// scores.
func posterior(z []float64) []float64 {
	if len(z) == 1 {
		return bothSides(z)
	}
	softmax(z)
	return z
}
