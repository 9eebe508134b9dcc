package nifti_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// A file is a small NIfTI file and what nibabel 5.4.2 reads from it, see
// testdata/imaging/make.py.
type file struct {
	Name, File, Type string
	Shape            []int
	Affine           [4][4]float64
	Zoom4            float64
	Values           []float64
}

func small(t testing.TB) []file {
	t.Helper()
	data, err := os.ReadFile(golden.Path(t, "imaging/images.json"))
	if err != nil {
		t.Fatal(err)
	}
	var files []file
	if err := json.Unmarshal(data, &files); err != nil {
		t.Fatal(err)
	}
	return files
}

func (f file) bytes(t testing.TB) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(f.File)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func named(t testing.TB, name string) []byte {
	for _, f := range small(t) {
		if f.Name == name {
			return f.bytes(t)
		}
	}
	t.Fatalf("no file %q", name)
	return nil
}

func zipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func flatten(im *nifti.Image) []float64 {
	var out []float64
	for v := range im.Volumes() {
		out = append(out, im.Volume(v)...)
	}
	return out
}

// TestDecode: ten types in both byte orders, both versions, every source of the
// affine, scaling, an extension, one to five dimensions, plain and compressed:
// exactly the values of nibabel.
func TestDecode(t *testing.T) {
	for _, f := range small(t) {
		for _, zip := range []bool{false, true} {
			b := f.bytes(t)
			if zip {
				b = zipped(t, b)
			}
			im, err := nifti.Decode(bytes.NewReader(b), f.Name)
			if err != nil {
				t.Errorf("%s: %v", f.Name, err)
				continue
			}
			if im.Type() != f.Type || len(im.Shape) != len(f.Shape) {
				t.Fatalf("%s: %s of %v, want %s of %v", f.Name, im.Type(), im.Shape, f.Type, f.Shape)
			}
			for i := range f.Shape {
				if im.Shape[i] != f.Shape[i] {
					t.Fatalf("%s: shape %v, want %v", f.Name, im.Shape, f.Shape)
				}
			}
			golden.Close(t, f.Name, flatten(im), f.Values, 0)
			for i := range 4 {
				// nibabel's quaternion arithmetic has more digits.
				golden.Close(t, f.Name+" affine", im.Affine[i][:], f.Affine[i][:], 1e-14)
			}
			tr := f.Zoom4
			if strings.HasSuffix(f.Name, "ms") {
				tr /= 1000
			}
			if math.Abs(im.TR-tr) > 1e-12 {
				t.Errorf("%s: TR %g s, want %g", f.Name, im.TR, tr)
			}
		}
	}
}

// TestRun: the shared run in three formats is one run, down to the bit.
func TestRun(t *testing.T) {
	var meta struct {
		Check struct {
			V000, V456 []float64
			Sum        float64
			Affine     [4][4]float64
		} `json:"data_check"`
	}
	golden.JSON(t, golden.Shared(t, "golden/imaging/meta.json"), &meta)
	for _, name := range []string{"run_le_n1.nii.gz", "run_be_n1.nii", "run_le_n2.nii.gz"} {
		im, err := nifti.Read(golden.Shared(t, "golden/imaging/"+name))
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, v := range flatten(im) {
			sum += v
		}
		if sum != meta.Check.Sum || im.Affine != meta.Check.Affine || im.TR != 2 {
			t.Errorf("%s: sum %.4f, affine %v, TR %g", name, sum, im.Affine, im.TR)
		}
		golden.Close(t, name, im.Series(0, 0, 0)[:5], meta.Check.V000, 0)
		golden.Close(t, name, im.Series(4, 5, 3)[:5], meta.Check.V456, 0)
	}
}

