//go:build unix

package terminal

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// cellPixels returns the size of a character cell, if the terminal tells the
// kernel its size in pixels.
func cellPixels(fd, columns, rows int) (w, h int) {
	size, err := unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ)
	if err != nil || size.Xpixel == 0 || size.Ypixel == 0 || columns == 0 || rows == 0 {
		return 0, 0
	}
	return int(size.Xpixel) / columns, int(size.Ypixel) / rows
}

// query writes a question whose last part every terminal answers with device
// attributes and reads until that answer came or the time is over. What does
// not belong to an answer was typed by the user.
func query(question string, patience time.Duration) (reply, typed string) {
	fd := int(os.Stdin.Fd())
	if !term.IsTerminal(fd) {
		return "", ""
	}
	state, err := term.MakeRaw(fd)
	if err != nil {
		return "", ""
	}
	defer term.Restore(fd, state)
	if _, err := os.Stdout.WriteString(question); err != nil {
		return "", ""
	}
	var got []byte
	buf := make([]byte, 1024)
	for end := time.Now().Add(patience); ; {
		left := time.Until(end)
		if left <= 0 {
			break
		}
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		n, err := unix.Poll(fds, int(left.Milliseconds())+1)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			break
		}
		n, err = unix.Read(fd, buf)
		if err != nil || n <= 0 {
			break
		}
		got = append(got, buf[:n]...)
		if attributes.Match(got) {
			break
		}
	}
	text := string(got)
	for _, answer := range []interface{ FindString(string) string }{attributes, cellSize} {
		if m := answer.FindString(text); m != "" {
			reply += m
			text = strings.Replace(text, m, "", 1)
		}
	}
	return reply, text
}
