package eeg_test

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/brainvision"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

// simulated is the recording of testdata/eeg/epochs.py.
func simulated(t testing.TB) (*eeg.Recording, [][]float64) {
	t.Helper()
	x := make([][]float64, 8)
	state := uint64(12345)
	for c := range x {
		x[c] = make([]float64, 20011)
		last := 0
		for i := range x[c] {
			state = state*6364136223846793005 + 1442695040888963407
			last = (last*7)>>3 + int((state>>44)%4001) - 2000
			x[c][i] = float64(last) / 256
		}
	}
	for i := 4000; i < 4010; i++ {
		x[2][i] += 300
	}
	for i := 9000; i < 9400; i++ {
		x[6][i] += 500
	}
	for i := 12000; i < 13000; i++ {
		x[1][i] = 1.5
	}
	var channels []eeg.Channel
	for _, name := range strings.Fields("Fp1 Fp2 C3 C4 O1 O2 VEOG Cz") {
		channels = append(channels, eeg.Channel{Name: name, Kind: eeg.KindOf(name, "uV"), Unit: "uV", FS: 250})
	}
	rec, err := eeg.New(channels, x)
	if err != nil {
		t.Fatal(err)
	}
	rec.Annotations = []eeg.Annotation{{Onset: 30, Dur: 0.5, Text: "BAD_jump"}, {Onset: 61.003, Text: "bad point"}, {Onset: 70, Dur: 1.2, Text: "Badger"}}
	return rec, x
}

// events are those of the script.
func events(at []int, fs float64) []eeg.Event {
	var out []eeg.Event
	for k, a := range at {
		out = append(out, eeg.Event{Time: float64(a) / fs, Name: []string{"face/left", "house/left"}[k%2]})
	}
	return out
}

type mneCase struct {
	Name                        string
	Times                       [3]float64
	At                          []int
	Average, Error, Face        [][]float64
	Difference                  [][]float64
	Band, Welch                 [2][][]float64
	DifferenceN, PooledN        float64
	GFP                         []float64
	Peaks                       [][4]any
	Kept                        []int
	Drops                       [][]string
	Channels                    []string
	Linked, One, Bipolar, Added [][]float64
}

func close(t *testing.T, what string, got [][]float64, at []int, want [][]float64) {
	t.Helper()
	if len(got) < len(want) {
		t.Errorf("%s: %d channels, want %d", what, len(got), len(want))
		return
	}
	for c := range want {
		for i, k := range at {
			if d := math.Abs(got[c][k] - want[c][i]); !(d <= 1e-12*100) /* the recordings reach to some hundred uV */ {
				t.Errorf("%s: channel %d sample %d: %.17g, mne has %.17g", what, c, k, got[c][k], want[c][i])
				return
			}
		}
	}
}

// near is close for what depends on quantiles of t.
func near(t *testing.T, what string, got [][]float64, at []int, want [][]float64) {
	t.Helper()
	for c := range want {
		for i, k := range at {
			if d := math.Abs(got[c][k] - want[c][i]); !(d <= 1e-9) {
				t.Errorf("%s: channel %d sample %d: %.17g, scipy has %.17g", what, c, k, got[c][k], want[c][i])
				return
			}
		}
	}
}

