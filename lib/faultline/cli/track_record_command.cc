#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/cli/commands.h"
#include "faultline/cli/exit_status.h"
#include "faultline/page/track_record.h"

namespace faultline {
namespace {

struct TrackRecordOptions {
  std::string records = FAULTLINE_SOURCE_TREE "/fixtures/track-record";
  std::string out = FAULTLINE_SOURCE_TREE "/docs/track-record.md";
  std::string take;
  bool check = false;
};

int WriteTrackRecord(const TrackRecordOptions& options) {
  if (!options.take.empty())
    std::cout << fmt::format("{} records stored in {}\n",
                             TakeTrackRecord(options.take, options.records),
                             options.records);
  const std::string text = TrackRecord(options.records);
  if (options.check) {
    if (ReadFile(options.out) == text) return kExitGood;
    std::cout << fmt::format(
        "{} is not what {} says: run ./faultline track-record\n", options.out,
        options.records);
    return kExitRed;
  }
  WriteFileAtomically(options.out, text);
  std::filesystem::permissions(options.out, std::filesystem::perms(0644));
  return kExitGood;
}

}  // namespace

void AddTrackRecordCommand(Command app, int& status) {
  Command command = app.AddCommand(
      "track-record",
      "write the list of what was shown to be broken, from stored records");
  const auto options = std::make_shared<TrackRecordOptions>();
  command.AddOption("--records", options->records, "where records are stored")
      .ShowDefault();
  command.AddOption("--out", options->out, "the document").ShowDefault();
  command.AddOption("--take", options->take,
                    "store what the runs below this directory left first");
  command.AddFlag("--check", options->check,
                  "write nothing; exit 1 if the document differs");
  command.OnRun([options, &status] { status = WriteTrackRecord(*options); });
}

}  // namespace faultline
