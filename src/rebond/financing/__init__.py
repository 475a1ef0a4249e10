"""The legal financing plan: problem, constraints, optimum, independent audit."""