// Epochs, what is dropped, averages, standard errors, field power and difference waves are
// those of MNE, for events outside, bad segments, thresholds, baselines and decimation.
func TestEpochsMNE(t *testing.T) {
	var g struct {
		Simulated struct {
			Checksum float64
			At       []int
			Cases    []mneCase
		}
	}
	golden.JSON(t, golden.Path(t, "eeg/epochs.json"), &g)
	rec, x := simulated(t)
	sum := 0.0
	for _, row := range x {
		for _, v := range row {
			sum += math.Abs(v)
		}
	}
	if math.Abs(sum/g.Simulated.Checksum-1) > 1e-12 {
		t.Fatalf("the recording is another one: %g, want %g", sum, g.Simulated.Checksum)
	}
	options := map[string]eeg.EpochOptions{
		"plain":       {},
		"reject":      {Reject: map[string]float64{"EEG": 120, "EOG": 250}},
		"flat":        {Flat: map[string]float64{"EEG": 20}},
		"both":        {Reject: map[string]float64{"EEG": 120}, Flat: map[string]float64{"EEG": 20}, RejectTo: 0.3},
		"decimated":   {Decimate: 3, TMin: -0.2, TMax: 0.504},
		"no baseline": {NoBaseline: true, TMin: 0.1, TMax: 0.1},
		"baseline":    {Baseline: []float64{-0.1013, 0.0527}},
		"end":         {Baseline: []float64{0.4, math.Inf(1)}, TMin: -0.35, TMax: 0.61},
		"odd":         {TMin: -0.1031, TMax: 0.2047},
		"keep bad":    {KeepBad: true},
	}
	for _, w := range g.Simulated.Cases {
		o, ok := options[w.Name]
		if !ok {
			t.Fatalf("no case %q", w.Name)
		}
		o.Events = events(g.Simulated.At, 250)
		ep, err := rec.Epochs(o)
		if err != nil {
			t.Fatalf("%s: %v", w.Name, err)
		}
		if ep.Len() != len(w.Kept) || ep.Samples() != int(w.Times[2]) || math.Abs(ep.T0-w.Times[0]) > 1e-12 {
			t.Errorf("%s: %v; want %d trials, %v", w.Name, ep, len(w.Kept), w.Times)
			continue
		}
		for i, k := range w.Kept {
			if ep.Events[i].Time != float64(g.Simulated.At[k])/250 {
				t.Errorf("%s: trial %d is of the event at %g s, want number %d", w.Name, i, ep.Events[i].Time, k)
			}
		}
		reason := map[string][]string{}
		for _, d := range ep.Dropped {
			reason[d.Reason] = append(reason[d.Reason], d.Channels...)
			k := int(math.Round(d.Event.Time * 250))
			for i, a := range g.Simulated.At {
				if a != k {
					continue
				}
				want := strings.Join(w.Drops[i], " ")
				got := strings.Join(d.Channels, " ")
				switch d.Reason {
				case "outside the recording":
					got = map[bool]string{true: "NO_DATA", false: "TOO_SHORT"}[k < 100]
				case "BAD_jump", "bad point", "Badger":
					got = d.Reason
				}
				if got != want {
					t.Errorf("%s: event %d was dropped for %s %v, mne has %s", w.Name, i, d.Reason, d.Channels, want)
				}
			}
		}
		ev, err := ep.Average()
		if err != nil {
			t.Fatal(err)
		}
		close(t, w.Name+": average", ev.X, w.At, w.Average)
		se, err := ep.StandardError()
		if err != nil {
			t.Fatal(err)
		}
		close(t, w.Name+": standard error", se.X, w.At, w.Error)
		gfp, err := ev.GFP()
		if err != nil {
			t.Fatal(err)
		}
		close(t, w.Name+": GFP", [][]float64{gfp}, w.At, [][]float64{w.GFP})
		face, err := ep.Of("face")
		if err != nil {
			t.Fatal(err)
		}
		fe, _ := face.Average()
		close(t, w.Name+": face", fe.X, w.At, w.Face)
		if w.Difference == nil {
			continue
		}
		house, err := ep.Of("left/house")
		if err != nil {
			t.Fatal(err)
		}
		he, _ := house.Average()
		d, err := eeg.Difference(fe, he)
		if err != nil || d.N != int(math.Round(w.DifferenceN)) || d.Comment != "face/left - house/left" {
			t.Errorf("%v, %v; N of mne is %g", d, err, w.DifferenceN)
		}
		band, err := face.Band(eeg.BandOptions{Level: 0.9})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "t interval", band.Lo, w.At, w.Band[0])
		near(t, "t interval", band.Hi, w.At, w.Band[1])
		band, err = eeg.DifferenceBand(face, house, eeg.BandOptions{})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "Welch", band.Lo, w.At, w.Welch[0])
		near(t, "Welch", band.Hi, w.At, w.Welch[1])
		close(t, "difference", d.X, w.At, w.Difference)
		pooled, err := eeg.Combine(nil, fe, he)
		if err != nil || pooled.N != int(math.Round(w.PooledN)) {
			t.Errorf("%v, %v; N of mne is %g", pooled, err, w.PooledN)
		}
		close(t, "pooled", pooled.X, w.At, w.Average)
		for _, p := range w.Peaks {
			got, err := ev.Peak(p[0].(string), 0.05, 0.4)
			if err != nil || got.Channel != p[1].(string) || math.Abs(got.Time-p[2].(float64)) > 1e-12 {
				t.Errorf("peak %v, %v; mne has %v", got, err, p)
			}
		}
	}
}

