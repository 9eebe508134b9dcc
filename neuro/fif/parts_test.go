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

// mini writes a recording of one channel, of which number first is the first sample. It
// goes on in the file next, or where that is empty in the one of a number above 0.
func mini(first int, samples []int16, next string, number int) []byte {
	var b bytes.Buffer
	put := func(kind, form int, values ...any) {
		data := tags(values...)
		b.Write(tags([4]int32{int32(kind), int32(form), int32(len(data)), 0}))
		b.Write(data)
	}
	open := func(kind int) { put(104, 3, int32(kind)) }
	end := func(kind int) { put(105, 3, int32(kind)) }
	b.Write(head())
	open(100)
	open(101)
	put(200, 3, int32(1))
	put(201, 4, float32(10))
	put(203, 30, [3]int32{1, 1, 2}, [2]float32{1, 0.5}, int32(1), [12]float32{}, [2]int32{107, 0}, [16]byte{'F', 'z'})
	end(101)
	open(102)
	put(208, 3, int32(first))
	put(300, 2, samples)
	end(102)
	if next != "" || number > 0 {
		open(118)
		put(115, 3, int32(2))
		if next != "" {
			put(118, 10, []byte(next))
		}
		put(117, 3, int32(number))
		end(118)
	}
	end(100)
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
