"""The benchmarks, one file each; `run(setting)` yields figures."""
