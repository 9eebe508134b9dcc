package dataset_test

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/dataset"
)

func ExampleSources() {
	for _, s := range dataset.Sources() {
		fmt.Printf("%-12s %5d kB  %s\n", s.Name, (s.Bytes+1023)/1024, s.Licence)
	}
	// Output:
	// Grasshopper    463 kB  BSD-3-Clause
	// EventRelated    34 kB  BSD-3-Clause
	// Resting         30 kB  BSD-3-Clause
	// DS003          165 kB  Apache-2.0
	// HeadMotion      10 kB  Apache-2.0
	// Colin27       1299 kB  BSD-3-Clause
	// Sleepstudy       2 kB  facts, no licence needed
	// Theophylline     1 kB  facts, no licence needed
	// Puromycin        1 kB  facts, no licence needed
	// ToothGrowth      1 kB  facts, no licence needed
}

func ExampleGrasshopper() {
	r, err := dataset.Grasshopper(1)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%d spikes in %g s, %.1f Hz; sound sampled at %g Hz\n", len(r.Spikes), r.Duration/1000, float64(len(r.Spikes))/r.Duration*1000, r.FS)
	// Output:
	// 929 spikes in 10 s, 92.9 Hz; sound sampled at 20000 Hz
}

func ExampleEventRelated() {
	r, err := dataset.EventRelated()
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%d volumes, TR %g s, %d events; the first is of kind %s at %g s\n", len(r.BOLD), r.TR, len(r.Events), r.Events[0].Type, r.Events[0].Onset)
	// Output:
	// 3360 volumes, TR 2 s, 576 events; the first is of kind 4 at 2 s
}

func ExampleSleepstudy() {
	s, err := dataset.Sleepstudy()
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("subject %s: %.0f ms on day %g, %.0f ms on day %g\n", s.Subject[0], s.Reaction[0], s.Days[0], s.Reaction[9], s.Days[9])
	// Output:
	// subject 308: 250 ms on day 0, 466 ms on day 9
}
