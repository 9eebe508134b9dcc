package nifti_test

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// TestReaders holds Read against what nibabel 5.4.2 returns for every NIfTI
// file of the collection: shape, affine, and statistics of the scaled values.
func TestReaders(t *testing.T) {
	var want map[string]struct {
		Reader              string
		Dtype               string
		Affine              [4][4]float64
		Shape               []int
		Mean, Std, Min, Max float64
	}
	golden.JSON(t, golden.Shared(t, "data/expected_readers.json"), &want)
	read := 0
	for name, w := range want {
		if !strings.HasSuffix(name, ".nii") && !strings.HasSuffix(name, ".nii.gz") || !strings.HasPrefix(w.Reader, "nibabel") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			im, err := nifti.Read(golden.Shared(t, filepath.Join("data", filepath.FromSlash(name))))
			if err != nil {
				t.Fatal(err)
			}
			if len(w.Shape) != len(im.Shape) {
				t.Fatalf("shape %v, want %v", im.Shape, w.Shape)
			}
			n, sum, lo, hi := 0, 0.0, math.Inf(1), math.Inf(-1)
			for i, d := range w.Shape {
				if im.Shape[i] != d {
					t.Fatalf("shape %v, want %v", im.Shape, w.Shape)
				}
			}
			for v := range im.Volumes() {
				for _, x := range im.Volume(v) {
					if !math.IsNaN(x) { // the oracle leaves NaN out
						n, sum, lo, hi = n+1, sum+x, math.Min(lo, x), math.Max(hi, x)
					}
				}
			}
			mean, ss := sum/float64(n), 0.0
			for v := range im.Volumes() {
				for _, x := range im.Volume(v) {
					if !math.IsNaN(x) {
						ss += (x - mean) * (x - mean)
					}
				}
			}
			golden.Close(t, "extremes", []float64{lo, hi}, []float64{w.Min, w.Max}, 0)
			// The order of summation differs from NumPy's.
			golden.Close(t, "moments", []float64{mean, math.Sqrt(ss / float64(n))}, []float64{w.Mean, w.Std}, 1e-10)
			for i := range 4 {
				golden.Close(t, "affine", im.Affine[i][:], w.Affine[i][:], 1e-15)
			}
			read++
		})
	}
	if read < 30 {
		t.Errorf("%d files were read, 30 and more are listed", read)
	}
}
