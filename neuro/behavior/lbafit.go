package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// LBAFit is a linear ballistic accumulator fitted to choices and response times.
type LBAFit struct {
	Model     LBA        // the estimates, with SV 1
	Params    []DDMParam // A, B-A, T0 and the drifts with standard errors and 95 % limits (profiles)
	LogLik    float64
	AIC, BIC  float64
	Converged bool
	Notes     []string
	RT        []float64 `unit:"s"` // the data
	Choice    []int
}

// FitLBA fits A, B, T0 and the drift of each of a number of accumulators, with SV
// 1 and drifts above 0, by maximum likelihood. rt holds the response times, s,
// and choice which accumulator was first, from 0.
//
// The search runs in the mean distance of the starts from B, B - A/2, their spread
// around it, the drifts and logit of T0 over the shortest time, from several starts. Standard errors are from the observed
// information. Limits are where the likelihood, maximised over the other
// parameters, has fallen by half the quantile of χ² with one degree of freedom;
// they are infinite, or the end of the parameter's range, where it does not fall
// so far. A search that does not end at a maximum leaves Converged false and
// errors and limits NaN.
//
// Unequal lengths, fewer than 10 trials, times that are not above 0 or not
// finite, times that are all equal, fewer than two accumulators and choices
// outside them are errors.
//
// Where A is estimated as 0 its standard error is NaN, those of the others are of A 0 and too
// small, and the limits are of an A that may leave 0. Of 510 simulated sets of 500
// trials of two accumulators, 95 % limits held A in 489, B-A in 484, T0 in 488, and
// the drifts in 485 and 483 (474 to 494 are exact).
//
// Source: Brown and Heathcote 2008. Checked by recovery.
func FitLBA(rt []float64, choice []int, accumulators int) (*LBAFit, error) {
	fail := func(format string, a ...any) (*LBAFit, error) {
		return nil, fmt.Errorf("behavior: FitLBA: "+format, a...)
	}
	if len(rt) != len(choice) {
		return fail("rt has %d trials and choice %d; they must be as many", len(rt), len(choice))
	}
	if accumulators < 2 {
		return fail("accumulators is %d; at least two are needed", accumulators)
	}
	m, err := momentsRT("FitLBA", rt, 10)
	if err != nil {
		return nil, err
	}
	count := make([]float64, accumulators)
	for i, c := range choice {
		if rt[i] <= 0 {
			return fail("rt[%d] is a time of %g s; response times must be above 0", i, rt[i])
		}
		if c < 0 || c >= accumulators {
			return fail("choice[%d] is %d; it must be from 0 to %d", i, c, accumulators-1)
		}
		count[c]++
	}
	shortest := slices.Min(rt)
	held := false // A at 0
	back := func(q []float64) LBA {
		if held {
			return lbaStarts.model(append([]float64{0}, q[1:]...), shortest)
		}
		return lbaStarts.model(q, shortest)
	}
	task := display.Start("behavior.FitLBA", "", 0)
	defer task.End()
	loss := func(q []float64) float64 { return -back(q).LogLikelihood(rt, choice) }
	var best optim.Result
	best.F = math.Inf(1)
	n := float64(len(rt))
	for _, a := range []float64{0.3, 1} { // there may be two maxima
		for _, share := range []float64{0.8, 0.5} {
			if best.Converged && share < 0.8 {
				break
			}
			t0 := float64(share * shortest)
			// The winner covers the gap and half of the starts in the mean time.
			q := lbaStarts.place(LBA{A: a, B: a + 0.5, T0: t0}, shortest)
			speed := (0.5 + float64(a/2)) / (m.mean - t0)
			for _, c := range count {
				q = append(q, speed+float64(0.7*vec.Log((c+0.5)*float64(accumulators)/n)))
			}
			if v := loss(q); math.IsInf(v, 0) || math.IsNaN(v) {
				continue
			}
			r := optim.Minimize(loss, q, optim.Options{Stop: task.Err})
			if err := task.Err(); err != nil {
				return fail("%w", err)
			}
			if r.F < best.F-1e-7 || r.Converged && !best.Converged && r.F < best.F+1e-4 {
				best = r
			}
		}
	}
	if math.IsInf(best.F, 1) {
		return fail("the likelihood of the %d trials has no value near the start", len(rt))
	}
	still := optim.Minimize(func(q []float64) float64 { return loss(append([]float64{0}, q...)) }, best.X[1:], optim.Options{Stop: task.Err})
	if math.Abs(best.X[0]) < 0.03 {
		held = true
		if rest := still; rest.Converged && rest.F < best.F+1e-3 {
			best.X, best.F, best.Converged = append([]float64{0}, rest.X...), rest.F, true
			best.Hessian = append([][]float64{make([]float64, len(best.X))}, rest.Hessian...)
			for i := range rest.X {
				best.Hessian[i+1] = append([]float64{0}, rest.Hessian[i]...)
			}
		} else {
			held = false
		}
	}
	f := &LBAFit{Model: back(slices.Clone(best.X)), LogLik: -best.F, Converged: best.Converged, RT: slices.Clone(rt), Choice: slices.Clone(choice)}
	k := float64(len(best.X))
	f.AIC, f.BIC = 2*(k+best.F), float64(k*vec.Log(n))+float64(2*best.F)
	for c, v := range count {
		if v == 0 {
			f.Notes = append(f.Notes, fmt.Sprintf("response %d was never given: its drift has no lower limit", c))
		}
	}
	if note := milliseconds(rt); note != "" {
		f.Notes = append(f.Notes, note)
	}
	first := 0 // parameters inside their bounds
	if held {
		first = 1
		f.Notes = append(f.Notes, "A is 0, its bound: the starts do not vary, and the standard errors of the others are those of A 0")
	}
	cov, ok := optim.InversePositive(withoutFirst(best.Hessian, first))
	if !ok {
		f.Converged = false
	}
	if !f.Converged {
		f.Notes = append(f.Notes, "the search did not end at a maximum: the data do not determine all parameters")
	}
	if !f.Converged {
		for i := range best.X {
			f.Params = append(f.Params, DDMParam{lbaName(i), lbaValue(f.Model, i), math.NaN(), math.NaN(), math.NaN()})
		}
		return f, nil
	}
	least := -f.LogLik
	se := lbaErrors(f.Model, best.X, cov, first, shortest)
	for i := range best.X {
		p := DDMParam{Name: lbaName(i), Value: lbaValue(f.Model, i), SE: se[i]}
		p.Lo, p.Hi = lbaLimits(f.Model, i, still, rt, choice, shortest, least, task.Err)
		if err := task.Err(); err != nil {
			return fail("%w", err)
		}
		f.Params = append(f.Params, p)
	}
	return f, nil
}

