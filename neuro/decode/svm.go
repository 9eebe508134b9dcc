package decode

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// SVM is the linear support vector machine. It is a Model for CrossValidate.
type SVM struct {
	// C is the inverse strength of the penalty: larger fits the training data
	// more closely. 0 means 1.
	C float64
	// Loss is what a sample on the wrong side of its margin costs: "squared
	// hinge", which "" means, or "hinge"; see Fit.
	Loss string
}

// NewSVM returns a support vector machine with C = 1 and the squared hinge, as
// scikit-learn's LinearSVC and nilearn's "svc".
func NewSVM() SVM { return SVM{C: 1, Loss: "squared hinge"} }

// Fit finds the weights of the widest margin.
//
//	"squared hinge":  (Σ w² + b²)/2 + C Σ_i max(0, 1 - s_i (w·x_i + b))²
//	"hinge":          Σ w²/2        + C Σ_i max(0, 1 - s_i (w·x_i + b))
//
// with s_i = 1 or -1 for the two classes. The squared hinge penalises the
// intercept as if it were the weight of a feature that is always 1, and tells
// each class from all others (one row of weights per class, one row for two
// classes). The hinge leaves the intercept free and tells each pair of classes
// apart, in the order 0-1, 0-2, ..., 1-2, ...; the class with most votes wins.
//
// x is [sample][feature], y the label of each sample. The solution is the
// optimum to rounding, the same for any order of samples but for the last
// digits; peers that iterate to a tolerance stop nearby.
//
// No samples or features, rows of unequal length, NaN, Inf, values above 1e100
// in size, a single class, an unknown Loss, and a C that is negative or not
// finite are errors.
//
// Source: Cortes and Vapnik 1995; Newton steps as in Keerthi and DeCoste 2005
// (squared hinge); decomposition as in Fan, Chen and Lin 2005 (hinge). Checked
// against scikit-learn 1.9.1's LinearSVC and SVC(kernel="linear").
func (s SVM) Fit(x [][]float64, y []int) (*LinearFit, error) {
	const caller = "SVM.Fit"
	c, err := strength(caller, "C", s.C)
	if err != nil {
		return nil, err
	}
	t, err := newTraining(caller, x, y)
	if err != nil {
		return nil, err
	}
	if err := checkSize(len(x), len(x[0])+1, len(t.classes)); err != nil {
		return nil, err
	}
	task := watch(caller, len(x), len(x[0]))
	defer task.End()
	fit := &LinearFit{Method: "support vector machine", Classes: t.classes, Samples: len(x)}
	switch s.Loss {
	case "", "squared hinge":
		err = fit.squaredHinge(t, x, c, task)
	case "hinge":
		err = fit.hinge(t, x, c, task)
	default:
		return nil, fmt.Errorf("decode: %s: Loss is %q; allowed are \"squared hinge\" and \"hinge\"", caller, s.Loss)
	}
	if err != nil {
		return nil, fmt.Errorf("decode: %s: %w", caller, err)
	}
	return fit, nil
}

// FitPredict fits x and y and returns the predicted labels of test; with it an
// SVM is a Model.
func (s SVM) FitPredict(x [][]float64, y []int, test [][]float64) ([]int, error) {
	fit, err := s.Fit(x, y)
	if err != nil {
		return nil, err
	}
	return fit.Predict(test), nil
}

// squaredHinge fits one row per class, or one for two.
func (f *LinearFit) squaredHinge(t *training, x [][]float64, c float64, task *display.Counter) error {
	n, d := len(x), len(x[0])+1
	z := make([]float64, n*d)
	for i, row := range x {
		copy(z[i*d:], row)
		z[i*d+d-1] = 1
	}
	// With more features than samples the weights lie in the space of the
	// samples, in which an orthonormal basis has no more directions than that.
	var basis [][]float64
	full := d
	if d > n {
		var l []float64
		basis, l = orthogonalRows(z, n, d, d)
		z, d = l, len(basis)
	}
	p := newMargins(z, n, d, c, task)
	sign := make([]float64, n)
	for k := range t.classes {
		if len(t.classes) == 2 && k == 0 {
			continue
		}
		for i, index := range t.index {
			sign[i] = -1
			if index == k {
				sign[i] = 1
			}
		}
		w, err := p.solve(sign)
		if err != nil {
			return err
		}
		if basis != nil {
			wide := make([]float64, full)
			for j, row := range basis {
				addTimes(wide, w[j], row)
			}
			w = wide
		}
		f.Coef = append(f.Coef, w[:len(w)-1:len(w)-1])
		f.Intercept = append(f.Intercept, w[len(w)-1])
	}
	return nil
}

