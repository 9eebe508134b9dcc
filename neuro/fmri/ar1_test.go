package fmri_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestAR1 holds coefficients, noise and variances against the root of the
// restricted likelihood's derivative with the whole correlation matrix. Inverses
// of matrices with correlations near 1 cost the peer some six digits of sixteen.
func TestAR1(t *testing.T) {
	var cases []struct {
		X       [][]float64
		Y       []float64
		Rho, S2 float64
		Beta    []float64
		Var     []float64
	}
	golden.JSON(t, golden.Path(t, "fmri/ar1.json"), &cases)
	for _, c := range cases {
		n, p := len(c.X), len(c.Beta)
		t.Run(fmt.Sprintf("%d volumes, %d regressors, rho %.3f", n, p, c.Rho), func(t *testing.T) {
			d := &fmri.Design{X: c.X, TR: 2}
			for j := range p {
				d.Names = append(d.Names, fmt.Sprintf("x%d", j))
			}
			g, err := fmri.Fit(image(t, []int{1, 1, 1, n}, grid, c.Y...), nil, d, fmri.GLMOptions{Noise: "ar1"})
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(g.Rho[0]-c.Rho) > 1e-9 {
				t.Errorf("rho %.12g, want %.12g", g.Rho[0], c.Rho)
			}
			golden.Close(t, "s2", g.Sigma2, []float64{c.S2}, 1e-8)
			for j := range p {
				golden.Close(t, d.Names[j], g.Beta[j], c.Beta[j:j+1], 1e-8)
				m, err := g.Contrast(d.Names[j])
				if err != nil {
					t.Fatal(err)
				}
				golden.Close(t, "variance of "+d.Names[j], m.Var, c.Var[j:j+1], 1e-8)
			}
		})
	}
}

// TestAR1Unbiased: over many series the coefficient of highest restricted
// likelihood is closer to the true one than that of the residuals, and a
// contrast without effect is rejected as often as it says.
func TestAR1Unbiased(t *testing.T) {
	const n, voxels, rho = 120, 2000, 0.5
	var events []fmri.Event
	for at := 10.0; at < 220; at += 20 {
		events = append(events, fmri.Event{Onset: at, Duration: 10, Type: "task"})
	}
	d, err := fmri.NewDesign(n, 2, events, fmri.DesignOptions{})
	if err != nil {
		t.Fatal(err)
	}
	values := make([]float64, n*voxels)
	state := uint64(1)
	normal := func() float64 { // twelve uniform numbers of a linear congruence
		s := -6.0
		for range 12 {
			state = state*6364136223846793005 + 1442695040888963407
			s += float64(state>>11) / (1 << 53)
		}
		return s
	}
	for v := range voxels {
		e := normal() / math.Sqrt(1-rho*rho)
		for i := range n {
			if i > 0 {
				e = rho*e + normal()
			}
			values[i*voxels+v] = 100 + e
		}
	}
	run := image(t, []int{voxels, 1, 1, n}, grid, values...)
	rejected := map[string]float64{}
	mean := map[string]float64{}
	for _, noise := range []string{"ols", "ar1", "ar1-nilearn"} {
		g, err := fmri.Fit(run, nil, d, fmri.GLMOptions{Noise: noise})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range g.Rho {
			mean[noise] += r / voxels
		}
		m, err := g.Contrast("task")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range m.P {
			if p < 0.05 {
				rejected[noise] += 1.0 / voxels
			}
		}
	}
	t.Logf("mean coefficient %v of %g, rejected at 0.05: %v", mean, rho, rejected)
	// The mean of 2000 estimates with a spread of 0.09 is known to 0.002, a
	// rate of 0.05 to 0.005 (twice that is allowed, and some for t with
	// estimated correlations).
	if math.Abs(mean["ar1"]-rho) > 0.02 || !(mean["ar1-nilearn"] < mean["ar1"]-0.03) {
		t.Errorf("mean coefficients %v of %g", mean, rho)
	}
	if math.Abs(rejected["ar1"]-0.05) > 0.015 || !(rejected["ols"] > 0.08) {
		t.Errorf("rejected without an effect: %v", rejected)
	}
}

// TestAR1Degenerate: constant voxels, exact fits and random walks give finite
// results.
func TestAR1Degenerate(t *testing.T) {
	const n = 30
	x := make([][]float64, n)
	var flat, exact, walk []float64
	sum := 0.0
	for i := range x {
		x[i] = []float64{float64(i * i % 11), 1}
		flat, exact = append(flat, 7), append(exact, 5+3*x[i][0])
		sum += float64(i*i*i%17) - 8
		walk = append(walk, sum)
	}
	var values []float64
	for i := range x {
		values = append(values, flat[i], exact[i], walk[i])
	}
	g, err := fmri.Fit(image(t, []int{3, 1, 1, n}, grid, values...), nil, &fmri.Design{Names: []string{"a", "constant"}, X: x, TR: 1}, fmri.GLMOptions{Noise: "ar1"})
	if err != nil {
		t.Fatal(err)
	}
	m, err := g.Contrast("a")
	if err != nil {
		t.Fatal(err)
	}
	if m.T[0] != 0 || g.Rho[0] != 0 {
		t.Errorf("a constant voxel: t %g, rho %g", m.T[0], g.Rho[0])
	}
	if math.Abs(m.Effect[1]-3) > 1e-12 || math.IsNaN(m.T[1]) {
		t.Errorf("an exact fit: effect %g, t %g", m.Effect[1], m.T[1])
	}
	if !(math.Abs(g.Rho[2]) <= 0.999) || !(m.Var[2] > 0) {
		t.Errorf("a walk: rho %g, variance %g", g.Rho[2], m.Var[2])
	}
}

