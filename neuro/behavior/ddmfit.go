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

// DDMFitOptions say how FitDDM fits.
type DDMFitOptions struct {
	Unbiased bool    // hold Z at 0.5
	Level    float64 // of the intervals; 0 means 0.95
}

// DDMFit is a drift-diffusion model fitted to choices and response times.
type DDMFit struct {
	Model    DDM     // the estimates, with S 1
	SE       DDM     // standard errors of A, V, T0 and Z; 0 where held
	Lo, Hi   DDM     // confidence limits of A, V, T0 and Z
	Level    float64 // of the limits
	LogLik   float64
	AIC, BIC float64
	RT       []float64 `unit:"s"` // the data
	Upper    []bool
}

// FitDDM fits A, V, T0 and Z of a drift-diffusion model without variability
// over trials, with S 1, by maximum likelihood.
//
// rt holds the response times, s, and upper whether each response was at the
// upper boundary (such as "correct", or "right"). The search runs in log A, V,
// logit Z and logit of T0 over the shortest time, from the EZ estimates.
// Standard errors are from the observed information; limits are those of the
// transformed parameters, carried back, so that they stay inside the allowed
// range. A single response faster than the others' T0 pulls T0 down: take
// anticipations out before the fit.
//
// Unequal lengths, fewer than 10 trials, times that are not above 0 or not
// finite (take trials without a response out), times that are all equal, Level
// outside 0 to 1, and a likelihood without a maximum are errors. With perfect
// performance the times alone often do not tell V from Z; Unbiased then helps.
//
// Source: Ratcliff and Tuerlinckx 2002; density of Navarro and Fuss 2009.
// Checked by recovery and coverage.
func FitDDM(rt []float64, upper []bool, o DDMFitOptions) (*DDMFit, error) {
	fail := func(format string, a ...any) (*DDMFit, error) {
		return nil, fmt.Errorf("behavior: FitDDM: "+format, a...)
	}
	if len(rt) != len(upper) {
		return fail("rt has %d trials and upper %d; they must be as many", len(rt), len(upper))
	}
	m, err := momentsRT("FitDDM", rt, 10)
	if err != nil {
		return nil, err
	}
	shortest := slices.Min(rt)
	if shortest <= 0 {
		return fail("rt has a time of %g s; response times must be above 0", shortest)
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	if !(o.Level > 0 && o.Level < 1) {
		return fail("Level is %g, it must lie between 0 and 1 (0 means 0.95)", o.Level)
	}
	n, ups := float64(len(rt)), 0.0
	for _, u := range upper {
		if u {
			ups++
		}
	}
	back := func(p []float64) DDM {
		d := DDM{A: vec.Exp(p[0]), V: p[1], T0: shortest / (1 + vec.Exp(-p[2])), Z: 0.5, S: 1}
		if !o.Unbiased {
			d.Z = 1 / (1 + vec.Exp(-p[3]))
		}
		return d
	}
	task := display.Start("behavior.FitDDM", "", 0)
	defer task.End()
	loss := func(p []float64) float64 {
		d, sum := back(p), 0.0
		for i, t := range rt {
			sum -= d.LogPDF(t, upper[i])
		}
		return sum
	}
	start, _ := EZDiffusion((ups+0.501)/(n+1), m.sd*m.sd, m.mean)
	var best []float64
	least := math.Inf(1)
	for _, a := range []float64{0.7, 1, 1.4} {
		for _, q := range []float64{0, 1, 2, 3.5} {
			p := []float64{vec.Log(start.A * a), start.V, q}
			if !o.Unbiased {
				p = append(p, 0)
			}
			if v := loss(p); v < least {
				least, best = v, p
			}
		}
	}
	if best == nil {
		return fail("the likelihood of the %d trials has no value near the start", len(rt))
	}
	r := optim.Minimize(loss, best, optim.Options{Stop: task.Err})
	if err := task.Err(); err != nil {
		return fail("%w", err)
	}
	cov, ok := optim.InversePositive(r.Hessian)
	if !ok || !r.Converged {
		if (ups == 0 || ups == n) && !o.Unbiased {
			return fail("all %d responses are at one boundary, and their times alone do not tell V from Z; set Unbiased", len(rt))
		}
		return fail("the likelihood of the %d trials (%g at the upper boundary) has no maximum that could be found", len(rt), ups)
	}
	f := &DDMFit{Model: back(r.X), Level: o.Level, LogLik: -r.F, RT: slices.Clone(rt), Upper: slices.Clone(upper)}
	k := float64(len(r.X))
	f.AIC, f.BIC = 2*(k+r.F), float64(k*vec.Log(n))+float64(2*r.F)
	z := vec.NormQuantile((1 + o.Level) / 2)
	lo, hi := slices.Clone(r.X), slices.Clone(r.X)
	se := make([]float64, 4)
	for i := range r.X {
		se[i] = math.Sqrt(cov[i][i])
		lo[i] -= float64(z * se[i])
		hi[i] += float64(z * se[i])
	}
	f.Lo, f.Hi = back(lo), back(hi)
	d := f.Model
	f.SE = DDM{A: d.A * se[0], V: se[1], T0: d.T0 * (1 - d.T0/shortest) * se[2], Z: d.Z * (1 - d.Z) * se[3]}
	return f, nil
}

// String gives the estimates with their standard errors.
func (f *DDMFit) String() string {
	d, s := f.Model, f.SE
	z := "Z 0.5 (held)"
	if s.Z > 0 {
		z = fmt.Sprintf("Z %.3f ± %.3f", d.Z, s.Z)
	}
	return fmt.Sprintf("drift diffusion, %d trials: A %.3f ± %.3f, V %.3f ± %.3f, T0 %.3f ± %.3f s, %s (SE, S 1); log likelihood %.2f",
		len(f.RT), d.A, s.A, d.V, s.V, d.T0, s.T0, z, f.LogLik)
}

// Table returns the estimates with standard errors and limits.
func (f *DDMFit) Table() table.Table {
	row := func(d DDM) []float64 { return []float64{d.A, d.V, d.T0, d.Z} }
	return table.Table{Title: f.String(), Cols: []table.Col{
		{Name: "parameter", Text: []string{"A", "V", "T0 (s)", "Z"}},
		{Name: "estimate", Num: row(f.Model)},
		{Name: "SE", Num: row(f.SE)},
		{Name: "lower limit", Num: row(f.Lo)},
		{Name: "upper limit", Num: row(f.Hi)},
	}}
}

// Plot draws the histograms of the response times at both boundaries with the
// fitted densities.
func (f *DDMFit) Plot() *figure.Figure {
	end := slices.Max(f.RT)
	const bins = 40
	width := end / bins
	var panels []figure.Panel
	for _, up := range []bool{true, false} {
		name, color := "upper", "blue"
		if !up {
			name, color = "lower", "red"
		}
		edges, y := make([]float64, bins+1), make([]float64, bins)
		for i := range edges {
			edges[i] = float64(i) * width
		}
		for i, t := range f.RT {
			if f.Upper[i] == up {
				y[min(int(t/width), bins-1)] += 1 / (float64(len(f.RT)) * width)
			}
		}
		model := figure.Layer{Kind: figure.Line, Color: "black"}
		for i := range 300 {
			t := end * float64(i) / 299
			model.X, model.Y = append(model.X, t), append(model.Y, vec.Exp(f.Model.LogPDF(t, up)))
		}
		panels = append(panels, figure.Panel{
			X: figure.Axis{Label: "response time", Unit: "s", Min: 0, Max: end}, Y: figure.Axis{Label: name, Unit: "1/s", Flip: !up},
			Layers: []figure.Layer{{Kind: figure.Bars, X: edges, Y: y, Color: color, Alpha: 0.4}, model},
		})
	}
	d := f.Model
	return &figure.Figure{
		Title: fmt.Sprintf("A %.2f, V %.2f, T0 %.3f s, Z %.2f, %d trials", d.A, d.V, d.T0, d.Z, len(f.RT)),
		Width: 14, Height: 9, ShareX: true, Panels: panels,
	}
}

// Show draws the figure; its text is String.
func (f *DDMFit) Show() display.Bundle { return showRT(f.Plot(), f.String()) }
