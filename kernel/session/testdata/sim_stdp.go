// Spike-timing dependent plasticity by hand, all pairs and by traces, which
// agree, and the library's rule beside it.
package main

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

type rule struct{ aPlus, aMinus, tau float64 }

func (r rule) kernel(dt float64) float64 {
	switch {
	case dt > 0:
		return r.aPlus * math.Exp(-dt/r.tau)
	case dt < 0:
		return -r.aMinus * math.Exp(dt/r.tau)
	}
	return 0
}

func (r rule) pairs(pre, post []float64) (dw float64) {
	for _, a := range pre {
		for _, b := range post {
			dw += r.kernel(b - a)
		}
	}
	return
}

func (r rule) traces(pre, post []float64) (dw float64) {
	var x, y, last float64
	i, j := 0, 0
	for i < len(pre) || j < len(post) {
		isPre := j == len(post) || i < len(pre) && pre[i] < post[j]
		t := 0.0
		if isPre {
			t = pre[i]
		} else {
			t = post[j]
		}
		k := math.Exp(-(t - last) / r.tau)
		x, y, last = x*k, y*k, t
		if isPre {
			dw -= r.aMinus * y
			x++
			i++
		} else {
			dw += r.aPlus * x
			y++
			j++
		}
	}
	return
}

func main() {
	r := rule{0.005, 0.00525, 20}
	var pre, post []float64
	for k := range 40 {
		pre = append(pre, float64(k)*25+float64(k*k%7))
		post = append(post, float64(k)*25+4.5+float64(k*k%11))
	}
	p, t := r.pairs(pre, post), r.traces(pre, post)
	fmt.Printf("%.12f %t\n", p, math.Abs(p-t) < 1e-12)
	s := plasticity.NewSTDP()
	for _, dt := range []float64{-40, -10, 0, 10, 40} {
		fmt.Printf("%+3.0f ms: %+.9f %+.9f\n", dt, r.kernel(dt), s.Kernel(dt))
	}
	w := [][]float64{{0.5}, {0.999}}
	out, err := s.Update(w, []neuro.Spikes{{10, 50}, {10, 50}}, []neuro.Spikes{{15, 52}})
	fmt.Printf("%.9f %v %v\n", out, w, err)
	_, err = s.Update(w, []neuro.Spikes{{10, 5}, nil}, []neuro.Spikes{{1}})
	fmt.Println(err != nil)
	weights := []float64{0.2, 0.5, 0.8}
	for range 50 {
		for i := range weights {
			weights[i] += 0.1 * r.kernel(float64(i)-1) * (1 - weights[i])
		}
	}
	fmt.Printf("%.9f\n", weights)
}
