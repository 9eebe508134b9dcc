// A cable with synapses and a reaction-diffusion pattern: finite differences
// on one and two dimensions, a tridiagonal solver, arrays swapped each step.
package main

import (
	"fmt"
	"math"
)

func thomas(a, b, c, d []float64) []float64 {
	n := len(d)
	cp, dp := make([]float64, n), make([]float64, n)
	cp[0], dp[0] = c[0]/b[0], d[0]/b[0]
	for i := 1; i < n; i++ {
		m := b[i] - a[i]*cp[i-1]
		cp[i], dp[i] = c[i]/m, (d[i]-a[i]*dp[i-1])/m
	}
	for i := n - 2; i >= 0; i-- {
		dp[i] -= cp[i] * dp[i+1]
	}
	return dp
}

func cable(n, steps int, inject func(step int, i []float64)) []float64 {
	const r = 0.4
	v, cur := make([]float64, n), make([]float64, n)
	a, b, c := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		a[i], b[i], c[i] = -r, 1+2*r+0.02, -r
	}
	a[0], c[n-1] = 0, 0
	b[0], b[n-1] = b[0]-r, b[n-1]-r
	for s := range steps {
		clear(cur)
		inject(s, cur)
		for i := range v {
			cur[i] += v[i]
		}
		v = thomas(a, b, c, cur)
	}
	return v
}

type field [][]float64

func newField(n int, v float64) field {
	f := make(field, n)
	for i := range f {
		f[i] = make([]float64, n)
		for j := range f[i] {
			f[i][j] = v
		}
	}
	return f
}

func (f field) laplacian(i, j int) float64 {
	n := len(f)
	return f[(i+1)%n][j] + f[(i+n-1)%n][j] + f[i][(j+1)%n] + f[i][(j+n-1)%n] - 4*f[i][j]
}

func main() {
	v := cable(40, 300, func(s int, i []float64) {
		if s < 100 {
			i[10] += 0.5
		}
		i[30] -= 0.1
	})
	fmt.Printf("%.6f %.6f %.6f %.6f\n", v[0], v[10], v[30], v[39])
	still := cable(5, 10, func(int, []float64) {})
	fmt.Println(still)
	const n = 32
	u, w := newField(n, 1), newField(n, 0)
	for i := 12; i < 20; i++ {
		for j := 12; j < 20; j++ {
			u[i][j], w[i][j] = 0.5, 0.25
		}
	}
	u2, w2 := newField(n, 0), newField(n, 0)
	for range 400 {
		for i := range n {
			for j := range n {
				r := u[i][j] * w[i][j] * w[i][j]
				u2[i][j] = u[i][j] + 0.16*u.laplacian(i, j) - r + 0.035*(1-u[i][j])
				w2[i][j] = w[i][j] + 0.08*w.laplacian(i, j) + r - 0.1*w[i][j]
			}
		}
		u, u2, w, w2 = u2, u, w2, w
	}
	sum, asym := 0.0, 0.0
	for i := range n {
		for j := range n {
			sum += w[i][j]
			asym = max(asym, math.Abs(w[i][j]-w[j][i]))
		}
	}
	fmt.Printf("%.8f %t %.8f\n", sum, asym < 1e-12, w[16][16])
	for i := 0; i < n; i += 4 {
		for j := 0; j < n; j += 2 {
			fmt.Print(string(" .:*#"[min(4, int(w[i][j]*12))]))
		}
		fmt.Println("|")
	}
}
