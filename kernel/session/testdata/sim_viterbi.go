// The Viterbi path and the forward probability of a hidden Markov model, with
// names for its states, in logarithms, against brute force.
package main

import (
	"fmt"
	"math"
	"strings"
)

type hmm struct {
	states []string
	start  []float64
	trans  [][]float64
	emit   []map[rune]float64
}

func (m *hmm) viterbi(obs string) ([]string, float64) {
	seq := []rune(obs)
	n := len(m.states)
	score := make([][]float64, len(seq))
	back := make([][]int, len(seq))
	for t, o := range seq {
		score[t], back[t] = make([]float64, n), make([]int, n)
		for j := range n {
			best, from := math.Inf(-1), -1
			if t == 0 {
				best = math.Log(m.start[j])
			} else {
				for i := range n {
					if s := score[t-1][i] + math.Log(m.trans[i][j]); s > best {
						best, from = s, i
					}
				}
			}
			score[t][j], back[t][j] = best+math.Log(m.emit[j][o]), from
		}
	}
	last := 0
	for j, s := range score[len(seq)-1] {
		if s > score[len(seq)-1][last] {
			last = j
		}
	}
	logp := score[len(seq)-1][last]
	path := make([]string, len(seq))
	for t := len(seq) - 1; t >= 0; t-- {
		path[t] = m.states[last]
		last = back[t][last]
	}
	return path, logp
}

func (m *hmm) all(seq []rune, visit func(path []int, p float64)) {
	path := make([]int, 0, len(seq))
	var rec func(p float64)
	rec = func(p float64) {
		t := len(path)
		if t == len(seq) {
			visit(path, p)
			return
		}
		for j := range m.states {
			q := m.start[j]
			if t > 0 {
				q = m.trans[path[t-1]][j]
			}
			path = append(path, j)
			rec(p * q * m.emit[j][seq[t]])
			path = path[:t]
		}
	}
	rec(1)
}

func main() {
	m := &hmm{
		[]string{"up", "down"}, []float64{0.6, 0.4},
		[][]float64{{0.8, 0.2}, {0.3, 0.7}},
		[]map[rune]float64{{'a': 0.7, 'b': 0.2, 'c': 0.1}, {'a': 0.1, 'b': 0.3, 'c': 0.6}},
	}
	for _, obs := range []string{"aabcc", "cbabc", "ccc"} {
		path, logp := m.viterbi(obs)
		total, best := 0.0, 0.0
		var bestPath []int
		m.all([]rune(obs), func(p []int, pr float64) {
			total += pr
			if pr > best {
				best, bestPath = pr, append([]int(nil), p...)
			}
		})
		fmt.Printf("%s: %s %.8f, total %.8f, brute %v %t\n", obs, strings.Join(path, " "), math.Exp(logp), total, bestPath, math.Abs(math.Exp(logp)-best) < 1e-12)
	}
}
