package network

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro"
)

// A Group is some members of a population, under a name of their own.
type Group struct {
	Name       string
	Population string
	Cells      []int // numbers of the members, all if nil; in this order
}

// Range returns the numbers from first to end-1, for the Cells of a Group or a Probe.
func Range(first, end int) []int {
	var out []int
	for i := first; i < end; i++ {
		out = append(out, i)
	}
	return out
}

// Groups returns the result as that of groups of cells, which stand for populations:
// r.Rate("layer 0", 0), r.Raster("layer 0") and r.Plot() are then of the groups. A
// cell may be in several.
func (r *Result) Groups(groups ...Group) (*Result, error) {
	out := *r
	out.pops = nil
	if len(groups) == 0 {
		return nil, fmt.Errorf("network: Groups: there is no group; give one or more")
	}
	for _, g := range groups {
		fail := func(format string, a ...any) (*Result, error) {
			return nil, fmt.Errorf("network: Groups: group %q: %w", g.Name, fmt.Errorf(format, a...))
		}
		if g.Name == "" {
			return fail("Name is empty; methods of the result go by names")
		}
		for i := range out.pops {
			if out.pops[i].name == g.Name {
				return fail("there are two of this name")
			}
		}
		if g.Population == "" {
			return fail("Population is empty; it is where the cells are")
		}
		list, err := r.find(g.Population)
		if err != nil {
			return fail("%w", err)
		}
		p := list[0]
		cells := g.Cells
		if cells == nil {
			cells = Range(0, p.n)
		}
		if p.quiet && g.Cells != nil {
			return fail("the spikes of %q were counted and not kept (RecordOptions.Quiet)", p.name)
		}
		place := make([]int32, p.n) // in the group, from 1; 0 where not in it
		for i, c := range cells {
			if c < 0 || c >= p.n {
				return fail("%q has no member %d; members are 0 to %d", p.name, c, p.n-1)
			}
			if place[c] != 0 {
				return fail("member %d is in Cells twice", c)
			}
			place[c] = int32(i + 1)
		}
		if len(cells) == 0 {
			return fail("Cells is empty; leave it nil for all members")
		}
		q := recorded{name: g.Name, n: len(cells), source: p.source, quiet: p.quiet}
		if p.quiet {
			q.ends, q.count = p.ends, p.count
			out.pops = append(out.pops, q)
			continue
		}
		begin := 0
		var now []uint32
		for _, end := range p.ends {
			now = now[:0]
			for _, c := range p.cells[begin:end] {
				if at := place[c]; at != 0 {
					now = append(now, uint32(at-1))
				}
			}
			slices.Sort(now)
			q.add(now)
			begin = end
		}
		out.pops = append(out.pops, q)
	}
	return &out, nil
}

// Window returns the result of the time from t0 to t1, ms: spikes and samples before t0
// and from t1 on are left out. All methods, Plot among them, are then of this window.
func (r *Result) Window(t0, t1 float64) (*Result, error) {
	steps := 0
	if len(r.pops) > 0 {
		steps = len(r.pops[0].ends)
	}
	from, to := int(math.Round((t0-r.T0)/r.Dt)), int(math.Round((t1-r.T0)/r.Dt))
	if !(t0 < t1) || !finite(t0, t1) || from < 0 || to > steps || from >= to {
		return nil, fmt.Errorf("network: Window: it is from %g to %g ms; it must be within the run, from %g to %g ms, and a time step, %g ms, or longer", t0, t1, r.T0, r.T1, r.Dt)
	}
	out := &Result{Dt: r.Dt, first: r.first + uint64(from)}
	out.T0, out.T1 = float64(float64(out.first)*r.Dt), float64(float64(r.first+uint64(to))*r.Dt)
	for i := range r.pops {
		p, before := r.pops[i], 0
		if from > 0 {
			before = p.ends[from-1]
		}
		q := recorded{name: p.name, n: p.n, source: p.source, quiet: p.quiet, count: p.ends[to-1] - before}
		if !p.quiet {
			q.cells = p.cells[before:p.ends[to-1]]
		}
		for _, end := range p.ends[from:to] {
			q.ends = append(q.ends, end-before)
		}
		out.pops = append(out.pops, q)
	}
	for _, list := range r.Traces {
		var cut []neuro.Trace
		for _, t := range list {
			cut = append(cut, window(t, out.T0, out.T1))
		}
		out.Traces = append(out.Traces, cut)
	}
	for _, t := range r.LFP {
		out.LFP = append(out.LFP, window(t, out.T0, out.T1))
	}
	return out, nil
}

// window returns the samples of a trace from t0 to before t1.
func window(t neuro.Trace, t0, t1 float64) neuro.Trace {
	at := func(x float64) int {
		return min(max(int(math.Ceil((x-t.T0)/t.Dt-1e-6)), 0), len(t.Y))
	}
	lo, hi := at(t0), at(t1)
	t.T0, t.Y = t.At(lo), t.Y[lo:max(hi, lo)]
	return t
}
