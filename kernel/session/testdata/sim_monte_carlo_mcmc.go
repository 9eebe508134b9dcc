// Metropolis sampling of a posterior given as a function: acceptance, chains
// run at once and compared, summary, thinning; and integrals by sampling.
package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
)

type logPosterior func(theta [2]float64) float64

type chain struct {
	samples  [][2]float64
	accepted int
}

func (c chain) mean(d int) (m float64) {
	for i, s := range c.samples {
		m += (s[d] - m) / float64(i+1)
	}
	return
}

func (c chain) variance(d int) (v float64) {
	m := c.mean(d)
	for _, s := range c.samples {
		v += (s[d] - m) * (s[d] - m)
	}
	return v / float64(len(c.samples)-1)
}

func sample(f logPosterior, n, burn, thin int, seed uint64) (c chain) {
	r := rand.New(rand.NewPCG(seed, 99))
	theta := [2]float64{r.NormFloat64(), 1 + r.Float64()}
	lp := f(theta)
	for i := range burn + n*thin {
		prop := theta
		for d := range prop {
			prop[d] += 0.3 * r.NormFloat64()
		}
		if l := f(prop); math.Log(r.Float64()) < l-lp {
			theta, lp = prop, l
			c.accepted++
		}
		if i >= burn && (i-burn)%thin == 0 {
			c.samples = append(c.samples, theta)
		}
	}
	return
}

func rhat(cs []chain, d int) float64 {
	n, m := float64(len(cs[0].samples)), float64(len(cs))
	var w, grand, b float64
	for _, c := range cs {
		w += c.variance(d) / m
		grand += c.mean(d) / m
	}
	for _, c := range cs {
		b += n / (m - 1) * math.Pow(c.mean(d)-grand, 2)
	}
	return math.Sqrt(((n-1)/n*w + b/n) / w)
}

func main() {
	data := []float64{4.8, 5.2, 5.9, 4.1, 5.5, 5.0, 6.2, 4.6}
	f := func(t [2]float64) float64 {
		mu, sigma := t[0], t[1]
		if sigma <= 0 {
			return math.Inf(-1)
		}
		lp := -mu * mu / 200
		for _, x := range data {
			z := (x - mu) / sigma
			lp += -z*z/2 - math.Log(sigma)
		}
		return lp - sigma
	}
	cs := make([]chain, 4)
	var wg sync.WaitGroup
	for i := range cs {
		wg.Go(func() { cs[i] = sample(f, 500, 300, 3, uint64(i)) })
	}
	wg.Wait()
	for i, c := range cs {
		fmt.Printf("chain %d: %.6f %.6f, %d accepted\n", i, c.mean(0), c.mean(1), c.accepted)
	}
	fmt.Println(rhat(cs, 0) < 1.1, rhat(cs, 1) < 1.1)
	r := rand.New(rand.NewPCG(2, 2))
	in := 0
	for range 20000 {
		if x, y := r.Float64(), r.Float64(); x*x+y*y < 1 {
			in++
		}
	}
	fmt.Println(in, math.Abs(4*float64(in)/20000-math.Pi) < 0.05)
}
