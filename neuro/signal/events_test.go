package signal

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

// TestEventsArePeers compares with neurodsp and ripple_detection.
func TestEventsArePeers(t *testing.T) {
	var g struct {
		BurstX  []float64 `json:"burst_x"`
		BurstFS float64   `json:"burst_fs"`
		Bursts  []struct {
			Low, High   float64
			Average     string
			Power       bool
			Cycles      float64
			First, Last []int
		}
		RippleX  [][]float64 `json:"ripple_x"`
		RippleFS float64     `json:"ripple_fs"`
		Ripples  []struct {
			Method        string
			Threshold     float64
			Still         bool
			Start, End, Z []float64
		}
	}
	golden.JSON(t, golden.Path(t, "signal/events.json"), &g)
	for _, w := range g.Bursts {
		r, err := Bursts(g.BurstX, g.BurstFS, 15, 25, BurstOptions{Low: w.Low, High: w.High, Average: w.Average, Power: w.Power, MinCycles: w.Cycles, Filtered: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.All) != len(w.First) {
			t.Errorf("%+v: %d bursts", w, len(r.All))
			continue
		}
		for i, e := range r.All {
			if e.Start != float64(w.First[i])/g.BurstFS || e.End != float64(w.Last[i])/g.BurstFS {
				t.Errorf("burst %d of %+v: %g to %g s", i, w, e.Start, e.End)
			}
		}
	}
	still := make([]bool, len(g.RippleX[0]))
	for i := range still {
		still[i] = float64(i)/g.RippleFS <= 2.5
	}
	for _, w := range g.Ripples {
		o := RippleOptions{Method: w.Method, Threshold: w.Threshold, Filtered: true}
		if w.Still {
			o.Still = still
		}
		r, err := Ripples(g.RippleX, g.RippleFS, o)
		if err != nil {
			t.Fatal(err)
		}
		what := fmt.Sprintf("%s, %g SD, %v", w.Method, w.Threshold, w.Still)
		if len(r.All) != len(w.Start) {
			t.Errorf("%s: %d ripples, want %d", what, len(r.All), len(w.Start))
			continue
		}
		for i, e := range r.All {
			near(t, what+" start", e.Start, w.Start[i], 1e-9)
			near(t, what+" end", e.End, w.End[i], 1e-9)
			if w.Method == "kay" {
				near(t, what+" z", e.Strength, w.Z[i], 1e-9)
			}
		}
	}
}

// TestBurstsOfARecording compares with neurodsp on its own recording.
func TestBurstsOfARecording(t *testing.T) {
	path := golden.Shared(t, "data/fetched/neurodsp/sample_data_1.npy")
	if _, err := os.Stat(path); err != nil {
		t.Skip("the recording is not there")
	}
	_, x := golden.NPY(t, path)
	var g struct {
		Real struct{ First, Last []int }
	}
	golden.JSON(t, golden.Path(t, "signal/events.json"), &g)
	r, err := Bursts(x, 1000, 13, 30, BurstOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.All) != len(g.Real.First) || len(r.All) < 5 {
		t.Fatalf("%d bursts, want %d", len(r.All), len(g.Real.First))
	}
	for i, e := range r.All {
		if e.Start != float64(g.Real.First[i])/1000 || e.End != float64(g.Real.Last[i])/1000 {
			t.Errorf("burst %d: %g to %g s, want samples %d to %d", i, e.Start, e.End, g.Real.First[i], g.Real.Last[i])
		}
	}
}

// planted returns pink-like noise with bursts at times, and the times.
func planted(fs, hz, width, size, length, every float64, seed uint64) (x, at []float64) {
	r := rng.New(seed, 0)
	x = make([]float64, int(length*fs))
	slow := 0.0
	for i := range x {
		slow = 0.995*slow + 0.1*r.Norm()
		x[i] = slow + r.Norm()
	}
	for c := every; c < length-every/2; c += every * (0.8 + 0.4*r.Float64()) {
		at = append(at, c)
		for i := range x {
			if d := (float64(i)/fs - c) / width; math.Abs(d) < 4 {
				x[i] += size * math.Exp(-d*d) * math.Sin(2*math.Pi*hz*float64(i)/fs)
			}
		}
	}
	return x, at
}

// found counts the planted times within an event, and the events without one.
func found(e *Events, at []float64) (hits, wrong int) {
	used := make([]bool, len(e.All))
	for _, c := range at {
		for i, v := range e.All {
			if v.Start <= c && c <= v.End {
				hits++
				used[i] = true
				break
			}
		}
	}
	for _, u := range used {
		if !u {
			wrong++
		}
	}
	return hits, wrong
}

// TestEventsFindWhatIsThere: hits and false alarms of each detector in noise with
// planted events.
func TestEventsFindWhatIsThere(t *testing.T) {
	check := func(name string, e *Events, err error, at []float64, hz, miss, alarms float64) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		hits, wrong := found(e, at)
		if float64(len(at)-hits) > miss*float64(len(at)) || float64(wrong) > alarms*float64(len(at)) {
			t.Errorf("%s: %d of %d found, %d false alarms", name, hits, len(at), wrong)
		}
		sum := 0.0
		for _, v := range e.All {
			sum += v.Frequency
			if !(v.Start <= v.Peak && v.Peak <= v.End) {
				t.Errorf("%s: %+v", name, v)
			}
		}
		if m := sum / float64(len(e.All)); math.Abs(m-hz) > 0.05*hz {
			t.Errorf("%s: %.2f Hz, want %g", name, m, hz)
		}
		e.Show()
		if e.Table().Rows() != len(e.All) {
			t.Errorf("%s: the table has %d rows", name, e.Table().Rows())
		}
		within := 0
		for _, yes := range e.Mask() {
			if yes {
				within++
			}
		}
		near(t, name+" share of time", float64(within)/float64(e.Samples), e.Share(), 1e-9)
	}
	x, at := planted(1250, 190, 0.03, 4, 60, 1, 1)
	r, err := Ripples([][]float64{x}, 1250, RippleOptions{})
	check("karlsson", r, err, at, 190, 0.05, 0.05)
	r, err = Ripples([][]float64{x, x}, 1250, RippleOptions{Method: "kay", Threshold: 3})
	check("kay", r, err, at, 190, 0.05, 0.05)
	x, at = planted(100, 13.5, 0.5, 3, 600, 8, 2)
	r, err = Spindles(x, 100, SpindleOptions{})
	check("consensus", r, err, at, 13.5, 0.15, 0.15)
	r, err = Spindles(x, 100, SpindleOptions{Method: "rms"})
	check("rms", r, err, at, 13.5, 0.15, 0.15)
	x, at = planted(500, 20, 0.2, 4, 120, 2, 3)
	r, err = Bursts(x, 500, 15, 25, BurstOptions{})
	check("bursts", r, err, at, 20, 0.1, 0.15)
}

