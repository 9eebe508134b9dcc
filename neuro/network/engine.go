package network

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
)

// A Simulation is a network that has been built, and where it is in time.
type Simulation struct {
	net    *Network
	models []*model.Model
	dt     float64
	wanted [][]string // receptors that are used, by population
	shards []*shard
	k      uint64 // steps done

	depth int // steps of the history
	chunk int // steps between two exchanges of spikes
	// history holds the spikes of the last steps: by population, and slot k % depth.
	history  [][][]uint32
	synapses int64
	bytes    int64
}

// Build makes the cells and connections. It is an error that names the population
// or projection when something is asked for that cannot be. It shows its progress and
// ends when it is interrupted.
func (n Network) Build() (*Simulation, error) {
	c := n.clone()
	models, links, wanted, err := c.read()
	if err != nil {
		return nil, err
	}
	threads := c.threads()
	count, err := c.divide(threads, wanted)
	if err != nil {
		return nil, err
	}
	if err := enoughMemory(links, c, models); err != nil {
		return nil, err
	}
	s := &Simulation{net: c, models: models, dt: c.dt(), wanted: wanted, shards: make([]*shard, count)}
	expected := 0.0
	for _, l := range links {
		expected += l.rule.expected()
	}
	task := display.Start("network.Build", "synapses", int(expected))
	defer task.End()
	for _, l := range links {
		if err := l.rule.prepare(threads); err != nil {
			return nil, err
		}
		if err := task.Err(); err != nil {
			return nil, err
		}
	}
	builders := make([]*builder, count)
	divided := groups(links, len(c.Populations))
	if err := each(count, threads, func(i int) error {
		sh, err := c.newShard(i, count, models, wanted)
		if err != nil {
			return err
		}
		s.shards[i], builders[i] = sh, &builder{net: c, sh: sh, dt: s.dt, links: links, groups: divided, task: task}
		return builders[i].ranges()
	}); err != nil {
		return nil, err
	}
	levels(links, builders)
	if err := each(count, threads, func(i int) error { return builders[i].fill() }); err != nil {
		return nil, err
	}
	for _, g := range divided {
		for _, i := range g.links {
			if g.procedural {
				s.bytes += int64(links[i].rule.bytes())
			} else {
				links[i].rule.blocks = nil
			}
		}
	}
	s.tally()
	s.clock()
	return s, nil
}

// read returns what the description asks for, checked: the model of each population,
// what projections connect, and the receptors of each population that are used.
func (n *Network) read() (models []*model.Model, links []*link, wanted [][]string, err error) {
	if models, err = n.models(); err != nil {
		return nil, nil, nil, err
	}
	if links, err = n.links(models); err != nil {
		return nil, nil, nil, err
	}
	if wanted, err = n.receptors(links, models); err != nil {
		return nil, nil, nil, err
	}
	least, err := n.divide(1, wanted)
	for _, l := range links {
		l.rule.shards = least
	}
	return models, links, wanted, err
}

// clone copies the description, so that later changes of it do not matter.
func (n *Network) clone() *Network {
	c := *n
	c.Populations = append([]Population(nil), n.Populations...)
	c.Projections = append([]Projection(nil), n.Projections...)
	c.Background = append([]Background(nil), n.Background...)
	return &c
}

// receptors returns the receptors of each population that are used.
func (n *Network) receptors(links []*link, models []*model.Model) ([][]string, error) {
	sets := make([]map[string]bool, len(n.Populations))
	for p := range sets {
		sets[p] = map[string]bool{}
	}
	for _, l := range links {
		sets[l.to][l.receptor] = true
	}
	for i := range n.Background {
		b := &n.Background[i]
		targets, err := n.targets(b.To, b.Receptor, models)
		if err != nil {
			return nil, fmt.Errorf("network: %s: %w", n.whereBackground(i), err)
		}
		for _, p := range targets {
			sets[p][b.Receptor] = true
		}
	}
	out := make([][]string, len(sets))
	for p, set := range sets {
		out[p] = slices.Sorted(maps.Keys(set))
	}
	return out, nil
}

// divide returns into how many shards the network is cut: one for each thread, and
// so many that the accumulators of each have 16-bit numbers.
func (n *Network) divide(threads int, wanted [][]string) (int, error) {
	largest := 0
	for p := range n.Populations {
		largest = max(largest, n.Populations[p].size())
	}
	count := max(1, min(threads, (largest+align-1)/align))
	for ; ; count++ {
		worst := 0
		for s := range count {
			slots := 0
			for p := range n.Populations {
				lo, hi := bounds(n.Populations[p].size(), count, s, align)
				slots += (hi - lo + align - 1) / align * align * len(wanted[p])
			}
			worst = max(worst, slots)
		}
		if worst <= 1<<16 {
			return count, nil
		}
		count += 1 + max(0, count*(worst>>16)/2)
		for count&(count-1) != 0 { // so that the blocks of connections are whole
			count++
		}
		count--
	}
}

