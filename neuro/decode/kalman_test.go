package decode

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// TestKalmanConditional checks the filter against the conditional mean and variance of
// the last state given all observations, from their joint normal distribution.
func TestKalmanConditional(t *testing.T) {
	r := rand.New(rand.NewPCG(1960, 1))
	const d, m, steps = 2, 3, 6
	k := &Kalman{A: [][]float64{{0.9, 0.1}, {-0.2, 0.8}}, W: [][]float64{{0.5, 0.1}, {0.1, 0.3}}, H: [][]float64{{1, 0}, {0.5, -1}, {0.2, 0.7}},
		Q: [][]float64{{1, 0.2, 0}, {0.2, 0.8, 0.1}, {0, 0.1, 1.5}}, StateMean: []float64{1, 2}, ObservedMean: []float64{0, 1, -1}}
	var z [][]float64
	for range steps {
		z = append(z, []float64{r.NormFloat64(), r.NormFloat64(), r.NormFloat64()})
	}
	state, sd, err := k.Decode(z)
	if err != nil {
		t.Fatal(err)
	}
	// Covariances of all states: Cov(x_i, x_j) = A^(i-j) P_j.
	p := [][][]float64{k.prior()}
	for range steps - 1 {
		p = append(p, step(k.A, p[len(p)-1], k.W))
	}
	cov := func(i, j int) [][]float64 {
		if i >= j {
			c := p[j]
			for range i - j {
				c = linalg.Product(k.A, c)
			}
			return c
		}
		c := linalg.Zeros(d)
		other := p[i]
		for range j - i {
			other = linalg.Product(k.A, other)
		}
		for a := range c {
			for b := range c {
				c[a][b] = other[b][a]
			}
		}
		return c
	}
	for last := range steps {
		n := (last + 1) * m
		all := linalg.Zeros(n)
		cross := make([][]float64, d) // state at last by observations
		for a := range cross {
			cross[a] = make([]float64, n)
		}
		surprise := make([]float64, n)
		for i := range last + 1 {
			for u := range m {
				surprise[i*m+u] = z[i][u] - k.ObservedMean[u]
				for a := range d {
					for b := range d {
						cross[a][i*m+u] += cov(last, i)[a][b] * k.H[u][b]
					}
				}
				for j := range last + 1 {
					for v := range m {
						sum := 0.0
						for a := range d {
							for b := range d {
								sum += k.H[u][a] * cov(i, j)[a][b] * k.H[v][b]
							}
						}
						if i == j {
							sum += k.Q[u][v]
						}
						all[i*m+u][j*m+v] = sum
					}
				}
			}
		}
		inverse, _ := linalg.InversePositive(all, 1e-15)
		for a := range d {
			mean, variance := k.StateMean[a], p[last][a][a]
			for u := range n {
				for v := range n {
					mean += cross[a][u] * inverse[u][v] * surprise[v]
					variance -= cross[a][u] * inverse[u][v] * cross[a][v]
				}
			}
			if math.Abs(mean-state[last][a]) > 1e-9 || math.Abs(math.Sqrt(variance)-sd[last][a]) > 1e-9 {
				t.Errorf("step %d, dimension %d: %g ± %g, want %g ± %g", last, a, state[last][a], sd[last][a], mean, math.Sqrt(variance))
			}
		}
	}
}

// movement simulates a hand that wanders and cells that are tuned to its position and
// velocity.
func movement(n, cells int, seed uint64) (state, counts [][]float64) {
	r := rand.New(rand.NewPCG(2006, seed))
	x, v := 0.0, 0.0
	weights := make([][2]float64, cells)
	for c := range weights {
		weights[c] = [2]float64{r.NormFloat64(), 2 * r.NormFloat64()}
	}
	for range n {
		v = 0.9*v + 0.3*r.NormFloat64()
		x = 0.95*x + 0.3*v
		row := make([]float64, cells)
		for c, w := range weights {
			row[c] = math.Round(math.Max(0, 20+w[0]*x+w[1]*v+2*r.NormFloat64()))
		}
		state, counts = append(state, []float64{x, v}), append(counts, row)
	}
	return state, counts
}

// TestValidateKalman: movements are decoded from cells that are tuned to them, and not
// from counts of another time; with parameters that are known those are found.
func TestValidateKalman(t *testing.T) {
	state, counts := movement(2000, 20, 1)
	s, err := ValidateKalman(state, counts, 5)
	if err != nil {
		t.Fatal(err)
	}
	if s.R2[0] < 0.7 || s.R2[1] < 0.7 || !strings.Contains(s.String(), "5 blocks of time") {
		t.Errorf("%v", s)
	}
	inside, total := 0, 0
	for i := range s.Decoded {
		for j := range s.Decoded[i] {
			if math.Abs(s.Decoded[i][j]-state[i][j]) < 1.96*s.SD[i][j] {
				inside++
			}
			total++
		}
	}
	if share := float64(inside) / float64(total); math.Abs(share-0.95) > 0.04 {
		t.Errorf("%.3f of states within 1.96 standard deviations", share)
	}
	moved := append(append([][]float64(nil), counts[1000:]...), counts[:1000]...)
	n, err := ValidateKalman(state, moved, 5)
	if err != nil {
		t.Fatal(err)
	}
	if n.R2[0] > 0.1 || n.R2[1] > 0.1 {
		t.Errorf("%v from counts of another time", n)
	}
	k, err := FitKalman(state, counts)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(k.A[1][1]-0.9) > 0.05 || math.Abs(k.A[1][0]) > 0.05 || math.Abs(k.W[1][1]-0.09) > 0.01 {
		t.Errorf("A %v, W %v", k.A, k.W)
	}
	// A silent cell and one more time does no harm.
	for i := range counts {
		counts[i] = append(counts[i], 0, counts[i][3])
	}
	if b, err := ValidateKalman(state, counts, 5); err != nil || math.Abs(b.R2[0]-s.R2[0]) > 0.02 {
		t.Errorf("%v with a silent cell and a copy: %v, %v without", err, b, s)
	}
	for want, err := range map[string]error{
		"state has 2000 time bins and observed 5": second(FitKalman(state, counts[:5])),
		"at least 4 time bins":                    second(FitKalman(state[:3], counts[:3])),
		"dimension 1 of the state does not vary":  second(FitKalman([][]float64{{1, 0}, {2, 0}, {4, 0}, {3, 0}, {7, 0}}, counts[:5])),
		"folds is 1":                              second(ValidateKalman(state, counts, 1)),
		"observed: x[1][0] is NaN":                second(FitKalman(state[:9], append([][]float64{counts[0], append([]float64{math.NaN()}, counts[0][1:]...)}, counts[2:9]...))),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want it to say %q", err, want)
		}
	}
}
