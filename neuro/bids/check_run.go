package bids

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// A sheet is a table as text.
type sheet struct {
	names []string
	rows  [][]string
	err   error
}

// largest is how many bytes of a table are looked at.
const largest = 1 << 28

func readSheet(path string) (sheet, error) {
	f, err := os.Open(path)
	if err != nil {
		return sheet{}, files.Plain(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, largest))
	if err != nil {
		return sheet{}, files.Plain(err)
	}
	return parseSheet(string(clean(data)))
}

// parseSheet reads lines of values between tabs, the first of which are names.
func parseSheet(text string) (sheet, error) {
	var s sheet
	line := 0
	for row := range strings.Lines(text) {
		line++
		row = strings.TrimRight(row, "\r\n")
		if strings.TrimSpace(row) == "" {
			continue
		}
		fields := strings.Split(row, "\t")
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		if s.names == nil {
			s.names = fields
			for i, n := range fields {
				if slices.Contains(fields[:i], n) {
					return s, fmt.Errorf("has the column %q twice", n)
				}
			}
			continue
		}
		if len(fields) != len(s.names) {
			return s, fmt.Errorf("line %d has %s and the first %d (separated by tabs)", line, spell.Count(len(fields), "column"), len(s.names))
		}
		s.rows = append(s.rows, fields)
	}
	if s.names == nil {
		return s, errors.New("is empty; the first line names the columns")
	}
	return s, nil
}

// sheet returns a table, which is read once.
func (c *checker) sheet(path string) sheet {
	s, ok := c.rows[path]
	if !ok {
		s, s.err = readSheet(path)
		s.rows = s.rows[:len(s.rows):len(s.rows)]
		c.rows[path] = s
	}
	return s
}

// run checks a functional image and what belongs to it.
func (c *checker) run(f File) {
	r, err := c.Dataset.run(f)
	if err != nil {
		return // told of the JSON file
	}
	im := c.image(f)
	if im != nil && im.Volumes() < 2 && f.Suffix == "bold" {
		c.error(f.Path, "has a single volume; a functional run has several")
		im = nil
	}
	c.sidecarOf(f, r, im)
	duration := math.NaN()
	if im != nil {
		tr := r.TR
		if tr == 0 {
			tr = im.TR
		}
		if tr > 0 {
			duration = tr * float64(im.Volumes())
		}
	}
	if c.raw(f) {
		c.events(f, r, duration)
	}
	if r.ConfoundsPath != "" && im != nil {
		if s := c.sheet(r.ConfoundsPath); s.err != nil {
			c.error(r.ConfoundsPath, "%v", s.err)
		} else if len(s.rows) != im.Volumes() {
			c.error(r.ConfoundsPath, "has %d rows and its run %d volumes", len(s.rows), im.Volumes())
		}
	}
}

// image returns the image of a run without its voxels, nil when it has none.
func (c *checker) image(f File) *nifti.Image {
	info, err := os.Stat(f.Path)
	if err != nil {
		if link, e := os.Readlink(f.Path); e == nil {
			c.warn(f.Path, "is a link to a file that is not there (%s); data sets from DataLad are fetched with git annex get", kindOf(link))
			return nil
		}
		c.error(f.Path, "%v", files.Plain(err))
		return nil
	}
	if info.Size() == 0 {
		c.error(f.Path, "is empty")
		return nil
	}
	im, err := nifti.ReadWith(f.Path, nifti.ReadOptions{Memory: 1})
	if err != nil {
		text := err.Error()
		if _, after, ok := strings.Cut(text, f.Path+": "); ok {
			text = after
		}
		c.error(f.Path, "%s", text)
		return nil
	}
	return im
}

func kindOf(link string) string {
	if strings.Contains(filepath.ToSlash(link), ".git/annex/") {
		return "an annex object"
	}
	return link
}