// TestAR1Tail: in blocks, where the correlation matters most, p-values far in the
// tail err about as often as they say; those with the degrees of freedom of the
// residuals err too often.
func TestAR1Tail(t *testing.T) {
	const n, voxels, rho, level = 120, 20000, 0.5, 0.001
	var events []fmri.Event
	for at := 10.0; at < 220; at += 40 {
		events = append(events, fmri.Event{Onset: at, Duration: 20, Type: "task"})
	}
	d, err := fmri.NewDesign(n, 2, events, fmri.DesignOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	values := make([]float64, n*voxels)
	for v := range voxels {
		e := r.NormFloat64()
		for i := range n {
			if i > 0 {
				e = rho*e + math.Sqrt(1-rho*rho)*r.NormFloat64()
			}
			values[i*voxels+v] = e
		}
	}
	run := image(t, []int{voxels, 1, 1, n}, grid, values...)
	count := func(df string) (m *fmri.Map, wrong int) {
		g, err := fmri.Fit(run, nil, d, fmri.GLMOptions{Noise: "ar1", DF: df})
		if err != nil {
			t.Fatal(err)
		}
		if m, err = g.Contrast("task"); err != nil {
			t.Fatal(err)
		}
		for _, p := range m.P {
			if math.Min(p, 1-p) < level {
				wrong++
			}
		}
		return m, wrong
	}
	m, wrong := count("")
	plain, often := count("residual")
	t.Logf("%d and, with those of the residuals, %d of %d; %g expected", wrong, often, voxels, 2*level*voxels)
	if plain.VoxelDF != nil || len(m.VoxelDF) != voxels {
		t.Error("VoxelDF are there without being asked for, or not there")
	}
	for i, df := range m.VoxelDF {
		if !(df > 1 && df <= m.DF) || m.T[i] != plain.T[i] {
			t.Fatalf("voxel %d: %g degrees of freedom, of the residuals %g; t %g and %g", i, df, m.DF, m.T[i], plain.T[i])
		}
	}
	// 40 are expected, with a spread of 6; 1.2 times as many are allowed for what
	// is approximate.
	if wrong < 22 || wrong > 66 || often < 70 {
		t.Errorf("%d false findings and %d; expected 40 and more than 70", wrong, often)
	}
	both, err := fmri.FixedEffects([]*fmri.Map{m, m}, false)
	if err != nil {
		t.Fatal(err)
	}
	mixed, err := fmri.FixedEffects([]*fmri.Map{m, plain}, true)
	if err != nil {
		t.Fatal(err)
	}
	for i, df := range m.VoxelDF {
		if math.Abs(both.VoxelDF[i]-2*df) > 1e-9*df {
			t.Fatalf("voxel %d: two runs with %g degrees of freedom have %g together", i, df, both.VoxelDF[i])
		}
		if want := 4 / (1/df + 1/m.DF); math.Abs(mixed.VoxelDF[i]-want) > 1e-9*want {
			t.Fatalf("voxel %d: runs with %g and %g degrees of freedom have %g together", i, df, m.DF, mixed.VoxelDF[i])
		}
	}
}

// TestAR1F: the degrees of freedom of an F of one combination are those of its t, do
// not depend on how combinations are written, and make p-values of several hold in
// the tail.
func TestAR1F(t *testing.T) {
	const n, voxels, level = 120, 8000, 0.002
	var events []fmri.Event
	for at := 10.0; at < 220; at += 30 {
		events = append(events, fmri.Event{Onset: at, Duration: 10, Type: string('a' + rune(int(at)/30%2))})
	}
	d, err := fmri.NewDesign(n, 2, events, fmri.DesignOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 8))
	values := make([]float64, n*voxels)
	for v := range voxels {
		e := r.NormFloat64()
		for i := range n {
			if i > 0 {
				e = 0.6*e + 0.8*r.NormFloat64()
			}
			values[i*voxels+v] = e
		}
	}
	run := image(t, []int{voxels, 1, 1, n}, grid, values...)
	fit := func(df string, contrasts ...string) *fmri.Map {
		t.Helper()
		g, err := fmri.Fit(run, nil, d, fmri.GLMOptions{Noise: "ar1", DF: df})
		if err != nil {
			t.Fatal(err)
		}
		if len(contrasts) == 0 {
			m, err := g.Contrast("a - b")
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		m, err := g.FContrast(contrasts...)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	one, alone := fit("", "a - b"), fit("")
	golden.Close(t, "of one combination", one.VoxelDF, alone.VoxelDF, 1e-12)
	both, other := fit("", "a", "b"), fit("", "a + b", "a - b")
	golden.Close(t, "written otherwise", both.VoxelDF, other.VoxelDF, 1e-9)
	count := func(m *fmri.Map) (wrong int) {
		for _, p := range m.P {
			if p < level {
				wrong++
			}
		}
		return wrong
	}
	wrong, often := count(both), count(fit("residual", "a", "b"))
	t.Logf("%d and, with those of the residuals, %d of %d; %g expected", wrong, often, voxels, level*voxels)
	for i, df := range both.VoxelDF {
		if !(df > 2 && df < both.DF) {
			t.Fatalf("voxel %d: %g degrees of freedom", i, df)
		}
	}
	if wrong < 4 || wrong > 33 || often < 35 {
		t.Errorf("%d and %d false findings; 16 are expected, and more than 35", wrong, often)
	}
}
