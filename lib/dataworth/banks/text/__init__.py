"""From annual-report text to counts of data work: dictionary, tokens, tone.

`snownlp_fast` and `snownlp_kernels` stand beside the package that they repeat, because the
paper's reading asks SnowNLP about every sentence of every report. Used plainly, it takes some
hundred times as long for the very same scores; ``data/benchmarks.json`` has the ratio.
"""
