package network

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/stim"
	"github.com/neurorepl/neurorepl/neuro/synapse"
)

// A Network describes populations of cells and their connections. Nothing is
// connected before Build.
type Network struct {
	Name string
	// Params are constants for all formulas of the network: weights, delays,
	// probabilities, rates, and Params and Initial of populations:
	// {"J": "0.1*mV", "g": "5"}.
	Params      map[string]string
	Dt          float64 `unit:"ms"` // time step, 0.1 if 0
	Seed        uint64  // of connections, noise and initial values
	Threads     int     // how many processors work on it at most, all if 0; results are the same
	Populations []Population
	Projections []Projection
	Background  []Background
}

// A Cell is a model of package model or of the catalogue in package neuron.
type Cell interface {
	Equations() (text string, o model.Options)
}

// A Population is cells of one kind, or sources of spikes.
type Population struct {
	Name string
	N    int // how many; of Trains, their number if 0

	// One of Cell, Rate and Trains says what the members are.
	Cell Cell
	// Rate makes sources that fire at random (Poisson) with a rate: "8*Hz", or a formula
	// of the time, t, of the number of the source, i of N, and of where it is, x, y, z:
	// "20*Hz*(1 + sin(2*pi*4*Hz*t))". The rate of a step is that at its beginning.
	Rate string
	// Trains are spikes of each member, ms.
	Trains []neuro.Spikes

	// Params are other values of the cells' parameters than the model's: quantities, or
	// formulas that may differ from cell to cell, with rand() and randn(), the number of
	// the cell, i of N, and where it is, x, y, z: "20*ms + 2*ms*randn()".
	Params map[string]string
	// Initial are formulas for the values of variables at the beginning, likewise.
	Initial map[string]string
	// Values are parameters, and variables at the beginning, that are known for each
	// cell, in their natural unit (mV, pA, nS).
	Values map[string][]float64
	// Drive gives an input of the cells a stimulus, in its natural unit.
	Drive map[string]stim.Stimulus
	// Positions are where the members are, for rules and weights that depend on
	// the distance.
	Positions [][3]float64 `unit:"um"`
	// Period is the size of a space that is closed in itself, by dimension; 0 is
	// open.
	Period [3]float64 `unit:"um"`
}

// A Projection connects the members of a population to those of another, or of
// the same.
type Projection struct {
	From string // name of the population of the sources
	To   string // and of the targets; if empty all populations with the receptor
	Rule Rule   // which pairs are connected

	Receptor string // the variable of the target to which a spike adds the weight
	// Weight is a formula in the unit of the receptor. It may use the numbers of source
	// and target in their populations, pre and post, and the way from the source to the
	// target, dx, dy, dz, and its length, distance (um).
	Weight string
	// Delay is a formula of the same kind, no delay if empty. Delays are rounded to
	// steps; a random one that is shorter than half a step is drawn again.
	Delay string
	// Procedural draws the synapses of a cell again whenever it fires, instead of storing
	// them: for networks beyond the memory of the machine. Spikes are the same. It is not
	// for synapses that change, nor for FixedInDegree without Multapses.
	Procedural bool
	// Plasticity changes the weights: a rule of package plasticity, as a value, with
	// weights in the natural unit of the receptor. The package's comment has the list.
	Plasticity any
	// Scaling is homeostasis of the weights, besides Plasticity or alone.
	Scaling plasticity.SynapticScaling
	// Dopamine modulates plasticity.RewardSTDP.
	Dopamine Dopamine
	// ShortTerm is depression and facilitation: a spike adds the weight times A u R,
	// where A is 1 in the usual synapses, synapse.NewDepressing and NewFacilitating.
	// Synapses begin rested. Plasticity may change the weight at the same time.
	ShortTerm synapse.TsodyksMarkram
	// ShortTermParams are U, TauRec and TauFacil that differ from synapse to synapse, as
	// formulas like Weight: {"U": "0.5 + 0.1*randn()"}. Random ones that make no sense, a U
	// of 1.2, are drawn again.
	ShortTermParams map[string]string
}

// A Background is independent random spikes (Poisson) into each cell of a
// population, from N sources that fire with a rate.
type Background struct {
	To       string // if empty all populations with the receptor
	Receptor string
	N        int    // 1 if 0
	Rate     string // of each source, "20*Hz": a formula as that of Population.Rate, with i the target cell
	Weight   string // in the unit of the receptor
}

// dt returns the time step.
func (n *Network) dt() float64 {
	if n.Dt == 0 {
		return 0.1
	}
	return n.Dt
}

// threads returns how many processors work on the network at most.
func (n *Network) threads() int {
	if n.Threads <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return n.Threads
}

// mostMembers is how many members a population may have.
const mostMembers = 50_000_000

// size returns how many members a population has.
func (p *Population) size() int {
	if p.Trains != nil && p.N == 0 {
		return len(p.Trains)
	}
	return p.N
}

