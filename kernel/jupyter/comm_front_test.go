package jupyter

import (
	"os"
	"path/filepath"
	"testing"
)

// The package is found in Jupyter's folders and beside the jupyter command.
func TestWidgets(t *testing.T) {
	env, command := t.TempDir(), t.TempDir()
	for _, v := range []string{"VIRTUAL_ENV", "CONDA_PREFIX", "XDG_DATA_HOME", "JUPYTER_DATA_DIR"} {
		t.Setenv(v, "")
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("JUPYTER_PATH", filepath.Join(env, "share", "jupyter"))
	t.Setenv("PATH", filepath.Join(command, "bin"))
	put := func(root string) string {
		dir := filepath.Join(root, "share", "jupyter", "labextensions", "@jupyter-widgets", "jupyterlab-manager")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte("{}"), 0o644); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	if got := Widgets(); got != "" {
		t.Skipf("this machine has it for all users: %s", got)
	}
	want := put(command)
	os.MkdirAll(filepath.Join(command, "bin"), 0o755)
	if err := os.WriteFile(filepath.Join(command, "bin", "jupyter"), nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if got := Widgets(); got != want {
		t.Errorf("beside the command: %q, want %q", got, want)
	}
	if want = put(env); Widgets() != want {
		t.Errorf("in JUPYTER_PATH: %q, want %q", Widgets(), want)
	}
}
