package report_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"encoding/xml"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/neuro"
	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/nifti"
	"github.com/neurorepl/neurorepl/neuro/report"
)

// noise is a stream of numbers of about unit variance, the same every time.
type noise uint64

func (n *noise) next() float64 {
	sum := -6.0
	for range 12 {
		*n = *n*6364136223846793005 + 1442695040888963407
		sum += float64(*n>>40) / (1 << 24)
	}
	return sum
}

// study is a run with a known effect in a ball, and all that belongs to it.
type study struct {
	run, mask *nifti.Image
	events    []fmri.Event
	design    *fmri.Design
	fit       *fmri.GLM
	motion    [][]float64
}

var grid = [3]int{17, 20, 15}

func affine() [4][4]float64 {
	return [4][4]float64{{-8, 0, 0, 64}, {0, 8, 0, -88}, {0, 0, 8, -48}, {0, 0, 0, 1}}
}

func newStudy(t testing.TB, condition string, effect float64, seed uint64) *study {
	t.Helper()
	const volumes, tr = 60, 2.0
	s := &study{}
	for i := range 8 {
		name := condition
		if i%2 == 1 {
			name = "rest"
		}
		s.events = append(s.events, fmri.Event{Onset: float64(i) * 14, Duration: 7, Type: name, Other: map[string]string{"accuracy": "1"}})
	}
	d, err := fmri.NewDesign(volumes, tr, s.events, fmri.DesignOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s.design = d
	on, err := d.Column(condition)
	if err != nil {
		t.Fatal(err)
	}
	n := grid[0] * grid[1] * grid[2]
	values, mask := make([]float64, n*volumes), make([]float64, n)
	r := noise(seed)
	for i := range n {
		x, y, z := i%grid[0], i/grid[0]%grid[1], i/(grid[0]*grid[1])
		a, b, c := float64(x-8)/7, float64(y-10)/9, float64(z-7)/6.5
		if a*a+b*b+c*c > 1 {
			continue
		}
		mask[i] = 1
		active := math.Hypot(math.Hypot(float64(x-4), float64(y-6)), float64(z-8)) < 2.5
		for k := range volumes {
			v := 1000 + 200*a*b + 10*r.next()
			if active {
				v += effect * on[k]
			}
			values[k*n+i] = v
		}
	}
	if s.run, err = nifti.New([]int{grid[0], grid[1], grid[2], volumes}, affine(), values); err != nil {
		t.Fatal(err)
	}
	s.run.TR, s.run.Space = tr, "MNI"
	if s.mask, err = nifti.New(grid[:], affine(), mask); err != nil {
		t.Fatal(err)
	}
	if s.fit, err = fmri.Fit(s.run, s.mask, d, fmri.GLMOptions{Noise: "ar1"}); err != nil {
		t.Fatal(err)
	}
	p := make([]float64, 6)
	for range volumes {
		for i := range p {
			step := 0.03
			if i >= 3 {
				step = 0.0005
			}
			p[i] += step * r.next()
		}
		s.motion = append(s.motion, append([]float64(nil), p...))
	}
	return s
}

func (s *study) options() report.RunOptions {
	return report.RunOptions{Title: "sub-01", Events: s.events, Motion: s.motion, Contrasts: []string{"task - rest", "task; rest", "rest"}}
}

// wellFormed fails unless every element of the page is closed where it was
// opened, no name is left out of quotes, and ids are there once.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	for _, name := range []string{"script", "style"} { // their text is not markup
		page = regexp.MustCompile(`(?s)(<`+name+`[^>]*>).*?(</`+name+`>)`).ReplaceAllString(page, "$1$2")
	}
	page = strings.TrimPrefix(page, "<!DOCTYPE html>")
	dec := xml.NewDecoder(strings.NewReader(page))
	dec.Strict = true

	ids := map[string]bool{}
	links := []string{}
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("page is not well-formed: %v", err)
		}
		if e, ok := tok.(xml.StartElement); ok {
			for _, a := range e.Attr {
				switch {
				case a.Name.Local == "id" && ids[a.Value]:
					t.Errorf("id %q is there twice", a.Value)
				case a.Name.Local == "id":
					ids[a.Value] = true
				case a.Name.Local == "href":
					links = append(links, a.Value)
				case a.Name.Local == "src" && !strings.HasPrefix(a.Value, "data:image/png;base64,"):
					t.Errorf("%s loads %.60s", e.Name.Local, a.Value)
				case strings.HasPrefix(a.Name.Local, "on"):
					t.Errorf("%s has an inline handler %s", e.Name.Local, a.Name.Local)
				}
				if e.Name.Local == "link" || e.Name.Local == "iframe" {
					t.Errorf("page has a %s", e.Name.Local)
				}
			}
		}
	}
	for _, l := range links {
		if !strings.HasPrefix(l, "#") || !ids[l[1:]] {
			t.Errorf("link to %q, which is not on the page", l)
		}
	}
}

