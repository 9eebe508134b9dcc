package stats

import (
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

type mixtureReference struct {
	X    [][]float64
	Fits []struct {
		K           int
		LogLik, BIC float64
		Weights     []float64
		Means       [][]float64
		Covs        [][][]float64
	}
}

func TestFitMixtureIsSklearn(t *testing.T) {
	var ref map[string]mixtureReference
	golden.JSON(t, golden.Path(t, "stats/mixture.json"), &ref)
	for name, c := range ref {
		least, at := math.Inf(1), 0
		for _, want := range c.Fits {
			if want.BIC < least {
				least, at = want.BIC, want.K
			}
			m, err := FitMixture(c.X, MixtureOptions{Components: want.K, Starts: 8, Tol: 1e-9, MaxIter: 2000})
			if err != nil {
				t.Fatalf("%s, %d: %v", name, want.K, err)
			}
			// Components that are not there have many optima, and each seed finds others.
			if want.K > 3 || name == "overlap" && want.K > 2 || name == "line" && want.K > 2 || name == "one" && want.K > 1 {
				if m.LogLik < want.LogLik-0.05 {
					t.Errorf("%s, %d components: log-likelihood %.9g, scikit-learn has %.9g", name, want.K, m.LogLik, want.LogLik)
				}
				continue
			}
			golden.Close(t, name+" log-likelihood", []float64{m.LogLik}, []float64{want.LogLik}, 1e-7)
			golden.Close(t, name+" BIC", []float64{m.BIC}, []float64{want.BIC}, 1e-5)
			golden.Close(t, name+" weights", m.Weights, want.Weights, 2e-3)
			for k := range want.Means {
				golden.Close(t, name+" mean", m.Means[k], want.Means[k], 5e-3)
				for i := range want.Covs[k] {
					golden.Close(t, name+" covariance", m.Covs[k][i], want.Covs[k][i], 1e-2)
				}
			}
		}
		m, err := FitMixture(c.X, MixtureOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Weights) != at {
			t.Errorf("%s: BIC chooses %d components (%v), scikit-learn's %d", name, len(m.Weights), m.BICs, at)
		}
	}
}

func TestMixtureOfOne(t *testing.T) {
	// One component is the mean and the covariance.
	x := [][]float64{{1, 2}, {3, 1}, {2, 5}, {0, 0}, {4, 4}}
	m, err := FitMixture(x, MixtureOptions{Components: 1, Regular: 1e-12})
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "mean", m.Means[0], []float64{2, 2.4}, 1e-12)
	golden.Close(t, "covariance", []float64{m.Covs[0][0][0], m.Covs[0][0][1], m.Covs[0][1][1]}, []float64{2, 1.4, 3.44}, 1e-9)
	of, far, err := m.Assign(x)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i, d := range far {
		sum += d
		if of[i] != 0 {
			t.Errorf("sample %d is of component %d", i, of[i])
		}
	}
	golden.Close(t, "sum of squares", []float64{sum}, []float64{10}, 1e-9) // n d
	p, density, err := m.Posterior(x)
	if err != nil {
		t.Fatal(err)
	}
	total := 0.0
	for i := range p {
		total += density[i] / 5
		if p[i][0] != 1 {
			t.Errorf("posterior %v", p[i])
		}
	}
	golden.Close(t, "log-likelihood", []float64{total}, []float64{m.LogLik}, 1e-12)
}

func TestMixtureThreads(t *testing.T) {
	var x [][]float64
	r := rng.New(5, 1)
	for i := range 300 {
		x = append(x, []float64{r.Norm() + float64(4*(i%3)), r.Norm()})
	}
	old := runtime.GOMAXPROCS(1)
	a, err := FitMixture(x, MixtureOptions{Seed: 3})
	runtime.GOMAXPROCS(3)
	b, err2 := FitMixture(x, MixtureOptions{Seed: 3})
	runtime.GOMAXPROCS(old)
	if err != nil || err2 != nil || !reflect.DeepEqual(a, b) {
		t.Errorf("%v, %v (%v, %v)", a, b, err, err2)
	}
	if len(a.Weights) != 3 {
		t.Errorf("%d components of three: %v", len(a.Weights), a.BICs)
	}
}

func TestMixtureErrors(t *testing.T) {
	two := [][]float64{{1, 2}, {3, 1}, {2, 5}}
	for _, c := range []struct {
		x    [][]float64
		o    MixtureOptions
		want string
	}{
		{nil, MixtureOptions{}, "no samples"},
		{[][]float64{{1, 2}, {3}}, MixtureOptions{}, "x[1] has 1 features"},
		{[][]float64{{1, 2}, {math.NaN(), 3}, {4, 5}}, MixtureOptions{}, "x[1][0] is NaN"},
		{two[:2], MixtureOptions{}, "2 samples of 2 features; 3"},
		{two, MixtureOptions{Components: 4}, "Components is 4"},
		{two, MixtureOptions{Regular: -1}, "Regular"},
		{two, MixtureOptions{Starts: -1}, "Starts is -1"},
		{[][]float64{{1, 2}, {1, 3}, {1, 5}}, MixtureOptions{}, "feature 0 is 1 in all samples"},
	} {
		if _, err := FitMixture(c.x, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; %q is wanted", err, c.want)
		}
	}
}
