package report_test

import (
	"encoding/json"
	"fmt"
	"html"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/neuro/report"
)

// operate is what a person does with the viewer: it clicks, presses keys, moves
// sliders and leaves what the page then says.
const operate = `<script>
(() => {
const out = [];
const view = document.getElementById('view');
const canvases = [...view.querySelectorAll('.plane canvas')];
const said = what => {
  const r = { what };
  for (const s of view.querySelectorAll('.reading span')) r[s.dataset.name] = s.querySelector('b').textContent;
  r.threshold = view.querySelectorAll('output')[0].textContent;
  r.opacity = view.querySelectorAll('output')[1].textContent;
  let coloured = 0;
  for (const c of canvases) {
    const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
    for (let i = 0; i < d.length; i += 4) if (Math.abs(d[i] - d[i + 2]) > 40) coloured++;
  }
  r.coloured = String(coloured);
  out.push(r);
};
const key = k => view.dispatchEvent(new KeyboardEvent('keydown', { key: k, bubbles: true }));
said('start');
for (let i = 0; i < 40; i++) {
  const c = canvases[i % 3], r = c.getBoundingClientRect();
  c.dispatchEvent(new PointerEvent('pointerdown', { clientX: r.left + r.width * (0.1 + 0.8 * (i * 7 % 40) / 40), clientY: r.top + r.height * (0.1 + 0.8 * (i * 11 % 40) / 40), bubbles: true }));
  said('click');
}
key('Home'); said('Home');
for (const k of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', '+', '-', '[']) { key(k); said(k); }
const slider = document.getElementById('view-threshold');
slider.value = slider.max; slider.dispatchEvent(new Event('input')); said('highest');
slider.value = 0; slider.dispatchEvent(new Event('input')); said('lowest');
document.getElementById('view-opacity').value = 0;
document.getElementById('view-opacity').dispatchEvent(new Event('input')); said('clear');
const chooser = document.getElementById('view-map');
chooser.value = 1; chooser.dispatchEvent(new Event('change')); said('F');
document.querySelector('[data-go^="0 "]').click(); said('table');
document.getElementById('theme').click();
out.push({ what: document.documentElement.dataset.theme });
document.getElementById('result').textContent = JSON.stringify(out);
})();
</script>`

func TestViewerInBrowser(t *testing.T) {
	var program string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" || testing.Short() {
		t.Skip("no Chromium")
	}
	s := newStudy(t, "task", 25, 8)
	page, err := report.Run(s.run, s.mask, s.fit, s.options())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "page.html")
	text := strings.Replace(page.HTML(), "</body>", `<pre id="result">none</pre>`+operate+"</body>", 1)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+filepath.Join(dir, "profile"), "--window-size=1200,900", "--dump-dom", "file://"+path)
	cmd.WaitDelay = 5 * time.Second
	dom, err := cmd.Output()
	match := regexp.MustCompile(`(?s)<pre id="result">(.*?)</pre>`).FindSubmatch(dom)
	if match == nil {
		t.Skipf("Chromium does not run here: %v", err)
	}
	var steps []map[string]string
	if err := json.Unmarshal([]byte(html.UnescapeString(string(match[1]))), &steps); err != nil {
		t.Fatalf("the viewer failed: %v: %.300s", err, match[1])
	}
	m, err := s.fit.Contrast("task - rest")
	if err != nil {
		t.Fatal(err)
	}
	z, effect := m.Image("z"), m.Image("effect")
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(strings.Replace(s, "−", "-", 1), 64)
		if err != nil {
			t.Fatalf("%q is no number", s)
		}
		return v
	}
	coloured := map[string]float64{}
	var homed, before [3]int
	values, empty := 0, 0
	for i, r := range steps[:len(steps)-1] {
		var v [3]int
		if _, err := fmt.Sscanf(r["voxel"], "%d, %d, %d", &v[0], &v[1], &v[2]); err != nil {
			t.Fatalf("step %d: voxel %q: %v", i, r["voxel"], err)
		}
		var mm [3]float64
		for a, s := range strings.Split(r["mm"], ", ") {
			mm[a] = number(s)
		}
		x, y, w := z.World(float64(v[0]), float64(v[1]), float64(v[2]))
		if math.Hypot(math.Hypot(mm[0]-x, mm[1]-y), mm[2]-w) > 0.1 {
			t.Errorf("%s: voxel %v is at %v mm, not %g, %g, %g", r["what"], v, mm, x, y, w)
		}
		if r["what"] != "F" {
			want := z.At(v[0], v[1], v[2], 0)
			switch {
			case math.IsNaN(want):
				empty++
				if r["z"] != "no value" {
					t.Errorf("%s: voxel %v outside of the mask has z %q", r["what"], v, r["z"])
				}
			default:
				values++
				if math.Abs(number(r["z"])-want) > 0.00051 || math.Abs(number(r["effect"])-effect.At(v[0], v[1], v[2], 0)) > 0.0051 {
					t.Errorf("%s: voxel %v has z %s and effect %s, not %.4f and %.4f", r["what"], v, r["z"], r["effect"], want, effect.At(v[0], v[1], v[2], 0))
				}
			}
		}
		coloured[r["what"]] = number(r["coloured"])
		step := func(axis, sign int) { // the first axis of voxels runs to the left
			want := before
			want[axis] += sign
			if v != want {
				t.Errorf("%s leads from voxel %v to %v, not %v", r["what"], before, v, want)
			}
		}
		// Home is followed by keys in the plane clicked last, a coronal one.
		switch r["what"] {
		case "Home":
			homed = v
		case "ArrowLeft":
			step(0, 1)
		case "ArrowRight":
			step(0, -1)
		case "ArrowUp":
			step(2, 1)
		case "ArrowDown":
			step(2, -1)
		case "PageUp":
			step(1, 1)
		case "PageDown":
			step(1, -1)
		case "+":
			if got := number(r["threshold"]) - number(steps[i-1]["threshold"]); math.Abs(got-0.1) > 0.011 {
				t.Errorf("+ raises the threshold by %g", got)
			}
		case "[":
			if r["opacity"] != "80 %" {
				t.Errorf("[ leaves an opacity of %s", r["opacity"])
			}
		}
		before = v
	}
	if first, last := steps[0]["voxel"], fmt.Sprintf("%d, %d, %d", homed[0], homed[1], homed[2]); first != last {
		t.Errorf("the viewer begins at voxel %s, the largest value is at %s", first, last)
	}
	if values < 20 || empty < 3 {
		t.Errorf("clicks met %d voxels with a value and %d without", values, empty)
	}
	if !(coloured["highest"] < coloured["start"] && coloured["start"] < coloured["lowest"] && coloured["clear"] == 0) {
		t.Errorf("coloured points: %v", coloured)
	}
	if steps[len(steps)-1]["what"] != "light" {
		t.Errorf("the button leads to theme %q", steps[len(steps)-1]["what"])
	}
}
