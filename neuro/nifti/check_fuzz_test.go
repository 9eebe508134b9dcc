package nifti

import (
	"bytes"
	"math"
	"os"
	"testing"
)

// Check tells an error of a file if and only if it is refused.
func FuzzCheck(f *testing.F) {
	whole, err := os.ReadFile("../../testdata/imaging/run.nii.gz")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	im, err := New([]int{2, 2}, [4][4]float64{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}, []float64{1, 2, 3, 4})
	if err != nil {
		f.Fatal(err)
	}
	for _, version := range []int{1, 2} {
		im.version = version
		im.Extensions = []Extension{{6, []byte("text")}}
		b, err := im.header(false)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(append(b, im.raw...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, refused := decode(bytes.NewReader(b), nil, math.MaxInt64, nil)
		p, err := check(bytes.NewReader(b), "a.nii")
		if err != nil {
			t.Fatal(err)
		}
		// A pair has another file, of which neither knows here.
		if (refused != nil) != (p.Count("error") > 0) {
			t.Errorf("Decode: %v; Check: %v", refused, p)
		}
	})
}
