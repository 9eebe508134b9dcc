# Reference values of t and rank tests, correlations and p.adjust, from R.
#
#   Rscript tests.R > tests.json

library(jsonlite)
set.seed(20)
r <- list(R = R.version.string, t = list(), rank = list(), cor = list(), adjust = list())
num <- function(x) unname(as.numeric(x))
for (n in c(2, 3, 5, 8, 13, 31, 60)) for (kind in c("plain", "ties")) {
  m <- max(2, n - 1)
  x <- rnorm(n, 1, 2); y <- rnorm(m, .3, 1); z <- x + rnorm(n, -.4, 1)
  if (kind == "ties") { x <- round(x); y <- round(y); z <- round(z) }
  if (sd(x) == 0 || sd(y) == 0 || sd(x - z) == 0) next
  tt <- function(h) list(t = num(h$statistic), df = num(h$parameter), p = h$p.value, ci = num(h$conf.int))
  r$t[[length(r$t) + 1]] <- list(x = x, y = y, z = z, welch = tt(t.test(x, y)), student = tt(t.test(x, y, var.equal = TRUE)),
    paired = tt(t.test(x, z, paired = TRUE)), one = tt(t.test(x, mu = .7)),
    greater = t.test(x, y, alternative = "greater")$p.value)
  q <- suppressWarnings(list(x = x, y = y, z = z, mw = num(wilcox.test(x, y)[c("statistic", "p.value")]),
    sr = num(wilcox.test(x, z, paired = TRUE)[c("statistic", "p.value")]),
    kw = num(kruskal.test(list(x, y, z))[c("statistic", "p.value")]),
    fr = num(friedman.test(cbind(x, z, (x + z)^2))[c("statistic", "p.value")])))
  r$rank[[length(r$rank) + 1]] <- q
  if (n >= 3 && sd(z) > 0) {
    k <- suppressWarnings(cor.test(x, z, method = "kendall"))
    p <- cor.test(x, z)
    r$cor[[length(r$cor) + 1]] <- list(x = x, y = z, pearson = c(num(p$estimate), p$p.value), ci = if (n > 3) num(p$conf.int) else numeric(0),
      spearman = cor(x, z, method = "spearman"), kendall = c(num(k$estimate), k$p.value))
  }
}
for (n in c(1, 2, 3, 7, 20)) for (shape in c(1, .2)) {
  p <- rbeta(n, shape, 1)
  if (n > 3) p[3] <- p[1]
  a <- lapply(c("bonferroni", "holm", "hochberg", "hommel", "BH", "BY"), function(m) I(p.adjust(p, m)))
  names(a) <- c("bonferroni", "holm", "hochberg", "hommel", "BH", "BY")
  r$adjust[[length(r$adjust) + 1]] <- c(list(p = I(p)), a)
}
cat(toJSON(r, auto_unbox = TRUE, digits = NA), "\n")
