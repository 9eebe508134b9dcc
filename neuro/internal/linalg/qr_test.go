package linalg

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"testing"

	"pgregory.net/rapid"
)

// TestNormalEquations: the residual is orthogonal to every column, its sum of
// squares is the one reported, and Variance is the diagonal of the inverse of
// X'X, seen by multiplying with X'X.
func TestNormalEquations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 7).Draw(t, "columns")
		m := n + rapid.IntRange(0, 30).Draw(t, "more rows")
		width := rapid.SampledFrom([]int{1, 5, 64, 70}).Draw(t, "width")
		x, y := make([][]float64, m), make([][]float64, m)
		for i := range x {
			x[i], y[i] = make([]float64, n), make([]float64, width)
			for j := range x[i] {
				x[i][j] = rapid.Float64Range(-1, 1).Draw(t, "x") + 3*math.Sin(float64((i+1)*(2*j+3)))
			}
			for k := range y[i] {
				y[i][k] = math.Cos(float64(i*i + 3*k))
			}
		}
		q, err := NewQR(x, nil)
		if err != nil {
			t.Skip("dependent by chance")
		}
		beta, rss := q.Solve(y, nil)
		condition := 0.0
		for j := range n {
			c := make([]float64, n)
			c[j] = 1
			condition = math.Max(condition, q.Variance(c))
		}
		tol := 1e-11 * (1 + condition)
		for k := range width {
			sum := 0.0
			residual := make([]float64, m)
			for i := range m {
				residual[i] = y[i][k]
				for j := range n {
					residual[i] -= x[i][j] * beta[j][k]
				}
				sum += residual[i] * residual[i]
			}
			if math.Abs(sum-rss[k]) > tol {
				t.Fatalf("residual sum of squares %g, reported %g", sum, rss[k])
			}
			for j := range n {
				dot := 0.0
				for i := range m {
					dot += x[i][j] * residual[i]
				}
				if math.Abs(dot) > tol*float64(m) {
					t.Fatalf("residual is not orthogonal to column %d: %g", j, dot)
				}
			}
		}
		// For c = X'X e the variance is e'X'X e.
		e := make([]float64, n)
		for j := range e {
			e[j] = rapid.Float64Range(-1, 1).Draw(t, "e")
		}
		xe, c, want := make([]float64, m), make([]float64, n), 0.0
		for i := range m {
			for j := range n {
				xe[i] += x[i][j] * e[j]
			}
			want += xe[i] * xe[i]
		}
		for j := range n {
			for i := range m {
				c[j] += x[i][j] * xe[i]
			}
		}
		if got := q.Variance(c); math.Abs(got-want) > 1e-9*(1+condition)*(1+want) {
			t.Fatalf("variance %g, want %g", got, want)
		}
	})
}

