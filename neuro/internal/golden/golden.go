// Package golden reads reference values for tests: JSON and NumPy files that a
// committed script made with a peer program.
package golden

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// Root returns the folder of the module.
func Root(t testing.TB) string {
	t.Helper()
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..")
}

// Path returns the path of a file below testdata/ at the module's root.
func Path(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(Root(t), "testdata", filepath.FromSlash(name))
}

// Shared returns the path of a file of the shared reference collection beside
// the module, and skips the test where there is no such collection.
func Shared(t testing.TB, name string) string {
	t.Helper()
	root := filepath.Join(Root(t), "..", "shared")
	if _, err := os.Stat(root); err != nil {
		t.Skip("the shared reference collection is not beside this checkout")
	}
	return filepath.Join(root, filepath.FromSlash(name))
}

// JSON decodes the file at path into v.
func JSON(t testing.TB, path string, v any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// Python writes NaN and Infinity, which JSON does not know.
	for _, r := range [][2]string{{"-Infinity", "null"}, {"Infinity", "null"}, {"NaN", "null"}} {
		data = bytes.ReplaceAll(data, []byte(r[0]), []byte(r[1]))
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// NPY reads a NumPy file of numbers; values come as float64 in C order.
func NPY(t testing.TB, path string) (shape []int, values []float64) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	shape, values, err = decodeNPY(data)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return shape, values
}

func decodeNPY(data []byte) ([]int, []float64, error) {
	if len(data) < 12 || string(data[:6]) != "\x93NUMPY" {
		return nil, nil, fmt.Errorf("not a NumPy file")
	}
	size, start := int(binary.LittleEndian.Uint16(data[8:])), 10
	if data[6] >= 2 {
		size, start = int(binary.LittleEndian.Uint32(data[8:])), 12
	}
	head, body := string(data[start:start+size]), data[start+size:]
	_, kind, _ := strings.Cut(head, "'descr': '")
	kind, _, _ = strings.Cut(kind, "'")
	_, dims, _ := strings.Cut(head, "'shape': (")
	dims, _, _ = strings.Cut(dims, ")")
	n, shape := 1, []int{}
	for _, d := range strings.Split(dims, ",") {
		if d = strings.TrimSpace(d); d == "" {
			continue
		}
		k, err := strconv.Atoi(d)
		if err != nil {
			return nil, nil, err
		}
		shape, n = append(shape, k), n*k
	}
	out := make([]float64, n)
	le := binary.LittleEndian
	for i := range out {
		switch kind {
		case "<f8":
			out[i] = math.Float64frombits(le.Uint64(body[8*i:]))
		case "<f4":
			out[i] = float64(math.Float32frombits(le.Uint32(body[4*i:])))
		case "<i8":
			out[i] = float64(int64(le.Uint64(body[8*i:])))
		case "<i4":
			out[i] = float64(int32(le.Uint32(body[4*i:])))
		case "<i2":
			out[i] = float64(int16(le.Uint16(body[2*i:])))
		case "|u1", "|b1":
			out[i] = float64(body[i])
		default:
			return nil, nil, fmt.Errorf("type %q is not read", kind)
		}
	}
	if strings.Contains(head, "'fortran_order': True") {
		out = transposed(shape, out)
	}
	return shape, out, nil
}

// transposed returns the values of an array whose first index runs fastest in
// the order in which its last does.
func transposed(shape []int, values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		at := 0
		for _, d := range shape {
			at, i = at*d+i%d, i/d
		}
		out[at] = v
	}
	return out
}

// Close fails the test where got and want differ by more than tol relative to
// the size of want, or by tol times the largest |want| where want is near 0.
func Close(t testing.TB, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	largest := 0.0
	for _, w := range want {
		largest = math.Max(largest, math.Abs(w))
	}
	bad := 0
	for i, w := range want {
		if math.IsNaN(w) && math.IsNaN(got[i]) || w == got[i] {
			continue
		}
		if d := math.Abs(got[i] - w); !(d <= tol*math.Max(math.Abs(w), largest)) {
			if bad++; bad <= 3 {
				t.Errorf("%s[%d] = %.17g, want %.17g (off by %.3g, allowed %.3g)", what, i, got[i], w, d, tol*largest)
			}
		}
	}
	if bad > 3 {
		t.Errorf("%s: %d of %d values are off", what, bad, len(want))
	}
}
