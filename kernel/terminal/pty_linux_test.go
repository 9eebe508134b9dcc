package terminal

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/neurorepl/neurorepl/kernel/session"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// The test binary is also the program that the tests drive on a terminal.
func TestMain(m *testing.M) {
	switch os.Getenv("NEUROREPL_TEST_TERMINAL") {
	case "session":
		os.Exit(Run(Options{Version: "test", Open: func(o session.Options) (Engine, error) {
			return session.New(o)
		}}))
	case "1":
		os.Exit(Run(Options{Version: "test", Open: func(o session.Options) (Engine, error) {
			return &echo{o: o}, nil
		}}))
	}
	os.Exit(m.Run())
}

// echo is an engine that answers with what it was given.
type echo struct {
	o session.Options
	n int
}

func (e *echo) Run(ctx context.Context, c session.Cell) session.Result {
	e.n++
	r := session.Result{Count: e.n}
	switch {
	case c.Text == "sleep":
		<-ctx.Done()
		r.Err = &session.Error{Kind: session.KindInterrupt, Message: "by the user"}
	case c.Text == "later":
		go func() {
			time.Sleep(50 * time.Millisecond)
			fmt.Fprintln(e.o.Stdout, "from behind")
		}()
	default:
		r.Values = []session.Value{{Bundle: display.Text(fmt.Sprintf("<%d bytes, %d lines, %q>", len(c.Text), strings.Count(c.Text, "\n")+1, c.Text[:min(len(c.Text), 12)]))}}
	}
	return r
}

func (e *echo) Complete(text string, cursor int) session.Completions {
	start := strings.LastIndexAny(text[:cursor], ".( ") + 1
	if !strings.HasPrefix("Welch", text[start:cursor]) {
		return session.Completions{}
	}
	return session.Completions{Start: start, End: cursor, Items: []session.Completion{{Text: "Welch", Kind: "function", Type: "func(x []float64)"}}}
}

func (e *echo) Completeness(text string) session.Completeness {
	if strings.Count(text, "{") > strings.Count(text, "}") {
		return session.Completeness{Status: "incomplete", Indent: "\t"}
	}
	return session.Completeness{Status: "complete"}
}

func (e *echo) Close() error { return nil }

// tty is a program on a terminal of the tests' own.
type tty struct {
	t      *testing.T
	master *os.File
	cmd    *exec.Cmd
	mu     sync.Mutex
	seen   strings.Builder
	from   int // what came before has been looked at
}

func startTTY(t *testing.T, env ...string) *tty {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(int(master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80})
	}
	var slave *os.File
	if err == nil {
		slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	}
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	p := &tty{t: t, master: master, cmd: exec.Command(self)}
	p.cmd.Env = append([]string{"NEUROREPL_TEST_TERMINAL=1", "TERM=xterm-256color", "HOME=" + dir, "NEUROREPL_HISTORY=" + dir + "/history",
		"NEUROREPL_PICTURES=blocks", "PATH=" + os.Getenv("PATH")}, env...)
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = slave, slave, slave
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := master.Read(buf)
			p.mu.Lock()
			p.seen.Write(buf[:n])
			p.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		p.cmd.Wait()
		master.Close()
	})
	return p
}

func (p *tty) send(s string) {
	if _, err := p.master.WriteString(s); err != nil {
		p.t.Error(err)
	}
}

// expect waits until the program has written a text.
func (p *tty) expect(text string) {
	p.t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		p.mu.Lock()
		all := p.seen.String()
		p.mu.Unlock()
		if i := strings.Index(all[p.from:], text); i >= 0 {
			p.from += i + len(text)
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("%q did not come; the last was %q", text, all[max(p.from, len(all)-600):])
		}
	}
}

func (p *tty) exits(status int) {
	p.t.Helper()
	done := make(chan error, 1)
	go func() { done <- p.cmd.Wait() }()
	select {
	case <-done:
		if got := p.cmd.ProcessState.ExitCode(); got != status {
			p.t.Errorf("status %d, want %d", got, status)
		}
	case <-time.After(10 * time.Second):
		p.t.Error("it does not end")
	}
}

func TestTyping(t *testing.T) {
	p := startTTY(t)
	p.expect("In [1]: ")
	// As fast as a terminal can send: no key may get lost.
	for range 40 {
		p.send("0123456789")
	}
	p.send("µ\r")
	p.expect(`<402 bytes, 1 lines, "012345678901">`)
	p.expect("In [2]: ")
	p.send("\x1b[A\r") // the cell before
	p.expect(`<402 bytes, 1 lines,`)
	p.expect("In [3]: ")
	p.send("for {\r")
	p.send("x\r}\r")
	p.expect("<10 bytes, 3 lines, \"for {\\n\\tx\\n}\">")
	p.send("never mind\x03")
	p.expect("In [4]: ")
	p.send("signal.We\t(x)\r")
	p.expect(`<15 bytes, 1 lines, "signal.Welch">`)
	p.send("later\r")
	p.expect("In [6]: ")
	time.Sleep(100 * time.Millisecond)
	p.send("y\r")
	p.expect("from behind\r\n")
	p.expect(`<1 bytes`)
	p.send("\x04")
	p.exits(0)
}

func TestPaste(t *testing.T) {
	p := startTTY(t)
	p.expect("In [1]: ")
	p.send("\x1b[200~a\r\nb\x1b[31m\x07c\r\x1b[201~")
	p.send("\r")
	p.expect(`<8 bytes, 2 lines, "a\nb[31mc">`)
	// Taller than the window.
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, "line %03d {}\r", i)
	}
	p.send("\x1b[200~" + b.String() + "\x1b[201~")
	p.expect("⟦200 lines #1⟧")
	p.send("\r")
	p.expect(fmt.Sprintf(`<%d bytes, 200 lines, "line 000 {}`, 200*12-1))
	p.send("\x1b[A")
	p.expect("⟦200 lines #1⟧")
	p.send("\r")
	p.expect(fmt.Sprintf(`<%d bytes, 200 lines,`, 200*12-1))
}

func TestInterrupt(t *testing.T) {
	p := startTTY(t)
	p.expect("In [1]: ")
	for i := range 3 {
		p.send("sleep\r")
		time.Sleep(150 * time.Millisecond)
		p.send("\x03")
		p.expect("interrupted: by the user")
		p.expect(fmt.Sprintf("In [%d]: ", i+2))
	}
	p.send("quit\r")
	p.exits(0)
}

// NO_COLOR is respected: no colour codes at all.
func TestNoColour(t *testing.T) {
	p := startTTY(t, "NO_COLOR=1")
	p.expect("In [1]: ")
	p.send("func f() {}\r")
	p.expect("<11 bytes")
	p.send("exit\r")
	p.exits(0)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, code := range []string{"\x1b[31m", "\x1b[32m", "\x1b[35m", "\x1b[2m", "\x1b[90m"} {
		if strings.Contains(p.seen.String(), code) {
			t.Errorf("%q was written", code)
		}
	}
}
