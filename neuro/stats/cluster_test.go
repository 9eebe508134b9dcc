package stats_test

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

// wave is what clusters.py has too.
func wave(i, k int) float64 {
	a, b := float64(i), float64(k)
	return math.Sin(1.7*a+0.9*b*(a+1)) + 0.7*math.Sin(0.11*b) + 0.3*math.Cos(2.3*a*b)
}

func waves(n, points, first int, shift float64) [][]float64 {
	x := make([][]float64, n)
	for i := range x {
		x[i] = make([]float64, points)
		for k := range x[i] {
			d := float64(k-40) / 12
			x[i][k] = wave(first+i, k) + shift*math.Exp(-d*d)
		}
	}
	return x
}

type wantClusters struct {
	Values   []float64
	Clusters []struct {
		Points []int
		Mass   float64
		P      *float64
	}
}

func compare(t *testing.T, name string, got *stats.ClusterTest, err error, want wantClusters) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if len(got.Values) != len(want.Values) {
		t.Fatalf("%s: %d values, want %d", name, len(got.Values), len(want.Values))
	}
	for k, v := range want.Values {
		if math.Abs(got.Values[k]-v) > 1e-10*math.Max(1, math.Abs(v)) {
			t.Errorf("%s: value %d is %.15g, want %.15g", name, k, got.Values[k], v)
		}
	}
	if len(want.Clusters) == 0 && strings.HasPrefix(name, "correlation") {
		return
	}
	if len(got.Clusters) != len(want.Clusters) {
		t.Fatalf("%s: %d clusters, want %d", name, len(got.Clusters), len(want.Clusters))
	}
	for _, w := range want.Clusters {
		at := slices.IndexFunc(got.Clusters, func(c stats.Cluster) bool { return slices.Equal(c.Points, w.Points) })
		if at < 0 {
			t.Errorf("%s: no cluster of %v", name, w.Points)
			continue
		}
		c := got.Clusters[at]
		if math.Abs(c.Mass-w.Mass) > 1e-10*math.Abs(w.Mass) {
			t.Errorf("%s: mass %.15g, want %.15g", name, c.Mass, w.Mass)
		}
		if w.P != nil && math.Abs(c.P-*w.P) > 1e-12 {
			t.Errorf("%s: p is %.15g, want %.15g", name, c.P, *w.P)
		}
		if w.P != nil && !got.Exact {
			t.Errorf("%s: %d rearrangements are not all", name, got.N)
		}
	}
}

// TestClustersMNE wants the statistics, clusters, masses and exact p of MNE.
func TestClustersMNE(t *testing.T) {
	var want map[string]wantClusters
	golden.JSON(t, golden.Path(t, "stats/clusters.json"), &want)
	for _, points := range []int{1, 7, 100} {
		name := fmt.Sprintf("one %d", points)
		got, err := stats.ClusterOneSample(waves(8, points, 0, 0), stats.Chain(points), stats.ClusterOptions{})
		compare(t, name, got, err, want[name])
		zero := make([][]float64, 8)
		for i := range zero {
			zero[i] = make([]float64, points)
		}
		got, err = stats.ClusterPaired(waves(8, points, 0, 0), zero, stats.Chain(points), stats.ClusterOptions{})
		compare(t, name, got, err, want[name])
	}
	got, err := stats.ClusterOneSample(waves(9, 100, 0, 0), stats.Chain(100), stats.ClusterOptions{OneSided: true, Threshold: 1.2})
	compare(t, "one-sided 100", got, err, want["one-sided 100"])
	got, err = stats.ClusterOneSample(waves(7, 180, 0, 0), stats.Chain(12).Across(stats.Chain(15)), stats.ClusterOptions{})
	compare(t, "grid 12 15", got, err, want["grid 12 15"])

	near := make([][]int, 10)
	for i := range near {
		near[i] = []int{(i + 1) % 10}
	}
	near[0] = append(near[0], 5)
	ring, err := stats.NewNeighbours(near)
	if err != nil {
		t.Fatal(err)
	}
	points := ring.Across(stats.Chain(20))
	a, b, c := waves(6, 200, 0, 0), waves(7, 200, 20, 1), waves(5, 200, 40, -0.5)
	got, err = stats.ClusterANOVA([][][]float64{a, b}, points, stats.ClusterOptions{N: 50})
	compare(t, "F of two groups", got, err, want["F of two groups"])
	got, err = stats.ClusterANOVA([][][]float64{a, b, c}, points, stats.ClusterOptions{N: 50, Threshold: 3})
	compare(t, "F of three groups", got, err, want["F of three groups"])
	got, err = stats.ClusterTwoSample(a, b, points, stats.ClusterOptions{N: 50, Threshold: 2})
	compare(t, "t of two groups", got, err, want["t of two groups"])
	got, err = stats.ClusterTwoSample(waves(4, 60, 0, 0), waves(4, 60, 20, 2), stats.Chain(60), stats.ClusterOptions{Threshold: 2})
	compare(t, "two groups of 4", got, err, want["two groups of 4"])

	y := make([]float64, 9)
	for i := range y {
		y[i] = math.Sin(3 * float64(i))
	}
	got, err = stats.ClusterCorrelation(waves(9, 100, 0, 0), y, stats.Chain(100), stats.ClusterOptions{N: 20})
	compare(t, "correlation", got, err, want["correlation"])
}

