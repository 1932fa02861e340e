#include "faultline/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <utility>

namespace faultline {

CommandOption& CommandOption::Required() {
  option_->required();
  return *this;
}

CommandOption& CommandOption::ShowDefault() {
  option_->capture_default_str();
  return *this;
}

CommandOption& CommandOption::Between(std::int64_t least, std::int64_t most) {
  option_->check(CLI::Range(least, most));
  return *this;
}

CommandOption& CommandOption::Positive() {
  option_->check(CLI::PositiveNumber);
  return *this;
}

CommandOption& CommandOption::NonNegative() {
  option_->check(CLI::NonNegativeNumber);
  return *this;
}

CommandOption& CommandOption::OneOf(const std::vector<std::string>& words) {
  option_->check(CLI::IsMember(words));
  return *this;
}

CommandOption& CommandOption::SplitAt(char mark) {
  option_->delimiter(mark);
  return *this;
}

CommandOption& CommandOption::OneEach() {
  option_->allow_extra_args(false);
  return *this;
}

Command Command::AddCommand(const std::string& name,
                            const std::string& description) {
  return Command(*app_->add_subcommand(name, description));
}

void Command::RequireCommand() { app_->require_subcommand(1); }

CommandOption Command::AddOption(const std::string& name, std::string& value,
                                 const std::string& description) {
  return CommandOption(*app_->add_option(name, value, description));
}

CommandOption Command::AddOption(const std::string& name, int& value,
                                 const std::string& description) {
  return CommandOption(*app_->add_option(name, value, description));
}

CommandOption Command::AddOption(const std::string& name, std::int64_t& value,
                                 const std::string& description) {
  return CommandOption(*app_->add_option(name, value, description));
}

CommandOption Command::AddOption(const std::string& name, std::uint64_t& value,
                                 const std::string& description) {
  return CommandOption(*app_->add_option(name, value, description));
}

CommandOption Command::AddOption(const std::string& name, double& value,
                                 const std::string& description) {
  return CommandOption(*app_->add_option(name, value, description));
}

CommandOption Command::AddOption(const std::string& name,
                                 std::vector<std::string>& values,
                                 const std::string& description) {
  return CommandOption(*app_->add_option(name, values, description));
}

CommandOption Command::AddFlag(const std::string& name, bool& value,
                               const std::string& description) {
  return CommandOption(*app_->add_flag(name, value, description));
}

void Command::OnRun(std::function<void()> run) {
  app_->callback(std::move(run));
}

std::size_t Command::Count(const std::string& name) const {
  return app_->count(name);
}

CommandLine::CommandLine(const std::string& name,
                         const std::string& description)
    : app_(std::make_unique<CLI::App>(description, name)) {}

CommandLine::~CommandLine() = default;

Command CommandLine::command() { return Command(*app_); }

void CommandLine::SetVersion(const std::string& version) {
  app_->set_version_flag("--version", version);
}

std::vector<std::string> CommandLine::CommandNames() const {
  std::vector<std::string> names;
  for (const CLI::App* command :
       static_cast<const CLI::App&>(*app_).get_subcommands({}))
    names.push_back(command->get_name());
  return names;
}

CommandLine::Outcome CommandLine::Parse(int argc, const char* const* argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app_->exit(error) == 0 ? Outcome::kHelp : Outcome::kRefused;
  }
  return Outcome::kRun;
}

bool CommandLine::Chose(const std::string& name) const {
  return app_->got_subcommand(name);
}

}  // namespace faultline
