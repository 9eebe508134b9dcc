// Interpreted io.Reader, io.Writer and friends handed to compiled functions:
// io.Copy, bufio, Fprintf, MultiWriter, TeeReader, hash, gzip, Pipe.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
)

type rot13 struct{ r io.Reader }

func (r rot13) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	for i, b := range p[:n] {
		switch {
		case b >= 'a' && b <= 'z':
			p[i] = 'a' + (b-'a'+13)%26
		case b >= 'A' && b <= 'Z':
			p[i] = 'A' + (b-'A'+13)%26
		}
	}
	return n, err
}

type slow struct {
	data []byte
	step int
}

func (s *slow) Read(p []byte) (n int, err error) {
	if len(s.data) == 0 {
		return 0, io.EOF
	}
	n = copy(p, s.data[:min(s.step, len(s.data))])
	s.data = s.data[n:]
	return
}

type counter struct{ bytes, calls int }

func (c *counter) Write(p []byte) (int, error) {
	c.bytes += len(p)
	c.calls++
	return len(p), nil
}

type limited struct{ left int }

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.left {
		n := l.left
		l.left = 0
		return n, errors.New("disk full")
	}
	l.left -= len(p)
	return len(p), nil
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
func (zeros) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(make([]byte, 3))
	return int64(n), err
}

func main() {
	b, err := io.ReadAll(rot13{strings.NewReader("Uryyb, Jbeyq!")})
	fmt.Println(string(b), err)
	c := &counter{}
	n, err := io.Copy(c, &slow{[]byte("0123456789"), 3})
	fmt.Println(n, err, *c)
	_, err = fmt.Fprintf(&limited{5}, "%s", "too long")
	fmt.Println(err)
	n, err = io.Copy(&limited{4}, strings.NewReader("six by"))
	fmt.Println(n, err)
	var left, right bytes.Buffer
	tee := io.TeeReader(&slow{[]byte("tee text"), 2}, &left)
	sc := bufio.NewScanner(tee)
	sc.Split(bufio.ScanWords)
	for sc.Scan() {
		fmt.Print("[", sc.Text(), "]")
	}
	fmt.Println(left.String())
	w := bufio.NewWriterSize(io.MultiWriter(c, &right), 16)
	fmt.Fprintf(w, "%s and %d", "buffered", 42)
	fmt.Print(right.Len(), " ")
	w.Flush()
	fmt.Println(right.String(), c.bytes)
	h := sha256.New()
	io.Copy(h, io.LimitReader(zeros{}, 64))
	fmt.Printf("%x\n", h.Sum(nil)[:6])
	n, _ = io.Copy(c, zeros{})
	fmt.Println(n)
	var z bytes.Buffer
	gz := gzip.NewWriter(&z)
	io.WriteString(gz, strings.Repeat("spike ", 100))
	gz.Close()
	gr, err := gzip.NewReader(&slow{z.Bytes(), 7})
	text, err2 := io.ReadAll(gr)
	fmt.Println(len(text), err, err2)
	pr, pw := io.Pipe()
	go func() {
		fmt.Fprint(pw, "through a pipe")
		pw.CloseWithError(errors.New("closed by writer"))
	}()
	b, err = io.ReadAll(rot13{rot13{pr}})
	fmt.Println(string(b), err)
	sr := io.NewSectionReader(strings.NewReader("section of text"), 3, 4)
	b, _ = io.ReadAll(sr)
	buf := make([]byte, 4)
	_, err = io.ReadFull(&slow{[]byte("abc"), 1}, buf)
	fmt.Println(string(b), err, string(buf[:3]))
}
