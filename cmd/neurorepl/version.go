package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// version returns the module's version, or "devel" and the commit of a build
// from a checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	v := strings.TrimPrefix(info.Main.Version, "v")
	if v == "" || v == "(devel)" {
		v = "devel"
		if commit := setting(info, "vcs.revision"); len(commit) >= 12 {
			v += "-" + commit[:12]
		}
	}
	if setting(info, "vcs.modified") == "true" && !strings.Contains(v, "dirty") {
		v += "+dirty"
	}
	return v
}

func setting(info *debug.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}

func printVersion(args []string) int {
	if len(args) > 0 {
		return usage("version: %q is too much; the call is `neurorepl version`", args[0])
	}
	fmt.Printf("neurorepl %s\n%s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if info, ok := debug.ReadBuildInfo(); ok {
		if t := setting(info, "vcs.time"); t != "" {
			fmt.Printf("commit of %s\n", t)
		}
	}
	return 0
}
