package decode

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

func TestSearchlightPeer(t *testing.T) {
	var g struct {
		Shape         []int
		Affine        [4][4]float64
		Mask, Centres []float64
		Data          []float64
		Y, Group      []int
		Sum           float64 `json:"masked_sum"`
		Maps          []struct {
			Radius  float64
			Model   string
			Centres bool
			Scores  []float64
		}
	}
	golden.JSON(t, golden.Path(t, "decode/searchlight.json"), &g)
	im := image(t, append(slices.Clone(g.Shape), len(g.Y)), g.Affine, g.Data)
	mask, centres := image(t, g.Shape, g.Affine, g.Mask), image(t, g.Shape, g.Affine, g.Centres)
	x, err := Patterns(im, mask)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, row := range x {
		for _, v := range row {
			sum += math.Abs(v)
		}
	}
	golden.Close(t, "patterns", []float64{sum}, []float64{g.Sum}, 1e-7) // the peer's are float32 here and there
	models := map[string]Model{"svm": nil, "lda": NewLDA(), "bayes": NewNaiveBayes(), "ridge": NewRidge()}
	for _, want := range g.Maps {
		o := SearchlightOptions{Model: models[want.Model]}
		if want.Centres {
			o.Centres = centres
		}
		m, err := Searchlight(x, mask, g.Y, g.Group, want.Radius, o)
		if err != nil {
			t.Errorf("%s, %g mm: %v", want.Model, want.Radius, err)
			continue
		}
		golden.Close(t, fmt.Sprintf("%s, %g mm, centres %t", want.Model, want.Radius, want.Centres), m.Image("accuracy").Volume(0), want.Scores, 1e-12)
	}
}

func image(t *testing.T, shape []int, affine [4][4]float64, values []float64) *nifti.Image {
	t.Helper()
	im, err := nifti.New(shape, affine, values)
	if err != nil {
		t.Fatal(err)
	}
	return im
}

var unit = [4][4]float64{{2, 0, 0, 0}, {0, 2, 0, 0}, {0, 0, 2, 0}, {0, 0, 0, 1}}

// small returns patterns of a block of voxels, a few of which tell two classes in
// five groups of four samples.
func small(t *testing.T, effect float64, seed uint64) (x [][]float64, mask *nifti.Image, y, group []int) {
	r := rand.New(rand.NewPCG(seed, 1))
	shape := []int{5, 4, 3}
	in := make([]float64, 60)
	for i := range in {
		in[i] = 1
	}
	in[7] = 0
	for i := range 20 {
		row := make([]float64, 59)
		for j := range row {
			row[j] = r.NormFloat64()
			if j >= 30 && j < 36 {
				row[j] += effect * float64(i%2)
			}
		}
		x, y, group = append(x, row), append(y, i%2), append(group, i/4)
	}
	return x, image(t, shape, unit, in), y, group
}

func TestSearchlightThreads(t *testing.T) {
	x, mask, y, group := small(t, 2, 1)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, m := range []Model{NewSVM(), NewLDA(), NewCorrelation(), Func(NewRidge().FitPredict)} {
		var first *SearchlightMap
		for _, threads := range []int{1, 2, 5} {
			runtime.GOMAXPROCS(threads)
			got, err := Searchlight(x, mask, y, group, 3, SearchlightOptions{Model: m, Permutations: 10, Seed: 3})
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = got
			}
			if !reflect.DeepEqual(got, first) {
				t.Errorf("%T: another result with %d threads", m, threads)
			}
		}
	}
}

// TestSearchlightPermutations holds p-values against their definition.
func TestSearchlightPermutations(t *testing.T) {
	x, mask, y, group := small(t, 2.5, 2)
	const n = 99
	o := SearchlightOptions{Model: NewLDA(), Permutations: n, Seed: 5}
	m, err := Searchlight(x, mask, y, group, 2, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.NullMax) != n || m.Exact {
		t.Fatalf("%d shufflings, exact %t", len(m.NullMax), m.Exact)
	}
	shuffled, _, err := shuffleWithin(y, group, n, 5)
	if err != nil {
		t.Fatal(err)
	}
	null := make([][]float64, n)
	for k, labels := range shuffled {
		for _, g := range group { // labels stay in their groups
			var a, b int
			for i := range y {
				if group[i] == g {
					a, b = a+y[i], b+labels[i]
				}
			}
			if a != b {
				t.Fatalf("shuffling %d changes group %d", k, g)
			}
		}
		one, err := Searchlight(x, mask, labels, group, 2, SearchlightOptions{Model: NewLDA()})
		if err != nil {
			t.Fatal(err)
		}
		null[k] = one.Accuracy
		if top := slices.Max(one.Accuracy); top != m.NullMax[k] {
			t.Errorf("shuffling %d: largest accuracy %g, want %g", k, m.NullMax[k], top)
		}
	}
	for c, a := range m.Accuracy {
		here, anywhere := 1, 1
		for k := range null {
			if null[k][c] >= a-1e-12 {
				here++
			}
			if m.NullMax[k] >= a-1e-12 {
				anywhere++
			}
		}
		if m.P[c] != float64(here)/(n+1) || m.PMax[c] != float64(anywhere)/(n+1) {
			t.Errorf("centre %d: p %g and %g, want %d and %d hundredths", c, m.P[c], m.PMax[c], here, anywhere)
		}
	}
	if best := m.Best(); m.PMax[best] > 0.05 {
		t.Errorf("the effect has p = %g", m.PMax[best])
	}
}

