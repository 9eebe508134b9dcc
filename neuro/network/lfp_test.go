package network

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/model"
)

// fieldNetwork is cells with conductances under random spikes, of a size.
func fieldNetwork(t testing.TB, cells, threads int) Network {
	m, err := model.Parse(`
		dv/dt = (10*nS*(-60*mV - v) + IE + II)/C : mV (unless refractory)
		IE = ge*(0*mV - v) : pA
		II = gi*(Ei - v) : pA
		dge/dt = -ge/(5*ms) : nS
		dgi/dt = -gi/(10*ms) : nS
		C : pF
	`, model.Options{Threshold: "v > -50*mV", Reset: "v = -60*mV", Refractory: "2*ms", Method: "euler",
		Params: map[string]string{"Ei": "-80*mV"}, Initial: map[string]string{"v": "-65*mV + 5*mV*randn()", "C": "200*pF + 20*pF*rand()"}})
	if err != nil {
		t.Fatal(err)
	}
	return Network{Seed: 5, Threads: threads, Populations: []Population{{Name: "E", N: cells, Cell: m}, {Name: "in", N: 20, Rate: "40*Hz"}},
		Projections: []Projection{{From: "in", To: "E", Rule: Bernoulli(0.4), Receptor: "gi", Weight: "8*nS", Delay: "1*ms"}},
		Background:  []Background{{To: "E", Receptor: "ge", N: 100, Rate: "12*Hz", Weight: "3*nS"}}}
}

// TestLFP holds the proxies to those that plain Go makes of the variables of all cells, to the
// bit, for several sizes and numbers of threads.
func TestLFP(t *testing.T) {
	for _, cells := range []int{1, 64, 65, 257, 400} {
		for _, threads := range []int{1, 2, 3, 8} {
			for _, every := range []float64{0, 0.5, 3} {
				s, err := fieldNetwork(t, cells, threads).Build()
				if err != nil {
					t.Fatal(err)
				}
				if _, err := s.Run(7.3, RecordOptions{}); err != nil {
					t.Fatal(err)
				}
				r, err := s.Run(60, RecordOptions{
					LFP: []LFP{
						{Population: "E", AMPA: "IE", GABA: "gi*(Ei - v)", Every: every},
						{Population: "E", AMPA: "ge*(0*mV - v)", GABA: "II", Every: every, Delay: 3, Alpha: 1},
						{Population: "E", AMPA: "IE", GABA: "II", Every: every, Delay: -1},
						{Population: "E", Proxy: "currents", AMPA: "IE", GABA: "II", Every: every},
						{Population: "E", Proxy: "potential", Every: every},
						{Population: "E", Proxy: "rate", Every: every},
					},
					States: []Probe{{Population: "E", Variables: []string{"ge", "gi", "v"}, Cells: Range(0, cells), Every: every}},
				})
				if err != nil {
					t.Fatal(err)
				}
				name := fmt.Sprintf("%d cells, %d threads, each %g ms", cells, threads, every)
				state := func(variable, cell, k int) float64 { return r.Traces[variable][cell].Y[k] }
				samples := len(r.Traces[0][0].Y)
				// sum adds up over the cells: those of each 64, and then these.
				sum := func(of func(cell int) float64) float64 {
					all := 0.0
					for lo := 0; lo < cells; lo += 64 {
						part := 0.0
						for c := lo; c < min(lo+64, cells); c++ {
							part += of(c)
						}
						all += part
					}
					return all
				}
				ampa, gaba, v := make([]float64, samples), make([]float64, samples), make([]float64, samples)
				for k := range samples {
					ampa[k] = sum(func(c int) float64 { return math.Abs(state(0, c, k) * (0 - state(2, c, k))) })
					gaba[k] = sum(func(c int) float64 { return math.Abs(state(1, c, k) * (-80 - state(2, c, k))) })
					v[k] = sum(func(c int) float64 { return state(2, c, k) }) / float64(cells)
				}
				step := every
				if step == 0 {
					step = 0.1
				}
				weighted := func(late int, alpha float64) []float64 {
					var y []float64
					mean, square := 0.0, 0.0
					for k := late; k < samples; k++ {
						y = append(y, ampa[k-late]+float64(alpha*gaba[k]))
						mean += y[k-late]
					}
					mean /= float64(len(y))
					for k := range y {
						y[k] -= mean
						square += float64(y[k] * y[k])
					}
					for k := range y {
						y[k] /= math.Sqrt(square / float64(len(y)))
					}
					return y
				}
				both := make([]float64, samples)
				for k := range both {
					both[k] = ampa[k] + gaba[k]
				}
				rate, err := r.PopulationRate("E", step)
				if err != nil {
					t.Fatal(err)
				}
				for i, want := range []struct {
					y    []float64
					t0   float64
					unit string
				}{
					{weighted(int(math.Round(6/step)), 1.65), 13.3, ""}, {weighted(int(math.Round(3/step)), 1), 10.3, ""}, {weighted(0, 1.65), 7.3, ""},
					{both, 7.3, "pA"}, {v, 7.3, "mV"}, {rate.Y, 7.3, "Hz"},
				} {
					got := r.LFP[i]
					if i == 5 {
						// Bins and their unit are computed in another order there.
						for k := range got.Y {
							if math.Abs(got.Y[k]-want.y[k]) > 1e-9*want.y[k] {
								t.Errorf("%s: rate %d is %g, want %g", name, k, got.Y[k], want.y[k])
							}
						}
						got.Y = want.y
					}
					if !slices.Equal(got.Y, want.y) || len(got.Y) < 10 {
						t.Errorf("%s: LFP %d has %d samples that are not the %d of plain Go", name, i, len(got.Y), len(want.y))
					}
					if math.Abs(got.T0-want.t0) > 1e-9 || math.Abs(got.Dt-step) > 1e-12 || got.Unit != want.unit {
						t.Errorf("%s: LFP %d begins at %g ms, each %g ms, in %q", name, i, got.T0, got.Dt, got.Unit)
					}
				}
			}
		}
	}
}

