package nifti_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// onDisk writes b and reads it with a byte of memory, so that its voxels stay
// in the file and every walk takes as many tiles as it can.
func onDisk(t *testing.T, b []byte) (*nifti.Image, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run.nii")
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	im, err := nifti.ReadWith(path, nifti.ReadOptions{Memory: 1})
	if err != nil {
		t.Fatal(err)
	}
	return im, path
}

// TestDisk: an image that stays on disk is, in every type, byte order and
// version, compressed or not, the one that is read whole, by every method.
func TestDisk(t *testing.T) {
	for _, f := range small(t) {
		whole, err := nifti.Decode(bytes.NewReader(f.bytes(t)), f.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, zip := range []bool{false, true} {
			b := f.bytes(t)
			if zip {
				b = zipped(t, b)
			}
			im, path := onDisk(t, b)
			golden.Close(t, f.Name+" At", flattenAt(im), f.Values, 0)
			golden.Close(t, f.Name+" Volume", flatten(im), f.Values, 0)
			golden.Close(t, f.Name+" Mean", im.Mean().Volume(0), whole.Mean().Volume(0), 0)
			nx, ny, nz := im.Grid()
			golden.Close(t, f.Name+" Series", im.Series(nx-1, ny-1, nz-1), whole.Series(nx-1, ny-1, nz-1), 0)
			var voxels []int // from the last to the first, every second
			for v := nx*ny*nz - 1; v >= 0; v -= 2 {
				voxels = append(voxels, v)
			}
			for _, n := range []int{1, 3, 100} {
				got := make([][]float64, len(voxels))
				var mu sync.Mutex
				if err := im.EachSeries(voxels, n, func(first int, series [][]float64) error {
					mu.Lock()
					defer mu.Unlock()
					for i, s := range series {
						got[first+i] = slices.Clone(s)
					}
					return nil
				}); err != nil {
					t.Fatal(err)
				}
				for i, want := range whole.SeriesOf(voxels) {
					golden.Close(t, f.Name+" EachSeries", got[i], want, 0)
				}
			}
			copied := filepath.Join(filepath.Dir(path), "copy.nii.gz")
			if err := nifti.Write(copied, im); err != nil {
				t.Fatal(err)
			}
			back, err := nifti.Read(copied)
			if err != nil || back.Type() != whole.Type() {
				t.Fatalf("%s: %v", f.Name, err)
			}
			golden.Close(t, f.Name+" Write", flatten(back), f.Values, 0)
			as, err := im.As("float64")
			if err != nil {
				t.Fatal(err)
			}
			golden.Close(t, f.Name+" As", flatten(as), f.Values, 0)
		}
	}
}

// flattenAt asks for one voxel after the other, the last volume first.
func flattenAt(im *nifti.Image) []float64 {
	nx, ny, nz := im.Grid()
	n := nx * ny * nz
	out := make([]float64, n*im.Volumes())
	for v := im.Volumes() - 1; v >= 0; v-- {
		for i := range n {
			out[v*n+i] = im.At(i%nx, i/nx%ny, i/(nx*ny), v)
		}
	}
	return out
}

// TestDiskErrors: a file that is gone, was changed, ends early or is damaged is
// an error of the walks and the text of At's panic.
func TestDiskErrors(t *testing.T) {
	good := named(t, "4-D")
	gz := zipped(t, good)
	flipped := slices.Clone(gz)
	flipped[len(flipped)-6] ^= 0xff
	for _, c := range []struct {
		name   string
		b      []byte
		change func(path string) error
		want   string
		at     string // for At of the last volume; "": it can be read
	}{
		{"gone", good, os.Remove, "cannot be opened any more: no such file", "no such file"},
		{"gone, compressed", gz, os.Remove, "cannot be opened any more: no such file", "no such file"},
		{"shorter", good, func(p string) error { return os.Truncate(p, 400) }, "has changed since it was read, from 472 bytes", "has changed"},
		{"another", good, func(p string) error { return os.Chtimes(p, time.Unix(1, 0), time.Unix(1, 0)) }, "read it again", "has changed"},
		{"cut", gz[:len(gz)-40], nil, "gzip stream is cut off", "cut off"},
		{"voxels missing", zipped(t, good[:470]), nil, "ends after 470 bytes, within the voxels of volume 4", "ends after 470"},
		{"wrong checksum", flipped, nil, "damaged", ""},
	} {
		im, path := onDisk(t, c.b)
		if c.change != nil {
			if err := c.change(path); err != nil {
				t.Fatal(err)
			}
		}
		volumes := im.EachVolume(func(int, []float64) error { return nil })
		series := im.EachSeries([]int{0, 5}, 1, func(int, [][]float64) error { return nil })
		_, mean := nifti.MeanOf(im)
		_, as := im.As("int32")
		write := nifti.Write(filepath.Join(filepath.Dir(path), "copy.nii"), im)
		for what, err := range map[string]error{"EachVolume": volumes, "EachSeries": series, "MeanOf": mean, "As": as, "Write": write} {
			if err == nil || !strings.HasPrefix(err.Error(), "nifti: ") || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %s: %v", c.name, what, err)
			}
		}
		func() {
			defer func() {
				if r, _ := recover().(string); c.at != "" && (!strings.HasPrefix(r, "nifti: At: "+path) || !strings.Contains(r, c.at)) {
					t.Errorf("%s: panic %q", c.name, r)
				}
			}()
			im.At(0, 0, 0, 4)
		}()
	}
	if _, err := nifti.ReadWith("a.nii", nifti.ReadOptions{Memory: -1}); err == nil || !strings.Contains(err.Error(), "Memory is -1 bytes") {
		t.Errorf("%v", err)
	}
	short := filepath.Join(t.TempDir(), "short.nii")
	if err := os.WriteFile(short, good[:471], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := nifti.ReadWith(short, nifti.ReadOptions{Memory: 1}); err == nil || !strings.Contains(err.Error(), "ends after 471 bytes") {
		t.Errorf("a short file: %v", err)
	}
}

// TestWalkErrors: the error of the lowest batch that has one is returned, and
// it as it is.
func TestWalkErrors(t *testing.T) {
	im, err := nifti.Decode(bytes.NewReader(named(t, "4-D")), "x")
	if err != nil {
		t.Fatal(err)
	}
	third, fifth := errors.New("third"), errors.New("fifth")
	for range 20 {
		err := im.EachSeries([]int{0, 1, 2, 3, 4, 5}, 1, func(first int, _ [][]float64) error {
			return map[int]error{3: third, 5: fifth}[first]
		})
		if err != third {
			t.Fatalf("%v", err)
		}
	}
	if err := im.EachVolume(func(v int, _ []float64) error { return map[int]error{3: third}[v] }); err != third {
		t.Errorf("%v", err)
	}
	for want, f := range map[string]func() error{
		"voxels[1] is 12; it must be 0 to 11": func() error { return im.EachSeries([]int{0, 12}, 1, nil) },
		"n is 0":                              func() error { return im.EachSeries([]int{0}, 0, nil) },
		"EachSeries: the image has no voxels": func() error { return new(nifti.Image).EachSeries(nil, 1, nil) },
		"EachVolume: the image has no voxels": func() error { return (*nifti.Image)(nil).EachVolume(nil) },
		"MeanOf: the image has no voxels":     func() error { _, err := nifti.MeanOf(nil); return err },
		"As: the image has no voxels":         func() error { _, err := new(nifti.Image).As("int8"); return err },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestUnpack: a compressed image is unpacked once and then needs its file no
// more; without a folder for that it is decompressed again.
func TestUnpack(t *testing.T) {
	good := named(t, "4-D")
	whole, err := nifti.Decode(bytes.NewReader(good), "x")
	if err != nil {
		t.Fatal(err)
	}
	voxels := []int{0, 3, 5, 11}
	walk := func(im *nifti.Image) error {
		got := make([][]float64, len(voxels))
		var mu sync.Mutex
		err := im.EachSeries(voxels, 1, func(first int, series [][]float64) error {
			mu.Lock()
			defer mu.Unlock()
			got[first] = slices.Clone(series[0])
			return nil
		})
		for i, want := range whole.SeriesOf(voxels) {
			if err == nil && !slices.Equal(got[i], want) {
				t.Errorf("voxel %d: %v, want %v", voxels[i], got[i], want)
			}
		}
		return err
	}
	im, path := onDisk(t, zipped(t, good))
	var wg sync.WaitGroup
	for range 4 { // at once
		wg.Go(func() {
			if err := walk(im); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := walk(im); err != nil {
		t.Error(err)
	}
	golden.Close(t, "At", flattenAt(im), flatten(whole), 0)
	golden.Close(t, "Mean", im.Mean().Volume(0), whole.Mean().Volume(0), 0)

	t.Setenv("TMPDIR", filepath.Join(filepath.Dir(path), "none"))
	t.Setenv("TMP", filepath.Join(filepath.Dir(path), "none"))
	im, path = onDisk(t, zipped(t, good))
	if err := walk(im); err != nil {
		t.Error(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := walk(im); err == nil || !strings.Contains(err.Error(), "cannot be opened any more") {
		t.Errorf("without a copy: %v", err)
	}
}
