package nifti_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// TestMapVolumes: every volume is turned once, in every type, in memory and on
// disk; the new image has its own grid and the old one's volumes.
func TestMapVolumes(t *testing.T) {
	for _, f := range small(t) {
		whole, err := nifti.Decode(bytes.NewReader(f.bytes(t)), f.Name)
		if err != nil {
			t.Fatal(err)
		}
		disk, _ := onDisk(t, f.bytes(t))
		for _, im := range []*nifti.Image{whole, disk} {
			out, err := nifti.MapVolumes(im, [3]int{2, 1, 1}, diagonal, func(v int, in, out []float64) {
				out[0], out[1] = in[len(in)-1], float64(v)
				in[len(in)-1] = 0 // which is not the image's own
			})
			if err != nil {
				t.Fatal(err)
			}
			if out.Type() != "float32" || out.Volumes() != im.Volumes() || out.TR != im.TR || out.Affine != diagonal {
				t.Fatalf("%s: %s of shape %v, TR %g s", f.Name, out.Type(), out.Shape, out.TR)
			}
			for v := range im.Volumes() {
				values := im.Volume(v)
				golden.Close(t, f.Name, out.Volume(v), []float64{float64(float32(values[len(values)-1])), float64(v)}, 0)
			}
		}
	}
	_, err := nifti.MapVolumes(nil, [3]int{1, 1, 1}, diagonal, nil)
	if err == nil || !strings.Contains(err.Error(), "MapVolumes: the image has no voxels") {
		t.Errorf("of nil: %v", err)
	}
	im, err := nifti.New([]int{2}, diagonal, []float64{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := nifti.MapVolumes(im, [3]int{0, 1, 1}, diagonal, nil); err == nil || !strings.Contains(err.Error(), "shape[0] is 0") {
		t.Errorf("without voxels: %v", err)
	}
	gone, path := onDisk(t, slices.Clone(small(t)[0].bytes(t)))
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := nifti.MapVolumes(gone, [3]int{1, 1, 1}, diagonal, func(int, []float64, []float64) {}); err == nil || !strings.Contains(err.Error(), "run.nii") {
		t.Errorf("a file that is gone: %v", err)
	}
}
