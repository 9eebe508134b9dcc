package stats

import (
	"fmt"
	"math"
	"testing"
)

func rows(x ...float64) [][]float64 {
	out := make([][]float64, len(x))
	for i, v := range x {
		out[i] = []float64{v}
	}
	return out
}

// TestExchangeAll counts the rearrangements where all are taken, which
// combinatorics knows.
func TestExchangeAll(t *testing.T) {
	for _, c := range []struct {
		name   string
		e      Exchange
		design [][]float64
		want   int
	}{
		{"two groups of 3 and 4", Exchange{}, rows(0, 0, 0, 1, 1, 1, 1), 35},
		{"three groups", Exchange{}, rows(0, 0, 1, 1, 2, 2), 90},
		{"a covariate", Exchange{}, rows(1, 2, 3, 4, 5), 120},
		{"signs of 6", Exchange{Flip: true}, rows(1, 1, 1, 1, 1, 1), 64},
		{"pairs", Exchange{Blocks: []int{1, 1, 2, 2, 3, 3}}, rows(0, 1, 0, 1, 0, 1), 8},
		{"signs of blocks", Exchange{Flip: true, Whole: true, Blocks: []int{7, 7, 8, 8, 8, 9}}, rows(1, 1, 1, 1, 1, 1), 8},
		{"whole blocks", Exchange{Whole: true, Blocks: []int{1, 1, 2, 2, 3, 3, 4, 4}}, rows(0, 0, 0, 0, 1, 1, 1, 1), 6},
	} {
		r, err := c.e.Draw(c.design)
		if err != nil || !r.All || r.N != c.want {
			t.Errorf("%s: %+v, error %v; want %d", c.name, r, err, c.want)
			continue
		}
		seen := map[string]bool{}
		for k := range r.N {
			a := r.At(k)
			got := make([]float64, len(a.From))
			hit := make([]bool, len(a.From))
			for i, f := range a.From {
				got[f] = c.design[i][0] * a.Sign[i]
				hit[f] = true
				if k == 0 && (f != i && c.design[f][0] != c.design[i][0] || a.Sign[i] != 1) {
					t.Errorf("%s: the first rearrangement moves something: %v", c.name, a)
				}
				if c.e.Blocks != nil && !c.e.Whole && c.e.Blocks[f] != c.e.Blocks[i] {
					t.Errorf("%s: observation %d came to %d", c.name, f, i)
				}
			}
			for i := range hit {
				if !hit[i] {
					t.Errorf("%s: observation %d has no place in %v", c.name, i, a.From)
				}
			}
			seen[fmt.Sprint(got)] = true
		}
		if len(seen) != c.want {
			t.Errorf("%s: %d different designs, want %d", c.name, len(seen), c.want)
		}
	}
}

// TestExchangeDrawn draws at random: repeatable by seed, within blocks, and each
// of few arrangements about equally often.
func TestExchangeDrawn(t *testing.T) {
	design := rows(0, 1, 2, 3, 4, 5, 6, 7)
	e := Exchange{N: 500, Blocks: []int{0, 0, 0, 0, 1, 1, 1, 1}}
	count := map[int]int{}
	r, err := e.Draw(design)
	if err != nil || r.All || r.N != 500 {
		t.Fatal(r, err)
	}
	again, _ := e.Draw(design)
	for k := r.N - 1; k >= 0; k-- {
		a, b := r.At(k).From, again.At(k).From
		for i, f := range a {
			if b[i] != f || f/4 != i/4 {
				t.Fatalf("rearrangement %d: %v and %v", k, a, b)
			}
		}
		count[a[0]]++
	}
	for f := range 4 {
		if math.Abs(float64(count[f])-125) > 4*math.Sqrt(500*0.25*0.75) {
			t.Errorf("observation %d came to place 0 in %d of 500", f, count[f])
		}
	}
}

func TestExchangeErrors(t *testing.T) {
	for _, c := range []struct {
		e      Exchange
		design [][]float64
	}{
		{Exchange{}, rows(1)},
		{Exchange{}, rows(1, 1, 1)},
		{Exchange{Blocks: []int{1}}, rows(1, 2)},
		{Exchange{Blocks: []int{1, 1, 2}, Whole: true}, rows(1, 2, 3)},
		{Exchange{Blocks: []int{1, 1, 1}, Whole: true, Flip: true}, rows(1, 2, 3)},
		{Exchange{N: -1}, rows(1, 2)},
		{Exchange{Blocks: []int{1, 2, 3}}, rows(1, 2, 3)},
	} {
		if r, err := c.e.Draw(c.design); err == nil {
			t.Errorf("%+v of %v: no error, %d rearrangements", c.e, c.design, r.N)
		}
	}
}

func TestPermutationP(t *testing.T) {
	null := []float64{3, 1, 2, 4}
	for i, want := range []float64{0.8, 0.6, 0.4, 0.2, 1} {
		v := []float64{1.5, 2.5, 3.5, 4.5, 0.5}[i]
		if got := PermutationP([]float64{v}, null, false)[0]; got != want {
			t.Errorf("p of %g is %g, want %g", v, got, want)
		}
	}
	if got := PermutationP([]float64{3 * (1 + 1e-14), math.NaN()}, null, true); got[0] != 0.5 || !math.IsNaN(got[1]) {
		t.Errorf("all rearrangements: %v", got)
	}
}