// TestSearchlightNull: without effects, corrected p-values of 0.05 and less come
// in at most as many data sets as a binomial of 0.05 has in 99.9 of 100 cases;
// accuracies of few samples are often equal, which makes them rarer.
func TestSearchlightNull(t *testing.T) {
	found := 0
	const sets = 40
	for seed := range uint64(sets) {
		x, mask, y, group := small(t, 0, 100+seed)
		m, err := Searchlight(x, mask, y, group, 2, SearchlightOptions{Model: NewCorrelation(), Permutations: 39, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		if slices.Min(m.PMax) <= 0.05 {
			found++
		}
	}
	if found > 7 {
		t.Errorf("an effect was found in %d of %d data sets without", found, sets)
	}
	t.Logf("%d of %d", found, sets)
}

func TestSearchlightExact(t *testing.T) {
	x, mask, y, _ := small(t, 1, 3)
	x, y = x[:6], y[:6]
	group := []int{0, 0, 1, 1, 2, 2}
	m, err := Searchlight(x, mask, y, group, 2, SearchlightOptions{Model: NewRidge(), Permutations: 100})
	if err != nil {
		t.Fatal(err)
	}
	if !m.Exact || len(m.NullMax) != 8 {
		t.Errorf("%d shufflings, exact %t; two classes in three pairs have 8", len(m.NullMax), m.Exact)
	}
	if p := slices.Min(m.PMax); p < 1.0/8 {
		t.Errorf("p = %g of 8", p)
	}
}

func TestSearchlightErrors(t *testing.T) {
	x, mask, y, group := small(t, 1, 4)
	nan := slices.Clone(x)
	nan[3] = slices.Clone(nan[3])
	nan[3][8] = math.NaN()
	other := image(t, []int{5, 4, 4}, unit, make([]float64, 80))
	all := make([]float64, 60)
	all[7] = 1
	outside := image(t, []int{5, 4, 3}, unit, all)
	for _, c := range []struct {
		want string
		run  func() error
	}{
		{"x[3][8] is NaN", func() error { _, err := Searchlight(nan, mask, y, group, 2, SearchlightOptions{}); return err }},
		{"x has 20 samples, y has 19 and group has 20", func() error { _, err := Searchlight(x, mask, y[1:], group, 2, SearchlightOptions{}); return err }},
		{"radius is -1 mm", func() error { _, err := Searchlight(x, mask, y, group, -1, SearchlightOptions{}); return err }},
		{"at least two groups are needed", func() error {
			_, err := Searchlight(x, mask, y, make([]int, 20), 2, SearchlightOptions{})
			return err
		}},
		{"at least two classes are needed", func() error {
			_, err := Searchlight(x, mask, make([]int, 20), group, 2, SearchlightOptions{})
			return err
		}},
		{"x has 59 voxels and mask has 1", func() error { _, err := Searchlight(x, outside, y, group, 2, SearchlightOptions{}); return err }},
		{"Centres has voxel (2, 1, 0), which mask leaves out", func() error {
			_, err := Searchlight(x, mask, y, group, 2, SearchlightOptions{Centres: outside})
			return err
		}},
		{"mask and Centres:", func() error {
			_, err := Searchlight(x, mask, y, group, 2, SearchlightOptions{Centres: other})
			return err
		}},
		{"mask has no voxels", func() error { _, err := Searchlight(x, nil, y, group, 2, SearchlightOptions{}); return err }},
		{"the sphere about voxel (0, 0, 0) with 1 voxels: fold 1 of 5: decode: Correlation.FitPredict: x has 1 feature", func() error {
			_, err := Searchlight(x, mask, y, group, 0, SearchlightOptions{Model: NewCorrelation()})
			return err
		}},
		{"nothing can be rearranged", func() error {
			// Groups of one class each.
			_, err := Searchlight(x, mask, y, []int{0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, 2, SearchlightOptions{Model: Func(func(_ [][]float64, _ []int, test [][]float64) ([]int, error) {
				return make([]int, len(test)), nil
			}), Permutations: 9})
			return err
		}},
		{"decode: Patterns: volumes[1] is 3; im has volumes 0 to 0", func() error { _, err := Patterns(mask, mask, 0, 3); return err }},
		{"decode: Patterns: mask is 0 everywhere", func() error { _, err := Patterns(other, other); return err }},
	} {
		if err := c.run(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// TestPatternsNaN names the voxel.
func TestPatternsNaN(t *testing.T) {
	values := make([]float64, 120)
	values[60+23] = math.Inf(1)
	in := make([]float64, 60)
	in[22], in[23] = 1, 2
	im, mask := image(t, []int{5, 4, 3, 2}, unit, values), image(t, []int{5, 4, 3}, unit, in)
	if _, err := Patterns(im, mask); err == nil || !strings.Contains(err.Error(), "voxel (3, 0, 1) of volume 1 is +Inf") {
		t.Error(err)
	}
	x, err := Patterns(im, mask, 0, 0)
	if err != nil || len(x) != 2 || len(x[0]) != 2 {
		t.Error(x, err)
	}
}

func TestPermutationTestGroups(t *testing.T) {
	x, _, y, group := small(t, 1.5, 6)
	for _, m := range []Model{NewSVM(), Func(NewSVM().FitPredict)} {
		p, err := PermutationTestGroups(m, x, y, group, 49, 1)
		if err != nil {
			t.Fatal(err)
		}
		shuffled, _, err := shuffleWithin(y, group, 49, 1)
		if err != nil {
			t.Fatal(err)
		}
		reached := 1
		for k, labels := range shuffled {
			s, err := LeaveOneGroupOut(NewSVM(), x, labels, group)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(s.Mean()-p.Null[k]) > 1e-12 {
				t.Errorf("%T: shuffling %d: %g, want %g", m, k, p.Null[k], s.Mean())
			}
			if s.Mean() >= p.Scores.Mean()-1e-12 {
				reached++
			}
		}
		if p.P != float64(reached)/50 {
			t.Errorf("%T: p = %g, want %d in 50", m, p.P, reached)
		}
	}
}

func TestSplitHalf(t *testing.T) {
	// Two voxels' worth of arithmetic: r is 1 or -1.
	x := [][]float64{{1, 0, 2}, {0, 1, 5}, {2, 1, 3.5}, {0, 3, 9}}
	s, err := SplitHalf(x, []int{4, 9, 4, 9}, []int{0, 0, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	// Less the mean of two classes, their patterns are opposite.
	if r := s.R; math.Abs(r[0][0]+r[0][1]) > 1e-15 || math.Abs(r[0][0]-r[1][1]) > 1e-15 {
		t.Errorf("R = %v", r)
	}
	a := []float64{0.5, -0.5, -1.5} // {1,0,2} less {0.5,0.5,3.5}
	b := []float64{1, -1, -2.75}    // {2,1,3.5} less {1,2,6.25}
	unitPattern(a)
	unitPattern(b)
	golden.Close(t, "r", s.R[0][:1], []float64{dot(a, b)}, 1e-14)
	if s.Identified != 1 || s.Within != s.R[0][0] && math.Abs(s.Within-s.R[0][0]) > 1e-15 {
		t.Errorf("identified %g, within %g", s.Identified, s.Within)
	}
	if _, err := SplitHalf(x, []int{4, 9, 4, 4}, []int{0, 0, 1, 1}); err == nil || !strings.Contains(err.Error(), "class 9 has no sample in half 1") {
		t.Error(err)
	}
	if _, err := SplitHalf(x, []int{4, 9, 4, 9}, []int{1, 1, 2, 2}); err == nil || !strings.Contains(err.Error(), "half[2] is 2") {
		t.Error(err)
	}
}

func TestEncode(t *testing.T) {
	y, classes := Encode([]string{"house", "face", "house", "cat"})
	if !slices.Equal(y, []int{2, 1, 2, 0}) || !slices.Equal(classes, []string{"cat", "face", "house"}) {
		t.Error(y, classes)
	}
}

func TestNamesOfClasses(t *testing.T) {
	x, _, y, group := small(t, 2, 7)
	s, err := LeaveOneGroupOut(NewRidge(), x, y, group)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Table().Cols[1].Name; got != "as 0" {
		t.Error(got)
	}
	s.Names = []string{"face", "house"}
	table := s.Table()
	if !slices.Equal(table.Cols[0].Text, s.Names) || table.Cols[2].Name != "as house" {
		t.Error(table)
	}
	if names := s.Plot().Panels[1].Y.Names; !slices.Equal(names, s.Names) {
		t.Error(names)
	}
}

// TestSearchlightConstant: voxels that do not vary, as outside of the brain, stop no
// classifier where others in the sphere do.
func TestSearchlightConstant(t *testing.T) {
	x, mask, y, group := small(t, 2, 8)
	for _, row := range x {
		for j := 20; j < 26; j++ {
			row[j] = 0
		}
		row[30] = 7
	}
	for _, m := range []Model{NewSVM(), SVM{Loss: "hinge"}, NewLDA(), NewRidge(), NewNaiveBayes(), NewCorrelation(), NewLogistic()} {
		if _, err := Searchlight(x, mask, y, group, 4.5, SearchlightOptions{Model: m}); err != nil {
			t.Errorf("%T: %v", m, err)
		}
	}
}
