package vendors_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/neurorepl/neurorepl/neuro/vendors"
)

// Two channels of Nicolet: a header as text, and samples of 16 bits.
func ExampleReadNicolet() {
	dir, err := os.MkdirTemp("", "nicolet")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	head := "start_ts=2015-01-01 12:00:00.000\nnum_samples=3\nsample_freq=256\nconversion_factor=0.5\nnum_channels=2\nelec_names=[CZ,EOG1]\nsample_bytes=2\n"
	os.WriteFile(filepath.Join(dir, "night.head"), []byte(head), 0o644)
	os.WriteFile(filepath.Join(dir, "night.data"), []byte{10, 0, 4, 0, 12, 0, 2, 0, 20, 0, 0, 0}, 0o644)

	rec, err := vendors.ReadNicolet(filepath.Join(dir, "night.data"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range rec.Channels {
		fmt.Println(c.Name, c.Kind, c.Unit, c.FS)
	}
	p, err := rec.Read(0, rec.Dur())
	fmt.Println(p.X, err)
	// Output:
	// CZ EEG uV 256
	// EOG1 EOG uV 256
	// [[5 6 10] [2 1 0]] <nil>
}
