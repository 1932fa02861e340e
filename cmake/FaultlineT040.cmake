# Programs of tests on virtual machines, and T040 for bindings of one's own (docs/bindings.md). Used by Faultline's own
# tests and, through find_package(faultline), by other projects. FAULTLINE_GUEST_RECIPE is the folder of the guest image.
include(GoogleTest)

set(FAULTLINE_VMS_PER_PROCESSOR 4 CACHE STRING "Virtual machines side by side, a processor of this machine")
set(FAULTLINE_VM_MEMORY_MIB 600 CACHE STRING "What a virtual machine takes of the host: the guest's memory and QEMU's")

# What all tests on virtual machines share, once a build tree.
function(faultline_prepare_vm_tests)
  get_property(done GLOBAL PROPERTY FAULTLINE_VM_TESTS_PREPARED)
  if(done)
    return()
  endif()
  set_property(GLOBAL PROPERTY FAULTLINE_VM_TESTS_PREPARED TRUE)
  if(NOT EXISTS "${FAULTLINE_GUEST_RECIPE}/build-image")
    message(FATAL_ERROR "FAULTLINE_GUEST_RECIPE: no build-image in \"${FAULTLINE_GUEST_RECIPE}\"")
  endif()
  # Every test on virtual machines needs the guest image; ctest builds it first, by itself (a no-op once it is there, and
  # for who names one).
  add_test(NAME guest_image COMMAND sh -c "test -n \"$FAULTLINE_IMAGE\" || exec \"$0\""
                                    ${FAULTLINE_GUEST_RECIPE}/build-image)
  set_tests_properties(guest_image PROPERTIES FIXTURES_SETUP guest_image TIMEOUT 1800 LABELS image)
  faultline_write_resources(1)
endfunction()

# What this machine has, for `ctest --resource-spec-file`: a test waits for its share, whatever -j says. The largest test
# must fit, or ctest would never run it. (`faultline t040` looks at the machine anew in each run.)
function(faultline_write_resources largest)
  get_property(written GLOBAL PROPERTY FAULTLINE_LARGEST_TEST)
  if(written AND NOT largest GREATER written)
    return()
  endif()
  set_property(GLOBAL PROPERTY FAULTLINE_LARGEST_TEST ${largest})
  cmake_host_system_information(RESULT available_mib QUERY AVAILABLE_PHYSICAL_MEMORY)
  math(EXPR memory_mib "${available_mib} * 8 / 10")
  math(EXPR largest_mib "${largest} * ${FAULTLINE_VM_MEMORY_MIB}")
  if(memory_mib LESS largest_mib)
    set(memory_mib ${largest_mib})
  endif()
  cmake_host_system_information(RESULT processors QUERY NUMBER_OF_LOGICAL_CORES)
  math(EXPR machines "${processors} * ${FAULTLINE_VMS_PER_PROCESSOR}")
  if(machines LESS largest)
    set(machines ${largest})
  endif()
  set(memory "\"memory_mib\":[{\"id\":\"0\",\"slots\":${memory_mib}}]")
  set(machines "\"machines\":[{\"id\":\"0\",\"slots\":${machines}}]")
  file(WRITE ${PROJECT_BINARY_DIR}/resources.json
       "{\"version\":{\"major\":1,\"minor\":0},\"local\":[{${memory},${machines}}]}\n")
endfunction()

# The fixture that builds the image of a set of services, once a set: its name in `result`.
function(faultline_services_image result)
  set(services ${ARGN})
  list(SORT services)
  list(REMOVE_DUPLICATES services)
  list(JOIN services "+" set)
  set(${result} guest_image_${set} PARENT_SCOPE)
  get_property(known GLOBAL PROPERTY FAULTLINE_SERVICES_IMAGES)
  if(set IN_LIST known)
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY FAULTLINE_SERVICES_IMAGES ${set})
  add_test(NAME guest_image_${set} COMMAND sh -c "test -n \"$FAULTLINE_IMAGE\" || exec \"$0\" \"$@\""
                                           ${FAULTLINE_GUEST_RECIPE}/build-image ${services})
  set_tests_properties(guest_image_${set} PROPERTIES FIXTURES_SETUP guest_image_${set} TIMEOUT 1800 LABELS image)
endfunction()

# Makes `target` a program of tests on virtual machines; `prefix` leads the ctest names of its tests.
function(faultline_vm_program target prefix)
  faultline_prepare_vm_tests()
  target_compile_definitions(${target} PRIVATE FAULTLINE_TEST_PREFIX="${prefix}"
                                               FAULTLINE_BUILD_DIRECTORY="${PROJECT_BINARY_DIR}")
  target_link_libraries(${target} PRIVATE faultline::testing)
  if(TARGET faultline-warden)
    add_dependencies(${target} faultline-warden)
  endif()
  # A test that matches no filter of faultline_vm_tests would never run.
  set(filters "$<JOIN:$<TARGET_PROPERTY:${target},FAULTLINE_FILTERS>,:>")
  add_test(NAME Unit.${target}RegistersAllItsTests COMMAND ${target} --gtest_list_tests "--gtest_filter=-${filters}")
  set_tests_properties(Unit.${target}RegistersAllItsTests PROPERTIES LABELS unit FAIL_REGULAR_EXPRESSION "[A-Za-z]+\\.")
