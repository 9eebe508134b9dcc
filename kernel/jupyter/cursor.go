package jupyter

import "unicode/utf8"

// byteOffset returns the byte at which character n of s starts. Jupyter counts
// characters as Unicode code points. Offsets outside of s come to its ends.
func byteOffset(s string, n int) int {
	if n <= 0 {
		return 0
	}
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// runeOffset returns how many characters of s lie before byte n.
func runeOffset(s string, n int) int {
	return utf8.RuneCountInString(s[:max(0, min(n, len(s)))])
}
