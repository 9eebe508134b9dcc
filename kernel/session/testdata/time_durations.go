// Durations and times: printing, arithmetic, parsing, formatting in layouts,
// zones, comparison, months and rounding, also inside own types.
package main

import (
	"encoding/json"
	"fmt"
	"time"
)

type Trial struct {
	Start time.Time
	Dur   time.Duration
	Day   time.Weekday
}

type Millis float64

func (m Millis) Duration() time.Duration {
	return time.Duration(float64(m) * float64(time.Millisecond))
}

type Stamp time.Time

func (s Stamp) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "%q", time.Time(s).Format(time.DateOnly)), nil
}

func main() {
	for _, d := range []time.Duration{0, 1, 1500, 2 * time.Millisecond, 90 * time.Second, 25*time.Hour + 61*time.Second, -time.Minute, 1<<63 - 1} {
		fmt.Print(d, " ")
	}
	fmt.Println()
	d := 2500 * time.Millisecond
	fmt.Println(d/2, d*3, d%time.Second, d.Seconds(), d.Truncate(time.Second), d.Round(time.Second), int64(d), d > time.Second)
	fmt.Printf("%v %d %s %T %.1f\n", d, d, d, d, d.Minutes())
	fmt.Println(Millis(12.5).Duration(), Millis(12.5).Duration().String() == "12.5ms")
	t := time.Date(2024, time.February, 28, 23, 59, 30, 250e6, time.UTC)
	u := t.Add(45 * time.Second)
	fmt.Println(t, u.Format(time.RFC3339Nano), u.Sub(t), u.After(t), t.Before(u), t.Equal(t.Local()))
	fmt.Println(t.AddDate(0, 0, 1).Format("Mon Jan _2 2006"), t.AddDate(1, 0, 1).Format("02/01/06"), t.YearDay(), t.Weekday(), t.Month())
	fmt.Println(t.Format("15:04:05.000 | 3:04PM | Monday, 2 January 2006"), t.Unix(), t.UnixMilli(), t.Nanosecond())
	p, err := time.Parse("2006-01-02 15:04 -0700", "2023-07-04 09:30 +0200")
	fmt.Println(p.UTC(), err)
	_, err = time.Parse(time.DateOnly, "2023-13-01")
	fmt.Println(err)
	pd, err := time.ParseDuration("1h15m30.918s")
	fmt.Println(pd, err, pd.Hours() > 1.25)
	_, err = time.ParseDuration("5 minutes")
	fmt.Println(err)
	tr := Trial{t, d, t.Weekday()}
	fmt.Printf("%v\n%+v\n", tr, tr)
	b, err := json.Marshal(map[string]any{"t": tr, "s": Stamp(t), "d": d})
	fmt.Println(string(b), err)
	var back struct{ T Trial }
	fmt.Println(json.Unmarshal([]byte(`{"T":{"Start":"2024-01-02T03:04:05Z","Dur":1000}}`), &back), back.T.Start.Year(), back.T.Dur)
	fmt.Println(time.Time{}.IsZero(), time.Unix(0, 0).UTC(), time.UnixMilli(1500).UTC().Format(time.TimeOnly), time.Month(5), time.Saturday)
	zone := time.FixedZone("LAB", -5*3600)
	fmt.Println(t.In(zone), t.In(zone).Equal(t), t.In(zone) == t, t.Truncate(time.Hour).Format(time.Kitchen))
	m := map[time.Duration]string{time.Second: "s", time.Minute: "min"}
	m[1000*time.Millisecond] += "!"
	fmt.Println(len(m), m[1e9])
	switch h := t.Hour(); {
	case h < 12:
		fmt.Println("morning")
	default:
		fmt.Println("late")
	}
}
