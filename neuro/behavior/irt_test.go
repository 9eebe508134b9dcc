package behavior

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/table"
)

type irtGolden struct {
	Fits []struct {
		Model  string
		X      [][]int
		Guess  float64
		LogLik float64
		Items  []struct {
			A, C float64
			B    []float64
			SEA  float64   `json:"se_a"`
			SEB  []float64 `json:"se_b"`
			SEC  float64   `json:"se_c"`
		}
		Abilities []struct {
			EAP, MAP, WLE float64
			EAPSD         float64 `json:"eap_sd"`
			MAPSE         float64 `json:"map_se"`
			WLESE         float64 `json:"wle_se"`
		}
	}
	Girth []struct {
		Model  string
		X      [][]int
		LogLik float64
		A      []float64
		B      [][]float64
	}
}

// TestIRTReference holds all four models, with missing responses, to SciPy's
// maximum of the same likelihood.
func TestIRTReference(t *testing.T) {
	var g irtGolden
	golden.JSON(t, golden.Path(t, "behavior/irt.json"), &g)
	for _, c := range g.Fits {
		r, err := FitIRT(c.X, IRTOptions{Model: c.Model, GuessMean: c.Guess})
		if err != nil {
			t.Fatal(err)
		}
		if !r.Converged || len(r.Notes) > 0 {
			t.Errorf("%s: converged %v, notes %v", c.Model, r.Converged, r.Notes)
		}
		within(t, c.Model+" log likelihood", r.LogLik, c.LogLik, 1e-7)
		for j, it := range r.Items {
			want := c.Items[j]
			name := fmt.Sprintf("%s %s ", c.Model, it.Name)
			within(t, name+"A", it.A, want.A, 1e-5)
			within(t, name+"C", it.C, want.C, 1e-5)
			within(t, name+"SE of A", it.SEA, want.SEA, 1e-4) // second differences
			within(t, name+"SE of C", it.SEC, want.SEC, 1e-4)
			for k := range want.B {
				within(t, name+"B", it.B[k], want.B[k], 1e-5)
				within(t, name+"SE of B", it.SEB[k], want.SEB[k], 1e-4)
			}
		}
		for _, method := range []string{"EAP", "MAP", "WLE"} {
			people, err := r.Abilities(method)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range c.Abilities {
				theta, se := want.EAP, want.EAPSD
				switch method {
				case "MAP":
					theta, se = want.MAP, want.MAPSE
				case "WLE":
					theta, se = want.WLE, want.WLESE
				}
				within(t, c.Model+" "+method, people[i].Theta, theta, 2e-5)
				within(t, c.Model+" SE of "+method, people[i].SE, se, 2e-5)
			}
		}
	}
}

// TestGirth: the likelihood is at least as good as girth's, and the parameters
// are near its own, which stop when slopes move by less than 1e-3.
func TestGirth(t *testing.T) {
	var g irtGolden
	golden.JSON(t, golden.Path(t, "behavior/irt.json"), &g)
	for _, c := range g.Girth {
		r, err := FitIRT(c.X, IRTOptions{Model: c.Model})
		if err != nil {
			t.Fatal(err)
		}
		if gain := r.LogLik - c.LogLik; gain < 0 || gain > 0.5 {
			t.Errorf("%s: log likelihood %.6f, girth's %.6f", c.Model, r.LogLik, c.LogLik)
		}
		for j, it := range r.Items {
			within(t, c.Model+" A", it.A, c.A[j], 0.05)
			for k, b := range it.B {
				within(t, c.Model+" B", b, c.B[j][k], 0.05)
			}
		}
	}
}

func TestRaschPeer(t *testing.T) {
	var g []struct {
		X                             [][]int
		Difficulty, SE, Infit, Outfit []float64
		InfitZ, OutfitZ               []float64
		LogLik                        float64
	}
	golden.JSON(t, golden.Path(t, "behavior/rasch.json"), &g)
	for i, c := range g {
		r, err := FitRasch(c.X, nil)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("case %d ", i)
		if !r.Converged {
			t.Error(name, "did not converge")
		}
		// eRm's optimiser leaves some 1e-5.
		within(t, name+"log likelihood", r.LogLik, c.LogLik, 1e-8)
		if r.LogLik < c.LogLik-1e-9 {
			t.Errorf("%s: log likelihood %.10g below the peer's %.10g", name, r.LogLik, c.LogLik)
		}
		fit := r.ItemFit()
		for j := range c.Difficulty {
			within(t, name+"difficulty", r.Difficulty[j], c.Difficulty[j], 1e-4)
			within(t, name+"SE", r.SE[j], c.SE[j], 1e-4)
			within(t, name+"infit", fit.Infit[j], c.Infit[j], 1e-4)
			within(t, name+"outfit", fit.Outfit[j], c.Outfit[j], 1e-4)
			within(t, name+"infit t", fit.InfitT[j], c.InfitZ[j], 1e-3)
			within(t, name+"outfit t", fit.OutfitT[j], c.OutfitZ[j], 1e-3)
		}
	}
}

