#pragma once

#include "faultline/cli/command_line.h"

namespace faultline {

// Each adds one sub-command of `faultline`; what it does runs when it is
// parsed, and leaves the exit code in `status`. One file each.
void AddT040Command(Command app, int& status);
void AddTestCommand(Command app, int& status);
void AddCheckCommand(Command app, int& status);
void AddSweepCommand(Command app, int& status);
void AddReproduceCommand(Command app, int& status);
void AddImageCommand(Command app, int& status);
void AddBenchCommand(Command app, int& status);
void AddDoctorCommand(Command app, int& status);
void AddDocumentCommand(Command app, int& status);
void AddTrackRecordCommand(Command app, int& status);
void AddReportCommand(Command app, int& status);

// What `faultline check` takes and does, for a program that does nothing else.
inline constexpr char kCheckDescription[] =
    "judge recorded histories: exit 0 all hold, 1 violated, 2 unknown, 3 bad "
    "input, 4 the verdict cannot be written";
void DefineCheck(Command command, int& status);

}  // namespace faultline
