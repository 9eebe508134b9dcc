package network

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

// A synapseTest is a rule, and the weight that it must make of the arrivals of the
// source's spikes, the spikes of the target and its potential, until a time.
type synapseTest struct {
	name   string
	change func(p *Projection)
	want   func(pre, post neuro.Spikes, v neuro.Trace, until float64) (float64, error)
}

// began is the weight at the beginning.
const began = 0.5

func synapseTests(t *testing.T) []synapseTest {
	triplet, err := plasticity.TripletSet("hippocampal full all-to-all")
	if err != nil {
		t.Fatal(err)
	}
	triplet.WMax = 1
	tripletNearest, err := plasticity.TripletSet("hippocampal full nearest")
	if err != nil {
		t.Fatal(err)
	}
	stdp := plasticity.NewSTDP()
	stdp.Window = 1e6
	multiplicative := plasticity.NewWeighted()
	multiplicative.Nearest, multiplicative.MuPlus, multiplicative.MuMinus = true, 1, 1
	inhibitory := plasticity.NewInhibitorySTDP()
	inhibitory.WMax = 10
	sliding := plasticity.NewSpikingBCM()
	sliding.TauTheta, sliding.Rate = 800, 0.01
	clopath := plasticity.NewClopath()
	clopath.WMax = 0.7
	calcium := plasticity.NewGraupnerBrunel()
	calcium.Beta, calcium.Tau, calcium.Sigma = 1, 5, 0 // TestCalciumNoise has noise
	up := calcium
	up.Beta = 0
	reward := plasticity.NewRewardSTDP()
	reward.Nearest, reward.Tonic = false, 1e-4
	rewards := []plasticity.Reward{{T: 300, Amount: 0.004}, {T: 700.3, Amount: -0.001}, {T: 700.3, Amount: 0.003}, {T: 1200, Amount: 0.002}}
	scaling := plasticity.NewSynapticScaling()
	scaling.Tau, scaling.Beta, scaling.Gamma = 0.3, 0.01, 0.002
	rule := func(name string, r plasticity.Rule) synapseTest {
		return synapseTest{name, func(p *Projection) { p.Plasticity = r }, func(pre, post neuro.Spikes, _ neuro.Trace, _ float64) (float64, error) {
			return r.Run(began, pre, post)
		}}
	}
	ca := func(name string, r plasticity.GraupnerBrunel) synapseTest {
		return synapseTest{name, func(p *Projection) { p.Plasticity = r }, func(pre, post neuro.Spikes, _ neuro.Trace, until float64) (float64, error) {
			_, rho, err := r.Traces(1-r.Beta, pre, post, until, until, 0)
			if err != nil {
				return 0, err
			}
			return began * (1 + rho.Y[1]*(r.B-1)), nil
		}}
	}
	return []synapseTest{
		rule("additive", plasticity.Weighted{STDP: stdp}), rule("power law", plasticity.NewWeighted()), rule("multiplicative, nearest", multiplicative),
		rule("triplet", triplet), rule("triplet, nearest", tripletNearest), rule("inhibitory", inhibitory), rule("BCM", sliding),
		{"Clopath", func(p *Projection) { p.Plasticity = clopath }, func(pre, _ neuro.Spikes, v neuro.Trace, until float64) (float64, error) {
			v.Y = v.Y[:int(math.Round(until*10))]
			w, err := clopath.Run(began, pre, v)
			return w.Y[len(w.Y)-1], err
		}},
		ca("calcium, from DOWN", calcium), ca("calcium, from UP", up),
		{"reward", func(p *Projection) { p.Plasticity, p.Dopamine.Rewards = reward, rewards }, func(pre, post neuro.Spikes, _ neuro.Trace, until float64) (float64, error) {
			r, err := reward.Traces(began, pre, post, rewards, until, until)
			return r.W.Y[1], err
		}},
		{"scaling", func(p *Projection) { p.Scaling = scaling }, func(_, post neuro.Spikes, _ neuro.Trace, until float64) (float64, error) {
			every := 10 * scaling.Tau
			last := math.Floor(until/every+1e-9) * every
			w, _, err := scaling.Traces(began, scaling.Goal, post, last, last)
			return w.Y[1], err
		}},
	}
}

