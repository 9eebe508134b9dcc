package vec_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A hhBlock is a block of Hodgkin and Huxley's squid axons and a step of
// exponential Euler written out by hand: ten exponentials and what is between
// them. It shows what a program of block functions can cost at best.
type hhBlock struct {
	v, m, h, n, current []float64
	a, b, x, g, gNa, gK []float64 // for what lies between
	above, before, fire vec.Mask
}

const (
	hhStep = 0.01 // ms
)

func newHHBlock(size int) *hhBlock {
	c := &hhBlock{above: vec.NewMask(size), before: vec.NewMask(size), fire: vec.NewMask(size)}
	for _, p := range []*[]float64{&c.v, &c.m, &c.h, &c.n, &c.current, &c.a, &c.b, &c.x, &c.g, &c.gNa, &c.gK} {
		*p = make([]float64, size)
	}
	vec.FillBlock(c.v, -65)
	vec.FillBlock(c.m, 0.0529)
	vec.FillBlock(c.h, 0.5961)
	vec.FillBlock(c.n, 0.3177)
	for i := range c.current {
		c.current[i] = 8 + 4*float64(i)/float64(size)
	}
	return c
}

// gate moves a gate with the rates a and b.
func (c *hhBlock) gate(y []float64) {
	vec.AddBlock(c.b, c.a, c.b)
	vec.DivBlock(c.a, c.a, c.b)
	vec.MulConstBlock(c.b, c.b, -hhStep)
	vec.ExpBlock(c.b, c.b)
	vec.SubBlock(y, y, c.a)
	vec.FMABlock(y, y, c.b, c.a)
}

// step moves the cells on by one step and marks those that cross 0 mV upwards.
func (c *hhBlock) step() {
	vec.LinearBlock(c.a, c.v, -1.0/10, -40.0/10)
	vec.LinoidBlock(c.a, c.a)
	vec.LinearBlock(c.b, c.v, -1.0/18, -65.0/18)
	vec.ExpBlock(c.b, c.b)
	vec.MulConstBlock(c.b, c.b, 4)
	c.gate(c.m)
	vec.LinearBlock(c.a, c.v, -1.0/20, -65.0/20)
	vec.ExpBlock(c.a, c.a)
	vec.MulConstBlock(c.a, c.a, 0.07)
	vec.LinearBlock(c.b, c.v, 1.0/10, 35.0/10)
	vec.SigmoidBlock(c.b, c.b)
	c.gate(c.h)
	vec.LinearBlock(c.a, c.v, -1.0/10, -55.0/10)
	vec.LinoidBlock(c.a, c.a)
	vec.MulConstBlock(c.a, c.a, 0.1)
	vec.LinearBlock(c.b, c.v, -1.0/80, -65.0/80)
	vec.ExpBlock(c.b, c.b)
	vec.MulConstBlock(c.b, c.b, 0.125)
	c.gate(c.n)

	vec.MulBlock(c.gNa, c.m, c.m)
	vec.MulBlock(c.gNa, c.gNa, c.m)
	vec.MulBlock(c.gNa, c.gNa, c.h)
	vec.MulConstBlock(c.gNa, c.gNa, 120)
	vec.MulBlock(c.gK, c.n, c.n)
	vec.MulBlock(c.gK, c.gK, c.gK)
	vec.MulConstBlock(c.gK, c.gK, 36)
	vec.AddBlock(c.g, c.gNa, c.gK)
	vec.AddConstBlock(c.g, c.g, 0.3)
	vec.AddConstBlock(c.x, c.current, 0.3*-54.387)
	vec.FMAScaleBlock(c.x, c.gNa, 50, c.x)
	vec.FMAScaleBlock(c.x, c.gK, -77, c.x)
	vec.DivBlock(c.x, c.x, c.g)
	vec.MulConstBlock(c.g, c.g, -hhStep)
	vec.ExpBlock(c.g, c.g)
	vec.SubBlock(c.v, c.v, c.x)
	vec.FMABlock(c.v, c.v, c.g, c.x)

	c.above, c.before = c.before, c.above
	vec.GreaterConstBlock(c.above, c.v, 0)
	c.fire.AndNot(c.above, c.before)
}

// TestHHBlock holds the program against the same step of single cells.
func TestHHBlock(t *testing.T) {
	gate := func(y, a, b float64) float64 {
		inf := a / (a + b)
		return math.FMA(y-inf, vec.Exp((a+b)*-hhStep), inf)
	}
	c := newHHBlock(37)
	type cell struct{ v, m, h, n float64 }
	cells := make([]cell, 37)
	for i := range cells {
		cells[i] = cell{-65, 0.0529, 0.5961, 0.3177}
	}
	spikes, want := 0, 0
	for range 1500 {
		c.step()
		spikes += c.fire.Count()
		for i := range cells {
			y := &cells[i]
			linear := func(a, b float64) float64 { return math.FMA(y.v, a, b) }
			v := y.v
			y.m = gate(y.m, vec.Linoid(linear(-1.0/10, -40.0/10)), vec.Exp(linear(-1.0/18, -65.0/18))*4)
			y.h = gate(y.h, vec.Exp(linear(-1.0/20, -65.0/20))*0.07, vec.Sigmoid(linear(1.0/10, 35.0/10)))
			y.n = gate(y.n, vec.Linoid(linear(-1.0/10, -55.0/10))*0.1, vec.Exp(linear(-1.0/80, -65.0/80))*0.125)
			na, k := y.m*y.m*y.m*y.h*120, y.n*y.n
			k = k * k * 36
			g := na + k + 0.3
			inf := math.FMA(k, -77, math.FMA(na, 50, c.current[i]+0.3*-54.387)) / g
			y.v = math.FMA(y.v-inf, vec.Exp(g*-hhStep), inf)
			if y.v > 0 && v <= 0 {
				want++
			}
		}
	}
	if spikes != want || want < 37 {
		t.Errorf("%d spikes, single cells %d", spikes, want)
	}
	for i, y := range cells {
		if got := (cell{c.v[i], c.m[i], c.h[i], c.n[i]}); got != y {
			t.Fatalf("cell %d is at %v, alone at %v", i, got, y)
		}
	}
}

func BenchmarkHHBlock(b *testing.B) {
	for _, size := range []int{128, 256, 512, 1024} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			c := newHHBlock(size)
			for b.Loop() {
				c.step()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size), "ns/element")
		})
	}
}
