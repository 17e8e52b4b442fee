# Makes numbers.json: means and medians of a column of numbers (test_numbers.py), from sample.csv.
# The number is made of what stands in the file, so that both sides make it alike.
suppressMessages(library(survey)); library(jsonlite)
data <- read.csv("sample.csv")
data$hours <- (data$id * 37 + 11 * data$q1) %% 29 + ifelse(data$age == "60_plus", 6, 0)
data$gap <- data$id %% 13 == 0
margins <- list(
  town = c(A = 1500, B = 1900, C = 1100, D = 960),
  sex = c(f = 2700, m = 2760),
  age = c(`18_39` = 1980, `40_59` = 2010, `60_plus` = 1470))
N <- sum(margins$town)
to_population <- function(base) base * N / sum(base)
table_of <- function(name) {
  frame <- data.frame(level = names(margins[[name]]), Freq = unname(margins[[name]]))
  names(frame)[1] <- name
  frame
}
raked <- function(design) calibrate(
  design, lapply(names(margins), reformulate), lapply(names(margins), table_of),
  calfun = "raking", bounds = c(0, Inf), epsilon = 1e-14, maxit = 500)
data$one <- to_population(rep(1, nrow(data)))
data$weighted <- to_population(data$weight)
clusters <- ave(as.numeric(factor(data$psu)), data$stratum, FUN = function(x) length(unique(x)))
data$by_clusters <- to_population(data$stratum_clusters / clusters)
designs <- list(
  simple = raked(svydesign(~1, weights = ~one, data = data)),
  weighted = raked(svydesign(~1, weights = ~weighted, data = data)),
  strata_clusters_finite = raked(svydesign(~psu, strata = ~stratum, fpc = ~stratum_clusters,
                                           weights = ~by_clusters, data = data)))
figure <- function(design, rows) {
  part <- design[rows & !data$gap, ]
  df <- degf(part)
  mean <- svymean(~hours, part, deff = "replace")
  half <- svyquantile(~hours, part, 0.5, ci = TRUE, interval.type = "mean", qrule = "math", df = df)
  found <- half$hours
  list(n = sum(rows & !data$gap), df = df, mean = unname(coef(mean)), error = unname(SE(mean))[1],
       effect = unname(deff(mean))[1], interval = unname(confint(mean, df = df)[1, ]),
       median = found[1, 1], low = found[1, 2], high = found[1, 3], median_error = found[1, 4])
}
out <- lapply(designs, function(design) list(
  all = figure(design, rep(TRUE, nrow(data))),
  by = list(age = sapply(names(margins$age), function(level) figure(design, data$age == level),
                         simplify = FALSE))))
write(toJSON(out, digits = I(17), auto_unbox = TRUE, pretty = TRUE), "numbers.json")
