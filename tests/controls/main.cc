#include "faultline/testing/run_tests.h"

int main(int argc, char** argv) {
  return faultline::RunTests(argc, argv, FAULTLINE_TEST_PREFIX,
                             FAULTLINE_BUILD_DIRECTORY);
}
