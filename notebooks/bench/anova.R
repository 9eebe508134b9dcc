# The mixed models of anova.go with lme4, their tests by Kenward and Roger with lmerTest and pbkrtest.
#
#   Rscript anova.R [SECONDS]
suppressMessages(library(lme4))
seconds <- as.numeric(commandArgs(TRUE)[1]); if (is.na(seconds)) seconds <- 1
cpu <- function() sum(proc.time()[1:2])
design <- function(n, na, nb) {
  d <- expand.grid(b = seq_len(nb) - 1, a = seq_len(na) - 1, s = seq_len(n) - 1)
  k <- (d$s * na + d$a) * nb + d$b
  data.frame(subject = factor(d$s), a = factor(d$a), b = factor(d$b),
             y = (k * 0.6180339887) %% 1 + 0.3 * ((d$s * 0.7548776662) %% 1) + 0.02 * d$a * d$b)
}
for (c in list(list("lmm", 20, 10, 1, y ~ a + (1 | subject)), list("lmm", 100, 20, 1, y ~ a + (1 | subject)),
               list("lmm crossed", 50, 8, 5, y ~ a + (1 | subject) + (1 | b)))) {
  d <- design(c[[2]], c[[3]], c[[4]])
  value <- suppressMessages(REMLcrit(lmer(c[[5]], d)))
  calls <- 0; start <- cpu(); wall <- proc.time()[3]
  while (cpu() - start < seconds) { suppressMessages(lmer(c[[5]], d)); calls <- calls + 1 }
  cat(sprintf('{"bench":"anova %s","peer":"lme4 %s","size":%d,"wall_s":%.6f,"cpu_s":%.6f,"value":%.9g}\n', c[[1]], packageVersion("lme4"),
              nrow(d), (proc.time()[3] - wall) / calls, (cpu() - start) / calls, value))
}
suppressMessages(library(lmerTest))
for (c in list(list("kr", 12, 4, 3, y ~ a * group + (1 | subject)), list("kr", 40, 4, 5, y ~ a * group + (1 | subject)),
               list("kr crossed", 12, 4, 3, y ~ a * group + (1 | subject) + (1 | b)), list("kr crossed", 40, 4, 5, y ~ a * group + (1 | subject) + (1 | b)))) {
  d <- design(c[[2]], c[[3]], c[[4]])
  d$group <- factor(as.integer(d$subject) %% 2)
  d$y[seq(1, nrow(d), 7)] <- NA
  f <- function() suppressMessages(anova(lmerTest::lmer(c[[5]], d), ddf = "Kenward-Roger"))
  value <- f()$`F value`[3]
  calls <- 0; start <- cpu(); wall <- proc.time()[3]
  while (cpu() - start < seconds) { f(); calls <- calls + 1 }
  cat(sprintf('{"bench":"anova %s","peer":"pbkrtest %s","size":%d,"wall_s":%.6f,"cpu_s":%.6f,"value":%.9g}\n', c[[1]], packageVersion("pbkrtest"),
              nrow(d), (proc.time()[3] - wall) / calls, (cpu() - start) / calls, value))
}
