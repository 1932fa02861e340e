# The targets `format-check` and `tidy`, where the tools are installed. Another version of them finds other things.
file(GLOB_RECURSE linted CONFIGURE_DEPENDS lib/faultline/*.h lib/faultline/*.cc tests/*.h tests/*.cc)

function(faultline_is_version_19 result program)
  execute_process(COMMAND ${program} --version OUTPUT_VARIABLE version ERROR_QUIET)
  if(NOT version MATCHES "version 19\\.")
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()

find_program(FAULTLINE_CLANG_FORMAT NAMES clang-format-19 clang-format VALIDATOR faultline_is_version_19)
if(FAULTLINE_CLANG_FORMAT)
  set(format_check ${FAULTLINE_CLANG_FORMAT} --dry-run --Werror ${linted})
  add_custom_target(format-check COMMAND ${format_check} COMMENT "Checking the format of the sources" VERBATIM)
  if(BUILD_TESTING)
    add_test(NAME Unit.Format COMMAND ${format_check})
    set_tests_properties(Unit.Format PROPERTIES LABELS unit TIMEOUT 60)
  endif()
endif()

# run-clang-tidy does not tell its version; it calls the clang-tidy that is handed to it.
find_program(FAULTLINE_CLANG_TIDY NAMES clang-tidy-19 clang-tidy VALIDATOR faultline_is_version_19)
find_program(FAULTLINE_RUN_CLANG_TIDY NAMES run-clang-tidy-19 run-clang-tidy)
if(FAULTLINE_CLANG_TIDY AND FAULTLINE_RUN_CLANG_TIDY)
  set(FAULTLINE_TIDY_FILES "${PROJECT_SOURCE_DIR}/(lib|tests)/" CACHE STRING "Which sources `tidy` reads: a regex")
  # gcc's precompiled headers are nothing to clang, which then reads their source.
  add_custom_target(
    tidy
    COMMAND ${FAULTLINE_RUN_CLANG_TIDY} -clang-tidy-binary ${FAULTLINE_CLANG_TIDY} -p ${PROJECT_BINARY_DIR} -quiet
            -extra-arg=-Wno-ignored-gch ${FAULTLINE_TIDY_FILES}
    COMMENT "Running clang-tidy over the sources"
    USES_TERMINAL
    VERBATIM)
  if(TARGET faultline_proto)
    add_dependencies(tidy faultline_proto)
  endif()
endif()
