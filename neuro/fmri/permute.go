package fmri

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/maxstat"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

// PermuteOptions say how a permutation test is done.
type PermuteOptions struct {
	N    int // how many rearrangements; 0 means 5000
	Seed uint64
	// OneSided tests for effects above 0; otherwise those of both signs count.
	OneSided bool
	// ClusterP is the probability in a single voxel that forms clusters, of both
	// sides unless OneSided; 0 means 0.001, and a negative one leaves clusters
	// out.
	ClusterP float64
	// TFCE asks for threshold-free cluster enhancement of t, as Enhance says,
	// whose OneSided and Connect are those of this test.
	TFCE    bool
	Enhance TFCEOptions
	Connect int // how many neighbours a voxel has: 6 (default), 18 or 26
	// Errors says what may be rearranged: "symmetric" errors change their
	// signs, "exchangeable" ones their places. "" takes signs where the tested
	// column is constant, as in one-sample tests, and places elsewhere.
	Errors string
	// Blocks holds a number for each map: maps change places within their
	// block only, or, with Whole, blocks change places or signs as wholes
	// (see [stats.Exchange]). nil is one block, or of [Paired] the subjects.
	Blocks []int
	Whole  bool
	// Table says what is told of clusters: peaks, their distance, names.
	Table ClusterOptions
}

// A Permutation is the outcome of a permutation test of a contrast.
type Permutation struct {
	Map   *Map // the contrast
	N     int  // rearrangements
	Exact bool // whether they are all that there are

	PMax []float64 // of each voxel: corrected for all voxels by the largest statistic
	// TFCE is the enhanced t of each voxel and PTFCE its corrected probability;
	// nil when it was not asked for.
	TFCE, PTFCE []float64
	// Clusters are those of voxels beyond Threshold, with probabilities corrected
	// for all clusters of the brain. Without clusters (ClusterP below 0) they are
	// of the voxels whose p, by TFCE where there is one, is 0.05 or less.
	Clusters  *ClusterTable
	Threshold float64 // t, or F of an F test; NaN without clusters

	// The largest values of each rearrangement: |t| (t if one-sided, F), number
	// of voxels of a cluster, its mass (the sum of what its values exceed the
	// threshold by), and TFCE.
	NullMax, NullSize, NullMass, NullTFCE []float64

	options PermuteOptions
	group   *Group
}

// Permute tests a contrast by rearranging the maps: the statistic of each voxel,
// the clusters and, if asked, the TFCE are compared with the largest of the whole
// brain in each rearrangement, so that the chance of any false finding is at
// most what p says.
//
// contrast is one of [GLM.Contrast]; several combinations divided by ";", or the
// name of an effect of factors, make an F test. Where the design has other
// columns than the tested one, their part is taken out first and the model is
// fitted whole to the rearranged residuals (Freedman and Lane 1983). A p-value
// is (b+1)/(N+1); where there are no more than N rearrangements all are taken, and
// it is b/N, an exact one.
//
// The test is one of the maps: it does not use Var of the options of a mixed
// model. It is an error when the contrast cannot be read, an option is not
// allowed, or nothing can be rearranged.
//
// Winkler et al. (2014), NeuroImage 92:381. The statistics are checked to 1e-9
// against nilearn 0.14.1's permuted_ols, the distribution by its quantile.
func (g *Group) Permute(contrast string, o PermuteOptions) (*Permutation, error) {
	r, err := g.permute(contrast, o)
	if err != nil {
		return nil, fmt.Errorf("fmri: Permute: %w", err)
	}
	return r, nil
}

