package signal

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

type icaGolden struct {
	X, Whitening, W0 [][]float64
	Fastica          []struct {
		Algorithm, Fun string
		W              [][]float64
		Iterations     int
	}
	Default struct {
		W          [][]float64
		Iterations int
	}
	Like    struct{ Peaked, Sphere, Infomax, Extended, MNE, MNE_extended [][]float64 }
	Removed struct {
		Mixing, Unmixing, Sources, Clean [][]float64
		Mean                             []float64
	}
}

// sameRows wants each row of want among those of got, but for its sign.
func sameRows(t *testing.T, what string, got, want [][]float64, tol float64) {
	t.Helper()
	used := map[int]bool{}
	for i, w := range want {
		best, most := -1, 0.0
		for k, g := range got {
			if d := vec.DotBlock(g, w); math.Abs(d) > math.Abs(most) {
				best, most = k, d
			}
		}
		if used[best] {
			t.Errorf("%s: row %d of the result stands for two of the reference", what, best)
			continue
		}
		used[best] = true
		for j := range w {
			if d := math.Abs(math.Copysign(got[best][j], got[best][j]*math.Copysign(1, most)) - w[j]); !(d <= tol) {
				t.Errorf("%s: row %d, element %d: %g, want %g", what, i, j, got[best][j]*math.Copysign(1, most), w[j])
				return
			}
		}
	}
}

// TestICAAgainstPeers holds the matrices to those of scikit-learn, picard and MNE for the
// same start.
func TestICAAgainstPeers(t *testing.T) {
	var g icaGolden
	golden.JSON(t, golden.Path(t, "signal/ica.json"), &g)
	rotation := func(f *ICAFit, whitening [][]float64) [][]float64 { // of whitened signals
		w := make([][]float64, len(f.Unmixing))
		for i, row := range f.Unmixing {
			for _, p := range whitening {
				w[i] = append(w[i], vec.DotBlock(row, p)/vec.DotBlock(p, p))
			}
		}
		return w
	}
	for _, c := range g.Fastica {
		what := c.Algorithm + " " + c.Fun
		f, err := ICA(g.X, ICAOptions{Contrast: c.Fun, Deflation: c.Algorithm == "deflation", Start: g.W0, Tol: 1e-14, MaxIter: 500})
		if err != nil {
			t.Fatal(what, err)
		}
		sameRows(t, what, rotation(f, g.Whitening), c.W, 1e-7)
	}
	f, err := ICA(g.X, ICAOptions{Start: g.W0})
	if err != nil {
		t.Fatal(err)
	}
	if f.Iterations != g.Default.Iterations || !f.Converged {
		t.Errorf("%d iterations, converged %v; scikit-learn needs %d", f.Iterations, f.Converged, g.Default.Iterations)
	}
	sameRows(t, "to scikit-learn's tolerance", rotation(f, g.Whitening), g.Default.W, 1e-9)

	for _, c := range []struct {
		method             string
		x, whitening, want [][]float64
		tol                float64
	}{
		{"extended-infomax", g.X, g.Whitening, g.Like.Extended, 1e-8},
		// MNE's is a stochastic gradient whose steps shrink before it is at the optimum.
		{"extended-infomax", g.X, g.Whitening, g.Like.MNE_extended, 0.02},
		{"infomax", g.Like.Peaked, g.Like.Sphere, g.Like.Infomax, 1e-8},
		{"infomax", g.Like.Peaked, g.Like.Sphere, g.Like.MNE, 0.03},
	} {
		f, err := ICA(c.x, ICAOptions{Method: c.method, Tol: 1e-11})
		if err != nil {
			t.Fatal(err)
		}
		if f.Change > 1e-9 {
			t.Errorf("%s ends with a gradient of %g after %d iterations", c.method, f.Change, f.Iterations)
		}
		sameRows(t, c.method, rotation(f, c.whitening), c.want, c.tol)
	}
}

