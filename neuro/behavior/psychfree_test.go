package behavior

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// TestFreeRates holds fitted guess and lapse rates and profile intervals to SciPy.
func TestFreeRates(t *testing.T) {
	var cases []struct {
		Shape                                           string
		Level                                           []float64
		Correct, Total                                  []int
		FixedGuess                                      *float64 `json:"fixed_guess"`
		FixedLapse                                      *float64 `json:"fixed_lapse"`
		Prob, Position, K, Guess, Lapse, NLL, Threshold float64
		Lo, Hi                                          float64
	}
	golden.JSON(t, golden.Path(t, "behavior/psychometric_free.json"), &cases)
	for i, c := range cases {
		o := PsychometricOptions{Shape: c.Shape, FreeGuess: c.FixedGuess == nil, FreeLapse: c.FixedLapse == nil}
		if !o.FreeGuess {
			o.Guess = *c.FixedGuess
		}
		if !o.FreeLapse {
			o.Lapse = *c.FixedLapse
		}
		p, err := FitPsychometric(c.Level, c.Correct, c.Total, o)
		if err != nil {
			t.Errorf("case %d: %v", i, err)
			continue
		}
		if p.LogLik < -c.NLL-1e-9 {
			t.Errorf("case %d: log likelihood %.10g, the peer's is %.10g", i, p.LogLik, -c.NLL)
		}
		steep := p.Beta
		if c.Shape != "weibull" {
			steep = 1 / p.Beta
		}
		lo, hi := p.CI(c.Prob, 0.95)
		for _, v := range []struct {
			what           string
			got, want, tol float64
		}{
			{"position", p.Alpha, c.Position, 1e-4}, {"steepness", steep, c.K, 1e-4 * c.K}, {"guess", p.Guess, c.Guess, 1e-5}, {"lapse", p.Lapse, c.Lapse, 1e-5},
			{"threshold", p.Threshold(c.Prob), c.Threshold, 1e-4}, {"lower end", lo, c.Lo, 1e-3}, {"upper end", hi, c.Hi, 1e-3},
		} {
			if !(math.Abs(v.got-v.want) <= v.tol) {
				t.Errorf("case %d (%s): %s %.8g, want %.8g", i, c.Shape, v.what, v.got, v.want)
			}
		}
		if rows := 3 + p.fit.free(); p.Table().Rows() != rows {
			t.Errorf("case %d: %d rows, want %d", i, p.Table().Rows(), rows)
		}
	}
}

// TestGoodnessOfFit: where the curve holds p is spread evenly, and
// overdispersion makes it small.
func TestGoodnessOfFit(t *testing.T) {
	level := []float64{1, 2, 3, 4, 5, 6}
	truth := psychometric{shape: "logistic", t: level, guess: 0.5, lapse: 0.02}
	sum, small, worse := 0.0, 0, 0
	const sessions = 30
	for k := range sessions {
		r := rng.New(9, uint64(k))
		correct, wild, total := make([]int, 6), make([]int, 6), make([]int, 6)
		for i := range level {
			total[i] = 100
			p, _ := truth.probability(i, [2]float64{3.5, math.Log(2)})
			correct[i] = r.Binomial(100, p)
			if p = math.Min(1, p+0.15); r.Float64() < 0.5 {
				p = math.Max(0.5, p-0.3)
			}
			wild[i] = r.Binomial(100, p)
		}
		p, err := FitPsychometric(level, correct, total, PsychometricOptions{Shape: "logistic"})
		if err != nil {
			continue
		}
		g, err := p.GoodnessOfFit(100, uint64(k))
		if err != nil {
			t.Fatal(err)
		}
		sum += g.P
		if g.P < 0.05 {
			small++
		}
		again, _ := p.GoodnessOfFit(100, uint64(k))
		if g.P != again.P {
			t.Fatal("another p from the same seed")
		}
		if w, err := FitPsychometric(level, wild, total, PsychometricOptions{Shape: "logistic"}); err == nil {
			if g, _ := w.GoodnessOfFit(100, 1); g.P < 0.05 {
				worse++
			}
		}
	}
	if mean := sum / sessions; mean < 0.35 || mean > 0.65 || small > 6 {
		t.Errorf("mean p %.3f, %d of %d below 0.05", mean, small, sessions)
	}
	if worse < 10 {
		t.Errorf("only %d wild sessions found out", worse)
	}
	p, _ := FitPsychometric(level, []int{24, 30, 33, 44, 48, 50}, []int{50, 50, 50, 50, 50, 50}, PsychometricOptions{Shape: "logistic", FreeLapse: true})
	g, err := p.GoodnessOfFit(50, 1)
	if err != nil || g.DF != 3 || !strings.HasPrefix(g.Show().Text(), "deviance ") {
		t.Errorf("%v, %v", g, err)
	}
	if _, err := p.GoodnessOfFit(5, 1); err == nil {
		t.Error("no error for 5 simulations")
	}
	for want, o := range map[string]PsychometricOptions{
		"MaxLapse is -1": {FreeLapse: true, MaxLapse: -1}, "leave nothing between them": {FreeGuess: true, MaxGuess: 0.9, Lapse: 0.2},
	} {
		if _, err := FitPsychometric(level, []int{24, 30, 33, 44, 48, 50}, []int{50, 50, 50, 50, 50, 50}, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
	}
}
