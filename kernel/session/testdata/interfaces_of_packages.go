// Interfaces of compiled packages implemented by interpreted types: Scanner,
// TextUnmarshaler, Valuer-like flags, rand.Source, fs.FS, heap, hash, sort.
package main

import (
	"encoding"
	"errors"
	"flag"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"strings"
	"testing/fstest"
	"time"
)

type Duration struct{ ms float64 }

func (d *Duration) Scan(s fmt.ScanState, verb rune) error {
	tok, err := s.Token(true, func(r rune) bool { return r == '.' || r >= '0' && r <= '9' })
	if err != nil {
		return err
	}
	if _, err := fmt.Sscan(string(tok), &d.ms); err != nil {
		return err
	}
	unit, _, err := s.ReadRune()
	if unit == 's' {
		d.ms *= 1000
	} else if err == nil {
		s.UnreadRune()
	}
	return nil
}

type Level int

func (l *Level) UnmarshalText(b []byte) error {
	i := strings.Index("low mid top", string(b))
	if i < 0 || len(b) != 3 {
		return fmt.Errorf("level %q", b)
	}
	*l = Level(i / 4)
	return nil
}
func (l Level) MarshalText() ([]byte, error) { return []byte(strings.Fields("low mid top")[l]), nil }

type xorHash struct{ h byte }

func (x *xorHash) Write(p []byte) (int, error) {
	for _, b := range p {
		x.h ^= b
	}
	return len(p), nil
}
func (x *xorHash) Sum(b []byte) []byte { return append(b, x.h) }
func (x *xorHash) Reset()              { x.h = 0 }
func (x *xorHash) Size() int           { return 1 }
func (x *xorHash) BlockSize() int      { return 1 }

type upperFS struct{ fs.FS }
type upperFile struct{ fs.File }

func (u upperFS) Open(name string) (fs.File, error) {
	f, err := u.FS.Open(name)
	if err != nil {
		return nil, err
	}
	return upperFile{f}, nil
}

func (f upperFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	copy(p, strings.ToUpper(string(p[:n])))
	return n, err
}

type ticker struct{ n int }

func (t *ticker) ReadByte() (byte, error) {
	if t.n++; t.n > 3 {
		return 0, io.EOF
	}
	return byte('0' + t.n), nil
}

func main() {
	var d, e Duration
	n, err := fmt.Sscan("12.5 3s", &d, &e)
	fmt.Println(n, err, d, e)
	_, err = fmt.Sscan("x", &d)
	fmt.Println(err)
	set := flag.NewFlagSet("f", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	var lv Level
	set.TextVar(&lv, "level", Level(1), "how much")
	fmt.Println(set.Parse([]string{"-level", "top"}), int(lv))
	fmt.Println(set.Parse([]string{"-level", "??"}))
	var tm encoding.TextMarshaler = lv
	b, _ := tm.MarshalText()
	_, isUn := any(lv).(encoding.TextUnmarshaler)
	_, isUnPtr := any(&lv).(encoding.TextUnmarshaler)
	fmt.Println(string(b), isUn, isUnPtr)
	var h hash.Hash = &xorHash{}
	io.Copy(h, strings.NewReader("spike"))
	fmt.Fprintf(h, "%d", 12)
	fmt.Println(h.Sum([]byte{1}), h.Size())
	fsys := upperFS{fstest.MapFS{"a/x.txt": {Data: []byte("text x")}, "a/y.csv": {Data: []byte("1,2"), ModTime: time.Unix(0, 0)}, "b.txt": {}}}
	data, err := fs.ReadFile(fsys, "a/x.txt")
	fmt.Println(string(data), err)
	_, err = fs.ReadFile(fsys, "none")
	fmt.Println(err, errors.Is(err, fs.ErrNotExist))
	err = fs.WalkDir(fsys.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if d.IsDir() && path == "skip" {
			return fs.SkipDir
		}
		fmt.Print(path, d.IsDir(), " ")
		return err
	})
	fmt.Println(err)
	m, err := fs.Glob(fsys.FS, "a/*.csv")
	fmt.Println(m, err)
	var br io.ByteReader = &ticker{}
	for {
		c, err := br.ReadByte()
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Print(string(c), " ")
	}
}
