package spikes

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Comparison says how well units that were found are those that are there.
type Comparison struct {
	Delta     float64     `unit:"ms"` // two spikes up to this far apart are the same
	Truth     []int       // ids of the units that are there
	Found     []int       // ids of the units that were found
	Best      []int       // of each true unit the number of its partner in Found, or -1
	Matches   []int       // spikes that the two share
	Accuracy  []float64   // matches / (true + found - matches); 0 without a partner
	Recall    []float64   // matches / true
	Precision []float64   // matches / found; NaN without a partner
	Agreement [][]float64 // accuracy of each true unit with each found one
}

// CompareUnits matches the units of a sorting with those that are known. Spikes of two trains
// are the same when they are up to delta ms apart (0 is 0.4), each one with one other at most;
// there are as many pairs as can be. Partners are the two units of the largest accuracy
//
//	matches / (n_true + n_found - matches),
//
// then the largest of those that are left, as long as it is above 0; two units whose accuracy
// is above 1/2 are partners whatever the order.
//
// Errors: units that are not right (Units.Check), a negative delta. Source and peer: Magland et
// al. 2020, eLife 9:e55167 (SpikeForest), and compare_sorter_to_ground_truth of SpikeInterface.
func CompareUnits(truth, found *Units, delta float64) (*Comparison, error) {
	const call = "CompareUnits"
	for i, u := range []*Units{truth, found} {
		name := []string{"truth", "found"}[i]
		if u == nil {
			return nil, fmt.Errorf("spikes: %s: %s is nil", call, name)
		}
		if err := u.Check(); err != nil {
			return nil, fmt.Errorf("spikes: %s: %s: %w", call, name, err)
		}
	}
	if delta == 0 {
		delta = 0.4
	}
	if !(delta > 0) || math.IsInf(delta, 0) {
		return nil, fmt.Errorf("spikes: %s: delta is %g ms; it must be above 0 (0: 0.4 ms)", call, delta)
	}
	n, m := len(truth.IDs), len(found.IDs)
	c := &Comparison{Delta: delta, Truth: truth.IDs, Found: found.IDs, Agreement: linalg.Matrix(n, m)}
	shared := make([][]int, n)
	linalg.Parallel(n, func(i int) {
		shared[i] = make([]int, m)
		for j := range m {
			a, b := truth.Trains[i], found.Trains[j]
			k := coincidences(a, b, delta)
			shared[i][j] = k
			if k > 0 {
				c.Agreement[i][j] = float64(k) / float64(len(a)+len(b)-k)
			}
		}
	})
	c.Best, c.Matches = make([]int, n), make([]int, n)
	for i := range c.Best {
		c.Best[i] = -1
	}
	taken := make([]bool, m)
	for range min(n, m) {
		bi, bj, most := -1, -1, 0.0
		for i := range n {
			for j := range m {
				if c.Best[i] < 0 && !taken[j] && c.Agreement[i][j] > most {
					bi, bj, most = i, j, c.Agreement[i][j]
				}
			}
		}
		if bi < 0 {
			break
		}
		c.Best[bi], c.Matches[bi], taken[bj] = bj, shared[bi][bj], true
	}
	for i, j := range c.Best {
		accuracy, recall, precision := 0.0, 0.0, math.NaN()
		if j >= 0 {
			k := float64(c.Matches[i])
			accuracy, recall, precision = c.Agreement[i][j], k/float64(len(truth.Trains[i])), k/float64(len(found.Trains[j]))
		}
		c.Accuracy, c.Recall, c.Precision = append(c.Accuracy, accuracy), append(c.Recall, recall), append(c.Precision, precision)
	}
	return c, nil
}

// coincidences counts pairs of spikes up to delta apart, each in one pair at most: the first
// that can be paired with the first, which gives as many as can be.
func coincidences(a, b neuro.Spikes, delta float64) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch d := a[i] - b[j]; {
		case d > delta:
			j++
		case d < -delta:
			i++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}

// Well returns how many true units were found with an accuracy of 0.8 or more.
func (c *Comparison) Well() int {
	n := 0
	for _, a := range c.Accuracy {
		if a >= 0.8 {
			n++
		}
	}
	return n
}

// Extra returns how many of the found units have an accuracy below 0.2 with each true one:
// they are not there.
func (c *Comparison) Extra() int {
	n := 0
	for j := range c.Found {
		most := 0.0
		for i := range c.Truth {
			most = math.Max(most, c.Agreement[i][j])
		}
		if most < 0.2 {
			n++
		}
	}
	return n
}

// String says how many were found well, and how many that are not there.
func (c *Comparison) String() string {
	return fmt.Sprintf("%d of %d units found with an accuracy of 0.8 or more; %d of %d found units are not there", c.Well(), len(c.Truth), c.Extra(), len(c.Found))
}

// Table returns a row for each true unit.
func (c *Comparison) Table() table.Table {
	t := table.Table{Title: c.String(), Cols: []table.Col{{Name: "true unit"}, {Name: "found as"}, {Name: "accuracy", Num: c.Accuracy}, {Name: "recall", Num: c.Recall}, {Name: "precision", Num: c.Precision}}}
	for i, id := range c.Truth {
		partner := "none"
		if j := c.Best[i]; j >= 0 {
			partner = fmt.Sprint(c.Found[j])
		}
		t.Cols[0].Text, t.Cols[1].Text = append(t.Cols[0].Text, fmt.Sprint(id)), append(t.Cols[1].Text, partner)
	}
	return t
}

// Plot draws the accuracy of each true unit with each that was found.
func (c *Comparison) Plot() *figure.Figure {
	p := figure.Panel{X: figure.Axis{Label: "found unit"}, Y: figure.Axis{Label: "true unit"}, ColorBar: figure.Axis{Label: "accuracy"}}
	ticks := func(a *figure.Axis, ids []int) {
		for i, id := range ids {
			if len(ids) <= 20 {
				a.Ticks, a.Names = append(a.Ticks, float64(i)), append(a.Names, fmt.Sprint(id))
			}
		}
	}
	ticks(&p.X, c.Found)
	ticks(&p.Y, c.Truth)
	if len(c.Truth) > 0 && len(c.Found) > 0 {
		p.Layers = []figure.Layer{{Kind: figure.Image, Z: c.Agreement, X: []float64{-0.5, float64(len(c.Found)) - 0.5}, Y: []float64{-0.5, float64(len(c.Truth)) - 0.5}, Lo: 0, Hi: 1, Map: "viridis"}}
	}
	return &figure.Figure{Width: 10, Height: 8, Panels: []figure.Panel{p}}
}

// Show shows the table, and the figure below it.
func (c *Comparison) Show() display.Bundle {
	return figure.Under(c.Plot(), "accuracy of true and found units", c.Table().Show())
}
