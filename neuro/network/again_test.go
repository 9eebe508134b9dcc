package network

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

// procedural returns mixed with some of its projections drawn again.
func procedural(t *testing.T, which ...int) Network {
	n := mixed(t)
	for _, i := range which {
		n.Projections[i].Procedural = true
	}
	return n
}

// TestProcedural wants synapses that are drawn again to be those that are stored, for any
// number of threads, in pieces, through Save and Load from one to the other, and in copies.
func TestProcedural(t *testing.T) {
	stored := mixed(t)
	s, err := stored.Build()
	if err != nil {
		t.Fatal(err)
	}
	pairs, err := s.Connections("E", "E", "ge")
	if err != nil || len(pairs) == 0 {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "state")
	if _, err := s.Run(50, RecordOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(path); err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(70, RecordOptions{})
	if err != nil {
		t.Fatal(err)
	}
	late := r.Hash()
	s, _ = stored.Build()
	if r, err = s.Run(120, RecordOptions{}); err != nil {
		t.Fatal(err)
	}
	whole, events := r.Hash(), s.events(r)
	for _, which := range [][]int{{0}, {1, 3}, {2}, {4, 5, 6}, {0, 1, 2, 3, 4, 5, 6}} {
		for _, threads := range []int{1, 2, 3, 8} {
			n := procedural(t, which...)
			n.Threads = threads
			p, err := n.Build()
			if err != nil {
				t.Fatal(err)
			}
			if p.synapses != s.synapses {
				t.Fatalf("%v: %d synapses, want %d", which, p.synapses, s.synapses)
			}
			if r, err = p.Run(120, RecordOptions{}); err != nil || r.Hash() != whole {
				t.Errorf("%v on %d threads: other spikes (%v)", which, threads, err)
			}
			if got := p.events(r); got != events {
				t.Errorf("%v: %d events, want %d", which, got, events)
			}
			if err := p.Load(path); err != nil {
				t.Fatal(err)
			}
			other, err := p.Copy()
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range []*Simulation{p, other} {
				if r, err = x.Run(70, RecordOptions{}); err != nil || r.Hash() != late {
					t.Errorf("%v on %d threads: other spikes after Load (%v)", which, threads, err)
				}
			}
			if got, err := other.Connections("E", "E", "ge"); err != nil || !slices.Equal(got, pairs) {
				t.Errorf("%v: other connections (%v)", which, err)
			}
		}
	}
}

// TestProceduralMemory wants procedural synapses not to be kept, and to be counted so.
func TestProceduralMemory(t *testing.T) {
	cell := conductances(t)
	for _, rule := range []Rule{FixedInDegree(500), FixedOutDegree(500), FixedTotal(500 * 2000), Bernoulli(0.25), AllToAll()} {
		n := Network{Populations: []Population{{Name: "E", N: 2000, Cell: cell}},
			Projections: []Projection{{From: "E", Rule: rule, Receptor: "ge", Weight: "1*nS*rand()", Delay: "1*ms", Procedural: true}}}
		s, err := n.Build()
		if err != nil {
			t.Fatal(err)
		}
		c, err := n.Count()
		if err != nil {
			t.Fatal(err)
		}
		if s.synapses < 900_000 || s.bytes > 100_000 || float64(s.bytes) > 2*c.Bytes || c.Bytes > 2*float64(s.bytes) {
			t.Errorf("%s: %d synapses in %d bytes, counted %g", rule.Name(), s.synapses, s.bytes, c.Bytes)
		}
		table, err := n.Table()
		if err != nil || !strings.Contains(fmt.Sprint(table), "procedural") {
			t.Errorf("%s: the table does not say it (%v)", rule.Name(), err)
		}
	}
}

// TestProceduralImpossible wants what cannot be drawn again to be refused with the reason.
func TestProceduralImpossible(t *testing.T) {
	for want, change := range map[string]func(*Projection){
		"Plasticity":        func(p *Projection) { p.Plasticity = plasticity.NewTriplet() },
		"ShortTerm":         func(p *Projection) { p.ShortTerm = synapse.NewDepressing() },
		"Scaling":           func(p *Projection) { p.Scaling = plasticity.NewSynapticScaling() },
		"Bernoulli(0.0667)": func(p *Projection) { p.Rule.Multapses = false },
	} {
		n := procedural(t, 1)
		change(&n.Projections[1])
		if _, err := n.Build(); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "network: projection 1") {
			t.Errorf("%s: %v", want, err)
		}
	}
}
