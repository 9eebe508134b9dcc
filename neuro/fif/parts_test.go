package fif_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fif"
)

// A builder writes a file tag by tag.
type builder struct{ bytes.Buffer }

func (b *builder) put(kind, form int, values ...any) *builder {
	data := tags(values...)
	b.Write(tags([4]int32{int32(kind), int32(form), int32(len(data)), 0}))
	b.Write(data)
	return b
}

// block writes a block and what is in it.
func (b *builder) block(kind int, in func()) *builder {
	b.put(104, 3, int32(kind))
	in()
	return b.put(105, 3, int32(kind))
}

// channel writes the record of a channel in V.
func (b *builder) channel(name string, rang, cal float32) *builder {
	var short [16]byte
	copy(short[:], name)
	return b.put(203, 30, [3]int32{1, 1, 2}, [2]float32{rang, cal}, int32(1), [12]float32{}, [2]int32{107, 0}, short)
}

// mini writes a recording of one channel, of which number first is the first sample. It
// goes on in the file next, or where that is empty in the one of a number above 0.
func mini(first int, samples []int16, next string, number int) []byte {
	var b builder
	b.Write(head())
	b.block(100, func() {
		b.block(101, func() { b.put(200, 3, int32(1)).put(201, 4, float32(10)).channel("Fz", 1, 0.5) })
		b.block(102, func() { b.put(208, 3, int32(first)).put(300, 2, samples) })
		if next != "" || number > 0 {
			b.block(118, func() {
				b.put(115, 3, int32(2))
				if next != "" {
					b.put(118, 10, []byte(next))
				}
				b.put(117, 3, int32(number))
			})
		}
	})
	return b.Bytes()
}

