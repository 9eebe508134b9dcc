package provenance_test

import (
	"runtime"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// TestCost wants work to cost processor time, and memory that was used to be in
// the peak.
func TestCost(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells it")
	}
	from, before := provenance.Processor(), provenance.PeakMemory()
	room := make([]float64, 8<<20)
	x := 1.0
	for provenance.Processor() < from+0.05 {
		for i := range room {
			x = x*0.999 + 1
			room[i] = x
		}
	}
	if got := provenance.PeakMemory(); got < before+32 {
		t.Errorf("64 MB more take the peak from %g to %g MB", before, got)
	}
}
