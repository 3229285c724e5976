"""QONNX: ONNX with quantisers as nodes, as Brevitas, QKeras and FINN write it; and ONNX with its own."""
