"""What must not be lost: cases, deadlines, staff, outbox, worker, JSON API."""
