package jupyter

import (
	"os"
	"os/exec"
	"path/filepath"
)

// Widgets returns the folder from which JupyterLab and Notebook load what
// draws sliders and menus, the Python package jupyterlab_widgets, "" when it is
// not there. Only the front end needs it.
func Widgets() string {
	dirs := searchPath()
	if path, err := exec.LookPath("jupyter"); err == nil { // its own environment
		for _, p := range []string{path, resolved(path)} {
			dirs = append(dirs, filepath.Join(filepath.Dir(filepath.Dir(p)), "share", "jupyter"))
		}
	}
	for _, dir := range dirs {
		at := filepath.Join(dir, "labextensions", "@jupyter-widgets", "jupyterlab-manager")
		if _, err := os.Stat(filepath.Join(at, "package.json")); err == nil {
			return at
		}
	}
	return ""
}

func resolved(path string) string {
	if to, err := filepath.EvalSymlinks(path); err == nil {
		return to
	}
	return path
}