func (g *Group) permute(contrast string, o PermuteOptions) (*Permutation, error) {
	if g.Method != "ols" {
		return nil, fmt.Errorf("the model was fitted with method %q; permutations go with \"ols\"", g.Method)
	}
	p, m, err := g.tested(contrast)
	if err != nil {
		return nil, err
	}
	if m.F != nil {
		o.OneSided = true
	}
	if o.ClusterP == 0 {
		o.ClusterP = 0.001
	}
	if !(o.ClusterP < 0.5) {
		return nil, fmt.Errorf("ClusterP is %g; it must be below 0.5, 0 for 0.001, or negative for no clusters", o.ClusterP)
	}
	o.Enhance.OneSided, o.Enhance.Connect = o.OneSided, o.Connect
	if err := o.Enhance.check(); err != nil {
		return nil, err
	}
	l, err := newLattice(g.latticeGrid(), g.Voxels, o.Connect)
	if err != nil {
		return nil, err
	}
	arrangements, err := g.arrangements(p, o)
	if err != nil {
		return nil, err
	}
	r := &Permutation{Map: m, N: arrangements.N, Exact: arrangements.All, Threshold: math.NaN(), options: o, group: g}
	s := &maxstat.Search{Maps: g.Maps, Tested: p.tested, Rest: p.rest, Centred: p.centred, Row: g.data.row, Flat: func(i int) bool { return g.flat[i] },
		Graph: l.Graph, OneSided: o.OneSided, DF: g.DF, DF1: m.DF1}
	if o.TFCE {
		e := o.Enhance.enhance()
		s.Enhance = &e
	}
	if o.ClusterP > 0 {
		switch {
		case m.F != nil:
			r.Threshold = dist.FQuantileSF(o.ClusterP, m.DF1, m.DF)
		case o.OneSided:
			r.Threshold = dist.StudentQuantileSF(o.ClusterP, m.DF)
		default:
			r.Threshold = dist.StudentQuantileSF(o.ClusterP/2, m.DF)
		}
		s.Threshold = r.Threshold
	}
	per := arrangements.N + 1
	if o.TFCE {
		per *= 2
	}
	s.Task = display.Start("fmri.Permute", "rearrangements", per)
	defer s.Task.End()

	// The data themselves first, as a rearrangement that moves nothing: rounding
	// then treats all alike.
	observed := s.Run(1, func(int) ([]int, []float64) { return maxstat.Unmoved(g.Maps) }, true)
	null := s.Run(arrangements.N, func(k int) ([]int, []float64) {
		a := arrangements.At(k)
		return a.From, a.Sign
	}, false)
	if err := s.Task.Err(); err != nil {
		return nil, err
	}
	r.NullMax, r.NullSize, r.NullMass, r.NullTFCE = null.Max, null.Size, null.Mass, null.TFCE
	statistic := observed.Map0
	sizes := func(v []float64) []float64 {
		out := slices.Clone(v)
		if !o.OneSided {
			for i := range out {
				out[i] = math.Abs(out[i])
			}
		}
		return out
	}
	r.PMax = stats.PermutationP(sizes(statistic), null.Max, r.Exact)
	if o.TFCE {
		r.TFCE = observed.Enhanced
		r.PTFCE = stats.PermutationP(sizes(r.TFCE), null.TFCE, r.Exact)
	}
	return r, r.findClusters(l, statistic)
}

// findClusters makes the table of clusters of the observed statistic.
func (r *Permutation) findClusters(l *lattice, statistic []float64) error {
	o := r.options.Table
	o.OneSided, o.Connect, o.Threshold = r.options.OneSided, r.options.Connect, r.Threshold
	shown := statistic
	if math.IsNaN(r.Threshold) {
		// The smallest statistic that is significant takes the place of a
		// threshold.
		p := r.PMax
		if r.PTFCE != nil {
			p = r.PTFCE
		}
		shown = make([]float64, len(statistic))
		for i, v := range p {
			if v <= 0.05 {
				shown[i] = statistic[i]
			}
		}
		o.Threshold = math.SmallestNonzeroFloat64
	}
	t, err := l.table(shown, r.group.mask, o)
	if err != nil {
		return err
	}
	t.Name, t.Statistic = r.Map.Name, "t"
	if t.Threshold = r.Threshold; math.IsNaN(r.Threshold) {
		t.Threshold = 0
	}
	if r.Map.F != nil {
		t.Statistic = "F"
	}
	how := "random"
	if r.Exact {
		how = "all"
	}
	t.Method = fmt.Sprintf("p corrected by %d rearrangements (%s)", r.N, how)
	var sizes, masses []float64
	for i := range t.Clusters {
		c := &t.Clusters[i]
		sizes, masses = append(sizes, float64(len(c.Voxels))), append(masses, c.Mass)
		for k := range c.Peaks {
			p := &c.Peaks[k]
			p.P = r.PMax[p.voxel]
			if r.PTFCE != nil {
				p.PTFCE = r.PTFCE[p.voxel]
			}
		}
	}
	if r.NullSize != nil {
		pSize, pMass := stats.PermutationP(sizes, r.NullSize, r.Exact), stats.PermutationP(masses, r.NullMass, r.Exact)
		for i := range t.Clusters {
			t.Clusters[i].PSize, t.Clusters[i].PMass = pSize[i], pMass[i]
		}
	}
	r.Clusters = t
	return nil
}