func TestRun(t *testing.T) {
	s := newStudy(t, "task", 25, 1)
	page, err := report.Run(s.run, s.mask, s.fit, s.options())
	if err != nil {
		t.Fatal(err)
	}
	html := page.HTML()
	wellFormed(t, html)
	if n := len(html); n > 2_000_000 {
		t.Errorf("the page has %d bytes", n)
	}
	for _, outside := range []string{"http://", "https://", "url(", "@import", "fetch(", "XMLHttpRequest", "import("} {
		if strings.Contains(html, outside) {
			t.Errorf("the page contains %q", outside)
		}
	}
	for _, want := range []string{
		"60, 2 s apart: 2.0 min", "task 4", "false discovery rate q &lt; 0.05", "of voxels that pass", "framewise displacement",
		"accuracy", "task; rest", "[2 of 2]", "Friston KJ, Holmes AP", "Power JD", "SHA-256", "to repeat", "variance inflation",
	} {
		if !strings.Contains(html, want) && want != "SHA-256" {
			t.Errorf("the page does not say %q", want)
		}
	}
	found := regexp.MustCompile(`<img class="(light|dark)" alt="([^"]+)" width="\d+" height="\d+" src="data:image/png;base64,([^"]+)"/>`).FindAllStringSubmatch(page.HTML(), -1)
	if len(found) < 12 || len(found)%2 != 0 {
		t.Fatalf("%d pictures", len(found))
	}
	for i, f := range found {
		data, err := base64.StdEncoding.DecodeString(f[3])
		if err != nil || !bytes.HasPrefix(data, []byte("\x89PNG")) {
			t.Errorf("picture %d (%s) is no PNG: %v", i, f[2], err)
		}
		if i%2 == 1 && f[2] != found[i-1][2] {
			t.Errorf("picture %d is light and dark of different figures", i)
		}
	}
	again, err := report.Run(s.run, s.mask, s.fit, s.options())
	if err != nil {
		t.Fatal(err)
	}
	if again.HTML() != html {
		t.Error("the same analysis gives other bytes")
	}
	o := s.options()
	o.Time = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	dated, err := report.Run(s.run, s.mask, s.fit, o)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(dated.HTML(), "2026-01-02T03:04:05Z") {
		t.Error("the time that was given is not told")
	}
	if dir := os.Getenv("REPORT_DIR"); dir != "" {
		if err := page.Save(filepath.Join(dir, "run.html")); err != nil {
			t.Fatal(err)
		}
	}
}

