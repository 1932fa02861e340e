# Parsing the standard library and fmt takes most of the time of an average source here; precompiled, they are parsed once
# for all targets that share a set of headers. (docs/design.md, "Time to compile".)
#
# ccache does not store what was compiled with precompiled headers unless told to, so they are off by default with it.
set(precompile ON)
if(CMAKE_CXX_COMPILER_LAUNCHER MATCHES ccache)
  set(precompile OFF)
endif()
option(FAULTLINE_PRECOMPILED_HEADERS "Precompile the headers that most sources include" ${precompile})

# What costs more to load than it saves most sources stays out: nlohmann/json.hpp, which few include, and <regex>.
set(FAULTLINE_COMMON_HEADERS
    <fmt/format.h>
    <fmt/ranges.h>
    <algorithm>
    <atomic>
    <chrono>
    <condition_variable>
    <cstdint>
    <filesystem>
    <fstream>
    <functional>
    <iostream>
    <map>
    <memory>
    <mutex>
    <optional>
    <set>
    <stop_token>
    <string>
    <thread>
    <unordered_map>
    <utility>
    <vector>)

# faultline_precompiled_headers(NAME [OPTIONS flags...] [LIBRARIES libraries...] [HEADERS headers...]): a set of headers,
# the common ones and these. Who uses it must be compiled with the same flags: g++ 12 crashes over other levels of -O.
function(faultline_precompiled_headers name)
  cmake_parse_arguments(ARG "" "" "OPTIONS;LIBRARIES;HEADERS" ${ARGN})
  if(NOT FAULTLINE_PRECOMPILED_HEADERS)
    return()
  endif()
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/empty.cc CONTENT "")
  add_library(faultline_precompiled_${name} OBJECT EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/empty.cc)
  target_compile_options(faultline_precompiled_${name} PRIVATE ${ARG_OPTIONS})
  target_link_libraries(faultline_precompiled_${name} PRIVATE fmt::fmt faultline_warnings ${ARG_LIBRARIES})
  target_precompile_headers(faultline_precompiled_${name} PRIVATE ${FAULTLINE_COMMON_HEADERS} ${ARG_HEADERS})
endfunction()

# Compiles the sources of `target` with that set.
function(faultline_precompile target name)
  if(FAULTLINE_PRECOMPILED_HEADERS)
    target_link_libraries(${target} PRIVATE fmt::fmt) # with the definitions that come with it
    target_precompile_headers(${target} REUSE_FROM faultline_precompiled_${name})
  endif()
endfunction()