// TestPair reads a header and its voxels from two files, by either name.
func TestPair(t *testing.T) {
	whole := named(t, "scaled")
	want, err := nifti.Decode(bytes.NewReader(whole), "x")
	if err != nil {
		t.Fatal(err)
	}
	head := append([]byte(nil), whole[:348]...)
	copy(head[344:], "ni1\x00")
	binary.LittleEndian.PutUint32(head[108:], 0)
	folder := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	hdr := write("a.hdr", head)
	if _, err := nifti.Read(hdr); err == nil || !strings.Contains(err.Error(), ".img file beside it is missing") {
		t.Errorf("without its .img: %v", err)
	}
	img := write("a.img", whole[352:])
	for _, path := range []string{hdr, img} {
		im, err := nifti.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, path, flatten(im), flatten(want), 0)
		if im.Name != "a" {
			t.Errorf("name %q", im.Name)
		}
	}
	write("a.img", whole[352:370])
	if _, err := nifti.Read(hdr); err == nil || !strings.Contains(err.Error(), "ends after 18 bytes") {
		t.Errorf("with a short .img: %v", err)
	}
	if _, err := nifti.Decode(bytes.NewReader(head), "a.hdr"); err == nil || !strings.Contains(err.Error(), "pair") {
		t.Errorf("decoding a header alone: %v", err)
	}
}

