package terminal

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the screens under testdata/screens anew")

// A scene is what somebody does at the prompt, and the screen that it leaves.
// A step is text to type, a key in angle brackets as tmux names it
// (<Enter>, <C-r>), or one of
//
//	wait: TEXT    until TEXT stands on the screen
//	paste: TEXT   as a terminal pastes it, in brackets
//	size: 40x24   another size of the window
type scene struct {
	name  string
	env   []string
	steps []string
}

var scenes = []scene{
	{name: "start"},
	{name: "values", steps: []string{
		"x := 3", "<Enter>", "wait:In [2]", "x * 2", "<Enter>", "wait:Out[2]", "math.Modf(2.5)", "<Enter>", "wait:In [4]",
		`[]string{"a", "b"}`, "<Enter>", "wait:Out[4]", `fmt.Println("µ", 1); fmt.Print("no newline")`, "<Enter>", "wait:In [6]"}},
	{name: "errors", steps: []string{
		"y := nope + 1; neuron.NewHX()", "<Enter>", "wait:In [2]", "func f(a []int) int { return a[3] }", "<Enter>", "wait:In [3]",
		"f(nil)", "<Enter>", "wait:In [4]", `x := "`, "<Enter>", "wait:In [5]"}},
	// Of packages that grow, menus and help would change with every new name.
	{name: "menu", steps: []string{"math.Lo", "<Tab>", "wait:Logb"}},
	{name: "menu_chosen", steps: []string{"math.Lo", "<Tab>", "wait:Logb", "<Tab>", "<Tab>", "wait:math.Log10"}},
	{name: "menu_columns", steps: []string{"math.", "<Tab>", "wait:Abs"}},
	{name: "menu_own", steps: []string{
		"paste:type axon struct{ Na, K float64 }\nfunc (a axon) Fires(current float64, n int) bool { return true }\nfunc axonOf(na float64) (axon, error) { return axon{}, nil }",
		"wait:nil }", "<Enter>", "wait:In [2]", "a, _ := axonOf(1); a.", "<Tab>", "wait:Fires"}},
	{name: "menu_fields", steps: []string{"h := neuron.HH{G", "<Tab>", "wait:GNa"}},
	{name: "signature", steps: []string{"signal.Welch(", "wait:fs float64", "nil, 1", "wait:nil, 1"}},
	{name: "signature_narrow", steps: []string{"size:44x24", "neuron.FICurve(neuron.NewHH(), nil, ", "wait:…"}},
	{name: "lines", steps: []string{
		"func double(a int) int {", "<Enter>", "if a > 0 {", "<Enter>", "return 2 * a", "<Enter>", "}", "<Enter>", "return 0", "<Enter>", "}", "<Enter>", "wait:In [2]",
		"double(21)", "<Enter>", "wait:Out[2]"}},
	{name: "middle", steps: []string{ // a line put into the middle of a cell
		"for i := range 2 {", "<Enter>", "fmt.Println(i)", "<Up>", "<End>", "<Enter>", "i *= 10", "wait:i *= 10"}},
	{name: "history", steps: []string{"<C-r>", "wait:inc-search", "square", "wait:inc-search): square"}},
	{name: "history_chosen", steps: []string{"<C-r>", "wait:inc-search", "retu", "wait:inc-search): retu", "<Enter>", "<Enter>", "wait:In [2]", "square(7)", "<Enter>", "wait:Out[2]"}},
	{name: "recall", steps: []string{"<Up>", "wait:last", "<Up>", "wait:square", "<Up>", "wait:return"}},
	{name: "paste", steps: []string{"paste:a := 1\nfor i := range 3 {\n\ta += i\n}\na", "wait:]: a := 1", "<Enter>", "wait:Out[1]"}},
	{name: "paste_tall", steps: []string{"paste:n := 0\n" + strings.Repeat("n++\n", 200) + "n", "wait:202 lines", "<Enter>", "wait:Out[1]"}},
	{name: "figure", env: []string{"NEUROREPL_PICTURES=braille"}, steps: []string{
		"size:110x30", "r, _ := neuron.NewHH().Simulate(stim.Step(10, 10, 60), 80, 0.01)", "<Enter>", "wait:In [2]", "r.V", "<Enter>", "wait:In [3]"}},
	{name: "narrower", steps: []string{`fmt.Println("before")`, "<Enter>", "wait:In [2]", "total := 1 + 2 + 3 + 4 + 5", "wait:5", "size:24x24", "wait:+ 5"}},
	{name: "wider", steps: []string{"size:24x24", "total := 1 + 2 + 3 + 4 + 5", "wait:5", "size:70x24", "wait:4 + 5", "<Enter>", "wait:In [2]", "total", "<Enter>", "wait:15"}},
	{name: "interrupt", steps: []string{`fmt.Print("busy"); for {}`, "<Enter>", "wait:\nbusy", "<C-c>", "wait:In [2]", "given up", "<C-c>", "1 + 1", "<Enter>", "wait:Out[2]"}},
	{name: "help", steps: []string{"math.Hypot?", "<Enter>", "wait:In [2]"}},
	{name: "wide", steps: []string{`s := "電気 µV e`, "\u0301", `" + "x"`, "<C-a>", "<Right>", "<Right>", "<Right>", "<Right>", "<Right>", "<Right>", "<Right>", "é", "wait:電é気", "<Enter>", "wait:In [2]", "s", "<Enter>", "wait:Out[2]"}},
	{name: "twenty", steps: []string{ // a window as narrow as a watch's: the line wraps, the menu and the signature fit
		"size:20x24", `fmt.Println("one two three four")`, "<Enter>", "wait:In [2]", "signal.Welch(", "wait:…", "<C-c>", "math.Lo", "<Tab>", "wait:Logb"}},
	{name: "long_line", steps: []string{
		"s := `" + strings.Repeat("0123456789", 40) + "`", "wait:`", "<C-a>", "<End>", "<BSpace>", "<BSpace>", "`", "<Enter>", "wait:In [2]", "len(s)", "<Enter>", "wait:Out[2]"}},
	{name: "edited_given_up", steps: []string{ // Ctrl-C in a cell of several lines
		"for {", "<Enter>", "x := 1", "<C-c>", "wait:In [1]", "2 + 3", "<Enter>", "wait:5"}},
	{name: "and_back", steps: []string{ // a window that is made narrow and wide again while a cell of several lines is edited
		"func f() {", "<Enter>", `fmt.Println("a line that does not fit into thirty")`, "wait:thirty", "size:30x24", "wait:a li\nne that", "size:80x24", "wait:a line that does not", "<Enter>", "}", "wait:}"}},
	{name: "emoji", steps: []string{`t := "🧠🇨🇿👩‍🔬"; len([]rune(t))`, "<Left>", "<Left>", "<Enter>", "wait:Out[1]"}},
	{name: "plain", env: []string{"TERM=dumb"}, steps: []string{"1 + 1", "<Enter>", "wait:Out[1]"}},
}