// TestParts reads a recording that lies in several files.
func TestParts(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	named := write("a_raw.fif", mini(7, []int16{1, 2, 3}, "a_raw-1.fif", 1))
	write("a_raw-1.fif", mini(10, []int16{4, 5}, "a_raw-2.fif", 2))
	write("a_raw-2.fif", mini(12, []int16{6}, "", 0))
	numbered := write("b_raw.fif", mini(7, []int16{1, 2, 3}, "", 1))
	write("b_raw-1.fif", mini(10, []int16{4, 5}, "", 2))
	write("b_raw-2.fif", mini(12, []int16{6}, "", 0))
	for _, path := range []string{named, numbered} {
		rec, err := fif.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		p, err := rec.Read(0, math.Inf(1))
		if err != nil || fmt.Sprint(p.X) != "[[0.5 1 1.5 2 2.5 3]]" || rec.FirstSample != 7 || len(rec.Segments) != 1 || len(rec.Problems) != 0 {
			t.Errorf("%v from %d, %v, %v, %v", p, rec.FirstSample, rec.Segments, rec.Problems, err)
		}
		if p, err = rec.Read(0.2, 0.55); err != nil || fmt.Sprint(p.X) != "[[1.5 2 2.5 3]]" {
			t.Errorf("%v, %v", p, err)
		}
	}
	lost := write("c_raw.fif", mini(0, []int16{1}, "gone.fif", 1))
	if rec, err := fif.Read(lost); err != nil || !strings.Contains(rec.Problems.String(), "gone.fif, which is not there") {
		t.Errorf("%v, %v", rec, err)
	}
	apart := write("d_raw.fif", mini(0, []int16{1}, "a_raw-1.fif", 1))
	if rec, err := fif.Read(apart); err != nil || !strings.Contains(rec.Problems.String(), "9 later than the end") {
		t.Errorf("%v, %v", rec, err)
	}
	circle := write("e_raw.fif", mini(0, []int16{1}, "e_raw.fif", 1))
	outside := write("f_raw.fif", mini(0, []int16{1}, "../../etc/a_raw-2.fif", 1)) // only names beside are followed
	if rec, err := fif.Read(outside); err != nil || rec.Samples(0) != 2 {
		t.Errorf("%v, %v", rec, err)
	}
	other := write("g_raw.fif", mini(0, []int16{1}, filepath.Base(write("h_raw.fif", bytes.Replace(mini(0, []int16{1}, "", 0), []byte("Fz"), []byte("Cz"), 1))), 1))
	for path, want := range map[string]string{circle: "lead in a circle", other: "channel 1 is Cz"} {
		if _, err := fif.Read(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// averaged writes an average of two channels, the parts of which a test may change.
type averaged struct {
	own    bool  // channels and rate in the block of the average
	old    bool  // a tag for each channel
	times  []int // kinds of the tags that tell them
	n      int   // of samples
	form   int   // of the values
	counts int   // how many values of each channel are there
}

func (a averaged) bytes() []byte {
	var b builder
	b.Write(head())
	b.block(100, func() {
		b.block(101, func() {
			b.put(200, 3, int32(2)).put(201, 4, float32(10)).channel("a", 1, 2).channel("b", 1, 3)
			b.put(222, 35, [2]int32{4, 1}, [9]float32{0, -1, 0, 1, 0, 0, 0, 0, 1}, [3]float32{0.01, 0.02, 0.03}, [12]float32{}) // head to device
			b.block(359, func() { b.put(3507, 10, []byte("b")) })
		})
		b.block(103, func() {
			b.block(104, func() {
				b.put(206, 10, []byte("outer"))
				for _, kind := range a.times {
					switch kind {
					case 208:
						b.put(208, 3, int32(-2))
					case 209:
						b.put(209, 3, int32(a.n-3))
					case 228:
						b.put(228, 3, int32(a.n))
					case 229:
						b.put(229, 4, float32(0.25))
					}
				}
				if a.own {
					b.put(200, 3, int32(2)).put(201, 4, float32(20)).channel("x", 9, 10).channel("b", 9, 100)
				}
				b.block(105, func() {
					b.put(206, 10, []byte("inner")).put(210, 3, int32(103)).put(207, 3, int32(12))
					x := make([]float32, 2*a.counts)
					for i := range x {
						x[i] = float32(i)
					}
					if a.old {
						for c := range 2 {
							b.put(302, 4, x[c*a.counts:(c+1)*a.counts])
						}
						return
					}
					b.put(302, a.form, x, [3]int32{int32(a.counts), 2, 2})
				})
			})
		})
	})
	return b.Bytes()
}

// TestAverageForms reads the forms that programs of different ages write, and tells what is
// wrong with others.
func TestAverageForms(t *testing.T) {
	const matrix = 1<<30 | 4
	samples, begin := []int{208, 209}, []int{228, 229}
	for name, test := range map[string]struct {
		a    averaged
		want string // of an error, or values, rate, first time and names
	}{
		"in one":             {averaged{times: samples, n: 3, form: matrix, counts: 3}, "[[0 2 4] [9 12 15]] 10 -0.2 a b"},
		"first time":         {averaged{times: begin, n: 3, form: matrix, counts: 3}, "[[0 2 4] [9 12 15]] 10 0.25 a b"},
		"own channels":       {averaged{times: samples, n: 3, form: matrix, counts: 3, own: true}, "[[0 10 20] [300 400 500]] 20 -0.1 x b"},
		"a tag each":         {averaged{times: samples, n: 3, old: true, counts: 3}, "[[0 2 4] [9 12 15]] 10 -0.2 a b"},
		"no times":           {averaged{n: 3, form: matrix, counts: 3}, "does not tell its times"},
		"too few":            {averaged{times: samples, n: 4, form: matrix, counts: 3}, "has 3 samples of channel 1 (a); it is to have 4"},
		"complex":            {averaged{times: samples, n: 3, form: 1<<30 | 20, counts: 3}, "complex numbers, which is not read"},
		"sparse":             {averaged{times: samples, n: 3, form: 1<<30 | 1<<20 | 4, counts: 3}, "sparse matrix, which is not read"},
		"no matrix":          {averaged{times: samples, n: 3, form: 4, counts: 3}, "a matrix is needed"},
		"matrix of unknowns": {averaged{times: samples, n: 3, form: 1<<30 | 99, counts: 3}, "of type 99"},
	} {
		path := filepath.Join(t.TempDir(), "x-ave.fif")
		if err := os.WriteFile(path, test.a.bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		sets, err := fif.ReadEvoked(path)
		if err != nil {
			if !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "average 1") {
				t.Errorf("%s: %v, want %s", name, err, test.want)
			}
			continue
		}
		e := sets[0]
		if got := fmt.Sprint(e.X, e.FS, float32(e.T0), e.Channels[0].Name, e.Channels[1].Name); strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(test.want, " ", "") {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
		if e.Comment != "inner" || e.Kind != "subaverage" || e.N != 12 || e.Channels[0].Bad || !e.Channels[1].Bad || e.Channels[0].FS != e.FS {
			t.Errorf("%s: %+v", name, e)
		}
		in, err := fif.ReadInfo(path)
		if err != nil || in.DeviceToHead == nil {
			t.Fatal(in, err)
		}
		// (10, 20, 30) mm of the device is the origin of the head.
		if p := in.DeviceToHead.At([]float64{10, 20, 30}); math.Abs(p[0])+math.Abs(p[1])+math.Abs(p[2]) > 1e-5 {
			t.Errorf("the head's origin is at %v", p)
		}
		if p := in.DeviceToHead.At([]float64{10, 21, 30}); math.Abs(p[0]-1) > 1e-5 {
			t.Errorf("a mm to the side of it is at %v", p)
		}
	}
}
