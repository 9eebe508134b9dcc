// Contexts with interpreted keys and values: cancellation down a tree, causes,
// deadlines, AfterFunc, WithoutCancel, and an own Context type.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

type key struct{ name string }
type user int

func value(ctx context.Context) any { return ctx.Value(key{"id"}) }

type tagged struct {
	context.Context
	tag string
}

func (t tagged) Value(k any) any {
	if k == "tag" {
		return t.tag
	}
	return t.Context.Value(k)
}

func worker(ctx context.Context, started, ended chan<- int, id int) {
	started <- id
	<-ctx.Done()
	ended <- id
}

type group struct {
	wg     sync.WaitGroup
	once   sync.Once
	err    error
	cancel context.CancelFunc
}

func withContext(ctx context.Context) (*group, context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	return &group{cancel: cancel}, ctx
}

func (g *group) run(f func() error) {
	g.wg.Go(func() {
		if err := f(); err != nil {
			g.once.Do(func() { g.err = err; g.cancel() })
		}
	})
}

func (g *group) wait() error { g.wg.Wait(); g.cancel(); return g.err }

func main() {
	root := context.WithValue(context.Background(), key{"id"}, user(7))
	ctx, cancel := context.WithCancel(root)
	child, stop := context.WithTimeout(ctx, time.Hour)
	defer stop()
	fmt.Println(value(child), child.Value(key{"other"}), child.Err())
	started, ended := make(chan int), make(chan int)
	for i := range 3 {
		go worker(child, started, ended, i)
	}
	sum := 0
	for range 3 {
		sum += <-started
	}
	cancel()
	for range 3 {
		sum += <-ended
	}
	fmt.Println(sum, child.Err(), root.Err(), errors.Is(child.Err(), context.Canceled))
	t := tagged{root, "tagged"}
	sub, done := context.WithCancelCause(t)
	fmt.Println(sub.Value("tag"), value(sub))
	done(fmt.Errorf("cause: %w", errors.ErrUnsupported))
	fmt.Println(context.Cause(sub), errors.Is(context.Cause(sub), errors.ErrUnsupported))
	dl, c := context.WithDeadline(root, time.Now().Add(-time.Second))
	defer c()
	fmt.Println(dl.Err(), errors.Is(dl.Err(), context.DeadlineExceeded))
	short, c2 := context.WithTimeout(root, 3*time.Millisecond)
	defer c2()
	select {
	case <-short.Done():
		fmt.Println(short.Err())
	case <-time.After(10 * time.Second):
		fmt.Println("late")
	}
	fmt.Println(context.WithoutCancel(short).Err(), value(context.WithoutCancel(short)))
	after := make(chan string)
	p, cp := context.WithCancel(context.Background())
	context.AfterFunc(p, func() { after <- "after func" })
	cp()
	fmt.Println(<-after)
	g, gctx := withContext(root)
	for i := range 4 {
		g.run(func() error {
			if i == 2 {
				return fmt.Errorf("job %d failed", i)
			}
			<-gctx.Done()
			return gctx.Err()
		})
	}
	fmt.Println(g.wait(), gctx.Err())
}
