// Package connectivity relates the time courses of regions of the brain:
// matrices of correlation, partial correlation, covariance and precision, the
// tangent space of a group, and maps of what goes with a seed.
//
//	rois, err := imaging.LabelMeans(run, atlas)                   // [time][region]
//	clean, err := fmri.Clean(rois.Y, ...)                         // without trends and motion
//	m, err := connectivity.Matrix(clean, "correlation", connectivity.Options{Names: rois.Names})
//	m.Ordered()                                                   // a cell shows regions that go together side by side
//
//	group, err := connectivity.FitGroup(subjects, "tangent", connectivity.Options{})
//	map, err := connectivity.SeedMap(run, mask, seed)             // the correlation of each voxel with a time course
//
// Time courses are [time][region], as [imaging.LabelMeans] and fmri.Clean give
// them. Trends and motion correlate regions that have nothing to do with each other:
// take them out first. Connections between signals of many samples per second, by
// frequency and phase, are in package signal.
package connectivity

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// Options say how a covariance is estimated; zero fields take the defaults named
// here.
type Options struct {
	// Covariance is "ledoit-wolf", which "" means: drawn towards the mean
	// variance times the identity by the amount that is expected to bring it
	// nearest to the true one; "empirical", as it is; or "graphical lasso", whose
	// inverse has zeros: most regions are connected by way of others only.
	Covariance string
	// Alpha is the weight of the sizes of elements of the precision in the
	// graphical lasso, in units of the covariance: 0 means 0.01. Time courses
	// with a standard deviation of 1 suit it.
	Alpha float64
	Names []string // of regions; nil numbers them
	// Tolerance ends the search for the geometric mean of a group when the mean
	// logarithm in its tangent space has a length of less than this times the
	// number of elements; 0 means 1e-7, as in nilearn.
	Tolerance float64
}

// A Connectome is a symmetric matrix of connections between regions.
type Connectome struct {
	Kind      string      // what W holds: "correlation", "partial correlation" ...
	W         [][]float64 // [region][region]
	Names     []string    // of regions
	Samples   int         // volumes that it was estimated from
	Shrinkage float64     // of the covariance, 0 to 1
}

// kinds are what a matrix can hold.
var kinds = []string{"correlation", "partial correlation", "covariance", "precision"}

// Matrix relates the time courses of regions.
//
//	"covariance"           C = Σ_t (x_t - x̄)(x_t - x̄)'/T, shrunk
//	"correlation"          C_ij / sqrt(C_ii C_jj), C of time courses with a standard deviation of 1
//	"precision"            P = C⁻¹
//	"partial correlation"  -P_ij / sqrt(P_ii P_jj): given all other regions
//
// series is [time][region], kind one of those, and "" is "correlation". The
// shrinkage of Ledoit and Wolf (2004), unless Options ask for none, draws
// correlations a little towards 0 and keeps C invertible with fewer volumes than
// regions.
//
// It is an error when series is empty or has fewer than two volumes, rows are of
// unequal length, a value is NaN or infinite, a region does not vary, names are not
// as many as regions, kind or an option is unknown, and when a covariance
// without shrinkage cannot be inverted, which names the region.
//
// Checked against nilearn 0.14.1's ConnectivityMeasure, with scikit-learn 1.9.1's
// LedoitWolf, EmpiricalCovariance and GraphicalLasso.
func Matrix(series [][]float64, kind string, o Options) (*Connectome, error) {
	m, err := matrix(series, kind, o)
	if err != nil {
		return nil, fmt.Errorf("connectivity: Matrix: %w", err)
	}
	return m, nil
}

func matrix(series [][]float64, kind string, o Options) (*Connectome, error) {
	if kind == "" {
		kind = "correlation"
	}
	if !slices.Contains(kinds, kind) {
		hint := ""
		if kind == "tangent" {
			hint = "; the tangent space is one of a group, see FitGroup"
		}
		return nil, fmt.Errorf("kind is %q; allowed are %q%s", kind, kinds, hint)
	}
	names, err := o.names(series)
	if err != nil {
		return nil, err
	}
	x, err := centred(series, names, kind == "correlation")
	if err != nil {
		return nil, err
	}
	c, inverse, shrinkage, err := o.covariance(x)
	if err != nil {
		return nil, err
	}
	m := &Connectome{Kind: kind, W: c, Names: names, Samples: len(series), Shrinkage: shrinkage}
	switch kind {
	case "correlation":
		normalise(c, 1)
	case "precision", "partial correlation":
		at := -1
		if inverse == nil {
			inverse, at = linalg.InversePositive(c, 1e-13)
		}
		if at >= 0 {
			return nil, fmt.Errorf("the covariance of %d regions over %d volumes cannot be inverted: region %s follows from those before it; Covariance \"ledoit-wolf\" gives one that can", len(c), len(series), regionName(names, at))
		}
		m.W = inverse
		if kind == "partial correlation" {
			normalise(m.W, -1)
		}
	}
	return m, nil
}

