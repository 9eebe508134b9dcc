package behavior

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

var psignifitShape = map[string]string{"norm": "normal", "logistic": "logistic", "weibull": "gumbel", "gumbel": "gumbel", "rgumbel": "rgumbel", "tdist": "student"}

type psignifitParams map[string]float64

func (q psignifitParams) params() []float64 {
	g, ok := q["gamma"]
	if !ok {
		g = q["lambda"]
	}
	return []float64{q["threshold"], q["width"], g, q["lambda"], q["eta"]}
}

func listed(p PsychometricParams) []float64 {
	return []float64{p.Threshold, p.Width, p.Guess, p.Lapse, p.Eta}
}

// near is 1e-2 relative and, for the rates, which can be 0, absolute.
func near(t *testing.T, name string, got, want []float64, tol float64) {
	t.Helper()
	for i, g := range got {
		allowed := tol * math.Abs(want[i])
		if i > aWidth {
			allowed += tol
		}
		if !(math.Abs(g-want[i]) <= allowed) {
			t.Errorf("%s: %s is %.6g, want %.6g", name, axisNames[i], g, want[i])
		}
	}
}

// TestPsignifitShared holds the six sigmoids to psignifit.
func TestPsignifitShared(t *testing.T) {
	var g struct {
		Data [][3]float64
		Fits []struct {
			Sigmoid, Exp string
			MAP, Mean    psignifitParams
			CI           map[string]map[string][2]float64
			Thr75        float64
		}
	}
	golden.JSON(t, golden.Shared(t, "golden/behavior_pharm/psychometric.json"), &g)
	var level []float64
	var correct, total []int
	for _, d := range g.Data {
		level, correct, total = append(level, d[0]), append(correct, int(d[1])), append(total, int(d[2]))
	}
	if len(g.Fits) != 6 {
		t.Fatalf("%d fits", len(g.Fits))
	}
	for _, f := range g.Fits {
		r, err := FitPsychometricBayes(level, correct, total, PsychometricBayesOptions{Shape: psignifitShape[f.Sigmoid], Task: f.Exp})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"0.95", "0.9", "0.68"} {
			r.Confidence, _ = strconv.ParseFloat(name, 64)
			r.Marginals = nil
			r.describe()
			lo, hi := psignifitParams{}, psignifitParams{}
			for k, v := range f.CI {
				lo[k], hi[k] = v[name][0], v[name][1]
			}
			near(t, f.Sigmoid+" MAP", listed(r.MAP), f.MAP.params(), 1e-2)
			near(t, f.Sigmoid+" mean", listed(r.Mean), f.Mean.params(), 1e-4)
			near(t, f.Sigmoid+" lower "+name, listed(r.Lo), lo.params(), 1e-4)
			near(t, f.Sigmoid+" upper "+name, listed(r.Hi), hi.params(), 1e-4)
			if at, _, _ := r.Threshold(0.75); math.Abs(at/f.Thr75-1) > 1e-2 {
				t.Errorf("%s: threshold at 0.75 is %g, want %g", f.Sigmoid, at, f.Thr75)
			}
		}
	}
}

// TestPsignifit holds other shapes, tasks and extreme data to the peer.
func TestPsignifit(t *testing.T) {
	var cases []struct {
		Name, Shape, Task string
		Level             []float64
		Correct, Total    []int
		MAP, Mean         psignifitParams
		CI                map[string][2]float64
	}
	golden.JSON(t, golden.Path(t, "behavior/psignifit.json"), &cases)
	for _, c := range cases {
		shape, falling := strings.CutPrefix(c.Shape, "neg_")
		r, err := FitPsychometricBayes(c.Level, c.Correct, c.Total, PsychometricBayesOptions{Shape: psignifitShape[shape], Task: c.Task, Falling: falling})
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		lo, hi := psignifitParams{}, psignifitParams{}
		for k, v := range c.CI {
			lo[k], hi[k] = v[0], v[1]
		}
		near(t, c.Name+" mean", listed(r.Mean), c.Mean.params(), 1e-4)
		near(t, c.Name+" lower", listed(r.Lo), lo.params(), 1e-4)
		near(t, c.Name+" upper", listed(r.Hi), hi.params(), 1e-4)
		// The peer's simplex stops early: ours may be more probable, never less.
		p := c.MAP.params()
		theirs := r.model.logPosterior([5]float64{p[0], p[1], p[2], p[3], p[4]})
		ours := r.model.logPosterior([5]float64{r.MAP.Threshold, r.MAP.Width, r.MAP.Guess, r.MAP.Lapse, r.MAP.Eta})
		if ours < theirs-1e-9 {
			t.Errorf("%s: log posterior %g, the peer's is %g", c.Name, ours, theirs)
		}
		if ours < theirs+1e-4 && c.Name != "perfect" { // where the posterior is flat
			near(t, c.Name+" MAP", listed(r.MAP), p, 3e-2)
		} else {
			t.Logf("%s: log posterior %.6g above the peer's; %v against %v", c.Name, ours-theirs, r.MAP, p)
		}
	}
}

