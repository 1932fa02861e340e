#include "faultline/check/model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "faultline/base/error.h"
#include "faultline/check/lock_models.h"
#include "faultline/check/queue_model.h"
#include "faultline/check/set_model.h"
#include "faultline/check/transaction_model.h"
#include "faultline/check/value_models.h"

namespace faultline {
namespace {

const std::vector<Model>& Models() {
  static const std::vector<Model> models = {
      Model::Of<RegisterModel>(),      Model::Of<CasRegisterModel>(),
      Model::Of<MultiRegisterModel>(), Model::Of<MapModel>(),
      Model::Of<SetModel>(),           Model::Of<LockModel>(),
      Model::Of<FencedLockModel>(),    Model::Of<QueueModel>()};
  return models;
}

}  // namespace

std::vector<std::string> ModelNames() {
  std::vector<std::string> names;
  for (const Model& model : Models()) names.push_back(model.name());
  return names;
}

Model FindModel(const std::string& name) {
  for (const Model& model : Models()) {
    if (model.name() == name) return model;
  }
  throw UsageError(fmt::format("unknown model \"{}\" ({})", name,
                               fmt::join(ModelNames(), ", ")));
}

}  // namespace faultline
