package vec

import "math"

// AddBlock sets dst to x + y.
func AddBlock(dst, x, y []float64) {
	equalLengths(len(dst), len(x))
	equalLengths(len(dst), len(y))
	i := 0
	if useAVX512 {
		i = addAVX512(dst, x, y)
	} else if useAVX2 {
		i = addAVX2(dst, x, y)
	}
	for ; i < len(dst); i++ {
		dst[i] = x[i] + y[i]
	}
}

// SubBlock sets dst to x - y.
func SubBlock(dst, x, y []float64) {
	equalLengths(len(dst), len(x))
	equalLengths(len(dst), len(y))
	i := 0
	if useAVX512 {
		i = subAVX512(dst, x, y)
	} else if useAVX2 {
		i = subAVX2(dst, x, y)
	}
	for ; i < len(dst); i++ {
		dst[i] = x[i] - y[i]
	}
}

// MulBlock sets dst to x * y.
func MulBlock(dst, x, y []float64) {
	equalLengths(len(dst), len(x))
	equalLengths(len(dst), len(y))
	i := 0
	if useAVX512 {
		i = mulAVX512(dst, x, y)
	} else if useAVX2 {
		i = mulAVX2(dst, x, y)
	}
	for ; i < len(dst); i++ {
		dst[i] = x[i] * y[i]
	}
}

// DivBlock sets dst to x / y.
func DivBlock(dst, x, y []float64) {
	equalLengths(len(dst), len(x))
	equalLengths(len(dst), len(y))
	i := 0
	if useAVX512 {
		i = divAVX512(dst, x, y)
	} else if useAVX2 {
		i = divAVX2(dst, x, y)
	}
	for ; i < len(dst); i++ {
		dst[i] = x[i] / y[i]
	}
}

// AddConstBlock sets dst to x + c. For x - c, pass -c: the bits are the same.
func AddConstBlock(dst, x []float64, c float64) {
	equalLengths(len(dst), len(x))
	i := 0
	if useAVX512 {
		i = addConstAVX512(dst, x, c)
	} else if useAVX2 {
		i = addConstAVX2(dst, x, c)
	}
	for ; i < len(dst); i++ {
		dst[i] = x[i] + c
	}
}

// ConstSubBlock sets dst to c - x.
func ConstSubBlock(dst []float64, c float64, x []float64) {
	equalLengths(len(dst), len(x))
	i := 0
	if useAVX512 {
		i = constSubAVX512(dst, x, c)
	} else if useAVX2 {
		i = constSubAVX2(dst, x, c)
	}
	for ; i < len(dst); i++ {
		dst[i] = c - x[i]
	}
}

// MulConstBlock sets dst to x * c.
func MulConstBlock(dst, x []float64, c float64) {
	equalLengths(len(dst), len(x))
	i := 0
	if useAVX512 {
		i = mulConstAVX512(dst, x, c)
	} else if useAVX2 {
		i = mulConstAVX2(dst, x, c)
	}
	for ; i < len(dst); i++ {
		dst[i] = x[i] * c
	}
}

// DivConstBlock sets dst to x / c.
func DivConstBlock(dst, x []float64, c float64) {
	equalLengths(len(dst), len(x))
	i := 0
	if useAVX512 {
		i = divConstAVX512(dst, x, c)
	} else if useAVX2 {
		i = divConstAVX2(dst, x, c)
	}
	for ; i < len(dst); i++ {
		dst[i] = x[i] / c
	}
}

// ConstDivBlock sets dst to c / x.
func ConstDivBlock(dst []float64, c float64, x []float64) {
	equalLengths(len(dst), len(x))
	i := 0
	if useAVX512 {
		i = constDivAVX512(dst, x, c)
	} else if useAVX2 {
		i = constDivAVX2(dst, x, c)
	}
	for ; i < len(dst); i++ {
		dst[i] = c / x[i]
	}
}

