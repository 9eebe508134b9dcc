# Linear mixed models by lme4 1.1-31: nested, crossed, unbalanced, with missing values, several
# slopes, without correlations, at a boundary.
#
#   Rscript mixed.R > mixed.json

library(jsonlite)
suppressMessages(library(lme4))
set.seed(11)
out <- list()
ctrl <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e6), check.conv.singular = "ignore", calc.derivs = FALSE)
add <- function(name, d, f, ML = FALSE) {
  m <- suppressMessages(suppressWarnings(lmer(as.formula(f), d, REML = !ML, control = ctrl)))
  vc <- as.data.frame(VarCorr(m))
  vc <- vc[is.na(vc$var2), ]
  r <- ranef(m)
  out[[length(out) + 1]] <<- list(name = name, formula = f, ml = ML,
    table = lapply(d, function(c) if (is.factor(c)) as.character(c) else c), columns = names(d),
    criterion = if (ML) deviance(m) else REMLcrit(m), names = I(names(fixef(m))), fixef = I(unname(fixef(m))), se = I(unname(sqrt(diag(as.matrix(vcov(m)))))),
    group = vc$grp, effect = vc$var1, sd = vc$sdcor, loglik = as.numeric(logLik(m)), aic = AIC(m), bic = BIC(m),
    ranefs = lapply(r, function(x) list(level = rownames(x), value = unname(as.matrix(x)))), resid = unname(head(resid(m), 5)), n = nobs(m), singular = isSingular(m),
    optimizer = "bobyqa")
}
s <- sleepstudy
add("slopes", s, "Reaction ~ Days + (Days | Subject)")
add("slopes, ML", s, "Reaction ~ Days + (Days | Subject)", TRUE)
add("no correlation", s, "Reaction ~ Days + (Days || Subject)")
add("intercepts", s, "Reaction ~ 1 + Days + (1 | Subject)")
h <- s; h$Reaction[sample(180, 40)] <- NA; h <- h[-(1:7), ]
add("missing", h, "Reaction ~ Days + (Days | Subject)")
add("crossed", Penicillin, "diameter ~ 1 + (1 | plate) + (1 | sample)")
add("nested", Pastes, "strength ~ 1 + (1 | batch / cask)")
k <- subset(cake, select = -temp); k$temperature <- factor(as.character(k$temperature))
add("cake", k, "angle ~ recipe * temperature + (1 | replicate:recipe)", TRUE)
n <- 900
e <- data.frame(subject = factor(rep(1:30, each = 30)), item = factor(rep(1:30, 30)), cond = factor(ifelse((rep(1:30, each = 30) + rep(1:30, 30)) %% 2, "a", "b")), x = round(rnorm(n), 3))
u <- matrix(rnorm(60), 30); w <- rnorm(30)
e$rt <- round(600 + 25 * (e$cond == "b") + 10 * e$x + 40 * u[e$subject, 1] + 15 * u[e$subject, 2] * (e$cond == "b") + 20 * w[e$item] + rnorm(n, 0, 60), 2)
e <- e[sample(n, 700), ]
add("crossed slopes", e, "rt ~ cond * x + (cond | subject) + (1 + x || item)")
add("boundary", data.frame(g = factor(rep(1:8, 6)), y = round(rnorm(48), 4)), "y ~ 1 + (1 | g)")
add("three slopes", e, "rt ~ cond + x + (cond + x | subject)")
add("no intercept", e, "rt ~ 0 + cond + (1 | item)")
cat(toJSON(out, auto_unbox = TRUE, digits = NA, na = "null"), "\n")
