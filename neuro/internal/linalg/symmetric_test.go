package linalg

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestSymmetric(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{1, 2, 3, 5, 8, 31, 64, 97} {
		for _, kind := range []string{"full", "diagonal", "blocks", "rank 1", "zero", "tiny", "equal"} {
			a := Zeros(n)
			x := make([]float64, n)
			for i := range x {
				x[i] = r.NormFloat64()
			}
			for i := range n {
				for j := range i + 1 {
					v := r.NormFloat64()
					switch {
					case kind == "diagonal" && i != j, kind == "zero", kind == "blocks" && i/3 != j/3:
						v = 0
					case kind == "rank 1":
						v = x[i] * x[j]
					case kind == "tiny":
						v *= 1e-160
					case kind == "equal":
						v = 0
						if i == j {
							v = 3
						}
					}
					a[i][j], a[j][i] = v, v
				}
			}
			values, vectors, ok := Symmetric(a)
			if !ok {
				t.Fatalf("%s of %d: not solved", kind, n)
			}
			size := 0.0
			for i := range a {
				for _, v := range a[i] {
					size = math.Max(size, math.Abs(v))
				}
			}
			back := Spectral(values, vectors, func(v float64) float64 { return v })
			for i := range n {
				if i > 0 && values[i] < values[i-1] {
					t.Fatalf("%s of %d: values %v", kind, n, values)
				}
				for j := range n {
					if d := math.Abs(back[i][j] - a[i][j]); d > 1e-13*float64(n)*size {
						t.Fatalf("%s of %d: element %d, %d is off by %g of %g", kind, n, i, j, d, size)
					}
					dot := 0.0
					for k := range n {
						dot += vectors[i][k] * vectors[j][k]
					}
					if i == j {
						dot--
					}
					if math.Abs(dot) > 1e-14*float64(n+10) {
						t.Fatalf("%s of %d: vectors %d and %d: %g", kind, n, i, j, dot)
					}
				}
			}
		}
	}
	if _, _, ok := Symmetric([][]float64{{math.NaN()}}); ok {
		t.Error("NaN was solved")
	}
	// The path of three nodes has eigenvalues -sqrt 2, 0, sqrt 2.
	v, u, _ := Symmetric([][]float64{{0, 1, 0}, {1, 0, 1}, {0, 1, 0}})
	if math.Abs(v[0]+math.Sqrt2) > 1e-15 || math.Abs(v[1]) > 1e-15 || math.Abs(v[2]-math.Sqrt2) > 1e-15 || math.Abs(u[2][1]-math.Sqrt2/2) > 1e-15 {
		t.Error(v, u)
	}
}

func TestInversePositive(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	for _, n := range []int{1, 2, 7, 40} {
		x := make([][]float64, 2*n+3)
		for i := range x {
			x[i] = make([]float64, n)
			for j := range x[i] {
				x[i][j] = r.NormFloat64()
			}
		}
		c := Covariance(x)
		inverse, at := InversePositive(c, 1e-12)
		if at != -1 {
			t.Fatalf("%d: row %d", n, at)
		}
		one := Product(c, inverse)
		for i := range n {
			one[i][i]--
			for j, v := range one[i] {
				if math.Abs(v) > 1e-12 {
					t.Errorf("%d: element %d, %d of the product is off by %g", n, i, j, v)
				}
			}
		}
	}
	if _, at := InversePositive([][]float64{{1, 1, 0}, {1, 1, 0}, {0, 0, 1}}, 1e-12); at != 1 {
		t.Errorf("row %d of a singular matrix", at)
	}
}

func TestLedoitWolf(t *testing.T) {
	// One sample more than once has no noise: nothing is shrunk but for the
	// definition's own bound; far more features than samples are shrunk a lot.
	r := rand.New(rand.NewPCG(3, 1))
	shrinkage := func(n, p int) float64 {
		x := make([][]float64, n)
		for i := range x {
			x[i] = make([]float64, p)
			for j := range x[i] {
				x[i][j] = r.NormFloat64() * float64(1+j%3)
			}
		}
		c := Covariance(x)
		trace := 0.0
		for i := range c {
			trace += c[i][i]
		}
		s := LedoitWolf(x, c)
		for i := range c {
			trace -= c[i][i]
		}
		if math.Abs(trace) > 1e-10 {
			t.Errorf("%d, %d: the trace changes by %g", n, p, trace)
		}
		return s
	}
	if s := shrinkage(4000, 5); !(s > 0 && s < 0.02) {
		t.Errorf("shrinkage %g of many samples", s)
	}
	if s := shrinkage(5, 50); !(s > 0.5 && s <= 1) {
		t.Errorf("shrinkage %g of few samples", s)
	}
	if s := shrinkage(9, 1); s != 0 {
		t.Errorf("shrinkage %g of one feature", s)
	}
}

func BenchmarkSymmetric(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	a := Zeros(200)
	for i := range a {
		for j := range i + 1 {
			a[i][j] = r.NormFloat64()
			a[j][i] = a[i][j]
		}
	}
	for b.Loop() {
		Symmetric(a)
	}
}

// TestSymmetricLowRank takes apart matrices of which nearly all eigenvalues are 0.
func TestSymmetricLowRank(t *testing.T) {
	for _, n := range []int{40, 93, 150} {
		for seed := range uint64(8) {
			a := Zeros(n)
			state := seed + 1
			rank := 3 + int(seed)*2
			var rows [][]float64
			for r := range rank {
				rows = append(rows, make([]float64, n))
				for i := range rows[r] {
					state = state*6364136223846793005 + 1442695040888963407
					rows[r][i] = (float64(state>>11)/(1<<53) - 0.5) * math.Exp(-float64((i-n/3)*(i-n/3))/float64(n))
				}
			}
			size := 0.0
			for i := range a {
				for j := range a {
					for _, x := range rows {
						a[i][j] += x[i] * x[j]
					}
				}
				size += a[i][i]
			}
			values, vectors, ok := Symmetric(a)
			if !ok {
				t.Fatalf("%d rows of rank %d: not taken apart", n, rank)
			}
			for i := range a {
				for j := range a {
					sum := 0.0
					for k, v := range values {
						sum += v * vectors[k][i] * vectors[k][j]
					}
					if math.Abs(sum-a[i][j]) > 1e-13*size {
						t.Fatalf("%d rows of rank %d: element %d, %d is %g, not %g", n, rank, i, j, sum, a[i][j])
					}
				}
			}
			if values[n-rank-1] > 1e-14*size || values[n-rank] < 1e-9*size {
				t.Errorf("%d rows of rank %d: eigenvalues %g", n, rank, values)
			}
		}
	}
}