// TestBayesExtremes: no data make an error where there are two levels, and the
// posterior says what it does not know.
func TestBayesExtremes(t *testing.T) {
	x := []float64{1, 2, 4, 8}
	n := []int{20, 20, 20, 20}
	for _, c := range []struct {
		name    string
		correct []int
		note    string
	}{
		{"perfect", n, "below 1, the lowest"},
		{"none", []int{0, 0, 0, 0}, "above 8, the highest"},
		{"chance", []int{10, 10, 10, 10}, "above 8, the highest"},
		{"a step", []int{10, 10, 20, 20}, ""},
	} {
		for _, shape := range []string{"normal", "weibull"} {
			r, err := FitPsychometricBayes(x, c.correct, n, PsychometricBayesOptions{Shape: shape})
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			if all := strings.Join(r.Notes, "; "); !strings.Contains(all, c.note) || c.note == "" && strings.Contains(all, "threshold lies") {
				t.Errorf("%s, %s: notes %q, want %q", c.name, shape, all, c.note)
			}
			for a, v := range listed(r.Mean) {
				if lo, hi := listed(r.Lo)[a], listed(r.Hi)[a]; !(lo <= v && v <= hi) {
					t.Errorf("%s, %s: mean %s %g is not in %g to %g", c.name, shape, axisNames[a], v, lo, hi)
				}
			}
		}
	}
}

// TestBayesLog: a Weibull curve is the Gumbel curve of log level, and a falling
// one the mirror of a rising one.
func TestBayesLog(t *testing.T) {
	x, c, n := []float64{1, 2, 4, 8, 16}, []int{21, 24, 33, 38, 40}, []int{40, 40, 40, 40, 40}
	wrong, log := make([]int, 5), make([]float64, 5)
	for i := range x {
		log[i], wrong[i] = math.Log(x[i]), n[i]-c[i]
	}
	w, err := FitPsychometricBayes(x, c, n, PsychometricBayesOptions{Shape: "weibull"})
	if err != nil {
		t.Fatal(err)
	}
	g, _ := FitPsychometricBayes(log, c, n, PsychometricBayesOptions{Shape: "gumbel"})
	f, _ := FitPsychometricBayes(log, wrong, n, PsychometricBayesOptions{Shape: "gumbel", Falling: true})
	for _, v := range []struct {
		what      string
		got, want float64
	}{
		{"MAP", w.MAP.Threshold, math.Exp(g.MAP.Threshold)}, {"width", w.MAP.Width, g.MAP.Width}, {"lower end", w.Lo.Threshold, math.Exp(g.Lo.Threshold)},
		{"curve", w.At(3), g.At(math.Log(3))}, {"falling curve", 1 - f.At(1), g.At(1)}, {"falling threshold", f.MAP.Threshold, g.MAP.Threshold},
	} {
		if math.Abs(v.got-v.want) > 1e-5*math.Abs(v.want) {
			t.Errorf("%s %g, want %g", v.what, v.got, v.want)
		}
	}
	at, lo, hi := w.Threshold(0.75)
	if math.Abs(w.At(at)-0.75) > 1e-9 || !(lo < at && at < hi) {
		t.Errorf("threshold at 0.75: %g (%g to %g), where the curve is %g", at, lo, hi, w.At(at))
	}
	if v, _, _ := f.Threshold(0.25); math.Abs(f.At(v)-0.25) > 1e-9 {
		t.Errorf("falling threshold %g, where the curve is %g", v, f.At(v))
	}
	slope, lo, hi := w.Slope(3)
	if want := (w.At(3.001) - w.At(2.999)) / 0.002; math.Abs(slope-want) > 1e-4*want || !(lo < slope && slope < hi) {
		t.Errorf("slope %g (%g to %g), want %g", slope, lo, hi, want)
	}
	for _, prob := range []float64{0.4, 1, math.NaN()} {
		if v, _, _ := w.Threshold(prob); !math.IsNaN(v) {
			t.Errorf("threshold at %g is %g", prob, v)
		}
	}
	lows, highs := w.Band(x)
	for i := range x {
		if !(lows[i] <= w.At(x[i]) && w.At(x[i]) <= highs[i]) {
			t.Errorf("band at %g: %g to %g, curve %g", x[i], lows[i], highs[i], w.At(x[i]))
		}
	}
	for _, m := range w.Marginals {
		sum := 0.0
		for i := 1; i < len(m.Density); i++ {
			sum += (m.Value[i] - m.Value[i-1]) * (m.Density[i] + m.Density[i-1]) / 2
		}
		if m.Density != nil && math.Abs(sum-1) > 0.01 {
			t.Errorf("%s: the density has integral %g", m.Name, sum)
		}
	}
	if w.Table().Rows() != 5 || !strings.HasPrefix(w.Show().Text(), "weibull psychometric function, 2AFC: threshold ") {
		t.Errorf("shown as %q", w.Show().Text())
	}
}

