package eeg_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/stats"
)

// TestAdjacentMNE wants the neighbours of MNE, and both diagonals where it has one of two.
func TestAdjacentMNE(t *testing.T) {
	var want map[string]struct {
		Names []string
		Near  [][]int
	}
	golden.JSON(t, golden.Path(t, "eeg/adjacent.json"), &want)
	for name, w := range want {
		channels := make([]eeg.Channel, len(w.Names))
		for c := range channels {
			channels[c].Name = w.Names[c]
		}
		got, err := eeg.Adjacent(channels, 0)
		if err != nil {
			t.Fatal(err)
		}
		edges, extra := 0, 0
		for i, near := range w.Near {
			mine := got.Of(i)
			for _, j := range near {
				edges++
				if !slices.Contains(mine, j) {
					t.Errorf("%s: %s and %s are no neighbours", name, w.Names[i], w.Names[j])
				}
			}
			for _, j := range mine {
				if !slices.Contains(near, j) {
					extra++
					t.Logf("%s: %s and %s are neighbours, not so in MNE", name, w.Names[i], w.Names[j])
				}
			}
		}
		t.Logf("%s: %d edges, %d more", name, edges/2, extra/2)
		if extra > edges/8 {
			t.Errorf("%s: %d of %d neighbours are not MNE's", name, extra/2, edges/2)
		}
	}
}

func TestAdjacent(t *testing.T) {
	four := []eeg.Channel{{Name: "Fz"}, {Name: "Cz"}, {Name: "Pz"}, {Name: "Oz"}}
	n, err := eeg.Adjacent(four, 0) // in a row
	if err != nil || fmt.Sprint(n.Of(0), n.Of(1), n.Of(2), n.Of(3)) != "[1] [0 2] [1 3] [2]" {
		t.Errorf("%v %v", n, err)
	}
	if n, err = eeg.Adjacent(four, 0.8); err != nil || fmt.Sprint(n.Of(1)) != "[0 2]" {
		t.Errorf("%v %v", n, err)
	}
	for _, c := range []struct {
		channels []eeg.Channel
		distance float64
		text     string
	}{{[]eeg.Channel{{Name: "Fz"}, {Name: "nose?"}}, 0, `"nose?" has no place`}, {[]eeg.Channel{{Name: "Fz"}, {Name: "x", Position: []float64{0, 0.6, 0.8}}, {Name: "y", Position: []float64{0, 6, 8}}}, 0, "in one place"}, {four, -1, "distance is -1"}} {
		if _, err := eeg.Adjacent(c.channels, c.distance); err == nil || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%v; want %q", err, c.text)
		}
	}
}

// subjects returns evoked responses with a component over the back of the head at 170 ms,
// of an amplitude that conditions differ in.
func subjects(n int, seed uint64, amplitude float64) []*eeg.Evoked {
	names := strings.Fields("Fp1 Fp2 F7 F3 Fz F4 F8 T7 C3 Cz C4 T8 P7 P3 Pz P4 P8 O1 O2")
	out := make([]*eeg.Evoked, n)
	for i := range out {
		s := rng.New(seed, uint64(i))
		e := &eeg.Evoked{Comment: "faces", Kind: "average", N: 40, FS: 250, T0: -0.1}
		own := 1 + 0.2*s.Norm()
		for c, name := range names {
			e.Channels = append(e.Channels, eeg.Channel{Name: name, Kind: "EEG", Unit: "uV", FS: 250})
			weight := 0.0
			if c >= 12 {
				weight = map[bool]float64{true: 0.6, false: 1}[name == "Pz"]
			}
			x, v := make([]float64, 126), 0.0
			for k := range x {
				v = 0.9*v + 0.4*s.Norm()
				d := (float64(k-25)/250 - 0.17) / 0.03
				x[k] = v + weight*own*amplitude*math.Exp(-d*d/2)
			}
			e.X = append(e.X, x)
		}
		out[i] = e
	}
	return out
}

