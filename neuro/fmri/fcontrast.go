package fmri

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// FContrast returns the map of an F test: whether any of several linear
// combinations of coefficients differs from 0. Each is written as in
// [GLM.Contrast]; of a design with factors, one name of an effect
// ([GroupDesign]) stands for all of its combinations.
//
// With the rows of C the k combinations,
//
//	F = (C b)' (C (X'X)⁻¹ C')⁻¹ (C b) / (k s²)
//
// with k and DF degrees of freedom, or VoxelDF as in [GLM.Contrast]; P is the probability of an F as large or
// larger, and Z its normal quantile, negative where P is above 1/2. The map has
// no Effect, Var and T.
//
// It is an error when a combination cannot be read or depends on the others.
// Checked to 1e-8 against nilearn 0.14.1's compute_contrast with stat_type "F".
func (g *GLM) FContrast(specs ...string) (*Map, error) {
	fail := func(err error) (*Map, error) { return nil, fmt.Errorf("fmri: FContrast: %w", err) }
	rows, err := g.Design.combinations(specs)
	if err != nil {
		return fail(err)
	}
	k := len(rows)
	variance := make([][]func(int) float64, k)
	for a := range rows {
		for b := 0; b < a; b++ {
			variance[a] = append(variance[a], g.unitVariance(added(rows[a], rows[b])))
		}
		variance[a] = append(variance[a], g.unitVariance(rows[a]))
	}
	n := len(g.Voxels)
	m := &Map{Name: strings.Join(specs, "; "), DF: g.DF, DF1: float64(k), voxels: g.Voxels, mean: g.mean,
		F: make([]float64, n), Z: make([]float64, n), P: make([]float64, n)}
	if g.likelihood != nil && g.Options.DF != "residual" {
		m.VoxelDF = g.satterthwaite(rows...)
	}
	task := display.Start("fmri.FContrast", "voxels", n)
	defer task.End()
	blocks := (n + tile - 1) / tile
	failed := make([]error, blocks)
	linalg.Parallel(blocks, func(b int) {
		if failed[b] = task.Err(); failed[b] != nil {
			return
		}
		defer task.Add(min(tile, n-b*tile))
		for i := b * tile; i < min(n, (b+1)*tile); i++ {
			if !g.flat[i] {
				if m.F[i], failed[b] = g.fValue(rows, variance, i); failed[b] != nil {
					return
				}
			}
			df := m.DF
			if m.VoxelDF != nil {
				df = m.VoxelDF[i]
			}
			m.P[i] = dist.FSF(m.F[i], m.DF1, df)
			m.Z[i] = dist.ZFromF(m.F[i], m.DF1, df)
		}
	})
	for _, err := range failed {
		if err != nil {
			return fail(err)
		}
	}
	return m, nil
}

// fValue returns F in a voxel: half the covariances come from the variances of
// sums.
func (g *GLM) fValue(rows [][]float64, variance [][]func(int) float64, i int) (float64, error) {
	k := len(rows)
	m, effect := make([][]float64, k), make([]float64, k)
	for a := range rows {
		m[a] = make([]float64, k+1)
		m[a][a] = variance[a][a](i)
		for j, f := range rows[a] {
			effect[a] += float64(f * g.Beta[j][i])
		}
		m[a][k] = effect[a]
	}
	size := 0.0
	for a := range rows {
		size = math.Max(size, m[a][a])
		for b := 0; b < a; b++ {
			m[a][b] = (variance[a][b](i) - m[a][a] - m[b][b]) / 2
			m[b][a] = m[a][b]
		}
	}
	x, ok := linalg.Solve(m, float64(1e-12*size))
	if !ok {
		return 0, fmt.Errorf("the %d combinations depend on each other; leave one out", k)
	}
	sum := 0.0
	for a, v := range x {
		sum += float64(v * effect[a])
	}
	return math.Max(sum, 0) / float64(float64(k)*math.Max(g.Sigma2[i], 1e-50)), nil
}

// combinations returns the factors of several contrasts, or of the effect that
// one of them names.
func (d *Design) combinations(specs []string) ([][]float64, error) {
	if len(specs) == 0 {
		return nil, fmt.Errorf("no combination is given; write for example FContrast(\"A\", \"B\")")
	}
	if len(specs) == 1 {
		if rows, ok := d.effects[specs[0]]; ok {
			return rows, nil
		}
	}
	var rows [][]float64
	for _, s := range specs {
		c, err := parseContrast(s, d.Names)
		if err != nil {
			return nil, err
		}
		rows = append(rows, c)
	}
	return rows, nil
}

func added(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] + b[i]
	}
	return out
}

// quadratic returns c' m c of a matrix given row by row.
func quadratic(m, c []float64) float64 {
	sum := 0.0
	for i, a := range c {
		for j, b := range c {
			sum += float64(a * m[i*len(c)+j] * b)
		}
	}
	return sum
}
