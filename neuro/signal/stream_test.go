package signal

import (
	"testing"
)

// pieces cuts x at uneven places.
func pieces(x []float64) (out [][]float64) {
	for n := 1; len(x) > 0; n = n*3%701 + 1 {
		k := min(n, len(x))
		out, x = append(out, x[:k]), x[k:]
	}
	return out
}

func sameFloats(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%s: value %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

func TestPiecesAreTheWhole(t *testing.T) {
	for _, n := range []int{1, 50, 997, 20011} {
		x := channels(1, n)[0]
		s, err := Butter(3, "band", 250, 4, 30)
		if err != nil {
			t.Fatal(err)
		}
		want, err := s.Filter(x)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.Stream()
		if err != nil {
			t.Fatal(err)
		}
		var got []float64
		for _, p := range pieces(x) {
			y, err := f.Push(p)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, y...)
		}
		sameFloats(t, "IIR", got, want)

		for _, taps := range []int{1, 31, 200} {
			h := FIR{FS: 250, Taps: channels(1, taps)[0]}
			if want, err = h.Filter(x); err != nil {
				t.Fatal(err)
			}
			f, err := h.Stream()
			if err != nil {
				t.Fatal(err)
			}
			got = got[:0]
			for _, p := range pieces(x) {
				y, err := f.Push(p)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, y...)
			}
			sameFloats(t, "FIR", append(got, f.Flush()...), want)
		}

		for _, o := range []WelchOptions{{SegmentLen: 50, Overlap: -1}, {SegmentLen: 33, Overlap: 30, Detrend: "linear"}, {SegmentLen: 40, Overlap: 0, Scaling: "spectrum", Unit: "mV"}, {SegmentLen: 7, Overlap: 2}} {
			w, err := NewWelchStream(250, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range pieces(x) {
				if err := w.Push(p); err != nil {
					t.Fatal(err)
				}
			}
			got, err := w.Spectrum()
			if n == 1 {
				if err == nil {
					t.Error("one sample has a spectrum")
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			want, err := Welch(x, 250, o)
			if err != nil {
				t.Fatal(err)
			}
			sameFloats(t, "Welch", got.P, want.P)
			if got.DOF != want.DOF || got.Segments != want.Segments || got.Unit != want.Unit {
				t.Errorf("%v, want %v", got, want)
			}
		}
	}
}

// TestWelchStreamGap wants the mean over the segments of stretches, whatever the pieces.
func TestWelchStreamGap(t *testing.T) {
	x := channels(1, 5000)[0]
	o := WelchOptions{SegmentLen: 64, Overlap: 32}
	cuts := []int{0, 40, 1000, 1063, 3200, 5000}
	want, n := make([]float64, 33), 0
	for i := 1; i < len(cuts); i++ {
		if part := x[cuts[i-1]:cuts[i]]; len(part) >= 64 {
			s, err := Welch(part, 250, o)
			if err != nil {
				t.Fatal(err)
			}
			for k, v := range s.P {
				want[k] += float64(v * float64(s.Segments))
			}
			n += s.Segments
		}
	}
	var first []float64
	for _, cut := range []func([]float64) [][]float64{pieces, func(x []float64) [][]float64 { return [][]float64{x} }} {
		s, err := NewWelchStream(250, o)
		if err != nil {
			t.Fatal(err)
		}
		s = s.Another()
		for i := 1; i < len(cuts); i++ {
			for _, p := range cut(x[cuts[i-1]:cuts[i]]) {
				if err := s.Push(p); err != nil {
					t.Fatal(err)
				}
			}
			s.Gap()
		}
		got, err := s.Spectrum()
		if err != nil || got.Segments != n {
			t.Fatalf("%v segments, want %d: %v", got, n, err)
		}
		for k, v := range got.P {
			if w := want[k] / float64(n); v < w*(1-1e-12) || v > w*(1+1e-12) {
				t.Fatalf("value %d is %v, want %v", k, v, w)
			}
		}
		if first == nil {
			first = got.P
		}
		sameFloats(t, "pieces", got.P, first)
	}
}

func TestFilterEachIsFilter(t *testing.T) {
	for _, c := range []int{1, 3, 4, 9} {
		for _, order := range []int{1, 2, 3, 4, 7} {
			x := channels(c, 1003)
			s, err := Butter(order, "band", 250, 4, 30)
			if err != nil {
				t.Fatal(err)
			}
			one, err := s.FilterEach(x)
			if err != nil {
				t.Fatal(err)
			}
			both, err := s.FiltFiltEach(x)
			if err != nil {
				t.Fatal(err)
			}
			for i := range x {
				want, err := s.Filter(x[i])
				if err != nil {
					t.Fatal(err)
				}
				sameFloats(t, "Filter", one[i], want)
				if want, err = s.FiltFilt(x[i]); err != nil {
					t.Fatal(err)
				}
				sameFloats(t, "FiltFilt", both[i], want)
			}
		}
	}
	for _, taps := range []int{1, 31, 801} {
		x := channels(3, 1003)
		h, err := NewFIR(taps, "low", "", 250, 30)
		if err != nil {
			t.Fatal(err)
		}
		one, err := h.FilterEach(x)
		if err != nil {
			t.Fatal(err)
		}
		both, err := h.ZeroPhaseEach(x)
		if err != nil {
			t.Fatal(err)
		}
		for i := range x {
			want, err := h.Filter(x[i])
			if err != nil {
				t.Fatal(err)
			}
			sameFloats(t, "FIR", one[i], want)
			if want, err = h.ZeroPhase(x[i]); err != nil {
				t.Fatal(err)
			}
			sameFloats(t, "ZeroPhase", both[i], want)
		}
	}
	if _, err := (FIR{FS: 250, Taps: []float64{1, 2}}).ZeroPhaseEach(channels(1, 9)); err == nil {
		t.Error("taps that are not symmetric")
	}
	s, _ := Butter(2, "low", 250, 4)
	if _, err := s.FiltFiltEach([][]float64{make([]float64, 5)}); err == nil {
		t.Error("a short signal is filtered")
	}
	if _, err := s.FilterEach(nil); err == nil {
		t.Error("no signals are filtered")
	}
}
