package pharm

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A CurveFit is a curve fitted to samples by least squares: what the fits of
// binding, kinetics and concentration curves have in common.
type CurveFit struct {
	Model    string    // what was fitted, such as "saturation binding"
	Names    []string  // of the parameters
	Units    []string  // of the parameters; may be empty texts
	Estimate []float64 // of the parameters
	SE       []float64 // standard errors from first derivatives (Gauss-Newton), as R's nls

	Sigma      float64 // residual standard deviation, unit of Y
	RSS        float64 // residual sum of squares
	DF         int     // samples less parameters
	Iterations int

	X, Y           []float64 // the samples
	XLabel, YLabel string    // of the axes
	XUnit, YUnit   string
	at             func(q []float64, x float64) float64
	logX           bool
}

// At returns the fitted curve at x.
func (f *CurveFit) At(x float64) float64 { return f.at(f.Estimate, x) }

// Table returns the parameters with standard errors and 95% intervals (Student's
// distribution with DF degrees of freedom).
func (f *CurveFit) Table() table.Table {
	t := studentQuantile(0.975, f.DF)
	lo, hi := make([]float64, len(f.SE)), make([]float64, len(f.SE))
	for i, v := range f.Estimate {
		lo[i], hi[i] = v-float64(t*f.SE[i]), v+float64(t*f.SE[i])
	}
	return table.Table{Title: f.String(), Cols: []table.Col{
		{Name: "parameter", Text: f.Names}, {Name: "estimate", Num: f.Estimate}, {Name: "SE", Num: f.SE},
		{Name: "95% from", Num: lo}, {Name: "to", Num: hi}, {Name: "unit", Text: f.Units},
	}}
}

// String names the parameters with their standard errors.
func (f *CurveFit) String() string {
	var parts []string
	for i, n := range f.Names {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %.4g ± %.2g %s", n, f.Estimate[i], f.SE[i], f.Units[i])))
	}
	return fmt.Sprintf("%s: %s (SE); %d samples", f.Model, strings.Join(parts, ", "), len(f.X))
}

// Plot draws samples and curve.
func (f *CurveFit) Plot() *figure.Figure {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, x := range f.X {
		if x > 0 || !f.logX {
			lo, hi = math.Min(lo, x), math.Max(hi, x)
		}
	}
	var x []float64
	if f.logX {
		x = logSpace(lo/2, hi*2, 201)
	} else {
		for i := range 201 {
			x = append(x, math.Min(lo, 0)+float64((hi-math.Min(lo, 0))*float64(i))/200)
		}
	}
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = f.At(v)
	}
	return &figure.Figure{Width: 12, Height: 8, Panels: []figure.Panel{{
		Title: f.Model,
		X:     figure.Axis{Label: f.XLabel, Unit: f.XUnit, Log: f.logX},
		Y:     figure.Axis{Label: f.YLabel, Unit: f.YUnit},
		Layers: []figure.Layer{
			{Kind: figure.Line, X: x, Y: y, Color: "blue"},
			{Kind: figure.Points, X: f.X, Y: f.Y, Color: "black"},
		},
	}}}
}

// Show draws the figure; its text is String.
func (f *CurveFit) Show() display.Bundle {
	b := f.Plot().Show()
	b.Data[display.TypeText] = f.String()
	return b
}

