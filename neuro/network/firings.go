package network

import "slices"

// many is how many spikes of a cell are kept before all synapses are brought up to
// date.
const many = 32

// A post is a spike of a target cell: its step, and a trace after it.
type post struct {
	step uint32
	o1   float32
}

// A firings keeps the spikes of the target cells, with a trace that each of them
// raises, until all synapses have been brought up to date with them.
type firings struct {
	trace   decay
	nearest bool     // a spike sets the trace to 1, rather than adding 1
	count   []uint32 // spikes of each cell so far
	swept   []uint32 // and those that have acted on all synapses
	posts   []post   // a ring of many for each cell
}

func newFirings(cells int, tau, dt float64, nearest bool) firings {
	return firings{newDecay(tau, dt), nearest, make([]uint32, cells), make([]uint32, cells), make([]post, cells*many)}
}

func (f *firings) clone() firings {
	c := *f
	c.count, c.swept, c.posts = slices.Clone(f.count), slices.Clone(f.swept), slices.Clone(f.posts)
	return c
}

func (f *firings) size() int { return 8*len(f.count) + 8*len(f.posts) }

// firingBytes is the size of a cell.
const firingBytes = 8 + 8*many

// at returns spike number n of a cell.
func (f *firings) at(cell int, n uint32) *post { return &f.posts[uint32(cell)*many+n%many] }

// full reports whether there is no room for another spike, besides one of this step and
// the last that has acted.
func (f *firings) full(cell int) bool { return f.count[cell]-f.swept[cell] >= many-3 }

func (f *firings) fire(cell int, step uint32) {
	x := float32(0)
	if n := f.count[cell]; n > 0 && !f.nearest {
		p := f.at(cell, n-1)
		x = f.trace.of(p.o1, step-p.step)
	}
	*f.at(cell, f.count[cell]) = post{step, x + 1}
	f.count[cell]++
}

// since returns the number of the first spike in a step or after it.
func (f *firings) since(cell int, step uint32) uint32 {
	n := f.count[cell]
	for least := n - min(n, many); n > least && f.at(cell, n-1).step >= step; n-- {
	}
	return n
}

// clear forgets the spikes: all synapses are up to date.
func (f *firings) clear() { copy(f.swept, f.count) }

func (f *firings) cell(i int, w *words) {
	w.uint32(&f.count[i])
	kept := min(f.count[i], 3)
	if w.reading {
		f.swept[i] = f.count[i] - kept
	}
	for n := f.count[i] - kept; n < f.count[i]; n++ {
		p := f.at(i, n)
		w.uint32(&p.step)
		w.float32(&p.o1)
	}
}