// TestICARemove holds sources and what is left without components to MNE's.
func TestICARemove(t *testing.T) {
	var g icaGolden
	golden.JSON(t, golden.Path(t, "signal/ica.json"), &g)
	f := ICAFit{Mean: g.Removed.Mean, Mixing: g.Removed.Mixing, Unmixing: g.Removed.Unmixing}
	every50 := func(x [][]float64) (out [][]float64) {
		for _, row := range x {
			var r []float64
			for i := 0; i < len(row); i += 50 {
				r = append(r, row[i])
			}
			out = append(out, r)
		}
		return out
	}
	s, err := f.Sources(g.X)
	if err != nil {
		t.Fatal(err)
	}
	clean, err := f.Remove(g.X, 0, 2, 2)
	if err != nil {
		t.Fatal(err)
	}
	s, clean = every50(s), every50(clean)
	for k := range s {
		golden.Close(t, "sources", s[k], g.Removed.Sources[k], 1e-9)
	}
	for c := range clean {
		golden.Close(t, "clean", clean[c], g.Removed.Clean[c], 1e-10)
	}
}

// mixture returns n sources of different shape and a mixture of them.
func mixture(n, samples int, seed uint64) (mix, s, x [][]float64) {
	r := rng.New(seed, 9)
	s, mix = rows(n, samples), rows(n, n)
	for i := range s {
		for k := range s[i] {
			switch i % 3 {
			case 0: // Laplace
				s[i][k] = -vec.Log(r.Positive())
				if r.Uint64()&1 == 0 {
					s[i][k] = -s[i][k]
				}
			case 1:
				s[i][k] = math.Sqrt(12) * (r.Float64() - 0.5)
			default:
				v := r.Norm()
				s[i][k] = v * v * v
			}
		}
		for j := range mix[i] {
			mix[i][j] = r.Norm()
		}
	}
	return mix, s, apply(mix, s)
}

// amari returns the distance of a product of unmixing and mixing from a permutation,
// 0 to 1 (Amari, Cichocki and Yang 1996).
func amari(p [][]float64) float64 {
	n, sum := len(p), 0.0
	for i := range n {
		var row, rowMost, col, colMost float64
		for j := range n {
			a, b := math.Abs(p[i][j]), math.Abs(p[j][i])
			row, col = row+a, col+b
			rowMost, colMost = math.Max(rowMost, a), math.Max(colMost, b)
		}
		sum += row/rowMost + col/colMost - 2
	}
	return sum / float64(2*n*(n-1))
}

// TestICARecovers unmixes known sources. The distance falls with the root of samples.
func TestICARecovers(t *testing.T) {
	for _, c := range []struct{ n, samples int }{{2, 1000}, {2, 12345}, {3, 4096}, {5, 8191}, {9, 20011}, {17, 20000}} {
		mix, _, x := mixture(c.n, c.samples, uint64(c.n))
		for _, o := range []ICAOptions{{}, {Contrast: "exp"}, {Contrast: "cube"}, {Deflation: true}, {Method: "extended-infomax"}} {
			if c.n > 10 && (o.Deflation || o.Contrast != "") {
				continue
			}
			what := fmt.Sprintf("%d sources, %d samples, %s%s, deflation %v", c.n, c.samples, o.Method, o.Contrast, o.Deflation)
			f, err := ICA(x, o)
			if err != nil {
				t.Fatal(what, err)
			}
			limit := 2.5 / math.Sqrt(float64(c.samples))
			if o.Contrast == "cube" {
				limit *= 3 // fourth moments vary much
			}
			if d := amari(multiply(f.Unmixing, mix)); !f.Converged || d > limit {
				t.Errorf("%s: distance %.4g, up to %.4g is sampling; converged %v after %d: %.3g", what, d, limit, f.Converged, f.Iterations, f.Change)
			}
			// Mixing and unmixing are inverse, shares fall and add to 1, signs are fixed.
			one := multiply(f.Unmixing, f.Mixing)
			sum := 0.0
			for i := range one {
				for j, v := range one[i] {
					want := 0.0
					if i == j {
						want = 1
					}
					if math.Abs(v-want) > 1e-9 {
						t.Fatalf("%s: Unmixing Mixing has %g at %d, %d", what, v, i, j)
					}
				}
				if i > 0 && f.Share[i] > f.Share[i-1] {
					t.Errorf("%s: shares rise from %g to %g", what, f.Share[i-1], f.Share[i])
				}
				sum += f.Share[i]
				largest := 0.0
				for ch := range f.Mixing {
					if math.Abs(f.Mixing[ch][i]) > math.Abs(largest) {
						largest = f.Mixing[ch][i]
					}
				}
				if largest < 0 {
					t.Errorf("%s: the largest weight of component %d is %g", what, i, largest)
				}
			}
			if o.Method == "" && math.Abs(sum-1) > 1e-9 {
				t.Errorf("%s: shares add to %g", what, sum)
			}
			s, err := f.Sources(x)
			if err != nil {
				t.Fatal(err)
			}
			for i := range s {
				if v := vec.DotBlock(s[i], s[i]) / float64(c.samples); math.Abs(v-1) > 1e-9 {
					t.Errorf("%s: component %d has variance %g", what, i, v)
				}
			}
		}
	}
}