// fit estimates the parameters by Levenberg and Marquardt's steps from q.
// Parameters with positive set are searched by their logarithm. The Jacobian is
// of central differences.
func (f *CurveFit) fit(who string, q []float64, positive []bool) error {
	n, p := len(f.Y), len(q)
	task := display.Start("pharm."+who, "", 0)
	defer task.End()
	natural := func(z []float64) []float64 {
		v := append([]float64(nil), z...)
		for i := range v {
			if positive[i] {
				v[i] = vec.Exp(z[i])
			}
		}
		return v
	}
	residuals := func(z []float64) (r []float64, rss float64) {
		v := natural(z)
		r = make([]float64, n)
		for i, x := range f.X {
			r[i] = f.Y[i] - f.at(v, x)
			rss += float64(r[i] * r[i])
		}
		return r, rss
	}
	z, scale := append([]float64(nil), q...), make([]float64, p)
	for i := range z {
		scale[i] = math.Max(math.Abs(q[i]), 1e-12)
		if positive[i] {
			z[i], scale[i] = vec.Log(q[i]), 1
		}
	}
	size := 0.0
	for _, y := range f.Y {
		size += float64(y * y)
	}
	r, rss := residuals(z)
	damp := 1e-3
	var jj [][]float64
	converged := false
	for f.Iterations = 1; f.Iterations <= 500 && !converged; f.Iterations++ {
		if err := task.Err(); err != nil {
			return fmt.Errorf("pharm: %s: %w", who, err)
		}
		jac := make([][]float64, p)
		for k := range z {
			h := 6e-6 * scale[k]
			if !positive[k] {
				h = 6e-6 * math.Max(math.Abs(z[k]), scale[k])
			}
			up, down := append([]float64(nil), z...), append([]float64(nil), z...)
			up[k], down[k] = z[k]+h, z[k]-h
			a, _ := residuals(up)
			b, _ := residuals(down)
			jac[k] = make([]float64, n)
			for i := range a {
				jac[k][i] = (b[i] - a[i]) / (up[k] - down[k])
			}
		}
		jj = make([][]float64, p)
		g := make([]float64, p)
		for a := range jj {
			jj[a] = make([]float64, p)
			for i := range r {
				g[a] += float64(jac[a][i] * r[i])
			}
			for b := range p {
				for i := range r {
					jj[a][b] += float64(jac[a][i] * jac[b][i])
				}
			}
		}
		for {
			step, ok := damped(jj, g, damp)
			if !ok {
				if damp *= 10; damp > 1e16 {
					return f.undetermined(who)
				}
				continue
			}
			gain, next, moved := 0.0, append([]float64(nil), z...), 0.0
			for k := range z {
				next[k] += step[k]
				gain += float64(step[k] * g[k])
				moved = math.Max(moved, math.Abs(step[k])/math.Max(math.Abs(z[k]), scale[k]))
			}
			rn, better := residuals(next)
			small := gain <= 1e-20*size || moved < 1e-11 || gain <= 1e-15*rss && damp < 1
			if better <= rss {
				z, r, rss = next, rn, better
				damp = math.Max(damp/10, 1e-15)
				converged = small
				break
			}
			if small {
				converged = true
				break
			}
			if damp = math.Max(damp*10, 1e-12); damp > 1e16 {
				break
			}
		}
		if damp > 1e16 {
			break
		}
	}
	if !converged || math.IsNaN(rss) {
		return fmt.Errorf("pharm: %s: the fit did not converge in %d steps; the samples may not follow %s", who, f.Iterations-1, f.Model)
	}
	inv, ok := optim.InversePositive(scaled(jj))
	if !ok {
		return f.undetermined(who)
	}
	f.Estimate, f.RSS, f.DF = natural(z), rss, n-p
	f.Sigma = math.Sqrt(rss / float64(f.DF))
	f.SE = make([]float64, p)
	for k := range z {
		if 1e-12*inv[k][k] > 1 { // of a correlation matrix: the share of k that the others do not explain
			return f.undetermined(who)
		}
		f.SE[k] = f.Sigma * math.Sqrt(inv[k][k]/jj[k][k])
		if positive[k] {
			f.SE[k] *= f.Estimate[k]
		}
	}
	return nil
}

func (f *CurveFit) undetermined(who string) error {
	return fmt.Errorf("pharm: %s: the samples do not determine %s; more samples over a wider range are needed", who, strings.Join(f.Names, ", "))
}

// scaled returns a with rows and columns divided by the roots of its diagonal.
func scaled(a [][]float64) [][]float64 {
	s := make([][]float64, len(a))
	for i := range a {
		s[i] = make([]float64, len(a))
		for j := range a {
			s[i][j] = a[i][j] / math.Sqrt(a[i][i]) / math.Sqrt(a[j][j])
		}
		s[i][i] = 1
	}
	return s
}

// damped solves (jj + damp diag(jj)) x = g.
func damped(jj [][]float64, g []float64, damp float64) ([]float64, bool) {
	s := scaled(jj)
	for i := range s {
		s[i][i] = 1 + damp
	}
	inv, ok := optim.InversePositive(s)
	if !ok {
		return nil, false
	}
	x := make([]float64, len(g))
	for i := range x {
		for j := range g {
			x[i] += float64(inv[i][j] * g[j] / math.Sqrt(jj[j][j]))
		}
		x[i] /= math.Sqrt(jj[i][i])
		if math.IsNaN(x[i]) || math.IsInf(x[i], 0) {
			return nil, false
		}
	}
	return x, true
}

// checkSamples tests that x and y are as many, more than p, finite, and x not negative.
func checkSamples(who, xName, yName string, x, y []float64, p int) error {
	if len(x) != len(y) {
		return fmt.Errorf("pharm: %s: %s has %d values and %s has %d, they must be as many", who, xName, len(x), yName, len(y))
	}
	seen := map[float64]bool{}
	for i := range x {
		if !(x[i] >= 0) || math.IsInf(x[i], 0) {
			return fmt.Errorf("pharm: %s: %s[%d] is %g, it must be finite and 0 or more", who, xName, i, x[i])
		}
		if math.IsNaN(y[i]) || math.IsInf(y[i], 0) {
			return fmt.Errorf("pharm: %s: %s[%d] is %g, it must be finite; leave missing samples out", who, yName, i, y[i])
		}
		seen[x[i]] = true
	}
	if len(x) <= p || len(seen) < p {
		return fmt.Errorf("pharm: %s: %s has %d samples at %d different values for %d parameters, at least %d at %d are needed", who, xName, len(x), len(seen), p, p+1, p)
	}
	return nil
}

// positives returns an error unless all values are above 0 and finite.
func positives(who string, names []string, values ...float64) error {
	for i, v := range values {
		if !(v > 0) || math.IsInf(v, 0) {
			return fmt.Errorf("pharm: %s: %s is %g, it must be above 0 and finite", who, names[i], v)
		}
	}
	return nil
}

// most returns the largest value.
func most(x []float64) float64 {
	m := math.Inf(-1)
	for _, v := range x {
		m = math.Max(m, v)
	}
	return m
}
