package pharm

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// An AsymmetricFit is a fitted five-parameter dose-response curve.
type AsymmetricFit struct {
	EC50      float64 // dose halfway between the plateaus
	Asymmetry float64 // S; 1 is the symmetric curve of FitDoseResponse
	CurveFit          // of Bottom, Top, X0, Slope and S
}

// FitAsymmetric fits a five-parameter log-logistic curve by least squares.
//
//	y = Bottom + (Top - Bottom) / (1 + (X0/x)^Slope)^S
//	EC50 = X0 (2^(1/S) - 1)^(-1/Slope)
//
// dose, response and the units of o are those of FitDoseResponse, from whose
// curve (or the best of a grid) the search starts; Slope is above 0 for responses that rise (drc's b is
// -Slope, its f is S). Fixed plateaus, bad values and samples
// that do not determine S are errors. Compare the residual sums of
// squares of both fits before the fifth parameter is reported.
//
// Source: Richards 1959; Finney 1979; Ritz and Streibig 2005 (drc, LL.5).
// Checked against R.
func FitAsymmetric(dose, response []float64, o DoseOptions) (*AsymmetricFit, error) {
	const who = "FitAsymmetric"
	c, four, err := startDose(who, dose, response, o, 5)
	if err != nil {
		return nil, err
	}
	c.Model = "five-parameter dose response"
	c.Names = []string{"Bottom", "Top", "X0", "Slope", "S"}
	c.Units = []string{o.Unit, o.Unit, o.DoseUnit, "", ""}
	c.at = func(q []float64, x float64) float64 {
		return q[0] + float64((q[1]-q[0])*vec.Exp(-q[4]*softplus(logRatio(q[2], x, q[3]))))
	}
	f := &AsymmetricFit{}
	found := false
	for _, s := range []float64{1, 0.4, 3} {
		// The dose in the middle stays.
		x0 := four.EC50 * vec.Pow(vec.Expm1(math.Ln2/s), 1/four.Slope)
		try := c
		if e := try.fit(who, []float64{four.Bottom, four.Top, x0, four.Slope, s}, []bool{false, false, true, false, true}); e != nil {
			err = e
		} else if !found || try.RSS < f.RSS-float64(1e-9*f.RSS) {
			found, f.CurveFit = true, try
		}
	}
	if !found {
		return nil, err
	}
	f.Asymmetry = f.Estimate[4]
	f.EC50 = f.Estimate[2] * vec.Pow(vec.Expm1(math.Ln2/f.Asymmetry), -1/f.Estimate[3])
	return f, nil
}

// ED returns the effective dose: the dose at which p percent of the way from the
// plateau at dose 0 to the other one is done. NaN unless p lies between 0 and 100.
//
//	ED = X0 (s^(-1/S) - 1)^(-1/Slope),  s = p/100 for responses that rise, else 1 - p/100
func (f *AsymmetricFit) ED(p float64) float64 { return asymmetricED(f.Estimate, p) }

func asymmetricED(q []float64, p float64) float64 {
	if !(p > 0 && p < 100) {
		return math.NaN()
	}
	s := p / 100
	if q[3] < 0 {
		s = 1 - s
	}
	return q[2] * vec.Pow(vec.Expm1(-vec.Log(s)/q[4]), -1/q[3])
}

// EDSE returns the standard error of ED(p) by the delta method, from SE; NaN unless p
// lies between 0 and 100. Checked against R's nls with the effective dose as a parameter.
func (f *AsymmetricFit) EDSE(p float64) float64 {
	slope := make([]float64, len(f.Estimate))
	for k, v := range f.Estimate {
		if f.SE[k] == 0 {
			continue
		}
		h := float64(1e-5 * f.SE[k])
		up, down := slices.Clone(f.Estimate), slices.Clone(f.Estimate)
		up[k], down[k] = v+h, v-h
		slope[k] = (asymmetricED(up, p) - asymmetricED(down, p)) / (up[k] - down[k])
	}
	sum := 0.0
	for i := range slope {
		for j := range slope {
			sum += float64(slope[i] * f.cov[i][j] * slope[j])
		}
	}
	return math.Sqrt(sum)
}

// A BiphasicFit is a fitted dose-response curve of two phases.
type BiphasicFit struct {
	Low, High float64 // EC50 of the phase at lower and at higher doses
	Share     float64 // of the way between the plateaus that the phase at Low has
	CurveFit          // of Bottom, Top, Low, High and Share
}

