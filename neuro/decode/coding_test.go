package decode

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/behavior"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

type codingPeer struct {
	Neighbours []struct {
		X, New, Proba [][]float64
		Y, Predict    []int
		K             int
	}
	F []struct {
		X [][]float64
		Y []int
		F []float64
	}
	AUC []struct {
		Y     []int
		Score [][]float64
		AUC   float64
	}
	PCA []struct {
		X, Components, Scores, White [][]float64
		Keep                         int
		Variance, Ratio              []float64
	}
	Factors []struct {
		X, Loadings, Scores [][]float64
		K                   int
		Noise               []float64
		Loglike             float64
	}
	RDM []struct {
		X                                               [][]float64
		Y, Fold                                         []int
		Correlation, Euclidean, Mahalanobis, Crossnobis []float64
	}
	RSA []struct {
		Method                  string
		N                       int
		Data, Models, Agreement [][]float64
		Upper, Lower            float64
	}
}

func loadPeer(t *testing.T) (p codingPeer) {
	golden.JSON(t, golden.Path(t, "decode/coding.json"), &p)
	return p
}

func TestNeighboursPeer(t *testing.T) {
	p := loadPeer(t)
	for i, c := range p.Neighbours {
		predicted, votes, err := Neighbours{K: c.K}.FitScore(c.X, c.Y, c.New)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(predicted) != fmt.Sprint(c.Predict) {
			t.Errorf("case %d: %v, want %v", i, predicted, c.Predict)
		}
		golden.Close(t, "votes", flat(votes), flat(c.Proba), 1e-15)
	}
	for i, c := range p.F {
		f, err := classF("test", c.X, c.Y)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, fmt.Sprint("F of case ", i), f, c.F, 1e-12)
	}
	for i, c := range p.AUC {
		// The area is that of behavior.ROC, over classes as scikit-learn's "ovr".
		sum, n := 0.0, 0.0
		for k := range c.Score[0] {
			if len(c.Score[0]) == 2 && k == 0 {
				continue
			}
			var in, out []float64
			for j, s := range c.Score {
				if c.Y[j] == k {
					in = append(in, s[k])
				} else {
					out = append(out, s[k])
				}
			}
			r, err := behavior.ROC(in, out)
			if err != nil {
				t.Fatal(err)
			}
			sum += r.AUC
			n++
		}
		golden.Close(t, fmt.Sprint("area of case ", i), []float64{sum / n}, []float64{c.AUC}, 1e-14)
	}
}

// TestNeighboursTies: of samples at one distance the earlier votes, and of equal
// votes the lower label wins; large blocks give what single rows give.
func TestNeighboursTies(t *testing.T) {
	x := [][]float64{{0}, {0}, {0}, {1}, {1}}
	y := []int{7, 3, 7, 3, 3}
	for k, want := range map[int]string{1: "[7 3]", 2: "[3 3]", 3: "[7 3]", 5: "[3 3]"} {
		got, err := Neighbours{K: k}.FitPredict(x, y, [][]float64{{0}, {1}})
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("K %d: %v %v, want %s", k, got, err, want)
		}
	}
	r := rand.New(rand.NewPCG(9, 9))
	x, y = sample(r, 300, 37, 3, 0.5, func(int) float64 { return 1 })
	all, err := NewNeighbours().FitPredict(x, y, x)
	if err != nil {
		t.Fatal(err)
	}
	for i := range x {
		one, err := NewNeighbours().FitPredict(x, y, x[i:i+1])
		if err != nil || one[0] != all[i] {
			t.Fatalf("sample %d: %v alone, %d among others: %v", i, one, all[i], err)
		}
	}
}

