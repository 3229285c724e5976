// A gate-level simulator with delays: plays golden vectors through a mapped netlist and counts transitions.
//
// It is event-driven, with two values and one inertial delay for each output: a pulse shorter than the delay of
// the gate that it meets is swallowed, all others (glitches) are passed on and counted. The clock is ideal:
// flip-flops, memories and clock gates see its edge at the same time. Inputs change a little after the edge.
//
// The netlist is a text of one line for each part; nets are numbers, 0 is a constant 0 and 1 a constant 1:
//   nets N                                 how many; the first COUNTED are those of the report
//   input NAME NET...    output NAME NET...                bit 0 first
//   gate OUT DELAY TABLE INPUT...          TABLE: its truth table in hex, input 0 has the low bit of the index
//   flop STATE CLOCK TABLE INPUT...        takes TABLE(INPUT...) at each edge
//   clockgate GATED ENABLE                 clock 2 is the clock itself, others are gated
//   memory DEPTH WIDTH DELAY
//   read CLOCK ENABLE ADDRESS_BITS ADDRESS... DATA...      of the memory before
//   write CLOCK ADDRESS_BITS ADDRESS... DATA... ENABLE...
//   part NET...                            bit 0 first: what happens is also counted by the number on these nets
//
//   gates NETLIST VECTORS LOAD|- IMAGES PERIOD COUNTS [NAME=VALUE...]
//
// The last image goes first and is not counted: what is counted starts from a netlist that has seen an image.
// PERIOD is in picoseconds. A line for each net goes to the file COUNTS, then one for each memory: its reads and
// its writes. With parts, COUNTS.parts holds for each number that there was a line of it and its cycles, and then
// the same lines. What follows an edge belongs to the number that is on the nets when it has settled; what memories
// do at an edge, to the number before it. One JSON object goes to standard output.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using Nets = std::vector<uint32_t>;

static constexpr uint32_t kClock = 2;           // the net of the clock
static constexpr uint64_t kRing = 1 << 16;      // picoseconds that a delay must stay below
static constexpr uint64_t kInputDelay = 100;    // picoseconds from the edge to a change of an input
static constexpr uint64_t kWatchdog = 20'000'000;  // cycles without a result word

struct Gate {
  uint32_t out;
  uint32_t delay;
  uint64_t table;
  Nets in;
  uint32_t serial = 0;  // of the event that is pending; older ones were cancelled
  bool pending = false, next = false;
};

struct Flop {
  uint32_t state, clock;
  uint64_t table;
  Nets in;
};

struct Port {
  uint32_t clock, enable;  // a write port has an enable for each bit instead
  Nets address, data, enables;
};

struct Memory {
  std::vector<std::vector<bool>> words;
  uint32_t delay;
  std::vector<Port> reads, writes;
  uint64_t read = 0, written = 0;
};

struct Event {
  uint32_t target, serial;  // a gate, or a net of a memory with its value
  bool gate, value;
};

[[noreturn]] static void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(3);
}

static std::vector<uint32_t> read_words(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) fail(path + " cannot be read");
  std::vector<uint32_t> words(static_cast<size_t>(file.tellg()) / 4);
  file.seekg(0);
  file.read(reinterpret_cast<char*>(words.data()), static_cast<std::streamsize>(words.size() * 4));
  return words;
}

// What was counted while the nets of a part held one number.
struct Part {
  uint64_t cycles = 0;
  std::vector<uint64_t> counts;
  std::vector<std::pair<uint64_t, uint64_t>> used;  // reads and writes of each memory
};

class Netlist {
 public:
  std::map<std::string, Nets> inputs, outputs;
  std::vector<Memory> memories;
  std::vector<uint64_t> counts;
  bool live = false;         // transitions are counted
  std::map<uint64_t, Part> parts;
  uint64_t settled = 0;      // picoseconds from an edge to the last change after it, at most
  uint64_t late = 0;         // cycles that ended before everything had settled

  explicit Netlist(const std::string& path) : ring_(kRing) {
    std::ifstream file(path);
    if (!file) fail(path + " cannot be read");
    std::string line;
    while (std::getline(file, line)) part(line);
    counts.assign(values_.size(), 0);
    cycle_.assign(values_.size(), 0);
    fanout_.resize(values_.size());
    for (uint32_t g = 0; g < gates_.size(); ++g)
      for (uint32_t net : gates_[g].in) fanout_[net].push_back(g);
    values_[1] = true;
    for (uint32_t g = 0; g < gates_.size(); ++g) evaluate(g);
  }

  void set(const std::string& name, uint64_t value) {
    const auto found = inputs.find(name);
    if (found == inputs.end()) return;
    for (size_t bit = 0; bit < found->second.size(); ++bit) change(found->second[bit], bit < 64 && value >> bit & 1);
  }