// FitBiphasic fits a curve of two phases by least squares, as of two classes of
// sites.
//
//	y = Bottom + (Top - Bottom) (Share/(1 + (Low/x)^n) + (1 - Share)/(1 + (High/x)^n))
//
// n is 1 for responses that rise and -1 for those that fall. dose, response and
// the units of o are those of FitDoseResponse. At least 6 samples at 5 doses are
// needed; fixed plateaus, bad values and samples without two phases are
// errors.
//
// Source: the law of mass action for two independent sites; Motulsky and
// Christopoulos 2004. Checked against exact curves.
func FitBiphasic(dose, response []float64, o DoseOptions) (*BiphasicFit, error) {
	const who = "FitBiphasic"
	c, four, err := startDose(who, dose, response, o, 5)
	if err != nil {
		return nil, err
	}
	c.Model = "biphasic dose response"
	c.Names = []string{"Bottom", "Top", "Low", "High", "Share"}
	c.Units = []string{o.Unit, o.Unit, o.DoseUnit, o.DoseUnit, ""}
	n := 1.0
	if four.Slope < 0 {
		n = -1
	}
	c.at = func(q []float64, x float64) float64 {
		return q[0] + float64((q[1]-q[0])*(Hill(x, q[4], q[2], n)+Hill(x, 1-q[4], q[3], n)))
	}
	f := &BiphasicFit{}
	found, outside := false, math.NaN()
	for _, q := range biphasicStarts(dose, response, n) {
		try := c
		if e := try.fit(who, q, []bool{false, false, true, true, false}); e != nil {
			err = e
		} else if v := try.Estimate[4]; !(v > 0 && v < 1) { // no case of the model, though it may fit
			outside = v
		} else if !found || try.RSS < f.RSS-float64(1e-9*f.RSS) {
			found, f.CurveFit = true, try
		}
	}
	if !found && !math.IsNaN(outside) {
		return nil, fmt.Errorf("pharm: %s: the best curve has a share of %.3g in the first phase, it must lie between 0 and 1: the samples do not show two phases", who, outside)
	}
	if !found {
		return nil, err
	}
	q := f.Estimate
	if q[2] > q[3] {
		q[2], q[3], q[4] = q[3], q[2], 1-q[4]
		f.SE[2], f.SE[3] = f.SE[3], f.SE[2]
		f.SEObserved[2], f.SEObserved[3] = f.SEObserved[3], f.SEObserved[2]
	}
	f.Low, f.High, f.Share = q[2], q[3], q[4]
	return f, nil
}

// biphasicStarts returns the best three pairs of a grid over both EC50, the plateaus
// and the share by linear least squares.
func biphasicStarts(dose, response []float64, n float64) (starts [][]float64) {
	lo, hi := span(dose)
	grid := logSpace(lo, hi, 13)
	var least []float64
	for i, low := range grid {
		for _, high := range grid[i+1:] {
			a := [][]float64{{0, 0, 0}, {0, 0, 0}, {0, 0, 0}}
			var b [3]float64
			for k, y := range response {
				row := [3]float64{1, Hill(dose[k], 1, low, n), Hill(dose[k], 1, high, n)}
				for u := range row {
					b[u] += float64(row[u] * y)
					for v := range row {
						a[u][v] += float64(row[u] * row[v])
					}
				}
			}
			inverse, ok := optim.InversePositive(a)
			if !ok {
				continue
			}
			var p [3]float64
			for u := range p {
				for v := range p {
					p[u] += float64(inverse[u][v] * b[v])
				}
			}
			if !(p[1] > 0 && p[2] > 0) {
				continue
			}
			rss := 0.0
			for k, y := range response {
				e := y - p[0] - float64(p[1]*Hill(dose[k], 1, low, n)) - float64(p[2]*Hill(dose[k], 1, high, n))
				rss += float64(e * e)
			}
			at, _ := slices.BinarySearch(least, rss)
			least = slices.Insert(least, at, rss)
			starts = slices.Insert(starts, at, []float64{p[0], p[0] + p[1] + p[2], low, high, p[1] / (p[1] + p[2])})
		}
	}
	if len(starts) == 0 {
		return [][]float64{{response[0], response[len(response)-1], lo, hi, 0.5}}
	}
	return starts[:min(3, len(starts))]
}

// startDose checks the samples of a curve with p parameters and fits four.
func startDose(who string, dose, response []float64, o DoseOptions, p int) (CurveFit, *DoseFit, error) {
	if o.FixBottom || o.FixTop {
		return CurveFit{}, nil, fmt.Errorf("pharm: %s: FixBottom or FixTop is set, plateaus are always fitted", who)
	}
	if err := checkSamples(who, "dose", "response", dose, response, p); err != nil {
		return CurveFit{}, nil, err
	}
	four, err := FitDoseResponse(dose, response, o)
	if err != nil { // four parameters may fit badly what five or two phases fit well
		q, err := doseStarts(who, []Series{{X: dose, Y: response}}, GlobalOptions{})
		if err != nil {
			return CurveFit{}, nil, err
		}
		four = &DoseFit{Bottom: q[0][0], Top: q[0][1], EC50: q[0][2], Slope: q[0][3]}
	}
	return CurveFit{
		X: append([]float64(nil), dose...), Y: append([]float64(nil), response...),
		XLabel: "dose", YLabel: "response", XUnit: o.DoseUnit, YUnit: o.Unit, logX: true,
	}, four, nil
}

// logRatio returns n log(a/x), an infinity for x = 0.
func logRatio(a, x, n float64) float64 {
	if x == 0 {
		return math.Inf(1) * n
	}
	return n * (vec.Log(a) - vec.Log(x))
}

// softplus returns log(1 + exp(x)).
func softplus(x float64) float64 {
	return math.Max(x, 0) + vec.Log1p(vec.Exp(-math.Abs(x)))
}
