package behavior

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// drawDDM draws a model over a wide range; vary says which parameters vary.
func drawDDM(s *rng.Source, vary int) DDM {
	in := func(lo, hi float64) float64 { return lo + float64((hi-lo)*s.Float64()) }
	d := DDM{A: vec.Exp(in(-1, 1.3)), V: in(-5, 5), T0: in(0.1, 0.5), Z: in(0.1, 0.9), S: 1}
	if vary&1 != 0 {
		d.SV = in(0, 2)
	}
	if vary&2 != 0 {
		d.SZ = float64(in(0, 1.9) * math.Min(d.Z, 1-d.Z))
	}
	if vary&4 != 0 {
		d.ST0 = in(0.01, 2*d.T0)
	}
	return d
}

// TestDDMVariedQuadrature compares means over starts and non-decision times
// with fine quadrature of the density without them.
func TestDDMVariedQuadrature(t *testing.T) {
	// Panels are short against their distance from 0 and the time of the passage.
	mean := func(lo, hi, longest float64, f func(float64) float64) float64 {
		if lo == hi {
			return f(lo)
		}
		sum := 0.0
		for x := lo; x < hi; {
			next := math.Min(x+math.Min(math.Max(0.1*x, 1e-4*hi), longest), hi)
			sum += gauss10(x, next, f)
			x = next
		}
		return sum / (hi - lo)
	}
	worst := 0.0
	for k := range 100 {
		s := rng.New(7, uint64(k))
		vary := 1 + k%7
		d := drawDDM(s, vary)
		rt := d.T0 - d.ST0/2 + float64(2*d.A*d.A*math.Pow(s.Float64(), 2))
		for _, upper := range []bool{true, false} {
			fixed := d
			fixed.SZ, fixed.ST0, fixed.T0 = 0, 0, 0
			u := rt - d.T0
			lo, hi := math.Max(u-d.ST0/2, 0), u+d.ST0/2
			part := 1.0
			if d.ST0 > 0 {
				part = (hi - lo) / d.ST0
			}
			want := part * mean(lo, hi, 0.1*d.A*d.A/(1+d.V*d.V*d.A*d.A/10), func(x float64) float64 {
				return mean(d.Z-d.SZ/2, d.Z+d.SZ/2, 0.03, func(z float64) float64 {
					fixed.Z = z
					return vec.Exp(fixed.LogPDF(x, upper))
				})
			})
			got := d.LogPDF(rt, upper)
			if want > 1e-12 {
				worst = math.Max(worst, math.Abs(got-vec.Log(want)))
				if math.Abs(got-vec.Log(want)) > 1e-8 {
					t.Errorf("%+v at %g, upper %v: log density %.12g, want %.12g", d, rt, upper, got, vec.Log(want))
				}
			}
		}
	}
	t.Logf("largest difference %.2g", worst)
}

// TestDDMBlocks: trials have the same bits alone and among others.
func TestDDMBlocks(t *testing.T) {
	for vary := range 8 {
		s := rng.New(9, uint64(vary))
		d := drawDDM(s, vary)
		var rt []float64
		var upper []bool
		for range 307 {
			rt = append(rt, d.T0-0.05+float64(s.Float64()*1.5))
			upper = append(upper, s.Float64() < 0.6)
		}
		rt[3], rt[200], rt[201] = math.NaN(), math.Inf(1), math.Inf(-1)
		sum := 0.0
		for i, l := range d.LogPDFs(rt, upper) {
			if one := d.LogPDF(rt[i], upper[i]); math.Float64bits(one) != math.Float64bits(l) {
				t.Errorf("%v: trial %d alone %v, among others %v", d, i, one, l)
			}
			if i > 201 {
				sum += l
			}
		}
		if got := d.LogLikelihood(rt[202:], upper[202:]); got != sum {
			t.Errorf("likelihood %v, sum %v", got, sum)
		}
	}
	if got := NewDDM().LogLikelihood(nil, nil); got != 0 {
		t.Errorf("without trials %g", got)
	}
	if got := (DDM{}).LogLikelihood([]float64{1}, []bool{true}); !math.IsNaN(got) {
		t.Errorf("without parameters %g", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("unequal lengths did not panic")
		}
	}()
	NewDDM().LogLikelihood([]float64{1}, nil)
}

func BenchmarkDDMLogLikelihood(b *testing.B) {
	for _, c := range []struct {
		name string
		d    DDM
	}{
		{"fixed", DDM{A: 1.2, V: 1.5, T0: 0.25, Z: 0.45, S: 1}},
		{"SV", DDM{A: 1.2, V: 1.5, T0: 0.25, Z: 0.45, S: 1, SV: 0.8}},
		{"SZ", DDM{A: 1.2, V: 1.5, T0: 0.25, Z: 0.45, S: 1, SZ: 0.2}},
		{"ST0", DDM{A: 1.2, V: 1.5, T0: 0.25, Z: 0.45, S: 1, ST0: 0.1}},
		{"all", DDM{A: 1.2, V: 1.5, T0: 0.25, Z: 0.45, S: 1, SV: 0.8, SZ: 0.2, ST0: 0.1}},
	} {
		for _, n := range []int{500, 10000} {
			b.Run(c.name, func(b *testing.B) {
				s, err := c.d.Simulate(n, 0.005, 1)
				if err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					c.d.LogLikelihood(s.RT, s.Upper)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/trial")
			})
		}
	}
}

// TestDDMGrid compares with rtdists over wide ranges; testdata/behavior/ddm.R
// made the values, with means over starts and non-decision times by adaptive
// quadrature of rtdists' densities.
func TestDDMGrid(t *testing.T) {
	var g struct {
		DDM []struct {
			A, V, T0, Z, SV, SZ, ST0 float64
			RT, Upper, Lower         []float64
		}
	}
	golden.JSON(t, "../../testdata/behavior/ddm.json", &g)
	for _, e := range g.DDM {
		d := DDM{A: e.A, V: e.V, T0: e.T0 + e.ST0/2, Z: e.Z, S: 1, SV: e.SV, SZ: e.SZ, ST0: e.ST0}
		for _, upper := range []bool{true, false} {
			want := e.Lower
			if upper {
				want = e.Upper
			}
			up := make([]bool, len(e.RT))
			for i := range up {
				up[i] = upper
			}
			for i, l := range d.LogPDFs(e.RT, up) {
				if got := vec.Exp(l); !(math.Abs(got-want[i]) <= 1e-6*(1+want[i])) {
					t.Errorf("%v at %g, upper %v: %.9g, want %.9g", d, e.RT[i], upper, got, want[i])
				}
			}
		}
	}
}
