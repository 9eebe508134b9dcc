package dist

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestStudent holds probabilities and quantiles against mpmath's with 60
// digits. The first step of the continued fraction cancels in proportion to
// the degrees of freedom, which the tolerance follows.
func TestStudent(t *testing.T) {
	var want []struct{ DF, T, SF, CDF, Z float64 }
	golden.JSON(t, golden.Path(t, "dist/student.json"), &want)
	worstP, worstZ := 0.0, 0.0
	for _, w := range want {
		got, below, z := StudentSF(w.T, w.DF), StudentSF(-w.T, w.DF), ZFromT(w.T, w.DF)
		worstP = math.Max(worstP, math.Abs(got-w.SF)/w.SF)
		worstZ = math.Max(worstZ, math.Abs(z-w.Z)/math.Max(1, math.Abs(w.Z)))
		tol := 1e-13 * math.Max(2, w.DF/4000)
		if !(math.Abs(got-w.SF) <= tol*w.SF) || !(math.Abs(below-w.CDF) <= tol) {
			t.Errorf("t = %g, df = %g: %.17g and %.17g, want %.17g and %.17g", w.T, w.DF, got, below, w.SF, w.CDF)
		}
		if !(math.Abs(z-w.Z) <= 1e-12*math.Max(1, w.Z)) || ZFromT(-w.T, w.DF) != -z {
			t.Errorf("t = %g, df = %g: z %.17g, want %.17g", w.T, w.DF, z, w.Z)
		}
	}
	t.Logf("largest relative error of the probability %.2g, of z %.2g", worstP, worstZ)
}

func TestStudentProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		df := rapid.Float64Range(0.5, 5000).Draw(t, "df")
		a := rapid.Float64Range(-50, 50).Draw(t, "a")
		b := rapid.Float64Range(-50, 50).Draw(t, "b")
		if a > b {
			a, b = b, a
		}
		pa, pb := StudentSF(a, df), StudentSF(b, df)
		// Neighbouring values may differ in their last digits.
		if !(pa >= pb-1e-13*pb) || !(pa >= 0 && pa <= 1) {
			t.Fatalf("P(T > %g) = %.17g, P(T > %g) = %.17g", a, pa, b, pb)
		}
		if sum := pa + StudentSF(-a, df); math.Abs(sum-1) > 1e-15 {
			t.Fatalf("both tails of %g sum to %.17g", a, sum)
		}
	})
	for _, c := range []struct{ t, df, want float64 }{
		{0, 5, 0.5}, {math.Inf(1), 5, 0}, {math.Inf(-1), 5, 1}, {1e200, 3, 0}, {math.NaN(), 3, math.NaN()}, {1, 0, math.NaN()}, {1, math.NaN(), math.NaN()},
	} {
		if got := StudentSF(c.t, c.df); got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("StudentSF(%g, %g) = %g, want %g", c.t, c.df, got, c.want)
		}
	}
}