  void put(const std::string& name, const uint32_t* words) {
    const Nets& nets = inputs.at(name);
    for (size_t bit = 0; bit < nets.size(); ++bit) change(nets[bit], words[bit / 32] >> bit % 32 & 1);
  }

  uint64_t get(const std::string& name) const {
    uint64_t value = 0;
    const Nets& nets = outputs.at(name);
    for (size_t bit = 0; bit < nets.size(); ++bit) value |= static_cast<uint64_t>(values_[nets[bit]]) << bit;
    return value;
  }

  // The 32-bit words of an output, the low one first.
  std::vector<uint32_t> words(const std::string& name) const {
    const Nets& nets = outputs.at(name);
    std::vector<uint32_t> found((nets.size() + 31) / 32);
    for (size_t bit = 0; bit < nets.size(); ++bit) found[bit / 32] |= static_cast<uint32_t>(values_[nets[bit]]) << bit % 32;
    return found;
  }

  // Lets everything happen that happens before `end`.
  void run(uint64_t end) {
    while (outstanding_ && now_ < end) {
      auto& events = ring_[now_ % kRing];
      for (size_t n = 0; n < events.size(); ++n) {
        const Event event = events[n];
        --outstanding_;
        if (!event.gate) {
          --pending_;
          change(event.target, event.value);
          continue;
        }
        Gate& gate = gates_[event.target];
        if (!gate.pending || gate.serial != event.serial) continue;
        gate.pending = false;
        --pending_;
        change(gate.out, gate.next);
      }
      events.clear();
      ++now_;
    }
    now_ = end;
  }

  // Lets a cycle end; what has not settled by then is sampled too early.
  void settle(uint64_t end) {
    run(end);
    if (pending_) ++late;
  }

  // A rising edge of the clock, now: everything samples before anything changes.
  void clock() {
    edge_ = now_;
    std::vector<bool> ticks(values_.size());
    ticks[kClock] = true;
    for (const auto& [gated, enable] : clock_gates_) ticks[gated] = values_[enable];
    Part* now = live && !part_.empty() ? &end_of_cycle() : nullptr;
    if (live) {
      counts[kClock] += 2;
      for (const auto& [gated, enable] : clock_gates_) counts[gated] += ticks[gated] ? 2 : 0;
    }
    if (now) {
      ++now->cycles;
      now->counts[kClock] += 2;
      for (const auto& [gated, enable] : clock_gates_) now->counts[gated] += ticks[gated] ? 2 : 0;
    }
    std::vector<std::pair<uint64_t, uint64_t>> before;
    for (const Memory& memory : memories) before.emplace_back(memory.read, memory.written);
    std::vector<std::pair<uint32_t, bool>> changes;
    for (const Flop& flop : flops_)
      if (ticks[flop.clock]) changes.emplace_back(flop.state, look_up(flop.table, flop.in));
    for (Memory& memory : memories) access(memory, ticks);
    for (size_t m = 0; now && m < memories.size(); ++m) {
      now->used[m].first += memories[m].read - before[m].first;
      now->used[m].second += memories[m].written - before[m].second;
    }
    for (const auto& [state, value] : changes) change(state, value);
  }

  // Gives what happened since the last edge to the number that the nets of the part hold now.
  Part& end_of_cycle() {
    uint64_t value = 0;
    for (size_t bit = 0; bit < part_.size(); ++bit) value |= static_cast<uint64_t>(values_[part_[bit]]) << bit;
    Part& part = parts[value];
    part.counts.resize(values_.size());
    part.used.resize(memories.size());
    for (uint32_t net : touched_) part.counts[net] += std::exchange(cycle_[net], 0);
    touched_.clear();
    return part;
  }

  bool has_parts() const { return !part_.empty(); }

 private:
  std::vector<bool> values_;
  Nets part_;                     // whose number tells parts apart
  std::vector<uint32_t> cycle_;   // transitions since the last edge, where there are parts
  Nets touched_;                  // nets that have some
  std::vector<Gate> gates_;
  std::vector<Flop> flops_;
  std::vector<std::pair<uint32_t, uint32_t>> clock_gates_;
  std::vector<Nets> fanout_;
  std::vector<std::vector<Event>> ring_;
  uint64_t now_ = 0, edge_ = 0;
  uint64_t outstanding_ = 0;  // events in the ring, those that were cancelled too
  uint64_t pending_ = 0;      // events that will happen

