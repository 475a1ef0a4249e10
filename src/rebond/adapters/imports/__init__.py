"""Imports: programmes of other catalogues become draft dispositifs, official lists become zonages.

Nothing of a source is dropped: what no machine reads is put to people, and an account says where every value went.
"""
