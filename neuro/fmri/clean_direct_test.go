package fmri_test

import (
	"fmt"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
)

// TestCleanBlocks cleans more series than are cleaned at a time. Each has the bits
// that it has alone, for any number of threads, and nothing is left in it of what
// was taken out.
func TestCleanBlocks(t *testing.T) {
	const n = 61
	keep := make([]bool, n)
	for i := range keep {
		keep[i] = i%9 != 4
	}
	for _, m := range []int{1, 15, 16, 17, 127, 128, 129, 300} {
		series, confounds := cleanSeries(n, m), cleanConfounds(n, 5)
		for _, o := range []fmri.CleanOptions{
			{},
			{Confounds: confounds},
			{Confounds: confounds, Keep: keep, Standardize: "zscore"},
			{Confounds: confounds, Detrend: "constant", Standardize: "none"},
			{Confounds: confounds, Detrend: "none", Standardize: "psc"},
			{Filter: "cosine", HighPass: 0.01, TR: 2, Standardize: "psc"},
		} {
			before := copied(series)
			all, err := fmri.Clean(series, o)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(series, before) {
				t.Fatalf("%d series: cleaning changed them", m)
			}
			threads := runtime.GOMAXPROCS(3)
			again, err := fmri.Clean(series, o)
			runtime.GOMAXPROCS(threads)
			if err != nil || !reflect.DeepEqual(again, all) {
				t.Fatalf("%d series, %+v: other bits on three threads (%v)", m, o, err)
			}
			for _, k := range []int{0, m / 2, m - 1} {
				alone := make([][]float64, n)
				for i := range alone {
					alone[i] = series[i][k : k+1]
				}
				one, err := fmri.Clean(alone, o)
				if err != nil {
					t.Fatal(err)
				}
				sum, line, first, square, size := 0.0, 0.0, 0.0, 0.0, 0.0
				for i, row := range one.Series {
					v := row[0]
					if v != all.Series[i][k] {
						t.Fatalf("series %d of %d, %+v: volume %d is %v; alone %v", k, m, o, i, all.Series[i][k], v)
					}
					at := all.Kept[i]
					sum, square, size = sum+v, square+v*v, math.Max(size, math.Abs(v))
					line += v * float64(i)
					if o.Confounds != nil {
						first += v * confounds[at][0]
					}
				}
				count := float64(len(all.Kept))
				limit := 1e-12 * size * count
				if o.Detrend != "none" && math.Abs(sum) > limit || o.Detrend == "" && math.Abs(line) > limit*count || math.Abs(first) > limit && o.Detrend == "" {
					t.Errorf("series %d of %d, %+v: sum %g, with a line %g, with a confound %g", k, m, o, sum, line, first)
				}
				if o.Standardize == "" && math.Abs(square/(count-1)-1) > 1e-12 || o.Standardize == "zscore" && math.Abs(square/count-1) > 1e-12 {
					t.Errorf("series %d of %d, %+v: variance off: %g of %g", k, m, o, square, count)
				}
			}
		}
	}
}

// TestCleanBlocksOdd: values that are not finite, and constants, beyond the first
// block, in volumes that are kept or not.
func TestCleanBlocksOdd(t *testing.T) {
	const n, m = 30, 200
	keep := make([]bool, n)
	for i := range keep {
		keep[i] = i != 11
	}
	for _, at := range []int{7, 11} {
		series := cleanSeries(n, m)
		series[at][150], series[at][160] = math.Inf(1), math.NaN()
		for i := range series {
			series[i][131] = -1e-200
		}
		series[11][131] = 3 // dropped
		o := fmri.CleanOptions{Keep: keep}
		if _, err := fmri.Clean(series, o); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("series[%d][150] is +Inf", at)) {
			t.Errorf("volume %d: %v", at, err)
		}
		for _, standardize := range []string{"zscore_sample", "zscore", "psc", "none"} {
			o.NaN, o.Standardize = "zero", standardize
			got, err := fmri.Clean(series, o)
			if err != nil {
				t.Fatal(err)
			}
			if !math.IsInf(series[at][150], 1) || got.NonFinite != 2 || !reflect.DeepEqual(got.Constant, []int{131}) {
				t.Errorf("volume %d, %s: %g, %d not finite, constant %v", at, standardize, series[at][150], got.NonFinite, got.Constant)
			}
			filled := copied(series)
			filled[at][150], filled[at][160] = 0, 0
			want, err := fmri.Clean(filled, o)
			if err != nil || !reflect.DeepEqual(got.Series, want.Series) {
				t.Errorf("volume %d, %s: not as with 0 (%v)", at, standardize, err)
			}
			for _, row := range got.Series {
				if row[131] != 0 {
					t.Fatalf("%s: a constant series gives %g", standardize, row[131])
				}
			}
		}
	}
}

func copied(x [][]float64) [][]float64 {
	out := make([][]float64, len(x))
	for i, row := range x {
		out[i] = append([]float64(nil), row...)
	}
	return out
}
