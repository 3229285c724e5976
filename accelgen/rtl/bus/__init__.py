"""What stands between a top and a bus: registers, queues, fronts, and what software needs to know of them."""
