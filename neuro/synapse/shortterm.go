package synapse

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// TsodyksMarkram is short-term depression and facilitation, Tsodyks, Pawelzik and
// Markram 1998, Neural Comput 10:821: of the resources R a
// spike releases the part u,
//
//	dR/dt = (1 - R)/TauRec,  du/dt = -u/TauFacil;   at a spike: u -> u + U (1 - u), then R -> R (1 - u)
//
// and the response is A u R, with u after and R before the spike.
type TsodyksMarkram struct {
	A        float64 // response when all resources are released
	U        float64 // part released by a first spike, 0 to 1
	TauRec   float64 `unit:"ms"` // recovery of resources, ms
	TauFacil float64 `unit:"ms"` // decay of facilitation, ms; 0 means none, and u is always U
}

// NewDepressing returns the paper's synapse between pyramidal cells: U 0.5, TauRec
// 800 ms, no facilitation.
func NewDepressing() TsodyksMarkram { return TsodyksMarkram{A: 1, U: 0.5, TauRec: 800} }

// NewFacilitating returns the paper's synapse from pyramidal cells to inhibitory
// interneurons: U 0.04, TauRec 100 and TauFacil 1000 ms.
func NewFacilitating() TsodyksMarkram {
	return TsodyksMarkram{A: 1, U: 0.04, TauRec: 100, TauFacil: 1000}
}

// Responses returns the response A u R to each presynaptic spike (ms), of a
// synapse that has rested. An error names what makes no sense.
func (s TsodyksMarkram) Responses(pre neuro.Spikes) ([]float64, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if err := pre.Check("synapse: TsodyksMarkram.Responses: pre"); err != nil {
		return nil, err
	}
	out := make([]float64, len(pre))
	u, r := 0.0, 1.0
	for k, t := range pre {
		d := 0.0
		if k > 0 {
			d = t - pre[k-1]
		}
		u, r, out[k] = s.Spike(u, r, d)
	}
	return out, nil
}

// Spike returns u and R after a spike that comes a time d (ms) after the one that
// left u and R, and the response A u R to it. A synapse that has rested has a u of 0
// and an R of 1.
func (s TsodyksMarkram) Spike(u, r, d float64) (u1, r1, response float64) {
	r = 1 - float64((1-r)*vec.Exp(-d/s.TauRec))
	u = float64(u * s.kept(d))
	u += float64(s.U * (1 - u))
	return u, r * (1 - u), s.A * u * r
}

// kept is the part of the facilitation that is left after the time d.
func (s TsodyksMarkram) kept(d float64) float64 {
	if s.TauFacil == 0 {
		return 0
	}
	return vec.Exp(-d / s.TauFacil)
}

// SteadyState returns u, R and the response A u R to each spike of a regular
// train at the frequency hz, once the first spikes are over, in closed form:
//
//	u = U/(1 - (1 - U) exp(-T/TauFacil)),   R = (1 - e)/(1 - (1 - u) e) with e = exp(-T/TauRec), T = 1000/hz
func (s TsodyksMarkram) SteadyState(hz float64) (u, r, response float64) {
	t := 1000 / hz
	u = s.U / (1 - float64((1-s.U)*s.kept(t)))
	e := vec.Exp(-t / s.TauRec)
	r = -vec.Expm1(-t/s.TauRec) / (1 - float64((1-u)*e))
	return u, r, s.A * u * r
}

// PeakFrequency returns the frequency (Hz) at which a facilitating synapse
// transmits best, 1000/sqrt(U TauFacil TauRec) for small U (the paper's theta).
func (s TsodyksMarkram) PeakFrequency() float64 {
	return 1000 / math.Sqrt(s.U*s.TauFacil*s.TauRec)
}

// Show returns the parameters.
func (s TsodyksMarkram) Show() display.Bundle {
	return table.Parameters("short-term plasticity", s).Show()
}

// Check returns an error that names the first parameter that makes no sense.
func (s TsodyksMarkram) Check() error {
	switch {
	case math.IsNaN(s.A) || math.IsInf(s.A, 0):
		return fmt.Errorf("synapse: TsodyksMarkram: A is %g; it must be finite", s.A)
	case !(s.U > 0 && s.U <= 1):
		return fmt.Errorf("synapse: TsodyksMarkram: U is %g; it must be above 0 and at most 1", s.U)
	case !(s.TauRec > 0) || math.IsInf(s.TauRec, 0):
		return fmt.Errorf("synapse: TsodyksMarkram: TauRec is %g ms; it must be positive and finite (NewDepressing gives 800 ms)", s.TauRec)
	case !(s.TauFacil >= 0) || math.IsInf(s.TauFacil, 0):
		return fmt.Errorf("synapse: TsodyksMarkram: TauFacil is %g ms; it must be finite and not negative", s.TauFacil)
	}
	return nil
}
