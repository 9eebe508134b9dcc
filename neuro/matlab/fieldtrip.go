package matlab

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/samples"
)

// ReadFieldTrip reads the data of FieldTrip (what ft_preprocessing returns): the first struct
// in the file with the fields label, trial and time. Trials that sampleinfo places apart
// are segments with gaps between them; others lie one behind the other, which a note tells.
// Each trial is an annotation, at its time 0 where it has one and else at its beginning,
// with the first number of trialinfo as Text. Kinds and units are those of hdr, where it
// has them. The sampling rate is fsample, or what time tells. Samples stay in the file.
//
// Errors: no such struct, trials of other channels than label has, or of another length
// than time has, and those of Read.
//
// Source: FieldTrip's ft_datatype_raw. Checked against the numbers that SciPy wrote in this
// layout.
func ReadFieldTrip(path string) (*eeg.Recording, error) {
	fail := func(err error) (*eeg.Recording, error) {
		return nil, fmt.Errorf("matlab: ReadFieldTrip: %s: %w", path, bare{err})
	}
	f, err := Read(path)
	if err != nil {
		return fail(err)
	}
	for _, v := range f.Variables {
		if v.Class != "struct" || product(v.Shape) != 1 {
			continue
		}
		labels, err := f.Texts(v.Name + ".label")
		if err != nil {
			continue
		}
		rec, err := f.fieldTrip(v.Name, labels)
		if err != nil {
			return fail(err)
		}
		return rec, nil
	}
	return fail(fmt.Errorf("has no struct of FieldTrip, with label, trial and time, but %s; Read and Recording read other matrices", strings.Join(f.Names(), ", ")))
}

func (f *File) fieldTrip(name string, labels []string) (*eeg.Recording, error) {
	times, err := f.Get(name + ".time")
	if err != nil {
		return nil, err
	}
	if times.Class != "cell" {
		return nil, fmt.Errorf("%s.time is a %s of %s: averages and spectra are not recordings; Get reads their fields", name, times.Class, by(times.Shape))
	}
	v, at, err := f.located("ReadFieldTrip", name+".trial")
	if err != nil {
		return nil, err
	}
	if len(at) != len(times.Items) || len(labels) == 0 {
		return nil, fmt.Errorf("%s has %d trials, %d times and %d labels; as many times as trials are right", name, len(at), len(times.Items), len(labels))
	}
	fs, err := f.Number(name + ".fsample")
	if t := times.Items[0].Values; err != nil && len(t) > 1 {
		fs = float64(len(t)-1) / (t[len(t)-1] - t[0])
		if r := math.Round(fs); math.Abs(fs-r) < 1e-6*fs {
			fs = r
		}
	}
	if !(fs > 0) || fs > 1e9 {
		return nil, fmt.Errorf("%s has neither fsample nor times that tell the sampling rate", name)
	}
	rec := eeg.Recording{Path: f.Path, Format: "FieldTrip"}
	rec.Channels = f.fieldTripChannels(name, labels, fs)
	bytes := f.bytesOf(v)
	source := &trials{from: []int{0}}
	for k, m := range at {
		n := len(times.Items[k].Values)
		if len(m.shape) != 2 || m.shape[0] != len(labels) || m.shape[1] != n || m.complex || n == 0 {
			return nil, fmt.Errorf("trial %d is %s, complex: %t; %d labels x %d times of real numbers are needed", k+1, by(m.shape), m.complex, len(labels), n)
		}
		source.parts = append(source.parts, bytes.layout(m, len(labels), int64(n), true))
		source.from = append(source.from, source.from[k]+n)
	}
	f.fieldTripTimes(name, times, source.from, fs, &rec)
	return eeg.From(rec, source)
}

