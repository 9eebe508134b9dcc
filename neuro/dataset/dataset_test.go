package dataset_test

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/nifti"
)

// TestGrasshopper holds the recordings against the counts and interval
// statistics that NumPy gives for the files.
func TestGrasshopper(t *testing.T) {
	for _, c := range []struct {
		number, spikes   int
		isi, cv          float64
		cutoff           float64
		intensity, first float64
	}{{1, 929, 10.768, 0.533, 200, 76.4286, 0.242911}, {2, 868, 11.500, 0.450, 800, 71.2, 0.203889}} {
		r, err := dataset.Grasshopper(c.number)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Spikes.Check("spikes"); err != nil {
			t.Error(err)
		}
		if len(r.Spikes) != c.spikes || len(r.Stimulus) != 200000 || r.Duration != 10000 || r.FS != 20000 {
			t.Errorf("%d: %d spikes, %d samples at %g Hz, %g ms", c.number, len(r.Spikes), len(r.Stimulus), r.FS, r.Duration)
		}
		if r.Cutoff != c.cutoff || r.Intensity != c.intensity || r.Carrier != 2500 || r.SD != 6 || r.Stimulus[0] != c.first {
			t.Errorf("%d: header %+v %+v %+v %+v, first sample %v", c.number, r.Cutoff, r.Intensity, r.Carrier, r.SD, r.Stimulus[0])
		}
		sum, ss, n := 0.0, 0.0, float64(len(r.Spikes)-1)
		for i := 1; i < len(r.Spikes); i++ {
			sum += r.Spikes[i] - r.Spikes[i-1]
		}
		for i := 1; i < len(r.Spikes); i++ {
			d := r.Spikes[i] - r.Spikes[i-1] - sum/n
			ss += d * d
		}
		if isi, cv := sum/n, math.Sqrt(ss/n)/(sum/n); math.Abs(isi-c.isi) > 5e-4 || math.Abs(cv-c.cv) > 5e-4 {
			t.Errorf("%d: mean ISI %.4f ms, CV %.4f; want %g, %g", c.number, isi, cv, c.isi, c.cv)
		}
		top := math.Inf(-1)
		for _, l := range r.Level() {
			top = math.Max(top, l)
		}
		if math.Abs(top-c.intensity) > 1e-9 {
			t.Errorf("%d: largest level %g dB, want %g", c.number, top, c.intensity)
		}
	}
	for _, n := range []int{0, 3, -1} {
		if _, err := dataset.Grasshopper(n); err == nil || !strings.Contains(err.Error(), "there are 1 and 2") {
			t.Errorf("recording %d gives %v", n, err)
		}
	}
}

