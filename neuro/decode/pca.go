package decode

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// PCA finds the directions in which samples vary most. It is a Step of a
// Pipeline.
type PCA struct {
	// Components is how many are kept; 0 means all: the smaller of samples and
	// features.
	Components int
	// Share, above 0, keeps as few components as have at least this share of the
	// variance between them, such as 0.95; Components is 0 then.
	Share float64
	// Whiten divides what comes out by its standard deviation.
	Whiten bool
}

// A PCAFit holds the principal components of samples.
type PCAFit struct {
	Mean       []float64   // of each feature
	Components [][]float64 // [component][feature], of length 1; the largest element is positive
	Variance   []float64   // along each component, divided by n-1
	Ratio      []float64   // share of the whole variance
	Samples    int

	whiten bool
}

// Fit returns the principal components: the eigenvectors of the covariance, by
// the eigenvectors of the smaller of the products of the centred samples with
// themselves.
//
// x is [sample][feature]. Fewer than 2 samples, rows of unequal length, NaN, Inf,
// samples that are all equal, more Components than samples or features, a Share
// that is not from 0 to 1, and both of them are errors. Source: Pearson 1901;
// Hotelling 1933. Checked against scikit-learn 1.9.1's PCA.
func (p PCA) Fit(x [][]float64) (*PCAFit, error) {
	const caller = "PCA.Fit"
	if err := checkData(caller, x, make([]int, len(x))); err != nil {
		return nil, err
	}
	n, d := len(x), len(x[0])
	most := min(n, d)
	switch {
	case n < 2:
		return nil, fmt.Errorf("decode: %s: x has 1 sample, at least 2 are needed", caller)
	case p.Components < 0 || p.Components > most:
		return nil, fmt.Errorf("decode: %s: Components is %d with %d samples of %d features; at most %d are possible, 0 means all", caller, p.Components, n, d, most)
	case !(p.Share >= 0 && p.Share <= 1):
		return nil, fmt.Errorf("decode: %s: Share is %g; it must be above 0 and at most 1, or 0 for none", caller, p.Share)
	case p.Share > 0 && p.Components > 0:
		return nil, fmt.Errorf("decode: %s: Components (%d) and Share (%g) are both set; take one of them", caller, p.Components, p.Share)
	case most > 8192:
		return nil, fmt.Errorf("decode: %s: %d samples of %d features are too many for their products, the smaller number must be at most 8192", caller, n, d)
	}
	data, mean, _ := centre(x)
	f := &PCAFit{Mean: mean, Samples: n, whiten: p.Whiten}
	task := watch(caller, n, d*most)
	defer task.End()
	values, vectors, err := principal(caller, data, n, d, task)
	if err != nil {
		return nil, err
	}
	total := dot(data, data)
	if total == 0 {
		return nil, fmt.Errorf("decode: %s: all %d samples are equal, they have no directions", caller, n)
	}
	keep := p.Components
	if keep == 0 {
		keep = most
	}
	so := 0.0
	for k := 0; k < keep; k++ {
		f.Components = append(f.Components, vectors[k])
		f.Variance = append(f.Variance, values[k]/float64(n-1))
		f.Ratio = append(f.Ratio, values[k]/total)
		if so += f.Ratio[k]; p.Share > 0 && so >= p.Share-1e-12 {
			break
		}
	}
	return f, nil
}

// principal returns the squares of the singular values of data, [sample][feature]
// with means of 0, the largest first, and the directions in feature space. Those
// of vanishing variance are completed to an orthonormal set.
func principal(caller string, data []float64, n, d int, task *display.Counter) ([]float64, [][]float64, error) {
	small := min(n, d)
	m := linalg.Zeros(small)
	if d <= n {
		for i := range n {
			if task.Err() != nil {
				return nil, nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
			}
			row := data[i*d : (i+1)*d]
			for j, v := range row {
				addTimes(m[j][:j+1], v, row[:j+1])
			}
		}
	} else {
		for i := range n {
			if task.Err() != nil {
				return nil, nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
			}
			for j := range i + 1 {
				m[i][j] = dot(data[i*d:(i+1)*d], data[j*d:(j+1)*d])
			}
		}
	}
	values, vectors, ok := linalg.Symmetric(m)
	if !ok {
		return nil, nil, fmt.Errorf("decode: %s: the products of the samples are not finite; rescale them", caller)
	}
	for i, j := 0, small-1; i < j; i, j = i+1, j-1 {
		values[i], values[j] = values[j], values[i]
		vectors[i], vectors[j] = vectors[j], vectors[i]
	}
	for i, v := range values {
		values[i] = math.Max(v, 0)
	}
	if d <= n {
		return values, vectors, nil
	}
	out := make([][]float64, small)
	for k, u := range vectors {
		w := make([]float64, d)
		if values[k] > 1e-14*values[0] {
			for i, v := range u {
				addTimes(w, v, data[i*d:(i+1)*d])
			}
		}
		out[k] = orthonormal(w, out[:k], k)
		turn(out[k])
	}
	return values, out, nil
}

