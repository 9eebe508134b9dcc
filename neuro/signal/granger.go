package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/stats"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A GrangerTest says whether the past of each channel helps to predict each other
// one. Matrices are [to][from], NaN on the diagonal.
type GrangerTest struct {
	Kind     string      // "conditional" or "pairwise"
	Order    int         // samples back
	Strength [][]float64 // log(RSS without the source / RSS with it), nats
	F        [][]float64 // statistic, with DF1 and DF2 degrees of freedom
	DF1, DF2 int
	P        [][]float64 // of F
	LR       [][]float64 // likelihood ratio: equations times Strength, χ² with DF1
	PLR      [][]float64 // of LR
	Names    []string
}

// Granger tests in time whether the past of each channel helps to predict each
// other one, beside that channel's own past and, of kind "conditional" (also ""),
// the past of all other channels; "pairwise" leaves those out, so that a common
// source looks like an influence. With residual sums of squares RSS of least squares
// with and without the source's m = order coefficients, N equations and k
// coefficients in all,
//
//	F = (RSS_without - RSS_with)/m / (RSS_with/(N - k)),  LR = N log(RSS_without/RSS_with).
//
// The test holds for an order that leaves the residuals white: with too low a one, of
// channels with rhythms, it finds influences that are not there (VAR.Whiteness tells;
// DirectedSurrogates do not rely on it).
//
// It needs a model of FitVAR, of any method, whose data and order it uses. The
// p-values are not corrected for the number of tests. Errors: a model of
// NewVAR, which has no data, fewer than 2 channels, no degrees of freedom, an unknown
// kind. Source: Granger 1969, Econometrica 37:424; Geweke 1982, J. Am. Stat. Assoc.
// 77:304. Peer: statsmodels.tsa.stattools.grangercausalitytests (ssr_ftest,
// lrtest), which is pairwise.
func (m *VAR) Granger(kind string) (*GrangerTest, error) {
	const call = "VAR.Granger"
	if kind == "" {
		kind = "conditional"
	}
	if kind != "conditional" && kind != "pairwise" {
		return nil, fmt.Errorf("signal: %s: kind %q is not known; allowed are conditional, pairwise", call, kind)
	}
	if m.squares == nil {
		return nil, fmt.Errorf("signal: %s: the model was given and not fitted; a test needs the data of FitVAR", call)
	}
	n, p := len(m.Sigma), len(m.A)
	if n < 2 {
		return nil, fmt.Errorf("signal: %s: %d channel; 2 or more are needed", call, n)
	}
	k := 1 + n*p
	if kind == "pairwise" {
		k = 1 + 2*p
	}
	r := &GrangerTest{Kind: kind, Order: p, DF1: p, DF2: m.squares.Rows - k, Names: m.Names}
	if r.DF2 < 1 {
		return nil, fmt.Errorf("signal: %s: %d equations for %d coefficients leave no degrees of freedom; take a lower order", call, m.squares.Rows, k)
	}
	// columns of the constant, the past of some channels, and targets.
	columns := func(past, targets []int) (keep []int) {
		keep = append(keep, 0)
		for lag := range p {
			for _, c := range past {
				keep = append(keep, 1+lag*n+c)
			}
		}
		for _, c := range targets {
			keep = append(keep, 1+n*p+c)
		}
		return keep
	}
	rss := func(past, targets []int) []float64 {
		t := m.squares.Select(columns(past, targets))
		out := make([]float64, len(targets))
		w := 1 + p*len(past)
		for i := range out {
			out[i] = t.Residual(w, w+i, w+i)
		}
		return out
	}
	with, less := linalg.Zeros(n), linalg.Zeros(n) // [to][from]
	task := display.Start("signal."+call, "channels", n)
	defer task.End()
	all := without(n, n)
	full := rss(all, all)
	linalg.Parallel(n, func(j int) {
		if task.Err() != nil {
			return
		}
		if kind == "conditional" {
			for i, v := range rss(without(n, j), all) {
				with[i][j], less[i][j] = full[i], v
			}
		} else {
			alone := rss([]int{j}, []int{j})[0]
			for i := range n {
				if i != j {
					with[j][i], less[j][i] = rss([]int{j, i}, []int{j})[0], alone
				}
			}
		}
		task.Add(1)
	})
	if task.Err() != nil {
		return nil, fmt.Errorf("signal: %s: %w", call, task.Err())
	}
	for _, v := range []*[][]float64{&r.Strength, &r.F, &r.P, &r.LR, &r.PLR} {
		*v = linalg.Zeros(n)
		for i := range n {
			(*v)[i][i] = math.NaN()
		}
	}
	for i := range n {
		for j := range n {
			if i == j {
				continue
			}
			gain := max(0, less[i][j]/with[i][j]-1)
			r.Strength[i][j] = vec.Log1p(gain)
			r.F[i][j] = gain / float64(r.DF1) * float64(r.DF2)
			r.P[i][j] = dist.FSF(r.F[i][j], float64(r.DF1), float64(r.DF2))
			r.LR[i][j] = float64(m.squares.Rows) * r.Strength[i][j]
			r.PLR[i][j] = dist.ChiSquareSF(r.LR[i][j], float64(r.DF1))
		}
	}
	return r, nil
}

// Table returns one row for each way: strength, F, p, and p adjusted for the false
// discovery rate (Benjamini and Hochberg).
func (g *GrangerTest) Table() table.Table {
	var from, to []string
	var strength, f, p []float64
	for j := range g.F {
		for i := range g.F {
			if i != j {
				from, to = append(from, g.Names[j]), append(to, g.Names[i])
				strength, f, p = append(strength, g.Strength[i][j]), append(f, g.F[i][j]), append(p, g.P[i][j])
			}
		}
	}
	return table.Table{
		Title: fmt.Sprintf("Granger causality, %s, order %d: F with %d and %d degrees of freedom", g.Kind, g.Order, g.DF1, g.DF2),
		Cols: []table.Col{{Name: "from", Text: from}, {Name: "to", Text: to}, {Name: "strength", Unit: "nats", Num: strength},
			{Name: "F", Num: f}, {Name: "p", Num: p}, {Name: "p (FDR)", Num: stats.FDRAdjust(p)}},
	}
}

// Show draws the figure of Plot.
func (g *GrangerTest) Show() display.Bundle { return g.Plot().Show() }

// Plot returns the strengths as a matrix of colours, source by column and target by
// row; red points mark p < 0.05 after adjustment for the false discovery rate.
func (g *GrangerTest) Plot() *figure.Figure {
	n := len(g.F)
	var p []float64
	for i := range n {
		for j := range n {
			if i != j {
				p = append(p, g.P[i][j])
			}
		}
	}
	marked := make([][]bool, n)
	at := 0
	for i, adjusted := 0, stats.FDRAdjust(p); i < n; i++ {
		marked[i] = make([]bool, n)
		for j := range n {
			if i != j {
				marked[i][j] = adjusted[at] < 0.05
				at++
			}
		}
	}
	fig := directedMatrix(g.Strength, g.Names, "Granger causality (nats)", marked)
	fig.Panels[0].Title = g.Kind + "; red: p < 0.05 (FDR)"
	return fig
}
