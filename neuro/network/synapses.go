package network

import "github.com/neurorepl/neurorepl/neuro/internal/vec"

// The synapses of a shard from one population of sources: a row for each source,
// cut into segments whose synapses have the same delay and come from the same kind
// of weight, by ascending delay.
type synapses struct {
	from     int      // population of the sources
	start    []uint32 // by source, and one more: its segments
	segments []segment
	targets  []uint16  // accumulators of the shard
	levels   []uint16  // weights drawn at random: levels of their kind; nil if there are none
	exact    []float32 // weights of lists and those that change; nil if there are none
	kinds    []weights

	least, most int      // delays
	learner     *learner // nil if weights stay
}

type segment struct {
	first uint32 // synapse
	n     uint32
	delay uint16
	kind  uint16
}

// weights are how the weights of a segment are kept.
type weights struct {
	how  uint8
	w    float32 // of constant ones, or of level 0
	step float32 // between levels
}

const (
	constantWeight = iota
	levelWeight
	exactWeight
)

// row adds the synapses of a source that have the delay to the accumulators, at
// the end of a step.
// cursor is the segment at which the row is.
func (t *synapses) row(sums *[1 << 16]float32, source uint32, cursor *uint32, delay uint16, step uint32) {
	end := t.start[source+1]
	for *cursor < end && t.segments[*cursor].delay == delay {
		s := &t.segments[*cursor]
		*cursor++
		targets := t.targets[s.first : s.first+s.n]
		if t.learner != nil {
			t.learner.arrive(sums, *cursor-1, targets, t.exact[s.first:s.first+s.n], step)
			continue
		}
		switch k := &t.kinds[s.kind]; k.how {
		case constantWeight:
			addConstant(sums, targets, k.w)
		case levelWeight:
			addLevels(sums, targets, t.levels[s.first:s.first+s.n], k.w, k.step)
		default:
			addExact(sums, targets, t.exact[s.first:s.first+s.n])
		}
	}
}

// ask asks for the memory of the segment at which a row is, if it has the delay: it
// comes while the rows before are added. (Rows lie in main memory, and without this
// half of the time of a network is waiting for them.)
func (t *synapses) ask(source, cursor uint32, delay uint16) {
	if cursor < t.start[source+1] {
		if s := &t.segments[cursor]; s.delay == delay {
			vec.Prefetch(t.targets[s.first : s.first+s.n])
			if t.levels != nil {
				vec.Prefetch(t.levels[s.first : s.first+s.n])
			}
			if t.exact != nil {
				vec.PrefetchFloat32(t.exact[s.first : s.first+s.n])
			}
		}
	}
}

// addConstant adds w to the sums of the targets. A target may be there twice, so
// every sum is stored before the next is read.
func addConstant(sums *[1 << 16]float32, targets []uint16, w float32) {
	for len(targets) >= 8 {
		t := targets[:8:8]
		sums[t[0]] += w
		sums[t[1]] += w
		sums[t[2]] += w
		sums[t[3]] += w
		sums[t[4]] += w
		sums[t[5]] += w
		sums[t[6]] += w
		sums[t[7]] += w
		targets = targets[8:]
	}
	for _, j := range targets {
		sums[j] += w
	}
}

func addLevels(sums *[1 << 16]float32, targets, levels []uint16, w, step float32) {
	levels = levels[:len(targets)]
	for len(targets) >= 4 && len(levels) >= 4 {
		t, l := targets[:4:4], levels[:4:4]
		sums[t[0]] += w + float32(float32(l[0])*step)
		sums[t[1]] += w + float32(float32(l[1])*step)
		sums[t[2]] += w + float32(float32(l[2])*step)
		sums[t[3]] += w + float32(float32(l[3])*step)
		targets, levels = targets[4:], levels[4:]
	}
	for i, j := range targets {
		sums[j] += w + float32(float32(levels[i])*step)
	}
}

func addExact(sums *[1 << 16]float32, targets []uint16, w []float32) {
	w = w[:len(targets)]
	for i, j := range targets {
		sums[j] += w[i]
	}
}

// bytes returns the memory of the table.
func (t *synapses) bytes() int {
	return 4*len(t.start) + 12*len(t.segments) + 2*len(t.targets) + 2*len(t.levels) + 4*len(t.exact) + t.learner.bytes()
}
