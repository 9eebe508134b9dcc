package symbols

import "testing"

func BenchmarkTables(b *testing.B) {
	for b.Loop() {
		Tables()
	}
}
