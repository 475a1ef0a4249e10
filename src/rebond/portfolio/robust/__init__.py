"""Robust portfolio modelling (Liesiö, Mild and Salo 2007): what stays chosen whatever the weights and marks may be."""
