# Makes population.json: nlme's fits of theophylline by one compartment with first-order
# absorption, doses in mg, log-normal CL, V and Ka with independent random effects and with a
# full covariance. Rscript population.R population.json; R 4.2.2, nlme 3.1-162.
library(nlme)
d <- as.data.frame(Theoph)
d$Amt <- d$Dose * d$Wt
f <- function(Amt, t, lcl, lv, lka) {
    cl <- exp(lcl); v <- exp(lv); ka <- exp(lka); k <- cl / v
    Amt * ka / (v * (ka - k)) * (exp(-k * t) - exp(-ka * t))
}
g <- groupedData(conc ~ Time | Subject, d)
fit <- function(random) nlme(conc ~ f(Amt, Time, lcl, lv, lka), data = g, fixed = lcl + lv + lka ~ 1,
    random = random, start = c(1, 3.5, 0.5), method = "ML", control = nlmeControl(maxIter = 200, tolerance = 1e-8))
out <- lapply(list(diagonal = pdDiag(lcl + lv + lka ~ 1), full = pdSymm(lcl + lv + lka ~ 1)), function(r) {
    m <- fit(r)
    list(fixed = as.numeric(fixef(m)), se = as.numeric(sqrt(diag(m$varFix))),
        omega = unname(as.matrix(pdMatrix(m$modelStruct$reStruct[[1]])) * m$sigma^2), sigma = m$sigma,
        ofv = as.numeric(-2 * logLik(m)) - nrow(d) * log(2 * pi))
})
json <- function(x) if (is.list(x)) paste0("{", paste0("\"", names(x), "\": ", sapply(x, json), collapse = ",\n "), "}") else
    if (is.matrix(x)) paste0("[", paste(apply(x, 1, json), collapse = ", "), "]") else
    if (length(x) > 1) paste0("[", paste(format(x, digits = 10), collapse = ", "), "]") else format(x, digits = 12)
writeLines(json(out), commandArgs(TRUE)[1])
