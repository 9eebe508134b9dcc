//go:build ignore

// A simulation by events: a heap of interfaces with methods, pointers and
// closures.
package main

import (
	"container/heap"
	"fmt"
)

type Event interface {
	Time() float64
	Run(*World)
}

type at float64

func (a at) Time() float64 { return float64(a) }

type Fire struct {
	at
	cell int
}

type Arrive struct {
	at
	cell   int
	weight float64
}

type Queue []Event

func (q Queue) Len() int           { return len(q) }
func (q Queue) Less(i, j int) bool { return q[i].Time() < q[j].Time() }
func (q Queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *Queue) Push(x any)        { *q = append(*q, x.(Event)) }
func (q *Queue) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}

type World struct {
	now    float64
	queue  Queue
	charge []float64
	counts map[string]int
}

func (w *World) after(d float64, e func(t at) Event) { heap.Push(&w.queue, e(at(w.now+d))) }

func (f *Fire) Run(w *World) {
	w.counts["fire"]++
	w.charge[f.cell] = 0
	for k := 1; k <= 3; k++ {
		target := (f.cell*7 + k*13) % len(w.charge)
		w.after(float64(k)+0.1*float64(f.cell%10), func(t at) Event { return &Arrive{t, target, 0.4} })
	}
}

func (a Arrive) Run(w *World) {
	w.counts["arrive"]++
	w.charge[a.cell] += a.weight
	if w.charge[a.cell] >= 1 {
		w.charge[a.cell] = 0
		w.after(0.5, func(t at) Event { return &Fire{t, a.cell} })
	}
}

func main() {
	w := &World{charge: make([]float64, 500), counts: map[string]int{}}
	for i := range 250 {
		heap.Push(&w.queue, Event(&Fire{at(i) / 10, i * 2}))
	}
	for n := 0; n < 1_000_000 && len(w.queue) > 0; n++ {
		e := heap.Pop(&w.queue).(Event)
		w.now = e.Time()
		e.Run(w)
		if n%10 == 0 {
			w.after(1, func(t at) Event { return &Fire{t, n % 500} })
		}
	}
	fmt.Printf("%.3f %d %v\n", w.now, len(w.queue), w.counts)
}
