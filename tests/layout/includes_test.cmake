# cmake -D PLACE=... -P includes_test.cmake: what includes.cmake must find, and what it must let pass.
cmake_minimum_required(VERSION 3.25)

function(file_with path)
  string(REPLACE "|" "\n" text "${ARGN}")
  file(WRITE ${PLACE}/${path} "${text}\n")
endfunction()

# Two folders, low below high.
function(begin)
  file(REMOVE_RECURSE ${PLACE})
  file_with(docs/design.md "lib/faultline/|  low/    first|             more of it|  high/   second|tests/  other|  else/")
  file_with(lib/faultline/low/a.h "int a()\;")
  file_with(lib/faultline/high/b.h "#include \"faultline/low/a.h\"")
endfunction()

function(expect what)
  execute_process(COMMAND ${CMAKE_COMMAND} -D SOURCE=${PLACE} -P ${CMAKE_CURRENT_LIST_DIR}/includes.cmake
                  RESULT_VARIABLE status ERROR_VARIABLE errors OUTPUT_QUIET)
  if(what STREQUAL "nothing")
    if(NOT status EQUAL 0)
      message(FATAL_ERROR "must pass, but: ${errors}")
    endif()
  elseif(status EQUAL 0 OR NOT errors MATCHES "${what}")
    message(FATAL_ERROR "must say \"${what}\", but: ${status} ${errors}")
  endif()
endfunction()

begin()
expect(nothing)

file_with(lib/faultline/low/c.cc "#include <string>|#include \"faultline/high/b.h\"")
expect("low/c.cc: includes high/b.h, which is above low/")

begin()
file_with(lib/faultline/low/part/d.h "#include \"faultline/low/a.h\"")
expect(nothing)
file_with(lib/faultline/low/a.cc "#include \"faultline/low/part/d.h\"")
expect("low/a.cc: includes low/part/, which depends on low/: a circle")

begin()
file_with(lib/faultline/low/part/d.h "#include \"faultline/low/a.h\"")
file_with(lib/faultline/low/tool_main.cc "#include \"faultline/low/part/d.h\"")
expect(nothing)

begin()
file_with(lib/faultline/else/e.h "int e()\;")
expect("else/e.h: docs/design.md does not say where else/ belongs")

begin()
string(REPEAT "int f()\;|" 400 long)
file_with(lib/faultline/high/long.cc "${long}")
expect("long.cc: 401 lines, of at most 400")

begin()
file(REMOVE_RECURSE ${PLACE}/lib)
expect("no sources")

file(REMOVE_RECURSE ${PLACE})
