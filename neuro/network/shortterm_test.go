package network

import (
	"math"
	"slices"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

// trainsAt returns random spikes on the grid of 0.1 ms, with the mean interval in ms.
func trainsAt(n int, dur, interval float64, seed uint64) []neuro.Spikes {
	r := rng.New(seed, 0)
	out := make([]neuro.Spikes, n)
	for i := range out {
		for x := 0.0; ; {
			x += -math.Log(r.Positive()) * interval
			if x > dur-10 {
				break
			}
			step := math.Round(x * 10)
			if k := len(out[i]); k == 0 || out[i][k-1] < step/10-0.05 {
				out[i] = append(out[i], step/10+0.0001)
			}
		}
	}
	return out
}

// TestShortTerm wants each spike to add the weight times what
// synapse.TsodyksMarkram.Responses has, whatever the weights and delays are and with
// plasticity that does nothing.
func TestShortTerm(t *testing.T) {
	const dur = 2000.
	cell := parse(t, "dg/dt = 0*nS/ms : nS", model.Options{})
	still := plasticity.STDP{TauPlus: 20, TauMinus: 20, Window: 100, WMax: 10}
	for _, s := range []synapse.TsodyksMarkram{synapse.NewDepressing(), synapse.NewFacilitating(), {A: 3, U: 0.3, TauRec: 50, TauFacil: 300}} {
		for _, n := range []int{1, 70, 300} {
			for _, c := range []struct {
				weight, delay string
				learn         any
			}{{"2*nS", "", nil}, {"2*nS", "1.2*ms", nil}, {"1*nS + 2*nS*rand()", "1*ms", nil}, {"2*nS", "1*ms + 4*ms*rand()", still}, {"1*nS + 2*nS*rand()", "0.5*ms + 4*ms*rand()", still}} {
				trains := trainsAt(n, dur, 30, uint64(n))
				net := Network{Seed: 2, Threads: 2, Populations: []Population{{Name: "in", Trains: trains}, {Name: "out", N: n, Cell: cell}},
					Projections: []Projection{{From: "in", To: "out", Rule: OneToOne(), Receptor: "g", Weight: c.weight, Delay: c.delay, ShortTerm: s, Plasticity: c.learn}}}
				sim, err := net.Build()
				if err != nil {
					t.Fatal(err)
				}
				cells := make([]int, n)
				for i := range cells {
					cells[i] = i
				}
				r, err := sim.Run(dur, RecordOptions{States: []Probe{{Population: "out", Variables: []string{"g"}, Cells: cells}}})
				if err != nil {
					t.Fatal(err)
				}
				pairs, err := sim.Connections("in", "out", "g")
				if err != nil {
					t.Fatal(err)
				}
				for i, p := range pairs {
					want, err := s.Responses(trains[i])
					if err != nil {
						t.Fatal(err)
					}
					y := r.Traces[0][i].Y
					for k, x := range trains[i] {
						at := int(math.Round(x*10) + math.Round(p.Delay*10))
						if got := y[at+1] - y[at]; math.Abs(got-p.Weight*want[k]) > 2e-6*p.Weight*s.A {
							t.Fatalf("%+v, %d synapses of %+v: spike %d of %d at %g ms adds %g, want %g", s, n, c, k, i, x, got, p.Weight*want[k])
						}
					}
				}
			}
		}
	}
}

// TestShortTermParams wants each synapse to have parameters of its own, in the allowed
// range, and to respond by them; those of two cells are the same in networks of other
// sizes of their parts.
func TestShortTermParams(t *testing.T) {
	cell := parse(t, "dg/dt = 0*nS/ms : nS", model.Options{})
	train := trainsAt(1, 1000, 20, 5)
	var first [][]float64
	for _, threads := range []int{1, 3} {
		net := Network{Seed: 2, Threads: threads, Populations: []Population{{Name: "in", Trains: train}, {Name: "out", N: 200, Cell: cell}},
			Projections: []Projection{{From: "in", To: "out", Rule: AllToAll(), Receptor: "g", Weight: "2*nS", Delay: "1*ms + 1*ms*rand()", ShortTerm: synapse.NewDepressing(),
				ShortTermParams: map[string]string{"U": "0.5 + 0.3*randn()", "TauRec": "100*ms + post*1*ms", "TauFacil": "200*ms*rand()"}}}}
		sim, err := net.Build()
		if err != nil {
			t.Fatal(err)
		}
		if per := float64(sim.Bytes()) / 200; per < 22 {
			t.Errorf("a synapse takes %g bytes; it has 5 numbers and a target", per)
		}
		cells := make([]int, 200)
		for i := range cells {
			cells[i] = i
		}
		r, err := sim.Run(1000, RecordOptions{States: []Probe{{Population: "out", Variables: []string{"g"}, Cells: cells}}})
		if err != nil {
			t.Fatal(err)
		}
		us := map[float32]bool{}
		p, err := sim.projected("in", "out", "g")
		if err != nil {
			t.Fatal(err)
		}
		for _, sh := range sim.shards {
			p.visit(sh, 0, func(x *synapses, segment, k uint32, _, target int) {
				own := x.short.own
				s := synapse.TsodyksMarkram{A: 1, U: float64(own[0][k]), TauRec: float64(own[1][k]), TauFacil: float64(own[2][k])}
				us[own[0][k]] = true
				want, err := s.Responses(train[0])
				if err != nil || s.TauRec != 100+float64(target) || s.TauFacil > 200 {
					t.Fatalf("synapse %d has %+v: %v", target, s, err)
				}
				y := r.Traces[0][target].Y
				for i, spike := range train[0] {
					at := int(math.Round(spike*10)) + int(x.segments[segment].delay)
					if got := (y[at+1] - y[at]) / 2; math.Abs(got-want[i]) > 2e-6 {
						t.Fatalf("synapse %d, spike %d: %g, want %g", target, i, got, want[i])
					}
				}
			})
		}
		if len(us) < 195 {
			t.Errorf("there are %d values of U among 200", len(us))
		}
		var all [][]float64
		for _, x := range r.Traces[0] {
			all = append(all, x.Y)
		}
		if first == nil {
			first = all
		}
		for i := range all {
			if !slices.Equal(all[i], first[i]) {
				t.Fatalf("%d threads differ in cell %d", threads, i)
			}
		}
	}
}
