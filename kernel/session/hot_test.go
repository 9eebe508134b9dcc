package session

import (
	"fmt"
	"testing"
)

// TestHotCells holds that machine code goes with the cells that it was made
// for.
func TestHotCells(t *testing.T) {
	b := open(t)
	before := 0
	for i := range 600 {
		b.do(t, fmt.Sprintf("sum := 0.\nfor i := range 5000 { sum += float64(i * %d) }\nfunc hot(n int) (s int) { for i := range n { s += i ^ %d }; return s }\nhot(4000)", i, i))
		if i == 200 {
			before = heap()
		}
	}
	if grown := heap() - before; grown > 6<<20 {
		t.Errorf("400 cells with hot loops left %d kB behind", grown>>10)
	}
}