// TestSlowOscillations: waves of a known size and duration.
func TestSlowOscillations(t *testing.T) {
	fs := 100.0
	x := make([]float64, 6000)
	var at []float64
	for k := range 10 { // a negative half wave of 0.5 s and a positive one, 100 to 280 from trough to peak
		c := 3 + 5*float64(k)
		at = append(at, c+0.25)
		for i := range x {
			if u := float64(i)/fs - c; u >= 0 && u < 1 {
				x[i] -= (50 + 10*float64(k)) * math.Sin(2*math.Pi*u)
			}
		}
	}
	r, err := SlowOscillations(x, fs, SlowOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if hits, wrong := found(r, at[4:]); hits != 6 || wrong > 1 {
		t.Errorf("%d of 6 found, %d others: %s", hits, wrong, r.Table())
	}
	if hits, _ := found(r, at[:2]); hits != 0 {
		t.Error("waves that are too small are found")
	}
	last := r.All[len(r.All)-1]
	if math.Abs(last.Frequency-1) > 0.15 || math.Abs(last.Amplitude-280) > 30 || math.Abs(last.Peak-at[9]) > 0.05 {
		t.Errorf("the last wave: %+v", last)
	}
	r.Show()
}

func TestEventErrors(t *testing.T) {
	x, _ := planted(500, 20, 0.2, 4, 20, 2, 3)
	flat := make([]float64, len(x))
	gap := append([]float64{math.NaN()}, x...)
	for name, c := range map[string]struct {
		err  func() error
		want string
	}{
		"burst band":      {func() error { _, err := Bursts(x, 500, 15, 260, BurstOptions{}); return err }, "15 to 260 Hz"},
		"burst flat":      {func() error { _, err := Bursts(flat, 500, 15, 25, BurstOptions{}); return err }, "flat"},
		"burst NaN":       {func() error { _, err := Bursts(gap, 500, 15, 25, BurstOptions{}); return err }, "x[0] is NaN"},
		"burst short":     {func() error { _, err := Bursts(x[:20], 500, 15, 25, BurstOptions{}); return err }, "needs"},
		"burst threshold": {func() error { _, err := Bursts(x, 500, 15, 25, BurstOptions{Low: 3}); return err }, "Low 3"},
		"burst average":   {func() error { _, err := Bursts(x, 500, 15, 25, BurstOptions{Average: "mode"}); return err }, "Average"},
		"burst empty":     {func() error { _, err := Bursts(nil, 500, 15, 25, BurstOptions{}); return err }, "empty"},
		"burst rate":      {func() error { _, err := Bursts(x, 0, 15, 25, BurstOptions{}); return err }, "rate"},
		"ripple band":     {func() error { _, err := Ripples([][]float64{x}, 500, RippleOptions{}); return err }, "150 to 250 Hz"},
		"ripple flat": {func() error { _, err := Ripples([][]float64{x, flat}, 1000, RippleOptions{}); return err },
			"channel 1 is flat"},
		"ripple method":   {func() error { _, err := Ripples([][]float64{x}, 1000, RippleOptions{Method: "rms"}); return err }, "Method"},
		"ripple still":    {func() error { _, err := Ripples([][]float64{x}, 1000, RippleOptions{Still: []bool{true}}); return err }, "1 values"},
		"ripple none":     {func() error { _, err := Ripples(nil, 1000, RippleOptions{}); return err }, "no signals"},
		"ripple negative": {func() error { _, err := Ripples([][]float64{x}, 1000, RippleOptions{Merge: -1}); return err }, "Merge -1"},
		"spindle short":   {func() error { _, err := Spindles(x[:1500], 500, SpindleOptions{}); return err }, "3 s; 4 s"},
		"spindle rate":    {func() error { _, err := Spindles(x, 30, SpindleOptions{}); return err }, "30 Hz"},
		"spindle flat":    {func() error { _, err := Spindles(flat, 500, SpindleOptions{}); return err }, "flat"},
		"spindle method":  {func() error { _, err := Spindles(x, 500, SpindleOptions{Method: "a7"}); return err }, "Method"},
		"spindle sleep": {func() error { _, err := Spindles(x, 500, SpindleOptions{Sleep: make([]bool, len(x))}); return err },
			"some true"},
		"spindle share": {func() error { _, err := Spindles(x, 500, SpindleOptions{RelativePower: 2}); return err }, "RelativePower 2"},
		"slow band":     {func() error { _, err := SlowOscillations(x, 500, SlowOptions{Lo: 5}); return err }, "5 to 4 Hz"},
		"slow flat":     {func() error { _, err := SlowOscillations(flat, 500, SlowOptions{}); return err }, "flat"},
		"slow trough":   {func() error { _, err := SlowOscillations(x, 500, SlowOptions{Trough: -75}); return err }, "Trough -75"},
	} {
		if err := c.err(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	none, err := Bursts(x, 500, 15, 25, BurstOptions{High: 1000})
	if err != nil || len(none.All) != 0 {
		t.Fatalf("with a threshold that nothing passes: %v, %v", none.All, err)
	}
	none.Show()
	none.Table().Show()
	none.PlotBetween(30, 40).Show()
}
