"""From a problem to the best legal plan and its proof: variables, rows, HiGHS, rounding."""
