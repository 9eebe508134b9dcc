package connectivity

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

func flat(x [][]float64) []float64 {
	var out []float64
	for _, row := range x {
		out = append(out, row...)
	}
	return out
}

func TestPeer(t *testing.T) {
	var cases []struct {
		Name     string
		Series   [][][]float64
		Matrices []struct {
			Kind, Covariance string
			Mean, Lower      [][]float64
			Off              []float64 `json:"off_diagonal"`
		}
	}
	golden.JSON(t, golden.Path(t, "connectivity/matrices.json"), &cases)
	compared := 0
	for _, c := range cases {
		for _, want := range c.Matrices {
			name := fmt.Sprintf("%s: %s, %s", c.Name, want.Kind, want.Covariance)
			o := Options{Covariance: want.Covariance, Tolerance: 1e-14}
			g, err := FitGroup(c.Series, want.Kind, o)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			const tol = 1e-10
			golden.Close(t, name+", mean", flat(g.Mean.W), flat(want.Mean), tol)
			for k, m := range g.Subjects {
				golden.Close(t, fmt.Sprintf("%s, person %d", name, k), m.Vector(true), want.Lower[k], tol)
				if want.Kind != "tangent" {
					one, err := Matrix(c.Series[k], want.Kind, o)
					if err != nil || !reflect.DeepEqual(one, m) {
						t.Errorf("%s: person %d alone: %v, %v", name, k, one, err)
					}
				}
				again, err := g.Transform(c.Series[k])
				if err != nil || !reflect.DeepEqual(again, m) {
					t.Errorf("%s: person %d transformed: %v", name, k, err)
				}
				compared++
			}
			golden.Close(t, name+", without the diagonal", g.Subjects[0].Vector(false), want.Off, tol)
		}
	}
	if compared < 60 {
		t.Errorf("%d matrices were compared", compared)
	}
}

// TestSharedPeer compares with what nilearn's own settings give.
func TestSharedPeer(t *testing.T) {
	at := func(name string) string { return golden.Shared(t, "golden/imaging/conn_"+name+".npy") }
	shape, values := golden.NPY(t, at("ts"))
	series := make([][][]float64, shape[0])
	for k := range series {
		for range shape[1] {
			series[k] = append(series[k], values[:shape[2]])
			values = values[shape[2]:]
		}
	}
	for _, kind := range append([]string{"tangent"}, kinds...) {
		for _, estimator := range []string{"ledoit-wolf", "empirical"} {
			name := strings.ReplaceAll(kind, " ", "_")
			if estimator == "empirical" {
				if kind != "correlation" {
					continue
				}
				name += "_emp"
			}
			g, err := FitGroup(series, kind, Options{Covariance: estimator})
			if err != nil {
				t.Fatal(err)
			}
			var got []float64
			for _, m := range g.Subjects {
				got = append(got, flat(m.W)...)
			}
			_, want := golden.NPY(t, at(name))
			golden.Close(t, name, got, want, 1e-7)
			if kind == "tangent" {
				_, want := golden.NPY(t, at("tangent_mean"))
				golden.Close(t, "geometric mean", flat(g.Mean.W), want, 1e-7)
			}
		}
	}
}

// TestTangentMean: the mean logarithm in the tangent space at the geometric mean
// is 0, and of matrices that commute the mean is that of logarithms.
func TestTangentMean(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var all [][][]float64
	for range 6 {
		all = append(all, noise(r, 40, 9))
	}
	g, err := FitGroup(all, "tangent", Options{Tolerance: 1e-14})
	if err != nil {
		t.Fatal(err)
	}
	sum := make([]float64, 81)
	for _, m := range g.Subjects {
		for i, v := range flat(m.W) {
			sum[i] += v
		}
	}
	for i, v := range sum {
		if math.Abs(v) > 1e-11 {
			t.Fatalf("element %d of the mean is %g", i, v)
		}
	}
	one, err := geometricMean([][][]float64{{{2, 0}, {0, 9}}, {{8, 0}, {0, 1}}}, 1e-14, nil)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "mean of diagonals", flat(one), []float64{4, 0, 0, 3}, 1e-13)
}

