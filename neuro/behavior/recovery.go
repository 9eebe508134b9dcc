package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Recovery compares the parameters that simulated subjects had with those that a
// fit found, as RecoverParameters returns it. Its slices have one element per
// parameter.
type Recovery struct {
	Model       string
	Parameters  []string
	True, Found [][]float64 // of each subject
	R           []float64   // Pearson's correlation of both; NaN where either is constant
	Bias        []float64   // mean of Found - True
	RMSE        []float64
	AtBound     []int // subjects with the estimate at a bound
	Failed      int   // fits that did not converge; they are left out of the rest
}

// RecoverParameters simulates a subject with each row of truth in a task, fits
// the model to its choices, and compares. seed makes the choices.
//
// A task that the model cannot do, parameters out of their bounds, and no
// subjects are errors. The fits run in parallel; the result is the same for any
// number of threads. Source: Wilson and Collins 2019, eLife 8:e49547.
func RecoverParameters(m LearningModel, truth [][]float64, task ChoiceTask, o LearningFitOptions, seed uint64) (*Recovery, error) {
	fail := func(format string, a ...any) (*Recovery, error) {
		return nil, fmt.Errorf("behavior: RecoverParameters: "+format, a...)
	}
	if err := m.check(); err != nil {
		return fail("%w", err)
	}
	if m.Simulate == nil || len(truth) == 0 {
		return fail("the model %q has Simulate %t and truth %d subjects; both are needed", m.Name, m.Simulate != nil, len(truth))
	}
	for i, p := range truth {
		if err := m.inside(p); err != nil {
			return fail("truth[%d]: %w", i, err)
		}
	}
	counter := display.Start("behavior.RecoverParameters", "subjects", len(truth))
	defer counter.End()
	fits, errs := make([]*LearningFit, len(truth)), make([]error, len(truth))
	linalg.Parallel(len(truth), func(i int) {
		if counter.Err() != nil {
			return
		}
		fits[i], errs[i] = m.fit(m.Simulate(truth[i], task, seed+uint64(i)), o, counter.Err)
		counter.Add(1)
	})
	if err := counter.Err(); err != nil {
		return fail("%w", err)
	}
	n := len(m.Parameters)
	r := &Recovery{Model: m.Name, True: make([][]float64, n), Found: make([][]float64, n), AtBound: make([]int, n)}
	for i, f := range fits {
		if errs[i] != nil {
			return fail("subject %d: %w (can the model do this task?)", i, errs[i])
		}
		if !f.Converged {
			r.Failed++
			continue
		}
		for k := range n {
			r.True[k], r.Found[k] = append(r.True[k], truth[i][k]), append(r.Found[k], f.Estimate[k])
			if !math.IsNaN(f.fixed[k]) {
				r.AtBound[k]++
			}
		}
	}
	for k, p := range m.Parameters {
		r.Parameters = append(r.Parameters, p.Name)
		bias, square := 0.0, 0.0
		for i, v := range r.Found[k] {
			d := v - r.True[k][i]
			bias += d
			square += float64(d * d)
		}
		count := float64(len(r.Found[k]))
		r.Bias, r.RMSE = append(r.Bias, bias/count), append(r.RMSE, math.Sqrt(square/count))
		r.R = append(r.R, correlation(r.True[k], r.Found[k]))
	}
	return r, nil
}

func correlation(x, y []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	mx, my := meanOf(x), meanOf(y)
	var xx, yy, xy float64
	for i := range x {
		xx += float64((x[i] - mx) * (x[i] - mx))
		yy += float64((y[i] - my) * (y[i] - my))
		xy += float64((x[i] - mx) * (y[i] - my))
	}
	if slices.Max(x) == slices.Min(x) || slices.Max(y) == slices.Min(y) {
		return math.NaN()
	}
	return xy / math.Sqrt(xx*yy)
}

// Table returns one row per parameter.
func (r *Recovery) Table() table.Table {
	at := make([]float64, len(r.AtBound))
	for i, n := range r.AtBound {
		at[i] = float64(n)
	}
	return table.Table{Title: r.String(), Cols: []table.Col{
		{Name: "parameter", Text: r.Parameters}, {Name: "r", Num: r.R}, {Name: "bias", Num: r.Bias}, {Name: "RMSE", Num: r.RMSE}, {Name: "at bound", Num: at},
	}}
}

// String names the model and the number of subjects.
func (r *Recovery) String() string {
	s := fmt.Sprintf("recovery of %s: %d subjects", r.Model, len(r.True[0]))
	if r.Failed > 0 {
		s += fmt.Sprintf(", %d fits did not converge and are left out", r.Failed)
	}
	return s
}