func TestPCAPeer(t *testing.T) {
	for i, c := range loadPeer(t).PCA {
		what := fmt.Sprintf("case %d (%d x %d)", i, len(c.X), len(c.X[0]))
		f, err := PCA{Components: c.Keep}.Fit(c.X)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, what+" components", flat(f.Components), flat(c.Components), 1e-8)
		golden.Close(t, what+" variance", f.Variance, c.Variance, 1e-10)
		golden.Close(t, what+" ratio", f.Ratio, c.Ratio, 1e-10)
		scores, err := f.Apply(c.X)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, what+" scores", flat(scores), flat(c.Scores), 1e-8)
		step, err := PCA{Components: c.Keep, Whiten: true}.FitStep(c.X, nil)
		if err != nil {
			t.Fatal(err)
		}
		white, err := step.Apply(c.X)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, what+" whitened", flat(white), flat(c.White), 1e-7)
		all, err := PCA{}.Fit(c.X)
		if err != nil {
			t.Fatal(err)
		}
		for a, u := range all.Components {
			for b, v := range all.Components[:a+1] {
				want := 0.0
				if a == b {
					want = 1
				}
				if math.Abs(dot(u, v)-want) > 1e-12 {
					t.Errorf("%s: components %d and %d have a product of %g", what, a, b, dot(u, v))
				}
			}
		}
		share, err := PCA{Share: 0.9}.Fit(c.X)
		if err != nil {
			t.Fatal(err)
		}
		so := 0.0
		for _, r := range share.Ratio {
			so += r
		}
		if last := share.Ratio[len(share.Ratio)-1]; so < 0.9 || so-last >= 0.9 {
			t.Errorf("%s: %d components with %g of the variance for a share of 0.9", what, len(share.Ratio), so)
		}
	}
}

func TestFactorsPeer(t *testing.T) {
	for i, c := range loadPeer(t).Factors {
		what := fmt.Sprintf("case %d", i)
		f, err := FactorAnalysis{Factors: c.K}.Fit(c.X)
		if err != nil {
			t.Fatal(err)
		}
		for k, l := range c.Loadings {
			turn(l)
			golden.Close(t, what+" loadings", f.Loadings[k], l, 1e-4)
		}
		golden.Close(t, what+" noise", f.Noise, c.Noise, 1e-4)
		golden.Close(t, what+" likelihood", []float64{f.LogLikelihood}, []float64{c.Loglike}, 1e-9)
		if f.LogLikelihood < c.Loglike-1e-9 {
			t.Errorf("%s: log likelihood %.12g, the peer reaches %.12g", what, f.LogLikelihood, c.Loglike)
		}
		scores, err := f.Apply(c.X)
		if err != nil {
			t.Fatal(err)
		}
		for j := range scores {
			for k := range scores[j] {
				if d := math.Abs(scores[j][k]) - math.Abs(c.Scores[j][k]); math.Abs(d) > 1e-3 {
					t.Fatalf("%s: factor %d of sample %d is %g, want %g up to sign", what, k, j, scores[j][k], c.Scores[j][k])
				}
			}
		}
	}
}