// References are those of MNE.
func TestReferenceMNE(t *testing.T) {
	var g struct {
		Reference mneRef
	}
	golden.JSON(t, golden.Path(t, "eeg/epochs.json"), &g)
	rec, _ := simulated(t)
	read := func(r *eeg.Recording, err error) [][]float64 {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		p, err := r.Read(0, math.Inf(1))
		if err != nil {
			t.Fatal(err)
		}
		return p.X
	}
	at := g.Reference.At
	_, raw := simulated(t)
	for _, w := range []struct {
		x  [][]float64
		of []int
	}{{g.Reference.Average, []int{0, 1, 2, 4, 5, 7}}, {g.Reference.Linked, []int{4, 5}}, {g.Reference.One, []int{7}}} {
		for i, k := range at { // MNE leaves the bad channel as it is
			mean := 0.0
			for _, c := range w.of {
				mean += raw[c][k] / float64(len(w.of))
			}
			w.x[3][i] -= mean
		}
	}
	close(t, "bipolar", read(rec.Bipolar([]string{"Fp1", "C3"}, []string{"C3", "O1"})), at, g.Reference.Bipolar)
	added, err := rec.AddReference("FCz")
	if err != nil {
		t.Fatal(err)
	}
	close(t, "added", read(added.Rereference())[8:], at, g.Reference.Added)
	if err := rec.SetBad("C4"); err != nil {
		t.Fatal(err)
	}
	close(t, "average", read(rec.Rereference()), at, g.Reference.Average)
	close(t, "linked", read(rec.Rereference("O1", "O2")), at, g.Reference.Linked)
	close(t, "one", read(rec.Rereference("Cz")), at, g.Reference.One)
}

type mneRef struct {
	At                                   []int
	Average, Linked, One, Bipolar, Added [][]float64
}

// Of a real recording in BrainVision's format MNE cuts the same epochs at its markers.
func TestEpochsBrainVision(t *testing.T) {
	var all struct {
		Plain  mneCase `json:"brainvision plain"`
		Reject mneCase `json:"brainvision reject"`
	}
	golden.JSON(t, golden.Path(t, "eeg/epochs.json"), &all)
	g := map[string]mneCase{"plain": all.Plain, "reject": all.Reject}
	rec, err := brainvision.Read(golden.Shared(t, "data/fetched/mne-python/brainvision/test.vhdr"))
	if err != nil {
		t.Skip(err)
	}
	for name, w := range g {
		o := eeg.EpochOptions{Channels: w.Channels}
		if name == "reject" {
			o.Reject, o.Flat = map[string]float64{"EEG": 54.2}, map[string]float64{"EEG": 51.8}
		}
		ep, err := rec.Epochs(o)
		if err != nil {
			t.Fatal(err)
		}
		if ep.Len() != len(w.Kept) {
			t.Errorf("%s: %v; mne keeps %v", name, ep, w.Kept)
			continue
		}
		ev, _ := ep.Average()
		close(t, name, ev.X, w.At, w.Average)
		gfp, err := ev.GFP()
		if err != nil {
			t.Fatal(err)
		}
		close(t, name+": GFP", [][]float64{gfp}, w.At, [][]float64{w.GFP})
	}
}

