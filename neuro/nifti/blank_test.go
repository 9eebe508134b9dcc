package nifti_test

import (
	"testing"

	"github.com/neurorepl/neurorepl/neuro/nifti"
)

func TestBlank(t *testing.T) {
	affine := [4][4]float64{{2, 0, 0, 1}, {0, 2, 0, 2}, {0, 0, 2, 3}, {0, 0, 0, 1}}
	im, err := nifti.Blank([]int{2, 3, 1, 4}, affine)
	if err != nil {
		t.Fatal(err)
	}
	im.SetFrame(2, []int{5, 0}, []float64{1.5, -2})
	for v := range 4 {
		for i, got := range im.Volume(v) {
			want := 0.0
			if v == 2 && i == 5 {
				want = 1.5
			} else if v == 2 && i == 0 {
				want = -2
			}
			if got != want {
				t.Errorf("volume %d, voxel %d is %g, want %g", v, i, got, want)
			}
		}
	}
	for name, f := range map[string]func(){
		"outside": func() { im.SetFrame(4, nil, nil) },
		"lengths": func() { im.SetFrame(0, []int{1}, nil) },
		"voxel":   func() { im.SetFrame(0, []int{6}, []float64{1}) },
		"float64": func() {
			other, _ := nifti.New([]int{1}, affine, []float64{1})
			other.SetFrame(0, []int{0}, []float64{1})
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
	for _, shape := range [][]int{nil, {0}, {3, -1}, {1 << 40, 1 << 40}} {
		if _, err := nifti.Blank(shape, affine); err == nil {
			t.Errorf("shape %v: no error", shape)
		}
	}
}