// noise returns maps without an effect that are smooth over their points.
func noise(seed uint64, n, points int) [][]float64 {
	x := make([][]float64, n)
	for i := range x {
		s := rng.New(seed, uint64(i))
		x[i] = make([]float64, points)
		v := 0.0
		for k := range x[i] {
			v = float64(0.8*v) + s.Norm()
			x[i][k] = v
		}
	}
	return x
}

// TestClustersNull counts false findings in data without an effect: about 1 in 20, as the
// binomial distribution has it.
func TestClustersNull(t *testing.T) {
	const sets = 200
	near := stats.Chain(50)
	for name, f := range map[string]func(k uint64) (*stats.ClusterTest, error){
		"signs": func(k uint64) (*stats.ClusterTest, error) {
			return stats.ClusterOneSample(noise(k, 9, 50), near, stats.ClusterOptions{N: 199, Seed: k})
		},
		"size": func(k uint64) (*stats.ClusterTest, error) {
			return stats.ClusterOneSample(noise(k, 9, 50), near, stats.ClusterOptions{N: 199, Seed: k, By: "size"})
		},
		"TFCE": func(k uint64) (*stats.ClusterTest, error) {
			return stats.ClusterOneSample(noise(k, 9, 50), near, stats.ClusterOptions{N: 199, Seed: k, TFCE: true})
		},
		"groups": func(k uint64) (*stats.ClusterTest, error) {
			return stats.ClusterANOVA([][][]float64{noise(k, 5, 50), noise(k+1000, 6, 50), noise(k+2000, 4, 50)}, near, stats.ClusterOptions{N: 199, Seed: k})
		},
		"correlation": func(k uint64) (*stats.ClusterTest, error) {
			y := make([]float64, 10)
			for i := range y {
				y[i] = float64(i * i)
			}
			return stats.ClusterCorrelation(noise(k, 10, 50), y, near, stats.ClusterOptions{N: 199, Seed: k})
		},
	} {
		found := 0
		for k := range uint64(sets) {
			r, err := f(k)
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(r.P, func(p float64) bool { return p <= 0.05 }) {
				found++
			}
		}
		// 2 to 19 of 200 are within 99.8 % of the binomial distribution of 0.05
		if found < 2 || found > 19 {
			t.Errorf("%s: %d of %d data sets without an effect have clusters with p up to 0.05", name, found, sets)
		}
	}
}

// TestClustersFind wants an effect to be found where it is, the same on any number of
// processors.
func TestClustersFind(t *testing.T) {
	x := noise(5, 16, 300)
	for i := range x {
		for k := 100; k < 140; k++ {
			x[i][k] += 2
		}
		for k := 200; k < 230; k++ {
			x[i][k] -= 2.5
		}
	}
	var first string
	for _, threads := range []int{1, 2, 7} {
		before := runtime.GOMAXPROCS(threads)
		var all string
		for _, o := range []stats.ClusterOptions{{N: 500}, {N: 500, By: "size"}, {N: 100, TFCE: true}} {
			r, err := stats.ClusterOneSample(x, stats.Chain(300), o)
			if err != nil {
				t.Fatal(err)
			}
			all += fmt.Sprintf("%x %x %x\n", r.Values, r.P, r.Null)
			for _, at := range []int{120, 215} {
				if r.P[at] > 0.01 || r.PMax[at] > 0.05 || r.P[20] <= 0.05 {
					t.Errorf("%s: p %g at %d, %g by the largest, %g elsewhere", r.By, r.P[at], at, r.PMax[at], r.P[20])
				}
			}
			if c := r.Clusters[0]; c.P > 0.01 || !strings.Contains(r.Show().Text(), "largest t") {
				t.Errorf("%+v\n%s", c, r.Show().Text())
			}
		}
		if first == "" {
			first = all
		}
		if all != first {
			t.Errorf("%d threads: other bits", threads)
		}
		runtime.GOMAXPROCS(before)
	}
}

