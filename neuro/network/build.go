package network

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
)

// A link is a projection onto one population.
type link struct {
	number   int // of the projection
	from, to int
	rule     *generator
	receptor string
	size     float64 // the library's units in one of the receptor's

	weight, delay string // formulas; weights and delays of pairs if empty
	unit          string
	constWeight   bool
	w             float64
	constDelay    bool
	d             int
	wseed, dseed  uint64
	lo, hi        float64   // range of weights drawn at random
	learn         *learning // nil for constant weights
}

// where names a projection in messages.
func (n *Network) where(i int) string {
	p := &n.Projections[i]
	to := p.To
	if to == "" {
		to = "all"
	}
	return fmt.Sprintf("projection %d, %q to %q", i, p.From, to)
}

// links returns what the projections connect, checked.
func (n *Network) links(models []*model.Model) ([]*link, error) {
	var out []*link
	for i := range n.Projections {
		p := &n.Projections[i]
		fail := func(err error) error { return fmt.Errorf("network: %s: %w", n.where(i), err) }
		from, err := n.find(p.From)
		if err != nil {
			return nil, fail(err)
		}
		targets, err := n.targets(p.To, p.Receptor, models)
		if err != nil {
			return nil, fail(err)
		}
		for _, to := range targets {
			number := uint64(i)<<20 | uint64(to)
			l := &link{number: i, from: from, to: to, receptor: p.Receptor, weight: p.Weight, delay: p.Delay,
				wseed: stream(n.Seed, kindWeight, number), dseed: stream(n.Seed, kindDelay, number)}
			if l.unit, l.size, err = models[to].Unit(p.Receptor); err != nil {
				return nil, fail(err)
			}
			if l.rule, err = n.generator(p.Rule, from, to, stream(n.Seed, kindRule, number)); err != nil {
				return nil, fail(err)
			}
			if err := l.formulas(n); err != nil {
				return nil, fail(err)
			}
			if p.Plasticity != nil {
				if l.learn, err = newLearning(p.Plasticity, l.size); err != nil {
					return nil, fail(err)
				}
			}
			out = append(out, l)
		}
	}
	return out, nil
}

// formulas reads those of the weight and the delay.
func (l *link) formulas(n *Network) error {
	pairs := l.rule.rule.Kind == list
	if l.weight == "" {
		if !pairs {
			return fmt.Errorf("Weight is empty; give a formula in %s, such as \"0.1*%s\"", l.unit, l.unit)
		}
	} else {
		e, err := l.expression(l.weight, "weight")
		if err != nil {
			return err
		}
		l.w, l.constWeight = e.Constant()
		if l.constWeight && (math.IsNaN(l.w) || math.Abs(l.w) > math.MaxFloat32) {
			return fmt.Errorf("the weight is %g; it must be finite", l.w)
		}
	}
	if l.delay == "" {
		l.constDelay = !pairs
		return nil
	}
	e, err := l.expression(l.delay, "delay")
	if err != nil {
		return err
	}
	d, ok := e.Constant()
	if l.constDelay = ok; !ok {
		return nil
	}
	dt := n.dt()
	l.d = int(math.Round(d / dt))
	switch {
	case !(d >= 0):
		return fmt.Errorf("the delay is %g ms; it must be 0 or more", d)
	case d > 0 && l.d == 0:
		return fmt.Errorf("the delay is %g ms, less than half a time step of %g ms; use a smaller Dt, or no delay", d, dt)
	case l.d > longestDelay:
		return fmt.Errorf("the delay is %g ms, %d steps of %g ms; the longest is %d steps", d, l.d, dt, longestDelay)
	}
	return nil
}

// longestDelay is in steps.
const longestDelay = 1<<16 - 1

// expression reads a formula of the pairs.
func (l *link) expression(text, what string) (*model.Expression, error) {
	unit, seed := "ms", l.dseed
	if what == "weight" {
		unit, seed = l.unit, l.wseed
	}
	e, err := model.ParseExpression(what, text, unit, variables, seed)
	if err != nil {
		return nil, err
	}
	return e, needPositions(e, l.rule.from, l.rule.to)
}

// A filler evaluates the weights and delays of a link, for one goroutine.
type filler struct {
	l      *link
	dt     float64
	weight *model.Expression // nil where constant or of pairs
	delay  *model.Expression
	w, d   [model.BlockSize]float64
	more   [model.BlockSize]float64
	short  [model.BlockSize]int
}

