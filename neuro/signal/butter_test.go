package signal

import (
	"fmt"
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"pgregory.net/rapid"
)

func TestFiltersAreSciPys(t *testing.T) {
	r := load(t)
	for _, c := range r.Filters {
		what := fmt.Sprintf("%s %d, %v Hz at %g", c.Kind, c.Order, c.Cut, c.FS)
		s, err := Butter(c.Order, c.Kind, c.FS, c.Cut...)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if len(s.Sections) != len(c.SOS) {
			t.Fatalf("%s: %d sections, want %d", what, len(s.Sections), len(c.SOS))
		}
		for i := range c.SOS {
			if c.Kind == "stop" && c.Cut[0]+c.Cut[1] == c.FS/2 {
				break // the order of equally sharp sections is a matter of rounding
			}
			golden.Close(t, fmt.Sprintf("%s: section %d", what, i), s.Sections[i][:], c.SOS[i][:], 1e-11)
		}
		for i, f := range c.F {
			golden.Close(t, fmt.Sprintf("%s: gain at %g Hz", what, f), []float64{s.Gain(f), 1}, []float64{c.Gain[i], 1}, 1e-10)
		}
		for _, run := range c.Runs {
			x := r.X[:run.Len]
			y, err := s.FiltFilt(x)
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			golden.Close(t, what+": FiltFilt", y, run.FiltFilt, tol)
			if y, err = s.Filter(x); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			golden.Close(t, what+": Filter", y, run.Filter, tol)
		}
	}
}

func TestSharedFilters(t *testing.T) {
	var ref map[string]any
	golden.JSON(t, golden.Shared(t, "golden/signals/filters.json"), &ref)
	list := func(key string) []float64 {
		var out []float64
		for _, v := range ref[key].([]any) {
			out = append(out, v.(float64))
		}
		return out
	}
	x := list("x")
	for key, c := range map[string]struct {
		order int
		kind  string
		cut   []float64
	}{
		"butter4_bp_1_40":  {4, "band", []float64{1, 40}},
		"butter2_lp_30":    {2, "low", []float64{30}},
		"butter5_hp_0p5":   {5, "high", []float64{0.5}},
		"butter3_bs_48_52": {3, "stop", []float64{48, 52}},
	} {
		s, err := Butter(c.order, c.kind, 250, c.cut...)
		if err != nil {
			t.Fatal(err)
		}
		y, err := s.FiltFilt(x)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, key+" FiltFilt", y, list(key+"_sosfiltfilt"), tol)
		if y, err = s.Filter(x); err != nil {
			t.Fatal(err)
		}
		golden.Close(t, key+" Filter", y, list(key+"_sosfilt"), tol)
	}
}

// The definition: the gain at a cut is 1/√2 at every order, 1 where the filter
// is flat, and falls off on the other side as the order says.
func TestButterDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.IntRange(1, 24).Draw(t, "order")
		kind := rapid.SampledFrom([]string{"low", "high", "band", "stop"}).Draw(t, "kind")
		fs := rapid.Float64Range(1, 1e5).Draw(t, "fs")
		a := rapid.Float64Range(0.02, 0.48).Draw(t, "a") * fs
		cut := []float64{a}
		if kind == "band" || kind == "stop" {
			b := rapid.Float64Range(0.02, 0.48).Draw(t, "b") * fs
			cut = []float64{math.Min(a, b), math.Max(a, b)}
			if cut[1]-cut[0] < 0.01*fs {
				t.Skip("narrow")
			}
		}
		s, err := Butter(order, kind, fs, cut...)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range cut {
			// The slope at the cut grows with the order and with how narrow
			// the band is, and with it the effect of a rounded coefficient.
			if g := s.Gain(f); math.Abs(g-math.Sqrt2/2) > 1e-6 {
				t.Errorf("%s %d: gain at the cut %g Hz is %.12g", kind, order, f, g)
			}
		}
		warp := func(f float64) float64 { return math.Tan(math.Pi * f / fs) }
		for _, u := range []float64{0, 0.001, 0.1, 0.2, 0.3, 0.45} {
			f := u * fs
			w, w0 := warp(f), warp(cut[0])
			ratio := w / w0
			switch kind {
			case "high":
				ratio = w0 / w
			case "band", "stop":
				w1 := warp(cut[1])
				ratio = (w*w - w0*w1) / ((w1 - w0) * w)
				if kind == "stop" {
					ratio = 1 / ratio
				}
			}
			want := 1 / math.Sqrt(1+math.Pow(ratio, 2*float64(order)))
			if g := s.Gain(f); !(math.Abs(g-want) <= 1e-6) {
				t.Errorf("%s %d at %g Hz, cuts %v: gain at %g Hz is %.12g, want %.12g", kind, order, fs, cut, f, g, want)
			}
		}
	})
}