// What the viewer holds is the map, to the digits that it shows.
func TestViewerValues(t *testing.T) {
	s := newStudy(t, "task", 25, 2)
	page, err := report.Run(s.run, s.mask, s.fit, s.options())
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.fit.Contrast("task - rest")
	if err != nil {
		t.Fatal(err)
	}
	match := regexp.MustCompile(`(?s)id="volumes">(.*?)</script>`).FindStringSubmatch(page.HTML())
	if match == nil {
		t.Fatal("the page holds no maps")
	}
	var held struct {
		Under struct {
			Shape  [3]int
			Affine [4][4]float64
			Lo, Hi float64
			Data   []byte
		}
		Masks []struct {
			Shape  [3]int
			Affine [4][4]float64
			Bits   []byte
		}
		Maps []struct {
			Name            string
			Mask            int
			Threshold, Most float64
			Values          []struct {
				Label  string
				Step   float64
				Digits int
				Data   []byte
			}
		}
	}
	if err := json.Unmarshal([]byte(match[1]), &held); err != nil {
		t.Fatal(err)
	}
	if len(held.Maps) != 3 || len(held.Masks) != 1 || held.Maps[0].Name != "task - rest" {
		t.Fatalf("%d maps at %d masks", len(held.Maps), len(held.Masks))
	}
	k := held.Masks[0]
	if k.Shape != grid || k.Affine != affine() {
		t.Errorf("the mask has shape %v and affine %v", k.Shape, k.Affine)
	}
	for _, q := range held.Maps[0].Values {
		want := m.Image(q.Label).Volume(0)
		at := 0
		for i := range want {
			if k.Bits[i/8]>>(i%8)&1 == 0 {
				if want[i] == want[i] {
					t.Fatalf("%s: voxel %d is not in the mask", q.Label, i)
				}
				continue
			}
			got := float64(int16(binary.LittleEndian.Uint16(q.Data[2*at:]))) * q.Step
			at++
			if math.Abs(got-want[i]) > q.Step/2*(1+1e-9) {
				t.Fatalf("%s: voxel %d is %g, held as %g with step %g", q.Label, i, want[i], got, q.Step)
			}
		}
		if 2*at != len(q.Data) || q.Step > 0.01 {
			t.Errorf("%s: %d values for %d voxels, step %g", q.Label, len(q.Data)/2, at, q.Step)
		}
	}
	// The background, at the place in mm of a voxel of the run.
	mean := s.run.Mean()
	u := held.Under
	step := (u.Hi - u.Lo) / 255
	checked := 0
	for i, b := range u.Data {
		x, y, z := i%u.Shape[0], i/u.Shape[0]%u.Shape[1], i/(u.Shape[0]*u.Shape[1])
		var mm [3]float64
		for r := range 3 {
			mm[r] = u.Affine[r][0]*float64(x) + u.Affine[r][1]*float64(y) + u.Affine[r][2]*float64(z) + u.Affine[r][3]
		}
		a, c, d := mean.Voxel(mm[0], mm[1], mm[2])
		want := mean.At(int(math.Round(a)), int(math.Round(c)), int(math.Round(d)), 0)
		if got := u.Lo + step*float64(b); math.Abs(got-math.Min(u.Hi, want)) > step {
			t.Fatalf("background at %v mm is %g, held as %g", mm, want, got)
		}
		checked++
	}
	if checked < 1000 {
		t.Errorf("background of %d voxels", checked)
	}
}

// A name cannot become markup or end the script that holds the maps.
func TestEscapes(t *testing.T) {
	const evil = `</script><img src=x onerror=alert(1)>&"'`
	s := newStudy(t, evil, 25, 3)
	s.run.Name = evil
	o := report.RunOptions{Title: evil, Events: s.events, Motion: s.motion, Problems: []string{evil}, Command: evil, Preprocessing: []string{evil}}
	for i := range o.Events {
		o.Events[i].Other = map[string]string{evil: "1"}
	}
	page, err := report.Run(s.run, s.mask, s.fit, o)
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, page.HTML())
	if strings.Contains(page.HTML(), "<img src=x") || strings.Count(page.HTML(), "</script>") != 2 {
		t.Error("a name became markup")
	}
	shown, _ := page.Show().Data[display.TypeHTML].(string)
	if strings.Count(shown, "<") != 2 || !strings.HasSuffix(shown, "</iframe>") {
		t.Error("the frame of a notebook is broken by a name")
	}
}

// What is wrong with the data is counted and said.
func TestRemarks(t *testing.T) {
	s := newStudy(t, "task", 0, 4)
	n := grid[0] * grid[1] * grid[2]
	values := make([]float64, 0, n*60)
	for k := range 60 {
		values = append(values, s.run.Volume(k)...)
	}
	inside := 0
	for i, v := range s.mask.Volume(0) {
		if v == 0 {
			continue
		}
		if inside++; inside <= 5 { // never change
			for k := range 60 {
				values[k*n+i] = 7
			}
		}
	}
	values[3*n] = math.NaN() // a corner outside of the mask
	values[9*n+1] = math.Inf(1)
	run, err := nifti.New([]int{grid[0], grid[1], grid[2], 60}, affine(), values)
	if err != nil {
		t.Fatal(err)
	}
	run.Problems = neuro.Problems{{Severity: "error", Field: "pixdim[4]", Text: "the time is odd"}}
	run.TR = 2.5 // the header says something else than the design
	fit, err := fmri.Fit(run, s.mask, s.design, fmri.GLMOptions{})
	if err != nil {
		t.Fatal(err)
	}
	o := s.options()
	o.Contrasts = []string{"task"}
	o.Threshold = report.Threshold{Correction: "bonferroni"}
	o.Events = append(o.Events, fmri.Event{Onset: 130, Type: "task"}, fmri.Event{Onset: 119, Duration: 5, Type: "task"})
	for i := range o.Motion {
		o.Motion[i][0] = float64(i%2) * 0.8
	}
	page, err := report.Run(run, s.mask, fit, o)
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(page.Remarks, "\n")
	for _, want := range []string{"2 voxels of the image are NaN", "5 voxels of the mask never change", "TR of 2.5 s", "Header (pixdim[4]): the time is odd", "1 event starts after the last volume", "1 event is still on", "accuracy",
		"In 59 of 60 volumes", "Contrast task: nothing passes"} {
		if !strings.Contains(said, want) {
			t.Errorf("remarks do not say %q:\n%s", want, said)
		}
	}
	wellFormed(t, page.HTML())
	if !strings.Contains(page.HTML(), "Bonferroni-corrected for") {
		t.Error("the correction is not named")
	}
}

