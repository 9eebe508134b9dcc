package jupyter

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/neurorepl/neurorepl/kernel/jupyter/internal/zmtp"
)

// onShell answers one request of the shell channel.
func (k *kernel) onShell(r *request) {
	k.out.status(r.parent, "busy")
	defer k.out.status(r.parent, "idle")
	defer k.rescue(k.shell, r)
	switch r.header.MsgType {
	case "execute_request":
		k.execute(r)
	case "complete_request":
		k.complete(r)
	case "inspect_request":
		k.inspect(r)
	case "is_complete_request":
		k.isComplete(r)
	case "history_request":
		var q historyRequest
		if k.parse(k.shell, r, &q) {
			k.reply(k.shell, r, "history_reply", object{"status": "ok", "history": k.history.find(q)})
		}
	case "comm_info_request":
		k.commInfo(r)
	case "comm_open", "comm_msg", "comm_close":
		k.onComm(r)
	default:
		k.onBoth(k.shell, r)
	}
}

// onControl answers one request of the control channel, while a cell may run.
func (k *kernel) onControl(r *request) {
	k.out.status(r.parent, "busy")
	defer k.out.status(r.parent, "idle")
	defer k.rescue(k.control, r)
	switch r.header.MsgType {
	case "interrupt_request":
		k.interrupt()
		k.reply(k.control, r, "interrupt_reply", object{"status": "ok"})
	case "create_subshell_request":
		k.createSubshell(r)
	case "delete_subshell_request":
		k.deleteSubshell(r)
	case "list_subshell_request":
		k.reply(k.control, r, "list_subshell_reply", object{"status": "ok", "subshell_id": k.shells.list()})
	default:
		k.onBoth(k.control, r)
	}
}

// onBoth answers what may come on either channel.
func (k *kernel) onBoth(s *zmtp.Router, r *request) {
	switch r.header.MsgType {
	case "kernel_info_request":
		k.reply(s, r, "kernel_info_reply", kernelInfo())
	case "connect_request":
		k.reply(s, r, "connect_reply", object{
			"status": "ok", "shell_port": k.conn.ShellPort, "iopub_port": k.conn.IOPubPort,
			"stdin_port": k.conn.StdinPort, "hb_port": k.conn.HBPort, "control_port": k.conn.ControlPort,
		})
	case "shutdown_request":
		var c struct {
			Restart bool `json:"restart"`
		}
		json.Unmarshal(r.content, &c) // without a content it is a plain shutdown
		content := object{"status": "ok", "restart": c.Restart}
		k.reply(s, r, "shutdown_reply", content)
		k.out.message("shutdown_reply", r.parent, content)
		k.quit()
	default:
		if !strings.HasSuffix(r.header.MsgType, "_request") {
			k.log.Printf("message of type %q is not understood", r.header.MsgType)
			return
		}
		k.refuse(s, r, "not supported", fmt.Sprintf("jupyter: this kernel does not know %s", r.header.MsgType))
	}
}

// refuse answers a request with an error; what asks for no answer gets none.
func (k *kernel) refuse(s *zmtp.Router, r *request, name, why string) {
	if kind, ok := strings.CutSuffix(r.header.MsgType, "_request"); ok {
		k.reply(s, r, kind+"_reply", failure(name, why, nil))
	}
}

// rescue turns a panic of the kernel's own code into an answer: the session's
// variables are worth more than a clean end.
func (k *kernel) rescue(s *zmtp.Router, r *request) {
	if p := recover(); p != nil {
		k.log.Printf("%s: %v\n%s", r.header.MsgType, p, debug.Stack())
		k.refuse(s, r, "internal error", fmt.Sprint(p))
	}
}

// parse reads a request's content, or answers that it cannot.
func (k *kernel) parse(s *zmtp.Router, r *request, content any) bool {
	err := json.Unmarshal(r.content, content)
	if err == nil {
		return true
	}
	k.refuse(s, r, "bad request", fmt.Sprintf("jupyter: %s: %v", r.header.MsgType, err))
	return false
}