endfunction()

# Registers the tests that match the gtest filter, with what one of them needs. `VMS` is the largest number of machines
# that one of them boots: what `ctest -j` has to set aside. MEMORY_MIB and PROCESSORS, of all of them together, are for
# nodes larger than the default ones. SERVICES are those of the nodes' images, beside the default one.
function(faultline_vm_tests target prefix filter)
  cmake_parse_arguments(ARG "" "VMS;TIMEOUT;MEMORY_MIB;PROCESSORS" "LABELS;SERVICES" ${ARGN})
  set(images guest_image)
  if(ARG_SERVICES)
    faultline_services_image(image ${ARG_SERVICES})
    list(APPEND images ${image})
  endif()
  faultline_write_resources(${ARG_VMS})
  math(EXPR memory_mib "${ARG_VMS} * ${FAULTLINE_VM_MEMORY_MIB}")
  if(ARG_MEMORY_MIB)
    set(memory_mib ${ARG_MEMORY_MIB})
  endif()
  set(processors ${ARG_VMS})
  if(ARG_PROCESSORS)
    set(processors ${ARG_PROCESSORS})
  endif()
  string(MD5 id "${target} ${filter}")
  string(REGEX REPLACE "-.*" "" wanted "${filter}")
  set_property(TARGET ${target} APPEND PROPERTY FAULTLINE_FILTERS "${wanted}")
  set(environment)
  get_target_property(imported faultline::warden IMPORTED)
  if(imported)
    get_target_property(warden faultline::warden LOCATION)
    set(environment ENVIRONMENT FAULTLINE_WARDEN=${warden})
  endif()
  gtest_discover_tests(
    ${target}
    TEST_PREFIX ${prefix}
    TEST_FILTER ${filter}
    TEST_LIST tests_${id}
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60
    WORKING_DIRECTORY ${PROJECT_BINARY_DIR}
    PROPERTIES TIMEOUT
               ${ARG_TIMEOUT}
               PROCESSORS
               ${processors}
               RESOURCE_GROUPS
               "memory_mib:${memory_mib},machines:${ARG_VMS}"
               ${environment})
  # A program that is not built is a test that fails, under every label of its tests.
  set_property(TARGET ${target} APPEND PROPERTY FAULTLINE_LABELS ${ARG_LABELS})
  get_property(labels TARGET ${target} PROPERTY FAULTLINE_LABELS)
  list(REMOVE_DUPLICATES labels)
  # A property with several values does not survive gtest_discover_tests: ctest reads this file after the tests' own.
  set(labels_file ${CMAKE_CURRENT_BINARY_DIR}/labels_${id}.cmake)
  file(WRITE ${labels_file} "foreach(test IN LISTS tests_${id})\n"
                            "  set_tests_properties(\${test} PROPERTIES LABELS \"${ARG_LABELS}\""
                            " FIXTURES_REQUIRED \"${images}\")\n"
                            "endforeach()\n"
                            "set_tests_properties(${target}_NOT_BUILT PROPERTIES LABELS \"${labels}\")\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${labels_file})
endfunction()

# One program of T040, also built by the target t040_programs: the scenarios of `step` and the sources of `target`, which bind the services and hold main().
function(faultline_t040_program target step)
  string(TOUPPER ${step} STEP)
  add_executable(${target} ${ARGN})
  faultline_vm_program(${target} "T040.${STEP}.")
  if(NOT TARGET t040_programs)
    add_custom_target(t040_programs)
  endif()
  add_dependencies(t040_programs ${target})
  # Scenarios register themselves: the linker must take the whole archive.
  target_link_libraries(${target} PRIVATE "$<LINK_LIBRARY:WHOLE_ARCHIVE,faultline::t040_${step}>" faultline::service)
endfunction()

# faultline_add_t040(NAME sources... [IMAGES ROLE=SERVICE...]): the whole suite against the services that the sources
# bind. A program a step, NAME_s1, NAME_s2, ..., whose tests ctest knows as T040.<step>.<suite>.<test> under the labels
# t040 and quick. IMAGES name the roles whose nodes run an image of their own (several services: ROLE=ONE+OTHER).
function(faultline_add_t040 name)
  cmake_parse_arguments(ARG "" "" "IMAGES" ${ARGN})
  set(s1 ${name}_s1 T040.S1.)
  faultline_t040_program(${name}_s1 s1 ${ARG_UNPARSED_ARGUMENTS})
  faultline_vm_tests(${s1} "Environment.StateSurvives*:Environment.NodesNetboot*" VMS 1 TIMEOUT 600 LABELS t040)
  faultline_vm_tests(${s1} "Environment.GuestsReach*" VMS 2 TIMEOUT 600 LABELS t040)
  faultline_vm_tests(${s1} "Environment.ThreeNodes*" VMS 3 TIMEOUT 600 LABELS "t040;quick")
  faultline_vm_tests(${s1} "SingleNode.*" VMS 1 TIMEOUT 600 LABELS "t040;quick")
  faultline_vm_tests(${s1} "ThreeNodes.*-ThreeNodes.MembersJoin*" VMS 3 TIMEOUT 900 LABELS t040)
  faultline_vm_tests(${s1} "ThreeNodes.MembersJoin*" VMS 3 TIMEOUT 900 LABELS "t040;quick")

  set(s2 ${name}_s2 T040.S2.)
  faultline_t040_program(${name}_s2 s2 ${ARG_UNPARSED_ARGUMENTS})
  set(others)
  foreach(image IN LISTS ARG_IMAGES)
    string(REGEX MATCH "^([^=]+)=(.+)$" matched "${image}")
    set(role ${CMAKE_MATCH_1})
    string(REPLACE "+" ";" services "${CMAKE_MATCH_2}")
    faultline_vm_tests(${s1} "${role}.*" VMS 3 TIMEOUT 900 SERVICES ${services} LABELS t040)
    faultline_t040_store(${s2} "${role}" "" SERVICES ${services})
    string(APPEND others ":${role}.*")
  endforeach()
  faultline_t040_store(${s2} "*" "${others}")

  # Hosts with machines inside them.
  set(s3 ${name}_s3 T040.S3.)
  faultline_t040_program(${name}_s3 s3 ${ARG_UNPARSED_ARGUMENTS})
  faultline_vm_tests(${s3} "PlasmaVMC.VmLifecycle:PlasmaVMC.Manager*:PlasmaVMC.VmProcessKilledIsReported" VMS 1 MEMORY_MIB 900
                     SERVICES libvirt TIMEOUT 600 LABELS t040)
  faultline_vm_tests(${s3} "PlasmaVMC.LiveMigration*:PlasmaVMC.*HalfWay*:PlasmaVMC.SharedStorage*" VMS 2 MEMORY_MIB 1800 SERVICES libvirt
                     TIMEOUT 900 LABELS t040)
  faultline_vm_tests(
    ${s3}
    "PlasmaVMC.*-PlasmaVMC.VmLifecycle:PlasmaVMC.Manager*:PlasmaVMC.VmProcessKilledIsReported:PlasmaVMC.LiveMigration*:PlasmaVMC.*HalfWay*:PlasmaVMC.SharedStorage*"
    VMS 3 MEMORY_MIB 2700 SERVICES libvirt pacemaker TIMEOUT 900 LABELS t040)

  # Clients, streams, identities and addresses: a line a suite; what no line names is a scenario of the stores.
  set(s4 ${name}_s4 T040.S4.)
  faultline_t040_program(${name}_s4 s4 ${ARG_UNPARSED_ARGUMENTS})
  set(others)
  foreach(image IN LISTS ARG_IMAGES)
    string(REGEX MATCH "^([^=]+)=(.+)$" matched "${image}")
    set(role ${CMAKE_MATCH_1})
    string(REPLACE "+" ";" services "${CMAKE_MATCH_2}")
    faultline_vm_tests(${s4} "${role}.*" VMS 3 TIMEOUT 900 SERVICES ${services} LABELS t040)
    string(APPEND others ":${role}.*")
  endforeach()
  faultline_vm_tests(${s4} "PrismNet.*" VMS 2 TIMEOUT 600 SERVICES keepalived LABELS t040)
  faultline_vm_tests(${s4} "IAM.*" VMS 3 SERVICES openldap TIMEOUT 900 LABELS t040)
  string(APPEND others ":IAM.*")
  faultline_vm_tests(${s4} "PlasmaVMC.*" VMS 1 MEMORY_MIB 900 SERVICES libvirt TIMEOUT 600 LABELS t040)
  string(APPEND others ":PrismNet.*:PlasmaVMC.*")
  faultline_vm_tests(${s4} "*-none${others}" VMS 3 TIMEOUT 900 LABELS t040)
endfunction()

# Step 2 of the stores whose role matches `role`, without those of `others` (":ROLE.*:ROLE.*").
function(faultline_t040_store target prefix role others)
  set(killed "${role}.LeaderKilled*")
  set(changed "${role}.MembershipChanged*")
  faultline_vm_tests(${target} ${prefix} "${killed}-none${others}" VMS 3 TIMEOUT 900 LABELS "t040;quick" ${ARGN})
  faultline_vm_tests(${target} ${prefix} "${changed}-none${others}" VMS 4 TIMEOUT 900 LABELS t040 ${ARGN})
  faultline_vm_tests(${target} ${prefix} "${role}.*-${killed}:${changed}${others}" VMS 3 TIMEOUT 900 LABELS t040 ${ARGN})
endfunction()
