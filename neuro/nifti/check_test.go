package nifti_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// headers are files and what nibabel makes of them, see
// testdata/imaging/headers.py.
type headers struct {
	Whole []struct {
		Version      int
		Order        string
		File         string
		Sform, Qform [][]float64
		Extensions   [][2]any
	}
	Wrong []struct {
		Name    string
		Version int
		File    string
		Found   [][2]any
	}
}

func unpack(t testing.TB, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What nibabel's checks find is found, with the severity of its level.
func TestCheckAsNibabel(t *testing.T) {
	var h headers
	golden.JSON(t, golden.Path(t, "imaging/headers.json"), &h)
	path := filepath.Join(t.TempDir(), "a.nii")
	for _, c := range h.Wrong {
		if err := os.WriteFile(path, unpack(t, c.File), 0o666); err != nil {
			t.Fatal(err)
		}
		p, err := nifti.Check(path)
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		for _, f := range c.Found {
			switch level := f[0].(float64); {
			case level >= 40:
				want = "error"
			case level >= 20 && want != "error":
				want = "warning"
			case want == "":
				want = "note"
			}
		}
		switch c.Name {
		case "RGB": // nibabel reads colours
			want = "error"
		}
		got := ""
		if len(p) > 0 {
			got = p[0].Severity
		}
		if got != want {
			t.Errorf("NIfTI-%d, %s: %v; nibabel has %v", c.Version, c.Name, p, c.Found)
		}
		im, err := nifti.Read(path)
		if (err != nil) != (want == "error") {
			t.Errorf("NIfTI-%d, %s: Read gives %v", c.Version, c.Name, err)
		}
		if err == nil && !reflect.DeepEqual(im.Problems, p) {
			t.Errorf("NIfTI-%d, %s: Read keeps %v, Check tells %v", c.Version, c.Name, im.Problems, p)
		}
	}
}

// Each fault is told in its words.
func TestCheck(t *testing.T) {
	good := named(t, "4-D") // little endian, int16, 3 x 2 x 2 x 5
	if good == nil {
		t.Fatal("no file")
	}
	order := binary.LittleEndian
	change := func(f func(b []byte)) []byte {
		b := bytes.Clone(good)
		f(b)
		return b
	}
	put16 := func(at, v int) func(b []byte) { return func(b []byte) { order.PutUint16(b[at:], uint16(v)) } }
	putF := func(at int, v float64) func(b []byte) {
		return func(b []byte) { order.PutUint32(b[at:], math.Float32bits(float32(v))) }
	}
	all := func(f ...func(b []byte)) func(b []byte) {
		return func(b []byte) {
			for _, g := range f {
				g(b)
			}
		}
	}
	// A plain header: sform alone, mm and s, TR 2 s, and no scaling.
	plain := all(put16(252, 0), put16(254, 1), func(b []byte) { b[123] = 2 | 8 }, putF(92, 2), putF(76, 1), putF(112, 0), putF(116, 0))
	form := func(at int, sx, sy, sz float64) func(b []byte) {
		return func(b []byte) {
			for i := range 12 {
				putF(at+4*i, 0)(b)
			}
			for i, v := range []float64{sx, sy, sz} {
				putF(at+16*i+4*i, v)(b)
			}
		}
	}
	fit := all(plain, form(280, 3, 3, 3), putF(80, 3), putF(84, 3), putF(88, 3))
	for _, c := range []struct {
		name string
		b    []byte
		file string
		want []string
	}{
		{"good", change(fit), "", nil},
		{"compressed", zipped(t, change(fit)), "a.nii.gz", nil},
		{"compressed, not named so", zipped(t, change(fit)), "", []string{"warning: is compressed, which its name does not say; other programs may refuse it"}},
		{"not compressed, named so", change(fit), "a.nii.gz", []string{"warning: is not compressed, which its name does not say; other programs may refuse it"}},
		{"empty", nil, "", []string{"error: is empty; a NIfTI file starts with a header of 348 or 540 bytes"}},
		{"text", []byte(strings.Repeat("onset\n", 100)), "", []string{`error: is not NIfTI: it starts with "onse" where the header's size stands, 348 (NIfTI-1) or 540 (NIfTI-2)`}},
		{"cut off", change(fit)[:400], "", []string{"error: ends after 400 bytes, within the 120 bytes of voxels ([3 2 2 5] int16 from byte 352) that the header promises"}},
		{"compressed, cut off", zipped(t, change(fit))[:100], "a.nii.gz", []string{"error: gzip stream is cut off"}},
		{"too long", append(change(fit), 1, 2, 3), "", []string{"warning: 3 bytes follow the voxels that the header promises; dim or datatype may be wrong"}},
		{"no forms", change(all(fit, put16(254, 0))), "", []string{"warning: sform_code: is 0, and qform_code too: where voxels lie is not known; x is taken to run to the left, and the centre to be 0"}},
		{"forms apart", change(all(fit, put16(252, 1), putF(256, 0), putF(260, 0), putF(264, 0), putF(268, 0), putF(272, 4), putF(276, 3))), "", []string{
			"warning: qform_code: the qform and the sform place a corner of the image 5 mm apart; the sform is used"}},
		{"forms alike", change(all(fit, put16(252, 1), putF(256, 0), putF(260, 0), putF(264, 0), putF(268, 0), putF(272, 0.02), putF(276, 0))), "", nil},
		{"qform unused", change(all(fit, put16(252, 1), putF(256, 2))), "", []string{"warning: qform_code: is 1, and the quaternion (2, 0, 0) is longer than 1; a rotation's is not; the sform is used"}},
		{"sizes", change(all(fit, putF(84, 2))), "", []string{"warning: pixdim[2]: gives voxels of 2 mm and the sform of 3 mm; the sform is used"}},
		{"flat", change(all(fit, form(280, 3, 0, 3))), "", []string{"warning: pixdim[2]: gives voxels of 3 mm and the sform of 0 mm; the sform is used", "warning: the affine has no inverse: voxels lie in a plane or a line"}},
		{"metres", change(all(fit, func(b []byte) { b[123] = 1 | 8 }, form(280, .003, .003, .003), putF(80, .003), putF(84, .003), putF(88, .003))), "", nil},
		{"no unit of length", change(all(fit, func(b []byte) { b[123] = 8 })), "", []string{"note: xyzt_units: names no unit of length; mm are taken"}},
		{"odd unit of length", change(all(fit, func(b []byte) { b[123] = 7 | 8 })), "", []string{"warning: xyzt_units: has the unit of length 7, which is not in the standard; mm are taken"}},
		{"no unit of time", change(all(fit, func(b []byte) { b[123] = 2 })), "", []string{"warning: xyzt_units: names no unit of time; pixdim[4] is 2, which is taken as s"}},
		{"ms without a unit", change(all(fit, func(b []byte) { b[123] = 2 }, putF(92, 2000))), "", []string{"warning: xyzt_units: names no unit of time; pixdim[4] is 2000, which is taken as s and is probably in ms"}},
		{"odd unit of time", change(all(fit, func(b []byte) { b[123] = 2 | 56 })), "", []string{"warning: xyzt_units: has the unit of time 56, which is not in the standard; s are taken"}},
		{"Hz", change(all(fit, func(b []byte) { b[123] = 2 | 32 })), "", []string{"note: xyzt_units: says that the fourth dimension is not time; TR is 0"}},
		{"ms as s", change(all(fit, putF(92, 2000))), "", []string{"warning: pixdim[4]: gives 2000 s between volumes; the unit is probably ms"}},
		{"s as ms", change(all(fit, func(b []byte) { b[123] = 2 | 16 })), "", []string{"warning: pixdim[4]: gives 0.002 s between volumes; the unit is probably s"}},
		{"no TR", change(all(fit, putF(92, 0))), "", []string{"warning: pixdim[4]: is 0: the time between volumes is not known"}},
		{"TR NaN", change(all(fit, putF(92, math.NaN()))), "", []string{"error: pixdim[4] is NaN; the time between volumes is finite and 0 (unknown) or more"}},
		{"slope NaN", change(all(fit, putF(112, math.NaN()))), "", []string{"note: scl_slope: is NaN, which is taken as no scaling"}},
		{"intercept NaN", change(all(fit, putF(112, 2), putF(116, math.NaN()))), "", []string{"error: scl_inter is NaN beside scl_slope 2; it must be finite"}},
		{"several", change(all(fit, put16(72, 8), put16(254, 0), putF(92, 0))), "", []string{
			"warning: sform_code: is 0, and qform_code too: where voxels lie is not known; x is taken to run to the left, and the centre to be 0",
			"warning: pixdim[4]: is 0: the time between volumes is not known", "note: bitpix: is 8; voxels of type int16 have 16 bits, which are read"}},
		{"dimensions", change(all(fit, put16(40, 9))), "", []string{"error: dim[0] is 9; an image has 1 to 7 dimensions"}},
		{"Analyze", change(all(fit, func(b []byte) { copy(b[344:], "\x00\x00\x00\x00") })), "", []string{"error: magic is \"\\x00\\x00\\x00\\x00\""}},
		{"pair alone", change(all(fit, func(b []byte) { copy(b[344:], "ni1\x00") })), "a.hdr", []string{"error: is the header of a pair; the .img file beside it is missing"}},
	} {
		if c.file == "" {
			c.file = "a.nii"
		}
		path := filepath.Join(t.TempDir(), c.file)
		if err := os.WriteFile(path, c.b, 0o666); err != nil {
			t.Fatal(err)
		}
		p, err := nifti.Check(path)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		same := len(p) == len(c.want)
		for i := range p {
			same = same && strings.HasPrefix(p[i].String(), c.want[min(i, len(c.want)-1)])
		}
		if !same {
			t.Errorf("%s: %v\nwant %q", c.name, p, c.want)
		}
		im, err := nifti.Read(path)
		if refused := err != nil; refused != (p.Count("error") > 0) {
			t.Errorf("%s: Read gives %v, Check %v", c.name, err, p)
		}
		if err == nil && p.Count("warning") == 0 && strings.Contains(im.String(), "warning") {
			t.Errorf("%s: %s", c.name, im)
		}
	}
	nan, err := nifti.NewFloat32([]int{2, 2}, diagonal, []float32{1, float32(math.NaN()), float32(math.Inf(-1)), float32(math.NaN())})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "nan.nii.gz")
	if err := nifti.Write(path, nan); err != nil {
		t.Fatal(err)
	}
	if p, err := nifti.Check(path); err != nil || len(p) != 2 || p[0].String() != "warning: 1 of 4 voxels are infinite" || p[1].String() != "note: 2 of 4 voxels are NaN" {
		t.Errorf("%v %v", p, err)
	}
	if _, err := nifti.Check(filepath.Dir(path)); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Error(err)
	}
	if _, err := nifti.Check(path + "x"); err == nil || !strings.HasPrefix(err.Error(), "nifti: Check: "+path+"x: no such file") {
		t.Error(err)
	}
}

