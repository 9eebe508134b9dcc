package network

import (
	"errors"

	"github.com/neurorepl/neurorepl/neuro/synapse"
)

// A shortTerm is the short-term plasticity of a table's synapses: those of a segment
// share their state, because they see the same spikes.
type shortTerm struct {
	synapse.TsodyksMarkram
	dt   float64
	rows []release // by segment
}

// A release is u and R after the last spike of a segment, and one more than its step.
type release struct {
	last uint32 // 0 before the first spike
	u, r float32
}

// released are the parts of the weights that a spike adds: for each synapse of the
// segment, or the same for all where each is nil.
type released struct {
	all  float32
	each []float32
}

func checkShort(s synapse.TsodyksMarkram) error {
	if s.A == 0 {
		return errors.New("ShortTerm.A is 0, so that nothing would be transmitted; it is the part of the weight that is added when all resources are released, usually 1")
	}
	return s.Check()
}

func newShortTerm(s synapse.TsodyksMarkram, dt float64, segments int) *shortTerm {
	return &shortTerm{TsodyksMarkram: s, dt: dt, rows: make([]release, segments)}
}

// arrive takes a spike that arrives at the end of a step.
func (s *shortTerm) arrive(number uint32, _ segment, step uint32) released {
	x := &s.rows[number]
	u, r := 0.0, 1.0
	if x.last > 0 {
		u, r = float64(x.u), float64(x.r)
	}
	u, r, f := s.Spike(u, r, float64(float64(step+1-x.last)*s.dt))
	*x = release{step + 1, float32(u), float32(r)}
	return released{all: float32(f)}
}

// size returns the memory of the states.
func (s *shortTerm) size() int {
	if s == nil {
		return 0
	}
	return 12 * len(s.rows)
}

func (s *shortTerm) row(k uint32, w *words) {
	w.uint32(&s.rows[k].last)
	w.float32(&s.rows[k].u)
	w.float32(&s.rows[k].r)
}