// levels gives the random weights of projections from one population the same
// levels, where their ranges are of a kind, so that their synapses lie together.
func levels(links []*link, builders []*builder) {
	for i, l := range links {
		l.lo, l.hi = math.Inf(1), math.Inf(-1)
		for _, b := range builders {
			l.lo, l.hi = math.Min(l.lo, b.lo[i]), math.Max(l.hi, b.hi[i])
		}
		if l.lo > l.hi {
			l.lo, l.hi = 0, 0
		}
	}
	const alike = 16
	for i, l := range links {
		if l.constWeight || l.weight == "" {
			continue
		}
		for _, m := range links[:i] {
			if m.from != l.from || m.constWeight || m.weight == "" {
				continue
			}
			lo, hi := math.Min(l.lo, m.lo), math.Max(l.hi, m.hi)
			if hi-lo > alike*math.Min(l.hi-l.lo, m.hi-m.lo) {
				continue
			}
			old := [2]float64{m.lo, m.hi}
			l.lo, l.hi = lo, hi
			for _, x := range links[:i] { // those that had joined it
				if x.from == l.from && [2]float64{x.lo, x.hi} == old {
					x.lo, x.hi = lo, hi
				}
			}
			break
		}
	}
}

// tally counts the synapses.
func (s *Simulation) tally() {
	for _, sh := range s.shards {
		for _, t := range sh.tables {
			s.synapses += int64(t.total)
			s.bytes += int64(t.bytes())
		}
	}
}

// clock finds the delays, and makes the history.
func (s *Simulation) clock() {
	pops := len(s.net.Populations)
	least, most := longestDelay, 0
	for _, sh := range s.shards {
		for _, t := range sh.tables {
			if t.total > 0 {
				least, most = min(least, t.least), max(most, t.most)
			}
		}
	}
	for _, sh := range s.shards {
		for _, t := range sh.tables {
			if l, ok := t.learner.(*reward); ok && l.from >= 0 {
				least, most = min(least, l.delay), max(most, l.delay)
			}
		}
	}
	// What arrives before step k has left at step k-1-least or earlier. Without
	// synapses the shards need not meet.
	s.chunk = min(least+1, 256)
	s.depth = most + s.chunk + 1
	s.history = make([][][]uint32, pops)
	for p := range s.history {
		s.history[p] = make([][]uint32, s.depth)
	}
	for _, sh := range s.shards {
		sh.out = make([]outbox, s.chunk)
		for i := range sh.out {
			sh.out[i].ends = make([]int, pops)
		}
		for _, t := range sh.tables {
			t.remembering(s.depth)
			sh.pending = append(sh.pending, make([][]pending, s.depth))
		}
	}
}

// step computes step k in a shard; slot is its place in the chunk.
func (s *Simulation) step(sh *shard, k uint64, slot int) error {
	for _, w := range sh.weighings {
		w.take(s, sh.number, k)
	}
	if k > 0 {
		s.deliver(sh, k-1)
	}
	for _, b := range sh.inputs {
		if err := b.add(k); err != nil {
			return fmt.Errorf("network: %s: %w", s.net.whereBackground(b.number), err)
		}
	}
	for i := range sh.receptors {
		if r := &sh.receptors[i]; r.busy {
			r.r.Take()
			r.busy = false
		}
	}
	for _, x := range sh.probes {
		x.take(k)
	}
	out := &sh.out[slot]
	out.cells = out.cells[:0]
	for p := range s.net.Populations {
		switch {
		case sh.cells[p] != nil:
			c := sh.cells[p]
			for _, t := range sh.tables {
				if t.changes() && t.to == p {
					t.begin(s, sh, uint32(k))
				}
			}
			c.Step()
			fired := c.Spikes()
			for _, i := range fired {
				out.cells = append(out.cells, uint32(sh.lo[p])+uint32(i))
			}
			for _, t := range sh.tables {
				if t.changes() && t.to == p {
					t.fire(fired, uint32(k))
				}
			}
		case sh.sources[p] != nil:
			var err error
			if out.cells, err = sh.sources[p].fire(out.cells, k); err != nil {
				return fmt.Errorf("network: population %q: %w", s.net.Populations[p].Name, err)
			}
		}
		out.ends[p] = len(out.cells)
	}
	return nil
}

// ahead is how many rows before it is added a row is asked for.
const ahead = 4

