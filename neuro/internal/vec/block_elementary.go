package vec

// The functions of this file let assembly go as far as it can. It stops in front
// of a group of four, or fewer at the end, with an argument that needs another
// way of computing, such as one that is not a number; those are done one at a
// time.

// ExpBlock sets dst to Exp(x).
func ExpBlock(dst, x []float64) {
	equalLengths(len(dst), len(x))
	for i := 0; i < len(dst); {
		// Results of 0 come in numbers where something has decayed.
		n := 0
		if useAVX512 {
			i += expAVX512(dst[i:], x[i:])
			next := min(i+64, len(dst))
			n = expFarAVX512(dst[i:next], x[i:next])
		} else if useAVX2 {
			i += expAVX2(dst[i:], x[i:])
			next := min(i+64, len(dst))
			n = expFarAVX2(dst[i:next], x[i:next])
		}
		if n > 0 {
			i += n
			continue
		}
		for end := min(i+4, len(dst)); i < end; i++ {
			dst[i] = Exp(x[i])
		}
	}
}

// Expm1Block sets dst to Expm1(x).
func Expm1Block(dst, x []float64) {
	equalLengths(len(dst), len(x))
	for i := 0; i < len(dst); {
		if useAVX512 {
			i += expm1AVX512(dst[i:], x[i:])
		} else if useAVX2 {
			i += expm1AVX2(dst[i:], x[i:])
		}
		for end := min(i+4, len(dst)); i < end; i++ {
			dst[i] = Expm1(x[i])
		}
	}
}

// SigmoidBlock sets dst to Sigmoid(x).
func SigmoidBlock(dst, x []float64) {
	equalLengths(len(dst), len(x))
	for i := 0; i < len(dst); {
		if useAVX512 {
			i += sigmoidAVX512(dst[i:], x[i:])
		} else if useAVX2 {
			i += sigmoidAVX2(dst[i:], x[i:])
		}
		for end := min(i+4, len(dst)); i < end; i++ {
			dst[i] = Sigmoid(x[i])
		}
	}
}

// ExprelBlock sets dst to Exprel(x).
func ExprelBlock(dst, x []float64) {
	equalLengths(len(dst), len(x))
	for i := 0; i < len(dst); {
		if useAVX512 {
			i += exprelAVX512(dst[i:], x[i:])
		} else if useAVX2 {
			i += exprelAVX2(dst[i:], x[i:])
		}
		for end := min(i+4, len(dst)); i < end; i++ {
			dst[i] = Exprel(x[i])
		}
	}
}

// LinoidBlock sets dst to Linoid(x).
func LinoidBlock(dst, x []float64) {
	equalLengths(len(dst), len(x))
	for i := 0; i < len(dst); {
		if useAVX512 {
			i += linoidAVX512(dst[i:], x[i:])
		} else if useAVX2 {
			i += linoidAVX2(dst[i:], x[i:])
		}
		for end := min(i+4, len(dst)); i < end; i++ {
			dst[i] = Linoid(x[i])
		}
	}
}

// TanhBlock sets dst to Tanh(x).
func TanhBlock(dst, x []float64) {
	equalLengths(len(dst), len(x))
	for i := 0; i < len(dst); {
		if useAVX512 {
			i += tanhAVX512(dst[i:], x[i:])
		} else if useAVX2 {
			i += tanhAVX2(dst[i:], x[i:])
		}
		for end := min(i+4, len(dst)); i < end; i++ {
			dst[i] = Tanh(x[i])
		}
	}
}

// LogBlock sets dst to Log(x).
func LogBlock(dst, x []float64) {
	equalLengths(len(dst), len(x))
	for i := 0; i < len(dst); {
		if useAVX512 {
			i += logAVX512(dst[i:], x[i:])
		} else if useAVX2 {
			i += logAVX2(dst[i:], x[i:])
		}
		for end := min(i+4, len(dst)); i < end; i++ {
			dst[i] = Log(x[i])
		}
	}
}

// PowBlock sets dst to Pow(x, y).
func PowBlock(dst, x, y []float64) {
	equalLengths(len(dst), len(x))
	equalLengths(len(dst), len(y))
	for i := 0; i < len(dst); {
		if useAVX512 {
			i += powAVX512(dst[i:], x[i:], y[i:])
		} else if useAVX2 {
			i += powAVX2(dst[i:], x[i:], y[i:])
		}
		for end := min(i+4, len(dst)); i < end; i++ {
			dst[i] = Pow(x[i], y[i])
		}
	}
}

// PowConstBlock sets dst to Pow(x, c).
func PowConstBlock(dst, x []float64, c float64) {
	equalLengths(len(dst), len(x))
	for i := 0; i < len(dst); {
		if useAVX512 {
			i += powConstAVX512(dst[i:], x[i:], c)
		} else if useAVX2 {
			i += powConstAVX2(dst[i:], x[i:], c)
		}
		for end := min(i+4, len(dst)); i < end; i++ {
			dst[i] = Pow(x[i], c)
		}
	}
}

// SinBlock sets dst to Sin(x).
func SinBlock(dst, x []float64) {
	equalLengths(len(dst), len(x))
	for i := 0; i < len(dst); {
		if useAVX512 {
			i += sinAVX512(dst[i:], x[i:])
		} else if useAVX2 {
			i += sinAVX2(dst[i:], x[i:])
		}
		for end := min(i+4, len(dst)); i < end; i++ {
			dst[i] = Sin(x[i])
		}
	}
}

// CosBlock sets dst to Cos(x).
func CosBlock(dst, x []float64) {
	equalLengths(len(dst), len(x))
	for i := 0; i < len(dst); {
		if useAVX512 {
			i += cosAVX512(dst[i:], x[i:])
		} else if useAVX2 {
			i += cosAVX2(dst[i:], x[i:])
		}
		for end := min(i+4, len(dst)); i < end; i++ {
			dst[i] = Cos(x[i])
		}
	}
}

// SincosBlock sets sin to Sin(x) and cos to Cos(x).
func SincosBlock(sin, cos, x []float64) {
	equalLengths(len(sin), len(cos))
	equalLengths(len(sin), len(x))
	for i := 0; i < len(sin); {
		if useAVX512 {
			i += sincosAVX512(sin[i:], cos[i:], x[i:])
		} else if useAVX2 {
			i += sincosAVX2(sin[i:], cos[i:], x[i:])
		}
		for end := min(i+4, len(sin)); i < end; i++ {
			sin[i], cos[i] = Sincos(x[i])
		}
	}
}

// MapBlock sets dst to f(x): the way for a function that has no block of its
// own.
func MapBlock(dst, x []float64, f func(float64) float64) {
	equalLengths(len(dst), len(x))
	for i := range dst {
		dst[i] = f(x[i])
	}
}
