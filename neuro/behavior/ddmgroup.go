package behavior

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/hier"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// DDMGroup is a hierarchical drift-diffusion model of several subjects.
type DDMGroup struct {
	Params      []DDMGroupParam
	Names       []string // of the subjects
	Models      []DDM    // of each subject, pulled toward the group as far as its trials are few
	Alone       []DDM    // of each subject fitted by itself; A is 0 where that did not converge
	Trials      []int
	LogMarginal float64 // log likelihood of all trials given the population (Laplace)
	Level       float64 // of the limits
	Converged   bool
	Notes       []string // what the data do not determine
}

// DDMGroupParam is the distribution of a parameter over subjects: normal, of log A,
// V, log T0 and logit Z. Center is its middle in the parameter's own unit.
type DDMGroupParam struct {
	Name           string
	Center, Lo, Hi float64   // the population's median with limits
	Mean, SE       float64   // of the transformed parameter
	SD, SESD       float64   // standard deviation over subjects, of the transformed parameter
	Subject        []float64 // of each subject
	SubjectLo      []float64 // limits of each subject's
	SubjectHi      []float64
	SubjectAlone   []float64 // fitted by itself, NaN where that did not converge
}

// FitDDMGroup fits a drift-diffusion model to several subjects at once: log A, V,
// log T0 and logit Z of a subject are normal over the population, whose means and
// standard deviations are estimated, and each subject's parameters are those that
// are most probable given its trials and the population (empirical Bayes).
//
// rt, upper and subject hold a value for each trial, as for FitDDM; subject names
// who made it. Of the options Unbiased, Level and Outliers of 0 or above are
// used; others are errors. Limits of the population's medians are by Student's t
// with one degree of freedom less than subjects. The method is deterministic:
// expectation maximisation with Laplace's approximation of the posteriors, and
// restricted estimates of the standard deviations.
//
// Fewer than three subjects, and what FitDDM refuses, are errors; a subject may
// have few trials, and all its responses at one boundary. When all responses of
// all subjects are there, V is not told from Z: Z is held at 0.5, and Notes say so.
//
// Source: Huys et al. 2011, PLoS Comput Biol 7:e1002028; Wiecki, Sofer and Frank
// 2013 for the model, whose HDDM samples it. Checked by recovery.
func FitDDMGroup(rt []float64, upper []bool, subject []string, o DDMFitOptions) (*DDMGroup, error) {
	fail := func(format string, a ...any) (*DDMGroup, error) {
		return nil, fmt.Errorf("behavior: FitDDMGroup: "+format, a...)
	}
	if len(subject) != len(rt) {
		return fail("subject has %d trials and rt %d; they must be as many", len(subject), len(rt))
	}
	if o.SV || o.SZ || o.ST0 || o.Outliers == -1 || o.By != nil || o.Strength != nil {
		return fail("the options SV, SZ, ST0, By, Strength and Outliers of -1 are not for groups")
	}
	if _, _, err := o.group(rt, upper); err != nil {
		return fail("%w", err)
	}
	g := &DDMGroup{Names: sortedLabels(subject), Level: o.Level}
	if g.Level == 0 {
		g.Level = 0.95
	}
	n := len(g.Names)
	if n < 3 {
		return fail("there are %d subjects; at least three are needed", n)
	}
	index := map[string]int{}
	for s, name := range g.Names {
		index[name] = s
	}
	data := make([]*ddmData, n)
	for s := range data {
		data[s] = &ddmData{blocks: []ddmBlock{{strength: 1}}, uniform: 1 / (2 * slices.Max(rt))}
	}
	for i, t := range rt {
		b := &data[index[subject[i]]].blocks[0]
		b.rt, b.upper = append(b.rt, t), append(b.upper, upper[i])
	}
	if !o.Unbiased && (!slices.Contains(upper, true) || !slices.Contains(upper, false)) {
		o.Unbiased = true
		g.Notes = append(g.Notes, fmt.Sprintf("all %d responses are at one boundary, which does not tell V from Z: Z is held at 0.5", len(rt)))
	}
	if note := milliseconds(rt); note != "" {
		g.Notes = append(g.Notes, note)
	}
	task := display.Start("behavior.FitDDMGroup", "subjects", n)
	defer task.End()
	var all DDM
	found := 0.0
	for _, d := range data {
		b := d.blocks[0]
		g.Trials = append(g.Trials, len(b.rt))
		var one DDM
		alone := o
		alone.Wald = true
		if f, err := FitDDM(b.rt, b.upper, alone); err == nil && f.Converged {
			one = f.Model
			all.A, all.V, all.T0 = all.A+one.A, all.V+one.V, all.T0+one.T0
			found++
		}
		g.Alone = append(g.Alone, one)
		if err := task.Err(); err != nil {
			return fail("%w", err)
		}
	}
	if found == 0 {
		return fail("none of the subjects could be fitted alone; each needs ten trials or more")
	}
	start := []float64{vec.Log(all.A / found), all.V / found, 0}
	spread := []float64{0.5, 1.5, 0.5}
	// All subjects must have a likelihood at the start.
	t0 := all.T0 / found
	if o.Outliers == 0 {
		for _, d := range data {
			t0 = math.Min(t0, 0.9*slices.Min(d.blocks[0].rt))
		}
	}
	start[2] = vec.Log(t0)
	names := []string{"A", "V", "T0"}
	if !o.Unbiased {
		start, spread, names = append(start, 0), append(spread, 0.5), append(names, "Z")
	}
	model := func(x []float64) DDM {
		d := DDM{A: vec.Exp(x[0]), V: x[1], T0: vec.Exp(x[2]), Z: 0.5, S: 1}
		if len(x) > 3 {
			d.Z = 1 / (1 + vec.Exp(-x[3]))
		}
		return d
	}
	r, err := hier.Fit(func(s int, x []float64) float64 {
		return data[s].logs(model(x), o.Outliers, &data[s].blocks[0])
	}, n, hier.Options{Start: start, Spread: spread, Stop: task.Err})
	if err != nil {
		return fail("%w", err)
	}
	g.LogMarginal, g.Converged = r.LogMarginal, r.Converged
	for _, x := range r.Subject {
		g.Models = append(g.Models, model(x))
	}
	z := vec.NormQuantile((1 + g.Level) / 2)
	t := dist.StudentQuantileSF((1-g.Level)/2, float64(n-1))
	for k, name := range names {
		of := func(d DDM) float64 { return []float64{d.A, d.V, d.T0, d.Z}[k] }
		at := func(x float64) float64 {
			q := slices.Clone(start)
			q[k] = x
			return of(model(q))
		}
		half := float64(t * r.SEMean[k])
		p := DDMGroupParam{Name: name, Center: at(r.Mean[k]), Lo: at(r.Mean[k] - half), Hi: at(r.Mean[k] + half), Mean: r.Mean[k], SE: r.SEMean[k], SD: r.SD[k], SESD: r.SESD[k]}
		for s, x := range r.Subject {
			half := float64(z * math.Sqrt(r.Cov[s][k][k]))
			p.Subject, p.SubjectLo, p.SubjectHi = append(p.Subject, at(x[k])), append(p.SubjectLo, at(x[k]-half)), append(p.SubjectHi, at(x[k]+half))
			alone := math.NaN()
			if g.Alone[s].A > 0 {
				alone = of(g.Alone[s])
			}
			p.SubjectAlone = append(p.SubjectAlone, alone)
		}
		g.Params = append(g.Params, p)
	}
	return g, nil
}

