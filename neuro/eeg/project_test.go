package eeg_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/eeg"
)

// patterned returns a recording of n channels whose first ones have a pattern in common, and
// a projector that takes it out.
func patterned(t testing.TB, n, samples int) (*eeg.Recording, eeg.Projectors) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, uint64(n)))
	channels, x := make([]eeg.Channel, n), make([][]float64, n)
	p := eeg.Projector{Name: "pattern", Kind: "SSP", Vectors: [][]float64{nil, nil}}
	common := make([]float64, samples)
	for i := range common {
		common[i] = 100 * r.NormFloat64()
	}
	for c := range channels {
		channels[c] = eeg.Channel{Name: fmt.Sprint("c", c), Kind: "MEG", Unit: "T", FS: 250}
		x[c] = make([]float64, samples)
		w := r.NormFloat64()
		if c == n-1 {
			w = 0
		} else {
			p.Channels = append(p.Channels, channels[c].Name)
			p.Vectors[0], p.Vectors[1] = append(p.Vectors[0], 3*w), append(p.Vectors[1], r.NormFloat64())
		}
		for i := range x[c] {
			x[c][i] = r.NormFloat64() + w*common[i]
		}
	}
	rec, err := eeg.New(channels, x)
	if err != nil {
		t.Fatal(err)
	}
	return rec, eeg.Projectors{p}
}

// What a projector takes out is gone, what it does not name stays, twice is once, and
// pieces have the bits of the whole.
func TestProject(t *testing.T) {
	for _, n := range []int{3, 4, 17} {
		rec, p := patterned(t, n, 9001)
		out, err := rec.Project(p)
		if err != nil {
			t.Fatal(err)
		}
		before, err := rec.Read(0, rec.Dur())
		if err != nil {
			t.Fatal(err)
		}
		whole, err := out.Read(0, out.Dur())
		if err != nil {
			t.Fatal(err)
		}
		for i := range whole.X[0] {
			for _, v := range p[0].Vectors {
				dot, size := 0.0, 0.0
				for c, w := range v {
					dot += w * whole.X[c][i]
					size += math.Abs(w * before.X[c][i])
				}
				if math.Abs(dot) > 1e-12*size {
					t.Fatalf("%d channels: %g of %g is left at sample %d", n, dot, size, i)
				}
			}
			if whole.X[n-1][i] != before.X[n-1][i] {
				t.Fatal("a channel that no projector names has changed")
			}
		}
		at := 0
		err = out.Each(0.611, func(q *eeg.Piece) error {
			for i, v := range q.X[1] {
				if v != whole.X[1][at+i] {
					return fmt.Errorf("sample %d is %g, want %g", at+i, v, whole.X[1][at+i])
				}
			}
			at += len(q.X[1])
			return nil
		}, "c0", "c1")
		if err != nil || at != len(whole.X[1]) {
			t.Error(at, err)
		}
		again, err := out.Project(append(p, p...)) // a direction that is there twice counts once
		if err != nil {
			t.Fatal(err)
		}
		twice, err := again.Read(0, out.Dur())
		if err != nil {
			t.Fatal(err)
		}
		m, err := p.Matrix(rec.Channels)
		if err != nil {
			t.Fatal(err)
		}
		e := &eeg.Evoked{FS: 250, Channels: rec.Channels, X: before.X}
		ev, err := e.Project(p)
		if err != nil {
			t.Fatal(err)
		}
		for c := range whole.X {
			for i, v := range whole.X[c] {
				sum := 0.0
				for d, w := range m[c] {
					sum += w * before.X[d][i]
				}
				if math.Abs(twice.X[c][i]-v) > 1e-11 || math.Abs(sum-v) > 1e-10 || ev.X[c][i] != v {
					t.Fatalf("channel %d, sample %d: %g, twice %g, by the matrix %g, of an average %g", c, i, v, twice.X[c][i], sum, ev.X[c][i])
				}
			}
		}
	}
}

// Bad channels are left out of the directions.
func TestProjectBad(t *testing.T) {
	rec, p := patterned(t, 6, 40)
	rec.Channels[2].Bad = true
	out, err := rec.Project(p)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := rec.Read(0, rec.Dur())
	b, err := out.Read(0, rec.Dur())
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.X[2] {
		dot := 0.0
		for c, w := range p[0].Vectors[0] {
			if c != 2 {
				dot += w * b.X[c][i]
			}
		}
		if a.X[2][i] != b.X[2][i] || math.Abs(dot) > 1e-10 {
			t.Fatalf("sample %d: %g is left, the bad channel is %g, was %g", i, dot, b.X[2][i], a.X[2][i])
		}
	}
}

func TestProjectErrors(t *testing.T) {
	rec, p := patterned(t, 4, 10)
	with := func(change func(q *eeg.Projector)) eeg.Projectors {
		q := p[0]
		q.Channels = append([]string(nil), q.Channels...)
		q.Vectors = [][]float64{append([]float64(nil), q.Vectors[0]...)}
		change(&q)
		return eeg.Projectors{q}
	}
	for _, test := range []struct {
		p    eeg.Projectors
		want string
	}{
		{nil, "none of 0 projectors is about a good channel"},
		{with(func(q *eeg.Projector) { q.Channels = []string{"x", "y", "z"} }), "none of 1 projector is about a good channel"},
		{with(func(q *eeg.Projector) { q.Vectors[0] = q.Vectors[0][:2] }), "vector 0 has 2 values for 3 channels"},
		{with(func(q *eeg.Projector) { q.Vectors[0][1] = math.NaN() }), "vector 0 has a value NaN"},
		{with(func(q *eeg.Projector) { q.Channels[1] = "c0" }), "names channel c0 twice"},
		{with(func(q *eeg.Projector) { q.Vectors[0] = make([]float64, 3) }), "none of 1 projector"},
	} {
		if _, err := rec.Project(test.p); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, want %s", err, test.want)
		}
	}
}
