// A discrete-event simulation with a heap of events that are closures: a queue
// of customers, and spikes that travel with delays.
package main

import (
	"container/heap"
	"fmt"
	"math"
)

type event struct {
	at  float64
	seq int
	do  func()
}

type agenda []event

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at < a[j].at || a[i].at == a[j].at && a[i].seq < a[j].seq
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(event)) }
func (a *agenda) Pop() any {
	e := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return e
}

type sim struct {
	agenda
	now float64
	seq int
}

func (s *sim) after(d float64, do func()) {
	s.seq++
	heap.Push(s, event{s.now + d, s.seq, do})
}

func (s *sim) run(until float64) (n int) {
	for s.Len() > 0 && s.agenda[0].at <= until {
		e := heap.Pop(s).(event)
		s.now = e.at
		e.do()
		n++
	}
	return
}

type server struct {
	*sim
	busy    bool
	waiting []float64
	served  int
	delay   float64
	longest int
}

func (s *server) arrive(service func() float64) {
	s.waiting = append(s.waiting, s.now)
	s.longest = max(s.longest, len(s.waiting))
	s.start(service)
}

func (s *server) start(service func() float64) {
	if s.busy || len(s.waiting) == 0 {
		return
	}
	s.busy = true
	s.delay += s.now - s.waiting[0]
	s.waiting = s.waiting[1:]
	s.after(service(), func() {
		s.busy = false
		s.served++
		s.start(service)
	})
}

func main() {
	s := &sim{}
	srv := &server{sim: s}
	x := uint64(42)
	exp := func(mean float64) float64 {
		x = x*6364136223846793005 + 1442695040888963407
		return -mean * math.Log(float64(x>>11|1)/(1<<53))
	}
	var arrivals func()
	arrivals = func() {
		srv.arrive(func() float64 { return exp(0.8) })
		s.after(exp(1), arrivals)
	}
	s.after(0, arrivals)
	n := s.run(500)
	fmt.Printf("%d events, %d served, mean wait %.6f, longest %d, left %d\n", n, srv.served, srv.delay/float64(srv.served), srv.longest, len(srv.waiting))
	ring := &sim{}
	hops := make([]int, 5)
	var fire func(i, ttl int)
	fire = func(i, ttl int) {
		hops[i]++
		if ttl > 0 {
			for _, d := range []int{1, 2} {
				ring.after(float64(d)*1.5, func() { fire((i+d)%len(hops), ttl-1) })
			}
		}
	}
	ring.after(1, func() { fire(0, 6) })
	fmt.Println(ring.run(100), hops, ring.now)
}
