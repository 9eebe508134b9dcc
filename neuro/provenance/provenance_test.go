package provenance

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestInputs: a file is listed once, with the hash of what was read; one that
// changed afterwards, or is gone, is marked and not hashed.
func TestInputs(t *testing.T) {
	dir := t.TempDir()
	r := New(nil)
	kept, changed, gone := write(t, dir+"/a.csv", "1,2\n"), write(t, dir+"/b.csv", "3"), write(t, dir+"/c.csv", "4")
	for range 3 {
		r.file(kept)
	}
	r.file(changed)
	r.file(gone)
	r.file(dir)             // a folder
	r.file(dir + "/no.csv") // nothing
	write(t, changed, "other")
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	got := r.Record().Inputs
	if len(got) != 3 {
		t.Fatalf("%d inputs: %+v", len(got), got)
	}
	if f := got[0]; f.Name != "a.csv" || f.Bytes != 4 || f.SHA256 != sum("1,2\n") || f.Problem != "" {
		t.Errorf("%+v", f)
	}
	if f := got[1]; f.SHA256 != "" || !strings.Contains(f.Problem, "changed") {
		t.Errorf("%+v", f)
	}
	if f := got[2]; f.SHA256 != "" || !strings.Contains(f.Problem, "opened") {
		t.Errorf("%+v", f)
	}
	// What was hashed once stays, whatever becomes of the file.
	write(t, kept, "something else")
	if f := r.Record().Inputs[0]; f.SHA256 != sum("1,2\n") {
		t.Errorf("hashed again: %+v", f)
	}
	// Read again it is another input.
	r.file(kept)
	if got := r.Record().Inputs; len(got) != 4 || got[1].SHA256 != sum("something else") {
		t.Errorf("read again: %+v", got)
	}
}

// TestBounded: a session of any length keeps a bounded record, says how much it
// left out, and the sum over all cells tells of those too.
func TestBounded(t *testing.T) {
	r, other := New(nil), New(nil)
	for i := range 3 * mostCells {
		r.Ran(i+1, fmt.Sprint(i), time.Millisecond, false)
		if i > 0 {
			other.Ran(i+1, fmt.Sprint(i), time.Millisecond, false)
		}
		r.random("stim.OU", uint64(i))
	}
	got := r.Record()
	if len(got.Cells)+got.MoreCells != 3*mostCells || len(got.Cells) > mostCells {
		t.Errorf("%d cells and %d more", len(got.Cells), got.MoreCells)
	}
	if last := got.Cells[len(got.Cells)-1]; last.Count != 3*mostCells || last.SHA256 != sum(fmt.Sprint(3*mostCells-1)) {
		t.Errorf("the last cell is %+v", last)
	}
	if want := (Seed{"stim.OU", 0, mostSeeds - 1}); len(got.Seeds) != 1 || got.Seeds[0] != want || got.MoreSeeds != 3*mostCells-mostSeeds {
		t.Errorf("seeds %+v and %d more", got.Seeds, got.MoreSeeds)
	}
	if got.Source == other.Record().Source {
		t.Error("a session without the first cell has the same sum")
	}
}

// TestKeptInAnyOrder: which seeds are kept of too many, and how many calls had others, is
// the same in whatever order the calls come.
func TestKeptInAnyOrder(t *testing.T) {
	up, down := New(nil), New(nil)
	const n = 3 * mostSeeds
	for i := range uint64(n) {
		up.random("stim.OU", i)
		up.random("a", i%10)
		down.random("stim.OU", n-1-i)
		down.random("a", 9-i%10)
		if i%1000 == 0 {
			down.Record() // changes nothing
		}
	}
	a, b := up.Record(), down.Record()
	if !reflect.DeepEqual(a.Seeds, b.Seeds) || a.MoreSeeds != b.MoreSeeds {
		t.Errorf("upwards %v and %d more, downwards %v and %d more", a.Seeds, a.MoreSeeds, b.Seeds, b.MoreSeeds)
	}
	want := []Seed{{"a", 0, 9}, {"stim.OU", 0, mostSeeds - 11}}
	if !reflect.DeepEqual(a.Seeds, want) || a.MoreSeeds != n-(mostSeeds-10) {
		t.Errorf("%v and %d more, want %v", a.Seeds, a.MoreSeeds, want)
	}
}

