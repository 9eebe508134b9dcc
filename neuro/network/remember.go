package network

import (
	"cmp"
	"errors"
	"math"
	"slices"
)

// remembers is what has a state that Save must keep: in parts that do not depend on
// how the network is cut.
type remembers interface {
	row(segment uint32, w *words)    // of the synapses of a source with the same delay
	cell(target int, w *words)       // of a target cell
	whole(w *words)                  // of all of it
	columns(t *synapses) [][]float32 // of each synapse
}

// words are a part of a state on its way to a file, or from it.
type words struct {
	list    []uint64
	reading bool
	short   bool // there were too few
}

func (w *words) uint64(x *uint64) {
	switch {
	case !w.reading:
		w.list = append(w.list, *x)
	case len(w.list) == 0:
		*x, w.short = 0, true
	default:
		*x, w.list = w.list[0], w.list[1:]
	}
}

func (w *words) uint32(x *uint32) {
	y := uint64(*x)
	w.uint64(&y)
	*x = uint32(y)
}

func (w *words) float32(x *float32) {
	y := uint64(math.Float32bits(*x))
	w.uint64(&y)
	*x = math.Float32frombits(uint32(y))
}

func (w *words) float64(x *float64) {
	y := math.Float64bits(*x)
	w.uint64(&y)
	*x = math.Float64frombits(y)
}

// Changed is the state of a group whose synapses change.
type changed struct {
	Group   int
	Whole   []uint64
	Rows    []rowState
	Cells   [][]uint64  // by target cell
	Columns [][]float32 // by source, delay and target
}

type rowState struct {
	Source, Delay uint32
	Words         []uint64
}

// changes reports whether the synapses of a table change.
func (t *synapses) changes() bool { return t.learner != nil || t.scaling != nil || t.short != nil }

// copy returns a table with a state of its own; what stays is shared.
func (t *synapses) copy() (*synapses, error) {
	if !t.changes() && t.again == nil {
		return t, nil
	}
	u := *t
	if t.again != nil {
		m, err := t.again.maker.copy()
		u.again = &again{maker: m, sizes: t.again.sizes, row: t.rows()}
		return &u, err
	}
	if t.short != nil {
		u.short = t.short.copy()
	}
	if t.exact != nil {
		u.exact = slices.Clone(t.exact)
	}
	if t.learner != nil {
		u.learner = t.learner.copy()
	}
	if t.scaling != nil {
		u.scaling = t.scaling.copy()
	}
	return &u, nil
}

func (t *synapses) row(k uint32, w *words) {
	if t.short != nil {
		t.short.row(k, w)
	}
	if t.learner != nil {
		t.learner.row(k, w)
	}
}

func (t *synapses) cell(i int, w *words) {
	if t.learner != nil {
		t.learner.cell(i, w)
	}
	if t.scaling != nil {
		t.scaling.cell(i, w)
	}
}

func (t *synapses) columns() (out [][]float32) {
	switch {
	case t.learner != nil:
		out = append(out, t.learner.columns(t)...)
	case t.scaling != nil:
		out = append(out, t.exact)
	}
	if t.short != nil {
		out = append(out, t.short.columns()...)
	}
	return out
}

// A place is one synapse that changes: its shard and number there.
type place struct {
	source, delay  uint32
	target         int // in its population
	shard, synapse int
}

// places returns the synapses of a group in the order in which they are saved.
func (s *Simulation) places(g int) []place {
	var out []place
	for n, sh := range s.shards {
		t := sh.tables[g]
		first := sh.first(t)
		for i := range len(t.start) - 1 {
			for _, x := range t.segments[t.start[i]:t.start[i+1]] {
				for k := x.first; k < x.first+x.n; k++ {
					out = append(out, place{uint32(i), uint32(x.delay), first + t.target(k), n, int(k)})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.delay, b.delay), cmp.Compare(a.target, b.target))
	})
	return out
}

// first returns what has to be added to an accumulator of a table whose synapses
// change to get the number of the cell.
func (sh *shard) first(t *synapses) int {
	for _, r := range t.reaches {
		if x := &sh.receptors[r]; x.population == t.to {
			return sh.lo[t.to] - x.base
		}
	}
	return 0
}

// changed returns the state of a group.
func (s *Simulation) changed(g int) changed {
	out := changed{Group: g}
	for _, sh := range s.shards {
		t := sh.tables[g]
		if t.learner != nil {
			t.learner.settle(t, s.settled())
			if sh.hi[t.to] > sh.lo[t.to] {
				var w words
				t.learner.whole(&w)
				out.Whole = w.list // shards with cells have the same
			}
		}
		if t.learner != nil || t.scaling != nil {
			for i := range sh.hi[t.to] - sh.lo[t.to] {
				var w words
				t.cell(i, &w)
				out.Cells = append(out.Cells, w.list)
			}
		}
		for i := range len(t.start) - 1 {
			for k := t.start[i]; k < t.start[i+1]; k++ {
				var w words
				t.row(k, &w)
				out.Rows = append(out.Rows, rowState{uint32(i), uint32(t.segments[k].delay), w.list})
			}
		}
	}
	slices.SortStableFunc(out.Rows, func(a, b rowState) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Delay, b.Delay))
	})
	// Shards have their parts of a row, with the same state.
	out.Rows = slices.CompactFunc(out.Rows, func(a, b rowState) bool { return a.Source == b.Source && a.Delay == b.Delay })
	out.Columns = make([][]float32, len(s.shards[0].tables[g].columns()))
	if len(out.Columns) == 0 {
		return out
	}
	for _, p := range s.places(g) {
		for c, x := range s.shards[p.shard].tables[g].columns() {
			out.Columns[c] = append(out.Columns[c], x[p.synapse])
		}
	}
	return out
}

// change restores the state of a group.
func (s *Simulation) change(x *changed) error {
	other := errors.New("its synapses are of another network")
	if x.Group < 0 || x.Group >= len(s.shards[0].tables) || !s.shards[0].tables[x.Group].changes() {
		return other
	}
	if len(x.Columns) != len(s.shards[0].tables[x.Group].columns()) {
		return other
	}
	if len(x.Columns) > 0 {
		places := s.places(x.Group)
		for c := range x.Columns {
			if len(x.Columns[c]) != len(places) {
				return other
			}
		}
		for i, p := range places {
			for c, y := range s.shards[p.shard].tables[x.Group].columns() {
				y[p.synapse] = x.Columns[c][i]
			}
		}
	}
	rows := map[[2]uint32][]uint64{}
	for _, r := range x.Rows {
		rows[[2]uint32{r.Source, r.Delay}] = r.Words
	}
	for _, sh := range s.shards {
		t := sh.tables[x.Group]
		for i := range len(t.start) - 1 {
			for k := t.start[i]; k < t.start[i+1]; k++ {
				w := words{list: rows[[2]uint32{uint32(i), uint32(t.segments[k].delay)}], reading: true}
				if t.row(k, &w); w.short || len(w.list) > 0 {
					return other
				}
			}
		}
		if t.learner != nil {
			w := words{list: x.Whole, reading: true}
			if t.learner.whole(&w); w.short || len(w.list) > 0 {
				return other
			}
		}
		if t.learner == nil && t.scaling == nil {
			continue
		}
		for i := sh.lo[t.to]; i < sh.hi[t.to]; i++ {
			if i >= len(x.Cells) {
				return other
			}
			w := words{list: x.Cells[i], reading: true}
			if t.cell(i-sh.lo[t.to], &w); w.short || len(w.list) > 0 {
				return other
			}
		}
	}
	return nil
}
