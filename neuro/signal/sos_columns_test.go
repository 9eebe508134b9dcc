package signal_test

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

// TestFiltFiltColumns holds every channel to FiltFilt, which is checked against
// SciPy, for widths on both sides of a block.
func TestFiltFiltColumns(t *testing.T) {
	for _, c := range []struct {
		order int
		kind  string
		cut   []float64
	}{{5, "band", []float64{.01, .1}}, {5, "low", []float64{.08}}, {4, "high", []float64{.01}}, {1, "low", []float64{.2}}} {
		s, err := signal.Butter(c.order, c.kind, 0.5, c.cut...)
		if err != nil {
			t.Fatal(err)
		}
		for _, width := range []int{0, 1, 3, 127, 128, 129, 300} {
			const n = 97
			x := make([][]float64, n)
			for i := range x {
				x[i] = make([]float64, width)
				for j := range x[i] {
					x[i][j] = 100 + math.Sin(float64(i*i+7*j)) + 0.1*float64(i)
				}
			}
			got, err := s.FiltFiltColumns(x)
			if err != nil {
				t.Fatal(err)
			}
			same := make([][]float64, n)
			for i := range x {
				same[i] = append([]float64(nil), x[i]...)
			}
			if err := s.FiltFiltInPlace(same); err != nil || !reflect.DeepEqual(same, got) && width > 0 {
				t.Fatalf("in place: %v, or other bits", err)
			}
			if len(got) != n {
				t.Fatalf("%d rows, want %d", len(got), n)
			}
			for j := range width {
				var in, out []float64
				for i := range x {
					in, out = append(in, x[i][j]), append(out, got[i][j])
				}
				want, err := s.FiltFilt(in)
				if err != nil {
					t.Fatal(err)
				}
				golden.Close(t, c.kind, out, want, 1e-9)
			}
		}
	}
}

func TestFiltFiltColumnsErrors(t *testing.T) {
	s, err := signal.Butter(2, "low", 1, .1)
	if err != nil {
		t.Fatal(err)
	}
	long := make([][]float64, 40)
	for i := range long {
		long[i] = []float64{1, 2}
	}
	bad := append([][]float64(nil), long...)
	bad[3] = []float64{1, math.NaN()}
	ragged := append([][]float64(nil), long...)
	ragged[3] = []float64{1}
	for want, x := range map[string][][]float64{"needs 10 or more": long[:9], "x[3]": bad, "equally long": ragged, "x has 0 samples": nil} {
		if _, err := s.FiltFiltColumns(x); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
		if err := s.FiltFiltInPlace(x); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
}