// TestPadding: zeros after a gzip stream, and gzip in two members, are read.
func TestPadding(t *testing.T) {
	b := named(t, "4-D")
	whole := zipped(t, b)
	for name, file := range map[string][]byte{
		"padded":      append(append([]byte(nil), whole...), make([]byte, 512)...),
		"two members": append(zipped(t, b[:400]), zipped(t, b[400:])...),
		"more voxels": zipped(t, append(append([]byte(nil), b...), 1, 2, 3)),
	} {
		im, err := nifti.Decode(bytes.NewReader(file), name)
		if err != nil || im.Volumes() != 5 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestReadErrors: what is not a whole NIfTI file says so, with the file, the
// value and what is allowed.
func TestReadErrors(t *testing.T) {
	good := named(t, "4-D") // little endian, int16, 3 x 2 x 2 x 5
	change := func(f func(b []byte)) []byte {
		b := append([]byte(nil), good...)
		f(b)
		return b
	}
	put16 := func(at, v int) []byte {
		return change(func(b []byte) { binary.LittleEndian.PutUint16(b[at:], uint16(v)) })
	}
	putF := func(at int, v float64) []byte {
		return change(func(b []byte) { binary.LittleEndian.PutUint32(b[at:], math.Float32bits(float32(v))) })
	}
	gz := zipped(t, good)
	flipped := append([]byte(nil), gz...)
	flipped[len(flipped)-6] ^= 0xff
	folder := t.TempDir()
	for _, c := range []struct {
		name string
		b    []byte
		want []string
	}{
		{"empty", nil, []string{"is empty", "348 or 540"}},
		{"text", []byte("onset\tduration\n1\t2\n"), []string{"not NIfTI", `"onse"`, "348 (NIfTI-1) or 540 (NIfTI-2)"}},
		{"picture", []byte("\x89PNG\r\n\x1a\n0000000000"), []string{"not NIfTI"}},
		{"zipped text", zipped(t, []byte("onset\tduration\n")), []string{"not NIfTI"}},
		{"short header", good[:200], []string{"ends after 200 bytes", "header of 348 bytes"}},
		{"two bytes", good[:2], []string{"ends after 2 bytes"}},
		{"short voxels", good[:len(good)-1], []string{"ends after 471 bytes", "120 bytes of voxels", "[3 2 2 5] int16"}},
		{"no voxels", good[:352], []string{"ends after 352 bytes"}},
		{"gzip cut in the header", gz[:30], []string{"gzip", "cut off"}},
		{"gzip cut in the voxels", gz[:len(gz)-40], []string{"gzip", "cut off"}},
		{"gzip cut in the checksum", gz[:len(gz)-3], []string{"gzip", "cut off or damaged"}},
		{"gzip whole, voxels short", zipped(t, good[:400]), []string{"ends after 400 bytes"}},
		{"gzip with a wrong checksum", flipped, []string{"gzip", "damaged"}},
		{"gzip header only", gz[:6], []string{"gzip header is damaged"}},
		{"Analyze", change(func(b []byte) { copy(b[344:], "\x00\x00\x00\x00") }), []string{"magic", "Analyze 7.5"}},
		{"no dimensions", put16(40, 0), []string{"dim[0] is 0", "1 to 7"}},
		{"eight dimensions", put16(40, 8), []string{"dim[0] is 8"}},
		{"a dimension of 0", put16(46, 0), []string{"dim[3] is 0", "1 or more"}},
		{"a negative dimension", put16(48, -2), []string{"dim[4] is -2"}},
		{"huge", change(func(b []byte) {
			for i := 1; i < 5; i++ {
				binary.LittleEndian.PutUint16(b[40+2*i:], 32767)
			}
		}), []string{"more than 1 TiB", "32767"}},
		{"complex", change(func(b []byte) {
			binary.LittleEndian.PutUint16(b[70:], 32)
			binary.LittleEndian.PutUint16(b[72:], 64)
		}), []string{"datatype is 32 (complex64)", "allowed are uint8"}},
		{"RGB", put16(70, 128), []string{"datatype is 128 (RGB)"}},
		{"no datatype", put16(70, 99), []string{"datatype is 99 (not in the standard)"}},
		{"offset", putF(108, 100), []string{"vox_offset is 100", "352"}},
		{"offset NaN", putF(108, math.NaN()), []string{"vox_offset is NaN"}},
		{"offset beyond the file", putF(108, 4096), []string{"ends after 472 bytes"}},
		{"intercept NaN", change(func(b []byte) {
			binary.LittleEndian.PutUint32(b[112:], math.Float32bits(2))
			binary.LittleEndian.PutUint32(b[116:], math.Float32bits(float32(math.NaN())))
		}), []string{"scl_inter is NaN", "finite"}},
		{"TR NaN", putF(92, math.NaN()), []string{"pixdim[4] is NaN"}},
		{"TR negative", putF(92, -2), []string{"pixdim[4] is -2"}},
		{"affine NaN", putF(284, math.NaN()), []string{"affine[0][1] is NaN"}},
		{"quaternion", change(func(b []byte) {
			binary.LittleEndian.PutUint16(b[254:], 0)
			binary.LittleEndian.PutUint16(b[252:], 1)
			binary.LittleEndian.PutUint32(b[256:], math.Float32bits(1.5))
		}), []string{"quaternion (1.5, 0, 0)"}},
		{"qform with a negative size", change(func(b []byte) {
			binary.LittleEndian.PutUint16(b[254:], 0)
			binary.LittleEndian.PutUint16(b[252:], 1)
			binary.LittleEndian.PutUint32(b[84:], math.Float32bits(-3))
		}), []string{"pixdim[2] is -3"}},
	} {
		path := filepath.Join(folder, strings.ReplaceAll(c.name, " ", "_")+".nii")
		if err := os.WriteFile(path, c.b, 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := nifti.Read(path)
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		for _, want := range append(c.want, "nifti: Read: "+path) {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q lacks %q", c.name, err, want)
			}
		}
	}
	for path, want := range map[string]string{
		filepath.Join(folder, "none.nii"): "no such file",
		folder:                            "folder",
	} {
		if _, err := nifti.Read(path); err == nil || !strings.Contains(err.Error(), want) || strings.Count(err.Error(), path) != 1 {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// FuzzDecode: whatever the bytes, Decode returns an image that fits them or an
// error; it takes no more memory than a file of that size can hold.
func FuzzDecode(f *testing.F) {
	for _, s := range small(f) {
		b := s.bytes(f)
		f.Add(b)
		f.Add(zipped(f, b))
	}
	f.Add([]byte("\x1f\x8b"))
	f.Fuzz(func(t *testing.T, b []byte) {
		im, err := nifti.Decode(bytes.NewReader(b), "fuzz")
		if err != nil {
			if !strings.HasPrefix(err.Error(), "nifti: Decode: fuzz: ") {
				t.Errorf("error %q does not name the file", err)
			}
			return
		}
		n := im.Volumes()
		for _, d := range im.Shape[:min(3, len(im.Shape))] {
			n *= d
		}
		if n > 1100*len(b) {
			t.Fatalf("%d voxels from %d bytes", n, len(b))
		}
		nx, ny, nz := im.Grid()
		_ = im.At(nx-1, ny-1, nz-1, im.Volumes()-1)
		for _, row := range im.Affine {
			for _, v := range row {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("affine %v", im.Affine)
				}
			}
		}
	})
}