func TestBayesErrors(t *testing.T) {
	x, c, n := []float64{1, 2, 4}, []int{5, 7, 9}, []int{10, 10, 10}
	for _, v := range []struct {
		x    []float64
		c, n []int
		o    PsychometricBayesOptions
		want string
	}{
		{x, c[:2], n, PsychometricBayesOptions{}, "level has 3 values, correct 2"},
		{[]float64{2, 2, 2}, c, n, PsychometricBayesOptions{}, "fewer than two different levels in 3"},
		{nil, nil, nil, PsychometricBayesOptions{}, "fewer than two different levels in 0"},
		{[]float64{1, math.NaN(), 2}, c, n, PsychometricBayesOptions{}, "level[1] is NaN"},
		{[]float64{0, 1, 2}, c, n, PsychometricBayesOptions{Shape: "weibull"}, "level[0] is 0"},
		{x, []int{5, 11, 9}, n, PsychometricBayesOptions{}, "correct[1] is 11 of 10"},
		{x, c, []int{10, 10, 0}, PsychometricBayesOptions{}, "total[2] is 0"},
		{x, c, n, PsychometricBayesOptions{Shape: "probit"}, `Shape is "probit"`},
		{x, c, n, PsychometricBayesOptions{Task: "1AFC"}, `Task is "1AFC"`},
		{x, c, n, PsychometricBayesOptions{Task: "detection"}, `Task is "detection"`},
		{x, c, n, PsychometricBayesOptions{Guess: 0.3}, "only a yes/no task leaves it open"},
		{x, c, n, PsychometricBayesOptions{Lapse: 1.5}, "Lapse is 1.5"},
		{x, c, n, PsychometricBayesOptions{Lapse: 0.6}, "leave nothing between them"},
		{x, c, n, PsychometricBayesOptions{Eta: -0.5}, "Eta is -0.5"},
		{x, c, n, PsychometricBayesOptions{Range: [2]float64{3, 1}}, "Range is 3 to 1"},
		{x, c, n, PsychometricBayesOptions{Confidence: 95}, "Confidence is 95"},
	} {
		if r, err := FitPsychometricBayes(v.x, v.c, v.n, v.o); err == nil || !strings.HasPrefix(err.Error(), "behavior: FitPsychometricBayes: ") || !strings.Contains(err.Error(), v.want) {
			t.Errorf("%v, %v; want an error that says %q", r, err, v.want)
		}
	}
}