// High orders and cuts far below the sampling rate stay stable, and a constant
// signal stays what it is.
func TestButterHighOrders(t *testing.T) {
	x := make([]float64, 4000)
	for i := range x {
		x[i] = 5
	}
	for _, c := range []struct {
		order int
		kind  string
		fs    float64
		cut   []float64
		want  float64
	}{
		{64, "low", 1000, []float64{100}, 5},
		{64, "high", 1000, []float64{100}, 0},
		{32, "band", 1000, []float64{50, 150}, 0},
		{20, "stop", 1000, []float64{45, 55}, 5},
		{8, "low", 30000, []float64{1}, 5},
		{4, "high", 30000, []float64{0.1}, 0},
		{2, "band", 30000, []float64{0.1, 100}, 0},
	} {
		s, err := Butter(c.order, c.kind, c.fs, c.cut...)
		if err != nil {
			t.Fatal(err)
		}
		y, err := s.FiltFilt(x)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range y {
			if math.Abs(v-c.want) > 1e-5 {
				t.Errorf("%s %d, %v Hz at %g: a constant 5 becomes %g at %d, want %g", c.kind, c.order, c.cut, c.fs, v, i, c.want)
				break
			}
		}
	}
}

// FiltFilt is linear and treats both directions of time alike.
func TestFiltFiltProperties(t *testing.T) {
	r := load(t)
	s, err := Butter(3, "band", 200, 5, 20)
	if err != nil {
		t.Fatal(err)
	}
	n := 301
	x := r.X[:n]
	back, mix := make([]float64, n), make([]float64, n)
	for i := range back {
		back[i] = x[n-1-i]
		mix[i] = 2*x[i] - 3*r.Y[i]
	}
	fx, _ := s.FiltFilt(x)
	fy, _ := s.FiltFilt(r.Y[:n])
	fm, _ := s.FiltFilt(mix)
	fb, _ := s.FiltFilt(back)
	want, turned := make([]float64, n), make([]float64, n)
	for i := range want {
		want[i] = 2*fx[i] - 3*fy[i]
		turned[i] = fb[n-1-i]
	}
	golden.Close(t, "linear", fm, want, 1e-12)
	// Forward-backward and backward-forward differ only by what rings beyond
	// the ends.
	golden.Close(t, "time reversed", turned[100:200], fx[100:200], 1e-2)
	var phase float64
	for i := 100; i < 200; i++ {
		phase += fx[i] * x[i]
	}
	if phase <= 0 {
		t.Error("the output is not in phase with the input")
	}
}

func BenchmarkFiltFilt(b *testing.B) {
	s, _ := Butter(4, "band", 1000, 1, 40)
	x := make([]float64, 100000)
	for i := range x {
		x[i] = math.Sin(float64(i * i % 1000))
	}
	for b.Loop() {
		if _, err := s.FiltFilt(x); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWelch(b *testing.B) {
	x := make([]float64, 1000000)
	for i := range x {
		x[i] = math.Sin(float64(i * i % 1000))
	}
	for b.Loop() {
		if _, err := Welch(x, 1000, NewWelch()); err != nil {
			b.Fatal(err)
		}
	}
}
