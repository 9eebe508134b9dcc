package jupyter_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/jupyter"
)

func ExampleInstall() {
	env, err := os.MkdirTemp("", "env") // stands for a Python environment
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(env)
	for range 2 {
		said, err := jupyter.Install(jupyter.InstallOptions{Prefix: env})
		if err != nil {
			fmt.Println(err)
			return
		}
		done, _, _ := strings.Cut(said, " in ")
		fmt.Println(done)
	}
	files, _ := filepath.Glob(filepath.Join(env, "share", "jupyter", "kernels", "neuro", "*.*"))
	for _, f := range files {
		fmt.Println(filepath.Base(f))
	}
	// Output:
	// Installed kernel specification "neuro"
	// Replaced kernel specification "neuro"
	// kernel.json
	// logo-32x32.png
	// logo-64x64.png
	// logo-svg.svg
}

func ExampleReadConnection() {
	path := filepath.Join(os.TempDir(), "connection_example.json")
	defer os.Remove(path)
	os.WriteFile(path, []byte(`{"transport":"udp","ip":"127.0.0.1"}`), 0o600)
	_, err := jupyter.ReadConnection(path)
	fmt.Println(strings.Replace(err.Error(), path, "connection.json", 1))
	// Output:
	// jupyter: ReadConnection: connection.json: transport "udp" is not known; tcp and ipc are
}