// What is odd about epochs is told, or handled as it is said.
func TestEpochsOdd(t *testing.T) {
	rec, x := simulated(t)
	at := []eeg.Event{{Time: 4, Name: "a"}, {Time: 8, Name: "a"}, {Time: 12, Name: "b"}}
	for name, c := range map[string]struct {
		o    eeg.EpochOptions
		want string
	}{
		"no events":         {eeg.EpochOptions{Events: []eeg.Event{}}, "no events"},
		"no condition":      {eeg.EpochOptions{Events: at, Conditions: []string{"c"}}, `no event is of condition "c"; there are 2 a, 1 b`},
		"NaN":               {eeg.EpochOptions{Events: []eeg.Event{{Time: math.NaN()}}}, "times must be finite"},
		"order":             {eeg.EpochOptions{Events: at, TMin: 1, TMax: 0}, "TMin is 1"},
		"baseline outside":  {eeg.EpochOptions{Events: at, Baseline: []float64{-0.5, 0}}, "from -0.5 to 0 s; the samples lie from -0.2 to 0.5 s"},
		"baseline after":    {eeg.EpochOptions{Events: at, TMin: 0.1, TMax: 0.5}, "NoBaseline"},
		"baseline descends": {eeg.EpochOptions{Events: at, Baseline: []float64{0, -0.1}}, "ascending"},
		"baseline of none":  {eeg.EpochOptions{Events: at, Baseline: []float64{0.001, 0.002}}, "have samples"},
		"baseline of one":   {eeg.EpochOptions{Events: at, Baseline: []float64{0}}, "from and to"},
		"no channel":        {eeg.EpochOptions{Events: at, Channels: []string{"Cx"}}, `is "C3" meant`},
		"channel twice":     {eeg.EpochOptions{Events: at, Channels: []string{"Cz", "Cz"}}, "twice"},
		"decimate":          {eeg.EpochOptions{Events: at, Decimate: -1}, "Decimate is -1"},
		"reject kind":       {eeg.EpochOptions{Events: at, Reject: map[string]float64{"MEG": 1}}, "no channel that is taken is of this kind"},
		"reject value":      {eeg.EpochOptions{Events: at, Reject: map[string]float64{"EEG": 0}}, "above 0"},
		"reject window":     {eeg.EpochOptions{Events: at, Reject: map[string]float64{"EEG": 1}, RejectTo: 2}, "RejectFrom"},
		"none left":         {eeg.EpochOptions{Events: at, Reject: map[string]float64{"EEG": 1}}, "no epoch is left of 3 events: 3 peak to peak (C3 3, C4 3, Cz 3, Fp1 3, Fp2 3, ...)"},
		"all outside":       {eeg.EpochOptions{Events: []eeg.Event{{Time: -1e9}, {Time: 1e9}}}, "2 outside the recording"},
	} {
		_, err := rec.Epochs(c.o)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
	}
	// One epoch; its mean is itself, and it has no standard error.
	ep, err := rec.Epochs(eeg.EpochOptions{Events: at, Conditions: []string{"b"}})
	if err != nil || ep.Len() != 1 {
		t.Fatal(err)
	}
	ev, err := ep.Average()
	if err != nil || ev.N != 1 || ev.X[0][3] != ep.X[0][0][3] {
		t.Errorf("%v, %v", ev, err)
	}
	if _, err := ep.StandardError(); err == nil {
		t.Error("one trial has a standard error")
	}
	if _, err := (&eeg.Epochs{}).Average(); err == nil {
		t.Error("no trial has a mean")
	}
	// A channel that is not finite drops the epoch, unless it is bad; so does a flat one.
	x[3][2001], x[5][1000] = math.NaN(), math.Inf(1)
	ep, err = rec.Epochs(eeg.EpochOptions{Events: at})
	if err != nil || ep.Len() != 1 || ep.Dropped[0].Reason != "not finite" || ep.Dropped[0].Channels[0] != "O2" {
		t.Errorf("%v, %v", ep, err)
	}
	if s := ep.String(); !strings.HasSuffix(s, "2 dropped: 2 not finite (C4 1, O2 1)") {
		t.Error(s)
	}
	if log := ep.Log(); len(log.Cols) != 4 || log.Cols[0].Text[2] != "all" || log.Cols[1].Num[2] != 3 || log.Cols[3].Num[2] != 2 {
		t.Errorf("%v", log)
	}
	rec.SetBad("C4", "O2")
	if ep, err = rec.Epochs(eeg.EpochOptions{Events: at}); err != nil || ep.Len() != 3 {
		t.Errorf("%v, %v", ep, err)
	}
	// Rates that differ.
	mixed, err := eeg.New([]eeg.Channel{{Name: "a", FS: 100}, {Name: "b", FS: 50}}, [][]float64{make([]float64, 1000), make([]float64, 500)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mixed.Epochs(eeg.EpochOptions{Events: at}); err == nil || !strings.Contains(err.Error(), "one rate") {
		t.Errorf("%v", err)
	}
	if ep, err := mixed.Epochs(eeg.EpochOptions{Events: at, Channels: []string{"b"}}); err != nil || ep.Samples() != 36 {
		t.Errorf("%v, %v", ep, err)
	}
	if _, err := (&eeg.Recording{}).Epochs(eeg.EpochOptions{Events: at}); err == nil {
		t.Error("epochs of nothing")
	}
}

// Epochs over a gap are dropped; those that touch it are not, and come from the right place
// of the file.
func TestEpochsGap(t *testing.T) {
	rec, x := simulated(t)
	gap, err := eeg.From(eeg.Recording{Channels: rec.Channels[:1], Segments: []eeg.Segment{{Start: 2, Dur: 8}, {Start: 10, Dur: 10}, {Start: 30.5, Dur: 30}}}, plain(x))
	if err != nil {
		t.Fatal(err)
	}
	o := eeg.EpochOptions{NoBaseline: true, TMin: 0, TMax: 0.996}
	for _, at := range []float64{0, 1.5, 2, 9.5, 19, 19.004, 25, 30.4, 30.5, 59.5, 59.504} {
		o.Events = append(o.Events, eeg.Event{Time: at})
	}
	ep, err := gap.Epochs(o)
	if err != nil {
		t.Fatal(err)
	}
	if s := ep.String(); ep.Len() != 5 || !strings.HasSuffix(s, "6 dropped: 5 gap, 1 outside the recording") {
		t.Error(s)
	}
	for i, first := range []int{0, 1875, 4250, 4500, 11750} {
		if ep.X[i][0][0] != x[0][first] || ep.X[i][0][249] != x[0][first+249] {
			t.Errorf("the epoch at %g s does not begin with sample %d", ep.Events[i].Time, first)
		}
	}
}

type plain [][]float64

func (p plain) Fill(dst [][]float64, from, channels []int) error {
	for k, c := range channels {
		copy(dst[k], p[c][from[k]:])
	}
	return nil
}

// Trials are chosen, cut and put together; tables have what they say.
func TestTrials(t *testing.T) {
	rec, _ := simulated(t)
	at := []eeg.Event{{Time: 4, Name: "face/left"}, {Time: 8, Name: "face/right"}, {Time: 12, Name: "house/left"}, {Time: -5, Name: "face/left"}}
	ep, err := rec.Epochs(eeg.EpochOptions{Events: at, Channels: []string{"Cz", "O1"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		of   string
		n, d int
	}{{"face", 2, 1}, {"left", 2, 1}, {"left/face", 1, 1}, {"face/right", 1, 0}} {
		if got, err := ep.Of(c.of); err != nil || got.Len() != c.n || len(got.Dropped) != c.d {
			t.Errorf("%s: %v, %v", c.of, got, err)
		}
	}
	if _, err := ep.Of("car"); err == nil || !strings.Contains(err.Error(), "1 face/left, 1 face/right, 1 house/left") {
		t.Errorf("%v", err)
	}
	cut, err := ep.Crop(0.1, 0.2)
	if err != nil || cut.Samples() != 26 || cut.X[1][0][0] != ep.X[1][0][75] || math.Abs(cut.T0-0.1) > 1e-12 {
		t.Errorf("%v, %v", cut, err)
	}
	base, err := ep.Baseline(0.1, 0.2)
	if err != nil || base.X[1][0][0] == ep.X[1][0][0] {
		t.Error(err)
	}
	m, err := base.Measure(0.1, 0.2, "O1")
	if err != nil || len(m.Cols) != 4 || math.Abs(m.Cols[3].Num[2]) > 1e-12 || m.Cols[1].Text[1] != "face/right" || m.Cols[2].Num[1] != 8 {
		t.Errorf("%v, %v", m, err)
	}
	all := ep.Table()
	if all.Rows() != 3*176 || len(all.Cols) != 6 || all.Cols[3].Num[176+50] != 0 || all.Cols[4].Num[176+9] != ep.X[1][0][9] {
		t.Errorf("%d rows of %d columns", all.Rows(), len(all.Cols))
	}
	one, err := ep.Drop("by eye", 0, 2)
	if err != nil || one.Len() != 1 || one.Events[0].Name != "face/right" || len(one.Dropped) != 3 || len(ep.Dropped) != 1 {
		t.Errorf("%v, %v", one, err)
	}
	for _, trials := range [][]int{{0, 1, 2}, {3}, {-1}} {
		if _, err := ep.Drop("x", trials...); err == nil {
			t.Errorf("%v: no error", trials)
		}
	}
	if j, err := eeg.Join(ep, one); err != nil || j.Len() != 4 {
		t.Errorf("%v, %v", j, err)
	}
	if _, err := eeg.Join(ep, cut); err == nil {
		t.Error("times that differ were joined")
	}
	swapped, _ := ep.Pick("O1", "Cz")
	if _, err := eeg.Join(ep, swapped); err == nil {
		t.Error("channels that differ were joined")
	}
	a, _ := ep.Average()
	b, _ := swapped.Average()
	if _, err := eeg.Difference(a, b); err == nil {
		t.Error("channels that differ were subtracted")
	}
	se, _ := ep.StandardError()
	if _, err := eeg.Difference(a, se); err == nil {
		t.Error("a standard error was subtracted")
	}
	if g, err := eeg.GrandAverage(a, a, a); err != nil || g.N != 3 || math.Abs(g.X[0][5]-a.X[0][5]) > 1e-12 {
		t.Errorf("%v, %v", g, err)
	}
	if _, err := eeg.GrandAverage(); err == nil {
		t.Error("the average of nothing")
	}
	names := eeg.NameTriggers([]eeg.Trigger{{Time: 1, Code: 3}, {Time: 2, Code: 4}}, map[int]string{4: "go"})
	if len(names) != 1 || names[0] != (eeg.Event{Time: 2, Name: "go"}) {
		t.Errorf("%v", names)
	}
}
