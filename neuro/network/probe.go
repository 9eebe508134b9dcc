package network

import (
	"fmt"
	"math"
	"strings"
	"unicode"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/model"
)

// A Probe records variables of some cells of a population.
type Probe struct {
	Population string
	// Variables are those of the equations, such as "v" and "ge", and formulas of them and
	// of parameters, such as "ge*(0*mV - v)".
	Variables []string
	Cells     []int   // the first one if nil, all of them with Mean
	Mean      bool    // record the mean over the cells
	Every     float64 `unit:"ms"` // time between samples, each step if 0
}

// A probe is one variable of one population that is being recorded.
type probe struct {
	Probe
	population int
	variable   string
	unit       string
	size       float64
	stride     int
	begin      uint64
	from       [][]float64 // by cell: the variable's array in its shard
	at         []int       // and the place there
	y          [][]float64
	parts      []*part // of a mean, by shard
	count      int     // cells of a mean
	total      bool    // the sum over the cells rather than the mean
}

// probes prepares the recording of states.
func (s *Simulation) probes(list []Probe, steps int) ([]*probe, error) {
	for _, sh := range s.shards {
		sh.probes = nil
	}
	var out []*probe
	for i, x := range list {
		more, err := s.probesOf(x, steps)
		if err != nil {
			return nil, fmt.Errorf("network: Run: States %d: %w", i, err)
		}
		out = append(out, more...)
	}
	return out, nil
}

// probesOf prepares the recording of a Probe, by variable. Each goes to the shard of its
// cell.
func (s *Simulation) probesOf(x Probe, steps int) ([]*probe, error) {
	p, err := s.net.find(x.Population)
	if err != nil {
		return nil, err
	}
	if s.models[p] == nil {
		return nil, fmt.Errorf("population %q has no cells; its spikes are recorded", x.Population)
	}
	stride, err := s.stride(x.Every)
	if err != nil {
		return nil, err
	}
	if x.Cells == nil && !x.Mean {
		x.Cells = []int{0}
	}
	if len(x.Variables) == 0 {
		return nil, fmt.Errorf("Variables is empty; variables of %q are %q", x.Population, s.models[p].Variables())
	}
	var out []*probe
	for _, name := range x.Variables {
		unit, size, err := s.unit(p, name)
		if err != nil {
			return nil, err
		}
		q := &probe{Probe: x, population: p, variable: name, unit: unit, size: size, stride: stride, begin: s.k}
		if x.Mean {
			err = s.meanOf(q)
		} else {
			err = s.cellsOf(q, (steps+stride-1)/stride)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, q)
	}
	return out, nil
}

// stride returns how many steps a time between samples has.
func (s *Simulation) stride(every float64) (int, error) {
	if every == 0 {
		return 1, nil
	}
	n := math.Round(every / s.dt)
	if !(every > 0) || n < 1 || n > math.MaxInt32 {
		return 0, fmt.Errorf("Every is %g ms; it must be a multiple of the time step, %g ms", every, s.dt)
	}
	return int(n), nil
}

// unit returns the unit of a variable of a population's cells, or of a formula, and the
// library's units in one.
func (s *Simulation) unit(p int, name string) (string, float64, error) {
	if unit, size, err := s.models[p].Unit(name); err == nil {
		return unit, size, nil
	}
	unit, size, err := s.models[p].FormulaUnit(name)
	if err != nil && strings.IndexFunc(name, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) < 0 {
		return "", 0, fmt.Errorf("%q has no variable %q; its variables are %q", s.net.Populations[p].Name, name, s.models[p].Variables())
	}
	return unit, size, err
}

// look returns where the values of a variable or formula are in a shard, and what computes
// them, if need be: for some cells of the shard, all if cells is nil.
func (s *Simulation) look(sh *shard, p int, name string, cells []int) ([]float64, *model.Watch, error) {
	if state, err := sh.cells[p].State(name); err == nil {
		return state, nil, nil
	}
	w, err := sh.cells[p].Watch(name, cells)
	if err != nil {
		return nil, nil, err
	}
	return w.Values(), w, nil
}

// cellsOf prepares the recording of cells.
func (s *Simulation) cellsOf(q *probe, samples int) error {
	p := q.population
	for _, c := range q.Cells {
		if c < 0 || c >= s.net.Populations[p].size() {
			return fmt.Errorf("%q has no cell %d; cells are 0 to %d", q.Population, c, s.net.Populations[p].size()-1)
		}
		q.y = append(q.y, make([]float64, 0, min(samples, 1<<16)))
	}
	q.from, q.at = make([][]float64, len(q.y)), make([]int, len(q.y))
	for _, sh := range s.shards {
		var here, cells []int
		for i, c := range q.Cells {
			if c >= sh.lo[p] && c < sh.hi[p] {
				here, cells = append(here, i), append(cells, c-sh.lo[p])
			}
		}
		if here == nil {
			continue
		}
		state, watch, err := s.look(sh, p, q.variable, cells)
		if err != nil {
			return err
		}
		if watch != nil {
			sh.probes = append(sh.probes, sample{p: q, watch: watch})
		}
		for k, i := range here {
			q.from[i], q.at[i] = state, cells[k]
			sh.probes = append(sh.probes, sample{p: q, i: i})
		}
	}
	return nil
}

// A sample is what a shard does for a probe before a step: it computes a formula, adds up a
// part of a mean, or records the variable of a cell.
type sample struct {
	p     *probe
	i     int // of the cell
	part  *part
	watch *model.Watch
}

// take records the state before step k.
func (x sample) take(k uint64) {
	switch {
	case (k-x.p.begin)%uint64(x.p.stride) != 0:
	case x.watch != nil:
		x.watch.Values()
	case x.part != nil:
		x.part.take()
	default:
		x.p.y[x.i] = append(x.p.y[x.i], x.p.from[x.i][x.p.at[x.i]]/x.p.size)
	}
}

// traces returns what was recorded.
func (p *probe) traces(s *Simulation) ([]neuro.Trace, error) {
	var out []neuro.Trace
	for i := range p.y {
		out = append(out, neuro.Trace{Name: p.variable, Unit: p.unit, T0: float64(float64(p.begin) * s.dt), Dt: float64(float64(p.stride) * s.dt), Y: p.y[i]})
	}
	return out, p.finite(s.dt, 0)
}

// finite returns an error for the first number that is not finite; before is how many samples
// were before those that y has.
func (p *probe) finite(dt float64, before int) error {
	for i := range p.y {
		for k, y := range p.y[i] {
			if math.IsNaN(y) || math.IsInf(y, 0) {
				of := "the mean"
				switch {
				case p.total:
					of = "the sum"
				case !p.Mean:
					of = fmt.Sprintf("cell %d", p.Cells[i])
				}
				at := float64((float64(p.begin) + float64((before+k)*p.stride)) * dt)
				return fmt.Errorf("network: Run: %s of %s of %q is %g at %g ms; use a smaller Dt", p.variable, of, p.Population, y, at)
			}
		}
	}
	return nil
}
