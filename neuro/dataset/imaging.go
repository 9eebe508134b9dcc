package dataset

import (
	"fmt"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// DS003 returns a BOLD run of the OpenfMRI study ds003, in which people judged
// whether words rhyme, and its brain mask: 16 x 16 x 9 voxels of 12.5 x 12.5 x
// 16 mm, 20 volumes 2 s apart, motion-corrected and downsampled. The files do
// not say where in space the head is; the affine is that of voxel sizes alone.
func DS003() (run, mask *nifti.Image, err error) {
	if run, err = image("ds003_sub-01_mc.nii.gz"); err != nil {
		return nil, nil, fmt.Errorf("dataset: DS003: %w", err)
	}
	if mask, err = image("ds003_sub-01_mc_brainmask.nii.gz"); err != nil {
		return nil, nil, fmt.Errorf("dataset: DS003: %w", err)
	}
	mask.Label = "mask"
	return run, mask, nil
}

// Colin27 returns the T1-weighted brain of one person, the average of 27 scans
// in MNI space, with the skull removed: 181 x 217 x 181 voxels of 1 mm. It
// serves as the anatomy under statistical maps.
func Colin27() (*nifti.Image, error) {
	im, err := image("ch2bet.nii.gz")
	if err != nil {
		return nil, fmt.Errorf("dataset: Colin27: %w", err)
	}
	im.Name = "Colin27"
	return im, nil
}

// An EventRelatedRun is the BOLD signal of one region while events took place.
type EventRelatedRun struct {
	BOLD   []float64    // one value per volume; the file states no unit
	Codes  []int        // one per volume: 0 or the kind of event, 1 to 6
	Events []fmri.Event // the same events as a list; the file has no durations, they are 0
	TR     float64      `unit:"s"` // time between volumes, s
}

// EventRelated returns the BOLD signal of one region over 3,360 volumes 2 s
// apart, and 576 events of six kinds, which fall on volumes.
func EventRelated() (*EventRelatedRun, error) {
	cols, _, err := columns("event_related_fmri.csv")
	if err != nil {
		return nil, fmt.Errorf("dataset: EventRelated: %w", err)
	}
	r := &EventRelatedRun{TR: 2}
	if r.BOLD, err = numbers(cols["bold"]); err != nil {
		return nil, fmt.Errorf("dataset: EventRelated: %w", err)
	}
	codes, err := numbers(cols["events"])
	if err != nil {
		return nil, fmt.Errorf("dataset: EventRelated: %w", err)
	}
	r.Codes = make([]int, len(codes))
	for t, c := range codes {
		r.Codes[t] = int(c)
		if c != 0 {
			r.Events = append(r.Events, fmri.Event{Onset: float64(t) * r.TR, Type: fmt.Sprint(int(c))})
		}
	}
	return r, nil
}

// A RestingRun is the BOLD signal of several regions at rest.
type RestingRun struct {
	Names  []string    // regions: L and R for the side, and an abbreviation
	Series [][]float64 // [region][volume]; the file states no unit
	TR     float64     `unit:"s"` // time between volumes, s
}

// Resting returns the BOLD signal of 31 regions over 250 volumes 1.89 s apart:
// white matter (WM), ventricles (Vent), whole brain (Brain) and 28 regions of
// both hemispheres, in the order of the file. The first three are in the
// scanner's units, the others as deviations.
func Resting() (*RestingRun, error) {
	cols, names, err := columns("fmri_timeseries.csv")
	if err != nil {
		return nil, fmt.Errorf("dataset: Resting: %w", err)
	}
	r := &RestingRun{Names: names, TR: 1.89}
	for _, name := range names {
		v, err := numbers(cols[name])
		if err != nil {
			return nil, fmt.Errorf("dataset: Resting: %w", err)
		}
		r.Series = append(r.Series, v)
	}
	return r, nil
}

// HeadMotion returns the head motion that FSL's mcflirt found over 365 volumes,
// in the order of [fmri.Motion] (translations in mm, rotations in rad), and the
// framewise displacement (mm) that FSL's fsl_motion_outliers computed from it:
// 364 values, as FSL leaves out the first volume.
func HeadMotion() (p [][]float64, fd []float64, err error) {
	text, err := content("fsl_mcflirt_movpar.txt")
	if err != nil {
		return nil, nil, fmt.Errorf("dataset: HeadMotion: %w", err)
	}
	if p, err = fmri.ParseMotion(string(text), "fsl"); err != nil {
		return nil, nil, fmt.Errorf("dataset: HeadMotion: %w", err)
	}
	if text, err = content("fsl_motion_outliers_fd.txt"); err != nil {
		return nil, nil, fmt.Errorf("dataset: HeadMotion: %w", err)
	}
	if fd, err = numbers(strings.Fields(string(text))); err != nil {
		return nil, nil, fmt.Errorf("dataset: HeadMotion: %w", err)
	}
	return p, fd, nil
}
