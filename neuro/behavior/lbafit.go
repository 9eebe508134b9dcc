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
// The search runs in √A, log (B-A), the drifts and logit of T0 over the
// shortest time, from several starts. Standard errors are from the observed
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
// small, and the limits are of an A that may leave 0. Of 100 simulated sets of 500
// trials of two accumulators, 95 % limits held A in 93, B-A in 93, T0 in 92, and the
// drifts in 90 and 87.
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
		a := float64(q[0] * q[0])
		if held {
			a = 0
		}
		return LBA{A: a, B: a + vec.Exp(q[1]), T0: shortest / (1 + vec.Exp(-q[2])), V: q[3:]}
	}
	task := display.Start("behavior.FitLBA", "", 0)
	defer task.End()
	loss := func(q []float64) float64 { return -back(q).LogLikelihood(rt, choice) }
	var best optim.Result
	best.F = math.Inf(1)
	n := float64(len(rt))
	for _, a := range []float64{0.3, 1} {
		for _, share := range []float64{0.8, 0.5} {
			if best.Converged {
				break
			}
			t0 := float64(share * shortest)
			// The winner covers the gap and half of the starts in the mean time.
			q := []float64{math.Sqrt(a), vec.Log(0.5), vec.Log(share / (1 - share))}
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
	if math.Abs(best.X[0]) < 0.03 {
		held = true
		rest := optim.Minimize(func(q []float64) float64 { return loss(append([]float64{0}, q...)) }, best.X[1:], optim.Options{Stop: task.Err})
		if rest.Converged && rest.F < best.F+1e-3 {
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
			f.Params = append(f.Params, lbaParam(i, best.X, f.Model, shortest, math.NaN(), math.NaN(), math.NaN()))
		}
		return f, nil
	}
	p := &ddmProfile{
		loss: loss, top: best.X, least: best.F, hessian: best.Hessian,
		held: make([]bool, len(best.X)), z: vec.NormQuantile(0.975), stop: task.Err,
	}
	// Along the limits of the others A is free: it leaves 0 where that is more likely.
	p.off = 0.5
	if held {
		held = false
		p.hessian = slices.Clone(best.Hessian)
		p.hessian[0] = make([]float64, len(best.X))
		for i := 1; i < len(best.X); i++ {
			p.hessian[0][0] += best.Hessian[i][i] / float64(len(best.X)-1)
		}
	}
	for i, x := range best.X {
		se := math.NaN()
		if i >= first {
			se = math.Sqrt(cov[i-first][i-first])
		}
		lo, hi := math.Inf(-1), math.Inf(1)
		if i == 0 { // √A, the same on both sides of 0
			sign := math.Copysign(1, x)
			lo = 0
			if at, ok := p.limit(0, -sign, 0); ok && first == 0 {
				lo = at[0]
			}
			if at, ok := p.limit(0, sign, float64(sign*1e3)); ok {
				hi = at[0]
			}
		} else {
			if at, ok := p.limit(i, -1, -1e6); ok {
				lo = at[i]
			}
			if at, ok := p.limit(i, 1, 1e6); ok {
				hi = at[i]
			}
		}
		if err := task.Err(); err != nil {
			return fail("%w", err)
		}
		f.Params = append(f.Params, lbaParam(i, best.X, f.Model, shortest, se, lo, hi))
	}
	return f, nil
}

// lbaParam is element i of the search, x, as the parameter that it stands for, with its
// standard error and limits, which are given in the search's coordinates.
func lbaParam(i int, x []float64, l LBA, shortest, se, lo, hi float64) DDMParam {
	switch i {
	case 0:
		return DDMParam{Name: "A", Value: l.A, SE: 2 * math.Abs(x[0]) * se, Lo: lo * lo, Hi: hi * hi}
	case 1:
		return DDMParam{Name: "B-A", Value: vec.Exp(x[1]), SE: vec.Exp(x[1]) * se, Lo: vec.Exp(lo), Hi: vec.Exp(hi)}
	case 2:
		logistic := func(x float64) float64 { return shortest / (1 + vec.Exp(-x)) }
		t := logistic(x[2])
		return DDMParam{Name: "T0", Value: t, SE: t * (1 - t/shortest) * se, Lo: logistic(lo), Hi: logistic(hi)}
	}
	return DDMParam{Name: fmt.Sprintf("V[%d]", i-3), Value: x[i], SE: se, Lo: lo, Hi: hi}
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
