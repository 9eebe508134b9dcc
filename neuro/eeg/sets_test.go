package eeg_test

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
)

// averages returns four of them, on some electrodes, with a bump that is later in each.
func averages() eeg.Averages {
	var a eeg.Averages
	for k, comment := range []string{"auditory/left", "auditory/left", "visual/left", "visual/right"} {
		e := &eeg.Evoked{Comment: comment, Kind: "average", N: 40 + k, FS: 500, T0: -0.1}
		if k == 1 {
			e.Kind = "standard error"
		}
		for c, name := range strings.Fields("Fz Cz Pz Oz C3 C4 VEOG") {
			ch := eeg.Channel{Name: name, Kind: "EEG", Unit: "uV", FS: 500}
			if name == "VEOG" {
				ch.Kind = "EOG"
			}
			e.Channels = append(e.Channels, ch)
			x := make([]float64, 201)
			for i := range x {
				t := float64(i)/500 - 0.1
				x[i] = float64(c-3) * math.Exp(-math.Pow((t-0.1-0.02*float64(k))/0.03, 2))
			}
			e.X = append(e.X, x)
		}
		a = append(a, e)
	}
	return a
}

func TestAverages(t *testing.T) {
	a := averages()
	for _, test := range []struct {
		name string
		want int
		text string
	}{
		{"visual/right", 3, ""},
		{"auditory/left", 0, ""}, // the average, not its standard error
		{"AUDITORY", 0, ""},
		{"right", 3, ""},
		{"visual", 0, "2 averages are named"},
		{"visual/righd", 0, `is "visual/right" meant`},
		{"motor", 0, "0 averages are named"},
	} {
		e, err := a.Named(test.name)
		if test.text != "" {
			if err == nil || !strings.Contains(err.Error(), test.text) {
				t.Errorf("%s: %v, want %s", test.name, err, test.text)
			}
		} else if err != nil || e != a[test.want] {
			t.Errorf("%s: %v, %v", test.name, e, err)
		}
	}
	f, err := a.Plot()
	if err != nil || len(f.Panels) != 1 || len(f.Panels[0].Layers) != 4 { // a line at 0 and three averages
		t.Fatalf("%+v, %v", f, err)
	}
	peak, at := 0.0, 0.0
	for i, v := range f.Panels[0].Layers[3].Y {
		if v > peak {
			peak, at = v, f.Panels[0].Layers[3].X[i]
		}
	}
	if math.Abs(at-160) > 1e-9 {
		t.Errorf("the last one peaks at %g ms", at)
	}
	b := a.Show()
	if text := b.Data[display.TypeText]; !strings.Contains(text.(string), "visual/left") || !strings.Contains(b.Data[display.TypeHTML].(string), "<img") {
		t.Errorf("%v", text)
	}
	if _, err := (eeg.Averages{}).Plot(); err == nil {
		t.Error("no averages are drawn")
	}
}

func TestProjectorsShow(t *testing.T) {
	channels := averages()[0].Channels
	p := eeg.Projectors{
		{Name: "blink", Kind: "SSP", Channels: []string{"Fz", "Cz", "Pz", "Oz"}, Vectors: [][]float64{{1, 0.5, 0.2, 0}, {0, 1, -1, 0}}, Explained: 0.9},
		{Name: "mean", Kind: "average reference", Channels: []string{"Fz", "Cz"}, Vectors: [][]float64{{1, 1}}, Active: true},
	}
	f, err := p.Plot(channels)
	if err != nil || len(f.Panels) != 2 || f.Panels[1].Title != "blink, 2" {
		t.Fatalf("%v, %v", f, err)
	}
	if s := p.Show().Data[display.TypeText].(string); !strings.Contains(s, "average reference") || !strings.Contains(s, "90") {
		t.Error(s)
	}
	for _, q := range []eeg.Projectors{nil, p[1:], {{Name: "x", Channels: []string{"Fz", "Cz"}, Vectors: [][]float64{{1, 1}}}}} {
		if _, err := q.Plot(channels); err == nil {
			t.Errorf("%v is drawn", q)
		}
	}
}

// The covariance of projected data is the projected covariance.
func TestCovariance(t *testing.T) {
	rec, p := patterned(t, 7, 400)
	x, err := rec.Read(0, rec.Dur())
	if err != nil {
		t.Fatal(err)
	}
	of := func(x [][]float64) [][]float64 {
		m := make([][]float64, len(x))
		for i := range x {
			m[i] = make([]float64, len(x))
			for j := range x {
				for k := range x[i] {
					m[i][j] += x[i][k] * x[j][k] / float64(len(x[i]))
				}
			}
		}
		return m
	}
	c := &eeg.Covariance{Channels: rec.Names(), Matrix: of(x.X), Free: 399}
	out, err := c.Project(p)
	if err != nil {
		t.Fatal(err)
	}
	clean, err := rec.Project(p)
	if err != nil {
		t.Fatal(err)
	}
	y, err := clean.Read(0, rec.Dur())
	if err != nil {
		t.Fatal(err)
	}
	want := of(y.X)
	for i := range want {
		for j := range want {
			if math.Abs(out.Matrix[i][j]-want[i][j]) > 1e-9 || out.Matrix[i][j] != out.Matrix[j][i] {
				t.Fatalf("[%d][%d] is %g, want %g", i, j, out.Matrix[i][j], want[i][j])
			}
		}
	}
	if a, err := c.Rank(0); err != nil || a != 7 {
		t.Errorf("rank %d before, %v", a, err)
	}
	if a, err := out.Rank(1e-9); err != nil || a != 5 {
		t.Errorf("rank %d after two vectors were taken out, %v", a, err)
	}
	q, err := c.Pick("c3", "c1")
	if err != nil || q.Matrix[0][1] != c.Matrix[3][1] || len(q.Matrix) != 2 {
		t.Error(q, err)
	}
	for _, names := range [][]string{{"c9"}, {"c1", "c1"}} {
		if _, err := c.Pick(names...); err == nil {
			t.Errorf("%v is picked", names)
		}
	}
	if _, err := c.Rank(math.NaN()); err == nil {
		t.Error("a share of NaN is taken")
	}
	if s := c.String(); s != "covariance of 7 channels, 399 degrees of freedom" {
		t.Error(s)
	}
	if z := c.Plot().Panels[0].Layers[0].Z; math.Abs(z[2][2]-1) > 1e-12 {
		t.Errorf("a channel correlates with itself by %g", z[2][2])
	}
}
