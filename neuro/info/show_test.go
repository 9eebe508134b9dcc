package info

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// TestShow: a figure that counts every surrogate and holds the estimate, a row, and the sentence.
func TestShow(t *testing.T) {
	x, y := pair(200, 0.8, 3)
	m, err := KSGTest(x, y, 3, SurrogateOptions{Draws: 99})
	if err != nil {
		t.Fatal(err)
	}
	same, err := Surrogates(5, func([]int) (float64, error) { return 1, nil }, SurrogateOptions{Draws: 9})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*Test{m, same} {
		p := m.Plot().Panels[0]
		sum, edges := 0.0, p.Layers[0].X
		for _, n := range p.Layers[0].Y {
			sum += n
		}
		if sum != float64(len(m.Null)) || !(p.X.Min < m.Value && m.Value < p.X.Max) || edges[0] > m.Null[0] || math.Abs(edges[len(edges)-1]-m.Null[len(m.Null)-1]) > 0.5+1e-12 {
			t.Errorf("%g of %d surrogates, %+v", sum, len(m.Null), p)
		}
		if got := display.Of(m).Text(); got != m.String() {
			t.Errorf("%q", got)
		}
		row, err := table.Of(m)
		if err != nil || len(row.Cols) != 6 || row.Cols[4].Num[0] != m.P || row.Cols[0].Unit != "nat" {
			t.Errorf("%v, %v", row, err)
		}
	}
	if f := (Test{Value: 1, Null: []float64{0, math.Inf(1)}}).Plot(); f.Save(t.TempDir()+"/x.png") != nil || len(f.Panels[0].Layers) != 1 {
		t.Errorf("%+v", f)
	}
	// What is not of Surrogates shows its value alone.
	if f := (Test{Value: 1}).Plot(); len(f.Panels[0].Layers) != 1 {
		t.Errorf("%+v", f)
	}
}
