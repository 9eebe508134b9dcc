package main

import (
	_ "embed"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/plot"
)

//go:embed statmap.py
var statMapScript string

// statMap measures three slices of a statistical map of 4 mm over a brain of
// 1 mm, read from their files, beside nilearn's plot_stat_map in the Python at
// python. Reading the brain is part of it: ours is drawn n times, n is also
// theirs.
func statMap(python, dir string, n int) (measured, error) {
	var m measured
	brain, err := dataset.Colin27()
	if err != nil {
		return m, err
	}
	shape := []int{46, 55, 46}
	values := make([]float64, shape[0]*shape[1]*shape[2])
	for k := range values {
		x, y, z := float64(4*(k%46)-90), float64(4*(k/46%55)-126), float64(4*(k/46/55)-72)
		blob := func(cx, cy, cz, width float64) float64 {
			return math.Exp(-((x-cx)*(x-cx) + (y-cy)*(y-cy) + (z-cz)*(z-cz)) / (2 * width * width))
		}
		values[k] = 7*blob(-38, -24, 56, 9) - 5*blob(20, -56, -22, 10)
	}
	stat, err := nifti.New(shape, [4][4]float64{{4, 0, 0, -90}, {0, 4, 0, -126}, {0, 0, 4, -72}, {0, 0, 0, 1}}, values)
	if err != nil {
		return m, err
	}
	bgPath, statPath, picture := filepath.Join(dir, "brain.nii"), filepath.Join(dir, "stat.nii"), filepath.Join(dir, "stat.png")
	for path, im := range map[string]*nifti.Image{bgPath: brain, statPath: stat} {
		if err := nifti.Write(path, im); err != nil {
			return m, err
		}
	}
	draw := func() error {
		bg, err := nifti.Read(bgPath)
		if err != nil {
			return err
		}
		st, err := nifti.Read(statPath)
		if err != nil {
			return err
		}
		f, err := plot.Ortho(bg, st, 2.5)
		if err != nil {
			return err
		}
		return f.Save(picture)
	}
	var ours, theirs []float64
	for range n {
		ours = append(ours, timed(draw))
	}
	info, err := os.Stat(picture)
	if err != nil {
		return m, err
	}
	script := filepath.Join(dir, "statmap.py")
	if err := os.WriteFile(script, []byte(statMapScript), 0o644); err != nil {
		return m, err
	}
	out, err := exec.Command(python, script, bgPath, statPath, "2.5", filepath.Join(dir, "peer.png"), strconv.Itoa(n)).Output()
	if err != nil {
		return m, fmt.Errorf("%s %s: %w", python, script, err)
	}
	for _, line := range strings.Fields(string(out)) {
		ms, err := strconv.ParseFloat(line, 64)
		if err != nil {
			return m, err
		}
		theirs = append(theirs, ms)
	}
	for range n { // half of ours after theirs: the machine may have changed
		ours = append(ours, timed(draw))
	}
	return verdict(task{faster: 10}, ours, theirs, info.Size()), nil
}
