package decode

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
)

// A Similarity holds the correlations between the patterns that classes evoke in
// two halves of the data.
type Similarity struct {
	Classes []int // the labels, ascending
	// R is [class in the first half][class in the second half].
	R [][]float64
	// Within is the mean correlation of a class with itself, Between that of
	// different classes.
	Within, Between float64
	// Identified is the share of comparisons in which the correlation of a class
	// with itself is larger than with another class: 0.5 by chance. IdentifiedOf
	// is that of each class.
	Identified   float64
	IdentifiedOf []float64
	// Names, where set, label the figure instead of Classes.
	Names []string
}

// SplitHalf correlates the mean patterns of classes in one half of the samples
// with those in the other, such as odd and even runs:
//
//	R[k][l] = r(m_k, m_l)
//
// where m_k is the mean of class k in the first half less the mean of all classes
// there, and m_l that of class l in the second half. A class can be told from
// another when its patterns agree more between the halves than with the other's;
// each class k is compared with each other one by R[k][k] against R[k][l] and
// against R[l][k].
//
// x is [sample][voxel], y the label and half a number, 0 or 1, of each sample. It
// is an error when lengths differ, a value is NaN or infinite, a class is missing
// from a half, there are fewer than two classes or voxels, and a mean pattern is
// the same in all voxels, which names its class.
//
// Source: Haxby et al. 2001, Science 293:2425. Checked against numpy's corrcoef.
func SplitHalf(x [][]float64, y, half []int) (*Similarity, error) {
	s, err := splitHalf(x, y, half)
	if err != nil {
		return nil, fmt.Errorf("decode: SplitHalf: %w", err)
	}
	return s, nil
}

func splitHalf(x [][]float64, y, half []int) (*Similarity, error) {
	groups, err := checkGroups(x, y, half)
	if err != nil {
		return nil, err
	}
	for i, h := range half {
		if h != 0 && h != 1 {
			return nil, fmt.Errorf("half[%d] is %d; the halves are 0 and 1", i, h)
		}
	}
	d := len(x[0])
	if d < 2 {
		return nil, errors.New("x has 1 voxel; a pattern needs two or more")
	}
	s := &Similarity{Classes: labels(y)}
	var mean [2][][]float64
	for h, members := range groups {
		mean[h] = make([][]float64, len(s.Classes))
		count := make([]int, len(s.Classes))
		for _, i := range members {
			k := sort.SearchInts(s.Classes, y[i])
			if mean[h][k] == nil {
				mean[h][k] = make([]float64, d)
			}
			count[k]++
			for j, v := range x[i] {
				mean[h][k][j] += v
			}
		}
		all := make([]float64, d)
		for k, m := range mean[h] {
			if m == nil {
				return nil, fmt.Errorf("class %d has no sample in half %d", s.Classes[k], h)
			}
			for j := range m {
				m[j] /= float64(count[k])
				all[j] += m[j] / float64(len(s.Classes))
			}
		}
		for k, m := range mean[h] {
			for j := range m {
				m[j] -= all[j]
			}
			unitPattern(m)
			if dot(m, m) == 0 {
				return nil, fmt.Errorf("the mean pattern of class %d in half %d is the same in all voxels, less the mean over classes; it has no correlations", s.Classes[k], h)
			}
		}
	}
	pairs := 0.0
	for k := range s.Classes {
		row := make([]float64, len(s.Classes))
		for l := range row {
			row[l] = dot(mean[0][k], mean[1][l])
			if k == l {
				s.Within += row[l]
			} else {
				s.Between += row[l]
				pairs++
			}
		}
		s.R = append(s.R, row)
	}
	s.Within /= float64(len(s.Classes))
	s.Between /= pairs
	for k := range s.R {
		won := 0.0
		for l := range s.R {
			if l == k {
				continue
			}
			for _, other := range []float64{s.R[k][l], s.R[l][k]} {
				switch own := s.R[k][k]; {
				case own > other:
					won++
				case own == other:
					won += 0.5
				}
			}
		}
		share := won / float64(2*(len(s.R)-1))
		s.IdentifiedOf = append(s.IdentifiedOf, share)
		s.Identified += share / float64(len(s.R))
	}
	return s, nil
}

// names returns the names of classes.
func (s *Similarity) names() []string {
	if len(s.Names) == len(s.Classes) {
		return s.Names
	}
	var out []string
	for _, c := range s.Classes {
		out = append(out, fmt.Sprint(c))
	}
	return out
}

// String says what was found.
func (s *Similarity) String() string {
	return strings.ReplaceAll(fmt.Sprintf("patterns of %d classes: r = %.2f within, %.2f between; %.0f %% of comparisons identify the class (50 %% by chance)",
		len(s.Classes), s.Within, s.Between, 100*s.Identified), "-", "−")
}

// Plot draws the correlations as a matrix of colours.
func (s *Similarity) Plot() *figure.Figure {
	return classMatrix(s.String(), s.R, s.names(), figure.Axis{Label: "second half"}, figure.Axis{Label: "first half"}, figure.Axis{Label: "r"}, "RdBu_r", -1, 1)
}

// classMatrix draws a matrix with names of classes along both sides.
func classMatrix(title string, z [][]float64, names []string, x, y, bar figure.Axis, colours string, lo, hi float64) *figure.Figure {
	ticks := make([]float64, len(names))
	for i := range ticks {
		ticks[i] = float64(i)
	}
	x.Ticks, x.Names, y.Ticks, y.Names, y.Flip = ticks, names, ticks, names, true
	return &figure.Figure{Title: title, Width: 15, Height: 12, Panels: []figure.Panel{{
		X: x, Y: y, Square: true, ColorBar: bar,
		Layers: []figure.Layer{{Kind: figure.Image, Z: z, Map: colours, Lo: lo, Hi: hi}},
	}}}
}

// Show draws the correlations; its text is String.
func (s *Similarity) Show() display.Bundle {
	b := s.Plot().Show()
	b.Data[display.TypeText] = s.String()
	return b
}
