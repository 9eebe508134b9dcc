package signal

import (
	"fmt"
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

type designs struct {
	FS   float64
	Freq []float64
	IIR  []struct {
		Name, Kind      string
		Order, Sections int
		Cut, Gain       []float64
	}
	Orders []struct {
		FS                            float64
		Pass                          []float64 `json:"pass_"`
		Stop                          []float64
		Ripple, Attenuation           float64
		Butter, Cheby1, Cheby2, Ellip struct {
			Order int
			Cut   []float64
		}
	}
	FIR []struct {
		Name, Kind, Window   string
		Taps                 int
		Cut, Edges, Gains, H []float64
	}
	X        []float64
	Resample []struct {
		N, Up, Down int
		Y           []float64
	}
	Fourier []struct {
		N, To int
		Y     []float64
	}
}

func loadDesigns(t *testing.T) *designs {
	var d designs
	golden.JSON(t, golden.Path(t, "signal/design.json"), &d)
	return &d
}

func TestIIRAreSciPys(t *testing.T) {
	d := loadDesigns(t)
	for _, c := range d.IIR {
		what := fmt.Sprintf("%s %d %s", c.Name, c.Order, c.Kind)
		var s SOS
		var err error
		switch c.Name {
		case "Cheby1":
			s, err = Cheby1(c.Order, 0.5, c.Kind, d.FS, c.Cut...)
		case "Cheby2":
			s, err = Cheby2(c.Order, 40, c.Kind, d.FS, c.Cut...)
		case "Ellip":
			s, err = Ellip(c.Order, 0.5, 60, c.Kind, d.FS, c.Cut...)
		case "Bessel":
			s, err = Bessel(c.Order, c.Kind, d.FS, c.Cut...)
		}
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if len(s.Sections) != c.Sections {
			t.Errorf("%s: %d sections, want %d", what, len(s.Sections), c.Sections)
		}
		for i, f := range d.Freq {
			if got := s.Gain(f); math.Abs(got-c.Gain[i]) > 1e-9 {
				t.Errorf("%s: gain at %g Hz is %.12g, want %.12g", what, f, got, c.Gain[i])
			}
		}
	}
}

func TestSharedIIR(t *testing.T) {
	var g map[string]any
	golden.JSON(t, golden.Shared(t, "golden/signals/filters.json"), &g)
	list := func(v any) (out []float64) {
		for _, x := range v.([]any) {
			out = append(out, x.(float64))
		}
		return out
	}
	x := list(g["x"])
	notch, err := Notch(50, 30, 250)
	if err != nil {
		t.Fatal(err)
	}
	ba := g["iirnotch_50_30_ba"].([]any)
	golden.Close(t, "notch b", notch.Sections[0][:3], list(ba[0]), 1e-12)
	golden.Close(t, "notch a", notch.Sections[0][3:], list(ba[1]), 1e-12)
	for key, f := range map[string]func() (SOS, error){
		"cheby1_4_0p5_40":  func() (SOS, error) { return Cheby1(4, 0.5, "low", 250, 40) },
		"cheby2_4_40_60":   func() (SOS, error) { return Cheby2(4, 40, "low", 250, 60) },
		"ellip4_0p5_60_40": func() (SOS, error) { return Ellip(4, 0.5, 60, "low", 250, 40) },
		"bessel4_lp_30":    func() (SOS, error) { return Bessel(4, "low", 250, 30) },
	} {
		s, err := f()
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range g[key+"_sos"].([]any) {
			golden.Close(t, key, s.Sections[i][:], list(row), 1e-8)
		}
		y, err := s.FiltFilt(x)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, key+" FiltFilt", y, list(g[key+"_sosfiltfilt"]), 1e-7)
		if y, err = s.Filter(x); err != nil {
			t.Fatal(err)
		}
		golden.Close(t, key+" Filter", y, list(g[key+"_sosfilt"]), 1e-7)
	}
	for key, f := range map[string]func() (FIR, error){
		"firwin_101_lp_30_hamming": func() (FIR, error) { return NewFIR(101, "low", "", 250, 30) },
		"firwin_101_bp_8_12":       func() (FIR, error) { return NewFIR(101, "band", "hamming", 250, 8, 12) },
		"firls":                    func() (FIR, error) { return FIRLS(101, []float64{0, 20, 30, 125}, []float64{1, 1, 0, 0}, nil, 250) },
		"remez":                    func() (FIR, error) { return Remez(101, []float64{0, 20, 30, 125}, []float64{1, 0}, nil, 250) },
	} {
		h, err := f()
		if err != nil {
			t.Fatal(key, err)
		}
		tol := 1e-8
		if key == "remez" {
			tol = 1e-5
		}
		golden.Close(t, key, h.Taps, list(g[key]), tol)
	}
	h := FIR{FS: 250, Taps: list(g["mne_fir_1_40_taps"])}
	y, err := h.ZeroPhase(x)
	if err != nil {
		t.Fatal(err)
	}
	golden.Close(t, "zero phase", y, list(g["mne_filter_data_1_40"]), 1e-7)
}

