package bids_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/neurorepl/neurorepl/neuro/bids"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// small writes a study of two subjects with a run each of 40 volumes, in which
// every third voxel answers to faces.
func small(dir string) error {
	study, err := bids.Create(dir, bids.Description{Name: "Faces"})
	if err != nil {
		return err
	}
	if _, err := study.WriteJSON(bids.Name{Task: "faces", Suffix: "bold"}, map[string]any{"TaskName": "faces", "RepetitionTime": 2.0}); err != nil {
		return err
	}
	events := []fmri.Event{{Onset: 6, Duration: 10, Type: "face"}, {Onset: 26, Duration: 10, Type: "house"}, {Onset: 46, Duration: 10, Type: "face"}}
	design, err := fmri.NewDesign(40, 2, events, fmri.DesignOptions{Drift: "none"})
	if err != nil {
		return err
	}
	for _, subject := range []string{"01", "02"} {
		values := make([]float32, 4*3*2*40)
		for t, x := range design.X {
			for v := range 24 {
				values[24*t+v] = float32(100 + v%5 + t*v%3)
				if v%3 == 0 {
					values[24*t+v] += float32(5 * x[0])
				}
			}
		}
		run, err := nifti.NewFloat32([]int{4, 3, 2, 40}, [4][4]float64{{3, 0, 0, 0}, {0, 3, 0, 0}, {0, 0, 3, 0}, {0, 0, 0, 1}}, values)
		if err != nil {
			return err
		}
		run.TR = 2
		name := bids.Name{Subject: subject, Task: "faces", Suffix: "bold"}
		if _, err := study.WriteImage(name, run, nil); err != nil {
			return err
		}
		name.Suffix = "events"
		if _, err := study.WriteEvents(name, events, nil); err != nil {
			return err
		}
	}
	return nil
}

// From a folder to a map of every run, which goes to a folder of derivatives.
func Example() {
	folder, err := os.MkdirTemp("", "bids")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	if err := small(filepath.Join(folder, "faces")); err != nil {
		fmt.Println(err)
		return
	}

	study, err := bids.Open(filepath.Join(folder, "faces"))
	fmt.Println(study, err)
	for _, p := range study.Problems() {
		fmt.Println(p)
	}
	out, err := study.Derive("glm")
	if err != nil {
		fmt.Println(err)
		return
	}
	runs, err := study.Runs(bids.Query{Task: "faces"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range runs {
		bold, _ := r.Image()
		events, _ := r.Events()
		design, _ := fmri.NewDesign(bold.Volumes(), bold.TR, events, fmri.DesignOptions{})
		fit, err := fmri.Fit(bold, nil, design, fmri.GLMOptions{})
		if err != nil {
			fmt.Println(err)
			return
		}
		faces, _ := fit.Contrast("face - house")

		n := r.Name
		n.Suffix, n.Other = "statmap", map[string]string{"contrast": "faceMinusHouse", "stat": "effect"}
		path, err := out.WriteImage(n, faces.Image("effect"), map[string]any{"Sources": []string{r.Name.String()}})
		fmt.Printf("%.1f in voxel 0: %s %v\n", faces.Effect[0], filepath.Base(path), err)
	}
	// Output:
	// Faces: 2 subjects, task faces, BIDS 1.10.0 <nil>
	// warning: has no README, which says what was done and why
	// warning: has no participants.tsv, which says who the subjects are
	// 5.0 in voxel 0: sub-01_task-faces_contrast-faceMinusHouse_stat-effect_statmap.nii.gz <nil>
	// 5.0 in voxel 0: sub-02_task-faces_contrast-faceMinusHouse_stat-effect_statmap.nii.gz <nil>
}

// What belongs to a run is found by its name.
func ExampleDataset_Find() {
	folder, err := os.MkdirTemp("", "bids")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	if err := small(folder); err != nil {
		fmt.Println(err)
		return
	}
	study, err := bids.Open(folder)
	if err != nil {
		fmt.Println(err)
		return
	}
	events, err := study.Find(bids.Query{Subject: "02", Suffix: "events", Extension: ".tsv"})
	fmt.Println(events, err)
	_, err = study.Find(bids.Query{Task: "face"})
	fmt.Println(err)
	// Output:
	// [sub-02_task-faces_events.tsv] <nil>
	// bids: Find: no file of Faces has task-face; task is one of faces
}

// Confounds of fMRIPrep in groups, without the volumes in which the head moved.
func ExampleRun_Denoise() {
	folder, err := os.MkdirTemp("", "bids")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "sub-01_task-rest_desc-confounds_timeseries.tsv")
	text := "csf\twhite_matter\ttrans_x\ttrans_y\ttrans_z\trot_x\trot_y\trot_z\tframewise_displacement\tstd_dvars\n"
	for t := range 20 {
		fd := "0.1"
		switch t {
		case 0:
			fd = "n/a"
		case 12:
			fd = "0.8"
		}
		text += fmt.Sprintf("%d\t%d\t%d\t0\t1\t0\t0\t1\t%s\t1.1\n", t%3, t%4, t%5, fd)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		fmt.Println(err)
		return
	}
	run := &bids.Run{ConfoundsPath: path} // Dataset.Runs finds it
	c, err := run.Denoise(bids.Strategy{Motion: "basic", Scrub: true, FD: 0.5})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Names)
	for t, keep := range c.Keep {
		if !keep {
			fmt.Println("left out: volume", t)
		}
	}
	// Output:
	// [csf rot_x rot_y rot_z trans_x trans_y trans_z white_matter]
	// left out: volume 12
}
