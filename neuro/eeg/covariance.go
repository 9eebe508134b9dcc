package eeg

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
)

// A Covariance is how channels vary together, as of noise before a stimulus or of a room
// without a subject.
type Covariance struct {
	Channels   []string
	Matrix     [][]float64 // [channel][channel], in the product of their units
	Free       int         // degrees of freedom: samples it was computed of, less what was fitted; 0 when not known
	Diagonal   bool        // only variances were estimated; the rest is 0
	Bad        []string    // channels that were marked as bad
	Projectors Projectors  // of the data it was computed of
	Method     string      // of its estimation: empirical, shrunk ...; "" when not known
}

// Pick returns the covariance of some channels, in the order named. A name that is not
// there, or that comes twice, is an error.
func (c *Covariance) Pick(names ...string) (*Covariance, error) {
	channels := make([]Channel, len(c.Channels))
	for i, name := range c.Channels {
		channels[i].Name = name
	}
	index, err := find("Covariance.Pick", channels, names)
	if err != nil {
		return nil, err
	}
	if err := twice("Covariance.Pick", names); err != nil {
		return nil, err
	}
	out := *c
	out.Channels = append([]string(nil), names...)
	out.Matrix = linalg.Zeros(len(index))
	for i, a := range index {
		for j, b := range index {
			out.Matrix[i][j] = c.Matrix[a][b]
		}
	}
	return &out, nil
}

// Project returns the covariance of the data after projectors were taken out of them:
// P C Pᵀ, P being I - U Uᵀ as in Recording.Project.
func (c *Covariance) Project(p Projectors) (*Covariance, error) {
	bad := map[string]bool{}
	for _, name := range c.Bad {
		bad[name] = true
	}
	channels := make([]Channel, len(c.Channels))
	for i, name := range c.Channels {
		channels[i] = Channel{Name: name, Bad: bad[name]}
	}
	u, index, err := p.basis("Covariance.Project", channels)
	if err != nil {
		return nil, err
	}
	out := *c
	out.Matrix = linalg.Transposed(project(linalg.Transposed(project(c.Matrix, u, index)), u, index))
	for i := range out.Matrix { // the same to the last bit on both sides of the diagonal
		for j := range i {
			v := (out.Matrix[i][j] + out.Matrix[j][i]) / 2
			out.Matrix[i][j], out.Matrix[j][i] = v, v
		}
	}
	out.Diagonal = false
	return &out, nil
}

// Rank returns how many eigenvalues of the matrix are above a share of the largest one; 0
// is 1e-12. Channels of different units are to be picked apart before: their scales differ
// by powers of ten.
func (c *Covariance) Rank(share float64) (int, error) {
	if share == 0 {
		share = 1e-12
	}
	values, _, ok := linalg.Symmetric(c.Matrix)
	if !ok || !(share > 0 && share < 1) {
		return 0, fmt.Errorf("eeg: Covariance.Rank: share is %g, of %s; it must be between 0 and 1, and the matrix finite", share, spell.Count(len(c.Channels), "channel"))
	}
	n := 0
	for _, v := range values {
		if v > float64(share*values[len(values)-1]) {
			n++
		}
	}
	return n, nil
}
