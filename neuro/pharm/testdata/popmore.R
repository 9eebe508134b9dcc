# Makes popmore.json: nlme's fits of simulated populations, of one compartment with a lag before
# first-order absorption, and of one with elimination by Michaelis and Menten after a bolus
# (C solves C + Km log C = C0 + Km log C0 - Vmax/V t). Data and estimates are stored.
# Rscript popmore.R popmore.json; R 4.2.2, nlme 3.1-162.
library(nlme)
set.seed(7)
n <- 24
lag <- function(t, lcl, lv, lka, llag) {
    cl <- exp(lcl); v <- exp(lv); ka <- exp(lka); k <- cl / v
    u <- pmax(t - exp(llag), 0)
    100 * ka / (v * (ka - k)) * (exp(-k * u) - exp(-ka * u))
}
saturable <- function(t, lv, lvm, lkm) {
    v <- exp(lv); vm <- exp(lvm); km <- exp(lkm); c0 <- 200 / v
    x <- log(c0 / km) + c0 / km - vm / v / km * t # w + log w = x
    y <- ifelse(x > 1, log(pmax(x, 1)), x) # log w
    for (i in 1:60) y <- y - (exp(y) + y - x) / (exp(y) + 1)
    km * exp(y)
}
draw <- function(times, eta, f, sd) {
    d <- expand.grid(t = times, id = 1:n)
    d$c <- f(d$t, d$id) + rnorm(nrow(d), 0, sd)
    groupedData(c ~ t | id, d)
}
a <- cbind(rnorm(n, log(4), 0.3), rnorm(n, log(30), 0.2), rnorm(n, log(1.3), 0.4))
lagged <- draw(c(0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 9, 12, 18, 24), a, function(t, i) lag(t, a[i, 1], a[i, 2], a[i, 3], log(0.4)), 0.1)
b <- cbind(rnorm(n, log(20), 0.2), rnorm(n, log(10), 0.25))
eliminated <- draw(c(0.5, 1, 2, 4, 6, 9, 12, 16, 20, 24), b, function(t, i) saturable(t, b[i, 1], b[i, 2], log(2)), 0.2)
control <- nlmeControl(maxIter = 300, tolerance = 1e-8, pnlsTol = 1e-6, msMaxIter = 200)
m <- nlme(c ~ lag(t, lcl, lv, lka, llag), data = lagged, fixed = lcl + lv + lka + llag ~ 1, random = pdDiag(lcl + lv + lka ~ 1),
    start = c(log(4), log(30), log(1.3), log(0.4)), method = "ML", control = control)
k <- nlme(c ~ saturable(t, lv, lvm, lkm), data = eliminated, fixed = lv + lvm + lkm ~ 1, random = pdDiag(lv + lvm ~ 1),
    start = c(log(20), log(10), log(2)), method = "ML", control = control)
out <- function(m, d) list(fixed = as.numeric(fixef(m)), se = as.numeric(sqrt(diag(m$varFix))),
    omega = as.numeric(sqrt(diag(as.matrix(pdMatrix(m$modelStruct$reStruct[[1]]))) ) * m$sigma), sigma = m$sigma,
    ofv = as.numeric(-2 * logLik(m)) - nrow(d) * log(2 * pi), id = as.numeric(as.character(d$id)), t = d$t, c = round(d$c, 5))
json <- function(x) if (is.list(x)) paste0("{", paste0("\"", names(x), "\": ", sapply(x, json), collapse = ",\n "), "}") else
    if (length(x) > 1) paste0("[", paste(format(x, digits = 10, trim = TRUE), collapse = ", "), "]") else format(x, digits = 12)
writeLines(json(list(lag = out(m, lagged), saturable = out(k, eliminated))), commandArgs(TRUE)[1])
