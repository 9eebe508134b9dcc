package matlab_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/edf"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/matlab"
)

// A tree is a value as SciPy reads it.
type tree struct {
	Class        string
	Shape        []int
	Values, Imag []any
	Text, Fields []string
	Items        []tree
	Step         int
	Sum          any
}

type reference struct {
	Files map[string]struct {
		File   string
		Values map[string]tree
	}
	Shared map[string]map[string]tree
	Eeglab []struct {
		Set, Fdt     string
		FS           float64
		Names, Types []string
		UV           [][]float64
		Position     [][]float64
		Annotations  [][3]any
	}
	Fieldtrip []struct {
		File   string
		Trials [][][]float64
		Info   [][2]float64
	}
	Epochs struct {
		Set string
		UV  [][][]float64
	}
}

func load(t testing.TB) (all reference) {
	t.Helper()
	data, err := os.ReadFile(golden.Path(t, "matlab/files.json"))
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func decoded(t testing.TB, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func number(x any) float64 {
	switch x := x.(type) {
	case float64:
		return x
	case string:
		return map[string]float64{"inf": math.Inf(1), "-inf": math.Inf(-1), "nan": math.NaN()}[x]
	}
	return math.NaN()
}

func same(t *testing.T, what string, got []float64, want []any, step int) {
	t.Helper()
	step = max(1, step)
	if (len(got)+step-1)/step != len(want) {
		t.Errorf("%s: %d numbers, want %d", what, len(got), len(want))
		return
	}
	for k, w := range want {
		if g := got[k*step]; g != number(w) && !(math.IsNaN(g) && math.IsNaN(number(w))) {
			t.Errorf("%s: number %d is %g, want %v", what, k*step, g, w)
			return
		}
	}
}

// check holds a value against what SciPy reads.
func check(t *testing.T, what string, v *matlab.Value, w tree) {
	t.Helper()
	if v.Class != w.Class || !slices.Equal(v.Shape, w.Shape) {
		// SciPy gives cells and empty structs without fields as arrays of objects
		if !(v.Class == "struct" && w.Class == "cell" && len(v.Fields) == 0) {
			t.Errorf("%s: %s of %v, want %s of %v", what, v.Class, v.Shape, w.Class, w.Shape)
		}
		return
	}
	switch w.Class {
	case "struct", "cell":
		if w.Class == "struct" && !slices.Equal(v.Fields, w.Fields) || len(v.Items) != len(w.Items) {
			t.Errorf("%s: fields %v and %d items, want %v and %d", what, v.Fields, len(v.Items), w.Fields, len(w.Items))
			return
		}
		for k := range w.Items {
			check(t, fmt.Sprintf("%s, item %d", what, k), v.Items[k], w.Items[k])
		}
	case "char":
		got, err := v.Texts()
		for i := range w.Text { // blanks at the end of rows are left out
			if len(w.Text) > 1 {
				w.Text[i] = strings.TrimRight(w.Text[i], " \x00")
			}
		}
		if err != nil || !slices.Equal(got, w.Text) {
			t.Errorf("%s: %q, %v, want %q", what, got, err, w.Text)
		}
	default:
		same(t, what, v.Values, w.Values, w.Step)
		same(t, what+", imaginary", v.Imag, w.Imag, w.Step)
		if w.Step > 0 {
			sum, size := 0.0, 0.0
			for _, x := range v.Values {
				if !math.IsNaN(x) && !math.IsInf(x, 0) {
					sum, size = sum+x, size+math.Abs(x)
				}
			}
			// SciPy adds in another order.
			if want := number(w.Sum); math.Abs(sum-want) > 1e-12*size {
				t.Errorf("%s: the sum is %g, want %g", what, sum, want)
			}
		}
	}
}

// TestSciPy reads what SciPy wrote, and what it reads, of both levels and byte orders.
func TestSciPy(t *testing.T) {
	for name, file := range load(t).Files {
		b := decoded(t, file.File)
		f, err := matlab.Decode(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(f.Variables) != len(file.Values) {
			t.Errorf("%s: variables %v, want %d", name, f.Names(), len(file.Values))
		}
		for path, want := range file.Values {
			v, err := f.Get(path)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if strings.HasSuffix(name, "4") && want.Class != "char" {
				want.Class = "double" // what MATLAB makes of every number of level 4
			}
			check(t, name+": "+path, v, want)
		}
	}
}

// TestShared reads files of MATLAB and Octave.
func TestShared(t *testing.T) {
	for name, values := range load(t).Shared {
		f, err := matlab.Read(golden.Shared(t, "data/"+name))
		if err != nil {
			t.Error(err)
			continue
		}
		for path, want := range values {
			v, err := f.Get(path)
			if err != nil {
				t.Error(err)
				continue
			}
			check(t, name+": "+path, v, want)
		}
	}
}

// TestPaths holds what a path gives against the value that it is a part of, read whole.
func TestPaths(t *testing.T) {
	all := load(t)
	for _, name := range []string{"compressed", "plain"} {
		b := decoded(t, all.Files[name].File)
		f, err := matlab.Decode(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		for path, want := range map[string]string{
			"s.name": `"s1"`, "s.fs": "1 x 1, double: 250", "s.inner.deep.er": `"yes"`, "s.inner.x(3)": "1 x 1, double: 2", "s.list{1,2}": `"two"`,
			"s.list(2)": "1 x 1, struct: a", "s.list{2}.a": "1 x 1, int64: 1", "c{6}": `"six"`, "arr(1,2).label": `"E1"`, "arr(2,1).label": `"E2"`,
			"arr(4).pos(4)": "1 x 1, double: 3", "arr(3)": "1 x 1, struct: label, pos", "text(1)": `"H"`, "arr.label(2)": "", "z(2)": "",
		} {
			got, err := f.Get(path)
			top, rest := path[:strings.IndexAny(path, ".({")], path[strings.IndexAny(path, ".({"):]
			whole, err2 := f.Get(top)
			if err2 != nil {
				t.Fatal(err2)
			}
			again, err3 := whole.Get(rest)
			if path == "arr.label(2)" { // of texts of two characters, the second of each
				if x, err := got.Texts(); err != nil || !slices.Equal(x, []string{"0", "2", "1", "3"}) {
					t.Errorf("%s: %v, %v", path, x, err)
				}
				continue
			}
			if path == "z(2)" {
				if err != nil || len(got.Imag) != 1 {
					t.Errorf("%s: %v, %v", path, got, err)
				}
				continue
			}
			if err != nil || err3 != nil || got.String() != want || again.String() != want {
				t.Errorf("%s: %v, %v and %v, %v; want %s", path, got, err, again, err3, want)
			}
		}
		if x, err := f.Texts("arr.label"); err != nil || !slices.Equal(x, []string{"E0", "E2", "E1", "E3"}) {
			t.Errorf("arr.label: %q, %v", x, err)
		}
		if x, err := f.Number("s.fs"); err != nil || x != 250 {
			t.Errorf("s.fs: %g, %v", x, err)
		}
		for path, want := range map[string]string{
			"S": `no variable "S"; is "s" meant?`, "s.nome": `no field "nome"; is "name" meant?`, "c.a": "an element of it has fields", "c{7}": "element 7 was asked for; there are 6",
			"arr(3,1).label": "there are 2 x 2", "text.x": "structs have fields", "": "path is empty", "(2)": "begins with a name", "s(": "lacks a )", "c{0}": "from 1 on",
			"c{1}x": "a dot or an index", "s..name": "empty name", "arr(1,1,1).label": "one number or 2",
		} {
			if _, err := f.Get(path); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v, want %q", path, err, want)
			}
		}
		for _, err := range []error{second(f.Matrix("text")), second(f.Matrix("z")), second(f.Vector("float64_1")), second(f.Number("float64_1")), second(f.Text("c")), second(f.Texts("c")), second(f.Text("float64_0"))} {
			if err == nil || !strings.HasPrefix(err.Error(), "matlab: ") || strings.Count(err.Error(), "matlab: ") != 1 {
				t.Errorf("error %v", err)
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestRecording holds pieces of a recording against the matrix, stored in each way.
func TestRecording(t *testing.T) {
	all := load(t)
	for _, name := range []string{"compressed", "plain", "level4", "big"} {
		b := decoded(t, all.Files[name].File)
		f, err := matlab.Decode(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		path := map[string]string{"big": "packed", "level4": "float32_1"}[name]
		for _, path := range []string{path, "int16_1", "float64_2", "s.inner.x"} {
			if path == "" || !f.Has(strings.Split(path, ".")[0]) || name == "big" && path == "s.inner.x" {
				continue
			}
			rec, err := f.Recording(path, 100)
			if err != nil {
				t.Fatal(name, err)
			}
			m, err := f.Matrix(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, at := range [][2]float64{{0, 0.03}, {0.01, 0.02}, {0, 0.01}, {0.02, math.Inf(1)}} {
				p, err := rec.Read(at[0], at[1])
				if err != nil {
					t.Fatal(err)
				}
				for c := range p.X {
					for i, x := range p.X[c] {
						if x != m[c][p.First[c]+i] {
							t.Errorf("%s, %s: channel %d, sample %d is %g, want %g", name, path, c, p.First[c]+i, x, m[c][p.First[c]+i])
						}
					}
				}
			}
		}
		for path, want := range map[string]string{"text": "matrix of numbers", "z": "real numbers", "float64_4": "rows and columns", "arr.pos": "an index chooses one", "sp": "a double"} {
			if !f.Has(strings.Split(path, ".")[0]) {
				continue
			}
			if name == "level4" && path == "sp" {
				want = "level 4" // or a double
				continue
			}
			if _, err := f.Recording(path, 100); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s, %s: %v, want %q", name, path, err, want)
			}
		}
		if _, err := f.Recording("x", math.NaN()); err == nil {
			t.Error("a rate of NaN is taken")
		}
	}
}

// TestEEGLAB holds data sets against what MNE reads.
func TestEEGLAB(t *testing.T) {
	kinds := map[string]string{"eeg": "EEG", "eog": "EOG"}
	for k, w := range load(t).Eeglab {
		dir := t.TempDir()
		path := filepath.Join(dir, "test.set")
		put(t, path, decoded(t, w.Set))
		if w.Fdt != "" {
			put(t, filepath.Join(dir, "test.fdt"), decoded(t, w.Fdt))
		}
		rec, err := matlab.ReadEEGLAB(path)
		if err != nil {
			t.Fatal(k, err)
		}
		if !slices.Equal(rec.Names(), w.Names) || rec.Subject != "S7" || rec.Problems.Count("warning") != 0 {
			t.Errorf("%d: %v, %q, %v", k, rec.Names(), rec.Subject, rec.Problems)
		}
		p, err := rec.Read(0, math.Inf(1))
		if err != nil {
			t.Fatal(err)
		}
		for c, ch := range rec.Channels {
			if ch.FS != w.FS || ch.Unit != "uV" || ch.Kind != kinds[w.Types[c]] {
				t.Errorf("%d: channel %+v, want %g Hz, %s", k, ch, w.FS, w.Types[c])
			}
			for i, x := range p.X[c] {
				if math.Abs(x-w.UV[c][i]) > 1e-12*math.Abs(x) { // MNE multiplies by 1e-6
					t.Fatalf("%d: channel %d, sample %d is %g, want %g", k, c, i, x, w.UV[c][i])
				}
			}
			if len(p.X[c]) != len(w.UV[c]) {
				t.Errorf("%d: %d samples, want %d", k, len(p.X[c]), len(w.UV[c]))
			}
			if c < len(w.Position) {
				for i, x := range ch.Position {
					if math.Abs(x-w.Position[c][i]) > 1e-6 { // MNE keeps float32
						t.Errorf("%d: place %v of %s, want %v", k, ch.Position, ch.Name, w.Position[c])
					}
				}
			}
		}
		for i, a := range rec.Annotations {
			text, dur := w.Annotations[i][2].(string), number(w.Annotations[i][1])
			if text == "boundary" {
				dur = 0 // what was cut out is not there
			}
			if strings.TrimSuffix(text, ".0") != a.Text || a.Onset != number(w.Annotations[i][0]) || a.Dur != dur {
				t.Errorf("%d: annotation %+v, want %v", k, a, w.Annotations[i])
			}
		}
		if w.Fdt == "" {
			continue
		}
		fdt := filepath.Join(dir, "test.fdt")
		put(t, fdt, decoded(t, w.Fdt)[:1201])
		rec, err = matlab.ReadEEGLAB(path)
		if err != nil || rec.Samples(0) != 100 || rec.Problems.Count("warning") != 2 {
			t.Errorf("a file of samples that is cut off: %v, %d, %v", err, rec.Samples(0), rec.Problems)
		}
		os.Remove(fdt)
		if _, err := matlab.ReadEEGLAB(path); err == nil || !strings.Contains(err.Error(), "test.fdt") {
			t.Errorf("without samples: %v", err)
		}
	}
}

// TestEEGLABEpochs holds epochs, which lie one behind the other, against MNE.
func TestEEGLABEpochs(t *testing.T) {
	w := load(t).Epochs
	path := filepath.Join(t.TempDir(), "test.set")
	put(t, path, decoded(t, w.Set))
	rec, err := matlab.ReadEEGLAB(path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := rec.Read(0, math.Inf(1))
	if err != nil || len(p.X) != len(w.UV[0]) || rec.Problems.Count("note") == 0 {
		t.Fatal(p, err)
	}
	n := len(w.UV[0][0])
	for e := range w.UV {
		for c := range p.X {
			for i, want := range w.UV[e][c] {
				if got := p.X[c][e*n+i]; math.Abs(got-want) > 1e-12*math.Abs(want) {
					t.Fatalf("epoch %d, channel %d, sample %d is %g, want %g", e, c, i, got, want)
				}
			}
		}
	}
}

// TestFieldTrip holds trials against the numbers that were written.
func TestFieldTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ft.mat")
	for k, w := range load(t).Fieldtrip {
		put(t, path, decoded(t, w.File))
		rec, err := matlab.ReadFieldTrip(path)
		if err != nil {
			t.Fatal(k, err)
		}
		var all []string
		for _, c := range rec.Channels {
			all = append(all, fmt.Sprint(c.Name, c.Kind, c.Unit, c.FS))
		}
		if got := strings.Join(all, " "); got != "FzEEGuV200 EOG1EOGmV200 MLC11MEGT200" {
			t.Errorf("%d: channels %s", k, got)
		}
		if want := max(1, len(w.Info)); len(rec.Segments) < 1 || k == 0 && len(rec.Segments) != want || k > 0 && len(rec.Segments) != 1 {
			t.Errorf("%d: segments %v", k, rec.Segments)
		}
		at := 0
		for i, x := range w.Trials {
			n := len(x[0])
			begin := float64(at) / 200
			if len(w.Info) > 0 {
				begin = (w.Info[i][0] - w.Info[0][0]) / 200
			}
			p, err := rec.Read(begin, begin+float64(n)/200, "MLC11", "Fz")
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(p.X[0], x[2]) || !slices.Equal(p.X[1], x[0]) {
				t.Errorf("%d: trial %d differs", k, i)
			}
			if a := rec.Annotations[i]; math.Abs(a.Onset-begin-0.05) > 1e-12 || a.Text != fmt.Sprint(7+i) {
				t.Errorf("%d: trial %d is noted as %+v", k, i, a)
			}
			at += n
		}
		dst := [][]float64{make([]float64, 25), make([]float64, 10)} // over the end of the first trial
		if k < 2 {
			if err := rec.Fill(dst, []int{30, 35}, []int{1, 2}); err != nil || dst[0][9] != w.Trials[0][1][39] || dst[0][10] != w.Trials[1][1][0] || dst[1][9] != w.Trials[1][2][4] {
				t.Errorf("%d: samples of two trials: %v", k, err)
			}
		}
		if notes := rec.Problems.Count("note"); (k == 1) != (notes == 1) || rec.Problems.Count("warning") > 0 {
			t.Errorf("%d: %v", k, rec.Problems)
		}
	}
	put(t, path, decoded(t, load(t).Files["plain"].File))
	if _, err := matlab.ReadFieldTrip(path); err == nil || !strings.Contains(err.Error(), "no struct of FieldTrip") {
		t.Errorf("another file: %v", err)
	}
}

// TestBrokenSets reads data sets of EEGLAB and FieldTrip with other bytes in some places, or
// cut off: an error or a recording, and nothing else.
func TestBrokenSets(t *testing.T) {
	all := load(t)
	var seeds [][]byte
	for _, e := range all.Eeglab {
		seeds = append(seeds, decoded(t, e.Set))
	}
	for _, e := range all.Fieldtrip {
		seeds = append(seeds, decoded(t, e.File))
	}
	r := rand.New(rand.NewPCG(1, 2))
	path := filepath.Join(t.TempDir(), "x.set")
	read := 0
	for range 600 {
		b := bytes.Clone(seeds[r.IntN(len(seeds))])
		for range 1 + r.IntN(6) {
			k := 128 + r.IntN(len(b)-128)
			switch r.IntN(4) {
			case 0:
				b[k] = byte(r.Uint32())
			case 1:
				b[k] = 255
			case 2:
				b[k] ^= 1 << r.IntN(8)
			case 3:
				b = b[:max(200, k)]
			}
		}
		put(t, path, b)
		for _, f := range []func(string) (*eeg.Recording, error){matlab.ReadEEGLAB, matlab.ReadFieldTrip} {
			if rec, err := f(path); err == nil {
				_, _ = rec.Read(0, math.Min(rec.Dur(), 100/rec.Channels[0].FS))
				read++
			}
		}
	}
	if read == 0 {
		t.Error("not one of them is read")
	}
}

// TestBDF holds what EEGLAB read in a BDF file, and saved for MATLAB, against what is read
// here in the file itself: two formats, two programs, one recording.
func TestBDF(t *testing.T) {
	f, err := matlab.Read(golden.Shared(t, "data/fetched/mne-python/edf/test_eeglab.mat"))
	if err != nil {
		t.Fatal(err)
	}
	rec, err := f.Recording("data", 2048)
	if err != nil {
		t.Fatal(err)
	}
	bdf, err := edf.Read(golden.Shared(t, "data/fetched/mne-python/edf/test.bdf"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := rec.Read(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	b, err := bdf.Read(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.X) != 72 || len(a.X[0]) != 2048 {
		t.Fatalf("%d channels of %d samples", len(a.X), len(a.X[0]))
	}
	for c := range a.X {
		for i, x := range a.X[c] {
			if math.Abs(x-b.X[c][i]) > 1e-7*math.Abs(x)+1e-3 { // saved as float32
				t.Fatalf("%s, sample %d: %g and %g uV", b.Channels[c].Name, i, x, b.X[c][i])
			}
		}
	}
}

func put(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestBroken reads files that are cut off at every byte, or have another byte somewhere:
// an error or a value, and nothing else.
func TestBroken(t *testing.T) {
	all := load(t)
	for _, name := range []string{"big", "big4"} {
		b := decoded(t, all.Files[name].File)
		for n := range b {
			if n > 500 && n%5 != 0 { // what follows the header is alike
				continue
			}
			probe(b[:n])
			for _, x := range []byte{0, 255} {
				c := bytes.Clone(b)
				c[n] = x
				probe(c)
			}
		}
		if _, err := matlab.Decode(bytes.NewReader(b[:len(b)-9]), int64(len(b)-9)); err == nil || !strings.Contains(err.Error(), "cut off") {
			t.Errorf("%s: cut off: %v", name, err)
		}
	}
	for text, want := range map[string]string{"": "is empty", "onset,duration\n": "not a MAT-file", "\x89HDF\r\n\x1a\n": "-v7", "MATLAB 7.3 MAT-file": "-v7"} {
		if _, err := matlab.Decode(strings.NewReader(text), int64(len(text))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// probe reads all that a file has.
func probe(b []byte) {
	f, err := matlab.Decode(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return
	}
	f.Show()
	for _, name := range f.Names() {
		if v, err := f.Get(name); err == nil {
			_ = v.String()
			_, _ = v.Texts()
			_, _ = v.Matrix()
		}
		if rec, err := f.Recording(name, 100); err == nil {
			_, _ = rec.Read(0, math.Min(rec.Dur(), 1))
		}
	}
}

func FuzzDecode(f *testing.F) {
	all := load(f)
	for _, name := range []string{"big", "big4", "level4"} {
		f.Add(decoded(f, all.Files[name].File))
	}
	plain := decoded(f, all.Files["plain"].File)
	f.Add(plain[:min(len(plain), 4000)])
	f.Fuzz(func(t *testing.T, b []byte) { probe(b) })
}
