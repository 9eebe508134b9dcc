package behavior

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// DDMPrediction holds what a fitted drift-diffusion model says of choices and
// times in each condition, beside the data.
type DDMPrediction struct {
	Prob       []float64 // probabilities of the quantiles: 0.1, 0.3, 0.5, 0.7, 0.9
	Conditions []DDMPredicted
}

// DDMPredicted is that of one condition, or of one strength in it.
type DDMPredicted struct {
	Label    string
	Strength float64 // 1 without
	Trials   int
	Data     DDMSummary
	Model    DDMSummary
}

// DDMSummary describes choices and times.
type DDMSummary struct {
	Upper                          float64   // proportion at the upper boundary
	MeanUpper, MeanLower           float64   `unit:"s"` // mean times at each boundary; NaN without any
	SEUpper, SEMeanUpper           float64   // standard errors, of data
	QuantilesUpper, QuantilesLower []float64 `unit:"s"` // NaN with fewer than five times
}

// Predict returns the proportion of upper responses and the mean and the
// quantiles of the times at both boundaries, of the data and as the model has
// them (with outliers, where it has those), in every condition and strength.
//
// Source: Ratcliff and Tuerlinckx 2002, for the quantiles.
func (f *DDMFit) Predict() *DDMPrediction {
	p := &DDMPrediction{Prob: []float64{0.1, 0.3, 0.5, 0.7, 0.9}}
	for _, g := range f.groups() {
		c := DDMPredicted{Label: f.Conditions[g.cell].Label, Strength: g.strength}
		var times [2][]float64
		for i, t := range f.RT {
			if f.cell[i] == g.cell && (f.Strength == nil || f.Strength[i] == g.strength) {
				k := 0
				if f.Upper[i] {
					k = 1
				}
				times[k] = append(times[k], t)
			}
		}
		ups, n := float64(len(times[1])), float64(len(times[0])+len(times[1]))
		c.Trials = int(n)
		c.Data.Upper = ups / n
		c.Data.SEUpper = math.Sqrt(c.Data.Upper * (1 - c.Data.Upper) / n)
		c.Data.MeanLower, _ = meanSE(times[0])
		c.Data.MeanUpper, c.Data.SEMeanUpper = meanSE(times[1])
		c.Data.QuantilesLower, c.Data.QuantilesUpper = p.quantiles(times[0]), p.quantiles(times[1])
		c.Model = f.summary(g.model, p.Prob)
		p.Conditions = append(p.Conditions, c)
	}
	return p
}

func meanSE(x []float64) (mean, se float64) {
	if len(x) == 0 {
		return math.NaN(), math.NaN()
	}
	n := float64(len(x))
	for _, v := range x {
		mean += v / n
	}
	for _, v := range x {
		se += float64((v - mean) * (v - mean))
	}
	return mean, math.Sqrt(se / n / math.Max(n-1, 1))
}

func (p *DDMPrediction) quantiles(times []float64) []float64 {
	q := make([]float64, len(p.Prob))
	for i := range q {
		q[i] = math.NaN()
	}
	if len(times) >= 5 {
		q, _ = RTQuantiles(times, p.Prob...)
	}
	return q
}

// summary sums a model's density over a fine grid of times.
func (f *DDMFit) summary(d DDM, prob []float64) DDMSummary {
	const n = 4000
	begin := math.Max(d.T0-float64(d.ST0/2), 0)
	end := d.T0 + d.ST0 + float64(6*d.A*d.A/(d.S*d.S))
	if f.Outliers > 0 {
		begin, end = 0, math.Max(end, 1/(2*f.uniform))
	}
	h := (end - begin) / n
	t, upper := make([]float64, n), make([]bool, n)
	for i := range t {
		t[i] = begin + float64(h*(float64(i)+0.5))
	}
	var s DDMSummary
	for k := range 2 {
		for i := range upper {
			upper[i] = k == 1
		}
		mass := d.LogPDFs(t, upper)
		vec.ExpBlock(mass, mass)
		total, mean := 0.0, 0.0
		for i := range mass {
			mass[i] = float64(mass[i] * (1 - f.Outliers))
			if t[i] < 1/(2*f.uniform) {
				mass[i] += float64(f.Outliers * f.uniform)
			}
			mass[i] = float64(mass[i] * h)
			total += mass[i]
			mean += float64(mass[i] * t[i])
		}
		quantiles := make([]float64, 0, len(prob))
		sum := 0.0
		for i, m := range mass {
			for len(quantiles) < len(prob) && sum+m >= prob[len(quantiles)]*total {
				part := (float64(prob[len(quantiles)]*total) - sum) / m
				quantiles = append(quantiles, t[i]+float64(h*(part-0.5)))
			}
			sum += m
		}
		if k == 1 {
			s.Upper, s.MeanUpper, s.QuantilesUpper = total, mean/total, quantiles
		} else {
			s.MeanLower, s.QuantilesLower = mean/total, quantiles
			s.Upper = total
		}
	}
	return s
}

