"""The messages are what the protocol says: jupyter_kernel_test's own checks."""
import unittest

import neuro_kernel
import jupyter_kernel_test


class Conformance(jupyter_kernel_test.KernelTests):
    kernel_name = neuro_kernel.KERNEL
    language_name = "go"
    file_extension = ".go"
    code_hello_world = 'fmt.Println("hello, world")'
    code_stderr = 'import "os"\nfmt.Fprintln(os.Stderr, "to the other stream")'
    completion_samples = [
        {"text": "fmt.Printl", "matches": {"Println"}},
        {"text": "neuron.NewH"},
        {"text": "no such thing at al"},
        {"text": "x := []float64{1}\nlen(x) + math.Hyp", "matches": {"Hypot"}},
        {"text": "\U0001d6fc := math.Hyp", "matches": {"Hypot"}},
    ]
    complete_code_samples = ["x := 1", "fmt.Println(1)", "func f() int {\n\treturn 1\n}", "// a comment", "6 * 7"]
    incomplete_code_samples = ["for i := 0; i < 3; i++ {", "func f() {\n", "fmt.Println(", "x := `text", "x := []int{1,"]
    invalid_code_samples = ["x := )", "func 7() {}"]
    code_page_something = "fmt.Println?"
    code_generate_error = "nothing.Here()"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "math.Sqrt(2)", "result": "1.4142135623730951"},
        {"code": '"a" + "b"', "result": '"ab"'},
        {"code": "plot.Line([]float64{0, 1, 2}, []float64{0, 1, 4})", "mime": "image/png"},
    ]
    code_display_data = [
        {"code": 'display.HTML("<b>bold</b>")', "mime": "text/html"},
        {"code": 'display.Show(display.Markdown("# Title"))', "mime": "text/markdown"},
        {"code": 'display.Show(display.Latex("$x^2$"))', "mime": "text/latex"},
        {"code": 'display.Show(display.SVG("<svg xmlns=\\"http://www.w3.org/2000/svg\\"/>"))', "mime": "image/svg+xml"},
        {"code": 'display.Show(display.JSON(map[string]int{"a": 1}))', "mime": "application/json"},
        {"code": 'display.Show(display.Text("plain"))', "mime": "text/plain"},
        {"code": 'display.Bundle{Data: map[string]any{"image/jpeg": []byte{0xff, 0xd8, 0xff}}}', "mime": "image/jpeg"},
        {"code": 'display.Bundle{Data: map[string]any{"application/javascript": "1 + 1"}}', "mime": "application/javascript"},
        {"code": "display.Show(plot.Line([]float64{0, 1, 2}, []float64{0, 1, 4}))", "mime": "image/png"},
    ]
    code_history_pattern = "6 ? 7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "fmt.Println"
    code_clear_output = "display.Clear(false)"


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = neuro_kernel.KERNEL
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main()
