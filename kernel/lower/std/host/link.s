// An empty file, with which the compiler accepts a function without a body.
