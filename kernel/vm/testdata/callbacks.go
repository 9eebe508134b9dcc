//go:build ignore

// Functions that compiled code calls: given as arguments, in fields, as named
// types, as methods; that keep state, panic, and call back in turn.
package main

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

type curve struct{ a, b float64 }

func (c curve) at(x float64) float64    { return c.a*x*x + c.b }
func (c *curve) move(x float64) float64 { c.b += 0.001; return c.a*x + c.b }

func (c curve) loop(n int) (s float64) {
	for i := range n {
		s += c.a*float64(i) + c.b
	}
	return s
}

func try(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			_, isErr := r.(error)
			fmt.Println(name, "panicked:", r, isErr)
		}
	}()
	f()
	fmt.Println(name, "returned")
}

func main() {
	x := make([]int, 3000)
	for i := range x {
		x[i] = i * 7919 % 3001
	}
	calls := 0
	sort.Slice(x, func(i, j int) bool { calls++; return x[i] < x[j] })
	fmt.Println(x[0], x[1500], x[2999], sort.IntsAreSorted(x), calls > 3000)
	for k := range 300 {
		i := sort.Search(3000, func(i int) bool { return x[i] >= k*10 })
		if x[i] < k*10 {
			fmt.Println("wrong", k, i)
		}
	}
	c := curve{2, 1}
	f := c.at
	c.a = 100
	fmt.Printf("%.9f %.9f\n", quad.Fixed(f, 0, 3, 200, nil, 0), quad.Fixed(c.at, 0, 3, 200, nil, 0))
	fmt.Printf("%.9f %.9f\n", quad.Fixed(c.move, 0, 1, 500, nil, 0), c.b)
	sum := 0.0
	loop := curve{2, 3}.loop
	for i := range 2000 {
		sum += loop(i % 10)
	}
	fmt.Println(sum)
	expr := curve.at
	for i := range 2000 {
		sum += expr(c, float64(i))
	}
	fmt.Println(sum)
	fmt.Println(strings.Map(func(r rune) rune {
		if r == 'l' {
			return -1
		}
		return r + 1
	}, strings.Repeat("hello", 60)))
	fmt.Println(len(strings.FieldsFunc(strings.Repeat("a1b22c333", 200), func(r rune) bool { return r >= '0' && r <= '9' })))
	m := mat.NewDense(30, 30, nil)
	m.Apply(func(i, j int, v float64) float64 { return v + float64(i*j) }, m)
	fmt.Println(mat.Sum(m))
	evals := 0
	p := optimize.Problem{
		Func: func(x []float64) float64 { evals++; return (x[0]-1)*(x[0]-1) + 3*(x[1]+2)*(x[1]+2) },
		Grad: func(g, x []float64) { g[0], g[1] = 2*(x[0]-1), 6*(x[1]+2) },
	}
	res, err := optimize.Minimize(p, []float64{5, 5}, nil, &optimize.BFGS{})
	fmt.Println(err, math.Round(res.X[0]*1e6)/1e6, math.Round(res.X[1]*1e6)/1e6, evals > 3)

	at := 0
	boom := func(x float64) float64 {
		at++
		if at == 700 {
			var y []int
			return float64(y[at])
		}
		return x
	}
	try("quad", func() { fmt.Println(quad.Fixed(boom, 0, 1, 5000, nil, 0)) })
	fmt.Println(at)
	at = 0
	try("sort", func() {
		sort.Slice(x, func(i, j int) bool {
			if at++; at > 5000 {
				panic(fmt.Sprint("enough at ", at))
			}
			return x[i] > x[j]
		})
	})
	var np *curve
	try("nil method", func() { fmt.Println(quad.Fixed(np.move, 0, 1, 50, nil, 0)) })
	try("nil func", func() {
		var less func(i, j int) bool
		sort.Slice(x, less)
	})
	// A callback within a callback.
	rows := make([][]int, 200)
	for i := range rows {
		rows[i] = []int{i * 31 % 200, i, 200 - i}
	}
	sort.Slice(rows, func(i, j int) bool {
		key := func(r []int) int {
			s := append([]int(nil), r...)
			sort.Slice(s, func(a, b int) bool { return s[a] < s[b] })
			return s[1]*1000 + s[0]
		}
		return key(rows[i]) < key(rows[j])
	})
	fmt.Println(rows[0], rows[100], rows[199])
	nested := 0.0
	for k := range 200 {
		nested += quad.Fixed(func(x float64) float64 {
			return quad.Fixed(func(y float64) float64 { return x*y + float64(k) }, 0, x, 3, nil, 0)
		}, 0, 1, 4, nil, 0)
	}
	fmt.Printf("%.9f\n", nested)
	// On goroutines that the library starts.
	fmt.Printf("%.9f\n", quad.Fixed(func(x float64) float64 { return math.Sqrt(x) }, 0, 1, 3000, nil, 4))
}
