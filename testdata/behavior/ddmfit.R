# Fits by rtdists 0.11-5 with nlminb (R 4.2.2) of simulated trials, for neuro/behavior:
# Rscript ddmfit.R > ddmfit.json
suppressMessages(library(rtdists))
library(jsonlite)
set.seed(5)
out <- list()
for (k in 1:5) {
  full <- k >= 3
  p <- list(a = c(1.1, 1.8, 1.3, 1.6, 1.2)[k], v = c(1.2, -0.8, 1.5, 2.5, -1)[k], t0 = c(0.25, 0.3, 0.2, 0.25, 0.3)[k],
            z = c(0.45, 0.55, 0.5, 0.6, 0.45)[k], sv = if (full) c(0.8, 1.2, 0.5)[k - 2] else 0, sz = if (full) 0.3 else 0,
            st0 = if (full) c(0.1, 0.2, 0.15)[k - 2] else 0)
  n <- if (full) 600 else 250
  x <- rdiffusion(n, a = p$a, v = p$v, t0 = p$t0, z = p$z * p$a, sv = p$sv, sz = p$sz * p$a, st0 = p$st0)
  x$rt <- round(x$rt, 4)
  loss <- function(q) {
    extra <- if (full) list(sv = q[5], sz = q[6] * q[1], st0 = q[7]) else list()
    d <- tryCatch(do.call(ddiffusion, c(list(x$rt, x$response, a = q[1], v = q[2], t0 = q[3], z = q[4] * q[1], precision = 3), extra)),
                  error = function(e) 0)
    if (any(d <= 0) || any(is.na(d))) 1e6 else -sum(log(d))
  }
  low <- c(0.2, -8, 0.01, 0.05)
  high <- c(6, 8, min(x$rt), 0.95)
  start <- c(1.3, 0, 0.8 * min(x$rt), 0.5)
  if (full) {
    low <- c(low, 0.001, 0.001, 0.001)
    high <- c(high, 4, 0.8, 0.5)
    start <- c(start, 0.5, 0.2, 0.05)
  }
  best <- NULL
  for (s in c(1, 0.8, 1.25)) {
    f <- nlminb(start * s, loss, lower = low, upper = high, control = list(eval.max = 2000, iter.max = 1000))
    if (is.null(best) || f$objective < best$objective) best <- f
  }
  out[[k]] <- list(rt = x$rt, upper = as.character(x$response) == "upper", full = full, truth = p, par = best$par, loglik = -best$objective)
}
cat(toJSON(out, digits = 12, auto_unbox = TRUE), "\n")
