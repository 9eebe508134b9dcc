package pharm

import (
	"fmt"
	"math"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// VPCOptions say how VPC computes. The zero value is NewVPC.
type VPCOptions struct {
	Runs int // simulated data sets; 0 means 1000
	// Bins is the number of groups of times with equally many samples; 0 chooses
	// about one for each 12 samples of a time, at most 12.
	Bins int
	Seed uint64
	// PredictionCorrected multiplies each concentration, observed and simulated, by the
	// median prediction of its bin over its own prediction, which takes out what doses,
	// covariates and times within a bin differ in.
	PredictionCorrected bool
}

// NewVPC returns 1000 runs with the seed 0.
func NewVPC() VPCOptions { return VPCOptions{} }

// A VPC is a visual predictive check: percentiles of the observed concentrations in
// bins of time, and where simulated data sets have theirs.
type VPC struct {
	T        []float64    // median time of each bin
	N        []int        // samples in each bin
	Percent  [3]float64   // 5, 50 and 95
	Observed [3][]float64 // percentiles of the observations, [percentile][bin]
	Low      [3][]float64 // 2.5th percentile over the runs of the simulated percentiles
	Middle   [3][]float64 // median over the runs
	High     [3][]float64 // 97.5th percentile over the runs
	Runs     int

	SampleT, SampleC []float64 // the observations, as they are compared
	Corrected        bool      // by predictions
	TUnit, CUnit     string
}

// VPC simulates data sets with the fitted model, its doses and times, and compares
// percentiles of the concentrations with those observed.
//
// Bins hold about equally many samples in order of time; samples of one time are in
// one bin. Samples below the limit (M3) count with their value. Where the prediction is
// 0, as before the first dose, concentrations are not corrected. Equal seeds give
// equal results. Negative options are errors. Source: Holford 2005, PAGE 14, Abstr
// 738; Karlsson and Holford 2008, PAGE 17, Abstr 1434; Bergstrand et al. 2011, AAPS J.
// 13:143 (prediction-corrected).
func (f *PopulationFit) VPC(o VPCOptions) (*VPC, error) {
	if o.Runs < 0 || o.Bins < 0 {
		return nil, fmt.Errorf("pharm: VPC: Runs is %d and Bins %d, they must be 0 or more", o.Runs, o.Bins)
	}
	if o.Runs == 0 {
		o.Runs = 1000
	}
	v := &VPC{Percent: [3]float64{5, 50, 95}, Runs: o.Runs, TUnit: f.TUnit, CUnit: f.CUnit}
	for _, s := range f.Subjects {
		v.SampleT, v.SampleC = append(v.SampleT, s.T...), append(v.SampleC, s.C...)
	}
	bins := timeBins(v.SampleT, o.Bins)
	for _, b := range bins {
		var t []float64
		for _, i := range b {
			t = append(t, v.SampleT[i])
		}
		v.T, v.N = append(v.T, quantile(t, 0.5)), append(v.N, len(b))
	}
	correction := make([]float64, len(v.SampleC))
	for i := range correction {
		correction[i] = 1
	}
	if v.Corrected = o.PredictionCorrected; v.Corrected {
		pred, err := f.Residuals.Col("PRED")
		if err != nil {
			return nil, fmt.Errorf("pharm: VPC: %w", err)
		}
		for _, b := range bins {
			var values []float64
			for _, i := range b {
				values = append(values, pred.Num[i])
			}
			middle := quantile(values, 0.5)
			for _, i := range b {
				if pred.Num[i] > 0 {
					correction[i] = middle / pred.Num[i]
				}
				v.SampleC[i] *= correction[i]
			}
		}
	}
	percentiles := func(c []float64) (p [3][]float64) {
		for _, b := range bins {
			var values []float64
			for _, i := range b {
				values = append(values, c[i])
			}
			for k := range p {
				p[k] = append(p[k], quantile(values, v.Percent[k]/100))
			}
		}
		return p
	}
	v.Observed = percentiles(v.SampleC)
	task := display.Start("pharm.VPC", "data sets", o.Runs)
	defer task.End()
	runs, errs := make([][3][]float64, o.Runs), make([]error, o.Runs)
	linalg.Parallel(o.Runs, func(r int) {
		if errs[r] = task.Err(); errs[r] != nil {
			return
		}
		drawn, err := f.Simulate(f.Subjects, o.Seed+uint64(r)*0x9E3779B97F4A7C15)
		if err != nil {
			errs[r] = err
			return
		}
		var c []float64
		for _, s := range drawn {
			c = append(c, s.C...)
		}
		for i := range c {
			c[i] *= correction[i]
		}
		runs[r] = percentiles(c)
		task.Add(1)
	})
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("pharm: VPC: %w", err)
		}
	}
	for k := range v.Percent {
		for b := range bins {
			var values []float64
			for r := range runs {
				values = append(values, runs[r][k][b])
			}
			v.Low[k] = append(v.Low[k], quantile(values, 0.025))
			v.Middle[k] = append(v.Middle[k], quantile(values, 0.5))
			v.High[k] = append(v.High[k], quantile(values, 0.975))
		}
	}
	return v, nil
}

