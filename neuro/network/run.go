package network

import (
	"fmt"
	"math"
	"time"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// RecordOptions say what Run keeps besides spikes.
type RecordOptions struct {
	States  []Probe
	Weights []WeightProbe
	// Quiet are populations whose spikes are counted and not kept.
	Quiet []string
	// File is where spikes go as they are fired, instead of into memory: for long runs
	// of large networks. It must not be there yet; ReadSpikes reads it, and each second
	// it is complete until then, whatever happens to the program. The result counts the
	// spikes, as those of Quiet, which are not in the file.
	File string
	// Live shows the figure of the last Live ms while the network runs, anew each
	// second; no figure if 0.
	Live float64 `unit:"ms"`
}

// A Probe records variables of some cells of a population.
type Probe struct {
	Population string
	Variables  []string // such as "v", "ge"
	Cells      []int    // the first one if nil, all of them with Mean
	Mean       bool     // record the mean over the cells, such as of a conductance for a local field potential
	Every      float64  `unit:"ms"` // time between samples, each step if 0
}

// N returns how many synapses the network has.
func (s *Simulation) N() int64 { return s.synapses }

// Bytes returns the memory of the synapses.
func (s *Simulation) Bytes() int64 { return s.bytes }

// Time returns where the network is in time, ms.
func (s *Simulation) Time() float64 { return float64(float64(s.k) * s.dt) }

// Run advances the network by dur ms, rounded to steps, and returns what it
// recorded. Calls follow on each other: a run of 100 ms and one of 200 ms are one of
// 300 ms. It shows its progress, and ends at an interrupt, after which it can be
// continued.
func (s *Simulation) Run(dur float64, o RecordOptions) (*Result, error) {
	if !(dur >= 0) || math.IsInf(dur, 0) {
		return nil, fmt.Errorf("network: Run: dur is %g ms; it must be 0 or more and finite", dur)
	}
	steps := int(math.Round(dur / s.dt))
	r := &Result{T0: s.Time(), Dt: s.dt, first: s.k}
	quiet := map[int]bool{}
	for _, name := range o.Quiet {
		p, err := s.net.find(name)
		if err != nil {
			return nil, fmt.Errorf("network: Run: Quiet: %w", err)
		}
		quiet[p] = true
	}
	for p := range s.net.Populations {
		pop := &s.net.Populations[p]
		r.pops = append(r.pops, recorded{name: pop.Name, n: pop.size(), quiet: quiet[p] || o.File != "", source: pop.Cell == nil})
	}
	probes, err := s.probes(o.States, steps)
	if err != nil {
		return nil, err
	}
	weights, err := s.weighings(o.Weights, steps)
	if err != nil {
		return nil, err
	}
	if !finite(o.Live) || o.Live < 0 {
		return nil, fmt.Errorf("network: Run: Live is %g ms; it must be finite and 0 or more", o.Live)
	}
	var file *spikeFile
	if o.File != "" {
		if file, err = newSpikeFile(o.File, r); err != nil {
			return nil, err
		}
	}
	task := display.Start("network.Run", "steps", steps)
	defer task.End()
	shown := time.Now()
	err = s.advance(steps, func(from uint64, n int) error {
		for i := range n {
			slot := (from + uint64(i)) % uint64(s.depth)
			for p := range r.pops {
				r.pops[p].add(s.history[p][slot])
				if file != nil && !quiet[p] {
					for _, c := range s.history[p][slot] {
						file.record(from+uint64(i), uint32(p), c)
					}
				}
			}
		}
		if file != nil {
			if err := file.complete(from+uint64(n), false); err != nil {
				return err
			}
		}
		for _, p := range probes {
			p.merge()
		}
		for _, w := range weights {
			w.merge()
		}
		if o.Live > 0 && time.Since(shown) >= liveEvery {
			r.live(s.Time(), o.Live)
			shown = time.Now()
		}
		task.Set(int(from-r.first) + n)
		return task.Err()
	})
	r.T1 = s.Time()
	if file != nil {
		if e := file.close(s.k); err == nil {
			err = e
		}
	}
	for _, w := range weights {
		r.Weights = append(r.Weights, w.out)
	}
	for _, p := range probes {
		t, bad := p.traces(s)
		if bad != nil && err == nil {
			err = bad
		}
		r.Traces = append(r.Traces, t)
	}
	return r, err
}

// liveEvery is how often the figure of a network that runs is shown.
var liveEvery = time.Second

// live shows the last ms of what has been recorded until now.
func (r *Result) live(now, ms float64) {
	so := *r
	so.T1 = now
	last, err := so.Window(math.Max(r.T0, now-ms), now)
	if err == nil {
		display.Update(fmt.Sprintf("network.Run from %g ms", r.T0), last)
	}
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
}

// probes prepares the recording of states. Each goes to the shard of its cell.
func (s *Simulation) probes(list []Probe, steps int) ([]*probe, error) {
	for _, sh := range s.shards {
		sh.probes = nil
	}
	var out []*probe
	for i, x := range list {
		fail := func(format string, a ...any) ([]*probe, error) {
			return nil, fmt.Errorf("network: Run: States %d: %s", i, fmt.Errorf(format, a...))
		}
		p, err := s.net.find(x.Population)
		if err != nil {
			return fail("%w", err)
		}
		if s.models[p] == nil {
			return fail("population %q has no cells; its spikes are recorded", x.Population)
		}
		stride := 1
		if x.Every != 0 {
			stride = int(math.Round(x.Every / s.dt))
			if !(x.Every > 0) || stride < 1 {
				return fail("Every is %g ms; it must be a multiple of the time step, %g ms", x.Every, s.dt)
			}
		}
		if x.Cells == nil && !x.Mean {
			x.Cells = []int{0}
		}
		if len(x.Variables) == 0 {
			return fail("Variables is empty; variables of %q are %q", x.Population, s.models[p].Variables())
		}
		for _, name := range x.Variables {
			unit, size, err := s.models[p].Unit(name)
			if err != nil {
				return fail("%q has no variable %q; its variables are %q", x.Population, name, s.models[p].Variables())
			}
			q := &probe{Probe: x, population: p, variable: name, unit: unit, size: size, stride: stride, begin: s.k}
			if x.Mean {
				if err := s.meanOf(q); err != nil {
					return fail("%w", err)
				}
				out = append(out, q)
				continue
			}
			for _, c := range x.Cells {
				if c < 0 || c >= s.net.Populations[p].size() {
					return fail("%q has no cell %d; cells are 0 to %d", x.Population, c, s.net.Populations[p].size()-1)
				}
				for _, sh := range s.shards {
					if c >= sh.lo[p] && c < sh.hi[p] {
						state, err := sh.cells[p].State(name)
						if err != nil {
							return fail("%w", err)
						}
						sh.probes = append(sh.probes, sample{p: q, i: len(q.y)})
						q.from, q.at = append(q.from, state), append(q.at, c-sh.lo[p])
					}
				}
				q.y = append(q.y, make([]float64, 0, (steps+stride-1)/stride))
			}
			out = append(out, q)
		}
	}
	return out, nil
}

// A sample is a variable of a cell that a shard records.
type sample struct {
	p    *probe
	i    int // of the cell
	part *part
}

// take records the state before step k.
func (x sample) take(k uint64) {
	if (k-x.p.begin)%uint64(x.p.stride) == 0 {
		if x.p.Mean {
			x.part.take()
			return
		}
		x.p.y[x.i] = append(x.p.y[x.i], x.p.from[x.i][x.p.at[x.i]]/x.p.size)
	}
}

// traces returns what was recorded.
func (p *probe) traces(s *Simulation) ([]neuro.Trace, error) {
	var out []neuro.Trace
	var bad error
	for i := range p.y {
		t := neuro.Trace{Name: p.variable, Unit: p.unit, T0: float64(float64(p.begin) * s.dt), Dt: float64(float64(p.stride) * s.dt), Y: p.y[i]}
		for k, y := range t.Y {
			if bad == nil && (math.IsNaN(y) || math.IsInf(y, 0)) {
				of := "the mean"
				if !p.Mean {
					of = fmt.Sprintf("cell %d", p.Cells[i])
				}
				bad = fmt.Errorf("network: Run: %s of %s of %q is %g at %g ms; use a smaller Dt", p.variable, of, p.Population, y, t.At(k))
			}
		}
		out = append(out, t)
	}
	return out, bad
}
