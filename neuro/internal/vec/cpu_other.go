//go:build !amd64

package vec

// useAVX2 is false where there is no assembly.
const useAVX2 = false
