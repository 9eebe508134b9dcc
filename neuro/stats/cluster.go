package stats

import (
	"fmt"
	"math"
	"slices"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/internal/maxstat"
)

// ClusterOptions say how a test of clusters is done. The zero value of a field means its
// default.
type ClusterOptions struct {
	// Threshold is the t or F beyond which points form clusters; 0 is that of P.
	Threshold float64
	// P is the probability in a single point that forms clusters, of both sides unless
	// OneSided; 0 is 0.05.
	P float64
	// OneSided looks for effects above 0 only. An F test always does.
	OneSided bool
	// By is what of a cluster is compared: "mass" (the default), the sum of its statistics,
	// or "size", the number of its points.
	By string
	// TFCE tests points by threshold-free cluster enhancement (Smith and Nichols 2009)
	// instead of clusters beyond a threshold: the integral of extent^E height^H, with E 0.5
	// and H 2 where they are 0.
	TFCE bool
	E, H float64
	// N is how many rearrangements are drawn; 0 means 5000. Where there are no more than
	// that, all are taken, and the test is exact.
	N    int
	Seed uint64
}

// A Cluster is points that touch and whose statistics are beyond a threshold, of one sign.
type Cluster struct {
	Points []int   // ascending
	Mass   float64 // sum of their statistics, below 0 in a cluster of negative ones
	Peak   int     // the point whose statistic is largest in size
	P      float64 // corrected for all clusters; with TFCE the smallest of its points
}

// A ClusterTest is the outcome of a test of clusters.
type ClusterTest struct {
	Name      string // of the test
	Statistic string // "t" or "F"
	DF1, DF   float64
	Values    []float64 // the statistic of each point
	Threshold float64   // 0 with TFCE
	By        string    // "mass", "size" or "TFCE"
	Clusters  []Cluster // the smallest P first, then the largest Mass; with TFCE those of points with P up to 0.05
	P         []float64 // of each point: that of its cluster, 1 outside of clusters; with TFCE its own
	PMax      []float64 // of each point: corrected by the largest statistic, without clusters
	TFCE      []float64 // of each point; nil where it was not asked for

	N     int       // rearrangements
	Exact bool      // whether they are all that there are
	Null  []float64 // the largest mass, size or TFCE of each rearrangement
}

// ClusterOneSample tests whether the mean of maps over observations, such as the differences
// of subjects between two conditions, is 0 anywhere: x[i] is the map of observation i, at
// points whose neighbours near says. t of each point is compared with a threshold, points
// beyond it that touch become clusters, and the mass of each is compared with the largest of
// each map of t that comes from changing signs of whole observations. So the chance of any
// false cluster is what p says, and nothing is claimed of single points in it.
//
// p is (b+1)/(m+1), for b of m random rearrangements as extreme as the data, or b/m of all
// m where there are no more than N.
//
// Errors: fewer than 2 observations, maps of another size than near, values that are not
// finite, options that are not allowed. Source: Maris and Oostenveld 2007, J. Neurosci.
// Methods 164:177. Peer: mne.stats.permutation_cluster_1samp_test, whose clusters, masses
// and exact p are equal.
func ClusterOneSample(x [][]float64, near *Neighbours, o ClusterOptions) (*ClusterTest, error) {
	return clusterOneSample("ClusterOneSample", "one-sample t test", x, near, o)
}

// ClusterPaired is ClusterOneSample of a[i] - b[i]: two conditions of the same subjects.
func ClusterPaired(a, b [][]float64, near *Neighbours, o ClusterOptions) (*ClusterTest, error) {
	const call = "ClusterPaired"
	if len(a) != len(b) {
		return nil, fmt.Errorf("stats: %s: a has %d maps and b %d; as many are needed", call, len(a), len(b))
	}
	x := make([][]float64, len(a))
	for i := range a {
		if len(a[i]) != len(b[i]) {
			return nil, fmt.Errorf("stats: %s: a[%d] has %d points and b[%d] %d; as many are needed", call, i, len(a[i]), i, len(b[i]))
		}
		x[i] = make([]float64, len(a[i]))
		for k, v := range a[i] {
			x[i][k] = v - b[i][k]
		}
	}
	return clusterOneSample(call, "paired t test", x, near, o)
}

func clusterOneSample(call, name string, x [][]float64, near *Neighbours, o ClusterOptions) (*ClusterTest, error) {
	ones := make([]float64, len(x))
	design := make([][]float64, len(x))
	for i := range x {
		ones[i], design[i] = 1, []float64{1}
	}
	return clusters(call, name, x, near, o, nil, [][]float64{ones}, 0, Exchange{Flip: true, N: o.N, Seed: o.Seed}, design)
}

