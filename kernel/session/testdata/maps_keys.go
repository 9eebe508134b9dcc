// Maps with keys of every comparable kind: structs, arrays, pointers,
// interfaces, floats with NaN, channels; comma ok, delete, nested values.
package main

import (
	"fmt"
	"math"
)

type chanID struct {
	shank, site int
}
type shape interface{ area() float64 }
type sq float64

func (s sq) area() float64 { return float64(s * s) }

func main() {
	m := map[chanID]float64{{0, 1}: 1.5, {1, 0}: 2.5}
	m[chanID{0, 1}] += 10
	v, ok := m[chanID{9, 9}]
	fmt.Println(m[chanID{0, 1}], v, ok, len(m))
	a, b := new(int), new(int)
	pm := map[*int]string{a: "a", b: "b"}
	*a = 5
	fmt.Println(pm[a], pm[b], pm[new(int)] == "", len(pm))
	im := map[any]int{1: 1, int8(1): 2, "1": 3, 1.0: 4, true: 5, chanID{1, 1}: 6, [1]string{"x"}: 7, nil: 8}
	fmt.Println(im[1], im[int8(1)], im["1"], im[1.0], im[true], im[chanID{1, 1}], im[[1]string{"x"}], im[nil], im[int16(1)])
	sm := map[shape]string{sq(2): "two", sq(3): "three"}
	fmt.Println(sm[sq(2)], sm[sq(4)] == "", sm[nil] == "")
	nan := math.NaN()
	fm := map[float64]int{nan: 1, 0: 2, math.Copysign(0, -1): 3}
	fm[nan]++
	_, found := fm[nan]
	fmt.Println(len(fm), fm[0], found)
	n := 0
	for k, v := range fm {
		if k != k {
			n += v
		}
	}
	fmt.Println("under NaN", n)
	ch := make(chan int)
	cm := map[chan int]bool{ch: true}
	fmt.Println(cm[ch], cm[make(chan int)], cm[nil])
	bm := map[bool][]string{}
	for i, w := range []string{"a", "b", "c"} {
		bm[i%2 == 0] = append(bm[i%2 == 0], w)
	}
	fmt.Println(bm)
	nested := map[string]map[string]int{}
	for _, k := range []string{"x/a", "x/b", "y/a", "x/a"} {
		if nested[k[:1]] == nil {
			nested[k[:1]] = map[string]int{}
		}
		nested[k[:1]][k[2:]]++
	}
	fmt.Println(nested, len(nested["x"]), nested["z"]["q"])
	fs := map[string]func(float64) float64{"sq": func(x float64) float64 { return x * x }, "neg": func(x float64) float64 { return -x }}
	fmt.Println(fs["sq"](3), fs["neg"](3), fs["no"] == nil)
	type rec struct {
		n    int
		list []int
	}
	rm := map[rune]*rec{}
	for i, r := range "abca" {
		if _, ok := rm[r]; !ok {
			rm[r] = &rec{}
		}
		rm[r].n++
		rm[r].list = append(rm[r].list, i)
	}
	fmt.Println(len(rm), *rm['a'], *rm['c'])
	delete(rm, 'a')
	delete(rm, 'a')
	_, ok = rm['a']
	fmt.Println(ok, len(rm))
	if v, ok := m[chanID{1, 0}]; ok && v > 2 {
		fmt.Println("found", v)
	}
	s := m
	s[chanID{5, 5}] = 1
	fmt.Println(len(m), map[string]int{"b": 2, "a": 1, "c": 3})
}