// simulateIRT draws responses of n persons.
func simulateIRT(model string, n int, a, b []float64, c float64, seed uint64) [][]int {
	s := rng.New(seed, 0)
	x := make([][]int, n)
	for i := range x {
		theta := s.Norm()
		for j := range a {
			u, v := s.Float64(), 0
			if model == "graded" {
				for k := -1; k <= 1; k++ {
					if u < logistic(a[j]*(theta-b[j]-float64(k))) {
						v++
					}
				}
			} else if u < c+(1-c)*logistic(a[j]*(theta-b[j])) {
				v = 1
			}
			x[i] = append(x[i], v)
		}
	}
	return x
}

// TestIRTRecovery: estimates are without bias, intervals hold the truth, and
// fits settle.
func TestIRTRecovery(t *testing.T) {
	a, b := []float64{0.8, 1, 1.2, 1.5, 1, 1.3, 0.9, 1.1}, []float64{-1.5, -1, -0.5, 0, 0.3, 0.6, 1, 1.5}
	equal := []float64{1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2}
	for _, model := range []string{"1PL", "2PL", "graded"} {
		slope := a
		if model == "1PL" {
			slope = equal
		}
		const sets = 60
		inside, all, settled := 0, 0, 0
		for k := range sets {
			r, err := FitIRT(simulateIRT(model, 400, slope, b, 0, uint64(k)), IRTOptions{Model: model})
			if err != nil {
				t.Fatal(err)
			}
			if r.Converged {
				settled++
			}
			for j, it := range r.Items {
				want := b[j]
				if model == "graded" {
					want--
				}
				all++
				if math.Abs(it.B[0]-want) < 1.96*it.SEB[0] {
					inside++
				}
			}
		}
		if settled < sets {
			t.Errorf("%s: %d of %d fits settled", model, settled, sets)
		}
		// About 456 of 480, give or take 5; of one simulation items are dependent.
		if part := float64(inside) / float64(all); part < 0.92 || part > 0.98 {
			t.Errorf("%s: %.3f of the intervals hold the difficulty", model, part)
		}
	}
}

