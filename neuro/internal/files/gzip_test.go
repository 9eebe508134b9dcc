package files_test

import (
	"bytes"
	stdgzip "compress/gzip"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/neurorepl/neurorepl/neuro/internal/files"
)

func compress(t testing.TB, data []byte, piece int) []byte {
	t.Helper()
	var out bytes.Buffer
	z := files.NewGzip(&out)
	for len(data) > 0 {
		n := min(piece, len(data))
		if m, err := z.Write(data[:n]); m != n || err != nil {
			t.Fatal(m, err)
		}
		data = data[n:]
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What is compressed comes back by two other programs, and its bytes depend
// neither on processors nor on the pieces in which it is written.
func TestGzip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 65535, 1<<20 - 1, 1 << 20, 1<<20 + 1, 3<<20 + 77} {
		data := make([]byte, n)
		for i := range data {
			data[i] = byte(r.IntN(20))
		}
		want := compress(t, data, 1<<16)
		for _, procs := range []int{1, 2, 3, 8} {
			before := runtime.GOMAXPROCS(procs)
			for _, piece := range []int{4099, 1 << 20, 5 << 20} {
				if !bytes.Equal(compress(t, data, piece), want) {
					t.Errorf("%d bytes in pieces of %d on %d processors: other bytes", n, piece, procs)
				}
			}
			runtime.GOMAXPROCS(before)
		}
		a, err := stdgzip.NewReader(bytes.NewReader(want))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(a); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes: standard library gives %d, %v", n, len(got), err)
		}
		b, err := gzip.NewReader(bytes.NewReader(want))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(b); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes: %d, %v", n, len(got), err)
		}
	}
}

type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errors.New("disk is full")
	}
	return len(p), nil
}

// An error of the writer below is returned, by Close at the latest.
func TestGzipError(t *testing.T) {
	for _, room := range []int{0, 10, 5000, 1 << 20} {
		z := files.NewGzip(&full{room})
		noise := make([]byte, 8<<20)
		r := rand.New(rand.NewPCG(3, 4))
		for i := range noise {
			noise[i] = byte(r.Uint32())
		}
		_, err := z.Write(noise)
		if e := z.Close(); err == nil {
			err = e
		}
		if err == nil || err.Error() != "disk is full" {
			t.Errorf("room for %d bytes: %v", room, err)
		}
	}
}

func BenchmarkGzip(b *testing.B) {
	data := make([]byte, 32<<20)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range data {
		data[i] = byte(r.NormFloat64() * 10)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		z := files.NewGzip(io.Discard)
		_, _ = z.Write(data)
		_ = z.Close()
	}
}
