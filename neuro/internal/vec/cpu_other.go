//go:build !amd64

package vec

// useAVX2 and useAVX512 are false where there is no assembly.
const useAVX2, useAVX512 = false, false

// AVX512 reports whether blocks are done eight numbers at a time.
func AVX512() bool { return false }

// AVX2 reports whether blocks are done by assembly.
func AVX2() bool { return false }
