package network

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

func parse(t testing.TB, text string, o model.Options) *model.Model {
	t.Helper()
	m, err := model.Parse(text, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// conductances is a cell with two receptors.
func conductances(t testing.TB) *model.Model {
	return parse(t, `
		dv/dt = (El - v + ge*(0*mV - v)/gL + gi*(-80*mV - v)/gL)/tau : mV (unless refractory)
		dge/dt = -ge/(5*ms) : nS
		dgi/dt = -gi/(10*ms) : nS
		El : mV`, model.Options{Threshold: "v > -50*mV", Reset: "v = -60*mV", Refractory: "5*ms",
		Params: map[string]string{"gL": "10 nS", "tau": "20 ms"}, Initial: map[string]string{"v": "-60*mV + 10*mV*rand()", "El": "-49*mV + 0.5*mV*randn()"}})
}

// mixed has every kind of population, rule, weight and delay.
func mixed(t testing.TB) Network {
	cell := conductances(t)
	var places [][3]float64
	r := rng.New(4, 0)
	for range 300 {
		places = append(places, [3]float64{400 * r.Float64(), 400 * r.Float64(), 0})
	}
	return Network{
		Seed: 11,
		Populations: []Population{
			{Name: "E", N: 300, Cell: cell, Positions: places, Period: [3]float64{400, 400, 0}},
			{Name: "I", N: 77, Cell: cell, Initial: map[string]string{"El": "-49*mV"}},
			{Name: "noise", N: 130, Rate: "20*Hz"},
			{Name: "slope", N: 65, Rate: "i*1*Hz"},
			{Name: "given", Trains: []neuro.Spikes{{0, 1.05, 30, 30}, {}, {12.5}}},
		},
		Projections: []Projection{
			{From: "E", To: "E", Rule: BernoulliOf("0.2*exp(-distance/(100*um))"), Receptor: "ge", Weight: "1*nS*exp(-distance/(200*um))", Delay: "0.5*ms + distance/(0.3*meter/second)"},
			{From: "E", To: "I", Rule: FixedInDegree(20), Receptor: "ge", Weight: "2*nS", Delay: "1*ms"},
			{From: "I", To: "E", Rule: FixedOutDegree(30), Receptor: "gi", Weight: "10*nS + 2*nS*randn()", Delay: "0.8*ms + 0.4*ms*randn()"},
			{From: "I", To: "I", Rule: Bernoulli(0.1), Receptor: "gi", Weight: "8*nS", Delay: "0.7*ms"},
			{From: "noise", Rule: FixedTotal(900), Receptor: "ge", Weight: "4*nS", Delay: "0.1*ms"},
			{From: "slope", To: "E", Rule: AllToAll(), Receptor: "ge", Weight: "0.1*nS*(1 + pre/10)", Delay: "2*ms"},
			{From: "given", To: "E", Rule: List(Pair{0, 5, 60, 1}, Pair{0, 5, 30, 3}, Pair{2, 299, 90, 0.5}), Receptor: "ge"},
		},
		Background: []Background{{To: "E", Receptor: "ge", N: 50, Rate: "10*Hz*(1 + sin(2*pi*t/(50*ms)))", Weight: "0.5*nS"}},
	}
}

// naive simulates a network step by step from its list of synapses.
func naive(t *testing.T, n Network, steps int) []string {
	t.Helper()
	n.Threads = 1
	s, err := n.Build()
	if err != nil {
		t.Fatal(err)
	}
	models, _ := n.models()
	type target struct {
		p        int
		receptor string
	}
	type place struct { // of synapses that a spike reaches together
		target
		from, source, delay int
	}
	synapses := map[place][]Pair{}
	for p := range n.Populations {
		for q, m := range models {
			if m == nil {
				continue
			}
			for _, receptor := range []string{"ge", "gi"} {
				list, err := s.Connections(n.Populations[p].Name, n.Populations[q].Name, receptor)
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range list {
					at := place{target{q, receptor}, p, x.From, int(math.Round(x.Delay / n.dt()))}
					synapses[at] = append(synapses[at], x)
				}
			}
		}
	}
	cells := make([]*model.Population, len(models))
	sums := map[target][]float32{}
	takers := map[target]*model.Receptor{}
	for p, m := range models {
		if m == nil {
			continue
		}
		if cells[p], err = m.Population(n.Populations[p].size(), n.dt()); err != nil {
			t.Fatal(err)
		}
		for _, receptor := range []string{"ge", "gi"} {
			key := target{p, receptor}
			sums[key] = make([]float32, n.Populations[p].size())
			takers[key], _ = cells[p].Receptor(receptor, sums[key])
		}
	}
	fired := make([][][]uint32, len(models)) // by population and step
	var out []string
	for k := range steps {
		// The order of additions is that of time and source.
		for key := range sums {
			for from := range n.Populations {
				for age := k; age > 0; age-- { // spikes of step k-age, the oldest first
					for _, c := range fired[from][k-age] {
						for _, x := range synapses[place{key, from, int(c), age - 1}] {
							sums[key][x.To] += float32(x.Weight)
						}
					}
				}
			}
		}
		sh := &shard{lo: make([]int, len(models)), hi: make([]int, len(models))}
		for p := range models {
			sh.hi[p] = n.Populations[p].size()
		}
		for key, x := range sums {
			sh.receptors = append(sh.receptors, receptor{population: key.p, name: key.receptor, r: takers[key]})
			_ = x
		}
		if err := n.backgrounds(sh, models); err != nil {
			t.Fatal(err)
		}
		for _, b := range sh.inputs {
			if err := b.add(uint64(k)); err != nil {
				t.Fatal(err)
			}
		}
		for _, r := range takers {
			r.Take()
		}
		for p := range models {
			var list []uint32
			if cells[p] != nil {
				cells[p].Step()
				for _, c := range cells[p].Spikes() {
					list = append(list, uint32(c))
				}
			} else {
				src, err := n.newSources(p, 0, n.Populations[p].size())
				if err != nil {
					t.Fatal(err)
				}
				if list, err = src.fire(nil, uint64(k)); err != nil {
					t.Fatal(err)
				}
			}
			fired[p] = append(fired[p], list)
			for _, c := range list {
				out = append(out, fmt.Sprintf("%d %s %d", k, n.Populations[p].Name, c))
			}
		}
	}
	return out
}

func spikeList(r *Result) []string {
	var out []string
	for k := range r.pops[0].ends {
		for p := range r.pops {
			begin := 0
			if k > 0 {
				begin = r.pops[p].ends[k-1]
			}
			for _, c := range r.pops[p].cells[begin:r.pops[p].ends[k]] {
				out = append(out, fmt.Sprintf("%d %s %d", k, r.pops[p].name, c))
			}
		}
	}
	return out
}

// TestAgainstNaive holds the engine to a simulation that walks through the list of
// all synapses at every step, for any number of threads.
func TestAgainstNaive(t *testing.T) {
	const steps = 400
	n := mixed(t)
	want := naive(t, n, steps)
	if len(want) < 500 {
		t.Fatalf("only %d spikes", len(want))
	}
	for _, threads := range []int{1, 2, 3, 8} {
		n.Threads = threads
		s, err := n.Build()
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Run(steps*0.1, RecordOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got := spikeList(r)
		if !slices.Equal(got, want) {
			at := 0
			for at < len(got) && at < len(want) && got[at] == want[at] {
				at++
			}
			t.Fatalf("%d threads: %d spikes, want %d; they differ from spike %d on: %q, want %q", threads, len(got), len(want), at, got[at:min(at+3, len(got))], want[at:min(at+3, len(want))])
		}
	}
}

// TestThreads wants connections and spikes to be the same for any number of
// threads, and for runs in pieces.
func TestThreads(t *testing.T) {
	for _, zero := range []bool{false, true} { // also without delays
		n := mixed(t)
		if zero {
			n.Projections[1].Delay, n.Projections[3].Delay = "", ""
		}
		var hash uint64
		var pairs []Pair
		for _, threads := range []int{1, 2, 3, 8} {
			n.Threads = threads
			s, err := n.Build()
			if err != nil {
				t.Fatal(err)
			}
			p, err := s.Connections("I", "E", "gi")
			if err != nil {
				t.Fatal(err)
			}
			r, err := s.Run(150, RecordOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if threads == 1 {
				hash, pairs = r.Hash(), p
			}
			if r.Hash() != hash || !slices.Equal(p, pairs) {
				t.Errorf("%d threads differ from one", threads)
			}
			if s, err = n.Build(); err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, piece := range []float64{0.1, 20, 0, 7.3, 122.6} {
				part, err := s.Run(piece, RecordOptions{})
				if err != nil {
					t.Fatal(err)
				}
				list := spikeList(part)
				for i := range list {
					var k int
					rest := list[i][strings.IndexByte(list[i], ' '):]
					fmt.Sscan(list[i], &k)
					list[i] = fmt.Sprint(k+int(part.first), rest)
				}
				all = append(all, list...)
			}
			if !slices.Equal(all, spikeList(r)) {
				t.Errorf("%d threads: a run in pieces differs", threads)
			}
		}
	}
}

// TestRules counts the connections of each rule.
func TestRules(t *testing.T) {
	cell := conductances(t)
	build := func(r Rule, ns, nt int, same bool) []Pair {
		n := Network{Seed: 5, Threads: 3, Populations: []Population{{Name: "a", N: ns, Cell: cell}, {Name: "b", N: nt, Cell: cell}},
			Projections: []Projection{{From: "a", To: "b", Rule: r, Receptor: "ge", Weight: "1*nS"}}}
		to := "b"
		if same {
			n.Projections[0].To, to = "a", "a"
		}
		s, err := n.Build()
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Connections("a", to, "ge")
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	degree := func(list []Pair, in bool) map[int]int {
		d := map[int]int{}
		for _, p := range list {
			if in {
				d[p.To]++
			} else {
				d[p.From]++
			}
		}
		return d
	}
	distinct := func(list []Pair) int {
		set := map[[2]int]bool{}
		for _, p := range list {
			set[[2]int{p.From, p.To}] = true
		}
		return len(set)
	}
	single := func(r Rule) Rule { r.Multapses = false; return r }
	alone := func(r Rule) Rule { r.Multapses, r.Autapses = false, false; return r }
	if n := len(build(AllToAll(), 131, 200, false)); n != 131*200 {
		t.Errorf("all to all: %d", n)
	}
	for _, p := range build(OneToOne(), 131, 131, false) {
		if p.From != p.To {
			t.Errorf("one to one: %v", p)
		}
	}
	for name, r := range map[string]Rule{"in": FixedInDegree(17), "in single": single(FixedInDegree(17)), "in all": single(FixedInDegree(131))} {
		list := build(r, 131, 200, false)
		d := degree(list, true)
		for j := range 200 {
			if d[j] != r.N {
				t.Fatalf("%s: target %d has %d", name, j, d[j])
			}
		}
		if !r.Multapses && distinct(list) != len(list) {
			t.Errorf("%s: a pair is connected twice", name)
		}
		if r.Multapses && distinct(list) == len(list) {
			t.Errorf("%s: no pair is connected twice", name)
		}
	}
	for name, r := range map[string]Rule{"out": FixedOutDegree(17), "out single": single(FixedOutDegree(200))} {
		list := build(r, 131, 200, false)
		d := degree(list, false)
		for i := range 131 {
			if d[i] != r.N {
				t.Fatalf("%s: source %d has %d", name, i, d[i])
			}
		}
	}
	for _, r := range []Rule{alone(FixedInDegree(130)), alone(FixedOutDegree(130)), Bernoulli(1)} {
		list := build(r, 131, 1, true)
		if len(list) != 131*130 || distinct(list) != len(list) {
			t.Errorf("%s without self: %d", r.Name(), len(list))
		}
	}
	if n := len(build(FixedTotal(5003), 131, 200, false)); n != 5003 {
		t.Errorf("total: %d", n)
	}
	if n := len(build(FixedTotal(0), 131, 200, false)); n != 0 {
		t.Errorf("none: %d", n)
	}
	for _, p := range []float64{0, 0.001, 0.1, 0.5, 0.97, 1} {
		n := float64(len(build(Bernoulli(p), 400, 300, false)))
		mean, sd := p*400*300, math.Sqrt(p*(1-p)*400*300)
		if math.Abs(n-mean) > 4.5*sd {
			t.Errorf("p = %g: %g connections, want %g +- %g", p, n, mean, sd)
		}
	}
	// Sources are drawn evenly: chi squared over 131 of them.
	counts := degree(build(FixedInDegree(100), 131, 300, false), false)
	chi, want := 0.0, 100*300/131.
	for i := range 131 {
		chi += (float64(counts[i]) - want) * (float64(counts[i]) - want) / want
	}
	if chi > 130+5*math.Sqrt(260) || chi < 130-5*math.Sqrt(260) {
		t.Errorf("chi squared of the sources is %g with 130 degrees of freedom", chi)
	}
}

// TestWeightsAndDelays holds drawn weights and delays to their distribution.
func TestWeightsAndDelays(t *testing.T) {
	n := Network{Seed: 2, Threads: 2, Populations: []Population{{Name: "a", N: 200, Cell: conductances(t)}},
		Projections: []Projection{{From: "a", Rule: AllToAll(), Receptor: "ge", Weight: "10*nS + 1*nS*randn()", Delay: "1.5*ms + 0.75*ms*randn()"}}}
	s, err := n.Build()
	if err != nil {
		t.Fatal(err)
	}
	list, _ := s.Connections("a", "a", "ge")
	var w, ww, d float64
	for _, p := range list {
		w += p.Weight
		ww += p.Weight * p.Weight
		d += p.Delay
		if p.Delay < 0.05 {
			t.Fatalf("delay %g", p.Delay)
		}
	}
	k := float64(len(list))
	w /= k
	if sd := math.Sqrt(ww/k - w*w); math.Abs(w-10) > 4.5/math.Sqrt(k) || math.Abs(sd-1) > 4.5/math.Sqrt(2*k) {
		t.Errorf("weights %g +- %g, want 10 +- 1", w, sd)
	}
	// A normal number conditioned on being above 0.05 ms: mean m + s phi(a)/(1 - Phi(a)).
	a := (0.05 - 1.5) / 0.75
	want := 1.5 + 0.75*math.Exp(-a*a/2)/math.Sqrt(2*math.Pi)/(0.5*math.Erfc(a/math.Sqrt2))
	if math.Abs(d/k-want) > 4.5*0.75/math.Sqrt(k) {
		t.Errorf("mean delay %g, want %g", d/k, want)
	}
}

// TestMean wants the mean of a variable to be the same for any number of threads,
// and that of its cells.
func TestMean(t *testing.T) {
	var first [][]neuro.Trace
	for _, threads := range []int{1, 2, 3} {
		n := mixed(t)
		n.Threads = threads
		s, err := n.Build()
		if err != nil {
			t.Fatal(err)
		}
		cells := []int{3, 70, 299}
		r, err := s.Run(20, RecordOptions{States: []Probe{
			{Population: "E", Variables: []string{"ge"}, Mean: true, Every: 0.5},
			{Population: "E", Variables: []string{"ge"}, Mean: true, Cells: cells},
			{Population: "E", Variables: []string{"ge"}, Cells: cells},
		}})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = r.Traces
		}
		if len(r.Traces[0][0].Y) != 40 || !slices.Equal(r.Traces[0][0].Y, first[0][0].Y) || r.Traces[0][0].Unit != "nS" {
			t.Errorf("%d threads: %d means", threads, len(r.Traces[0][0].Y))
		}
		for k, y := range r.Traces[1][0].Y {
			want := 0.0
			for _, c := range r.Traces[2] {
				want += c.Y[k] / 3
			}
			if math.Abs(y-want) > 1e-12*math.Abs(want) {
				t.Fatalf("mean %g, want %g", y, want)
			}
		}
	}
}

// TestStates records what a population alone records.
func TestStates(t *testing.T) {
	cell := parse(t, "dv/dt = (I - v)/(10*ms) : mV\nI : mV", model.Options{Threshold: "v > 20*mV", Reset: "v = 0*mV"})
	n := Network{Threads: 2, Populations: []Population{{Name: "a", N: 200, Cell: cell, Drive: map[string]stim.Stimulus{"I": stim.Step(25, 5, 50)}}}}
	s, err := n.Build()
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(60, RecordOptions{States: []Probe{{Population: "a", Variables: []string{"v"}, Cells: []int{0, 199}, Every: 0.5}}})
	if err != nil {
		t.Fatal(err)
	}
	p, _ := cell.Population(200, 0.1)
	p.Drive("I", stim.Step(25, 5, 50))
	want, err := p.Run(60, model.RecordOptions{Variables: []string{"v"}, Cells: []int{0, 199}, Every: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		got, w := r.Traces[0][i], want.Traces[0][i]
		if got.Dt != w.Dt || got.Unit != w.Unit || !slices.Equal(got.Y, w.Y[:len(got.Y)]) || len(got.Y) != 120 {
			t.Errorf("cell %d: %d samples of %g ms in %s, want %d of %g in %s", i, len(got.Y), got.Dt, got.Unit, len(w.Y), w.Dt, w.Unit)
		}
	}
	raster, _ := r.Raster("a")
	if !slices.Equal(raster.Trains[7], want.Raster.Trains[7]) || len(raster.Trains[7]) == 0 {
		t.Errorf("spikes %v, want %v", raster.Trains[7], want.Raster.Trains[7])
	}
}