func (g *Group) latticeGrid() [3]int {
	nx, ny, nz := g.mask.Grid()
	return [3]int{nx, ny, nz}
}

// arrangements draws the rearrangements of a test.
func (g *Group) arrangements(p *partition, o PermuteOptions) (*stats.Rearrangements, error) {
	e := stats.Exchange{Blocks: o.Blocks, Whole: o.Whole, N: o.N, Seed: o.Seed}
	if e.Blocks == nil {
		e.Blocks = g.Design.blocks
	}
	switch o.Errors {
	case "":
		e.Flip = len(p.tested) == 1 && constant(p.tested[0])
		if e.Flip && !o.Whole {
			e.Blocks = nil
		}
	case "symmetric":
		e.Flip = true
	case "exchangeable":
	default:
		return nil, fmt.Errorf("Errors is %q; allowed are \"symmetric\" (signs), \"exchangeable\" (places) and \"\"", o.Errors)
	}
	return e.Draw(g.Design.X)
}

func constant(x []float64) bool {
	for _, v := range x {
		if math.Abs(v-x[0]) > 1e-10*math.Abs(x[0]) {
			return false
		}
	}
	return true
}

// Image returns a result as an image: "p" corrected for all voxels, "tfce",
// "ptfce", and "size", "mass", "psize" and "pmass" of the cluster that a voxel
// is in; probabilities are 1, and values 0, outside of clusters and of the
// mask. Another name, and TFCE that was not asked for, are panics that say so.
func (r *Permutation) Image(which string) *nifti.Image {
	values, outside := make([]float64, len(r.group.Voxels)), 0.0
	if which[:min(1, len(which))] == "p" {
		outside = 1
		for i := range values {
			values[i] = 1
		}
	}
	at := map[int]int{}
	for i, v := range r.group.Voxels {
		at[v] = i
	}
	of := func(f func(c Cluster) float64) {
		for _, c := range r.Clusters.Clusters {
			for _, v := range c.Voxels {
				values[at[v]] = f(c)
			}
		}
	}
	switch which {
	case "p":
		values = r.PMax
	case "tfce":
		values = r.TFCE
	case "ptfce":
		values = r.PTFCE
	case "size":
		of(func(c Cluster) float64 { return float64(len(c.Voxels)) })
	case "mass":
		of(func(c Cluster) float64 { return c.Mass })
	case "psize":
		of(func(c Cluster) float64 { return c.PSize })
	case "pmass":
		of(func(c Cluster) float64 { return c.PMass })
	default:
		panic(fmt.Sprintf("fmri: Permutation.Image: which is %q; allowed are \"p\", \"tfce\", \"ptfce\", \"size\", \"mass\", \"psize\" and \"pmass\"", which))
	}
	if values == nil {
		panic(fmt.Sprintf("fmri: Permutation.Image: %q was not computed; set TFCE of the options", which))
	}
	im := spread(values, r.group.Voxels, r.group.mask, outside)
	im.Name, im.Label = r.Map.Name, which
	return im
}
