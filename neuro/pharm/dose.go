package pharm

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// DoseOptions say how FitDoseResponse fits. The zero value fits all four
// parameters.
type DoseOptions struct {
	// FixBottom and FixTop keep a plateau at Bottom or Top instead of fitting
	// it, as for responses in percent of a control.
	FixBottom, FixTop bool
	Bottom, Top       float64
	// DoseUnit and Unit label doses and responses, such as "nM" and "%"; may be
	// empty.
	DoseUnit, Unit string
}

// NewDoseResponse returns options that fit all four parameters.
func NewDoseResponse() DoseOptions { return DoseOptions{} }

// DoseParams are the four parameters of a dose-response curve, or something of
// each of them, such as standard errors.
type DoseParams struct{ Bottom, Top, EC50, Slope float64 }

// A DoseFit is a fitted dose-response curve.
type DoseFit struct {
	Bottom float64 // lower plateau, in the unit of the response
	Top    float64 // upper plateau
	EC50   float64 // dose halfway between the plateaus
	Slope  float64 // of the curve over the logarithm of dose, above 0 when it rises

	SE         DoseParams // standard errors from first derivatives (Gauss-Newton), as R's nls
	SEObserved DoseParams // standard errors from the second derivatives at the data, as R's drc
	Sigma      float64    // residual standard deviation, unit of the response
	RSS        float64    // residual sum of squares
	DF         int        // samples less fitted parameters
	Iterations int

	Dose, Response []float64 // the samples
	DoseUnit, Unit string
	cov            [4][4]float64 // of bottom, top, log EC50 and slope, Gauss-Newton
}

// FitDoseResponse fits a four-parameter log-logistic curve by least squares.
//
//	y = Bottom + (Top - Bottom) / (1 + (EC50/x)^Slope)
//
// dose and response hold one value per sample; a dose of 0 is a control, at
// which the curve is at its first plateau. Bottom is the smaller plateau, and
// Slope is above 0 for responses that rise with dose and below 0 for those
// that fall (drc's b is -Slope). The fit starts from the best of a grid of
// EC50 and Slope and goes on until rounding.
//
// Unequal lengths, NaN, Inf, negative doses, fewer samples than parameters
// plus one, fewer different doses than parameters, and data that do not
// determine the curve (a flat response, an EC50 far outside the doses) are
// errors.
//
// Source: Finney 1978; Ritz and Streibig 2005 (drc, LL.4). Checked against R's
// nls and, for SEObserved, the observed information that drc uses.
func FitDoseResponse(dose, response []float64, o DoseOptions) (*DoseFit, error) {
	c, err := newDoseCurve(dose, response, o)
	if err != nil {
		return nil, err
	}
	c.task = display.Start("pharm.FitDoseResponse", "", 0)
	defer c.task.End()
	q, steps, err := c.fit()
	if err != nil {
		if at, turns := c.turn(); turns {
			err = fmt.Errorf("%w; mean responses turn back beyond the dose %g, which a curve with two plateaus cannot do: fit the doses up to there", err, at)
		}
		return nil, err
	}
	return c.result(q, steps)
}

// At returns the fitted response at a dose.
func (f *DoseFit) At(dose float64) float64 {
	return f.Bottom + Hill(dose, f.Top-f.Bottom, f.EC50, f.Slope)
}

// ED returns the effective dose: the dose at which p percent of the way from
// the plateau at dose 0 to the other one is done. ED(50) is the EC50. NaN
// unless p lies between 0 and 100.
//
//	ED = EC50 (p/(100-p))^(1/|Slope|)
func (f *DoseFit) ED(p float64) float64 {
	if !(p > 0 && p < 100) {
		return math.NaN()
	}
	return vec.Exp(vec.Log(f.EC50) + vec.Log(p/(100-p))/math.Abs(f.Slope))
}

// EDSE returns the standard error of ED(p) by the delta method, from SE.
func (f *DoseFit) EDSE(p float64) float64 {
	if !(p > 0 && p < 100) {
		return math.NaN()
	}
	// Of log ED = L + log(p/(100-p))/|n|.
	dn := -vec.Log(p/(100-p)) / (f.Slope * math.Abs(f.Slope))
	v := f.cov[2][2] + float64(2*dn*f.cov[2][3]) + float64(dn*dn*f.cov[3][3])
	return f.ED(p) * math.Sqrt(v)
}

// EDCI returns the confidence interval ED(p) ± t EDSE(p), where t is the
// quantile of Student's distribution with DF degrees of freedom; level is 0.95
// for the usual interval. The lower end can be negative where the data say
// little.
func (f *DoseFit) EDCI(p, level float64) (lo, hi float64) {
	if !(level > 0 && level < 1) {
		return math.NaN(), math.NaN()
	}
	ed, half := f.ED(p), float64(studentQuantile(0.5+float64(level/2), f.DF)*f.EDSE(p))
	return ed - half, ed + half
}

// Profile returns intervals of the parameters by profile likelihood: those of
// GlobalFit.Profile for this one curve. A plateau that was fixed has its value at both
// ends. For weights and shared parameters see FitDoseResponses.
func (f *DoseFit) Profile(level float64) (table.Table, error) {
	o := GlobalOptions{XUnit: f.DoseUnit, YUnit: f.Unit, Fixed: map[string]float64{}}
	if f.SE.Bottom == 0 {
		o.Fixed["Bottom"] = f.Bottom
	}
	if f.SE.Top == 0 {
		o.Fixed["Top"] = f.Top
	}
	g, err := FitDoseResponses([]Series{{X: f.Dose, Y: f.Response}}, false, o)
	if err != nil {
		return table.Table{}, err
	}
	t, err := g.Profile(level)
	for i := range t.Cols { // without S, which is 1
		c := &t.Cols[i]
		if c.Text != nil {
			c.Text = c.Text[:4]
		} else {
			c.Num = c.Num[:4]
		}
	}
	return t, err
}

