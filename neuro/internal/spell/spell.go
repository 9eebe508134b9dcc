// Package spell has what sentences for the user need: numbers of things, and how far a
// name is from the one that was meant, for the "did you mean" of errors.
package spell

import "fmt"

// Count returns a number of things, such as "1 trial" or "12 trials".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Distance returns how many letters must be changed, added or left out to make
// b of a (Levenshtein 1966).
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			change := diagonal
			if x[i] != y[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(y)]
}