// TestICATwoSources: for two sources of the contrast cube the angle has a closed form:
// the fourth-order cumulants of whitened signals at angle a to the sources are κ cos⁴ a
// and so on, and the fixed point is where E[y1³ y2] is 0.
func TestICATwoSources(t *testing.T) {
	_, _, x := mixture(2, 5000, 4)
	f, err := ICA(x, ICAOptions{Contrast: "cube", Tol: 1e-15, MaxIter: 3000})
	if err != nil {
		t.Fatal(err)
	}
	s, _ := f.Sources(x)
	// Symmetric fixed point: w_i ∝ E[z y_i³] - 3 w_i, made orthogonal, so that the matrix
	// M = (E[y_i³ y_j] - 3δ) is symmetric.
	m := func(i, j int) float64 {
		sum := 0.0
		for k := range s[0] {
			sum += s[i][k] * s[i][k] * s[i][k] * s[j][k]
		}
		return sum / float64(len(s[0]))
	}
	// Components whose kurtosis is below 0 turn at every step: their sign enters.
	a, b := m(0, 1)*math.Copysign(1, m(0, 0)-3), m(1, 0)*math.Copysign(1, m(1, 1)-3)
	if math.Abs(a-b) > 1e-6*math.Abs(m(0, 0)) {
		t.Errorf("E[y1³y2] is %g and E[y2³y1] %g; at the fixed point they are the same", a, b)
	}
}

