//go:build !amd64

package vec

// UseScalar and UseAVX512 do nothing where there is no assembly.
func UseScalar(bool) {}

func UseAVX512(bool) bool { return false }