// String gives the population's medians with limits.
func (g *DDMGroup) String() string {
	s := fmt.Sprintf("drift diffusion of %d subjects:", len(g.Names))
	for i, p := range g.Params {
		if i > 0 {
			s += ","
		}
		s += fmt.Sprintf(" %s %.3f (%.3f to %.3f)", p.Name, p.Center, p.Lo, p.Hi)
	}
	s += fmt.Sprintf("; median of the population, %.0f%% limits", 100*g.Level)
	if !g.Converged {
		s += "; NOT CONVERGED"
	}
	for _, n := range g.Notes {
		s += "\n" + n
	}
	return s
}

// Table returns the population's parameters: medians with limits, and standard
// deviations over subjects.
func (g *DDMGroup) Table() table.Table {
	cols := []table.Col{{Name: "parameter"}, {Name: "median"}, {Name: "lower limit"}, {Name: "upper limit"}, {Name: "mean (transformed)"}, {Name: "SE"}, {Name: "SD over subjects"}, {Name: "SE of SD"}}
	scale := map[string]string{"A": "A (log)", "V": "V", "T0": "T0 in s (log)", "Z": "Z (logit)"}
	for _, p := range g.Params {
		cols[0].Text = append(cols[0].Text, scale[p.Name])
		for k, v := range []float64{p.Center, p.Lo, p.Hi, p.Mean, p.SE, p.SD, p.SESD} {
			cols[k+1].Num = append(cols[k+1].Num, v)
		}
	}
	return table.Table{Title: g.String(), Cols: cols}
}

