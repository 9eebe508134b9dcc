package pharm

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// NCAOptions say how NCA computes. The zero value is NewNCA.
type NCAOptions struct {
	// Method is "linear" (the default): trapezoids, or "lin-log": trapezoids
	// while the concentration rises, the exponential between two samples where
	// it falls.
	Method string
	// Points is the number of last measurable samples in the terminal slope;
	// 0 chooses the number, of three or more after the maximum, with the best
	// adjusted R².
	Points int
	// NoTerminal leaves the terminal slope out, and with it everything that
	// is extrapolated: those results are NaN.
	NoTerminal bool
	// TUnit and CUnit label the results, such as "h" and "mg/L"; may be empty.
	TUnit, CUnit string
	// DoseUnit is that of the dose. With "mg" and "mg/L", or "µg" and "ng/mL", clearance is in L/h and
	// the volume in L, with "mg/kg" per kg; without it they are "dose/(mg/L h)" and "dose/(mg/L)".
	DoseUnit string
}

// NewNCA returns the defaults: linear trapezoids, terminal slope by adjusted R².
func NewNCA() NCAOptions { return NCAOptions{Method: "linear"} }

// NCAResult is a non-compartmental analysis of one concentration curve. Units
// follow from those of time, concentration and dose.
type NCAResult struct {
	AUC      float64 // area under the curve to the last measurable concentration
	AUCInf   float64 // the same to infinity: AUC + last concentration / Lambda
	CMax     float64 // largest concentration
	TMax     float64 // time of CMax, the first if there are several
	HalfLife float64 // log 2 / Lambda
	CL       float64 // clearance, dose/AUCInf; after an oral dose over the bioavailability

	Lambda       float64 // terminal rate constant
	Points       int     // samples in the terminal slope
	AdjR2        float64 // adjusted R² of the terminal slope
	Vz           float64 // terminal volume of distribution, CL/Lambda (over bioavailability)
	AUMC         float64 // area under t times concentration to the last measurable one
	AUMCInf      float64 // the same to infinity
	MRT          float64 // mean residence time AUMCInf/AUCInf
	Extrapolated float64 // percent of AUCInf that lies after the last measurable concentration

	T, C         []float64 // the samples
	Dose         float64
	TUnit, CUnit string
	DoseUnit     string
	intercept    float64 // of the terminal line, logarithm of concentration
	first        int     // index of the first sample of the terminal slope
}

// NCA analyses a concentration curve without a compartment model.
//
//	AUC    = Σ (t2-t1) (c1+c2)/2                       (linear)
//	AUC    = Σ (t2-t1) (c1-c2)/log(c1/c2) where c falls (lin-log)
//	Lambda = minus the slope of log c over the last samples
//	AUCInf = AUC + cLast/Lambda,  HalfLife = log 2/Lambda,  CL = dose/AUCInf
//
// t are the times of the samples, ascending, c the concentrations, 0 where
// nothing was measurable, and dose what was given at time 0. The areas start
// at the first sample, without extrapolation back to the dose, and end at the
// last one above 0. The terminal slope uses measurable samples after the
// maximum: those with the best adjusted R² among the last three, four, ... (more
// samples in a tie), or the last o.Points.
//
// Unequal lengths, fewer than 2 samples, times that do not ascend, NaN, Inf,
// negative concentrations, only zeros, a dose that is not above 0, and a
// terminal phase of fewer than 3 samples or that does not fall are errors.
//
// Source: Gibaldi and Perrier 1982; Purves 1992. Checked against the same
// definitions in R on theophylline and indomethacin.
func NCA(t, c []float64, dose float64, o NCAOptions) (*NCAResult, error) {
	if err := checkNCA(t, c, dose, o); err != nil {
		return nil, err
	}
	r := &NCAResult{T: append([]float64(nil), t...), C: append([]float64(nil), c...), Dose: dose, TUnit: o.TUnit, CUnit: o.CUnit, DoseUnit: o.DoseUnit}
	last, top := 0, 0
	for i, v := range c {
		if v > 0 {
			last = i
		}
		if v > c[top] {
			top = i
		}
	}
	r.CMax, r.TMax = c[top], t[top]
	for i := 1; i <= last; i++ {
		auc, aumc := areas(t[i-1], t[i], c[i-1], c[i], o.Method == "lin-log")
		r.AUC += auc
		r.AUMC += aumc
	}
	nan := math.NaN()
	r.Lambda, r.AUCInf, r.AUMCInf, r.HalfLife, r.CL, r.Vz, r.MRT, r.Extrapolated, r.AdjR2 = nan, nan, nan, nan, nan, nan, nan, nan, nan
	if o.NoTerminal {
		return r, nil
	}
	if err := r.terminal(top, o.Points); err != nil {
		return nil, err
	}
	rest := c[last] / r.Lambda
	r.AUCInf = r.AUC + rest
	r.AUMCInf = r.AUMC + float64(rest*(t[last]+1/r.Lambda))
	r.HalfLife = math.Ln2 / r.Lambda
	r.CL = dose / r.AUCInf
	r.Vz = r.CL / r.Lambda
	r.MRT = r.AUMCInf / r.AUCInf
	r.Extrapolated = 100 * rest / r.AUCInf
	return r, nil
}

