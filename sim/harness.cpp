// The batch bench: plays golden vectors through a verilated network, as fast as the model runs.
//
// It knows the protocol of the top and nothing of the network: widths come from the ports, the beats of each
// image from frames.bin, counts from the command line. Inputs that only some tops have are compiled in where they
// are (LAST_TIMESTEP, MARGIN, LOADABLE), and hold one value for the whole run. Where layers take turns (LAYERS of
// them), the cycles of each are counted at the register that says which one runs (in the instance CONTROL). Every word
// is compared bit for bit, and the rules of the streams are watched in every cycle; one JSON object goes to standard
// output.
//
//   harness VECTORS LOAD|- FIRST IMAGES RESULTS STALL_PERMILLE SEED LAST_TIMESTEP MARGIN

#include <verilated.h>

#include <algorithm>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "Vtop.h"
#ifdef LAYERS
#include "Vtop___024root.h"
#define JOINED(instance, name) instance##__DOT__##name
#define REGISTER(instance, name) JOINED(instance, name)
#endif

static constexpr uint64_t kWatchdog = 20'000'000;  // cycles without a result word

static std::vector<uint32_t> read_words(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) {
    std::fprintf(stderr, "%s cannot be read\n", path.c_str());
    std::exit(3);
  }
  std::vector<uint32_t> words(static_cast<size_t>(file.tellg()) / 4);
  file.seekg(0);
  file.read(reinterpret_cast<char*>(words.data()), static_cast<std::streamsize>(words.size() * 4));
  return words;
}

// A port of up to 64 bits is an integer, a wider one an array of 32-bit words.
template <typename T>
static void set_port(T& port, const uint32_t* words, size_t count) {
  if constexpr (std::is_integral_v<T>) {
    uint64_t value = words[0];
    if (count > 1) value |= static_cast<uint64_t>(words[1]) << 32;
    port = static_cast<T>(value);
  } else {
    for (size_t n = 0; n < count; ++n) port[n] = words[n];
  }
}

// Takes the 32-bit words of a port, the low one first.
template <typename T>
static void take_words(const T& port, std::vector<uint32_t>& words) {
  for (size_t n = 0; n < words.size(); ++n) {
    if constexpr (std::is_integral_v<T>) {
      words[n] = static_cast<uint32_t>(static_cast<uint64_t>(port) >> 32 * n);
    } else {
      words[n] = port[n];
    }
  }
}

// What the ports may never do ends the run: see sim/monitor.py, which has the same rules.
static void require(bool holds, const char* rule, uint64_t cycle) {
  if (holds) return;
  std::fprintf(stderr, "cycle %" PRIu64 ": %s\n", cycle, rule);
  std::exit(5);
}