// String says how far the model's proportions and means are from the data's.
func (p *DDMPrediction) String() string {
	var far, slow float64
	for _, c := range p.Conditions {
		far = math.Max(far, math.Abs(c.Data.Upper-c.Model.Upper))
		if d := math.Abs(c.Data.MeanUpper - c.Model.MeanUpper); d > slow {
			slow = d
		}
	}
	return fmt.Sprintf("drift diffusion in %d conditions: proportions within %.3f of the data, mean times at the upper boundary within %.3f s", len(p.Conditions), far, slow)
}

// Table returns proportions and mean times, of data and model.
func (p *DDMPrediction) Table() table.Table {
	cols := []table.Col{{Name: "condition"}, {Name: "trials"}, {Name: "P(upper)"}, {Name: "P(upper), model"}, {Name: "mean, upper", Unit: "s"}, {Name: "mean, upper, model", Unit: "s"}, {Name: "mean, lower", Unit: "s"}, {Name: "mean, lower, model", Unit: "s"}}
	for _, c := range p.Conditions {
		cols[0].Text = append(cols[0].Text, c.name())
		for k, v := range []float64{float64(c.Trials), c.Data.Upper, c.Model.Upper, c.Data.MeanUpper, c.Model.MeanUpper, c.Data.MeanLower, c.Model.MeanLower} {
			cols[k+1].Num = append(cols[k+1].Num, v)
		}
	}
	return table.Table{Title: p.String(), Cols: cols}
}

func (c DDMPredicted) name() string {
	if c.Strength == 1 {
		return c.Label
	}
	if c.Label == "" {
		return display.Number(c.Strength)
	}
	return c.Label + ", " + display.Number(c.Strength)
}

// places returns where conditions stand on an axis: at the numbers that they are
// labelled with, or in a row.
func (p *DDMPrediction) places() (x []float64, axis figure.Axis) {
	number := true
	for i, c := range p.Conditions {
		v, err := strconv.ParseFloat(c.name(), 64)
		number = number && err == nil
		x = append(x, v)
		axis.Ticks, axis.Names = append(axis.Ticks, float64(i)), append(axis.Names, c.name())
	}
	if number && len(x) > 1 {
		return x, figure.Axis{Label: "condition"}
	}
	for i := range x {
		x[i] = float64(i)
	}
	return x, axis
}