// TestPlasticity wants the weights of a network to be what the rule makes of the
// spikes: of those of the source when they arrive.
func TestPlasticity(t *testing.T) {
	const dur = 1800.
	cell := parse(t, "dv/dt = (-70*mV - v + 2*mV*exp(clip((v + 50*mV)/(2*mV), -50, 4)))/(10*ms) : mV\ndg/dt = -g/(5*ms) : mV",
		model.Options{Threshold: "v > 0*mV", Reset: "v = -65*mV", Initial: map[string]string{"v": "-70*mV"}})
	for _, c := range []struct {
		sources, targets int
		delay            string
	}{{1, 1, ""}, {20, 130, "1.2*ms"}, {7, 300, "0.3*ms + 4*ms*rand()"}} {
		trains := trainsAt(c.sources, dur, 40, 6)
		for _, x := range synapseTests(t) {
			n := Network{Seed: 3, Threads: 1, Populations: []Population{{Name: "in", Trains: trains}, {Name: "out", N: c.targets, Cell: cell}},
				Projections: []Projection{{From: "in", To: "out", Rule: AllToAll(), Receptor: "g", Weight: "0.5*mV", Delay: c.delay}},
				Background:  []Background{{To: "out", Receptor: "v", Rate: "80*Hz", Weight: "8*mV"}}}
			x.change(&n.Projections[0])
			s, err := n.Build()
			if err != nil {
				t.Fatal(err)
			}
			var cells []int // that are looked at
			for i := 0; i < c.targets; i += 13 {
				cells = append(cells, i)
			}
			res, err := s.Run(dur, RecordOptions{States: []Probe{{Population: "out", Variables: []string{"v"}, Cells: cells}}})
			if err != nil {
				t.Fatal(err)
			}
			posts, err := res.Raster("out")
			if err != nil {
				t.Fatal(err)
			}
			pairs, err := s.Connections("in", "out", "g")
			if err != nil {
				t.Fatal(err)
			}
			if len(pairs) != c.sources*c.targets {
				t.Fatal(len(pairs))
			}
			until := dur - 0.1 // the last step waits for its arrivals
			worst, moved, spikes := 0.0, 0.0, 0
			for _, p := range pairs {
				if p.To%13 != 0 {
					continue
				}
				var pre, post neuro.Spikes
				for _, y := range trains[p.From] {
					if at := math.Round(y*10) + math.Round(p.Delay*10); at/10 < until-0.05 {
						pre = append(pre, at/10)
					}
				}
				for _, y := range posts.Trains[p.To] {
					if y < until-0.05 {
						post = append(post, math.Round(y*10)/10)
					}
				}
				spikes += len(post)
				want, err := x.want(pre, post, res.Traces[0][p.To/13], until)
				if err != nil {
					t.Fatal(err)
				}
				worst = math.Max(worst, math.Abs(want-p.Weight))
				moved = math.Max(moved, math.Abs(want-began))
			}
			// Weights are kept as float32.
			if worst > 2e-6 || moved < 2e-4 || spikes == 0 {
				t.Errorf("%s, %d to %d, delay %q: weights moved by up to %g and are up to %g away from the rule's", x.name, c.sources, c.targets, c.delay, moved, worst)
			}
		}
	}
}

// TestPlasticBytes wants synapses that change to take at most 12 bytes, with all that
// goes with them, in cells with a thousand of them.
func TestPlasticBytes(t *testing.T) {
	cell := parse(t, "dv/dt = -v/(10*ms) : mV\ndg/dt = -g/(5*ms) : mV", model.Options{Threshold: "v > 5*mV", Reset: "v = 0*mV"})
	for _, x := range append(synapseTests(t), synapseTest{name: "short-term", change: func(p *Projection) { p.ShortTerm = synapse.NewFacilitating() }}) {
		for _, weight := range []string{"0.5*mV", "0.5*mV + 0.1*mV*rand()"} {
			n := Network{Seed: 3, Threads: 1, Populations: []Population{{Name: "in", N: 1000, Rate: "1*Hz"}, {Name: "out", N: 320, Cell: cell}},
				Projections: []Projection{{From: "in", To: "out", Rule: AllToAll(), Receptor: "g", Weight: weight, Delay: "1*ms"}}}
			x.change(&n.Projections[0])
			c, err := n.Count()
			if err != nil {
				t.Fatal(err)
			}
			s, err := n.Build()
			if err != nil {
				t.Fatal(err)
			}
			found := float64(s.Bytes()) / float64(s.N())
			t.Logf("%s, weight %s: %.2f bytes for each synapse, %g of them its own", x.name, weight, found, c.Bytes/c.Total)
			if found > 12 || c.Bytes/c.Total > found {
				t.Errorf("%s, weight %s: a synapse takes %g bytes, and Count says %g", x.name, weight, found, c.Bytes/c.Total)
			}
			// It leaves out the rows of the sources, and the tables of decays.
			if c.Bytes/c.Total < 0.95*found {
				t.Errorf("%s, weight %s: Count says %g bytes of %g", x.name, weight, c.Bytes/c.Total, found)
			}
		}
	}
}