func TestNeighbours(t *testing.T) {
	n, err := stats.NewNeighbours([][]int{{1, 1, 0}, {}, {0}})
	if err != nil || fmt.Sprint(n.Of(0), n.Of(1), n.Of(2)) != "[1 2] [0] [0]" {
		t.Errorf("%v %v", n, err)
	}
	if _, err := stats.NewNeighbours([][]int{{3}}); err == nil || !strings.Contains(err.Error(), "near[0] holds 3") {
		t.Error(err)
	}
	// 1 at times 0 and 1 touches 0 at the same times, and itself
	a := n.Across(stats.Chain(2))
	if a.Points() != 6 || fmt.Sprint(a.Of(2), a.Of(0)) != "[0 3] [1 2 4]" {
		t.Errorf("%v %v", a.Of(2), a.Of(0))
	}
	if stats.Chain(1).Points() != 1 || len(stats.Chain(1).Of(0)) != 0 || stats.Chain(0).Points() != 0 {
		t.Error("chains of one and none")
	}
}

func TestClusterErrors(t *testing.T) {
	x := noise(1, 6, 20)
	near := stats.Chain(20)
	for _, c := range []struct {
		text string
		err  func() (*stats.ClusterTest, error)
	}{
		{"P is 0.7", func() (*stats.ClusterTest, error) {
			return stats.ClusterOneSample(x, near, stats.ClusterOptions{P: 0.7})
		}},
		{"Threshold is -1", func() (*stats.ClusterTest, error) {
			return stats.ClusterOneSample(x, near, stats.ClusterOptions{Threshold: -1})
		}},
		{`By is "weight"`, func() (*stats.ClusterTest, error) {
			return stats.ClusterOneSample(x, near, stats.ClusterOptions{By: "weight"})
		}},
		{"H is 20", func() (*stats.ClusterTest, error) {
			return stats.ClusterOneSample(x, near, stats.ClusterOptions{TFCE: true, H: 20})
		}},
		{"near has no points", func() (*stats.ClusterTest, error) { return stats.ClusterOneSample(x, nil, stats.ClusterOptions{}) }},
		{"map 0 has 20 points and near 3", func() (*stats.ClusterTest, error) {
			return stats.ClusterOneSample(x, stats.Chain(3), stats.ClusterOptions{})
		}},
		{"there are 1 maps", func() (*stats.ClusterTest, error) {
			return stats.ClusterOneSample(x[:1], near, stats.ClusterOptions{})
		}},
		{"a has 6 maps and b 5", func() (*stats.ClusterTest, error) {
			return stats.ClusterPaired(x, x[:5], near, stats.ClusterOptions{})
		}},
		{"a has 6 maps and b 0", func() (*stats.ClusterTest, error) {
			return stats.ClusterTwoSample(x, nil, near, stats.ClusterOptions{})
		}},
		{"group 1 has no maps", func() (*stats.ClusterTest, error) {
			return stats.ClusterANOVA([][][]float64{x, {}}, near, stats.ClusterOptions{})
		}},
		{"1 groups", func() (*stats.ClusterTest, error) {
			return stats.ClusterANOVA([][][]float64{x}, near, stats.ClusterOptions{})
		}},
		{"6 maps and 2 numbers", func() (*stats.ClusterTest, error) {
			return stats.ClusterCorrelation(x, []float64{1, 2}, near, stats.ClusterOptions{})
		}},
		{"does not vary", func() (*stats.ClusterTest, error) {
			return stats.ClusterCorrelation(x, make([]float64, 6), near, stats.ClusterOptions{})
		}},
		{"map 2 is NaN at point 7", func() (*stats.ClusterTest, error) {
			y := slices.Clone(x)
			y[2] = slices.Clone(y[2])
			y[2][7] = math.NaN()
			return stats.ClusterOneSample(y, near, stats.ClusterOptions{})
		}},
	} {
		if _, err := c.err(); err == nil || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%v; want %q", err, c.text)
		}
	}
}
