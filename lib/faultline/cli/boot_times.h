#pragma once

#include <map>
#include <string>
#include <vector>

#include "faultline/vm/accelerator.h"
#include "faultline/vm/image.h"

namespace faultline {

// Figures of one way to get a cluster, by stage: seconds since the start of the
// first machine, or MiB where the name says so. One value a repetition (or a
// machine).
using BootFigures = std::map<std::string, std::vector<double>>;

// The last stage of each way: three healthy members have committed a write.
inline constexpr char kCommittedWrite[] = "committed write";

// Each makes a cluster of three etcd members once and adds what it took.
// Everything that it needs from the cache is there already (PrepareBoot).
void MeasureCold(const GuestImage& image, BootFigures& figures);
void MeasureClone(const GuestImage& image, const Accelerator& accelerator,
                  BootFigures& figures);
void MeasureFormed(const GuestImage& image, const Accelerator& accelerator,
                   BootFigures& figures);
// One clone alone, to its first command over SSH, and what it costs.
void MeasureOneClone(const GuestImage& image, const Accelerator& accelerator,
                     BootFigures& figures);
// How long a checkpoint takes to make, and its room on disk.
void MeasureCheckpoint(const GuestImage& image, const Accelerator& accelerator,
                       BootFigures& figures);

// Makes the checkpoints that the others resume.
void PrepareBoot(const GuestImage& image, const Accelerator& accelerator);

}  // namespace faultline
