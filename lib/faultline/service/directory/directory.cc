#include "faultline/service/directory/directory.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "faultline/base/eventually.h"

namespace faultline {
namespace {

using Attributes = DirectoryContents::mapped_type;

std::string DifferingAttributes(const Attributes& one,
                                const Attributes& other) {
  std::set<std::string> names;
  for (const auto& [name, values] : one) {
    const auto found = other.find(name);
    if (found == other.end() || found->second != values) names.insert(name);
  }
  for (const auto& [name, values] : other)
    if (!one.contains(name)) names.insert(name);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string ToText(const DirectoryPosition& position) {
  std::vector<std::string> parts;
  for (const auto& [provider, at] : position)
    parts.push_back(provider + " at " + at);
  return parts.empty() ? "nothing" : fmt::format("{}", fmt::join(parts, ", "));
}

bool Includes(const DirectoryPosition& position,
              const DirectoryPosition& other) {
  return std::ranges::all_of(other, [&](const auto& part) {
    const auto found = position.find(part.first);
    return found != position.end() && found->second >= part.second;
  });
}

}  // namespace

std::string DifferenceBetween(const DirectoryContents& one,
                              const DirectoryContents& other) {
  std::vector<std::string> lines;
  for (const auto& [entry, attributes] : one) {
    const auto found = other.find(entry);
    if (found == other.end())
      lines.push_back(entry + ": only in the first");
    else if (found->second != attributes)
      lines.push_back(entry + ": " +
                      DifferingAttributes(attributes, found->second));
  }
  for (const auto& [entry, attributes] : other)
    if (!one.contains(entry)) lines.push_back(entry + ": only in the second");
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::string Directory::WhatDiffers(DirectoryContents& contents,
                                   Deadline deadline) {
  const std::vector<Node*> all = nodes();
  const DirectoryPosition position = Position(*all.front(), deadline);
  contents = Contents(*all.front(), deadline);
  for (Node* node : all) {
    const DirectoryPosition other = Position(*node, deadline);
    const std::string difference =
        DifferenceBetween(contents, Contents(*node, deadline));
    if (position != other || !difference.empty()) {
      return fmt::format("{}: {}; {}: {}; {}", all.front()->name(),
                         ToText(position), node->name(), ToText(other),
                         difference.empty() ? "no entry" : difference);
    }
  }
  return "";
}

DirectoryContents Directory::WaitForConvergence(Deadline deadline) {
  std::string differs = "nothing yet";
  return Eventually(
      deadline, "all providers of " + name() + " to hold the same",
      [&](LastSeen& seen) -> std::optional<DirectoryContents> {
        DirectoryContents contents;
        try {
          differs = WhatDiffers(contents, deadline);
          seen.Set(differs);
        } catch (const CommandError& error) {
          // What a provider said when there was no time left says little.
          seen.Set(fmt::format("{}; then {}", differs, error.what()));
          return std::nullopt;
        }
        return differs.empty() ? std::optional(std::move(contents))
                               : std::nullopt;
      });
}

void Directory::WaitUntilSettled(Deadline deadline) {
  ManagedService::WaitUntilSettled(deadline);
  DirectoryPosition newest;
  for (Node* node : nodes())
    for (const auto& [provider, at] : Position(*node, deadline))
      newest[provider] = std::max(newest[provider], at);
  for (Node* node : nodes()) {
    Eventually(deadline, node->name() + ": it has all changes",
               [&](LastSeen& seen) {
                 const DirectoryPosition position = Position(*node, deadline);
                 seen.Set(ToText(position));
                 return Includes(position, newest);
               });
  }
}

}  // namespace faultline
