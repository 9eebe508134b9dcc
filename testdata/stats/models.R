# Linear, generalised and generalised mixed models by R's lm and glm and lme4's glmer; marginal means and their
# comparisons by matrix algebra on those fits, Tukey's by ptukey.
#
#   Rscript models.R > models.json

library(jsonlite)
suppressMessages(library(lme4))
set.seed(3)
out <- list()
tab <- function(d) lapply(d, function(c) if (is.factor(c)) as.character(c) else c)

# Means at the levels of some factors, other factors in equal parts, numbers at their means.
means <- function(f, d, beta, V, by, df) {
  tt <- delete.response(terms(nobars(as.formula(f))))
  vars <- all.vars(tt)
  lev <- lapply(vars, function(v) if (is.numeric(d[[v]])) mean(d[[v]]) else factor(levels(factor(d[[v]])), levels = levels(factor(d[[v]]))))
  names(lev) <- vars
  g <- expand.grid(rev(lev))
  X <- model.matrix(tt, g)
  key <- do.call(paste, c(unname(g[by]), sep = "|"))
  L <- rowsum(X, key, reorder = FALSE) / as.vector(table(factor(key, levels = unique(key))))
  L <- L[order(rownames(L)), , drop = FALSE]
  est <- as.vector(L %*% beta); se <- sqrt(diag(L %*% V %*% t(L)))
  pairs <- combn(nrow(L), 2)
  D <- L[pairs[1, ], , drop = FALSE] - L[pairs[2, ], , drop = FALSE]
  de <- as.vector(D %*% beta); ds <- sqrt(rowSums((D %*% V) * D))
  list(by = I(by), level = rownames(L), mean = est, se = se, diff = I(de), dse = I(ds),
       tukey = I(ptukey(abs(de / ds) * sqrt(2), nrow(L), df, lower.tail = FALSE)),
       holm = I(p.adjust(if (is.finite(df)) 2 * pt(-abs(de / ds), df) else 2 * pnorm(-abs(de / ds)), "holm")))
}
add <- function(name, d, f, family = gaussian(), by = NULL, trials = NULL) {
  whole <- d[complete.cases(d), ]
  if (is.null(trials)) m <- glm(as.formula(f), family, whole, control = list(epsilon = 1e-14, maxit = 200)) else {
    whole$prop <- whole[[all.vars(as.formula(f))[1]]] / whole[[trials]]
    m <- glm(update(as.formula(f), prop ~ .), family, whole, weights = whole[[trials]], control = list(epsilon = 1e-14, maxit = 200))
  }
  s <- summary(m)
  df <- if (family$family %in% c("binomial", "poisson")) Inf else m$df.residual
  r <- list(name = name, kind = "glm", table = tab(d), columns = names(d), formula = f, family = tolower(family$family), link = family$link, trials = if (is.null(trials)) "" else trials,
    names = I(names(coef(m))), beta = I(unname(coef(m))), se = I(unname(s$coefficients[, 2])), p = I(unname(s$coefficients[, 4])), deviance = deviance(m), null = m$null.deviance,
    dispersion = s$dispersion, n = nobs(m), missing = nrow(d) - nrow(whole))
  if (family$family != "Gamma") { r$loglik <- as.numeric(logLik(m)); r$aic <- AIC(m); r$bic <- BIC(m) }
  if (family$family == "gaussian") { l <- summary(lm(as.formula(f), whole)); r$r2 <- l$r.squared; r$adj <- l$adj.r.squared; r$f <- unname(l$fstatistic[1]); r$pf <- unname(pf(l$fstatistic[1], l$fstatistic[2], l$fstatistic[3], lower.tail = FALSE)) }
  if (!is.null(by)) r$means <- lapply(by, function(b) means(f, whole, coef(m), vcov(m), b, df))
  out[[length(out) + 1]] <<- r
}
n <- 120
d <- data.frame(g = sample(c("a", "b", "c"), n, TRUE), h = sample(c("x", "y"), n, TRUE), dose = round(runif(n, 0, 4), 2))
eta <- -1 + 0.6 * d$dose + 0.8 * (d$g == "b") - 0.5 * (d$g == "c") * (d$h == "y")
d$y <- round(eta + rnorm(n), 3); d$hit <- rbinom(n, 1, plogis(eta)); d$count <- rpois(n, exp(0.3 * eta + 0.5)); d$time <- round(rgamma(n, 4, 4 / exp(0.2 * eta)), 3)
d$m <- sample(5:20, n, TRUE); d$k <- rbinom(n, d$m, plogis(eta - 0.5))
add("one number", d[c("y", "dose")], "y ~ dose")
add("factors", d[c("y", "dose", "g", "h")], "y ~ g * h + dose", by = list("g", c("g", "h")))
add("no constant", d[c("y", "g")], "y ~ 0 + g")
e <- d[c("y", "dose", "g")]; e$y[3:9] <- NA; e$dose[20] <- NA
add("missing", e, "y ~ g * dose", by = list("g"))
add("logistic", d[c("hit", "dose", "g", "h")], "hit ~ g * h + dose", binomial(), by = list("g", "h"))
add("probit", d[c("hit", "dose", "g")], "hit ~ g + dose", binomial("probit"))
add("cloglog", d[c("hit", "dose")], "hit ~ dose", binomial("cloglog"))
add("trials", d[c("k", "m", "dose", "g")], "k ~ g + dose", binomial(), by = list("g"), trials = "m")
add("poisson", d[c("count", "dose", "g")], "count ~ g * dose", poisson(), by = list("g"))
add("gamma", d[c("time", "dose", "g")], "time ~ g + dose", Gamma("log"), by = list("g"))
add("gamma inverse", d[c("time", "h")], "time ~ h", Gamma("inverse"))

