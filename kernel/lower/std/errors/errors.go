// Package errors has bodies for the generic functions of the standard
// library's errors, for the engine to instantiate.
package errors

import "errors"

// AsType finds the first error of a type in the tree of err.
func AsType[E error](err error) (E, bool) {
	var found, none E
	if errors.As(err, &found) {
		return found, true
	}
	return none, false // an As method may have set what it refused
}
