// A small network of leaky integrate-and-fire neurons with delays, refractory
// times and a connection matrix drawn from a seed.
package main

import (
	"fmt"
	"math/rand/v2"
)

type synapse struct {
	to, delay int
	w         float64
}

type network struct {
	v          []float64
	refractory []int
	out        [][]synapse
	pending    [][]float64
	spikes     []int
}

func build(n, nExc int, p float64, seed uint64) *network {
	r := rand.New(rand.NewPCG(seed, 1))
	net := &network{
		v:          make([]float64, n),
		refractory: make([]int, n),
		out:        make([][]synapse, n),
		spikes:     make([]int, n),
	}
	net.pending = make([][]float64, 20)
	for d := range net.pending {
		net.pending[d] = make([]float64, n)
	}
	for i := range n {
		net.v[i] = r.Float64() * 15
		for j := range n {
			if i == j || r.Float64() >= p {
				continue
			}
			w := 0.8
			if i >= nExc {
				w = -4 * w
			}
			net.out[i] = append(net.out[i], synapse{j, 5 + r.IntN(14), w})
		}
	}
	return net
}

func (n *network) step(t int, drive, decay float64) (fired int) {
	slot := n.pending[t%len(n.pending)]
	for i := range n.v {
		in := slot[i]
		slot[i] = 0
		if n.refractory[i] > 0 {
			n.refractory[i]--
			continue
		}
		n.v[i] = n.v[i]*decay + drive + in
		if n.v[i] < 20 {
			continue
		}
		n.v[i] = 0
		n.refractory[i] = 20
		n.spikes[i]++
		fired++
		for _, s := range n.out[i] {
			n.pending[(t+s.delay)%len(n.pending)][s.to] += s.w
		}
	}
	return fired
}

func main() {
	net := build(100, 80, 0.1, 42)
	edges := 0
	for _, o := range net.out {
		edges += len(o)
	}
	var hist [10]int
	total := 0
	const steps = 5000
	for t := range steps {
		f := net.step(t, 0.11, 0.995)
		hist[t*len(hist)/steps] += f
		total += f
	}
	fmt.Println(edges, total, hist)
	fmt.Println(net.spikes[:10])
	sum := 0.0
	for _, v := range net.v {
		sum += v
	}
	fmt.Printf("%.9f\n", sum)
}
