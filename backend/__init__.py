"""What must not be lost: cases, deadlines, staff, outbox, worker and the JSON API."""
