"""Who opened which confidential sheet, who took which file: written cheaply, shown to firms, kept for a while."""