func (l *link) filler(dt float64) (*filler, error) {
	f := &filler{l: l, dt: dt}
	var err error
	if l.weight != "" && !l.constWeight {
		if f.weight, err = l.expression(l.weight, "weight"); err != nil {
			return nil, err
		}
	}
	if l.delay != "" && !l.constDelay {
		if f.delay, err = l.expression(l.delay, "delay"); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// weights returns those of a batch, in the library's units.
func (f *filler) weights(b *batch) ([]float64, error) {
	w := f.w[:b.n]
	switch {
	case f.weight != nil:
		f.eval(f.weight, w, b, b.step)
	case f.l.constWeight:
		for k := range w {
			w[k] = f.l.w
		}
	default:
		for k := range w {
			w[k] = float64(f.l.rule.rule.Pairs[b.pair[k]].Weight * f.l.size)
		}
	}
	for k, x := range w {
		if !(x >= -math.MaxFloat32 && x <= math.MaxFloat32) {
			return nil, fmt.Errorf("the weight from %d to %d is %g; it must be finite", b.src[k], b.dst[k], x)
		}
	}
	return w, nil
}

func (f *filler) eval(e *model.Expression, dst []float64, b *batch, step uint64) {
	locate(e, f.l.rule.from, f.l.rule.to, b.n, func(k int) (int, int) { return int(b.src[k]), int(b.dst[k]) })
	e.Eval(dst, b.first, step)
}

// delays returns those of a batch, in steps.
func (f *filler) delays(b *batch) ([]float64, error) {
	d := f.d[:b.n]
	switch {
	case f.delay != nil:
		f.eval(f.delay, d, b, b.step)
		short := f.short[:0] // those to be drawn again
		for k, x := range d {
			if !(x >= f.dt/2) {
				short = append(short, k)
			}
		}
		for try := uint64(1); len(short) > 0; try++ {
			if try > 1000 {
				k := short[0]
				return nil, fmt.Errorf("the delay from %d to %d is %g ms; a thousand draws gave none of half a time step or more", b.src[k], b.dst[k], d[k])
			}
			more := f.more[:len(short)]
			locate(f.delay, f.l.rule.from, f.l.rule.to, len(short), func(i int) (int, int) { return int(b.src[short[i]]), int(b.dst[short[i]]) })
			f.delay.Eval(more, b.first, b.step|try<<40)
			left := short[:0]
			for i, k := range short {
				if d[k] = more[i]; !(more[i] >= f.dt/2) {
					left = append(left, k)
				}
			}
			short = left
		}
	case f.l.constDelay:
		for k := range d {
			d[k] = float64(float64(f.l.d) * f.dt)
		}
	default:
		for k := range d {
			d[k] = f.l.rule.rule.Pairs[b.pair[k]].Delay
		}
	}
	for k, x := range d {
		d[k] = math.Floor(x/f.dt + 0.5)
		if d[k] > longestDelay {
			return nil, fmt.Errorf("the delay from %d to %d is %g ms; the longest is %d steps of %g ms", b.src[k], b.dst[k], x, longestDelay, f.dt)
		}
		if x > 0 && d[k] == 0 {
			return nil, fmt.Errorf("the delay from %d to %d is %g ms, less than half a time step of %g ms", b.src[k], b.dst[k], x, f.dt)
		}
	}
	return d, nil
}

// A group is links whose synapses are in one table: those from a population with
// weights that stay, or one whose weights change.
type group struct {
	from  int
	links []int
}

// groups returns the groups of links, in the order of their populations, those that
// change last.
func groups(links []*link, populations int) []group {
	var out []group
	for p := range populations {
		g := group{from: p}
		for i, l := range links {
			if l.from == p && l.learn == nil {
				g.links = append(g.links, i)
			}
		}
		if g.links != nil {
			out = append(out, g)
		}
	}
	for i, l := range links {
		if l.learn != nil {
			out = append(out, group{l.from, []int{i}})
		}
	}
	return out
}

// A builder makes the tables of a shard.
type builder struct {
	sh      *shard
	dt      float64
	links   []*link
	fillers []*filler
	groups  []group
	task    *display.Counter
	counts  [][]uint32 // by group: synapses of each source
	lo, hi  []float64  // by link: the range of weights drawn at random
	scratch []uint16
	made    int // since the last tick that was heard
}

// tick counts synapses that were made, and asks whether to give up.
func (b *builder) tick(n int) error {
	const often = 1 << 16
	if b.made += n; b.made < often {
		return nil
	}
	b.task.Add(b.made)
	b.made = 0
	return b.task.Err()
}

// base returns the accumulator of the first target of a link in the shard, and
// the targets.
func (b *builder) base(l *link) (base, lo, hi int) {
	lo, hi = b.sh.lo[l.to], b.sh.hi[l.to]
	for i := range b.sh.receptors {
		r := &b.sh.receptors[i]
		if r.population == l.to && r.name == l.receptor {
			return r.base, lo, hi
		}
	}
	return 0, lo, lo
}

// count counts the synapses of each source, and finds the range of weights.
func (b *builder) count(sizes []int) error {
	b.counts = make([][]uint32, len(b.groups))
	b.lo, b.hi = make([]float64, len(b.links)), make([]float64, len(b.links))
	of := make([]int, len(b.links))
	for g := range b.groups {
		b.counts[g] = make([]uint32, sizes[b.groups[g].from])
		for _, i := range b.groups[g].links {
			of[i] = g
		}
	}
	for i, l := range b.links {
		f, err := l.filler(b.dt)
		if err != nil {
			return err
		}
		b.fillers = append(b.fillers, f)
		counts := b.counts[of[i]]
		_, lo, hi := b.base(l)
		b.lo[i], b.hi[i] = math.Inf(1), math.Inf(-1)
		if lo == hi {
			continue
		}
		if err := l.rule.copy().run(lo, hi, func(x *batch) error {
			if err := b.tick(x.n); err != nil {
				return err
			}
			if l.rule.rule.Kind != fixedOutDegree {
				for _, s := range x.src[:x.n] {
					counts[s]++
				}
			} else {
				for k, s := range x.src[:x.n] {
					if t := int(x.dst[k]); t >= lo && t < hi {
						counts[s]++
					}
				}
			}
			if f.weight != nil {
				w, err := f.weights(x)
				if err != nil {
					return err
				}
				least, most := b.lo[i], b.hi[i]
				for _, y := range w {
					if y < least {
						least = y
					}
					if y > most {
						most = y
					}
				}
				b.lo[i], b.hi[i] = least, most
			}
			return nil
		}); err != nil {
			return fmt.Errorf("network: projection %d: %w", l.number, err)
		}
	}
	return nil
}

// fill makes the tables.
func (b *builder) fill() error {
	b.sh.tables = make([]*synapses, len(b.groups))
	totals, order := make([]int, len(b.groups)), make([]int, len(b.groups))
	for g, counts := range b.counts {
		for _, n := range counts {
			totals[g] += int(n)
		}
		order[g] = g
	}
	// The largest first: what sorting it needs is free again when the others come.
	slices.SortStableFunc(order, func(a, c int) int { return cmp.Compare(totals[c], totals[a]) })
	for _, g := range order {
		if err := b.table(g); err != nil {
			return err
		}
		b.counts[g] = nil
	}
	b.scratch = nil
	return nil
}

// kind returns how the weights of a link are kept.
func (l *link) kind() weights {
	switch {
	case l.weight == "" || l.learn != nil:
		return weights{how: exactWeight}
	case l.constWeight:
		return weights{how: constantWeight, w: float32(l.w)}
	}
	step := (l.hi - l.lo) / (1<<16 - 1)
	return weights{how: levelWeight, w: float32(l.lo), step: float32(step)}
}

// table makes the synapses of a group.
func (b *builder) table(number int) error {
	g := &b.groups[number]
	t := &synapses{from: g.from}
	b.sh.tables[number] = t
	counts := b.counts[number]
	at := make([]uint32, len(counts)+1) // the place of each row's next synapse
	total := 0
	for i, n := range counts {
		at[i] = uint32(total)
		total += int(n)
	}
	if total > math.MaxUint32 {
		return fmt.Errorf("network: there are %d synapses from one population onto the cells of one processor; at most %d are possible (use more threads)", total, uint32(math.MaxUint32))
	}
	at[len(counts)] = uint32(total)
	mine := g.links
	for i := range b.sh.receptors {
		r := &b.sh.receptors[i]
		if slices.ContainsFunc(mine, func(l int) bool { return b.links[l].to == r.population && b.links[l].receptor == r.name }) {
			t.reaches = append(t.reaches, i)
		}
	}
	kindOf := map[int]uint16{}
	fixed := true
	for _, i := range mine {
		l := b.links[i]
		k := l.kind()
		n := slices.Index(t.kinds, k)
		if n < 0 {
			n = len(t.kinds)
			t.kinds = append(t.kinds, k)
		}
		kindOf[i] = uint16(n)
		fixed = fixed && l.constDelay && l.d == b.links[mine[0]].d && k.how == constantWeight && n == 0
	}
	t.total = total
	drawn, exact := false, false
	for _, k := range t.kinds {
		drawn, exact = drawn || k.how == levelWeight, exact || k.how == exactWeight
	}
	if drawn {
		t.pairs = large[uint32](total)
	} else {
		t.targets = large[uint16](total)
	}
	if exact {
		t.exact = large[float32](total)
	}
	t.start = make([]uint32, len(counts)+1)
	if fixed {
		t.least, t.most = b.links[mine[0]].d, b.links[mine[0]].d
		if err := b.place(t, mine, at, kindOf, nil); err != nil {
			return err
		}
		for i, n := range counts {
			if n > 0 {
				t.segments = append(t.segments, segment{at[i] - n, n, uint16(t.most), 0})
			}
			t.start[i+1] = uint32(len(t.segments))
		}
		t.segments = append(large[segment](len(t.segments))[:0], t.segments...)
		return nil
	}
	if len(b.scratch) < total {
		b.scratch = large[uint16](total)
	}
	u := &unsorted{of: b.scratch[:total], number: map[uint32]uint16{}}
	if err := b.place(t, mine, at, kindOf, u); err != nil {
		return err
	}
	t.sort(counts, u)
	if l := b.links[mine[0]]; l.learn != nil {
		base, lo, hi := b.base(l)
		t.learner = newLearner(l.learn, b.dt, base, l.to, hi-lo, len(t.segments))
	}
	return nil
}

// unsorted are the delays and kinds of a table's synapses before each row is
// sorted.
type unsorted struct {
	of     []uint16 // by synapse: place in keys
	keys   []uint32 // delay, then kind of the weight
	number map[uint32]uint16
}

// key returns the place of a delay and a kind.
func (u *unsorted) key(delay, kind uint32) (uint16, error) {
	k := delay<<16 | kind
	n, ok := u.number[k]
	if !ok {
		if len(u.keys) == 1<<16 {
			return 0, fmt.Errorf("there are more than %d different delays; use a larger Dt", 1<<16)
		}
		n = uint16(len(u.keys))
		u.keys = append(u.keys, k)
		u.number[k] = n
	}
	return n, nil
}

// A stage collects synapses and puts them into the rows of their sources in
// groups: one by one each would be a miss of the cache and of the page tables,
// which took 90 % of the time of building a large network.
type stage struct {
	t       *synapses
	u       *unsorted
	at      []uint32 // by source: where its next synapse goes
	n       int
	sources []uint32
	made    []synapse
	sorted  []synapse
	begin   []uint32 // by source, in sorted
}

// A synapse has a level or the bits of an exact weight, if it is not constant.
type synapse struct {
	weight uint32
	key    uint16
	target uint16
}

// staged is how many synapses are put into the rows together.
const staged = 1 << 19

func newStage(t *synapses, u *unsorted, at []uint32) *stage {
	n := min(t.total, staged)
	return &stage{t: t, u: u, at: at, sources: large[uint32](n), made: large[synapse](n), sorted: large[synapse](n), begin: make([]uint32, len(at))}
}

func (s *stage) add(source uint32, y synapse) {
	if s.n == len(s.made) {
		s.flush()
	}
	s.sources[s.n], s.made[s.n] = source, y
	s.n++
}

// flush puts what was collected into the rows.
func (s *stage) flush() {
	clear(s.begin)
	for _, i := range s.sources[:s.n] {
		s.begin[i]++
	}
	place := uint32(0)
	for i, n := range s.begin {
		s.begin[i] = place
		place += n
	}
	for k, i := range s.sources[:s.n] {
		s.sorted[s.begin[i]] = s.made[k]
		s.begin[i]++
	}
	t, first := s.t, uint32(0)
	for i, end := range s.begin {
		group := s.sorted[first:end]
		p := s.at[i]
		if t.pairs != nil {
			for k := range group {
				t.pairs[p+uint32(k)] = group[k].weight<<16 | uint32(group[k].target)
			}
		} else {
			for k := range group {
				t.targets[p+uint32(k)] = group[k].target
			}
		}
		if t.exact != nil {
			for k := range group {
				t.exact[p+uint32(k)] = math.Float32frombits(group[k].weight)
			}
		}
		for k := range group {
			s.u.of[p+uint32(k)] = group[k].key
		}
		s.at[i] += end - first
		first = end
	}
	s.n = 0
}

// place puts the synapses into their rows in the order in which they are made.
func (b *builder) place(t *synapses, mine []int, at []uint32, kindOf map[int]uint16, u *unsorted) error {
	var st *stage
	if u != nil {
		st = newStage(t, u, at)
	}
	for _, i := range mine {
		l, f := b.links[i], b.fillers[i]
		base, lo, hi := b.base(l)
		if lo == hi {
			continue
		}
		kind := t.kinds[kindOf[i]]
		low, perStep := float64(kind.w), 0.0
		if kind.step > 0 {
			perStep = 1 / float64(kind.step)
		}
		var keys [256]int32 // by delay: one more than the place of the key
		if err := l.rule.copy().run(lo, hi, func(x *batch) error {
			if err := b.tick(x.n); err != nil {
				return err
			}
			if u == nil {
				for k, s := range x.src[:x.n] {
					if j := int(x.dst[k]) - lo; uint(j) < uint(hi-lo) {
						t.targets[at[s]] = uint16(base + j)
						at[s]++
					}
				}
				return nil
			}
			var w []float64
			d, err := f.delays(x)
			if err == nil && kind.how != constantWeight {
				w, err = f.weights(x)
			}
			if err != nil {
				return err
			}
			for k, s := range x.src[:x.n] {
				j := int(x.dst[k]) - lo
				if uint(j) >= uint(hi-lo) {
					continue
				}
				y := synapse{target: uint16(base + j)}
				if delay := uint(d[k]); delay < uint(len(keys)) && keys[delay] != 0 {
					y.key = uint16(keys[delay] - 1)
				} else {
					if y.key, err = u.key(uint32(delay), uint32(kindOf[i])); err != nil {
						return err
					}
					if delay < uint(len(keys)) {
						keys[delay] = int32(y.key) + 1
					}
				}
				switch kind.how {
				case levelWeight:
					y.weight = min(uint32(float64((w[k]-low)*perStep)+0.5), 1<<16-1)
				case exactWeight:
					y.weight = math.Float32bits(float32(w[k]))
				}
				st.add(s, y)
			}
			return nil
		}); err != nil {
			return fmt.Errorf("network: projection %d: %w", l.number, err)
		}
	}
	if st != nil {
		st.flush()
	}
	return nil
}

// sort puts the synapses of each row in the order of their delays and kinds, and
// makes the segments.
func (t *synapses) sort(counts []uint32, u *unsorted) {
	order := make([]uint16, len(u.keys)) // keys by size
	for i := range order {
		order[i] = uint16(i)
	}
	slices.SortFunc(order, func(a, b uint16) int { return cmp.Compare(u.keys[a], u.keys[b]) })
	if len(order) > 0 {
		t.least, t.most = int(u.keys[order[0]]>>16), int(u.keys[order[len(order)-1]]>>16)
	}
	tally := make([]uint32, len(u.keys)) // synapses of the row, then the place of the next
	var targets []uint16
	var pairs []uint32
	var exact []float32
	first := uint32(0)
	for i, n := range counts {
		row := u.of[first : first+n]
		for _, k := range row {
			tally[k]++
		}
		place := first
		for _, k := range order {
			if n := tally[k]; n > 0 {
				t.segments = append(t.segments, segment{place, n, uint16(u.keys[k] >> 16), uint16(u.keys[k])})
				tally[k] = place
				place += n
			}
		}
		t.start[i+1] = uint32(len(t.segments))
		targets, pairs, exact = targets[:0], pairs[:0], exact[:0]
		if t.pairs != nil {
			pairs = append(pairs, t.pairs[first:first+n]...)
		} else {
			targets = append(targets, t.targets[first:first+n]...)
		}
		if t.exact != nil {
			exact = append(exact, t.exact[first:first+n]...)
		}
		for j, k := range row {
			p := tally[k]
			tally[k]++
			if t.pairs != nil {
				t.pairs[p] = pairs[j]
			} else {
				t.targets[p] = targets[j]
			}
			if t.exact != nil {
				t.exact[p] = exact[j]
			}
		}
		clear(tally)
		first += n
	}
	t.segments = append(large[segment](len(t.segments))[:0], t.segments...)
}

// each runs a function for every shard, on so many goroutines.
func each(shards []*shard, threads int, do func(*shard) error) error {
	errs := make([]error, len(shards))
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(threads, len(shards)) {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := int(next.Add(1)) - 1; i < len(shards); i = int(next.Add(1)) - 1 {
				errs[i] = do(shards[i])
			}
		}()
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
