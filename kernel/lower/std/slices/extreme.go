package slices

import "cmp"

// Min returns the least element, NaN if there is one.
func Min[S ~[]E, E cmp.Ordered](x S) E {
	if len(x) == 0 {
		panic("slices.Min: empty list")
	}
	least := x[0]
	for _, v := range x[1:] {
		least = min(least, v)
	}
	return least
}

// Max returns the greatest element, NaN if there is one.
func Max[S ~[]E, E cmp.Ordered](x S) E {
	if len(x) == 0 {
		panic("slices.Max: empty list")
	}
	most := x[0]
	for _, v := range x[1:] {
		most = max(most, v)
	}
	return most
}

// MinFunc returns the first of the least elements by a comparison.
func MinFunc[S ~[]E, E any](x S, cmp func(a, b E) int) E {
	if len(x) == 0 {
		panic("slices.MinFunc: empty list")
	}
	least := x[0]
	for i := 1; i < len(x); i++ {
		if cmp(x[i], least) < 0 {
			least = x[i]
		}
	}
	return least
}

// MaxFunc returns the first of the greatest elements by a comparison.
func MaxFunc[S ~[]E, E any](x S, cmp func(a, b E) int) E {
	if len(x) == 0 {
		panic("slices.MaxFunc: empty list")
	}
	most := x[0]
	for i := 1; i < len(x); i++ {
		if cmp(x[i], most) > 0 {
			most = x[i]
		}
	}
	return most
}
