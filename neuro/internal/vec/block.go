package vec

//go:generate go -C asm run .

// equalLengths panics when a slice is not as long as dst.
func equalLengths(dst, n int) {
	if n != dst {
		panic("vec: the slices of a block operation have different lengths")
	}
}