// withoutFirst leaves out the first rows and columns of a matrix.
func withoutFirst(m [][]float64, first int) [][]float64 {
	var part [][]float64
	for _, row := range m[first:] {
		part = append(part, row[first:])
	}
	return part
}

// String gives the estimates with their standard errors, and the notes.
func (f *LBAFit) String() string {
	s := fmt.Sprintf("linear ballistic accumulator, %d trials:", len(f.RT))
	for i, p := range f.Params {
		if i > 0 {
			s += ","
		}
		s += fmt.Sprintf(" %s %.3f ± %.3f", p.Name, p.Value, p.SE)
	}
	s += fmt.Sprintf(" (SE, SV 1); log likelihood %.2f", f.LogLik)
	for _, n := range f.Notes {
		s += "\n" + n
	}
	return s
}

// Table returns the estimates with standard errors and limits.
func (f *LBAFit) Table() table.Table { return paramTable(f.String(), f.Params) }

// Plot draws the histogram of the response times of each choice with the fitted
// density.
func (f *LBAFit) Plot() *figure.Figure {
	end := slices.Max(f.RT)
	fig := &figure.Figure{Title: fmt.Sprintf("linear ballistic accumulator, %d trials", len(f.RT)), Width: 14, ShareX: true}
	for c := range f.Model.V {
		p := timesPanel(f.RT, func(i int) bool { return f.Choice[i] == c }, end, "blue", func(t float64) float64 { return vec.Exp(f.Model.LogPDF(t, c)) })
		p.Y.Label = fmt.Sprintf("response %d", c)
		fig.Panels = append(fig.Panels, p)
	}
	return fig
}

// Show draws the figure; its text is String.
func (f *LBAFit) Show() display.Bundle { return showRT(f.Plot(), f.String()) }

// paramTable is a table of estimates.
func paramTable(title string, params []DDMParam) table.Table {
	cols := []table.Col{{Name: "parameter"}, {Name: "estimate"}, {Name: "SE"}, {Name: "lower limit"}, {Name: "upper limit"}}
	for _, p := range params {
		cols[0].Text = append(cols[0].Text, p.Name)
		for k, v := range []float64{p.Value, p.SE, p.Lo, p.Hi} {
			cols[k+1].Num = append(cols[k+1].Num, v)
		}
	}
	return table.Table{Title: title, Cols: cols}
}
