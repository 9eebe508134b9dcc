package npy_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/npy"
)

type file struct {
	Type, What string
	Shape      []int
	Values     []any
	Same       bool // Write gives these very bytes
	File       string
}

func (f file) bytes(t testing.TB) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(f.File)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (f file) values() []float64 {
	out := make([]float64, len(f.Values))
	for i, v := range f.Values {
		switch v := v.(type) {
		case float64:
			out[i] = v
		case string:
			out[i] = map[string]float64{"inf": math.Inf(1), "-inf": math.Inf(-1), "nan": math.NaN()}[v]
		}
	}
	return out
}

func files(t testing.TB) (all struct {
	Arrays, Refused []file
	NPZ             string
}) {
	t.Helper()
	data, err := os.ReadFile(golden.Path(t, "npy/files.json"))
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func equal(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool {
		return math.Float64bits(x) == math.Float64bits(y) || math.IsNaN(x) && math.IsNaN(y)
	})
}

// TestNumPy reads what NumPy wrote, and writes the same bytes.
func TestNumPy(t *testing.T) {
	all := files(t)
	if len(all.Arrays) < 300 {
		t.Fatalf("%d arrays", len(all.Arrays))
	}
	dir := t.TempDir()
	for k, f := range all.Arrays {
		a, err := npy.Decode(bytes.NewReader(f.bytes(t)), "file")
		if err != nil {
			t.Errorf("%d, %s %v: %v", k, f.Type, f.Shape, err)
			continue
		}
		if a.Type != f.Type || !slices.Equal(a.Shape, f.Shape) || !equal(a.Values, f.values()) {
			t.Errorf("%d: %v %s %v, want %v %s %v", k, a.Shape, a.Type, a.Values, f.Shape, f.Type, f.values())
		}
		if !f.Same || f.Type == "float16" {
			continue
		}
		path := filepath.Join(dir, "a.npy")
		if err := npy.Write(path, a); err != nil {
			t.Errorf("%d: %v", k, err)
			continue
		}
		if got, _ := os.ReadFile(path); !bytes.Equal(got, f.bytes(t)) {
			t.Errorf("%d, %s %v: wrote %q, NumPy %q", k, f.Type, f.Shape, got, f.bytes(t))
		}
	}
	for _, f := range all.Refused {
		if _, err := npy.Decode(bytes.NewReader(f.bytes(t)), "file"); err == nil || !strings.Contains(err.Error(), f.What) {
			t.Errorf("%s: %v", f.What, err)
		}
	}
	path := filepath.Join(dir, "session.npz")
	data, _ := base64.StdEncoding.DecodeString(all.NPZ)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := npy.ReadAll(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || !equal(got["spike_times"].Values, []float64{0, .125, .25, .375, .5}) || got["clusters"].At(1, 0) != 3 {
		t.Errorf("ReadAll: %v", got)
	}
	back := filepath.Join(dir, "back.npz")
	if err := npy.WriteAll(back, got); err != nil {
		t.Fatal(err)
	}
	again, err := npy.ReadAll(back)
	if err != nil || !equal(again["clusters"].Values, got["clusters"].Values) || again["clusters"].Type != "int32" {
		t.Errorf("ReadAll of what WriteAll wrote: %v, %v", again, err)
	}
}

func TestErrors(t *testing.T) {
	dir := t.TempDir()
	put := func(name, data string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	head := func(text string) string {
		return "\x93NUMPY\x01\x00" + string([]byte{byte(len(text)), byte(len(text) >> 8)}) + text
	}
	for want, data := range map[string]string{
		"is empty":                         "",
		"ReadAll reads .npz files":         "PK\x03\x04rest of a zip",
		"is not a NumPy array":             "onset,duration\n",
		"version 9.0":                      "\x93NUMPY\x09\x00",
		"is cut off within its header":     head("{'descr': '<f8', ")[:20],
		"is cut off within its 3 numbers":  head("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }") + "12345678",
		"more numbers than memory":         head("{'descr': '<f8', 'fortran_order': False, 'shape': (3000000, 1000000, 1000), }"),
		"is missing":                       head("{'descr': '<f8', 'shape': (3,), }"),
		"comes twice":                      head("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (3,), }"),
		"not a dictionary":                 head("garbage"),
		"not of whole numbers":             head("{'descr': '<f8', 'fortran_order': False, 'shape': (-3,), }"),
		"8 to 64 bits":                     head("{'descr': '<f16', 'fortran_order': False, 'shape': (3,), }"),
		"fortran_order is not True or Fal": head("{'descr': '<f8', 'fortran_order': 1, 'shape': (3,), }"),
	} {
		_, err := npy.Read(put("x.npy", data))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "x.npy") {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	if _, err := npy.ReadAll(put("y.npz", "no zip")); err == nil || !strings.Contains(err.Error(), "Read reads .npy files") {
		t.Errorf("ReadAll: %v", err)
	}
	if _, err := npy.Read(filepath.Join(dir, "none.npy")); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("Read of no file: %v", err)
	}
	good := filepath.Join(dir, "good.npy")
	for want, a := range map[string]*npy.Array{
		"3.5 does not fit int16":       {Shape: []int{1}, Type: "int16", Values: []float64{3.5}},
		"40000 does not fit int16":     {Shape: []int{1}, Type: "int16", Values: []float64{40000}},
		"NaN does not fit uint8":       {Shape: []int{1}, Type: "uint8", Values: []float64{math.NaN()}},
		"beyond float32":               {Shape: []int{1}, Type: "float32", Values: []float64{1e300}},
		"Type is \"double\"":           {Shape: []int{1}, Type: "double", Values: []float64{1}},
		"Shape is [2] for 1 values":    {Shape: []int{2}, Values: []float64{1}},
		"Shape is [-1 -1]; no dimensi": {Shape: []int{-1, -1}, Values: []float64{1}},
		"the array is nil":             nil,
	} {
		if err := npy.Write(good, a); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Write: %v, want %q", err, want)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".npy-*")); left != nil {
		t.Errorf("failed writes left %v", left)
	}
	if err := npy.Write(filepath.Join(dir, "x.txt"), npy.FromVector(nil)); err == nil || !strings.Contains(err.Error(), "must end in .npy") {
		t.Errorf("Write to .txt: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, a := range files(f).Arrays[:40] {
		f.Add(a.bytes(f))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := npy.Decode(bytes.NewReader(data), "file")
		if err != nil {
			return
		}
		n := 1
		for _, d := range a.Shape {
			n *= d
		}
		if n != len(a.Values) {
			t.Errorf("%d values for shape %v", len(a.Values), a.Shape)
		}
		_ = a.String()
	})
}
