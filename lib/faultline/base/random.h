#pragma once

#include <cstdint>

namespace faultline {

// The same numbers from the same seed on every platform, which the
// distributions of the standard library do not promise. The generator is
// splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
// generators", 2014). A value; one stream a thread.
class RandomStream {
 public:
  // Streams of one seed are independent of each other.
  RandomStream(std::uint64_t seed, std::uint64_t stream)
      : state_(Mix(seed + Mix(stream + kStep))) {}

  std::uint64_t Next() { return Mix(state_ += kStep); }
  // 0 .. bound - 1; the bias of the remainder is below 2^-32 for our bounds.
  int Below(int bound) {
    return static_cast<int>(Next() % static_cast<std::uint64_t>(bound));
  }
  // 0 <= result < 1.
  double Fraction() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

 private:
  static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15;
  static constexpr std::uint64_t Mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

namespace internal {
using faultline::RandomStream;
}  // namespace internal

}  // namespace faultline
