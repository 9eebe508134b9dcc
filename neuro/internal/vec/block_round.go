package vec

import "math"

// NegBlock sets dst to -x.
func NegBlock(dst, x []float64) {
	equalLengths(len(dst), len(x))
	i := 0
	if useAVX512 {
		i = negAVX512(dst, x)
	} else if useAVX2 {
		i = negAVX2(dst, x)
	}
	for ; i < len(dst); i++ {
		dst[i] = -x[i]
	}
}

// AbsBlock sets dst to |x|.
func AbsBlock(dst, x []float64) {
	equalLengths(len(dst), len(x))
	i := 0
	if useAVX512 {
		i = absAVX512(dst, x)
	} else if useAVX2 {
		i = absAVX2(dst, x)
	}
	for ; i < len(dst); i++ {
		dst[i] = math.Abs(x[i])
	}
}

// Sign returns 1 for positive x, -1 for negative x, and x itself where it is
// zero or NaN.
func Sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

// SignBlock sets dst to Sign(x).
func SignBlock(dst, x []float64) {
	equalLengths(len(dst), len(x))
	i := 0
	if useAVX512 {
		i = signAVX512(dst, x)
	} else if useAVX2 {
		i = signAVX2(dst, x)
	}
	for ; i < len(dst); i++ {
		dst[i] = Sign(x[i])
	}
}

// SqrtBlock sets dst to the square root of x.
func SqrtBlock(dst, x []float64) {
	equalLengths(len(dst), len(x))
	i := 0
	if useAVX512 {
		i = sqrtAVX512(dst, x)
	} else if useAVX2 {
		i = sqrtAVX2(dst, x)
	}
	for ; i < len(dst); i++ {
		dst[i] = math.Sqrt(x[i])
	}
}

// FloorBlock sets dst to the largest integer that is at most x.
func FloorBlock(dst, x []float64) {
	equalLengths(len(dst), len(x))
	i := 0
	if useAVX512 {
		i = floorAVX512(dst, x)
	} else if useAVX2 {
		i = floorAVX2(dst, x)
	}
	for ; i < len(dst); i++ {
		dst[i] = math.Floor(x[i])
	}
}

// CeilBlock sets dst to the smallest integer that is at least x.
func CeilBlock(dst, x []float64) {
	equalLengths(len(dst), len(x))
	i := 0
	if useAVX512 {
		i = ceilAVX512(dst, x)
	} else if useAVX2 {
		i = ceilAVX2(dst, x)
	}
	for ; i < len(dst); i++ {
		dst[i] = math.Ceil(x[i])
	}
}

// MinBlock sets dst to the smaller of x and y, as Go's min: NaN when one is NaN,
// and -0 below 0.
func MinBlock(dst, x, y []float64) {
	equalLengths(len(dst), len(x))
	equalLengths(len(dst), len(y))
	i := 0
	if useAVX512 {
		i = minAVX512(dst, x, y)
	} else if useAVX2 {
		i = minAVX2(dst, x, y)
	}
	for ; i < len(dst); i++ {
		dst[i] = min(x[i], y[i])
	}
}

// MaxBlock sets dst to the larger of x and y, as Go's max: NaN when one is NaN,
// and 0 above -0.
func MaxBlock(dst, x, y []float64) {
	equalLengths(len(dst), len(x))
	equalLengths(len(dst), len(y))
	i := 0
	if useAVX512 {
		i = maxAVX512(dst, x, y)
	} else if useAVX2 {
		i = maxAVX2(dst, x, y)
	}
	for ; i < len(dst); i++ {
		dst[i] = max(x[i], y[i])
	}
}

// MinConstBlock sets dst to min(x, c).
func MinConstBlock(dst, x []float64, c float64) {
	equalLengths(len(dst), len(x))
	i := 0
	if useAVX512 {
		i = minConstAVX512(dst, x, c)
	} else if useAVX2 {
		i = minConstAVX2(dst, x, c)
	}
	for ; i < len(dst); i++ {
		dst[i] = min(x[i], c)
	}
}

// MaxConstBlock sets dst to max(x, c).
func MaxConstBlock(dst, x []float64, c float64) {
	equalLengths(len(dst), len(x))
	i := 0
	if useAVX512 {
		i = maxConstAVX512(dst, x, c)
	} else if useAVX2 {
		i = maxConstAVX2(dst, x, c)
	}
	for ; i < len(dst); i++ {
		dst[i] = max(x[i], c)
	}
}

// Clip returns lo where x is below it, hi where the result is above that, and
// else x, also where x is NaN.
func Clip(x, lo, hi float64) float64 {
	if lo > x {
		x = lo
	}
	if hi < x {
		x = hi
	}
	return x
}

// ClipBlock sets dst to Clip(x, lo, hi).
func ClipBlock(dst, x []float64, lo, hi float64) {
	equalLengths(len(dst), len(x))
	i := 0
	if useAVX512 {
		i = clipAVX512(dst, x, lo, hi)
	} else if useAVX2 {
		i = clipAVX2(dst, x, lo, hi)
	}
	for ; i < len(dst); i++ {
		dst[i] = Clip(x[i], lo, hi)
	}
}
