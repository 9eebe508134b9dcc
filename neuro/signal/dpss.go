package signal

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/fft"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// DPSS returns the first k discrete prolate spheroidal sequences of n samples, or
// Slepian's tapers: the ones whose energy is most concentrated at frequencies
// within ±nw/n of the sampling rate. They have unit sum of squares and are
// orthogonal; ratios[i] is the share of the energy of tapers[i] in that band.
//
// nw is the product of the length and half the bandwidth, 2 to 4 as a rule, below
// n/2; some 2nw-1 tapers are well concentrated. Even tapers have a positive mean,
// odd ones begin upward.
//
// Errors: n < 1, nw outside (0, n/2), k outside 1 ... n. Source: Slepian 1978,
// Bell Syst. Tech. J. 57:1371; Percival and Walden 1993, chapter 8. Peer:
// scipy.signal.windows.dpss.
func DPSS(n int, nw float64, k int) (tapers [][]float64, ratios []float64, err error) {
	switch {
	case n < 1:
		return nil, nil, fmt.Errorf("signal: DPSS: n is %d samples; it must be 1 or more", n)
	case n == 1:
		return [][]float64{{1}}, []float64{1}, nil
	case !(nw > 0 && nw < float64(n)/2):
		return nil, nil, fmt.Errorf("signal: DPSS: nw is %g; it must be above 0 and below half the length (%g)", nw, float64(n)/2)
	case k < 1 || k > n:
		return nil, nil, fmt.Errorf("signal: DPSS: k is %d tapers; 1 to %d are allowed", k, n)
	}
	tapers, ratios = dpss(n, nw/float64(n), k)
	return tapers, ratios, nil
}

// dpss returns tapers of half bandwidth w, in cycles per sample.
func dpss(n int, w float64, k int) ([][]float64, []float64) {
	// The tapers are the eigenvectors of a tridiagonal matrix too, whose
	// eigenvalues are far apart.
	d, e := make([]float64, n), make([]float64, n)
	cos := vec.Cos(2 * math.Pi * w)
	for i := range d {
		half := float64(n-1-2*i) / 2
		d[i] = half * half * cos
		e[i] = float64(i) * float64(n-i) / 2 // between i-1 and i
	}
	t := tridiagonal{d, e}
	lo, hi := t.bounds()
	tapers, ratios := make([][]float64, k), make([]float64, k)
	linalg.Parallel(k, func(j int) {
		tapers[j] = t.vector(t.value(lo, hi, n-1-j), j)
		orient(tapers[j], j)
		ratios[j] = concentration(tapers[j], w)
	})
	return tapers, ratios
}

// orient gives a taper the sign that it has by convention.
func orient(x []float64, j int) {
	sign := 0.0
	if j%2 == 0 {
		for _, v := range x {
			sign += v
		}
	} else {
		small := math.Max(1e-7, 1/float64(len(x)))
		for _, v := range x {
			if v*v > small {
				sign = v
				break
			}
		}
	}
	if sign < 0 {
		vec.NegBlock(x, x)
	}
}

// concentration returns the share of the energy of x below w cycles per sample,
// from its autocorrelation (Percival and Walden 1993, page 390).
func concentration(x []float64, w float64) float64 {
	n := len(x)
	p := fft.New(fft.Fast(2 * n))
	z, r := make([]complex128, p.Len()/2+1), make([]float64, p.Len())
	copy(r, x)
	p.RealForward(z, r)
	for k, v := range z {
		z[k] = complex(float64(real(v)*real(v))+float64(imag(v)*imag(v)), 0)
	}
	p.RealInverse(r, z)
	sum := float64(2 * w * r[0])
	for j := 1; j < n; j++ {
		a := math.Pi * 2 * w * float64(j)
		sum += float64(4 * w * vec.Sin(a) / a * r[j])
	}
	return sum
}

// A tridiagonal is a symmetric matrix with diagonal d; e[i] stands between i-1
// and i, and e[0] nowhere.
type tridiagonal struct{ d, e []float64 }

// bounds returns limits of the eigenvalues (Gershgorin's circles).
func (t tridiagonal) bounds() (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for i, d := range t.d {
		r := math.Abs(t.e[i])
		if i+1 < len(t.d) {
			r += math.Abs(t.e[i+1])
		}
		lo, hi = math.Min(lo, d-r), math.Max(hi, d+r)
	}
	return lo, hi
}

// value returns the eigenvalue with so many below it, by bisection: the number of
// negative pivots of T - x is that of the eigenvalues below x.
func (t tridiagonal) value(lo, hi float64, below int) float64 {
	tiny := math.Max(math.Abs(lo), math.Abs(hi)) * 1e-300
	for range 60 {
		x := float64((lo + hi) / 2)
		if x <= lo || x >= hi {
			break
		}
		count, q := 0, 1.0
		for i, d := range t.d {
			q = d - x - float64(t.e[i]*t.e[i])/q
			if q == 0 {
				q = tiny
			}
			if q < 0 {
				count++
			}
		}
		if count > below {
			hi = x
		} else {
			lo = x
		}
	}
	return float64((lo + hi) / 2)
}

// vector returns the unit eigenvector of a value by inverse iteration, from a
// start that has the symmetry of vector j of a matrix that is the same from both
// ends.
func (t tridiagonal) vector(x float64, j int) []float64 {
	n := len(t.d)
	// T - x = P L U with U of three diagonals a, b, c.
	a, b, c := make([]float64, n), make([]float64, n), make([]float64, n)
	l, swap := make([]float64, n), make([]bool, n)
	tiny := math.Abs(x) * 0x1p-52
	a[0] = t.d[0] - x
	if n > 1 {
		b[0] = t.e[1]
	}
	for i := 1; i < n; i++ {
		below, next, after := t.e[i], t.d[i]-x, 0.0
		if i+1 < n {
			after = t.e[i+1]
		}
		if math.Abs(a[i-1]) >= math.Abs(below) {
			if a[i-1] == 0 {
				a[i-1] = tiny
			}
			l[i] = below / a[i-1]
			a[i], b[i] = next-float64(l[i]*b[i-1]), after
			continue
		}
		swap[i] = true
		l[i] = a[i-1] / below
		a[i], b[i] = b[i-1]-float64(l[i]*next), -float64(l[i]*after)
		a[i-1], b[i-1], c[i-1] = below, next, after
	}
	if math.Abs(a[n-1]) < tiny {
		a[n-1] = tiny
	}
	v := make([]float64, n)
	for i := range v {
		s := (float64(i) + 0.5) / float64(n)
		v[i] = vec.Sin(math.Pi * float64(j+1) * s)
	}
	for range 4 {
		for i := 1; i < n; i++ {
			if swap[i] {
				v[i-1], v[i] = v[i], v[i-1]
			}
			v[i] -= float64(l[i] * v[i-1])
		}
		for i := n - 1; i >= 0; i-- {
			if i+1 < n {
				v[i] -= float64(b[i] * v[i+1])
			}
			if i+2 < n {
				v[i] -= float64(c[i] * v[i+2])
			}
			v[i] /= a[i]
		}
		largest := 0.0
		for _, u := range v {
			largest = math.Max(largest, math.Abs(u))
		}
		vec.DivConstBlock(v, v, largest)
		vec.DivConstBlock(v, v, math.Sqrt(vec.DotBlock(v, v)))
	}
	return v
}