func noise(r *rand.Rand, n, p int) [][]float64 {
	out := make([][]float64, n)
	for t := range out {
		out[t] = make([]float64, p)
		common := r.NormFloat64()
		for i := range out[t] {
			out[t][i] = 100 + r.NormFloat64() + common*float64(i%3)/2
		}
	}
	return out
}

func TestThreads(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	var all [][][]float64
	for range 5 {
		all = append(all, noise(r, 30, 12))
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first *Group
	for _, threads := range []int{1, 3} {
		runtime.GOMAXPROCS(threads)
		g, err := FitGroup(all, "tangent", Options{})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = g
		}
		if !reflect.DeepEqual(g, first) {
			t.Errorf("another result with %d threads", threads)
		}
	}
}

func TestErrors(t *testing.T) {
	good := [][]float64{{1, 2, 3}, {2, 1, 5}, {3, 5, 1}, {0, 4, 4}}
	change := func(i, j int, v float64) [][]float64 {
		out := make([][]float64, len(good))
		for t := range out {
			out[t] = slices.Clone(good[t])
		}
		out[i][j] = v
		return out
	}
	constant := change(0, 1, 7)
	for t := range constant {
		constant[t][1] = 7.3
	}
	for _, c := range []struct {
		series [][]float64
		kind   string
		o      Options
		want   string
	}{
		{nil, "", Options{}, "connectivity: Matrix: series is empty; it holds a row of one value per region for each volume"},
		{good[:1], "", Options{}, "connectivity: Matrix: series has 1 volume; two or more are needed"},
		{append(slices.Clone(good), []float64{1}), "", Options{}, "connectivity: Matrix: series[4] has 1 regions and series[0] has 3; all volumes must have the same number"},
		{change(2, 1, math.NaN()), "", Options{Names: []string{"a", "b", "c"}}, "connectivity: Matrix: series[2][1] is NaN, of region 1 (b); values must be finite and at most 1e100 in size"},
		{constant, "covariance", Options{}, "connectivity: Matrix: region 1 is 7.3 in all volumes; a time course that does not vary has no connections, leave it out"},
		{good, "coherence", Options{}, `connectivity: Matrix: kind is "coherence"; allowed are ["correlation" "partial correlation" "covariance" "precision"]`},
		{good, "", Options{Covariance: "oas"}, `connectivity: Matrix: Covariance is "oas"; allowed are "ledoit-wolf", "empirical" and "graphical lasso"`},
		{good, "", Options{Names: []string{"a"}}, "connectivity: Matrix: 1 names for 3 regions; there must be as many"},
		{good[:3], "precision", Options{Covariance: "empirical"}, `connectivity: Matrix: the covariance of 3 regions over 3 volumes cannot be inverted: region 2 follows from those before it; Covariance "ledoit-wolf" gives one that can`},
	} {
		if _, err := Matrix(c.series, c.kind, c.o); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	for _, c := range []struct {
		series [][][]float64
		kind   string
		want   string
	}{
		{nil, "tangent", "series is empty"},
		{[][][]float64{good}, "tangent", "series has 1 person"},
		{[][][]float64{good, change(0, 0, math.Inf(1))}, "tangent", "person 1: series[0][0] is +Inf"},
		{[][][]float64{good, {{1, 2}, {2, 1}}}, "", "person 1 has 2 regions and person 0 has 3"},
		{[][][]float64{good, good}, "phase", `kind is "phase"`},
	} {
		if _, err := FitGroup(c.series, c.kind, Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	g, err := FitGroup([][][]float64{good, good}, "tangent", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Transform([][]float64{{1, 2}, {2, 1}}); err == nil || !strings.Contains(err.Error(), "series has 2 regions and the group has 3") {
		t.Error(err)
	}
	m, _ := Matrix(good, "covariance", Options{})
	if _, err := m.Fisher(); err == nil {
		t.Error("Fisher z of covariances")
	}
	if _, err := m.Take(0, 0); err == nil {
		t.Error("a region twice")
	}
}

// TestGraphicalLasso: what scikit-learn finds, and the optimum's own conditions: W -
// S is alpha times the sign of P where P is not 0, and no larger elsewhere.
func TestGraphicalLasso(t *testing.T) {
	var cases []struct {
		Name       string
		Series     [][]float64
		Alpha      float64
		Covariance [][]float64
		Precision  [][]float64
	}
	golden.JSON(t, golden.Path(t, "connectivity/lasso.json"), &cases)
	for _, c := range cases {
		o := Options{Covariance: "graphical lasso", Alpha: c.Alpha}
		w, err := Matrix(c.Series, "covariance", o)
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		p, err := Matrix(c.Series, "precision", o)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, c.Name+", covariance", flat(w.W), flat(c.Covariance), 1e-6)
		golden.Close(t, c.Name+", precision", flat(p.W), flat(c.Precision), 1e-6)
		s, _ := Matrix(c.Series, "covariance", Options{Covariance: "empirical"})
		one := linalg.Product(w.W, p.W)
		zeros := 0
		for i := range p.W {
			one[i][i]--
			for j, v := range p.W[i] {
				if math.Abs(one[i][j]) > 1e-9 {
					t.Fatalf("%s: W P is off by %g at %d, %d", c.Name, one[i][j], i, j)
				}
				d := w.W[i][j] - s.W[i][j]
				switch {
				case i == j:
					d = 0
				case v != 0:
					d -= math.Copysign(c.Alpha, v)
				default:
					zeros++
					d = max(0, math.Abs(d)-c.Alpha)
				}
				if math.Abs(d) > 1e-10*s.W[i][i] {
					t.Fatalf("%s: at %d, %d the gradient is %g", c.Name, i, j, d)
				}
			}
		}
		if zeros == 0 && len(p.W) > 2 {
			t.Errorf("%s: nothing is 0", c.Name)
		}
	}
	if _, err := Matrix(cases[0].Series, "", Options{Covariance: "graphical lasso", Alpha: -1}); err == nil || !strings.Contains(err.Error(), "Alpha is -1") {
		t.Error(err)
	}
}

func TestFisherZ(t *testing.T) {
	for _, r := range []float64{-1, -0.999, -0.5, -1e-9, 0, 1e-300, 0.3, 0.99999, 1, 1.5} {
		got, want := FisherZ(r), math.Atanh(r)
		if !(math.Abs(got-want) <= 1e-14*math.Abs(want)) && !(math.IsNaN(got) && math.IsNaN(want)) && got != want {
			t.Errorf("FisherZ(%g) = %g, want %g", r, got, want)
		}
	}
	m := &Connectome{Kind: "correlation", W: [][]float64{{1, 0.5}, {0.5, 1}}, Names: []string{"a", "b"}}
	z, err := m.Fisher()
	if err != nil || z.W[0][0] != 0 || z.W[1][0] != FisherZ(0.5) || m.W[0][0] != 1 {
		t.Error(z, err)
	}
}

// TestOrdered brings two networks together whose regions alternate, and keeps the
// matrix's elements.
func TestOrdered(t *testing.T) {
	const n = 11
	w := make([][]float64, n)
	m := &Connectome{Kind: "correlation", W: w}
	for i := range w {
		w[i] = make([]float64, n)
		m.Names = append(m.Names, fmt.Sprintf("%c%d", 'a'+i%2, i))
		for j := range w[i] {
			if i%2 == j%2 {
				w[i][j] = 0.5 + 0.01*float64((i*j)%7)
			}
		}
	}
	o := m.Ordered()
	changes := 0
	for i := 1; i < n; i++ {
		if o.Names[i][0] != o.Names[i-1][0] {
			changes++
		}
	}
	if changes != 1 {
		t.Errorf("order %v", o.Names)
	}
	for i := range n {
		for j := range n {
			var a, b int
			fmt.Sscanf(o.Names[i][1:], "%d", &a)
			fmt.Sscanf(o.Names[j][1:], "%d", &b)
			if o.W[i][j] != w[a][b] {
				t.Fatalf("%s and %s: %g, want %g", o.Names[i], o.Names[j], o.W[i][j], w[a][b])
			}
		}
	}
	one := (&Connectome{W: [][]float64{{1}}, Names: []string{"x"}}).Ordered()
	if !slices.Equal(one.Names, []string{"x"}) {
		t.Error(one.Names)
	}
}

func TestEdges(t *testing.T) {
	m := &Connectome{Kind: "correlation", W: [][]float64{{1, 0.2, -0.9}, {0.2, 1, 0.5}, {-0.9, 0.5, 1}}, Names: []string{"a", "b", "c"}}
	e := m.Edges(2)
	if !slices.Equal(e.Cols[0].Text, []string{"a", "b"}) || !slices.Equal(e.Cols[1].Text, []string{"c", "c"}) || !slices.Equal(e.Cols[2].Num, []float64{-0.9, 0.5}) {
		t.Error(e)
	}
}

var grid = [4][4]float64{{3, 0, 0, 0}, {0, 3, 0, 0}, {0, 0, 3, 0}, {0, 0, 0, 1}}

func TestSeedMap(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	const n, voxels = 37, 7 * 6 * 5
	values := make([]float64, voxels*n)
	seed := make([]float64, n)
	for k := range n {
		seed[k] = 50 + r.NormFloat64()
		for v := range voxels {
			values[k*voxels+v] = 1000 + r.NormFloat64() + seed[k]*float64(v%5-2)
		}
		values[k*voxels+11] = 800
		values[k*voxels+13] = math.NaN()
	}
	in := make([]float64, voxels)
	for v := range in {
		in[v] = 1
	}
	in[13], in[17] = 0, 0
	im, err := nifti.New([]int{7, 6, 5, n}, grid, values)
	if err != nil {
		t.Fatal(err)
	}
	mask, err := nifti.New([]int{7, 6, 5}, grid, in)
	if err != nil {
		t.Fatal(err)
	}
	m, err := SeedMap(im, mask, seed)
	if err != nil {
		t.Fatal(err)
	}
	if m.Constant != 1 || len(m.R) != voxels-2 {
		t.Errorf("%d voxels, %d constant", len(m.R), m.Constant)
	}
	ms := 0.0
	for _, v := range seed {
		ms += v / n
	}
	for i, v := range m.Voxels {
		mean := 0.0
		for k := range n {
			mean += values[k*voxels+v] / n
		}
		var xy, xx, yy float64
		for k := range n {
			a, b := values[k*voxels+v]-mean, seed[k]-ms
			xy, xx, yy = xy+a*b, xx+a*a, yy+b*b
		}
		want := xy / math.Sqrt(xx*yy)
		if v == 11 {
			want = 0
		}
		if math.Abs(m.R[i]-want) > 1e-12 || math.Abs(m.Z[i]-math.Atanh(want)) > 1e-9 {
			t.Errorf("voxel %d: r = %g, z = %g, want %g", v, m.R[i], m.Z[i], want)
		}
		if got := m.Image("r").At(v%7, v/7%6, v/42, 0); got != m.R[i] {
			t.Errorf("voxel %d: %g in the image, want %g", v, got, m.R[i])
		}
	}
	for _, c := range []struct {
		want string
		run  func() error
	}{
		{"seed has 3 values and im has 37 volumes", func() error { _, err := SeedMap(im, mask, seed[:3]); return err }},
		{"does not vary", func() error { _, err := SeedMap(im, mask, make([]float64, n)); return err }},
		{"voxel (6, 1, 0) of volume 0 is NaN", func() error {
			all := slices.Clone(in)
			all[13] = 1
			mask, _ := nifti.New([]int{7, 6, 5}, grid, all)
			_, err := SeedMap(im, mask, seed)
			return err
		}},
		{"mask has no voxels", func() error { _, err := SeedMap(im, nil, seed); return err }},
		{"mask has 37 volumes", func() error { _, err := SeedMap(im, im, seed); return err }},
	} {
		if err := c.run(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

func TestShow(t *testing.T) {
	m, err := Matrix(noise(rand.New(rand.NewPCG(1, 2)), 20, 4), "", Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := m.Show()
	if text, _ := b.Data[display.TypeText].(string); !strings.HasPrefix(text, "correlation of 4 regions over 20 volumes, shrinkage 0.") {
		t.Error(text)
	}
}