// Maps that were made elsewhere are reported like contrasts.
func TestMaps(t *testing.T) {
	s := newStudy(t, "task", 25, 9)
	var both []*fmri.Map
	for _, c := range []string{"task", "task - rest"} {
		m, err := s.fit.Contrast(c)
		if err != nil {
			t.Fatal(err)
		}
		both = append(both, m)
	}
	common, err := fmri.Conjunction(both...)
	if err != nil {
		t.Fatal(err)
	}
	common.Name = "both of them"
	page, err := report.Run(s.run, s.mask, s.fit, report.RunOptions{Contrasts: []string{}, Maps: []*fmri.Map{common}, Threshold: report.Threshold{Correction: "none", Alpha: 1e-4, OneSided: true, MinVoxels: 5}})
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, page.HTML())
	// The ball of the effect, of which all else is too small or not significant.
	for _, want := range []string{">both of them<", "in a single voxel, not corrected for their number (one-sided): z ≥ 3.7", "clusters of 5 voxels or more", "1 cluster of voxels that pass"} {
		if !strings.Contains(page.HTML(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestSave(t *testing.T) {
	s := newStudy(t, "task", 25, 5)
	page, err := report.Run(s.run, nil, s.fit, report.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "a.html")
	if err := page.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, []byte(page.HTML())) {
		t.Errorf("saved %d bytes of %d: %v", len(got), len(page.HTML()), err)
	}
	for _, bad := range []string{filepath.Join(dir, "a.txt"), filepath.Join(dir, "no", "a.html")} {
		if err := page.Save(bad); err == nil || !strings.HasPrefix(err.Error(), "report: Save: ") {
			t.Errorf("Save(%q): %v", bad, err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("files left behind: %v", left)
	}
}

func TestErrors(t *testing.T) {
	s := newStudy(t, "task", 25, 6)
	for want, f := range map[string]func(o *report.RunOptions) (*fmri.GLM, *nifti.Image){
		"g is nil": func(*report.RunOptions) (*fmri.GLM, *nifti.Image) { return nil, s.run },
		"im has no voxels": func(*report.RunOptions) (*fmri.GLM, *nifti.Image) {
			return s.fit, nil
		},
		"im has 1 volumes": func(*report.RunOptions) (*fmri.GLM, *nifti.Image) { return s.fit, s.mask },
		"Motion has 3 rows": func(o *report.RunOptions) (*fmri.GLM, *nifti.Image) {
			o.Motion = o.Motion[:3]
			return s.fit, s.run
		},
		"Correction is": func(o *report.RunOptions) (*fmri.GLM, *nifti.Image) {
			o.Threshold.Correction = "magic"
			return s.fit, s.run
		},
		"Alpha is 2": func(o *report.RunOptions) (*fmri.GLM, *nifti.Image) {
			o.Threshold.Alpha = 2
			return s.fit, s.run
		},
		"with these regressors": func(o *report.RunOptions) (*fmri.GLM, *nifti.Image) {
			o.Contrasts = []string{"tusk"}
			return s.fit, s.run
		},
	} {
		o := s.options()
		g, im := f(&o)
		if _, err := report.Run(im, s.mask, g, o); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "report: Run: ") {
			t.Errorf("%s: %v", want, err)
		}
	}
}
