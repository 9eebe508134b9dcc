// The library and gonum from a script, beside a model of the script's own.
package main

import (
	"fmt"
	"log"
	"math"
	"os"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/signal"
	"github.com/neurorepl/neurorepl/neuro/stim"
)

// A model of the script's own, in a loop of the script's own.
type adaptive struct{ v, w float64 }

func (a *adaptive) step(i, dt float64) bool {
	a.v += dt * (0.04*a.v*a.v + 5*a.v + 140 - a.w + i)
	a.w += dt * 0.02 * (0.2*a.v - a.w)
	if a.v >= 30 {
		a.v, a.w = -65, a.w+8
		return true
	}
	return false
}

func main() {
	log.SetFlags(0)
	hh := neuron.NewHH()
	r, err := hh.Simulate(stim.Const(10), 100, 0.01)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("HH:", r.Count(), "spikes")
	hh.GNa = 0
	r, err = hh.Simulate(stim.Func(func(t float64) float64 { return 5 * math.Sin(t) }), 20, 0.01)
	fmt.Println("no sodium:", r.Count(), err)
	stdp := plasticity.NewSTDP()
	for _, dt := range []float64{-20, 0, 20} {
		fmt.Printf("STDP %+.0f: %.6f\n", dt, stdp.Kernel(dt))
	}
	x := make([]float64, 1000)
	for i := range x {
		x[i] = math.Sin(2 * math.Pi * 10 * float64(i) / 250)
	}
	p, err := signal.BandPower(x, 250, 8, 12)
	fmt.Printf("alpha %.3f %v\n", p, err)
	if _, err := signal.BandPower(x, -1, 8, 12); err != nil {
		fmt.Println("refused")
	}
	var a adaptive
	a.v = -65
	var spikes neuro.Spikes
	for k := range 2000 {
		if a.step(10, 0.5) {
			spikes = append(spikes, float64(k)*0.5)
		}
	}
	fmt.Println("adaptive:", len(spikes), stat.Mean(spikes, nil) > 0)
	m := mat.NewDense(2, 2, []float64{2, 0, 1, 3})
	var inv mat.Dense
	if err := inv.Inverse(m); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%.3f %.1f\n", mat.Formatted(&inv), floats.Sum([]float64{1, 2, 3.5}))
	tr := neuro.Trace{Name: "V", Unit: "mV", Dt: 0.1, Y: []float64{1, 2}}
	fmt.Println(tr.FS(), tr.At(1))
}