// Every field, both forms and all extensions come through reading and writing:
// the bytes of nibabel, up to those that no program uses.
func TestRoundTrip(t *testing.T) {
	var h headers
	golden.JSON(t, golden.Path(t, "imaging/headers.json"), &h)
	for i, c := range h.Whole {
		im, err := nifti.Decode(bytes.NewReader(unpack(t, c.File)), "whole")
		if err != nil {
			t.Fatal(err)
		}
		if im.TR != 1.5 || im.Intent != (nifti.Intent{Code: 3, P: [3]float64{17}, Name: "faces"}) || im.Space != "MNI" {
			t.Errorf("TR %g, intent %+v, space %q", im.TR, im.Intent, im.Space)
		}
		for k := range 3 {
			golden.Close(t, "affine", im.Affine[k][:], c.Sform[k], 1e-15)
		}
		if len(im.Extensions) != len(c.Extensions) {
			t.Fatalf("%d extensions", len(im.Extensions))
		}
		for k, e := range im.Extensions {
			want := unpack(t, c.Extensions[k][1].(string))
			if e.Code != int(c.Extensions[k][0].(float64)) || !bytes.HasPrefix(e.Data, want) || len(bytes.TrimRight(e.Data[len(want):], "\x00")) > 0 || (len(e.Data)+8)%16 != 0 {
				t.Errorf("extension %d is %d %q, want %q", k, e.Code, e.Data, want)
			}
		}
		// The little-endian file of the same version is what is written.
		want := unpack(t, h.Whole[i&^1].File)
		for _, name := range []string{"a.nii", "a.hdr"} {
			path := filepath.Join(t.TempDir(), name)
			if err := nifti.Write(path, im); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			expected := bytes.Clone(want)
			if c.Version == 1 {
				expected[38] = 'r' // "regular", of Analyze
			}
			if name == "a.hdr" {
				img, err := os.ReadFile(path[:len(path)-3] + "img")
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(img, expected[len(expected)-240:]) {
					t.Errorf("%s %d: voxels differ", c.Order, c.Version)
				}
				expected = expected[:len(expected)-240]
				if c.Version == 1 {
					copy(expected[344:], "ni1")
					binary.LittleEndian.PutUint32(expected[108:], 0)
				} else {
					copy(expected[4:], "ni2")
					binary.LittleEndian.PutUint64(expected[168:], 0)
				}
			}
			// A dimension that is not used is 1 here and in nibabel; a slope of
			// 1 is written where nibabel has NaN for none.
			slope := map[int][]int{1: {112, 120}, 2: {176, 192}}[c.Version]
			copy(expected[slope[0]:slope[1]], got[slope[0]:slope[1]])
			if !bytes.Equal(got, expected) {
				for at := range min(len(got), len(expected)) {
					if got[at] != expected[at] {
						t.Errorf("%s, version %d, %s: byte %d is %d, want %d", name, c.Version, c.Order, at, got[at], expected[at])
					}
				}
				t.Errorf("%s, version %d: %d bytes, want %d", name, c.Version, len(got), len(expected))
			}
			again, err := nifti.Read(path)
			if err != nil || !reflect.DeepEqual(again.Extensions, im.Extensions) || again.Affine != im.Affine || again.TR != im.TR || again.Intent != im.Intent {
				t.Errorf("%s: %+v %v", name, again, err)
			}
			golden.Close(t, "values", flatten(again), flatten(im), 0)
		}
		// What changes is written as it is now.
		moved := *im
		moved.Affine[0][3]++
		moved.TR, moved.Intent, moved.Extensions = 3, nifti.Intent{}, []nifti.Extension{{Code: 6, Data: []byte("x")}}
		path := filepath.Join(t.TempDir(), "b.nii.gz")
		if err := nifti.Write(path, &moved); err != nil {
			t.Fatal(err)
		}
		again, err := nifti.Read(path)
		if err != nil || again.TR != 3 || again.Intent != (nifti.Intent{}) || string(again.Extensions[0].Data) != "x\x00\x00\x00\x00\x00\x00\x00" {
			t.Errorf("%+v %v", again, err)
		}
		for k := range 3 {
			golden.Close(t, "moved", again.Affine[k][:], moved.Affine[k][:], 1e-7)
		}
		// As keeps what it does not change.
		double, err := im.As("float64")
		if err != nil || double.Affine != im.Affine || !reflect.DeepEqual(double.Extensions, im.Extensions) {
			t.Error(err)
		}
	}
}

// Extensions that claim more than there is are told, and the voxels read.
func TestBadExtension(t *testing.T) {
	var h headers
	golden.JSON(t, golden.Path(t, "imaging/headers.json"), &h)
	b := unpack(t, h.Whole[0].File)
	for at, want := range map[uint32]string{9999: "gives its size as 9999 bytes", 4: "gives its size as 4 bytes", 40: "has 40 bytes; they are a multiple of 16"} {
		bad := bytes.Clone(b)
		binary.LittleEndian.PutUint32(bad[352:], at)
		im, err := nifti.Decode(bytes.NewReader(bad), "bad")
		if err != nil || im.At(2, 1, 1, 3) != 98 {
			t.Fatal(im, err)
		}
		found := false
		for _, p := range im.Problems {
			found = found || strings.Contains(p.Text, want)
		}
		if !found {
			t.Errorf("%v lacks %q", im.Problems, want)
		}
	}
}
