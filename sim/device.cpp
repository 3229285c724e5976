// A simulated device: a network behind two wires (`accelgen.rtl.fpga.LinkTop`), with bytes for a host.
//
// Standard input is one end of a pseudo-terminal; what comes goes bit by bit to the pin `rx`, and what the pin `tx`
// says goes back as bytes. The clock of the device stands still while nothing can happen: no byte comes, none is
// being sent, no request is worked on, and the silence that ends a broken packet has passed. It ends when the
// terminal is closed at its other end.
//
//   device DIVISOR SILENCE
//
// DIVISOR is the cycles of a bit, SILENCE those after which the device gives a packet up.

#include <poll.h>
#include <unistd.h>
#include <verilated.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "Vtop.h"

static constexpr int kLine = STDIN_FILENO;  // both ways: a terminal can be read and written
static constexpr unsigned kResetCycles = 4;
static constexpr unsigned kFrameBits = 10;  // start bit, 8 data bits, stop bit
static constexpr uint64_t kMargin = 1000;   // cycles beyond SILENCE for what follows from it

// The host's UART transmitter: bytes from the terminal, bits to the pin.
class Talker {
 public:
  explicit Talker(unsigned divisor) : divisor_(divisor) {}

  bool idle() const { return !bits_ && at_ == size_; }

  // Return the level of the pin for this cycle.
  bool level() {
    if (!bits_ && at_ < size_) {
      line_ = 1u << (kFrameBits - 1) | static_cast<unsigned>(held_[at_++]) << 1;
      bits_ = kFrameBits;
      left_ = divisor_;
    }
    if (!bits_) return true;
    const bool now = line_ & 1;
    if (!--left_) {
      left_ = divisor_;
      line_ >>= 1;
      --bits_;
    }
    return now;
  }

  // Take what has come, waiting for it if `wait`; return false when the other end is gone.
  bool listen(bool wait) {
    pollfd line{kLine, POLLIN, 0};
    if (poll(&line, 1, wait ? -1 : 0) < 0) return errno == EINTR;
    if (!(line.revents & POLLIN)) return !(line.revents & (POLLHUP | POLLERR | POLLNVAL));
    const ssize_t count = read(kLine, held_, sizeof held_);
    if (count <= 0) return false;
    at_ = 0;
    size_ = static_cast<size_t>(count);
    return true;
  }

 private:
  unsigned divisor_, line_ = 0, bits_ = 0, left_ = 0;
  unsigned char held_[256];
  size_t at_ = 0, size_ = 0;
};

// The host's UART receiver: bits of the pin, sampled in their middle, to bytes.
class Ear {
 public:
  explicit Ear(unsigned divisor) : divisor_(divisor) {}

  bool idle() const { return !hearing_; }

  // Take the level of the pin in this cycle; return false when a byte cannot be handed on.
  bool hear(bool level) {
    if (!hearing_) {
      hearing_ = !level;
      cycle_ = 0;
      byte_ = 0;
      return true;
    }
    ++cycle_;
    if (cycle_ % divisor_ != divisor_ / 2) return true;
    const unsigned bit = cycle_ / divisor_;
    if (bit >= 1 && bit <= 8) byte_ |= static_cast<unsigned>(level) << (bit - 1);
    if (bit < kFrameBits - 1) return true;
    hearing_ = false;
    const unsigned char byte = static_cast<unsigned char>(byte_);
    return write(kLine, &byte, 1) == 1;
  }

 private:
  unsigned divisor_, cycle_ = 0, byte_ = 0;
  bool hearing_ = false;
};

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "device DIVISOR SILENCE\n");
    return 2;
  }
  const unsigned divisor = static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10));
  const uint64_t silence = std::strtoull(argv[2], nullptr, 10) + kMargin;
  VerilatedContext context;
  Vtop top(&context);
  const auto tick = [&] {
    top.clk = 0;
    top.eval();
    top.clk = 1;
    top.eval();
  };
  top.rx = 1;
  top.rst = 1;
  for (unsigned n = 0; n < kResetCycles; ++n) tick();
  top.rst = 0;

  Talker talker(divisor);
  Ear ear(divisor);
  uint64_t quiet = silence;  // cycles since anything happened
  for (;;) {
    // A look at the terminal costs more than a cycle: one for every bit is enough.
    if (talker.idle() && quiet % divisor == 0 && !talker.listen(quiet >= silence)) return 0;
    quiet = talker.idle() && ear.idle() && !top.busy ? quiet + 1 : 0;
    top.rx = talker.level();
    tick();
    if (!ear.hear(top.tx)) return 0;
  }
}
