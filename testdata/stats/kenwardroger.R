# Tests of fixed effects of small mixed models by Kenward and Roger: pbkrtest 0.5.2 and lmerTest
# 3.1-3 on fits of lme4 1.1-31, with Satterthwaite's beside them, and marginal means by emmeans 1.8.4.
#
#   Rscript kenwardroger.R > kenwardroger.json

library(jsonlite)
suppressMessages({library(lme4); library(pbkrtest); library(lmerTest); library(emmeans)})
set.seed(29)
out <- list()
ctrl <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-14, maxfun = 1e6), check.conv.singular = "ignore", calc.derivs = FALSE)
add <- function(name, d, f, means = character()) {
  m <- suppressMessages(suppressWarnings(lmerTest::lmer(as.formula(f), d, control = ctrl)))
  m4 <- suppressMessages(suppressWarnings(lme4::lmer(as.formula(f), d, control = ctrl)))
  b <- fixef(m)
  p <- length(b)
  va <- vcovAdj(m4)
  df <- sapply(1:p, function(j) { l <- rep(0, p); l[j] <- 1; get_Lb_ddf(m4, l) })
  sat <- summary(m, ddf = "Satterthwaite")$coefficients
  r <- list(name = name, formula = f, table = lapply(d, function(c) if (is.factor(c)) as.character(c) else c), columns = names(d),
    criterion = REMLcrit(m4), theta = I(unname(getME(m4, "theta"))), names = I(names(b)), beta = I(unname(b)), vcov = unname(as.matrix(va)), plain = unname(as.matrix(vcov(m4))), df = I(df), satdf = I(unname(sat[, "df"])), singular = isSingular(m4))
  if (p > 1) {
    L <- cbind(0, diag(p - 1))
    k <- KRmodcomp(m4, L)$stats
    r$joint <- list(f = k$Fstat, df1 = k$ndf, df2 = k$ddf, p = k$p.value, scale = k$F.scaling)
    s <- contestMD(m, L, ddf = "Satterthwaite")
    r$satjoint <- list(f = s$`F value`, df1 = s$NumDF, df2 = s$DenDF, p = s$`Pr(>F)`)
    table <- function(a) list(term = I(rownames(a)), f = I(a$`F value`), df1 = I(a$NumDF), df2 = I(a$DenDF), p = I(a$`Pr(>F)`))
    r$anova <- table(anova(m, type = 3, ddf = "Kenward-Roger"))
    r$satanova <- table(anova(m, type = 3, ddf = "Satterthwaite"))
  }
  if (length(means)) {
    e <- emmeans(m4, means, lmer.df = "kenward-roger", cov.keep = 0) # covariates at their means
    s <- as.data.frame(e)
    q <- as.data.frame(pairs(e, adjust = "none"))
    r$means <- list(by = I(means), levels = I(lapply(means, function(n) as.character(s[[n]]))), mean = s$emmean, se = s$SE, df = s$df,
      diff = I(q$estimate), dse = I(q$SE), ddf = I(q$df), p = I(q$p.value))
  }
  out[[length(out) + 1]] <<- r
}
s <- sleepstudy
add("slopes", s, "Reaction ~ Days + (Days | Subject)")
add("no correlation", s, "Reaction ~ Days + (Days || Subject)")
h <- s[s$Subject %in% levels(s$Subject)[1:7], ]; h$Reaction[sample(70, 25)] <- NA; h$Subject <- factor(h$Subject)
add("missing", h, "Reaction ~ Days + (Days | Subject)")
add("crossed", Penicillin[-sample(144, 30), ], "diameter ~ 1 + (1 | plate) + (1 | sample)")
add("nested", Pastes[-sample(60, 9), ], "strength ~ 1 + (1 | batch / cask)")
k <- subset(cake, select = -temp); k$temperature <- factor(as.character(k$temperature))
k <- k[as.integer(k$replicate) <= 4, ]
add("split plot", k, "angle ~ recipe * temperature + (1 | replicate:recipe)", "recipe")
add("split plot, incomplete", k[-sample(60, 13), ], "angle ~ recipe + temperature + (1 | replicate:recipe)", "temperature")
data(beets, package = "pbkrtest")
add("beets", beets, "sugpct ~ block + sow + harvest + (1 | block:harvest)", "harvest")
groups <- function(seed, per, trials, gone) {
  set.seed(seed)
  d <- expand.grid(trial = seq_len(trials), s = seq_len(2 * per))
  d$c <- d$trial %% 2
  d$g <- ifelse(d$s %% 2, "a", "b")
  d$rt <- round(500 + 50 * rnorm(2 * per)[d$s] + 25 * rnorm(2 * per)[d$s] * d$c + 60 * rnorm(nrow(d)), 2)
  d$s <- factor(paste0("s", d$s))
  d[runif(nrow(d)) > gone, c("s", "c", "g", "rt")]
}
add("six and six", groups(3, 6, 20, .2), "rt ~ c + g + (c | s)", "g")
add("six and six, interaction", groups(4, 6, 12, .4), "rt ~ c * g + (c | s)", "g")
add("three and three", groups(5, 3, 8, .3), "rt ~ c * g + (1 | s)", "g")
n <- 400
e <- data.frame(subject = factor(rep(1:8, each = 50)), item = factor(rep(1:50, 8) %% 10), cond = c("a", "b", "c")[1 + (rep(1:8, each = 50) + rep(1:50, 8) %/% 10) %% 3], x = round(rnorm(n), 3))
u <- matrix(rnorm(16), 8); w <- rnorm(10)
e$rt <- round(600 + 25 * (e$cond == "b") + 10 * e$x + 40 * u[e$subject, 1] + 25 * u[e$subject, 2] * e$x + 20 * w[as.integer(e$item)] + rnorm(n, 0, 60), 2)
e <- e[sample(n, 170), ]
add("crossed slopes", e, "rt ~ cond * x + (x | subject) + (1 | item)", "cond")
add("two slopes of a factor", e, "rt ~ cond + x + (1 | subject) + (0 + x | subject) + (1 | item)", "cond")
add("boundary", data.frame(g = factor(rep(1:8, 6)), x = rep(c("p", "q", "r"), each = 16), y = round(rnorm(48), 4)), "y ~ x + (1 | g)", "x")
cat(toJSON(out, auto_unbox = TRUE, digits = NA, na = "null"), "\n")
