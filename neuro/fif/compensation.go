package fif

import (
	"errors"
	"fmt"
)

// A Compensation is what the reference sensors of a CTF or 4D system tell of the noise at
// the others: with weights W, the compensated channels are x - W r.
type Compensation struct {
	Grade      int         // 1 to 3 for CTF's first to third order
	Channels   []string    // x
	References []string    // r
	Weights    [][]float64 // [channel][reference], of values in their units
}

// grades are those of CTF by the numbers that it uses for them: G1BR, G2BR and G3BR.
var grades = map[int]int{0x47314252: 1, 0x47324252: 2, 0x47334252: 3}

// compensations reads the matrices of a measurement.
func (f *file) compensations(n *node, in *Info, long map[string]string) ([]Compensation, error) {
	var out []Compensation
	factors := map[string]float64{}
	for c := range in.channels {
		factors[in.channels[c].name] = in.channels[c].factor()
	}
	for k, b := range n.find(blockComp) {
		c, err := f.compensation(b, factors, long)
		if err != nil {
			return nil, fmt.Errorf("compensation %d: %w", k+1, err)
		}
		out = append(out, c)
	}
	return out, nil
}

func (f *file) compensation(n *node, factors map[string]float64, long map[string]string) (Compensation, error) {
	var c Compensation
	t, ok := n.tag(tagCompKind)
	if !ok {
		return c, errors.New("has no kind")
	}
	kind, err := f.int(t)
	if err != nil {
		return c, err
	}
	if c.Grade, ok = grades[kind]; !ok {
		c.Grade = kind
	}
	done := 0
	if t, ok := n.tag(tagCompDone); ok {
		if done, err = f.int(t); err != nil {
			return c, err
		}
	}
	matrix := n
	for _, m := range n.children {
		if _, ok := m.tag(tagCompData); ok && m.block == blockMatrix {
			matrix = m
			break
		}
	}
	for _, t := range matrix.tags {
		switch t.kind {
		case tagCompData:
			c.Weights, err = f.matrix(t)
		case tagRowNames:
			c.Channels, err = f.names(t)
		case tagColumnNames:
			c.References, err = f.names(t)
		}
		if err != nil {
			return c, err
		}
	}
	c.Channels, c.References = renamed(c.Channels, long), renamed(c.References, long)
	if len(c.Weights) == 0 || len(c.Weights) != len(c.Channels) || len(c.Weights[0]) != len(c.References) {
		return c, fmt.Errorf("has %d rows for %d channels and %d references", len(c.Weights), len(c.Channels), len(c.References))
	}
	if done != 0 {
		return c, nil
	}
	// Stored ones are of stored numbers.
	for i, name := range c.Channels {
		up, ok := factors[name]
		if !ok {
			return c, fmt.Errorf("is about channel %s, which is not there", name)
		}
		for j, ref := range c.References {
			down, ok := factors[ref]
			if !ok || down == 0 {
				return c, fmt.Errorf("is by channel %s, which is not there", ref)
			}
			c.Weights[i][j] = float64(float64(up*c.Weights[i][j]) * (1 / down))
		}
	}
	return c, nil
}
