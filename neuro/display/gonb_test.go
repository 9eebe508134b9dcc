//go:build unix

package display

import (
	"encoding/gob"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The receiving end, with types of its own: the fields are GoNB's, the rest of
// the messages is given by gob.
type (
	peerMIME string
	peerData struct {
		Data      map[peerMIME]any
		Metadata  map[string]any
		DisplayID string
	}
	peerValue struct {
		Address string
		Request bool
		Value   any
	}
)

// pipes makes two named pipes and announces them as GoNB does.
func pipes(t *testing.T) (to, back string) {
	t.Helper()
	dir := t.TempDir()
	to, back = filepath.Join(dir, "to"), filepath.Join(dir, "back")
	for _, p := range []string{to, back} {
		if err := syscall.Mkfifo(p, 0o600); err != nil {
			t.Skip(err)
		}
	}
	t.Setenv(gonbPipe, to)
	t.Setenv(gonbPipeBack, back)
	return to, back
}

// kernel reads messages as GoNB's kernel does: it answers a sync, and passes
// on what is to be shown.
func kernel(t *testing.T, to, back string, answer bool) <-chan peerData {
	shown := make(chan peerData, 10)
	go func() {
		defer close(shown)
		r, err := os.Open(to)
		if err != nil {
			t.Error(err)
			return
		}
		defer r.Close()
		w, err := os.OpenFile(back, os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
			return
		}
		defer w.Close()
		dec, enc := gob.NewDecoder(r), gob.NewEncoder(w)
		for {
			var m peerData
			if err := dec.Decode(&m); err != nil {
				return
			}
			if v, ok := m.Data["gonb/comm_value"]; ok {
				c, ok := v.(commValue) // registered under GoNB's name
				if !ok || c.Address != "#gonbui/sync" {
					t.Errorf("sync came as %#v", v)
				}
				if answer {
					enc.Encode(peerValue{Address: "#gonbui/sync_ack", Value: c.Value})
				}
				continue
			}
			shown <- m
		}
	}()
	return shown
}

func TestGoNB(t *testing.T) {
	to, back := pipes(t)
	shown := kernel(t, to, back, true)
	before := Use(nil)
	defer Use(before)

	b := PNG([]byte{1, 2, 3})
	b.Metadata = map[string]any{TypePNG: map[string]any{"width": 567, "height": 340}}
	Show(b, Markdown("**bold**"), SVG("<svg/>"), JSON(map[string]any{"a": []any{1, nil, "x"}}))
	Update("fig", HTML("<b>2</b>"))

	next := func() peerData {
		t.Helper()
		select {
		case m := <-shown:
			return m
		case <-time.After(5 * time.Second):
			t.Fatal("nothing came")
			return peerData{}
		}
	}
	m := next()
	if got, ok := m.Data[TypePNG].([]byte); !ok || string(got) != "\x01\x02\x03" {
		t.Errorf("PNG came as %#v", m.Data[TypePNG])
	}
	if got, _ := json.Marshal(m.Metadata); string(got) != `{"image/png":{"height":340,"width":567}}` {
		t.Errorf("metadata came as %s", got)
	}
	if m = next(); m.Data[TypeMarkdown] != "**bold**" || m.DisplayID != "" {
		t.Errorf("Markdown came as %#v", m)
	}
	if m = next(); m.Data[TypeSVG] != "<svg/>" || m.Data[TypeHTML] != "<div><svg/></div>" {
		t.Errorf("SVG came as %#v", m)
	}
	m = next()
	if got, _ := json.Marshal(m.Data[TypeJSON]); string(got) != `{"a":[1,"","x"]}` {
		t.Errorf("JSON came as %s", got)
	}
	if m = next(); m.Data[TypeHTML] != "<b>2</b>" || m.DisplayID != "fig" {
		t.Errorf("update came as %#v", m)
	}
}

// A kernel that does not answer delays one display, not each.
func TestGoNBWithoutAnswer(t *testing.T) {
	defer func(d time.Duration) { gonbWait = d }(gonbWait)
	gonbWait = 100 * time.Millisecond
	to, back := pipes(t)
	shown := kernel(t, to, back, false)
	before := Use(nil)
	defer Use(before)
	start := time.Now()
	for range 5 {
		Show("x")
	}
	if d := time.Since(start); d < gonbWait || d > 4*gonbWait {
		t.Errorf("five displays took %v, want one wait of %v", d, gonbWait)
	}
	for range 5 {
		<-shown
	}
}

func TestGoNBAbsent(t *testing.T) {
	t.Setenv(gonbPipe, "")
	if _, err := openGoNB(); !errors.Is(err, errNoGoNB) {
		t.Errorf("without pipes: %v", err)
	}
	dir := t.TempDir()
	t.Setenv(gonbPipe, filepath.Join(dir, "none"))
	t.Setenv(gonbPipeBack, filepath.Join(dir, "none"))
	if _, err := openGoNB(); err == nil || !strings.Contains(err.Error(), gonbPipe) {
		t.Errorf("with paths that are no pipes: %v", err)
	}
	// Nobody at the other end: an error in time, not a hang.
	defer func(d time.Duration) { gonbOpen = d }(gonbOpen)
	gonbOpen = 50 * time.Millisecond
	pipes(t)
	if _, err := openGoNB(); err == nil || !strings.Contains(err.Error(), "nobody has opened") {
		t.Errorf("with nobody at the other end: %v", err)
	}
}

// A kernel that goes away is an error, which Show turns into a panic.
func TestGoNBGone(t *testing.T) {
	to, back := pipes(t)
	go func() {
		r, _ := os.Open(to)
		w, _ := os.OpenFile(back, os.O_WRONLY, 0)
		r.Close()
		w.Close()
	}()
	s, err := openGoNB()
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // the first write may come before the pipe closes
		err = s.Display(Text("x"))
		time.Sleep(50 * time.Millisecond)
	}
	if err == nil || !strings.Contains(err.Error(), "GoNB") {
		t.Errorf("writing to a kernel that is gone: %v", err)
	}
}
