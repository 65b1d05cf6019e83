"""Pure decisions, standard library only: time, ids and chance are arguments."""