  void part(const std::string& line) {
    std::istringstream words(line);
    std::string kind, name;
    words >> kind;
    const auto number = [&] {
      uint32_t value;
      if (!(words >> value)) fail("a line of the netlist is cut short: " + line);
      return value;
    };
    const auto some = [&](size_t count) {
      Nets nets(count);
      for (auto& net : nets) net = number();
      return nets;
    };
    const auto rest = [&] {
      Nets nets;
      for (uint32_t net; words >> net;) nets.push_back(net);
      return nets;
    };
    const auto table = [&] {
      words >> name;
      return std::strtoull(name.c_str(), nullptr, 16);
    };
    if (kind == "nets") {
      values_.assign(number(), false);
    } else if (kind == "input" || kind == "output") {
      words >> name;
      (kind == "input" ? inputs : outputs)[name] = rest();
    } else if (kind == "gate") {
      const uint32_t out = number(), delay = number();
      if (!delay || delay >= kRing) fail("a delay is out of range: " + line);
      const uint64_t truth = table();
      gates_.push_back({out, delay, truth, rest()});
    } else if (kind == "flop") {
      const uint32_t state = number(), clock = number();
      const uint64_t truth = table();
      flops_.push_back({state, clock, truth, rest()});
    } else if (kind == "clockgate") {
      const uint32_t gated = number();
      clock_gates_.emplace_back(gated, number());
    } else if (kind == "part") {
      part_ = rest();
    } else if (kind == "memory") {
      const uint32_t depth = number(), width = number();
      memories.push_back({std::vector<std::vector<bool>>(depth, std::vector<bool>(width)), number(), {}, {}});
    } else if (kind == "read" || kind == "write") {
      Port port;
      port.clock = number();
      port.enable = kind == "read" ? number() : 0;
      port.address = some(number());
      const size_t width = memories.back().words[0].size();
      port.data = some(width);
      if (kind == "write") port.enables = some(width);
      (kind == "read" ? memories.back().reads : memories.back().writes).push_back(port);
    } else {
      fail("the netlist has a line of an unknown kind: " + line);
    }
  }

  bool look_up(uint64_t table, const Nets& in) const {
    unsigned index = 0;
    for (size_t n = 0; n < in.size(); ++n) index |= static_cast<unsigned>(values_[in[n]]) << n;
    return table >> index & 1;
  }

  void evaluate(uint32_t number) {
    Gate& gate = gates_[number];
    const bool value = look_up(gate.table, gate.in);
    if (gate.pending) {
      if (value == gate.next) return;
      gate.pending = false;
      --pending_;
    }
    if (value == values_[gate.out]) return;
    gate.pending = true;
    gate.next = value;
    ring_[(now_ + gate.delay) % kRing].push_back({number, ++gate.serial, true, value});
    ++outstanding_, ++pending_;
  }

  void change(uint32_t net, bool value) {
    if (values_[net] == value) return;
    values_[net] = value;
    settled = std::max(settled, now_ - edge_);
    if (live) {
      ++counts[net];
      if (!part_.empty() && !cycle_[net]++) touched_.push_back(net);
    }
    for (uint32_t gate : fanout_[net]) evaluate(gate);
  }

  // A read of a word that is written at the same edge gives the old one.
  void access(Memory& memory, const std::vector<bool>& ticks) {
    const auto at = [&](const Port& port) {
      size_t address = 0;
      for (size_t bit = 0; bit < port.address.size(); ++bit)
        address |= static_cast<size_t>(values_[port.address[bit]]) << bit;
      return address;
    };
    for (const Port& port : memory.reads) {
      if (!ticks[port.clock] || !values_[port.enable]) continue;
      memory.read += live;
      const size_t address = at(port);
      for (size_t bit = 0; bit < port.data.size(); ++bit) {
        const bool value = address < memory.words.size() && memory.words[address][bit];
        ring_[(now_ + memory.delay) % kRing].push_back({port.data[bit], 0, false, value});
        ++outstanding_, ++pending_;
      }
    }
    for (const Port& port : memory.writes) {
      const size_t address = at(port);
      if (!ticks[port.clock] || address >= memory.words.size()) continue;
      bool any = false;
      for (size_t bit = 0; bit < port.data.size(); ++bit) {
        if (!values_[port.enables[bit]]) continue;
        memory.words[address][bit] = values_[port.data[bit]];
        any = true;
      }
      memory.written += live && any;
    }
  }
};