int main(int argc, char** argv) {
  if (argc != 10) {
    std::fprintf(stderr,
                 "harness VECTORS LOAD|- FIRST IMAGES RESULTS STALL_PERMILLE SEED LAST_TIMESTEP MARGIN\n");
    return 2;
  }
  const std::string vectors = argv[1], load_path = argv[2];
  const auto stimulus = read_words(vectors + "/stimulus.bin");
  const auto lengths = read_words(vectors + "/frames.bin");
  const auto expected = read_words(vectors + "/expected.bin");
  const uint64_t first = std::strtoull(argv[3], nullptr, 10), images = std::strtoull(argv[4], nullptr, 10);
  const uint64_t results = std::strtoull(argv[5], nullptr, 10);
  const unsigned stall = std::atoi(argv[6]);
  std::mt19937 dice(static_cast<unsigned>(std::atoi(argv[7])));
  const auto pauses = [&] { return stall && dice() % 1000 < stall; };

  VerilatedContext context;
  Vtop top(&context);
  uint64_t cycle = 0;
  const auto tick = [&] {
    top.clk = 1;
    top.eval();
    top.clk = 0;
    ++cycle;
  };
  top.clk = 0;
  top.rst = 1;
  top.s_axis_tvalid = top.m_axis_tready = top.error_clear = 0;
#ifdef LAST_TIMESTEP
  top.last_timestep = std::atoi(argv[8]);
#endif
#ifdef MARGIN
  top.margin = std::strtoull(argv[9], nullptr, 10);
#endif
  for (int n = 0; n < 4; ++n) {
    top.eval();
    tick();
  }
  top.rst = 0;

#ifdef LOADABLE
  const auto load = read_words(load_path);
  uint64_t waited = 0;
  for (size_t n = 0; n < load.size();) {
    top.l_axis_tvalid = 1;
    top.l_axis_tdata = load[n];
    top.l_axis_tlast = n + 1 == load.size();
    top.eval();
    const bool taken = top.l_axis_tready;
    tick();
    waited = taken ? 0 : waited + 1;
    if (taken) ++n;
    if (waited > kWatchdog) {
      std::fprintf(stderr, "word %zu of the tables is not taken for %" PRIu64 " cycles\n", n, kWatchdog);
      return 4;
    }
  }
  top.l_axis_tvalid = 0;
#endif

  // Vectors that were cut short, or belong to another network, would be read past their end.
  const uint64_t beats = std::accumulate(lengths.begin(), lengths.end(), uint64_t{0});
  if (!beats || expected.size() != lengths.size() * results || first + images > lengths.size() ||
      stimulus.size() % beats || std::count(lengths.begin(), lengths.end(), 0u)) {
    std::fprintf(stderr,
                 "%zu words of stimulus and %zu of results, in %zu frames, do not hold images %" PRIu64 " to %" PRIu64
                 "\n",
                 stimulus.size(), expected.size(), lengths.size(), first, first + images);
    return 3;
  }
  const size_t words = stimulus.size() / beats;
  const uint32_t* next = &stimulus[words * std::accumulate(lengths.begin(), lengths.begin() + first, uint64_t{0})];
  uint64_t sent_image = 0, sent_beat = 0, got_image = 0, got_word = 0;
  uint64_t mismatches = 0, first_mismatch = UINT64_MAX, last_word = cycle, period_start = 0;
  uint64_t latency_total = 0, period_total = 0, period_first = 0, period_min = UINT64_MAX, period_max = 0;
  std::vector<uint64_t> entered(images);
  bool wrong = false, offering = false, held_back = false, held_last = false;
  // A result is as many words as it has; all of them may lie side by side in one beat.
  const uint64_t side_by_side = (sizeof(top.m_axis_tdata) + 3) / 4;
  std::vector<uint32_t> found(side_by_side), held_words(side_by_side);
  if (results % side_by_side) {
    std::fprintf(stderr, "results of %" PRIu64 " words do not come in beats of %" PRIu64 "\n", results, side_by_side);
    return 3;
  }
#ifdef LAYERS
  std::vector<uint64_t> layer_cycles(LAYERS);
#endif

  while (got_image < images) {
    if (!offering) offering = sent_image < images && !pauses();
    top.s_axis_tvalid = offering;
    if (offering) {
      set_port(top.s_axis_tdata, next, words);
      top.s_axis_tlast = sent_beat + 1 == lengths[first + sent_image];
    }
    top.m_axis_tready = !pauses();
    top.eval();
#ifdef LAYERS
    if (top.rootp->REGISTER(CONTROL, running)) ++layer_cycles[top.rootp->REGISTER(CONTROL, layer)];
#endif
    const bool beat_taken = offering && top.s_axis_tready;
    const bool word_taken = top.m_axis_tvalid && top.m_axis_tready;
    if (top.m_axis_tvalid) take_words(top.m_axis_tdata, found);
    const bool last = top.m_axis_tlast;
    require(!held_back || top.m_axis_tvalid, "m_axis: an offer is withdrawn", cycle);
    require(!held_back || (found == held_words && last == held_last), "m_axis: an offer changes before it is taken", cycle);
    // A sample of events may be answered before it ends.
    require(!top.m_axis_tvalid || got_image < sent_image + (sent_beat > 0), "m_axis: a result without an image", cycle);
    require(!top.m_axis_tvalid || last == (got_word + side_by_side == results),
            "m_axis: tlast is not on the class", cycle);
    require(!top.error, "error is raised by good frames", cycle);
    held_back = top.m_axis_tvalid && !word_taken;
    if (held_back) held_words = found;
    held_last = last;
    if (beat_taken) {
      offering = false;
      if (sent_beat == 0) entered[sent_image] = cycle;
      if (sent_image == 0 && sent_beat == 0) period_start = cycle;
      next += words;
      if (++sent_beat == lengths[first + sent_image]) {
        sent_beat = 0;
        ++sent_image;
      }
    }
    if (word_taken) {
      last_word = cycle;
      const auto want = expected.begin() + (first + got_image) * results + got_word;
      wrong |= !std::equal(found.begin(), found.end(), want) || last != (got_word + side_by_side == results);
      if ((got_word += side_by_side) == results) {
        const uint64_t period = cycle + 1 - period_start;
        period_start = cycle + 1;
        period_total += period;
        if (got_image == 0) period_first = period;
        period_min = std::min(period_min, period);
        period_max = std::max(period_max, period);
        latency_total += cycle + 1 - entered[got_image];
        if (wrong) {
          ++mismatches;
          first_mismatch = std::min(first_mismatch, first + got_image);
        }
        wrong = false;
        got_word = 0;
        ++got_image;
      }
    }
    tick();
    if (cycle - last_word > kWatchdog) {
      std::fprintf(stderr, "no result for %" PRIu64 " cycles, at image %" PRIu64 "\n", kWatchdog, first + got_image);
      return 4;
    }
  }
  top.eval();
  std::printf(
      "{\"images\": %" PRIu64 ", \"mismatches\": %" PRIu64 ", \"first_mismatch\": %" PRId64 ", \"cycles_min\": %" PRIu64
      ", \"cycles_max\": %" PRIu64 ", \"cycles_total\": %" PRIu64 ", \"cycles_first\": %" PRIu64
      ", \"latency_total\": %" PRIu64 ", \"error\": %u",
      images, mismatches, first_mismatch == UINT64_MAX ? -1 : static_cast<int64_t>(first_mismatch), period_min,
      period_max, period_total, period_first, latency_total, static_cast<unsigned>(top.error));
#ifdef LAYERS
  for (size_t n = 0; n < LAYERS; ++n) std::printf("%s%" PRIu64, n ? ", " : ", \"layer_cycles\": [", layer_cycles[n]);
  std::printf("]");
#endif
  std::printf("}\n");
  return 0;
}
