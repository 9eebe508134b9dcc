package signal

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/stats"
)

// tiles returns power over 12 frequencies and 40 times of subjects, larger by a factor from
// the 5th to the 8th frequency and the 11th to the 25th time.
func tiles(n int, first uint64, factor float64) []*TimeFrequency {
	out := make([]*TimeFrequency, n)
	for s := range out {
		tf := &TimeFrequency{Name: "power", Unit: "uV²"}
		for j := range 40 {
			tf.T = append(tf.T, 0.05*float64(j))
		}
		noise := channels(12, 40*(s+1+int(first)))
		for i := range 12 {
			tf.F = append(tf.F, float64(4+2*i))
			row := make([]float64, 40)
			for j := range row {
				row[j] = math.Exp(0.1 * noise[i][40*(s+int(first))+j])
				if i >= 4 && i < 8 && j >= 10 && j < 25 {
					row[j] *= factor
				}
			}
			tf.P = append(tf.P, row)
		}
		out[s] = tf
	}
	return out
}

func TestPowerClusters(t *testing.T) {
	a, b, c := tiles(10, 0, 2), tiles(10, 10, 1), tiles(8, 20, 1)
	r, err := ClusterPaired(a, b, ClusterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if t0, t1, f0, f1 := r.extent(r.Clusters[0]); r.Clusters[0].P > 0.01 || t0 > 0.55 || t1 < 1.15 || f0 > 12 || f1 < 18 || math.Abs(r.Mean[5][15]-3) > 1.5 {
		t.Errorf("%v: %g to %g s, %g to %g Hz, mean %g", r, t0, t1, f0, f1, r.Mean[5][15])
	}
	if text := r.Show().Text(); !strings.Contains(text, "frequency (Hz)") && !strings.Contains(text, "frequency") {
		t.Errorf("%s", text)
	}
	if f := r.Plot(0); len(f.Panels[0].Layers) != 2 || !strings.Contains(f.Title, "with p up to 0.05") {
		t.Errorf("%d layers, %q", len(f.Panels[0].Layers), f.Title)
	}
	two, err := ClusterGroups([][]*TimeFrequency{a, c}, ClusterOptions{ClusterOptions: stats.ClusterOptions{N: 200}, Linear: true})
	if err != nil || two.Statistic != "t" || two.Clusters[0].P > 0.02 || two.Unit != "uV²" {
		t.Errorf("%v %v", two, err)
	}
	three, err := ClusterGroups([][]*TimeFrequency{a, b, c}, ClusterOptions{ClusterOptions: stats.ClusterOptions{N: 200}})
	if err != nil || three.Statistic != "F" || three.Clusters[0].P > 0.02 {
		t.Errorf("%v %v", three, err)
	}
	b[2].P[3][4] = 0
	short := tiles(10, 0, 1)
	short[1].T = short[1].T[1:]
	for _, c := range []struct {
		a, b []*TimeFrequency
		text string
	}{{a, b, "subject 2 of group 1 is 0 at 10 Hz and 0.2 s"}, {a, b[:3], "a has 10 subjects and b 3"}, {a, short, "they must be the same"}, {nil, nil, "group 0 is empty"}, {a[:1], []*TimeFrequency{nil}, "no power"}} {
		if _, err := ClusterPaired(c.a, c.b, ClusterOptions{}); err == nil || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%v; want %q", err, c.text)
		}
	}
	if _, err := ClusterGroups([][]*TimeFrequency{a}, ClusterOptions{}); err == nil {
		t.Error("one group")
	}
}
