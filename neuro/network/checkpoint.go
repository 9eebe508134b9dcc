package network

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"fmt"
	"hash/crc64"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/model"
)

// A state is where a network is in time, in an order that does not depend on the
// number of threads.
type state struct {
	Network string // fingerprint of the description
	Step    uint64
	Cells   []*model.Snapshot // by population; nil for sources
	From    uint64            // step of the first spikes of History
	History [][][]uint32      // by population and step
	Changed []changed         // by group whose synapses change
}

// The number goes up when the same description makes other connections, which a
// saved state would not fit.
const (
	family = "neurorepl network "
	magic  = family + "3\n"
)

var table64 = crc64.MakeTable(crc64.ECMA)

// Save writes where the network is in time to a file: potentials, spikes under way,
// weights that change. Connections are not in it: Build makes them again. The file
// is complete or not there.
func (s *Simulation) Save(path string) error {
	var b bytes.Buffer
	b.WriteString(magic)
	if err := gob.NewEncoder(&b).Encode(s.state()); err != nil {
		return fmt.Errorf("network: Save: %w", err)
	}
	sum := crc64.Checksum(b.Bytes(), table64)
	b.Write(binary.LittleEndian.AppendUint64(nil, sum))
	err := files.Whole(path, func(w io.Writer) error {
		_, err := w.Write(b.Bytes())
		return err
	})
	if err != nil {
		return fmt.Errorf("network: Save: %s: %w", path, err)
	}
	return nil
}

// Load puts the network where it was at Save. It must have been built from the same
// description; the number of threads may be another.
func (s *Simulation) Load(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("network: Load: %w", err)
	}
	if bytes.HasPrefix(data, []byte(family)) && !bytes.HasPrefix(data, []byte(magic)) && len(data) > len(magic) {
		return fmt.Errorf("network: Load: %s was saved by another version of neurorepl, which drew other connections; run the network again from its start", path)
	}
	if len(data) < len(magic)+8 || !bytes.HasPrefix(data, []byte(magic)) {
		return fmt.Errorf("network: Load: %s is no file of Save", path)
	}
	body := data[:len(data)-8]
	if crc64.Checksum(body, table64) != binary.LittleEndian.Uint64(data[len(body):]) {
		return fmt.Errorf("network: Load: %s is damaged: its check sum is not that of its content", path)
	}
	var st state
	if err := gob.NewDecoder(bytes.NewReader(body[len(magic):])).Decode(&st); err != nil {
		return fmt.Errorf("network: Load: %s: %w", path, err)
	}
	if want := s.net.fingerprint(); st.Network != want {
		return fmt.Errorf("network: Load: %s is of another network: its description differs", path)
	}
	if err := s.restore(&st); err != nil {
		return fmt.Errorf("network: Load: %s: %w", path, err)
	}
	return nil
}

// Copy returns a second simulation at the same point in time. It shares the
// synapses that stay as they are, so that variants of a network can run side by
// side in the memory of one.
func (s *Simulation) Copy() (*Simulation, error) {
	c := &Simulation{net: s.net, models: s.models, dt: s.dt, wanted: s.wanted, synapses: s.synapses, bytes: s.bytes}
	for i, old := range s.shards {
		sh, err := s.net.newShard(i, len(s.shards), s.models, s.wanted)
		if err != nil {
			return nil, err
		}
		for _, t := range old.tables {
			u, err := t.copy()
			if err != nil {
				return nil, err
			}
			sh.tables = append(sh.tables, u)
		}
		c.shards = append(c.shards, sh)
	}
	c.clock()
	return c, c.restore(s.state())
}

// Set gives a variable or parameter of a population values in its natural unit, one
// for all cells or one for each.
func (s *Simulation) Set(population, name string, values ...float64) error {
	p, err := s.net.find(population)
	if err != nil {
		return fmt.Errorf("network: Set: %w", err)
	}
	n := s.net.Populations[p].size()
	if s.models[p] == nil {
		return fmt.Errorf("network: Set: %q are sources of spikes", population)
	}
	if len(values) != 1 && len(values) != n {
		return fmt.Errorf("network: Set: %s of %q gets %d values; give one for all cells, or %d, one for each", name, population, len(values), n)
	}
	for _, sh := range s.shards {
		if sh.cells[p] == nil {
			continue
		}
		part := values
		if len(values) == n {
			part = values[sh.lo[p]:sh.hi[p]]
		}
		if err := sh.cells[p].Set(name, part...); err != nil {
			return fmt.Errorf("network: Set: population %q: %w", population, err)
		}
	}
	return nil
}

