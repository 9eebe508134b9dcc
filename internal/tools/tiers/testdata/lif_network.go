//go:build ignore

// Leaky integrate-and-fire neurons with random connections and delays, excited
// and inhibited.
package main

import "fmt"

type Synapse struct {
	Target int32
	Delay  int32
	Weight float64
}

type Network struct {
	v        []float64
	ref      []int32
	out      [][]Synapse
	incoming [][]float64 // a ring of steps
	spikes   []int
}

const (
	maxDelay = 32
	seedMul  = 6364136223846793005
)

func New(n, k int) *Network {
	w := &Network{v: make([]float64, n), ref: make([]int32, n), out: make([][]Synapse, n), spikes: make([]int, n)}
	for range maxDelay {
		w.incoming = append(w.incoming, make([]float64, n))
	}
	s := uint64(1)
	for i := range n {
		w.v[i] = -60 + 10*float64(i%17)/17
		weight := 0.35
		if i >= n*4/5 {
			weight = -1.7
		}
		for range k {
			s = s*seedMul + 1442695040888963407
			w.out[i] = append(w.out[i], Synapse{int32(s >> 33 % uint64(n)), int32(1 + s>>20%(maxDelay-1)), weight})
		}
	}
	return w
}

func (w *Network) Step(step int, dt, drive float64) (fired int) {
	in := w.incoming[step%maxDelay]
	for i := range w.v {
		if w.ref[i] > 0 {
			w.ref[i]--
			continue
		}
		w.v[i] += dt*(-65-w.v[i]+drive)/20 + in[i]
		if w.v[i] >= -50 {
			w.v[i] = -65
			w.ref[i] = 20
			w.spikes[i]++
			fired++
			for _, s := range w.out[i] {
				w.incoming[(step+int(s.Delay))%maxDelay][s.Target] += s.Weight
			}
		}
	}
	for i := range in {
		in[i] = 0
	}
	return fired
}

func main() {
	w := New(2000, 100)
	const steps = 90_000
	total := 0
	for step := range steps {
		total += w.Step(step, 0.1, 18)
		if step%30_000 == 29_999 {
			fmt.Printf("t = %4.0f ms: %d spikes\n", float64(step+1)*0.1, total)
		}
	}
	sum := 0.0
	for _, v := range w.v {
		sum += v
	}
	fmt.Println(sum, w.spikes[:10])
}
