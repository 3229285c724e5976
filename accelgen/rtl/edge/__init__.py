"""Where frames come in and leave: AXI4-Streams, receivers, the loader of tables, the sender of results."""
