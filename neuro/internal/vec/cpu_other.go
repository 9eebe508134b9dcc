//go:build !amd64

package vec

// useAVX2 is false where there is no assembly.
const useAVX2 = false

// AVX2 reports whether blocks are done by assembly.
func AVX2() bool { return false }
