// Package jupyter is the front end for Jupyter: a kernel that speaks the
// messaging protocol, version 5.5, over its own small ZeroMQ transport, and the
// kernel specification by which Jupyter finds it.
//
//	jupyter.Serve(ctx, "/run/user/1000/jupyter/kernel-1234.json", newSession) // until shut down
//	jupyter.Install(jupyter.InstallOptions{Prefix: "/opt/conda"})
//
// Requests on the shell channel are answered one after the other, as they
// come; the control channel is served meanwhile, so that a running cell can be
// interrupted, and so are subshells, as far as the engine answers beside a cell. Cells run one at a time in all of them. What a cell prints is gathered into messages of 50 ms; what it
// shows follows in the order in which it happened.
//
// Source: the messaging documentation of jupyter_client, version 5.5.
package jupyter

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/neurorepl/neurorepl/kernel/jupyter/internal/zmtp"
	"github.com/neurorepl/neurorepl/kernel/session"
	"github.com/neurorepl/neurorepl/neuro/display"
)

// An Engine runs cells; *session.Session is one. Its methods are called one at
// a time.
type Engine interface {
	Run(ctx context.Context, c session.Cell) session.Result
	Complete(text string, cursor int) session.Completions
	Inspect(text string, cursor int, detail int) (display.Bundle, bool)
	Completeness(text string) session.Completeness
	Close() error
}

// How long things may take at the end and after an error.
const (
	lastWords = 1 * time.Second       // for messages to leave after a shutdown
	lastCell  = 2 * time.Second       // for a running cell to end at a shutdown
	grace     = 10 * time.Millisecond // for requests on their way when a cell fails
)

// Serve runs a kernel on the sockets that a connection file names, with the
// engine that start makes, until a front end shuts it down, ctx ends or start
// fails. The kernel answers while start is still at work.
//
// SIGINT interrupts the running cell, as an interrupt from a front end does;
// SIGTERM shuts the kernel down.
func Serve(ctx context.Context, connectionFile string, start func(session.Options) (Engine, error)) error {
	conn, err := ReadConnection(connectionFile)
	if err != nil {
		return err
	}
	k, err := listen(conn)
	if err != nil {
		return err
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer close(signals)
	defer signal.Stop(signals)
	go func() {
		for s := range signals {
			if s == os.Interrupt {
				k.interrupt()
			} else {
				k.quit()
			}
		}
	}()
	stopWatching := make(chan struct{})
	defer close(stopWatching)
	go watchParent(k.quit, stopWatching)
	return k.serve(ctx, start)
}

// A kernel is the running state behind the sockets.
type kernel struct {
	conn                  Connection
	codec                 *codec
	shell, control, stdin *zmtp.Router
	iopub                 *zmtp.Pub
	heartbeat             *zmtp.Echo
	out                   *output
	in                    *input
	shells                shells
	log                   *log.Logger
	engine                Engine
	engineErr             error
	started               chan struct{} // engine and engineErr are set
	history               *history
	cells                 sync.Mutex // held by the cell or callback that runs
	due                   sync.Mutex
	tasks                 []dueTask    // that messages of comms asked for
	count                 atomic.Int64 // of the cells that count

	done chan struct{} // the kernel is to end
	once sync.Once

	mu     sync.Mutex
	cancel context.CancelFunc // of the running cell; nil when none runs
	turn   *turn              // the running task of a control that may be superseded, nil if there is none

	logged  time.Time // when a dropped message was last logged
	dropped int       // messages since
}

// listen opens the sockets.
func listen(conn Connection) (*kernel, error) {
	k := &kernel{
		conn: conn, codec: newCodec(conn.Key), history: openHistory(historyPath()),
		log:     log.New(os.Stderr, "neurorepl kernel: ", log.LstdFlags),
		started: make(chan struct{}), done: make(chan struct{}),
	}
	keys, err := conn.keys()
	if err != nil {
		return nil, fmt.Errorf("jupyter: %w", err)
	}
	if k.shell, err = zmtp.ListenRouter(conn.endpoint(conn.ShellPort), keys); err != nil {
		return nil, socketError("shell", err)
	}
	if k.control, err = zmtp.ListenRouter(conn.endpoint(conn.ControlPort), keys); err != nil {
		k.close(0)
		return nil, socketError("control", err)
	}
	if k.stdin, err = zmtp.ListenRouter(conn.endpoint(conn.StdinPort), keys); err != nil {
		k.close(0)
		return nil, socketError("stdin", err)
	}
	if k.iopub, err = zmtp.ListenPub(conn.endpoint(conn.IOPubPort), keys, k.welcome); err != nil {
		k.close(0)
		return nil, socketError("iopub", err)
	}
	if k.heartbeat, err = zmtp.ListenEcho(conn.endpoint(conn.HBPort), keys); err != nil {
		k.close(0)
		return nil, socketError("heartbeat", err)
	}
	k.out = &output{publish: k.publish, wait: k.iopub.Wait}
	k.in = &input{answers: make(chan string, 1), ask: k.ask}
	return k, nil
}

func socketError(name string, err error) error {
	return fmt.Errorf("jupyter: the %s socket: %w", name, err)
}

func (k *kernel) close(linger time.Duration) {
	for _, s := range []interface{ Close(time.Duration) error }{k.iopub, k.shell, k.control, k.stdin, k.heartbeat} {
		switch s := s.(type) {
		case *zmtp.Router:
			if s != nil {
				s.Close(linger)
			}
		case *zmtp.Pub:
			if s != nil {
				s.Close(linger)
			}
		case *zmtp.Echo:
			if s != nil {
				s.Close(0)
			}
		}
	}
}

func (k *kernel) serve(ctx context.Context, start func(session.Options) (Engine, error)) error {
	defer k.close(lastWords)
	k.out.status(nil, "starting")
	failed := make(chan error, 1)
	go func() {
		defer close(k.started)
		k.engine, k.engineErr = start(session.Options{
			Stdout: k.out.writer("stdout"), Stderr: k.out.writer("stderr"), Stdin: k.in, Sink: k.out,
		})
		if k.engineErr != nil {
			failed <- fmt.Errorf("jupyter: the session does not start: %w", k.engineErr)
		}
	}()
	ended := make(chan struct{})
	main := k.shells.open("")
	go func() {
		defer close(ended)
		k.work(main)
	}()
	go k.read(k.shell, k.dispatch)
	go k.read(k.control, k.onControl)
	go k.read(k.stdin, func(r *request) {
		if r.header.MsgType == "input_reply" {
			k.in.answer(r.content)
		}
	})
	var err error
	select {
	case <-k.done:
	case <-ctx.Done():
		k.quit()
	case err = <-failed:
		k.quit()
	}
	k.shells.close()
	k.interrupt()
	select {
	case <-ended:
		<-k.started
		if k.engine != nil {
			k.engine.Close()
		}
	case <-time.After(lastCell): // a cell that does not let go ends with the process
	}
	return err
}

// quit makes the kernel end.
func (k *kernel) quit() { k.once.Do(func() { close(k.done) }) }

// interrupt stops the running cell, if there is one.
func (k *kernel) interrupt() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.cancel != nil {
		k.cancel()
	}
}

