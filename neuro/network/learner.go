package network

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// A learning is the plasticity of a link, checked.
type learning interface {
	// learner returns the state of a shard's table.
	learner(b *builder, l *link, t *synapses) (learner, error)
	// bytes is the memory of a synapse beside its target.
	bytes() float64
}

// A learner changes the weights of a table's synapses. The synapses are not brought up
// to date before something needs their weights: it must not matter how often that is.
type learner interface {
	remembers
	// begin looks at the target cells at the beginning of a step.
	begin(t *synapses, sh *shard, step uint32)
	// fire takes spikes of the target cells in a step.
	fire(t *synapses, cells []int32, step uint32)
	// arrive adds the weights of a segment, times what is released, to the sums when a
	// spike arrives at the end of a step, and changes them.
	arrive(t *synapses, sums *[1 << 16]float32, segment uint32, f released, step uint32)
	// settle brings all synapses up to date with what happened before a step.
	settle(t *synapses, step uint32)
	// weight returns that of a synapse of a settled segment before a step, in the
	// library's units.
	weight(t *synapses, segment, synapse uint32, step uint32) float64
	// scale multiplies the weight of each synapse by the factor of its target.
	scale(t *synapses, factors []float64)
	copy() learner
	size() int // bytes
}

// newLearning returns the rule for weights whose natural unit is size of the
// library's.
func newLearning(rule any, size float64) (learning, error) {
	l := &traceRule{least: math.Inf(-1), most: math.Inf(1)}
	check, bounded := error(nil), func(lo, hi float64) {
		if lo != 0 || hi != 0 {
			l.least, l.most = float64(lo*size), float64(hi*size)
		}
	}
	switch r := rule.(type) {
	case plasticity.STDP:
		check = r.Check()
		l.post1, l.pre1, l.tauR1, l.tauO1 = r.APlus, -r.AMinus, r.TauPlus, r.TauMinus
		l.least, l.most = float64(r.WMin*size), float64(r.WMax*size)
	case plasticity.Weighted:
		check = r.Check()
		span := r.WMax - r.WMin
		l.post1, l.pre1, l.tauR1, l.tauO1 = float64(r.APlus*span), -float64(r.AMinus*span), r.TauPlus, r.TauMinus
		l.nearest, l.muPlus, l.muMinus, l.powers = r.Nearest, r.MuPlus, r.MuMinus, r.MuPlus != 0 || r.MuMinus != 0
		l.least, l.most = float64(r.WMin*size), float64(r.WMax*size)
	case plasticity.Triplet:
		check = r.Check()
		l.post1, l.post2, l.pre1, l.pre2 = r.A2Plus, r.A3Plus, -r.A2Minus, -r.A3Minus
		l.tauR1, l.tauO1, l.tauR2, l.tauO2, l.nearest = r.TauPlus, r.TauMinus, r.TauX, r.TauY, r.Nearest
		bounded(r.WMin, r.WMax)
	case plasticity.InhibitorySTDP:
		check = r.Check()
		l.post1, l.pre1, l.pre, l.both, l.tauR1, l.tauO1 = r.Eta, r.Eta, -float64(r.Eta*r.Alpha()), r.Eta, r.Tau, r.Tau
		bounded(r.WMin, r.WMax)
	default:
		return nil, fmt.Errorf("Plasticity is a %T; it must be one of plasticity.%s, as a value", rule, ruleNames())
	}
	if check != nil {
		return nil, check
	}
	for _, x := range []*float64{&l.pre, &l.both, &l.pre1, &l.pre2, &l.post1, &l.post2} {
		*x = float64(*x * size)
	}
	return l, nil
}

// A rowTrace is when a segment's last spike arrived, and its traces then.
type rowTrace struct {
	last   uint32
	seen   uint32 // one more than the last step whose postsynaptic spikes have acted
	r1, r2 float32
}

func (r *rowTrace) remember(w *words) {
	w.uint32(&r.last)
	w.uint32(&r.seen)
	w.float32(&r.r1)
	w.float32(&r.r2)
}