func TestICARank(t *testing.T) {
	_, _, x := mixture(6, 5000, 2)
	for k := range x[0] { // average reference
		mean := 0.0
		for c := range x {
			mean += x[c][k] / 6
		}
		for c := range x {
			x[c][k] -= mean
		}
	}
	for _, method := range []string{"fastica", "infomax", "extended-infomax"} {
		f, err := ICA(x, ICAOptions{Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if f.Rank != 5 || len(f.Unmixing) != 5 || f.Problems.Count("note") != 1 || !strings.Contains(f.Problems.String(), "5 dimensions") {
			t.Errorf("%s: rank %d, %d components, %v", method, f.Rank, len(f.Unmixing), f.Problems)
		}
		same, err := f.Remove(x)
		if err != nil {
			t.Fatal(err)
		}
		for c := range x {
			golden.Close(t, "nothing removed", same[c], x[c], 1e-12)
		}
	}
	if _, err := ICA(x, ICAOptions{Components: 6}); err == nil || !strings.Contains(err.Error(), "5 dimensions") {
		t.Errorf("6 components of 5 dimensions: %v", err)
	}
	f, err := ICA(x, ICAOptions{Variance: 0.7})
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for k := range f.Unmixing {
		sum += f.Spectrum[k]
	}
	if n := len(f.Unmixing); sum < 0.7 || sum-f.Spectrum[n-1] >= 0.7 {
		t.Errorf("%d components have %g of the variance; 0.7 was asked", n, sum)
	}
}

// TestICANotConverged: a fit that stops early says so everywhere.
func TestICANotConverged(t *testing.T) {
	_, _, x := mixture(4, 3000, 1)
	for _, o := range []ICAOptions{{MaxIter: 1}, {MaxIter: 1, Deflation: true}, {Method: "infomax", MaxIter: 1}} {
		f, err := ICA(x, o)
		if err != nil {
			t.Fatal(err)
		}
		if f.Converged || f.Problems.Count("warning") != 1 || !strings.Contains(f.String(), "NOT converged") || !strings.Contains(fmt.Sprint(f.Show().Data), "NOT converged") {
			t.Errorf("%v: converged %v, %v, %s", o, f.Converged, f.Problems, f)
		}
	}
}

// TestICABits: the same bits for any number of processors, and from run to run.
func TestICABits(t *testing.T) {
	_, _, x := mixture(7, 70001, 3)
	for _, method := range []string{"fastica", "extended-infomax"} {
		var first *ICAFit
		for _, procs := range []int{1, 2, 3, 8} {
			old := runtime.GOMAXPROCS(procs)
			f, err := ICA(x, ICAOptions{Method: method})
			runtime.GOMAXPROCS(old)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = f
				continue
			}
			for i := range f.Unmixing {
				for c, v := range f.Unmixing[i] {
					if math.Float64bits(v) != math.Float64bits(first.Unmixing[i][c]) {
						t.Fatalf("%s: %d processors give %v at %d, %d and one gives %v", method, procs, v, i, c, first.Unmixing[i][c])
					}
				}
			}
		}
	}
}

func TestICAErrors(t *testing.T) {
	_, _, x := mixture(3, 500, 1)
	with := func(c int, f func(x []float64)) [][]float64 {
		y := rows(3, 500)
		for i := range x {
			copy(y[i], x[i])
		}
		f(y[c])
		return y
	}
	for _, c := range []struct {
		x    [][]float64
		o    ICAOptions
		want string
	}{
		{x[:1], ICAOptions{}, "1 channels; 2 or more"},
		{nil, ICAOptions{}, "0 channels"},
		{with(1, func(x []float64) { x[7] = math.NaN() }), ICAOptions{}, "x[1][7] is NaN"},
		{with(2, func(x []float64) { x[0] = math.Inf(1) }), ICAOptions{}, "x[2][0] is +Inf"},
		{with(2, func(x []float64) {
			for i := range x {
				x[i] = 0.1
			}
		}), ICAOptions{}, "x[2] is 0.1 all the time"},
		{with(0, func(x []float64) { clear(x) }), ICAOptions{}, "x[0] is 0 all the time"},
		{[][]float64{{1, 2, 4}, {2, 1}}, ICAOptions{}, "all must be as long"},
		{[][]float64{{1, 2}, {2, 1}}, ICAOptions{}, "more samples than channels"},
		{x, ICAOptions{Method: "jade"}, `Method is "jade"`},
		{x, ICAOptions{Contrast: "tanh"}, `Contrast is "tanh"`},
		{x, ICAOptions{Method: "infomax", Deflation: true}, "belong to fastica"},
		{x, ICAOptions{Components: 4}, "3 dimensions"},
		{x, ICAOptions{Components: -1}, "Components is -1"},
		{x, ICAOptions{Variance: 1.5}, "Variance is 1.5"},
		{x, ICAOptions{Variance: 0.5, Components: 2}, "only one"},
		{x, ICAOptions{MaxIter: -1}, "MaxIter is -1"},
		{x, ICAOptions{Tol: math.NaN()}, "Tol is NaN"},
		{x, ICAOptions{Start: [][]float64{{1}}}, "Start has 1 rows"},
		{x, ICAOptions{Start: [][]float64{{1, 0, 0}, {1, 0, 0}, {0, 0, 1}}}, "depend on each other"},
	} {
		if _, err := ICA(c.x, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want %q", c.o, err, c.want)
		}
	}
	f, err := ICA(x, NewICA())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Remove(x, 3); err == nil || !strings.Contains(err.Error(), "component 3") {
		t.Errorf("component 3 of 3: %v", err)
	}
	if _, err := f.Sources(x[:2]); err == nil {
		t.Error("2 channels for a fit of 3 are taken")
	}
}

func BenchmarkICA(b *testing.B) {
	_, _, x := mixture(20, 120000, 1)
	for _, o := range []ICAOptions{{MaxIter: 20, Tol: 1e-300}, {Method: "infomax", MaxIter: 20, Tol: 1e-300}} {
		b.Run(o.Method, func(b *testing.B) {
			for b.Loop() {
				if _, err := ICA(x, o); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(20*b.N), "ms/iteration")
		})
	}
}
