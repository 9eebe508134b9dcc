# Makes global.json: samples of several curves with noise, and R's nls of them together.
# Rscript global.R global.json; R 4.2.2.
set.seed(12)
noisy <- function(y, sd) round(y + rnorm(length(y), 0, sd), 4)
ctl <- nls.control(maxiter = 500, tol = 1e-8, minFactor = 1e-12, nDcentral = TRUE)
num <- function(x) paste0("[", paste(format(x, digits = 12, trim = TRUE), collapse = ", "), "]")
fit <- function(m) sprintf("{\"names\": [%s], \"estimate\": %s, \"se\": %s, \"rss\": %.12g, \"df\": %d}",
    paste0("\"", names(coef(m)), "\"", collapse = ", "), num(coef(m)), num(summary(m)$coefficients[, 2]), deviance(m), df.residual(m))
series <- function(d) paste0("[", paste(sapply(split(d, d$k), function(s) sprintf("{\"name\": \"%d\", \"level\": %s, \"x\": %s, \"y\": %s}",
    s$k[1], format(s$b[1], digits = 12), num(s$x), num(s$y))), collapse = ",\n "), "]")
out <- c()
add <- function(name, d, ...) out <<- c(out, sprintf("\"%s\": {\"series\": %s, \"fits\": {%s}}", name, series(d), paste(c(...), collapse = ",\n ")))
grid <- function(x, b) do.call(rbind, lapply(seq_along(b), function(k) data.frame(k = k, b = b[k], x = x)))
x <- rep(signif(10^seq(-2, 3, 0.5), 4), 2)

d <- grid(x, c(0, 0))
d$y <- noisy(5 + 90 / (1 + (c(2, 6)[d$k] / d$x)^1.3), 4)
f <- function(b, t, e, n, x) b + (t - b) / (1 + (e / x)^n)
m2 <- nls(y ~ f(b, t, e[k], n, x), d, start = list(b = 5, t = 95, e = c(2, 6), n = 1.3), control = ctl)
m1 <- nls(y ~ f(b, t, e, n, x), d, start = list(b = 5, t = 95, e = 3, n = 1.3), control = ctl)
a <- anova(m1, m2)
add("dose", d, paste0("\"separate\": ", fit(m2)), paste0("\"common\": ", fit(m1)))
test <- sprintf("\"F\": %.12g, \"P\": %.12g", a[["F value"]][2], a[["Pr(>F)"]][2])

d <- grid(signif(10^seq(-9, -3, 0.5), 4), c(0, 1e-8, 1e-7, 1e-6))
d$y <- noisy(2 + 98 / (1 + (3e-7 * (1 + (d$b * 10^7.6)^1.05) / d$x)^1.2), 3)
g <- function(b, t, e, n, p, s, x, B) b + (t - b) / (1 + (e * (1 + ifelse(B > 0, (B * 10^p)^s, 0)) / x)^n)
m2 <- nls(y ~ g(b0, t, exp(le), n, p, s, x, b), d, start = list(b0 = 2, t = 100, le = log(3e-7), n = 1.2, p = 7.6, s = 1), control = ctl)
m1 <- nls(y ~ g(b0, t, exp(le), n, p, 1, x, b), d, start = list(b0 = 2, t = 100, le = log(3e-7), n = 1.2, p = 7.6), control = ctl)
add("gaddum", d, paste0("\"free\": ", fit(m2)), paste0("\"one\": ", fit(m1)))

d <- grid(x, c(0, 0, 0))
om <- function(Em, n, KA, tau, x) Em * (tau * x)^n / ((KA + x)^n + (tau * x)^n)
d$y <- noisy(om(100, 1.1, 30, c(20, 3, 0.8)[d$k], d$x), 2)
m <- nls(y ~ om(Em, n, exp(lk), exp(lt[k]), x), d, start = list(Em = 100, n = 1.1, lk = log(30), lt = log(c(20, 3, 0.8))), control = ctl)
add("operational", d, paste0("\"free\": ", fit(m)))

d <- grid(x, c(0, 0.3, 3, 30))
al <- function(b0, t, e, n, K, a, x, B) b0 + (t - b0) / (1 + (e * (1 + B / K) / (1 + a * B / K) / x)^n)
d$y <- noisy(al(3, 97, 20, 1, 2, 8, d$x, d$b), 2)
m <- nls(y ~ al(b0, t, e, n, exp(lK), exp(la), x, b), d, start = list(b0 = 3, t = 97, e = 20, n = 1, lK = log(2), la = log(8)), control = ctl)
add("allosteric", d, paste0("\"free\": ", fit(m)))

d <- grid(c(0.5, 1, 2, 3, 5, 8, 12, 16, 20, 22, 25, 30, 40), c(0.5, 2, 8))
bk <- function(B, kon, koff, x, L) { ko <- kon * L + koff; B * kon * L / ko * (1 - exp(-ko * pmin(x, 20))) * exp(-koff * pmax(x - 20, 0)) }
d$y <- noisy(bk(100, 0.06, 0.09, d$x, d$b), 1.5)
m <- nls(y ~ bk(B, kon, koff, x, b), d, start = list(B = 100, kon = 0.06, koff = 0.09), control = ctl)
add("kinetics", d, paste0("\"free\": ", fit(m)))

d <- grid(rep(c(0, 0.2, 0.5, 0.8, 1, 1.3, 2, 3, 5), 2), 0)
tb <- function(V, E, K, x) { s <- E + x + K; V * (1 - (s - sqrt(s^2 - 4 * E * x)) / 2 / E) }
d$y <- noisy(tb(50, 1, 0.05, d$x), 1)
m <- nls(y ~ tb(V, E, K, x), d, start = list(V = 50, E = 1, K = 0.05), control = ctl)
add("tight", d, paste0("\"free\": ", fit(m)))

# Two compartments of one subject of Indometh with weights, and of a curve made with three.
s <- subset(Indometh, Subject == 1)
bi <- function(la, lb, lc, ld, t) { CL <- exp(la); V <- exp(lb); Q <- exp(lc); W <- exp(ld); k <- CL / V; a <- Q / V; b <- Q / W
    S <- k + a + b; r <- sqrt(S^2 - 4 * k * b); l1 <- (S + r) / 2; l2 <- (S - r) / 2
    25 / V * ((l1 - b) / (l1 - l2) * exp(-l1 * t) + (b - l2) / (l1 - l2) * exp(-l2 * t)) }
for (w in 0:2) {
    m <- nls(conc ~ bi(CL, V, Q, W, time), s, start = list(CL = log(9), V = log(8), Q = log(7), W = log(15)), weights = conc^(-w), control = ctl)
    test <- c(test, sprintf("\"indometh%d\": %s", w, fit(m)))
}
writeLines(paste0("{\"curves\": {", paste(out, collapse = ",\n"), "},\n", paste(test, collapse = ",\n"), "}"), commandArgs(TRUE)[1])
