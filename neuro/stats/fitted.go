package stats

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A fitted is what estimates of a model are made from.
type fitted struct {
	call    string
	frame   *frame
	formula *formula
	value   table.Col // name and unit of the response, where there is no formula
	names   []string
	beta    []float64
	vcov    [][]float64
	df      func(contrast []float64) float64
	family  family
}

// estimate returns c'beta and its standard error.
func (f *fitted) estimate(c []float64) (value, se float64) {
	sum := 0.0
	for i, a := range c {
		value += float64(a * f.beta[i])
		for j, b := range c {
			sum += float64(float64(a*b) * f.vcov[i][j])
		}
	}
	return value, math.Sqrt(sum)
}

// coefficients returns tests of each coefficient.
func (f *fitted) coefficients() []Coefficient {
	out := make([]Coefficient, len(f.beta))
	for j := range out {
		c := make([]float64, len(f.beta))
		c[j] = 1
		x := Coefficient{Name: f.names[j], DF: f.df(c)}
		x.Estimate, x.SE = f.estimate(c)
		x.T = x.Estimate / x.SE
		x.P = waldP(x.T, x.DF)
		half := float64(waldQuantile(0.95, x.DF) * x.SE)
		x.Lo, x.Hi = x.Estimate-half, x.Estimate+half
		out[j] = x
	}
	return out
}

// waldP returns the two-sided p of t, of z where the degrees of freedom are infinite.
func waldP(t, df float64) float64 {
	if math.IsInf(df, 1) {
		return 2 * vec.NormCDF(-math.Abs(t))
	}
	return twoSided(t, df)
}

// waldQuantile returns how many standard errors an interval reaches.
func waldQuantile(level, df float64) float64 {
	if math.IsInf(df, 1) {
		return -vec.NormQuantile((1 - level) / 2)
	}
	return dist.StudentQuantileSF((1-level)/2, df)
}

func coefficientOf(kind string, list []Coefficient, name string) (Coefficient, error) {
	var names []string
	for _, c := range list {
		if c.Name == name {
			return c, nil
		}
		names = append(names, c.Name)
	}
	return Coefficient{}, fmt.Errorf("stats: %s.Coefficient: no coefficient %q; there are %s", kind, name, strings.Join(names, ", "))
}

// coefficientTable returns coefficients as papers print them, with odds ratios or ratios where the link has them.
func coefficientTable(title, what string, list []Coefficient, notes []string, f family) table.Table {
	for _, n := range notes {
		title += "; " + n
	}
	var names []string
	num := make([][]float64, 10)
	normal := true
	for _, c := range list {
		names = append(names, c.Name)
		normal = normal && math.IsInf(c.DF, 1)
		for i, v := range []float64{c.Estimate, c.SE, c.Lo, c.Hi, c.DF, c.T, c.P, vec.Exp(c.Estimate), vec.Exp(c.Lo), vec.Exp(c.Hi)} {
			num[i] = append(num[i], v)
		}
	}
	t := table.Table{Title: title, Cols: []table.Col{{Name: what, Text: names}, {Name: "estimate", Num: num[0]}, {Name: "SE", Num: num[1]},
		{Name: "95% low", Num: num[2]}, {Name: "95% high", Num: num[3]}}}
	if normal {
		t.Cols = append(t.Cols, table.Col{Name: "z", Num: num[5], Style: "%.2f"})
	} else {
		t.Cols = append(t.Cols, table.Col{Name: "df", Num: num[4], Style: "%.4g"}, table.Col{Name: "t", Num: num[5], Style: "%.2f"})
	}
	t.Cols = append(t.Cols, table.Col{Name: "p", Num: num[6], Style: "p"})
	if e := f.effectName(); e != "" {
		t.Cols = append(t.Cols, table.Col{Name: e, Num: num[7], Style: "%.3g"}, table.Col{Name: e + " low", Num: num[8], Style: "%.3g"}, table.Col{Name: e + " high", Num: num[9], Style: "%.3g"})
	}
	return t
}
