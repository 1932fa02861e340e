# cmake -D SOURCE=... -D PLACE=... -D COMPILER=... -P components_test.cmake: what judges histories can be configured on a
# machine without the packages that everything else needs, and without them everything else says so.
cmake_minimum_required(VERSION 3.25)

set(hidden)
foreach(package Boost gRPC Protobuf GTest)
  list(APPEND hidden -D CMAKE_DISABLE_FIND_PACKAGE_${package}=ON)
endforeach()

function(configure)
  file(REMOVE_RECURSE ${PLACE})
  execute_process(COMMAND ${CMAKE_COMMAND} -G Ninja -S ${SOURCE} -B ${PLACE} -D CMAKE_CXX_COMPILER=${COMPILER} ${hidden}
                          ${ARGN} RESULT_VARIABLE result ERROR_VARIABLE errors OUTPUT_QUIET)
  string(REGEX REPLACE "[ \n]+" " " errors "${errors}")
  set(result ${result} PARENT_SCOPE)
  set(errors ${errors} PARENT_SCOPE)
endfunction()

configure(-D FAULTLINE_COMPONENTS=check)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "check alone must configure, but: ${errors}")
endif()
file(STRINGS ${PLACE}/CMakeCache.txt looked_for REGEX "^(Boost_|gRPC_|Protobuf_|SSH_|XXHASH_|SLIRP_)")
if(looked_for)
  message(FATAL_ERROR "check alone looks for what it does not need: ${looked_for}")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} --build ${PLACE} --target faultline-check -- -n RESULT_VARIABLE result
                OUTPUT_QUIET)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "check alone has no target faultline-check")
endif()

configure(-D SSH_LIBRARY=OFF -D XXHASH_LIBRARY=OFF -D SLIRP_LIBRARY=OFF)
if(result EQUAL 0
   OR NOT errors MATCHES "Not found: Boost, Protobuf, gRPC, SSH, XXHASH, SLIRP\\..*FAULTLINE_COMPONENTS=check")
  message(FATAL_ERROR "everything must name what is missing and the way out, but: ${errors}")
endif()

configure(-D FAULTLINE_COMPONENTS=chek)
if(result EQUAL 0 OR NOT errors MATCHES "FAULTLINE_COMPONENTS is \"chek\"; there are all and check")
  message(FATAL_ERROR "another component must be refused, but: ${errors}")
endif()
file(REMOVE_RECURSE ${PLACE})
