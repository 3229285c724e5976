"""What stands between a top and two wires: UART, packets, and the bridge that answers requests."""
