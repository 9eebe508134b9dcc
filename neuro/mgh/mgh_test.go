package mgh_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/mgh"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

type file struct {
	Type   string
	Shape  []int
	Affine [4][4]float64
	TR     float64
	Values []float64
	File   string
}

func (f file) bytes(t testing.TB) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(f.File)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func files(t testing.TB) (all []file) {
	t.Helper()
	golden.JSON(t, golden.Path(t, "mgh/files.json"), &all)
	return all
}

func values(im *nifti.Image) (out []float64) {
	for v := range im.Volumes() {
		out = append(out, im.Volume(v)...)
	}
	return out
}

func near(a, b [4][4]float64) bool {
	for i := range 4 {
		for j := range 4 {
			if math.Abs(a[i][j]-b[i][j]) > 1e-5 { // single precision in the file
				return false
			}
		}
	}
	return true
}

// TestNibabel reads what nibabel wrote; and reads back what it writes.
func TestNibabel(t *testing.T) {
	all := files(t)
	if len(all) != 15 {
		t.Fatalf("%d files", len(all))
	}
	for k, f := range all {
		im, err := mgh.Decode(bytes.NewReader(f.bytes(t)), "brain.mgz")
		if err != nil {
			t.Fatalf("%d: %v", k, err)
		}
		if im.Type() != f.Type || !slices.Equal(im.Shape, f.Shape) || !slices.Equal(values(im), f.Values) || !near(im.Affine, f.Affine) || im.TR != f.TR || im.Name != "brain" {
			t.Errorf("%d: %v %v %v TR %g %q, want %s %v %v TR %g", k, im, im.Affine, values(im), im.TR, im.Name, f.Type, f.Shape, f.Affine, f.TR)
		}
		for _, ext := range []string{".mgh", ".mgz"} {
			path := filepath.Join(t.TempDir(), "x"+ext)
			if err := mgh.Write(path, im); err != nil {
				t.Fatal(err)
			}
			back, err := mgh.Read(path)
			if err != nil {
				t.Fatal(err)
			}
			if back.Type() != f.Type || !slices.Equal(back.Shape, f.Shape) || !slices.Equal(values(back), f.Values) || !near(back.Affine, f.Affine) || back.TR != f.TR {
				t.Errorf("%d: wrote %v, read %v", k, im, back)
			}
			if raw, _ := os.ReadFile(path); ext == ".mgh" && f.Type != "float32" && !bytes.Equal(raw[:42], f.bytes(t)[:42]) {
				t.Errorf("%d: header %v, nibabel's %v", k, raw[:42], f.bytes(t)[:42])
			}
		}
	}
}

// TestShared reads a file that nibabel has among its tests.
func TestShared(t *testing.T) {
	var want map[string]struct {
		Affine         [4][4]float64
		Shape          []int
		Mean, Min, Max float64
	}
	golden.JSON(t, golden.Shared(t, "data/expected_readers.json"), &want)
	const name = "packaged/nibabel/test.mgz"
	im, err := mgh.Read(golden.Shared(t, "data/"+name))
	if err != nil {
		t.Fatal(err)
	}
	w, v := want[name], values(im)
	mean := 0.0
	for _, x := range v {
		mean += x / float64(len(v))
	}
	if !slices.Equal(im.Shape, w.Shape) || !near(im.Affine, w.Affine) || math.Abs(mean-w.Mean) > 1e-6 || slices.Min(v) != w.Min || slices.Max(v) != w.Max {
		t.Errorf("%v, affine %v, mean %g, %g to %g; want %+v", im, im.Affine, mean, slices.Min(v), slices.Max(v), w)
	}
}

// TestUnplaced: without a place in space, voxels run to the left, to inferior
// and to anterior.
func TestUnplaced(t *testing.T) {
	raw := files(t)[0].bytes(t)
	binary.BigEndian.PutUint16(raw[28:], 0)
	im, err := mgh.Decode(bytes.NewReader(raw), "x")
	if err != nil {
		t.Fatal(err)
	}
	if want := [4][4]float64{{-1, 0, 0, 1.5}, {0, 0, 1, -2.5}, {0, -1, 0, 2}, {0, 0, 0, 1}}; im.Affine != want || im.Space != "" {
		t.Errorf("affine %v in %q, want %v", im.Affine, im.Space, want)
	}
}

func TestErrors(t *testing.T) {
	good := files(t)[3].bytes(t) // int32, 3 x 4 x 5
	zipped := files(t)[6].bytes(t)
	change := func(at int, value uint32) []byte {
		b := slices.Clone(good)
		binary.BigEndian.PutUint32(b[at:], value)
		return b
	}
	for want, data := range map[string][]byte{
		"ends within the header":                nil,
		"it starts with 7 where the version":    change(0, 7),
		"claims the shape [-1 4 5 1]":           change(4, math.MaxUint32),
		"claims the shape [1000000 4 5 1000000": change(4, 1000000)[:20],
		"voxels of type 77":                     change(20, 77),
		"must be finite":                        change(30, math.Float32bits(float32(math.NaN()))),
		"its middle is at":                      change(78, math.Float32bits(float32(math.Inf(1)))),
		"ends within the voxels ([3 4 5] int32": good[:300],
		"gzip stream is damaged":                append(slices.Clone(zipped[:40]), bytes.Repeat([]byte{0xff}, 60)...),
		"ends within the voxels":                zipped[:len(zipped)-60],
	} {
		if strings.HasPrefix(want, "claims the shape [1000000") {
			data = change(4, 1000000)
			binary.BigEndian.PutUint32(data[16:], 1000000)
		}
		if _, err := mgh.Decode(bytes.NewReader(data), "x.mgh"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	if _, err := mgh.Read("none.mgz"); err == nil || !strings.Contains(err.Error(), "none.mgz: no such file") {
		t.Errorf("Read of no file: %v", err)
	}
	im, _ := nifti.New([]int{1, 1, 1, 1, 2}, [4][4]float64{{1}, {0, 1}, {0, 0, 1}, {0, 0, 0, 1}}, []float64{1, 2})
	flat, _ := nifti.New([]int{1}, [4][4]float64{{1}, {0, 1}, {}, {0, 0, 0, 1}}, []float64{1})
	for want, err := range map[string]error{
		"must end in .mgh or .mgz": mgh.Write("x.nii", im),
		"three dimensions":         mgh.Write("x.mgz", im),
		"no voxels":                mgh.Write("x.mgz", nil),
		"axis 2 no length":         mgh.Write("x.mgz", flat),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Write: %v, want %q", err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range files(f) {
		f.Add(file.bytes(f))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		im, err := mgh.Decode(bytes.NewReader(data), "x")
		if err == nil {
			_ = im.String()
			_ = im.Volume(im.Volumes() - 1)
		}
	})
}

// A volume of FreeSurfer becomes NIfTI for programs that do not read it.
func ExampleRead() {
	brain, err := mgh.Read("bert/mri/brain.mgz")
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := nifti.Write("brain.nii.gz", brain); err != nil {
		fmt.Println(err)
	}
	// Output: mgh: Read: bert/mri/brain.mgz: no such file or directory
}
