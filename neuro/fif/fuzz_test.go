package fif_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fif"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// FuzzDecode holds that no file ends the program or fills memory, and that what is read
// can be read again.
func FuzzDecode(f *testing.F) {
	files, _ := filepath.Glob(golden.Path(f, "fif/*.fif*"))
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		if strings.HasSuffix(name, ".gz") {
			z, err := gzip.NewReader(bytes.NewReader(b))
			if err != nil {
				f.Fatal(err)
			}
			if b, err = io.ReadAll(z); err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
		if len(b) > 8000 {
			f.Add(b[:8000])
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if rec, err := fif.Decode(bytes.NewReader(b), int64(len(b))); err == nil {
			for c := range rec.Channels {
				x := [][]float64{make([]float64, min(rec.Samples(c), 1000))}
				if err := rec.Fill(x, []int{0}, []int{c}); err != nil {
					t.Errorf("channel %d: %v", c, err)
				}
			}
			if _, err := rec.Read(0, math.Min(rec.Dur(), 100/rec.Channels[0].FS)); err != nil && !strings.Contains(err.Error(), "lie in gaps") {
				t.Error(err)
			}
			_ = rec.String()
		}
	})
}

// tags writes a file of tags.
func tags(list ...any) []byte {
	var b bytes.Buffer
	for _, x := range list {
		binary.Write(&b, binary.BigEndian, x)
	}
	return b.Bytes()
}

// head is the first tag of a file.
func head() []byte {
	return tags([4]int32{100, 31, 20, 0}, [5]int32{1, 2, 3, 4, 5})
}

// TestBroken tells what is wrong with files that were broken on purpose, without much
// memory.
func TestBroken(t *testing.T) {
	cat := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	deep := head()
	for range 200 {
		deep = append(deep, tags([5]int32{104, 3, 4, 0, 100})...)
	}
	many := cat(head(), tags([5]int32{104, 3, 4, 0, 101}), bytes.Repeat(tags([4]int32{203, 30, 96, 0}, [96]byte{}), 16385))
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	z.Write(head())
	z.Write(make([]byte, 100<<20))
	z.Close()
	var other bytes.Buffer
	z = gzip.NewWriter(&other)
	z.Write(make([]byte, 100<<20))
	z.Close()
	info := cat(head(), tags([5]int32{101, 3, 4, 0, 1 << 10}))
	for _, test := range []struct {
		name, want string
		file       []byte
	}{
		{"empty", "is not a FIFF file", nil},
		{"short", "is not a FIFF file", head()[:15]},
		{"only a head", "has no information", head()},
		{"circle", "in a circle", cat(head(), tags([4]int32{108, 0, 0, 36}))},
		{"longer circle", "in a circle", cat(head(), tags([4]int32{108, 0, 0, 0}, [4]int32{108, 0, 0, 36}))},
		{"deep", "blocks lie more than 64 deep", deep},
		{"huge tag", "has no information", cat(head(), tags([4]int32{200, 3, math.MaxInt32, 0}))},
		{"negative tag", "has no information", cat(head(), tags([4]int32{200, 3, -4, 0}))},
		{"directory beyond", "has no information", info},
		{"directory of nothing", "has no information", cat(head(), tags([5]int32{101, 3, 4, 0, 0}, [4]int32{102, 32, 16, -1}, [4]int32{-1, 0, 0, 0}))},
		{"no number", "is to have 0 channels", cat(head(), tags([5]int32{104, 3, 4, 0, 101}, [5]int32{200, 3, 4, 0, 0}, [4]int32{201, 4, 4, 0}, float32(7), [5]int32{105, 3, 4, 0, 101}))},
		{"wrong type", "numbers are needed", cat(head(), tags([5]int32{104, 3, 4, 0, 101}, [5]int32{200, 10, 4, 0, 1}, [5]int32{105, 3, 4, 0, 101}))},
		{"no rate", "does not tell", cat(head(), tags([5]int32{104, 3, 4, 0, 101}, [5]int32{200, 3, 4, 0, 1}, [5]int32{105, 3, 4, 0, 101}))},
		{"many channels", "describes more than 16384 channels", many},
		{"bomb", "has more than 2097152 tags", bomb.Bytes()},
		{"other bomb", "is not a FIFF file: what is compressed", other.Bytes()},
		{"half of a packed file", "its compression", bomb.Bytes()[:bomb.Len()/2]},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := fif.Decode(bytes.NewReader(test.file), int64(len(test.file)))
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "fif: Decode: ") {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 350<<20 {
			t.Errorf("%s: took %d MB", test.name, used>>20)
		}
	}
}