func checkNCA(t, c []float64, dose float64, o NCAOptions) error {
	if len(t) != len(c) {
		return fmt.Errorf("pharm: NCA: t has %d times and c has %d concentrations, they must be as many", len(t), len(c))
	}
	if len(t) < 2 {
		return fmt.Errorf("pharm: NCA: t and c have %d samples, at least 2 are needed", len(t))
	}
	positive := false
	for i := range t {
		if math.IsNaN(t[i]) || math.IsInf(t[i], 0) {
			return fmt.Errorf("pharm: NCA: t[%d] is %g, times must be finite", i, t[i])
		}
		if i > 0 && t[i] <= t[i-1] {
			return fmt.Errorf("pharm: NCA: t[%d] is %g after %g, times must ascend", i, t[i], t[i-1])
		}
		if !(c[i] >= 0) || math.IsInf(c[i], 0) {
			return fmt.Errorf("pharm: NCA: c[%d] is %g, concentrations must be finite and 0 or more; leave missing samples out", i, c[i])
		}
		positive = positive || c[i] > 0
	}
	if !positive {
		return fmt.Errorf("pharm: NCA: all %d concentrations are 0, at least one must be above", len(c))
	}
	if !(dose > 0) || math.IsInf(dose, 0) {
		return fmt.Errorf("pharm: NCA: dose is %g, it must be above 0 and finite", dose)
	}
	if o.Method != "" && o.Method != "linear" && o.Method != "lin-log" {
		return fmt.Errorf("pharm: NCA: Method is %q, it must be \"linear\" or \"lin-log\"", o.Method)
	}
	if o.Points != 0 && o.Points < 3 {
		return fmt.Errorf("pharm: NCA: Points is %d, a terminal slope needs 3 or more (0 chooses)", o.Points)
	}
	return nil
}

// areas returns the integrals of c and of t c between two samples.
func areas(t1, t2, c1, c2 float64, logarithmic bool) (auc, aumc float64) {
	h := t2 - t1
	if logarithmic && c2 < c1 && c2 > 0 {
		// c = c1 exp(-k (t-t1))
		k := vec.Log(c1/c2) / h
		auc = (c1 - c2) / k
		aumc = (float64(t1*c1)-float64(t2*c2))/k + auc/k
		return auc, aumc
	}
	return h * (c1 + c2) / 2, h * (float64(t1*c1) + float64(t2*c2)) / 2
}

// terminal fits log c over the last measurable samples after the maximum.
func (r *NCAResult) terminal(top, points int) error {
	var t, y []float64
	var index []int
	for i := top + 1; i < len(r.C); i++ {
		if r.C[i] > 0 {
			t, y, index = append(t, r.T[i]), append(y, vec.Log(r.C[i])), append(index, i)
		}
	}
	const remedy = "set NoTerminal for AUC, CMax and TMax alone"
	least := max(points, 3)
	if len(t) < least {
		return fmt.Errorf("pharm: NCA: %d measurable samples after the maximum at %g, the terminal slope needs %d; %s", len(t), r.TMax, least, remedy)
	}
	most := len(t)
	if points > 0 {
		most = points
	}
	r.AdjR2 = math.Inf(-1)
	falls := false
	task := display.Start("pharm.NCA", "slopes", most-least+1)
	defer task.End()
	for n := least; n <= most; n++ {
		if task.Add(1); task.Err() != nil {
			return fmt.Errorf("pharm: NCA: %w", task.Err())
		}
		from := len(t) - n
		slope, intercept, r2 := line(t[from:], y[from:])
		adjusted := 1 - (1-r2)*float64(n-1)/float64(n-2)
		// A slope of rounding is none.
		if -slope*(t[len(t)-1]-t[from]) > 1e-9 && adjusted >= r.AdjR2 {
			falls = true
			r.Lambda, r.intercept, r.AdjR2, r.Points, r.first = -slope, intercept, adjusted, n, index[from]
		}
	}
	if !falls {
		return fmt.Errorf("pharm: NCA: the concentration does not fall over the last samples, there is no terminal slope; %s", remedy)
	}
	return nil
}

