#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace faultline {

// CLI11 behind a few words: its headers take longer to compile than all of a
// command, so command_line.cc alone includes them.

// An option or argument of a command, to say more about it. A view: it is valid
// as long as its CommandLine.
class CommandOption {
 public:
  explicit CommandOption(CLI::Option& option) : option_(&option) {}

  CommandOption& Required();
  CommandOption& ShowDefault();  // in the help: the value that it has now
  CommandOption& Between(std::int64_t least, std::int64_t most);
  CommandOption& Positive();
  CommandOption& NonNegative();
  CommandOption& OneOf(const std::vector<std::string>& words);
  CommandOption& SplitAt(char mark);  // "a,b" are two values
  CommandOption& OneEach();  // each time it is given, it takes one value

 private:
  CLI::Option* option_;
};

// A command or sub-command. A view, as CommandOption is. What is handed over by
// reference is written while the command line is parsed and must live so long.
class Command {
 public:
  explicit Command(CLI::App& app) : app_(&app) {}

  Command AddCommand(const std::string& name, const std::string& description);
  void RequireCommand();  // one of its sub-commands must be chosen

  // "--name", "-n,--name", or "name" for one that has its place.
  CommandOption AddOption(const std::string& name, std::string& value,
                          const std::string& description);
  CommandOption AddOption(const std::string& name, int& value,
                          const std::string& description);
  CommandOption AddOption(const std::string& name, std::int64_t& value,
                          const std::string& description);
  CommandOption AddOption(const std::string& name, std::uint64_t& value,
                          const std::string& description);
  CommandOption AddOption(const std::string& name, double& value,
                          const std::string& description);
  CommandOption AddOption(const std::string& name,
                          std::vector<std::string>& values,
                          const std::string& description);
  CommandOption AddFlag(const std::string& name, bool& value,
                        const std::string& description);

  // Runs once everything is parsed, if this command was chosen.
  void OnRun(std::function<void()> run);

  // How often the option was given.
  std::size_t Count(const std::string& name) const;

 private:
  CLI::App* app_;
};

// The command line of a program.
class CommandLine {
 public:
  // kRun: parsed, and what OnRun names has run. kHelp: help was asked for and
  // printed. kRefused: it is wrong, and standard error says why.
  enum class Outcome { kRun, kHelp, kRefused };

  CommandLine(const std::string& name, const std::string& description);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  Command command();
  // What --version prints.
  void SetVersion(const std::string& version);
  // Of the sub-commands, in the order in which they were added.
  std::vector<std::string> CommandNames() const;

  // Once. Throws only what the chosen command throws.
  Outcome Parse(int argc, const char* const* argv);

  // Whether this sub-command was chosen, also if it was refused.
  bool Chose(const std::string& name) const;

 private:
  std::unique_ptr<CLI::App> app_;
};

}  // namespace faultline
