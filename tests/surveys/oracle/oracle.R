# Makes sample.csv and oracle.json, against which tests/surveys/test_oracle.py compares.
# R 4.2, survey 4.1-1 and jsonlite; run it in this folder: Rscript oracle.R
#
# Intervals: svyciprop as it is, with the degrees of freedom of those who answered. One
# deviation: of a calibrated design svyciprop(method = "beta") takes n from all rows, also
# those outside the subset; Korn and Graubard's n is that of the answers, which is what
# svyciprop takes of a design that is not calibrated. `beta` below takes it always, and the
# script stops where svyciprop and it should agree and do not.
suppressMessages(library(survey))
library(jsonlite)
set.seed(20261128)

# A population in four strata of 12 clusters each; of every stratum some clusters.
drawn <- c(s1 = 8, s2 = 6, s3 = 5, s4 = 7)
clusters_of <- c(s1 = 12, s2 = 10, s3 = 5, s4 = 20)
persons_of <- c(s1 = 1800, s2 = 900, s3 = 160, s4 = 2600)
rows <- list()
for (h in names(drawn)) for (k in seq_len(drawn[[h]])) {
  m <- sample(8:22, 1)
  lean <- rnorm(1, 0, 0.5)
  town <- sample(c("A", "B", "C", "D"), m, TRUE, prob = runif(4) + 0.1)
  sex <- sample(c("f", "m"), m, TRUE, prob = c(0.6, 0.4))
  age <- sample(c("18_39", "40_59", "60_plus"), m, TRUE, prob = c(0.2, 0.4, 0.4))
  tend <- lean + 0.6 * (age == "60_plus") - 0.4 * (town == "C") + 0.3 * (sex == "f")
  q2 <- pmin(5, pmax(1, round(3.4 + tend + rnorm(m))))
  q3 <- rbinom(m, 1, plogis(tend - 2))
  q3[runif(m) < 0.12] <- NA
  q2[runif(m) < 0.05] <- NA
  rows[[length(rows) + 1]] <- data.frame(
    town, sex, age, stratum = h, psu = paste0(h, "_", k),
    weight = round(runif(m, 0.5, 3) * ifelse(sex == "m", 1.5, 1), 3),
    stratum_persons = persons_of[[h]], stratum_clusters = clusters_of[[h]],
    q1 = rbinom(m, 1, plogis(0.4 + tend)), q2, q3)
}
data <- do.call(rbind, rows)
data <- cbind(id = seq_len(nrow(data)), data)
write.csv(data, "sample.csv", row.names = FALSE, quote = FALSE, na = "")
data$top <- as.numeric(data$q2 >= 4)
# Subsets leave out who did not answer; a number must stand there, R's qr.resid wants one.
for (y in c("q1", "q2", "q3", "top")) {
  data[[paste0(y, "_gap")]] <- is.na(data[[y]])
  data[[y]][is.na(data[[y]])] <- 1
}

margins <- list(
  town = c(A = 1500, B = 1900, C = 1100, D = 960),
  sex = c(f = 2700, m = 2760),
  age = c(`18_39` = 1980, `40_59` = 2010, `60_plus` = 1470))
N <- sum(margins$town)

table_of <- function(name) {
  frame <- data.frame(level = names(margins[[name]]), Freq = unname(margins[[name]]))
  names(frame)[1] <- name
  frame
}
to_population <- function(base) base * N / sum(base)
raked <- function(design, names, bound = Inf) calibrate(
  design, lapply(names, reformulate), lapply(names, table_of),
  calfun = "raking", bounds = c(0, bound), epsilon = 1e-14, maxit = 500)

data$one <- to_population(rep(1, nrow(data)))
data$weighted <- to_population(data$weight)
persons_drawn <- ave(data$id, data$stratum, FUN = length)
clusters_drawn <- ave(as.numeric(factor(data$psu)), data$stratum,
                      FUN = function(x) length(unique(x)))
data$by_persons <- to_population(data$stratum_persons / persons_drawn)
data$by_clusters <- to_population(data$stratum_clusters / clusters_drawn)
all3 <- names(margins)

simple <- svydesign(~1, weights = ~one, data = data)
designs <- list(
  simple = raked(simple, all3),
  weighted = raked(svydesign(~1, weights = ~weighted, data = data), all3),
  stratified = raked(svydesign(~1, strata = ~stratum, fpc = ~stratum_persons,
                               weights = ~by_persons, data = data), all3),
  clustered = raked(svydesign(~psu, weights = ~weighted, data = data), all3),
  strata_clusters = raked(svydesign(~psu, strata = ~stratum, weights = ~weighted,
                                    data = data), all3),
  strata_clusters_finite = raked(svydesign(~psu, strata = ~stratum, fpc = ~stratum_clusters,
                                           weights = ~by_clusters, data = data), all3),
  trimmed = raked(svydesign(~psu, strata = ~stratum, weights = ~weighted, data = data),
                  all3, bound = 2),
  one_margin = raked(svydesign(~1, strata = ~stratum, weights = ~weighted, data = data), "sex"),
  drawn_only = svydesign(~psu, strata = ~stratum, fpc = ~stratum_clusters,
                         weights = ~by_clusters, data = data))