// FMABlock sets dst to x*y + z, rounded once.
func FMABlock(dst, x, y, z []float64) {
	equalLengths(len(dst), len(x))
	equalLengths(len(dst), len(y))
	equalLengths(len(dst), len(z))
	i := 0
	if useAVX512 {
		i = fmaAVX512(dst, x, y, z)
	} else if useAVX2 {
		i = fmaAVX2(dst, x, y, z)
	}
	for ; i < len(dst); i++ {
		dst[i] = math.FMA(x[i], y[i], z[i])
	}
}

// FNMABlock sets dst to z - x*y, rounded once.
func FNMABlock(dst, x, y, z []float64) {
	equalLengths(len(dst), len(x))
	equalLengths(len(dst), len(y))
	equalLengths(len(dst), len(z))
	i := 0
	if useAVX512 {
		i = fnmaAVX512(dst, x, y, z)
	} else if useAVX2 {
		i = fnmaAVX2(dst, x, y, z)
	}
	for ; i < len(dst); i++ {
		dst[i] = math.FMA(-x[i], y[i], z[i])
	}
}

// FMSBlock sets dst to x*y - z, rounded once.
func FMSBlock(dst, x, y, z []float64) {
	equalLengths(len(dst), len(x))
	equalLengths(len(dst), len(y))
	equalLengths(len(dst), len(z))
	i := 0
	if useAVX512 {
		i = fmsAVX512(dst, x, y, z)
	} else if useAVX2 {
		i = fmsAVX2(dst, x, y, z)
	}
	for ; i < len(dst); i++ {
		dst[i] = math.FMA(x[i], y[i], -z[i])
	}
}

// FMSScaleBlock sets dst to x*a - z, rounded once.
func FMSScaleBlock(dst, x []float64, a float64, z []float64) {
	equalLengths(len(dst), len(x))
	equalLengths(len(dst), len(z))
	i := 0
	if useAVX512 {
		i = fmsScaleAVX512(dst, x, z, a)
	} else if useAVX2 {
		i = fmsScaleAVX2(dst, x, z, a)
	}
	for ; i < len(dst); i++ {
		dst[i] = math.FMA(x[i], a, -z[i])
	}
}

// FMAScaleBlock sets dst to x*a + z, rounded once.
func FMAScaleBlock(dst, x []float64, a float64, z []float64) {
	equalLengths(len(dst), len(x))
	equalLengths(len(dst), len(z))
	i := 0
	if useAVX512 {
		i = fmaScaleAVX512(dst, x, z, a)
	} else if useAVX2 {
		i = fmaScaleAVX2(dst, x, z, a)
	}
	for ; i < len(dst); i++ {
		dst[i] = math.FMA(x[i], a, z[i])
	}
}

// FMAShiftBlock sets dst to x*y + b, rounded once.
func FMAShiftBlock(dst, x, y []float64, b float64) {
	equalLengths(len(dst), len(x))
	equalLengths(len(dst), len(y))
	i := 0
	if useAVX512 {
		i = fmaShiftAVX512(dst, x, y, b)
	} else if useAVX2 {
		i = fmaShiftAVX2(dst, x, y, b)
	}
	for ; i < len(dst); i++ {
		dst[i] = math.FMA(x[i], y[i], b)
	}
}

// LinearBlock sets dst to x*a + b, rounded once.
func LinearBlock(dst, x []float64, a, b float64) {
	equalLengths(len(dst), len(x))
	i := 0
	if useAVX512 {
		i = linearAVX512(dst, x, a, b)
	} else if useAVX2 {
		i = linearAVX2(dst, x, a, b)
	}
	for ; i < len(dst); i++ {
		dst[i] = math.FMA(x[i], a, b)
	}
}

// FillBlock sets every element to c.
func FillBlock(dst []float64, c float64) {
	i := 0
	if useAVX512 {
		i = fillAVX512(dst, c)
	} else if useAVX2 {
		i = fillAVX2(dst, c)
	}
	for ; i < len(dst); i++ {
		dst[i] = c
	}
}
