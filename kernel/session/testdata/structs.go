// Structs: embedding, methods, JSON, named arrays and functions.
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
)

type Base struct {
	ID   int `json:"id"`
	Tags []string
}

func (b *Base) Add(t string)    { b.Tags = append(b.Tags, t) }
func (b Base) Describe() string { return fmt.Sprintf("%d:%s", b.ID, strings.Join(b.Tags, ",")) }

type Cell struct {
	Base
	V    float64               `json:"v"`
	Next *Cell                 `json:"next,omitempty"`
	F    func(float64) float64 `json:"-"`
}

type Matrix [2][2]float64

func (m Matrix) Mul(o Matrix) (r Matrix) {
	for i := range 2 {
		for j := range 2 {
			for k := range 2 {
				r[i][j] += m[i][k] * o[k][j]
			}
		}
	}
	return
}

type Op func(a, b float64) float64

func (o Op) Apply(a, b float64) float64 { return o(a, b) }

func main() {
	c := Cell{Base: Base{ID: 7}, V: -65.5, F: math.Sqrt}
	c.Add("soma")
	c.Add("L5")
	fmt.Println(c.Describe(), c.Tags, c.F(9))
	c.Next = &Cell{V: 1}
	c.Next.Add("dend")
	fmt.Println(c.Next.Describe(), c.Next.Next == nil)
	data, err := json.Marshal(map[string]any{"v": c.V, "tags": c.Tags, "n": nil})
	fmt.Println(string(data), err)
	var back struct {
		V    float64
		Tags []string
	}
	fmt.Println(json.Unmarshal(data, &back), back)
	id := Matrix{{1, 2}, {3, 4}}
	fmt.Println(id.Mul(id))
	add := Op(func(a, b float64) float64 { return a + b })
	fmt.Println(add.Apply(1, 2), Op(math.Pow).Apply(2, 10))
	method := c.Describe
	c.ID = 99
	fmt.Println(method(), c.Describe())
	points := map[[2]int]string{{1, 2}: "a", {3, 4}: "b"}
	fmt.Println(points[[2]int{3, 4}], len(points))
	type pair struct {
		k string
		v int
	}
	pairs := []pair{{"a", 1}, {"b", 2}}
	for i := range pairs {
		pairs[i].v *= 10
	}
	total := 0
	for _, p := range pairs {
		total += p.v
	}
	fmt.Println(total, pairs[0] == pair{"a", 10})
	anon := struct {
		X, Y int
	}{1, 2}
	fmt.Println(anon, anon.X+anon.Y)
	d := 1500 * time.Millisecond
	fmt.Println(d, d.Seconds(), time.Duration(2)*time.Second)
	fmt.Printf("%v %+v %T %6.3f %e\n", anon, back, d, math.Pi, 12345.678)
	fmt.Println(math.Inf(1), -math.MaxFloat64, math.NaN(), 1e21, 1e-7, float32(0.1))
	z := complex(1, 2)
	fmt.Println(z*z, real(z), imag(z))
}