int main(int argc, char** argv) {
  if (argc < 7) {
    std::fprintf(stderr, "gates NETLIST VECTORS LOAD|- IMAGES PERIOD COUNTS [NAME=VALUE...]\n");
    return 2;
  }
  Netlist top(argv[1]);
  const std::string vectors = argv[2], load_path = argv[3];
  const auto stimulus = read_words(vectors + "/stimulus.bin"), lengths = read_words(vectors + "/frames.bin");
  const auto expected = read_words(vectors + "/expected.bin");
  const int64_t images = std::atoll(argv[4]);
  const uint64_t period = std::strtoull(argv[5], nullptr, 10);
  uint64_t beats = 0, time = 0, cycles = 0;
  std::vector<uint64_t> starts;
  for (uint32_t length : lengths) {
    starts.push_back(beats);
    beats += length;
  }
  if (images < 1 || static_cast<size_t>(images) != lengths.size() || !beats || stimulus.size() % beats ||
      expected.size() % images || period <= kInputDelay)
    fail("the vectors do not hold " + std::to_string(images) + " images");
  const size_t words = stimulus.size() / beats, results = expected.size() / images;
  for (int n = 7; n < argc; ++n) {
    const std::string pair = argv[n];
    const size_t equals = pair.find('=');
    top.set(pair.substr(0, equals), std::strtoull(pair.c_str() + equals + 1, nullptr, 10));
  }

  const auto tick = [&] {
    top.clock();
    time += period;
    cycles += top.live;
    top.run(time - period + kInputDelay);
  };
  const auto settle = [&] { top.settle(time); };
  top.set("rst", 1);
  for (int n = 0; n < 4; ++n) {
    settle();
    tick();
  }
  top.set("rst", 0);
  if (load_path != "-") {
    const auto load = read_words(load_path);
    for (size_t n = 0, waited = 0; n < load.size(); ++waited) {
      if (waited > kWatchdog) fail("the tables are not taken");
      top.set("l_axis_tvalid", 1);
      top.set("l_axis_tdata", load[n]);
      top.set("l_axis_tlast", n + 1 == load.size());
      settle();
      if (top.get("l_axis_tready")) ++n, waited = 0;
      tick();
    }
    top.set("l_axis_tvalid", 0);
  }

  const auto image = [&](int64_t number) { return number < 0 ? images - 1 : number; };
  int64_t sent = -1, got = -1, first_mismatch = -1;
  uint64_t sent_beat = 0, got_word = 0, mismatches = 0, idle = 0;
  bool wrong = false;
  top.set("m_axis_tready", 1);
  top.settled = top.late = 0;
  while (got < images) {
    const bool offering = sent < images;
    top.set("s_axis_tvalid", offering);
    if (offering) {
      top.put("s_axis_tdata", &stimulus[(starts[image(sent)] + sent_beat) * words]);
      top.set("s_axis_tlast", sent_beat + 1 == lengths[image(sent)]);
    }
    settle();
    if (offering && top.get("s_axis_tready") && ++sent_beat == lengths[image(sent)]) {
      sent_beat = 0;
      ++sent;
    }
    if (++idle > kWatchdog) fail("no result at image " + std::to_string(got));
    if (top.get("m_axis_tvalid")) {
      idle = 0;
      const auto found = top.words("m_axis_tdata");
      if (got_word + found.size() > results) fail("a beat holds more words than are left of a result");
      wrong |= !std::equal(found.begin(), found.end(), expected.begin() + image(got) * results + got_word);
      got_word += found.size();
      wrong |= top.get("m_axis_tlast") != (got_word == results);
      if (got_word == results) {
        if (wrong && got >= 0) {
          if (!mismatches++) first_mismatch = got;
        }
        wrong = false;
        got_word = 0;
        ++got;
      }
    }
    tick();
    if (got >= 0) top.live = true;
  }

  std::ofstream counts(argv[6]);
  for (uint64_t count : top.counts) counts << count << '\n';
  for (const Memory& memory : top.memories) counts << memory.read << ' ' << memory.written << '\n';
  counts.close();
  if (!counts) fail("the counts cannot be written");
  if (top.has_parts()) {
    top.end_of_cycle();
    std::ofstream parts(std::string(argv[6]) + ".parts");
    for (const auto& [value, part] : top.parts) {
      parts << value << ' ' << part.cycles << '\n';
      for (uint64_t count : part.counts) parts << count << '\n';
      for (const auto& [read, written] : part.used) parts << read << ' ' << written << '\n';
    }
    parts.close();
    if (!parts) fail("the counts cannot be written");
  }
  std::printf("{\"images\": %lld, \"mismatches\": %llu, \"first_mismatch\": %lld, \"cycles\": %llu, "
              "\"settled\": %llu, \"late\": %llu}\n",
              static_cast<long long>(images), static_cast<unsigned long long>(mismatches),
              static_cast<long long>(first_mismatch), static_cast<unsigned long long>(cycles),
              static_cast<unsigned long long>(top.settled), static_cast<unsigned long long>(top.late));
  return 0;
}
