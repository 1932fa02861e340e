# Two parts: `offline` judges stored histories and traces, `machines` is the rest, if it is built (FAULTLINE_COMPONENTS). What `offline` needs to be built is
# small, so it can be installed from a tree in which nothing else was built.
include(CMakePackageConfigHelpers)

set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/faultline)
set(guest_recipe ${CMAKE_INSTALL_DATADIR}/faultline/guest)
set(offline base history evidence check persisted report page cli_check)
set(machines proto vm net remote cluster service fault nemesis workload sweep cli)
foreach(library testing t040 t040_s1 t040_s2 t040_s3 t040_s4)
  if(TARGET faultline_${library})
    list(APPEND machines ${library})
  endif()
endforeach()

function(faultline_install_part part set)
  list(TRANSFORM ARGN PREPEND faultline_ OUTPUT_VARIABLE targets)
  install(
    TARGETS ${targets}
    EXPORT ${set}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${part}
    INCLUDES
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  foreach(library IN LISTS ARGN)
    set_target_properties(faultline_${library} PROPERTIES EXPORT_NAME ${library})
  endforeach()
  install(EXPORT ${set} FILE ${set}.cmake NAMESPACE faultline:: DESTINATION ${package_directory} COMPONENT ${part})
endfunction()

install(TARGETS faultline-check RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT offline)
faultline_install_part(offline faultlineOfflineTargets ${offline})
if(FAULTLINE_COMPONENTS STREQUAL "all")
  set_target_properties(faultline-warden PROPERTIES EXPORT_NAME warden)
  install(TARGETS faultline-leg RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR} COMPONENT machines)
  install(TARGETS faultline-warden EXPORT faultlineMachinesTargets RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}
                                                                           COMPONENT machines)
  install(TARGETS faultline RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT machines)
  faultline_install_part(machines faultlineMachinesTargets ${machines})
endif()

install(
  DIRECTORY lib/faultline
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  COMPONENT offline
  FILES_MATCHING
  PATTERN "*.h"
  PATTERN "warden_server" EXCLUDE
  PATTERN "leg_server" EXCLUDE)
install(
  DIRECTORY fixtures/guest/
  DESTINATION ${guest_recipe}
  COMPONENT machines
  USE_SOURCE_PERMISSIONS)

configure_package_config_file(cmake/faultlineConfig.cmake.in faultlineConfig.cmake INSTALL_DESTINATION
                              ${package_directory} PATH_VARS guest_recipe)
write_basic_package_version_file(faultlineConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(
  FILES ${PROJECT_BINARY_DIR}/faultlineConfig.cmake ${PROJECT_BINARY_DIR}/faultlineConfigVersion.cmake
        cmake/FaultlineT040.cmake
  DESTINATION ${package_directory}
  COMPONENT offline)
