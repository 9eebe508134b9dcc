package slices

import (
	"cmp"
	"reflect"
	"sort"
	"unsafe"

	"github.com/neurorepl/neurorepl/kernel/lower/std/host"
)

// Sort sorts in ascending order, NaN first. The work is compiled code's: an
// element of an ordered type is a number or a string, whatever its name.
func Sort[S ~[]E, E cmp.Ordered](x S) {
	host.Sort(reflect.TypeFor[E]().Kind(), unsafe.Pointer(unsafe.SliceData(x)), len(x))
}

// SortFunc sorts by a comparison. Package sort makes the same decisions as the
// original does: both come from one template, so equal elements end in the
// same places, and the comparison is called with the same pairs.
func SortFunc[S ~[]E, E any](x S, cmp func(a, b E) int) {
	sort.Slice(x, func(i, j int) bool { return cmp(x[i], x[j]) < 0 })
}

// SortStableFunc sorts by a comparison and keeps the order of equal elements.
func SortStableFunc[S ~[]E, E any](x S, cmp func(a, b E) int) {
	sort.SliceStable(x, func(i, j int) bool { return cmp(x[i], x[j]) < 0 })
}

// IsSorted tells whether Sort would change nothing.
func IsSorted[S ~[]E, E cmp.Ordered](x S) bool {
	for i := len(x) - 1; i >= 1; i-- {
		if cmp.Less(x[i], x[i-1]) {
			return false
		}
	}
	return true
}

// IsSortedFunc is IsSorted with a comparison.
func IsSortedFunc[S ~[]E, E any](x S, cmp func(a, b E) int) bool {
	for i := len(x) - 1; i >= 1; i-- {
		if cmp(x[i], x[i-1]) < 0 {
			return false
		}
	}
	return true
}

// BinarySearch finds where target is in a sorted slice, or where it belongs.
func BinarySearch[S ~[]E, E cmp.Ordered](x S, target E) (int, bool) {
	// All before at come before target, none from end on.
	at, end := 0, len(x)
	for at < end {
		middle := at + (end-at)/2
		if cmp.Less(x[middle], target) {
			at = middle + 1
		} else {
			end = middle
		}
	}
	return at, at < len(x) && cmp.Compare(x[at], target) == 0
}

// BinarySearchFunc is BinarySearch with a comparison.
func BinarySearchFunc[S ~[]E, E, T any](x S, target T, cmp func(E, T) int) (int, bool) {
	at, end := 0, len(x)
	for at < end {
		middle := at + (end-at)/2
		if cmp(x[middle], target) < 0 {
			at = middle + 1
		} else {
			end = middle
		}
	}
	return at, at < len(x) && cmp(x[at], target) == 0
}