// Plot draws what was found over what was true, a panel for each parameter.
func (r *Recovery) Plot() *figure.Figure {
	f := &figure.Figure{Title: r.String(), Cols: min(3, len(r.Parameters))}
	for k, name := range r.Parameters {
		title := name
		if !math.IsNaN(r.R[k]) {
			title += fmt.Sprintf(", r %.2f", r.R[k])
		}
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range r.True[k] {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
		f.Panels = append(f.Panels, figure.Panel{
			Title: title, X: figure.Axis{Label: "true"}, Y: figure.Axis{Label: "found"},
			Layers: []figure.Layer{
				{Kind: figure.Line, X: []float64{lo, hi}, Y: []float64{lo, hi}, Color: "grey"},
				{Kind: figure.Points, X: r.True[k], Y: r.Found[k], Color: "blue"},
			},
		})
	}
	f.Width, f.Height = 5.5*float64(f.Cols), 5.5*float64((len(f.Panels)+f.Cols-1)/f.Cols)
	return f
}

// Show draws the figure under the table.
func (r *Recovery) Show() display.Bundle { return figure.Under(r.Plot(), "recovery", r.Table().Show()) }

// ModelRecovery says how often the choices of each model are fitted best by each,
// as RecoverModels returns it.
type ModelRecovery struct {
	Models     []string
	Criterion  string      // "BIC", "AIC" or "iBIC"
	Confusion  [][]float64 // Confusion[true][best]: share of the subjects; rows add to 1
	Inversion  [][]float64 // Inversion[true][best]: P(true | best), all models as likely before
	Subjects   int         // per model
	NoConverge int         // fits that did not converge, which cannot be the best
}

// RecoverModels simulates subjects of each model in a task, fits every model to
// each, and counts which is best by the criterion, "BIC", "AIC" or "iBIC". truth[m]
// holds the parameters of the subjects of model m, as many for each. With "iBIC"
// the subjects of a model are fitted as one group, so that its row of Confusion
// has a single 1.
//
//	Inversion[t][b] = Confusion[t][b] / Σ_t Confusion[t][b]
//
// Fewer than two models, numbers of subjects that differ, parameters out of
// their bounds and another criterion are errors. Source: Wilson and Collins
// 2019, eLife 8:e49547.
func RecoverModels(models []LearningModel, truth [][][]float64, task ChoiceTask, criterion string, o LearningFitOptions, seed uint64) (*ModelRecovery, error) {
	fail := func(format string, a ...any) (*ModelRecovery, error) {
		return nil, fmt.Errorf("behavior: RecoverModels: "+format, a...)
	}
	if criterion != "BIC" && criterion != "AIC" && criterion != "iBIC" {
		return fail("criterion is %q, it must be \"BIC\", \"AIC\" or \"iBIC\"", criterion)
	}
	n := len(models)
	if n < 2 || len(truth) != n {
		return fail("%d models and parameters for %d; two or more, and as many, are needed", n, len(truth))
	}
	r := &ModelRecovery{Criterion: criterion, Subjects: len(truth[0])}
	for k, m := range models {
		if err := m.check(); err != nil {
			return fail("%w", err)
		}
		if m.Simulate == nil || len(truth[k]) != r.Subjects || r.Subjects == 0 {
			return fail("model %q has Simulate %t and %d subjects, the first model %d; it must have both and as many", m.Name, m.Simulate != nil, len(truth[k]), r.Subjects)
		}
		for i, p := range truth[k] {
			if err := m.inside(p); err != nil {
				return fail("truth[%d][%d]: %w", k, i, err)
			}
		}
		r.Models = append(r.Models, m.Name)
	}
	r.Confusion, r.Inversion = emptySquare(n), emptySquare(n)
	if criterion == "iBIC" {
		if err := r.groups(models, truth, task, seed); err != nil {
			return fail("%w", err)
		}
		return r, nil
	}
	counter := display.Start("behavior.RecoverModels", "subjects", n*r.Subjects)
	defer counter.End()
	best, failed, errs := make([]int, n*r.Subjects), make([]int, n*r.Subjects), make([]error, n*r.Subjects)
	linalg.Parallel(len(best), func(i int) {
		if counter.Err() != nil {
			return
		}
		c := models[i/r.Subjects].Simulate(truth[i/r.Subjects][i%r.Subjects], task, seed+uint64(i))
		least := math.Inf(1)
		best[i] = -1
		for k, m := range models {
			f, err := m.fit(c, o, counter.Err)
			switch {
			case err != nil:
				errs[i] = err
				return
			case !f.Converged:
				failed[i]++
				continue
			}
			v := f.BIC
			if criterion == "AIC" {
				v = f.AIC
			}
			if v < least {
				least, best[i] = v, k
			}
		}
		counter.Add(1)
	})
	if err := counter.Err(); err != nil {
		return fail("%w", err)
	}
	for i, b := range best {
		if errs[i] != nil {
			return fail("subject %d of %s: %w (can all models do this task?)", i%r.Subjects, models[i/r.Subjects].Name, errs[i])
		}
		r.NoConverge += failed[i]
		if b >= 0 {
			r.Confusion[i/r.Subjects][b] += 1 / float64(r.Subjects)
		}
	}
	r.invert()
	return r, nil
}

// groups fits each model to the subjects of each as one group.
func (r *ModelRecovery) groups(models []LearningModel, truth [][][]float64, task ChoiceTask, seed uint64) error {
	for t, m := range models {
		var all []Choices
		for i, p := range truth[t] {
			all = append(all, m.Simulate(p, task, seed+uint64(t*r.Subjects+i)))
		}
		best, least := -1, math.Inf(1)
		for b, fitted := range models {
			g, err := fitted.FitGroup(all)
			if err != nil {
				return fmt.Errorf("subjects of %s: %w", m.Name, err)
			}
			switch {
			case !g.Converged:
				r.NoConverge++
			case g.IBIC < least:
				best, least = b, g.IBIC
			}
		}
		if best >= 0 {
			r.Confusion[t][best] = 1
		}
	}
	r.invert()
	return nil
}

func (r *ModelRecovery) invert() {
	for b := range r.Models {
		sum := 0.0
		for t := range r.Models {
			sum += r.Confusion[t][b]
		}
		for t := range r.Models {
			r.Inversion[t][b] = r.Confusion[t][b] / sum
		}
	}
}

// String gives the share of the subjects of each model that it fits best.
func (r *ModelRecovery) String() string {
	s := fmt.Sprintf("model recovery by %s, %d subjects each:", r.Criterion, r.Subjects)
	for i, m := range r.Models {
		s += fmt.Sprintf(" %s %.0f%%;", m, 100*r.Confusion[i][i])
	}
	if r.NoConverge > 0 {
		return s + fmt.Sprintf(" %d fits did not converge", r.NoConverge)
	}
	return s[:len(s)-1]
}

// Plot draws both matrices.
func (r *ModelRecovery) Plot() *figure.Figure {
	n := float64(len(r.Models))
	ticks := vec64(len(r.Models))
	panel := func(title string, m [][]float64) figure.Panel {
		p := figure.Panel{
			Title:  title,
			X:      figure.Axis{Label: "fitted best", Min: -0.5, Max: n - 0.5, Ticks: ticks, Names: numbered(len(r.Models))},
			Y:      figure.Axis{Label: "simulated", Min: -0.5, Max: n - 0.5, Ticks: ticks, Names: numbered(len(r.Models)), Flip: true},
			Layers: []figure.Layer{{Kind: figure.Image, X: []float64{-0.5, n - 0.5}, Y: []float64{-0.5, n - 0.5}, Z: m, Lo: 0, Hi: 1}},
		}
		for i := range m {
			for j, v := range m[i] {
				color := "white"
				if v > 0.6 {
					color = "black"
				}
				p.Layers = append(p.Layers, figure.Layer{Kind: figure.Note, X: []float64{float64(j)}, Y: []float64{float64(i)}, Text: fmt.Sprintf("%.2f", v), Align: 0.5, Color: color})
			}
		}
		return p
	}
	names := ""
	for i, m := range r.Models {
		names += fmt.Sprintf("%d: %s;  ", i+1, m)
	}
	return &figure.Figure{Title: names[:len(names)-3], Width: 17, Height: 8, Cols: 2, Panels: []figure.Panel{
		panel("P(fitted best | simulated)", r.Confusion), panel("P(simulated | fitted best)", r.Inversion),
	}}
}

func vec64(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i)
	}
	return x
}

func numbered(n int) []string {
	s := make([]string, n)
	for i := range s {
		s[i] = fmt.Sprint(i + 1)
	}
	return s
}

// Show draws the figure; its text is String.
func (r *ModelRecovery) Show() display.Bundle { return showRT(r.Plot(), r.String()) }
