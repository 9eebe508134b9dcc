package jupyter

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// SpecName is the name of the kernel specification: `jupyter console --kernel
// neuro`.
const SpecName = "neuro"

//go:generate go run logo/draw.go

//go:embed logo/logo-32x32.png logo/logo-64x64.png logo/logo-svg.svg
var logos embed.FS

// InstallOptions say where the kernel specification goes. The zero value is the
// data directory of the user, which every Jupyter of this user reads.
type InstallOptions struct {
	// Prefix is the root of a Python environment; the specification goes to
	// share/jupyter/kernels/neuro below it.
	Prefix string
	// User asks for the user's data directory, as the zero value does; together
	// with Prefix it is an error.
	User bool
	// Binary is the program that Jupyter is to start; empty means this one.
	Binary string
}

// A spec is the content of kernel.json.
type spec struct {
	Argv          []string       `json:"argv"`
	DisplayName   string         `json:"display_name"`
	Language      string         `json:"language"`
	InterruptMode string         `json:"interrupt_mode"`
	Env           map[string]any `json:"env"`
	Metadata      map[string]any `json:"metadata"`
}

// Install writes the kernel specification named "neuro" to where Jupyter finds
// it and returns a message for the user: what was written, and how to go on.
// A specification that an earlier version wrote is replaced, file by file and
// kernel.json last, so that Jupyter never sees half of one. One that another
// program wrote is an error.
func Install(o InstallOptions) (string, error) {
	dir, err := specDir(o, "Install")
	if err != nil {
		return "", err
	}
	binary, err := findBinary(o.Binary)
	if err != nil {
		return "", err
	}
	old, err := readSpec(dir, "Install")
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		if errors.Is(err, fs.ErrPermission) {
			err = fmt.Errorf("%w; choose a folder that you may write to by -prefix DIR, and name DIR/share/jupyter in JUPYTER_PATH", err)
		}
		return "", fmt.Errorf("jupyter: Install: %w", err)
	}
	var say strings.Builder
	if temporary(binary) {
		kept := filepath.Join(dir, "neurorepl"+filepath.Ext(binary))
		if err := copyProgram(kept, binary); err != nil {
			return "", fmt.Errorf("jupyter: Install: %w", err)
		}
		fmt.Fprintf(&say, "The running program is a temporary build of `go run`, so a copy is kept at %s.\n", kept)
		binary = kept
	}
	for _, name := range []string{"logo-32x32.png", "logo-64x64.png", "logo-svg.svg"} {
		data, err := logos.ReadFile("logo/" + name)
		if err == nil {
			err = replace(filepath.Join(dir, name), bytes.NewReader(data), 0o644)
		}
		if err != nil {
			return "", fmt.Errorf("jupyter: Install: %w", err)
		}
	}
	data, err := json.MarshalIndent(spec{
		Argv:          []string{binary, "kernel", "-f", "{connection_file}"},
		DisplayName:   "Go (neuro)",
		Language:      "go",
		InterruptMode: "message",
		Env:           map[string]any{},
		Metadata:      map[string]any{"neurorepl": map[string]any{"version": Version()}, "debugger": false, "supported_encryption": "curve"},
	}, "", "  ")
	if err == nil {
		err = replace(filepath.Join(dir, "kernel.json"), bytes.NewReader(append(data, '\n')), 0o644)
	}
	if err != nil {
		return "", fmt.Errorf("jupyter: Install: %w", err)
	}

	done := "Installed"
	if old != nil {
		done = "Replaced"
	}
	fmt.Fprintf(&say, "%s kernel specification %q in %s\nIt starts %s\n", done, SpecName, dir, binary)
	if _, err := exec.LookPath("jupyter"); err != nil && o.Prefix == "" {
		fmt.Fprintf(&say, "No jupyter command is on the PATH; install one with `pip install jupyterlab`.\n")
	}
	fmt.Fprintf(&say, "Next: `jupyter lab` and choose \"Go (neuro)\", or `jupyter console --kernel %s`.\n", SpecName)
	return say.String(), nil
}