// fingerprint returns a number of what the network is made of.
func (n *Network) fingerprint() string {
	h := crc64.New(table64)
	fmt.Fprintf(h, "%v %v %v\n", n.dt(), n.Seed, n.Params)
	for i := range n.Populations {
		p := &n.Populations[i]
		fmt.Fprintf(h, "%q %d %q %v %v %v %v %v %v", p.Name, p.size(), p.Rate, p.Trains, p.Params, p.Initial, p.Values, p.Positions, p.Period)
		for _, name := range slices.Sorted(maps.Keys(p.Drive)) {
			var x [64]float64 // a stimulus is known by its values
			p.Drive[name].Fill(x[:], 0, 1)
			fmt.Fprintf(h, " %s %v", name, x)
		}
		if p.Cell != nil {
			text, o := p.Cell.Equations()
			fmt.Fprintf(h, "%q %q %q %q %v %v %v %q %v", text, o.Threshold, o.Reset, o.Refractory, o.Params, o.Initial, o.Events, o.Method, o.Tolerance)
		}
	}
	list := slices.Clone(n.Projections)
	for i := range list {
		list[i].Procedural = false // the synapses are the same
	}
	fmt.Fprintf(h, "\n%#v\n%#v", list, n.Background)
	return fmt.Sprintf("%016x", h.Sum64())
}

// state returns where the network is.
func (s *Simulation) state() *state {
	st := &state{Network: s.net.fingerprint(), Step: s.k}
	for p := range s.models {
		if s.models[p] == nil {
			st.Cells = append(st.Cells, &model.Snapshot{})
			continue
		}
		all := &model.Snapshot{}
		for _, sh := range s.shards {
			if sh.cells[p] != nil {
				all.Append(sh.cells[p].Snapshot())
			}
		}
		st.Cells = append(st.Cells, all)
	}
	st.From = s.k - min(s.k, uint64(s.depth-s.chunk))
	for p := range s.history {
		var steps [][]uint32
		for k := st.From; k < s.k; k++ {
			steps = append(steps, slices.Clone(s.history[p][k%uint64(s.depth)]))
		}
		st.History = append(st.History, steps)
	}
	for g, t := range s.shards[0].tables {
		if t.changes() {
			st.Changed = append(st.Changed, s.changed(g))
		}
	}
	return st
}

// restore puts the network into a state.
func (s *Simulation) restore(st *state) error {
	other := fmt.Errorf("it is of another network")
	if len(st.Cells) != len(s.models) || len(st.History) != len(s.models) || st.From > st.Step || st.Step-st.From >= uint64(s.depth) {
		return other
	}
	for _, h := range st.History {
		if uint64(len(h)) != st.Step-st.From {
			return other
		}
	}
	for p, m := range s.models {
		n := s.net.Populations[p].size()
		if m == nil {
			continue
		}
		for _, a := range st.Cells[p].Arrays {
			if len(a) != n {
				return other
			}
		}
		for _, sh := range s.shards {
			if sh.cells[p] != nil {
				if err := sh.cells[p].Restore(st.Cells[p].Part(sh.lo[p], sh.hi[p]-sh.lo[p])); err != nil {
					return err
				}
			}
		}
		for _, h := range st.History[p] {
			for _, c := range h {
				if int(c) >= n {
					return other
				}
			}
		}
	}
	for i := range st.Changed {
		if err := s.change(&st.Changed[i]); err != nil {
			return err
		}
	}
	s.k = st.Step
	for p := range s.history {
		for i := range s.history[p] {
			s.history[p][i] = nil
		}
		for i, cells := range st.History[p] {
			s.history[p][(st.From+uint64(i))%uint64(s.depth)] = slices.Clone(cells)
		}
	}
	for _, sh := range s.shards {
		for _, src := range sh.sources {
			if src != nil {
				src.next = 0
			}
		}
		s.open(sh, st.From, int(st.Step-st.From))
		for n, t := range sh.tables {
			if t.least == t.most {
				continue
			}
			for k := st.From; k < st.Step; k++ {
				slot := k % uint64(s.depth)
				// What arrived at the end of step Step-2 or before has been added.
				for i := range sh.pending[n][slot] {
					for p := &sh.pending[n][slot][i]; p.n > 0 && k+uint64(p.delay)+2 <= st.Step; {
						p.next(t.slot(slot))
					}
				}
			}
		}
	}
	return nil
}
