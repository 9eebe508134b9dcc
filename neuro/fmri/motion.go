package fmri

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// MotionParams are the six parameters of a rigid movement of the head.
type MotionParams struct {
	X     float64 `unit:"mm"`  // translation to the right, mm
	Y     float64 `unit:"mm"`  // translation to the front, mm
	Z     float64 `unit:"mm"`  // translation up, mm
	Pitch float64 `unit:"rad"` // rotation about the x axis, rad
	Roll  float64 `unit:"rad"` // rotation about the y axis, rad
	Yaw   float64 `unit:"rad"` // rotation about the z axis, rad
}

// Motion returns six numbers as the parameters of a movement: translations
// along x, y, z in mm, then rotations about x, y, z in rad, which is the order
// that [ReadMotion] returns. It is an error unless there are six finite
// numbers.
func Motion(p []float64) (MotionParams, error) {
	if err := checkMotion(p); err != nil {
		return MotionParams{}, fmt.Errorf("fmri: Motion: p %w", err)
	}
	return MotionParams{X: p[0], Y: p[1], Z: p[2], Pitch: p[3], Roll: p[4], Yaw: p[5]}, nil
}

var motionNames = []string{"x", "y", "z", "pitch", "roll", "yaw"}

func checkMotion(p []float64) error {
	if len(p) != 6 {
		return fmt.Errorf("has %d values; it needs 6: three translations in mm, three rotations in rad", len(p))
	}
	for i, v := range p {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("has %s = %g; all six values must be finite", motionNames[i], v)
		}
	}
	return nil
}

// Slice returns the parameters in the order of [Motion].
func (m MotionParams) Slice() []float64 {
	return []float64{m.X, m.Y, m.Z, m.Pitch, m.Roll, m.Yaw}
}

// Show shows the parameters as a table, rotations also in degrees.
func (m MotionParams) Show() display.Bundle {
	degrees := func(r float64) float64 { return r * 180 / math.Pi }
	return table.Table{Cols: []table.Col{
		{Name: "x", Unit: "mm", Num: []float64{m.X}}, {Name: "y", Unit: "mm", Num: []float64{m.Y}},
		{Name: "z", Unit: "mm", Num: []float64{m.Z}},
		{Name: "pitch", Unit: "°", Num: []float64{degrees(m.Pitch)}}, {Name: "roll", Unit: "°", Num: []float64{degrees(m.Roll)}},
		{Name: "yaw", Unit: "°", Num: []float64{degrees(m.Yaw)}},
	}}.Show()
}

// ReadMotion reads the movement parameters that realignment left in a text
// file, one row per volume, and returns them in the order of [Motion]:
// translations x, y, z in mm, rotations about x, y, z in rad.
//
//	kind     program                   columns of the file
//	"spm"    SPM, rp_*.txt             translations (mm), rotations (rad)
//	"fsl"    FSL mcflirt, *.par        rotations (rad), translations (mm)
//	"afni"   AFNI 3dvolreg -1Dfile     roll, pitch, yaw (degrees), dS, dL, dP (mm)
//	         or -dfile (9 columns)     the same between an index and two rms
//
// AFNI's roll is about the axis from inferior to superior, its pitch about that
// from right to left and its yaw about that from anterior to posterior; they
// are reordered and keep AFNI's signs (dL counts to the left), as nipype does.
// Empty lines and lines that start with # or % are passed over.
//
// It is an error, naming the file and the line, when the file cannot be read,
// holds no row, a row of another number of columns, or something that is not a
// finite number, and when kind is not one of these.
func ReadMotion(path, kind string) ([][]float64, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("fmri: ReadMotion: %w", err)
	}
	provenance.File(path)
	rows, err := ParseMotion(string(data), kind)
	if err != nil {
		return nil, fmt.Errorf("fmri: ReadMotion: %s: %w", path, err)
	}
	return rows, nil
}

// ParseMotion reads the text of a file as [ReadMotion] does.
func ParseMotion(text, kind string) ([][]float64, error) {
	var order [6]int
	scale := 1.0
	switch kind {
	case "spm":
		order = [6]int{0, 1, 2, 3, 4, 5}
	case "fsl":
		order = [6]int{3, 4, 5, 0, 1, 2}
	case "afni":
		order = [6]int{4, 5, 3, 1, 2, 0}
		scale = math.Pi / 180
	default:
		return nil, fmt.Errorf("kind is %q; allowed are \"spm\", \"fsl\" and \"afni\"", kind)
	}
	var out [][]float64
	for n, line := range strings.Split(text, "\n") {
		fields := strings.Fields(strings.ReplaceAll(line, ",", " "))
		if len(fields) == 0 || fields[0][0] == '#' || fields[0][0] == '%' {
			continue
		}
		skip := 0
		switch {
		case len(fields) == 6:
		case len(fields) == 9 && kind == "afni":
			skip = 1
		default:
			return nil, fmt.Errorf("line %d has %d columns; there must be 6", n+1, len(fields))
		}
		row := make([]float64, 6)
		for i, from := range order {
			word := fields[skip+from]
			v, err := strconv.ParseFloat(word, 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("line %d, column %d is %q; it must be a finite number", n+1, skip+from+1, word)
			}
			if i >= 3 {
				v *= scale
			}
			row[i] = v
		}
		out = append(out, row)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("holds no row of movement parameters; there must be one per volume")
	}
	return out, nil
}

