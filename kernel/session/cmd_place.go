package session

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// expanded puts the home folder in the place of a ~ at the start of a path.
func expanded(path string) (string, error) {
	if path != "~" && !strings.HasPrefix(path, "~/") {
		return path, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no home folder for %s: %w", path, err)
	}
	return filepath.Join(home, path[1:]), nil
}

// unquoted takes the quotes from around an argument.
func unquoted(arg string) string {
	if n := len(arg); n > 1 && (arg[0] == '"' || arg[0] == '\'') && arg[n-1] == arg[0] {
		return arg[1 : n-1]
	}
	return arg
}

// changeFolder answers %cd. The folder is that of the process, in which all
// its sessions are.
func (s *Session) changeFolder(arg string) error {
	before, err := os.Getwd()
	if err != nil {
		return err
	}
	to := unquoted(arg)
	switch to {
	case "":
		to = "~"
	case "-":
		if to = s.log.folder; to == "" {
			return fmt.Errorf("there is no folder before this one; %%cd DIR changes it")
		}
	}
	if to, err = expanded(to); err != nil {
		return err
	}
	if err := os.Chdir(to); err != nil {
		return fmt.Errorf("%s: %w", to, cause(err))
	}
	s.log.folder = before
	now, err := os.Getwd()
	if err != nil {
		return err
	}
	fmt.Fprintln(s.out, now)
	return nil
}

// cause is what the system said, without the name of the call and the path.
func cause(err error) error {
	if p, ok := err.(*os.PathError); ok {
		return p.Err
	}
	return err
}

// environment answers %env.
func (s *Session) environment(arg string) error {
	name, value, sets := strings.Cut(arg, "=")
	name = strings.TrimSpace(name)
	switch {
	case arg == "":
		list := os.Environ()
		slices.Sort(list)
		for _, e := range list {
			fmt.Fprintln(s.out, e)
		}
	case name == "" || strings.ContainsAny(name, " \t\x00"):
		return fmt.Errorf("%q is not the name of a variable; %%env NAME prints one, %%env NAME=VALUE sets it", name)
	case sets:
		if err := os.Setenv(name, unquoted(strings.TrimSpace(value))); err != nil {
			return fmt.Errorf("%s cannot be set: %w", name, err)
		}
	default:
		v, ok := os.LookupEnv(name)
		if !ok {
			return fmt.Errorf("%s is not set; %%env %s=VALUE sets it", name, name)
		}
		fmt.Fprintln(s.out, v)
	}
	return nil
}
