// Sorting by hand: quicksort, merge sort, heap sort, radix and insertion sort,
// on slices of numbers and by a function, agreeing with each other.
package main

import (
	"fmt"
	"slices"
)

type algorithm struct {
	name string
	sort func([]int)
}

func quick(a []int) {
	if len(a) < 2 {
		return
	}
	p := a[len(a)/2]
	i, j := 0, len(a)-1
	for i <= j {
		for a[i] < p {
			i++
		}
		for a[j] > p {
			j--
		}
		if i <= j {
			a[i], a[j] = a[j], a[i]
			i++
			j--
		}
	}
	quick(a[:j+1])
	quick(a[i:])
}

func merge(a []int) {
	buf := make([]int, len(a))
	var rec func(a, b []int)
	rec = func(a, b []int) {
		if len(a) < 2 {
			return
		}
		m := len(a) / 2
		rec(a[:m], b[:m])
		rec(a[m:], b[m:])
		copy(b, a)
		i, j := 0, m
		for k := range a {
			if j >= len(b) || i < m && b[i] <= b[j] {
				a[k], i = b[i], i+1
			} else {
				a[k], j = b[j], j+1
			}
		}
	}
	rec(a, buf)
}

func heapsort(a []int) {
	down := func(i, n int) {
		for {
			c := 2*i + 1
			if c >= n {
				return
			}
			if c+1 < n && a[c+1] > a[c] {
				c++
			}
			if a[i] >= a[c] {
				return
			}
			a[i], a[c] = a[c], a[i]
			i = c
		}
	}
	for i := len(a)/2 - 1; i >= 0; i-- {
		down(i, len(a))
	}
	for n := len(a) - 1; n > 0; n-- {
		a[0], a[n] = a[n], a[0]
		down(0, n)
	}
}

func radix(a []int) {
	for shift := 0; shift < 32; shift += 8 {
		var buckets [256][]int
		for _, x := range a {
			b := uint32(x)>>shift&0xff ^ map[bool]uint32{true: 0x80}[shift == 24]
			buckets[b] = append(buckets[b], x)
		}
		a = a[:0]
		for _, b := range buckets {
			a = append(a, b...)
		}
	}
}

func insertion(a []int) {
	for i, x := range a {
		j := i
		for ; j > 0 && a[j-1] > x; j-- {
			a[j] = a[j-1]
		}
		a[j] = x
	}
}

func main() {
	data := make([]int, 700)
	s := int32(7)
	for i := range data {
		s = s*1103515245 + 12345
		data[i] = int(s >> 12)
	}
	want := slices.Clone(data)
	slices.Sort(want)
	for _, alg := range []algorithm{{"quick", quick}, {"merge", merge}, {"heap", heapsort}, {"radix", radix}, {"insertion", insertion}} {
		got := slices.Clone(data)
		alg.sort(got)
		empty, one := []int{}, []int{3}
		alg.sort(empty)
		alg.sort(one)
		fmt.Println(alg.name, slices.Equal(got, want), got[:3], got[len(got)-1], len(empty), one)
	}
	fmt.Println(data[:3], want[350])
}
