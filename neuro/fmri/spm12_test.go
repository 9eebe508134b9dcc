package fmri_test

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// TestSPM12 holds "spm12" against two designs that SPM stored and against its
// basis functions; the arithmetic is the same, so only rounding may differ.
func TestSPM12(t *testing.T) {
	var want struct {
		Onsets              map[string][]float64
		Brief, Block, Basis [][]float64
	}
	golden.JSON(t, golden.Path(t, "fmri/spm_design.json"), &want)
	for duration, x := range map[float64][][]float64{0: want.Brief, 10: want.Block} {
		var events []fmri.Event
		for name, onsets := range want.Onsets {
			for _, at := range onsets {
				events = append(events, fmri.Event{Onset: at, Duration: duration, Type: name})
			}
		}
		d, err := fmri.NewDesign(100, 1, events, fmri.DesignOptions{HRF: "spm12", Drift: "none"})
		if err != nil {
			t.Fatal(err)
		}
		for row := range x {
			for j, v := range x[row] {
				// Of columns that reach 1, as the far tail keeps fewer digits.
				if math.Abs(d.X[row][j]-v) > 1e-14 {
					t.Errorf("%g s, volume %d, column %d: %g, SPM stored %g", duration, row, j, d.X[row][j], v)
				}
			}
		}
	}

	// A brief event in a volume of 0.16 s reads the basis every 0.16 s.
	d, err := fmri.NewDesign(len(want.Basis), 0.16, []fmri.Event{{Type: "a"}},
		fmri.DesignOptions{HRF: "spm12", RefBin: 1, Derivative: true, Dispersion: true, Drift: "none"})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(d.Names, " "); got != "a a_derivative a_dispersion constant" {
		t.Errorf("names %q", got)
	}
	for j := range 3 {
		var got, basis []float64
		for row := range want.Basis {
			got, basis = append(got, d.X[row][j]*0.01), append(basis, want.Basis[row][j])
		}
		// The difference in width cancels 0.01/1 of its digits.
		golden.Close(t, d.Names[j], got, basis, []float64{1e-12, 1e-12, 1e-10}[j])
	}
}

// TestSPM12Properties: a later bin of reference is a later time, weights scale,
// events add up, a brief event among blocks is one bin of a block.
func TestSPM12Properties(t *testing.T) {
	column := func(refBin int, events ...fmri.Event) []float64 {
		t.Helper()
		for i := range events {
			events[i].Type = "a"
		}
		d, err := fmri.NewDesign(40, 1.6, events, fmri.DesignOptions{HRF: "spm12", Drift: "none", RefBin: refBin})
		if err != nil {
			t.Fatal(err)
		}
		c, err := d.Column("a")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	at := func(onset float64) fmri.Event { return fmri.Event{Onset: onset} }
	block := func(onset, duration float64) fmri.Event { return fmri.Event{Onset: onset, Duration: duration} }
	golden.Close(t, "bin 8", column(8, at(10)), column(2, at(9.4)), 1e-12)
	golden.Close(t, "bin 2 is the default", column(0, at(10)), column(2, at(10)), 0)
	weighted := at(10)
	weighted.Weight = 2.5
	once, other := column(0, at(10)), column(0, at(14.3))
	for i, v := range column(0, weighted, at(14.3)) {
		if math.Abs(v-2.5*once[i]-other[i]) > 1e-12 {
			t.Errorf("volume %d: %g, want %g", i, v, 2.5*once[i]+other[i])
		}
	}
	early, mixed, long := column(0, block(3, 20)), column(0, block(3, 20), at(10)), column(0, at(10))
	for i := range mixed {
		if want := early[i] + long[i]*0.1; math.Abs(mixed[i]-want) > 1e-12 {
			t.Errorf("volume %d: %g among blocks, want %g", i, mixed[i], want)
		}
	}
	if c := column(0, at(-3.2)); c[0] <= 0 {
		t.Errorf("an event two volumes before the first gives %g there", c[0])
	}
	for _, c := range []struct {
		onset float64
		bin   int
		want  []string
	}{
		{-3.3, 0, []string{"fmri: NewDesign: events[0] has onset -3.3 s", "two volumes (3.2 s)"}},
		{10, 17, []string{"RefBin is 17", "1 to 16"}},
		{10, -1, []string{"RefBin is -1", "1 to 16"}},
	} {
		_, err := fmri.NewDesign(40, 1.6, []fmri.Event{{Onset: c.onset, Type: "a"}}, fmri.DesignOptions{HRF: "spm12", RefBin: c.bin})
		for _, w := range c.want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("onset %g, bin %d: error %v lacks %q", c.onset, c.bin, err, w)
			}
		}
	}
}
