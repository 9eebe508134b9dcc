// Command nofuse finds multiply-adds that the compiler fused by itself.
//
// On arm64 (and some other CPUs) the Go compiler may turn x*y + z into one
// fused instruction with one rounding, where amd64 rounds twice; the same
// program then gives different bits. In neuro/ a product that is added to
// something is therefore written float64(x*y) + z, which forbids fusion, or
// math.FMA(x, y, z), which asks for it everywhere. This program compiles neuro/
// for arm64, reads the assembly listing and reports every fused instruction
// whose source line does not ask for one. Run it at the module's root:
//
//	go run ./internal/tools/nofuse
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

const pattern = "github.com/neurorepl/neurorepl/neuro/..."

// fused matches one listed instruction: its file, line and name.
var fused = regexp.MustCompile(`\(([^()]+\.go):(\d+)\)\s+(FN?M(?:ADD|SUB)[SD])\b`)

func main() {
	cmd := exec.Command("go", "build", "-gcflags="+pattern+"=-S", "./neuro/...")
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		os.Stderr.Write(tail(out))
		fmt.Fprintln(os.Stderr, "nofuse:", err)
		os.Exit(1)
	}
	found := map[string]bool{}
	instructions := 0
	for sc := lines(out); sc.Scan(); {
		m := fused.FindStringSubmatch(sc.Text())
		if m == nil {
			continue
		}
		instructions++
		line, _ := strconv.Atoi(m[2])
		text := source(m[1], line)
		if !strings.Contains(text, "FMA(") {
			found[fmt.Sprintf("%s:%s: %s: %s", relative(m[1]), m[2], m[3], text)] = true
		}
	}
	if len(found) == 0 {
		fmt.Printf("nofuse: %d fused multiply-adds in neuro/, all asked for\n", instructions)
		return
	}
	list := make([]string, 0, len(found))
	for f := range found {
		list = append(list, f)
	}
	sort.Strings(list)
	for _, f := range list {
		fmt.Fprintln(os.Stderr, f)
	}
	fmt.Fprintf(os.Stderr, "nofuse: %d lines fuse by accident: write float64(x*y) + z, or math.FMA\n", len(list))
	os.Exit(1)
}

func lines(b []byte) *bufio.Scanner {
	sc := bufio.NewScanner(bytes.NewReader(b))
	sc.Buffer(make([]byte, 1<<20), 1<<24)
	return sc
}

func tail(b []byte) []byte { return b[max(0, len(b)-4000):] }

func relative(path string) string {
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	if r, err := filepath.Rel(wd, path); err == nil {
		return r
	}
	return path
}

var files = map[string][]string{}

// source returns line n of a file, "" when it cannot be read.
func source(path string, n int) string {
	text, ok := files[path]
	if !ok {
		data, _ := os.ReadFile(path)
		text = strings.Split(string(data), "\n")
		files[path] = text
	}
	if n < 1 || n > len(text) {
		return ""
	}
	return strings.TrimSpace(text[n-1])
}