// A muxer is a tmux server of the test's own.
type muxer struct {
	t      *testing.T
	socket string
}

func (m muxer) do(args ...string) string {
	m.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-u", "-S", m.socket, "-f", "/dev/null"}, args...)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		m.t.Fatalf("tmux %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return out.String()
}

// screen returns the characters on the screen and, below them, where the
// cursor is.
func (m muxer) screen() string {
	out := m.do("capture-pane", "-p", ";", "display-message", "-p", "cursor: column #{cursor_x}, row #{cursor_y}")
	text, cursor, _ := strings.Cut(out, "cursor: ")
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return picturePath.ReplaceAllString(strings.TrimRight(strings.Join(lines, "\n"), "\n"), "FOLDER/figure") + "\n--- cursor: " + cursor
}

// picturePath matches the folder of a session's pictures, whose name is never
// the same.
var picturePath = regexp.MustCompile(`\S*/neurorepl-[0-9\n]+/figure`)

// rest waits until the screen has stopped changing and holds a text.
func (m muxer) rest(text string) string {
	m.t.Helper()
	before, since := "", time.Now()
	for end := time.Now().Add(15 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		now := m.screen()
		if now != before {
			before, since = now, time.Now()
		}
		// Longer than the row below the line takes to follow.
		if strings.Contains("\n"+now, text) && time.Since(since) > 2*settled+80*time.Millisecond {
			return now
		}
		if time.Now().After(end) {
			m.t.Fatalf("%q does not come up; the screen is\n%s", text, now)
		}
	}
}

func (m muxer) step(s string) {
	m.t.Helper()
	switch verb, arg, _ := strings.Cut(s, ":"); {
	case strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">"):
		m.do("send-keys", s[1:len(s)-1])
	case verb == "wait":
		m.rest(arg)
	case verb == "paste":
		m.do("set-buffer", arg, ";", "paste-buffer", "-p")
	case verb == "size":
		w, h, _ := strings.Cut(arg, "x")
		m.rest("")
		m.do("resize-window", "-x", w, "-y", h)
	default:
		m.do("send-keys", "-l", s)
	}
}

// The screens that scenes leave are those that are stored; they were looked at
// when they were written.
func TestScreens(t *testing.T) {
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("needs tmux")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			got := play(t, self, s)
			path := filepath.Join("testdata", "screens", s.name+".txt")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the screen is\n%s\nand was\n%s\n(go test -update -run TestScreens writes what is there now)", got, want)
			}
		})
	}
}

func play(t *testing.T, self string, s scene) string {
	dir, err := os.MkdirTemp("", "screen") // short: a socket's path has a limit
	if err != nil {
		t.Fatal(err)
	}
	past := filepath.Join(dir, "history")
	var entries []byte
	for _, text := range []string{"func square(x int) int {\n\treturn x * x\n}", "square(12)", "last := 1"} {
		entries = append(entries, encodeEntry(text)...)
	}
	if err := os.WriteFile(past, entries, 0o600); err != nil {
		t.Fatal(err)
	}
	m := muxer{t, filepath.Join(dir, "tmux")}
	t.Cleanup(func() {
		exec.Command("tmux", "-S", m.socket, "kill-server").Run()
		os.RemoveAll(dir)
	})
	env := append([]string{"NEUROREPL_TEST_TERMINAL=session", "NEUROREPL_HISTORY=" + past, "TMPDIR=" + dir, "NO_COLOR=", "COLORTERM=", "HOME=" + dir, "INPUTRC=/dev/null"}, s.env...)
	line := "exec env"
	for _, e := range append(env, self) {
		line += fmt.Sprintf(" '%s'", e)
	}
	m.do("new-session", "-d", "-x", "80", "-y", "24", line)
	m.rest("In [1]")
	for _, step := range s.steps {
		m.step(step)
	}
	return m.rest("")
}