# Mixed models of accuracies and counts.
glmm <- function(name, d, f, family, by = NULL, trials = NULL) {
  ctrl <- glmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9, maxfun = 1e6), tolPwrss = 1e-12, check.conv.singular = "ignore")
  if (is.null(trials)) m <- suppressWarnings(glmer(as.formula(f), d, family, control = ctrl)) else {
    d$prop <- d[[all.vars(as.formula(f))[1]]] / d[[trials]]
    m <- suppressWarnings(glmer(update(as.formula(f), prop ~ .), d, family, weights = d[[trials]], control = ctrl))
    d$prop <- NULL
  }
  vc <- as.data.frame(VarCorr(m)); cors <- vc[!is.na(vc$var2), ]; vc <- vc[is.na(vc$var2), ]
  r <- list(name = name, kind = "glmm", table = tab(d), columns = names(d), formula = f, family = tolower(family$family), link = family$link, trials = if (is.null(trials)) "" else trials,
    names = I(names(fixef(m))), beta = I(unname(fixef(m))), se = I(unname(sqrt(diag(as.matrix(vcov(m)))))), loglik = as.numeric(logLik(m)), aic = AIC(m), bic = BIC(m),
    group = I(vc$grp), effect = I(vc$var1), sd = I(vc$sdcor), corr = I(cors$sdcor), singular = isSingular(m), n = nobs(m), missing = 0)
  if (!is.null(by)) r$means <- lapply(by, function(b) means(f, d, fixef(m), as.matrix(vcov(m)), b, Inf))
  out[[length(out) + 1]] <<- r
}
data(cbpp, package = "lme4")
cb <- data.frame(incidence = cbpp$incidence, size = cbpp$size, period = as.character(cbpp$period), herd = as.character(cbpp$herd))
glmm("cbpp", cb, "incidence ~ period + (1 | herd)", binomial(), by = list("period"), trials = "size")
s <- 24; it <- 15
x <- expand.grid(item = seq_len(it), subject = seq_len(s))
x$cond <- ifelse((x$item + x$subject) %% 2 == 0, "a", "b"); x$load <- round(rnorm(nrow(x)), 2)
u <- rnorm(s); v <- rnorm(it, 0, 0.6); w <- rnorm(s, 0, 0.5)
le <- 0.4 + u[x$subject] + v[x$item] + (0.7 + w[x$subject]) * (x$cond == "b") - 0.3 * x$load
x$correct <- rbinom(nrow(x), 1, plogis(le)); x$spikes <- rpois(nrow(x), exp(0.4 * le))
x$subject <- paste0("s", x$subject); x$item <- paste0("i", x$item)
glmm("crossed", x[c("correct", "cond", "load", "subject", "item")], "correct ~ cond * load + (1 | subject) + (1 | item)", binomial(), by = list("cond"))
glmm("slopes", x[c("correct", "cond", "subject")], "correct ~ cond + (cond | subject)", binomial())
glmm("counts", x[c("spikes", "cond", "load", "subject")], "spikes ~ cond + load + (1 | subject)", poisson(), by = list("cond"))
glmm("counts, slopes", x[c("spikes", "cond", "load", "subject", "item")], "spikes ~ cond + load + (load || subject) + (1 | item)", poisson())
glmm("probit", x[c("correct", "cond", "subject")], "correct ~ cond + (1 | subject)", binomial("probit"))

# Marginal means of a linear mixed model; a multivariate linear model of repeated measures.
sl <- data.frame(y = sleepstudy$Reaction, part = c("early", "middle", "late")[1 + (sleepstudy$Days > 2) + (sleepstudy$Days > 6)], subject = as.character(sleepstudy$Subject))
m <- lmer(y ~ part + (1 | subject), sl)
mm <- means("y ~ part", sl, fixef(m), as.matrix(vcov(m)), "part", Inf)
mm$tukey <- NULL; mm$holm <- NULL
out[[length(out) + 1]] <- list(name = "sleep", kind = "lmm", table = tab(sl), columns = names(sl), formula = "y ~ part + (1 | subject)", means = list(mm))
sub <- 17
y <- matrix(round(rnorm(sub * 3, rep(c(1, 1.5, 2.2), each = sub)) + rnorm(sub), 3), sub); grp <- rep(c("g", "h"), c(9, 8)); y[grp == "h", 2] <- y[grp == "h", 2] + 1
fit <- lm(y ~ 0 + grp); S <- crossprod(resid(fit)) / fit$df.residual; XtX <- solve(crossprod(model.matrix(fit)))
B <- coef(fit)
w <- list(mean = as.vector(colMeans(B)), se = sqrt(diag(S) * sum(XtX) / 4), groups = as.vector(rowMeans(B)), gse = sqrt(sum(S) / 9 * diag(XtX)), df = fit$df.residual)
D <- rbind(c(1, -1, 0), c(1, 0, -1), c(0, 1, -1))
w$diff <- as.vector(D %*% colMeans(B)); w$dse <- sqrt(diag(D %*% S %*% t(D)) * sum(XtX) / 4)
out[[length(out) + 1]] <- list(name = "repeated", kind = "repeated", y = y, grp = grp, means = w)
cat(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null"), "\n")