// orthonormal makes w one of length 1 at right angles to the others; where nothing
// is left of it, it begins with unit vectors.
func orthonormal(w []float64, others [][]float64, first int) []float64 {
	for try := 0; ; try++ {
		size := math.Sqrt(dot(w, w))
		left := size
		for range 2 {
			for _, o := range others {
				addTimes(w, -dot(w, o), o)
			}
			left = math.Sqrt(dot(w, w))
		}
		if left > 1e-3*size && left > 0 {
			for j := range w {
				w[j] /= left
			}
			return w
		}
		clear(w)
		w[(first+try)%len(w)] = 1
	}
}

// turn gives the largest element, of equal ones the first, a positive sign.
func turn(w []float64) {
	at := 0
	for j, v := range w {
		if math.Abs(v) > math.Abs(w[at]) {
			at = j
		}
	}
	if w[at] < 0 {
		for j := range w {
			w[j] = -w[j]
		}
	}
}

// FitStep is Fit for a Pipeline; it does not look at y.
func (p PCA) FitStep(x [][]float64, _ []int) (Transform, error) { return p.Fit(x) }

// Apply returns the place of each row of x along the components, [sample][component].
// A row with another number of features is an error.
func (f *PCAFit) Apply(x [][]float64) ([][]float64, error) {
	out, err := projected("PCAFit.Apply", x, f.Mean, f.Components)
	if err != nil || !f.whiten {
		return out, err
	}
	for _, row := range out {
		for k := range row {
			if f.Variance[k] > 0 {
				row[k] /= math.Sqrt(f.Variance[k])
			} else {
				row[k] = 0
			}
		}
	}
	return out, nil
}

// projected returns the products of each row of x, less mean, with the rows of onto.
func projected(call string, x [][]float64, mean []float64, onto [][]float64) ([][]float64, error) {
	out := make([][]float64, len(x))
	centred := make([]float64, len(mean))
	for i, row := range x {
		if len(row) != len(mean) {
			return nil, wrongWidth(call, i, len(row), len(mean))
		}
		for j, v := range row {
			centred[j] = v - mean[j]
		}
		out[i] = make([]float64, len(onto))
		for k, w := range onto {
			out[i][k] = dot(w, centred)
		}
	}
	return out, nil
}

// Table returns the variance of each component.
func (f *PCAFit) Table() table.Table {
	var number, sum []float64
	so := 0.0
	for k, r := range f.Ratio {
		so += r
		number, sum = append(number, float64(k+1)), append(sum, so)
	}
	return table.Table{Title: f.String(), Cols: []table.Col{
		{Name: "component", Num: number}, {Name: "variance", Num: f.Variance}, {Name: "share", Num: f.Ratio}, {Name: "share with those before", Num: sum},
	}}
}

// String says how much the components hold.
func (f *PCAFit) String() string {
	so := 0.0
	for _, r := range f.Ratio {
		so += r
	}
	return fmt.Sprintf("principal components: %d of %d features, %.1f %% of the variance of %d samples", len(f.Components), len(f.Mean), 100*so, f.Samples)
}

// Plot draws the share of the variance of each component, and of all up to it.
func (f *PCAFit) Plot() *figure.Figure {
	var x, share, all []float64
	so := 0.0
	for k, r := range f.Ratio {
		so += r
		x, share, all = append(x, float64(k+1)), append(share, 100*r), append(all, 100*so)
	}
	return &figure.Figure{Title: f.String(), Panels: []figure.Panel{{
		X: figure.Axis{Label: "component", Min: 0.5, Max: float64(len(x)) + 0.5},
		Y: figure.Axis{Label: "share of variance", Unit: "%", Max: 100},
		Layers: []figure.Layer{
			{Kind: figure.Stems, Name: "of the component", X: x, Y: share, Color: "blue"},
			{Kind: figure.Line, Name: "of all up to it", X: x, Y: all, Color: "orange"},
			{Kind: figure.Points, X: x, Y: all, Color: "orange"},
		},
	}}}
}

// Show draws the figure; its text is String.
func (f *PCAFit) Show() display.Bundle {
	b := f.Plot().Show()
	b.Data[display.TypeText] = f.String()
	return b
}