// FramewiseDisplacement returns how far the head moved from each volume to the
// next, mm: with the changes d of the six parameters p[t] (order of [Motion]),
//
//	FD[t] = |dx| + |dy| + |dz| + radius (|dpitch| + |droll| + |dyaw|),
//
// rotations being arcs on a sphere of the given radius in mm (Power et al. take
// 50). The first value is 0, so that there is one per volume.
//
// It is an error when p is empty, a row has not six finite values, or radius is
// not above 0.
//
// Power et al. (2012), NeuroImage 59:2142. Checked to 1e-6 against the values
// that FSL's fsl_motion_outliers stored for 365 volumes.
func FramewiseDisplacement(p [][]float64, radius float64) ([]float64, error) {
	if len(p) == 0 {
		return nil, fmt.Errorf("fmri: FramewiseDisplacement: p is empty; it needs one row per volume")
	}
	if !(radius > 0) || math.IsInf(radius, 0) {
		return nil, fmt.Errorf("fmri: FramewiseDisplacement: radius is %g mm; it must be above 0 (Power et al. take 50)", radius)
	}
	out := make([]float64, len(p))
	for t, row := range p {
		if err := checkMotion(row); err != nil {
			return nil, fmt.Errorf("fmri: FramewiseDisplacement: p[%d] %w", t, err)
		}
		if t == 0 {
			continue
		}
		shift, turn := 0.0, 0.0
		for i := range 3 {
			shift += math.Abs(row[i] - p[t-1][i])
			turn += math.Abs(row[i+3] - p[t-1][i+3])
		}
		out[t] = shift + float64(radius*turn)
	}
	return out, nil
}

// ExpandMotion returns regressors made of the six parameters of movement, [time]
// [regressor], and their names, which are fMRIPrep's.
//
//	kind       regressors of time t, with the six parameters R[t]
//	"6"        R[t]
//	"12"       R[t], R[t] - R[t-1]
//	"24"       R[t], R[t] - R[t-1], and the squares of all of these
//	"friston"  R[t], R[t-1], and the squares of all of these (Friston et al. 1996)
//
// What would need a volume before the first is 0. It is an error when p is empty, a
// row has not six finite values, or kind is not known.
//
// Friston et al. (1996), Magnetic Resonance in Medicine 35:346; Satterthwaite et al.
// (2013), NeuroImage 64:240.
func ExpandMotion(p [][]float64, kind string) (x [][]float64, names []string, err error) {
	if len(p) == 0 {
		return nil, nil, fmt.Errorf("fmri: ExpandMotion: p is empty; it needs one row per volume")
	}
	switch kind {
	case "6", "12", "24", "friston":
	default:
		return nil, nil, fmt.Errorf("fmri: ExpandMotion: kind is %q; allowed are \"6\", \"12\", \"24\" and \"friston\"", kind)
	}
	name := []string{"trans_x", "trans_y", "trans_z", "rot_x", "rot_y", "rot_z"}
	suffixes := map[string][]string{"6": {""}, "12": {"", "_derivative1"}, "24": {"", "_derivative1", "_power2", "_derivative1_power2"},
		"friston": {"", "_lag1", "_power2", "_lag1_power2"}}[kind]
	for _, s := range suffixes {
		for _, n := range name {
			names = append(names, n+s)
		}
	}
	for t, row := range p {
		if err := checkMotion(row); err != nil {
			return nil, nil, fmt.Errorf("fmri: ExpandMotion: p[%d] %w", t, err)
		}
		out := append([]float64(nil), row...)
		if kind != "6" {
			second := make([]float64, 6)
			for i := range second {
				switch {
				case t == 0:
				case kind == "friston":
					second[i] = p[t-1][i]
				default:
					second[i] = row[i] - p[t-1][i]
				}
			}
			out = append(out, second...)
		}
		if kind == "24" || kind == "friston" {
			for _, v := range out[:12:12] {
				out = append(out, v*v)
			}
		}
		x = append(x, out)
	}
	return x, names, nil
}

// MotionFigure returns the figure of movement parameters over time: the
// translations, the rotations in degrees, and the framewise displacement on a
// sphere of 50 mm. p is as [ReadMotion] returns it, tr the time between volumes
// in s. It is an error when p is not fit for [FramewiseDisplacement] or tr is
// not above 0.
func MotionFigure(p [][]float64, tr float64) (*figure.Figure, error) {
	fd, err := FramewiseDisplacement(p, 50)
	if err != nil {
		return nil, err
	}
	if !(tr > 0) || math.IsInf(tr, 0) {
		return nil, fmt.Errorf("fmri: MotionFigure: tr is %g s; it must be above 0", tr)
	}
	time := make([]float64, len(p))
	cols := make([][]float64, 6)
	for t, row := range p {
		time[t] = float64(t) * tr
		for i, v := range row {
			if i >= 3 {
				v *= 180 / math.Pi
			}
			cols[i] = append(cols[i], v)
		}
	}
	axis := figure.Axis{Label: "time", Unit: "s"}
	f := &figure.Figure{ShareX: true, Panels: []figure.Panel{
		{X: axis, Y: figure.Axis{Label: "translation", Unit: "mm"}},
		{X: axis, Y: figure.Axis{Label: "rotation", Unit: "°"}},
		{X: axis, Y: figure.Axis{Label: "FD", Unit: "mm"}, Layers: []figure.Layer{{Kind: figure.Line, X: time, Y: fd, Color: "black"}}},
	}}
	for i, c := range cols {
		f.Panels[i/3].Layers = append(f.Panels[i/3].Layers, figure.Layer{Kind: figure.Line, Name: motionNames[i], X: time, Y: c})
	}
	return f, nil
}
