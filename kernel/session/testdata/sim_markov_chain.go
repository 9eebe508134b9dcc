// Markov chains: text from a table of words, a stationary distribution, first
// passage times, transitions counted from a sequence.
package main

import (
	"fmt"
	"math"
	"sort"
	"strings"
)

const corpus = `the cell fires and the cell rests and the network fires when the cell
fires but the network rests when the cell rests`

type chain map[string]map[string]int

func (c chain) add(from, to string) {
	if c[from] == nil {
		c[from] = make(map[string]int)
	}
	c[from][to]++
}

func (c chain) pick(from string, u float64) (string, bool) {
	next := c[from]
	words := make([]string, 0, len(next))
	total := 0
	for w, n := range next {
		words = append(words, w)
		total += n
	}
	sort.Strings(words)
	for _, w := range words {
		if u -= float64(next[w]) / float64(total); u < 0 {
			return w, true
		}
	}
	return "", false
}

func learn(text string) (c chain, first string) {
	c = chain{}
	prev := ""
	for _, w := range strings.Fields(text) {
		if prev == "" {
			first = w
		} else {
			c.add(prev, w)
		}
		prev = w
	}
	return
}

type matrix [3][3]float64

func (m matrix) step(p [3]float64) (q [3]float64) {
	for i := range m {
		for j := range m[i] {
			q[j] += p[i] * m[i][j]
		}
	}
	return
}

func main() {
	c, w := learn(corpus)
	u := uint64(2024)
	random := func() float64 {
		u ^= u << 13
		u ^= u >> 7
		u ^= u << 17
		return float64(u>>11) / (1 << 53)
	}
	var out []string
	for ok := true; ok && len(out) < 18; w, ok = c.pick(w, random()) {
		out = append(out, w)
	}
	fmt.Println(strings.Join(out, " "))
	fmt.Println(c["the"], c["fires"], len(c))
	m := matrix{{0.9, 0.1, 0}, {0.2, 0.7, 0.1}, {0, 0.3, 0.7}}
	p := [3]float64{1, 0, 0}
	n := 0
	for {
		q := m.step(p)
		d := 0.0
		for i := range q {
			d += math.Abs(q[i] - p[i])
		}
		p = q
		if n++; d < 1e-13 {
			break
		}
	}
	fmt.Printf("%.9f after %d steps\n", p, n)
	var counts [3][3]int
	state, passage := 0, 0
	var first []int
	for t := range 20000 {
		next, v := 0, random()
		for v -= m[state][next]; v >= 0 && next < 2; v -= m[state][next] {
			next++
		}
		counts[state][next]++
		if next == 2 && state != 2 && len(first) < 5 {
			first = append(first, t-passage)
			passage = t
		}
		state = next
	}
	fmt.Println(counts, first)
}
