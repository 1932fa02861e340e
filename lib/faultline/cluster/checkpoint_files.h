#pragma once

#include <filesystem>

#include "faultline/cluster/checkpoint_cache.h"

namespace faultline::internal {

// Writes `description` (checkpoint.json) of what lies in `directory`: the key,
// and each file's length and hash.
void DescribeCheckpoint(const CheckpointKey& key,
                        const std::filesystem::path& directory);

// Empty if the directory holds the whole checkpoint of `key`, else what is
// wrong: "no description", "node1/memory: its content has changed".
std::string CheckpointDamage(const CheckpointKey& key,
                             const std::filesystem::path& directory);

// Throws NoCheckpointsError, saying what is missing, unless checkpoints of this
// size can be kept in `directory`.
void RequireRoomFor(const CheckpointKey& key,
                    const std::filesystem::path& directory);

}  // namespace faultline::internal
