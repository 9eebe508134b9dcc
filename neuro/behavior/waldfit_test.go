package behavior

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestFitWaldPeer(t *testing.T) {
	var cases []struct {
		X                []float64
		V, A, T0, LogLik float64
		SE               []float64
	}
	golden.JSON(t, golden.Path(t, "behavior/wald.json"), &cases)
	for _, c := range cases {
		f, err := FitWald(c.X)
		if err != nil {
			t.Error(err)
			continue
		}
		if f.LogLik < c.LogLik-1e-9 {
			t.Errorf("log likelihood %.10g, the peer's is %.10g", f.LogLik, c.LogLik)
		}
		within(t, "V", f.Model.V, c.V, 1e-5)
		within(t, "A", f.Model.A, c.A, 1e-5)
		within(t, "T0", f.Model.T0, c.T0, 1e-5)
		within(t, "SE of V", f.SE.V, c.SE[0], 1e-3)
		within(t, "SE of A", f.SE.A, c.SE[1], 1e-3)
		within(t, "SE of T0", f.SE.T0, c.SE[2], 1e-3)
		if !strings.HasPrefix(f.Show().Text(), "shifted Wald: drift ") {
			t.Errorf("shown as %q", f.Show().Text())
		}
	}
}

func TestFitWaldErrors(t *testing.T) {
	// Times with a tail to the left.
	var left []float64
	for i := range 60 {
		left = append(left, 0.6-0.1*math.Pow(float64(i)/60, 3))
	}
	for want, rt := range map[string][]float64{
		"no tail to the right": left, "rt has 3 times": {1, 2, 3}, "rt[1] is NaN": {1, math.NaN(), 3, 4, 5, 6, 7, 8, 9, 10},
		"all 10 times": {1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
	} {
		if f, err := FitWald(rt); err == nil || !strings.HasPrefix(err.Error(), "behavior: FitWald: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, %v; want an error that says %q", f, err, want)
		}
	}
}
