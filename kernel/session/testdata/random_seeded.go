// Seeded generators of math/rand and math/rand/v2 give the same numbers as
// under go run: also through an interpreted Source, Shuffle and Perm.
package main

import (
	"fmt"
	"math"
	"math/rand"
	randv2 "math/rand/v2"
)

type splitmix struct{ s uint64 }

func (g *splitmix) Uint64() uint64 {
	g.s += 0x9e3779b97f4a7c15
	z := g.s
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (g *splitmix) Seed(s int64) { g.s = uint64(s) }
func (g *splitmix) Int63() int64 { return int64(g.Uint64() >> 1) }

func gauss(r interface{ Float64() float64 }) float64 {
	return math.Sqrt(-2*math.Log(1-r.Float64())) * math.Cos(2*math.Pi*r.Float64())
}

func poisson(r *randv2.Rand, mean float64) (n int) {
	for p := r.Float64(); p > math.Exp(-mean); n++ {
		p *= r.Float64()
	}
	return
}

func main() {
	r := rand.New(rand.NewSource(42))
	fmt.Println(r.Intn(100), r.Float64(), r.NormFloat64(), r.Perm(6), r.Int63n(1e12), r.Uint32())
	xs := []string{"a", "b", "c", "d", "e"}
	r.Shuffle(len(xs), func(i, j int) { xs[i], xs[j] = xs[j], xs[i] })
	fmt.Println(xs, r.ExpFloat64())
	p := randv2.New(randv2.NewPCG(1, 2))
	fmt.Println(p.IntN(1000), p.Float64(), p.NormFloat64(), p.Perm(5), p.Uint64(), p.Int32N(9))
	c := randv2.New(randv2.NewChaCha8([32]byte{1, 2, 3}))
	fmt.Println(c.Uint64(), c.UintN(7), c.ExpFloat64())
	own := randv2.New(&splitmix{7})
	fmt.Println(own.IntN(50), own.Float64(), own.Perm(4))
	old := rand.New(&splitmix{})
	old.Seed(7)
	fmt.Println(old.Intn(50), old.Float64())
	fmt.Printf("%.12f %.12f\n", gauss(p), gauss(old))
	counts := make([]int, 12)
	for range 2000 {
		counts[min(poisson(own, 3), 11)]++
	}
	fmt.Println(counts)
	sum := 0.0
	for range 1000 {
		sum += p.NormFloat64()
	}
	fmt.Printf("%.10f\n", sum/1000)
	z := randv2.NewZipf(p, 1.5, 2, 100)
	fmt.Println(z.Uint64(), z.Uint64(), z.Uint64())
	idx := p.Perm(10)
	seen := map[int]bool{}
	for _, i := range idx {
		seen[i] = true
	}
	fmt.Println(len(seen), randv2.N(int64(1)), rand.Intn(1))
}
