package model

import (
	"fmt"
	"slices"
)

// A Snapshot is where the cells of a population are: Restore puts another
// population of the same model and time step there.
type Snapshot struct {
	Step   uint64
	Names  []string    // of the arrays, sorted
	Arrays [][]float64 // a number for each cell
	Held   []uint64    // bits of cells in which a refractory condition holds
	Closed []uint64    // bits of cells whose receptors take nothing
}

// Snapshot returns the state of the cells.
func (p *Population) Snapshot() *Snapshot {
	s := &Snapshot{Step: p.k, Names: sortedKeys(p.b.lay.arrays)}
	for _, name := range s.Names {
		s.Arrays = append(s.Arrays, slices.Clone(p.arrays[p.b.lay.arrays[name]]))
	}
	words := (p.n + 63) / 64
	if p.held != nil {
		s.Held = slices.Clone(p.held[:words])
	}
	if p.closed != nil {
		s.Closed = slices.Clone(p.closed[:words])
	}
	return s
}

// Restore puts the cells into the state of a snapshot.
func (p *Population) Restore(s *Snapshot) error {
	words := (p.n + 63) / 64
	for i, name := range s.Names {
		a, ok := p.b.lay.arrays[name]
		if !ok && p.m.byName[name] != nil && p.m.byName[name].kind == parameter {
			// A parameter that had got a value for each cell.
			if _, err := p.State(name); err != nil {
				return err
			}
			a, ok = p.b.lay.arrays[name]
		}
		if !ok || i >= len(s.Arrays) || len(s.Arrays[i]) != p.n {
			return fmt.Errorf("model: Restore: the snapshot has %s of other cells; the model must be the same and the cells as many", name)
		}
		copy(p.arrays[a], s.Arrays[i])
	}
	if (p.held != nil && len(s.Held) != words) || (p.closed != nil && len(s.Closed) != words) {
		return fmt.Errorf("model: Restore: the snapshot is of another model, or of other receptors")
	}
	copy(p.held, s.Held)
	copy(p.closed, s.Closed)
	p.k = s.Step
	for i := range p.drives {
		p.drives[i].ahead = nil
	}
	for _, e := range p.events {
		e.cells = e.cells[:0]
	}
	return nil
}

// Part returns the snapshot of the cells from first to first+count-1; first must
// be a multiple of 64.
func (s *Snapshot) Part(first, count int) *Snapshot {
	out := &Snapshot{Step: s.Step, Names: s.Names}
	for _, a := range s.Arrays {
		out.Arrays = append(out.Arrays, slices.Clone(a[first:first+count]))
	}
	lo, hi := first/64, (first+count+63)/64
	if s.Held != nil {
		out.Held = slices.Clone(s.Held[lo:hi])
	}
	if s.Closed != nil {
		out.Closed = slices.Clone(s.Closed[lo:hi])
	}
	return out
}

// Append adds the cells of another snapshot, which follow; there must be a
// multiple of 64 cells before.
func (s *Snapshot) Append(more *Snapshot) {
	if s.Names == nil {
		*s = *more.Part(0, len(more.Arrays[0]))
		return
	}
	for i := range s.Arrays {
		s.Arrays[i] = append(s.Arrays[i], more.Arrays[i]...)
	}
	s.Held, s.Closed = append(s.Held, more.Held...), append(s.Closed, more.Closed...)
}
