package fif

import (
	"errors"
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/eeg"
)

// ReadProjectors reads the projectors of a file: of one of their own (-proj.fif), or
// those that a recording, averages or a covariance came with.
//
//	p, err := fif.ReadProjectors("s01-proj.fif")
//	clean, err := rec.Project(p)
//
// Errors: a file that is not FIFF or has none, and vectors that do not fit their channels.
// Checked against MNE 1.13.2.
func ReadProjectors(path string) (eeg.Projectors, error) {
	var p eeg.Projectors
	err := within("ReadProjectors", path, func(f *file) (err error) {
		p, err = f.projectors(f.root, nil)
		if err == nil && len(p) == 0 {
			err = errors.New("has no projectors" + f.holds())
		}
		return err
	})
	return p, err
}

// projectors reads the first group of projectors below a block. long has long names of
// channels by short ones.
func (f *file) projectors(n *node, long map[string]string) (eeg.Projectors, error) {
	groups := n.find(blockProj)
	if len(groups) == 0 {
		return nil, nil
	}
	var out eeg.Projectors
	for k, item := range groups[0].find(blockProjItem) {
		p, err := f.projector(item, long)
		if err != nil {
			return nil, fmt.Errorf("projector %d: %w", k+1, err)
		}
		out = append(out, p)
	}
	return out, nil
}

func (f *file) projector(n *node, long map[string]string) (p eeg.Projector, err error) {
	count := -1
	var name string
	for _, t := range n.tags {
		switch t.kind {
		case tagComment:
			p.Name, err = f.text(t)
		case tagName:
			name, err = f.text(t)
		case tagProjKind:
			var k int
			if k, err = f.int(t); err == nil {
				if p.Kind = map[int]string{1: "SSP", 10: "average reference"}[k]; p.Kind == "" {
					p.Kind = fmt.Sprintf("kind %d", k)
				}
			}
		case tagProjCount:
			count, err = f.int(t)
		case tagProjNames:
			p.Channels, err = f.names(t)
		case tagProjVectors:
			p.Vectors, err = f.matrix(t)
		case tagProjActive:
			var on int
			on, err = f.int(t)
			p.Active = on != 0
		case tagExplained:
			p.Explained, err = f.float(t)
		}
		if err != nil {
			return p, err
		}
	}
	if p.Name == "" {
		p.Name = name
	}
	p.Channels = renamed(p.Channels, long)
	switch {
	case p.Kind == "" || p.Vectors == nil || p.Channels == nil:
		return p, errors.New("has no kind, no vectors or no channels")
	case len(p.Vectors) == len(p.Channels) && len(p.Vectors[0]) == count && count != len(p.Channels): // stored the other way round
		t := make([][]float64, count)
		for i := range t {
			for _, row := range p.Vectors {
				t[i] = append(t[i], row[i])
			}
		}
		p.Vectors = t
	}
	if len(p.Vectors) == 0 || len(p.Vectors[0]) != len(p.Channels) {
		return p, fmt.Errorf("has vectors of other lengths than its %d channels", len(p.Channels))
	}
	return p, nil
}