// sidecarOf checks what the sidecar of a run says.
func (c *checker) sidecarOf(f File, r *Run, im *nifti.Image) {
	if len(r.Sidecar.Files) == 0 {
		if c.raw(f) {
			c.error(f.Path, "has no sidecar: no JSON file beside or above it applies")
		}
		return
	}
	raw, given := r.Sidecar.Values["RepetitionTime"]
	_, sparse := r.Sidecar.Values["VolumeTiming"]
	switch tr, number := raw.(float64); {
	case !given && c.raw(f) && !sparse:
		c.error(f.Path, "its sidecar has no RepetitionTime")
	case given && !number:
		c.error(f.Path, "its sidecar has RepetitionTime %v; it must be a number of s", raw)
	case given && !(tr > 0):
		c.error(f.Path, "its sidecar has RepetitionTime %g s; it must be above 0", tr)
	case given && tr > 100:
		c.error(f.Path, "its sidecar has RepetitionTime %g s, which is probably in ms; BIDS has s", tr)
	case given && im != nil && im.TR > 0 && !close(im.TR, tr):
		c.error(f.Path, "its header has a TR of %.6g s and its sidecar %.6g s", im.TR, tr)
	case given && im != nil && im.TR == 0:
		c.warn(f.Path, "its header has no TR; its sidecar has %.6g s", tr)
	}
	if name, _ := r.Sidecar.Text("TaskName"); name == "" && c.raw(f) {
		c.error(f.Path, "its sidecar has no TaskName")
	}
	if v, ok := r.Sidecar.Values["SliceTiming"]; ok && r.SliceTiming == nil {
		if list, isList := v.([]any); !isList || len(list) > 0 {
			c.error(f.Path, "its sidecar has a SliceTiming that is not a list of numbers")
		}
	}
	if n := len(r.SliceTiming); n > 0 && c.raw(f) {
		if im != nil {
			if nx, ny, nz := im.Grid(); n != nz && n != nx && n != ny {
				c.error(f.Path, "its sidecar has %d slice times and the image %d slices", n, nz)
			}
		}
		for _, t := range r.SliceTiming {
			if t < 0 || r.TR > 0 && t > r.TR+1e-3 {
				c.error(f.Path, "its sidecar has a slice time of %g s; they are between 0 and the RepetitionTime (%g s)", t, r.TR)
				break
			}
		}
	}
}

// events checks the events of a run that takes duration s, NaN when unknown.
func (c *checker) events(f File, r *Run, duration float64) {
	if r.EventsPath == "" {
		if !strings.HasPrefix(strings.ToLower(f.Task), "rest") {
			c.warn(f.Path, "has no events.tsv; only runs at rest need none")
		}
		return
	}
	if info, err := os.Stat(r.EventsPath); err == nil && info.Size() == 0 {
		c.error(r.EventsPath, "is empty; the first line names the columns")
		return
	}
	events, err := fmri.ReadEvents(r.EventsPath)
	if err != nil {
		text := err.Error()
		if _, after, ok := strings.Cut(text, r.EventsPath+": "); ok {
			text = after
		}
		if strings.HasPrefix(text, "holds no event") {
			c.warn(r.EventsPath, "%s", text)
		} else {
			c.error(r.EventsPath, "%s", text)
		}
		return
	}
	late, over, disorder := 0, 0, false
	for i, e := range events {
		if e.Onset >= duration {
			late++
		} else if e.Onset+e.Duration > duration+1e-3 {
			over++
		}
		disorder = disorder || i > 0 && e.Onset < events[i-1].Onset
	}
	if late > 0 {
		c.error(r.EventsPath, "%d of %s start after the end of the run (%.6g s), the last at %.6g s", late, spell.Count(len(events), "event"), duration, slices.MaxFunc(events, func(a, b fmri.Event) int {
			switch {
			case a.Onset < b.Onset:
				return -1
			case a.Onset > b.Onset:
				return 1
			}
			return 0
		}).Onset)
	}
	if over > 0 {
		c.warn(r.EventsPath, "%d of %s last beyond the end of the run (%.6g s)", over, spell.Count(len(events), "event"), duration)
	}
	if disorder {
		c.warn(r.EventsPath, "its events are not in the order of their onsets")
	}
}