func TestOrdersAreSciPys(t *testing.T) {
	for _, c := range loadDesigns(t).Orders {
		for name, v := range map[string]struct {
			f    func(float64, []float64, []float64, float64, float64) (int, []float64, error)
			n    int
			cuts []float64
		}{
			"Butter": {ButterOrder, c.Butter.Order, c.Butter.Cut}, "Cheby1": {Cheby1Order, c.Cheby1.Order, c.Cheby1.Cut},
			"Cheby2": {Cheby2Order, c.Cheby2.Order, c.Cheby2.Cut}, "Ellip": {EllipOrder, c.Ellip.Order, c.Ellip.Cut},
		} {
			n, cut, err := v.f(c.FS, c.Pass, c.Stop, c.Ripple, c.Attenuation)
			if err != nil {
				t.Fatal(err)
			}
			tol := 1e-9
			if len(c.Pass) == 2 && c.Pass[0] < c.Stop[0] {
				tol = 1e-4 // the peer looks for the edges to 1e-5
			}
			if n != v.n {
				t.Errorf("%s %v %v: order %d, want %d", name, c.Pass, c.Stop, n, v.n)
			}
			golden.Close(t, name, cut, v.cuts, tol)
		}
	}
	for _, c := range []struct{ pass, stop []float64 }{{nil, nil}, {[]float64{1}, []float64{1}}, {[]float64{1, 5}, []float64{2, 9}}, {[]float64{1}, []float64{200}}} {
		if _, _, err := ButterOrder(250, c.pass, c.stop, 1, 40); err == nil {
			t.Errorf("%v: no error", c)
		}
	}
	if _, _, err := ButterOrder(250, []float64{1}, []float64{2}, 40, 1); err == nil {
		t.Error("an attenuation below the ripple is allowed")
	}
}

func TestFIRAreSciPys(t *testing.T) {
	d := loadDesigns(t)
	for _, c := range d.FIR {
		var h FIR
		var err error
		tol := 1e-9
		switch c.Name {
		case "FIR":
			h, err = NewFIR(c.Taps, c.Kind, c.Window, d.FS, c.Cut...)
		case "FIRLS":
			h, err = FIRLS(c.Taps, c.Edges, c.Gains, nil, d.FS)
		case "Remez":
			h, err = Remez(c.Taps, c.Edges, c.Gains, nil, d.FS)
			tol = 1e-5
		}
		if err != nil {
			t.Fatalf("%s %d %s: %v", c.Name, c.Taps, c.Kind, err)
		}
		golden.Close(t, fmt.Sprintf("%s %d %s", c.Name, c.Taps, c.Kind), h.Taps, c.H, tol)
		h.Plot()
	}
	for i, f := range []func() error{
		func() error { _, err := NewFIR(0, "low", "", 250, 30); return err },
		func() error { _, err := NewFIR(30, "high", "", 250, 30); return err },
		func() error { _, err := NewFIR(31, "high", "x", 250, 30); return err },
		func() error { _, err := NewFIR(31, "high", "", 250, 130); return err },
		func() error { _, err := FIRLS(30, []float64{0, 10}, []float64{1, 1}, nil, 250); return err },
		func() error {
			_, err := FIRLS(31, []float64{0, 10, 5, 20}, []float64{1, 1, 0, 0}, nil, 250)
			return err
		},
		func() error { _, err := FIRLS(31, []float64{0, 10, 15, 20}, []float64{1, 1, 0}, nil, 250); return err },
		func() error {
			_, err := Remez(31, []float64{0, 10, 15, 20}, []float64{1, 0}, []float64{1, 0}, 250)
			return err
		},
		func() error { _, err := FIR{}.Filter([]float64{1}); return err },
		func() error { _, err := FIR{Taps: []float64{1, 2, 3}}.ZeroPhase([]float64{1}); return err },
		func() error { _, err := Cheby1(2, 0, "low", 250, 3); return err },
		func() error { _, err := Cheby2(2, -1, "low", 250, 3); return err },
		func() error { _, err := Ellip(2, 3, 2, "low", 250, 3); return err },
		func() error { _, err := Bessel(13, "low", 250, 3); return err },
		func() error { _, err := Notch(125, 30, 250); return err },
		func() error { _, err := Notch(50, 0, 250); return err },
	} {
		if f() == nil {
			t.Errorf("case %d: no error", i)
		}
	}
}

func TestFIRFilterIsTheSum(t *testing.T) {
	for _, n := range []int{1, 2, 63, 64, 500, 5003} {
		x := channels(1, n)[0]
		for _, taps := range []int{1, 2, 3, 31, 100, 257} {
			h := FIR{FS: 1, Taps: channels(1, taps)[0]}
			y, err := h.Filter(x)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range []int{0, 1, n / 2, n - 1} {
				if i >= n {
					continue
				}
				want := 0.0
				for j, v := range h.Taps {
					if i >= j {
						want += v * x[i-j]
					}
				}
				if math.Abs(y[i]-want) > 1e-12 {
					t.Errorf("%d samples, %d taps: y[%d] = %g, want %g", n, taps, i, y[i], want)
				}
			}
		}
	}
}

func TestResampleIsSciPys(t *testing.T) {
	d := loadDesigns(t)
	for _, c := range d.Resample {
		y, err := Resample(d.X[:c.N], c.Up, c.Down)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, fmt.Sprintf("%d samples by %d/%d", c.N, c.Up, c.Down), y, c.Y, 1e-9)
	}
	for _, c := range d.Fourier {
		y, err := ResampleFourier(d.X[:c.N], c.To)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, fmt.Sprintf("%d samples to %d", c.N, c.To), y, c.Y, 1e-9)
	}
	for _, f := range []func() error{
		func() error { _, err := Resample(d.X, 0, 1); return err },
		func() error { _, err := Resample(d.X, 1, -1); return err },
		func() error { _, err := Resample(nil, 1, 2); return err },
		func() error { _, err := ResampleFourier(d.X, 0); return err },
		func() error { _, err := ResampleFourier(nil, 3); return err },
	} {
		if f() == nil {
			t.Error("no error")
		}
	}
}
