package fast

import (
	"testing"
	"unsafe"
)

var nothingAtAll int

// TestZeroBase wants the address of values without bytes to be that which the
// runtime gives them.
func TestZeroBase(t *testing.T) {
	s := make([][]float64, 3)
	for i := range s {
		s[i] = make([]float64, nothingAtAll)
		if got := uintptr(unsafe.Pointer(unsafe.SliceData(s[i]))); got != zeroBase {
			t.Errorf("an empty slice is at %#x, and zeroBase is %#x", got, zeroBase)
		}
	}
}