// ClusterTwoSample is ClusterOneSample for two groups of independent maps, with the t of
// equal variances, of which a - b is the sign; maps change between groups. Peer:
// mne.stats.permutation_cluster_test.
func ClusterTwoSample(a, b [][]float64, near *Neighbours, o ClusterOptions) (*ClusterTest, error) {
	const call = "ClusterTwoSample"
	if len(a) < 1 || len(b) < 1 || len(a)+len(b) < 3 {
		return nil, fmt.Errorf("stats: %s: a has %d maps and b %d; one or more in each, and three in all, are needed", call, len(a), len(b))
	}
	x := append(slices.Clone(a), b...)
	in, design := make([]float64, len(x)), make([][]float64, len(x))
	for i := range x {
		if i < len(a) {
			in[i] = 1
		}
		design[i] = []float64{in[i]}
	}
	return clusters(call, "two-sample t test", x, near, o, constants(len(x)), [][]float64{in}, 0, Exchange{N: o.N, Seed: o.Seed}, design)
}

// ClusterANOVA is ClusterOneSample for two or more groups of independent maps, with the F of
// a one-way analysis of variance; maps change between groups. Peer:
// mne.stats.permutation_cluster_test.
func ClusterANOVA(groups [][][]float64, near *Neighbours, o ClusterOptions) (*ClusterTest, error) {
	const call = "ClusterANOVA"
	var x, design [][]float64
	var tested [][]float64
	for g, maps := range groups {
		if len(maps) == 0 {
			return nil, fmt.Errorf("stats: %s: group %d has no maps", call, g)
		}
		x = append(x, maps...)
		for range maps {
			design = append(design, []float64{float64(g)})
		}
	}
	if len(groups) < 2 || len(x) <= len(groups) {
		return nil, fmt.Errorf("stats: %s: %d groups and %d maps; two groups or more are needed, and more maps than groups", call, len(groups), len(x))
	}
	for g := range len(groups) - 1 {
		in := make([]float64, len(x))
		for i := range in {
			if design[i][0] == float64(g) {
				in[i] = 1
			}
		}
		tested = append(tested, in)
	}
	o.OneSided = true
	return clusters(call, "one-way F test", x, near, o, constants(len(x)), tested, float64(len(groups)-1), Exchange{N: o.N, Seed: o.Seed}, design)
}

// ClusterCorrelation is ClusterOneSample for how the values of maps vary with y, one number
// for each map: the statistic is t = r √((n-2)/(1-r²)) of Pearson's correlation, and the
// numbers change places.
func ClusterCorrelation(x [][]float64, y []float64, near *Neighbours, o ClusterOptions) (*ClusterTest, error) {
	const call = "ClusterCorrelation"
	if len(x) != len(y) || len(x) < 3 {
		return nil, fmt.Errorf("stats: %s: %d maps and %d numbers; as many are needed, three or more", call, len(x), len(y))
	}
	design := make([][]float64, len(y))
	for i, v := range y {
		if v-v != 0 {
			return nil, fmt.Errorf("stats: %s: y[%d] is %g; it must be finite", call, i, v)
		}
		design[i] = []float64{v}
	}
	return clusters(call, "correlation", x, near, o, constants(len(x)), [][]float64{y}, 0, Exchange{N: o.N, Seed: o.Seed}, design)
}

func constants(n int) [][]float64 {
	one := make([]float64, n)
	for i := range one {
		one[i] = 1
	}
	return [][]float64{one}
}

