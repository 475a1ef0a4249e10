"""Projects split and put together, firms that were one: previewed, chosen, done in one gesture, undone in one."""
