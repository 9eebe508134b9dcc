package network

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// A learning is the plasticity of a link, checked.
type learning interface {
	// learner returns the state of a shard's table.
	learner(b *builder, l *link, t *synapses) (learner, error)
	// bytes is the memory of a synapse beside its target.
	bytes() float64
	// perTarget is the memory of a target cell.
	perTarget(dt float64) float64
}

// A learner changes the weights of a table's synapses. The synapses are not brought up
// to date before something needs their weights: it must not matter how often that is.
type learner interface {
	remembers
	// begin looks at the target cells at the beginning of a step.
	begin(t *synapses, s *Simulation, sh *shard, step uint32)
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
	// scale multiplies the weight of each synapse by the factor of its target, at the
	// beginning of a step before which all is settled.
	scale(t *synapses, factors []float64, step uint32)
	copy() learner
	size() int // bytes
}

// newLearning returns the plasticity of a link of a projection onto cells of a model.
func (n *Network) newLearning(l *link, p *Projection, m *model.Model) (learning, error) {
	if _, ok := p.Plasticity.(plasticity.RewardSTDP); !ok && p.Dopamine.given() {
		return nil, fmt.Errorf("Dopamine is for the Plasticity plasticity.RewardSTDP, and this is %T", p.Plasticity)
	}
	switch r := p.Plasticity.(type) {
	case nil:
		return nil, nil
	case plasticity.Clopath:
		return newVoltageRule(r, l.size, m)
	case plasticity.GraupnerBrunel:
		if p.Scaling != (plasticity.SynapticScaling{}) {
			return nil, fmt.Errorf("Plasticity is plasticity.GraupnerBrunel, whose weights lie between those of the states DOWN and UP, and Scaling would move them; leave one out")
		}
		return calciumRule{r, !l.constWeight}, r.Check()
	case plasticity.RewardSTDP:
		return n.newRewardRule(r, &p.Dopamine, l.size)
	case plasticity.SpikingBCM:
		x := slidingRule{SpikingBCM: r}
		x.Rate = float64(r.Rate * l.size)
		x.least, x.most = limits(r.WMin, r.WMax, l.size)
		return x, r.Check()
	}
	return newTraceRule(p.Plasticity, l.size)
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