// TestIRTExtremes: items and persons without a finite maximum are said.
func TestIRTExtremes(t *testing.T) {
	x := simulateIRT("2PL", 200, []float64{1, 1.2, 0.9, 1.1, 1, 1}, []float64{-1, 0, 0.5, 1, 0, 0}, 0, 3)
	for i := range x {
		x[i][4], x[i][5] = 1, 0
	}
	copy(x[0], []int{1, 1, 1, 1, 1, 0})
	copy(x[1], []int{-1, -1, -1, -1, -1, -1})
	for _, model := range []string{"1PL", "2PL", "3PL"} {
		r, err := FitIRT(x, IRTOptions{Model: model})
		if err != nil {
			t.Fatal(err)
		}
		if !math.IsInf(r.Items[4].B[0], -1) || !math.IsInf(r.Items[5].B[0], 1) || r.Items[4].Held != "everybody was right" || len(r.Notes) < 2 {
			t.Errorf("%s: %+v, %+v, notes %v", model, r.Items[4], r.Items[5], r.Notes)
		}
		if !math.IsNaN(r.Probability(4, 1, 0)) || r.ItemInformation(4, 0) != 0 {
			t.Errorf("%s: an item without an estimate has probability %g", model, r.Probability(4, 1, 0))
		}
		for _, method := range []string{"EAP", "MAP", "WLE"} {
			people, _ := r.Abilities(method)
			if !(people[0].Theta > 0.5) || math.IsInf(people[0].Theta, 0) {
				t.Errorf("%s %s: all right gives %v", model, method, people[0])
			}
			if nobody := people[1]; method == "WLE" != math.IsNaN(nobody.Theta) || method != "WLE" && math.Abs(nobody.SE-1) > 1e-4 {
				t.Errorf("%s %s: without responses %v", model, method, nobody)
			}
		}
		if fit, err := r.ItemFit(); err != nil || !math.IsNaN(fit.Infit[4]) || !(fit.Infit[0] > 0.7 && fit.Infit[0] < 1.3) {
			t.Errorf("%s: fit %+v, %v", model, fit, err)
		}
	}
	r, err := FitRasch(x, nil)
	if err != nil || !math.IsInf(r.Difficulty[4], -1) || !math.IsInf(r.Difficulty[5], 1) || len(r.Notes) < 3 || !r.Converged {
		t.Errorf("%v, %v", r, err)
	}
	if a := r.Abilities(false)[0]; !math.IsInf(a.Theta, 1) {
		t.Errorf("all right gives %v", a)
	}
	if a := r.Abilities(true)[0]; math.IsInf(a.Theta, 0) {
		t.Errorf("Warm's estimate of all right is %v", a)
	}
	// A perfect scale: the slopes grow without limit, which is said.
	var perfect [][]int
	for i := range 40 {
		row := make([]int, 4)
		for j := range row {
			if i%5 > j {
				row[j] = 1
			}
		}
		perfect = append(perfect, row)
	}
	if r, err := FitIRT(perfect, IRTOptions{}); err != nil || len(r.Notes) == 0 {
		t.Errorf("perfect scale: %v, %v", r, err)
	}
	if _, err := FitRasch(perfect, nil); err == nil || !strings.Contains(err.Error(), "0 of 4 items were answered both ways") {
		t.Errorf("perfect scale: %v", err)
	}
	// The first two items were always easier than the last two.
	easier := [][]int{{1, 0, 0, 0}, {0, 1, 0, 0}, {1, 1, 1, 0}, {1, 1, 0, 1}, {1, 0, 0, 0}}
	if r, err := FitRasch(easier, nil); err != nil || r.Converged || !strings.Contains(r.String(), "always easier") {
		t.Errorf("two groups of items: %v, %v", r, err)
	}
}

// TestIRTThreads: the same bits for any number of threads and order of equal work.
func TestIRTThreads(t *testing.T) {
	for _, model := range []string{"1PL", "2PL", "3PL", "graded"} {
		x := simulateIRT(model, 700, []float64{1, 1.2, 0.9, 1.1, 1, 1, 1.4}, make([]float64, 7), 0, 3)
		one := runtime.GOMAXPROCS(1)
		a, _ := FitIRT(x, IRTOptions{Model: model})
		runtime.GOMAXPROCS(4)
		b, _ := FitIRT(x, IRTOptions{Model: model})
		runtime.GOMAXPROCS(one)
		if fmt.Sprint(a.Items) != fmt.Sprint(b.Items) || a.LogLik != b.LogLik {
			t.Errorf("%s: results differ with the number of threads", model)
		}
	}
}

// TestIRTInformation holds the observed information to differences of the
// gradient, away from the maximum, with missing responses (of one item more
// often than not), an item without an estimate and repeated patterns.
func TestIRTInformation(t *testing.T) {
	s := rng.New(5, 0)
	for _, model := range []string{"1PL", "2PL", "3PL", "graded"} {
		x := simulateIRT(model, 90, []float64{1, 1.2, 0.9, 1.4, 1}, []float64{-1, 0, 0.5, 1, 0}, 0, 3)
		for i := range x {
			x[i][4] = 0
			for j := range 4 {
				if s.Float64() < 0.2 || j == 2 && s.Float64() < 0.6 {
					x[i][j] = -1
				}
			}
		}
		f, err := newIRTFit(append(x, x[:20]...), IRTOptions{Model: model})
		if err != nil {
			t.Fatal(err)
		}
		for i := range f.p {
			f.p[i] += float64(0.1 * s.Norm())
		}
		_, _, info := f.observed(f.p)
		for i := range f.p {
			const h = 1e-4
			up, down := append([]float64(nil), f.p...), append([]float64(nil), f.p...)
			up[i] += h
			down[i] -= h
			_, gu := f.gradient(up)
			_, gd := f.gradient(down)
			for k := range f.p {
				if want := (gd[k] - gu[k]) / (2 * h); math.Abs(info[i][k]-want) > 1e-6*(1+math.Abs(want)) {
					t.Errorf("%s: information [%d][%d] is %.9g, differences give %.9g", model, i, k, info[i][k], want)
				}
			}
		}
	}
}

