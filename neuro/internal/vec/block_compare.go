package vec

// The comparisons of this file set a mask of the block's length to the elements
// for which they hold, by the rules of Go: one with NaN holds for "not equal"
// only.

// LessBlock sets m to x < y.
func LessBlock(m Mask, x, y []float64) {
	equalLengths(len(x), len(y))
	equalLengths((len(x)+63)/64, len(m))
	i := 0
	if useAVX512 {
		i = lessAVX512(m, x, y)
	} else if useAVX2 {
		i = lessAVX2(m, x, y)
	}
	clear(m[i>>6:])
	for ; i < len(x); i++ {
		if x[i] < y[i] {
			m.Set(i)
		}
	}
}

// LessEqualBlock sets m to x <= y.
func LessEqualBlock(m Mask, x, y []float64) {
	equalLengths(len(x), len(y))
	equalLengths((len(x)+63)/64, len(m))
	i := 0
	if useAVX512 {
		i = lessEqualAVX512(m, x, y)
	} else if useAVX2 {
		i = lessEqualAVX2(m, x, y)
	}
	clear(m[i>>6:])
	for ; i < len(x); i++ {
		if x[i] <= y[i] {
			m.Set(i)
		}
	}
}

// EqualBlock sets m to x == y. Not makes x != y of it.
func EqualBlock(m Mask, x, y []float64) {
	equalLengths(len(x), len(y))
	equalLengths((len(x)+63)/64, len(m))
	i := 0
	if useAVX512 {
		i = equalAVX512(m, x, y)
	} else if useAVX2 {
		i = equalAVX2(m, x, y)
	}
	clear(m[i>>6:])
	for ; i < len(x); i++ {
		if x[i] == y[i] {
			m.Set(i)
		}
	}
}

// LessConstBlock sets m to x < c.
func LessConstBlock(m Mask, x []float64, c float64) {
	equalLengths((len(x)+63)/64, len(m))
	i := 0
	if useAVX512 {
		i = lessConstAVX512(m, x, c)
	} else if useAVX2 {
		i = lessConstAVX2(m, x, c)
	}
	clear(m[i>>6:])
	for ; i < len(x); i++ {
		if x[i] < c {
			m.Set(i)
		}
	}
}

// LessEqualConstBlock sets m to x <= c.
func LessEqualConstBlock(m Mask, x []float64, c float64) {
	equalLengths((len(x)+63)/64, len(m))
	i := 0
	if useAVX512 {
		i = lessEqualConstAVX512(m, x, c)
	} else if useAVX2 {
		i = lessEqualConstAVX2(m, x, c)
	}
	clear(m[i>>6:])
	for ; i < len(x); i++ {
		if x[i] <= c {
			m.Set(i)
		}
	}
}

// GreaterConstBlock sets m to x > c.
func GreaterConstBlock(m Mask, x []float64, c float64) {
	equalLengths((len(x)+63)/64, len(m))
	i := 0
	if useAVX512 {
		i = greaterConstAVX512(m, x, c)
	} else if useAVX2 {
		i = greaterConstAVX2(m, x, c)
	}
	clear(m[i>>6:])
	for ; i < len(x); i++ {
		if x[i] > c {
			m.Set(i)
		}
	}
}

// GreaterEqualConstBlock sets m to x >= c.
func GreaterEqualConstBlock(m Mask, x []float64, c float64) {
	equalLengths((len(x)+63)/64, len(m))
	i := 0
	if useAVX512 {
		i = greaterEqualConstAVX512(m, x, c)
	} else if useAVX2 {
		i = greaterEqualConstAVX2(m, x, c)
	}
	clear(m[i>>6:])
	for ; i < len(x); i++ {
		if x[i] >= c {
			m.Set(i)
		}
	}
}

// EqualConstBlock sets m to x == c.
func EqualConstBlock(m Mask, x []float64, c float64) {
	equalLengths((len(x)+63)/64, len(m))
	i := 0
	if useAVX512 {
		i = equalConstAVX512(m, x, c)
	} else if useAVX2 {
		i = equalConstAVX2(m, x, c)
	}
	clear(m[i>>6:])
	for ; i < len(x); i++ {
		if x[i] == c {
			m.Set(i)
		}
	}
}

// SelectBlock sets dst to x where m is set and to y elsewhere.
func SelectBlock(dst []float64, m Mask, x, y []float64) {
	equalLengths(len(dst), len(x))
	equalLengths(len(dst), len(y))
	equalLengths((len(dst)+63)/64, len(m))
	i := 0
	if useAVX512 {
		i = selectAVX512(dst, m, x, y)
	} else if useAVX2 {
		i = selectAVX2(dst, m, x, y)
	}
	for ; i < len(dst); i++ {
		v := y[i]
		if m.Get(i) {
			v = x[i]
		}
		dst[i] = v
	}
}

// SelectConstBlock sets dst to c where m is set and to y elsewhere.
func SelectConstBlock(dst []float64, m Mask, c float64, y []float64) {
	equalLengths(len(dst), len(y))
	equalLengths((len(dst)+63)/64, len(m))
	i := 0
	if useAVX512 {
		i = selectConstAVX512(dst, m, c, y)
	} else if useAVX2 {
		i = selectConstAVX2(dst, m, c, y)
	}
	for ; i < len(dst); i++ {
		v := y[i]
		if m.Get(i) {
			v = c
		}
		dst[i] = v
	}
}

// SelectElseConstBlock sets dst to x where m is set and to c elsewhere.
func SelectElseConstBlock(dst []float64, m Mask, x []float64, c float64) {
	equalLengths(len(dst), len(x))
	equalLengths((len(dst)+63)/64, len(m))
	i := 0
	if useAVX512 {
		i = selectElseConstAVX512(dst, m, x, c)
	} else if useAVX2 {
		i = selectElseConstAVX2(dst, m, x, c)
	}
	for ; i < len(dst); i++ {
		v := c
		if m.Get(i) {
			v = x[i]
		}
		dst[i] = v
	}
}

// SelectConstsBlock sets dst to a where m is set and to b elsewhere; 1 and 0
// make numbers of truth values.
func SelectConstsBlock(dst []float64, m Mask, a, b float64) {
	equalLengths((len(dst)+63)/64, len(m))
	i := 0
	if useAVX512 {
		i = selectConstsAVX512(dst, m, a, b)
	} else if useAVX2 {
		i = selectConstsAVX2(dst, m, a, b)
	}
	for ; i < len(dst); i++ {
		v := b
		if m.Get(i) {
			v = a
		}
		dst[i] = v
	}
}
