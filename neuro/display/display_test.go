package display

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
)

func TestBundles(t *testing.T) {
	for _, c := range []struct {
		name string
		b    Bundle
		mime string
		data any
		text string
	}{
		{"text", Text("a"), TypeText, "a", "a"},
		{"HTML", HTML("<p>"), TypeHTML, "<p>", "[HTML, 3 B]"},
		{"SVG", SVG(strings.Repeat("x", 2000)), TypeSVG, strings.Repeat("x", 2000), "[SVG picture, 2 kB]"},
		{"Markdown", Markdown("# A"), TypeMarkdown, "# A", "# A"},
		{"LaTeX", Latex("$V_m$"), TypeLatex, "$V_m$", "$V_m$"},
		{"JSON", JSON(map[string]int{"a": 1}), TypeJSON, map[string]int{"a": 1}, `{"a":1}`},
		{"PNG", PNG([]byte{1, 2}), TypePNG, []byte{1, 2}, "[PNG picture, 2 B]"},
	} {
		if !reflect.DeepEqual(c.b.Data[c.mime], c.data) {
			t.Errorf("%s: %v under %s", c.name, c.b.Data[c.mime], c.mime)
		}
		if c.b.Text() != c.text || c.b.String() != c.text {
			t.Errorf("%s: text %q, want %q", c.name, c.b.Text(), c.text)
		}
		if !reflect.DeepEqual(c.b.Show(), c.b) {
			t.Errorf("%s: does not show itself", c.name)
		}
	}
	if got := (Bundle{Data: map[string]any{TypePNG: nil, TypeHTML: ""}}).Text(); got != "[image/png, text/html]" {
		t.Errorf("bundle without text: %q", got)
	}
	if got := (Bundle{}).Text(); got != "[]" {
		t.Errorf("empty bundle: %q", got)
	}
}

// record is a sink that remembers.
type record struct {
	mu   sync.Mutex
	log  []string
	fail error
}

func (r *record) add(s string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log = append(r.log, s)
	return r.fail
}
func (r *record) Display(b Bundle) error { return r.add("display " + b.ID + b.Text()) }
func (r *record) Update(b Bundle) error  { return r.add("update " + b.ID + " " + b.Text()) }
func (r *record) Clear(wait bool) error {
	if wait {
		return r.add("clear later")
	}
	return r.add("clear")
}

func TestShow(t *testing.T) {
	r := &record{}
	before := Use(r)
	defer Use(before)
	Show(1, "a", Text("b"))
	Show()
	Update("plot", 2)
	Clear(true)
	Clear(false)
	if got, want := strings.Join(r.log, "; "), `display 1; display "a"; display b; update plot 2; clear later; clear`; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if Use(r) != r {
		t.Error("Use does not return the sink before")
	}

	r.fail = errors.New("disk full")
	for want, call := range map[string]func(){
		"display: Show: disk full":   func() { Show(1) },
		"display: Update: disk full": func() { Update("a", 1) },
		"display: Clear: disk full":  func() { Clear(false) },
	} {
		func() {
			defer func() {
				if err, ok := recover().(error); !ok || err.Error() != want || !errors.Is(err, r.fail) {
					t.Errorf("%v, want a panic with %q", err, want)
				}
			}()
			call()
		}()
	}
}

// TestShowFromGoroutines is for the race detector.
func TestShowFromGoroutines(t *testing.T) {
	r := &record{}
	defer Use(Use(r))
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 50 {
				Show(i)
				Use(r)
			}
		})
	}
	wg.Wait()
	if len(r.log) != 400 {
		t.Errorf("%d displays, want 400", len(r.log))
	}
}

func TestFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tour_figures")
	var out bytes.Buffer
	f := NewFiles(dir, &out)
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	do(f.Display(Text("no folder is made for text")))
	if _, err := os.Stat(dir); err == nil {
		t.Error("a folder was made before any picture")
	}
	do(f.Display(PNG([]byte("png"))))
	both := PNG([]byte("png2"))
	both.Data[TypeSVG], both.Data[TypeText] = "<svg/>", "membrane potential"
	both.ID = "V"
	do(f.Display(both))
	do(f.Display(SVG("<svg/>")))
	do(f.Display(Bundle{Data: map[string]any{TypePDF: []byte("%PDF")}}))
	do(f.Display(Markdown("# text again")))
	update := PNG([]byte("png3"))
	update.ID = "V"
	do(f.Update(update))
	update.ID = "new"
	do(f.Update(update))
	textUpdate := Text("now text")
	textUpdate.ID = "V"
	do(f.Update(textUpdate))
	do(f.Clear(false))

	want := `no folder is made for text
tour_figures/figure_01.png [PNG picture, 3 B]
tour_figures/figure_02.png [membrane potential]
tour_figures/figure_03.svg [SVG picture, 6 B]
tour_figures/figure_04.pdf [application/pdf]
# text again
tour_figures/figure_05.png [PNG picture, 4 B]
now text
`
	if out.String() != want {
		t.Errorf("%s\nwant\n%s", out.String(), want)
	}
	for name, content := range map[string]string{"figure_01.png": "png", "figure_02.png": "png3", "figure_03.svg": "<svg/>", "figure_04.pdf": "%PDF", "figure_05.png": "png3"} {
		if data, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(data) != content {
			t.Errorf("%s: %q, %v; want %q", name, data, err, content)
		}
	}
	if files, _ := os.ReadDir(dir); len(files) != 5 {
		t.Errorf("%d files", len(files))
	}
}

func TestFilesErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "taken")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := NewFiles(file, &bytes.Buffer{}).Display(PNG(nil)); err == nil || !strings.Contains(err.Error(), "no folder for figures") {
		t.Errorf("a file in the place of the folder: %v", err)
	}
	closed := NewFiles(t.TempDir(), failing{})
	if err := closed.Display(Text("x")); err == nil {
		t.Error("output that fails is not reported")
	}
	if err := closed.Display(PNG(nil)); err == nil {
		t.Error("output that fails is not reported for a picture")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestFiguresDir(t *testing.T) {
	for script, want := range map[string]string{"tour.go": "tour_figures", "a/b.go": "a/b_figures", "c": "c_figures"} {
		if got := FiguresDir(script); got != want {
			t.Errorf("FiguresDir(%q) = %q, want %q", script, got, want)
		}
	}
}
