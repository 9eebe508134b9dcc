package linalg

import (
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/rng"
)

func random(r *rng.Source, n, m int) [][]float64 {
	a := Matrix(n, m)
	for i := range a {
		for j := range a[i] {
			a[i][j] = r.Norm()
		}
	}
	return a
}

func apart(a, b [][]float64) (d float64) {
	for i := range a {
		for j := range a[i] {
			d = max(d, math.Abs(a[i][j]-b[i][j]))
		}
	}
	return d
}

func TestSolveManyAndCholesky(t *testing.T) {
	r := rng.New(3, 0)
	for _, n := range []int{1, 2, 5, 13} {
		a, x := random(r, n, n), random(r, n, 3)
		if n > 1 {
			a[0][0] = 0
		}
		got, ok := SolveMany(a, Multiply(a, x))
		if d := apart(got, x); !ok || d > 1e-10 {
			t.Errorf("%d equations: off by %g", n, d)
		}
		s := Multiply(a, Transposed(a))
		l, at := Cholesky(s, 1e-13)
		if at >= 0 || apart(Multiply(l, Transposed(l)), s) > 1e-12 {
			t.Errorf("Cholesky of %d rows: stopped at %d", n, at)
		}
	}
	if _, ok := SolveMany([][]float64{{1, 2}, {2, 4}}, [][]float64{{1}, {1}}); ok {
		t.Error("singular equations have a solution")
	}
	if _, at := Cholesky([][]float64{{1, 2}, {2, 4}}, 1e-13); at != 1 {
		t.Errorf("a singular matrix: row %d depends, want 1", at)
	}
}

func TestRadius(t *testing.T) {
	turn := func(r, angle float64) [][]float64 {
		s, c := math.Sincos(angle)
		return [][]float64{{r * c, -r * s}, {r * s, r * c}}
	}
	for _, c := range []struct {
		a    [][]float64
		want float64
	}{
		{[][]float64{{-0.7}}, 0.7},
		{turn(0.99, 1), 0.99},
		{[][]float64{{0, 1}, {0, 0}}, 0},
		{[][]float64{{0.5, 100}, {0, 0.5}}, 0.5},
		{[][]float64{{3, 0, 0}, {0, 0, -4}, {0, 4, 0}}, 4},
		{[][]float64{{1.8, -0.9}, {1, 0}}, math.Sqrt(0.9)},
	} {
		// A matrix with one eigenvector for two roots converges as log m / m.
		if got := Radius(c.a); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%v: radius %.15g, want %.15g", c.a, got, c.want)
		}
	}
	if got := Radius([][]float64{{math.NaN()}}); !math.IsNaN(got) {
		t.Errorf("the radius of NaN is %g", got)
	}
}

// TestTriangle compares with NewQR on all rows at once.
func TestTriangle(t *testing.T) {
	r := rng.New(4, 0)
	const rows, cols = 40, 6
	x := random(r, rows, cols)
	whole := NewTriangle(cols)
	for lo := 0; lo < rows; lo += 13 {
		part := NewTriangle(cols)
		for _, row := range x[lo:min(lo+13, rows)] {
			c := make([][]float64, cols)
			for j, v := range row {
				c[j] = []float64{v}
			}
			part.Add(c)
		}
		whole.Merge(part)
	}
	if whole.Rows != rows || whole.Dependent() >= 0 {
		t.Fatalf("%d rows, column %d dependent", whole.Rows, whole.Dependent())
	}
	left := make([][]float64, rows)
	y := make([][]float64, rows)
	for i, row := range x {
		left[i], y[i] = []float64{row[0], row[2], row[3]}, []float64{row[5]}
	}
	q, err := NewQR(left, nil)
	if err != nil {
		t.Fatal(err)
	}
	beta, rss := q.Solve(y, nil)
	s := whole.Select([]int{0, 2, 3, 5})
	for i, b := range s.Coefficients(3, 3) {
		if math.Abs(b-beta[i][0]) > 1e-12 {
			t.Errorf("coefficient %d is %g, want %g", i, b, beta[i][0])
		}
	}
	if got := s.Residual(3, 3, 3); math.Abs(got-rss[0]) > 1e-11 {
		t.Errorf("sum of squares %g, want %g", got, rss[0])
	}
	for i := range x {
		x[i][4] = 2*x[i][1] - x[i][0]
	}
	again := NewTriangle(cols)
	again.Add(Transposed(x))
	if got := again.Dependent(); got != 4 {
		t.Errorf("column %d depends, want 4", got)
	}
}
