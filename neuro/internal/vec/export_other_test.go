//go:build !amd64

package vec

// UseScalar does nothing where there is no assembly.
func UseScalar(bool) {}
