# Reference values for neuro/behavior: rasch.json.
#
# Needs R with eRm (1.0-2) and jsonlite. Simulated responses with missing ones,
# fitted by conditional maximum likelihood, with item fit.
#
#   Rscript testdata/behavior/rasch.R testdata/behavior

suppressMessages({
    library(eRm)
    library(jsonlite)
})
set.seed(7)
make <- function(persons, difficulty) {
    theta <- rnorm(persons, 0.3, 1.2)
    1 * (matrix(runif(persons * length(difficulty)), persons) < plogis(outer(theta, difficulty, "-")))
}
case <- function(x) {
    m <- RM(x)
    p <- person.parameter(m)
    out <- list(x = ifelse(is.na(x), -1, x), difficulty = unname(-m$betapar), se = unname(m$se.beta), loglik = m$loglik)
    f <- itemfit(p)
    c(out, list(infit = unname(f$i.infitMSQ), outfit = unname(f$i.outfitMSQ), infitZ = unname(f$i.infitZ), outfitZ = unname(f$i.outfitZ)))
}
# Two booklets that share four of six items.
booklets <- make(240, c(-1.2, -0.6, 0, 0.3, 0.8, 1.4))
booklets[1:120, 1] <- NA
booklets[121:240, 6] <- NA
out <- list(case(make(150, c(-1.5, -0.5, 0, 0.4, 1.2, 2))), case(make(300, seq(-2, 2, length.out = 11))), case(booklets))
write_json(out, file.path(commandArgs(TRUE)[1], "rasch.json"), digits = 12, auto_unbox = TRUE)
