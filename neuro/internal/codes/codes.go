// Package codes numbers words: levels of a factor, keys of a table.
package codes

// Words numbers the words of lists, one list after the other, in the order in which they come
// first; words[code[i]] is word i.
func Words(lists ...[]string) (code []int32, words []string) {
	n := 0
	for _, l := range lists {
		n += len(l)
	}
	code = make([]int32, n)
	seen := map[string]int32{}
	// Words come again soon: those that came last are tried before the map.
	type place struct {
		word string
		code int32
	}
	var near [256]place
	at := 0
	for _, l := range lists {
		for _, w := range l {
			h := len(w)
			for i := len(w) - 1; i >= 0 && i >= len(w)-3; i-- {
				h = 31*h + int(w[i])
			}
			p := &near[h%256]
			if w == "" || p.word != w {
				k, ok := seen[w]
				if !ok {
					k = int32(len(words))
					seen[w] = k
					words = append(words, w)
				}
				*p = place{w, k}
			}
			code[at] = p.code
			at++
		}
	}
	return code, words
}
