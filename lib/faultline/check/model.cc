#include "faultline/check/model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <mutex>

#include "faultline/base/error.h"
#include "faultline/check/directory_model.h"
#include "faultline/check/lock_models.h"
#include "faultline/check/queue_model.h"
#include "faultline/check/set_model.h"
#include "faultline/check/transaction_model.h"
#include "faultline/check/value_models.h"

namespace faultline {
namespace {

struct KnownModels {
  std::mutex mutex;
  std::vector<Model> models = {
      Model::Of<RegisterModel>(),      Model::Of<CasRegisterModel>(),
      Model::Of<MultiRegisterModel>(), Model::Of<MapModel>(),
      Model::Of<SetModel>(),           Model::Of<LockModel>(),
      Model::Of<FencedLockModel>(),    Model::Of<QueueModel>(),
      Model::Of<DirectoryModel>()};
};

KnownModels& Known() {
  static KnownModels known;
  return known;
}

std::vector<Model> Models() {
  const std::lock_guard lock(Known().mutex);
  return Known().models;
}

}  // namespace

void AddModel(const Model& model) {
  const std::lock_guard lock(Known().mutex);
  for (const Model& known : Known().models) {
    if (known.name() == model.name()) {
      throw UsageError(
          fmt::format("there is a model \"{}\" already", model.name()));
    }
  }
  Known().models.push_back(model);
}

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
