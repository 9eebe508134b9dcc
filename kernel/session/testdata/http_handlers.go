// Interpreted handlers under net/http without a network: HandlerFunc, a mux,
// middleware, an own ResponseWriter and RoundTripper, JSON in and out.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

type store struct{ rates map[string]float64 }

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	switch r.Method {
	case http.MethodPut:
		var body struct {
			Rate float64 `json:"rate"`
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.rates[id] = body.Rate
		w.WriteHeader(http.StatusNoContent)
	default:
		v, ok := s.rates[id]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{"id": id, "rate": v, "who": r.Context().Value(user{})})
	}
}

type user struct{}

func auth(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				http.Error(w, fmt.Sprint("panic: ", p), 500)
			}
		}()
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), user{}, r.Header.Get("X-User"))))
	})
}

type counting struct {
	http.ResponseWriter
	bytes int
}

func (c *counting) Write(p []byte) (int, error) { c.bytes += len(p); return c.ResponseWriter.Write(p) }

type canned map[string]string

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	body, ok := c[r.URL.Path]
	if !ok {
		return nil, errors.New("nothing at " + r.URL.Path)
	}
	return &http.Response{StatusCode: 200, Status: "200 OK", Body: io.NopCloser(strings.NewReader(body)), Request: r, Header: http.Header{}}, nil
}

func main() {
	s := &store{map[string]float64{"a": 1.5}}
	mux := http.NewServeMux()
	mux.Handle("/cells/{id}", s)
	mux.HandleFunc("GET /boom", func(http.ResponseWriter, *http.Request) { panic("boom") })
	mux.HandleFunc("POST /sum", func(w http.ResponseWriter, r *http.Request) {
		c := &counting{ResponseWriter: w}
		r.ParseForm()
		fmt.Fprintf(c, "%s-%v", r.FormValue("x"), r.Form["y"])
		fmt.Fprintf(c, " %d", c.bytes)
	})
	h := auth(mux)
	do := func(method, target, body string) {
		r := httptest.NewRequest(method, target, strings.NewReader(body))
		r.Header.Set("X-User", "me")
		if method == "POST" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		fmt.Printf("%s %s: %d %q\n", method, target, w.Code, w.Body)
	}
	do("GET", "/cells/a", "")
	do("GET", "/cells/b", "")
	do("PUT", "/cells/b", `{"rate":7}`)
	do("PUT", "/cells/b", `{"rate":"x"}`)
	do("GET", "/cells/b", "")
	do("GET", "/boom", "")
	do("POST", "/sum?x=1", url.Values{"y": {"2", "3"}}.Encode())
	do("DELETE", "/sum", "")
	client := &http.Client{Transport: canned{"/ok": "fine"}}
	for _, p := range []string{"/ok", "/no"} {
		resp, err := client.Get("http://lab.example" + p)
		if err != nil {
			var ue *url.Error
			fmt.Println(errors.As(err, &ue), ue.Err)
			continue
		}
		b, _ := io.ReadAll(resp.Body)
		fmt.Println(resp.Status, string(b))
	}
}
