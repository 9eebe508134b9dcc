# The work of ddm.go with rtdists: Rscript ddm.R [TRIALS [PRECISION]]; 3 is rtdists' default.
suppressMessages(library(rtdists))
arg <- as.numeric(commandArgs(TRUE))
n <- if (length(arg) > 0) arg[1] else 10000
precision <- if (length(arg) > 1) arg[2] else 3
frac <- function(x) x - floor(x)
i <- seq_len(n)
rt <- 0.31 - 0.3 * log(1 - frac(i * 0.618033988749))
response <- ifelse(frac(i * 0.754877666247) < 0.75, "upper", "lower")
for (step in c("fixed", "sv", "sz", "st0", "all")) {
  on <- function(name, v) if (step == name || step == "all") v else 0
  st0 <- on("st0", 0.1)
  f <- function() sum(log(ddiffusion(rt, response, a = 1.2, v = 1.5, t0 = 0.25 - st0 / 2, z = 0.45 * 1.2, sv = on("sv", 0.8),
                                     sz = on("sz", 0.2) * 1.2, st0 = st0, precision = precision)))
  ll <- f()
  times <- 0
  began <- proc.time()
  while (times < 1 || (proc.time() - began)[["elapsed"]] < 0.5) { f(); times <- times + 1 }
  cpu <- sum((proc.time() - began)[1:2]) / times
  cat(sprintf('{"bench":"ddm","step":"%s","precision":%g,"size":%d,"cpu_s":%.3g,"log_likelihood":%.4f}\n', step, precision, n, cpu, ll))
}
