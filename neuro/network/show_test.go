package network

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// TestShow wants a description to tell what it is, before it is built.
func TestShow(t *testing.T) {
	n := mixed(t)
	n.Projections[0].Plasticity = plasticity.NewTriplet()
	tab, err := n.Table()
	if err != nil {
		t.Fatal(err)
	}
	text := tab.String()
	for _, want := range []string{"network: 377 cells", "fixed in-degree 20", "plasticity.Triplet", "3 pairs", "background", "10*Hz*(1 + sin"} {
		if !strings.Contains(text, want) {
			t.Errorf("the table does not say %q:\n%s", want, text)
		}
	}
	c, err := n.Count()
	if err != nil {
		t.Fatal(err)
	}
	s, err := n.Build()
	if err != nil {
		t.Fatal(err)
	}
	if made := float64(s.N()); made < 0.9*c.Total || made > 1.1*c.Total {
		t.Errorf("%g synapses were made, %g expected", made, c.Total)
	}
	shown, err := n.Table()
	if err != nil {
		t.Fatal(err)
	}
	for _, col := range shown.Cols {
		if col.Name != "synapses" {
			continue
		}
		for i := range n.Projections {
			if len(col.Num) != len(n.Projections)+len(n.Background) || col.Num[i] != math.Round(c.Synapses[i]) {
				t.Errorf("the table has the synapses %v, want %v", col.Num, c.Synapses)
			}
		}
	}
	if _, err := n.Plot(); err != nil {
		t.Error(err)
	}
	r, err := s.Run(50, RecordOptions{States: []Probe{{Population: "E", Variables: []string{"v", "ge"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if f := r.Plot(); len(f.Panels) != 4 {
		t.Errorf("%d panels", len(f.Panels))
	}
	n.Projections[1].Weight = "2*mV"
	if b := n.Show(); !strings.Contains(b.Data["text/plain"].(string), "projection 1") {
		t.Error("what is wrong is not shown")
	}
}
