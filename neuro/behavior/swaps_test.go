package behavior

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// No maximum is below the best that SciPy found from many starts.
func TestReportSwapsPeer(t *testing.T) {
	var sets []struct {
		Response, Target []float64
		Others           [][]float64
		LL               float64 `json:"loglik"`
		Best             []float64
	}
	golden.JSON(t, golden.Path(t, "behavior/swaps.json"), &sets)
	for i, s := range sets {
		var f *ReportMixture
		var err error
		if s.Others != nil {
			f, err = FitReportSwaps(s.Response, s.Target, s.Others)
		} else {
			e := make([]float64, len(s.Response))
			for k := range e {
				e[k] = s.Response[k] - s.Target[k]
			}
			f, err = FitReportMixture(e)
		}
		if err != nil {
			t.Fatal(err)
		}
		if !f.Converged || f.LogLik < s.LL-1e-7 || math.Abs(f.LogLik-s.LL) > 1e-5 {
			t.Errorf("set %d: converged %t at %.9f, SciPy's best is %.9f", i, f.Converged, f.LogLik, s.LL)
		}
		within(t, "kappa", f.Kappa, s.Best[0], 2e-4)
		if math.Abs(f.Swap-(1-s.Best[1])*s.Best[2]) > 1e-4 || math.Abs(f.Guess-s.Best[1]) > 1e-4 {
			t.Errorf("set %d: %v, SciPy has %v", i, f, s.Best)
		}
		within(t, "sum of proportions", f.Target+f.Swap+f.Guess, 1, 1e-12)
	}
}

// Simulated observers are found again, and their fits converge.
func TestReportSwapsRecovery(t *testing.T) {
	const runs = 40
	converged, swap := 0, 0
	for k := range runs {
		s := rng.New(8, uint64(k))
		var response, target []float64
		var others [][]float64
		for range 150 {
			o := []float64{2 * math.Pi * s.Float64(), 2 * math.Pi * s.Float64()}
			at, r := 2*math.Pi*s.Float64(), 0.0
			switch u := s.Float64(); {
			case u < 0.15:
				r = 2 * math.Pi * s.Float64()
			case u < 0.35:
				r = o[0] + 0.3*s.Norm()
			default:
				r = at + 0.3*s.Norm()
			}
			response, target, others = append(response, r), append(target, at), append(others, o)
		}
		f, err := FitReportSwaps(response, target, others)
		if err != nil {
			t.Fatal(err)
		}
		if f.Converged {
			converged++
		}
		if math.Abs(f.Swap-0.2) < 1.96*f.SESwap {
			swap++
		}
	}
	if converged != runs || swap < 34 {
		t.Errorf("of %d: converged %d, swaps within their interval %d", runs, converged, swap)
	}
}

func TestReportSwapsErrors(t *testing.T) {
	ten := make([]float64, 10)
	none := make([][]float64, 10)
	for want, f := range map[string]func() error{
		"others 0":            func() error { _, err := FitReportSwaps(ten, ten, nil); return err },
		"no trial has":        func() error { _, err := FitReportSwaps(ten, ten, none); return err },
		"response[0] is NaN":  func() error { _, err := FitReportSwaps([]float64{math.NaN()}, []float64{0}, none[:1]); return err },
		"others[0][0] is NaN": func() error { _, err := FitReportSwaps(ten[:1], ten[:1], [][]float64{{math.NaN()}}); return err },
		"at least 10":         func() error { _, err := FitReportSwaps(ten[:1], ten[:1], [][]float64{{1}}); return err },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}
