package decode

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/stats"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// RSAOptions say how models are compared with data.
type RSAOptions struct {
	// Method is the agreement of two matrices: "spearman" (default), "kendall"
	// (tau a, which does not favour models with ties), "pearson" or "cosine".
	Method string
	// Permutations is how many times the conditions of a model change places for
	// its p; 0 means 1000, -1 none.
	Permutations int
	Seed         uint64
}

// An RSA tells how well models explain the dissimilarities of data.
type RSA struct {
	Method string
	Models []string
	// Agreement is [model][subject], Mean and SE over subjects (SE NaN of one).
	Agreement [][]float64
	Mean, SE  []float64
	// P is the chance of a mean this high when the model's conditions change
	// places, nil without permutations.
	P []float64
	// Lower and Upper bound what a perfect model could reach with these subjects:
	// the noise ceiling. NaN for one subject.
	Lower, Upper float64
	Permutations int
	Subjects     int
	Conditions   int
}

// CompareModels compares the dissimilarities of data, one matrix for each subject,
// with those of models.
//
// The noise ceiling is how well the mean of the subjects agrees with them: Upper
// with each subject in it, which is too high, Lower with each subject left out,
// which is too low. Matrices are ranked (spearman, kendall) or brought to mean 0
// and length 1 (pearson; length 1 only for cosine) before they are averaged.
//
//	p = (1 + number of rearrangements at least as good) / (1 + number of rearrangements)
//
// where a rearrangement gives the conditions of a model other places, at random,
// the same ones for all subjects.
//
// No data, no models, matrices of unequal size, NaN, matrices without variance,
// an unknown Method and Permutations below -1 are errors. Sources: Kriegeskorte,
// Mur and Bandettini 2008, Front. Syst. Neurosci. 2:4; Nili et al. 2014, PLoS
// Comput. Biol. 10:e1003553. Agreements and ceilings are checked against
// rsatoolbox 0.3.2.
func CompareModels(data, models []*RDM, o RSAOptions) (*RSA, error) {
	const caller = "CompareModels"
	if o.Method == "" {
		o.Method = "spearman"
	}
	switch o.Method {
	case "spearman", "kendall", "pearson", "cosine":
	default:
		return nil, fmt.Errorf("decode: %s: Method is %q; allowed are \"spearman\", \"kendall\", \"pearson\" and \"cosine\"", caller, o.Method)
	}
	if o.Permutations < -1 {
		return nil, fmt.Errorf("decode: %s: Permutations is %d; it must be above 0, 0 (1000) or -1 (none)", caller, o.Permutations)
	}
	if o.Permutations == 0 {
		o.Permutations = 1000
	}
	if len(data) == 0 || len(models) == 0 {
		return nil, fmt.Errorf("decode: %s: data has %d matrices and models %d; at least one of each is needed", caller, len(data), len(models))
	}
	var size int
	for i, r := range append(append([]*RDM(nil), data...), models...) {
		name := fmt.Sprintf("data[%d]", i)
		if i >= len(data) {
			name = fmt.Sprintf("models[%d]", i-len(data))
		}
		if r == nil {
			return nil, fmt.Errorf("decode: %s: %s is nil", caller, name)
		}
		if i == 0 {
			size = len(r.Conditions)
		}
		if len(r.Conditions) != size || len(r.D) != size*(size-1)/2 || size < 3 {
			return nil, fmt.Errorf("decode: %s: %s has %d conditions and %d dissimilarities, data[0] has %d conditions; all must have as many, 3 or more", caller, name, len(r.Conditions), len(r.D), size)
		}
		vary := false
		for _, v := range r.D {
			if !(math.Abs(v) <= math.MaxFloat64) {
				return nil, fmt.Errorf("decode: %s: %s has the dissimilarity %g, all must be finite", caller, name, v)
			}
			vary = vary || v != r.D[0]
		}
		if !vary {
			return nil, fmt.Errorf("decode: %s: the dissimilarities of %s are all %g; they say nothing", caller, name, r.D[0])
		}
	}
	provenance.Random("decode."+caller, o.Seed)
	a := &RSA{Method: o.Method, Subjects: len(data), Conditions: size, Permutations: max(o.Permutations, 0)}
	prepared := make([][]float64, len(data))
	for i, r := range data {
		prepared[i] = prepare(r.D, o.Method)
	}
	task := display.Start("decode."+caller, "models", len(models)*(1+a.Permutations))
	defer task.End()
	for i, m := range models {
		name := m.Name
		if name == "" {
			name = fmt.Sprintf("model %d", i+1)
		}
		a.Models = append(a.Models, name)
		d := prepare(m.D, o.Method)
		row := make([]float64, len(data))
		for s, p := range prepared {
			row[s] = agreement(p, d, o.Method)
		}
		mean, se := meanSE(row)
		a.Agreement, a.Mean, a.SE = append(a.Agreement, row), append(a.Mean, mean), append(a.SE, se)
		if o.Permutations < 0 {
			continue
		}
		null := make([]float64, o.Permutations)
		moved := make([]float64, len(d))
		for k := range null {
			if task.Add(1); task.Err() != nil {
				return nil, fmt.Errorf("decode: %s: %w", caller, task.Err())
			}
			to := rng.New(o.Seed, uint64(k)).Perm(size)
			at := 0
			for x := range size {
				for y := x + 1; y < size; y++ {
					p, q := min(to[x], to[y]), max(to[x], to[y])
					moved[at] = d[p*size-p*(p+1)/2+q-p-1]
					at++
				}
			}
			for _, p := range prepared {
				null[k] += agreement(p, moved, o.Method) / float64(len(prepared))
			}
		}
		a.P = append(a.P, stats.PermutationP([]float64{mean}, null, false)[0])
	}
	a.Lower, a.Upper = ceiling(data, prepared, o.Method)
	return a, nil
}

