package connectivity

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A Group holds the connections of several people and their mean.
type Group struct {
	Kind     string
	Mean     *Connectome   // of "tangent" the geometric mean of covariances
	Subjects []*Connectome // in the order given

	options Options
	whiten  [][]float64 // of "tangent": the mean to the power -1/2
}

// FitGroup relates the time courses of regions in each of several people, and
// averages.
//
// kind is one of [Matrix], whose mean is that of elements, or "tangent": with the
// geometric mean G of the covariances C, which has the least sum of squared
// distances |log(G^-1/2 C G^-1/2)|², a person's matrix is
//
//	log(G^-1/2 C G^-1/2)
//
// how the person differs from the group. Such matrices can be averaged, compared
// and classified as vectors (Connectome.Vector with the diagonal), which
// correlations strictly cannot.
//
// series is [person][time][region]; people may have different numbers of volumes.
// It is an error when there is nobody, of "tangent" only one person, people differ
// in their numbers of regions, and for what Matrix refuses, naming the person.
//
// Source: Varoquaux et al. 2010, MICCAI; Fletcher and Joshi 2007, Signal Process
// 87:250 (the mean). Checked against nilearn 0.14.1's ConnectivityMeasure.
func FitGroup(series [][][]float64, kind string, o Options) (*Group, error) {
	g, err := fitGroup(series, kind, o)
	if err != nil {
		return nil, fmt.Errorf("connectivity: FitGroup: %w", err)
	}
	return g, nil
}

func fitGroup(series [][][]float64, kind string, o Options) (*Group, error) {
	if kind == "" {
		kind = "correlation"
	}
	g := &Group{Kind: kind, options: o}
	switch {
	case len(series) == 0:
		return nil, errors.New("series is empty; it holds the time courses of each person")
	case kind == "tangent" && len(series) < 2:
		return nil, errors.New("series has 1 person; the tangent space says how people differ from their mean and needs two or more")
	}
	for k, s := range series {
		m, err := g.single(s)
		if err != nil {
			return nil, fmt.Errorf("person %d: %w", k, err)
		}
		if p := len(m.W); k > 0 && p != len(g.Subjects[0].W) {
			return nil, fmt.Errorf("person %d has %d regions and person 0 has %d; all must have the same", k, p, len(g.Subjects[0].W))
		}
		g.Subjects = append(g.Subjects, m)
	}
	names := g.Subjects[0].Names
	if kind != "tangent" {
		mean := linalg.Zeros(len(names))
		for _, m := range g.Subjects {
			for i, row := range mean {
				vec.AddBlock(row, row, m.W[i])
			}
		}
		for _, row := range mean {
			vec.DivConstBlock(row, row, float64(len(series)))
		}
		g.Mean = &Connectome{Kind: "mean " + kind, W: mean, Names: names}
		return g, nil
	}
	tolerance := o.Tolerance
	if tolerance == 0 {
		tolerance = 1e-7
	}
	if !(tolerance > 0) {
		return nil, fmt.Errorf("Tolerance is %g; it must be above 0", o.Tolerance)
	}
	var all [][][]float64
	for k, m := range g.Subjects {
		if _, at := linalg.InversePositive(m.W, 1e-13); at >= 0 {
			return nil, fmt.Errorf("person %d: the covariance of %d regions over %d volumes has no logarithm: region %s follows from those before it; Covariance \"ledoit-wolf\" gives one that has", k, len(names), m.Samples, regionName(names, at))
		}
		all = append(all, m.W)
	}
	task := display.Start("connectivity.FitGroup", "steps", 0)
	defer task.End()
	mean, err := geometricMean(all, tolerance, task)
	if err != nil {
		return nil, err
	}
	g.Mean = &Connectome{Kind: "geometric mean of covariance", W: mean, Names: names}
	values, vectors, ok := linalg.Symmetric(mean)
	if !ok {
		return nil, errors.New("the mean has no eigenvalues")
	}
	g.whiten = linalg.Spectral(values, vectors, func(v float64) float64 { return 1 / math.Sqrt(v) })
	failed := make([]error, len(g.Subjects))
	linalg.Parallel(len(g.Subjects), func(k int) { failed[k] = g.tangent(g.Subjects[k]) })
	for k, err := range failed {
		if err != nil {
			return nil, fmt.Errorf("person %d: %w", k, err)
		}
	}
	return g, nil
}

// single returns the matrix of one person, of "tangent" the covariance.
func (g *Group) single(series [][]float64) (*Connectome, error) {
	kind := g.Kind
	if kind == "tangent" {
		kind = "covariance"
	} else if !slices.Contains(kinds, kind) {
		return nil, fmt.Errorf("kind is %q; allowed are %q and \"tangent\"", kind, kinds)
	}
	return matrix(series, kind, g.options)
}