// margins finds weights w of samples z that minimise
//
//	w·w/2 + C Σ max(0, 1 - s_i z_i·w)²
//
// by Newton's method on the samples within the margin, whose set changes a
// finite number of times.
type margins struct {
	task *display.Counter
	z    []float64 // [sample][d]
	n, d int
	c    float64

	hessian lower // I + 2 C Σ z z' over the samples within
	within  []bool
	work    lower
	whole   lower // the Hessian with all samples within, where all searches begin
	first   lower // and its factor

	w, step, gradient, margin, move []float64
	breaks                          []crossing
}

// A crossing is where along a step a sample enters or leaves the margin.
type crossing struct {
	at     float64
	sample int
}

func newMargins(z []float64, n, d int, c float64, task *display.Counter) *margins {
	p := &margins{task: task, z: z, n: n, d: d, c: c, hessian: newLower(d), work: newLower(d), whole: newLower(d), first: newLower(d), within: make([]bool, n),
		step: make([]float64, d), gradient: make([]float64, d), margin: make([]float64, n), move: make([]float64, n)}
	for j := range d {
		p.hessian.row(j)[j] = 1
	}
	for i := 0; i < n && task.Err() == nil; i++ {
		p.count(i, 2*c)
	}
	copy(p.whole.a, p.hessian.a)
	copy(p.first.a, p.hessian.a)
	p.first.factor(task)
	return p
}

func (p *margins) row(i int) []float64 { return p.z[i*p.d : (i+1)*p.d] }

// count adds sample i to the Hessian with a weight, or takes it out.
func (p *margins) count(i int, weight float64) {
	z := p.row(i)
	for j, v := range z {
		addTimes(p.hessian.row(j), weight*v, z[:j+1])
	}
}

// solve returns the weights for signs of the samples.
func (p *margins) solve(sign []float64) ([]float64, error) {
	p.w = make([]float64, p.d)
	copy(p.hessian.a, p.whole.a)
	for i := range p.margin {
		p.within[i], p.margin[i] = true, 1
	}
	settled := 0
	for round := 0; ; round++ {
		if p.task.Add(1); p.task.Err() != nil {
			return nil, p.task.Err()
		}
		copy(p.gradient, p.w)
		for i, m := range p.margin {
			if m > 0 {
				addTimes(p.gradient, -2*p.c*sign[i]*m, p.row(i))
			}
		}
		for j, g := range p.gradient {
			p.step[j] = -g
		}
		if round == 0 {
			p.first.solve(p.step)
		} else {
			copy(p.work.a, p.hessian.a)
			p.work.factor(p.task)
			p.work.solve(p.step)
		}
		for i := range p.move { // how fast a margin falls along the step
			p.move[i] = sign[i] * dot(p.row(i), p.step)
		}
		t := p.search()
		addTimes(p.w, t, p.step)
		changed := false
		for i := range p.margin {
			p.margin[i] = 1 - float64(sign[i]*dot(p.row(i), p.w))
			if in := p.margin[i] > 0; in != p.within[i] {
				p.within[i], changed = in, true
				weight := 2 * p.c
				if !in {
					weight = -weight
				}
				p.count(i, weight)
			}
		}
		// A whole step within one set of samples is exact but for the rounding
		// of the factor, which one more takes away.
		if !changed {
			settled++
		}
		small := math.Sqrt(dot(p.step, p.step)) <= 1e-11*math.Sqrt(dot(p.w, p.w))
		if settled > 1 && !changed || small {
			return p.w, nil
		}
		if round > 100+20*p.n {
			return nil, fmt.Errorf("no solution after %d steps; are the features of very different sizes?", round)
		}
	}
}

// search returns where along the step the objective is least. Its slope,
//
//	w·s + t s·s - 2 C Σ_{within at t} q_i (r_i - t q_i)
//
// rises with t and is a line between the crossings r_i = t q_i.
func (p *margins) search() float64 {
	slope, rise := dot(p.w, p.step), dot(p.step, p.step)
	p.breaks = p.breaks[:0]
	for i, r := range p.margin {
		q := p.move[i]
		// Within for small t: inside, or at the edge and moving in.
		if r > 0 || r == 0 && q < 0 {
			slope -= float64(2 * p.c * q * r)
			rise += float64(2 * p.c * q * q)
		}
		if at := r / q; q != 0 && at > 0 && !math.IsInf(at, 0) {
			p.breaks = append(p.breaks, crossing{at, i})
		}
	}
	slices.SortFunc(p.breaks, func(a, b crossing) int {
		if a.at != b.at {
			if a.at < b.at {
				return -1
			}
			return 1
		}
		return a.sample - b.sample
	})
	for _, b := range p.breaks {
		if slope+float64(rise*b.at) >= 0 {
			break
		}
		r, q := p.margin[b.sample], p.move[b.sample]
		weight := 2 * p.c
		if r > 0 { // leaves
			weight = -weight
		}
		slope -= float64(weight * q * r)
		rise += float64(weight * q * q)
	}
	if !(rise > 0) {
		return 0
	}
	return -slope / rise
}