func TestSeedsInOrder(t *testing.T) {
	r := New(nil)
	for _, s := range []uint64{9, 3, 1<<64 - 1, 2, 0, 3, 7} {
		r.random("b", s)
	}
	r.random("a", 4)
	want := []Seed{{"a", 4, 0}, {"b", 0, 0}, {"b", 2, 3}, {"b", 7, 0}, {"b", 9, 0}, {"b", 1<<64 - 1, 0}}
	if got := r.Record().Seeds; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestConcurrent(t *testing.T) {
	f := write(t, filepath.Join(t.TempDir(), "x"), strings.Repeat("x", 1<<20))
	r := New(nil)
	var wait sync.WaitGroup
	for g := range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for i := range 100 {
				r.random("f", uint64(i))
				r.file(f)
				if i%20 == g {
					r.Record()
				}
			}
		}()
	}
	wait.Wait()
	if got := r.Record(); len(got.Seeds) != 1 || got.Seeds[0] != (Seed{"f", 0, 99}) || len(got.Inputs) != 1 {
		t.Errorf("%d seeds, %d inputs", len(got.Seeds), len(got.Inputs))
	}
}

// TestNow: a program's own record names its source and its machine.
func TestNow(t *testing.T) {
	before := Use(New([]string{"-n", "3"}))
	defer Use(before)
	Random("f", 7)
	Random("f", 7)
	r := Now()
	if r.Go != strings.TrimPrefix(runtime.Version(), "go") || r.OS != runtime.GOOS || r.Arch != runtime.GOARCH || r.Version == "" {
		t.Errorf("%+v", r)
	}
	if len(r.Seeds) != 1 || r.Seeds[0] != (Seed{Call: "f", Seed: 7}) || strings.Join(r.Arguments, " ") != "-n 3" {
		t.Errorf("%+v", r)
	}
	var back Record
	if err := json.Unmarshal(r.JSON(), &back); err != nil || !back.Started.Equal(r.Started) || back.Seeds[0] != r.Seeds[0] {
		t.Errorf("%v, read back %+v", err, back)
	}
	if text := r.Show().Text(); !strings.Contains(text, "7 in f") || !strings.Contains(text, "-n 3") {
		t.Errorf("shown as\n%s", text)
	}
}

// TestLasting: the same work at another time in another folder has the same
// lasting record.
func TestLasting(t *testing.T) {
	work := func() []byte {
		r := New(nil)
		r.file(write(t, filepath.Join(t.TempDir(), "a.csv"), "1"))
		r.random("f", 3)
		r.Ran(1, "x := 1", time.Since(r.started), false)
		return r.Record().Lasting().JSON()
	}
	a := work()
	time.Sleep(2 * time.Millisecond)
	t.Setenv("GOGC", "90")
	if b := work(); !bytes.Equal(a, b) {
		t.Errorf("%s\nand\n%s", a, b)
	}
}

// TestStampedPictures: a picture with a record is the same picture, and the
// record comes out of it as it went in.
func TestStampedPictures(t *testing.T) {
	var buf bytes.Buffer
	if err := png.Encode(&buf, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	const text = `{"µ":"<&>"}`
	data := PNG(buf.Bytes(), text)
	im, err := png.Decode(bytes.NewReader(data)) // which checks the sums of chunks
	if err != nil || im.Bounds().Dx() != 3 {
		t.Errorf("%v", err)
	}
	if !bytes.Contains(data, []byte("iTXtneurorepl\x00\x00\x00\x00\x00"+text)) {
		t.Errorf("%q", data)
	}
	svg := SVG([]byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="1"><g/></svg>`), text)
	var found string
	for dec := xml.NewDecoder(bytes.NewReader(svg)); ; {
		tok, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "metadata" {
			if err := dec.DecodeElement(&found, &e); err != nil {
				t.Fatal(err)
			}
		}
	}
	if found != text {
		t.Errorf("the SVG holds %q", found)
	}
	for _, same := range [][]byte{nil, []byte("no picture"), buf.Bytes()[:20]} {
		if got := PNG(same, text); !bytes.Equal(got, same) {
			t.Errorf("PNG(%q) is %q", same, got)
		}
		if got := SVG(same, text); !bytes.Equal(got, same) {
			t.Errorf("SVG(%q) is %q", same, got)
		}
	}
	if got := PNG(buf.Bytes(), ""); !bytes.Equal(got, buf.Bytes()) {
		t.Error("without a record the PNG differs")
	}
}

// BenchmarkFile is what reading a file pays for its record.
func BenchmarkFile(b *testing.B) {
	path := filepath.Join(b.TempDir(), "x")
	if err := os.WriteFile(path, []byte("x"), 0o644); err != nil {
		b.Fatal(err)
	}
	r := New(nil)
	for b.Loop() {
		r.file(path)
	}
}

func BenchmarkRandom(b *testing.B) {
	r := New(nil)
	for b.Loop() {
		r.random("stim.OU", 7)
	}
}

// BenchmarkHash is the rate at which a record hashes inputs.
func BenchmarkHash(b *testing.B) {
	path := filepath.Join(b.TempDir(), "x")
	if err := os.WriteFile(path, make([]byte, 64<<20), 0o644); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(64 << 20)
	for b.Loop() {
		r := New(nil)
		r.file(path)
		if r.Record().Inputs[0].SHA256 == "" {
			b.Fatal("no hash")
		}
	}
}