// Subjects returns a table of each subject's parameters with their limits.
func (g *DDMGroup) Subjects() table.Table {
	t := table.Table{Title: g.String(), Cols: []table.Col{{Name: "subject", Text: g.Names}}}
	trials := table.Col{Name: "trials"}
	for _, n := range g.Trials {
		trials.Num = append(trials.Num, float64(n))
	}
	t.Cols = append(t.Cols, trials)
	for _, p := range g.Params {
		unit := ""
		if p.Name == "T0" {
			unit = "s"
		}
		t.Cols = append(t.Cols, table.Col{Name: p.Name, Unit: unit, Num: p.Subject}, table.Col{Name: p.Name + " lower", Unit: unit, Num: p.SubjectLo},
			table.Col{Name: p.Name + " upper", Unit: unit, Num: p.SubjectHi}, table.Col{Name: p.Name + " alone", Unit: unit, Num: p.SubjectAlone})
	}
	return t
}

// Plot draws each subject's parameters with their limits beside those of the
// subject fitted by itself, in the order of the first, and the population's median.
func (g *DDMGroup) Plot() *figure.Figure {
	fig := &figure.Figure{Title: fmt.Sprintf("drift diffusion of %d subjects: each in the group, and alone", len(g.Names)), Width: 16, Height: 10, Cols: 2}
	for k, p := range g.Params {
		order := make([]int, len(p.Subject))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int {
			switch {
			case p.Subject[a] < p.Subject[b]:
				return -1
			case p.Subject[a] > p.Subject[b]:
				return 1
			}
			return 0
		})
		var x, y, lo, hi, alone []float64
		for i, s := range order {
			x, y, lo, hi = append(x, float64(i+1)), append(y, p.Subject[s]), append(lo, p.SubjectLo[s]), append(hi, p.SubjectHi[s])
			alone = append(alone, p.SubjectAlone[s])
		}
		unit := ""
		if p.Name == "T0" {
			unit = "s"
		}
		panel := figure.Panel{
			X: figure.Axis{Label: "subject, in order of the value"}, Y: figure.Axis{Label: p.Name, Unit: unit},
			Layers: []figure.Layer{
				{Kind: figure.HSpan, Y: []float64{p.Lo, p.Hi}, Color: "grey", Alpha: 0.25},
				{Kind: figure.HLine, Y: []float64{p.Center}, Color: "grey"},
				{Kind: figure.Errors, X: x, Y: lo, Y2: hi, Color: "blue"},
				{Kind: figure.Points, X: x, Y: alone, Color: "orange", Name: "alone", Size: 3},
				{Kind: figure.Points, X: x, Y: y, Color: "blue", Name: "in the group", Size: 4},
			},
		}
		if k > 0 {
			panel.Legend = "off"
		}
		fig.Panels = append(fig.Panels, panel)
	}
	return fig
}

// Show draws the figure; its text is String.
func (g *DDMGroup) Show() display.Bundle { return showRT(g.Plot(), g.String()) }
