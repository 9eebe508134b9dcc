# Intraclass correlations by psych 2.2.9, and power by pwr.
#
#   Rscript reliability.R > reliability.json

library(jsonlite)
suppressMessages({library(psych); library(pwr)})
set.seed(4)
out <- list(icc = list(), power = list())
for (n in c(3, 6, 20)) for (k in c(2, 3, 5)) {
  x <- round(matrix(rnorm(n * k), n) + rnorm(n, 0, 1.5) + rep(rnorm(k), each = n), 2)
  r <- suppressWarnings(ICC(x, lmer = FALSE))$results
  out$icc[[length(out$icc) + 1]] <- list(x = x, icc = r$ICC, f = r$F, df1 = r$df1, df2 = r$df2, p = r$p, lo = r$`lower bound`, hi = r$`upper bound`)
}
p <- function(test, n, effect, power, alpha = .05, one = FALSE, groups = 0, df = 0) out$power[[length(out$power) + 1]] <<-
  list(test = test, n = n, effect = effect, power = power, alpha = alpha, one = one, groups = groups, df = df)
for (d in c(.2, .5, 1.3)) for (n in c(5, 30, 200)) {
  p("two-sample t", n, d, pwr.t.test(n = n, d = d)$power)
  p("paired t", n, d, pwr.t.test(n = n, d = d, type = "paired", sig.level = .01)$power, .01)
  p("one-sample t", n, d, pwr.t.test(n = n, d = d, type = "one.sample", alternative = "greater")$power, .05, TRUE)
  p("anova", n, d, pwr.anova.test(k = 4, n = n, f = d)$power, groups = 4)
  p("two proportions", n, d, pwr.2p.test(h = d, n = n)$power)
  p("chi-square", n, d, pwr.chisq.test(w = d, N = n, df = 3)$power, df = 3)
}
for (r in c(.1, .3, .7)) for (n in c(6, 40, 300)) {
  p("correlation", n, r, pwr.r.test(n = n, r = r)$power)
  p("correlation", n, r, pwr.r.test(n = n, r = r, alternative = "greater")$power, .05, TRUE)
}
cat(toJSON(out, auto_unbox = TRUE, digits = NA), "\n")
