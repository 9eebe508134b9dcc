package dataset

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
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
	f, err := open("ch2bet.bin")
	if err != nil {
		return nil, fmt.Errorf("dataset: Colin27: %w", err)
	}
	im, err := nifti.Decode(io.MultiReader(io.LimitReader(f, 352), newDifferences(f, 181, 217)), "ch2bet.nii")
	if err != nil {
		return nil, fmt.Errorf("dataset: Colin27: %w", err)
	}
	im.Name = "Colin27"
	return im, nil
}

// differences reads voxels of which make.py stored the differences from a guess that
// the voxels before them give,
//
//	guess = median(w + n - wn, w + u - wu, n + u - nu), limited to 0 ... 255
//
// where w is the voxel before along x, n along y and u along z, wn that before
// along both, and 0 outside.
type differences struct {
	r           io.Reader
	nx          int
	now, before []byte // slices across z
	left        []byte // of now, to be read
	none        []byte // a row outside
}

func newDifferences(r io.Reader, nx, ny int) *differences {
	return &differences{r: r, nx: nx, now: make([]byte, nx*ny), before: make([]byte, nx*ny), none: make([]byte, nx)}
}

func (s *differences) Read(p []byte) (int, error) {
	if len(s.left) == 0 {
		s.now, s.before = s.before, s.now
		if _, err := io.ReadFull(s.r, s.now); err != nil {
			return 0, err
		}
		north, upNorth := s.none, s.none
		for at := 0; at < len(s.now); at += s.nx {
			row, up := s.now[at:at+s.nx], s.before[at:at+s.nx]
			if !bytes.Equal(row, s.none) || !bytes.Equal(north, s.none) || !bytes.Equal(up, s.none) || !bytes.Equal(upNorth, s.none) {
				restore(row, north, up, upNorth)
			}
			north, upNorth = row, up
		}
		s.left = s.now
	}
	n := copy(p, s.left)
	s.left = s.left[n:]
	return n, nil
}

// restore turns a row of differences into voxels.
func restore(row, north, up, upNorth []byte) {
	north, up, upNorth = north[:len(row)], up[:len(row)], upNorth[:len(row)]
	w, wn, wu := 0, 0, 0
	for x, d := range row {
		n, u := int(north[x]), int(up[x])
		a, b, c := w+n-wn, w+u-wu, n+u-int(upNorth[x])
		guess := min(max(a, b), max(min(a, b), c))
		w, wn, wu = int(d+byte(min(max(guess, 0), 255))), n, u
		row[x] = byte(w)
	}
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

// Show draws the signal over time, with the events of each kind as marks below
// it, for the first ten minutes.
func (r EventRelatedRun) Show() display.Bundle {
	n := min(len(r.BOLD), int(600/r.TR))
	t := seconds(n, r.TR)
	ticks := figure.Layer{Kind: figure.Ticks, Color: "black"}
	for i, c := range r.Codes[:n] {
		if c != 0 {
			ticks.X, ticks.Y = append(ticks.X, t[i]), append(ticks.Y, float64(c))
		}
	}
	axis := figure.Axis{Label: "time", Unit: "s"}
	return (&figure.Figure{
		Title:  fmt.Sprintf("BOLD of one region, %d volumes, %d events; the first %g s", len(r.BOLD), len(r.Events), float64(n)*r.TR),
		ShareX: true,
		Panels: []figure.Panel{
			{X: axis, Y: figure.Axis{Label: "BOLD"}, Layers: []figure.Layer{{Kind: figure.Line, X: t, Y: r.BOLD[:n]}}},
			{X: axis, Y: figure.Axis{Label: "kind of event", Min: 0.4, Max: 6.6, Ticks: []float64{1, 2, 3, 4, 5, 6}}, Layers: []figure.Layer{ticks}},
		},
	}).Show()
}

func seconds(n int, tr float64) []float64 {
	t := make([]float64, n)
	for i := range t {
		t[i] = float64(i) * tr
	}
	return t
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

// Show draws the series as rows of an image, each in units of its standard
// deviation.
func (r RestingRun) Show() display.Bundle {
	z := make([][]float64, len(r.Series))
	ticks := make([]float64, len(r.Series))
	for i, s := range r.Series {
		ticks[i] = float64(i)
		mean, ss := 0.0, 0.0
		for _, v := range s {
			mean += v
		}
		mean /= float64(len(s))
		for _, v := range s {
			ss += float64((v - mean) * (v - mean))
		}
		sd := math.Sqrt(ss / float64(len(s)))
		z[i] = make([]float64, len(s))
		for t, v := range s {
			z[i][t] = (v - mean) / sd
		}
	}
	return (&figure.Figure{Title: fmt.Sprintf("Resting BOLD of %d regions", len(r.Names)), Height: 14, Panels: []figure.Panel{{
		X:        figure.Axis{Label: "time", Unit: "s"},
		Y:        figure.Axis{Ticks: ticks, Names: r.Names, Flip: true},
		ColorBar: figure.Axis{Label: "BOLD", Unit: "SD"},
		Layers: []figure.Layer{{Kind: figure.Image, Z: z, Map: "diverging", Lo: -3, Hi: 3,
			X: []float64{0, float64(len(z[0])) * r.TR}, Y: []float64{-0.5, float64(len(z)) - 0.5}}},
	}}}).Show()
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