// prepare brings dissimilarities to what is averaged and compared.
func prepare(d []float64, method string) []float64 {
	out := append([]float64(nil), d...)
	if method == "spearman" || method == "kendall" {
		out, _ = stats.Ranks(d)
	}
	if method == "kendall" {
		return out
	}
	if method != "cosine" {
		unitPattern(out)
		return out
	}
	size := math.Sqrt(dot(out, out))
	for i := range out {
		out[i] /= size
	}
	return out
}

// agreement compares two prepared lists.
func agreement(a, b []float64, method string) float64 {
	if method != "kendall" {
		return dot(a, b)
	}
	sum := 0
	for i := range a {
		for j := range i {
			u, v := a[i]-a[j], b[i]-b[j]
			switch {
			case u > 0 && v > 0, u < 0 && v < 0:
				sum++
			case u > 0 && v < 0, u < 0 && v > 0:
				sum--
			}
		}
	}
	n := float64(len(a))
	return float64(sum) / (n * (n - 1) / 2)
}

// ceiling returns how well the mean of lists agrees with each, left out and not.
func ceiling(data []*RDM, prepared [][]float64, method string) (lower, upper float64) {
	if len(data) < 2 {
		return math.NaN(), math.NaN()
	}
	lists := prepared
	if method == "spearman" { // ranks are averaged as they are
		lists = make([][]float64, len(data))
		for i, r := range data {
			lists[i], _ = stats.Ranks(r.D)
		}
	}
	sum := make([]float64, len(lists[0]))
	for _, l := range lists {
		addTimes(sum, 1, l)
	}
	all := prepare(sum, method)
	for i, l := range lists {
		upper += agreement(prepared[i], all, method) / float64(len(lists))
		others := append([]float64(nil), sum...)
		addTimes(others, -1, l)
		lower += agreement(prepared[i], prepare(others, method), method) / float64(len(lists))
	}
	return lower, upper
}

func meanSE(x []float64) (mean, se float64) {
	n := float64(len(x))
	for _, v := range x {
		mean += v / n
	}
	for _, v := range x {
		se += float64((v - mean) * (v - mean))
	}
	return mean, math.Sqrt(se / (n - 1) / n)
}

// Table returns one row per model.
func (a *RSA) Table() table.Table {
	t := table.Table{Title: a.String(), Cols: []table.Col{{Name: "model", Text: a.Models}, {Name: a.Method, Num: a.Mean}, {Name: "SE", Num: a.SE}}}
	if a.P != nil {
		t.Cols = append(t.Cols, table.Col{Name: "p", Num: a.P})
	}
	return t
}

// String names the best model.
func (a *RSA) String() string {
	if len(a.Mean) == 0 {
		return "no models"
	}
	best := 0
	for i, m := range a.Mean {
		if m > a.Mean[best] {
			best = i
		}
	}
	s := fmt.Sprintf("%s agrees best: %s %.3f", a.Models[best], a.Method, a.Mean[best])
	if a.P != nil {
		s += fmt.Sprintf(", p = %.3g (%d permutations of %d conditions)", a.P[best], a.Permutations, a.Conditions)
	}
	if !math.IsNaN(a.Lower) {
		s += fmt.Sprintf("; noise ceiling %.3f to %.3f (%d subjects)", a.Lower, a.Upper, a.Subjects)
	}
	return s
}

// Plot draws the mean agreement of each model, with a bar of one standard error and
// a mark for each subject, and the noise ceiling as a band.
func (a *RSA) Plot() *figure.Figure {
	n := len(a.Mean)
	x := make([]float64, n)
	bars := figure.Layer{Kind: figure.Errors, Color: "black"}
	marks := figure.Layer{Kind: figure.Points, Color: "grey", Size: 3, Alpha: 0.6}
	p := figure.Panel{X: figure.Axis{Label: "model", Min: 0.4, Max: float64(n) + 0.6}, Y: figure.Axis{Label: a.Method}}
	if !math.IsNaN(a.Lower) {
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.HSpan, Y: []float64{a.Lower, a.Upper}, Color: "grey"})
	}
	for i, m := range a.Mean {
		x[i] = float64(i + 1)
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Bars, X: []float64{x[i] - 0.35, x[i] + 0.35}, Y: []float64{m}, Color: "blue", Alpha: 0.7})
		if !math.IsNaN(a.SE[i]) {
			bars.X, bars.Y, bars.Y2 = append(bars.X, x[i]), append(bars.Y, m-a.SE[i]), append(bars.Y2, m+a.SE[i])
		}
		for s, v := range a.Agreement[i] {
			marks.X = append(marks.X, x[i]+float64(0.5*(float64(s+1)/float64(a.Subjects+1)-0.5)))
			marks.Y = append(marks.Y, v)
		}
	}
	p.X.Ticks, p.X.Names = x, a.Models
	p.Layers = append(p.Layers, marks, bars, figure.Layer{Kind: figure.HLine, Y: []float64{0}, Color: "black", Width: 0.5})
	return &figure.Figure{Title: a.String(), Width: 14, Height: 9, Panels: []figure.Panel{p}}
}

// Show draws the figure; its text is String.
func (a *RSA) Show() display.Bundle {
	b := a.Plot().Show()
	b.Data[display.TypeText] = a.String()
	return b
}