// clusters tests the columns tested of a linear model beside the columns rest.
func clusters(call, name string, x [][]float64, near *Neighbours, o ClusterOptions, rest, tested [][]float64, df1 float64, e Exchange, design [][]float64) (*ClusterTest, error) {
	fail := func(format string, args ...any) (*ClusterTest, error) {
		return nil, fmt.Errorf("stats: "+call+": "+format, args...)
	}
	if err := o.check(); err != nil {
		return fail("%w", err)
	}
	if near == nil || near.Points() == 0 {
		return fail("near has no points; neighbours come from Chain and NewNeighbours")
	}
	if len(x) < 2 {
		return fail("there are %d maps; two or more are needed", len(x))
	}
	for i, row := range x {
		if len(row) != near.Points() {
			return fail("map %d has %d points and near %d; as many are needed", i, len(row), near.Points())
		}
		for k, v := range row {
			if v-v != 0 {
				return fail("map %d is %g at point %d; values must be finite", i, v, k)
			}
		}
	}
	var basis [][]float64
	for _, c := range rest {
		basis = maxstat.Extend(basis, c)
	}
	n := len(basis)
	for _, c := range tested {
		basis = maxstat.Extend(basis, c)
	}
	if len(basis) != n+len(tested) {
		return fail("what is tested does not vary over the maps")
	}
	df := float64(len(x) - len(basis))
	if df < 1 {
		return fail("%d maps leave no degrees of freedom for the error", len(x))
	}
	r, err := e.Draw(design)
	if err != nil {
		return fail("%w", err)
	}
	t := &ClusterTest{Name: name, Statistic: "t", DF1: df1, DF: df, By: o.By, N: r.N, Exact: r.All, Threshold: o.Threshold}
	s := &maxstat.Search{Maps: len(x), Rest: basis[:n], Tested: basis[n:], Centred: n > 0, Row: func(dst []float64, i, lo int) { copy(dst, x[i][lo:]) },
		Graph: near.graph(), OneSided: o.OneSided, DF: df, DF1: df1, Sum: true}
	switch {
	case df1 > 0:
		t.Statistic = "F"
		if t.Threshold == 0 {
			t.Threshold = dist.FQuantileSF(o.P, df1, df)
		}
	case t.Threshold != 0:
	case o.OneSided:
		t.Threshold = dist.StudentQuantileSF(o.P, df)
	default:
		t.Threshold = dist.StudentQuantileSF(o.P/2, df)
	}
	steps := r.N + 1
	if o.TFCE {
		t.By, t.Threshold, steps = "TFCE", 0, 2*steps
		s.Enhance = &maxstat.Enhance{E: o.E, H: o.H, Integral: true, OneSided: o.OneSided}
	}
	s.Threshold = t.Threshold
	s.Task = display.Start("stats."+call, "rearrangements", steps)
	defer s.Task.End()
	observed := s.Run(1, func(int) ([]int, []float64) { return maxstat.Unmoved(len(x)) }, true)
	null := s.Run(r.N, func(k int) ([]int, []float64) {
		a := r.At(k)
		return a.From, a.Sign
	}, false)
	if err := s.Task.Err(); err != nil {
		return fail("%w", err)
	}
	t.Values, t.TFCE = observed.Map0, observed.Enhanced
	size := func(v []float64) []float64 {
		out := slices.Clone(v)
		for i := range out {
			if !o.OneSided {
				out[i] = math.Abs(out[i])
			}
		}
		return out
	}
	t.PMax = PermutationP(size(t.Values), null.Max, r.All)
	switch t.By {
	case "TFCE":
		t.Null = null.TFCE
		t.P = PermutationP(size(t.TFCE), t.Null, r.All)
	case "mass":
		t.Null = null.Mass
	case "size":
		t.Null = null.Size
	}
	t.find(s.Graph, o.OneSided)
	return t, nil
}

// find makes the list of clusters.
func (t *ClusterTest) find(g *maxstat.Graph, oneSided bool) {
	list := maxstat.Beyond(t.Values, t.Threshold, !oneSided)
	if t.By == "TFCE" {
		list = list[:0]
		for i, p := range t.P {
			if p <= 0.05 {
				list = append(list, maxstat.Excess{Point: int32(i), Value: t.Values[i]})
			}
		}
	}
	var measure []float64
	maxstat.NewFinder(g).Clusters(list, func(members []int32, mass float64) {
		c := Cluster{}
		for _, i := range maxstat.Ascending(members) {
			c.Points = append(c.Points, int(i))
			if len(c.Points) == 1 || math.Abs(t.Values[i]) > math.Abs(t.Values[c.Peak]) {
				c.Peak = int(i)
			}
		}
		if c.Mass = mass; t.Values[c.Peak] < 0 {
			c.Mass = -mass
		}
		if t.By == "size" {
			mass = float64(len(members))
		}
		t.Clusters, measure = append(t.Clusters, c), append(measure, mass)
	})
	if t.By == "TFCE" {
		for k := range t.Clusters {
			c := &t.Clusters[k]
			c.P = 1
			for _, i := range c.Points {
				c.P = math.Min(c.P, t.P[i])
			}
		}
	} else {
		t.P = make([]float64, len(t.Values))
		for i := range t.P {
			t.P[i] = 1
		}
		for k, p := range PermutationP(measure, t.Null, t.Exact) {
			t.Clusters[k].P = p
			for _, i := range t.Clusters[k].Points {
				t.P[i] = p
			}
		}
	}
	slices.SortStableFunc(t.Clusters, func(a, b Cluster) int {
		switch {
		case a.P != b.P && a.P < b.P:
			return -1
		case a.P != b.P:
			return 1
		case math.Abs(a.Mass) > math.Abs(b.Mass):
			return -1
		case math.Abs(a.Mass) < math.Abs(b.Mass):
			return 1
		}
		return 0
	})
}

func (o *ClusterOptions) check() error {
	if o.P == 0 {
		o.P = 0.05
	}
	if o.By == "" {
		o.By = "mass"
	}
	if o.E == 0 {
		o.E = 0.5
	}
	if o.H == 0 {
		o.H = 2
	}
	switch {
	case !(o.Threshold >= 0) || math.IsInf(o.Threshold, 0):
		return fmt.Errorf("Threshold is %g; it must be above 0, or 0 for that of P", o.Threshold)
	case !(o.P > 0 && o.P < 0.5):
		return fmt.Errorf("P is %g; it must be above 0 and below 0.5", o.P)
	case o.By != "mass" && o.By != "size":
		return fmt.Errorf(`By is %q; allowed are "mass" and "size"`, o.By)
	case !(o.E > 0 && o.E <= 10) || !(o.H > 0 && o.H <= 10):
		return fmt.Errorf("E is %g and H is %g; both lie above 0 and up to 10", o.E, o.H)
	}
	return nil
}
