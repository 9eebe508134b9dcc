package synapse

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// VesicleRelease is the stochastic release of vesicles from N independent sites, with
// the depression and facilitation of TsodyksMarkram: a site that has a vesicle
// releases it at a spike with the probability u, and is filled again at the rate
// 1/TauRec (Fuhrmann, Segev, Markram and Tsodyks 2002, J Neurophysiol 87:140). Each
// vesicle adds a quantum of the mean Q and the coefficient of variation CV to the
// response. Its mean is the response of TsodyksMarkram with A = N Q. Trials are checked
// against mean and variance in closed form.
type VesicleRelease struct {
	N        int     // release sites
	U        float64 // probability that a vesicle is released by a first spike
	TauRec   float64 `unit:"ms"` // filling of an empty site, ms
	TauFacil float64 `unit:"ms"` // decay of facilitation, ms; 0 means none, and u is always U
	Q        float64 `unit:"pA"` // mean response to one vesicle, pA
	CV       float64 // coefficient of variation of that response
}

// NewVesicleRelease returns a depressing connection between pyramidal cells: 5 sites
// with U 0.5 and TauRec 800 ms, and quanta of 10 pA that vary by 0.3.
func NewVesicleRelease() VesicleRelease {
	return VesicleRelease{N: 5, U: 0.5, TauRec: 800, Q: 10, CV: 0.3}
}

// Mean returns the synapse's mean as a model of its own.
func (s VesicleRelease) Mean() TsodyksMarkram {
	return TsodyksMarkram{A: float64(s.N) * s.Q, U: s.U, TauRec: s.TauRec, TauFacil: s.TauFacil}
}

// Moments returns mean and variance of the response (pA, pA^2) to each presynaptic
// spike (ms) of a synapse that has rested, in closed form: sites are independent, so
// that the number of vesicles is binomial with the mean N m, m = u R of
// TsodyksMarkram, and
//
//	mean = N m Q,   variance = N Q^2 (m (1 - m) + m CV^2)
func (s VesicleRelease) Moments(pre neuro.Spikes) (mean, variance []float64, err error) {
	if err := s.Check(); err != nil {
		return nil, nil, err
	}
	unit := s.Mean()
	unit.A = 1
	r, err := unit.Responses(pre)
	if err != nil {
		return nil, nil, err
	}
	n := float64(s.N)
	for _, m := range r {
		mean = append(mean, n*m*s.Q)
		variance = append(variance, n*s.Q*s.Q*(float64(m*(1-m))+float64(m*s.CV*s.CV)))
	}
	return mean, variance, nil
}

// Trials returns the responses (pA) to the presynaptic spikes (ms) in n independent
// trials, each from rest: [trial][spike]. Quanta are normal. Errors: parameters
// that Check refuses, a train that does not ascend, n below 1.
func (s VesicleRelease) Trials(pre neuro.Spikes, n int, seed uint64) ([][]float64, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if err := pre.Check("synapse: VesicleRelease.Trials: pre"); err != nil {
		return nil, err
	}
	if n < 1 {
		return nil, fmt.Errorf("synapse: VesicleRelease.Trials: n is %d trials; it must be 1 or more", n)
	}
	provenance.Random("synapse.VesicleRelease.Trials", seed)
	out := make([][]float64, n)
	task := display.Start("synapse.VesicleRelease.Trials", "trials", n)
	defer task.End()
	for i := range out {
		if task.Set(i); task.Err() != nil {
			return nil, fmt.Errorf("synapse: VesicleRelease.Trials: %w", task.Err())
		}
		r := rng.New(seed, uint64(i))
		out[i] = make([]float64, len(pre))
		u, full := 0.0, s.N
		for k, t := range pre {
			if k > 0 {
				d := t - pre[k-1]
				full += r.Binomial(s.N-full, -vec.Expm1(-d/s.TauRec))
				u *= s.Mean().kept(d)
			}
			u += float64(s.U * (1 - u))
			vesicles := r.Binomial(full, math.Min(u, 1))
			full -= vesicles
			x := float64(float64(vesicles) * s.Q)
			if s.CV > 0 && vesicles > 0 {
				x += float64(math.Sqrt(float64(vesicles)) * s.Q * s.CV * float64(r.Norm()))
			}
			out[i][k] = x
		}
	}
	return out, nil
}

// Show returns the parameters.
func (s VesicleRelease) Show() display.Bundle {
	return table.Parameters(fmt.Sprintf("vesicle release from %d sites", s.N), s).Show()
}

// Check returns an error that names the first parameter that makes no sense.
func (s VesicleRelease) Check() error {
	if s.N < 1 {
		return fmt.Errorf("synapse: VesicleRelease: N is %d release sites; there must be 1 or more", s.N)
	}
	if math.IsNaN(s.Q) || math.IsInf(s.Q, 0) || !(s.CV >= 0) || math.IsInf(s.CV, 0) {
		return fmt.Errorf("synapse: VesicleRelease: Q is %g pA and CV %g; both must be finite, and CV not negative", s.Q, s.CV)
	}
	if err := s.Mean().Check(); err != nil {
		return fmt.Errorf("synapse: VesicleRelease: as %w", err)
	}
	return nil
}