func TestIRTErrors(t *testing.T) {
	x := [][]int{{0, 1}, {1, 0}, {1, 1}}
	for want, f := range map[string]func() error{
		`Model is "4PL"`:             func() error { _, err := FitIRT(x, IRTOptions{Model: "4PL"}); return err },
		"responses has 0 persons":    func() error { _, err := FitIRT(nil, IRTOptions{}); return err },
		"responses has 1 items":      func() error { _, err := FitIRT([][]int{{0}, {1}, {1}}, IRTOptions{}); return err },
		"responses[1] has 1 items":   func() error { _, err := FitIRT([][]int{{0, 1}, {1}, {1, 1}}, IRTOptions{}); return err },
		"responses[0][1] is 2":       func() error { _, err := FitIRT([][]int{{0, 2}, {1, 1}, {1, 1}}, IRTOptions{}); return err },
		"nobody responded to item 0": func() error { _, err := FitIRT([][]int{{-1, 0}, {-1, 1}, {-1, 1}}, IRTOptions{}); return err },
		"nobody chose category 1": func() error {
			_, err := FitIRT([][]int{{0, 2}, {1, 0}, {2, 0}}, IRTOptions{Model: "graded"})
			return err
		},
		"Names has 1 names":              func() error { _, err := FitIRT(x, IRTOptions{Names: []string{"a"}}); return err },
		"Nodes is 3":                     func() error { _, err := FitIRT(x, IRTOptions{Nodes: 3}); return err },
		"Cycles is -1":                   func() error { _, err := FitIRT(x, IRTOptions{Cycles: -1}); return err },
		"GuessMean is 2":                 func() error { _, err := FitIRT(x, IRTOptions{GuessMean: 2}); return err },
		"FitRasch: responses[0][1] is 2": func() error { _, err := FitRasch([][]int{{0, 2}, {1, 1}, {1, 1}}, nil); return err },
		"0 of 2 items were answered":     func() error { _, err := FitRasch([][]int{{1, 1}, {1, 1}, {0, 0}}, nil); return err },
	} {
		if err := f(); err == nil || !strings.HasPrefix(err.Error(), "behavior: Fit") || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want an error that says %q", err, want)
		}
	}
	r, err := FitIRT(simulateIRT("graded", 100, []float64{1, 1.2, 1}, []float64{0, 0.2, -0.2}, 0, 1), IRTOptions{Model: "graded", Names: []string{"calm", "rested", "alert"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Abilities("ML"); err == nil {
		t.Error("no error for method ML")
	}
	if r.Table().Rows() != 9 || r.Show().Text() == "" || len(r.PlotMap().Panels) != 2 || len(r.PlotCategories(1).Panels[0].Layers) != 4 {
		t.Errorf("table of %d rows", r.Table().Rows())
	}
	sum := 0.0
	for k := range 4 {
		sum += r.Probability(0, k, 0.3)
	}
	within(t, "sum of probabilities", sum, 1, 1e-14)
	if !math.IsNaN(r.Probability(0, 4, 0)) {
		t.Error("a probability for a response that there is not")
	}
}

func TestResponsesOf(t *testing.T) {
	nan := math.NaN()
	d := table.Table{Cols: []table.Col{{Name: "who", Text: []string{"a", "b"}}, {Name: "q1", Num: []float64{0, nan}}, {Name: "q2", Num: []float64{3, 1}}, {Name: "rt", Num: []float64{0.5, 1}}, {Name: "q3", Num: []float64{1, -2}}}}
	if x, err := ResponsesOf(d, "q1", "q2"); fmt.Sprint(x, err) != "[[0 3] [-1 1]] <nil>" {
		t.Errorf("%v, %v", x, err)
	}
	for want, items := range map[string][]string{`column "who" holds words`: nil, `row 0 of "rt" is 0.5`: {"q1", "rt"}, `row 1 of "q3" is -2`: {"q3"}, `no column "q9"`: {"q9"}} {
		if _, err := ResponsesOf(d, items...); err == nil || !strings.HasPrefix(err.Error(), "behavior: ResponsesOf: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %s", err, want)
		}
	}
}
