# SPDX-FileCopyrightText: The Crossfade authors
# SPDX-License-Identifier: GPL-3.0-or-later
# One function per kind of target, so that every folder builds with the same warnings and rules.

add_library(crossfade_options INTERFACE)
target_compile_options(crossfade_options INTERFACE -Wall -Wextra -Wconversion -Wno-restrict)
if(CROSSFADE_WERROR)
    target_compile_options(crossfade_options INTERFACE -Werror)
endif()
# A batch of files is no header: what is unnamed in it is in one of its files only.
if(CMAKE_UNITY_BUILD)
    target_compile_options(crossfade_options INTERFACE -Wno-subobject-linkage)
endif()
target_include_directories(crossfade_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(crossfade_options INTERFACE JSON_NOEXCEPTION JSON_DIAGNOSTICS=0)

add_library(crossfade_qt_options INTERFACE)
target_compile_definitions(crossfade_qt_options INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_KEYWORDS QT_NO_FOREACH)
# moc includes come as system headers: their own conversions are not ours to warn about.

# In the builds that put files into batches: headers that many targets read are read once, by a target of their own
# that is linked with what they need; crossfade_use_headers gives them to another target. Each file names what it uses
# all the same: no other build has them. A compiler takes up only what was read with the same options: FOR_PROGRAMS
# leaves out the one that CMake gives to libraries alone.
function(crossfade_headers name)
    cmake_parse_arguments(PARSE_ARGV 1 the "FOR_PROGRAMS" "" "LINK;HEADERS")
    if(NOT CMAKE_UNITY_BUILD)
        return()
    endif()
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp "")
    add_library(${name} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
    target_link_libraries(${name} PRIVATE crossfade_options ${the_LINK})
    target_precompile_headers(${name} PRIVATE ${the_HEADERS})
    if(the_FOR_PROGRAMS)
        set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    endif()
endfunction()

# What nearly every file reads.
set(CROSSFADE_STD_HEADERS <algorithm> <array> <charconv> <chrono> <functional> <map> <memory> <optional> <ranges> <set> <span>
    <string> <string_view> <utility> <vector> ${CMAKE_SOURCE_DIR}/models/core/json.h)

function(crossfade_use_headers target headers)
    if(TARGET ${headers} AND TARGET ${target})
        target_precompile_headers(${target} REUSE_FROM ${headers})
    endif()
endfunction()

# A static library from every .cpp of this folder (not below it).
function(crossfade_library name)
    file(GLOB sources CONFIGURE_DEPENDS *.cpp *.h)
    if(NOT sources)
        add_library(${name} INTERFACE)
        target_link_libraries(${name} INTERFACE crossfade_options ${ARGN})
        return()
    endif()
    add_library(${name} STATIC ${sources})
    set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
    target_link_libraries(${name} PUBLIC crossfade_options ${ARGN})
endfunction()

# The same, with moc, for folders that use Qt.
function(crossfade_qt_library name)
    crossfade_library(${name} crossfade_qt_options ${ARGN})
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
endfunction()

# A program: main.cpp over a library made from the folder's other sources, so that tests can link it.
function(crossfade_program name library)
    file(GLOB sources CONFIGURE_DEPENDS *.cpp *.h)
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/main.cpp)
    if(NOT sources OR NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/main.cpp)
        add_library(${library} INTERFACE)
        return()
    endif()
    add_library(${library} STATIC ${sources})
    set_target_properties(${library} PROPERTIES LINKER_LANGUAGE CXX)
    target_link_libraries(${library} PUBLIC crossfade_options ${ARGN})
    add_executable(${name} main.cpp)
    target_link_libraries(${name} PRIVATE ${library})
endfunction()