// TestStimulusLossless compares every sample with the text it was packed from,
// bit for bit.
func TestStimulusLossless(t *testing.T) {
	for _, number := range []string{"1", "2"} {
		f, err := os.Open(golden.Shared(t, "data/packaged/nitime/grasshopper_stimulus"+number+".txt.gz"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		n, _ := strconv.Atoi(number)
		r, err := dataset.Grasshopper(n)
		if err != nil {
			t.Fatal(err)
		}
		i := 0
		for s := bufio.NewScanner(z); s.Scan(); {
			words := strings.Fields(s.Text())
			if len(words) != 2 {
				continue
			}
			want, err := strconv.ParseFloat(words[1], 64)
			if err != nil {
				t.Fatal(err)
			}
			if i >= len(r.Stimulus) || r.Stimulus[i] != want {
				t.Fatalf("recording %s: sample %d differs from %v", number, i, want)
			}
			i++
		}
		if i != len(r.Stimulus) {
			t.Errorf("recording %s: %d samples in the text, %d here", number, i, len(r.Stimulus))
		}
	}
}

// TestBrainLossless compares every voxel with the file that the brain comes from.
func TestBrainLossless(t *testing.T) {
	want, err := nifti.Read(golden.Shared(t, "data/packaged/mricron-data/ch2bet.nii.gz"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := dataset.Colin27()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Shape, want.Shape) || got.Affine != want.Affine || got.Space != want.Space || got.Type() != want.Type() {
		t.Fatalf("%v, %v, %s, %v; want %v, %v, %s, %v", got.Shape, got.Affine, got.Space, got.Type(), want.Shape, want.Affine, want.Space, want.Type())
	}
	for z := range want.Shape[2] {
		for y := range want.Shape[1] {
			for x := range want.Shape[0] {
				if got.At(x, y, z, 0) != want.At(x, y, z, 0) {
					t.Fatalf("voxel (%d, %d, %d) is %g, want %g", x, y, z, got.At(x, y, z, 0), want.At(x, y, z, 0))
				}
			}
		}
	}
}

// brainSum is the SHA-256 sum of the voxels in ch2bet.nii.gz.
const brainSum = "46484509754312a32aa3bb6232e187a1438a7995b2f872f11dfe7bb94f57133e"

// The brain is the same where the file it comes from is not at hand.
func TestBrainSum(t *testing.T) {
	brain, err := dataset.Colin27()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	for z := range brain.Shape[2] {
		for y := range brain.Shape[1] {
			for x := range brain.Shape[0] {
				sum.Write([]byte{byte(brain.At(x, y, z, 0))})
			}
		}
	}
	if got := fmt.Sprintf("%x", sum.Sum(nil)); got != brainSum {
		t.Errorf("voxels have the sum %s, want %s", got, brainSum)
	}
}

func TestImaging(t *testing.T) {
	run, mask, err := dataset.DS003()
	if err != nil {
		t.Fatal(err)
	}
	if run.Volumes() != 20 || run.TR != 2 || run.Shape[0] != 16 || run.Shape[2] != 9 || mask.Volumes() != 1 {
		t.Errorf("run %v, TR %g, mask %v", run.Shape, run.TR, mask.Shape)
	}
	roi, err := fmri.ROI(run, mask)
	if err != nil {
		t.Fatal(err)
	}
	if len(roi) != 20 {
		t.Errorf("%d values", len(roi))
	}
	brain, err := dataset.Colin27()
	if err != nil {
		t.Fatal(err)
	}
	if x, y, z := brain.World(90, 125, 71); x != 0 || y != 0 || z != 0 || brain.Space != "MNI" {
		t.Errorf("voxel (90, 125, 71) is at (%g, %g, %g) in space %q", x, y, z, brain.Space)
	}
}

func TestEventRelated(t *testing.T) {
	r, err := dataset.EventRelated()
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, e := range r.Events {
		count[e.Type]++
		if r.Codes[int(e.Onset/r.TR)] == 0 {
			t.Errorf("no code at %g s", e.Onset)
		}
	}
	for _, k := range []string{"1", "2", "3", "4", "5", "6"} {
		if count[k] != 96 {
			t.Errorf("%d events of kind %s, want 96", count[k], k)
		}
	}
	if len(r.BOLD) != 3360 || len(r.Events) != 576 || r.BOLD[0] != -0.20341448605092113 {
		t.Errorf("%d volumes, %d events, first %v", len(r.BOLD), len(r.Events), r.BOLD[0])
	}
}

func TestResting(t *testing.T) {
	r, err := dataset.Resting()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Names) != 31 || len(r.Series) != 31 || len(r.Series[30]) != 250 || r.Series[0][0] != 10125.9 || r.Names[30] != "RPrec" {
		t.Errorf("%d regions of %d volumes, last %q", len(r.Series), len(r.Series[0]), r.Names[30])
	}
}

// TestMotion: FSL's own displacement is that of the parameters, on a sphere of
// 50 mm, to the digits that its file has.
func TestMotion(t *testing.T) {
	p, want, err := dataset.HeadMotion()
	if err != nil {
		t.Fatal(err)
	}
	got, err := fmri.FramewiseDisplacement(p, 50)
	if err != nil {
		t.Fatal(err)
	}
	if len(p) != 365 || len(want) != 364 || got[0] != 0 {
		t.Fatalf("%d volumes, %d displacements, first %g", len(p), len(want), got[0])
	}
	for i, w := range want {
		if math.Abs(got[i+1]-w) > 1e-6 {
			t.Errorf("volume %d: %.7f mm, FSL has %.7f", i+1, got[i+1], w)
		}
	}
}

func TestTables(t *testing.T) {
	sleep, err := dataset.Sleepstudy()
	if err != nil || len(sleep.Reaction) != 180 || sleep.Subject[1] != "308" || sleep.Days[1] != 1 || sleep.Reaction[1] != 258.7047 {
		t.Errorf("sleepstudy: %+v, %v", sleep, err)
	}
	theo, err := dataset.Theophylline()
	if err != nil || theo.Rows() != 132 || theo.Cols[4].Num[2] != 6.57 || theo.Cols[0].Text[131] != "12" {
		t.Errorf("theophylline: %d rows, %v", theo.Rows(), err)
	}
	puro, err := dataset.Puromycin()
	if err != nil || puro.Rows() != 23 || puro.Cols[1].Num[0] != 76 || puro.Cols[2].Text[0] != "treated" {
		t.Errorf("puromycin: %d rows, %v", puro.Rows(), err)
	}
	tooth, err := dataset.ToothGrowth()
	if err != nil || tooth.Rows() != 60 || tooth.Cols[0].Num[0] != 4.2 {
		t.Errorf("tooth growth: %d rows, %v", tooth.Rows(), err)
	}
}

// TestShow: every data set that is not a table or an image draws itself.
func TestShow(t *testing.T) {
	grasshopper, err := dataset.Grasshopper(2)
	if err != nil {
		t.Fatal(err)
	}
	events, err := dataset.EventRelated()
	if err != nil {
		t.Fatal(err)
	}
	resting, err := dataset.Resting()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{grasshopper, events, resting} {
		if b := display.Of(v); b.Data[display.TypePNG] == nil {
			t.Errorf("%T is shown as %v", v, b)
		}
	}
	sleep, err := dataset.Sleepstudy()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{sleep, dataset.List()} {
		if b := display.Of(v); b.Data[display.TypeHTML] == nil {
			t.Errorf("%T is shown as %v", v, b)
		}
	}
}

// TestSources: every file belongs to a data set, has a licence, and the whole
// stays small.
func TestSources(t *testing.T) {
	total, listed := 0, 0
	entries, err := os.ReadDir("data")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		total += int(info.Size())
	}
	for _, s := range dataset.Sources() {
		listed += s.Bytes
		text, err := dataset.License(s.Name)
		if err != nil {
			t.Error(err)
		}
		if facts := strings.HasPrefix(s.Licence, "facts"); facts != (text == "") {
			t.Errorf("%s: licence %q with a text of %d bytes", s.Name, s.Licence, len(text))
		}
		if s.Bytes == 0 || s.From == "" || s.Citation == "" {
			t.Errorf("%+v is incomplete", s)
		}
	}
	if listed != total {
		t.Errorf("data sets list %d bytes, the folder has %d", listed, total)
	}
	if total > 4<<20 {
		t.Errorf("%d bytes are embedded, 4 MiB are allowed", total)
	}
	if _, err := dataset.License("nothing"); err == nil || !strings.Contains(err.Error(), "Grasshopper, EventRelated") {
		t.Errorf("License of nothing: %v", err)
	}
	if got := dataset.List().Rows(); got != len(dataset.Sources()) {
		t.Errorf("%d rows", got)
	}
}
