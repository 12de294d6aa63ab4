#!/usr/bin/env Rscript
# Reads a sweep and the measures of spectra as CSV and draws them.
#
# usage: plot.R DATA OUTPUT
#
# DATA holds results.csv of a sweep and measures.csv (export-spectra --format csv --table measures);
# r.png goes to OUTPUT. Base R is enough.

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 2) stop("usage: plot.R DATA OUTPUT")
# Only what is empty is missing: a model may be called NA.
read <- function(name) {
  read.csv(file.path(arguments[1], name), na.strings = "", stringsAsFactors = FALSE)
}

rows <- read("results.csv")
rates <- subset(
  rows, is.na(category) & !is.na(recovery) & metric == "attack_success_rate")
rates$rank[is.na(rates$rank)] <- 0
measures <- read("measures.csv")

cat(sprintf("attack success: %d points, mean %.6f\n", nrow(rates), mean(rates$value)))
cat(sprintf(
  "effective rank: %d points, mean %.6f\n", nrow(subset(measures, !is.na(source))),
  mean(subset(measures, !is.na(source))$effective_rank)))

colours <- hcl.colors(8, "viridis")
# A line a seed: nothing is averaged.
draw_recovery <- function(name, ranks) {
  part <- rates[rates$recovery == name, ]
  plot(
    NULL, xlim = range(rates$step), ylim = c(0, 1), xlab = "step", ylab = "attack success", main = name)
  for (i in seq_along(ranks)) for (seed in unique(part$seed)) {
    line <- part[part$rank == ranks[i] & part$seed == seed, ]
    line <- line[order(line$step), ]
    if (nrow(line) == 0) next
    colour <- colours[2 * i - 1]
    # The ends of each interval, without hooks.
    segments(line$step, line$low, line$step, line$high, col = adjustcolor(colour, 0.4))
    lines(line$step, line$value, col = colour, type = "b", pch = 14 + i, lwd = 1.5)
  }
  legend(
    "bottomleft", legend = paste("rank", ranks), col = colours[2 * seq_along(ranks) - 1],
    pch = 14 + seq_along(ranks), bty = "n")
}

draw_ranks <- function(projection) {
  part <- measures[measures$projection == projection & !is.na(measures$source), ]
  kinds <- unique(part$kind)
  plot(
    NULL, xlim = range(part$layer), ylim = c(0, max(part$effective_rank)), xlab = "layer",
    ylab = "effective rank", main = projection)
  for (i in seq_along(kinds)) {
    line <- part[part$kind == kinds[i], ]
    points(
      line$layer, line$effective_rank, col = colours[2 * i - 1], pch = 14 + i)
  }
  legend(
    "bottomleft", legend = kinds, col = colours[2 * seq_along(kinds) - 1],
    pch = 14 + seq_along(kinds), bty = "n")
}

bitmap_type <- if (capabilities("cairo")) "cairo" else getOption("bitmapType")
png(
  file.path(arguments[2], "r.png"), width = 1400, height = 1100, res = 150, type = bitmap_type)
par(mfrow = c(2, 2), mar = c(4, 4, 2.5, 1), las = 1)
recoveries <- unique(rates$recovery)
for (name in head(recoveries, 2)) draw_recovery(name, sort(unique(rates$rank)))
for (projection in c("q_proj", "down_proj")) draw_ranks(projection)
invisible(dev.off())
