package jupyter

import (
	"bytes"
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// program makes a file that stands for the binary.
func program(t *testing.T, parts ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{t.TempDir()}, parts...)...)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("program"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestInstall(t *testing.T) {
	prefix, bin := t.TempDir(), program(t, "neurorepl")
	dir := filepath.Join(prefix, "share", "jupyter", "kernels", "neuro")
	for i, word := range []string{"Installed", "Replaced"} {
		if i == 1 { // what an older version left
			os.WriteFile(filepath.Join(dir, "kernel.json"), []byte(`{"argv":["/old"],"metadata":{"neurorepl":{"version":"0.1"}}}`), 0o644)
		}
		said, err := Install(InstallOptions{Prefix: prefix, Binary: bin})
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{word, dir, bin, "jupyter lab"} {
			if !strings.Contains(said, part) {
				t.Errorf("%q does not say %q", said, part)
			}
		}
		var s spec
		data, _ := os.ReadFile(filepath.Join(dir, "kernel.json"))
		if err := json.Unmarshal(data, &s); err != nil {
			t.Fatal(err)
		}
		if strings.Join(s.Argv, " ") != bin+" kernel -f {connection_file}" || s.Language != "go" || s.InterruptMode != "message" || s.DisplayName == "" {
			t.Errorf("specification %+v", s)
		}
		for name, size := range map[string]int{"logo-32x32.png": 32, "logo-64x64.png": 64} {
			data, _ := os.ReadFile(filepath.Join(dir, name))
			im, err := png.Decode(bytes.NewReader(data))
			if err != nil || im.Bounds().Dx() != size || im.Bounds().Dy() != size {
				t.Errorf("%s: %v", name, err)
			}
		}
		if files, _ := os.ReadDir(dir); len(files) != 4 {
			t.Errorf("%d files are installed: %v", len(files), files)
		}
	}
	for _, word := range []string{"Removed", "nothing to remove"} {
		said, err := Uninstall(InstallOptions{Prefix: prefix})
		if err != nil || !strings.Contains(said, word) {
			t.Errorf("%q, %v", said, err)
		}
		if _, err := os.Stat(dir); !os.IsNotExist(err) {
			t.Errorf("the directory is still there: %v", err)
		}
	}
}

func TestInstallRefuses(t *testing.T) {
	bin := program(t, "neurorepl")
	foreign := t.TempDir()
	dir := filepath.Join(foreign, "share", "jupyter", "kernels", "neuro")
	os.MkdirAll(dir, 0o755)
	os.WriteFile(filepath.Join(dir, "kernel.json"), []byte(`{"argv":["other"],"metadata":{}}`), 0o644)
	for _, c := range []struct {
		name, want string
		o          InstallOptions
	}{
		{"prefix and user", "one is allowed", InstallOptions{Prefix: foreign, User: true, Binary: bin}},
		{"foreign", "belongs to another program", InstallOptions{Prefix: foreign, Binary: bin}},
		{"prefix is a file", "is a file", InstallOptions{Prefix: bin, Binary: bin}},
		{"no such program", "the program to start", InstallOptions{Prefix: t.TempDir(), Binary: bin + "x"}},
		{"program is a directory", "is a directory", InstallOptions{Prefix: t.TempDir(), Binary: foreign}},
	} {
		_, err := Install(c.o)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "jupyter: Install: ") {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
	if _, err := Uninstall(InstallOptions{Prefix: foreign}); err == nil {
		t.Error("another program's specification is removed")
	}
}

// A program that `go run` built is gone when it ends; its copy stays.
func TestInstallTemporary(t *testing.T) {
	bin := program(t, "go-build123", "b001", "exe", "neurorepl")
	prefix := t.TempDir()
	said, err := Install(InstallOptions{Prefix: prefix, Binary: bin})
	if err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(prefix, "share", "jupyter", "kernels", "neuro", "neurorepl")
	info, err := os.Stat(kept)
	if err != nil || (runtime.GOOS != "windows" && info.Mode().Perm()&0o111 == 0) || !strings.Contains(said, "It starts "+kept) {
		t.Errorf("the copy: %v; said %q", err, said)
	}
	if temporary(program(t, "go-builder", "neurorepl")) {
		t.Error("a program in a folder named go-builder is taken for a temporary one")
	}
}

func TestDataDir(t *testing.T) {
	for _, v := range []string{"JUPYTER_DATA_DIR", "JUPYTER_PLATFORM_DIRS", "XDG_DATA_HOME", "JUPYTER_PATH", "VIRTUAL_ENV", "CONDA_PREFIX"} {
		t.Setenv(v, "")
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("APPDATA", filepath.Join(home, "Roaming"))
	t.Setenv("LOCALAPPDATA", filepath.Join(home, "Local"))
	t.Setenv("USERPROFILE", home)
	rel := map[string]string{
		"darwin": "Library/Jupyter", "windows": "Roaming/jupyter",
	}[runtime.GOOS]
	if rel == "" {
		rel = ".local/share/jupyter"
	}
	if dir, err := dataDir(); err != nil || dir != filepath.Join(home, filepath.FromSlash(rel)) {
		t.Errorf("data directory %s, %v", dir, err)
	}
	if runtime.GOOS == "linux" {
		t.Setenv("XDG_DATA_HOME", filepath.Join(home, "xdg"))
		if dir, _ := dataDir(); dir != filepath.Join(home, "xdg", "jupyter") {
			t.Errorf("with XDG_DATA_HOME: %s", dir)
		}
	}
	t.Setenv("JUPYTER_DATA_DIR", filepath.Join(home, "own"))
	if dir, _ := dataDir(); dir != filepath.Join(home, "own") {
		t.Errorf("with JUPYTER_DATA_DIR: %s", dir)
	}
	if _, err := Install(InstallOptions{User: true, Binary: program(t, "neurorepl")}); err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(home, "own", "kernels", "neuro")
	if found := Installed(); len(found) == 0 || found[0] != want {
		t.Errorf("installed in %q, want %s", found, want)
	}
}