// deliver adds the spikes to the accumulators that arrive at the end of step k.
func (s *Simulation) deliver(sh *shard, k uint64) {
	sums := (*[1 << 16]float32)(sh.sums)
	for n, t := range sh.tables {
		if t.total == 0 {
			continue
		}
		for d := t.most; d >= t.least; d-- {
			if uint64(d) > k {
				continue
			}
			slot := (k - uint64(d)) % uint64(s.depth)
			cells := s.history[t.from][slot]
			if len(cells) == 0 {
				continue
			}
			for _, r := range t.reaches {
				sh.receptors[r].busy = true
			}
			if t.least == t.most && t.again != nil {
				for i, c := range cells {
					if i+ahead < len(cells) {
						t.again.maker.ask(int(cells[i+ahead]))
					}
					in, first, last := t.rowOf(int(c))
					for i := first; i < last; i++ {
						in.add(sums, i, in.segments[i], uint32(k))
					}
				}
				continue
			}
			if t.least == t.most {
				for i, c := range cells {
					if i+1 < len(cells) {
						p := t.open(cells[i+1])
						t.ask(&p, uint16(d))
					}
					p := t.open(c)
					t.deliver(sums, &p, uint16(d), uint32(k))
				}
				continue
			}
			rows, in := sh.pending[n][slot], t.slot(slot)
			for i := range rows {
				if i+ahead < len(rows) {
					in.ask(&rows[i+ahead], uint16(d))
				}
				in.deliver(sums, &rows[i], uint16(d), uint32(k))
			}
		}
	}
}

// publish puts the spikes of a chunk into the history, in the order of their
// numbers.
func (s *Simulation) publish(from uint64, steps int) {
	for i := range steps {
		slot := (from + uint64(i)) % uint64(s.depth)
		for p := range s.history {
			cells := s.history[p][slot][:0]
			for _, sh := range s.shards {
				o := &sh.out[i]
				begin := 0
				if p > 0 {
					begin = o.ends[p-1]
				}
				cells = append(cells, o.cells[begin:o.ends[p]]...)
			}
			s.history[p][slot] = cells
		}
	}
}

// open opens the rows of the spikes of a chunk in a shard.
func (s *Simulation) open(sh *shard, from uint64, steps int) {
	for n, t := range sh.tables {
		if t.least == t.most {
			continue
		}
		for i := range steps {
			slot := (from + uint64(i)) % uint64(s.depth)
			sh.pending[n][slot] = t.heard(sh.pending[n][slot][:0], s.history[t.from][slot], slot)
		}
	}
}

// advance runs steps on all shards; after each chunk done is called by one of the
// goroutines with the first step of the chunk and their number.
func (s *Simulation) advance(steps int, done func(from uint64, steps int) error) error {
	threads := min(s.net.threads(), len(s.shards))
	// A few chunks on one thread tell whether it pays to meet after each.
	least := time.Duration(math.MaxInt64)
	for i := 0; i < 8 && threads > 1 && steps > 8*trial*s.chunk; i++ {
		begin := time.Now()
		if err := s.run(1, trial*s.chunk, done); err != nil {
			return err
		}
		steps -= trial * s.chunk
		least = min(least, time.Since(begin)/trial)
		if least > 10*worthMeeting {
			break
		}
		if i == 7 && least < worthMeeting {
			threads = 1
		}
	}
	return s.run(threads, steps, done)
}

const (
	trial        = 4                     // chunks
	worthMeeting = 30 * time.Microsecond // of work between two meetings; a meeting takes up to ten
)

// run is advance on so many goroutines.
func (s *Simulation) run(threads, steps int, done func(from uint64, steps int) error) error {
	meet := newBarrier(threads)
	begin := s.k
	var failure error
	var once sync.Once
	fail := func(err error) {
		once.Do(func() { failure = err })
		meet.leave()
	}
	work := func(w int) {
		defer func() {
			if r := recover(); r != nil {
				fail(fmt.Errorf("network: step %d: %v", s.k, r))
			}
		}()
		mine := s.shards[len(s.shards)*w/threads : len(s.shards)*(w+1)/threads]
		for k := begin; k < begin+uint64(steps); {
			n := min(s.chunk, int(begin+uint64(steps)-k))
			for i := range n {
				for _, sh := range mine {
					if err := s.step(sh, k+uint64(i), i); err != nil {
						fail(err)
						return
					}
				}
			}
			k += uint64(n)
			if !meet.wait(func() bool {
				s.publish(k-uint64(n), n)
				s.k = k
				if err := done(k-uint64(n), n); err != nil {
					once.Do(func() { failure = err })
					return false
				}
				return true
			}) {
				return
			}
			for _, sh := range mine {
				s.open(sh, k-uint64(n), n)
			}
		}
	}
	var wait sync.WaitGroup
	for w := range threads - 1 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			work(w + 1)
		}()
	}
	work(0)
	wait.Wait()
	return failure
}
