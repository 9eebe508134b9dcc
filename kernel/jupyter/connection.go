package jupyter

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/neurorepl/neurorepl/kernel/jupyter/internal/zmtp"
)

// A Connection says where the sockets of a kernel are and how its messages are
// signed. Jupyter writes it to a file whose name the kernel is given.
type Connection struct {
	Transport       string `json:"transport"` // "tcp" or "ipc"
	IP              string `json:"ip"`        // address; the start of the sockets' paths for ipc
	ShellPort       int    `json:"shell_port"`
	IOPubPort       int    `json:"iopub_port"`
	StdinPort       int    `json:"stdin_port"`
	ControlPort     int    `json:"control_port"`
	HBPort          int    `json:"hb_port"`
	Key             string `json:"key"`              // empty: messages are not signed
	SignatureScheme string `json:"signature_scheme"` // "hmac-sha256"
	// The kernel's keys for encryption, in Z85; empty: not encrypted. Whoever
	// can read the file can connect.
	CurvePublic string `json:"curve_publickey,omitempty"`
	CurveSecret string `json:"curve_secretkey,omitempty"`
}

// ReadConnection reads a connection file.
func ReadConnection(path string) (Connection, error) {
	var c Connection
	data, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("jupyter: ReadConnection: %w", err)
	}
	if err := json.Unmarshal(data, &c); err != nil {
		return c, fmt.Errorf("jupyter: ReadConnection: %s is not a connection file: %w", path, err)
	}
	if err := c.check(); err != nil {
		return c, fmt.Errorf("jupyter: ReadConnection: %s: %w", path, err)
	}
	return c, nil
}

func (c *Connection) check() error {
	if c.Transport == "" {
		c.Transport = "tcp"
	}
	if c.Transport != "tcp" && c.Transport != "ipc" {
		return fmt.Errorf("transport %q is not known; tcp and ipc are", c.Transport)
	}
	if c.IP == "" {
		return fmt.Errorf("ip is empty; an address is needed, such as 127.0.0.1")
	}
	for _, p := range []struct {
		name string
		port int
	}{
		{"shell_port", c.ShellPort}, {"iopub_port", c.IOPubPort}, {"stdin_port", c.StdinPort},
		{"control_port", c.ControlPort}, {"hb_port", c.HBPort},
	} {
		if p.port < 1 || p.port > 65535 {
			return fmt.Errorf("%s is %d; 1 to 65535 is allowed", p.name, p.port)
		}
	}
	if c.Key != "" && c.SignatureScheme != "" && c.SignatureScheme != "hmac-sha256" {
		return fmt.Errorf("signature_scheme %q is not known; hmac-sha256 is", c.SignatureScheme)
	}
	_, err := c.keys()
	return err
}

// keys returns the keys for encryption, nil when there are none.
func (c *Connection) keys() (*zmtp.Keys, error) {
	switch {
	case c.CurvePublic == "" && c.CurveSecret == "":
		return nil, nil
	case c.CurvePublic == "":
		return nil, errors.New("curve_secretkey comes without curve_publickey; both or none are needed")
	case c.CurveSecret == "":
		return nil, errors.New("curve_publickey comes without curve_secretkey; both or none are needed")
	}
	keys, err := zmtp.ParseKeys(c.CurvePublic, c.CurveSecret)
	if err != nil {
		return nil, fmt.Errorf("curve_publickey and curve_secretkey: %w", err)
	}
	return keys, nil
}

// endpoint returns where the socket with the given port listens.
func (c Connection) endpoint(port int) string {
	if c.Transport == "ipc" {
		return "ipc://" + c.IP + "-" + strconv.Itoa(port)
	}
	ip := c.IP
	if len(ip) > 0 && ip[0] != '[' && containsColon(ip) {
		ip = "[" + ip + "]" // IPv6
	}
	return "tcp://" + ip + ":" + strconv.Itoa(port)
}

func containsColon(s string) bool {
	for i := range len(s) {
		if s[i] == ':' {
			return true
		}
	}
	return false
}
