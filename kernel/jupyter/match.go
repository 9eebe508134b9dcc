package jupyter

// match reports whether the whole of s fits a pattern in which * stands for any
// text and ? for one character; an empty pattern fits everything.
func match(pattern, s []rune) bool {
	if len(pattern) == 0 {
		return true
	}
	p, i := 0, 0
	star, from := -1, 0 // the last * and where its text ends so far
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			from++
			p, i = star+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
