"""The facts of a mission for the programs of its team: the forms' reading, faults, clashes and journal, in JSON."""