func TestDependent(t *testing.T) {
	column := func(f func(i int) float64) []float64 {
		out := make([]float64, 9)
		for i := range out {
			out[i] = f(i)
		}
		return out
	}
	one := column(func(int) float64 { return 1 })
	a := column(func(i int) float64 { return float64(i*i%5) * 1e6 })
	b := column(func(i int) float64 { return math.Sin(float64(i)) * 1e-6 })
	sum := column(func(i int) float64 { return 3*a[i] - 2 })
	near := column(func(i int) float64 { return a[i] * (1 + 1e-8*b[i]*1e6) })
	zero := column(func(int) float64 { return 0 })
	for _, c := range []struct {
		cols [][]float64
		want string
	}{
		{[][]float64{one, a, b}, ""},
		{[][]float64{one, a, near}, ""}, // nearly the same, but not to the last digits
		{[][]float64{one, a, b, sum}, "column 3 is a linear combination of columns 0, 1"},
		{[][]float64{b, a, a}, "column 2 is a linear combination of columns 1"},
		{[][]float64{one, zero}, "column 1 is zero"},
		{[][]float64{zero}, "column 0 is zero"},
	} {
		x := make([][]float64, 9)
		for i := range x {
			for _, col := range c.cols {
				x[i] = append(x[i], col[i])
			}
		}
		_, err := NewQR(x, nil)
		var d *Dependent
		if c.want == "" {
			if err != nil {
				t.Errorf("%d columns: %v", len(c.cols), err)
			}
		} else if !errors.As(err, &d) || d.Error() != c.want {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// TestExtremes: columns far from 1 neither overflow nor vanish.
func TestExtremes(t *testing.T) {
	for _, scale := range []float64{1e-200, 1e200} {
		x := [][]float64{{scale, 0}, {scale, scale}, {scale, 3 * scale}}
		q, err := NewQR(x, nil)
		if err != nil {
			t.Fatal(err)
		}
		beta, _ := q.Solve([][]float64{{2 * scale}, {5 * scale}, {11 * scale}}, nil)
		if math.Abs(beta[0][0]-2) > 1e-14 || math.Abs(beta[1][0]-3) > 1e-14 {
			t.Errorf("scale %g: %v", scale, beta)
		}
	}
}

// TestThreads: the same bits on one processor and on many.
func TestThreads(t *testing.T) {
	x, y := make([][]float64, 101), make([][]float64, 101)
	for i := range x {
		for j := range 9 {
			x[i] = append(x[i], math.Sin(float64(i*(j+1)))+float64(j))
		}
		for k := range 333 {
			y[i] = append(y[i], math.Cos(float64(i*k)))
		}
	}
	q, err := NewQR(x, nil)
	if err != nil {
		t.Fatal(err)
	}
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	first, _ := q.Solve(y, nil)
	runtime.GOMAXPROCS(7)
	second, _ := q.Solve(y, nil)
	if fmt.Sprint(first) != fmt.Sprint(second) {
		t.Error("coefficients differ between 1 and 7 processors")
	}
}

func BenchmarkSolve(b *testing.B) {
	const rows, cols, width = 300, 20, 4096
	x, y := make([][]float64, rows), make([][]float64, rows)
	for i := range x {
		for j := range cols {
			x[i] = append(x[i], math.Sin(float64(i*(j+1)))+float64(j))
		}
		y[i] = make([]float64, width)
	}
	q, err := NewQR(x, nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		q.Solve(y, nil)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/width, "ns/voxel")
}

// TestSplit: Q is orthonormal, Q R is the matrix, and Split writes y as Q b and a
// residual that is orthogonal to Q, also where y has a large offset.
func TestSplit(t *testing.T) {
	for _, size := range [][3]int{{1, 1, 1}, {3, 3, 2}, {7, 2, 9}, {40, 5, 17}, {200, 11, 128}} {
		rows, cols, width := size[0], size[1], size[2]
		x, y := make([][]float64, rows), make([][]float64, rows)
		for i := range rows {
			for j := range cols {
				x[i] = append(x[i], math.Cos(float64((i+1)*(j*j+1)))+float64(j%2)*1e4)
			}
			for k := range width {
				y[i] = append(y[i], 1e6+math.Sin(float64(i*(k+3))))
			}
		}
		q, err := NewQR(x, nil)
		if err != nil {
			t.Fatal(err)
		}
		basis, r := q.Q()
		for a := range cols {
			for b := range cols {
				dot, want := 0.0, 0.0
				for i := range rows {
					dot += basis[a][i] * basis[b][i]
				}
				if a == b {
					want = 1
				}
				if math.Abs(dot-want) > 1e-14 {
					t.Fatalf("%v: columns %d and %d of Q have the product %g", size, a, b, dot)
				}
			}
		}
		e := make([][]float64, rows)
		for i := range e {
			e[i] = append([]float64(nil), y[i]...)
			for b := range cols {
				sum := 0.0
				for a := range cols {
					sum += basis[a][i] * r[a][b]
				}
				if math.Abs(sum-x[i][b]) > 2e-9 { // 1e-14 of the length of a column
					t.Fatalf("%v: Q R is %g at (%d, %d), the matrix %g", size, sum, i, b, x[i][b])
				}
			}
		}
		b := make([]float64, q.Padded()*width)
		q.Split(e, b, nil)
		for k := range width {
			for i := range rows {
				sum := e[i][k]
				for a := range cols {
					sum += basis[a][i] * b[a*width+k]
				}
				if math.Abs(sum-y[i][k]) > 1e-8 {
					t.Fatalf("%v: Q b and the residual give %g, y is %g", size, sum, y[i][k])
				}
			}
			for a := range cols {
				dot := 0.0
				for i := range rows {
					dot += basis[a][i] * e[i][k]
				}
				if math.Abs(dot) > 1e-7 {
					t.Fatalf("%v: a residual has the product %g with column %d", size, dot, a)
				}
			}
		}
		columns := make([][]float64, 0, cols)
		columns = append(columns, basis...)
		p := make([]float64, q.Padded()*width)
		Products(Groups(columns), y, p, nil)
		for i := range p {
			if p[i] != b[i] {
				t.Fatalf("%v: product %d is %g and that of Split %g", size, i, p[i], b[i])
			}
		}
	}
}
