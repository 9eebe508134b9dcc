package fmri

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/internal/dist"
)

// FixedEffects returns one map of the same contrast in several runs of a person,
// taken as measurements of one effect: the runs' mean,
//
//	Effect = sum e / k,  Var = sum v / k²,
//
// or, weighted, the mean of least variance,
//
//	Effect = Var sum(e/v),  Var = 1 / sum(1/v).
//
// The degrees of freedom are those of all runs together; where runs have VoxelDF, in
// each voxel 1 / sum(w²/df), with w a run's share in Var or, weighted, in the mean
// (Satterthwaite 1946). It is an error when there is no map, or the maps differ in
// voxels or are not t maps.
func FixedEffects(runs []*Map, weighted bool) (*Map, error) {
	fail := func(format string, args ...any) (*Map, error) {
		return nil, fmt.Errorf("fmri: FixedEffects: "+format, args...)
	}
	if err := sameVoxels(runs); err != nil {
		return fail("%w", err)
	}
	first := runs[0]
	n := len(first.voxels)
	m := &Map{Name: first.Name, voxels: first.voxels, mean: first.mean,
		Effect: make([]float64, n), Var: make([]float64, n), T: make([]float64, n), Z: make([]float64, n), P: make([]float64, n)}
	for i, r := range runs {
		if r.Effect == nil {
			return fail("runs[%d] is an F map; fixed effects are those of t maps", i)
		}
		m.DF += r.DF
		if r.VoxelDF != nil {
			m.VoxelDF = make([]float64, n)
		}
	}
	k := float64(len(runs))
	for i := range n {
		effect, variance := 0.0, 0.0
		for _, r := range runs {
			v := math.Max(r.Var[i], 1e-50) // as nilearn, a variance of 0 counts as a tiny one
			if weighted {
				effect += r.Effect[i] / v
				variance += 1 / v
			} else {
				effect += r.Effect[i]
				variance += v
			}
		}
		if weighted {
			m.Effect[i], m.Var[i] = effect/variance, 1/variance
		} else {
			m.Effect[i], m.Var[i] = effect/k, variance/float64(k*k)
		}
		m.T[i] = m.Effect[i] / math.Sqrt(m.Var[i])
		df := m.DF
		if m.VoxelDF != nil {
			sum := 0.0
			for _, r := range runs {
				share, free := math.Max(r.Var[i], 1e-50)/variance, r.DF
				if weighted {
					share = 1 / math.Max(r.Var[i], 1e-50) / variance
				}
				if r.VoxelDF != nil {
					free = r.VoxelDF[i]
				}
				sum += float64(share*share) / free
			}
			df = 1 / sum
			m.VoxelDF[i] = df
		}
		m.P[i], m.Z[i] = dist.StudentPZ(m.T[i], df)
	}
	return m, nil
}

// Conjunction returns the map of what all contrasts have in common: in each voxel
// the smallest z, which is significant where each of them is (Nichols et al.
// 2005, NeuroImage 25:653: the minimum statistic against the conjunction null).
// P is the largest of their p-values. The map has no Effect, Var and T. It is an
// error when there are fewer than two maps, or they differ in voxels.
func Conjunction(maps ...*Map) (*Map, error) {
	return PartialConjunction(len(maps), maps...)
}

// PartialConjunction returns the map of where at least k of the contrasts differ
// from 0: the p-value of the k-th smallest z, combined over the n-k+1 largest
// p-values as Bonferroni does,
//
//	P = (n-k+1) p(k),
//
// with the p-values in ascending order, and Z its normal quantile. With k = n
// it is [Conjunction]. Errors are those, and a k that is not 1 to n.
//
// Friston, Penny and Glaser (2005), NeuroImage 25:661; Heller et al. (2007),
// NeuroImage 37:1178.
func PartialConjunction(k int, maps ...*Map) (*Map, error) {
	fail := func(format string, args ...any) (*Map, error) {
		return nil, fmt.Errorf("fmri: Conjunction: "+format, args...)
	}
	if len(maps) < 2 {
		return fail("there are %d maps; a conjunction is one of two or more", len(maps))
	}
	if k < 1 || k > len(maps) {
		return fail("k is %d; of %d maps it is 1 to %d", k, len(maps), len(maps))
	}
	if err := sameVoxels(maps); err != nil {
		return fail("%w", err)
	}
	first := maps[0]
	n := len(first.voxels)
	m := &Map{DF: math.Inf(1), voxels: first.voxels, mean: first.mean, Z: make([]float64, n), P: make([]float64, n)}
	for i, c := range maps {
		if i > 0 {
			m.Name += " and "
		}
		m.Name += c.Name
	}
	z, p := make([]float64, len(maps)), make([]float64, len(maps))
	factor := float64(len(maps) - k + 1)
	for i := range n {
		for j, c := range maps {
			z[j], p[j] = c.Z[i], c.P[i]
		}
		slices.Sort(z)
		slices.Sort(p)
		m.P[i] = math.Min(1, float64(factor*p[k-1]))
		m.Z[i] = z[len(z)-k]
		if factor > 1 {
			m.Z[i] = dist.ZFromP(m.P[i])
		}
	}
	return m, nil
}

// sameVoxels returns an error unless maps are of the same voxels.
func sameVoxels(maps []*Map) error {
	if len(maps) == 0 {
		return fmt.Errorf("there is no map")
	}
	for i, m := range maps {
		if m == nil {
			return fmt.Errorf("map %d is nil", i)
		}
		if !slices.Equal(m.voxels, maps[0].voxels) {
			return fmt.Errorf("map %d has %d voxels and map 0 has %d, or other ones; fit all with one mask", i, len(m.voxels), len(maps[0].voxels))
		}
	}
	return nil
}
