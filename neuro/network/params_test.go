package network

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/model"
)

// still is a cell that stands still, with constants that are declared and not.
func still(t *testing.T) *model.Model {
	m, err := model.Parse("dv/dt = (E - v)/tau : mV\ntau = C/g : ms\nE : mV\na : 1", model.Options{
		Params: map[string]string{"C": "200 pF", "g": "10 nS", "rate": "0.02/ms", "E": "-70 mV"}, Initial: map[string]string{"v": "E"}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// values returns a variable of the first population at the beginning.
func values(t *testing.T, n Network, name string) []float64 {
	t.Helper()
	s, err := n.Build()
	if err != nil {
		t.Fatal(err)
	}
	cells := make([]int, n.Populations[0].size())
	for i := range cells {
		cells[i] = i
	}
	r, err := s.Run(0.1, RecordOptions{States: []Probe{{Population: n.Populations[0].Name, Variables: []string{name}, Cells: cells}}})
	if err != nil {
		t.Fatal(err)
	}
	var out []float64
	for _, x := range r.Traces[0] {
		out = append(out, x.Y[0])
	}
	return out
}

// TestParams gives parameters as constants of the network, by formulas of the number
// and the place of a cell, as values, and at random.
func TestParams(t *testing.T) {
	n := Network{Seed: 3, Threads: 2, Params: map[string]string{"E0": "-60*mV", "step": "E0/10"}}
	places := make([][3]float64, 200)
	given := make([]float64, 200)
	for i := range places {
		places[i] = [3]float64{float64(10 * i), 0, -float64(i)}
		given[i] = -60 - float64(i)/8
	}
	n.Populations = []Population{{Name: "E", N: 200, Cell: still(t), Positions: places}}
	for _, c := range []struct {
		what    string
		params  map[string]string
		values  map[string][]float64
		initial map[string]string
		want    func(i float64) float64
	}{
		{"network's constant", map[string]string{"E": "E0 + step"}, nil, nil, func(i float64) float64 { return -66 }},
		{"number", map[string]string{"E": "E0 - 10*mV*i/N"}, nil, nil, func(i float64) float64 { return -60 - i/20 }},
		{"place", map[string]string{"E": "E0 - 1*mV*(x + z)/(100*um)"}, nil, nil, func(i float64) float64 { return -60 - 9*i/100 }},
		{"initial", nil, nil, map[string]string{"v": "E + 1*mV*x/um"}, func(i float64) float64 { return -70 + 10*i }},
		{"values", nil, map[string][]float64{"E": given}, nil, func(i float64) float64 { return -60 - i/8 }},
		{"values of a variable", nil, map[string][]float64{"v": given}, nil, func(i float64) float64 { return -60 - i/8 }},
		{"not declared", map[string]string{"g": "10*nS*(1 + i)"}, nil, map[string]string{"v": "-1*mV*g/nS"}, func(i float64) float64 { return -10 * (1 + i) }},
		{"not declared rate", map[string]string{"rate": "(1 + i)/second"}, nil, map[string]string{"v": "-1*mV*rate*second"}, func(i float64) float64 { return -1 - i }},
		{"by another", map[string]string{"C": "i*pF", "g": "2*C/pF*nS"}, nil, map[string]string{"v": "-1*mV*g/nS"}, func(i float64) float64 { return -2 * i }},
	} {
		n.Populations[0].Params, n.Populations[0].Values, n.Populations[0].Initial = c.params, c.values, c.initial
		for i, v := range values(t, n, "v") {
			if want := c.want(float64(i)); math.Abs(v-want) > 1e-9*math.Abs(want) {
				t.Fatalf("%s: cell %d has %g, want %g", c.what, i, v, want)
			}
		}
	}
	// A leak at random changes the time constant of each cell, as its own value does.
	n.Populations[0].Values, n.Populations[0].Initial = nil, map[string]string{"v": "0*mV"}
	n.Populations[0].Params = map[string]string{"g": "10*nS + 1*nS*randn()", "E": "-60*mV"}
	s, err := n.Build()
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(10.1, RecordOptions{States: []Probe{{Population: "E", Variables: []string{"g", "v"}, Cells: []int{0, 199}}}})
	if err != nil {
		t.Fatal(err)
	}
	if r.Traces[0][0].Y[0] == r.Traces[0][1].Y[0] {
		t.Error("the cells are alike")
	}
	for i, g := range r.Traces[0] {
		want := -60 * (1 - math.Exp(-10*g.Y[0]/200))
		if got := r.Traces[1][i].Y[100]; math.Abs(got-want) > 1e-9 {
			t.Errorf("%g mV with %g nS, want %g", got, g.Y[0], want)
		}
	}
}

// TestWrongParams wants mistakes in them to be told.
func TestWrongParams(t *testing.T) {
	for _, c := range []struct {
		change func(n *Network)
		want   []string
	}{
		{func(n *Network) { n.Populations[0].Params = map[string]string{"G": "5 nS"} }, []string{"no parameter G", `did you mean "g"?`}},
		{func(n *Network) { n.Populations[0].Params = map[string]string{"g": "big"} }, []string{"big is not known"}},
		{func(n *Network) { n.Populations[0].Params = map[string]string{"g": "5*nS*x/um"} }, []string{"uses x", "no Positions"}},
		{func(n *Network) { n.Populations[0].Params = map[string]string{"g": "5*mV*i"} }, []string{"g", "voltage"}},
		{func(n *Network) { n.Populations[0].Values = map[string][]float64{"E": {1, 2}} }, []string{"2 Values of E for 3 cells"}},
		{func(n *Network) { n.Populations[0].Values = map[string][]float64{"g": {1, 2, 3}} }, []string{"g is neither a variable nor a declared parameter"}},
		{func(n *Network) { n.Populations[0].Values = map[string][]float64{"E": {1, math.NaN(), 3}} }, []string{"value 1 of E is NaN"}},
		{func(n *Network) { n.Projections[0].Weight = "w" }, []string{"projection 0", "w is not known"}},
		{func(n *Network) { n.Projections[0].Weight = "i*mV" }, []string{"uses i", "pre and post"}},
		{func(n *Network) { n.Projections[0].Weight = "dx*mV/um" }, []string{"uses dx", "no Positions"}},
		{func(n *Network) { n.Projections[0].Weight, n.Params = "pre*mV", map[string]string{"pre": "3"} }, []string{"pre is a variable of the formula and one of Params"}},
		{func(n *Network) { n.Populations[1].Rate = "5*Hz*x/um" }, []string{`"in"`, "uses x", "no Positions"}},
		{func(n *Network) { n.Populations[1].Rate = "5*Hz - 2*Hz*i" }, []string{`"in"`, "member 3", "-1 Hz"}},
		{func(n *Network) { n.Background[0].Weight = "t*mV/ms" }, []string{`background 0, to all cells with "v"`, "changes with the time"}},
	} {
		n := Network{Populations: []Population{{Name: "E", N: 3, Cell: still(t)}, {Name: "in", N: 4, Rate: "5*Hz"}},
			Projections: []Projection{{From: "in", Rule: AllToAll(), Receptor: "v", Weight: "1*mV"}},
			Background:  []Background{{Receptor: "v", Rate: "5*Hz", Weight: "1*mV"}}}
		c.change(&n)
		_, err := n.Build()
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("the error does not say %q: %v", want, err)
			}
		}
	}
}

// TestDirections connects by the way from source to target, the short one where the
// space is closed, with weights and delays by constants of the network.
func TestDirections(t *testing.T) {
	n := Network{Params: map[string]string{"far": "150*um", "J": "2*mV", "slow": "1*ms"},
		Populations: []Population{{Name: "E", N: 36, Cell: still(t), Positions: Grid(6, 6, 100), Period: [3]float64{600, 600}}},
		Projections: []Projection{{From: "E", To: "E", Rule: BernoulliOf("int(dx > 0*um)*int(dx < far)*int(abs(dy) < 1*um)"), Receptor: "v",
			Weight: "J*dx/(100*um)", Delay: "slow + 1*ms*(dy/um + 1)"}}}
	s, err := n.Build()
	if err != nil {
		t.Fatal(err)
	}
	pairs, err := s.Connections("E", "E", "v")
	if err != nil || len(pairs) != 36 {
		t.Fatalf("%d pairs, %v", len(pairs), err)
	}
	for _, p := range pairs {
		if p.To/6 != p.From/6 || p.To%6 != (p.From+1)%6 || math.Abs(p.Weight-2) > 1e-4 || math.Abs(p.Delay-2) > 1e-9 {
			t.Errorf("%+v", p)
		}
	}
	if w, err := s.MeanWeight("E", "E", "v"); err != nil || math.Abs(w-2) > 1e-4 {
		t.Errorf("the mean weight is %g, %v", w, err)
	}
}

// TestRates has sources whose rate changes with the time, from one to the other, and
// both; and a background with a weight and a rate for each cell.
func TestRates(t *testing.T) {
	const n, ms = 2000, 1000
	net := Network{Seed: 5, Threads: 2, Params: map[string]string{"f": "4*Hz"}, Populations: []Population{
		{Name: "wave", N: n, Rate: "20*Hz*(1 + sin(2*pi*f*t))"},
		{Name: "ramp", N: n, Rate: "40*Hz*i/N"},
		{Name: "both", N: n, Rate: "40*Hz*i/N*(1 + cos(2*pi*f*t))"},
	}}
	s, err := net.Build()
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Run(ms, RecordOptions{})
	if err != nil {
		t.Fatal(err)
	}
	// near holds a number of Poisson spikes to what is expected, at 4.5 deviations.
	near := func(what string, got int, want float64) {
		t.Helper()
		if math.Abs(float64(got)-want) > 4.5*math.Sqrt(want) {
			t.Errorf("%s: %d spikes, expected %.0f", what, got, want)
		}
	}
	count := func(name string, cells func(i int) bool, times func(t float64) bool) int {
		raster, err := r.Raster(name)
		if err != nil {
			t.Fatal(err)
		}
		k := 0
		for i, train := range raster.Trains {
			for _, x := range train {
				if cells(i) && times(x) {
					k++
				}
			}
		}
		return k
	}
	all := func(int) bool { return true }
	always := func(float64) bool { return true }
	rising := func(x float64) bool { return math.Mod(x, 250) < 125-0.01 }
	late := func(i int) bool { return i >= n/2 }
	near("wave, half period", count("wave", all, rising), 20*n*(0.5+1/math.Pi))
	near("wave, other half", count("wave", all, func(x float64) bool { return !rising(x) }), 20*n*(0.5-1/math.Pi))
	near("ramp", count("ramp", late, always), 30*n/2)
	quarter := func(x float64) bool { x = math.Mod(x, 250); return x < 62.5-0.01 || x >= 187.5-0.01 }
	near("both", count("both", late, quarter), 30*n/2*(0.5+1/math.Pi))

	cell, err := model.Parse("dv/dt = 0*mV/ms : mV", model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []Background{{Receptor: "v", N: 10, Rate: "5*Hz*(1 + i/100)", Weight: "1*mV*i"}, {Receptor: "v", N: 10, Rate: "5*Hz", Weight: "1*mV*i"}} {
		net = Network{Threads: 3, Populations: []Population{{Name: "E", N: 201, Cell: cell}}, Background: []Background{b}}
		if s, err = net.Build(); err != nil {
			t.Fatal(err)
		}
		r, err = s.Run(10000.2, RecordOptions{States: []Probe{{Population: "E", Variables: []string{"v"}, Cells: []int{0, 100, 200}, Every: 10000}}})
		if err != nil {
			t.Fatal(err)
		}
		for k, i := range []float64{0, 100, 200} {
			mean := 500.0
			if strings.Contains(b.Rate, "i") {
				mean *= 1 + i/100
			}
			if got := r.Traces[0][k].Y[1]; math.Abs(got-i*mean) > 4.5*i*math.Sqrt(mean) {
				t.Errorf("cell %g has %g, expected %g", i, got, i*mean)
			}
		}
	}
}