func TestRDMPeer(t *testing.T) {
	p := loadPeer(t)
	for i, c := range p.RDM {
		for _, d := range []struct {
			name string
			want []float64
		}{{"correlation", c.Correlation}, {"euclidean", c.Euclidean}, {"mahalanobis", c.Mahalanobis}, {"crossnobis", c.Crossnobis}} {
			o := RDMOptions{Distance: d.name}
			if d.name == "crossnobis" {
				o.Fold = c.Fold
			}
			r, err := Dissimilarity(c.X, c.Y, o)
			if d.want == nil {
				if err == nil || !strings.Contains(err.Error(), "no noise") {
					t.Errorf("case %d: %v, want an error about the noise", i, err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			golden.Close(t, fmt.Sprintf("case %d %s", i, d.name), r.D, d.want, 1e-10)
			m := r.Matrix()
			if m[1][2] != r.At(2, 1) || m[1][1] != 0 || m[0][1] != r.D[0] || m[len(m)-2][len(m)-1] != r.D[len(r.D)-1] {
				t.Errorf("case %d %s: matrix %v of %v", i, d.name, m, r.D)
			}
		}
	}
	for _, c := range p.RSA {
		matrices := func(lists [][]float64) (out []*RDM) {
			for _, d := range lists {
				out = append(out, &RDM{Conditions: make([]int, c.N), D: d})
			}
			return out
		}
		a, err := CompareModels(matrices(c.Data), matrices(c.Models), RSAOptions{Method: c.Method, Permutations: 199})
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, c.Method, flat(a.Agreement), flat(c.Agreement), 1e-12)
		golden.Close(t, c.Method+" ceiling", []float64{a.Lower, a.Upper}, []float64{c.Lower, c.Upper}, 1e-12)
		if a.P[0] > 0.02 || a.P[1] < 0.02 {
			t.Errorf("%s: p %v of the truth, of another matrix and of the truth rounded", c.Method, a.P)
		}
	}
}

// TestRSAToolbox: dissimilarities with the noise taken out, agreements and ceilings are
// those of rsatoolbox, on designs whose folds have as many samples of each condition. (Its
// crossnobis weighs folds by their samples where they have not.)
func TestRSAToolbox(t *testing.T) {
	var p codingPeer
	golden.JSON(t, golden.Path(t, "decode/rsa.json"), &p)
	if len(p.RDM) != 5 || len(p.RSA) != 4 {
		t.Fatalf("%d and %d cases", len(p.RDM), len(p.RSA))
	}
	for i, c := range p.RDM {
		for name, want := range map[string][]float64{"correlation": c.Correlation, "euclidean": c.Euclidean, "mahalanobis": c.Mahalanobis, "crossnobis": c.Crossnobis} {
			o := RDMOptions{Distance: name}
			if name == "crossnobis" {
				o.Fold = c.Fold
			}
			r, err := Dissimilarity(c.X, c.Y, o)
			if err != nil {
				t.Fatal(err)
			}
			golden.Close(t, fmt.Sprintf("case %d %s", i, name), r.D, want, 1e-10)
		}
	}
	for _, c := range p.RSA {
		var data, models []*RDM
		for _, d := range c.Data {
			data = append(data, &RDM{Conditions: make([]int, c.N), D: d})
		}
		for _, d := range c.Models {
			models = append(models, &RDM{Conditions: make([]int, c.N), D: d})
		}
		a, err := CompareModels(data, models, RSAOptions{Method: c.Method, Permutations: -1})
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, c.Method, flat(a.Agreement), flat(c.Agreement), 1e-12)
		golden.Close(t, c.Method+" ceiling", []float64{a.Lower, a.Upper}, []float64{c.Lower, c.Upper}, 1e-12)
	}
}

// TestCrossnobisUnbiased: conditions that do not differ are 0 apart on average,
// while the plain distance is not.
func TestCrossnobisUnbiased(t *testing.T) {
	r := rand.New(rand.NewPCG(2016, 1))
	var cross, plain float64
	const repeats = 60
	for range repeats {
		var x [][]float64
		var y, fold []int
		for f := range 4 {
			for c := range 3 {
				for range 4 {
					row := make([]float64, 20)
					for j := range row {
						row[j] = r.NormFloat64()
					}
					x, y, fold = append(x, row), append(y, c), append(fold, f)
				}
			}
		}
		a, err := Dissimilarity(x, y, RDMOptions{Distance: "crossnobis", Fold: fold})
		if err != nil {
			t.Fatal(err)
		}
		b, err := Dissimilarity(x, y, RDMOptions{Distance: "mahalanobis"})
		if err != nil {
			t.Fatal(err)
		}
		for i := range a.D {
			cross += a.D[i] / 3 / repeats
			plain += b.D[i] / 3 / repeats
		}
	}
	// A distance varies by about 2/16/sqrt(20) = 0.03, the mean of 180 by 0.003.
	if math.Abs(cross) > 0.01 || plain < 0.1 {
		t.Errorf("crossnobis %.4f, want 0; mahalanobis %.4f, want 2/16", cross, plain)
	}
}

// TestModelNull: p of an unrelated model is not below 0.05 more often than it may be.
func TestModelNull(t *testing.T) {
	r := rand.New(rand.NewPCG(2014, 1))
	random := func() *RDM {
		m := &RDM{Conditions: make([]int, 8)}
		for range 28 {
			m.D = append(m.D, r.Float64())
		}
		return m
	}
	low := 0
	const n = 400
	for k := range n {
		a, err := CompareModels([]*RDM{random(), random()}, []*RDM{random()}, RSAOptions{Permutations: 59, Seed: uint64(k)})
		if err != nil {
			t.Fatal(err)
		}
		if a.P[0] <= 0.05 {
			low++
		}
	}
	// Binomial of 400 at 0.05: 20, and 99.9 % below 35.
	if low > 35 || low < 6 {
		t.Errorf("%d of %d p at most 0.05, want about %d", low, n, n/20)
	}
}

// TestGeneralise: two neurons carry the class in two halves of the trial. A model
// of the first half fails in the second, and the other way round.
func TestGeneralise(t *testing.T) {
	r := rand.New(rand.NewPCG(2014, 2))
	const n, times = 60, 10
	x, y := make([][][]float64, n), make([]int, n)
	for i := range x {
		y[i] = i % 2
		x[i] = make([][]float64, 2)
		for j := range x[i] {
			x[i][j] = make([]float64, times)
			for u := range x[i][j] {
				x[i][j][u] = r.NormFloat64()
				if u*2/times == j && y[i] == 1 {
					x[i][j][u] += 4
				}
			}
		}
	}
	for _, m := range []Model{NewLDA(), Pipeline{[]Step{ZScore{}}, NewLogistic()}, Tuned{Models: []Model{NewLDA()}}} {
		g, err := Generalise(m, x, y, Split{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		for a, row := range g.Accuracy {
			for b, v := range row {
				if same := a*2/times == b*2/times; same && v < 0.85 || !same && math.Abs(v-0.5) > 0.25 {
					t.Errorf("trained at %d, tested at %d: %g", a, b, v)
				}
			}
		}
		if !strings.Contains(g.String(), "5 stratified folds") {
			t.Errorf("%q does not say how it was validated", g)
		}
	}
	// The diagonal is that of a cross-validation at one time.
	at := make([][]float64, n)
	for i := range at {
		at[i] = []float64{x[i][0][3], x[i][1][3]}
	}
	s, err := CrossValidate(NewLDA(), at, y, 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	g, err := Generalise(NewLDA(), x, y, Split{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(g.Diagonal()[3]-s.Mean()) > 1e-12 {
		t.Errorf("%g on the diagonal, %g by itself", g.Diagonal()[3], s.Mean())
	}
	x[3][1][4] = math.NaN()
	if _, err := Generalise(NewLDA(), x, y, Split{}); err == nil || !strings.Contains(err.Error(), "x[3][1][4] is NaN") {
		t.Errorf("%v, want an error about NaN", err)
	}
	x[3][1] = x[3][1][:5]
	if _, err := Generalise(NewLDA(), x, y, Split{}); err == nil || !strings.Contains(err.Error(), "x[3][1] has 5 times") {
		t.Errorf("%v, want an error about lengths", err)
	}
}

func TestCodingErrors(t *testing.T) {
	x := [][]float64{{1, 5}, {2, 5}, {3, 5}}
	y := []int{0, 1, 1}
	rdm := &RDM{Conditions: []int{1, 2, 3}, D: []float64{1, 2, 3}}
	for want, err := range map[string]error{
		"Components is 3":             second(PCA{Components: 3}.Fit(x)),
		"Share is 2":                  second(PCA{Share: 2}.Fit(x)),
		"both set":                    second(PCA{Share: 0.5, Components: 1}.Fit(x)),
		"all 2 samples are equal":     second(PCA{}.Fit([][]float64{{1, 2}, {1, 2}})),
		"x has 1 sample":              second(PCA{}.Fit(x[:1])),
		"Factors is 2":                second(FactorAnalysis{Factors: 2}.Fit(x)),
		"feature 1 is 5 in all":       second(FactorAnalysis{Factors: 1}.Fit(x)),
		"Distance is \"taxi\"":        second(Dissimilarity(x, y, RDMOptions{Distance: "taxi"})),
		"Fold has 0":                  second(Dissimilarity(x, y, RDMOptions{Distance: "crossnobis"})),
		"condition 1 has no sample":   second(Dissimilarity(x, y, RDMOptions{Distance: "crossnobis", Fold: []int{0, 1, 1}})),
		"Fold is for":                 second(Dissimilarity(x, y, RDMOptions{Fold: []int{0, 1, 1}})),
		"same in all 2 features":      second(Dissimilarity([][]float64{{1, 1}, {2, 3}}, []int{0, 1}, RDMOptions{})),
		"Method is \"guess\"":         second(CompareModels([]*RDM{rdm}, []*RDM{rdm}, RSAOptions{Method: "guess"})),
		"data has 0 matrices":         second(CompareModels(nil, []*RDM{rdm}, RSAOptions{})),
		"models[0] are all 1":         second(CompareModels([]*RDM{rdm}, []*RDM{{Conditions: []int{1, 2, 3}, D: []float64{1, 1, 1}}}, RSAOptions{})),
		"models[0] has 2 conditions":  second(CompareModels([]*RDM{rdm}, []*RDM{{Conditions: []int{1, 2}, D: []float64{1}}}, RSAOptions{})),
		"d[0][1] is 1 and d[1][0] is": second(ModelRDM("m", [][]float64{{0, 1}, {2, 0}})),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want it to say %q", err, want)
		}
	}
}

func second[T any](_ T, err error) error { return err }
