#pragma once

#include <map>
#include <string>

#include "faultline/service/binding.h"
#include "faultline/sweep/sweep_run.h"
#include "faultline/testing/cluster_test.h"
#include "faultline/testing/control.h"

namespace faultline {

// What a setting of a control stands for.
struct StoreSetting {
  StoreBinding binding;
  std::string load = "register";
};

// The fixture of controls on replicated stores. FAULTLINE_CONTROL_RUNS (10) is
// how often each half runs; the required share stays.
class StoreControls : public ClusterTest {
 protected:
  // Both halves, and a broken one without its faults, which must not be
  // violated: it is the fault that shows the defect. Numbers stay in the
  // report, evidence in run-1/, run-2/, ...
  void ExpectToldApart(Control control,
                       const std::map<std::string, StoreSetting>& settings);

 private:
  ControlRun RunOnce(const Control& control, const StoreSetting& setting);

  int count_ = 0;
};

}  // namespace faultline
