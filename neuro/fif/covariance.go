package fif

import (
	"errors"
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/eeg"
)

// mostVariances is how many channels a covariance may have of which the file has the
// diagonal only: the whole matrix is made of it.
const mostVariances = 4096

// ReadCovariance reads the noise covariance of a file (-cov.fif, -cov.fif.gz): full ones,
// of which files have the lower triangle, and diagonal ones.
//
// Errors: a file that is not FIFF or has no noise covariance, and one whose size does not
// fit its channels. Checked against MNE 1.13.2.
func ReadCovariance(path string) (*eeg.Covariance, error) {
	var c *eeg.Covariance
	err := within("ReadCovariance", path, func(f *file) (err error) {
		c, err = f.covariance()
		return err
	})
	return c, err
}

func (f *file) covariance() (*eeg.Covariance, error) {
	others := 0
	for _, n := range f.root.find(blockCov) {
		t, ok := n.tag(tagCovKind)
		if !ok {
			continue
		}
		kind, err := f.int(t)
		if err != nil {
			return nil, err
		}
		if kind == 1 {
			return f.noise(n)
		}
		others++
	}
	if others > 0 {
		return nil, fmt.Errorf("has %d covariances, none of them of noise", others)
	}
	return nil, errors.New("has no covariance" + f.holds())
}

// noise reads one covariance.
func (f *file) noise(n *node) (*eeg.Covariance, error) {
	c := &eeg.Covariance{}
	size := -1
	var values []float64
	for _, t := range n.tags {
		var err error
		switch t.kind {
		case tagCovSize:
			size, err = f.int(t)
		case tagCovFree:
			c.Free, err = f.int(t)
			c.Free = max(c.Free, 0)
		case tagCovMethod:
			c.Method, err = f.text(t)
		case tagRowNames:
			c.Channels, err = f.names(t)
		case tagCov, tagCovDiagonal:
			if t.form&typeMatrix != 0 {
				err = errors.New("has a sparse covariance, which is not read; full and diagonal ones are")
				break
			}
			values, err = f.floats(t)
			c.Diagonal = t.kind == tagCovDiagonal
		}
		if err != nil {
			return nil, err
		}
	}
	want := size * (size + 1) / 2
	if c.Diagonal {
		want = size
	}
	switch {
	case size < 1 || values == nil:
		return nil, errors.New("has a covariance without a size or without values")
	case size > 1<<20 || want != len(values):
		return nil, fmt.Errorf("has a covariance of %d channels with %d values", size, len(values))
	case len(c.Channels) != size:
		return nil, fmt.Errorf("has a covariance of %d channels and %d names", size, len(c.Channels))
	case c.Diagonal && size > mostVariances:
		return nil, fmt.Errorf("has variances of %d channels; up to %d are read", size, mostVariances)
	}
	c.Matrix = make([][]float64, size)
	for i := range c.Matrix {
		c.Matrix[i] = make([]float64, size)
	}
	k := 0
	for i := range c.Matrix {
		first := 0
		if c.Diagonal {
			first = i
		}
		for j := first; j <= i; j++ {
			v := values[k]
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("has a covariance of %s and %s of %g", c.Channels[i], c.Channels[j], v)
			}
			c.Matrix[i][j], c.Matrix[j][i] = v, v
			k++
		}
	}
	var err error
	if c.Projectors, err = f.projectors(n, nil); err != nil {
		return nil, err
	}
	for _, b := range n.find(blockBad) {
		if t, ok := b.tag(tagNameList); ok {
			if c.Bad, err = f.names(t); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}
