package eeg_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
)

// ramp returns a recording of two rates whose samples are their numbers.
func ramp(t testing.TB, fs float64, n int) *eeg.Recording {
	a, b := make([]float64, n), make([]float64, n/2)
	for i := range a {
		a[i] = float64(i)
	}
	for i := range b {
		b[i] = float64(i)
	}
	r, err := eeg.New([]eeg.Channel{{Name: "Fz", Unit: "uV", FS: fs, Kind: "EEG"}, {Name: "Resp", FS: fs / 2, Kind: "respiration"}}, [][]float64{a, b})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestPieces wants pieces of any length to equal the whole, at rates and lengths whose
// times are no binary fractions.
func TestPieces(t *testing.T) {
	for _, fs := range []float64{1, 12.8, 100, 250, 600.614990234375, 1000.0 / 3, 30000} {
		for _, n := range []int{2, 14, 94, 1000, 9998} {
			r := ramp(t, fs, n)
			for _, step := range []float64{0.1, 1.0 / 3, 0.7, 1, 17, 1e6} {
				if r.Dur()/step > 20000 {
					continue
				}
				next := [2]int{}
				err := r.Each(step, func(p *eeg.Piece) error {
					for c, x := range p.X {
						if p.First[c] != next[c] {
							return fmt.Errorf("a piece begins at sample %d, the one before ended at %d", p.First[c], next[c])
						}
						for _, v := range x {
							if v != float64(next[c]) {
								return fmt.Errorf("sample %d is %g", next[c], v)
							}
							next[c]++
						}
					}
					return nil
				})
				if err != nil || next != [2]int{n, n / 2} {
					t.Errorf("%g Hz, %d samples, steps of %g s: %v; %v were read", fs, n, step, err, next)
				}
			}
		}
	}
}

func TestRead(t *testing.T) {
	r := ramp(t, 10, 100)
	p, err := r.Read(0.3, 0.7)
	if err != nil || fmt.Sprint(p.X, p.First) != "[[3 4 5 6] [2 3]] [3 2]" {
		t.Errorf("%v (%v)", p, err)
	}
	if p, err = r.Read(2, 2, "Fz"); err != nil || len(p.X[0]) != 0 {
		t.Errorf("nothing was asked for: %v (%v)", p, err)
	}
	for _, c := range []struct {
		from, to float64
		name     string
		text     string
	}{
		{0, 10.2, "Fz", "lasts from 0 to 10 s"}, {-0.1, 1, "Fz", "lasts"}, {2, 1, "Fz", "lasts"}, {math.NaN(), 1, "Fz", "lasts"},
		{0, math.NaN(), "Fz", "lasts"}, {0, 1, "Fx", `"Fz" meant`}, {0, 1, "nose", "there are Fz, Resp"},
	} {
		if _, err := r.Read(c.from, c.to, c.name); err == nil || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%g to %g of %s: %v; want %q", c.from, c.to, c.name, err, c.text)
		}
	}
	if _, err := (&eeg.Recording{}).Read(0, 0); err == nil {
		t.Error("an empty recording is read")
	}
	if err := r.Each(0, nil); err == nil {
		t.Error("pieces of 0 s")
	}
	if err := r.Fill([][]float64{make([]float64, 2)}, []int{99}, []int{0}); err == nil || !strings.Contains(err.Error(), "it has 100") {
		t.Errorf("Fill behind the end: %v", err)
	}
	if _, err := eeg.New([]eeg.Channel{{FS: 10}, {FS: 10}}, [][]float64{make([]float64, 10), make([]float64, 11)}); err == nil || !strings.Contains(err.Error(), "has 11 samples") {
		t.Errorf("unequal lengths: %v", err)
	}
	if _, err := eeg.New([]eeg.Channel{{FS: 0}}, [][]float64{{1}}); err == nil {
		t.Error("a rate of 0")
	}
}

// TestTriggers finds codes across pieces, a code at the first sample, and none where a
// code stays.
func TestTriggers(t *testing.T) {
	x := make([]float64, 200000)
	for _, c := range []struct{ from, to, code int }{{0, 3, 9}, {65530, 65540, 5}, {70000, 70001, 6}, {70001, 70002, 7}, {199999, 200000, 1}} {
		for i := c.from; i < c.to; i++ {
			x[i] = float64(c.code | 1<<20)
		}
	}
	x[100] = -8388608 // the sign of 24 bits is no code
	r, err := eeg.New([]eeg.Channel{{Name: "Status", FS: 1000, Kind: "trigger"}}, [][]float64{x})
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Triggers("Status", 0)
	if want := "[{0 0 9} {65.53 65530 5} {70 70000 6} {70.001 70001 7} {199.999 199999 1}]"; err != nil || fmt.Sprint(got) != want {
		t.Errorf("%v (%v), want %s", got, err, want)
	}
	if got, _ = r.Triggers("Status", 1<<20); len(got) != 5-1 {
		t.Errorf("bit 20: %v", got) // 6 and 7 are one stretch of it
	}
	if _, err := r.Triggers("Status", -1); err == nil {
		t.Error("a mask of -1")
	}
}

