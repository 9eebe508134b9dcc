# McDonald's omega by psych 2.2.9 with factors by maximum likelihood (rotated by GPArotation 2022.10,
# with a finer end than psych's), and by its definition on the likelihood of
# R's factanal, searched further.
#
#   Rscript omega.R > omega.json

library(jsonlite)
suppressMessages({library(psych); library(GPArotation)})
set.seed(8)
# The likelihood of factanal, searched to the last digits.
ml <- function(r, k) {
  p <- ncol(r)
  parts <- function(psi) { d <- 1 / sqrt(psi); eigen(r * outer(d, d), symmetric = TRUE) }
  f <- function(t) { e <- parts(0.005 + exp(t))$values[-(1:k)]; sum(e - log(e)) + k - p }
  start <- factanal(covmat = r, factors = k, rotation = "none")$uniquenesses
  t <- log(pmax(start - 0.005, 1e-6))
  for (i in 1:2) t <- nlminb(t, f, control = list(rel.tol = 1e-15, x.tol = 1e-12, iter.max = 500, eval.max = 2000))$par
  psi <- 0.005 + exp(t)
  e <- parts(psi)
  l <- sqrt(psi) * e$vectors[, 1:k, drop = FALSE] %*% diag(sqrt(pmax(e$values[1:k] - 1, 0)), k)
  list(loadings = l, uniquenesses = psi)
}
out <- list()
add <- function(name, x, nf) {
  x <- round(x, 3)
  k <- ncol(x)
  r <- cor(x)
  o <- list(name = name, x = unname(x), factors = nf)
  f <- ml(r, 1)
  l <- as.numeric(f$loadings) * sign(sum(f$loadings))
  s <- apply(x, 2, sd)
  o$loadings <- l
  o$total1 <- sum(l * s)^2 / (sum(l * s)^2 + sum(f$uniquenesses * s^2))
  o$standard1 <- sum(l)^2 / (sum(l)^2 + sum(f$uniquenesses))
  o$uniqueness1 <- unname(f$uniquenesses)
  o$psych1 <- suppressWarnings(suppressMessages(omega(x, nfactors = 1, fm = "ml", plot = FALSE, flip = FALSE)))$omega.tot
  if (nf > 1) {
    f <- ml(r, nf)
    q <- oblimin(f$loadings, eps = 1e-7, maxit = 3000)
    p <- suppressWarnings(suppressMessages(omega(x, nfactors = nf, fm = "ml", plot = FALSE, flip = FALSE)))
    phi <- q$Phi
    sg <- sign(colSums(q$loadings)); phi <- phi * outer(sg, sg); lo <- sweep(q$loadings, 2, sg, "*")
    g <- if (nf == 3) sqrt(c(phi[1,2]*phi[1,3]/phi[2,3], phi[1,2]*phi[2,3]/phi[1,3], phi[1,3]*phi[2,3]/phi[1,2])) else as.numeric(ml(phi, 1)$loadings)
    g <- g * sign(sum(g))
    gl <- as.numeric(lo %*% g)
    o$general <- gl
    o$uniqueness <- unname(f$uniquenesses)
    o$hierarchical <- sum(gl)^2 / sum(r)
    o$total <- 1 - sum(f$uniquenesses) / sum(r)
    o$psychH <- p$omega_h
    o$psychT <- p$omega.tot
  }
  out[[length(out) + 1]] <<- o
}
groups <- function(n, nf, per, gen, spec) {
  g <- rnorm(n)
  x <- NULL
  for (f in 1:nf) { s <- rnorm(n); for (j in 1:per) x <- cbind(x, gen[(j - 1) %% length(gen) + 1] * g + spec[f] * s + rnorm(n, 0, .7 + .1 * j)) }
  sweep(x, 2, 1 + (seq_len(nf * per) %% 3), "*")
}
add("one factor", groups(120, 1, 5, c(.8, .6, .9), 0.1), 1)
add("three items", groups(60, 1, 3, c(.9, .7, .8), 0), 1)
add("three groups", groups(300, 3, 3, c(.7, .6, .8), c(.5, .6, .7)), 3)
add("three groups of four", groups(200, 3, 4, c(.6, .8, .5), c(.6, .5, .8)), 3)
add("four groups", groups(400, 4, 4, c(.7, .6, .9, .8), c(.6, .5, .7, .6)), 4)
b <- na.omit(psych::bfi[1:600, c("A2", "A3", "A5", "C1", "C2", "C3", "E3", "E5", "N1")]); b$N1 <- NULL
add("personality", as.matrix(b), 3)
cat(toJSON(out, auto_unbox = TRUE, digits = NA), "\n")
