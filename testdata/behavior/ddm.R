# Densities and distribution functions of the diffusion model and the linear ballistic
# accumulator by rtdists 0.11-5 (R 4.2.2) over wide ranges of parameters, for
# neuro/behavior: Rscript ddm.R > ddm.json
suppressMessages(library(rtdists))
library(jsonlite)
set.seed(20)
t <- c(0.02, 0.05, 0.1, 0.2, 0.35, 0.6, 1, 1.8)
cases <- list()
for (k in 1:64) {
  vary <- (k - 1) %% 8
  p <- list(a = exp(runif(1, -0.9, 1.2)), v = runif(1, -5, 5), t0 = runif(1, 0.1, 0.4), z = runif(1, 0.1, 0.9),
            sv = 0, sz = 0, st0 = 0)
  if (vary %% 2 == 1) p$sv <- runif(1, 0.1, 2)
  if (vary %/% 2 %% 2 == 1) p$sz <- runif(1, 0.1, 1.8) * min(p$z, 1 - p$z)
  if (vary %/% 4 == 1) p$st0 <- runif(1, 0.02, 0.3)
  p <- lapply(p, signif, 4)
  rt <- p$t0 + t * p$a # t0 is the shortest non-decision time for rtdists
  # rtdists sums over starts and non-decision times in steps, up to 0.6 % off here
  # (precision 6); its density without these is integrated adaptively instead.
  f <- function(r) {
    plain <- function(rt, z) ddiffusion(rt, r, a = p$a, v = p$v, t0 = p$t0, z = z * p$a, sv = p$sv, precision = 12)
    mean_z <- function(rt) if (p$sz == 0) plain(rt, p$z) else sapply(rt, function(x)
      integrate(function(z) plain(rep(x, length(z)), z), p$z - p$sz / 2, p$z + p$sz / 2, rel.tol = 1e-8, abs.tol = 1e-10, subdivisions = 500)$value / p$sz)
    if (p$st0 == 0) mean_z(rt) else sapply(rt, function(x) {
      from <- max(x - p$st0, p$t0)
      if (from >= x) 0 else integrate(mean_z, from, x, rel.tol = 1e-6, abs.tol = 1e-8, subdivisions = 500)$value / p$st0
    })
  }
  cases[[k]] <- c(p, list(rt = rt, upper = f("upper"), lower = f("lower")))
}
lba <- list()
for (k in 1:24) {
  n <- 2 + k %% 3
  p <- list(A = signif(runif(1, 0.05, 1), 4), gap = signif(runif(1, 0.05, 1), 4), t0 = signif(runif(1, 0, 0.4), 4),
            v = signif(runif(n, -0.5, 4), 4), sv = signif(runif(n, 0.2, 1.5), 4))
  rt <- p$t0 + t
  at <- function(f, i, positive) f(rt, i, A = p$A, b = p$A + p$gap, t0 = p$t0, mean_v = p$v, sd_v = p$sv,
                                   args.dist = list(posdrift = positive), silent = TRUE)
  lba[[k]] <- c(p, list(rt = rt, d = lapply(1:n, function(i) at(dLBA, i, TRUE)), p = lapply(1:n, function(i) at(pLBA, i, TRUE)),
                        plain = lapply(1:n, function(i) at(dLBA, i, FALSE))))
}
cat(toJSON(list(ddm = cases, lba = lba), digits = 15, auto_unbox = TRUE), "\n")