figure <- function(design, y, share, rows) {
  answered <- rows & !data[[paste0(y, "_gap")]]
  part <- design[answered, ]
  formula <- reformulate(y)
  mean <- svymean(formula, part, deff = "replace")
  df <- degf(part)
  n <- sum(answered)
  value <- unname(coef(mean))
  result <- list(n = n, unweighted = mean(data[[y]][answered]), value = value,
                 error = unname(SE(mean))[1], df = df, effect = unname(deff(mean))[1],
                 wald = unname(confint(mean, df = df)[1, ]))
  if (share) {
    result$logit <- unname(attr(svyciprop(formula, part, "xlogit", df = df), "ci"))
    # "logit" is the same interval by svyglm, whose iterations end at about seven digits.
    stopifnot(all.equal(result$logit, tolerance = 1e-7, unname(suppressWarnings(
      attr(svyciprop(formula, part, "logit", df = df), "ci")))))
    result$beta <- beta(value, n, as.numeric(vcov(mean)), df)
    straight <- is.null(design$postStrata) || all(answered)
    if (straight) stopifnot(all.equal(
      result$beta, unname(attr(svyciprop(formula, part, "beta"), "ci")), tolerance = 1e-12))
  }
  result
}
beta <- function(p, n, variance, df) {
  e <- p * (1 - p) / variance * (qt(0.025, n - 1) / qt(0.025, df))^2
  c(qbeta(0.025, e * p, e * (1 - p) + 1), qbeta(0.975, e * p + 1, e * (1 - p)))
}
measures <- list(c("q1", "share"), c("q2", "mean"), c("top", "top_two"), c("q3", "share"))
figures <- function(design) lapply(measures, function(measure) {
  y <- measure[1]
  one <- function(rows) figure(design, y, measure[2] != "mean", rows)
  list(column = if (y == "top") "q2" else y, measure = measure[2],
       all = one(rep(TRUE, nrow(data))),
       by = lapply(c(town = "town", age = "age"), function(g)
         sapply(names(margins[[g]]), function(level) one(data[[g]] == level), simplify = FALSE)))
})

# Two waves as one design with the wave as a stratum: the first half of the clusters in each
# stratum, and the second. Each is raked by itself beforehand.
half <- ave(as.numeric(factor(data$psu)), data$stratum,
            FUN = function(x) as.numeric(rank(match(x, unique(x)), ties.method = "min") * 2 > length(x)))
waves <- lapply(0:1, function(w) {
  part <- data[half == w, ]
  part$wave <- w
  part$base <- to_population(part$weight)
  design <- svydesign(~psu, strata = ~stratum, weights = ~base, data = part)
  list(rows = part$id, mean = svymean(~q1, raked(design, all3)), df = degf(design))
})
change <- coef(waves[[2]]$mean) - coef(waves[[1]]$mean)
variances <- sapply(waves, function(w) as.numeric(vcov(w$mean)))
dfs <- sapply(waves, function(w) w$df)
df <- sum(variances)^2 / sum(variances^2 / dfs)
error <- sqrt(sum(variances))
comparison <- list(
  first = waves[[1]]$rows, second = waves[[2]]$rows, difference = unname(change), error = error,
  df = df, t = unname(change) / error, p = 2 * pt(-abs(unname(change)) / error, df),
  interval = unname(change) + c(-1, 1) * qt(0.975, df) * error)

# The unraked waves by one stacked design: the variance of the difference is the sum.
data$wave <- half
data$wave_stratum <- interaction(data$wave, data$stratum)
stacked <- svydesign(~psu, strata = ~wave_stratum, weights = ~weighted, data = data)
both <- svyby(~q1, ~wave, stacked, svymean, covmat = TRUE)
stopifnot(abs(vcov(both)[1, 2]) < 1e-18)

quantiles <- list(
  t = lapply(list(c(.975, 1), c(.975, 2), c(.995, 3), c(.9, 7.5), c(.975, 22), c(.6, 30),
                  c(.995, 799), c(.975, 1999.5), c(.975, 2000), c(.9995, 2500), c(.975, 1e6),
                  c(.025, 12), c(1e-6, 5), c(.5, 3)),
             function(v) c(v, qt(v[1], v[2]))),
  beta = lapply(list(c(.025, 3, 5), c(.975, 3, 5), c(.025, .5, 200), c(.975, 1e4, 3e4),
                     c(.025, 1e5, 4), c(.025, .05, 3), c(.975, 1, 30.5), c(.975, 30.5, 1e-2),
                     c(.025, 700.3, 101.7), c(.995, 1e6, 1e6), c(.001, 16, 15.9), c(.5, 2, 2)),
                function(v) c(v, qbeta(v[1], v[2], v[3]))),
  tails = lapply(list(c(0.1, 3), c(2, 12), c(5, 400.5), c(1.96, 1e5), c(30, 2), c(9, 1000)),
                 function(v) c(v, 2 * pt(-v[1], v[2]))))

rake_function <- rake(simple, lapply(all3, reformulate), lapply(all3, table_of),
                      control = list(maxit = 200, epsilon = 1e-10))
out <- list(
  made_with = paste(R.version.string, "survey", packageVersion("survey")),
  margins = lapply(margins, as.list),
  bound = 2,
  rake = unname(weights(rake_function)),
  designs = lapply(designs, function(d) list(weights = unname(weights(d)), figures = figures(d))),
  comparison = comparison,
  quantiles = quantiles)
write(toJSON(out, digits = I(17), auto_unbox = TRUE), "oracle.json")
