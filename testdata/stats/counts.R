# Tests of counts by R: chisq.test, fisher.test, mcnemar.test, binom.test, prop.test.
#
#   Rscript counts.R > counts.json

library(jsonlite)
set.seed(5)
out <- list(chisq = list(), fisher = list(), mcnemar = list(), binom = list(), fit = list())
for (s in list(c(2, 2), c(2, 3), c(4, 3), c(2, 2), c(5, 5))) {
  m <- matrix(rpois(prod(s), 9) + 1, s[1])
  t <- suppressWarnings(chisq.test(m, correct = FALSE))
  out$chisq[[length(out$chisq) + 1]] <- list(table = m, stat = unname(t$statistic), df = unname(t$parameter), p = t$p.value, expected = t$expected)
}
for (m in list(c(3, 1, 1, 3), c(10, 2, 3, 15), c(0, 5, 4, 2), c(5, 5, 5, 5), c(30, 12, 20, 25), c(7, 0, 3, 6))) {
  x <- matrix(m, 2, byrow = TRUE)
  t <- fisher.test(x)
  out$fisher[[length(out$fisher) + 1]] <- list(table = x, p = t$p.value, odds = if (is.finite(t$estimate)) unname(t$estimate) else -1, lo = t$conf.int[1], hi = if (is.finite(t$conf.int[2])) t$conf.int[2] else -1)
  if (x[1, 2] + x[2, 1] > 0) out$mcnemar[[length(out$mcnemar) + 1]] <- list(table = x, stat = unname(mcnemar.test(x, correct = FALSE)$statistic), p = binom.test(x[1, 2], x[1, 2] + x[2, 1])$p.value)
}
for (c in list(c(7, 20, 0.5), c(0, 10, 0.3), c(10, 10, 0.5), c(33, 100, 0.25), c(1, 1, 0.9))) {
  t <- binom.test(c[1], c[2], c[3])
  w <- suppressWarnings(prop.test(c[1], c[2], correct = FALSE))
  out$binom[[length(out$binom) + 1]] <- list(k = c[1], n = c[2], chance = c[3], p = t$p.value, lo = t$conf.int[1], hi = t$conf.int[2], wlo = w$conf.int[1], whi = w$conf.int[2])
}
for (c in list(list(c(10, 20, 30), c(1, 1, 1)), list(c(3, 9, 14, 2), c(1, 3, 5, 2)))) {
  t <- suppressWarnings(chisq.test(c[[1]], p = c[[2]] / sum(c[[2]])))
  out$fit[[length(out$fit) + 1]] <- list(counts = c[[1]], shares = c[[2]], stat = unname(t$statistic), p = t$p.value)
}
cat(toJSON(out, digits = NA, auto_unbox = TRUE), "\n")
