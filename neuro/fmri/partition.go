package fmri

import (
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/maxstat"
)

// A partition splits a design into what a contrast tests and the rest, as
// orthonormal columns: the tested ones say all that the whole model adds to the
// rest (Beckmann, Jenkinson and Smith 2001; Winkler et al. 2014, appendix A).
type partition struct {
	g            *Group
	tested, rest [][]float64 // [column][map]
	centred      bool        // whether a constant is among the rest
}

// tested returns the partition and the map of a contrast.
func (g *Group) tested(contrast string) (*partition, *Map, error) {
	specs := strings.Split(contrast, ";")
	for i := range specs {
		specs[i] = strings.TrimSpace(specs[i])
	}
	rows, err := g.Design.combinations(specs)
	if err != nil {
		return nil, nil, err
	}
	var m *Map
	_, effect := g.Design.effects[specs[0]]
	if len(rows) == 1 && !effect {
		m, err = g.Contrast(specs[0])
	} else {
		m, err = g.FContrast(specs...)
	}
	if err != nil {
		return nil, nil, err
	}
	m.Name = contrast
	p := &partition{g: g}
	// X (X'X)⁻¹ c lies in the space of the design and is orthogonal to all that
	// it holds under c'b = 0.
	for _, c := range rows {
		p.tested = maxstat.Extend(p.tested, p.image(g.solveNormal(c)))
	}
	// The rest in a basis that says plainly what does not change when maps
	// change places: constants over all maps and over blocks come first.
	n := len(g.Design.X)
	try := [][]float64{make([]float64, n)}
	for i := range n {
		try[0][i] = 1
	}
	for b := 0; g.Design.blocks != nil && b < n; b++ {
		in := make([]float64, n)
		any := false
		for i, v := range g.Design.blocks {
			if v == b {
				in[i], any = 1, true
			}
		}
		if any {
			try = append(try, in)
		}
	}
	whole := p.tested
	var base [][]float64
	for j := range g.Design.Names {
		base = maxstat.Extend(base, column(g.Design.X, j))
	}
	for _, t := range try {
		if within(t, base) && !parallel(t, whole) {
			p.rest = maxstat.Extend(p.rest, t)
		}
	}
	p.centred = len(p.rest) > 0 && constant(p.rest[0])
	for j := range g.Design.Names {
		c := column(g.Design.X, j)
		maxstat.Project(c, whole)
		p.rest = maxstat.Extend(p.rest, c)
	}
	return p, m, nil
}

func column(x [][]float64, j int) []float64 {
	out := make([]float64, len(x))
	for t, row := range x {
		out[t] = row[j]
	}
	return out
}

// image returns X b.
func (p *partition) image(b []float64) []float64 {
	out := make([]float64, len(p.g.Design.X))
	for i, row := range p.g.Design.X {
		for j, v := range row {
			out[i] += float64(v * b[j])
		}
	}
	return out
}

// solveNormal returns (X'X)⁻¹ c, column by column from the variances of sums.
func (g *GLM) solveNormal(c []float64) []float64 {
	q := g.q
	out, unit := make([]float64, len(c)), make([]float64, len(c))
	whole := q.Variance(c)
	for j := range c {
		unit[j] = 1
		out[j] = (q.Variance(added(c, unit)) - whole - q.Variance(unit)) / 2
		unit[j] = 0
	}
	return out
}

// within reports whether x lies in the space of basis.
func within(x []float64, basis [][]float64) bool {
	y := append([]float64(nil), x...)
	maxstat.Project(y, basis)
	return maxstat.Length(y) <= 1e-9*maxstat.Length(x)
}

// parallel reports whether x has a part in the space of basis.
func parallel(x []float64, basis [][]float64) bool {
	y := append([]float64(nil), x...)
	maxstat.Project(y, basis)
	return maxstat.Length(y) < (1-1e-12)*maxstat.Length(x)
}
