//go:build ignore

// Command Kremer_2011 lets a map of directions grow in the barrel cortex.
//
//	neurorepl run notebooks/scripts/papers/Kremer_2011.go
package main

import (
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/network"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
	"github.com/neurorepl/neurorepl/neuro/plot"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	// %% [markdown]
	// # Kremer et al. 2011: a map of whisker directions grows
	//
	// *Late emergence of the whisker direction selectivity map in the rat barrel cortex*, J Neurosci 31:10689. Bars that move over the
	// whiskers in random directions deflect one after the other. Cells of layer 4 prefer a direction of their own whisker;
	// their synapses to layer 2/3, which change by the timing of spikes, and the local excitation within layer 2/3 make
	// neighbours prefer similar directions.
	//
	// Parameters are those of the program for Brian. Here are 2 by 2 barrels instead of 5 by 5, with about half the cells in each and synapses
	// as much stronger, and bars twice as often.

	// %%
	const side = 2                   // barrels in a row
	const n4, m23, mInh = 242, 20, 8 // cells of layer 4 in a barrel; excitatory and inhibitory cells of layer 2/3 in a row of a barrel
	// How many cells of the paper one stands for.
	const few4, few, fewInh = 484.0 / n4, 625.0 / (m23 * m23), 144.0 / (mInh * mInh)
	const barrel = 100.0 // um
	cell, err := model.Parse(`
		dv/dt = (ge + gi - 70*mV - v)/(10*ms) : mV (unless refractory)
		dge/dt = -ge/(2*ms) : mV
		dgi/dt = -gi/(25*ms) : mV
		dvt/dt = (-55*mV - vt)/(50*ms) : mV
	`, model.Options{Threshold: "v > vt", Reset: "v = -70*mV; vt += 2*mV", Refractory: "2*ms",
		Initial: map[string]string{"v": "-70*mV", "vt": "-55*mV"}})
	check(err)
	// jump is that of ge or gi whose potential has a peak of 1 mV.
	jump := func(tau float64) float64 { return math.Pow(tau/10, 10/(tau-10)) }
	epsc, ipsc := jump(2), jump(25)

	// %% [markdown]
	// ## Bars
	//
	// Every 30 ms a bar begins to move over the barrels in a random direction, one barrel in 5 ms. Where it is, cells of layer 4 fire
	// with a rate of 100 Hz times the cosine of the angle to the direction they prefer.

	// %%
	const dur = 20000
	random := rand.New(rand.NewPCG(3, 4))
	trains := make([]neuro.Spikes, side*side*n4)
	direction := 0.0
	for t := range dur { // ms
		if t%30 == 0 {
			direction = 2 * math.Pi * random.Float64()
		}
		ux, uy := math.Cos(direction), math.Sin(direction)
		along := float64(t%30)/5 - 3 // where the bar is on its way through the middle
		for b := range side * side {
			x, y := float64(b%side)+0.5-side/2.0, float64(b/side)+0.5-side/2.0
			if math.Abs(x*ux+y*uy-along) >= 0.5 {
				continue
			}
			for i := range n4 {
				p := 0.1 * math.Cos(direction-2*math.Pi*float64(i)/n4)
				if random.Float64() < p {
					trains[b*n4+i] = append(trains[b*n4+i], float64(t))
				}
			}
		}
	}

	// %% [markdown]
	// ## The network

	// %%
	rule := plasticity.NewSTDP()
	rule.APlus, rule.AMinus, rule.TauPlus, rule.TauMinus, rule.WMax = 0.05*epsc*few4, 0.04*epsc*few4, 5, 25, epsc*few4
	// places are those of the cells of layer 2/3, barrel by barrel.
	places := func(m int) (out [][3]float64) {
		for b := range side * side {
			for k := range m * m {
				x, y := float64(b%side)+(float64(k%m)+0.5)/float64(m), float64(b/side)+(float64(k/m)+0.5)/float64(m)
				out = append(out, [3]float64{x * barrel, y * barrel})
			}
		}
		return out
	}
	net := network.Network{
		Name: "Kremer 2011", Seed: 1, Dt: 0.1,
		Populations: []network.Population{
			{Name: "L4", Trains: trains},
			{Name: "E", N: side * side * m23 * m23, Cell: cell, Positions: places(m23)},
			{Name: "I", N: side * side * mInh * mInh, Cell: cell, Positions: places(mInh)},
		},
		Projections: []network.Projection{
			{From: "L4", To: "E", Rule: network.BernoulliOf(fmt.Sprintf("0.5*int(floor(pre/%d) == floor(post/%d))", n4, m23*m23)), Receptor: "ge",
				Weight: fmt.Sprintf("%g*mV", 0.5*epsc*few4), Plasticity: rule},
			{From: "E", To: "E", Rule: network.BernoulliOf("0.15*exp(-0.5*(distance/(40*um))**2)"), Receptor: "ge", Weight: fmt.Sprintf("%g*mV", 0.3*epsc*few)},
			{From: "E", To: "I", Rule: network.BernoulliOf("0.15*exp(-0.5*(distance/(40*um))**2)"), Receptor: "ge", Weight: fmt.Sprintf("%g*mV", epsc*few)},
			{From: "I", To: "E", Rule: network.BernoulliOf("exp(-0.5*(distance/(20*um))**2)"), Receptor: "gi", Weight: fmt.Sprintf("%g*mV", -ipsc*fewInh)},
		},
	}
	display.Show(net)

	// %%
	sim, err := net.Build()
	check(err)
	// preferred returns the direction that each cell of layer 2/3 gets most input for, and how selective it is, 0 to 1.
	preferred := func() (angle, selectivity []float64) {
		list, err := sim.Connections("L4", "E", "ge")
		check(err)
		n := side * side * m23 * m23
		x, y, sum := make([]float64, n), make([]float64, n), make([]float64, n)
		for _, p := range list {
			a := 2 * math.Pi * float64(p.From%n4) / n4
			x[p.To] += p.Weight * math.Cos(a)
			y[p.To] += p.Weight * math.Sin(a)
			sum[p.To] += p.Weight
		}
		for i := range n {
			angle = append(angle, math.Mod(math.Atan2(y[i], x[i])*180/math.Pi+360, 360))
			s := 0.0
			if sum[i] > 0 {
				s = math.Hypot(x[i], y[i]) / sum[i]
			}
			selectivity = append(selectivity, s)
		}
		return angle, selectivity
	}
	angle0, selective0 := preferred()
	r, err := sim.Run(dur, network.RecordOptions{})
	check(err)
	angle1, selective1 := preferred()

	// %% [markdown]
	// ## The map
	//
	// The direction of which each cell of layer 2/3 gets most input from layer 4. In 20 s regions grow in which it is alike, and
	// which often point away from the middle of the four barrels.

	// %%
	// draw shows the directions of all cells in their places.
	draw := func(title string, angle []float64) plot.Panel {
		z := make([][]float64, side*m23)
		for row := range z {
			z[row] = make([]float64, side*m23)
			for col := range z[row] {
				b := row/m23*side + col/m23
				z[row][col] = angle[b*m23*m23+row%m23*m23+col%m23]
			}
		}
		return plot.Panel{Title: title, X: plot.Axis{Label: "cell"}, Y: plot.Axis{Label: "cell"}, Square: true, ColorBar: plot.Axis{Label: "preferred direction", Unit: "degrees"},
			Layers: []plot.Layer{{Kind: "image", Z: z, Map: "twilight", Lo: 0, Hi: 360}}}
	}
	display.Show(&plot.Figure{Cols: 2, Width: 22, Height: 9, Panels: []plot.Panel{draw("before", angle0), draw("after", angle1)}})

	// %% [markdown]
	// ## Paper and here
	//
	// Neighbours become more alike than chance. The paper's model has 25 barrels and a map with pinwheels, which is not reached here.

	// %%
	// alike is the mean cosine between the preferred directions of neighbours in a row.
	alike := func(angle []float64) float64 {
		sum, n := 0.0, 0.0
		for i := range angle {
			if i%m23 > 0 {
				sum += math.Cos((angle[i] - angle[i-1]) * math.Pi / 180)
				n++
			}
		}
		return sum / n
	}
	mean := func(x []float64) float64 {
		sum := 0.0
		for _, v := range x {
			sum += v / float64(len(x))
		}
		return sum
	}
	e, err := r.Rate("E", 0)
	check(err)
	i, err := r.Rate("I", 0)
	check(err)
	display.Show(table.Table{Title: "Kremer et al. 2011", Cols: []table.Col{
		{Name: "what", Text: []string{"selectivity of the input, 0 to 1", "likeness of neighbours, mean cosine", "rate of E and I, Hz"}},
		{Name: "before", Text: []string{fmt.Sprintf("%.2f", mean(selective0)), fmt.Sprintf("%.2f", alike(angle0)), ""}},
		{Name: "paper, after", Text: []string{"selective", "alike: a map with pinwheels", ""}},
		{Name: "here, after", Text: []string{fmt.Sprintf("%.2f", mean(selective1)), fmt.Sprintf("%.2f", alike(angle1)), fmt.Sprintf("%.0f and %.0f", e, i)}},
	}})
}
