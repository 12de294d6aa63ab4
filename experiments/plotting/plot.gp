# Reads a sweep and the measures of spectra as CSV and draws them.
#
# usage: gnuplot -c plot.gp DATA OUTPUT
#
# DATA holds results.csv of a sweep and measures.csv (export-spectra --format csv --table measures);
# gnuplot.png goes to OUTPUT.

if (ARGC != 2) { print "usage: gnuplot -c plot.gp DATA OUTPUT"; exit status 64 }
set print "-"
set datafile separator comma
set datafile columnheaders
set datafile missing ""
results = ARG1."/results.csv"
measures = ARG1."/measures.csv"

# What a row is: of a whole set (no category), of attack success, after a recovery.
is_rate(x) = strcol("category") eq "" && strcol("metric") eq "attack_success_rate" && strcol("recovery") ne ""
is_curve(recovery, rank, seed) = is_rate(0) && strcol("recovery") eq recovery \
  && strcol("rank") eq rank && strcol("seed") eq seed

stats results using (is_rate(0) ? column("value") : NaN) name "rates" nooutput
print sprintf("attack success: %d points, mean %.6f", rates_records, rates_mean)
stats measures using (strcol("source") ne "" ? column("effective_rank") : NaN) name "ranks" nooutput
print sprintf("effective rank: %d points, mean %.6f", ranks_records, ranks_mean)

set terminal pngcairo size 1400,1100 fontscale 1.3 noenhanced
set output ARG2."/gnuplot.png"
set multiplot layout 2,2
set style line 1 lc rgb "#0b6e99" pt 7 ps 1.4 lw 2
set style line 2 lc rgb "#d9822b" pt 5 ps 1.4 lw 2
set style line 3 lc rgb "#7a4fa3" pt 9 ps 1.6 lw 2
set key left bottom
set xlabel "step"
set ylabel "attack success"
set yrange [0:1.02]
set xrange [1.5:6.5]
# A line a seed: nothing is averaged. Other rows are undefined points, over which lines are drawn on.
set datafile missing NaN
do for [recovery in "own random"] {
  set title recovery
  plot for [i=1:2] for [seed=1:2] results \
    using (is_curve(recovery, word("1 4", i), sprintf("%d", seed)) ? column("step") : NaN) \
      :(column("value")):(column("low")):(column("high")) \
    with yerrorlines linestyle i title (seed == 1 ? "rank ".word("1 4", i) : "")
}
set datafile missing ""
set autoscale x
set yrange [0:*]
set xlabel "layer"
set ylabel "effective rank"
kinds = "example shuffled-answer random-labels"
do for [projection in "q_proj down_proj"] {
  set title projection
  plot for [i=1:3] measures \
    using (strcol("projection") eq projection && strcol("source") ne "" && strcol("kind") eq word(kinds, i) \
      ? column("layer") : NaN):(column("effective_rank")) \
    with points linestyle i title word(kinds, i)
}
unset multiplot