func TestKinds(t *testing.T) {
	for _, c := range [][3]string{
		{"EEG Fpz-Cz", "uV", "EEG"}, {"EOG horizontal", "uV", "EOG"}, {"ECG", "mV", "ECG"}, {"EKG1", "uV", "ECG"}, {"EMG chin", "uV", "EMG"},
		{"VEOG", "uV", "EOG"}, {"Status", "", "trigger"}, {"STI 014", "", "trigger"}, {"Cz", "uV", "EEG"}, {"LFP3", "mV", "EEG"}, {"Resp oro-nasal", "", "respiration"},
		{"Temp rectal", "C", "temperature"}, {"SaO2", "%", "other"}, {"EXG1", "uV", "other"}, {"MEG 0113", "T/m", "MEG"}, {"x", "", "other"},
	} {
		if got := eeg.KindOf(c[0], c[1]); got != c[2] {
			t.Errorf("%s in %q is %s, want %s", c[0], c[1], got, c[2])
		}
	}
	for _, c := range [][2]string{{"µV", "uV"}, {"\xb5V", "uV"}, {"UV", "uV"}, {"mV ", "mV"}, {"degC", "C"}, {"Boolean", ""}, {"cmH2O", "cmH2O"}} {
		if got := eeg.UnitOf(c[0]); got != c[1] {
			t.Errorf("%q is %q, want %q", c[0], got, c[1])
		}
	}
}

// TestShow wants the table, the picture and its sketch for notebooks and terminals.
func TestShow(t *testing.T) {
	r := ramp(t, 100, 2000)
	r.Annotations = []eeg.Annotation{{Onset: 1, Text: "a"}, {Onset: 1.01, Text: "b"}}
	b := r.Show()
	page, _ := b.Data[display.TypeHTML].(string)
	if !strings.Contains(b.Text(), "2 channels (1 EEG, 1 respiration) at 50 to 100 Hz, 20 s, 2 annotations") || !strings.Contains(page, "data:image/png") || !strings.Contains(page, "Resp") {
		t.Errorf("%s\n%.300s", b.Text(), page)
	}
	f, err := r.Plot(5, 7, "Fz")
	if err != nil || f.Panels[0].Layers[0].X[0] != 5 {
		t.Errorf("%v", err)
	}
	if _, err := r.Plot(0, 0, "Fz", "Resp"); err == nil || !strings.Contains(err.Error(), "one rate") {
		t.Errorf("two rates in one figure: %v", err)
	}
	if got := fmt.Sprint(r.Names("EEG"), r.Names()); got != "[Fz] [Fz Resp]" {
		t.Errorf("names %s", got)
	}
	if (&eeg.Recording{}).Show().Text() == "" {
		t.Error("an empty recording shows nothing")
	}
}

// TestIs tells sensors of MEG apart by their coils.
func TestIs(t *testing.T) {
	c := []eeg.Channel{
		{Name: "m", Kind: "MEG", Unit: "T", Coil: "magnetometer", FS: 1},
		{Name: "p", Kind: "MEG", Unit: "T/m", Coil: "planar gradiometer", FS: 1},
		{Name: "a", Kind: "MEG", Unit: "T", Coil: "axial gradiometer", FS: 1},
		{Name: "r", Kind: "MEG reference", Unit: "T", Coil: "magnetometer", FS: 1},
		{Name: "e", Kind: "EEG", Unit: "V", FS: 1},
	}
	rec, err := eeg.New(c, make([][]float64, len(c)))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ kinds, want []string }{
		{nil, []string{"m", "p", "a", "r", "e"}},
		{[]string{"MEG"}, []string{"m", "p", "a"}},
		{[]string{"magnetometer"}, []string{"m"}},
		{[]string{"gradiometer"}, []string{"p", "a"}},
		{[]string{"axial gradiometer", "EEG"}, []string{"a", "e"}},
		{[]string{"MEG reference"}, []string{"r"}},
		{[]string{""}, nil},
	} {
		if got := rec.Names(test.kinds...); !slices.Equal(got, test.want) {
			t.Errorf("%v: %v, want %v", test.kinds, got, test.want)
		}
	}
}
