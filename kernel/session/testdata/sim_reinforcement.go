// Temporal-difference learning on a grid world, an epsilon-greedy bandit, and
// Rescorla and Wagner's rule: agents and environments as interfaces.
package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

type pos struct{ x, y int }

type env interface {
	Reset() pos
	Step(p pos, action int) (next pos, reward float64, done bool)
}

type grid []string

func (g grid) Reset() pos { return pos{0, 0} }

func (g grid) Step(p pos, a int) (pos, float64, bool) {
	d := [...]pos{{1, 0}, {0, 1}, {-1, 0}, {0, -1}}[a]
	q := pos{p.x + d.x, p.y + d.y}
	if q.x < 0 || q.y < 0 || q.y >= len(g) || q.x >= len(g[0]) || g[q.y][q.x] == '#' {
		return p, -0.1, false
	}
	switch g[q.y][q.x] {
	case 'G':
		return q, 1, true
	case 'X':
		return q, -1, true
	}
	return q, -0.01, false
}

type agent struct {
	q            map[pos]*[4]float64
	alpha, gamma float64
	eps          float64
	r            *rand.Rand
}

func (a *agent) values(p pos) *[4]float64 {
	v, ok := a.q[p]
	if !ok {
		v = new([4]float64)
		a.q[p] = v
	}
	return v
}

func argmax(v *[4]float64) (best int) {
	for i, x := range v {
		if x > v[best] {
			best = i
		}
	}
	return
}

func (a *agent) episode(e env, limit int) (total float64, steps int) {
	for p, done := e.Reset(), false; !done && steps < limit; steps++ {
		v := a.values(p)
		act := argmax(v)
		if a.r.Float64() < a.eps {
			act = a.r.IntN(4)
		}
		var rew float64
		var next pos
		next, rew, done = e.Step(p, act)
		target := rew
		if !done {
			n := a.values(next)
			target += a.gamma * n[argmax(n)]
		}
		v[act] += a.alpha * (target - v[act])
		total += rew
		p = next
	}
	return
}

func main() {
	g := grid{"...#", ".#.X", "...G"}
	a := &agent{map[pos]*[4]float64{}, 0.3, 0.95, 0.2, rand.New(rand.NewPCG(4, 4))}
	for range 300 {
		a.episode(g, 200)
	}
	a.eps = 0
	total, steps := a.episode(g, 200)
	fmt.Printf("%.2f in %d steps, %d states\n", total, steps, len(a.q))
	var policy strings.Builder
	for y, row := range g {
		for x, c := range row {
			if c == '.' {
				c = []rune("→↓←↑")[argmax(a.values(pos{x, y}))]
			}
			policy.WriteRune(c)
		}
		policy.WriteByte('\n')
	}
	fmt.Print(policy.String())
	w := map[string]float64{}
	for t := range 60 {
		cues := []string{"light"}
		if t >= 30 {
			cues = append(cues, "tone")
		}
		v := 0.0
		for _, c := range cues {
			v += w[c]
		}
		for _, c := range cues {
			w[c] += 0.2 * (1 - v)
		}
	}
	fmt.Printf("light %.4f tone %.4f\n", w["light"], math.Abs(w["tone"]))
	means, counts := []float64{0.2, 0.8, 0.5}, [3]int{}
	est := [3]float64{}
	for t := range 500 {
		k := 0
		if a.r.Float64() < 0.1 || t < 3 {
			k = t % 3
		} else {
			for i := range est {
				if est[i] > est[k] {
					k = i
				}
			}
		}
		r := 0.0
		if a.r.Float64() < means[k] {
			r = 1
		}
		counts[k]++
		est[k] += (r - est[k]) / float64(counts[k])
	}
	fmt.Println(counts, counts[1] > counts[0])
}