// kernelInfo is the content of a kernel_info_reply.
func kernelInfo() object {
	goVersion := strings.TrimPrefix(runtime.Version(), "go")
	return object{
		"status":                 "ok",
		"protocol_version":       protocolVersion,
		"implementation":         "neurorepl",
		"implementation_version": Version(),
		"language_info": object{
			"name":               "go",
			"version":            goVersion,
			"mimetype":           "text/x-go",
			"file_extension":     ".go",
			"pygments_lexer":     "go",
			"codemirror_mode":    "go",
			"nbconvert_exporter": "script",
		},
		"banner":             "neurorepl " + Version() + ": neuroscience in Go " + goVersion + " (name? shows documentation)",
		"debugger":           false,
		"supported_features": []string{"kernel subshells"},
		"help_links": []object{
			{"text": "neurorepl", "url": "https://pkg.go.dev/github.com/neurorepl/neurorepl/neuro"},
			{"text": "The Go Programming Language", "url": "https://go.dev/ref/spec"},
		},
	}
}

// Version returns the version of this build: the module's version, or "devel".
func Version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		if v := info.Main.Version; v != "" && v != "(devel)" {
			return strings.TrimPrefix(v, "v")
		}
	}
	return "devel"
}

// complete answers a complete_request.
func (k *kernel) complete(r *request) {
	var c struct {
		Code   string `json:"code"`
		Cursor int    `json:"cursor_pos"`
	}
	if !k.parse(k.shell, r, &c) || !k.ready(r) {
		return
	}
	found := k.engine.Complete(c.Code, byteOffset(c.Code, c.Cursor))
	start, end := runeOffset(c.Code, found.Start), runeOffset(c.Code, found.End)
	matches := make([]string, 0, len(found.Items))
	typed := make([]object, 0, len(found.Items))
	for _, item := range found.Items {
		matches = append(matches, item.Text)
		typed = append(typed, object{
			"start": start, "end": end, "text": item.Text, "type": item.Kind, "signature": item.Type,
		})
	}
	if len(matches) == 0 {
		start, end = c.Cursor, c.Cursor
	}
	k.reply(k.shell, r, "complete_reply", object{
		"status": "ok", "matches": matches, "cursor_start": start, "cursor_end": end,
		"metadata": object{"_jupyter_types_experimental": typed}, // JupyterLab's icons
	})
}

// inspect answers an inspect_request.
func (k *kernel) inspect(r *request) {
	var c struct {
		Code   string `json:"code"`
		Cursor int    `json:"cursor_pos"`
		Detail int    `json:"detail_level"`
	}
	if !k.parse(k.shell, r, &c) || !k.ready(r) {
		return
	}
	content := object{"status": "ok", "found": false, "data": object{}, "metadata": object{}}
	if b, ok := k.engine.Inspect(c.Code, byteOffset(c.Code, c.Cursor), c.Detail); ok {
		data, err := mimeData(b)
		if err != nil {
			k.reply(k.shell, r, "inspect_reply", failure("inspection failed", err.Error(), nil))
			return
		}
		content["found"], content["data"], content["metadata"] = true, data, orEmpty(b.Metadata)
	}
	k.reply(k.shell, r, "inspect_reply", content)
}

// isComplete answers an is_complete_request.
func (k *kernel) isComplete(r *request) {
	var c struct {
		Code string `json:"code"`
	}
	if !k.parse(k.shell, r, &c) || !k.ready(r) {
		return
	}
	answer := k.engine.Completeness(c.Code)
	content := object{"status": answer.Status}
	switch answer.Status {
	case "complete", "invalid":
	case "incomplete":
		content["indent"] = answer.Indent
	default:
		content["status"] = "unknown"
	}
	k.reply(k.shell, r, "is_complete_reply", content)
}

// ready waits for the session to have started, or answers that it cannot.
func (k *kernel) ready(r *request) bool {
	<-k.started
	if k.engineErr == nil {
		return true
	}
	k.refuse(k.shell, r, "no session", k.engineErr.Error())
	return false
}