// fieldTripChannels describes the channels.
func (f *File) fieldTripChannels(name string, labels []string, fs float64) []eeg.Channel {
	kinds, _ := f.Texts(name + ".hdr.chantype")
	units, _ := f.Texts(name + ".hdr.chanunit")
	names, _ := f.Texts(name + ".hdr.label")
	in := map[string]int{} // numbers in the header, which may have more channels
	for k, l := range names {
		in[l] = k
	}
	out := make([]eeg.Channel, len(labels))
	for c, l := range labels {
		ch := eeg.Channel{Name: l, FS: fs}
		k, ok := in[l]
		if ok && k < len(units) && units[k] != "unknown" {
			ch.Unit = eeg.UnitOf(units[k])
		}
		ch.Kind = eeg.KindOf(l, ch.Unit)
		if ok && k < len(kinds) {
			switch t := strings.ToLower(kinds[k]); {
			case strings.HasPrefix(t, "ref"):
				ch.Kind = "MEG reference"
			case strings.HasPrefix(t, "meg"):
				ch.Kind = "MEG"
			case t == "trigger":
				ch.Kind = "trigger"
			case t == "eeg" || t == "eog" || t == "ecg" || t == "emg":
				ch.Kind = strings.ToUpper(t)
			}
		}
		out[c] = ch
	}
	return out
}

// fieldTripTimes places the trials: from are the numbers of their first samples, and of the
// end.
func (f *File) fieldTripTimes(name string, times *Value, from []int, fs float64, rec *eeg.Recording) {
	n := len(from) - 1
	begins := make([]float64, n)
	for k := range begins {
		begins[k] = float64(from[k]) / fs
	}
	info, err := f.Matrix(name + ".sampleinfo")
	apart := err == nil && len(info) == n
	for k := 0; apart && k < n; k++ {
		apart = len(info[k]) == 2 && info[k][1]-info[k][0]+1 == float64(from[k+1]-from[k]) && (k == 0 || info[k][0] > info[k-1][1])
	}
	if apart {
		for k := range begins {
			begins[k] = (info[k][0] - info[0][0]) / fs
			rec.Segments = append(rec.Segments, eeg.Segment{Start: begins[k], Dur: float64(from[k+1]-from[k]) / fs})
			if k > 0 && begins[k] < rec.Segments[k-1].End() { // by a rounding
				rec.Segments[k].Start = rec.Segments[k-1].End()
			}
		}
	} else {
		rec.Segments = []eeg.Segment{{Dur: float64(from[n]) / fs}}
		if n > 1 {
			rec.Problems.Add("note", "trial", "%d trials lie one behind the other: sampleinfo does not place them apart", n)
		}
	}
	codes, _ := f.Matrix(name + ".trialinfo")
	for k := range n {
		t := times.Items[k].Values
		a := eeg.Annotation{Onset: begins[k], Kind: "trial", Text: strconv.Itoa(k + 1)}
		if t[0] <= 0 && t[len(t)-1] >= 0 {
			a.Onset -= t[0]
		}
		if k < len(codes) && len(codes[k]) > 0 {
			a.Text = strconv.FormatFloat(codes[k][0], 'g', -1, 64)
		}
		if n > 1 || len(codes) > 0 {
			rec.Annotations = append(rec.Annotations, a)
		}
	}
}

// trials are samples in several matrices.
type trials struct {
	parts []*samples.Layout
	from  []int // numbers of the first samples, and of the end
}

// Fill reads samples, see [eeg.Source].
func (t *trials) Fill(dst [][]float64, from, channels []int) error {
	for p, l := range t.parts {
		var d [][]float64
		var f, c []int
		for k, x := range dst {
			lo, hi := max(from[k], t.from[p]), min(from[k]+len(x), t.from[p+1])
			if lo < hi {
				d, f, c = append(d, x[lo-from[k]:hi-from[k]]), append(f, lo-t.from[p]), append(c, channels[k])
			}
		}
		if d == nil {
			continue
		}
		if err := l.Fill(d, f, c); err != nil {
			return err
		}
	}
	return nil
}