// TestLFPErrors asks for proxies that cannot be.
func TestLFPErrors(t *testing.T) {
	s, err := fieldNetwork(t, 10, 1).Build()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		x    LFP
		want string
	}{
		{LFP{Population: "X"}, `no population "X"`},
		{LFP{Population: "in"}, "has no cells"},
		{LFP{Population: "E"}, "needs AMPA and GABA"},
		{LFP{Population: "E", Proxy: "currents"}, "needs AMPA or GABA"},
		{LFP{Population: "E", Proxy: "RSW"}, `did you mean "RWS"`},
		{LFP{Population: "E", AMPA: "ie", GABA: "II"}, `no variable "ie"`},
		{LFP{Population: "E", AMPA: "IE", GABA: "gi"}, "AMPA is in pA and GABA in nS"},
		{LFP{Population: "E", AMPA: "IE", GABA: "gi*(Ei - 3*nS)"}, "voltage"},
		{LFP{Population: "E", AMPA: "IE*rand()", GABA: "II"}, "rand()"},
		{LFP{Population: "E", AMPA: "IE", GABA: "II", Alpha: -2}, "Alpha is -2"},
		{LFP{Population: "E", AMPA: "IE", GABA: "II", Delay: math.NaN()}, "Delay is NaN"},
		{LFP{Population: "E", AMPA: "IE", GABA: "II", Every: 4}, "Delay is 6 ms; it must be a multiple"},
		{LFP{Population: "E", AMPA: "IE", GABA: "II", Every: -1}, "Every is -1"},
	} {
		if _, err := s.Run(1, RecordOptions{LFP: []LFP{c.x}}); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "LFP 0") {
			t.Errorf("%+v: %v, want %q", c.x, err, c.want)
		}
	}
	// A run that is shorter than the delay has no sample, and one without a change is 0.
	r, err := s.Run(5, RecordOptions{LFP: []LFP{{Population: "E", AMPA: "IE", GABA: "II"}, {Population: "E", AMPA: "10*pA", GABA: "2*pA"}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.LFP[0].Y) != 0 {
		t.Errorf("a run of 5 ms: %v, %d samples", err, len(r.LFP[0].Y))
	}
	r, err = s.Run(10, RecordOptions{LFP: []LFP{{Population: "E", AMPA: "10*pA", GABA: "2*pA"}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.LFP[0].Y) != 40 || slices.Max(r.LFP[0].Y) != 0 || slices.Min(r.LFP[0].Y) != 0 {
		t.Errorf("of constant currents: %v, %v", err, r.LFP[0].Y)
	}
	if f := r.Plot(); len(f.Panels) != 3 || f.Panels[2].Y.Label != "LFP, RWS" {
		t.Errorf("the figure has %d panels", len(f.Panels))
	}
	w, err := r.Window(13, 15)
	if err != nil {
		t.Fatal(err)
	}
	if len(w.LFP[0].Y) != 20 {
		t.Errorf("the last 2 ms: %v, %d samples", err, len(w.LFP[0].Y))
	}
}