// timeBins returns the samples of each bin, in order of time.
func timeBins(t []float64, n int) [][]int {
	order := make([]int, len(t))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return t[order[a]] < t[order[b]] })
	if n == 0 {
		n = min(12, max(1, len(t)/12))
	}
	n = min(n, len(t))
	var bins [][]int
	for from := 0; from < len(t); {
		to := max(from+1, (len(bins)+1)*len(t)/n)
		for to < len(t) && t[order[to]] == t[order[to-1]] {
			to++
		}
		bins = append(bins, order[from:to])
		from = to
	}
	return bins
}

// Outside returns the share of the observed percentiles that lie outside the 95%
// interval of the simulated ones: about 0.05 where the model is right.
func (v *VPC) Outside() float64 {
	out, all := 0.0, 0.0
	for k := range v.Percent {
		for b, o := range v.Observed[k] {
			if all++; o < v.Low[k][b] || o > v.High[k][b] {
				out++
			}
		}
	}
	return out / all
}

// Table returns one row per bin.
func (v *VPC) Table() table.Table {
	n := make([]float64, len(v.N))
	for i, k := range v.N {
		n[i] = float64(k)
	}
	t := table.Table{Title: v.String(), Cols: []table.Col{{Name: "time", Unit: v.TUnit, Num: v.T}, {Name: "n", Num: n}}}
	for k, p := range v.Percent {
		name := fmt.Sprintf("%g%%", p)
		t.Cols = append(t.Cols, table.Col{Name: name + " observed", Unit: v.CUnit, Num: v.Observed[k]},
			table.Col{Name: name + " from", Unit: v.CUnit, Num: v.Low[k]}, table.Col{Name: name + " to", Unit: v.CUnit, Num: v.High[k]})
	}
	return t
}

// String tells how many of the observed percentiles lie where the model has them.
func (v *VPC) String() string {
	what := ""
	if v.Corrected {
		what = "prediction-corrected "
	}
	return fmt.Sprintf(what+"visual predictive check: %d data sets, %d bins of time; %.0f%% of the observed percentiles lie outside the 95%% intervals of the simulated ones", v.Runs, len(v.T), math.Round(100*v.Outside()))
}

// Plot draws the observations with their 5th, 50th and 95th percentiles as lines,
// over the 95% intervals of the simulated ones.
func (v *VPC) Plot() *figure.Figure {
	p := figure.Panel{
		Title: "visual predictive check",
		X:     figure.Axis{Label: "time", Unit: v.TUnit}, Y: figure.Axis{Label: "concentration", Unit: v.CUnit},
	}
	if v.Corrected {
		p.Title, p.Y.Label = "prediction-corrected visual predictive check", "corrected concentration"
	}
	for k, color := range []string{"blue", "orange", "blue"} {
		name := []string{"5% and 95%, simulated", "median, simulated", ""}[k]
		p.Layers = append(p.Layers, figure.Layer{Kind: figure.Area, Name: name, X: v.T, Y: v.High[k], Y2: v.Low[k], Color: color, Alpha: 0.3})
	}
	p.Layers = append(p.Layers, figure.Layer{Kind: figure.Points, X: v.SampleT, Y: v.SampleC, Color: "grey", Size: 2.5, Alpha: 0.6})
	for k := range v.Percent {
		l := figure.Layer{Kind: figure.Line, X: v.T, Y: v.Observed[k], Color: "black", Dash: k != 1}
		if k < 2 {
			l.Name = []string{"5% and 95%, observed", "median, observed"}[k]
		}
		p.Layers = append(p.Layers, l)
	}
	return &figure.Figure{Width: 14, Height: 9, Panels: []figure.Panel{p}}
}

// Show draws the figure; its text is String.
func (v *VPC) Show() display.Bundle { return described(v.Plot(), v.String()) }
