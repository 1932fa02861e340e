#pragma once

#include <string>
#include <vector>

#include "faultline/service/directory/openldap.h"
#include "faultline/testing/directory_test.h"

namespace faultline {

// Scenarios of IAM: providers of one directory.
class IAM : public DirectoryTest {
 protected:
  // Few and slow: a handshake is much work for an emulated machine.
  static constexpr WorkloadOptions kProbed{
      .clients = 3,
      .pause = std::chrono::milliseconds(100),
      .probe_interval = std::chrono::milliseconds(500)};

  void Form(int providers, const DirectoryTraffic& traffic);

  // Given two providers, clients that prefer the first one, and one writer,
  // when the first one fails, then authentications go on through the second,
  // and when it is back nothing is lost. The writer only does what does not
  // depend on what was there: the second provider may not have what the first
  // one acknowledged last until that one is back.
  void FailsOver(const std::string& kind);

  // A client that asks a silent server gives it one attempt; that an answer of
  // the next one is seen takes another attempt, and the probe's interval.
  static Duration FailOverBound(const DirectoryClientOptions& client);

  // Three changes of that account's password, from "p0" to "<name>3", all of
  // them acknowledged by that provider.
  void ChangeThreeTimes(Node& node, const std::string& account,
                        const std::string& name);
};

}  // namespace faultline
