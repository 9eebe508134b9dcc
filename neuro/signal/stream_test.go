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

		for _, o := range []WelchOptions{{SegmentLen: 50, Overlap: -1}, {SegmentLen: 33, Overlap: 30, Detrend: "linear"}, {SegmentLen: 40, Overlap: 0, Scaling: "spectrum", Unit: "mV"}} {
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
	s, _ := Butter(2, "low", 250, 4)
	if _, err := s.FiltFiltEach([][]float64{make([]float64, 5)}); err == nil {
		t.Error("a short signal is filtered")
	}
	if _, err := s.FilterEach(nil); err == nil {
		t.Error("no signals are filtered")
	}
}