// tangent moves a covariance to the tangent space.
func (g *Group) tangent(m *Connectome) error {
	values, vectors, ok := linalg.Symmetric(between(g.whiten, m.W))
	if !ok || !(values[0] > 0) {
		return fmt.Errorf("the covariance has an eigenvalue that is not above 0 beside the mean's; it has no logarithm")
	}
	m.Kind, m.W = "tangent", linalg.Spectral(values, vectors, vec.Log)
	return nil
}

// Transform returns the matrix of another person: of "tangent" how the person
// differs from the mean of the group. Errors are those of [Matrix], and another
// number of regions.
func (g *Group) Transform(series [][]float64) (*Connectome, error) {
	m, err := g.single(series)
	if err != nil {
		return nil, fmt.Errorf("connectivity: Transform: %w", err)
	}
	if len(m.W) != len(g.Mean.W) {
		return nil, fmt.Errorf("connectivity: Transform: series has %d regions and the group has %d; there must be as many", len(m.W), len(g.Mean.W))
	}
	if g.Kind == "tangent" {
		if err := g.tangent(m); err != nil {
			return nil, fmt.Errorf("connectivity: Transform: %w", err)
		}
	}
	return m, nil
}

// between returns a b a, of symmetric matrices.
func between(a, b [][]float64) [][]float64 {
	n := len(a)
	ab := linalg.Zeros(n)
	for i, row := range a {
		for k, v := range row {
			vec.FMAScaleBlock(ab[i], b[k], v, ab[i])
		}
	}
	out := linalg.Zeros(n)
	for i := range n {
		for j := range i + 1 {
			v := vec.DotBlock(ab[i], a[j])
			out[i][j], out[j][i] = v, v
		}
	}
	return out
}

// geometricMean finds the mean of matrices along geodesics, from that of
// elements: each step goes along the mean logarithm in the tangent space at the
// mean so far, half as far where that grows, until its length over the number of
// elements was below tolerance.
func geometricMean(all [][][]float64, tolerance float64, task *display.Counter) ([][]float64, error) {
	n := len(all[0])
	mean := linalg.Zeros(n)
	for _, c := range all {
		for i, row := range mean {
			vec.AddBlock(row, row, c[i])
		}
	}
	for _, row := range mean {
		vec.DivConstBlock(row, row, float64(len(all)))
	}
	step, least, before := 1.0, math.Inf(1), math.Inf(1)
	for range 200 {
		if err := task.Err(); err != nil {
			return nil, err
		}
		task.Add(1)
		values, vectors, ok := linalg.Symmetric(mean)
		if !ok || !(values[0] > 0) {
			return nil, errors.New("the covariances differ too much for a geometric mean; are the time courses of all people in the same units?")
		}
		whiten := linalg.Spectral(values, vectors, func(v float64) float64 { return 1 / math.Sqrt(v) })
		logs := make([][][]float64, len(all))
		linalg.Parallel(len(all), func(k int) {
			if v, u, ok := linalg.Symmetric(between(whiten, all[k])); ok && v[0] > 0 {
				logs[k] = linalg.Spectral(v, u, vec.Log)
			}
		})
		direction, size := linalg.Zeros(n), 0.0
		for k, l := range logs {
			if l == nil {
				return nil, fmt.Errorf("the covariance of person %d differs too much from the mean for a logarithm; are the time courses of all people in the same units?", k)
			}
			for i, row := range direction {
				vec.AddBlock(row, row, l[i])
			}
		}
		for _, row := range direction {
			vec.DivConstBlock(row, row, float64(len(all)))
			size += vec.DotBlock(row, row)
		}
		size = math.Sqrt(size)
		v, u, ok := linalg.Symmetric(direction)
		if !ok {
			return nil, errors.New("the geometric mean of covariances was not found")
		}
		move := linalg.Spectral(v, u, func(x float64) float64 { return vec.Exp(float64(x * step)) })
		mean = between(linalg.Spectral(values, vectors, math.Sqrt), move)
		if size > least {
			step /= 2
		}
		if least = min(size, least); least/float64(n*n) < tolerance {
			return mean, nil
		}
		// Far below what tolerances ask for, rounding ends the search.
		if size > 0.5*before && size <= 1e-11*float64(n) {
			return mean, nil
		}
		before = size
	}
	return nil, fmt.Errorf("the geometric mean of covariances was not found: the mean logarithm is still %.2g after 200 steps; a larger Tolerance than %g may do", least, tolerance)
}

// String says what the group holds.
func (g *Group) String() string {
	return fmt.Sprintf("%s of %d regions in %d people", g.Kind, len(g.Mean.W), len(g.Subjects))
}

// Plot draws the mean.
func (g *Group) Plot() *figure.Figure { return g.Mean.Plot() }

// Show draws the mean; its text is String.
func (g *Group) Show() display.Bundle {
	b := g.Plot().Show()
	b.Data[display.TypeText] = g.String()
	return b
}