// find returns the number of a population.
func (n *Network) find(name string) (int, error) {
	var names []string
	for i := range n.Populations {
		if n.Populations[i].Name == name {
			return i, nil
		}
		names = append(names, n.Populations[i].Name)
	}
	return 0, fmt.Errorf("there is no population %q; populations are %q%s", name, names, suggestion(name, names))
}

func suggestion(name string, names []string) string {
	best, at := "", 3
	for _, n := range names {
		d := spell.Distance(name, n)
		if strings.EqualFold(name, n) {
			d = 0
		}
		if d < at {
			best, at = n, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// models returns the model of each population of cells, with its parameters and
// initial values, and an error for what makes no sense.
func (n *Network) models() ([]*model.Model, error) {
	if !(n.dt() > 0) || math.IsInf(n.dt(), 0) {
		return nil, fmt.Errorf("network: Dt is %g ms; it must be positive and finite", n.Dt)
	}
	if len(n.Populations) == 0 {
		return nil, fmt.Errorf("network: there is no population; give Populations at least one, with a Name, N and Cell")
	}
	seen := map[string]bool{}
	out := make([]*model.Model, len(n.Populations))
	for i := range n.Populations {
		p := &n.Populations[i]
		fail := func(format string, a ...any) error {
			return fmt.Errorf("network: population %q: %w", p.Name, fmt.Errorf(format, a...))
		}
		switch {
		case p.Name == "":
			return nil, fmt.Errorf("network: population %d has no name; projections and results go by names", i)
		case seen[p.Name]:
			return nil, fail("there are two of this name")
		case p.size() < 1 || p.size() > mostMembers:
			return nil, fail("N is %d; it must be 1 to %d", p.size(), mostMembers)
		case p.Positions != nil && len(p.Positions) != p.size():
			return nil, fail("there are %d positions for %d members", len(p.Positions), p.size())
		}
		for j, x := range p.Positions {
			for _, y := range x {
				if math.IsNaN(y) || math.IsInf(y, 0) {
					return nil, fail("position %d is %g; it must be finite", j, x)
				}
			}
		}
		seen[p.Name] = true
		kinds := 0
		for _, is := range []bool{p.Cell != nil, p.Rate != "", p.Trains != nil} {
			if is {
				kinds++
			}
		}
		if kinds != 1 {
			return nil, fail("it has %d of Cell, Rate and Trains; give one of them", kinds)
		}
		if p.Cell == nil {
			if len(p.Params)+len(p.Initial)+len(p.Values)+len(p.Drive) > 0 {
				return nil, fail("Params, Initial, Values and Drive are for cells; these are sources of spikes")
			}
			if p.Trains != nil {
				if len(p.Trains) != p.size() {
					return nil, fail("there are %d trains for %d members", len(p.Trains), p.size())
				}
				if err := ascending(p.Trains); err != nil {
					return nil, fail("%v", err)
				}
			}
			continue
		}
		m, err := n.model(i)
		if err != nil {
			return nil, fail("%w", err)
		}
		out[i] = m
	}
	return out, nil
}

func ascending(trains []neuro.Spikes) error {
	for i, s := range trains {
		for j, t := range s {
			if math.IsNaN(t) || math.IsInf(t, 0) || t < 0 || j > 0 && t < s[j-1] {
				return fmt.Errorf("train %d has %g ms at place %d; times must be finite, 0 or more and ascending", i, t, j)
			}
		}
	}
	return nil
}

// The kinds of random numbers of a network.
const (
	kindCells = iota + 1
	kindRule
	kindWeight
	kindDelay
	kindSource
	kindBackground
	kindRate
	kindEfficacy
	kindShort
	kindNoise
)

// stream returns the seed of the random numbers of a part of a network.
func stream(seed, kind, number uint64) uint64 {
	// SplitMix64's finaliser, so that close seeds are far from each other.
	x := seed ^ kind<<56 ^ number*0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// targets returns the numbers of the populations that a projection or background
// goes to.
func (n *Network) targets(to, receptor string, models []*model.Model) ([]int, error) {
	if receptor == "" {
		return nil, fmt.Errorf("Receptor is empty; it is the variable of the target cells to which spikes are added")
	}
	if to != "" {
		i, err := n.find(to)
		if err != nil {
			return nil, err
		}
		if models[i] == nil {
			return nil, fmt.Errorf("population %q is a source of spikes and takes none", to)
		}
		if _, _, err := models[i].Unit(receptor); err != nil {
			names := models[i].Variables()
			return nil, fmt.Errorf("the cells of %q have no receptor %q; their variables are %q%s", to, receptor, names, suggestion(receptor, names))
		}
		return []int{i}, nil
	}
	var list []int
	var all []string
	for i, m := range models {
		if m == nil {
			continue
		}
		all = append(all, m.Variables()...)
		if _, _, err := m.Unit(receptor); err == nil {
			list = append(list, i)
		}
	}
	if list == nil {
		slices.Sort(all)
		return nil, fmt.Errorf("no population has the receptor %q; variables of cells are %q%s", receptor, slices.Compact(all), suggestion(receptor, all))
	}
	return list, nil
}