// names returns the names of regions after checking the shape of series.
func (o Options) names(series [][]float64) ([]string, error) {
	if len(series) == 0 || len(series[0]) == 0 {
		return nil, errors.New("series is empty; it holds a row of one value per region for each volume")
	}
	p := len(series[0])
	if o.Names != nil && len(o.Names) != p {
		return nil, fmt.Errorf("%d names for %d regions; there must be as many", len(o.Names), p)
	}
	for t, row := range series {
		if len(row) != p {
			return nil, fmt.Errorf("series[%d] has %d regions and series[0] has %d; all volumes must have the same number", t, len(row), p)
		}
	}
	if len(series) < 2 {
		return nil, errors.New("series has 1 volume; two or more are needed")
	}
	names := slices.Clone(o.Names)
	for i := len(names); i < p; i++ {
		names = append(names, fmt.Sprint(i))
	}
	return names, nil
}

func regionName(names []string, i int) string {
	if names[i] == fmt.Sprint(i) {
		return names[i]
	}
	return fmt.Sprintf("%d (%s)", i, names[i])
}

// centred returns time courses less their means, and with unit divided by their
// standard deviations (n-1).
func centred(series [][]float64, names []string, unit bool) ([][]float64, error) {
	n, p := len(series), len(series[0])
	mean, size, ss := make([]float64, p), make([]float64, p), make([]float64, p)
	for t, row := range series {
		for i, v := range row {
			if !(math.Abs(v) <= 1e100) {
				return nil, fmt.Errorf("series[%d][%d] is %g, of region %s; values must be finite and at most 1e100 in size", t, i, v, regionName(names, i))
			}
			mean[i] += v
			size[i] = max(size[i], math.Abs(v))
		}
	}
	for i := range mean {
		mean[i] /= float64(n)
	}
	x := make([][]float64, n)
	for t, row := range series {
		x[t] = make([]float64, p)
		vec.SubBlock(x[t], row, mean)
		vec.FMABlock(ss, x[t], x[t], ss)
	}
	for i, s := range ss {
		sd := math.Sqrt(s / float64(n-1))
		if !(sd > 1e-14*size[i]) {
			return nil, fmt.Errorf("region %s is %g in all volumes; a time course that does not vary has no connections, leave it out", regionName(names, i), series[0][i])
		}
		ss[i] = sd
	}
	if unit {
		for _, row := range x {
			for i, sd := range ss {
				row[i] /= sd
			}
		}
	}
	return x, nil
}

// covariance estimates the covariance of centred time courses, and its inverse
// where the estimate is one of that.
func (o Options) covariance(x [][]float64) (c, inverse [][]float64, shrinkage float64, err error) {
	switch o.Covariance {
	case "", "ledoit-wolf":
		c = linalg.Covariance(x)
		return c, nil, linalg.LedoitWolf(x, c), nil
	case "empirical":
		return linalg.Covariance(x), nil, 0, nil
	case "graphical lasso":
		alpha, err := o.alpha()
		if err != nil {
			return nil, nil, 0, err
		}
		c, inverse, err = graphicalLasso(linalg.Covariance(x), alpha)
		return c, inverse, 0, err
	}
	return nil, nil, 0, fmt.Errorf("Covariance is %q; allowed are \"ledoit-wolf\", \"empirical\" and \"graphical lasso\"", o.Covariance)
}

// normalise divides a matrix by the roots of its diagonal, times sign but for the
// diagonal, which becomes 1.
func normalise(c [][]float64, sign float64) {
	root := make([]float64, len(c))
	for i := range root {
		root[i] = math.Sqrt(c[i][i])
	}
	for i, row := range c {
		for j := range row {
			row[j] = sign * row[j] / root[i] / root[j]
		}
		row[i] = 1
	}
	for i := range c { // rounding must not make two halves of one matrix differ
		for j := range i {
			c[j][i] = c[i][j]
		}
	}
}

// FisherZ returns atanh(r), which of correlations is nearly normal with a
// variance that does not depend on r. 1 and -1 give infinities, sizes above 1 NaN.
func FisherZ(r float64) float64 {
	if math.Abs(r) == 1 {
		return math.Copysign(math.Inf(1), r)
	}
	return (vec.Log1p(r) - vec.Log1p(-r)) / 2
}

// Fisher returns the matrix with FisherZ of its elements, 0 on the diagonal. It is
// an error unless the matrix holds correlations.
func (m *Connectome) Fisher() (*Connectome, error) {
	if m.Kind != "correlation" && m.Kind != "partial correlation" {
		return nil, fmt.Errorf("connectivity: Fisher: the matrix holds %s; only correlations have Fisher's z", m.Kind)
	}
	out := *m
	out.Kind = "Fisher z of " + m.Kind
	out.W = linalg.Zeros(len(m.W))
	for i, row := range m.W {
		for j, v := range row {
			if i != j {
				out.W[i][j] = FisherZ(v)
			}
		}
	}
	return &out, nil
}