// read hands the requests of a socket to handle until the socket closes.
func (k *kernel) read(s *zmtp.Router, handle func(*request)) {
	for {
		m, err := s.Recv()
		if err != nil {
			return
		}
		r, err := k.codec.unpack(m)
		if err != nil {
			k.refused(err)
			continue
		}
		handle(r)
	}
}

// refused logs a message that was dropped; of a flood, the first of each
// second and how many there were.
func (k *kernel) refused(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if time.Since(k.logged) < time.Second {
		k.dropped++
		return
	}
	if k.dropped > 0 {
		err = fmt.Errorf("%w (and %d other messages dropped before)", err, k.dropped)
	}
	k.logged, k.dropped = time.Now(), 0
	k.log.Print(err)
}

// publish sends a message to all front ends.
func (k *kernel) publish(o outgoing) error {
	m, err := k.codec.pack([][]byte{[]byte(o.topic)}, o.msgType, o.parent, o.metadata, o.content, o.buffers...)
	if err != nil {
		return fmt.Errorf("jupyter: %s: %w", o.msgType, err)
	}
	k.iopub.Send(m)
	return nil
}

// reply answers a request on the socket on which it came.
func (k *kernel) reply(s *zmtp.Router, r *request, msgType string, content any) {
	m, err := k.codec.pack(r.ids, msgType, r.parent, nil, content)
	if err != nil {
		m, err = k.codec.pack(r.ids, msgType, r.parent, nil, failure("internal error", err.Error(), nil))
		if err != nil {
			k.log.Print(err)
			return
		}
	}
	s.Send(m)
}

// connects is how long a front end may take from its first request to the end of the
// handshake on its other channels: it opens them together.
const connects = 2 * time.Second

// ask sends an input_request to the front end that sent r.
func (k *kernel) ask(r *request) error {
	k.out.sync() // the question is usually printed
	m, err := k.codec.pack(r.ids, "input_request", r.parent, nil, object{"prompt": "", "password": false})
	if err != nil {
		return err
	}
	for end := time.Now().Add(connects); !k.stdin.Send(m); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			return errors.New("jupyter: the front end that runs this cell has no stdin channel")
		}
	}
	return nil
}

// welcome is what a new subscriber gets first (JEP 65).
func (k *kernel) welcome(topic []byte) zmtp.Message {
	m, err := k.codec.pack([][]byte{topic}, "iopub_welcome", nil, nil, object{"subscription": string(topic)})
	if err != nil {
		return nil
	}
	return m
}

// failure is the content of a reply that says what went wrong.
func failure(name, value string, traceback []string) object {
	if traceback == nil {
		traceback = []string{}
	}
	return object{"status": "error", "ename": name, "evalue": value, "traceback": traceback}
}