// Curve returns the fitted curve from a third of the smallest dose above 0 to
// three times the largest.
func (f *DoseFit) Curve() Curve {
	lo, hi := span(f.Dose)
	c := Curve{C: logSpace(lo/3, hi*3, 201), EC50: f.EC50, N: f.Slope, CUnit: f.DoseUnit, EUnit: f.Unit}
	for _, x := range c.C {
		c.E = append(c.E, f.At(x))
	}
	return c
}

// Table returns the parameters with standard errors and 95% intervals.
func (f *DoseFit) Table() table.Table {
	t := studentQuantile(0.975, f.DF)
	est := []float64{f.Bottom, f.Top, f.EC50, f.Slope}
	se := []float64{f.SE.Bottom, f.SE.Top, f.SE.EC50, f.SE.Slope}
	lo, hi := make([]float64, 4), make([]float64, 4)
	for i := range est {
		lo[i], hi[i] = est[i]-float64(t*se[i]), est[i]+float64(t*se[i])
	}
	return table.Table{Title: f.String(), Cols: []table.Col{
		{Name: "parameter", Text: []string{"Bottom", "Top", "EC50", "Slope"}},
		{Name: "estimate", Num: est}, {Name: "SE", Num: se}, {Name: "95% from", Num: lo}, {Name: "to", Num: hi},
		{Name: "unit", Text: []string{f.Unit, f.Unit, f.DoseUnit, ""}},
	}}
}

// String names the EC50 and the slope.
func (f *DoseFit) String() string {
	return fmt.Sprintf("dose response: EC50 %s ± %.2g (SE), slope %.4g, from %.4g to %s; %d samples",
		quantity(f.EC50, f.DoseUnit), f.SE.EC50, f.Slope, f.Bottom, quantity(f.Top, f.Unit), len(f.Dose))
}

// Plot draws samples and curve over the logarithm of dose, with the curve's 95%
// confidence band; controls stand at the left.
func (f *DoseFit) Plot() *figure.Figure {
	fig := f.Curve().Plot()
	p := &fig.Panels[0]
	p.X.Label, p.Y.Label = "dose", "response"
	band := figure.Layer{Kind: figure.Area, X: p.Layers[0].X, Color: "blue", Alpha: 0.2}
	for _, x := range band.X {
		lo, hi := f.Band(x, 0.95)
		band.Y, band.Y2 = append(band.Y, hi), append(band.Y2, lo)
	}
	p.Layers = append([]figure.Layer{band}, p.Layers...)
	lo, _ := span(f.Dose)
	x := append([]float64(nil), f.Dose...)
	control := false
	for i, d := range x {
		if d == 0 {
			x[i], control = lo/3, true
		}
	}
	if control {
		p.X.Label = "dose (0 at the left end)"
	}
	p.Layers = append(p.Layers, figure.Layer{Kind: figure.Points, X: x, Y: f.Response, Color: "black"})
	return fig
}

// Show draws the figure; its text is String.
func (f *DoseFit) Show() display.Bundle {
	b := f.Plot().Show()
	b.Data[display.TypeText] = f.String()
	return b
}

// span returns the smallest dose above 0 and the largest.
func span(dose []float64) (lo, hi float64) {
	lo = math.Inf(1)
	for _, d := range dose {
		if d > 0 {
			lo, hi = math.Min(lo, d), math.Max(hi, d)
		}
	}
	return lo, hi
}

func checkDoses(dose, response []float64, o DoseOptions) (free int, err error) {
	fail := func(format string, args ...any) (int, error) {
		return 0, fmt.Errorf("pharm: FitDoseResponse: "+format, args...)
	}
	if len(dose) != len(response) {
		return fail("dose has %d values and response has %d, they must be as many", len(dose), len(response))
	}
	for i, d := range dose {
		if !(d >= 0) || math.IsInf(d, 0) {
			return fail("dose[%d] is %g, doses must be finite and 0 or more; they are taken as they are, not their logarithms", i, d)
		}
		if math.IsNaN(response[i]) || math.IsInf(response[i], 0) {
			return fail("response[%d] is %g, responses must be finite; leave missing samples out", i, response[i])
		}
	}
	free = 4
	for _, f := range []struct {
		fixed bool
		v     float64
		name  string
	}{{o.FixBottom, o.Bottom, "Bottom"}, {o.FixTop, o.Top, "Top"}} {
		if !f.fixed {
			continue
		}
		free--
		if math.IsNaN(f.v) || math.IsInf(f.v, 0) {
			return fail("%s is fixed at %g, it must be finite", f.name, f.v)
		}
	}
	if o.FixBottom && o.FixTop && o.Bottom >= o.Top {
		return fail("Bottom is fixed at %g and Top at %g, Bottom must be below Top", o.Bottom, o.Top)
	}
	if len(dose) <= free {
		return fail("dose has %d samples for %d parameters, at least %d are needed", len(dose), free, free+1)
	}
	s := append([]float64(nil), dose...)
	sort.Float64s(s)
	different := 0
	for i := range s {
		if i == 0 || s[i] != s[i-1] {
			different++
		}
	}
	if different < free {
		return fail("dose has %d different values for %d parameters, at least %d are needed", different, free, free)
	}
	if flat(response) {
		return fail("all %d responses are %g, a flat response sets no curve", len(response), response[0])
	}
	return free, nil
}
