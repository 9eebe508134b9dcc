// Dynamic programming: alignment of two sequences with a traceback, edit
// distance, knapsack, coin change with a memo, longest increasing subsequence.
package main

import (
	"fmt"
	"slices"
	"sort"
)

func align(a, b string, match, mismatch, gap int) (int, string, string) {
	s := make([][]int, len(a)+1)
	for i := range s {
		s[i] = make([]int, len(b)+1)
		s[i][0] = i * gap
	}
	for j := range s[0] {
		s[0][j] = j * gap
	}
	score := func(i, j int) int {
		if a[i-1] == b[j-1] {
			return match
		}
		return mismatch
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			s[i][j] = max(s[i-1][j-1]+score(i, j), s[i-1][j]+gap, s[i][j-1]+gap)
		}
	}
	var x, y []byte
	for i, j := len(a), len(b); i > 0 || j > 0; {
		switch {
		case i > 0 && j > 0 && s[i][j] == s[i-1][j-1]+score(i, j):
			i, j = i-1, j-1
			x, y = append(x, a[i]), append(y, b[j])
		case i > 0 && s[i][j] == s[i-1][j]+gap:
			i--
			x, y = append(x, a[i]), append(y, '-')
		default:
			j--
			x, y = append(x, '-'), append(y, b[j])
		}
	}
	slices.Reverse(x)
	slices.Reverse(y)
	return s[len(a)][len(b)], string(x), string(y)
}

func edit(a, b []rune) int {
	prev := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i, x := range a {
		cur := []int{i + 1}
		for j, y := range b {
			cost := 1
			if x == y {
				cost = 0
			}
			cur = append(cur, min(prev[j]+cost, prev[j+1]+1, cur[j]+1))
		}
		prev = cur
	}
	return prev[len(b)]
}

type thing struct {
	name          string
	weight, value int
}

func knapsack(things []thing, room int) (int, []string) {
	type cell struct {
		value int
		names []string
	}
	best := make([]cell, room+1)
	for _, t := range things {
		for w := room; w >= t.weight; w-- {
			if c := best[w-t.weight]; c.value+t.value > best[w].value {
				best[w] = cell{c.value + t.value, append(c.names[:len(c.names):len(c.names)], t.name)}
			}
		}
	}
	return best[room].value, best[room].names
}

func change(coins []int, sum int) int {
	type key struct{ i, left int }
	memo := map[key]int{}
	var rec func(k key) int
	rec = func(k key) int {
		if k.left == 0 {
			return 1
		}
		if k.left < 0 || k.i == len(coins) {
			return 0
		}
		if v, ok := memo[k]; ok {
			return v
		}
		memo[k] = rec(key{k.i, k.left - coins[k.i]}) + rec(key{k.i + 1, k.left})
		return memo[k]
	}
	return rec(key{0, sum})
}

func lis(xs []int) (tails []int) {
	for _, x := range xs {
		i := sort.SearchInts(tails, x)
		if i == len(tails) {
			tails = append(tails, x)
		} else {
			tails[i] = x
		}
	}
	return
}

func main() {
	fmt.Println(align("GATTACA", "GCATGCA", 1, -1, -1))
	fmt.Println(align("", "AC", 1, -1, -2))
	fmt.Println(edit([]rune("kitten"), []rune("sitting")), edit([]rune("né"), []rune("nee")), edit(nil, []rune("abc")))
	fmt.Println(knapsack([]thing{{"a", 3, 4}, {"b", 4, 5}, {"c", 2, 3}, {"d", 5, 8}}, 9))
	fmt.Println(change([]int{1, 2, 5, 10, 20, 50}, 200))
	fmt.Println(len(lis([]int{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9})))
}
