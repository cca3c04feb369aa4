"""The verbs: one transaction each. Actor, time and policy are arguments."""