// line fits y = slope t + intercept by least squares.
func line(t, y []float64) (slope, intercept, r2 float64) {
	n := float64(len(t))
	mt, my := 0.0, 0.0
	for i := range t {
		mt += t[i] / n
		my += y[i] / n
	}
	stt, sty, syy := 0.0, 0.0, 0.0
	for i := range t {
		dt, dy := t[i]-mt, y[i]-my
		stt += float64(dt * dt)
		sty += float64(dt * dy)
		syy += float64(dy * dy)
	}
	slope = sty / stt
	if syy > 0 {
		r2 = sty * sty / (stt * syy)
	}
	return slope, my - float64(slope*mt), r2
}

// Table returns the results as rows, with their units as far as they are known.
func (r *NCAResult) Table() table.Table {
	unit := func(parts ...string) string {
		if r.TUnit == "" || r.CUnit == "" {
			return ""
		}
		s := ""
		for _, p := range parts {
			s += p
		}
		return s
	}
	kinetic := kineticUnits([]string{"CL", "V"}, r.DoseUnit, r.CUnit, r.TUnit)
	var name, units []string
	var value []float64
	for _, row := range []struct {
		name string
		v    float64
		unit string
	}{
		{"CMax", r.CMax, r.CUnit},
		{"TMax", r.TMax, r.TUnit},
		{"AUC", r.AUC, unit(r.CUnit, " ", r.TUnit)},
		{"AUCInf", r.AUCInf, unit(r.CUnit, " ", r.TUnit)},
		{"extrapolated", r.Extrapolated, "%"},
		{"HalfLife", r.HalfLife, r.TUnit},
		{"Lambda", r.Lambda, unit("1/", r.TUnit)},
		{"points", float64(r.Points), ""},
		{"adjusted R²", r.AdjR2, ""},
		{"CL", r.CL, kinetic[0]},
		{"Vz", r.Vz, kinetic[1]},
		{"MRT", r.MRT, r.TUnit},
	} {
		name, value, units = append(name, row.name), append(value, row.v), append(units, row.unit)
	}
	return table.Table{Title: strings.TrimSpace(fmt.Sprintf("non-compartmental analysis, dose %s %s", display.Number(r.Dose), r.DoseUnit)), Cols: []table.Col{
		{Name: "quantity", Text: name}, {Name: "value", Num: value}, {Name: "unit", Text: units},
	}}
}

// Plot draws the samples, and the terminal slope, over a logarithmic axis of
// concentration.
func (r *NCAResult) Plot() *figure.Figure {
	var t, c []float64
	for i := range r.C {
		if r.C[i] > 0 { // a logarithmic axis has no place for 0
			t, c = append(t, r.T[i]), append(c, r.C[i])
		}
	}
	p := figure.Panel{
		X: figure.Axis{Label: "time", Unit: r.TUnit},
		Y: figure.Axis{Label: "concentration", Unit: r.CUnit, Log: true},
		Layers: []figure.Layer{
			{Kind: figure.Line, X: t, Y: c, Color: "blue"},
			{Kind: figure.Points, X: t, Y: c, Color: "blue"},
		},
	}
	if r.Points > 0 {
		from, to := r.T[r.first], t[len(t)-1]
		p.Title = "half-life " + quantity(r.HalfLife, r.TUnit)
		p.Layers = append(p.Layers, figure.Layer{
			Kind: figure.Line, Name: "terminal slope", X: []float64{from, to}, Color: "orange", Width: 2,
			Y: []float64{vec.Exp(r.intercept - float64(r.Lambda*from)), vec.Exp(r.intercept - float64(r.Lambda*to))},
		})
	}
	return &figure.Figure{Width: 12, Height: 8, Panels: []figure.Panel{p}}
}

// String returns the table.
func (r *NCAResult) String() string { return r.Table().String() }

// Show shows the table.
func (r *NCAResult) Show() display.Bundle { return r.Table().Show() }
