package corpus

import "math"

// Kuramoto couples n oscillators.
func Kuramoto(n int) float64 {
	n = n%50 + 2
	theta, omega := make([]float64, n), make([]float64, n)
	for i := range theta {
		theta[i] = float64(i) * 0.7
		omega[i] = 1 + 0.1*float64(i%7)
	}
	d := make([]float64, n)
	for step := 0; step < 100; step++ {
		for i := range theta {
			s := 0.0
			for j := range theta {
				s += math.Sin(theta[j] - theta[i])
			}
			d[i] = omega[i] + 1.5/float64(n)*s
		}
		for i := range theta {
			theta[i] = math.Mod(theta[i]+0.01*d[i], 2*math.Pi)
		}
	}
	re, im := 0.0, 0.0
	for _, t := range theta {
		re += math.Cos(t)
		im += math.Sin(t)
	}
	return math.Hypot(re, im) / float64(n)
}

type lcg uint64

func (r *lcg) next() float64 {
	*r = *r*6364136223846793005 + 1442695040888963407
	return float64(*r>>11) / (1 << 53)
}

// Metropolis flips the spins of a ring of a lattice.
func Metropolis(sweeps int) (m, e int) {
	const n = 24
	var s [n][n]int8
	for i := range s {
		for j := range s[i] {
			s[i][j] = 1
		}
	}
	r := lcg(42)
	for range sweeps {
		for range n * n {
			i, j := int(r.next()*n), int(r.next()*n)
			h := int(s[(i+1)%n][j]) + int(s[(i+n-1)%n][j]) + int(s[i][(j+1)%n]) + int(s[i][(j+n-1)%n])
			de := 2 * int(s[i][j]) * h
			if de <= 0 || r.next() < math.Exp(-float64(de)/2.27) {
				s[i][j] = -s[i][j]
			}
		}
	}
	for i := range s {
		for j := range s[i] {
			m += int(s[i][j])
			e -= int(s[i][j]) * int(s[(i+1)%n][j]+s[i][(j+1)%n])
		}
	}
	return m, e
}

// Viterbi finds the likeliest states of a hidden chain.
func Viterbi(n int) (path []int, best float64) {
	trans := [][]float64{{0.7, 0.2, 0.1}, {0.3, 0.5, 0.2}, {0.2, 0.2, 0.6}}
	emit := [][]float64{{0.5, 0.4, 0.1}, {0.1, 0.3, 0.6}, {0.3, 0.3, 0.4}}
	obs := make([]int, n)
	for i := range obs {
		obs[i] = (i*i + i/3) % 3
	}
	if n == 0 {
		return nil, 0
	}
	v := make([][]float64, n)
	back := make([][]int, n)
	for t := range v {
		v[t], back[t] = make([]float64, 3), make([]int, 3)
	}
	for s := range 3 {
		v[0][s] = math.Log(1.0/3) + math.Log(emit[s][obs[0]])
	}
	for t := 1; t < n; t++ {
		for s := range 3 {
			v[t][s] = math.Inf(-1)
			for p := range 3 {
				if x := v[t-1][p] + math.Log(trans[p][s]) + math.Log(emit[s][obs[t]]); x > v[t][s] {
					v[t][s], back[t][s] = x, p
				}
			}
		}
	}
	last := 0
	for s := range 3 {
		if v[n-1][s] > v[n-1][last] {
			last = s
		}
	}
	best = v[n-1][last]
	path = make([]int, n)
	for t := n - 1; t >= 0; t-- {
		path[t] = last
		last = back[t][last]
	}
	return path, best
}

// LIF counts the spikes of a cell with noise.
func LIF(steps int) (spikes int, mean float64) {
	v, r := -70.0, lcg(7)
	ref := 0
	for range steps {
		if ref > 0 {
			ref--
			continue
		}
		i := 2.2 + 0.8*(r.next()-0.5)
		v += 0.1 * (-(v + 70) + 10*i) / 10
		mean += v
		if v > -50 {
			v = -75
			spikes++
			ref = 20
		}
	}
	if steps > 0 {
		mean /= float64(steps)
	}
	return spikes, mean
}

// Synapse is a row of weights under a rule of timing.
func STDP(n int) []float64 {
	w := make([]float64, 32)
	for i := range w {
		w[i] = 0.5
	}
	last := make([]float64, len(w))
	r := lcg(3)
	post := 0.0
	for t := 0.0; t < float64(n); t++ {
		for i := range w {
			if r.next() < 0.05 {
				dt := t - post
				w[i] = max(0, w[i]-0.00525*math.Exp(-dt/20))
				last[i] = t
			}
		}
		if r.next() < 0.1 {
			for i := range w {
				w[i] = min(1, w[i]+0.005*math.Exp(-(t-last[i])/20))
			}
			post = t
		}
	}
	return w
}

// Izhikevich runs a small network of its cells.
func Izhikevich(steps int) (spikes int, sum float64) {
	type cell struct{ a, b, c, d, v, u float64 }
	cells := make([]cell, 40)
	r := lcg(11)
	for i := range cells {
		x := r.next()
		cells[i] = cell{a: 0.02, b: 0.2, c: -65 + 15*x*x, d: 8 - 6*x*x, v: -65, u: -13}
	}
	for range steps {
		for i := range cells {
			c := &cells[i]
			in := 10 * r.next()
			if c.v >= 30 {
				spikes++
				c.v = c.c
				c.u += c.d
			}
			c.v += 0.5 * (0.04*c.v*c.v + 5*c.v + 140 - c.u + in)
			c.v += 0.5 * (0.04*c.v*c.v + 5*c.v + 140 - c.u + in)
			c.u += c.a * (c.b*c.v - c.u)
		}
	}
	for _, c := range cells {
		sum += c.v
	}
	return spikes, sum
}

// DriftDiffusion simulates decisions.
func DriftDiffusion(trials int) (upper int, meanRT float64) {
	r := lcg(5)
	for range trials {
		x, t := 0.5, 0.0
		for x > 0 && x < 1 {
			u1, u2 := r.next(), r.next()
			z := math.Sqrt(-2*math.Log(u1+1e-300)) * math.Cos(2*math.Pi*u2)
			x += 0.3*0.001 + 0.5*math.Sqrt(0.001)*z
			t += 0.001
		}
		if x >= 1 {
			upper++
		}
		meanRT += t
	}
	if trials > 0 {
		meanRT /= float64(trials)
	}
	return upper, meanRT
}

// FitzHughNagumo by the classic method of Runge and Kutta, with its right side
// as a function value.
func FitzHughNagumo(steps int) (v, w float64) {
	v, w = -1, 1
	i := 0.5
	f := func(v, w float64) (float64, float64) {
		return v - v*v*v/3 - w + i, 0.08 * (v + 0.7 - 0.8*w)
	}
	const h = 0.05
	for range steps {
		k1v, k1w := f(v, w)
		k2v, k2w := f(v+h/2*k1v, w+h/2*k1w)
		k3v, k3w := f(v+h/2*k2v, w+h/2*k2w)
		k4v, k4w := f(v+h*k3v, w+h*k3w)
		v += h / 6 * (k1v + 2*k2v + 2*k3v + k4v)
		w += h / 6 * (k1w + 2*k2w + 2*k3w + k4w)
	}
	return v, w
}
