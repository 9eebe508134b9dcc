// The package slices on interpreted types: sorting, searching, editing in
// place, comparing, with functions of one's own.
package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

type unit struct {
	name string
	rate float64
	id   int
}

func (u unit) String() string { return fmt.Sprintf("%s:%g", u.name, u.rate) }

func main() {
	us := []unit{{"b", 12, 0}, {"a", 3.5, 1}, {"c", 12, 2}, {"a", 40, 3}}
	byRate := slices.Clone(us)
	slices.SortStableFunc(byRate, func(x, y unit) int { return -cmp.Compare(x.rate, y.rate) })
	fmt.Println(byRate)
	slices.SortFunc(us, func(x, y unit) int {
		return cmp.Or(strings.Compare(x.name, y.name), cmp.Compare(x.rate, y.rate))
	})
	fmt.Println(us)
	i, found := slices.BinarySearchFunc(us, "b", func(u unit, s string) int { return strings.Compare(u.name, s) })
	fmt.Println(i, found)
	fmt.Println(slices.IndexFunc(us, func(u unit) bool { return u.rate > 30 }), slices.Contains(us, unit{"c", 12, 2}))
	fmt.Println(slices.MaxFunc(us, func(x, y unit) int { return cmp.Compare(x.rate, y.rate) }))
	us = slices.DeleteFunc(us, func(u unit) bool { return u.name == "a" })
	fmt.Println(us, len(us))
	xs := []int{5, 2, 8, 2, 9}
	slices.Sort(xs)
	fmt.Println(xs, slices.Compact(slices.Clone(xs)), slices.Max(xs), slices.Min(xs))
	fmt.Println(slices.BinarySearch(xs, 8))
	xs = slices.Insert(xs, 1, 100, 101)
	xs = slices.Delete(xs, 0, 1)
	fmt.Println(xs, slices.Index(xs, 8))
	slices.Reverse(xs)
	fmt.Println(xs, slices.Equal(xs, []int{9}), slices.Compare([]int{1, 2}, []int{1, 3}))
	xs = slices.Replace(xs, 0, 2, 7, 7, 7)
	fmt.Println(xs, slices.Repeat([]string{"a", "b"}, 2), slices.Concat([]int{1}, []int{2, 3}))
	fmt.Println(slices.EqualFunc([]int{1, 2}, []string{"1", "2"}, func(i int, s string) bool { return fmt.Sprint(i) == s }))
	fmt.Println(slices.Collect(slices.Values(xs[:2])), slices.Sorted(slices.Values(xs)), slices.IsSorted(xs))
	fmt.Println(len(slices.Grow([]int{1}, 10)), cap(slices.Clip(make([]int, 2, 10))))
	func() {
		defer func() { fmt.Println(recover()) }()
		fmt.Println(slices.Min([]float64{}))
	}()
}