// TestClusterEvoked wants an effect to be found where and when it is.
func TestClusterEvoked(t *testing.T) {
	a, b := subjects(14, 1, -4), subjects(14, 2, -1)
	r, err := eeg.ClusterPaired(a, b, eeg.ClusterOptions{ClusterOptions: stats.ClusterOptions{N: 500}})
	if err != nil {
		t.Fatal(err)
	}
	x := r.Extents[0]
	if r.Clusters[0].P > 0.01 || r.Clusters[0].Mass > 0 || x.From > 0.15 || x.To < 0.19 || x.To > 0.35 || math.Abs(x.At-0.17) > 0.04 ||
		!slices.Contains(x.Channels, "O1") || !slices.Contains(x.Channels, "P8") || slices.Contains(x.Channels, "Fp1") {
		t.Errorf("%+v %+v", r.Clusters[0].P, x)
	}
	text := r.Show().Text()
	if !strings.Contains(text, "paired t test: ") || !strings.Contains(text, "19 channels from -100 to 400 ms") {
		t.Errorf("%s", text)
	}
	f, err := r.Plot(0)
	if err != nil || len(f.Panels) < 2 {
		t.Fatalf("%v", err)
	}
	g, err := eeg.ClusterGroups([][]*eeg.Evoked{a, b}, eeg.ClusterOptions{ClusterOptions: stats.ClusterOptions{N: 200}, From: 0.1, To: 0.3})
	if err != nil || g.Mean.Samples() != 51 || g.Statistic != "t" || g.Clusters[0].P > 0.02 {
		t.Errorf("%v %v", g, err)
	}
	g, err = eeg.ClusterGroups([][]*eeg.Evoked{a, b, subjects(9, 3, 0)}, eeg.ClusterOptions{ClusterOptions: stats.ClusterOptions{N: 200}})
	if err != nil || g.Statistic != "F" || g.Clusters[0].P > 0.02 || len(g.Means) != 3 {
		t.Errorf("%v %v", g, err)
	}
	ep := func(list []*eeg.Evoked) *eeg.Epochs {
		out := &eeg.Epochs{FS: 250, T0: -0.1, Channels: list[0].Channels}
		for _, e := range list {
			out.X, out.Events = append(out.X, e.X), append(out.Events, eeg.Event{})
		}
		return out
	}
	if g, err = eeg.ClusterTrials([]*eeg.Epochs{ep(a), ep(b)}, eeg.ClusterOptions{ClusterOptions: stats.ClusterOptions{N: 200}}); err != nil || g.Clusters[0].P > 0.02 {
		t.Errorf("%v %v", g, err)
	}
	one, err := eeg.ClusterPaired(a, nil, eeg.ClusterOptions{ClusterOptions: stats.ClusterOptions{N: 200, TFCE: true}})
	if err != nil || one.Clusters[0].P > 0.02 {
		t.Errorf("%v %v", one, err)
	}
	b[3].Channels[18].Bad = true
	if r, err = eeg.ClusterPaired(a, b, eeg.ClusterOptions{ClusterOptions: stats.ClusterOptions{N: 20}}); err != nil || len(r.Mean.Channels) != 18 {
		t.Errorf("a bad channel: %v", err)
	}
	for _, c := range []struct {
		a, b []*eeg.Evoked
		o    eeg.ClusterOptions
		text string
	}{
		{a, b[:3], eeg.ClusterOptions{}, "a has 14 subjects and b 3"}, {nil, nil, eeg.ClusterOptions{}, "group 0 is empty"},
		{a, b, eeg.ClusterOptions{Near: stats.Chain(3)}, "Near has 3 channels; 18 are good"}, {a, b, eeg.ClusterOptions{From: 2, To: 3}, "from 2 to 3 s"},
		{a[:1], nil, eeg.ClusterOptions{}, "two or more"},
	} {
		if _, err := eeg.ClusterPaired(c.a, c.b, c.o); err == nil || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%v; want %q", err, c.text)
		}
	}
}