// Uninstall removes the kernel specification that Install wrote and returns a
// message for the user. That there is none is no error.
func Uninstall(o InstallOptions) (string, error) {
	dir, err := specDir(o, "Uninstall")
	if err != nil {
		return "", err
	}
	old, err := readSpec(dir, "Uninstall")
	if err != nil {
		return "", err
	}
	if old == nil {
		return fmt.Sprintf("No kernel specification %q in %s; nothing to remove.\n", SpecName, dir), nil
	}
	// kernel.json first: without it Jupyter sees no kernel there.
	if err := os.Remove(filepath.Join(dir, "kernel.json")); err != nil {
		return "", fmt.Errorf("jupyter: Uninstall: %w", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		return "", fmt.Errorf("jupyter: Uninstall: %w", err)
	}
	return fmt.Sprintf("Removed kernel specification %q from %s\n", SpecName, dir), nil
}

// Installed returns the directories in which a kernel specification of this
// program is found, of the user's and the system's Jupyter and of the Python
// environment that is active.
func Installed() []string {
	var found []string
	for _, root := range searchPath() {
		dir := filepath.Join(root, "kernels", SpecName)
		if s, err := readSpec(dir, "Installed"); err == nil && s != nil {
			found = append(found, dir)
		}
	}
	return found
}

// specDir returns the directory of the specification.
func specDir(o InstallOptions, call string) (string, error) {
	if o.Prefix != "" && o.User {
		return "", fmt.Errorf("jupyter: %s: both a prefix (%s) and the user's directory are asked for; one is allowed", call, o.Prefix)
	}
	if o.Prefix != "" {
		prefix, err := filepath.Abs(o.Prefix)
		if err != nil {
			return "", fmt.Errorf("jupyter: %s: prefix %s: %w", call, o.Prefix, err)
		}
		if info, err := os.Stat(prefix); err == nil && !info.IsDir() {
			return "", fmt.Errorf("jupyter: %s: prefix %s is a file; the root directory of a Python environment is needed", call, prefix)
		}
		return filepath.Join(prefix, "share", "jupyter", "kernels", SpecName), nil
	}
	data, err := dataDir()
	if err != nil {
		return "", fmt.Errorf("jupyter: %s: %w", call, err)
	}
	return filepath.Join(data, "kernels", SpecName), nil
}

// dataDir returns the user's Jupyter data directory, by the rules of
// jupyter_core.paths.
func dataDir() (string, error) {
	if dir := os.Getenv("JUPYTER_DATA_DIR"); dir != "" {
		return filepath.Abs(dir)
	}
	platform := truthy(os.Getenv("JUPYTER_PLATFORM_DIRS"))
	if runtime.GOOS == "windows" {
		variable := "APPDATA"
		if platform {
			variable = "LOCALAPPDATA"
		}
		if dir := os.Getenv(variable); dir != "" {
			return filepath.Join(dir, "jupyter"), nil
		}
		return "", fmt.Errorf("%s is not set; set it or JUPYTER_DATA_DIR, or give a prefix", variable)
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", errors.New("HOME is not set; set it or JUPYTER_DATA_DIR, or give a prefix")
	}
	if runtime.GOOS == "darwin" {
		if platform {
			return filepath.Join(home, "Library", "Application Support", "jupyter"), nil
		}
		return filepath.Join(home, "Library", "Jupyter"), nil
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "jupyter"), nil
	}
	return filepath.Join(home, ".local", "share", "jupyter"), nil
}

// truthy reads a switch as jupyter_core does.
func truthy(s string) bool {
	switch strings.ToLower(s) {
	case "", "no", "n", "false", "off", "0", "0.0":
		return false
	}
	return true
}

// searchPath returns the data directories in which Jupyter looks.
func searchPath() []string {
	var path []string
	path = append(path, filepath.SplitList(os.Getenv("JUPYTER_PATH"))...)
	for _, v := range []string{"VIRTUAL_ENV", "CONDA_PREFIX"} {
		if env := os.Getenv(v); env != "" {
			path = append(path, filepath.Join(env, "share", "jupyter"))
		}
	}
	if dir, err := dataDir(); err == nil {
		path = append(path, dir)
	}
	if runtime.GOOS == "windows" {
		if dir := os.Getenv("PROGRAMDATA"); dir != "" {
			path = append(path, filepath.Join(dir, "jupyter"))
		}
	} else {
		path = append(path, "/usr/local/share/jupyter", "/usr/share/jupyter")
	}
	return path
}

// readSpec returns the specification in dir, nil when there is none, and an
// error when it is not one of ours.
func readSpec(dir, call string) (*spec, error) {
	path := filepath.Join(dir, "kernel.json")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("jupyter: %s: %w", call, err)
	}
	var s spec
	if json.Unmarshal(data, &s) == nil {
		if _, ours := s.Metadata["neurorepl"]; ours {
			return &s, nil
		}
	}
	return nil, fmt.Errorf("jupyter: %s: %s belongs to another program; remove it first, or choose another place with a prefix", call, path)
}

// findBinary returns the absolute path of the program that is to be started.
func findBinary(path string) (string, error) {
	if path == "" {
		self, err := os.Executable()
		if err != nil {
			return "", fmt.Errorf("jupyter: Install: the path of this program is not known: %w", err)
		}
		path = self
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("jupyter: Install: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("jupyter: Install: the program to start: %w", err)
	}
	if info.IsDir() {
		return "", fmt.Errorf("jupyter: Install: the program to start, %s, is a directory", path)
	}
	return path, nil
}

// temporary reports whether a program is one that `go run` built and removes
// when it ends.
func temporary(path string) bool {
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if base := filepath.Base(dir); strings.HasPrefix(base, "go-build") && filepath.Base(filepath.Dir(path)) == "exe" {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
	}
}

func copyProgram(to, from string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	return replace(to, f, 0o755)
}

// replace writes a file under another name first, so that path holds either
// what it held or all of the new content.
func replace(path string, content io.Reader, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails after the rename, as it should
	_, err = io.Copy(f, content)
	if err == nil {
		err = f.Chmod(mode)
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
