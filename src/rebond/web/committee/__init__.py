"""The committee at work: its screen, its rules, the sittings that it closes, the minutes and letters made of them."""