# GoogleTest: one program from every .cpp of the given folder; each case is a test of ctest.
function(crossfade_gtest name folder)
    file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
    if(NOT sources)
        return()
    endif()
    add_executable(${name} ${sources})
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_link_libraries(${name} PRIVATE crossfade_options ${gtest_needs} ${ARGN})
    target_compile_definitions(${name} PRIVATE CROSSFADE_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
        CROSSFADE_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
    # What links the service kit has its headers and those of the tests' own support; else GoogleTest's alone.
    if(cf_support IN_LIST ARGN)
        crossfade_use_headers(${name} service_gtest_headers)
    else()
        crossfade_use_headers(${name} gtest_headers)
    endif()
    if(NOT DEFINED ${name}_TIMEOUT)
        set(${name}_TIMEOUT 300)
    endif()
    if(NOT DEFINED ${name}_COST)
        set(${name}_COST 0)
    endif()
    # What is measured in milliseconds of traffic has the machine to itself: the cases that ${name}_ALONE
    # names, a filter of GoogleTest. Of the others those with the highest ${name}_COST begin first.
    set(rest "*")
    set(left_out ${${name}_ALONE} ${${name}_TOGETHER})
    if(left_out)
        list(JOIN left_out ":" rest)
        set(rest "-${rest}")
    endif()
    # Cases that share what is slow to start, a server: one run of the program for each of ${name}_TOGETHER,
    # side by side.
    set(number "")
    foreach(together ${${name}_TOGETHER})
        add_test(NAME ${name}.together${number} COMMAND ${name} --gtest_filter=${together})
        set_tests_properties(${name}.together${number} PROPERTIES TIMEOUT 600 LABELS ${name} COST 60)
        math(EXPR number "0${number} + 1")
    endforeach()
    if(${name}_ALONE)
        gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST TEST_LIST ${name}_alone
            TEST_FILTER "${${name}_ALONE}"
            PROPERTIES TIMEOUT ${${name}_TIMEOUT} LABELS ${name} RUN_SERIAL TRUE)
    endif()
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST TEST_FILTER "${rest}"
        PROPERTIES TIMEOUT ${${name}_TIMEOUT} LABELS ${name} COST ${${name}_COST})
endfunction()

# Headers of the programs of Qt Test, read once for all that link the given library.
function(crossfade_qtest_headers library)
    cmake_parse_arguments(PARSE_ARGV 1 the "" "" "LINK;HEADERS")
    crossfade_headers(${library}_qtest_headers LINK crossfade_qt_options Qt6::Test ${the_LINK} HEADERS ${the_HEADERS})
endfunction()

# Qt Test: a program for each tst_*.cpp of the given folder, linked with the given libraries.
function(crossfade_qtests folder)
    file(GLOB sources CONFIGURE_DEPENDS ${folder}/tst_*.cpp)
    set(headers "")
    foreach(library ${ARGN})
        if(NOT headers AND TARGET ${library}_qtest_headers)
            set(headers ${library}_qtest_headers)
        endif()
    endforeach()
    foreach(source ${sources})
        get_filename_component(name ${source} NAME_WE)
        add_executable(${name} ${source})
        # Where the class with slots is in the file itself moc alone will do, without the scan that AUTOMOC begins for
        # each program.
        file(STRINGS ${source} own_moc REGEX "\"${name}\\.moc\"")
        if(own_moc)
            set(mocs ${CMAKE_CURRENT_BINARY_DIR}/mocs/${name})
            qt_generate_moc(${source} ${mocs}/${name}.moc TARGET ${name})
            target_sources(${name} PRIVATE ${mocs}/${name}.moc)
            set_source_files_properties(${mocs}/${name}.moc PROPERTIES HEADER_FILE_ONLY ON)
            target_include_directories(${name} PRIVATE ${mocs})
        else()
            set_target_properties(${name} PROPERTIES AUTOMOC ON)
            set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/${name}_autogen/mocs_compilation.cpp
                PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
        endif()
        target_link_libraries(${name} PRIVATE crossfade_options crossfade_qt_options Qt6::Test ${ARGN})
        target_compile_definitions(${name} PRIVATE CROSSFADE_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
            CROSSFADE_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
        if(headers)
            crossfade_use_headers(${name} ${headers})
        endif()
        add_test(NAME ${name} COMMAND ${name})
        set_tests_properties(${name} PROPERTIES TIMEOUT 300
            ENVIRONMENT "QT_QPA_PLATFORM=offscreen;DBUS_SESSION_BUS_ADDRESS=disabled:;LC_ALL=C.UTF-8")
    endforeach()
endfunction()
