# Analyses of variance by R: four factors within and between (aov with Error), unbalanced groups
# with factors within (anova.mlm, spherical, whose last term is the same in each type), type III by drop1.
#
#   Rscript anova.R > anova_r.json

library(jsonlite)
set.seed(5)
out <- list()
# 2 between x 2 between, 3 within x 2 within, 4 subjects a group.
d <- expand.grid(c = c("c1", "c2", "c3"), d = c("d1", "d2"), s = 1:16)
d$a <- ifelse(d$s %% 2 == 0, "a1", "a2"); d$b <- ifelse(d$s %% 4 < 2, "b1", "b2")
d$y <- rnorm(nrow(d)) + rnorm(16)[d$s] + (d$a == "a1") * (d$c == "c2") * 1.5 + (d$d == "d1")
for (n in c("a", "b", "c", "d", "s")) d[[n]] <- factor(d[[n]])
m <- summary(aov(y ~ a * b * c * d + Error(s / (c * d)), d))
rows <- list()
for (st in m) { t <- st[[1]]; for (i in seq_len(nrow(t) - 1)) rows[[length(rows) + 1]] <- list(name = trimws(rownames(t)[i]),
  ss = t[i, "Sum Sq"], df1 = t[i, "Df"], df2 = t[nrow(t), "Df"], f = t[i, "F value"], p = t[i, "Pr(>F)"]) }
out$split <- list(table = lapply(d, as.character), y = d$y, rows = rows)
# Unbalanced groups, four levels within.
g <- factor(c(rep("g1", 5), rep("g2", 9), rep("g3", 4)))
Y <- matrix(rnorm(18 * 4), 18) + rnorm(18) + outer(as.numeric(g), 1:4) * .2
mm <- lm(Y ~ g)
a <- anova(mm, lm(Y ~ 1), X = ~1, test = "Spherical")
mt <- mauchly.test(mm, X = ~1)
out$unbalanced <- list(g = as.character(g), Y = Y, f = a$F[2], p = a$`Pr(>F)`[2], df1 = a$`num Df`[2], df2 = a$`den Df`[2],
  pgg = a$`G-G Pr`[2], phf = a$`H-F Pr`[2], gg = attr(a, "heading"), W = unname(mt$statistic), pW = mt$p.value)
# Type III between.
k <- data.frame(a = factor(sample(c("x", "y", "z"), 40, TRUE)), b = factor(sample(c("u", "v"), 40, TRUE)), z = rnorm(40))
k$y <- rnorm(40) + as.numeric(k$a) * .5 + k$z
options(contrasts = c("contr.sum", "contr.poly"))
l <- lm(y ~ a * b + z, k)
t3 <- drop1(l, . ~ ., test = "F")
out$three <- list(a = as.character(k$a), b = as.character(k$b), z = k$z, y = k$y, name = rownames(t3)[-1], ss = t3$`Sum of Sq`[-1], f = t3$`F value`[-1], p = t3$`Pr(>F)`[-1])
# Tukey's comparisons.
th <- TukeyHSD(aov(y ~ a, k))$a
out$tukey <- list(pair = rownames(th), diff = th[, 1], lo = th[, 2], hi = th[, 3], p = th[, 4])
cat(toJSON(out, auto_unbox = TRUE, digits = NA), "\n")
