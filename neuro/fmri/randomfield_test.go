package fmri

import (
	"fmt"
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// TestEulerDensities holds the densities against nipy's.
func TestEulerDensities(t *testing.T) {
	var rows [][6]float64
	golden.JSON(t, golden.Path(t, "fmri/rft.json"), &rows)
	if len(rows) == 0 {
		t.Fatal("no reference values")
	}
	for _, r := range rows {
		df := r[1]
		if df < 0 {
			df = math.Inf(1)
		}
		got := eulerDensities(r[0], df)
		golden.Close(t, "densities", got[:], r[2:], 1e-10)
	}
}

// TestResels counts a box, whose resels are known: those of its sides, faces
// and volume between the centres of its voxels.
func TestResels(t *testing.T) {
	n := [3]int{5, 4, 7}
	got := resels([3]int{9, 9, 9}, func(x, y, z int) bool { return x < n[0] && y < n[1] && z < n[2] }, [3]float64{2, 3, 4})
	a, b, c := 4/2.0, 3/3.0, 6/4.0
	golden.Close(t, "resels", got[:], []float64{1, a + b + c, a*b + b*c + a*c, a * b * c}, 1e-14)
	flat := resels([3]int{9, 9, 1}, func(x, y, z int) bool { return x < 5 && y < 4 && z == 0 }, [3]float64{2, 3, 0})
	golden.Close(t, "resels of a slice", flat[:], []float64{1, a + b, a * b, 0}, 1e-14)
}

// smoothNoise returns maps of noise smoothed by a Gaussian kernel of a FWHM in
// voxels, of unit variance.
func smoothNoise(n int, grid [3]int, fwhm float64, seed uint64) []*nifti.Image {
	sigma := fwhm / math.Sqrt(8*math.Ln2)
	var maps []*nifti.Image
	for i := range n {
		maps = append(maps, smoothField(grid, sigma, rng.New(seed, uint64(i))))
	}
	return maps
}

// smoothField makes the noise on a larger grid, so that edges are like the
// middle.
func smoothField(grid [3]int, sigma float64, s *rng.Source) *nifti.Image {
	pad := int(math.Ceil(4 * sigma))
	big := [3]int{grid[0] + 2*pad, grid[1] + 2*pad, grid[2] + 2*pad}
	v := make([]float64, big[0]*big[1]*big[2])
	for k := range v {
		v[k] = s.Norm()
	}
	kernel, square := make([]float64, 2*pad+1), 0.0
	for j := range kernel {
		kernel[j] = 1
		if pad > 0 {
			d := float64(j - pad)
			kernel[j] = math.Exp(-d * d / (2 * sigma * sigma))
		}
		square += kernel[j] * kernel[j]
	}
	step := 1
	for d := range 3 {
		next := make([]float64, len(v))
		for k := range v {
			at := k / step % big[d]
			for j, w := range kernel {
				if p := at + j - pad; p >= 0 && p < big[d] {
					next[k] += w * v[k+(j-pad)*step]
				}
			}
			next[k] /= math.Sqrt(square)
		}
		v = next
		step *= big[d]
	}
	out := make([]float64, grid[0]*grid[1]*grid[2])
	for k := range out {
		x, y, z := k%grid[0]+pad, k/grid[0]%grid[1]+pad, k/(grid[0]*grid[1])+pad
		out[k] = v[(z*big[1]+y)*big[0]+x]
	}
	im, err := nifti.New(grid[:], [4][4]float64{{2, 0, 0, 0}, {0, 2, 0, 0}, {0, 0, 2, 0}, {3: 1}}, out)
	if err != nil {
		panic(err)
	}
	return im
}

// TestSmoothness finds the width of known kernels: within 3 %, which is three
// times the standard error of this much noise.
func TestSmoothness(t *testing.T) {
	for _, fwhm := range []float64{2, 4} {
		for _, n := range []int{6, 20} {
			g, err := FitGroup(smoothNoise(n, [3]int{24, 24, 20}, fwhm, 5), nil, OneSample(n), GroupOptions{})
			if err != nil {
				t.Fatal(err)
			}
			s, err := g.Smoothness()
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("FWHM %g voxels, %d maps: %.3f", fwhm, n, s.Voxels)
			for d := range 3 {
				if math.Abs(s.Voxels[d]-fwhm) > 0.05*fwhm || s.FWHM[d] != 2*s.Voxels[d] {
					t.Errorf("FWHM %g voxels, %d maps: %.3f voxels, %.3f mm along axis %d", fwhm, n, s.Voxels[d], s.FWHM[d], d)
				}
			}
		}
	}
}

// TestEulerDensitiesF holds the densities of F to nipy's, to those of t, whose square F
// is with one degree of freedom, and of χ² to those of F with many.
func TestEulerDensitiesF(t *testing.T) {
	var rows [][7]float64
	golden.JSON(t, golden.Path(t, "fmri/rft_f.json"), &rows)
	if len(rows) == 0 {
		t.Fatal("no reference values")
	}
	for _, r := range rows {
		df := r[2]
		if df < 0 {
			df = math.Inf(1)
		}
		got := eulerDensitiesF(r[0], r[1], df)
		golden.Close(t, fmt.Sprintf("densities at %g of F with %g and %g", r[0], r[1], df), got[:], r[3:], 1e-10)
	}
	for _, df := range []float64{4, 9, 30, 250, math.Inf(1)} {
		for _, v := range []float64{0.5, 1, 2.3, 3.1, 5, 8} {
			want := eulerDensities(v, df)
			got := eulerDensitiesF(v*v, 1, df)
			for d := range want {
				want[d] *= 2 // both signs of t
			}
			golden.Close(t, "densities of t²", got[:], want[:], 1e-10)
		}
	}
	for _, k := range []float64{1, 2, 3, 7} {
		for _, f := range []float64{0.3, 1, 4, 9} {
			got, want := eulerDensitiesF(f, k, math.Inf(1)), eulerDensitiesF(f, k, 1e7)
			golden.Close(t, "densities of χ²", got[:], want[:], 1e-4)
		}
	}
	if z := eulerDensitiesF(0, 3, 10); z != [4]float64{1} {
		t.Errorf("densities at 0: %v", z)
	}
}

// TestRandomFieldF: peaks and clusters of an F map of smooth noise are found not more
// often than the level says, and peaks in finely sampled noise not much less often.
func TestRandomFieldF(t *testing.T) {
	const sets, maps, level = 40, 15, 0.05
	group := make([]string, maps)
	for i := range group {
		group[i] = []string{"a", "b", "c"}[i%3]
	}
	d, err := GroupDesign(table.Table{Cols: []table.Col{{Name: "group", Text: group}}}, "group")
	if err != nil {
		t.Fatal(err)
	}
	peaks, clusters, euler, formed := 0, 0, 0.0, 0
	for k := range sets {
		g, err := FitGroup(smoothNoise(maps, [3]int{14, 13, 11}, 4, uint64(k)), nil, d, GroupOptions{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := g.RandomField("group", RandomFieldOptions{ClusterP: 0.001})
		if err != nil {
			t.Fatal(err)
		}
		if r.Map.F == nil || r.Map.DF1 != 2 || r.Clusters.Statistic != "F" {
			t.Fatalf("a map of %g and %g degrees of freedom, statistic %q", r.Map.DF1, r.Map.DF, r.Clusters.Statistic)
		}
		peak, cluster := 2.0, 2.0
		for _, c := range r.Clusters.Clusters {
			peak, cluster = min(peak, c.Peaks[0].P), min(cluster, c.PSize)
		}
		if peak <= level {
			peaks++
		}
		if cluster <= level {
			clusters++
		}
		formed += len(r.Clusters.Clusters)
		euler += r.Smoothness.expected(r.Clusters.Threshold, fieldOf(r.Map))
		if k == 0 {
			if f, err := r.Plot(0.05); err != nil || f == nil {
				t.Errorf("no figure: %v", err)
			}
		}
	}
	t.Logf("of %d: peaks %d, clusters %d; %d clusters formed, %.1f expected", sets, peaks, clusters, formed, euler)
	// 99 % of binomial counts lie up to 6 of 40. About half as many clusters are formed
	// on a grid four times finer than the noise as in the field between its voxels; their
	// number has a standard deviation of some 25 %.
	if peaks > 6 || clusters > 6 {
		t.Errorf("%d peaks and %d clusters in %d data sets of noise", peaks, clusters, sets)
	}
	if ratio := float64(formed) / euler; ratio < 0.25 || ratio > 1.1 {
		t.Errorf("%d clusters where %.1f are expected", formed, euler)
	}
}