// Vector returns the lower half of the matrix, row after row: with diagonal its
// elements too, divided by √2, so that the length of the vector is that of the
// matrix over √2.
//
// Checked against nilearn 0.14.1's sym_matrix_to_vec.
func (m *Connectome) Vector(diagonal bool) []float64 {
	var out []float64
	for i, row := range m.W {
		out = append(out, row[:i]...)
		if diagonal {
			out = append(out, row[i]/math.Sqrt2)
		}
	}
	return out
}

// Edges returns a table of the n strongest connections, or all for 0, by the size
// of their weights.
func (m *Connectome) Edges(n int) table.Table {
	type edge struct{ i, j int }
	var edges []edge
	for i := range m.W {
		for j := range i {
			edges = append(edges, edge{j, i})
		}
	}
	slices.SortStableFunc(edges, func(a, b edge) int {
		switch x, y := math.Abs(m.W[a.i][a.j]), math.Abs(m.W[b.i][b.j]); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	if n > 0 {
		edges = edges[:min(n, len(edges))]
	}
	t := table.Table{Title: fmt.Sprintf("Strongest connections (%s)", m.Kind), Cols: []table.Col{{Name: "region"}, {Name: "with"}, {Name: m.Kind}}}
	for _, e := range edges {
		t.Cols[0].Text = append(t.Cols[0].Text, m.Names[e.i])
		t.Cols[1].Text = append(t.Cols[1].Text, m.Names[e.j])
		t.Cols[2].Num = append(t.Cols[2].Num, m.W[e.i][e.j])
	}
	return t
}

// Take returns the matrix of some regions in the order given, which may repeat
// none. A place that is not there is an error.
func (m *Connectome) Take(regions ...int) (*Connectome, error) {
	out := *m
	out.W, out.Names = linalg.Zeros(len(regions)), nil
	seen := map[int]bool{}
	for a, i := range regions {
		if i < 0 || i >= len(m.W) || seen[i] {
			return nil, fmt.Errorf("connectivity: Take: regions[%d] is %d; each must be one of 0 to %d, once", a, i, len(m.W)-1)
		}
		seen[i] = true
		out.Names = append(out.Names, m.Names[i])
		for b, j := range regions[:a+1] {
			out.W[a][b], out.W[b][a] = m.W[i][j], m.W[i][j]
		}
	}
	return &out, nil
}

// String says what the matrix holds.
func (m *Connectome) String() string {
	s := fmt.Sprintf("%s of %d regions", m.Kind, len(m.W))
	if m.Samples > 0 {
		s += fmt.Sprintf(" over %d volumes", m.Samples)
	}
	if m.Shrinkage > 0 {
		s += fmt.Sprintf(", shrinkage %.3f", m.Shrinkage)
	}
	return s
}

// Plot draws the matrix as colours, with the names of up to 40 regions. Colours
// are symmetric about 0 and reach as far as the largest weight off the diagonal,
// which is left out.
func (m *Connectome) Plot() *figure.Figure {
	z, largest := make([][]float64, len(m.W)), 0.0
	for i, row := range m.W {
		z[i] = slices.Clone(row)
		z[i][i] = math.NaN()
		for j, v := range row {
			if i != j {
				largest = max(largest, math.Abs(v))
			}
		}
	}
	p := figure.Panel{Square: true, Y: figure.Axis{Flip: true}, ColorBar: figure.Axis{Label: m.Kind},
		Layers: []figure.Layer{{Kind: figure.Image, Z: z, Map: "RdBu_r", Lo: -largest, Hi: largest}}}
	if len(m.W) <= 40 {
		ticks := make([]float64, len(m.W))
		for i := range ticks {
			ticks[i] = float64(i)
		}
		p.X.Ticks, p.X.Names, p.Y.Ticks, p.Y.Names = ticks, m.Names, ticks, m.Names
	} else {
		p.X.Label, p.Y.Label = "region", "region"
	}
	height := 12.0
	if p.Y.Names != nil {
		height = max(height, float64(0.48*float64(len(m.W)))+4) // room for each name
	}
	title := m.String()
	return &figure.Figure{Title: strings.ToUpper(title[:1]) + title[1:], Width: height + 3, Height: height, Panels: []figure.Panel{p}}
}

// Brain draws the connections whose size is threshold or more within the outlines
// of brain, from three sides; xyz is the place of each region in mm, as
// imaging.Spheres takes them. Errors are those of plot.Connectome.
func (m *Connectome) Brain(brain *nifti.Image, xyz [][]float64, threshold float64) (*figure.Figure, error) {
	f, err := nifti.ConnectomeFigure(brain, xyz, m.W, threshold)
	if err != nil {
		return nil, fmt.Errorf("connectivity: Brain: %w", err)
	}
	return f, nil
}

// Show draws the matrix; its text is String.
func (m *Connectome) Show() display.Bundle {
	b := m.Plot().Show()
	b.Data[display.TypeText] = m.String()
	return b
}
