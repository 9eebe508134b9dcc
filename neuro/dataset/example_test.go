package dataset_test

import (
	"fmt"
	"strings"

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
	// Colin27        865 kB  BSD-3-Clause
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

func ExampleList() {
	fmt.Println(dataset.List().Rows(), "data sets")
	// Output:
	// 10 data sets
}

func ExampleLicense() {
	text, err := dataset.License("Grasshopper")
	fmt.Println(strings.SplitN(text, "\n", 2)[0], err)
	// Output:
	// Copyright (c) 2006-2011, NIPY Developers <nil>
}

func ExampleDS003() {
	run, mask, err := dataset.DS003()
	fmt.Println(run)
	fmt.Println(mask)
	fmt.Println(err)
	// Output:
	// ds003_sub-01_mc: 16 x 16 x 9 x 20 voxels of 12.5 x 12.5 x 16 mm, float32, TR 2 s; 1 warning: see Problems
	// ds003_sub-01_mc_brainmask: 16 x 16 x 9 voxels of 12.5 x 12.5 x 16 mm, int16; 1 warning: see Problems
	// <nil>
}

func ExampleColin27() {
	brain, err := dataset.Colin27()
	fmt.Println(brain, err)
	// Output:
	// Colin27: 181 x 217 x 181 voxels of 1 x 1 x 1 mm, uint8 <nil>
}

func ExampleResting() {
	r, err := dataset.Resting()
	fmt.Println(len(r.Series), "regions,", len(r.Series[0]), "volumes, TR", r.TR, "s:", r.Names[3:6], err)
	// Output:
	// 31 regions, 250 volumes, TR 1.89 s: [LCau LPut LThal] <nil>
}

func ExampleHeadMotion() {
	p, fd, err := dataset.HeadMotion()
	fmt.Printf("%d volumes, %d displacements, the first %.3f mm, %v\n", len(p), len(fd), fd[0], err)
	// Output:
	// 365 volumes, 364 displacements, the first 0.092 mm, <nil>
}

func ExampleTheophylline() {
	t, err := dataset.Theophylline()
	fmt.Println(t.Rows(), "rows;", t.Cols[4].Name, "in", t.Cols[4].Unit, err)
	// Output:
	// 132 rows; conc in mg/L <nil>
}

func ExamplePuromycin() {
	t, err := dataset.Puromycin()
	fmt.Println(t.Rows(), "rows;", t.Cols[1].Num[:4], err)
	// Output:
	// 23 rows; [76 47 97 107] <nil>
}

func ExampleToothGrowth() {
	t, err := dataset.ToothGrowth()
	fmt.Println(t.Rows(), "rows;", t.Cols[2].Num[:3], err)
	// Output:
	// 60 rows; [0.5 0.5 0.5] <nil>
}
