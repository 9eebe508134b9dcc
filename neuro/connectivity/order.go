package connectivity

import "slices"

// Ordered returns the matrix with regions that go together side by side: in the
// order of the leaves of a tree that joins the two groups of regions with the
// largest mean weight between them, again and again (average linkage; Sokal and
// Michener 1958). Of each two groups the ends with the larger weight meet.
func (m *Connectome) Ordered() *Connectome {
	out, err := m.Take(order(m.W)...)
	if err != nil { // an order holds each region once
		panic(err)
	}
	return out
}

// order returns the leaves of the tree.
func order(w [][]float64) []int {
	n := len(w)
	groups := make([][]int, n)
	near := make([][]float64, n) // mean weight between groups
	for i := range groups {
		groups[i] = []int{i}
		near[i] = slices.Clone(w[i])
	}
	// best is the nearest of the groups after each.
	best := make([]int, n)
	seek := func(i int) {
		best[i] = -1
		for j := i + 1; j < n; j++ {
			if groups[j] != nil && (best[i] < 0 || near[i][j] > near[i][best[i]]) {
				best[i] = j
			}
		}
	}
	for i := range n {
		seek(i)
	}
	for range n - 1 {
		a := -1
		for i := range n {
			if groups[i] != nil && best[i] >= 0 && (a < 0 || near[i][best[i]] > near[a][best[a]]) {
				a = i
			}
		}
		b := best[a]
		sizeA, sizeB := float64(len(groups[a])), float64(len(groups[b]))
		groups[a] = join(w, groups[a], groups[b])
		groups[b] = nil
		for j := range n {
			if groups[j] != nil && j != a {
				v := (float64(sizeA*near[a][j]) + float64(sizeB*near[b][j])) / (sizeA + sizeB)
				near[a][j], near[j][a] = v, v
			}
		}
		for i := range n {
			switch {
			case groups[i] == nil:
			case i == a || best[i] == a || best[i] == b:
				seek(i)
			case i < a && near[i][a] > near[i][best[i]]:
				best[i] = a
			}
		}
	}
	for _, g := range groups {
		if g != nil {
			return g
		}
	}
	return nil
}

// join puts b beside a, each turned so that the ends that meet have the largest
// weight.
func join(w [][]float64, a, b []int) []int {
	first, last := func(x []int) int { return x[0] }, func(x []int) int { return x[len(x)-1] }
	ends := []struct {
		turnA, turnB bool
		weight       float64
	}{
		{false, false, w[last(a)][first(b)]}, {false, true, w[last(a)][last(b)]},
		{true, false, w[first(a)][first(b)]}, {true, true, w[first(a)][last(b)]},
	}
	best := ends[0]
	for _, e := range ends[1:] {
		if e.weight > best.weight {
			best = e
		}
	}
	out, tail := slices.Clone(a), slices.Clone(b)
	if best.turnA {
		slices.Reverse(out)
	}
	if best.turnB {
		slices.Reverse(tail)
	}
	return append(out, tail...)
}