// Plot draws the psychometric and the chronometric function: proportions of upper
// responses and mean times over the conditions, points with standard errors being
// data and lines the model. The model's times at a boundary are drawn where it
// expects two trials or more there.
func (p *DDMPrediction) Plot() *figure.Figure {
	x, axis := p.places()
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case x[a] < x[b]:
			return -1
		case x[a] > x[b]:
			return 1
		}
		return 0
	})
	var at, prop, propLo, propHi, propModel, mean, meanLo, meanHi, meanModel, lower, lowerModel, lowerAt []float64
	for _, i := range order {
		c := p.Conditions[i]
		at = append(at, x[i])
		prop, propModel = append(prop, c.Data.Upper), append(propModel, c.Model.Upper)
		propLo, propHi = append(propLo, c.Data.Upper-c.Data.SEUpper), append(propHi, c.Data.Upper+c.Data.SEUpper)
		mean, meanModel = append(mean, c.Data.MeanUpper), append(meanModel, c.Model.MeanUpper)
		meanLo, meanHi = append(meanLo, c.Data.MeanUpper-c.Data.SEMeanUpper), append(meanHi, c.Data.MeanUpper+c.Data.SEMeanUpper)
		if lower = append(lower, c.Data.MeanLower); c.expects(1 - c.Model.Upper) {
			lowerModel, lowerAt = append(lowerModel, c.Model.MeanLower), append(lowerAt, x[i])
		}
	}
	return &figure.Figure{Width: 16, Height: 7, Cols: 2, Panels: []figure.Panel{
		{X: axis, Y: figure.Axis{Label: "proportion of upper responses"}, Layers: []figure.Layer{
			{Kind: figure.Line, X: at, Y: propModel, Color: "black", Name: "model"},
			{Kind: figure.Errors, X: at, Y: propLo, Y2: propHi, Color: "blue"},
			{Kind: figure.Points, X: at, Y: prop, Color: "blue", Name: "data"},
		}},
		{X: axis, Y: figure.Axis{Label: "mean response time", Unit: "s"}, Layers: []figure.Layer{
			{Kind: figure.Line, X: at, Y: meanModel, Color: "blue", Name: "upper"},
			{Kind: figure.Line, X: lowerAt, Y: lowerModel, Color: "orange", Name: "lower"},
			{Kind: figure.Errors, X: at, Y: meanLo, Y2: meanHi, Color: "blue"},
			{Kind: figure.Points, X: at, Y: mean, Color: "blue"},
			{Kind: figure.Points, X: at, Y: lower, Color: "orange"},
		}},
	}}
}

// expects says whether a response of that probability is expected in two trials.
func (c DDMPredicted) expects(probability float64) bool { return probability*float64(c.Trials) >= 2 }

// QuantilePlot draws the quantile-probability plot: quantiles of the times at the
// upper boundary over its proportion in each condition and, to their left, those
// at the lower boundary over its own; points are data, lines the model.
//
// Source: Ratcliff and Tuerlinckx 2002.
func (p *DDMPrediction) QuantilePlot() *figure.Figure {
	panel := figure.Panel{X: figure.Axis{Label: "proportion of the response", Min: -0.02, Max: 1.02}, Y: figure.Axis{Label: "quantile of response time", Unit: "s"}}
	for q, prob := range p.Prob {
		type point struct{ x, y float64 }
		var model, data []point
		for _, c := range p.Conditions {
			if c.expects(c.Model.Upper) {
				model = append(model, point{x: c.Model.Upper, y: c.Model.QuantilesUpper[q]})
			}
			if c.expects(1 - c.Model.Upper) {
				model = append(model, point{x: 1 - c.Model.Upper, y: c.Model.QuantilesLower[q]})
			}
			data = append(data, point{x: c.Data.Upper, y: c.Data.QuantilesUpper[q]}, point{x: 1 - c.Data.Upper, y: c.Data.QuantilesLower[q]})
		}
		slices.SortStableFunc(model, func(a, b point) int {
			switch {
			case a.x < b.x:
				return -1
			case a.x > b.x:
				return 1
			}
			return 0
		})
		line := figure.Layer{Kind: figure.Line, Color: "black", Width: 0.8}
		points := figure.Layer{Kind: figure.Points, Name: fmt.Sprintf("%g", prob), Size: 4}
		for _, m := range model {
			line.X, line.Y = append(line.X, m.x), append(line.Y, m.y)
		}
		for _, d := range data {
			if !math.IsNaN(d.y) {
				points.X, points.Y = append(points.X, d.x), append(points.Y, d.y)
			}
		}
		panel.Layers = append(panel.Layers, line, points)
	}
	panel.Legend = "beside"
	return &figure.Figure{Title: "quantiles 0.1 to 0.9: data (points) and model (lines)", Width: 14, Height: 9, Panels: []figure.Panel{panel}}
}

// Show draws the figure; its text is String.
func (p *DDMPrediction) Show() display.Bundle { return showRT(p.Plot(), p.String()) }
