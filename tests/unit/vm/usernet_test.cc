#include "faultline/vm/usernet.h"

#include <gmock/gmock.h>

#include "faultline/vm/console_text.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(Usernet, FindsTheHostPortOfEachForwardedGuestPort) {
  const std::string recorded =
      ReadFrom(FAULTLINE_FIXTURES "/qmp/info_usernet.txt", 0);
  EXPECT_THAT(ParseUsernet(recorded),
              ElementsAre(Pair(22, 46503), Pair(2379, 34087)));
}

TEST(Usernet, FindsNothingInOtherText) {
  EXPECT_THAT(ParseUsernet(""), IsEmpty());
  EXPECT_THAT(ParseUsernet("TCP[HOST_FORWARD] what is this"), IsEmpty());
  EXPECT_THAT(ParseUsernet("UDP[HOST_FORWARD] 9 127.0.0.1 5 10.0.2.15 22 0 0"),
              IsEmpty());
}

}  // namespace
}  // namespace faultline
