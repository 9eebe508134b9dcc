package behavior

import "math"

// The parameters of one and the same model in the conventions of other programs.

// RTDistsDDM are the arguments of rtdists' ddiffusion (R).
type RTDistsDDM struct {
	A, V, T0, Z, SZ, SV, ST0, S float64 // Z and SZ in units of evidence; T0 is the shortest non-decision time
}

// RTDists returns the parameters for rtdists: a and v are the same, z = Z A,
// sz = SZ A, and its t0 is the shortest of the non-decision times, T0 - ST0/2.
func (d DDM) RTDists() RTDistsDDM {
	return RTDistsDDM{A: d.A, V: d.V, T0: d.T0 - float64(d.ST0/2), Z: d.Z * d.A, SZ: d.SZ * d.A, SV: d.SV, ST0: d.ST0, S: d.S}
}

// DDM returns the model.
func (r RTDistsDDM) DDM() DDM {
	return DDM{A: r.A, V: r.V, T0: r.T0 + float64(r.ST0/2), Z: r.Z / r.A, S: r.S, SV: r.SV, SZ: r.SZ / r.A, ST0: r.ST0}
}

// HDDM are the parameters of HDDM (Python), with noise 1.
type HDDM struct {
	A, V, T, Z, SV, SZ, ST float64 // Z and SZ as fractions of A; T is the middle of the non-decision times
}

// HDDM returns the parameters for HDDM, whose noise is 1: a, v and sv are in
// units of S, z and sz fractions of a, and t and st as T0 and ST0.
func (d DDM) HDDM() HDDM {
	return HDDM{A: d.A / d.S, V: d.V / d.S, T: d.T0, Z: d.Z, SV: d.SV / d.S, SZ: d.SZ, ST: d.ST0}
}

// DDM returns the model, with S 1.
func (h HDDM) DDM() DDM {
	return DDM{A: h.A, V: h.V, T0: h.T, Z: h.Z, S: 1, SV: h.SV, SZ: h.SZ, ST0: h.ST}
}

// PyDDM are the parameters of a model of PyDDM (Python) with its DriftConstant,
// NoiseConstant, BoundConstant, OverlayNonDecision (or OverlayNonDecisionUniform)
// and a start at X0 (or uniform, X0 ± Width).
type PyDDM struct {
	Drift, Noise, B         float64 // the boundaries are at -B and +B
	X0, Width               float64 // the start, and half the width of a uniform one, in units of evidence
	NonDecision, HalfWindow float64 `unit:"s"` // the middle of the non-decision times, and half their width
}

// PyDDM returns the parameters for PyDDM, whose boundaries lie at ±A/2 around 0:
// its start is (Z - 1/2) A. PyDDM's drift that varies normally has no class of its
// own, so SV is left out.
func (d DDM) PyDDM() PyDDM {
	return PyDDM{Drift: d.V, Noise: d.S, B: d.A / 2, X0: (d.Z - 0.5) * d.A, Width: d.SZ * d.A / 2, NonDecision: d.T0, HalfWindow: d.ST0 / 2}
}

// DDM returns the model.
func (p PyDDM) DDM() DDM {
	a := 2 * p.B
	return DDM{A: a, V: p.Drift, T0: p.NonDecision, Z: 0.5 + p.X0/a, S: p.Noise, SZ: 2 * p.Width / a, ST0: 2 * p.HalfWindow}
}

// WithNoise returns the same model with noise s: A, V and SV scaled by s/S.
// Ratcliff's convention is 0.1, that of most fitting programs 1. s not above 0
// gives a model that Check refuses.
func (d DDM) WithNoise(s float64) DDM {
	k := s / d.S
	if !(s > 0) {
		k = math.NaN()
	}
	d.A, d.V, d.SV, d.S = d.A*k, d.V*k, d.SV*k, s
	return d
}
