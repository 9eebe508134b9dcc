package figure

import "testing"

// The first figure, a million points and a hundred thousand markers are what
// a notebook must not wait for.
func BenchmarkShow(b *testing.B) {
	all := samples()
	for _, name := range []string{"trace", "noise", "cloud", "raster", "spectrogram", "slices", "stack"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				all[name].Show()
			}
		})
	}
}

func BenchmarkSVG(b *testing.B) {
	f := samples()["noise"]
	for b.Loop() {
		lay(f).svg()
	}
}
